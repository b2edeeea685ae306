/* Resampling of tables of counts, for rows of which few differ as well. */
#ifndef STATS_COUNTS_H
#define STATS_COUNTS_H

#include "stats/replicates.h"

typedef struct count_resampling {
    resampling base;
    const uint64_t *counts;
    size_t cells, n;
    uint32_t *cell_of; /* of each sample; NULL: counts are drawn, not samples */
    thresh_counts_statistic *compute;
    void *context;
    size_t drawn, index, out, user; /* places in a scratch */
} count_resampling;

/* Whose base has the options filled in and the number of statistics, and which has everything from
 * `counts` to `n`, `compute` and `context`. */
thresh_status resample_counts(thresh_bootstrap *out, count_resampling *r);

#endif
