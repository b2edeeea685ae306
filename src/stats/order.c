/* Intervals of quantiles from order statistics. */
#include "stats/binomial.h"
#include "stats/domain.h"
#include "thresh/ranks.h"
#include "thresh/scores.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* The greatest l for which at least l of n values lie at or below the q quantile with this
 * confidence: the l-th least is a lower bound of it then. 0 if there is none. */
static size_t bound_rank(double *achieved, size_t n, double q, double confidence)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = high - (high - low) / 2;
        if (binomial_upto((double)middle - 1, (double)n, q) <= 1 - confidence)
            low = middle;
        else
            high = middle - 1;
    }
    *achieved = low == 0 ? 1 : 1 - binomial_upto((double)low - 1, (double)n, q);
    return low;
}

thresh_status thresh_quantile_interval(thresh_quantile_bounds *out, double *x, size_t n, double q,
                                       double confidence)
{
    thresh_quantile_bounds bounds = { .low = -INFINITY, .high = INFINITY };

    if (!(q > 0 && q < 1) || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    thresh_status rc = thresh_quantile(&bounds.quantile, x, n, q);
    if (rc != THRESH_OK)
        return rc;
    size_t below = bound_rank(&bounds.confidence_low, n, q, confidence);
    /* from the other end the quantile is that of 1 - q */
    size_t above = bound_rank(&bounds.confidence_high, n, 1 - q, confidence);
    if (below > 0)
        bounds.low = gsl_stats_select(x, 1, n, below - 1);
    if (above > 0)
        bounds.high = gsl_stats_select(x, 1, n, n - above);
    *out = bounds;
    return THRESH_OK;
}

thresh_status thresh_quantile_ranks(size_t *below, size_t *above, size_t n, double q,
                                    double confidence)
{
    double achieved;

    if (n == 0 || !(q > 0 && q < 1) || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    *below = bound_rank(&achieved, n, q, confidence);
    *above = bound_rank(&achieved, n, 1 - q, confidence);
    return THRESH_OK;
}

thresh_status thresh_quantile_difference(thresh_interval *out, double *b, size_t n_b, double *c,
                                         size_t n_c, double q, double confidence)
{
    thresh_quantile_bounds of_b, of_c;
    thresh_status rc = thresh_quantile_interval(&of_b, b, n_b, q, confidence);

    if (rc != THRESH_OK
        || (rc = thresh_quantile_interval(&of_c, c, n_c, q, confidence)) != THRESH_OK)
        return rc;
    double difference = of_b.quantile - of_c.quantile;
    /* a bound of few values may lie on the other side of the estimate, which interpolates */
    double down = hypot(fmax(0, of_b.quantile - of_b.low), fmax(0, of_c.high - of_c.quantile));
    double up = hypot(fmax(0, of_b.high - of_b.quantile), fmax(0, of_c.quantile - of_c.low));
    if (!isfinite(difference))
        return THRESH_EDOMAIN;
    *out = (thresh_interval){ difference - down, difference + up };
    return THRESH_OK;
}
