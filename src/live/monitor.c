/* The monitor: rows into windows, windows into levels, silence into levels, and changes told. */
#include "live/watch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_SERIES = 1000,
    MOST_MEMORY = 40 << 20,
    K_COUNTED = THRESH_SKETCH_K, /* a window of so many readings has exact quantiles */
    K_LONG = 800,
    LEAST_AT_END = 30,
    LEAST_TIMED = 2,
    DEFAULT_LATENESS = 60000000 /* as of thresh_events_options */
};

/* --- making --- */

static thresh_status bad_window(thresh_diags *diags, const char *what)
{
    thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "%s", diag_text(diags, what));
    return THRESH_EINVAL;
}

static thresh_status shape_windows(thresh_monitor *m, thresh_diags *diags)
{
    const thresh_alert_settings *s = &m->options.settings;
    thresh_span slide = s->slide.count > 0 || s->slide.microseconds > 0 ? s->slide : s->window;
    bool timed = s->window.microseconds > 0;
    int64_t lateness = s->lateness < 0 ? DEFAULT_LATENESS : s->lateness;
    uint64_t panes, open;

    if (timed != (slide.microseconds > 0))
        return bad_window(diags, N_("window and slide have to be both counts or both times"));
    if (timed ? s->window.microseconds % slide.microseconds != 0
              : s->window.count % slide.count != 0)
        return bad_window(diags, N_("the slide has to divide the window"));
    panes = timed ? (uint64_t)(s->window.microseconds / slide.microseconds)
                  : s->window.count / slide.count;
    open = timed ? (uint64_t)(lateness / slide.microseconds) + 2 : 0;
    if (panes + open > THRESH_MONITOR_PANES)
        return bad_window(diags, N_("the window, and what lateness keeps open, is more than 1,024 "
                                    "times as long as the slide"));
    m->shape = (window_shape){ .timed = timed,
                               .readings = slide.count,
                               .slide = slide.microseconds,
                               .panes = (uint32_t)panes,
                               .ring = (uint32_t)(panes + open),
                               .k = !timed && s->window.count <= K_COUNTED ? K_COUNTED : K_LONG };
    return THRESH_OK;
}

static void take_defaults(thresh_monitor *m, const thresh_monitor_options *options)
{
    thresh_monitor_options *o = &m->options;

    if (options != NULL)
        *o = *options;
    if (o->settings.window.count == 0 && o->settings.window.microseconds == 0)
        o->settings = thresh_policy_alert_settings(m->policy);
    if (!(o->settings.max_bad > 0))
        o->settings.max_bad = thresh_policy_alert_settings(m->policy).max_bad;
    if (!(o->settings.max_late > 0))
        o->settings.max_late = thresh_policy_alert_settings(m->policy).max_late;
    if (o->max_series == 0)
        o->max_series = MOST_SERIES;
    if (o->memory == 0)
        o->memory = MOST_MEMORY;
    m->longest_step = INT64_MAX;
    m->clock = m->ts = THRESH_NO_TIME;
    m->adapted = 1;
    m->whole = (watch){
        .scope = "", .name = "*", .series = NOT_SEEN, .value = NAN, .baseline = NAN, .unit = ""
    };
}

thresh_status thresh_monitor_new(thresh_monitor **out, const thresh_policy *policy,
                                 const thresh_set *baseline, const thresh_monitor_options *options,
                                 thresh_diags *diags)
{
    thresh_monitor *m = calloc(1, sizeof *m);
    thresh_status rc;

    *out = NULL;
    if (m == NULL)
        return THRESH_ENOMEM;
    m->policy = policy;
    m->baseline = baseline;
    take_defaults(m, options);
    rc = shape_windows(m, diags);
    if (rc == THRESH_OK)
        rc = thresh_set_new(&m->none);
    if (rc == THRESH_OK)
        rc = thresh_sketch_new(&m->scratch, m->shape.k, 0);
    if (rc == THRESH_OK)
        rc = drift_begin(m, diags);
    if (rc == THRESH_OK)
        rc = find_watches(m, diags);
    if (rc != THRESH_OK) {
        thresh_monitor_free(m);
        return rc;
    }
    *out = m;
    return THRESH_OK;
}

