/*
 * Resampling of quantiles. A resample is how often each sample was drawn, and its quantile is where
 * these counts, added up in the order of the values, reach a place. From the end of the order that
 * is nearer, a P99 takes the first hundredth of the samples: only those that stand there in either
 * file are drawn, the others when, once in 10^15 resamples, the place lies beyond.
 */
#include "stats/percentiles.h"
#include "stats/blocks.h"
#include "stats/domain.h"
#include "stats/replicates.h"
#include "stats/sort.h"
#include "thresh/scores.h"

#include <math.h>
#include <stdlib.h>

/* The values of one side from the nearer end on, and where among the samples each stands. */
typedef struct side {
    double *values;
    uint32_t *places;
} side;

typedef struct quantile_resampling {
    resampling base;
    thresh_contrast contrast;
    side b, c;
    size_t n;
    size_t reach, first; /* the first `reach` of either order are among the `first` samples drawn */
    size_t near, far;    /* the order statistics that the quantile lies between, from that end */
    double near_weight, far_weight;
    size_t drawn, index; /* places in a scratch */
} quantile_resampling;

static double between(const quantile_resampling *r, double near, double far)
{
    return near == far ? near : r->near_weight * near + r->far_weight * far;
}

static double contrast_of(const quantile_resampling *r, double b, double c)
{
    return r->contrast == THRESH_DIFFERENCE ? b - c : c / b;
}

static void draw_between(drawing *d, uint32_t *drawn, uint16_t *index, size_t from, size_t end)
{
    unsigned bits;

    memset(drawn + from, 0, (end - from) * sizeof *drawn);
    for (; from < end; from += (size_t)1 << bits) {
        bits = block_bits(from, end, MOST_BITS);
        uint64_t hits = fall_on(d, UINT64_C(1) << bits);
        for (size_t count; hits > 0; hits -= count) {
            count = draw_chunk(d, index, hits, bits);
            for (size_t i = 0; i < count; i++)
                drawn[from + index[i]]++;
        }
    }
}

/* What one replicate has drawn so far. */
typedef struct resample {
    const quantile_resampling *r;
    drawing drawing;
    uint32_t *drawn;
    uint16_t *index;
    size_t known; /* samples whose counts are drawn */
} resample;

static double quantile_of(resample *x, const side *s)
{
    size_t reached = 0, i = 0;
    double near = 0;
    bool found = false;

    for (;; i++) {
        if (i == x->r->reach && x->known < x->r->n) {
            draw_between(&x->drawing, x->drawn, x->index, x->known, x->r->n);
            x->known = x->r->n;
        }
        reached += x->drawn[s->places[i]];
        if (!found && reached > x->r->near) {
            near = s->values[i];
            found = true;
        }
        if (reached > x->r->far)
            return between(x->r, near, s->values[i]);
    }
}

static void draw_quantiles(const resampling *base, void *scratch, size_t first, size_t count,
                           double *values, size_t stride)
{
    const quantile_resampling *r = (const quantile_resampling *)base;
    char *room = scratch;

    (void)stride; /* of one statistic */
    for (size_t i = 0; i < count; i++) {
        resample x = { .r = r,
                       .drawing = begin_drawing(base->options.seed, first + i, r->n),
                       .drawn = (uint32_t *)(room + r->drawn),
                       .index = (uint16_t *)(room + r->index),
                       .known = r->first };
        draw_between(&x.drawing, x.drawn, x.index, 0, r->first);
        double b = quantile_of(&x, &r->b);
        values[i] = contrast_of(r, b, quantile_of(&x, &r->c));
    }
}

/* --- the orders --- */

/* Where the quantile lies (type 7, as thresh_quantile()). */
static void find_place(quantile_resampling *r, double q)
{
    double place = q * (double)(r->n - 1), part = place - floor(place);
    size_t at = (size_t)place, above = part > 0 ? at + 1 : at;
    bool top = q >= 0.5;

    r->near = top ? r->n - 1 - above : at;
    r->far = top ? r->n - 1 - at : above;
    r->near_weight = top ? part : 1 - part;
    r->far_weight = top ? 1 - part : part;
}

/* How far a resample may have to look: eight standard deviations beyond the quantile. */
static size_t find_reach(const quantile_resampling *r)
{
    double reach = (double)r->far + 64 + 8 * sqrt((double)r->far);

    return reach < (double)r->n / 2 ? (size_t)reach : r->n;
}

