/* Scores of rankings: of two classes by a score, and of the documents that answer one query. */
#include "stats/sort.h"
#include "stats/sum.h"
#include "thresh/scores.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- two classes --- */

/* The keys of each class, ascending, in one block that is freed by `positive`: sorting the classes
 * apart leaves nothing to carry along with a key. */
typedef struct two_classes {
    uint64_t *positive, *negative;
    size_t positives, negatives;
} two_classes;

static thresh_status sort_classes(two_classes *out, const double *score,
                                  const unsigned char *positive, size_t n)
{
    size_t positives = 0, at[2];
    uint64_t *keys;

    /* the pairs of two are counted in 64 bits */
    if (n > UINT32_MAX)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(score[i]) || positive[i] > 1)
            return THRESH_EDOMAIN;
        positives += positive[i];
    }
    if (positives == 0 || positives == n)
        return THRESH_EDOMAIN;
    if (n > SIZE_MAX / 2 / sizeof *keys || (keys = malloc(2 * n * sizeof *keys)) == NULL)
        return THRESH_ENOMEM;
    at[0] = positives;
    at[1] = 0;
    for (size_t i = 0; i < n; i++)
        keys[at[positive[i]]++] = key_of(score[i]);
    sort_with(keys, keys + n, NULL, NULL, positives);
    sort_with(keys + positives, keys + n, NULL, NULL, n - positives);
    *out = (two_classes){ keys, keys + positives, positives, n - positives };
    return THRESH_OK;
}

thresh_status thresh_auc_roc(double *out, const double *score, const unsigned char *positive,
                             size_t n)
{
    two_classes s;
    size_t below = 0, upto = 0;
    uint64_t twice = 0;
    thresh_status rc = sort_classes(&s, score, positive, n);

    if (rc != THRESH_OK)
        return rc;
    /* a negative below counts in both, one that ties in one of them */
    for (size_t i = 0; i < s.positives; i++) {
        while (below < s.negatives && s.negative[below] < s.positive[i])
            below++;
        while (upto < s.negatives && s.negative[upto] <= s.positive[i])
            upto++;
        twice += below + upto;
    }
    *out = (double)twice / (2 * (double)s.positives * (double)s.negatives);
    free(s.positive);
    return THRESH_OK;
}

thresh_status thresh_average_precision(double *out, const double *score,
                                       const unsigned char *positive, size_t n)
{
    two_classes s;
    size_t lower;
    sum precisions = { 0, 0 };
    thresh_status rc = sort_classes(&s, score, positive, n);

    if (rc != THRESH_OK)
        return rc;
    /* from the highest score down; a threshold that only negatives reach gains no recall */
    lower = s.negatives;
    for (size_t end = s.positives, i; end > 0; end = i) {
        for (i = end - 1; i > 0 && s.positive[i - 1] == s.positive[end - 1];)
            i--;
        while (lower > 0 && s.negative[lower - 1] >= s.positive[end - 1])
            lower--;
        double found = (double)(s.positives - i), wrong = (double)(s.negatives - lower);
        sum_add(&precisions, (double)(end - i) * (found / (found + wrong)));
    }
    *out = sum_value(precisions) / (double)s.positives;
    free(s.positive);
    return THRESH_OK;
}

static bool is_probability(double p, unsigned char positive)
{
    return p >= 0 && p <= 1 && positive <= 1;
}

thresh_status thresh_log_loss(double *out, const double *p, const unsigned char *positive, size_t n)
{
    sum losses = { 0, 0 };

    if (n == 0)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        if (!is_probability(p[i], positive[i]))
            return THRESH_EDOMAIN;
        double of_actual = positive[i] ? p[i] : 1 - p[i];
        sum_add(&losses, -log(fmin(fmax(of_actual, DBL_EPSILON), 1 - DBL_EPSILON)));
    }
    *out = sum_value(losses) / (double)n;
    return THRESH_OK;
}

