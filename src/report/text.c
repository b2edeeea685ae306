/* The report for people: verdict and reasons first, then the table, then what was not judged. */
#include "report/table.h"
#include "thresh/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ROWS = 20, DEFAULT_REASONS = 10, DEFAULT_NAMES = 8, INDENT = 2 };

static const struct {
    const char *symbol, *ascii, *word, *colour;
} looks[] = {
    [THRESH_ACCEPT] = { "\xE2\x9C\x93", "ok", "ACCEPT", "\033[32m" },
    [THRESH_WARN] = { "!", "!", "WARN", "\033[33m" },
    [THRESH_REVIEW] = { "?", "?", "REVIEW", "\033[36m" },
    [THRESH_REJECT] = { "\xE2\x9C\x97", "x", "REJECT", "\033[31m" },
};

typedef struct printer {
    const thresh_result *r;
    const thresh_text_options *o;
    FILE *f;
    arena arena;
    const char *bold, *dim, *reset;
} printer;

static const char *symbol(const printer *p, thresh_verdict v)
{
    return p->o->ascii ? looks[v].ascii : looks[v].symbol;
}

static const char *colour(const printer *p, thresh_verdict v)
{
    return p->o->colour ? looks[v].colour : "";
}

/* Never NULL: what cannot be had for want of memory is shown as "?", and the status says so. */
static const char *fit_to_print(printer *p, const char *text)
{
    const char *out = printable(&p->arena, text, p->o->ascii);

    return out != NULL ? out : "?";
}

