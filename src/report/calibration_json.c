/* The document of a calibration, schema thresh/calibration/v1: all that the text report says, and
 * what a plot needs. Written as it goes; no numbers are made here. */
#include "report/calibration.h"
#include "report/escape.h"

#include <math.h>

static void put_key(FILE *f, const char *key)
{
    fprintf(f, "\"%s\": ", key);
}

static void put_text(FILE *f, const char *key, const char *text)
{
    put_key(f, key);
    if (text != NULL)
        put_json(f, text);
    else
        fputs("null", f);
}

static void put_number(FILE *f, const char *key, double value)
{
    put_key(f, key);
    put_json_number(f, value);
}

static void put_flag(FILE *f, const char *key, bool value)
{
    put_key(f, key);
    fputs(value ? "true" : "false", f);
}

/* Of numbers, separated by commas. */
typedef struct named {
    const char *key;
    double value;
} named;

static void put_numbers(FILE *f, const named *numbers, size_t count)
{
    fputs("{ ", f);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ", " : "", f);
        put_number(f, numbers[i].key, numbers[i].value);
    }
    fputs(" }", f);
}

/* null where no curve gives one; a bound that is not known is null too */
static void put_dose(FILE *f, const char *key, const thresh_dose *d)
{
    put_key(f, key);
    if (isnan(d->estimate))
        fputs("null", f);
    else
        put_numbers(
            f,
            (const named[]){ { "estimate", d->estimate }, { "low", d->low }, { "high", d->high } },
            3);
}

static void put_phrases(FILE *f, const words *w, const char *key, const thresh_phrase *phrases,
                        size_t count)
{
    put_key(f, key);
    fputs("[", f);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ", " : "", f);
        put_json(f, say(w, phrases[i]));
    }
    fputs("]", f);
}

static void put_threshold(FILE *f, const thresh_threshold *t)
{
    fputs("\n      { ", f);
    put_text(f, "name", t->name);
    fputs(", ", f);
    put_text(f, "worse_by", t->worse_by);
    fputs(", ", f);
    put_number(f, "limit", t->limit);
    fputs(",\n        ", f);
    put_dose(f, "chosen", &t->chosen);
    fputs(",\n        ", f);
    put_dose(f, "curve", &t->curve);
    fputs(",\n        ", f);
    put_dose(f, "monotone", &t->monotone);
    fputs(" }", f);
}

static void put_curve(FILE *f, const thresh_calibrated *of)
{
    const thresh_curve *c = &of->curve;

    fputs(",\n    ", f);
    put_key(f, "curve");
    if (c->separated) {
        fputs("null", f);
    } else {
        put_numbers(f,
                    (const named[]){ { "intercept", c->intercept },
                                     { "slope", c->slope },
                                     { "var_intercept", c->var_intercept },
                                     { "var_slope", c->var_slope },
                                     { "covariance", c->covariance },
                                     { "dispersion", c->dispersion },
                                     { "deviance", c->deviance },
                                     { "null_deviance", c->null_deviance },
                                     { "trend_p", c->trend_p } },
                    9);
    }
    fputs(",\n    ", f);
    put_key(f, "change_point");
    if (of->has_change)
        put_numbers(f,
                    (const named[]){ { "estimate", of->change.at.estimate },
                                     { "low", of->change.at.low },
                                     { "high", of->change.at.high },
                                     { "p", of->change.p } },
                    4);
    else
        fputs("null", f);
    fputs(",\n    ", f);
    put_number(f, "fit_p", of->fit_p);
    fputs(", ", f);
    put_number(f, "monotone_p", of->monotone_p);
}

static void put_plot(FILE *f, const thresh_calibrated *of)
{
    fputs(",\n    \"bins\": [", f);
    for (size_t i = 0; i < of->bin_count; i++) {
        const thresh_dose_bin *b = &of->bins[i];
        fputs(i > 0 ? ",\n      " : "\n      ", f);
        put_numbers(f,
                    (const named[]){ { "degradation", b->dose },
                                     { "outcome", b->outcome },
                                     { "weight", b->weight },
                                     { "rows", (double)b->rows } },
                    4);
    }
    fputs("],\n    \"points\": [", f);
    for (size_t i = 0; i < of->point_count; i++) {
        const thresh_curve_point *p = &of->points[i];
        fputs(i > 0 ? ",\n      " : "\n      ", f);
        put_numbers(f,
                    (const named[]){ { "degradation", p->dose },
                                     { "curve", p->curve },
                                     { "monotone", p->monotone } },
                    3);
    }
    fputs("]", f);
}

