/* What reports in Markdown and HTML say of a score besides words.h. */
#ifndef REPORT_SCORE_WORDS_H
#define REPORT_SCORE_WORDS_H

#include "report/grid.h"

/* The groups, each with its weight, its score and its metrics. */
grid score_grid(const thresh_result *r);
/* What would have to change for the score to pass, a sentence each: single metrics, each of which
 * would do alone. None where it passes. NULL, and 0 of them, when memory ran out. */
const char *const *score_ways(const words *w, const thresh_result *r, size_t most, size_t *count);

#endif
