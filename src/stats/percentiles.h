/* thresh_bootstrap_quantiles() with its shortcut in the hands of a test. */
#ifndef STATS_PERCENTILES_H
#define STATS_PERCENTILES_H

#include "thresh/bootstrap.h"

/* `reach` samples at the end of either order are drawn first, at most n; 0: as many as are needed
 * but once in 10^15 resamples. Changes what is drawn, not its distribution. */
thresh_status quantiles_within(thresh_bootstrap *out, thresh_contrast contrast, const double *b,
                               const double *c, size_t n, double q, size_t reach,
                               const thresh_bootstrap_options *options);

#endif