static void put_slope(FILE *f, const words *w, const thresh_calibration *c,
                      const thresh_calibrated *of)
{
    const thresh_slope *s = &of->slope;

    fputs(",\n    \"mapping\": { ", f);
    put_text(f, "metric", c->metric);
    fputs(", \"per\": ", f);
    fprintf(f, "\"1%s\", ", c->unit);
    put_number(f, "change", s->slope);
    fputs(", ", f);
    put_number(f, "low", s->interval.low);
    fputs(", ", f);
    put_number(f, "high", s->interval.high);
    fputs(", ", f);
    put_number(f, "confidence", c->confidence);
    fputs(", ", f);
    put_number(f, "r_squared", s->r_squared);
    fputs(", ", f);
    put_number(f, "at_zero", s->intercept);
    fputs(", ", f);
    put_text(f, "roi", mapping_words(w, c, of));
    fputs(" }", f);
}

static void put_outcome(FILE *f, const words *w, const thresh_calibration *c,
                        const thresh_calibrated *of)
{
    fputs("{\n    ", f);
    put_text(f, "name", of->name);
    fputs(", ", f);
    put_text(f, "read_as", thresh_reading_of_name(of->reading));
    fputs(", ", f);
    put_text(f, "worse", of->worse_higher ? "higher" : "lower");
    fputs(", ", f);
    put_number(f, "rows", (double)of->rows);
    fputs(", ", f);
    put_number(f, "trials", of->trials);
    fputs(",\n    ", f);
    put_phrases(f, w, "reasons", of->reasons, of->reason_count);
    fputs(",\n    ", f);
    put_phrases(f, w, "notes", of->notes, of->note_count);
    put_slope(f, w, c, of);
    if (!c->mapping) {
        fputs(",\n    ", f);
        put_number(f, "at_zero", of->at_zero);
        fputs(", ", f);
        put_text(f, "fit", thresh_fit_name(of->fit));
        fputs(",\n    \"thresholds\": [", f);
        put_threshold(f, &of->thresholds[0]);
        fputs(",", f);
        put_threshold(f, &of->thresholds[1]);
        fputs("]", f);
        put_curve(f, of);
        put_plot(f, of);
    }
    fputs("\n  }", f);
}

thresh_status thresh_report_calibration_json(const thresh_calibration *c, FILE *f)
{
    arena a = ARENA_INIT;
    words w = { &a, NULL };
    thresh_status rc;

    fputs("{\n  ", f);
    put_text(f, "schema", "thresh/calibration/v1");
    fputs(",\n  ", f);
    put_text(f, "thresh_version", thresh_version());
    fputs(",\n  ", f);
    put_text(f, "history", c->path);
    fputs(",\n  ", f);
    put_text(f, "sha256", c->sha256);
    fputs(",\n  ", f);
    put_flag(f, "known", c->known);
    fputs(",\n  ", f);
    put_text(f, "metric", c->metric);
    fputs(",\n  ", f);
    put_text(f, "unit", c->unit);
    fputs(",\n  ", f);
    put_key(f, "limits");
    if (c->known && !c->mapping)
        put_numbers(f, (const named[]){ { "accept", c->accept }, { "tolerate", c->tolerate } }, 2);
    else
        fputs("null", f);
    fputs(",\n  ", f);
    put_text(f, "limits_at", c->at_point ? "point" : "lower");
    fputs(",\n  ", f);
    put_text(f, "degradation", c->dose);
    fputs(",\n  ", f);
    put_text(f, "trials", c->trials);
    fputs(",\n  ", f);
    put_number(f, "rows", (double)c->rows);
    fputs(",\n  ", f);
    put_number(f, "skipped", (double)c->skipped);
    fputs(",\n  ", f);
    put_number(f, "largest", c->largest);
    fputs(",\n  ", f);
    put_number(f, "confidence", c->confidence);
    fputs(",\n  ", f);
    put_number(f, "resamples", (double)c->resamples);
    fputs(",\n  ", f);
    put_number(f, "seed", (double)c->seed);
    fputs(",\n  \"outcomes\": [", f);
    for (size_t i = 0; i < c->outcome_count; i++) {
        fputs(i > 0 ? ", " : "", f);
        put_outcome(f, &w, c, &c->outcomes[i]);
    }
    fputs("]\n}\n", f);
    rc = a.failed ? THRESH_ENOMEM : ferror(f) ? THRESH_EIO : THRESH_OK;
    arena_free(&a);
    return rc;
}
