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

thresh_status thresh_ratio_fieller(thresh_interval *out, double b, double se_b, double c,
                                   double se_c, double cov, double confidence)
{
    double ratio = c / b;

    if (!usable(b, se_b, c, se_c, cov, confidence) || !isfinite(ratio))
        return THRESH_EDOMAIN;
    double z = thresh_normal_quantile(confidence);
    double g = z * z * (se_b / b) * (se_b / b);
    if (g >= 1)
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
