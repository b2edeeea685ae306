/* What a histogram's counts tell of the spread of the values in it. */
#ifndef STATS_HISTOGRAM_H
#define STATS_HISTOGRAM_H

#include "thresh/base.h"

/*
 * The largest sum of squares that values can have of which counts[i] lie from edges[i - 1] (the
 * first ones: from `low`) to edges[i], and whose sum is `sum`: what bounds their variance from
 * above where nothing but buckets and sum were kept. It is reached by values at the edges.
 *
 * @param counts  >= 0, not all of them 0; they need not be whole
 * @param edges   ascending, above `low`
 * @return THRESH_EDOMAIN also when the sum is none of such values, by more than one per cent of
 * what it can be at most
 */
thresh_status histogram_squares(double *out, double low, const double *edges, const double *counts,
                                size_t buckets, double sum);

#endif
