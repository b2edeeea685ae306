/* Resampling of rows of numbers. Means are those of rows; rows of which few differ are a table. */
#include "stats/blocks.h"
#include "stats/counts.h"
#include "stats/domain.h"
#include "stats/replicates.h"
#include "stats/sort.h"
#include "thresh/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_COLUMNS = 1 << 20,
    BLOCK_NUMBERS = 4096, /* that a block may have: 32 KB */
    MOST_ALIKE = 64,      /* different rows of which counts are resampled */
    SLOTS = 256
};

/* --- rows of numbers --- */

typedef struct row_resampling {
    resampling base;
    const double *rows;
    size_t n, k;
    unsigned bits;
    thresh_sums_statistic *compute;
    void *context;
    size_t drawings, totals, index, out, user; /* places in a scratch */
} row_resampling;

/* Four sums, so that an addition need not wait for the one before. */
static void add_single(double *total, const double *block, const uint16_t *index, size_t count)
{
    double s[4] = { 0, 0, 0, 0 };
    size_t i = 0;

    for (; i + 4 <= count; i += 4) {
        s[0] += block[index[i]];
        s[1] += block[index[i + 1]];
        s[2] += block[index[i + 2]];
        s[3] += block[index[i + 3]];
    }
    for (; i < count; i++)
        s[0] += block[index[i]];
    *total += (s[0] + s[1]) + (s[2] + s[3]);
}

static void add_double(double totals[2], const double *block, const uint16_t *index, size_t count)
{
    double s[4] = { 0, 0, 0, 0 };
    size_t i = 0;

    for (; i + 2 <= count; i += 2) {
        const double *x = block + 2 * (size_t)index[i], *y = block + 2 * (size_t)index[i + 1];
        s[0] += x[0];
        s[1] += x[1];
        s[2] += y[0];
        s[3] += y[1];
    }
    if (i < count) {
        s[0] += block[2 * (size_t)index[i]];
        s[1] += block[2 * (size_t)index[i] + 1];
    }
    totals[0] += s[0] + s[2];
    totals[1] += s[1] + s[3];
}

static void add_rows(double *totals, const double *block, size_t k, const uint16_t *index,
                     size_t count)
{
    if (k == 1) {
        add_single(totals, block, index, count);
    } else if (k == 2) {
        add_double(totals, block, index, count);
    } else {
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < k; j++)
                totals[j] += block[index[i] * k + j];
    }
}