void thresh_monitor_free(thresh_monitor *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->series_count; i++) {
        window_dispose(&m->series[i].window, &m->shape);
        free(m->series[i].drift);
    }
    free(m->series);
    free(m->watches);
    free(m->of_stream);
    thresh_sketch_free(m->scratch);
    thresh_set_free(m->none);
    arena_free(&m->arena);
    free(m);
}

/* --- windows --- */

static thresh_status tell_baseline(thresh_monitor *m, watch *w, const window_sum *sum,
                                   const thresh_monitor_sink *sink)
{
    thresh_monitor_event event = { .ts = m->ts,
                                   .line = m->line,
                                   .what = THRESH_EVENT_BASELINE,
                                   .scope = w->scope,
                                   .metric = w->name,
                                   .detector = "",
                                   .value = w->base.value,
                                   .limit = (double)sum->n,
                                   .reason = "first-windows" };

    make_id(event.id, m, w->scope, w->name, w->alerts++);
    return sink != NULL && sink->event != NULL ? sink->event(sink->context, &event) : THRESH_OK;
}

static thresh_status tell_doubt(thresh_monitor *m, watch *w, const outcome *o,
                                const thresh_monitor_sink *sink)
{
    thresh_monitor_event event = { .ts = m->ts,
                                   .line = m->line,
                                   .what = THRESH_EVENT_SCALE,
                                   .scope = w->scope,
                                   .metric = w->name,
                                   .detector = "",
                                   .value = o->as_eval.candidate,
                                   .limit = o->as_eval.baseline,
                                   .reason = "scale-disagrees" };

    w->doubted = true;
    make_id(event.id, m, w->scope, w->name, w->alerts++);
    return sink != NULL && sink->event != NULL ? sink->event(sink->context, &event) : THRESH_OK;
}

static thresh_alert_reason reason_of(thresh_level from, thresh_level to, const outcome *o)
{
    return to < from          ? THRESH_ALERT_RECOVERED
           : o->below_floor   ? THRESH_ALERT_BELOW_FLOOR
           : o->above_ceiling ? THRESH_ALERT_ABOVE_CEILING
                              : THRESH_ALERT_BEYOND_LIMIT;
}

static thresh_status judge_watch(thresh_monitor *m, watch *w, const window_sum *sum, bool whole,
                                 const thresh_monitor_sink *sink)
{
    thresh_level from = w->ladder.level, to;
    arena a = ARENA_INIT;
    outcome o;
    thresh_status rc;

    if (!w->has_base && !whole)
        return THRESH_OK;
    if (!w->has_base) {
        rc = take_base(m, w, sum);
        return rc == THRESH_OK ? tell_baseline(m, w, sum, sink) : rc;
    }
    rc = judge_window(m, w, sum, &a, &o);
    if (rc == THRESH_OK) {
        w->windows++;
        m->counts.windows++;
        w->value = o.as_eval.candidate;
        w->baseline = o.as_eval.baseline;
        w->unit = o.as_eval.unit;
        w->rate = sum->binary && !w->quantile;
        to = climb(&w->ladder, &w->rule, &o);
        if (!w->doubted && is_scale_doubtful(m, w, &o))
            rc = tell_doubt(m, w, &o, sink);
        if (rc == THRESH_OK && to != from && !w->unfit) /* else it is red as it is */
            rc = tell(m, w, from, to, reason_of(from, to, &o), &o, sink);
    }
    arena_free(&a);
    return rc;
}

/* `whole`: fit to be a baseline, for the stream was there from the window's beginning. */
static thresh_status judge_series(thresh_monitor *m, const series *s, const window_sum *sum,
                                  bool whole, const thresh_monitor_sink *sink)
{
    thresh_status rc = THRESH_OK;

    for (uint32_t i = s->watches; i != NOT_SEEN && rc == THRESH_OK; i = m->watches[i].next)
        rc = judge_watch(m, &m->watches[i], sum, whole, sink);
    return rc;
}

