/* From the rows of a history to the limits of a profile. */
#include "judge/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *thresh_fit_name(thresh_fit fit)
{
    static const char *const names[] = {
        [THRESH_FIT_AUTO] = "auto", [THRESH_FIT_CURVE] = "curve", [THRESH_FIT_MONOTONE] = "monotone"
    };
    return names[fit];
}

const char *thresh_reading_of_name(thresh_reading_of reading)
{
    static const char *const names[] = { [THRESH_OUTCOME_COUNT] = "count",
                                         [THRESH_OUTCOME_RATE] = "rate",
                                         [THRESH_OUTCOME_TRUTH] = "truth",
                                         [THRESH_OUTCOME_MEAN] = "mean" };
    return names[reading];
}

void thresh_calibration_free(thresh_calibration *seen)
{
    calibration *c = (calibration *)seen;

    if (c == NULL)
        return;
    arena_free(&c->arena);
    free(c);
}

static void find_limits(thresh_calibration *seen)
{
    double accept = INFINITY, tolerate = INFINITY;

    seen->known = true;
    seen->accept = seen->tolerate = NAN;
    for (size_t i = 0; i < seen->outcome_count; i++) {
        const thresh_calibrated *of = &seen->outcomes[i];

        seen->known = seen->known && of->reason_count == 0;
        accept = fmin(accept, of->thresholds[0].limit);
        tolerate = fmin(tolerate, of->thresholds[1].limit);
    }
    if (!seen->known || seen->mapping)
        return;
    seen->accept = fmin(accept, tolerate);
    seen->tolerate = tolerate;
}

static thresh_status calibrate_outcomes(calibration *c)
{
    const char *names[THRESH_CALIBRATE_MOST_OUTCOMES] = { NULL };
    thresh_calibration *seen = &c->seen;
    thresh_status rc = find_outcomes(c, names, &seen->outcome_count), one;

    if (rc != THRESH_OK)
        return rc;
    seen->outcomes = arena_alloc(&c->arena, seen->outcome_count * sizeof *seen->outcomes);
    if (seen->outcomes == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < seen->outcome_count; i++) {
        thresh_calibrated *of = &seen->outcomes[i];
        outcome_rows rows;

        of->name = names[i];
        one = read_outcome(c, of, &rows);
        if (one == THRESH_OK && !seen->mapping)
            one = read_amounts(c, of, &rows);
        if (one == THRESH_OK)
            one = fit_outcome(c, of, &rows);
        free_outcome(&rows);
        /* the faults of all outcomes are told at once */
        if (one == THRESH_ENOMEM)
            return one;
        rc = rc == THRESH_OK ? one : rc;
    }
    return rc;
}

thresh_status thresh_calibrate(thresh_calibration **out, const thresh_set *set,
                               const thresh_catalog *catalog,
                               const thresh_calibrate_options *options, thresh_diags *diags)
{
    enum { RESAMPLES = 1999, MOST_RESAMPLES = 1000000 };
    const thresh_source *source = thresh_set_source(set);
    calibration *c = calloc(1, sizeof *c);
    thresh_status rc;

    *out = NULL;
    if (c == NULL)
        return THRESH_ENOMEM;
    c->set = set;
    c->table = thresh_set_samples(set, 0);
    c->catalog = catalog;
    c->options = options;
    c->diags = diags;
    c->seen = (thresh_calibration){
        .path = source->path,
        .sha256 = source->sha256,
        .confidence = options->confidence > 0 ? options->confidence : 0.95,
        .resamples = options->resamples > 0 ? options->resamples : RESAMPLES,
        .seed = options->seed,
        .mapping = options->mapping,
        .at_point = options->at_point,
    };
    if (!(c->seen.confidence > 0.5 && c->seen.confidence < 1)
        || (double)c->seen.resamples * (1 - c->seen.confidence) < 1
        || c->seen.resamples > MOST_RESAMPLES) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "expected a confidence above 0.5 and below 1, and resamples from 1 / (1 - "
                         "confidence) to 1,000,000");
        rc = THRESH_EINVAL;
    } else if (c->table == NULL) {
        rc = row_fault(c, SIZE_MAX, "expected a table with a row for each comparison");
    } else if ((rc = find_columns(c)) == THRESH_OK && (rc = calibrate_outcomes(c)) == THRESH_OK) {
        find_limits(&c->seen);
    }
    if (rc == THRESH_OK) {
        *out = &c->seen;
        return rc;
    }
    thresh_calibration_free(&c->seen);
    return rc;
}
