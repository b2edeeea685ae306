/* What the parts of a calibration share: the rows, and the wishes for each outcome. */
#ifndef JUDGE_CALIBRATE_H
#define JUDGE_CALIBRATE_H

#include "base/arena.h"
#include "base/language.h"
#include "thresh/calibrate.h"

/* The rows of one outcome, turned so that it rises where it gets worse. */
typedef struct outcome_rows {
    thresh_doses doses; /* its arrays are those below */
    double *dose, *outcome, *weight;
    bool worse_higher;
    thresh_reading_of reading;
    double trials;
} outcome_rows;

/* A calibration with what it is made of. */
typedef struct calibration {
    thresh_calibration seen; /* first: what the caller has */
    arena arena;
    const thresh_set *set;
    const thresh_samples *table;
    const thresh_catalog *catalog;
    const thresh_calibrate_options *options;
    thresh_diags *diags;
    double *doses;        /* of each row, NaN where there is none */
    const double *trials; /* of each row, or NULL */
} calibration;

/* --- calibrate_columns.c --- */
/* A column of numbers; else a message. */
thresh_status find_column(const calibration *c, const char *name, const thresh_column **out);
/* Of a row, from 1; 0 for SIZE_MAX. */
uint32_t line_of(const calibration *c, size_t row);
/* Finds the columns and the degradation of each row. */
thresh_status find_columns(calibration *c);
/* The names of the outcomes; room for THRESH_CALIBRATE_MOST_OUTCOMES, the first NULL. */
thresh_status find_outcomes(calibration *c, const char **names, size_t *count);
/* The rows of an outcome that have all that is needed. Its arrays are malloc'ed. */
thresh_status read_outcome(calibration *c, thresh_calibrated *of, outcome_rows *rows);
void free_outcome(outcome_rows *rows);
/* The amounts by which an outcome has to be worse. */
thresh_status read_amounts(calibration *c, thresh_calibrated *of, const outcome_rows *rows);
/* A message about a row of the table, at its line (SIZE_MAX: about the file). @return
 * THRESH_EFORMAT */
thresh_status row_fault(const calibration *c, size_t row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* --- calibrate_fit.c --- */
/* Fits all curves of an outcome, and says what they tell. */
thresh_status fit_outcome(calibration *c, thresh_calibrated *of, const outcome_rows *rows);

#endif
