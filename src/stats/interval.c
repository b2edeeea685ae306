/* Intervals of differences and ratios from standard errors, and Holm's adjustment. */
#include "thresh/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

double thresh_normal_quantile(double p)
{
    return gsl_cdf_ugaussian_Pinv(p);
}

/* A correlation of 1 is allowed, and so is what rounding adds to it. */
static bool usable(double b, double se_b, double c, double se_c, double cov, double confidence)
{
    return isfinite(b) && isfinite(c) && isfinite(se_b) && isfinite(se_c) && isfinite(cov)
           && se_b >= 0 && se_c >= 0 && fabs(cov) <= se_b * se_c * (1 + 1e-9) && confidence > 0.5
           && confidence < 1;
}

thresh_status thresh_difference_normal(thresh_interval *out, double b, double se_b, double c,
                                       double se_c, double cov, double confidence)
{
    if (!usable(b, se_b, c, se_c, cov, confidence))
        return THRESH_EDOMAIN;
    /* hypot() and a factor, not a sum of squares: nothing overflows, a cov of 0 costs no digit */
    double se = hypot(se_b, se_c), left = se > 0 ? 1 - 2 * (cov / se / se) : 1;
    double half = thresh_normal_quantile(confidence) * se * sqrt(left > 0 ? left : 0);
    *out = (thresh_interval){ b - c - half, b - c + half };
    return THRESH_OK;
}

/* `z`: quantile of the distribution that the estimates have. */
static thresh_status fieller(thresh_interval *out, double b, double se_b, double c, double se_c,
                             double cov, double z)
{
    double ratio = c / b, g = z * z * (se_b / b) * (se_b / b);

    if (!isfinite(ratio) || g >= 1)
        return THRESH_EDOMAIN;
    /* the roots r of r^2 (b^2 - z^2 se_b^2) - 2 r (b c - z^2 cov) + c^2 - z^2 se_c^2 = 0 */
    double shared = z * (cov / b);
    double spread =
        se_c * se_c * (1 - g) + ratio * ratio * se_b * se_b - 2 * ratio * cov + shared * shared;
    /* never below 0 but for rounding, where the estimates move as one */
    if (spread < 0)
        spread = 0;
    double half = z / fabs(b) * sqrt(spread) / (1 - g);
    double centre = (ratio - z * (shared / b)) / (1 - g);
    *out = (thresh_interval){ centre - half, centre + half };
    return THRESH_OK;
}

thresh_status thresh_ratio_fieller(thresh_interval *out, double b, double se_b, double c,
                                   double se_c, double cov, double confidence)
{
    if (!usable(b, se_b, c, se_c, cov, confidence))
        return THRESH_EDOMAIN;
    return fieller(out, b, se_b, c, se_c, cov, thresh_normal_quantile(confidence));
}

thresh_status thresh_paired_ratio(thresh_interval *out, double b, double se_b, double c,
                                  double se_c, double cov, double n, double confidence)
{
    if (!usable(b, se_b, c, se_c, cov, confidence) || !(n >= 2) || !isfinite(n))
        return THRESH_EDOMAIN;
    return fieller(out, b, se_b, c, se_c, cov, gsl_cdf_tdist_Pinv(confidence, n - 1));
}

/* Tango's statistic for a difference of `delta`: eq. (9), with the estimate of q21 of eq. (11). */
static double tango_z(double delta, double b, double c, double n)
{
    double A = 2 * n, B = -b - c + (2 * n - b + c) * delta, C = -c * delta * (1 - delta);
    double root = B * B - 4 * A * C;
    double q21 = (sqrt(root > 0 ? root : 0) - B) / (2 * A);
    double variance = n * (2 * q21 + delta * (1 - delta)), excess = b - c - n * delta;

    if (variance > 0)
        return excess / sqrt(variance);
    return excess > 0 ? INFINITY : excess < 0 ? -INFINITY : 0;
}

/* The statistic falls as delta grows: where it crosses `z`. */
static double tango_bound(double low, double high, double b, double c, double n, double z)
{
    for (int i = 0; i < 200 && high - low > 0; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (tango_z(middle, b, c, n) > z)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

thresh_status thresh_paired_proportions(thresh_interval *out, double both, double only_base,
                                        double only_cand, double none, double confidence)
{
    double n = both + only_base + only_cand + none;
    bool counts = both >= 0 && only_base >= 0 && only_cand >= 0 && none >= 0;

    if (!counts || !isfinite(n) || n < 1 || !(confidence > 0.5 && confidence < 1))
        return THRESH_EDOMAIN;
    double z = thresh_normal_quantile(confidence), d = (only_base - only_cand) / n;
    *out = (thresh_interval){ tango_bound(-1, d, only_base, only_cand, n, z),
                              tango_bound(d, 1, only_base, only_cand, n, -z) };
    return THRESH_OK;
}

thresh_status thresh_paired_t(thresh_interval *out, double difference, double se, double n,
                              double confidence)
{
    if (!isfinite(difference) || !isfinite(se) || se < 0 || !(n >= 2) || !isfinite(n)
        || !(confidence > 0.5 && confidence < 1))
        return THRESH_EDOMAIN;
    double half = gsl_cdf_tdist_Pinv(confidence, n - 1) * se;
    *out = (thresh_interval){ difference - half, difference + half };
    return THRESH_OK;
}

double thresh_p_above(double estimate, double limit, double se)
{
    if (se <= 0)
        return estimate > limit ? 0 : 1;
    return gsl_cdf_ugaussian_Q((estimate - limit) / se);
}

typedef struct ranked {
    double p;
    size_t position;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
    const ranked *x = a, *y = b;

    return x->p < y->p   ? -1
           : x->p > y->p ? 1
                         : (x->position > y->position) - (x->position < y->position);
}

thresh_status thresh_holm(double *p, size_t count)
{
    ranked *order;
    double running = 0;

    if (count == 0)
        return THRESH_OK;
    for (size_t i = 0; i < count; i++)
        if (!(p[i] >= 0 && p[i] <= 1))
            return THRESH_EDOMAIN;
    if (count > SIZE_MAX / sizeof *order || (order = malloc(count * sizeof *order)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < count; i++)
        order[i] = (ranked){ p[i], i };
    qsort(order, count, sizeof *order, compare_ranked);
    for (size_t i = 0; i < count; i++) {
        double adjusted = (double)(count - i) * order[i].p;
        if (adjusted > 1)
            adjusted = 1;
        if (adjusted > running)
            running = adjusted;
        p[order[i].position] = running;
    }
    free(order);
    return THRESH_OK;
}
