/* What several functions ask of their arguments and answers. NaN fails each. */
#ifndef STATS_DOMAIN_H
#define STATS_DOMAIN_H

#include "thresh/stats.h"

#include <math.h>
#include <stddef.h>

/* Of one bound; at 0.5 and below a bound would be on the wrong side of the estimate. */
static inline bool is_confidence(double confidence)
{
    return confidence > 0.5 && confidence < 1;
}

static inline bool is_standard_error(double se)
{
    return isfinite(se) && se >= 0;
}

static inline bool are_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* Around a difference; it may be too large for a double. */
static inline thresh_status around(thresh_interval *out, double difference, double half)
{
    if (!isfinite(difference - half) || !isfinite(difference + half))
        return THRESH_EDOMAIN;
    *out = (thresh_interval){ difference - half, difference + half };
    return THRESH_OK;
}

/* Successes among n. */
static inline bool is_count_of(double count, double n)
{
    return isfinite(n) && n >= 1 && count >= 0 && count <= n;
}

#endif
