/* The report for people: verdict and reasons first, then the table, then what was not judged. */
#include "report/roi.h"
#include "report/table.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ROWS = 20, DEFAULT_REASONS = 10, DEFAULT_NAMES = 8, INDENT = 2 };

static const struct {
    const char *symbol, *ascii, *colour;
} looks[] = {
    [THRESH_ACCEPT] = { "\xE2\x9C\x93", "ok", "\033[32m" },
    [THRESH_WARN] = { "!", "!", "\033[33m" },
    [THRESH_REVIEW] = { "?", "?", "\033[36m" },
    [THRESH_REJECT] = { "\xE2\x9C\x97", "x", "\033[31m" },
};

typedef struct printer {
    const thresh_result *r;
    const thresh_text_options *o;
    FILE *f;
    arena arena;
    words w;
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

static void print_verdict(printer *p)
{
    const thresh_result *r = p->r;
    const size_t counts[] = { r->accepts, r->warns, r->reviews, r->rejects };
    thresh_phrase counted = phrase_word(tally(&p->w, r));
    const char *head = verdict_headword(&p->w, r->verdict), *mark = symbol(p, r->verdict);

    /* no metric shows why: then the reason of the whole has to */
    if (p->o->quiet && r->verdict > THRESH_WARN && counts[r->verdict] == 0 && r->reason_count > 0)
        counted = SAY(&p->arena, "%s; %s", counted, phrase_word(whole_words(&p->w, r, 0)));
    const char *text =
        say(&p->w, SAY(&p->arena, N_("%s (%s)"), phrase_word(headline(&p->w, r)), counted));
    fprintf(p->f, "%s%s%s %s%s  ", p->bold, colour(p, r->verdict), mark, head, p->reset);
    print_wrapped(p->f, fit_to_print(p, text), cell_width(mark) + cell_width(head) + 3, INDENT,
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
                   whole_words(&p->w, r, i));
    if (shown < r->reason_count) {
        size_t more = r->reason_count - shown;
        fprintf(p->f, "%*s%s\n", INDENT, "",
                say(&p->w, SAY(&p->arena,
                               more == 1 ? N_("... and %s more reason; --all shows them")
                                         : N_("... and %s more reasons; --all shows them"),
                               phrase_count(&p->arena, more))));
    }
}

static void fill_row(printer *p, const thresh_judged *m, bool intervals, cell *row)
{
    const char *verdict =
        arena_printf(&p->arena, "%s %s", symbol(p, m->verdict), verdict_word(&p->w, m->verdict));
    const words *w = &p->w;

    *row++ = (cell){ fit_to_print(p, path_words(w, m->scope, m->name)), NULL };
    *row++ = (cell){ fit_to_print(p, baseline_words(w, m)), NULL };
    *row++ = (cell){ fit_to_print(p, candidate_words(w, m)), NULL };
    *row++ = (cell){ fit_to_print(p, degradation_words(w, m)), NULL };
    if (intervals)
        *row++ = (cell){ fit_to_print(p, interval_words(w, m)), NULL };
    *row++ = (cell){ fit_to_print(p, limits_words(w, m)), NULL };
    *row++ = (cell){ budget_words(w, m), NULL };
    *row++ = (cell){ fit_to_print(p, from_words(w, m)), NULL };
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
    /* with intervals there is a column more, and the others have to make room sooner */
    static const column all[] = {
        { N_("METRIC"), 0, false },     { N_("BASELINE"), 2, true }, { N_("CANDIDATE"), 1, true },
        { N_("DEGRADATION"), 0, true }, { N_("INTERVAL"), 4, true }, { N_("LIMITS"), 3, false },
        { N_("BUDGET"), 5, true },      { N_("FROM"), 6, false },    { N_("VERDICT"), 0, false },
    };
    enum { ALL = sizeof all / sizeof *all, INTERVAL = 4 };
    bool intervals = any_interval(p->r);
    column columns[ALL];
    size_t column_count = 0;

    for (size_t i = 0; i < ALL; i++)
        if (intervals || i != INTERVAL) {
            columns[column_count] = all[i];
            columns[column_count++].title = word(&p->w, all[i].title);
        }
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
    fprintf(p->f, "%*s%s\n", INDENT, "",
            say(&p->w, SAY(&p->arena, N_("... and %s more (%s); --all shows every one"),
                           phrase_count(&p->arena, r->metric_count - rows),
                           phrase_word(counted_verdicts(&p->w, counts)))));
    return THRESH_OK;
}

/* "not judged, of no known kind (3): a, b, c" */
static void print_names(printer *p, const char *what, const char *const *names, size_t count)
{
    size_t shown = p->o->all || count <= DEFAULT_NAMES ? count : DEFAULT_NAMES;

    if (count > 0)
        print_item(
            p, "-", p->dim,
            say(&p->w,
                SAY(&p->arena, shown < count ? N_("%s (%s): %s, ... (--all)") : N_("%s (%s): %s"),
                    phrase_word(what), phrase_count(&p->arena, count),
                    phrase_word(joined_words(&p->w, names, shown, word(&p->w, N_(", ")))))));
}

static void print_unjudged(printer *p)
{
    const thresh_result *r = p->r;
    const char **names = arena_alloc(&p->arena, (r->ungoverned_count + 1) * sizeof *names);

    for (int c = 0; names != NULL && c < UNJUDGED_CLASSES; c++) {
        size_t n = 0;
        for (size_t i = 0; i < r->ungoverned_count; i++)
            if (class_of_unjudged(&r->ungoverned[i]) == (unjudged_class)c)
                names[n++] = path_words(&p->w, r->ungoverned[i].scope, r->ungoverned[i].name);
        print_names(p, unjudged_title(&p->w, (unjudged_class)c), names, n);
    }
    print_names(p, word(&p->w, N_("only in the candidate")), r->candidate_only,
                r->candidate_only_count);
}

static thresh_status print_score(printer *p)
{
    enum { COLUMNS = 4, MOST_METRICS = 6 };
    const thresh_score *s = p->r->score;
    const words *w = &p->w;
    const column columns[COLUMNS] = { { word(w, N_("GROUP")), 0, false },
                                      { word(w, N_("WEIGHT")), 1, true },
                                      { word(w, N_("SCORE")), 0, true },
                                      { word(w, N_("METRICS")), 2, false } };
    cell *cells, *row;

    if (s == NULL)
        return THRESH_OK;
    if ((row = cells = arena_alloc(&p->arena, s->group_count * COLUMNS * sizeof *cells)) == NULL)
        return THRESH_ENOMEM;
    fprintf(p->f, "\n%*s%s\n", INDENT, "", score_words(w, p->r));
    for (size_t i = 0; i < s->group_count; i++) {
        const thresh_scored_group *g = &s->groups[i];
        const char *weight = arena_printf(&p->arena, "%.4g %%", g->share * 100);

        *row++ = (cell){ fit_to_print(p, g->name), NULL };
        *row++ = (cell){ g->metric_count == 0 || weight == NULL ? "-" : weight, NULL };
        *row++ = (cell){ group_score_words(w, g), NULL };
        *row++ =
            (cell){ fit_to_print(p, scored_words(w, g, p->o->all ? g->metric_count : MOST_METRICS)),
                    NULL };
    }
    print_table(p->f, &p->arena,
                &(table){ columns, COLUMNS, cells, s->group_count, INDENT, (size_t)p->o->width,
                          p->o->ascii, p->dim, p->reset });
    return THRESH_OK;
}

/* Where the candidate stands among the rivals. The first of them keep their columns longest: what
 * baseline and candidate have stands in the table before. */
static thresh_status print_rivals(printer *p)
{
    enum { FIXED = 4, MOST_RIVALS = MAX_COLUMNS - FIXED };
    const thresh_result *r = p->r;
    const words *w = &p->w;
    size_t shown = r->rival_count < MOST_RIVALS ? r->rival_count : MOST_RIVALS;
    size_t most = p->o->all ? r->metric_count : DEFAULT_ROWS, rows = 0, more = 0, n = 0;
    column columns[MAX_COLUMNS] = { [0] = { word(w, N_("METRIC")), 0, false },
                                    [1] = { word(w, N_("BASELINE")), MAX_COLUMNS + 1, true },
                                    [2] = { word(w, N_("CANDIDATE")), MAX_COLUMNS, true } };
    cell *cells;

    for (size_t i = 0; i < r->metric_count && r->rival_count > 0; i++)
        rows += has_rival(r, i);
    if (rows == 0)
        return THRESH_OK;
    for (size_t k = 0; k < shown; k++)
        columns[FIXED - 1 + k] = (column){ fit_to_print(p, r->rivals[k].name), 1 + (int)k, true };
    columns[FIXED - 1 + shown] = (column){ word(w, N_("STANDS")), 0, false };
    if (rows > most) {
        more = rows - most;
        rows = most;
    }
    if ((cells = malloc(rows * (FIXED + shown) * sizeof *cells)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; n < rows * (FIXED + shown); i++) {
        const thresh_judged *m = &r->metrics[i];
        if (!has_rival(r, i))
            continue;
        cells[n++] = (cell){ fit_to_print(p, path_words(w, m->scope, m->name)), NULL };
        cells[n++] = (cell){ fit_to_print(p, baseline_words(w, m)), NULL };
        cells[n++] = (cell){ fit_to_print(p, candidate_words(w, m)), NULL };
        for (size_t k = 0; k < shown; k++)
            cells[n++] = (cell){ rival_words(w, r, k, i), NULL };
        cells[n++] = (cell){ fit_to_print(p, standing_words(w, r, i)), NULL };
    }
    fputc('\n', p->f);
    print_table(p->f, &p->arena,
                &(table){ columns, FIXED + shown, cells, rows, INDENT, (size_t)p->o->width,
                          p->o->ascii, p->dim, p->reset });
    free(cells);
    if (more > 0)
        fprintf(p->f, "%*s%s\n", INDENT, "",
                say(w, SAY(&p->arena, N_("... and %s more; --all shows every one"),
                           phrase_count(&p->arena, more))));
    return THRESH_OK;
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

    p.w = (words){ &p.arena, options->language };
    print_verdict(&p);
    if (!options->quiet) {
        print_reasons(&p);
        rc = print_metrics(&p);
        if (rc == THRESH_OK)
            rc = print_rivals(&p);
        if (rc == THRESH_OK)
            rc = print_score(&p);
        if (rc == THRESH_OK && result->roi != NULL)
            rc = print_roi(stream, &p.w, options, result->roi);
        fputc('\n', stream);
        for (size_t i = 0; i < result->note_count; i++)
            print_item(&p, word(&p.w, N_("note:")), p.dim, note_words(&p.w, result, i));
        print_unjudged(&p);
        const char *methods = methods_words(&p.w, result);
        if (methods != NULL)
            print_item(&p, "-", p.dim, methods);
        print_item(&p, "-", p.dim, origin_words(&p.w, result));
    }
    if (rc == THRESH_OK && p.arena.failed)
        rc = THRESH_ENOMEM;
    arena_free(&p.arena);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