/* Judges the windows that end with timed pane `index`. */
static thresh_status close_pane(thresh_monitor *m, int64_t index, const thresh_monitor_sink *sink)
{
    uint64_t least = m->options.min_samples > 0 ? m->options.min_samples : LEAST_TIMED;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < m->series_count && rc == THRESH_OK; i++) {
        series *s = &m->series[i];
        window_sum sum;

        if (!s->windowed || !window_has(&s->window, &m->shape, index))
            continue;
        rc = window_sum_timed(&sum, &s->window, &m->shape, index, m->scratch);
        if (rc == THRESH_OK && sum.n >= least)
            rc = judge_series(m, s, &sum, index - s->window.begun + 1 >= m->shape.panes, sink);
    }
    return rc;
}

/* Closes every pane before `end`. */
static thresh_status close_until(thresh_monitor *m, int64_t end, const thresh_monitor_sink *sink)
{
    thresh_status rc = THRESH_OK;

    for (; m->closed < end && m->closed <= m->newest && rc == THRESH_OK; m->closed++)
        rc = close_pane(m, m->closed, sink);
    if (m->closed < end)
        m->closed = end; /* nothing came since */
    return rc;
}

static int64_t pane_of(const thresh_monitor *m, int64_t ts)
{
    return ts / m->shape.slide - (ts % m->shape.slide < 0);
}

static thresh_status close_panes(thresh_monitor *m, const thresh_event *row,
                                 const thresh_monitor_sink *sink)
{
    int64_t from = pane_of(m, row->watermark != THRESH_NO_TIME ? row->watermark : row->ts);
    int64_t least = pane_of(m, row->ts) - (int64_t)(m->shape.ring - m->shape.panes) + 1;
    thresh_status rc = THRESH_OK;

    if (from < least) /* a caller more patient than `lateness`: there is no room for that */
        from = least;

    if (m->has_closed && row->moved) /* a clock that was set back: time begins again */
        rc = close_until(m, m->newest + 1, sink);
    if (!m->has_closed || (row->moved && from < m->closed))
        m->closed = m->newest = from;
    m->has_closed = true;
    if (rc == THRESH_OK)
        rc = close_until(m, from, sink);
    if (pane_of(m, row->ts) > m->newest)
        m->newest = pane_of(m, row->ts);
    return rc;
}

/* --- silence --- */

static thresh_status set_silent(thresh_monitor *m, watch *w, bool silent,
                                thresh_alert_reason reason, const thresh_monitor_sink *sink)
{
    thresh_level from = shown_level(w), to;
    thresh_status rc = THRESH_OK;

    if (silent == w->silent)
        return THRESH_OK;
    w->silent = silent;
    to = shown_level(w);
    if (from != to)
        rc = tell(m, w, from, to, silent ? reason : THRESH_ALERT_RECOVERED, NULL, sink);
    return rc;
}

/* Time passes while the stream goes on; a metric that does not is missed. */
static thresh_status look_for_silence(thresh_monitor *m, const thresh_monitor_sink *sink)
{
    thresh_status rc = THRESH_OK;

    m->next_look = m->stream_time + m->longest_step / 4 + 1;
    for (size_t i = 0; i < m->watch_count && rc == THRESH_OK; i++) {
        watch *w = &m->watches[i];
        if (w->rule.no_data == 0 || w->silent || (w->series == NOT_SEEN && !w->required)
            || silence_of(m, w) <= w->rule.no_data)
            continue;
        if (w->series != NOT_SEEN)
            m->series[w->series].silent = true;
        rc = set_silent(m, w, true, THRESH_ALERT_NO_DATA, sink);
    }
    return rc;
}

static thresh_status wake(thresh_monitor *m, series *s, const thresh_monitor_sink *sink)
{
    thresh_status rc = THRESH_OK;

    s->silent = false;
    for (uint32_t i = s->watches; i != NOT_SEEN && rc == THRESH_OK; i = m->watches[i].next)
        rc = set_silent(m, &m->watches[i], false, THRESH_ALERT_RECOVERED, sink);
    return rc;
}

