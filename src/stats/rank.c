/* What ranks tell of two samples: the Mann-Whitney test and the shift of Hodges and Lehmann. */
#include "stats/domain.h"
#include "stats/sort.h"
#include "stats/sum.h"
#include "thresh/ranks.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* --- the distribution of U without ties --- */

/* The distribution is counted out where that takes no more additions: for 200 values on either
 * side, for 10 and 100,000. Beyond, the normal one is near enough. Counts stay below 1e150 there.
 */
static const double MOST_ADDITIONS = 1e7;

static bool is_countable(size_t n, size_t m)
{
    double few = (double)(n < m ? n : m);

    return few * (double)n * (double)m <= MOST_ADDITIONS;
}

/* P(U <= u) for u = 0 .. half of the pairs; the upper half mirrors it. */
typedef struct distribution {
    double *upto; /* owned */
    size_t pairs;
} distribution;

/*
 * The orderings with each U are the coefficients of a Gaussian binomial (Mann & Whitney 1947, their
 * recurrence; here as the product of (1 - q^(most + i)) / (1 - q^i)). Each coefficient depends on
 * lower ones only, which are smaller, so that small ones keep their digits.
 */
static thresh_status distribute(distribution *out, size_t n, size_t m)
{
    size_t few = n < m ? n : m, most = n < m ? m : n, half = n * m / 2;
    double *count = calloc(half + 1, sizeof *count), total = 0;

    if (count == NULL)
        return THRESH_ENOMEM;
    count[0] = 1;
    for (size_t i = 1; i <= few; i++) {
        for (size_t u = half; u >= most + i; u--)
            count[u] -= count[u - most - i];
        for (size_t u = i; u <= half; u++)
            count[u] += count[u - i];
    }
    for (size_t u = 0; u <= half; u++)
        total += u < n * m - u ? 2 * count[u] : count[u];
    for (size_t u = 0; u <= half; u++)
        count[u] = count[u] / total + (u > 0 ? count[u - 1] : 0);
    *out = (distribution){ count, n * m };
    return THRESH_OK;
}

static double upto(const distribution *d, size_t u)
{
    if (u >= d->pairs)
        return 1;
    return u <= d->pairs / 2 ? d->upto[u] : 1 - d->upto[d->pairs - u - 1];
}

/* --- sorting --- */

static thresh_status sort_finite(two_samples *out, const double *b, size_t n_b, const double *c,
                                 size_t n_c)
{
    return are_finite(b, n_b) && are_finite(c, n_c) ? sort_two(out, b, n_b, c, n_c)
                                                    : THRESH_EDOMAIN;
}

/* --- the test --- */

/* Twice U, and the sum of t^3 - t over all groups of t equal values. */
static uint64_t count_pairs(double *ties, two_samples s)
{
    uint64_t twice = 0;

    *ties = 0;
    for (size_t i = 0, j = 0; i < s.n_b || j < s.n_c;) {
        uint64_t least = i < s.n_b && (j == s.n_c || s.b[i] < s.c[j]) ? s.b[i] : s.c[j];
        size_t of_b = 0, of_c = 0;

        while (i + of_b < s.n_b && s.b[i + of_b] == least)
            of_b++;
        while (j + of_c < s.n_c && s.c[j + of_c] == least)
            of_c++;
        twice += of_b * (2 * (uint64_t)j + of_c);
        double t = (double)(of_b + of_c);
        *ties += t * (t * t - 1);
        i += of_b;
        j += of_c;
    }
    return twice;
}

static thresh_p_values by_distribution(const distribution *d, size_t u)
{
    thresh_p_values p = { 1, upto(d, d->pairs - u), upto(d, u) };

    p.two_sided = fmin(1, 2 * fmin(p.base_greater, p.cand_greater));
    return p;
}

static thresh_p_values by_normal(double u, double n_b, double n_c, double ties)
{
    double n = n_b + n_c, half = n_b * n_c / 2;
    double variance = n_b / 12 * n_c * (n + 1 - ties / (n * (n - 1)));

    /* all values equal, but for rounding: nothing speaks for a difference */
    if (!(variance > 0) || ties >= n * (n * n - 1))
        return (thresh_p_values){ 1, 1, 1 };
    double sd = sqrt(variance), apart = fmax(0, fabs(u - half) - 0.5);
    return (thresh_p_values){ fmin(1, 2 * gsl_cdf_ugaussian_Q(apart / sd)),
                              gsl_cdf_ugaussian_Q((u - half - 0.5) / sd),
                              gsl_cdf_ugaussian_P((u - half + 0.5) / sd) };
}

