/* Has a sample another distribution than a reference? The Kolmogorov-Smirnov test, and the
 * population stability index. */
#include "stats/quantiles.h"
#include "stats/sort.h"
#include "thresh/drift.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* --- Kolmogorov-Smirnov --- */

/* i / n of one and j / m of the other apart, times n m: whole, so that nothing is rounded. */
static int64_t apart(const two_samples *s, size_t i, size_t j)
{
    return (int64_t)i * (int64_t)s->n_c - (int64_t)j * (int64_t)s->n_b;
}

/* Past the next group of equal values of both. */
static uint64_t next_value(const two_samples *s, size_t *i, size_t *j)
{
    uint64_t value = *i < s->n_b && (*j == s->n_c || s->b[*i] < s->c[*j]) ? s->b[*i] : s->c[*j];

    while (*i < s->n_b && s->b[*i] == value)
        ++*i;
    while (*j < s->n_c && s->c[*j] == value)
        ++*j;
    return value;
}

/* The greatest distance, times n m. */
static int64_t find_distance(thresh_ks *out, const two_samples *s)
{
    int64_t greatest = 0;

    out->at = value_of(s->b[0] < s->c[0] ? s->b[0] : s->c[0]);
    out->b_above = false;
    for (size_t i = 0, j = 0; i < s->n_b || j < s->n_c;) {
        uint64_t value = next_value(s, &i, &j);
        int64_t here = apart(s, i, j);
        if (llabs(here) > greatest) {
            greatest = llabs(here);
            out->at = value_of(value);
            out->b_above = here > 0;
        }
    }
    out->d = (double)greatest / (double)s->n_b / (double)s->n_c;
    return greatest;
}

/*
 * An order of the values is a path from (0, 0) to (n, m). reached[j] is the chance that a random
 * one to (i, j) has been as far from the diagonal as `distance` at the end of a group of equal
 * values: what comes there last is of b with a chance of i / (i + j). Only sums of what is
 * positive: small chances keep their digits.
 */
static thresh_status exact_p(double *p, const two_samples *s, int64_t distance)
{
    size_t n = s->n_b, m = s->n_c;
    double *reached = malloc((m + 1) * sizeof *reached);
    double *inverse = malloc((n + m + 1) * sizeof *inverse);
    bool *is_end = calloc(n + m + 1, sizeof *is_end);
    thresh_status rc = THRESH_ENOMEM;

    if (reached == NULL || inverse == NULL || is_end == NULL)
        goto done;
    for (size_t i = 0, j = 0; i < n || j < m;) {
        next_value(s, &i, &j);
        is_end[i + j] = true;
    }
    for (size_t k = 0; k <= n + m; k++)
        inverse[k] = 1 / (double)k;
    for (size_t i = 0; i <= n; i++) {
        for (size_t j = 0; j <= m; j++) {
            double from_b = i > 0 ? reached[j] * (double)i : 0;
            double from_c = j > 0 ? reached[j - 1] * (double)j : 0;
            bool is_far = is_end[i + j] && llabs(apart(s, i, j)) >= distance;
            reached[j] = is_far ? 1 : i + j == 0 ? 0 : (from_b + from_c) * inverse[i + j];
        }
    }
    *p = fmin(1, reached[m]);
    rc = THRESH_OK;
done:
    free(reached);
    free(inverse);
    free(is_end);
    return rc;
}

/* Chance that Kolmogorov's limit exceeds x: the series that is short there. */
static double kolmogorov(double x)
{
    static const double PI = 3.14159265358979323846;
    double sum = 0, term;

    if (x < 0.1)
        return 1; /* less 1e-50 */
    if (x < 1) {
        for (int k = 1; k < 20; k += 2)
            sum += exp(-k * k * PI * PI / (8 * x * x));
        return 1 - sqrt(2 * PI) / x * sum;
    }
    for (int k = 1; k < 20; k++) {
        term = exp(-2.0 * k * k * x * x);
        sum += k % 2 == 1 ? term : -term;
    }
    return fmin(1, 2 * sum);
}

