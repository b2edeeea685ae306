/* Intervals of differences and ratios from standard errors, and Holm's adjustment. */
#include "thresh/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

double thresh_normal_quantile(double p)
{
    return gsl_cdf_ugaussian_Pinv(p);
}

static bool usable(double b, double se_b, double c, double se_c, double confidence)
{
    return isfinite(b) && isfinite(c) && isfinite(se_b) && isfinite(se_c) && se_b >= 0 && se_c >= 0
           && confidence > 0.5 && confidence < 1;
}

thresh_status thresh_difference_normal(thresh_interval *out, double b, double se_b, double c,
                                       double se_c, double confidence)
{
    if (!usable(b, se_b, c, se_c, confidence))
        return THRESH_EDOMAIN;
    double half = thresh_normal_quantile(confidence) * hypot(se_b, se_c);
    *out = (thresh_interval){ b - c - half, b - c + half };
    return THRESH_OK;
}

thresh_status thresh_ratio_fieller(thresh_interval *out, double b, double se_b, double c,
                                   double se_c, double confidence)
{
    if (!usable(b, se_b, c, se_c, confidence) || b == 0)
        return THRESH_EDOMAIN;
    double z = thresh_normal_quantile(confidence), ratio = c / b;
    double g = z * z * (se_b / b) * (se_b / b);
    if (g >= 1)
        return THRESH_EDOMAIN;
    double spread = se_c * se_c * (1 - g) + ratio * ratio * se_b * se_b;
    double half = z / fabs(b) * sqrt(spread) / (1 - g), centre = ratio / (1 - g);
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
