/* The report of a calibration for people: limits first, then each outcome's points, then what is to
 * be said of them. */
#include "report/calibration.h"
#include "report/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2 };

const char *three_digits(const words *w, double value)
{
    char text[THRESH_NUMBER_MAX];
    double rounded = value;

    snprintf(text, sizeof text, "%.2e", value);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == ',' ? '.' : *p;
    thresh_parse_number(&rounded, text, strlen(text));
    const char *out = arena_strdup(w->arena, thresh_format_number(text, rounded));
    return out != NULL ? out : "?";
}

const char *dose_words(const words *w, const thresh_calibration *c, const thresh_dose *d)
{
    thresh_phrase bounds[3] = { phrase_word(three_digits(w, d->estimate)),
                                phrase_word(three_digits(w, d->low)),
                                phrase_word(three_digits(w, d->high)) };
    thresh_phrase unit = phrase_word(c->unit);

    if (isnan(d->estimate))
        return "-";
    if (isinf(d->estimate))
        return isinf(d->low) || d->low <= 0
                   ? word(w, N_("not reached"))
                   : say(w, SAY(w->arena, N_("not reached (from %s %s)"), bounds[1], unit));
    return isinf(d->high) ? say(w, SAY(w->arena, N_("%s %s (from %s)"), bounds[0], unit, bounds[1]))
                          : say(w, SAY(w->arena, N_("%s %s (%s to %s)"), bounds[0], unit, bounds[1],
                                       bounds[2]));
}

const char *outcome_words(const words *w, const thresh_calibrated *of, double value)
{
    if (of->reading == THRESH_OUTCOME_MEAN)
        return three_digits(w, value);
    const char *out = arena_printf(w->arena, "%s %%", three_digits(w, value * 100));
    return out != NULL ? out : "?";
}

static thresh_phrase in_unit(const words *w, const thresh_calibration *c, double value)
{
    return phrase_word(arena_printf(w->arena, "%s %s", three_digits(w, value), c->unit));
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

const char *calibration_headline(const words *w, const thresh_calibration *c)
{
    thresh_phrase file =
        strcmp(c->path, "-") == 0 ? SAID(N_("standard input")) : phrase_word(base_name(c->path));
    thresh_phrase metric = phrase_word(c->metric != NULL ? c->metric : c->dose);

    if (c->mapping)
        return say(w, c->known
                          ? SAY(w->arena, N_("%s tells what %s is worth"), file, metric)
                          : SAY(w->arena, N_("%s cannot tell what %s is worth"), file, metric));
    if (!c->known)
        return say(w,
                   SAY(w->arena, N_("%s cannot tell where %s begins to matter; no limits are set"),
                       file, metric));
    return say(
        w, SAY(w->arena,
               N_("by %s, a degradation of %s is not perceived up to %s, and accepted up to %s"),
               file, metric, in_unit(w, c, c->accept), in_unit(w, c, c->tolerate)));
}

const char *mapping_words(const words *w, const thresh_calibration *c, const thresh_calibrated *of)
{
    char confidence[THRESH_NUMBER_MAX];
    bool share = of->reading != THRESH_OUTCOME_MEAN;
    double scale = share ? 100 : 1;
    const thresh_slope *s = &of->loss;
    const char *out = arena_printf(
        w->arena, "{metric: %s, per: 1%s, slope: %s%s, low: %s%s, high: %s%s, confidence: %s}",
        c->metric != NULL ? c->metric : c->dose, c->unit, three_digits(w, scale * s->slope),
        share ? "pp" : "", three_digits(w, scale * s->interval.low), share ? "pp" : "",
        three_digits(w, scale * s->interval.high), share ? "pp" : "",
        thresh_format_number(confidence, c->confidence));

    return out != NULL ? out : "?";
}

typedef struct printer {
    const thresh_calibration *c;
    const thresh_text_options *o;
    FILE *f;
    arena arena;
    words w;
} printer;

static const char *fit_to_print(printer *p, const char *text)
{
    const char *out = text == NULL ? NULL : printable(&p->arena, text, p->o->ascii);

    return out != NULL ? out : "?";
}

static void print_headline(printer *p)
{
    static const struct {
        const char *symbol, *ascii, *colour;
    } looks[] = { { "?", "?", "\033[36m" }, { "\xE2\x9C\x93", "ok", "\033[32m" } };
    bool known = p->c->known;
    const char *mark = p->o->ascii ? looks[known].ascii : looks[known].symbol;
    const char *head = known ? word(&p->w, N_("CALIBRATED")) : word(&p->w, N_("REVIEW"));

    fprintf(p->f, "%s%s%s %s%s  ", p->o->colour ? "\033[1m" : "",
            p->o->colour ? looks[known].colour : "", mark, head, p->o->colour ? "\033[0m" : "");
    print_wrapped(p->f, fit_to_print(p, calibration_headline(&p->w, p->c)),
                  cell_width(mark) + cell_width(head) + 3, INDENT,
                  p->o->quiet ? 0 : (size_t)p->o->width);
}

static void print_item(printer *p, const char *mark, const char *text)
{
    fprintf(p->f, "%*s%s ", INDENT, "", mark);
    size_t at = INDENT + cell_width(mark) + 1;

    print_wrapped(p->f, fit_to_print(p, text), at, at, (size_t)p->o->width);
}

static const char *point_word(const printer *p, size_t i)
{
    static const char *const names[] = { N_("perceptible"), N_("unacceptable") };

    return word(&p->w, names[i]);
}

static thresh_status print_points(printer *p)
{
    static const column all[] = {
        { N_("OUTCOME"), 0, false }, { N_("WITHOUT"), 3, true }, { N_("POINT"), 0, false },
        { N_("WORSE BY"), 1, true }, { N_("CURVE"), 0, false },  { N_("MONOTONE"), 2, false },
        { N_("LIMIT"), 0, true },
    };
    enum { COLUMNS = sizeof all / sizeof *all };
    size_t rows = 2 * p->c->outcome_count;
    column columns[COLUMNS];
    cell *cells = calloc(rows * COLUMNS, sizeof *cells), *at = cells;

    if (cells == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i] = all[i];
        columns[i].title = word(&p->w, all[i].title);
    }
    for (size_t i = 0; i < rows; i++) {
        const thresh_calibrated *of = &p->c->outcomes[i / 2];
        const thresh_threshold *t = &of->thresholds[i % 2];
        bool limit = !isnan(t->limit);

        *at++ = (cell){ fit_to_print(p, of->name), NULL };
        *at++ = (cell){ outcome_words(&p->w, of, of->at_zero), NULL };
        *at++ = (cell){ point_word(p, i % 2), NULL };
        *at++ = (cell){ fit_to_print(p, t->worse_by), NULL };
        *at++ = (cell){ dose_words(&p->w, p->c, &t->curve), NULL };
        *at++ = (cell){ dose_words(&p->w, p->c, &t->monotone), NULL };
        *at++ = (cell){ limit ? say(&p->w, in_unit(&p->w, p->c, t->limit)) : "-", NULL };
    }
    print_table(p->f, &p->arena,
                &(table){ columns, COLUMNS, cells, rows, INDENT, (size_t)p->o->width, p->o->ascii,
                          p->o->colour ? "\033[2m" : "", p->o->colour ? "\033[0m" : "" });
    free(cells);
    return THRESH_OK;
}

