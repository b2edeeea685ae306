/* An alert as other programs want it: an Alertmanager, Prometheus' textfile collector, and a
 * command in its environment. */
#include "report/escape.h"
#include "report/words.h"

#include "report/alert.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- Alertmanager --- */

/* Until it is told otherwise: by itself it would call the alert resolved after five minutes. */
static const char NEVER[] = "9999-12-31T23:59:59Z";

static void put_label(FILE *f, const char *name, const char *value)
{
    fprintf(f, ", \"%s\": ", name);
    put_json(f, value);
}

/* The sentence for people, without the end of its line. */
static thresh_status put_summary(const thresh_alert *a, const thresh_text_options *options, FILE *f)
{
    enum { ROOM = 32768 }; /* a stream that grows loses bytes in silence when memory runs out */
    thresh_text_options plain = *options;
    char *text = malloc(ROOM);
    FILE *memory = text != NULL ? fmemopen(text, ROOM, "w") : NULL;
    thresh_status rc = THRESH_ENOMEM;

    plain.colour = false;
    if (memory != NULL)
        rc = thresh_report_alert(a, &plain, memory);
    if (memory != NULL && fclose(memory) != 0)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK) {
        text[ROOM - 1] = '\0';
        text[strcspn(text, "\n")] = '\0';
        put_json(f, text);
    }
    free(text);
    return rc;
}

/* Severity is a label, since routes are by labels: a level that changes ends one and begins
 * another. */
static thresh_status put_alert(const thresh_alert *a, thresh_level level, bool firing,
                               const thresh_text_options *options, FILE *f)
{
    char time[ALERT_TIME];
    thresh_status rc;

    fputs("{\"labels\": {\"alertname\": \"thresh\"", f);
    put_label(f, "severity", thresh_level_name(level));
    put_label(f, "metric", a->metric);
    put_label(f, "scope", a->scope);
    put_label(f, "profile", a->profile);
    fputs("}, \"annotations\": {\"summary\": ", f);
    rc = put_summary(a, options, f);
    put_label(f, "reason", thresh_alert_reason_slug(a->reason));
    put_label(f, "incident", a->incident);
    fputs("}", f);
    if (a->ts != THRESH_NO_TIME)
        put_label(f, firing ? "startsAt" : "endsAt", alert_time(time, a->ts));
    if (firing)
        put_label(f, "endsAt", NEVER);
    else if (a->ts == THRESH_NO_TIME)
        put_label(f, "endsAt", "1970-01-01T00:00:01Z"); /* past, whatever the time is */
    fputs("}", f);
    return rc;
}

thresh_status thresh_report_alertmanager(const thresh_alert *a, const bool levels[THRESH_LEVELS],
                                         const thresh_text_options *options, FILE *f)
{
    bool ended = a->from != THRESH_LEVEL_NONE && levels[a->from];
    bool begun = a->level != THRESH_LEVEL_NONE && levels[a->level];
    thresh_status rc = THRESH_OK;

    fputs("[", f);
    if (ended)
        rc = put_alert(a, a->from, false, options, f);
    if (begun && rc == THRESH_OK) {
        fputs(ended ? ", " : "", f);
        rc = put_alert(a, a->level, true, options, f);
    }
    fputs("]\n", f);
    return rc != THRESH_OK ? rc : ferror(f) ? THRESH_EIO : THRESH_OK;
}

/* --- the environment of a command --- */

static void put_variable(FILE *f, const char *name, const char *value)
{
    fprintf(f, "THRESH_%s=", name);
    for (; *value != '\0'; value++)
        fputc((unsigned char)*value < 0x20 ? ' ' : *value, f); /* a variable is a line here */
    fputc('\n', f);
}

static void put_figure(FILE *f, const char *name, double value)
{
    char text[THRESH_NUMBER_MAX];

    put_variable(f, name, isnan(value) ? "" : thresh_format_number(text, value));
}

