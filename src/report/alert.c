/* Alerts and events of a monitor: as lines of JSON, schema thresh/alert/v1, and as sentences. */
#include "report/alert.h"
#include "report/escape.h"
#include "report/table.h"
#include "report/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Microseconds since 1970 as RFC 3339 in UTC; days by the algorithm of the proleptic Gregorian
 * calendar, so that no clock and no zone of the machine is asked. */
const char *alert_time(char out[ALERT_TIME], int64_t ts)
{
    int64_t seconds = ts / 1000000 - (ts % 1000000 < 0);
    int64_t micro = ts - seconds * 1000000;
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
    int64_t year = yoe + era * 400 + (month <= 2);
    int used = snprintf(out, ALERT_TIME, "%04d-%02d-%02dT%02d:%02d:%02d", (int)year, (int)month,
                        (int)day, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));

    if (micro != 0 && used > 0)
        used += snprintf(out + used, (size_t)(ALERT_TIME - used), ".%06d", (int)micro);
    snprintf(out + used, (size_t)(ALERT_TIME - used), "Z");
    return out;
}

/* --- JSON --- */

static void put_key(FILE *f, const char *key)
{
    fprintf(f, ", \"%s\": ", key);
}

static void put_text(FILE *f, const char *key, const char *text)
{
    put_key(f, key);
    if (text != NULL)
        put_json(f, text);
    else
        fputs("null", f);
}

static void put_number(FILE *f, const char *key, double value)
{
    put_key(f, key);
    put_json_number(f, value);
}

static void put_count(FILE *f, const char *key, uint64_t value)
{
    put_key(f, key);
    fprintf(f, "%" PRIu64, value);
}

static void put_flag(FILE *f, const char *key, bool value)
{
    put_key(f, key);
    fputs(value ? "true" : "false", f);
}

static void put_time(FILE *f, const char *key, int64_t ts)
{
    char text[ALERT_TIME];

    put_text(f, key, ts == THRESH_NO_TIME ? NULL : alert_time(text, ts));
}

static void put_window(FILE *f, const thresh_alert *a)
{
    put_key(f, "window");
    if (!a->has_figures) {
        fputs("null", f);
        return;
    }
    fprintf(f, "{\"n\": %" PRIu64, a->n);
    put_time(f, "begin", a->begin);
    put_time(f, "end", a->end);
    fputs("}", f);
}

static void put_interval(FILE *f, const thresh_judged *m)
{
    put_key(f, "interval");
    if (m == NULL || !m->has_interval) {
        fputs("null", f);
        return;
    }
    fputs("{\"low\": ", f);
    put_json_number(f, m->low);
    put_number(f, "high", m->high);
    put_number(f, "confidence", m->confidence);
    put_text(f, "method", m->method);
    fputs("}", f);
}

static void put_names(FILE *f, const char *key, const char *const *names)
{
    put_key(f, key);
    fputs("[", f);
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        fputs(i > 0 ? ", " : "", f);
        put_json(f, names[i]);
    }
    fputs("]", f);
}

thresh_status thresh_report_alert_json(const thresh_alert *a, const char *const *actions, FILE *f)
{
    const thresh_judged *m = a->has_figures ? a->judged : NULL;

    fputs("{\"schema\": \"thresh/alert/v1\"", f);
    put_time(f, "ts", a->ts);
    put_text(f, "level", thresh_level_name(a->level));
    put_text(f, "from", thresh_level_name(a->from));
    put_text(f, "metric", a->metric);
    put_text(f, "scope", a->scope);
    put_text(f, "reason", thresh_alert_reason_slug(a->reason));
    put_text(f, "statistic", a->statistic);
    put_window(f, a);
    put_number(f, "baseline", m != NULL ? m->baseline : NAN);
    put_number(f, "value", m != NULL ? m->candidate : a->share);
    put_text(f, "unit", m != NULL ? m->unit : NULL);
    put_number(f, "degradation", m != NULL ? m->degradation : NAN);
    put_text(f, "degradation_unit", m != NULL ? thresh_change_unit(m) : NULL);
    put_interval(f, m);
    put_number(f, "limit", m != NULL || !isnan(a->share) ? a->limit : NAN);
    put_number(f, "limit_factor", a->adapted);
    put_text(f, "profile", a->profile);
    put_text(f, "verdict", m != NULL ? thresh_verdict_name(a->as_eval->verdict) : NULL);
    put_number(f, "silence", a->silence > 0 ? (double)a->silence / 1e6 : NAN);
    put_count(f, "line", a->line);
    put_text(f, "id", a->id);
    put_text(f, "incident", a->incident);
    put_flag(f, "begins", a->begins);
    put_flag(f, "ends", a->ends);
    put_names(f, "action", actions);
    fputs("}\n", f);
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}

