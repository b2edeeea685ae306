/* The documents of a rollout: an observation (thresh/rollout-result/v1), where it stands
 * (thresh/rollout-status/v1) and a simulation (thresh/rollout-simulation/v1). */
#include "report/escape.h"
#include "report/rollout.h"
#include "thresh/report.h"

#include <math.h>

typedef struct writer {
    FILE *f;
    words w;
    bool inside; /* something stands before, in the same object or list */
} writer;

static void put_comma(writer *o)
{
    if (o->inside)
        fputs(", ", o->f);
    o->inside = true;
}

static void put_key(writer *o, const char *key)
{
    put_comma(o);
    fprintf(o->f, "\"%s\": ", key);
}

static void open_key(writer *o, const char *key, char bracket)
{
    put_key(o, key);
    fputc(bracket, o->f);
    o->inside = false;
}

static void open_item(writer *o)
{
    fputs(o->inside ? ",\n    {" : "\n    {", o->f);
    o->inside = false;
}

static void close_with(writer *o, char bracket)
{
    fputc(bracket, o->f);
    o->inside = true;
}

/* A line of its own. */
static void put_line(writer *o)
{
    fputs(o->inside ? ",\n  " : "\n  ", o->f);
    o->inside = false;
}

static void put_text(writer *o, const char *key, const char *text)
{
    put_key(o, key);
    if (text != NULL)
        put_json(o->f, text);
    else
        fputs("null", o->f);
}

static void put_number(writer *o, const char *key, double value)
{
    put_key(o, key);
    put_json_number(o->f, value);
}

static void put_flag(writer *o, const char *key, bool value)
{
    put_key(o, key);
    fputs(value ? "true" : "false", o->f);
}

static void put_schema(writer *o, const char *schema)
{
    fputc('{', o->f);
    put_line(o);
    put_text(o, "schema", schema);
    put_line(o);
    put_text(o, "thresh_version", thresh_version());
}

static void open_plan(writer *o, const thresh_rollout_plan *plan, const char *sha256)
{
    put_line(o);
    open_key(o, "plan", '{');
    put_text(o, "name", plan->name);
    put_text(o, "path", plan->path);
    put_text(o, "sha256", sha256);
}

static void put_plan(writer *o, const thresh_rollout_plan *plan)
{
    open_plan(o, plan, plan->sha256);
    put_text(o, "method", thresh_rollout_method_name(plan->method));
    put_number(o, "confidence", plan->confidence);
    close_with(o, '}');
}

static thresh_status end(writer *o, arena *a)
{
    fputs("\n}\n", o->f);
    thresh_status rc = a->failed ? THRESH_ENOMEM : ferror(o->f) ? THRESH_EIO : THRESH_OK;
    arena_free(a);
    return rc;
}

/* --- an observation --- */

static void put_effect(writer *o, const thresh_effect *e)
{
    put_number(o, "n_baseline", e->n_baseline);
    put_number(o, "n_candidate", e->n_candidate);
    put_number(o, "baseline", e->baseline);
    put_number(o, "candidate", e->candidate);
    put_number(o, "degradation", e->degradation);
    put_number(o, "low", e->low);
    put_number(o, "high", e->high);
    put_number(o, "tolerate", e->tolerate);
    put_text(o, "step", thresh_step_name(e->step));
    put_text(o, "by", thresh_deciding_name(e->by));
}

static void put_metric(writer *o, const thresh_observed_metric *m)
{
    open_item(o);
    put_text(o, "name", m->metric->name);
    put_text(o, "group", m->metric->group);
    put_text(o, "kind", m->metric->kind->name);
    put_text(o, "unit", m->metric->unit);
    put_text(o, "measure", m->measure == THRESH_RELATIVE ? "relative" : "absolute");
    put_effect(o, &m->whole);
    put_text(o, "from", m->rule.tolerate_from);
    put_number(o, "pooled", m->pooled);
    put_number(o, "before", m->before);
    put_number(o, "slope", m->slope);
    put_number(o, "slope_p", m->slope_p);
    open_key(o, "strata", '[');
    for (size_t i = 0; i < m->stratum_count; i++) {
        put_comma(o);
        fputc('{', o->f);
        o->inside = false;
        put_text(o, "stratum", m->strata[i].stratum);
        put_effect(o, &m->strata[i]);
        close_with(o, '}');
    }
    close_with(o, ']');
    close_with(o, '}');
}

static void put_reason(writer *o, const thresh_step_reason *r)
{
    open_item(o);
    put_text(o, "code", thresh_step_reason_slug(r->code));
    put_text(o, "step", thresh_step_name(r->step));
    put_text(o, "metric", r->metric);
    put_text(o, "stratum", r->stratum);
    put_text(o, "text", say(&o->w, r->text));
    close_with(o, '}');
}

