/* A monitor's whole state as bytes: whatever rows have left behind, and nothing that policy,
 * baseline and options say. */
#include "input/events.h"
#include "live/watch.h"
#include "stats/tolerance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char tag[4] = { 'M', 'O', 'N', '2' };
static const int64_t longest = INT64_MAX / 4;

/* What a state has to fit: another window or another baseline is another monitor. */
static void put_shape(const thresh_monitor *m, bytes *b)
{
    bytes_put_u8(b, m->shape.timed);
    bytes_put_u64(b, m->shape.readings);
    bytes_put_i64(b, m->shape.slide);
    bytes_put_u32(b, m->shape.panes);
    bytes_put_u32(b, m->shape.ring);
    bytes_put_u32(b, m->shape.k);
    bytes_put_u8(b, m->baseline == NULL);
    bytes_put_u64(b, m->baseline == NULL ? 0 : thresh_set_count(m->baseline));
}

static bool same_shape(const thresh_monitor *m, bytes_reader *r)
{
    bytes mine = BYTES_INIT;
    const unsigned char *theirs;
    bool same;

    put_shape(m, &mine);
    theirs = bytes_take(r, mine.len);
    same = !mine.failed && theirs != NULL && memcmp(theirs, mine.data, mine.len) == 0;
    bytes_free(&mine);
    return same;
}

static uint64_t *const_counts(thresh_monitor *m, size_t i)
{
    uint64_t *const all[] = { &m->counts.rows,    &m->counts.readings, &m->counts.unwatched,
                              &m->counts.dropped, &m->counts.timeless, &m->counts.windows,
                              &m->counts.alerts,  &m->counts.raised };

    return i < sizeof all / sizeof *all ? all[i] : NULL;
}

static void put_incidents(const thresh_monitor *m, bytes *b)
{
    for (int l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++) {
        bytes_put_u8(b, m->incidents[l].active);
        bytes_put(b, m->incidents[l].id, THRESH_ALERT_ID);
    }
}

static bool take_bool(bytes_reader *r)
{
    uint8_t v = bytes_take_u8(r);

    r->failed = r->failed || v > 1;
    return v == 1;
}

/* An id becomes part of the name of a file. */
static void take_incidents(thresh_monitor *m, bytes_reader *r)
{
    for (int l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++) {
        bool active = take_bool(r);
        const char *id = (const char *)bytes_take(r, THRESH_ALERT_ID);

        if (id == NULL || id[THRESH_ALERT_ID - 1] != '\0'
            || strspn(id, "0123456789abcdef") != strlen(id)
            || (active && strlen(id) != THRESH_ALERT_ID - 1)) {
            r->failed = true;
            return;
        }
        m->incidents[l].active = active;
        memcpy(m->incidents[l].id, id, THRESH_ALERT_ID);
    }
}

static bool is_time(int64_t t)
{
    return t == THRESH_NO_TIME || events_is_time(t);
}

static bool is_length(int64_t t)
{
    return t >= 0 && t <= longest;
}

/* Between the panes that are closed and the newest there are no more than lie in the ring. */
static bool are_panes(const thresh_monitor *m)
{
    if (!m->shape.timed || !m->has_closed)
        return !m->has_closed && m->closed == 0 && m->newest == 0;
    return events_is_time(m->closed) && events_is_time(m->newest)
           && m->newest - m->closed <= (int64_t)m->shape.ring;
}

static void put_ladder(const watch *w, bytes *b)
{
    bytes_put_u8(b, (uint8_t)w->ladder.level);
    for (int l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++) {
        bytes_put_u32(b, w->ladder.beyond[l]);
        bytes_put_u32(b, w->ladder.calm[l]);
    }
    bytes_put_u8(b, w->silent);
    bytes_put_u8(b, w->doubted);
    bytes_put_u64(b, w->windows);
    bytes_put_u64(b, w->alerts);
    bytes_put_double(b, w->value);
    bytes_put_double(b, w->baseline);
}

static bool take_ladder(watch *w, bytes_reader *r)
{
    uint8_t level = bytes_take_u8(r);

    if (level >= THRESH_LEVELS)
        return false;
    w->ladder.level = (thresh_level)level;
    for (int l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++) {
        w->ladder.beyond[l] = bytes_take_u32(r);
        w->ladder.calm[l] = bytes_take_u32(r);
    }
    w->silent = take_bool(r);
    w->doubted = take_bool(r);
    w->windows = bytes_take_u64(r);
    w->alerts = bytes_take_u64(r);
    w->value = bytes_take_double(r);
    w->baseline = bytes_take_double(r);
    return !r->failed;
}