static thresh_status print_slopes(printer *p)
{
    static const column all[] = {
        { N_("OUTCOME"), 0, false }, { N_("CHANGE"), 0, true }, { N_("PER"), 0, true },
        { N_("INTERVAL"), 1, true }, { "R\xC2\xB2", 2, true },  { N_("ROWS"), 3, true },
    };
    enum { COLUMNS = sizeof all / sizeof *all };
    size_t rows = p->c->outcome_count;
    column columns[COLUMNS];
    cell *cells = calloc(rows * COLUMNS, sizeof *cells), *at = cells;

    if (cells == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i] = all[i];
        columns[i].title = fit_to_print(p, word(&p->w, all[i].title));
    }
    for (size_t i = 0; i < rows; i++) {
        const thresh_calibrated *of = &p->c->outcomes[i];
        const thresh_slope *s = &of->slope;
        bool share = of->reading != THRESH_OUTCOME_MEAN;
        double scale = share ? 100 : 1;
        const char *change = three_digits(&p->w, scale * s->slope);

        *at++ = (cell){ fit_to_print(p, of->name), NULL };
        *at++ = (cell){ share ? fit_to_print(p, arena_printf(&p->arena, "%s pp", change)) : change,
                        NULL };
        *at++ = (cell){ say(&p->w, in_unit(&p->w, p->c, 1)), NULL };
        *at++ = (cell){ say(&p->w, SAY(&p->arena, N_("%s to %s"),
                                       phrase_word(three_digits(&p->w, scale * s->interval.low)),
                                       phrase_word(three_digits(&p->w, scale * s->interval.high)))),
                        NULL };
        *at++ = (cell){ three_digits(&p->w, s->r_squared), NULL };
        *at++ = (cell){ say(&p->w, phrase_count(&p->arena, of->rows)), NULL };
    }
    print_table(p->f, &p->arena,
                &(table){ columns, COLUMNS, cells, rows, INDENT, (size_t)p->o->width, p->o->ascii,
                          p->o->colour ? "\033[2m" : "", p->o->colour ? "\033[0m" : "" });
    free(cells);
    return THRESH_OK;
}

