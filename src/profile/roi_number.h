/* Numbers of a return model: sure ones, ranges and distributions, and what is said of a wrong one.
 */
#ifndef PROFILE_ROI_NUMBER_H
#define PROFILE_ROI_NUMBER_H

#include "base/tree.h"
#include "thresh/roi_model.h"

/* A model being read. */
typedef struct roi_reader {
    arena *arena;
    const char *file;
    const thresh_catalog *catalog;
    thresh_diags *diags;
    bool failed;
    thresh_status status; /* of the first failure */
} roi_reader;

/* Messages; each makes the reading fail. */
void roi_fault(roi_reader *r, const node *at, const char *format, ...) THRESH_PRINTF(3, 4);
void roi_expected(roi_reader *r, const node *n, const char *what);
void roi_out_of_memory(roi_reader *r);
/* Is `n` of that type? */
bool roi_need(roi_reader *r, const node *n, node_type type, const char *what);
/* Are all keys of the map among these, which end with NULL? */
bool roi_keys(roi_reader *r, const node *map, const char *const *known);

/* What a number may be. */
typedef enum number_rule {
    NUMBER_AMOUNT, /* of money or a count: no unit, nothing below 0 */
    NUMBER_PLAIN,  /* without a unit; always a sure one */
    NUMBER_CHANCE, /* from 0 to 1, or in %; always a sure one */
    NUMBER_CHANGE  /* of a metric: with a unit, of any sign */
} number_rule;

/* Reads 12, "10..14", {normal: {mean: 12, sd: 1}}; the unit of a change goes to `unit`. */
bool roi_number(roi_reader *r, const node *n, number_rule rule, thresh_uncertain *out,
                thresh_limit_unit *unit);
/* One number that is sure. */
bool roi_scalar(roi_reader *r, const node *n, number_rule rule, double *out,
                thresh_limit_unit *unit);

#endif
