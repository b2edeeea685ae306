/* Shared by the files that make metrics of samples. */
#ifndef JUDGE_MEASURE_H
#define JUDGE_MEASURE_H

#include "base/arena.h"
#include "thresh/pairing.h"
#include "thresh/scores.h"

enum { MOST_SIDES = 3 }; /* baseline, candidate, anchor */

/* One series: the same table in each file, the samples that all have, and those looked at now. */
typedef struct series {
    const thresh_catalog *catalog;
    thresh_diags *diags;
    arena *arena;
    double confidence; /* of each bound, one-sided */
    size_t sides;
    thresh_set *sets[MOST_SIDES];
    thresh_samples *tables[MOST_SIDES];
    thresh_pairs pairs;
    size_t whole[MOST_SIDES]; /* rows that a file has in all, of which only some may be paired */
    const uint32_t *subset;   /* positions among the pairs; NULL: all */
    size_t count;             /* how many */
    const char *slice;        /* "language=de", or "" */
    const thresh_pair_options *options;
    unsigned char *golden; /* of each pair; NULL: none is */
    uint32_t *kept;        /* of a value: the sample looked at; NULL where nobody asks */
    uint32_t *kept_room;
    bool tell_flips;             /* of what is measured now */
    uint32_t *clusters;          /* of each pair; NULL: samples are independent */
    const char *const *slice_by; /* columns, ends with NULL; or NULL */
    bool absent[MOST_SIDES];     /* files without what is measured now: they get no metric */
    const char *why[MOST_SIDES]; /* what a file has in the place of numbers; NULL: NaN */
    double *values[MOST_SIDES];  /* room for a value of each pair */
} series;

/* Row of table `side` of the i-th sample looked at. */
size_t series_row(const series *s, size_t side, size_t i);
/* group, the table's scope and the slice, joined: "gsm8k/macro avg/language=de". NULL: no memory */
const char *series_scope(const series *s, const char *group);
/* name and the table's suffix: "exact_match,strict-match" */
const char *series_name(const series *s, const char *name);

/* Samples without a value in one file, of which others have one. */
typedef struct losses {
    size_t of[MOST_SIDES], among; /* how many have one in any file */
} losses;

/* Adds the mean of values[side][0, n) of each side, with its standard error and what the pairs
 * tell; a file that lost values gets a metric that is no number. `units` may be NULL. */
thresh_status add_mean(series *s, const char *scope, const char *name,
                       const char *const units[MOST_SIDES], size_t n, const losses *lost);
/* Adds figures that are no means; `evidence` of the pairs, or NULL. */
thresh_status add_figures(series *s, const char *scope, const char *name,
                          const char *const units[MOST_SIDES], size_t n,
                          const double figures[MOST_SIDES], const thresh_paired *evidence);
/* Says why a file's figures are none: it lost values. */
void explain_losses(series *s, const losses *lost);
void forget_sides(series *s); /* what `absent` and `why` say */

/* --- resample.c --- */

enum { MOST_FIGURES = 16 };

/* How the figures over all classes are computed from labels and predictions. */
typedef struct class_table {
    size_t classes, figures;
    void (*read)(double *out, const thresh_classification *k);
    /* The classes of a sample's label and of both predictions; false: it has no label. */
    bool (*classes_of)(const void *context, const series *s, size_t i, uint32_t of[3]);
    const void *context;
} class_table;

/* Each fills the evidence of a figure of values[0] and values[1] (or of all figures of a table);
 * method stays NULL where there is none. */
thresh_status resample_classes(const series *s, const class_table *table, thresh_paired *out);
thresh_status resample_quantile(const series *s, size_t n, double q, thresh_paired *out);
thresh_status compare_aucs(const series *s, const unsigned char *positive, size_t n,
                           thresh_paired *out);
thresh_status compare_losses(const series *s, size_t n, thresh_paired *out);

typedef void sums_statistic(void *context, void *scratch, const double *totals, double *out);
/* Of n rows of k sums; `compute` gives the difference and the ratio. */
thresh_status resample_sums(const series *s, const double *rows, size_t n, size_t k,
                            sums_statistic *compute, void *context, thresh_paired *out);

/* --- corpus.c --- */

/* Perplexity and BLEU, where every file has their sums. */
thresh_status measure_corpus(series *s);

/* --- groups.c --- */

/* The groups of the pairs: for each a name, and the positions of its samples one after another. */
typedef struct grouping {
    size_t groups;
    const char **names;
    size_t *starts; /* groups + 1 of them */
    uint32_t *order;
    uint32_t *group; /* of each pair; UINT32_MAX: none */
} grouping;

/* Groups the samples by a column: by its texts, by its numbers where they are few, else by deciles.
 * What it holds is freed with free_grouping(), also after a failure. */
thresh_status group_by(grouping *g, series *s, const char *name);
void free_grouping(grouping *g);
/* Fills s->clusters. */
thresh_status find_clusters(series *s, const char *name);

/* --- golden.c --- */

/* Finds the golden samples among the pairs; `found` marks those of options->golden that a file has.
 */
thresh_status find_golden(series *s, thresh_pairing *out, unsigned char *found);
/* Counts what broke of the golden samples, and tells of each flip; values are 0 or 1. */
void note_flips(series *s, const char *scope, const char *name, size_t n, thresh_paired *paired);

/* --- classes.c --- */

typedef struct classes classes;
/* What labels and predictions the series has; *out NULL: none. Free with classes_free(). */
thresh_status classes_new(classes **out, series *s);
void classes_free(classes *c);
/* The metrics of the samples looked at; `each`: of every class too. */
thresh_status classes_measure(classes *c, series *s, bool each);

/* --- ranks.c --- */

/* Where a table has ranks: a table of queries with what their ranks give; else *out is NULL. */
thresh_status collapse_ranks(thresh_samples **out, const thresh_samples *table,
                             const char *const *slice_by, thresh_diags *diags, const char *path);

#endif
