/* Rows of thresh_observations as they come, from whatever source. */
#ifndef INPUT_ROLLOUT_ROWS_H
#define INPUT_ROLLOUT_ROWS_H

#include "thresh/rollout_data.h"

/* Is that the name of an arm, and of which? */
bool observed_arm(bool *candidate, const char *text);
/* An empty list. */
thresh_status observations_new(thresh_observations **out);
/* Adds a row, whose texts are copied. @return THRESH_EFORMAT, with a message: there are too many */
thresh_status observations_add(thresh_observations *to, const thresh_observation *row,
                               thresh_diags *diags);
/* Puts all rows in order. @return THRESH_EFORMAT, with messages: some contradict each other */
thresh_status observations_settle(thresh_observations *list, thresh_diags *diags);

#endif
