/* The curves of one outcome, the degradations that they give, and what is to be said of them. */
#include "judge/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BINS = 10, PLOT_POINTS = 61, MOST_DRAWN = 500, MOST_SAID = 12 };

/* Below this the shape of the data speaks against a curve, and a fall against rising ones. */
static const double BENT = 0.05, FALLS = 0.01;

typedef struct fitting {
    calibration *c;
    thresh_calibrated *of;
    const thresh_doses *doses;
    thresh_bins bins;
    thresh_steps steps;
    thresh_phrase *reasons, *notes;
} fitting;

/* --- words --- */

static void reason(fitting *f, thresh_phrase p)
{
    if (f->of->reason_count < MOST_SAID)
        f->reasons[f->of->reason_count++] = p;
}

static void note(fitting *f, thresh_phrase p)
{
    if (f->of->note_count < MOST_SAID)
        f->notes[f->of->note_count++] = p;
}

static thresh_phrase number(fitting *f, double value, int digits)
{
    char text[THRESH_NUMBER_MAX];
    double rounded = value;

    if (isinf(value))
        return SAID(N_("no bound"));
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == ',' ? '.' : *p;
    thresh_parse_number(&rounded, text, strlen(text));
    return phrase_word(arena_strdup(&f->c->arena, thresh_format_number(text, rounded)));
}

static thresh_phrase dose(fitting *f, double value)
{
    if (isinf(value))
        return number(f, value, 3);
    return phrase_word(
        arena_printf(&f->c->arena, "%s %s", number(f, value, 3).text, f->c->seen.unit));
}

/* A p value: two digits, and small ones as a bound. */
static thresh_phrase chance(fitting *f, double p)
{
    return phrase_word(p < 0.001 ? "< 0.001"
                                 : arena_printf(&f->c->arena, "= %s", number(f, p, 2).text));
}

static thresh_phrase name_of(const fitting *f)
{
    return phrase_word(f->of->name);
}

/* --- curves --- */

/* The outcome as the file has it. */
static double as_read(const fitting *f, double outcome)
{
    bool share = f->doses->response == THRESH_RESPONSE_SHARE;

    return f->of->worse_higher ? outcome : share ? 1 - outcome : -outcome;
}

static bool has_curve(const fitting *f)
{
    return !f->of->curve.separated;
}

static thresh_status fit_parametric(fitting *f)
{
    static const thresh_dose none = { NAN, NAN, NAN };
    thresh_calibrated *of = f->of;
    double confidence = f->c->seen.confidence;
    thresh_status rc = thresh_fit_curve(&of->curve, f->doses);

    for (size_t i = 0; i < 2 && rc == THRESH_OK; i++) {
        of->thresholds[i].curve = none;
        if (has_curve(f))
            rc = thresh_benchmark_dose(&of->thresholds[i].curve, f->doses, &of->curve,
                                       &of->thresholds[i].rise, confidence);
    }
    if (rc != THRESH_OK)
        return rc;
    rc = thresh_change_point(&of->change, f->doses, confidence);
    of->has_change = rc == THRESH_OK;
    return rc == THRESH_ENOMEM ? rc : THRESH_OK;
}

static thresh_status fit_monotone(fitting *f)
{
    thresh_calibrated *of = f->of;
    const thresh_calibration *seen = &f->c->seen;
    thresh_rise rises[2] = { of->thresholds[0].rise, of->thresholds[1].rise };
    thresh_dose found[2];
    thresh_status rc = thresh_bin_doses(&f->bins, f->doses, MOST_BINS);

    if (rc != THRESH_OK)
        return rc;
    f->steps.dose = arena_alloc(&f->c->arena, f->bins.n * sizeof(double));
    f->steps.outcome = arena_alloc(&f->c->arena, f->bins.n * sizeof(double));
    if (f->steps.dose == NULL || f->steps.outcome == NULL)
        return THRESH_ENOMEM;
    rc = thresh_centred_isotonic(&f->steps, f->bins.dose, f->bins.outcome, f->bins.weight,
                                 f->bins.n);
    of->fit_p = NAN;
    if (rc == THRESH_OK && has_curve(f)
        && thresh_curve_fit_p(&of->fit_p, f->doses, &f->bins, &of->curve) == THRESH_ENOMEM)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        rc = thresh_monotone_doses(found, f->doses, &f->bins, rises, 2, seen->confidence,
                                   seen->resamples, seen->seed);
    if (rc == THRESH_OK)
        rc = thresh_monotone_p(&of->monotone_p, f->doses, &f->bins, seen->resamples, seen->seed);
    for (size_t i = 0; i < 2 && rc == THRESH_OK; i++)
        of->thresholds[i].monotone = found[i];
    return rc;
}

