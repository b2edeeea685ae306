/* A run of a monitor as a document, schema thresh/monitor-status/v1: what it is judged by, what
 * came in, and where every metric stands. */
#include "report/escape.h"
#include "thresh/report.h"

#include <inttypes.h>

static void put_text(FILE *f, const char *before, const char *key, const char *text)
{
    fprintf(f, "%s\"%s\": ", before, key);
    if (text != NULL)
        put_json(f, text);
    else
        fputs("null", f);
}

static void put_number(FILE *f, const char *key, double value)
{
    fprintf(f, ", \"%s\": ", key);
    put_json_number(f, value);
}

static void put_limits(FILE *f, const thresh_monitor_run *run)
{
    const thresh_source *source = run->baseline != NULL ? thresh_set_source(run->baseline) : NULL;

    fputs(",\n  \"baseline\": ", f);
    if (source != NULL) {
        put_text(f, "{", "path", source->path);
        put_text(f, ", ", "sha256", source->sha256);
        fputc('}', f);
    } else {
        fputs("null", f);
    }
    fputs(",\n  \"profiles\": [", f);
    for (size_t i = 0; i < thresh_policy_count(run->policy); i++) {
        const thresh_profile_info *p = thresh_policy_at(run->policy, i);

        put_text(f, i > 0 ? ", {" : "{", "name", p->name);
        put_text(f, ", ", "axis", p->axis);
        put_text(f, ", ", "origin", p->origin);
        put_text(f, ", ", "sha256", p->sha256);
        fputc('}', f);
    }
    fputc(']', f);
}

static void put_counts(FILE *f, const thresh_monitor_counts *c, const thresh_events_counts *e)
{
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = { { "rows", c->rows },           { "readings", c->readings },
                   { "windows", c->windows },     { "alerts", c->alerts },
                   { "raised", c->raised },       { "malformed", e->malformed },
                   { "late", e->late },           { "duplicate", e->duplicate },
                   { "jumped", e->jumped },       { "empty", e->empty },
                   { "missing", e->missing },     { "bad_values", e->bad_values },
                   { "unwatched", c->unwatched }, { "dropped", e->dropped + c->dropped },
                   { "timeless", c->timeless } };

    fputs(",\n  \"counts\": {", f);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        fprintf(f, "%s\"%s\": %" PRIu64, i > 0 ? ", " : "", counts[i].key, counts[i].value);
    fputc('}', f);
}

static void put_metric(FILE *f, const thresh_watched *m)
{
    put_text(f, "\n    {", "scope", m->scope);
    put_text(f, ", ", "metric", m->metric);
    put_text(f, ", ", "statistic", m->statistic);
    put_text(f, ", ", "unit", m->unit);
    put_text(f, ", ", "level", thresh_level_name(m->level));
    fprintf(f, ", \"seen\": %s, \"windows\": %" PRIu64, m->seen ? "true" : "false", m->windows);
    put_number(f, "baseline", m->baseline);
    put_number(f, "value", m->value);
    fputc('}', f);
}

thresh_status thresh_report_monitor_json(const thresh_monitor_run *run, FILE *f)
{
    thresh_watched one;

    fputs("{\n  \"schema\": \"thresh/monitor-status/v1\"", f);
    put_text(f, ",\n  ", "thresh_version", thresh_version());
    put_text(f, ",\n  ", "status", run->ended ? "ended" : "running");
    put_text(f, ", ", "level", thresh_level_name(thresh_monitor_level(run->monitor)));
    fprintf(f, ", \"exit_code\": %d", run->exit_code);
    put_text(f, ",\n  ", "input", run->input);
    put_limits(f, run);
    put_counts(f, thresh_monitor_counted(run->monitor), run->events);
    fputs(",\n  \"metrics\": [", f);
    for (size_t i = 0; thresh_monitor_watched(run->monitor, i, &one); i++) {
        fputs(i > 0 ? "," : "", f);
        put_metric(f, &one);
    }
    fputs("]\n}\n", f);
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}