/* A base that the stream itself gave. */
static void put_base(const watch *w, bytes *b)
{
    bytes_put_u8(b, w->has_base);
    if (!w->live || !w->has_base)
        return;
    bytes_put_double(b, w->base.value);
    bytes_put_double(b, w->base.n);
    bytes_put_u8(b, w->base.unit != NULL);
    bytes_put_u8(b, w->base.has_stderr);
    bytes_put_double(b, w->base.stderr_value);
    bytes_put_double(b, w->base_low);
    bytes_put_double(b, w->base_high);
}

static void take_saved_base(const thresh_monitor *m, watch *w, bytes_reader *r)
{
    bool has = take_bool(r);

    if (!w->live) { /* the baseline's own */
        r->failed = r->failed || has != w->has_base;
        return;
    }
    if (!has)
        return;
    w->has_base = true;
    w->base.value = bytes_take_double(r);
    w->base.n = bytes_take_double(r);
    w->base.has_n = true;
    w->base.unit = take_bool(r) ? "%" : NULL;
    w->base.has_stderr = take_bool(r);
    w->base.stderr_value = bytes_take_double(r);
    w->base_low = bytes_take_double(r);
    w->base_high = bytes_take_double(r);
    if (!isfinite(w->base.value) || !(w->base.n >= 1) || !(w->base.stderr_value >= 0))
        r->failed = true;
    if (!r->failed)
        resolve_alerts(m, w);
}

thresh_status thresh_monitor_save(const thresh_monitor *m, unsigned char **out, size_t *len)
{
    bytes b = BYTES_INIT;
    thresh_status rc = THRESH_OK;

    *out = NULL;
    *len = 0;
    bytes_put_tag(&b, tag);
    put_shape(m, &b);
    for (size_t i = 0; const_counts((thresh_monitor *)m, i) != NULL; i++)
        bytes_put_u64(&b, *const_counts((thresh_monitor *)m, i));
    put_incidents(m, &b);
    bytes_put_i64(&b, m->ts);
    bytes_put_i64(&b, m->stream_time);
    bytes_put_i64(&b, m->clock);
    bytes_put_i64(&b, m->next_look);
    bytes_put_i64(&b, m->closed);
    bytes_put_i64(&b, m->newest);
    bytes_put_u8(&b, m->has_closed);
    bytes_put_u64(&b, m->event_number);
    tolerance_put(&b, &m->tolerance);
    put_ladder(&m->whole, &b);
    bytes_put_u64(&b, m->stream_count);
    for (size_t i = 0; i < m->stream_count; i++)
        bytes_put_u32(&b, m->of_stream[i]);
    bytes_put_u64(&b, m->series_count);
    for (size_t i = 0; i < m->series_count && rc == THRESH_OK; i++) {
        const series *s = &m->series[i];
        bytes_put_text(&b, s->scope);
        bytes_put_text(&b, s->name);
        bytes_put_i64(&b, s->seen);
        bytes_put_u8(&b, s->silent);
        bytes_put_u32(&b, s->downs);
        bytes_put_u32(&b, s->ups);
        if (s->drift != NULL)
            drift_save(m, s->drift, &b);
        if (s->windowed)
            rc = window_save(&s->window, &m->shape, &b);
    }
    bytes_put_u64(&b, m->watch_count);
    for (size_t i = 0; i < m->watch_count; i++) {
        put_ladder(&m->watches[i], &b);
        put_base(&m->watches[i], &b);
    }
    quality_save(m, &b);
    if (rc != THRESH_OK) {
        bytes_free(&b);
        return rc;
    }
    *out = bytes_give(&b, len);
    return *out != NULL ? THRESH_OK : THRESH_ENOMEM;
}

