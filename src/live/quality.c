/*
 * How much of the input can be used at all: lines that break their format, rows that come too late,
 * values of a metric that are no numbers. What is not read is not judged, and a level that stays
 * green for want of readings is the worst answer there is; so a share that is too large is red.
 *
 * Shares are looked at where the parser's marks are, so that they depend on the input alone.
 */
#include "live/watch.h"
#include "thresh/proportions.h"

#include <math.h>

enum {
    WINDOW = 500, /* lines; less is looked at as well, and red when it is certain */
    LEAST = 30,
    CLEAR_WINDOWS = 2
};
static const double clear_below = 0.1, confidence = 0.99;
/* A limit is exact: as a share of so many. */
static const double exactly = 1e15;

static bool surely_beyond(const share *s, double limit, double confidence_of)
{
    thresh_interval i;

    return s->n >= LEAST
           && thresh_two_proportions_newcombe(&i, (double)s->bad, (double)s->n, limit * exactly,
                                              exactly, confidence_of)
                  == THRESH_OK
           && i.low > 0;
}

/* How such a share raises and leaves its level. */
typedef struct share_rule {
    double limit, confidence, clear_below;
    unsigned clear_windows;
    bool ends; /* a window ends here */
} share_rule;

/* `shown` gets the share as it was judged. */
static void judge_share(share *s, const share_rule *rule, share *shown)
{
    bool certain = surely_beyond(s, rule->limit, rule->confidence);

    *shown = *s;
    if (certain) {
        s->beyond = true;
        s->calm = 0;
    }
    if (!rule->ends)
        return;
    if (s->beyond && !certain) {
        double calm = rule->limit * (1 - rule->clear_below) * (double)s->n;
        s->calm = (double)s->bad <= calm ? s->calm + 1 : 0;
        s->beyond = s->calm < rule->clear_windows;
    }
    s->n = s->bad = 0;
}

static thresh_status set_unfit(thresh_monitor *m, watch *w, bool unfit, thresh_alert_reason reason,
                               const thresh_monitor_sink *sink)
{
    thresh_level from = shown_level(w), to;

    if (unfit == w->unfit)
        return THRESH_OK;
    w->unfit = unfit;
    to = shown_level(w);
    return from == to ? THRESH_OK
                      : tell(m, w, from, to, unfit ? reason : THRESH_ALERT_RECOVERED, NULL, sink);
}

/* --- the stream --- */

static thresh_status look_at_lines(thresh_monitor *m, const thresh_events_counts *c, bool *ended,
                                   const thresh_monitor_sink *sink)
{
    const struct {
        share *share;
        uint64_t *before, now;
        double limit;
        thresh_alert_reason reason;
    } all[] = { { &m->unreadable, &m->malformed_before, c->malformed, m->options.settings.max_bad,
                  THRESH_ALERT_UNREADABLE },
                { &m->late, &m->late_before, c->late + c->jumped, m->options.settings.max_late,
                  THRESH_ALERT_LATE } };
    uint64_t lines = c->lines - c->blank, more = lines - m->lines_before;
    thresh_alert_reason reason = THRESH_ALERT_RECOVERED;

    m->lines_before = lines;
    *ended = m->unreadable.n + more >= WINDOW;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        share_rule rule = { all[i].limit, confidence, clear_below, CLEAR_WINDOWS, *ended };
        share shown;

        all[i].share->n += more;
        all[i].share->bad += all[i].now - *all[i].before;
        *all[i].before = all[i].now;
        judge_share(all[i].share, &rule, &shown);
        if (all[i].share->beyond && reason == THRESH_ALERT_RECOVERED) {
            reason = all[i].reason;
            m->whole.gap = shown;
            m->whole.gap_limit = rule.limit;
        }
    }
    return set_unfit(m, &m->whole, reason != THRESH_ALERT_RECOVERED, reason, sink);
}

/* --- a metric --- */