void thresh_monitor_heard(thresh_monitor *m)
{
    m->fresh = true;
}

thresh_status thresh_monitor_tick(thresh_monitor *m, int64_t now, const thresh_monitor_sink *sink)
{
    if (!m->ticking || m->fresh)
        m->arrived = now;
    m->ticking = true;
    m->fresh = false;
    m->line = 0;
    if (m->options.down_after == 0 || now - m->arrived <= m->options.down_after)
        return THRESH_OK;
    return set_silent(m, &m->whole, true, THRESH_ALERT_DOWN, sink);
}

/* A service that says itself that it is down, or up again. */
static thresh_status take_switch(thresh_monitor *m, series *s, double value,
                                 const thresh_monitor_sink *sink)
{
    watch *w = &m->watches[s->watches];
    thresh_level from = w->ladder.level, to = from;

    s->downs = value > 0 ? 0 : s->downs + 1;
    s->ups = value > 0 ? s->ups + 1 : 0;
    w->value = value;
    w->windows++;
    m->counts.windows++;
    if (s->downs >= w->rule.levels[THRESH_LEVEL_RED].windows)
        to = THRESH_LEVEL_RED;
    else if (s->ups >= w->rule.clear_windows)
        to = THRESH_LEVEL_NONE;
    w->ladder.level = to;
    if (from == to || w->unfit)
        return THRESH_OK;
    return tell(m, w, from, to, to > from ? THRESH_ALERT_DOWN : THRESH_ALERT_RECOVERED, NULL, sink);
}

/* --- rows --- */

/* The place of a stream's series, found out once. */
static thresh_status find_place(thresh_monitor *m, const thresh_events *events, uint32_t number,
                                uint32_t *out)
{
    thresh_status rc = THRESH_OK;

    if (number >= m->stream_count) {
        if (!array_reserve(&m->of_stream, &m->stream_capacity, (size_t)number + 1,
                           sizeof *m->of_stream))
            return THRESH_ENOMEM;
        while (m->stream_count <= number)
            m->of_stream[m->stream_count++] = UNKNOWN;
    }
    rc = take_series(m, thresh_events_series(events, number), &m->of_stream[number]);
    *out = m->of_stream[number];
    return rc;
}

/* Neither missed, nor looked at for drift, nor a switch: a reading of it goes into its window. */
static inline bool is_usual(const series *s)
{
    return !s->silent && s->windowed && s->drift == NULL;
}

static thresh_status judge_full(thresh_monitor *m, series *s, const thresh_monitor_sink *sink)
{
    window_sum sum;
    thresh_status rc = window_sum_counted(&sum, &s->window, &m->shape, m->scratch);

    if (rc == THRESH_OK)
        rc = judge_series(m, s, &sum, true, sink);
    window_next(&s->window, &m->shape);
    return rc;
}

static inline thresh_status take_reading(thresh_monitor *m, series *s, double value, int64_t ts,
                                         const thresh_monitor_sink *sink)
{
    bool complete = false;
    thresh_status rc = THRESH_OK;

    s->seen = m->stream_time;
    s->numbers++;
    if (!is_usual(s)) {
        if (s->silent && (rc = wake(m, s, sink)) != THRESH_OK)
            return rc;
        if (s->drift != NULL && (rc = drift_add(m, s, value, sink)) != THRESH_OK)
            return rc;
        if (s->switched)
            return take_switch(m, s, value, sink);
        if (!s->windowed)
            return THRESH_OK;
    }
    if (m->shape.timed) {
        m->counts.timeless += ts == THRESH_NO_TIME;
        m->counts.dropped += ts != THRESH_NO_TIME && pane_of(m, ts) < m->closed;
        return ts == THRESH_NO_TIME || pane_of(m, ts) < m->closed
                   ? THRESH_OK
                   : window_time(&s->window, &m->shape, value, ts);
    }
    rc = window_count(&s->window, &m->shape, value, ts, &complete);
    return rc == THRESH_OK && complete ? judge_full(m, s, sink) : rc;
}

