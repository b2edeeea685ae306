/* Windows: a ring of panes, so that a sliding window costs a pane's merge and no reading is kept.
 */
#include "live/window.h"

#include "input/events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t window_cost(const window_shape *shape, bool quantiles)
{
    size_t values = 3 * (size_t)shape->k + 256, sketch = 512;

    if (!shape->timed && shape->readings <= shape->k)
        values = (size_t)shape->readings; /* kept as they are, and no more than these */
    if (quantiles)
        sketch += values * sizeof(double);
    return sizeof(window) + shape->ring * (sizeof(pane) + (quantiles ? sketch : 0));
}

thresh_status window_init(window *w, const window_shape *shape, bool quantiles, uint64_t seed)
{
    *w = (window){ .quantiles = quantiles, .seed = seed, .begun = INT64_MIN };
    w->panes = calloc(shape->ring, sizeof *w->panes);
    return w->panes == NULL ? THRESH_ENOMEM : THRESH_OK;
}

void window_dispose(window *w, const window_shape *shape)
{
    for (uint32_t i = 0; w->panes != NULL && i < shape->ring; i++)
        thresh_sketch_free(w->panes[i].sketch);
    free(w->panes);
    w->panes = NULL;
}

static void pane_clear(pane *p, int64_t index)
{
    thresh_sketch *sketch = p->sketch;

    if (sketch != NULL)
        thresh_sketch_clear(sketch);
    *p = (pane){ .index = index, .sketch = sketch };
}

