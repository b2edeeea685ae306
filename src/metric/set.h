/* What the files of this room ask of a set beyond its public header. */
#ifndef METRIC_SET_H
#define METRIC_SET_H

#include "base/arena.h"
#include "thresh/metric.h"

void set_leave_out(thresh_set *set, size_t count);
/* The nestings of `from` that thresh_set_nest() made, and its settings. */
thresh_status set_copy_context(thresh_set *set, const thresh_set *from);

/* Moves the tables of samples of `from` to `set`. */
thresh_status set_move_samples(thresh_set *set, thresh_set *from);

#endif