static const char *event_slug(const thresh_monitor_event *e)
{
    static const char *const slugs[] = { [THRESH_EVENT_DRIFT] = "drift",
                                         [THRESH_EVENT_TOLERANCE] = "tolerance",
                                         [THRESH_EVENT_BASELINE] = "baseline",
                                         [THRESH_EVENT_SCALE] = "scale" };

    return slugs[e->what];
}

thresh_status thresh_report_event_json(const thresh_monitor_event *e, FILE *f)
{
    fputs("{\"schema\": \"thresh/alert/v1\"", f);
    put_time(f, "ts", e->ts);
    put_text(f, "event", event_slug(e));
    put_text(f, "metric", e->metric);
    put_text(f, "scope", e->scope);
    put_text(f, "reason", e->reason);
    switch (e->what) {
    case THRESH_EVENT_BASELINE:
        put_number(f, "value", e->value);
        put_number(f, "n", e->limit);
        break;
    case THRESH_EVENT_SCALE:
        put_number(f, "value", e->value);
        put_number(f, "baseline", e->limit);
        break;
    case THRESH_EVENT_TOLERANCE:
        put_number(f, "from", e->from);
        put_number(f, "to", e->to);
        /* fall through */
    case THRESH_EVENT_DRIFT:
        put_text(f, "detector", e->detector);
        put_number(f, "statistic", e->value);
        put_number(f, "threshold", e->limit);
        break;
    }
    put_count(f, "line", e->line);
    put_text(f, "id", e->id);
    fputs("}\n", f);
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}

/* --- sentences --- */

static const char *const level_words[THRESH_LEVELS] = { N_("NONE"), N_("YELLOW"), N_("ORANGE"),
                                                        N_("RED") };
static const char *const level_colours[THRESH_LEVELS] = { "\033[32m", "\033[33m", "\033[33;1m",
                                                          "\033[31;1m" };

/* "5 min" or "90 s" */
static const char *duration_text(const words *w, int64_t microseconds)
{
    double seconds = (double)microseconds / 1e6;
    bool minutes = seconds >= 120;

    return say(w,
               SAY(w->arena, minutes ? N_("%s min") : N_("%s s"),
                   phrase_word(arena_printf(w->arena, "%.3g", minutes ? seconds / 60 : seconds))));
}

/* Of input that is of no use. */
static const char *share_sentence(const words *w, const thresh_alert *a, thresh_phrase level,
                                  thresh_phrase from, thresh_phrase metric)
{
    arena *s = w->arena;
    thresh_phrase share = phrase_word(arena_printf(s, "%.3g %%", a->share * 100)),
                  n = phrase_count(s, (size_t)a->n),
                  limit = phrase_word(arena_printf(s, "%.3g %%", a->limit * 100));

    if (a->reason == THRESH_ALERT_UNREADABLE)
        return say(w, SAY(s,
                          N_("%s (was %s) %s: %s of the last %s lines could not be read, for sure "
                             "beyond %s"),
                          level, from, metric, share, n, limit));
    if (a->reason == THRESH_ALERT_LATE)
        return say(w,
                   SAY(s,
                       N_("%s (was %s) %s: %s of the last %s lines came too late, or with a time "
                          "that is not believed, for sure beyond %s"),
                       level, from, metric, share, n, limit));
    return say(w, SAY(s,
                      N_("%s (was %s) %s: %s of its last %s values are missing or no numbers, for "
                         "sure beyond %s"),
                      level, from, metric, share, n, limit));
}