thresh_status thresh_brier(double *out, const double *p, const unsigned char *positive, size_t n)
{
    sum squares = { 0, 0 };

    if (n == 0)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        if (!is_probability(p[i], positive[i]))
            return THRESH_EDOMAIN;
        sum_add(&squares, (p[i] - positive[i]) * (p[i] - positive[i]));
    }
    *out = sum_value(squares) / (double)n;
    return THRESH_OK;
}

/* --- the documents of one query --- */

static int compare_ranks(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static int descending(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x < *y) - (*x > *y);
}

/* The ranks ascending, those not retrieved first, `*first` being the first that is; the caller
 * frees them. Two documents cannot share a place. */
static thresh_status sort_ranks(uint32_t **out, size_t *first, const uint32_t *rank,
                                size_t relevant)
{
    uint32_t *sorted;

    if (relevant > SIZE_MAX / sizeof *sorted
        || (sorted = malloc(relevant * sizeof *sorted)) == NULL)
        return THRESH_ENOMEM;
    memcpy(sorted, rank, relevant * sizeof *sorted);
    qsort(sorted, relevant, sizeof *sorted, compare_ranks);
    *first = 0;
    while (*first < relevant && sorted[*first] == 0)
        ++*first;
    for (size_t i = *first + 1; i < relevant; i++)
        if (sorted[i] == sorted[i - 1]) {
            free(sorted);
            return THRESH_EDOMAIN;
        }
    *out = sorted;
    return THRESH_OK;
}

thresh_status thresh_reciprocal_rank(double *out, const uint32_t *rank, size_t relevant)
{
    uint32_t *sorted = NULL;
    size_t first = 0;
    thresh_status rc = relevant == 0 ? THRESH_OK : sort_ranks(&sorted, &first, rank, relevant);

    if (rc != THRESH_OK)
        return rc;
    *out = first < relevant ? 1.0 / sorted[first] : 0;
    free(sorted);
    return THRESH_OK;
}

thresh_status thresh_query_average_precision(double *out, const uint32_t *rank, size_t relevant)
{
    uint32_t *sorted = NULL;
    size_t first = 0;
    sum precisions = { 0, 0 };
    thresh_status rc = relevant == 0 ? THRESH_OK : sort_ranks(&sorted, &first, rank, relevant);

    if (rc != THRESH_OK)
        return rc;
    for (size_t i = first; i < relevant; i++)
        sum_add(&precisions, (double)(i - first + 1) / sorted[i]);
    *out = relevant == 0 ? 0 : sum_value(precisions) / (double)relevant;
    free(sorted);
    return THRESH_OK;
}

static double discounted(double grade, double rank)
{
    return grade / log2(rank + 1);
}

thresh_status thresh_ndcg(double *out, const uint32_t *rank, const double *grade, size_t relevant,
                          size_t k)
{
    uint32_t *sorted = NULL;
    double *ideal = NULL, best;
    size_t first;
    sum gains = { 0, 0 }, most = { 0, 0 };
    thresh_status rc;

    if (relevant == 0) {
        *out = 0;
        return THRESH_OK;
    }
    if ((rc = sort_ranks(&sorted, &first, rank, relevant)) != THRESH_OK)
        return rc;
    free(sorted);
    if (relevant > SIZE_MAX / sizeof *ideal || (ideal = malloc(relevant * sizeof *ideal)) == NULL)
        return THRESH_ENOMEM;
    rc = THRESH_EDOMAIN;
    for (size_t i = 0; i < relevant; i++) {
        if (!(grade[i] > 0) || !isfinite(grade[i]))
            goto done;
        ideal[i] = grade[i];
        if (rank[i] > 0 && (k == 0 || rank[i] <= k))
            sum_add(&gains, discounted(grade[i], rank[i]));
    }
    qsort(ideal, relevant, sizeof *ideal, descending);
    for (size_t i = 0; i < relevant && (k == 0 || i < k); i++)
        sum_add(&most, discounted(ideal[i], (double)i + 1));
    best = sum_value(most);
    if (!isfinite(best))
        goto done;
    *out = sum_value(gains) / best;
    rc = THRESH_OK;
done:
    free(ideal);
    return rc;
}
