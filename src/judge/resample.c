/*
 * Evidence for figures that are no means: over all classes and of quantiles by resampling the
 * pairs, of AUCs by DeLong's variance. Where samples come in clusters none of them holds, and there
 * is none.
 */
#include "base/language.h"
#include "judge/measure.h"
#include "thresh/bootstrap.h"
#include "thresh/scores.h"
#include "thresh/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_REPLICATES = 200, MOST_CELLS = 20000, CELLS_OF_BCA = 2000 };

/* Samples that may be drawn in all: about a second. */
#define MOST_DRAWN 2e8

static bool has_pair(const series *s)
{
    return s->sides > 1 && s->clusters == NULL && !s->absent[0] && !s->absent[1]
           && s->why[0] == NULL && s->why[1] == NULL;
}

/* As many replicates as are asked for, or as many as take no longer than a second; 0: too few. */
static size_t replicates_for(const series *s, double cost)
{
    double asked = s->options->resamples > 0 ? (double)s->options->resamples : 10000;
    double most = floor(MOST_DRAWN / (cost > 1 ? cost : 1));

    if (s->options->no_resampling || (most < LEAST_REPLICATES && asked > most))
        return 0;
    return (size_t)(asked < most ? asked : most);
}

static thresh_bootstrap_options options_of(const series *s, size_t replicates)
{
    return (thresh_bootstrap_options){ .replicates = replicates,
                                       .seed = s->options->seed,
                                       .confidence = s->confidence,
                                       .method = THRESH_BOOTSTRAP_BCA };
}

static bool is_usable(const thresh_bootstrap *b)
{
    return b->method != THRESH_BOOTSTRAP_UNDEFINED && b->low < b->high;
}

static void take_bounds(thresh_paired *out, const thresh_bootstrap *difference,
                        const thresh_bootstrap *ratio)
{
    out->has_difference = is_usable(difference);
    out->difference_low = difference->low;
    out->difference_high = difference->high;
    out->has_ratio = is_usable(ratio);
    out->ratio_low = ratio->low;
    out->ratio_high = ratio->high;
    if (out->has_difference || out->has_ratio)
        out->method = difference->method == THRESH_BOOTSTRAP_BCA
                          ? N_("bootstrap, BCa, paired samples")
                          : N_("bootstrap, percentile, paired samples");
}

thresh_status resample_quantile(const series *s, size_t n, double q, thresh_paired *out)
{
    size_t replicates = replicates_for(s, (double)n * fmin(q, 1 - q));
    thresh_bootstrap_options options = options_of(s, replicates);
    thresh_bootstrap difference, ratio;
    thresh_status rc;

    *out = (thresh_paired){ .n = (double)n };
    if (!has_pair(s) || s->slice[0] != '\0' || n < 2 || replicates == 0)
        return THRESH_OK;
    rc = thresh_bootstrap_quantiles(&difference, THRESH_DIFFERENCE, s->values[0], s->values[1], n,
                                    q, &options);
    if (rc == THRESH_OK)
        rc = thresh_bootstrap_quantiles(&ratio, THRESH_RATIO, s->values[0], s->values[1], n, q,
                                        &options);
    if (rc == THRESH_OK)
        take_bounds(out, &difference, &ratio);
    return rc == THRESH_ENOMEM ? rc : THRESH_OK;
}

thresh_status compare_aucs(const series *s, const unsigned char *positive, size_t n,
                           thresh_paired *out)
{
    thresh_auc_pair pair;
    thresh_interval ratio;
    thresh_status rc;

    *out = (thresh_paired){ .n = (double)n };
    if (!has_pair(s) || s->slice[0] != '\0')
        return THRESH_OK;
    rc = thresh_auc_delong(&pair, s->values[0], s->values[1], positive, n, s->confidence);
    if (rc != THRESH_OK || !(pair.se > 0))
        return rc == THRESH_ENOMEM ? rc : THRESH_OK;
    out->has_difference = true;
    out->difference_low = pair.interval.low;
    out->difference_high = pair.interval.high;
    out->has_ratio = thresh_ratio_fieller(&ratio, pair.auc_b, sqrt(pair.var_b), pair.auc_c,
                                          sqrt(pair.var_c), pair.cov, s->confidence)
                     == THRESH_OK;
    if (out->has_ratio) {
        out->ratio_low = ratio.low;
        out->ratio_high = ratio.high;
    }
    out->method = N_("DeLong, paired samples");
    return THRESH_OK;
}

/* Losses whose mean a figure is. */
thresh_status compare_losses(const series *s, size_t n, thresh_paired *out)
{
    thresh_pair_moments m;
    thresh_interval i;
    double se_b, se_c, cov, variance;
    thresh_status rc;

    *out = (thresh_paired){ .n = (double)n };
    if (!has_pair(s) || n < 2)
        return THRESH_OK;
    rc = thresh_moments_paired(&m, s->values[0], s->values[1], n);
    if (rc != THRESH_OK)
        return rc == THRESH_ENOMEM ? rc : THRESH_OK;
    se_b = sqrt(m.var_b / (double)n);
    se_c = sqrt(m.var_c / (double)n);
    cov = m.cov / (double)n;
    variance = se_b * se_b + se_c * se_c - 2 * cov;
    if (!(variance > 1e-14 * (se_b * se_b + se_c * se_c)))
        return THRESH_OK;
    if (thresh_paired_t(&i, m.mean_b - m.mean_c, sqrt(variance), (double)n, s->confidence)
        == THRESH_OK) {
        out->has_difference = true;
        out->difference_low = i.low;
        out->difference_high = i.high;
        out->method = N_("t, paired samples");
    }
    if (thresh_paired_ratio(&i, m.mean_b, se_b, m.mean_c, se_c, cov, (double)n, s->confidence)
        == THRESH_OK) {
        out->has_ratio = true;
        out->ratio_low = i.low;
        out->ratio_high = i.high;
        out->method = N_("t, paired samples");
    }
    return THRESH_OK;
}