static thresh_status look_at_series(thresh_monitor *m, series *s, uint64_t missing,
                                    const thresh_monitor_sink *sink)
{
    uint64_t bad = missing - s->missing_before, n = s->numbers + bad;
    thresh_status rc = THRESH_OK;

    if (n < LEAST)
        return THRESH_OK; /* more of them, then */
    s->missing_before = missing;
    s->numbers = 0;
    for (uint32_t i = s->watches; i != NOT_SEEN && rc == THRESH_OK; i = m->watches[i].next) {
        watch *w = &m->watches[i];
        share_rule rule = { w->rule.max_missing, w->rule.confidence, w->rule.clear_below,
                            w->rule.clear_windows, true };

        w->missing.n = n;
        w->missing.bad = bad;
        judge_share(&w->missing, &rule, &w->gap);
        w->gap_limit = rule.limit;
        rc = set_unfit(m, w, w->missing.beyond, THRESH_ALERT_MISSING, sink);
    }
    return rc;
}

static thresh_status look_at_metrics(thresh_monitor *m, const thresh_events *events,
                                     const thresh_monitor_sink *sink)
{
    thresh_status rc = THRESH_OK;

    for (uint32_t i = 0; i < m->stream_count && rc == THRESH_OK; i++)
        if (m->of_stream[i] < DROPPED)
            rc = look_at_series(m, &m->series[m->of_stream[i]], thresh_events_missing(events, i),
                                sink);
    return rc;
}

thresh_status look_at_input(thresh_monitor *m, const thresh_events *events,
                            const thresh_monitor_sink *sink)
{
    bool ended;
    thresh_status rc = look_at_lines(m, thresh_events_counted(events), &ended, sink);

    return rc == THRESH_OK && ended ? look_at_metrics(m, events, sink) : rc;
}

thresh_status thresh_monitor_look(thresh_monitor *m, const thresh_events *events,
                                  const thresh_monitor_sink *sink)
{
    thresh_status rc;

    m->line = thresh_events_counted(events)->lines;
    rc = look_at_input(m, events, sink);
    return rc == THRESH_OK ? look_at_metrics(m, events, sink) : rc;
}

/* --- state --- */

static void put_share(const share *s, bytes *b)
{
    bytes_put_u64(b, s->n);
    bytes_put_u64(b, s->bad);
    bytes_put_u32(b, s->calm);
    bytes_put_u8(b, s->beyond);
}

static void take_share(share *s, bytes_reader *r)
{
    s->n = bytes_take_u64(r);
    s->bad = bytes_take_u64(r);
    s->calm = bytes_take_u32(r);
    s->beyond = bytes_take_u8(r) != 0;
    if (s->bad > s->n)
        r->failed = true;
}

void quality_save(const thresh_monitor *m, bytes *b)
{
    bytes_put_u64(b, m->lines_before);
    bytes_put_u64(b, m->malformed_before);
    bytes_put_u64(b, m->late_before);
    put_share(&m->unreadable, b);
    put_share(&m->late, b);
    for (size_t i = 0; i < m->series_count; i++) {
        bytes_put_u64(b, m->series[i].numbers);
        bytes_put_u64(b, m->series[i].missing_before);
    }
    for (size_t i = 0; i < m->watch_count; i++) {
        put_share(&m->watches[i].missing, b);
        bytes_put_u8(b, m->watches[i].rate);
    }
}

void quality_load(thresh_monitor *m, bytes_reader *r)
{
    m->lines_before = bytes_take_u64(r);
    m->malformed_before = bytes_take_u64(r);
    m->late_before = bytes_take_u64(r);
    take_share(&m->unreadable, r);
    take_share(&m->late, r);
    m->whole.unfit = m->unreadable.beyond || m->late.beyond;
    for (size_t i = 0; i < m->series_count; i++) {
        m->series[i].numbers = bytes_take_u64(r);
        m->series[i].missing_before = bytes_take_u64(r);
    }
    for (size_t i = 0; i < m->watch_count; i++) {
        take_share(&m->watches[i].missing, r);
        m->watches[i].unfit = m->watches[i].missing.beyond;
        m->watches[i].rate = bytes_take_u8(r) != 0;
    }
}