/* "complaints: counts of sessions, 60 rows, 240,000 in all" */
static const char *reading_words(printer *p, const thresh_calibrated *of)
{
    arena *a = &p->arena;
    thresh_phrase name = phrase_word(of->name), rows = phrase_count(a, of->rows),
                  all = phrase_count(a, (size_t)of->trials),
                  trials = phrase_word(p->c->trials != NULL ? p->c->trials : "");

    switch (of->reading) {
    case THRESH_OUTCOME_COUNT:
        return say(&p->w,
                   SAY(a,
                       of->worse_higher
                           ? N_("%s: read as a count of %s, more is worse: %s rows, %s in all")
                           : N_("%s: read as a count of %s, less is worse: %s rows, %s in all"),
                       name, trials, rows, all));
    case THRESH_OUTCOME_RATE:
        return say(&p->w,
                   SAY(a,
                       of->worse_higher
                           ? N_("%s: read as a share of %s, more is worse: %s rows, %s in all")
                           : N_("%s: read as a share of %s, less is worse: %s rows, %s in all"),
                       name, trials, rows, all));
    case THRESH_OUTCOME_TRUTH:
        return say(&p->w, SAY(a,
                              of->worse_higher ? N_("%s: read as yes or no, yes is worse: %s rows")
                                               : N_("%s: read as yes or no, no is worse: %s rows"),
                              name, rows));
    default:
        return p->c->trials == NULL
                   ? say(&p->w,
                         SAY(a,
                             of->worse_higher ? N_("%s: read as a mean, more is worse: %s rows")
                                              : N_("%s: read as a mean, less is worse: %s rows"),
                             name, rows))
                   : say(&p->w, SAY(a,
                                    of->worse_higher
                                        ? N_("%s: read as a mean of %s, more is worse: %s rows")
                                        : N_("%s: read as a mean of %s, less is worse: %s rows"),
                                    name, trials, rows));
    }
}

static const char *method_words(printer *p)
{
    arena *a = &p->arena;
    char percent[THRESH_NUMBER_MAX];
    const char *confidence = arena_strdup(a, thresh_format_number(percent, p->c->confidence * 100));
    thresh_phrase sure = phrase_word(confidence), drawn = phrase_count(a, p->c->resamples);

    if (p->c->mapping)
        return say(
            &p->w,
            SAY(a, N_("slopes by weighted least squares, intervals at %s %% one-sided"), sure));
    return say(&p->w,
               SAY(a,
                   N_("intervals at %s %% one-sided: of the curve by profile likelihood (of means "
                      "by Fieller), of the monotone one by the bootstrap of rows (%s, seed %s)"),
                   sure, drawn, phrase_count(a, (size_t)p->c->seed)));
}

static void print_remarks(printer *p)
{
    const thresh_calibration *c = p->c;

    for (size_t i = 0; i < c->outcome_count; i++) {
        const thresh_calibrated *of = &c->outcomes[i];

        for (size_t k = 0; k < of->note_count; k++)
            print_item(p, "-",
                       c->outcome_count == 1
                           ? say(&p->w, of->notes[k])
                           : say(&p->w, SAY(&p->arena, N_("%s: %s"), phrase_word(of->name),
                                            of->notes[k])));
        if (c->mapping)
            print_item(
                p, "-",
                say(&p->w,
                    SAY(&p->arena, N_("for a loss of %s in a model of thresh roi: mapping: %s"),
                        phrase_word(of->name), phrase_word(mapping_words(&p->w, c, of)))));
        print_item(p, "-", reading_words(p, of));
    }
    if (c->known && !c->mapping)
        print_item(
            p, "-",
            c->at_point ? word(
                &p->w, N_("limits are the points themselves: as often as not users perceive less"))
                        : word(&p->w, N_("limits are the lower bounds of the intervals: what users "
                                         "surely do not perceive yet")));
    print_item(p, "-", method_words(p));
}

thresh_status thresh_report_calibration(const thresh_calibration *calibration,
                                        const thresh_text_options *options, FILE *stream)
{
    printer p = { .c = calibration, .o = options, .f = stream, .arena = ARENA_INIT };
    thresh_status rc = THRESH_OK;

    p.w = (words){ &p.arena, options->language };
    print_headline(&p);
    if (!options->quiet) {
        fputc('\n', stream);
        for (size_t i = 0; i < calibration->outcome_count; i++)
            for (size_t k = 0; k < calibration->outcomes[i].reason_count; k++)
                print_item(&p, "?", say(&p.w, calibration->outcomes[i].reasons[k]));
        if (!calibration->known)
            fputc('\n', stream);
        rc = calibration->mapping ? print_slopes(&p) : print_points(&p);
        fputc('\n', stream);
        print_remarks(&p);
    }
    if (rc == THRESH_OK && p.arena.failed)
        rc = THRESH_ENOMEM;
    arena_free(&p.arena);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
