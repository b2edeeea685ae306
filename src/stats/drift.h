/* Detectors as bytes, for checkpoints. What is taken has been checked: numbers that no detector
 * could have fail the reader, and `out` is then not to be used. */
#ifndef STATS_DRIFT_H
#define STATS_DRIFT_H

#include "base/bytes.h"
#include "thresh/drift.h"

void page_hinkley_put(bytes *b, const thresh_page_hinkley *d);
void page_hinkley_take(thresh_page_hinkley *out, bytes_reader *r);
void adwin_put(bytes *b, const thresh_adwin *d);
void adwin_take(thresh_adwin *out, bytes_reader *r);

#endif