static const char *alert_sentence(const words *w, const thresh_alert *a)
{
    thresh_phrase level = SAID(level_words[a->level]), from = SAID(level_words[a->from]);
    thresh_phrase metric = phrase_word(path_words(w, a->scope, a->metric));
    const thresh_judged *m = a->has_figures ? a->judged : NULL;

    if (a->reason == THRESH_ALERT_NO_DATA)
        return say(w, SAY(w->arena, N_("%s (was %s) %s: no reading for %s"), level, from, metric,
                          phrase_word(duration_text(w, a->silence))));
    if (a->reason == THRESH_ALERT_DOWN)
        return say(w,
                   SAY(w->arena, N_("%s (was %s) %s: the service is down"), level, from, metric));
    if (!isnan(a->share))
        return share_sentence(w, a, level, from, metric);
    if (m == NULL)
        return say(w, SAY(w->arena, N_("%s (was %s) %s: it is back"), level, from, metric));

    thresh_phrase value = phrase_word(candidate_words(w, m)),
                  baseline = phrase_word(baseline_words(w, m)),
                  worse = phrase_word(degradation_words(w, m)),
                  statistic = phrase_word(a->statistic), n = phrase_count(w->arena, (size_t)a->n);
    char limit[THRESH_TEXT_MAX];

    if (a->reason == THRESH_ALERT_BELOW_FLOOR)
        return say(w,
                   SAY(w->arena, N_("%s (was %s) %s: %s lies below its floor (%s of %s readings)"),
                       level, from, metric, value, statistic, n));
    if (a->reason == THRESH_ALERT_ABOVE_CEILING)
        return say(w, SAY(w->arena,
                          N_("%s (was %s) %s: %s lies above its ceiling (%s of %s readings)"),
                          level, from, metric, value, statistic, n));
    if (a->reason == THRESH_ALERT_RECOVERED)
        return say(w, SAY(w->arena, N_("%s (was %s) %s: %s against %s, %s (%s of %s readings)"),
                          level, from, metric, value, baseline, worse, statistic, n));
    thresh_change_text(limit, m, a->limit);
    if (!m->has_interval)
        return say(w, SAY(w->arena,
                          N_("%s (was %s) %s: %s against %s, %s, beyond %s (%s of %s readings)"),
                          level, from, metric, value, baseline, worse,
                          phrase_word(arena_strdup(w->arena, limit)), statistic, n));
    if (!isfinite(m->high)) { /* so many readings as a bound of the far tail takes are not there */
        char low[THRESH_TEXT_MAX];
        return say(w,
                   SAY(w->arena,
                       N_("%s (was %s) %s: %s against %s, %s, for sure (%s or more) beyond %s (%s "
                          "of %s readings)"),
                       level, from, metric, value, baseline, worse,
                       phrase_word(arena_strdup(w->arena, thresh_change_text(low, m, m->low))),
                       phrase_word(arena_strdup(w->arena, limit)), statistic, n));
    }
    return say(w,
               SAY(w->arena,
                   N_("%s (was %s) %s: %s against %s, %s, for sure (%s) beyond %s (%s of %s "
                      "readings)"),
                   level, from, metric, value, baseline, worse, phrase_word(interval_words(w, m)),
                   phrase_word(arena_strdup(w->arena, limit)), statistic, n));
}

