/* A rollout for people: the step, the metrics it was taken by, where it stands, how a plan plays.
 */
#include "report/rollout.h"

#include "report/table.h"
#include "thresh/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INDENT = 2, DEFAULT_STRATA = 8 };

typedef struct printer {
    FILE *f;
    const thresh_text_options *o;
    arena arena;
    words w;
} printer;

static printer begin(const thresh_text_options *options, FILE *f)
{
    return (printer){ .f = f, .o = options, .arena = ARENA_INIT };
}

static thresh_status end(printer *p, thresh_status rc)
{
    if (rc == THRESH_OK && p->arena.failed)
        rc = THRESH_ENOMEM;
    arena_free(&p->arena);
    return rc != THRESH_OK ? rc : ferror(p->f) ? THRESH_EIO : THRESH_OK;
}

static const char *fit(printer *p, const char *text)
{
    const char *out = text == NULL ? NULL : printable(&p->arena, text, p->o->ascii);

    return out != NULL ? out : "?";
}

static cell shown(printer *p, const char *text)
{
    return (cell){ fit(p, text), NULL };
}

static void print_item(printer *p, const char *mark, const char *text)
{
    size_t at = INDENT + cell_width(mark) + 1;

    fprintf(p->f, "%*s%s ", INDENT, "", mark);
    print_wrapped(p->f, fit(p, text), at, at, (size_t)p->o->width);
}

static void print_rows(printer *p, column *columns, size_t count, const cell *cells, size_t rows)
{
    for (size_t i = 0; i < count; i++)
        columns[i].title = fit(p, word(&p->w, columns[i].title));
    fputc('\n', p->f);
    print_table(p->f, &p->arena,
                &(table){ columns, count, cells, rows, INDENT, (size_t)p->o->width, p->o->ascii,
                          p->o->colour ? "\033[2m" : "", p->o->colour ? "\033[0m" : "" });
}