thresh_status thresh_kolmogorov_smirnov(thresh_ks *out, const double *b, size_t n_b,
                                        const double *c, size_t n_c)
{
    two_samples s;
    thresh_ks ks;
    thresh_status rc = sort_two(&s, b, n_b, c, n_c);
    int64_t distance;

    if (rc != THRESH_OK)
        return rc;
    distance = find_distance(&ks, &s);
    ks.exact = n_b <= THRESH_KS_EXACT / n_c;
    ks.p = 1;
    if (ks.exact) {
        if (distance > 0)
            rc = exact_p(&ks.p, &s, distance);
    } else {
        double root = sqrt((double)n_b * ((double)n_c / ((double)n_b + (double)n_c)));
        ks.p = kolmogorov((root + 0.12 + 0.11 / root) * ks.d);
    }
    free(s.b);
    if (rc == THRESH_OK)
        *out = ks;
    return rc;
}

/* --- population stability --- */

thresh_status thresh_psi_edges(double *edges, size_t *count, double *x, size_t n, size_t bins)
{
    double levels[THRESH_PSI_BINS] = { 0 }, cuts[THRESH_PSI_BINS], least = INFINITY;
    size_t kept = 0;

    if (n == 0 || bins < 2 || bins > THRESH_PSI_BINS)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            return THRESH_EDOMAIN;
        least = fmin(least, x[i]);
    }
    for (size_t i = 0; i + 1 < bins; i++)
        levels[i] = (double)(i + 1) / (double)bins;
    quantiles_of(cuts, x, n, levels, bins - 1);
    if (cuts[0] == least)
        edges[kept++] = nextafter(least, -INFINITY);
    for (size_t i = 0; i + 1 < bins; i++)
        if (kept == 0 || cuts[i] > edges[kept - 1])
            edges[kept++] = cuts[i];
    *count = kept;
    return THRESH_OK;
}

size_t thresh_psi_bin(const double *edges, size_t count, double value)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (edges[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

thresh_status thresh_psi_counts(thresh_psi *out, const uint64_t *b, const uint64_t *c, size_t bins)
{
    double n = 0, m = 0, index = 0;

    if (bins < 2 || bins > THRESH_PSI_BINS + 1)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < bins; i++) {
        n += (double)b[i];
        m += (double)c[i];
    }
    if (n == 0 || m == 0)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < bins; i++) {
        double p = ((double)b[i] + 0.5) / (n + (double)bins / 2);
        double q = ((double)c[i] + 0.5) / (m + (double)bins / 2);
        index += (q - p) * log(q / p);
    }
    *out =
        (thresh_psi){ index, gsl_cdf_chisq_Q(index / (1 / n + 1 / m), (double)(bins - 1)), bins };
    return THRESH_OK;
}

thresh_status thresh_population_stability(thresh_psi *out, const double *b, size_t n_b,
                                          const double *c, size_t n_c, size_t bins)
{
    double edges[THRESH_PSI_BINS];
    uint64_t of_b[THRESH_PSI_BINS + 1] = { 0 }, of_c[THRESH_PSI_BINS + 1] = { 0 };
    size_t count = 0;
    double *copy;
    thresh_status rc;

    if (n_b == 0 || n_b > SIZE_MAX / sizeof *copy)
        return THRESH_EDOMAIN;
    if ((copy = malloc(n_b * sizeof *copy)) == NULL)
        return THRESH_ENOMEM;
    memcpy(copy, b, n_b * sizeof *copy);
    rc = thresh_psi_edges(edges, &count, copy, n_b, bins);
    free(copy);
    if (rc != THRESH_OK)
        return rc;
    for (size_t i = 0; i < n_b; i++)
        of_b[thresh_psi_bin(edges, count, b[i])]++;
    for (size_t i = 0; i < n_c; i++) {
        if (isnan(c[i]))
            return THRESH_EDOMAIN;
        of_c[thresh_psi_bin(edges, count, c[i])]++;
    }
    return thresh_psi_counts(out, of_b, of_c, count + 1);
}