static const char *event_sentence(const words *w, const thresh_monitor_event *e)
{
    thresh_phrase metric = phrase_word(path_words(w, e->scope, e->metric));
    arena *a = w->arena;

    switch (e->what) {
    case THRESH_EVENT_BASELINE:
        return say(w, SAY(a, N_("%s: its first %s readings are the baseline, %s"), metric,
                          phrase_count(a, (size_t)e->limit),
                          phrase_word(arena_printf(a, "%.6g", e->value))));
    case THRESH_EVENT_DRIFT:
        return say(w, SAY(a, N_("%s: drift, by %s (%s, where %s would be much)"), metric,
                          phrase_word(e->detector), phrase_word(arena_printf(a, "%.4g", e->value)),
                          phrase_word(arena_printf(a, "%.4g", e->limit))));
    case THRESH_EVENT_SCALE:
        return say(w, SAY(a,
                          N_("%s: read as %s beside %s of the baseline: they seem to be on "
                             "different scales or in different units (--scale decides for shares)"),
                          metric, phrase_word(arena_printf(a, "%.4g", e->value)),
                          phrase_word(arena_printf(a, "%.4g", e->limit))));
    case THRESH_EVENT_TOLERANCE:
        break;
    }
    thresh_phrase from = phrase_word(arena_printf(a, "%.4g %%", e->from * 100)),
                  to = phrase_word(arena_printf(a, "%.4g %%", e->to * 100));
    return strcmp(e->reason, "drift") == 0
               ? say(w, SAY(a, N_("the tolerance goes from %s to %s for drift, by %s"), from, to,
                            phrase_word(e->detector)))
               : say(w,
                     SAY(a, N_("the tolerance goes from %s to %s, as nothing drifts"), from, to));
}

static thresh_status put_sentence(arena *a, const char *text, int64_t ts, thresh_level level,
                                  const thresh_text_options *o, FILE *f)
{
    char when[ALERT_TIME] = "";

    text = a->failed ? NULL : printable(a, text, o->ascii);
    if (text != NULL)
        fprintf(f, "%s%s%s%s%s\n", ts == THRESH_NO_TIME ? "" : alert_time(when, ts),
                ts == THRESH_NO_TIME ? "" : " ", o->colour ? level_colours[level] : "", text,
                o->colour ? "\033[0m" : "");
    arena_free(a);
    return text == NULL ? THRESH_ENOMEM : ferror(f) ? THRESH_EIO : THRESH_OK;
}

thresh_status thresh_report_alert(const thresh_alert *alert, const thresh_text_options *options,
                                  FILE *stream)
{
    arena a = ARENA_INIT;
    const words w = { &a, options->language };

    return put_sentence(&a, alert_sentence(&w, alert), alert->ts, alert->level, options, stream);
}

thresh_status thresh_report_event(const thresh_monitor_event *event,
                                  const thresh_text_options *options, FILE *stream)
{
    arena a = ARENA_INIT;
    const words w = { &a, options->language };

    return put_sentence(&a, event_sentence(&w, event), event->ts, THRESH_LEVEL_NONE, options,
                        stream);
}

/* --- where everything stands --- */

enum { METRIC, STATISTIC, BASELINE, LAST, WINDOWS, LEVEL, COLUMNS };

static void fill_row(const words *w, const thresh_watched *one, const thresh_text_options *o,
                     cell cells[COLUMNS])
{
    const thresh_judged figures = { .scope = one->scope,
                                    .name = one->metric,
                                    .kind = one->kind,
                                    .unit = one->unit,
                                    .baseline = one->baseline,
                                    .candidate = one->value };
    bool judged = one->windows > 0 && !isnan(one->baseline),
         red = one->level > THRESH_LEVEL_NONE, /* also for want of it */
        unjudged = one->windows == 0 && one->kind != NULL && !red;

    cells[METRIC].text = printable(w->arena, path_words(w, one->scope, one->metric), o->ascii);
    cells[STATISTIC].text = one->statistic;
    cells[BASELINE].text =
        judged ? printable(w->arena, baseline_words(w, &figures), o->ascii) : "-";
    cells[LAST].text = judged ? printable(w->arena, candidate_words(w, &figures), o->ascii) : "-";
    cells[WINDOWS].text = arena_printf(w->arena, "%" PRIu64, one->windows);
    cells[LEVEL].text = word(w, !one->seen && !red ? N_("not seen")
                                : unjudged         ? N_("not judged")
                                                   : level_words[one->level]);
    cells[LEVEL].colour =
        o->colour && (one->seen || red) && !unjudged ? level_colours[one->level] : NULL;
}

