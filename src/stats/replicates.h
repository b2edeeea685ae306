/* What every bootstrap does, whatever it resamples: replicates in threads, and their interval. */
#ifndef STATS_REPLICATES_H
#define STATS_REPLICATES_H

#include "stats/sum.h"
#include "thresh/bootstrap.h"

/* Replicates that one call draws: so many share a pass over the data. */
enum { BATCH = 16, MOST_STATISTICS = 1 << 20 };

/* What to draw, how many numbers a replicate has, and the room that a thread needs for it. */
typedef struct resampling {
    /* Writes statistic k of replicate first + i to values[k * stride + i], for i < count <= BATCH.
     * Called by several threads; `scratch` is the thread's own. */
    void (*draw)(const struct resampling *r, void *scratch, size_t first, size_t count,
                 double *values, size_t stride);
    size_t statistics;
    size_t scratch; /* bytes, zeroed, and aligned as malloc's */
    thresh_bootstrap_options options;
} resampling;

/* Adds `size` times `count` bytes to a scratch; returns where they begin. A scratch that fits no
 * memory grows to SIZE_MAX, which no allocation survives. */
size_t scratch_add(size_t *scratch, size_t count, size_t size);

/* The options with what is left out filled in; false: one is out of range. */
bool options_fill(thresh_bootstrap_options *out, const thresh_bootstrap_options *given);

/* The values of all replicates, statistic after statistic; the caller frees them. */
thresh_status replicate(double **out, const resampling *r);

/* Influences of the samples on a statistic, up to a factor, gathered for its acceleration. */
typedef struct influence {
    sum first, second, third;
    double samples;
} influence;

/* Adds that of `samples` alike: `u` is what the statistic loses without one of them. */
void influence_add(influence *i, double u, double samples);

/* An interval of one statistic from its replicates, which are REORDERED; without `known`, its
 * influences, it is percentile. */
void interval_of(thresh_bootstrap *out, const thresh_bootstrap_options *options, double estimate,
                 double *values, const influence *known);

/* What is computed of the data themselves, and a scratch for it; of `statistics` each, zeroed. */
typedef struct workspace {
    double *estimates;
    influence *influences;
    char *scratch;
} workspace;

bool workspace_new(workspace *w, const resampling *r); /* freed even when it fails */
void workspace_free(workspace *w);

/* Draws the replicates, and makes an interval of each statistic. */
thresh_status intervals_of(thresh_bootstrap *out, const resampling *r, workspace *w);

#endif
