/* What the reports of a calibration share. */
#ifndef REPORT_CALIBRATION_H
#define REPORT_CALIBRATION_H

#include "report/grid.h"
#include "thresh/calibrate.h"

/* "history.csv: accuracy may fall by 0.8 pp unnoticed, and by 2.1 pp at most" */
const char *calibration_headline(const words *w, const thresh_calibration *c);
/* "CALIBRATED" or "REVIEW" */
const char *calibration_headword(const words *w, const thresh_calibration *c);
/* Three digits. */
const char *three_digits(const words *w, double value);
/* "1.42 pp (1.1 to 1.8)"; "-" where there is none. */
const char *dose_words(const words *w, const thresh_calibration *c, const thresh_dose *d);
/* "1.42 pp" */
const char *estimate_words(const words *w, const thresh_calibration *c, const thresh_dose *d);
/* "6.02 %" of a share, "4.1" of a mean. */
const char *outcome_words(const words *w, const thresh_calibrated *of, double value);

/* The slope as the model of thresh roi takes it: "{metric: accuracy, per: 1pp, slope: 0.8pp, …}".
 */
const char *mapping_words(const words *w, const thresh_calibration *c, const thresh_calibrated *of);

/* What else is to be said, a sentence each: of the arena; NULL, and 0 of them, when memory ran out.
 */
const char *const *calibration_remarks(const words *w, const thresh_calibration *c, size_t *count);
/* The points of each outcome, or what each unit changes in it. */
grid calibration_grid(const thresh_calibration *c);

#endif
