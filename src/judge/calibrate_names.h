/* What the names of a history's columns say. */
#ifndef JUDGE_CALIBRATE_NAMES_H
#define JUDGE_CALIBRATE_NAMES_H

#include "judge/calibrate.h"

/* Lists that end with NULL: parts of names of outcomes, and whole names of trials. */
extern const char *const bad_names[], *const good_names[], *const mean_names[],
                                                               *const trial_names[];

/* Without regard to case: is any of the parts in the name; is the name any of the words? */
bool contains_any(const char *name, const char *const *parts);
bool is_any(const char *name, const char *const *words);
/* A unit at the end of a name: "accuracy_drop_pp", "ndcg drop (%)"; *len is the name without. NULL:
 * none */
const char *unit_of_name(const char *name, size_t *len);
/* "accuracy_drop_pp" is of accuracy; NULL: the name says no metric. */
const char *metric_of_name(calibration *c, const char *name);
bool is_dose_name(calibration *c, const char *name);
/* The value of an outcome in a list of "[OUTCOME=]VALUE"; the last that is for it counts. */
const char *wish_for(const char *const *list, const char *outcome);

#endif
