/* The document of a calibration, schema thresh/calibration/v1: all that the text report says, and
 * what a plot needs. Written as it goes; no numbers are made here. */
#include "report/calibration.h"
#include "report/document.h"
#include "report/escape.h"

#include <math.h>
#include <stddef.h>

#define AT(type, member) offsetof(type, member)
#define NUMBER(key, type, member)                                                                  \
    {                                                                                              \
        key, FIELD_NUMBER, AT(type, member), NULL                                                  \
    }

static const char *reading_at(int v)
{
    return v <= THRESH_OUTCOME_MEAN ? thresh_reading_of_name((thresh_reading_of)v) : NULL;
}

static const char *fit_at(int v)
{
    return v <= THRESH_FIT_MONOTONE ? thresh_fit_name((thresh_fit)v) : NULL;
}

static const field head_fields[] = {
    { "history", FIELD_TEXT, AT(thresh_calibration, path), NULL },
    { "sha256", FIELD_TEXT, AT(thresh_calibration, sha256), NULL },
    { "known", FIELD_FLAG, AT(thresh_calibration, known), NULL },
    { "metric", FIELD_TEXT_OR_NULL, AT(thresh_calibration, metric), NULL },
    { "unit", FIELD_TEXT, AT(thresh_calibration, unit), NULL },
    { 0 },
};
static const field limit_pair_fields[] = {
    NUMBER("accept", thresh_calibration, accept),
    NUMBER("tolerate", thresh_calibration, tolerate),
    { 0 },
};
static const field rows_fields[] = {
    { "degradation", FIELD_TEXT, AT(thresh_calibration, dose), NULL },
    { "trials", FIELD_TEXT_OR_NULL, AT(thresh_calibration, trials), NULL },
    { "rows", FIELD_COUNT, AT(thresh_calibration, rows), NULL },
    { "skipped", FIELD_COUNT, AT(thresh_calibration, skipped), NULL },
    NUMBER("largest", thresh_calibration, largest),
    NUMBER("confidence", thresh_calibration, confidence),
    { "resamples", FIELD_COUNT, AT(thresh_calibration, resamples), NULL },
    { "seed", FIELD_SEED, AT(thresh_calibration, seed), NULL },
    { 0 },
};
static const field outcome_name_fields[] = {
    { "name", FIELD_TEXT, AT(thresh_calibrated, name), NULL },
    { "read_as", FIELD_WORD, AT(thresh_calibrated, reading), reading_at },
    { 0 },
};
static const field outcome_rows_fields[] = {
    { "rows", FIELD_COUNT, AT(thresh_calibrated, rows), NULL },
    NUMBER("trials", thresh_calibrated, trials),
    { 0 },
};
static const field outcome_fit_fields[] = {
    NUMBER("at_zero", thresh_calibrated, at_zero),
    { "fit", FIELD_WORD, AT(thresh_calibrated, fit), fit_at },
    { 0 },
};
static const field slope_fields[] = {
    NUMBER("change", thresh_slope, slope),       NUMBER("low", thresh_slope, interval.low),
    NUMBER("high", thresh_slope, interval.high), NUMBER("r_squared", thresh_slope, r_squared),
    NUMBER("at_zero", thresh_slope, intercept),  { 0 },
};
static const field threshold_fields[] = {
    { "name", FIELD_TEXT, AT(thresh_threshold, name), NULL },
    { "worse_by", FIELD_TEXT, AT(thresh_threshold, worse_by), NULL },
    NUMBER("limit", thresh_threshold, limit),
    { 0 },
};
static const field dose_fields[] = {
    NUMBER("estimate", thresh_dose, estimate),
    NUMBER("low", thresh_dose, low),
    NUMBER("high", thresh_dose, high),
    { 0 },
};
static const field curve_fields[] = {
    NUMBER("intercept", thresh_curve, intercept),
    NUMBER("slope", thresh_curve, slope),
    NUMBER("var_intercept", thresh_curve, var_intercept),
    NUMBER("var_slope", thresh_curve, var_slope),
    NUMBER("covariance", thresh_curve, covariance),
    NUMBER("dispersion", thresh_curve, dispersion),
    NUMBER("deviance", thresh_curve, deviance),
    NUMBER("null_deviance", thresh_curve, null_deviance),
    NUMBER("trend_p", thresh_curve, trend_p),
    { 0 },
};
static const field change_fields[] = {
    NUMBER("estimate", thresh_change, at.estimate),
    NUMBER("low", thresh_change, at.low),
    NUMBER("high", thresh_change, at.high),
    NUMBER("p", thresh_change, p),
    { 0 },
};
static const field check_fields[] = {
    NUMBER("fit_p", thresh_calibrated, fit_p),
    NUMBER("monotone_p", thresh_calibrated, monotone_p),
    { 0 },
};
static const field bin_fields[] = {
    NUMBER("degradation", thresh_dose_bin, dose),
    NUMBER("outcome", thresh_dose_bin, outcome),
    NUMBER("weight", thresh_dose_bin, weight),
    { "rows", FIELD_COUNT, AT(thresh_dose_bin, rows), NULL },
    { 0 },
};
static const field point_fields[] = {
    NUMBER("degradation", thresh_curve_point, dose),  NUMBER("curve", thresh_curve_point, curve),
    NUMBER("low", thresh_curve_point, low),           NUMBER("high", thresh_curve_point, high),
    NUMBER("monotone", thresh_curve_point, monotone), { 0 },
};
static const field drawn_fields[] = {
    NUMBER("degradation", thresh_dose_row, dose),
    NUMBER("outcome", thresh_dose_row, outcome),
    NUMBER("weight", thresh_dose_row, weight),
    { 0 },
};

/* --- writing by them --- */