/* --- which curve, and whether it tells --- */

static bool apart(const thresh_dose *a, const thresh_dose *b)
{
    return a->low > b->high || b->low > a->high;
}

static bool is_bent(const fitting *f)
{
    return f->of->has_change && f->of->change.p < BENT;
}

static bool does_not_fit(const fitting *f)
{
    return f->of->fit_p < BENT;
}

static void say_interval(fitting *f, const thresh_threshold *t)
{
    note(f, SAY(&f->c->arena,
                N_("the two curves disagree on the %s point: %s to %s by the parametric one, %s to "
                   "%s by "
                   "the monotone one"),
                SAID(t->name), dose(f, t->curve.low), dose(f, t->curve.high),
                dose(f, t->monotone.low), dose(f, t->monotone.high)));
}

static void say_change(fitting *f)
{
    const thresh_change *c = &f->of->change;
    arena *a = &f->c->arena;
    thresh_phrase at = dose(f, c->at.estimate), low = dose(f, c->at.low),
                  high = dose(f, c->at.high);

    if (!f->of->has_change)
        return;
    note(f,
         is_bent(f)
             ? SAY(a,
                   N_("check: the change point of %s is at %s (%s to %s), and not at the start (p "
                      "%s)"),
                   name_of(f), at, low, high, chance(f, c->p))
             : SAY(a,
                   N_("check: the change point of %s is at %s (%s to %s), and may be at the start "
                      "(p %s)"),
                   name_of(f), at, low, high, chance(f, c->p)));
}

static void say_choice(fitting *f)
{
    bool share = f->doses->response == THRESH_RESPONSE_SHARE;
    arena *a = &f->c->arena;

    if (!has_curve(f))
        note(f,
             SAID(N_(
                 "limits from the monotone curve: one degradation parts all from none, so that no "
                 "logistic curve is the likeliest")));
    else if (f->of->fit == THRESH_FIT_CURVE)
        note(f, share ? SAY(a, N_("limits from the logistic curve (lack of fit: p %s)"),
                            chance(f, f->of->fit_p))
                      : SAY(a, N_("limits from the straight line (lack of fit: p %s)"),
                            chance(f, f->of->fit_p)));
    else if (is_bent(f))
        note(f, share ? SAY(
                    a,
                    N_("limits from the monotone curve: a logistic one is too stiff for what stays "
                       "level up to about %s"),
                    dose(f, f->of->change.at.estimate))
                      : SAY(a,
                            N_("limits from the monotone curve: a straight line is too stiff for "
                               "what stays "
                               "level up to about %s"),
                            dose(f, f->of->change.at.estimate)));
    else if (does_not_fit(f))
        note(f, share ? SAY(a, N_("limits from the monotone curve: no logistic one fits (p %s)"),
                            chance(f, f->of->fit_p))
                      : SAY(a, N_("limits from the monotone curve: no straight line fits (p %s)"),
                            chance(f, f->of->fit_p)));
    else
        note(f, SAID(N_("limits from the monotone curve, as asked for")));
}

static void choose(fitting *f)
{
    thresh_calibrated *of = f->of;
    thresh_fit wanted = f->c->options->fit;

    of->fit = !has_curve(f)                   ? THRESH_FIT_MONOTONE
              : wanted != THRESH_FIT_AUTO     ? wanted
              : is_bent(f) || does_not_fit(f) ? THRESH_FIT_MONOTONE
                                              : THRESH_FIT_CURVE;
    say_choice(f);
    for (size_t i = 0; i < 2; i++) {
        thresh_threshold *t = &of->thresholds[i];
        t->chosen = of->fit == THRESH_FIT_CURVE ? t->curve : t->monotone;
        if (has_curve(f) && apart(&t->curve, &t->monotone))
            say_interval(f, t);
    }
    say_change(f);
}

static double least_dose(const thresh_doses *d)
{
    double least = d->dose[0];

    for (size_t i = 1; i < d->n; i++)
        least = fmin(least, d->dose[i]);
    return least;
}

