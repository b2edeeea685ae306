/* Means of samples that are independent of each other, and of samples that come in clusters. */
#include "stats/domain.h"
#include "stats/sort.h"
#include "stats/sum.h"
#include "thresh/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

thresh_status thresh_difference_welch(thresh_interval *out, double b, double se_b, double n_b,
                                      double c, double se_c, double n_c, double confidence)
{
    if (!isfinite(b) || !isfinite(c) || !is_standard_error(se_b) || !is_standard_error(se_c)
        || !(n_b >= 2) || !(n_c >= 2) || !isfinite(n_b) || !isfinite(n_c)
        || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    double se = hypot(se_b, se_c), half = 0;
    if (!isfinite(se))
        return THRESH_EDOMAIN;
    if (se > 0) {
        double of_b = (se_b / se) * (se_b / se), of_c = (se_c / se) * (se_c / se);
        double df = 1 / (of_b * of_b / (n_b - 1) + of_c * of_c / (n_c - 1));
        half = gsl_cdf_tdist_Pinv(confidence, df) * se;
    }
    return around(out, b - c, half);
}

/* The sum of squares of what the clusters' values sum up to, less n times the mean each. `order`
 * holds cluster and position of each value, sorted. */
static double between_clusters(double *clusters, const double *d, const uint64_t *order, size_t n,
                               double mean)
{
    sum all = { 0, 0 }, squares = { 0, 0 };
    double off;

    *clusters = 0;
    for (size_t i = 0; i < n; i++)
        sum_add(&all, d[i] - mean);
    /* what the mean lost by rounding */
    off = sum_value(all) / (double)n;
    for (size_t i = 0, end; i < n; i = end) {
        sum cluster = { 0, 0 };
        for (end = i; end < n && order[end] >> 32 == order[i] >> 32; end++)
            sum_add(&cluster, d[(uint32_t)order[end]] - mean);
        double total = sum_value(cluster) - (double)(end - i) * off;
        sum_add(&squares, total * total);
        ++*clusters;
    }
    return sum_value(squares);
}

thresh_status thresh_cluster_robust(thresh_cluster_mean *out, const double *d, const uint32_t *g,
                                    size_t n)
{
    thresh_status rc = THRESH_EDOMAIN;
    uint64_t *order = NULL;
    sum total = { 0, 0 };
    bool equal = true;
    double mean, clusters, squares, se;

    if (n < 2 || n > UINT32_MAX)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(d[i]))
            return THRESH_EDOMAIN;
        sum_add(&total, d[i]);
        equal = equal && d[i] == d[0];
    }
    mean = equal ? d[0] : sum_value(total) / (double)n;
    if (n > SIZE_MAX / 2 / sizeof *order || (order = malloc(2 * n * sizeof *order)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < n; i++)
        order[i] = (uint64_t)g[i] << 32 | i;
    sort_keys(order, order + n, n);
    squares = between_clusters(&clusters, d, order, n, mean);
    if (clusters < 2)
        goto done;
    se = sqrt(squares * (clusters / (clusters - 1))) / (double)n;
    if (!isfinite(mean) || !isfinite(se))
        goto done;
    *out = (thresh_cluster_mean){ mean, se, clusters };
    rc = THRESH_OK;
done:
    free(order);
    return rc;
}