static void put_value(FILE *f, const field *x, const char *at)
{
    const char *text;

    switch (x->type) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL:
        if ((text = *(const char *const *)(const void *)at) != NULL)
            put_json(f, text);
        else
            fputs("null", f);
        break;
    case FIELD_COUNT:
        put_json_number(f, (double)*(const size_t *)(const void *)at);
        break;
    case FIELD_SEED:
        put_json_number(f, (double)*(const uint64_t *)(const void *)at);
        break;
    case FIELD_FLAG:
        fputs(*(const bool *)(const void *)at ? "true" : "false", f);
        break;
    case FIELD_WORD:
        put_json(f, x->word(*(const int *)(const void *)at));
        break;
    default:
        put_json_number(f, *(const double *)(const void *)at);
    }
}

/* "key": value, as many as there are, commas between them */
static void put_fields(FILE *f, const field *fields, const void *of)
{
    for (const field *x = fields; x->key != NULL; x++) {
        fprintf(f, "%s\"%s\": ", x > fields ? ", " : "", x->key);
        put_value(f, x, (const char *)of + x->offset);
    }
}

/* "key": { … }, or null */
static void put_object(FILE *f, const char *key, const field *fields, const void *of)
{
    fprintf(f, "\"%s\": ", key);
    if (of == NULL) {
        fputs("null", f);
        return;
    }
    fputs("{ ", f);
    put_fields(f, fields, of);
    fputs(" }", f);
}

/* "key": [ … ], an object a line; `size` is that of an element */
static void put_list(FILE *f, const char *key, const field *fields, const void *items, size_t size,
                     size_t count)
{
    fprintf(f, ",\n    \"%s\": [", key);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ",\n      { " : "\n      { ", f);
        put_fields(f, fields, (const char *)items + i * size);
        fputs(" }", f);
    }
    fputs("]", f);
}

/* null where no curve gives one; a bound that is not known is null too */
static const thresh_dose *if_known(const thresh_dose *d)
{
    return isnan(d->estimate) ? NULL : d;
}

static void put_phrases(FILE *f, const words *w, const char *key, const thresh_phrase *phrases,
                        size_t count)
{
    fprintf(f, ",\n    \"%s\": [", key);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ", " : "", f);
        put_json(f, say(w, phrases[i]));
    }
    fputs("]", f);
}

static void put_threshold(FILE *f, const thresh_threshold *t)
{
    fputs("\n      { ", f);
    put_fields(f, threshold_fields, t);
    fputs(",\n        ", f);
    put_object(f, "chosen", dose_fields, if_known(&t->chosen));
    fputs(",\n        ", f);
    put_object(f, "curve", dose_fields, if_known(&t->curve));
    fputs(",\n        ", f);
    put_object(f, "monotone", dose_fields, if_known(&t->monotone));
    fputs(" }", f);
}

static void put_mapping(FILE *f, const words *w, const thresh_calibration *c,
                        const thresh_calibrated *of)
{
    fputs(",\n    \"mapping\": { \"metric\": ", f);
    if (c->metric != NULL)
        put_json(f, c->metric);
    else
        fputs("null", f);
    fprintf(f, ", \"per\": \"1%s\", ", c->unit);
    put_fields(f, slope_fields, &of->slope);
    fputs(", \"confidence\": ", f);
    put_json_number(f, c->confidence);
    fputs(", \"roi\": ", f);
    put_json(f, mapping_words(w, c, of));
    fputs(" }", f);
}

static void put_curves(FILE *f, const thresh_calibrated *of)
{
    fputs(",\n    ", f);
    put_fields(f, outcome_fit_fields, of);
    fputs(",\n    \"thresholds\": [", f);
    put_threshold(f, &of->thresholds[0]);
    fputs(",", f);
    put_threshold(f, &of->thresholds[1]);
    fputs("],\n    ", f);
    put_object(f, "curve", curve_fields, of->curve.separated ? NULL : &of->curve);
    fputs(",\n    ", f);
    put_object(f, "change_point", change_fields, of->has_change ? &of->change : NULL);
    fputs(",\n    ", f);
    put_fields(f, check_fields, of);
    put_list(f, "bins", bin_fields, of->bins, sizeof *of->bins, of->bin_count);
    put_list(f, "points", point_fields, of->points, sizeof *of->points, of->point_count);
    put_list(f, "drawn", drawn_fields, of->drawn, sizeof *of->drawn, of->drawn_count);
}

static void put_outcome(FILE *f, const words *w, const thresh_calibration *c,
                        const thresh_calibrated *of)
{
    fputs("{\n    ", f);
    put_fields(f, outcome_name_fields, of);
    fprintf(f, ", \"worse\": \"%s\", ", of->worse_higher ? "higher" : "lower");
    put_fields(f, outcome_rows_fields, of);
    put_phrases(f, w, "reasons", of->reasons, of->reason_count);
    put_phrases(f, w, "notes", of->notes, of->note_count);
    put_mapping(f, w, c, of);
    if (!c->mapping)
        put_curves(f, of);
    fputs("\n  }", f);
}

thresh_status thresh_report_calibration_json(const thresh_calibration *c, FILE *f)
{
    arena a = ARENA_INIT;
    words w = { &a, NULL };
    thresh_status rc;

    fprintf(f,
            "{\n  \"schema\": \"thresh/calibration/v1\", \"thresh_version\": \"%s\", "
            "\"exit_code\": %d,\n  ",
            thresh_version(), c->known ? 0 : 3);
    put_fields(f, head_fields, c);
    fputs(",\n  ", f);
    put_object(f, "limits", limit_pair_fields, c->known && !c->mapping ? c : NULL);
    fprintf(f, ", \"limits_at\": \"%s\",\n  ", c->at_point ? "point" : "lower");
    put_fields(f, rows_fields, c);
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