static void advance(thresh_monitor *m, const thresh_event *row)
{
    m->ts = row->ts;
    if (m->clock != THRESH_NO_TIME && row->ts > m->clock) {
        int64_t step = row->ts - m->clock;
        m->stream_time += step < m->longest_step ? step : m->longest_step;
    }
    if (m->clock == THRESH_NO_TIME || row->ts > m->clock || row->moved)
        m->clock = row->ts;
}

thresh_status thresh_monitor_row(thresh_monitor *m, const thresh_events *events,
                                 const thresh_event *row, const thresh_monitor_sink *sink)
{
    thresh_status rc = THRESH_OK;
    uint32_t place;

    m->line = row->line;
    if (row->count == 0)
        return look_at_input(m, events, sink);
    m->counts.rows++;
    m->fresh = true;
    if (row->ts != THRESH_NO_TIME)
        advance(m, row);
    if (m->whole.silent)
        rc = set_silent(m, &m->whole, false, THRESH_ALERT_RECOVERED, sink);
    if (rc == THRESH_OK && m->shape.timed && row->ts != THRESH_NO_TIME)
        rc = close_panes(m, row, sink);
    for (size_t i = 0; i < row->count && rc == THRESH_OK; i++) {
        uint32_t number = row->readings[i].series;
        place = number < m->stream_count ? m->of_stream[number] : UNKNOWN;
        if (place == UNKNOWN && (rc = find_place(m, events, number, &place)) != THRESH_OK)
            break;
        if (place >= DROPPED) {
            m->counts.unwatched += place == UNWATCHED;
            m->counts.dropped += place == DROPPED;
            continue;
        }
        m->counts.readings++;
        rc = take_reading(m, &m->series[place], row->readings[i].value, row->ts, sink);
    }
    if (rc == THRESH_OK)
        rc = drift_row(m, sink);
    if (rc == THRESH_OK && m->stream_time >= m->next_look && m->longest_step < INT64_MAX)
        rc = look_for_silence(m, sink);
    return rc;
}

thresh_status thresh_monitor_end(thresh_monitor *m, const thresh_monitor_sink *sink)
{
    uint64_t least = m->options.min_samples > 0 ? m->options.min_samples : LEAST_AT_END;
    thresh_status rc = THRESH_OK;

    if (m->shape.timed)
        return m->has_closed ? close_until(m, m->newest + 1, sink) : THRESH_OK;
    for (size_t i = 0; i < m->series_count && rc == THRESH_OK; i++) {
        series *s = &m->series[i];
        window_sum sum;

        if (!s->windowed || s->window.fresh == 0)
            continue;
        rc = window_sum_counted(&sum, &s->window, &m->shape, m->scratch);
        if (rc == THRESH_OK && sum.n >= least)
            rc = judge_series(m, s, &sum, false, sink);
        window_clear(&s->window, &m->shape);
    }
    return rc;
}

/* --- asking --- */

const thresh_monitor_counts *thresh_monitor_counted(const thresh_monitor *m)
{
    return &m->counts;
}

bool thresh_monitor_watched(const thresh_monitor *m, size_t i, thresh_watched *out)
{
    /* the stream as such comes last, if there was ever anything to say of it */
    if (i > m->watch_count || (i == m->watch_count && m->whole.alerts == 0))
        return false;
    const watch *w = i < m->watch_count ? &m->watches[i] : &m->whole;
    *out = (thresh_watched){ .scope = w->scope,
                             .metric = w->name,
                             .statistic = w->rate ? "rate" : w->label,
                             .kind = w->kind,
                             .unit = w->unit,
                             .level = shown_level(w),
                             .rule = &w->rule,
                             .windows = w->windows,
                             .seen = w->series != NOT_SEEN || w == &m->whole,
                             .required = w->required,
                             .doubted = w->doubted,
                             .value = w->value,
                             .baseline = w->baseline };
    return true;
}
