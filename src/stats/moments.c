/* Moments of pairs, quantiles, and the errors of a regression. */
#include "stats/domain.h"
#include "stats/sum.h"
#include "thresh/scores.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

/*
 * The sum of (x - mean)(y - mean) from deviations of rounded means, freed of what those are off.
 * In this order it is exactly 0 for equal values, whose deviations sum to n times one small error.
 */
static double corrected(sum products, sum x, sum y, double n)
{
    return sum_value(products) - sum_value(x) * (sum_value(y) / n);
}

thresh_status thresh_moments_paired(thresh_pair_moments *out, const double *b, const double *c,
                                    size_t n)
{
    sum sb = { 0, 0 }, sc = { 0, 0 };
    sum db = { 0, 0 }, dc = { 0, 0 }, bb = { 0, 0 }, cc = { 0, 0 }, bc = { 0, 0 };
    double count = (double)n;
    thresh_pair_moments m = { 0, 0, 0, 0, 0 };

    if (n == 0)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(b[i]) || !isfinite(c[i]))
            return THRESH_EDOMAIN;
        sum_add(&sb, b[i]);
        sum_add(&sc, c[i]);
    }
    m.mean_b = sum_value(sb) / count;
    m.mean_c = sum_value(sc) / count;
    for (size_t i = 0; i < n; i++) {
        double x = b[i] - m.mean_b, y = c[i] - m.mean_c;
        sum_add(&db, x);
        sum_add(&dc, y);
        sum_add(&bb, x * x);
        sum_add(&cc, y * y);
        sum_add(&bc, x * y);
    }
    if (n > 1) {
        m.var_b = corrected(bb, db, db, count) / (count - 1);
        m.var_c = corrected(cc, dc, dc, count) / (count - 1);
        m.cov = corrected(bc, db, dc, count) / (count - 1);
    }
    if (!isfinite(m.mean_b) || !isfinite(m.mean_c) || !isfinite(m.var_b) || !isfinite(m.var_c))
        return THRESH_EDOMAIN;
    *out = m;
    return THRESH_OK;
}

thresh_status thresh_quantile(double *out, double *x, size_t n, double q)
{
    double place, part, low, high;
    size_t at;

    if (n == 0 || !(q >= 0 && q <= 1) || !are_finite(x, n))
        return THRESH_EDOMAIN;
    place = q * (double)(n - 1);
    at = (size_t)place;
    part = place - (double)at;
    low = high = gsl_stats_select(x, 1, n, at);
    /* a second selection, in what the first has sorted in part, costs little */
    if (part > 0)
        high = gsl_stats_select(x, 1, n, at + 1);
    /* high - low may overflow, and equal values have to stay what they are */
    *out = low == high ? low : (1 - part) * low + part * high;
    return THRESH_OK;
}

thresh_status thresh_regression_scores(thresh_regression *out, const double *actual,
                                       const double *predicted, size_t n)
{
    sum values = { 0, 0 }, errors = { 0, 0 }, squares = { 0, 0 };
    sum deviations = { 0, 0 }, about = { 0, 0 };
    double count = (double)n, mean, residual, total;

    if (n == 0)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        double error = actual[i] - predicted[i];
        if (!isfinite(actual[i]) || !isfinite(predicted[i]))
            return THRESH_EDOMAIN;
        sum_add(&values, actual[i]);
        sum_add(&errors, fabs(error));
        sum_add(&squares, error * error);
    }
    mean = sum_value(values) / count;
    for (size_t i = 0; i < n; i++) {
        double d = actual[i] - mean;
        sum_add(&deviations, d);
        sum_add(&about, d * d);
    }
    residual = sum_value(squares);
    total = corrected(about, deviations, deviations, count);
    if (!isfinite(residual) || !isfinite(total))
        return THRESH_EDOMAIN;
    *out = (thresh_regression){ sum_value(errors) / count, sqrt(residual / count),
                                n == 1      ? NAN
                                : total > 0 ? 1 - residual / total
                                            : residual == 0 };
    return THRESH_OK;
}