static const char *last_part(const char *path)
{
    if (strcmp(path, "-") == 0)
        return "standard input";
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* "results.csv", or "int8 of results.csv" */
static const char *side_name(printer *p, const thresh_side *side)
{
    const char *file = last_part(side->path);
    const char *name =
        side->row == NULL ? file : arena_printf(&p->arena, "%s of %s", side->row, file);

    return name != NULL ? name : "?";
}

static const char *counted(printer *p, size_t n, const char *what)
{
    const char *text = arena_printf(&p->arena, "%zu %s%s", n, what, n == 1 ? "" : "s");

    return text != NULL ? text : "?";
}

/* What the verdict counts: "4 metrics: 1 reject, 3 accept; 2 not judged". */
static const char *tally(printer *p)
{
    const thresh_result *r = p->r;
    const size_t counts[] = { r->accepts, r->warns, r->reviews, r->rejects };
    const char *text = arena_printf(&p->arena, "%s%s", counted(p, r->metric_count, "metric"),
                                    r->metric_count > 0 ? ": " : "");
    bool several = false;

    for (int v = THRESH_REJECT; v >= THRESH_ACCEPT; v--)
        if (counts[v] > 0 && text != NULL) {
            text = arena_printf(&p->arena, "%s%s%zu %s", text, several ? ", " : "", counts[v],
                                thresh_verdict_name((thresh_verdict)v));
            several = true;
        }
    if (r->ungoverned_count > 0 && text != NULL)
        text = arena_printf(&p->arena, "%s; %zu not judged", text, r->ungoverned_count);
    /* no metric shows why: then the reason of the whole has to */
    if (p->o->quiet && r->verdict > THRESH_WARN && counts[r->verdict] == 0 && r->reason_count > 0
        && text != NULL)
        text = arena_printf(&p->arena, "%s; %s", text, r->reasons[0].text);
    return text != NULL ? text : "?";
}

static void print_verdict(printer *p)
{
    const thresh_result *r = p->r;
    static const char *const says[] = { [THRESH_ACCEPT] = "may replace",
                                        [THRESH_REVIEW] =
                                            "needs a person's review before it replaces",
                                        [THRESH_REJECT] = "must not replace" };
    const char *text = arena_printf(&p->arena, "%s %s %s", side_name(p, &r->candidate),
                                    says[r->verdict], side_name(p, &r->baseline));

    for (size_t i = 0; i < thresh_policy_count(r->policy) && text != NULL; i++)
        text = arena_printf(&p->arena, "%s%s%s", text, i == 0 ? " for " : " + ",
                            thresh_policy_at(r->policy, i)->name);
    if (text != NULL)
        text = arena_printf(&p->arena, "%s (%s)", text, tally(p));
    fprintf(p->f, "%s%s%s %s%s  ", p->bold, colour(p, r->verdict), symbol(p, r->verdict),
            looks[r->verdict].word, p->reset);
    print_wrapped(p->f, text != NULL ? fit_to_print(p, text) : "?",
                  cell_width(symbol(p, r->verdict)) + strlen(looks[r->verdict].word) + 3, INDENT,
                  p->o->quiet ? 0 : (size_t)p->o->width);
}

static void print_item(printer *p, const char *mark, const char *mark_colour, const char *text)
{
    fprintf(p->f, "%*s%s%s%s ", INDENT, "", mark_colour, mark, mark_colour[0] ? p->reset : "");
    size_t at = INDENT + cell_width(mark) + 1;

    print_wrapped(p->f, fit_to_print(p, text), at, at, (size_t)p->o->width);
}

static void print_reasons(printer *p)
{
    const thresh_result *r = p->r;
    size_t shown =
        p->o->all || r->reason_count <= DEFAULT_REASONS ? r->reason_count : DEFAULT_REASONS;

    if (shown > 0)
        fputc('\n', p->f);
    for (size_t i = 0; i < shown; i++)
        print_item(p, symbol(p, r->reasons[i].verdict), colour(p, r->reasons[i].verdict),
                   r->reasons[i].text);
    if (shown < r->reason_count)
        fprintf(p->f, "%*s... and %s; --all shows them\n", INDENT, "",
                counted(p, r->reason_count - shown, "more reason"));
}

static const char *degradation_cell(printer *p, const thresh_judged *m)
{
    char text[THRESH_TEXT_MAX];
    const char *out;

    if (isnan(m->degradation))
        return "-";
    if (m->degradation == 0)
        return "unchanged";
    out = arena_printf(&p->arena, "%s %s", thresh_change_text(text, m, fabs(m->degradation)),
                       m->degradation > 0 ? "worse" : "better");
    return out != NULL ? out : "?";
}

static const char *limits_cell(printer *p, const thresh_judged *m)
{
    char a[THRESH_TEXT_MAX], t[THRESH_TEXT_MAX];
    const thresh_rule *r = m->rule;
    const char *out = "";

    if (r->has_range) {
        const char *lt = r->tolerate_exclusive ? "<" : "";
        thresh_change_text(a, m, r->accept);
        thresh_change_text(t, m, r->tolerate);
        out = strcmp(a, t) == 0 ? arena_printf(&p->arena, "%s%s", lt, t)
                                : arena_printf(&p->arena, "%s%s / %s%s",
                                               r->accept_exclusive ? "<" : "", a, lt, t);
    }
    if (out != NULL && r->has_floor)
        out = arena_printf(&p->arena, "%s%s%s %s", out, out[0] ? ", " : "",
                           r->floor_exclusive ? ">" : ">=", thresh_value_text(a, m, r->floor));
    if (out != NULL && r->has_ceiling)
        out = arena_printf(&p->arena, "%s%s%s %s", out, out[0] ? ", " : "",
                           r->ceiling_exclusive ? "<" : "<=", thresh_value_text(a, m, r->ceiling));
    return out == NULL ? "?" : out[0] == '\0' ? "-" : out;
}

static const char *value_cell(printer *p, const thresh_judged *m, double value, const char *text)
{
    char out[THRESH_TEXT_MAX];

    return fit_to_print(p, text != NULL ? text : thresh_value_text(out, m, value));
}

static const char *joined(printer *p, const char *scope, const char *name)
{
    const char *path = arena_printf(&p->arena, "%s%s%s", scope, scope[0] ? "/" : "", name);

    return path != NULL ? fit_to_print(p, path) : "?";
}

static const char *budget_cell(printer *p, const thresh_judged *m)
{
    const char *out;

    if (isnan(m->budget_used) || m->degradation <= 0)
        return "-";
    out = m->budget_used >= 99.995 ? "> 9999 %"
                                   : arena_printf(&p->arena, "%.0f %%", m->budget_used * 100);
    return out != NULL ? out : "?";
}

/* "1.66 to 5.18 pp": where the degradation lies for sure. */
static const char *interval_cell(printer *p, const thresh_judged *m)
{
    char low[THRESH_TEXT_MAX], high[THRESH_TEXT_MAX];
    const char *unit, *out;

    if (!m->has_interval)
        return "-";
    thresh_change_text(low, m, m->low);
    thresh_change_text(high, m, m->high);
    /* the unit once */
    if ((unit = strrchr(low, ' ')) != NULL && strrchr(high, ' ') != NULL
        && strcmp(unit, strrchr(high, ' ')) == 0)
        low[unit - low] = '\0';
    out = arena_printf(&p->arena, "%s to %s", low, high);
    return out != NULL ? out : "?";
}

static void fill_row(printer *p, const thresh_judged *m, bool intervals, cell *row)
{
    const thresh_rule *r = m->rule;
    const char *verdict =
        arena_printf(&p->arena, "%s %s", symbol(p, m->verdict), thresh_verdict_name(m->verdict));
    const char *from = r->has_range     ? r->tolerate_from
                       : r->has_floor   ? r->floor_from
                       : r->has_ceiling ? r->ceiling_from
                                        : "-";

    *row++ = (cell){ joined(p, m->scope, m->name), NULL };
    *row++ = (cell){ value_cell(p, m, m->baseline, m->baseline_text), NULL };
    *row++ = (cell){ value_cell(p, m, m->candidate, m->candidate_text), NULL };
    *row++ = (cell){ degradation_cell(p, m), NULL };
    if (intervals)
        *row++ = (cell){ interval_cell(p, m), NULL };
    *row++ = (cell){ limits_cell(p, m), NULL };
    *row++ = (cell){ budget_cell(p, m), NULL };
    *row++ = (cell){ fit_to_print(p, from != NULL ? from : "-"), NULL };
    *row =
        (cell){ verdict != NULL ? verdict : "?", p->o->colour ? looks[m->verdict].colour : NULL };
}

static bool any_interval(const thresh_result *r)
{
    for (size_t i = 0; i < r->metric_count; i++)
        if (r->metrics[i].has_interval)
            return true;
    return false;
}

static thresh_status print_metrics(printer *p)
{
    static const column plain[] = {
        { "METRIC", 0, false },     { "BASELINE", 2, true }, { "CANDIDATE", 1, true },
        { "DEGRADATION", 0, true }, { "LIMITS", 3, false },  { "BUDGET", 4, true },
        { "FROM", 5, false },       { "VERDICT", 0, false },
    };
    static const column with_intervals[] = {
        { "METRIC", 0, false },     { "BASELINE", 2, true }, { "CANDIDATE", 1, true },
        { "DEGRADATION", 0, true }, { "INTERVAL", 4, true }, { "LIMITS", 3, false },
        { "BUDGET", 5, true },      { "FROM", 6, false },    { "VERDICT", 0, false },
    };
    bool intervals = any_interval(p->r);
    const column *columns = intervals ? with_intervals : plain;
    size_t column_count =
        intervals ? sizeof with_intervals / sizeof *with_intervals : sizeof plain / sizeof *plain;
    const thresh_result *r = p->r;
    size_t rows = p->o->all || r->metric_count <= DEFAULT_ROWS ? r->metric_count : DEFAULT_ROWS;
    size_t counts[] = { 0, 0, 0, 0 };
    cell *cells;

    if (rows == 0)
        return THRESH_OK;
    if ((cells = malloc(rows * column_count * sizeof *cells)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < rows; i++)
        fill_row(p, &r->metrics[i], intervals, cells + i * column_count);
    fputc('\n', p->f);
    print_table(p->f, &p->arena,
                &(table){ columns, column_count, cells, rows, INDENT, (size_t)p->o->width,
                          p->o->ascii, p->dim, p->reset });
    free(cells);
    if (rows == r->metric_count)
        return THRESH_OK;
    for (size_t i = rows; i < r->metric_count; i++)
        counts[r->metrics[i].verdict]++;
    fprintf(p->f, "%*s... and %zu more (", INDENT, "", r->metric_count - rows);
    for (int v = THRESH_REJECT, several = 0; v >= THRESH_ACCEPT; v--)
        if (counts[v] > 0)
            fprintf(p->f, "%s%zu %s", several++ ? ", " : "", counts[v],
                    thresh_verdict_name((thresh_verdict)v));
    fputs("); --all shows every one\n", p->f);
    return THRESH_OK;
}

typedef const char *name_at(printer *p, size_t i);

static const char *unknown_at(printer *p, size_t i)
{
    const thresh_unjudged *u = &p->r->ungoverned[i];

    return u->kind == NULL ? joined(p, u->scope, u->name) : NULL;
}

static const char *informational_at(printer *p, size_t i)
{
    const thresh_unjudged *u = &p->r->ungoverned[i];

    return u->kind != NULL && u->kind->informational ? joined(p, u->scope, u->name) : NULL;
}

static const char *lost_at(printer *p, size_t i)
{
    const thresh_unjudged *u = &p->r->ungoverned[i];

    return u->kind != NULL && !u->kind->informational ? joined(p, u->scope, u->name) : NULL;
}

static const char *only_at(printer *p, size_t i)
{
    return fit_to_print(p, p->r->candidate_only[i]);
}

/* "not judged, of no known kind (3): a, b, c" */
static void print_names(printer *p, const char *what, size_t count, name_at *at)
{
    const char *list = "";
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const char *name = at(p, i);
        if (name == NULL)
            continue;
        n++;
        if (list != NULL && (p->o->all || n <= DEFAULT_NAMES))
            list = arena_printf(&p->arena, "%s%s%s", list, list[0] ? ", " : "", name);
    }
    if (n == 0 || list == NULL)
        return;
    const char *text = arena_printf(&p->arena, "%s (%zu): %s%s", what, n, list,
                                    !p->o->all && n > DEFAULT_NAMES ? ", ... (--all)" : "");
    if (text != NULL)
        print_item(p, "-", p->dim, text);
}

static void print_origin(printer *p)
{
    const thresh_result *r = p->r;
    const char *text = "limits from";

    for (size_t i = 0; i < thresh_policy_count(r->policy) && text != NULL; i++) {
        const thresh_profile_info *info = thresh_policy_at(r->policy, i);
        text = arena_printf(&p->arena, "%s%s %s %s (%s, sha256 %.12s)", text, i > 0 ? "," : "",
                            info->axis, info->name, info->origin, info->sha256);
    }
    if (text != NULL && thresh_policy_count(r->policy) == 0)
        text = "limits from the catalog";
    if (text != NULL)
        text = arena_printf(&p->arena, "%s; burden of proof: %s, %g %% one-sided", text,
                            thresh_burden_name(r->evidence.burden), r->evidence.confidence * 100);
    if (text != NULL)
        print_item(p, "-", p->dim, text);
}

/* The methods of the intervals, each once; they are constant texts. */
static void print_methods(printer *p)
{
    enum { MOST = 16 };
    const char *methods[MOST], *text = "intervals by";
    size_t n = 0;

    for (size_t i = 0; i < p->r->metric_count && n < MOST; i++) {
        const thresh_judged *m = &p->r->metrics[i];
        size_t k = 0;
        if (!m->has_interval)
            continue;
        while (k < n && strcmp(methods[k], m->method) != 0)
            k++;
        if (k == n)
            methods[n++] = m->method;
    }
    for (size_t k = 0; k < n && text != NULL; k++)
        text = arena_printf(&p->arena, "%s%s %s", text, k > 0 ? ";" : "", methods[k]);
    if (n > 0 && text != NULL)
        print_item(p, "-", p->dim, text);
}

thresh_status thresh_report_text(const thresh_result *result, const thresh_text_options *options,
                                 FILE *stream)
{
    printer p = { .r = result,
                  .o = options,
                  .f = stream,
                  .arena = ARENA_INIT,
                  .bold = options->colour ? "\033[1m" : "",
                  .dim = options->colour ? "\033[2m" : "",
                  .reset = options->colour ? "\033[0m" : "" };
    thresh_status rc = THRESH_OK;

    print_verdict(&p);
    if (!options->quiet) {
        print_reasons(&p);
        rc = print_metrics(&p);
        fputc('\n', stream);
        for (size_t i = 0; i < result->note_count; i++)
            print_item(&p, "note:", p.dim, result->notes[i]);
        print_names(&p, "not judged, of no known kind", result->ungoverned_count, unknown_at);
        print_names(&p, "not judged, no number on either side", result->ungoverned_count, lost_at);
        print_names(&p, "not judged, they describe the run and not the model",
                    result->ungoverned_count, informational_at);
        print_names(&p, "only in the candidate", result->candidate_only_count, only_at);
        print_methods(&p);
        print_origin(&p);
    }
    if (rc == THRESH_OK && p.arena.failed)
        rc = THRESH_ENOMEM;
    arena_free(&p.arena);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