static void draw_rows(const resampling *base, void *scratch, size_t first, size_t count,
                      double *values, size_t stride)
{
    const row_resampling *r = (const row_resampling *)base;
    char *room = scratch;
    drawing *drawings = (drawing *)(room + r->drawings);
    double *totals = (double *)(room + r->totals), *out = (double *)(room + r->out);
    uint16_t *index = (uint16_t *)(room + r->index);
    unsigned bits;

    for (size_t i = 0; i < count; i++)
        drawings[i] = begin_drawing(base->options.seed, first + i, r->n);
    for (size_t t = 0; t < count * r->k; t++)
        totals[t] = 0;
    for (size_t from = 0; from < r->n; from += (size_t)1 << bits) {
        bits = block_bits(from, r->n, r->bits);
        for (size_t i = 0; i < count; i++) {
            uint64_t hits = fall_on(&drawings[i], UINT64_C(1) << bits);
            for (size_t drawn; hits > 0; hits -= drawn) {
                drawn = draw_chunk(&drawings[i], index, hits, bits);
                add_rows(totals + i * r->k, r->rows + from * r->k, r->k, index, drawn);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        r->compute(r->context, room + r->user, totals + i * r->k, out);
        for (size_t s = 0; s < base->statistics; s++)
            values[s * stride + i] = out[s];
    }
}

/* The totals of all rows but one. */
static void jackknife_rows(influence *influences, const row_resampling *r, const double *estimates,
                           const double *totals, char *scratch)
{
    double *without = (double *)(scratch + r->totals), *out = (double *)(scratch + r->out);

    for (size_t i = 0; i < r->n; i++) {
        for (size_t j = 0; j < r->k; j++)
            without[j] = totals[j] - r->rows[i * r->k + j];
        r->compute(r->context, scratch + r->user, without, out);
        for (size_t s = 0; s < r->base.statistics; s++)
            influence_add(&influences[s], estimates[s] - out[s], 1);
    }
}

static void total_rows(double *totals, const double *rows, size_t n, size_t k)
{
    for (size_t j = 0; j < k; j++) {
        sum total = { 0, 0 };
        for (size_t i = 0; i < n; i++)
            sum_add(&total, rows[i * k + j]);
        totals[j] = sum_value(total);
    }
}

/* `known`: the influences on the one statistic where they are known already, or NULL. */
static thresh_status resample_rows(thresh_bootstrap *out, row_resampling *r, const influence *known)
{
    resampling *base = &r->base;
    workspace w = { 0 };
    double *totals = NULL;
    thresh_status rc = THRESH_ENOMEM;

    base->draw = draw_rows;
    r->bits = MOST_BITS;
    while (r->bits > 4 && r->k << r->bits > BLOCK_NUMBERS)
        r->bits--;
    r->drawings = scratch_add(&base->scratch, BATCH, sizeof(drawing));
    r->index = scratch_add(&base->scratch, CHUNK, sizeof(uint16_t));
    r->totals = scratch_add(&base->scratch, BATCH * r->k, sizeof *totals);
    r->out = scratch_add(&base->scratch, base->statistics, sizeof(double));
    r->user = scratch_add(&base->scratch, base->options.scratch, 1);
    totals = malloc(r->k * sizeof *totals);
    if (totals == NULL || !workspace_new(&w, base))
        goto done;
    total_rows(totals, r->rows, r->n, r->k);
    r->compute(r->context, w.scratch + r->user, totals, w.estimates);
    if (known != NULL)
        w.influences[0] = *known;
    else if (base->options.method == THRESH_BOOTSTRAP_BCA)
        jackknife_rows(w.influences, r, w.estimates, totals, w.scratch);
    rc = intervals_of(out, base, &w);
done:
    free(totals);
    workspace_free(&w);
    return rc;
}

/* --- rows of which few differ --- */

/* The different rows, and how many there are of each; `slot` finds them. */
typedef struct alike {
    size_t k, cells;
    uint64_t counts[MOST_ALIKE];
    double *rows;              /* room for MOST_ALIKE of them */
    unsigned char slot[SLOTS]; /* cell + 1; 0: none */
} alike;

static bool same_row(const double *a, const double *b, size_t k)
{
    for (size_t j = 0; j < k; j++)
        if (a[j] != b[j])
            return false;
    return true;
}

/* Counts a row; false when it is one too many. */
static bool count_row(alike *a, const double *row)
{
    uint64_t hash = 0;
    size_t slot;

    /* the key orders doubles and is the same for 0 and -0, which are equal */
    for (size_t j = 0; j < a->k; j++)
        hash = (hash ^ key_of(row[j])) * UINT64_C(0x9E3779B97F4A7C15);
    for (slot = hash >> 56; a->slot[slot] != 0; slot = (slot + 1) % SLOTS)
        if (same_row(a->rows + (a->slot[slot] - 1U) * a->k, row, a->k)) {
            a->counts[a->slot[slot] - 1]++;
            return true;
        }
    if (a->cells == MOST_ALIKE)
        return false;
    memcpy(a->rows + a->cells * a->k, row, a->k * sizeof *row);
    a->counts[a->cells] = 1;
    a->slot[slot] = (unsigned char)++a->cells;
    return true;
}

/* A statistic of totals, as one of counts of rows. */
typedef struct row_statistic {
    const alike *rows;
    thresh_sums_statistic *compute;
    void *context;
    size_t user; /* its scratch lies behind the totals */
} row_statistic;

static void compute_of_counts(void *context, void *scratch, const uint64_t *counts, double *out)
{
    const row_statistic *s = context;
    double *totals = scratch;

    for (size_t j = 0; j < s->rows->k; j++) {
        totals[j] = 0;
        for (size_t c = 0; c < s->rows->cells; c++)
            totals[j] += (double)counts[c] * s->rows->rows[c * s->rows->k + j];
    }
    s->compute(s->context, (char *)scratch + s->user, totals, out);
}

static thresh_status resample_alike(thresh_bootstrap *out, const alike *a, const row_resampling *r)
{
    row_statistic s = { a, r->compute, r->context, 0 };
    count_resampling counts = { .base = r->base,
                                .counts = a->counts,
                                .cells = a->cells,
                                .n = r->n,
                                .compute = compute_of_counts,
                                .context = &s };
    size_t scratch = 0;

    scratch_add(&scratch, a->k, sizeof(double));
    s.user = scratch_add(&scratch, r->base.options.scratch, 1);
    if (scratch == SIZE_MAX)
        return THRESH_ENOMEM;
    counts.base.options.scratch = scratch;
    return resample_counts(out, &counts);
}

thresh_status thresh_bootstrap_sums(thresh_bootstrap *out, size_t statistics, const double *rows,
                                    size_t n, size_t k, thresh_sums_statistic *compute,
                                    void *context, const thresh_bootstrap_options *options)
{
    row_resampling r = { .rows = rows,
                         .n = n,
                         .k = k,
                         .compute = compute,
                         .context = context,
                         .base.statistics = statistics };
    alike a = { .k = k };
    size_t counted = 0;
    thresh_status rc;

    if (!options_fill(&r.base.options, options) || statistics == 0 || statistics > MOST_STATISTICS
        || n < 2 || n > UINT32_MAX || k == 0 || k > MOST_COLUMNS || !are_finite(rows, n * k))
        return THRESH_EDOMAIN;
    if ((a.rows = malloc(MOST_ALIKE * k * sizeof *a.rows)) == NULL)
        return THRESH_ENOMEM;
    while (counted < n && count_row(&a, rows + counted * k))
        counted++;
    rc = counted == n ? resample_alike(out, &a, &r) : resample_rows(out, &r, NULL);
    free(a.rows);
    return rc;
}

/* --- means --- */

static void mean_difference(void *context, void *scratch, const double *totals, double *out)
{
    (void)scratch;
    *out = totals[0] / (double)*(const size_t *)context;
}

static void ratio_of_means(void *context, void *scratch, const double *totals, double *out)
{
    (void)context;
    (void)scratch;
    *out = totals[1] / totals[0];
}

/* The row of a pair: the difference, or both. */
static void pair_row(double row[2], thresh_contrast contrast, double b, double c)
{
    row[0] = contrast == THRESH_DIFFERENCE ? b - c : b;
    row[1] = c;
}

/* The influence of a sample on a mean is its distance from it. */
static influence influence_on_mean(const double *x, size_t n)
{
    influence out = { .samples = 0 };
    sum total = { 0, 0 };

    for (size_t i = 0; i < n; i++)
        sum_add(&total, x[i]);
    for (size_t i = 0; i < n; i++)
        influence_add(&out, x[i] - sum_value(total) / (double)n, 1);
    return out;
}

static thresh_status resample_pairs(thresh_bootstrap *out, row_resampling *r,
                                    thresh_contrast contrast, const double *b, const double *c)
{
    double *rows, row[2];
    influence known;
    thresh_status rc;

    if (r->n > SIZE_MAX / sizeof *rows / r->k
        || (rows = malloc(r->n * r->k * sizeof *rows)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->n; i++) {
        pair_row(row, contrast, b[i], c[i]);
        memcpy(rows + i * r->k, row, r->k * sizeof *rows);
    }
    r->rows = rows;
    rc = THRESH_EDOMAIN;
    if (!are_finite(rows, r->n * r->k))
        goto done; /* a difference is too large */
    if (contrast == THRESH_DIFFERENCE)
        known = influence_on_mean(rows, r->n);
    rc = resample_rows(out, r, contrast == THRESH_DIFFERENCE ? &known : NULL);
done:
    free(rows);
    return rc;
}

/* A single statistic that has no interval is an error. */
static thresh_status take_defined(thresh_bootstrap *out, const thresh_bootstrap *result,
                                  thresh_status rc)
{
    if (rc == THRESH_OK && result->method == THRESH_BOOTSTRAP_UNDEFINED)
        return THRESH_EDOMAIN;
    if (rc == THRESH_OK)
        *out = *result;
    return rc;
}

thresh_status thresh_bootstrap_means(thresh_bootstrap *out, thresh_contrast contrast,
                                     const double *b, const double *c, size_t n,
                                     const thresh_bootstrap_options *options)
{
    row_resampling r = {
        .n = n, .k = contrast == THRESH_DIFFERENCE ? 1 : 2, .context = &n, .base.statistics = 1
    };
    double few[2 * MOST_ALIKE], row[2];
    alike a = { .k = r.k, .rows = few };
    thresh_bootstrap result;
    size_t counted = 0;
    thresh_status rc;

    if (!options_fill(&r.base.options, options) || n < 2 || n > UINT32_MAX || !are_finite(b, n)
        || !are_finite(c, n))
        return THRESH_EDOMAIN;
    r.base.options.scratch = 0;
    r.compute = contrast == THRESH_DIFFERENCE ? mean_difference : ratio_of_means;
    for (; counted < n; counted++) {
        pair_row(row, contrast, b[counted], c[counted]);
        if (!count_row(&a, row))
            break;
    }
    rc = counted == n ? resample_alike(&result, &a, &r)
                      : resample_pairs(&result, &r, contrast, b, c);
    return take_defined(out, &result, rc);
}