thresh_status window_sketch(window *w, const window_shape *shape, pane *p)
{
    return thresh_sketch_new(&p->sketch, shape->k, w->seed);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static pane *timed_pane(window *w, const window_shape *shape, int64_t index)
{
    int64_t at = index % (int64_t)shape->ring;

    return &w->panes[at < 0 ? at + shape->ring : at];
}

thresh_status window_time(window *w, const window_shape *shape, double value, int64_t ts)
{
    int64_t index = floor_div(ts, shape->slide);
    pane *p = timed_pane(w, shape, index);

    if (p->index != index || p->n == 0)
        pane_clear(p, index);
    if (w->begun == INT64_MIN)
        w->begun = index;
    return window_add(w, shape, p, value, ts);
}

void window_next(window *w, const window_shape *shape)
{
    if (w->full + 1 < shape->panes)
        w->full++;
    w->at = (w->at + 1) % shape->ring;
    pane_clear(&w->panes[w->at], 0);
}

void window_clear(window *w, const window_shape *shape)
{
    for (uint32_t i = 0; i < shape->ring; i++)
        pane_clear(&w->panes[i], 0);
    w->at = w->full = 0;
    w->fresh = 0;
}

/* Moments merge as Chan, Golub and LeVeque (1979) have it. */
static thresh_status merge(window_sum *s, const pane *p, thresh_sketch *scratch)
{
    double n = (double)s->n + (double)p->n, delta = p->mean - s->mean;

    if (p->n == 0)
        return THRESH_OK;
    if (s->n == 0 || p->first < s->first)
        s->first = p->first;
    if (s->n == 0 || p->last > s->last)
        s->last = p->last;
    s->m2 += p->m2 + delta * delta * (double)s->n * (double)p->n / n;
    s->mean += delta * (double)p->n / n;
    s->n += p->n;
    window_add_to_sum(&s->sum, &s->rest, p->sum);
    s->rest += p->rest;
    s->binary = s->binary && !p->numbers;
    return p->sketch == NULL ? THRESH_OK : thresh_sketch_merge(scratch, p->sketch);
}

static void begin(window_sum *s, const window *w, thresh_sketch *scratch)
{
    *s = (window_sum){ .binary = true,
                       .percent = w->largest > 1,
                       .first = THRESH_NO_TIME,
                       .last = THRESH_NO_TIME,
                       .sketch = w->quantiles ? scratch : NULL };
    if (scratch != NULL)
        thresh_sketch_clear(scratch);
}

static void finish(window_sum *s)
{
    double mean = (s->sum + s->rest) / (double)s->n;

    if (s->n > 0 && isfinite(mean)) /* of numbers near the largest Welford's holds still */
        s->mean = mean;
}

thresh_status window_sum_counted(window_sum *out, window *w, const window_shape *shape,
                                 thresh_sketch *scratch)
{
    thresh_status rc = THRESH_OK;

    begin(out, w, scratch);
    for (uint32_t i = 0; i <= w->full && rc == THRESH_OK; i++)
        rc = merge(out, &w->panes[(w->at + shape->ring - i) % shape->ring], scratch);
    w->fresh = 0;
    finish(out);
    return rc;
}

bool window_has(window *w, const window_shape *shape, int64_t index)
{
    const pane *p = timed_pane(w, shape, index);

    return p->index == index && p->n > 0;
}

thresh_status window_sum_timed(window_sum *out, window *w, const window_shape *shape, int64_t last,
                               thresh_sketch *scratch)
{
    thresh_status rc = THRESH_OK;

    begin(out, w, scratch);
    for (int64_t i = last - shape->panes + 1; i <= last && rc == THRESH_OK; i++) {
        const pane *p = timed_pane(w, shape, i);
        if (p->index == i)
            rc = merge(out, p, scratch);
    }
    finish(out);
    return rc;
}

/* --- state --- */

thresh_status window_save(const window *w, const window_shape *shape, bytes *b)
{
    bytes_put_u32(b, w->at);
    bytes_put_u32(b, w->full);
    bytes_put_i64(b, w->begun);
    bytes_put_u64(b, w->fresh);
    bytes_put_double(b, w->largest);
    for (uint32_t i = 0; i < shape->ring; i++) {
        const pane *p = &w->panes[i];
        unsigned char *data = NULL;
        size_t len = 0;

        bytes_put_u64(b, p->n);
        if (p->n == 0)
            continue;
        bytes_put_double(b, p->sum);
        bytes_put_double(b, p->rest);
        bytes_put_double(b, p->mean);
        bytes_put_double(b, p->m2);
        bytes_put_i64(b, p->first);
        bytes_put_i64(b, p->last);
        bytes_put_i64(b, p->index);
        bytes_put_u8(b, p->numbers);
        if (w->quantiles && thresh_sketch_save(&data, &len, p->sketch) != THRESH_OK)
            return THRESH_ENOMEM;
        if (w->quantiles)
            bytes_put_block(b, data, len);
        free(data);
    }
    return b->failed ? THRESH_ENOMEM : THRESH_OK;
}

static bool is_sound(const pane *p, const window_shape *shape, uint32_t at)
{
    int64_t ring = shape->ring, place = p->index % ring;

    if (p->n > (uint64_t)INT64_MAX || (!shape->timed && p->n > shape->readings) || isnan(p->sum)
        || p->m2 < 0)
        return false;
    if (p->first > p->last || (p->first != THRESH_NO_TIME && !events_is_time(p->first))
        || (p->last != THRESH_NO_TIME && !events_is_time(p->last)))
        return false;
    return !shape->timed
           || (events_is_time(p->index) && (place < 0 ? place + ring : place) == (int64_t)at);
}

static thresh_status pane_load(window *w, const window_shape *shape, uint32_t at, bytes_reader *r)
{
    pane *p = &w->panes[at];
    uint8_t numbers;

    p->n = bytes_take_u64(r);
    if (p->n == 0)
        return THRESH_OK;
    p->sum = bytes_take_double(r);
    p->rest = bytes_take_double(r);
    p->mean = bytes_take_double(r);
    p->m2 = bytes_take_double(r);
    p->first = bytes_take_i64(r);
    p->last = bytes_take_i64(r);
    p->index = bytes_take_i64(r);
    numbers = bytes_take_u8(r);
    p->numbers = numbers == 1;
    if (r->failed || numbers > 1 || !is_sound(p, shape, at))
        return THRESH_EFORMAT;
    if (!w->quantiles)
        return THRESH_OK;
    bytes_reader part = bytes_take_block(r);
    thresh_status rc = r->failed
                           ? THRESH_EFORMAT
                           : thresh_sketch_load(&p->sketch, part.at, (size_t)(part.end - part.at));
    return rc == THRESH_OK && thresh_sketch_count(p->sketch) != p->n ? THRESH_EFORMAT : rc;
}

thresh_status window_load(window *w, const window_shape *shape, bytes_reader *r)
{
    thresh_status rc = THRESH_OK;

    w->at = bytes_take_u32(r);
    w->full = bytes_take_u32(r);
    w->begun = bytes_take_i64(r);
    w->fresh = bytes_take_u64(r);
    w->largest = bytes_take_double(r);
    if (r->failed || w->at >= shape->ring || w->full >= shape->panes || isnan(w->largest)
        || (w->begun != INT64_MIN && !events_is_time(w->begun)))
        return THRESH_EFORMAT;
    for (uint32_t i = 0; i < shape->ring && rc == THRESH_OK; i++) {
        rc = pane_load(w, shape, i, r);
        if (shape->timed && w->panes[i].n > 0 && w->begun == INT64_MIN)
            rc = THRESH_EFORMAT;
    }
    return rc != THRESH_OK ? rc : r->failed ? THRESH_EFORMAT : THRESH_OK;
}
