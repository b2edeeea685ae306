/* Readings of one series in panes, and what a window of panes adds up to. */
#ifndef LIVE_WINDOW_H
#define LIVE_WINDOW_H

#include "base/bytes.h"
#include "thresh/base.h"
#include "thresh/sketch.h"

/* The same for all series of a monitor. */
typedef struct window_shape {
    bool timed;
    uint64_t readings; /* of a pane, where windows are counted */
    int64_t slide;     /* microseconds of a pane, where they are of time */
    uint32_t panes;    /* of a window */
    uint32_t ring;     /* kept: those of a window, and what lateness keeps open */
    uint32_t k;        /* of the sketches */
} window_shape;

typedef struct pane {
    uint64_t n;
    double sum, rest; /* what rounding took from the sum: decimals add up to what they say */
    double mean, m2;  /* Welford's: sums of squares would cancel */
    int64_t first, last;
    int64_t index; /* of a timed pane: its begin is index * slide */
    bool numbers;  /* one of its readings is neither 0 nor 1 */
    thresh_sketch *sketch;
} pane;

typedef struct window {
    pane *panes;
    uint32_t at;    /* the open pane, where panes are counted */
    uint32_t full;  /* full panes behind it, at most panes - 1 */
    bool quantiles; /* with sketches */
    uint64_t seed;
    int64_t begun;  /* the first timed pane; INT64_MIN: none yet */
    uint64_t fresh; /* readings since a window was last judged */
    double largest; /* of all readings: percentages show themselves by it */
} window;

/* What a window adds up to. */
typedef struct window_sum {
    uint64_t n;
    double sum, rest, mean, m2;
    int64_t first, last;         /* times, or THRESH_NO_TIME */
    bool binary;                 /* each reading is 0 or 1 */
    bool percent;                /* the series has readings over 1, and so writes percentages */
    const thresh_sketch *sketch; /* borrowed until the next call; NULL without quantiles */
} window_sum;

/* Bytes that a window takes at most. */
size_t window_cost(const window_shape *shape, bool quantiles);
thresh_status window_init(window *w, const window_shape *shape, bool quantiles, uint64_t seed);
void window_dispose(window *w, const window_shape *shape);
/* The sketch of a pane's first reading, where quantiles are wanted. */
thresh_status window_sketch(window *w, const window_shape *shape, pane *p);
/* Moves on to the next pane, once the window was summed up. */
void window_next(window *w, const window_shape *shape);

/* Adds to a sum, and to what its rounding left out: Knuth (1997), TAOCP 2, sec. 4.2.2, theorem B.
 */
static inline void window_add_to_sum(double *sum, double *rest, double value)
{
    double whole = *sum + value, part = whole - *sum;

    *rest += (*sum - (whole - part)) + (value - part);
    *sum = whole;
}

static inline thresh_status window_add(window *w, const window_shape *shape, pane *p, double value,
                                       int64_t ts)
{
    double delta = value - p->mean;

    if (p->n == 0) {
        thresh_status rc =
            w->quantiles && p->sketch == NULL ? window_sketch(w, shape, p) : THRESH_OK;
        if (rc != THRESH_OK)
            return rc;
        p->first = p->last = ts;
    }
    p->n++;
    window_add_to_sum(&p->sum, &p->rest, value);
    p->mean += delta / (double)(int64_t)p->n;
    p->m2 += delta * (value - p->mean);
    if (!p->numbers)
        p->numbers = (value < 0 || value > 0) && (value < 1 || value > 1);
    if (ts < p->first)
        p->first = ts;
    if (ts > p->last)
        p->last = ts;
    if (value > w->largest)
        w->largest = value;
    w->fresh++;
    return w->quantiles ? thresh_sketch_add(p->sketch, value) : THRESH_OK;
}

/* Adds a reading; `*complete` when it fills the window, which is to be summed up before the next.
 * Here and not in the source, since nothing is called as often. */
static inline thresh_status window_count(window *w, const window_shape *shape, double value,
                                         int64_t ts, bool *complete)
{
    pane *p = &w->panes[w->at];
    thresh_status rc = window_add(w, shape, p, value, ts);

    *complete = false;
    if (p->n >= shape->readings) {
        *complete = w->full + 1 >= shape->panes;
        if (!*complete)
            window_next(w, shape);
    }
    return rc;
}

/* The same where windows are of time; a pane closes by its time, see monitor.c. */
thresh_status window_time(window *w, const window_shape *shape, double value, int64_t ts);
/* Sums up the last panes, the open one included; merges sketches into `scratch`. */
thresh_status window_sum_counted(window_sum *out, window *w, const window_shape *shape,
                                 thresh_sketch *scratch);
/* Has timed pane `index` a reading? */
bool window_has(window *w, const window_shape *shape, int64_t index);
/* Sums up the window that ends with pane `last`. */
thresh_status window_sum_timed(window_sum *out, window *w, const window_shape *shape, int64_t last,
                               thresh_sketch *scratch);
/* Forgets all readings, but not what they showed of the scale. */
void window_clear(window *w, const window_shape *shape);

thresh_status window_save(const window *w, const window_shape *shape, bytes *b);
thresh_status window_load(window *w, const window_shape *shape, bytes_reader *r);

#endif