static double most_dose(const thresh_doses *d)
{
    double most = d->dose[0];

    for (size_t i = 1; i < d->n; i++)
        most = fmax(most, d->dose[i]);
    return most;
}

/* Does the outcome depend on the degradation as limits suppose? */
static void judge_trend(fitting *f)
{
    thresh_calibrated *of = f->of;
    arena *a = &f->c->arena;
    double level = 1 - f->c->seen.confidence;

    if (has_curve(f) && of->curve.trend_p >= 1 - level)
        reason(f, SAY(a, N_("%s: better, and not worse, with the degradation (one-sided p %s)"),
                      name_of(f), chance(f, 1 - of->curve.trend_p)));
    else if (has_curve(f) && of->curve.trend_p > level)
        reason(f, SAY(a,
                      N_("%s: no worse with the degradation by more than chance explains "
                         "(one-sided p %s)"),
                      name_of(f), chance(f, of->curve.trend_p)));
    if (of->monotone_p < FALLS)
        reason(f, SAY(a,
                      N_("%s: better again where the degradation is larger (p %s that it never "
                         "is), so that no one limit parts what users accept from what they do not"),
                      name_of(f), chance(f, of->monotone_p)));
}

/* Three digits, never more than the value: a limit is not made wider by how it is written. */
static double rounded_down(double value)
{
    double step = pow(10, floor(log10(value)) - 2), down = floor(value / step + 1e-9);
    char text[THRESH_NUMBER_MAX];
    double plain = down * step;

    /* the decimal that is meant, and not its neighbour */
    snprintf(text, sizeof text, "%.3e", plain);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == ',' ? '.' : *p;
    thresh_parse_number(&plain, text, strlen(text));
    return plain;
}

static void judge_threshold(fitting *f, thresh_threshold *t)
{
    arena *a = &f->c->arena;
    const thresh_dose *d = &t->chosen;
    double largest = most_dose(f->doses), least = least_dose(f->doses);

    t->limit = NAN;
    if (!(d->estimate <= largest))
        reason(f, SAY(a, N_("%s: nowhere worse by %s, as far as the data go (%s)"), name_of(f),
                      phrase_word(t->worse_by), dose(f, largest)));
    else if (!(d->low > 0))
        reason(f, SAY(a, N_("%s: the interval of the %s point begins at no degradation: %s to %s"),
                      name_of(f), SAID(t->name), dose(f, fmax(0, d->low)), dose(f, d->high)));
    else if (d->estimate < least)
        reason(f,
               SAY(a, N_("%s: the %s point (%s) lies below the least degradation of the data (%s)"),
                   name_of(f), SAID(t->name), dose(f, d->estimate), dose(f, least)));
    else
        t->limit = rounded_down(f->c->seen.at_point ? d->estimate : d->low);
}

static void judge_outcome(fitting *f)
{
    thresh_calibrated *of = f->of;
    arena *a = &f->c->arena;

    judge_trend(f);
    for (size_t i = 0; i < 2 && of->reason_count == 0; i++)
        judge_threshold(f, &of->thresholds[i]);
    if (of->reason_count > 0)
        of->thresholds[0].limit = of->thresholds[1].limit = NAN;
    if (least_dose(f->doses) > 0)
        note(f, SAY(a,
                    N_("no row is without degradation: the %s there are what the curve says, from "
                       "%s on"),
                    name_of(f), dose(f, least_dose(f->doses))));
    /* 1 is chance alone; a small excess is chance too */
    if (f->doses->response == THRESH_RESPONSE_SHARE && has_curve(f) && of->curve.dispersion > 1.5)
        note(f,
             SAY(a,
                 N_("rows differ %s times as much as chance explains; the intervals are wider for "
                    "it"),
                 number(f, sqrt(of->curve.dispersion), 2)));
}

/* --- what a plot needs --- */

static thresh_status keep_rows(fitting *f)
{
    const thresh_doses *d = f->doses;
    size_t count = d->n < MOST_DRAWN ? d->n : MOST_DRAWN;
    thresh_dose_row *rows = arena_alloc(&f->c->arena, count * sizeof *rows);

    if (rows == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < count; k++) {
        size_t i = k * d->n / count;
        rows[k] = (thresh_dose_row){ d->dose[i], as_read(f, d->outcome[i]), d->weight[i] };
    }
    f->of->drawn = rows;
    f->of->drawn_count = count;
    return THRESH_OK;
}