/* The series are taken again in their order, which links them to the same watches. */
static thresh_status load_series(thresh_monitor *m, bytes_reader *r)
{
    size_t count = bytes_take_count(r, 1, m->options.max_series);
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        size_t scope_len, name_len;
        const char *scope = bytes_take_text(r, &scope_len), *name = bytes_take_text(r, &name_len);
        thresh_series named;
        uint32_t place;

        if (scope == NULL || name == NULL)
            return THRESH_EFORMAT;
        named.scope = arena_strndup(&m->arena, scope, scope_len);
        named.name = arena_strndup(&m->arena, name, name_len);
        if (m->arena.failed)
            return THRESH_ENOMEM;
        if ((rc = take_series(m, named, &place)) != THRESH_OK)
            return rc;
        if (place != i)
            return THRESH_EFORMAT;
        series *s = &m->series[place];
        s->seen = bytes_take_i64(r);
        s->silent = take_bool(r);
        s->downs = bytes_take_u32(r);
        s->ups = bytes_take_u32(r);
        if (r->failed || !is_length(s->seen) || s->seen > m->stream_time)
            return THRESH_EFORMAT;
        if (s->drift != NULL)
            rc = drift_load(m, s->drift, r);
        if (rc == THRESH_OK && s->windowed)
            rc = window_load(&s->window, &m->shape, r);
    }
    return rc;
}

static bool same(double a, double b)
{
    return a >= b && a <= b;
}

/* A tolerance of the settings that this monitor has. */
static bool take_tolerance(thresh_monitor *m, bytes_reader *r)
{
    const thresh_tolerance_settings *mine = &m->tolerance.settings, *theirs;
    thresh_tolerance was;

    tolerance_take(&was, r);
    theirs = &was.settings;
    if (r->failed || !same(mine->start, theirs->start) || !same(mine->least, theirs->least)
        || !same(mine->most, theirs->most) || !same(mine->widen, theirs->widen)
        || !same(mine->tighten, theirs->tighten) || mine->window != theirs->window
        || mine->patience != theirs->patience || mine->tighten_only != theirs->tighten_only)
        return false;
    m->tolerance = was;
    m->adapted = was.value / mine->start;
    return true;
}

static bool take_clock(thresh_monitor *m, bytes_reader *r)
{
    m->ts = bytes_take_i64(r);
    m->stream_time = bytes_take_i64(r);
    m->clock = bytes_take_i64(r);
    m->next_look = bytes_take_i64(r);
    m->closed = bytes_take_i64(r);
    m->newest = bytes_take_i64(r);
    m->has_closed = take_bool(r);
    return !r->failed && is_time(m->ts) && is_time(m->clock) && is_length(m->stream_time)
           && is_length(m->next_look) && are_panes(m);
}

thresh_status thresh_monitor_load(thresh_monitor *m, const unsigned char *data, size_t len)
{
    bytes_reader r = bytes_read(data, len);
    thresh_status rc;
    size_t count;

    bytes_take_tag(&r, tag);
    if (!same_shape(m, &r))
        return THRESH_EFORMAT;
    for (size_t i = 0; const_counts(m, i) != NULL; i++)
        *const_counts(m, i) = bytes_take_u64(&r);
    take_incidents(m, &r);
    if (!take_clock(m, &r))
        return THRESH_EFORMAT;
    m->event_number = bytes_take_u64(&r);
    if (!take_tolerance(m, &r) || !take_ladder(&m->whole, &r))
        return THRESH_EFORMAT;
    count = bytes_take_count(&r, 4, UINT32_MAX);
    if (count > 0
        && !array_reserve(&m->of_stream, &m->stream_capacity, count, sizeof *m->of_stream))
        return THRESH_ENOMEM;
    for (size_t i = 0; i < count; i++)
        m->of_stream[i] = bytes_take_u32(&r);
    m->stream_count = count;
    if ((rc = load_series(m, &r)) != THRESH_OK)
        return rc;
    for (size_t i = 0; i < count; i++)
        if (m->of_stream[i] < DROPPED && m->of_stream[i] >= m->series_count)
            return THRESH_EFORMAT;
    if (bytes_take_u64(&r) != m->watch_count)
        return THRESH_EFORMAT;
    for (size_t i = 0; i < m->watch_count; i++) {
        if (!take_ladder(&m->watches[i], &r))
            return THRESH_EFORMAT;
        take_saved_base(m, &m->watches[i], &r);
    }
    quality_load(m, &r);
    return bytes_done(&r) ? THRESH_OK : THRESH_EFORMAT;
}