thresh_status thresh_report_observed_json(const thresh_observed *r, int exit_code, FILE *f)
{
    arena a = ARENA_INIT;
    writer o = { f, { &a, NULL }, false };

    put_schema(&o, "thresh/rollout-result/v1");
    put_line(&o);
    put_text(&o, "step", thresh_step_name(r->step));
    put_number(&o, "exit_code", exit_code);
    put_text(&o, "status", thresh_rollout_status_name(r->status));
    put_plan(&o, r->plan);
    put_line(&o);
    put_text(&o, "stage", r->plan->stages[r->stage].name);
    put_number(&o, "share", r->plan->stages[r->stage].share);
    put_text(&o, "next", r->plan->stages[r->next].name);
    put_number(&o, "next_share", r->step == THRESH_ROLLBACK ? 0 : r->plan->stages[r->next].share);
    put_line(&o);
    put_text(&o, "since", instant_words(&o.w, r->since));
    put_text(&o, "at", instant_words(&o.w, r->now));
    put_number(&o, "seconds_left", r->seconds_left);
    put_number(&o, "samples", r->samples);
    put_number(&o, "samples_left", r->samples_left);
    put_number(&o, "looks", r->plan->method == THRESH_OBRIEN_FLEMING ? (double)r->looks : NAN);
    put_line(&o);
    put_key(&o, "split");
    if (r->split.known) {
        fputc('{', f);
        o.inside = false;
        put_number(&o, "planned", r->split.planned);
        put_number(&o, "found", r->split.found);
        put_number(&o, "p", r->split.p);
        put_flag(&o, "blocks", r->split.blocks);
        close_with(&o, '}');
    } else {
        fputs("null", f);
    }
    put_line(&o);
    open_key(&o, "reasons", '[');
    for (size_t i = 0; i < r->reason_count; i++)
        put_reason(&o, &r->reasons[i]);
    close_with(&o, ']');
    put_line(&o);
    open_key(&o, "metrics", '[');
    for (size_t i = 0; i < r->metric_count; i++)
        put_metric(&o, &r->metrics[i]);
    close_with(&o, ']');
    put_line(&o);
    open_key(&o, "notes", '[');
    for (size_t i = 0; i < r->note_count; i++) {
        put_comma(&o);
        put_json(f, say(&o.w, r->notes[i]));
    }
    close_with(&o, ']');
    return end(&o, &a);
}

/* --- where it stands, and a simulation --- */

/* The plan that the rollout began with: of an edited one only its hash is known. */
static void put_agreed(writer *o, const thresh_rollout_plan *plan, const thresh_rollout_info *info,
                       bool edited)
{
    open_plan(o, plan, info->sha256);
    put_text(o, "method", edited ? NULL : thresh_rollout_method_name(plan->method));
    put_number(o, "confidence", edited ? NAN : plan->confidence);
    put_text(o, "edited_sha256", edited ? plan->sha256 : NULL);
    close_with(o, '}');
}

static void put_stage(writer *o, const thresh_rollout_plan *plan, bool edited, size_t i)
{
    put_text(o, "stage", edited ? NULL : plan->stages[i].name);
    put_number(o, "stage_number", (double)i + 1);
}

thresh_status thresh_report_rollout_json(const thresh_rollout_plan *plan,
                                         const thresh_rollout_info *info, int exit_code, FILE *f)
{
    const bool edited = thresh_rollout_is_edited(plan, info);
    arena a = ARENA_INIT;
    writer o = { f, { &a, NULL }, false };

    put_schema(&o, "thresh/rollout-status/v1");
    put_line(&o);
    put_text(&o, "status", thresh_rollout_status_name(info->status));
    put_number(&o, "exit_code", exit_code);
    put_agreed(&o, plan, info, edited);
    put_line(&o);
    put_stage(&o, plan, edited, info->stage);
    put_number(&o, "share",
               info->status != THRESH_ROLLOUT_RUNNING && info->status != THRESH_ROLLOUT_DONE ? 0
               : edited                                                                      ? NAN
                                        : plan->stages[info->stage].share);
    /* of what has ended the end, as the text has it */
    put_text(&o, "since", instant_words(&o.w, info->history[info->history_count - 1].at));
    put_number(&o, "looks", (double)info->looks);
    put_line(&o);
    open_key(&o, "history", '[');
    for (size_t i = 0; i < info->history_count; i++) {
        const thresh_transition *t = &info->history[i];
        open_item(&o);
        put_text(&o, "at", instant_words(&o.w, t->at));
        put_text(&o, "status", thresh_rollout_status_name(t->status));
        put_stage(&o, plan, edited, t->stage);
        put_text(&o, "why", t->why);
        close_with(&o, '}');
    }
    close_with(&o, ']');
    return end(&o, &a);
}

thresh_status thresh_report_rollout_simulation_json(const thresh_rollout_simulation *s, FILE *f)
{
    arena a = ARENA_INIT;
    writer o = { f, { &a, NULL }, false };

    put_schema(&o, "thresh/rollout-simulation/v1");
    put_plan(&o, s->plan);
    put_line(&o);
    put_number(&o, "runs", (double)s->runs);
    put_number(&o, "seed", (double)s->seed);
    put_number(&o, "days", s->plan->days);
    put_number(&o, "users_a_day", s->plan->users);
    put_number(&o, "look_seconds", s->plan->look_every);
    put_line(&o);
    open_key(&o, "courses", '[');
    for (size_t i = 0; i < s->course_count; i++) {
        const thresh_rollout_course *c = &s->courses[i];
        open_item(&o);
        put_text(&o, "candidate", say(&o.w, c->name));
        put_flag(&o, "harmful", c->harmful);
        put_number(&o, "done", c->done);
        put_number(&o, "rolled_back", c->rolled_back);
        put_number(&o, "unfinished", c->unfinished);
        put_number(&o, "days_done", c->days_done);
        put_number(&o, "days_done_90", c->days_done_90);
        put_number(&o, "days_back", c->days_back);
        put_number(&o, "days_back_90", c->days_back_90);
        put_number(&o, "exposed", c->exposed);
        close_with(&o, '}');
    }
    close_with(&o, ']');
    return end(&o, &a);
}