static thresh_curve_point point_at(const fitting *f, double dose)
{
    const thresh_curve *c = &f->of->curve;
    thresh_response response = f->doses->response;
    thresh_curve_point p = { dose, NAN, as_read(f, thresh_steps_at(&f->steps, dose)), NAN, NAN };
    thresh_interval band;

    if (thresh_curve_band(&band, c, response, dose, f->doses->n, f->c->seen.confidence)
        != THRESH_OK)
        return p;
    p.curve = as_read(f, thresh_curve_at(c, response, dose));
    p.low = as_read(f, f->of->worse_higher ? band.low : band.high);
    p.high = as_read(f, f->of->worse_higher ? band.high : band.low);
    return p;
}

static thresh_status keep_plot(fitting *f)
{
    thresh_calibrated *of = f->of;
    arena *a = &f->c->arena;
    thresh_dose_bin *bins = arena_alloc(a, f->bins.n * sizeof *bins);
    thresh_curve_point *points = arena_alloc(a, PLOT_POINTS * sizeof *points);
    double most = most_dose(f->doses), least = fmin(0, least_dose(f->doses));

    if (bins == NULL || points == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < f->bins.n; i++)
        bins[i] = (thresh_dose_bin){ f->bins.dose[i], as_read(f, f->bins.outcome[i]),
                                     f->bins.weight[i], f->bins.rows[i] };
    for (size_t i = 0; i < PLOT_POINTS; i++)
        points[i] = point_at(f, least + (most - least) * (double)i / (PLOT_POINTS - 1));
    of->at_zero =
        as_read(f, of->fit == THRESH_FIT_CURVE ? thresh_curve_at(&of->curve, f->doses->response, 0)
                                               : thresh_steps_at(&f->steps, 0));
    of->bins = bins;
    of->bin_count = f->bins.n;
    of->points = points;
    of->point_count = PLOT_POINTS;
    return of->reading == THRESH_OUTCOME_TRUTH ? THRESH_OK : keep_rows(f);
}

/* The outcome as the file has it, for each unit of degradation. */
static thresh_status fit_slope(fitting *f)
{
    thresh_slope s;
    thresh_status rc = thresh_slope_of(&s, f->doses->dose, f->doses->outcome, f->doses->weight,
                                       f->doses->n, f->c->seen.confidence);

    if (rc != THRESH_OK)
        return rc;
    f->of->loss = s;
    if (!f->of->worse_higher) {
        s.intercept = as_read(f, s.intercept);
        s.slope = -s.slope;
        s.interval = (thresh_interval){ -s.interval.high, -s.interval.low };
    }
    f->of->slope = s;
    if (f->c->seen.mapping) {
        if (s.interval.low <= 0 && s.interval.high >= 0)
            reason(f,
                   SAY(&f->c->arena,
                       N_("%s may not depend on the degradation at all: the interval of its slope "
                          "holds 0"),
                       name_of(f)));
    }
    return THRESH_OK;
}

thresh_status fit_outcome(calibration *c, thresh_calibrated *of, const outcome_rows *rows)
{
    fitting f = { .c = c, .of = of, .doses = &rows->doses };
    thresh_status rc;

    f.reasons = arena_alloc(&c->arena, MOST_SAID * sizeof *f.reasons);
    f.notes = arena_alloc(&c->arena, MOST_SAID * sizeof *f.notes);
    if (f.reasons == NULL || f.notes == NULL)
        return THRESH_ENOMEM;
    of->reasons = f.reasons;
    of->notes = f.notes;
    rc = fit_slope(&f);
    if (rc == THRESH_OK && !c->seen.mapping && (rc = fit_parametric(&f)) == THRESH_OK
        && (rc = fit_monotone(&f)) == THRESH_OK) {
        choose(&f);
        judge_outcome(&f);
        rc = keep_plot(&f);
    }
    thresh_bins_dispose(&f.bins);
    if (rc == THRESH_EDOMAIN)
        rc = row_fault(c, SIZE_MAX, "'%.80s': numbers that no curve can be laid through", of->name);
    return rc == THRESH_OK && c->arena.failed ? THRESH_ENOMEM : rc;
}
