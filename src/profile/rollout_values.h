/* Values of a plan of a rollout that stand alone; whatever is none gets a message. */
#ifndef PROFILE_ROLLOUT_VALUES_H
#define PROFILE_ROLLOUT_VALUES_H

#include "profile/roi_number.h"
#include "thresh/rollout_plan.h"

/* A copy in the reader's arena, or NULL: no text, or an empty one. */
const char *plan_text(roi_reader *r, const node *n);
/* Seconds of "30 minutes" or "1 day", or NaN. */
double plan_duration(roi_reader *r, const node *n);
/* A whole number within bounds, or NaN; `what` is expected. */
double whole_between(roi_reader *r, const node *n, double least, double most, const char *what);
/* A number between bounds, without them, or NaN. */
double chance_between(roi_reader *r, const node *n, double least, double most, const char *what);

/* --- rollout_prometheus.c --- */

/* The section `prometheus:`; names of metrics are those of the plan or its traffic, NULL: the
 * first. */
void read_rollout_prometheus(roi_reader *r, thresh_rollout_prometheus *out, const node *map,
                             const thresh_rollout_plan *plan);

#endif