/* The samples in the order of x, from its end or its beginning; `keys` and `order` have room for as
 * many again. */
static void sort_from_end(uint32_t *order, uint64_t *keys, const double *x, size_t n, bool top)
{
    for (size_t i = 0; i < n; i++) {
        keys[i] = top ? ~key_of(x[i]) : key_of(x[i]);
        order[i] = (uint32_t)i;
    }
    sort_with(keys, keys + n, order, order + n, n);
}

/* Gives places to the samples that have none yet. */
static void take_places(uint32_t *place, size_t *taken, const uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (place[order[i]] == UINT32_MAX)
            place[order[i]] = (uint32_t)(*taken)++;
}

static bool new_side(side *s, size_t n)
{
    s->values = malloc(n * sizeof *s->values);
    s->places = malloc(n * sizeof *s->places);
    return s->values != NULL && s->places != NULL;
}

/* `places` holds the order of x, and gets the places. */
static void fill_side(side *s, const uint32_t *place, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s->values[i] = x[s->places[i]];
        s->places[i] = place[s->places[i]];
    }
}

static thresh_status sort_sides(quantile_resampling *r, const double *b, const double *c, bool top)
{
    size_t n = r->n;
    uint64_t *keys = malloc(2 * n * sizeof *keys);
    uint32_t *order = malloc(2 * n * sizeof *order), *place = malloc(n * sizeof *place);
    thresh_status rc = THRESH_ENOMEM;

    if (keys == NULL || order == NULL || place == NULL || !new_side(&r->b, n)
        || !new_side(&r->c, n))
        goto done;
    sort_from_end(order, keys, b, n, top);
    memcpy(r->b.places, order, n * sizeof *order);
    sort_from_end(order, keys, c, n, top);
    memcpy(r->c.places, order, n * sizeof *order);
    for (size_t i = 0; i < n; i++)
        place[i] = UINT32_MAX;
    take_places(place, &r->first, r->b.places, r->reach);
    take_places(place, &r->first, r->c.places, r->reach);
    size_t taken = r->first;
    take_places(place, &taken, r->b.places, n);
    fill_side(&r->b, place, b, n);
    fill_side(&r->c, place, c, n);
    rc = THRESH_OK;
done:
    free(keys);
    free(order);
    free(place);
    return rc;
}

static bool usable(const double *b, const double *c, size_t n, double q)
{
    return n >= 2 && n <= UINT32_MAX && q >= 0 && q <= 1 && are_finite(b, n) && are_finite(c, n);
}

thresh_status quantiles_within(thresh_bootstrap *out, thresh_contrast contrast, const double *b,
                               const double *c, size_t n, double q, size_t reach,
                               const thresh_bootstrap_options *options)
{
    quantile_resampling r = { .contrast = contrast, .n = n };
    resampling *base = &r.base;
    thresh_bootstrap result;
    double *values = NULL, estimate;
    thresh_status rc;

    if (!options_fill(&base->options, options) || !usable(b, c, n, q))
        return THRESH_EDOMAIN;
    if (n > SIZE_MAX / 16)
        return THRESH_ENOMEM;
    base->draw = draw_quantiles;
    base->statistics = 1;
    find_place(&r, q);
    r.reach = reach == 0 ? find_reach(&r) : reach;
    if ((rc = sort_sides(&r, b, c, q >= 0.5)) != THRESH_OK)
        goto done;
    r.drawn = scratch_add(&base->scratch, n, sizeof(uint32_t));
    r.index = scratch_add(&base->scratch, CHUNK, sizeof(uint16_t));
    if ((rc = replicate(&values, base)) != THRESH_OK)
        goto done;
    estimate = contrast_of(&r, between(&r, r.b.values[r.near], r.b.values[r.far]),
                           between(&r, r.c.values[r.near], r.c.values[r.far]));
    interval_of(&result, &base->options, estimate, values, NULL);
    rc = result.method == THRESH_BOOTSTRAP_UNDEFINED ? THRESH_EDOMAIN : THRESH_OK;
    if (rc == THRESH_OK)
        *out = result;
done:
    free(values);
    free(r.b.values);
    free(r.b.places);
    free(r.c.values);
    free(r.c.places);
    return rc;
}

thresh_status thresh_bootstrap_quantiles(thresh_bootstrap *out, thresh_contrast contrast,
                                         const double *b, const double *c, size_t n, double q,
                                         const thresh_bootstrap_options *options)
{
    return quantiles_within(out, contrast, b, c, n, q, 0, options);
}
