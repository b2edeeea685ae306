/* What the fits of curves over a dose share. */
#ifndef STATS_CURVE_H
#define STATS_CURVE_H

#include "thresh/regression.h"

#include <math.h>
#include <stdlib.h>

double logit(double p);
double expit(double x);

/* A share on the scale of the logit, and log(1 + e^eta): y eta less that is the log likelihood of
 * one trial, y its success, without a difference of large numbers. */
typedef struct at_logit {
    double share, log_odds_sum;
} at_logit;

/* One exponential, one logarithm and one division: log1p alone takes longer than the three. */
static inline at_logit at_logit_of(double eta)
{
    double e = exp(-fabs(eta)), u = 1 + e, inverse = 1 / u;
    /* what rounding took from u is given back (Kahan; as good as log1p) */
    double rest = log(u) + (e - (u - 1)) * inverse;

    return eta > 0 ? (at_logit){ inverse, eta + rest } : (at_logit){ e * inverse, rest };
}

/* Student's t of n - 2 degrees of freedom at a one-sided confidence. */
double student(double confidence, size_t n);
/* Of one parameter the likelihood rises without end where the doses of all successes lie on one
 * side of those of all failures; they may touch. */
typedef struct dose_ranges {
    double success_low, success_high, failure_low, failure_high;
} dose_ranges;
dose_ranges dose_ranges_of(const thresh_doses *d);
/* Are there enough rows, and is each in its range? */
bool are_doses(const thresh_doses *d);

#endif
