/* Several candidates in order, for programs: thresh/rank/v1. */
#include "report/escape.h"
#include "thresh/report.h"
#include "thresh/score.h"

#include <math.h>

static void put_member(FILE *f, const char *key, double value)
{
    fprintf(f, ", \"%s\": ", key);
    put_json_number(f, value);
}

static void put_text(FILE *f, const char *key, const char *text)
{
    fprintf(f, ", \"%s\": ", key);
    put_json(f, text);
}

/* What stands between the braces of a value. */
static void put_span(FILE *f, const thresh_span *span)
{
    fputs("\"value\": ", f);
    put_json_number(f, span->value);
    put_member(f, "low", span->low);
    put_member(f, "high", span->high);
}

static void put_axis(FILE *f, const thresh_axis *a)
{
    fputs("{\"scope\": ", f);
    put_json(f, a->scope);
    put_text(f, "name", a->name);
    fprintf(f, ", \"higher\": %s}", a->higher ? "true" : "false");
}

static void put_score(FILE *f, const thresh_score *s)
{
    fputs(", \"score\": {", f);
    put_span(f, &(thresh_span){ s->value, s->low, s->high });
    put_member(f, "pass", s->pass);
    fprintf(f, ", \"passed\": %s, \"groups\": [", s->passed ? "true" : "false");
    for (size_t g = 0; g < s->group_count; g++) {
        const thresh_scored_group *group = &s->groups[g];

        fputs(g > 0 ? ", {\"name\": " : "{\"name\": ", f);
        put_json(f, group->name);
        put_member(f, "weight", group->weight);
        put_member(f, "share", group->share);
        fputs(", ", f);
        put_span(f, &(thresh_span){ group->value, group->low, group->high });
        put_member(f, "metrics", (double)group->metric_count);
        fputc('}', f);
    }
    fputs("]}", f);
}

static void put_roi(FILE *f, const thresh_roi *roi)
{
    if (roi == NULL) {
        fputs(", \"roi\": null", f);
        return;
    }
    fputs(", \"roi\": {", f);
    put_span(f, &(thresh_span){ roi->roi, roi->low, roi->high });
    put_member(f, "savings", roi->savings);
    put_member(f, "loss", roi->loss);
    put_member(f, "cost", roi->cost);
    put_member(f, "net", roi->net);
    put_member(f, "payback", roi->payback);
    put_member(f, "minimum", roi->has_minimum ? roi->minimum : NAN);
    put_member(f, "p_minimum", roi->has_minimum ? roi->p_minimum : NAN);
    put_text(f, "verdict", thresh_verdict_name(roi->verdict));
    fputc('}', f);
}

static void put_reason(FILE *f, const thresh_whole_reason *reason)
{
    char text[THRESH_TEXT_MAX];

    fputs("{\"code\": ", f);
    put_json(f, thresh_reason_slug(reason->code));
    put_text(f, "verdict", thresh_verdict_name(reason->verdict));
    put_text(f, "scope", reason->scope);
    put_text(f, "metric", reason->metric);
    put_member(f, "would_pass", reason->judged != NULL ? reason->judged->would_pass : NAN);
    put_text(f, "text", thresh_whole_reason_text(text, reason, NULL));
    fputc('}', f);
}

static void put_candidate(FILE *f, const thresh_ranking *r, const thresh_ranked *c)
{
    const thresh_result *result = c->result;

    fputs("{\"path\": ", f);
    put_json(f, result->candidate.path);
    put_text(f, "sha256", result->candidate.sha256);
    put_text(f, "verdict", thresh_verdict_name(result->verdict));
    put_member(f, "place", c->place > 0 ? (double)c->place : NAN);
    fprintf(f, ", \"tied\": %s, \"on_front\": %s, ", c->tied ? "true" : "false",
            c->on_front ? "true" : "false");
    put_span(f, &c->order);
    fputs(", \"axes\": [", f);
    for (size_t k = 0; k < r->axis_count; k++) {
        fputs(k > 0 ? ", {" : "{", f);
        put_span(f, &c->axes[k]);
        fputc('}', f);
    }
    fputc(']', f);
    put_score(f, result->score);
    put_roi(f, result->roi);
    fputs(", \"reasons\": [", f);
    for (size_t i = 0; i < result->reason_count; i++) {
        fputs(i > 0 ? ", " : "", f);
        put_reason(f, &result->reasons[i]);
    }
    fputs("]}", f);
}

static void put_side(FILE *f, const thresh_side *side)
{
    fputs("{\"path\": ", f);
    put_json(f, side->path);
    put_text(f, "sha256", side->sha256);
    fputc('}', f);
}

thresh_status thresh_report_ranking_json(const thresh_ranking *r, FILE *f)
{
    const thresh_result *first = r->candidates[0].result;

    fputs("{\n\"schema\": \"thresh/rank/v1\",\n\"thresh_version\": ", f);
    put_json(f, thresh_version());
    fprintf(f, ",\n\"exit_code\": %d,\n\"by\": ", r->exit_code);
    put_json(f, r->by);
    fprintf(f, ",\n\"higher\": %s,\n\"baseline\": ", r->order.higher ? "true" : "false");
    put_side(f, &first->baseline);
    fputs(",\n\"profiles\": [", f);
    for (size_t i = 0; i < first->profile_count; i++) {
        const thresh_profile_info *p = first->profiles[i];
        fputs(i > 0 ? ", {\"name\": " : "{\"name\": ", f);
        put_json(f, p->name);
        put_text(f, "axis", p->axis);
        put_text(f, "origin", p->origin);
        put_text(f, "sha256", p->sha256);
        fputc('}', f);
    }
    fputs("],\n\"model\": ", f);
    if (first->roi != NULL)
        put_side(f, &(thresh_side){ .path = first->roi->model, .sha256 = first->roi->sha256 });
    else
        fputs("null", f);
    fputs(",\n\"axes\": [", f);
    for (size_t k = 0; k < r->axis_count; k++) {
        fputs(k > 0 ? ", " : "", f);
        put_axis(f, &r->axes[k]);
    }
    fprintf(f, "],\n\"recommended\": %s,\n\"candidates\": [",
            r->recommended != NULL ? "0" : "null");
    for (size_t i = 0; i < r->count; i++) {
        fputs(i > 0 ? ",\n" : "\n", f);
        put_candidate(f, r, &r->candidates[i]);
    }
    fputs("\n]\n}\n", f);
    return ferror(f) ? THRESH_EIO : THRESH_OK;
}
