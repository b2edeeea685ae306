/* What the reports of a rollout share. */
#ifndef REPORT_ROLLOUT_H
#define REPORT_ROLLOUT_H

#include "report/words.h"
#include "thresh/rollout.h"

/* "2026-11-25T10:00:00Z" */
const char *instant_words(const words *w, int64_t seconds);
/* The step in a sentence. */
const char *step_words(const words *w, const thresh_observed *o);

#endif