thresh_status thresh_report_alert_variables(const thresh_alert *a, const char *action, FILE *f)
{
    const thresh_judged *m = a->has_figures ? a->judged : NULL;
    const char *unit = m != NULL ? thresh_change_unit(m) : NULL;
    char time[ALERT_TIME];

    put_variable(f, "ACTION", action);
    put_variable(f, "ID", a->id);
    put_variable(f, "INCIDENT", a->incident);
    put_variable(f, "LEVEL", thresh_level_name(a->level));
    put_variable(f, "FROM", thresh_level_name(a->from));
    put_variable(f, "METRIC", a->metric);
    put_variable(f, "SCOPE", a->scope);
    put_variable(f, "REASON", thresh_alert_reason_slug(a->reason));
    put_variable(f, "PROFILE", a->profile);
    put_variable(f, "TS", a->ts == THRESH_NO_TIME ? "" : alert_time(time, a->ts));
    put_figure(f, "VALUE", m != NULL ? m->candidate : a->share);
    put_figure(f, "BASELINE", m != NULL ? m->baseline : NAN);
    put_figure(f, "DEGRADATION", m != NULL ? m->degradation : NAN);
    put_variable(f, "DEGRADATION_UNIT", unit != NULL ? unit : "");
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}

/* --- the textfile collector --- */

/* As the exposition format escapes a label. */
static void put_quoted(FILE *f, const char *text)
{
    fputc('"', f);
    for (; *text != '\0'; text++)
        if (*text == '\n')
            fputs("\\n", f);
        else
            fprintf(f, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    fputc('"', f);
}

static double level_of(const thresh_watched *w)
{
    return (double)w->level;
}

static double value_of(const thresh_watched *w)
{
    return w->value;
}

static double baseline_of(const thresh_watched *w)
{
    return w->baseline;
}

static double windows_of(const thresh_watched *w)
{
    return (double)w->windows;
}

/* Of each metric. */
static const struct {
    const char *name, *type, *help;
    double (*of)(const thresh_watched *watched);
} gauges[] = {
    { "thresh_level", "gauge", "Level of a metric: 0 none, 1 yellow, 2 orange, 3 red.", level_of },
    { "thresh_value", "gauge", "Value of the last window.", value_of },
    { "thresh_baseline", "gauge", "What it is compared with.", baseline_of },
    { "thresh_windows_total", "counter", "Windows judged.", windows_of },
};

static void put_sample(FILE *f, const char *name, const thresh_watched *w, double value)
{
    char text[THRESH_NUMBER_MAX];

    if (isnan(value))
        return; /* no window yet */
    fprintf(f, "%s{metric=", name);
    put_quoted(f, w->metric);
    fputs(",scope=", f);
    put_quoted(f, w->scope);
    fprintf(f, "} %s\n", thresh_format_number(text, value));
}

static void put_counter(FILE *f, const char *name, const char *help, uint64_t value)
{
    fprintf(f, "# HELP %s %s\n# TYPE %s counter\n%s %" PRIu64 "\n", name, help, name, name, value);
}

thresh_status thresh_report_textfile(const thresh_monitor *monitor,
                                     const thresh_events_counts *events, uint64_t failed_actions,
                                     FILE *f)
{
    const thresh_monitor_counts *counts = thresh_monitor_counted(monitor);
    thresh_watched w;

    for (size_t g = 0; g < sizeof gauges / sizeof *gauges; g++) {
        fprintf(f, "# HELP %s %s\n# TYPE %s %s\n", gauges[g].name, gauges[g].help, gauges[g].name,
                gauges[g].type);
        for (size_t i = 0; thresh_monitor_watched(monitor, i, &w); i++)
            put_sample(f, gauges[g].name, &w, gauges[g].of(&w));
    }
    put_counter(f, "thresh_rows_total", "Rows taken.", counts->rows);
    put_counter(f, "thresh_late_rows_total", "Rows dropped: too late.", events->late);
    put_counter(f, "thresh_duplicate_rows_total", "Rows dropped: their id was there already.",
                events->duplicate);
    put_counter(f, "thresh_malformed_lines_total", "Lines that break their format.",
                events->malformed);
    put_counter(f, "thresh_alerts_total", "Changes of a level.", counts->alerts);
    put_counter(f, "thresh_failed_actions_total", "Actions that failed, since the monitor began.",
                failed_actions);
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}
