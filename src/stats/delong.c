/* DeLong's variance of the AUCs of two models on the same samples. */
#include "stats/sort.h"
#include "thresh/bootstrap.h"
#include "thresh/scores.h"

#include <math.h>
#include <stdlib.h>

/* What a score is ranked with. The samples have slots, the positive ones first: the class of a
 * sample is then known by its slot, and the placements of a class lie together. */
typedef struct ranking {
    uint64_t *keys, *spare;
    uint32_t *slots, *spare_slots;
    size_t positives, n;
} ranking;

/*
 * The placement of each sample: the share of the other class that it stands on the right side of, a
 * tie counting half. It is what midranks give (Sun & Xu, theorem 1), counted from one sort.
 * The AUC is their mean, and exact but for the last division.
 */
static double place(double *placement, const ranking *r, const double *score,
                    const unsigned char *positive)
{
    size_t at[2] = { r->positives, 0 }, negatives = r->n - r->positives;
    size_t positives_below = 0, negatives_below = 0;
    uint64_t twice = 0;

    for (size_t i = 0; i < r->n; i++) {
        r->keys[i] = key_of(score[i]);
        r->slots[i] = (uint32_t)at[positive[i]]++;
    }
    sort_with(r->keys, r->spare, r->slots, r->spare_slots, r->n);
    for (size_t from = 0, to; from < r->n; from = to) {
        size_t tied[2] = { 0, 0 };
        for (to = from; to < r->n && r->keys[to] == r->keys[from]; to++)
            tied[r->slots[to] < r->positives]++;
        uint64_t under = 2 * (uint64_t)negatives_below + tied[0];
        uint64_t over = 2 * (uint64_t)(r->positives - positives_below) - tied[1];
        double of_positive = (double)under / (2 * (double)negatives);
        double of_negative = (double)over / (2 * (double)r->positives);
        for (size_t i = from; i < to; i++)
            placement[r->slots[i]] = r->slots[i] < r->positives ? of_positive : of_negative;
        twice += under * tied[1];
        negatives_below += tied[0];
        positives_below += tied[1];
    }
    return (double)twice / (2 * (double)r->positives * (double)negatives);
}

/* Adds what one class brings: the covariances of its placements over their number. */
static thresh_status add_class(thresh_auc_pair *a, double *variance, const double *b, double *c,
                               size_t n)
{
    thresh_pair_moments m;
    thresh_status rc = thresh_moments_paired(&m, b, c, n);

    if (rc != THRESH_OK)
        return rc;
    a->var_b += m.var_b / (double)n;
    a->var_c += m.var_c / (double)n;
    a->cov += m.cov / (double)n;
    for (size_t i = 0; i < n; i++)
        c[i] = b[i] - c[i];
    rc = thresh_moments_paired(&m, c, c, n);
    *variance += m.var_b / (double)n;
    return rc;
}

static bool usable(const double *b, const double *c, const unsigned char *positive, size_t n,
                   double confidence, size_t *positives)
{
    *positives = 0;
    if (n > UINT32_MAX || !(confidence > 0.5 && confidence < 1))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(b[i]) || !isfinite(c[i]) || positive[i] > 1)
            return false;
        *positives += positive[i];
    }
    return *positives >= 2 && n - *positives >= 2;
}

thresh_status thresh_auc_delong(thresh_auc_pair *out, const double *score_b, const double *score_c,
                                const unsigned char *positive, size_t n, double confidence)
{
    thresh_auc_pair a = { 0 };
    ranking r = { .n = n };
    double *b = NULL, *c = NULL, variance = 0, half;
    thresh_status rc = THRESH_ENOMEM;

    if (!usable(score_b, score_c, positive, n, confidence, &r.positives))
        return THRESH_EDOMAIN;
    if (n > SIZE_MAX / 16)
        return THRESH_ENOMEM;
    r.keys = malloc(2 * n * sizeof *r.keys);
    r.slots = malloc(2 * n * sizeof *r.slots);
    b = malloc(n * sizeof *b);
    c = malloc(n * sizeof *c);
    if (r.keys == NULL || r.slots == NULL || b == NULL || c == NULL)
        goto done;
    r.spare = r.keys + n;
    r.spare_slots = r.slots + n;
    a.auc_b = place(b, &r, score_b, positive);
    a.auc_c = place(c, &r, score_c, positive);
    rc = add_class(&a, &variance, b, c, r.positives);
    if (rc == THRESH_OK)
        rc = add_class(&a, &variance, b + r.positives, c + r.positives, n - r.positives);
    if (rc != THRESH_OK)
        goto done;
    a.difference = a.auc_b - a.auc_c;
    a.se = sqrt(variance);
    half = thresh_normal_quantile(confidence) * a.se;
    a.interval = (thresh_interval){ a.difference - half, a.difference + half };
    *out = a;
done:
    free(r.keys);
    free(r.slots);
    free(b);
    free(c);
    return rc;
}
