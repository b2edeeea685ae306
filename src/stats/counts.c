/* Resampling of tables of counts: how often each cell is drawn, or sample by sample. */
#include "stats/counts.h"
#include "stats/blocks.h"

#include <stdlib.h>

enum { DENSE = 32 /* samples a cell from which on counts are drawn, not samples */ };

static void draw_cells(const count_resampling *r, drawing *d, uint64_t *drawn)
{
    for (size_t c = 0; c < r->cells; c++)
        drawn[c] = r->counts[c] > 0 ? fall_on(d, r->counts[c]) : 0;
}

static void draw_samples(const count_resampling *r, drawing *d, uint64_t *drawn, uint16_t *index)
{
    unsigned bits;

    memset(drawn, 0, r->cells * sizeof *drawn);
    for (size_t from = 0; from < r->n; from += (size_t)1 << bits) {
        bits = block_bits(from, r->n, MOST_BITS);
        uint64_t hits = fall_on(d, UINT64_C(1) << bits);
        for (size_t count; hits > 0; hits -= count) {
            count = draw_chunk(d, index, hits, bits);
            for (size_t i = 0; i < count; i++)
                drawn[r->cell_of[from + index[i]]]++;
        }
    }
}

static void draw_counts(const resampling *base, void *scratch, size_t first, size_t count,
                        double *values, size_t stride)
{
    const count_resampling *r = (const count_resampling *)base;
    char *room = scratch;
    uint64_t *drawn = (uint64_t *)(room + r->drawn);
    double *out = (double *)(room + r->out);

    for (size_t i = 0; i < count; i++) {
        drawing d = begin_drawing(base->options.seed, first + i, r->n);
        if (r->cell_of == NULL)
            draw_cells(r, &d, drawn);
        else
            draw_samples(r, &d, drawn, (uint16_t *)(room + r->index));
        r->compute(r->context, room + r->user, drawn, out);
        for (size_t s = 0; s < base->statistics; s++)
            values[s * stride + i] = out[s];
    }
}

/* All samples but one; those of a cell are alike. */
static void jackknife_counts(influence *influences, const count_resampling *r,
                             const double *estimates, char *scratch)
{
    uint64_t *without = (uint64_t *)(scratch + r->drawn);
    double *out = (double *)(scratch + r->out);

    memcpy(without, r->counts, r->cells * sizeof *without);
    for (size_t c = 0; c < r->cells; c++) {
        if (r->counts[c] == 0)
            continue;
        without[c]--;
        r->compute(r->context, scratch + r->user, without, out);
        without[c]++;
        for (size_t s = 0; s < r->base.statistics; s++)
            influence_add(&influences[s], estimates[s] - out[s], (double)r->counts[c]);
    }
}

static bool list_samples(count_resampling *r)
{
    size_t i = 0;

    if (r->n / DENSE >= r->cells)
        return true;
    if (r->n > SIZE_MAX / sizeof *r->cell_of
        || (r->cell_of = malloc(r->n * sizeof *r->cell_of)) == NULL)
        return false;
    for (size_t c = 0; c < r->cells; c++)
        for (uint64_t k = 0; k < r->counts[c]; k++)
            r->cell_of[i++] = (uint32_t)c;
    return true;
}

thresh_status resample_counts(thresh_bootstrap *out, count_resampling *r)
{
    resampling *base = &r->base;
    workspace w = { 0 };
    thresh_status rc = THRESH_ENOMEM;

    base->draw = draw_counts;
    r->drawn = scratch_add(&base->scratch, r->cells, sizeof(uint64_t));
    r->index = scratch_add(&base->scratch, CHUNK, sizeof(uint16_t));
    r->out = scratch_add(&base->scratch, base->statistics, sizeof(double));
    r->user = scratch_add(&base->scratch, base->options.scratch, 1);
    if (!list_samples(r) || !workspace_new(&w, base))
        goto done;
    r->compute(r->context, w.scratch + r->user, r->counts, w.estimates);
    if (base->options.method == THRESH_BOOTSTRAP_BCA)
        jackknife_counts(w.influences, r, w.estimates, w.scratch);
    rc = intervals_of(out, base, &w);
done:
    free(r->cell_of);
    r->cell_of = NULL;
    workspace_free(&w);
    return rc;
}

thresh_status thresh_bootstrap_counts(thresh_bootstrap *out, size_t statistics,
                                      const uint64_t *counts, size_t cells,
                                      thresh_counts_statistic *compute, void *context,
                                      const thresh_bootstrap_options *options)
{
    count_resampling r = { .counts = counts,
                           .cells = cells,
                           .compute = compute,
                           .context = context,
                           .base.statistics = statistics };
    uint64_t n = 0;

    if (!options_fill(&r.base.options, options) || statistics == 0 || statistics > MOST_STATISTICS
        || cells > UINT32_MAX)
        return THRESH_EDOMAIN;
    for (size_t c = 0; c < cells; c++) {
        if (counts[c] > UINT32_MAX - n)
            return THRESH_EDOMAIN;
        n += counts[c];
    }
    if (n < 2)
        return THRESH_EDOMAIN;
    r.n = (size_t)n;
    return resample_counts(out, &r);
}
