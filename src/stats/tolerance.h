/* A tolerance as bytes, for checkpoints: as stats/drift.h. */
#ifndef STATS_TOLERANCE_H
#define STATS_TOLERANCE_H

#include "base/bytes.h"
#include "thresh/tolerance.h"

void tolerance_put(bytes *b, const thresh_tolerance *t);
void tolerance_take(thresh_tolerance *out, bytes_reader *r);

#endif
