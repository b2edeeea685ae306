/* What the reports of a calibration say, and its tables. */
#include "report/calibration.h"
#include "report/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

const char *estimate_words(const words *w, const thresh_calibration *c, const thresh_dose *d)
{
    return say(w, in_unit(w, c, d->estimate));
}

const char *calibration_headword(const words *w, const thresh_calibration *c)
{
    return c->known ? word(w, N_("CALIBRATED")) : word(w, N_("REVIEW"));
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

/* "complaints: counts of sessions, 60 rows, 240,000 in all" */
static const char *reading_words(const words *w, const thresh_calibration *c,
                                 const thresh_calibrated *of)
{
    arena *a = w->arena;
    thresh_phrase name = phrase_word(of->name), rows = phrase_count(a, of->rows),
                  all = phrase_count(a, (size_t)of->trials),
                  trials = phrase_word(c->trials != NULL ? c->trials : "");

    switch (of->reading) {
    case THRESH_OUTCOME_COUNT:
        return say(w, SAY(a,
                          of->worse_higher
                              ? N_("%s: read as a count of %s, more is worse: %s rows, %s in all")
                              : N_("%s: read as a count of %s, less is worse: %s rows, %s in all"),
                          name, trials, rows, all));
    case THRESH_OUTCOME_RATE:
        return say(w, SAY(a,
                          of->worse_higher
                              ? N_("%s: read as a share of %s, more is worse: %s rows, %s in all")
                              : N_("%s: read as a share of %s, less is worse: %s rows, %s in all"),
                          name, trials, rows, all));
    case THRESH_OUTCOME_TRUTH:
        return say(w, SAY(a,
                          of->worse_higher ? N_("%s: read as yes or no, yes is worse: %s rows")
                                           : N_("%s: read as yes or no, no is worse: %s rows"),
                          name, rows));
    default:
        return c->trials == NULL
                   ? say(w, SAY(a,
                                of->worse_higher ? N_("%s: read as a mean, more is worse: %s rows")
                                                 : N_("%s: read as a mean, less is worse: %s rows"),
                                name, rows))
                   : say(w, SAY(a,
                                of->worse_higher
                                    ? N_("%s: read as a mean of %s, more is worse: %s rows")
                                    : N_("%s: read as a mean of %s, less is worse: %s rows"),
                                name, trials, rows));
    }
}

static const char *method_words(const words *w, const thresh_calibration *c)
{
    arena *a = w->arena;
    char percent[THRESH_NUMBER_MAX];
    const char *confidence = arena_strdup(a, thresh_format_number(percent, c->confidence * 100));
    thresh_phrase sure = phrase_word(confidence), drawn = phrase_count(a, c->resamples);

    if (c->mapping)
        return say(
            w, SAY(a, N_("slopes by weighted least squares, intervals at %s %% one-sided"), sure));
    return say(w,
               SAY(a,
                   N_("intervals at %s %% one-sided: of the curve by profile likelihood (of means "
                      "by Fieller), of the monotone one by the bootstrap of rows (%s, seed %s)"),
                   sure, drawn, phrase_count(a, (size_t)c->seed)));
}

const char *const *calibration_remarks(const words *w, const thresh_calibration *c, size_t *count)
{
    size_t most = 2, n = 0;
    const char **out;

    for (size_t i = 0; i < c->outcome_count; i++)
        most += c->outcomes[i].note_count + 2;
    *count = 0;
    if ((out = arena_alloc(w->arena, most * sizeof *out)) == NULL)
        return NULL;
    for (size_t i = 0; i < c->outcome_count; i++) {
        const thresh_calibrated *of = &c->outcomes[i];

        for (size_t k = 0; k < of->note_count; k++)
            out[n++] =
                c->outcome_count == 1
                    ? say(w, of->notes[k])
                    : say(w, SAY(w->arena, N_("%s: %s"), phrase_word(of->name), of->notes[k]));
        if (c->mapping)
            out[n++] =
                say(w, SAY(w->arena, N_("for a loss of %s in a model of thresh roi: mapping: %s"),
                           phrase_word(of->name), phrase_word(mapping_words(w, c, of))));
        out[n++] = reading_words(w, c, of);
    }
    if (c->known && !c->mapping)
        out[n++] =
            c->at_point ? word(
                w, N_("limits are the points themselves: as often as not users perceive less"))
                        : word(w, N_("limits are the lower bounds of the intervals: what users "
                                     "surely do not perceive yet"));
    out[n++] = method_words(w, c);
    *count = n;
    return out;
}

/* --- tables --- */

static const char *in_unit_words(const words *w, const thresh_calibration *c, double value)
{
    return say(w, in_unit(w, c, value));
}

static void point_row(const words *w, const void *of, size_t i, const char **cells)
{
    static const char *const names[] = { N_("perceptible"), N_("unacceptable") };
    const thresh_calibration *c = of;
    const thresh_calibrated *outcome = &c->outcomes[i / 2];
    const thresh_threshold *t = &outcome->thresholds[i % 2];

    *cells++ = outcome->name;
    *cells++ = outcome_words(w, outcome, outcome->at_zero);
    *cells++ = word(w, names[i % 2]);
    *cells++ = t->worse_by;
    *cells++ = dose_words(w, c, &t->curve);
    *cells++ = dose_words(w, c, &t->monotone);
    *cells++ = isnan(t->limit) ? "-" : in_unit_words(w, c, t->limit);
}

static void slope_row(const words *w, const void *of, size_t i, const char **cells)
{
    const thresh_calibration *c = of;
    const thresh_calibrated *outcome = &c->outcomes[i];
    const thresh_slope *s = &outcome->slope;
    bool share = outcome->reading != THRESH_OUTCOME_MEAN;
    double scale = share ? 100 : 1;
    const char *change = three_digits(w, scale * s->slope);

    *cells++ = outcome->name;
    *cells++ = share ? arena_printf(w->arena, "%s pp", change) : change;
    *cells++ = in_unit_words(w, c, 1);
    *cells++ =
        say(w, SAY(w->arena, N_("%s to %s"), phrase_word(three_digits(w, scale * s->interval.low)),
                   phrase_word(three_digits(w, scale * s->interval.high))));
    *cells++ = three_digits(w, s->r_squared);
    *cells++ = say(w, phrase_count(w->arena, outcome->rows));
}

#define COLUMNS(array) .columns = (array), .column_count = COUNT_OF(array)

grid calibration_grid(const thresh_calibration *c)
{
    static const grid_column points[] = {
        { N_("Outcome"), N_("OUTCOME"), 0, false }, { N_("Without"), N_("WITHOUT"), 3, true },
        { N_("Point"), N_("POINT"), 0, false },     { N_("Worse by"), N_("WORSE BY"), 1, true },
        { N_("Curve"), N_("CURVE"), 0, false },     { N_("Monotone"), N_("MONOTONE"), 2, false },
        { N_("Limit"), N_("LIMIT"), 0, true },
    };
    static const grid_column slopes[] = {
        { N_("Outcome"), N_("OUTCOME"), 0, false }, { N_("Change"), N_("CHANGE"), 0, true },
        { N_("Per"), N_("PER"), 0, true },          { N_("Interval"), N_("INTERVAL"), 1, true },
        { "R\xC2\xB2", "R\xC2\xB2", 2, true },      { N_("Rows"), N_("ROWS"), 3, true },
    };

    if (c->mapping)
        return (grid){ .caption = N_("What each unit of degradation changes in the outcome"),
                       COLUMNS(slopes),
                       .rows = c->outcome_count,
                       .of = c,
                       .row = slope_row };
    return (grid){ .caption =
                       N_("The degradations at which an outcome is worse by an amount than without "
                          "any, by both curves, each with its interval"),
                   COLUMNS(points),
                   .rows = 2 * c->outcome_count,
                   .of = c,
                   .row = point_row };
}
