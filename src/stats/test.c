/* Tests of a difference against a limit, and the adjustment of many p values. */
#include "stats/domain.h"
#include "thresh/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

double thresh_p_above(double estimate, double limit, double se)
{
    if (se <= 0)
        return estimate > limit ? 0 : 1;
    return gsl_cdf_ugaussian_Q((estimate - limit) / se);
}

/* P(T <= t) with df degrees of freedom, infinitely many being the normal distribution's. */
static double below(double t, double df)
{
    if (isinf(t))
        return t < 0 ? 0 : 1;
    return isinf(df) ? gsl_cdf_ugaussian_P(t) : gsl_cdf_tdist_P(t, df);
}

/* p of H0 "difference >= limit". */
static double p_below(double difference, double se, double limit, double df)
{
    if (se > 0)
        return below((difference - limit) / se, df);
    return difference < limit ? 0 : 1;
}

static bool usable(double difference, double se, double limit, double df)
{
    return isfinite(difference) && is_standard_error(se) && isfinite(limit) && df > 0;
}

thresh_status thresh_noninferiority_p(double *out, double difference, double se, double limit,
                                      double df)
{
    if (!usable(difference, se, limit, df))
        return THRESH_EDOMAIN;
    *out = p_below(difference, se, limit, df);
    return THRESH_OK;
}

thresh_status thresh_tost_p(double *out, double difference, double se, double limit, double df)
{
    if (!usable(difference, se, limit, df) || limit <= 0)
        return THRESH_EDOMAIN;
    /* the side that is nearer its limit decides */
    *out = p_below(fabs(difference), se, limit, df);
    return THRESH_OK;
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

/* The p values and where they stood, ascending; the caller frees them. */
static thresh_status rank(ranked **out, const double *p, size_t count)
{
    ranked *order;

    for (size_t i = 0; i < count; i++)
        if (!(p[i] >= 0 && p[i] <= 1))
            return THRESH_EDOMAIN;
    if (count > SIZE_MAX / sizeof *order || (order = malloc(count * sizeof *order)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < count; i++)
        order[i] = (ranked){ p[i], i };
    qsort(order, count, sizeof *order, compare_ranked);
    *out = order;
    return THRESH_OK;
}

thresh_status thresh_holm(double *p, size_t count)
{
    ranked *order = NULL;
    double running = 0;
    thresh_status rc = count == 0 ? THRESH_OK : rank(&order, p, count);

    for (size_t i = 0; order != NULL && i < count; i++) {
        running = fmax(running, fmin(1, (double)(count - i) * order[i].p));
        p[order[i].position] = running;
    }
    free(order);
    return rc;
}

thresh_status thresh_benjamini_hochberg(double *p, size_t count)
{
    ranked *order = NULL;
    double running = 1;
    thresh_status rc = count == 0 ? THRESH_OK : rank(&order, p, count);

    for (size_t i = order != NULL ? count : 0; i > 0; i--) {
        running = fmin(running, (double)count * order[i - 1].p / (double)i);
        p[order[i - 1].position] = running;
    }
    free(order);
    return rc;
}
