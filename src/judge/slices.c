/*
 * Slices are judged by size like any metric, but all together: many slices make one of them look
 * bad by chance, which Holm's adjustment takes into account, and a small one looks worse than it
 * is, which its drawing towards the whole does.
 */
#include "judge/judge.h"
#include "thresh/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_open_slice(const thresh_judged *m)
{
    return m->whole != NULL && m->rule->has_range && !isnan(m->degradation)
           && m->rule->fault == NULL;
}

static bool is_within(const thresh_judged *m, double degradation)
{
    return m->rule->tolerate_exclusive ? degradation < m->rule->tolerate
                                       : degradation <= m->rule->tolerate;
}

static bool slice_within(const thresh_judged *m)
{
    if (m->rule->has_ignore_below && fabs(m->baseline - m->candidate) < m->rule->ignore_below)
        return true;
    /* a degradation on its limit was set to the limit itself */
    return is_within(m, m->degradation);
}

static const thresh_phrase expected_of_few = { .text = N_("no more than so few samples let one "
                                                          "expect") };

static void judge_slice(const bench *on, thresh_judged *m, bool shown)
{
    const thresh_metric *c = thresh_set_find(on->candidate, m->scope, m->name);
    bool few = c != NULL && c->has_n && c->n < on->slices.min_samples;
    bool proof = on->evidence.burden == THRESH_PROVE_SAFE && on->slices.rejects;
    thresh_verdict beyond = on->slices.rejects ? THRESH_REJECT : THRESH_WARN;

    if (slice_within(m))
        add_reason(m, THRESH_ACCEPT, THRESH_REASON_WITHIN_TOLERANCE, NULL);
    else if (few && !shown && !proof && !isnan(m->shrunk) && is_within(m, m->shrunk))
        add_reason(m, THRESH_ACCEPT, THRESH_REASON_WITHIN_TOLERANCE, &expected_of_few);
    else if (few)
        add_reason(m, THRESH_WARN, THRESH_REASON_TOO_FEW_SAMPLES, NULL);
    else if (shown)
        add_reason(m, beyond, THRESH_REASON_BEYOND_TOLERANCE, NULL);
    else
        add_reason(m, proof ? THRESH_REVIEW : THRESH_WARN, THRESH_REASON_INCONCLUSIVE, NULL);
}

/* A slice with an interval, from which its standard error follows. */
typedef struct sure_slice {
    thresh_judged *m;
    double se;
    size_t position;
} sure_slice;

static int compare_families(const void *a, const void *b)
{
    const sure_slice *x = a, *y = b;
    int by_name = strcmp(x->m->name, y->m->name);
    int order = by_name != 0 ? by_name : strcmp(x->m->whole, y->m->whole);

    return order != 0 ? order : (x->position > y->position) - (x->position < y->position);
}

static bool same_family(const sure_slice *x, const sure_slice *y)
{
    return strcmp(x->m->name, y->m->name) == 0 && strcmp(x->m->whole, y->m->whole) == 0
           && x->m->measure == y->m->measure;
}

static const thresh_judged *find_whole(const thresh_judged *metrics, size_t count,
                                       const thresh_judged *slice)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(metrics[i].name, slice->name) == 0
            && strcmp(metrics[i].scope, slice->whole) == 0)
            return &metrics[i];
    return NULL;
}

/* The slices of one whole, drawn towards it. */
static thresh_status shrink_family(sure_slice *slices, size_t n, const thresh_judged *whole)
{
    double *estimate, *se;
    thresh_status rc;

    if (n < 2 || whole == NULL || isnan(whole->degradation)
        || whole->measure != slices[0].m->measure)
        return THRESH_OK;
    if ((estimate = malloc(2 * n * sizeof *estimate)) == NULL)
        return THRESH_ENOMEM;
    se = estimate + n;
    for (size_t i = 0; i < n; i++) {
        estimate[i] = slices[i].m->degradation;
        se[i] = slices[i].se;
    }
    rc = thresh_shrink(estimate, estimate, se, n, whole->degradation);
    for (size_t i = 0; i < n && rc == THRESH_OK; i++)
        slices[i].m->shrunk = estimate[i];
    free(estimate);
    return rc;
}

/* `slices` come in the order of their families. */
static thresh_status shrink_all(sure_slice *slices, size_t n, const thresh_judged *metrics,
                                size_t count)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0, end; i < n && rc == THRESH_OK; i = end) {
        for (end = i + 1; end < n && same_family(&slices[i], &slices[end]);)
            end++;
        rc = shrink_family(slices + i, end - i, find_whole(metrics, count, slices[i].m));
    }
    return rc;
}

/* p of "at most `limit` worse". A score interval is wider on one side: what counts is the side on
 * which the limit lies, so that the p of one slice and its bound say the same. */
static double p_beyond(const thresh_judged *m, double limit, double z)
{
    double half = m->degradation > limit ? m->degradation - m->low : m->high - m->degradation;

    return thresh_p_above(m->degradation, limit, half / z);
}

/* Holm over the slices with intervals: which of them are surely beyond their limit (or, without
 * one, beyond 0: worse than before)? yes[position] says it. */
static thresh_status test_all(const bench *on, const sure_slice *slices, size_t n, bool limit,
                              bool *yes)
{
    double *p = malloc((n + 1) * sizeof *p), z = thresh_normal_quantile(on->evidence.confidence);
    thresh_status rc = p == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t i = 0; i < n && rc == THRESH_OK; i++)
        p[i] = p_beyond(slices[i].m, limit ? slices[i].m->rule->tolerate : 0, z);
    if (rc == THRESH_OK)
        rc = thresh_holm(p, n);
    for (size_t i = 0; i < n && rc == THRESH_OK; i++)
        yes[slices[i].position] = p[i] <= 1 - on->evidence.confidence;
    free(p);
    return rc;
}

thresh_status judge_slices(const bench *on, thresh_judged *metrics, size_t count)
{
    double z = thresh_normal_quantile(on->evidence.confidence);
    sure_slice *slices = malloc((count + 1) * sizeof *slices);
    bool *shown = malloc((count + 1) * sizeof *shown);
    size_t n = 0;
    thresh_status rc = slices == NULL || shown == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        thresh_judged *m = &metrics[i];
        double se = m->has_interval ? (m->high - m->low) / (2 * z) : 0;

        shown[i] = true; /* without an interval its size is all there is */
        if (is_open_slice(m) && se > 0)
            slices[n++] = (sure_slice){ m, se, i };
    }
    if (rc == THRESH_OK && n > 0) {
        rc = test_all(on, slices, n, false, shown);
        for (size_t i = 0; i < n && rc == THRESH_OK; i++)
            slices[i].m->surely_worse = shown[slices[i].position];
        if (rc == THRESH_OK)
            rc = test_all(on, slices, n, true, shown);
        qsort(slices, n, sizeof *slices, compare_families);
        if (rc == THRESH_OK)
            rc = shrink_all(slices, n, metrics, count);
    }
    for (size_t i = 0; i < count && rc == THRESH_OK; i++)
        if (is_open_slice(&metrics[i]))
            judge_slice(on, &metrics[i], shown[i]);
    free(slices);
    free(shown);
    return rc;
}
