/* Several quantiles of one array, at hardly more cost than one. */
#ifndef STATS_QUANTILES_H
#define STATS_QUANTILES_H

#include <stddef.h>

/* Quantiles of n > 0 finite values, which are REORDERED, as thresh_quantile() has them; the levels
 * ascend. Cost: O(n log count) on average. */
void quantiles_of(double *out, double *x, size_t n, const double *levels, size_t count);

#endif