const char *instant_words(const words *w, int64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm tm;
    char text[64];

    if (gmtime_r(&at, &tm) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return "?";
    const char *out = arena_strdup(w->arena, text);
    return out != NULL ? out : "?";
}

/* --- figures --- */

/* Some significant digits, whatever the locale; "-" for none. */
static const char *figure(printer *p, double value, int digits)
{
    char text[THRESH_NUMBER_MAX];
    double rounded = value;

    if (isnan(value))
        return "-";
    if (isinf(value))
        return value < 0 ? word(&p->w, N_("no bound below")) : word(&p->w, N_("no bound above"));
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == ',' ? '.' : *c;
    thresh_parse_number(&rounded, text, strlen(text));
    const char *out = arena_strdup(&p->arena, thresh_format_number(text, rounded));
    return out != NULL ? out : "?";
}

static const char *with_unit(printer *p, const char *number, const char *unit)
{
    const char *out = unit[0] == '\0' ? number : arena_printf(&p->arena, "%s %s", number, unit);

    return out != NULL ? out : "?";
}

static const char *change_unit(const thresh_observed_metric *m)
{
    return m->measure == THRESH_RELATIVE ? "%" : m->percent ? "pp" : m->metric->unit;
}

static const char *change_words(printer *p, const thresh_observed_metric *m, double value)
{
    if (!isfinite(value))
        return figure(p, value, 3);
    /* of a hundredth of a per mille nobody needs three digits */
    if (m->percent && fabs(value) < 5e-6)
        value = 0;
    return with_unit(p, figure(p, m->percent ? value * 100 : value, 3), change_unit(m));
}

static const char *value_words(printer *p, const thresh_observed_metric *m, double value)
{
    bool share = m->metric->kind->scale == THRESH_SCALE_FRACTION;

    if (isnan(value))
        return "-";
    return with_unit(p, figure(p, share ? value * 100 : value, 4), share ? "%" : m->metric->unit);
}

static const char *bounds_words(printer *p, const thresh_observed_metric *m, const thresh_effect *e)
{
    double scale = m->percent ? 100 : 1;

    if (isnan(e->low) || (isinf(e->low) && isinf(e->high)))
        return "-";
    return say(&p->w, SAY(&p->arena, N_("%s to %s"), phrase_word(figure(p, e->low * scale, 3)),
                          phrase_word(change_words(p, m, e->high))));
}

static const char *step_word(const words *w, thresh_step step)
{
    static const char *const texts[] = { [THRESH_ADVANCE] = N_("advance"),
                                         [THRESH_HOLD] = N_("hold"),
                                         [THRESH_ROLLBACK] = N_("roll back") };
    return word(w, texts[step]);
}

static const char *step_headword(const words *w, thresh_step step)
{
    static const char *const texts[] = { [THRESH_ADVANCE] = N_("ADVANCE"),
                                         [THRESH_HOLD] = N_("HOLD"),
                                         [THRESH_ROLLBACK] = N_("ROLL BACK") };
    return word(w, texts[step]);
}

static const char *status_word(const words *w, thresh_rollout_status status)
{
    static const char *const texts[] = { [THRESH_ROLLOUT_RUNNING] = N_("running"),
                                         [THRESH_ROLLOUT_DONE] = N_("done"),
                                         [THRESH_ROLLOUT_ROLLED_BACK] = N_("rolled back"),
                                         [THRESH_ROLLOUT_ABORTED] = N_("aborted") };
    return word(w, texts[status]);
}

const char *step_words(const words *w, const thresh_observed *o)
{
    const thresh_rollout_stage *stage = &o->plan->stages[o->stage];
    thresh_phrase name = phrase_word(o->plan->title), at = phrase_word(stage->name);

    if (o->step == THRESH_ADVANCE && o->status == THRESH_ROLLOUT_DONE)
        return say(
            w, SAY(w->arena, N_("%s is done: its last stage, %s, held what it had to"), name, at));
    if (o->step == THRESH_ADVANCE)
        return say(w, SAY(w->arena, N_("%s goes from stage %s to stage %s"), name, at,
                          phrase_word(o->plan->stages[o->next].name)));
    if (o->step == THRESH_HOLD)
        return say(w, SAY(w->arena, N_("%s stays at stage %s"), name, at));
    return say(w, SAY(w->arena, N_("%s goes back from stage %s to the original"), name, at));
}

/* --- an observation --- */

static const struct {
    const char *symbol, *ascii, *colour;
} looks[] = {
    [THRESH_ADVANCE] = { "\xE2\x9C\x93", "ok", "\033[1m\033[32m" },
    [THRESH_HOLD] = { "?", "?", "\033[1m\033[36m" },
    [THRESH_ROLLBACK] = { "\xE2\x9C\x97", "x", "\033[1m\033[31m" },
};

static void print_effect(printer *p, cell **at, const thresh_observed_metric *m,
                         const thresh_effect *e)
{
    const char *name =
        e->stratum[0] == '\0' ? m->metric->name : arena_printf(&p->arena, "  %s", e->stratum);

    *(*at)++ = shown(p, name);
    *(*at)++ = shown(p, e->stratum[0] == '\0' ? m->metric->group : "");
    *(*at)++ = shown(p, value_words(p, m, e->baseline));
    *(*at)++ = shown(p, value_words(p, m, e->candidate));
    *(*at)++ = shown(p, change_words(p, m, e->degradation));
    *(*at)++ = shown(p, bounds_words(p, m, e));
    *(*at)++ = shown(p, change_words(p, m, e->tolerate));
    *(*at)++ = shown(p, step_word(&p->w, e->step));
}

static thresh_status print_metrics(printer *p, const thresh_observed *o)
{
    column columns[] = { { N_("METRIC"), 0, false },     { N_("GROUP"), 3, false },
                         { N_("BASELINE"), 2, true },    { N_("CANDIDATE"), 2, true },
                         { N_("DEGRADATION"), 0, true }, { N_("BOUNDS"), 1, true },
                         { N_("TOLERATED"), 0, true },   { N_("STEP"), 0, false } };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    size_t rows = 0, left = 0;

    for (size_t i = 0; i < o->metric_count; i++)
        rows += 1 + o->metrics[i].stratum_count;
    cell *cells = calloc((rows + 1) * COLUMNS, sizeof *cells), *at = cells;
    if (cells == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < o->metric_count; i++) {
        const thresh_observed_metric *m = &o->metrics[i];
        size_t most =
            p->o->all || m->stratum_count <= DEFAULT_STRATA ? m->stratum_count : DEFAULT_STRATA;

        print_effect(p, &at, m, &m->whole);
        for (size_t k = 0; k < most; k++)
            print_effect(p, &at, m, &m->strata[k]);
        left += m->stratum_count - most;
    }
    if (at > cells)
        print_rows(p, columns, COLUMNS, cells, (size_t)(at - cells) / COLUMNS);
    if (left > 0)
        print_item(p, "...",
                   say(&p->w, SAY(&p->arena,
                                  left == 1 ? N_("and %s more stratum; --all shows every one")
                                            : N_("and %s more strata; --all shows every one"),
                                  phrase_count(&p->arena, left))));
    free(cells);
    return THRESH_OK;
}

static void print_method(printer *p, const thresh_observed *o)
{
    arena *a = &p->arena;
    const thresh_rollout_plan *plan = o->plan;
    thresh_phrase sure = phrase_word(figure(p, plan->confidence * 100, 6));

    if (o->split.known)
        print_item(p, "-",
                   say(&p->w, SAY(a,
                                  N_("the candidate has %s %% of the traffic, %s %% are planned "
                                     "(always-valid p = %s)"),
                                  phrase_word(figure(p, o->split.found * 100, 4)),
                                  phrase_word(figure(p, o->split.planned * 100, 4)),
                                  phrase_word(figure(p, o->split.p, 2)))));
    for (size_t i = 0; i < o->metric_count; i++)
        if (!isnan(o->metrics[i].before))
            print_item(p, "-",
                       say(&p->w, SAY(a, N_("%s: a degradation of %s was seen at the stage before"),
                                      phrase_word(o->metrics[i].metric->name),
                                      phrase_word(
                                          change_words(p, &o->metrics[i], o->metrics[i].before)))));
    if (plan->method == THRESH_ALWAYS_VALID)
        print_item(p, "-",
                   say(&p->w, SAY(a,
                                  N_("bounds are always valid: at %s %%, over all stages, metrics "
                                     "and looks together"),
                                  sure)));
    else
        print_item(
            p, "-",
            say(&p->w, SAY(a,
                           N_("bounds at %s %%, over all stages and metrics, and %s looks of "
                              "each stage (O'Brien-Fleming); looks taken at this one: %s"),
                           sure, phrase_count(a, plan->looks), phrase_count(a, o->looks))));
}

thresh_status thresh_report_observed(const thresh_observed *o, const thresh_text_options *options,
                                     FILE *stream)
{
    printer p = begin(options, stream);
    thresh_status rc = THRESH_OK;

    p.w = (words){ &p.arena, options->language };
    const char *mark = options->ascii ? looks[o->step].ascii : looks[o->step].symbol;
    const char *head = step_headword(&p.w, o->step);
    fprintf(stream, "%s%s %s%s  ", options->colour ? looks[o->step].colour : "", mark, head,
            options->colour ? "\033[0m" : "");
    print_wrapped(stream, fit(&p, step_words(&p.w, o)), cell_width(mark) + cell_width(head) + 3,
                  INDENT, options->quiet ? 0 : (size_t)options->width);
    if (options->quiet)
        return end(&p, rc);
    fputc('\n', stream);
    for (size_t i = 0; i < o->reason_count; i++) {
        const thresh_step_reason *r = &o->reasons[i];
        print_item(&p, options->ascii ? looks[r->step].ascii : looks[r->step].symbol,
                   say(&p.w, r->text));
    }
    rc = print_metrics(&p, o);
    if (o->metric_count > 0) {
        fputc('\n', stream);
        print_method(&p, o);
    }
    for (size_t i = 0; i < o->note_count; i++)
        print_item(&p, word(&p.w, N_("note:")), say(&p.w, o->notes[i]));
    return end(&p, rc);
}

/* --- where it stands --- */

/* Of an edited plan only the number is that of what ran. */
static const char *stage_name(printer *p, const thresh_rollout_plan *plan, bool edited, size_t i)
{
    return edited ? arena_printf(&p->arena, "%zu", i + 1) : plan->stages[i].name;
}

static const char *where_it_stands(printer *p, const thresh_rollout_plan *plan,
                                   const thresh_rollout_info *info, bool edited)
{
    thresh_phrase status = phrase_word(status_word(&p->w, info->status)),
                  stage = phrase_word(stage_name(p, plan, edited, info->stage)),
                  since = phrase_word(
                      instant_words(&p->w, info->history[info->history_count - 1].at));

    if (edited)
        return say(&p->w, SAY(&p->arena, N_("%s: %s, stage number %s, since %s"),
                              phrase_word(info->name), status, stage, since));
    return say(&p->w, SAY(&p->arena, N_("%s: %s, stage %s of %s, since %s"),
                          phrase_word(plan->title), status, stage,
                          phrase_word(plan->stages[plan->stage_count - 1].name), since));
}

thresh_status thresh_report_rollout(const thresh_rollout_plan *plan,
                                    const thresh_rollout_info *info,
                                    const thresh_text_options *options, FILE *stream)
{
    printer p = begin(options, stream);
    column columns[] = { { N_("SINCE"), 0, false },
                         { N_("STATUS"), 0, false },
                         { N_("STAGE"), 0, true },
                         { N_("WHY"), 1, false } };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    cell *cells = calloc((info->history_count + 1) * COLUMNS, sizeof *cells), *at = cells;
    bool edited = thresh_rollout_is_edited(plan, info);

    p.w = (words){ &p.arena, options->language };
    if (cells == NULL)
        return end(&p, THRESH_ENOMEM);
    print_wrapped(stream, fit(&p, where_it_stands(&p, plan, info, edited)), 0, INDENT,
                  (size_t)options->width);
    for (size_t i = 0; i < info->history_count && !options->quiet; i++) {
        const thresh_transition *t = &info->history[i];
        *at++ = shown(&p, instant_words(&p.w, t->at));
        *at++ = shown(&p, status_word(&p.w, t->status));
        *at++ = shown(&p, stage_name(&p, plan, edited, t->stage));
        *at++ = shown(&p, t->why[0] != '\0' ? t->why : "-");
    }
    if (!options->quiet) {
        print_rows(&p, columns, COLUMNS, cells, info->history_count);
        fputc('\n', stream);
        if (!edited && thresh_policy_count(plan->policy) == 0)
            print_item(&p, "-",
                       word(&p.w, N_("its limits are the catalog's ranges: the plan names no "
                                     "profile")));
        if (edited)
            print_item(&p, "-",
                       say(&p.w, SAID(N_("the plan, or a profile of it, was edited after the "
                                         "rollout began: stages are shown by their number"))));
        print_item(
            &p, "-",
            say(&p.w, SAY(&p.arena,
                          info->looks == 1 ? N_("%s observation; plan and profiles sha256 %s")
                                           : N_("%s observations; plan and profiles sha256 %s"),
                          phrase_count(&p.arena, (size_t)info->looks),
                          phrase_clipped(&p.arena, info->sha256, 12))));
    }
    free(cells);
    return end(&p, THRESH_OK);
}

/* --- a simulation --- */

static const char *percent(printer *p, double share)
{
    const char *out = arena_printf(&p->arena, "%s %%", figure(p, share * 100, 3));

    return out != NULL ? out : "?";
}

static const char *days_words(printer *p, double middle, double late)
{
    if (isnan(middle))
        return "-";
    return say(&p->w, SAY(&p->arena, N_("%s (%s)"), phrase_word(figure(p, middle, 3)),
                          phrase_word(figure(p, late, 3))));
}

thresh_status thresh_report_rollout_simulation(const thresh_rollout_simulation *s,
                                               const thresh_text_options *options, FILE *stream)
{
    printer p = begin(options, stream);
    column columns[] = { { N_("CANDIDATE"), 0, false },  { N_("DONE"), 0, true },
                         { N_("ROLLED BACK"), 0, true }, { N_("UNFINISHED"), 1, true },
                         { N_("DAYS, DONE"), 0, true },  { N_("DAYS, BACK"), 0, true },
                         { N_("USERS OF IT"), 2, true } };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    cell *cells = calloc((s->course_count + 1) * COLUMNS, sizeof *cells), *at = cells;
    arena *a = &p.arena;

    p.w = (words){ &p.arena, options->language };
    if (cells == NULL)
        return end(&p, THRESH_ENOMEM);
    print_wrapped(
        stream,
        fit(&p, say(&p.w, SAY(a, N_("%s: played %s times over %s days, a look every %s hours"),
                              phrase_word(s->plan->title), phrase_count(a, s->runs),
                              phrase_word(figure(&p, s->plan->days, 4)),
                              phrase_word(figure(&p, s->plan->look_every / 3600, 3))))),
        0, INDENT, (size_t)options->width);
    for (size_t i = 0; i < s->course_count; i++) {
        const thresh_rollout_course *c = &s->courses[i];
        *at++ = shown(&p, say(&p.w, c->name));
        *at++ = shown(&p, percent(&p, c->done));
        *at++ = shown(&p, percent(&p, c->rolled_back));
        *at++ = shown(&p, percent(&p, c->unfinished));
        *at++ = shown(&p, days_words(&p, c->days_done, c->days_done_90));
        *at++ = shown(&p, days_words(&p, c->days_back, c->days_back_90));
        *at++ = shown(&p, figure(&p, c->exposed, 3));
    }
    print_rows(&p, columns, COLUMNS, cells, s->course_count);
    fputc('\n', stream);
    print_item(&p, "-",
               word(&p.w, N_("days: the middle run, and in brackets nine of ten take no more")));
    print_item(
        &p, "-",
        say(&p.w,
            SAY(a,
                N_("it errs where a harmful candidate is done, or another is rolled back: each "
                   "in no more than %s %% of the runs, by the plan's confidence; seed %s"),
                phrase_word(figure(&p, (1 - s->plan->confidence) * 100, 3)),
                phrase_count(a, (size_t)s->seed))));
    free(cells);
    return end(&p, THRESH_OK);
}