thresh_status thresh_mann_whitney(thresh_rank_test *out, const double *b, size_t n_b,
                                  const double *c, size_t n_c)
{
    two_samples s = { NULL, NULL, 0, 0 };
    distribution d = { NULL, 0 };
    double ties;
    thresh_status rc = sort_finite(&s, b, n_b, c, n_c);

    if (rc != THRESH_OK)
        return rc;
    uint64_t twice = count_pairs(&ties, s);
    thresh_rank_test test = { .u = (double)twice / 2 };
    test.share = test.u / ((double)n_b * (double)n_c);
    test.exact = ties == 0 && is_countable(n_b, n_c);
    if (!test.exact)
        test.p = by_normal(test.u, (double)n_b, (double)n_c, ties);
    else if ((rc = distribute(&d, n_b, n_c)) == THRESH_OK)
        test.p = by_distribution(&d, (size_t)(twice / 2));
    if (rc == THRESH_OK)
        *out = test;
    free(d.upto);
    free(s.b);
    return rc;
}

/* --- the shift --- */

/* Sorted numbers; the matrix of the differences b[i] - c[j] is never written down. */
typedef struct differences {
    const double *b, *c;
    size_t n_b, n_c;
} differences;

/* How many differences are at most v; the least one above v by `next`, which may be NULL. The
 * matrix rises along i and falls along j, also as rounded: one walk along its border. O(n + m). */
static uint64_t count_upto(differences s, double v, double *next)
{
    uint64_t count = 0;
    double above = INFINITY;

    for (size_t i = 0, j = 0; i < s.n_b; i++) {
        while (j < s.n_c && s.b[i] - s.c[j] > v)
            j++;
        count += s.n_c - j;
        if (next != NULL && j > 0)
            above = fmin(above, s.b[i] - s.c[j - 1]);
    }
    if (next != NULL)
        *next = above;
    return count;
}

/*
 * The k-th least difference, k from 1: bisection over the keys of all numbers between the ends
 * takes up to 64 walks, whatever the data, and ends on a difference.
 */
static double nth_difference(differences s, uint64_t k)
{
    uint64_t low = key_of(s.b[0] - s.c[s.n_c - 1]), high = key_of(s.b[s.n_b - 1] - s.c[0]);

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (count_upto(s, value_of(middle), NULL) >= k)
            high = middle;
        else
            low = middle + 1;
    }
    return value_of(low);
}

static double median_difference(differences s)
{
    uint64_t pairs = (uint64_t)s.n_b * s.n_c;
    double low = nth_difference(s, (pairs + 1) / 2), high;

    if (pairs % 2 == 1 || count_upto(s, low, &high) > pairs / 2)
        return low;
    return low / 2 + high / 2;
}

/* The greatest k for which the k-th least difference is a lower bound, 0 if none is, and with what
 * confidence it is one. */
static thresh_status bound_rank(uint64_t *k, double *achieved, size_t n_b, size_t n_c,
                                double confidence)
{
    double alpha = 1 - confidence, n = (double)n_b, m = (double)n_c;
    distribution d = { NULL, 0 };

    *k = 0;
    *achieved = 1;
    if (!is_countable(n_b, n_c)) {
        double half = n * m / 2, sd = sqrt(n * m / 12 * (n + m + 1));
        double last = floor(half - thresh_normal_quantile(confidence) * sd + 0.5);
        if (last >= 1) {
            *k = (uint64_t)last;
            *achieved = gsl_cdf_ugaussian_Q((last - 0.5 - half) / sd);
        }
        return THRESH_OK;
    }
    if (distribute(&d, n_b, n_c) != THRESH_OK)
        return THRESH_ENOMEM;
    while (upto(&d, *k) <= alpha)
        ++*k;
    if (*k > 0)
        *achieved = 1 - upto(&d, *k - 1);
    free(d.upto);
    return THRESH_OK;
}

/* Keys become the numbers that they stand for, where they are. */
static const double *numbers_of(uint64_t *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double value = value_of(keys[i]);
        memcpy(&keys[i], &value, sizeof value);
    }
    return (const double *)(const void *)keys;
}

thresh_status thresh_hodges_lehmann(thresh_shift *out, const double *b, size_t n_b, const double *c,
                                    size_t n_c, double confidence)
{
    two_samples keys = { NULL, NULL, 0, 0 };
    thresh_shift shift = { .interval = { -INFINITY, INFINITY } };
    uint64_t k;
    thresh_status rc =
        is_confidence(confidence) ? sort_finite(&keys, b, n_b, c, n_c) : THRESH_EDOMAIN;

    if (rc != THRESH_OK)
        return rc;
    differences s = { numbers_of(keys.b, n_b), numbers_of(keys.c, n_c), n_b, n_c };
    rc = THRESH_EDOMAIN;
    if (!isfinite(s.b[0] - s.c[n_c - 1]) || !isfinite(s.b[n_b - 1] - s.c[0]))
        goto done;
    if ((rc = bound_rank(&k, &shift.confidence, n_b, n_c, confidence)) != THRESH_OK)
        goto done;
    shift.shift = median_difference(s);
    if (k > 0) {
        shift.interval.low = nth_difference(s, k);
        shift.interval.high = nth_difference(s, (uint64_t)n_b * n_c + 1 - k);
    }
    *out = shift;
done:
    free(keys.b);
    return rc;
}