static thresh_status put_levels(const words *w, const thresh_monitor *m,
                                const thresh_text_options *o, FILE *f)
{
    const column columns[COLUMNS] = { [METRIC] = { word(w, N_("METRIC")), 0, false },
                                      [STATISTIC] = { word(w, N_("STATISTIC")), 2, false },
                                      [BASELINE] = { word(w, N_("BASELINE")), 0, true },
                                      [LAST] = { word(w, N_("LAST WINDOW")), 0, true },
                                      [WINDOWS] = { word(w, N_("WINDOWS")), 1, true },
                                      [LEVEL] = { word(w, N_("LEVEL")), 0, false } };
    thresh_watched one;
    size_t rows = 0;
    cell *cells;

    while (thresh_monitor_watched(m, rows, &one))
        rows++;
    if (rows == 0)
        return THRESH_OK;
    cells = arena_alloc(w->arena, rows * COLUMNS * sizeof *cells);
    for (size_t i = 0; cells != NULL && i < rows; i++)
        if (thresh_monitor_watched(m, i, &one))
            fill_row(w, &one, o, cells + i * COLUMNS);
    if (w->arena->failed)
        return THRESH_ENOMEM;
    print_table(f, w->arena,
                &(table){ .columns = columns,
                          .column_count = COLUMNS,
                          .cells = cells,
                          .rows = rows,
                          .indent = 2,
                          .width = o->width > 0 ? (size_t)o->width : 0,
                          .ascii = o->ascii,
                          .dim = o->colour ? "\033[2m" : "",
                          .reset = o->colour ? "\033[0m" : "" });
    return THRESH_OK;
}

static void put_tally(const words *w, FILE *f, uint64_t n, const char *one, const char *many)
{
    if (n > 0)
        fprintf(f, "  %s\n",
                say(w, SAY(w->arena, n == 1 ? one : many, phrase_count(w->arena, (size_t)n))));
}

thresh_status thresh_report_monitor(const thresh_monitor *monitor,
                                    const thresh_events_counts *events,
                                    const thresh_text_options *options, FILE *f)
{
    const thresh_monitor_counts *c = thresh_monitor_counted(monitor);
    arena a = ARENA_INIT;
    const words w = { &a, options->language };
    const struct {
        uint64_t n;
        const char *one, *many;
    } tallies[] = {
        { c->rows, N_("%s row was read"), N_("%s rows were read") },
        { c->windows, N_("%s window was judged"), N_("%s windows were judged") },
        { c->alerts, N_("%s alert was raised or lowered"), N_("%s alerts were raised or lowered") },
        { events->malformed, N_("%s line was malformed"), N_("%s lines were malformed") },
        { events->late, N_("%s row came too late"), N_("%s rows came too late") },
        { events->duplicate, N_("%s row was a duplicate"), N_("%s rows were duplicates") },
        { events->jumped, N_("%s row had a time that was not believed"),
          N_("%s rows had a time that was not believed") },
        { events->empty, N_("%s row had no number"), N_("%s rows had no number") },
        { events->missing, N_("%s value was missing"), N_("%s values were missing") },
        { events->bad_values, N_("%s value was no finite number"),
          N_("%s values were no finite numbers") },
        { events->dropped + c->dropped, N_("%s reading was of a series beyond the limits"),
          N_("%s readings were of series beyond the limits") },
        { c->unwatched, N_("%s reading was of nothing that is watched"),
          N_("%s readings were of nothing that is watched") },
        { c->timeless, N_("%s reading had no time, and belongs to no window"),
          N_("%s readings had no time, and belong to no window") },
    };
    thresh_status rc = put_levels(&w, monitor, options, f);

    for (size_t i = 0; i < sizeof tallies / sizeof *tallies; i++)
        put_tally(&w, f, tallies[i].n, tallies[i].one, tallies[i].many);
    if (a.failed)
        rc = THRESH_ENOMEM;
    arena_free(&a);
    return rc != THRESH_OK ? rc : ferror(f) ? THRESH_EIO : THRESH_OK;
}
