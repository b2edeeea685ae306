/* What the fits of curves over a dose share. */
#ifndef STATS_CURVE_H
#define STATS_CURVE_H

#include "thresh/regression.h"

#include <math.h>
#include <stdlib.h>

double logit(double p);
double expit(double x);
/* Of a row of `weight` trials, the share y of them successes, without the binomial coefficient. */
double row_log_likelihood(double y, double weight, double eta);
/* Student's t of n - 2 degrees of freedom at a one-sided confidence. */
double student(double confidence, size_t n);
/* Are there enough rows, and is each in its range? */
bool are_doses(const thresh_doses *d);

#endif