thresh_status resample_sums(const series *s, const double *rows, size_t n, size_t k,
                            sums_statistic *compute, void *context, thresh_paired *out)
{
    size_t replicates = replicates_for(s, (double)n * (double)k);
    thresh_bootstrap_options options = options_of(s, replicates);
    thresh_bootstrap intervals[2];
    thresh_status rc;

    *out = (thresh_paired){ .n = (double)n };
    if (!has_pair(s) || s->slice[0] != '\0' || n < 2 || replicates == 0)
        return THRESH_OK;
    rc = thresh_bootstrap_sums(intervals, 2, rows, n, k, compute, context, &options);
    if (rc == THRESH_OK)
        take_bounds(out, &intervals[0], &intervals[1]);
    return rc == THRESH_ENOMEM ? rc : THRESH_OK;
}

/* --- figures over all classes --- */

/* Samples of one label and the same two predictions. */
typedef struct cell {
    uint32_t label, base, cand;
} cell;

typedef struct cells {
    index_table index;
    cell *items;
    uint64_t *counts;
    size_t count, capacity, count_capacity;
} cells;

static bool same_cell(const void *context, uint32_t pos, const void *key)
{
    return memcmp((const cell *)context + pos, key, sizeof(cell)) == 0;
}

static thresh_status count_cell(cells *t, cell key)
{
    uint32_t hash = hash_bytes(0, &key, sizeof key);
    uint32_t pos = index_find(&t->index, hash, same_cell, t->items, &key);

    if (pos == UINT32_MAX) {
        if (!array_reserve(&t->items, &t->capacity, t->count + 1, sizeof *t->items)
            || !array_reserve(&t->counts, &t->count_capacity, t->count + 1, sizeof *t->counts)
            || !index_add(&t->index, hash, (uint32_t)t->count))
            return THRESH_ENOMEM;
        pos = (uint32_t)t->count;
        t->items[pos] = key;
        t->counts[t->count++] = 0;
    }
    t->counts[pos]++;
    return THRESH_OK;
}

/* What the statistics of a resampled table need; the counts of the classes are in the scratch. */
typedef struct recount {
    const cell *cells;
    size_t cell_count, classes, figures;
    void (*read)(double *out, const thresh_classification *k);
} recount;

/* The differences of all figures, and behind them the ratios. */
static void compute_figures(void *context, void *scratch, const uint64_t *counts, double *out)
{
    const recount *r = context;
    thresh_class_counts *of[2] = { scratch, (thresh_class_counts *)scratch + r->classes };
    double figures[2][MOST_FIGURES];

    memset(scratch, 0, 2 * r->classes * sizeof **of);
    for (size_t i = 0; i < r->cell_count; i++) {
        const cell *c = &r->cells[i];
        const uint32_t said[2] = { c->base, c->cand };
        for (size_t side = 0; side < 2; side++) {
            of[side][c->label].actual += counts[i];
            of[side][said[side]].predicted += counts[i];
            of[side][c->label].correct += said[side] == c->label ? counts[i] : 0;
        }
    }
    for (size_t side = 0; side < 2; side++) {
        thresh_classification k;
        if (thresh_classification_scores(&k, of[side], r->classes) != THRESH_OK)
            for (size_t f = 0; f < r->figures; f++)
                figures[side][f] = NAN;
        else
            r->read(figures[side], &k);
    }
    for (size_t f = 0; f < r->figures; f++) {
        out[f] = figures[0][f] - figures[1][f];
        out[r->figures + f] = figures[1][f] / figures[0][f];
    }
}

thresh_status resample_classes(const series *s, const class_table *table, thresh_paired *out)
{
    cells t = { 0 };
    thresh_bootstrap intervals[2 * MOST_FIGURES];
    thresh_status rc = THRESH_OK;
    size_t n = 0, replicates;

    for (size_t f = 0; f < table->figures; f++)
        out[f] = (thresh_paired){ 0 };
    if (!has_pair(s) || s->slice[0] != '\0')
        return THRESH_OK;
    for (size_t i = 0; i < s->count && rc == THRESH_OK && t.count <= MOST_CELLS; i++) {
        uint32_t of[3];
        if (table->classes_of(table->context, s, i, of)) {
            rc = count_cell(&t, (cell){ of[0], of[1], of[2] });
            n++;
        }
    }
    replicates = replicates_for(s, 40.0 * (double)(t.count + table->classes));
    if (rc == THRESH_OK && n > 1 && t.count <= MOST_CELLS && replicates > 0) {
        recount r = { t.items, t.count, table->classes, table->figures, table->read };
        thresh_bootstrap_options options = options_of(s, replicates);
        options.scratch = 2 * table->classes * sizeof(thresh_class_counts);
        if (t.count > CELLS_OF_BCA) /* its jackknife asks once for each cell */
            options.method = THRESH_BOOTSTRAP_PERCENTILE;
        rc = thresh_bootstrap_counts(intervals, 2 * table->figures, t.counts, t.count,
                                     compute_figures, &r, &options);
        for (size_t f = 0; f < table->figures && rc == THRESH_OK; f++) {
            out[f].n = (double)n;
            take_bounds(&out[f], &intervals[f], &intervals[table->figures + f]);
        }
    }
    index_free(&t.index);
    free(t.items);
    free(t.counts);
    return rc == THRESH_ENOMEM ? rc : THRESH_OK;
}
