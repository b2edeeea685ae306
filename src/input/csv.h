/* What the two readers of CSV share: tables of metrics, and tables of samples. */
#ifndef INPUT_CSV_H
#define INPUT_CSV_H

#include "base/words.h"
#include "input/reader.h"

/* How often a delimiter stands outside of quotes on a line. */
size_t csv_count(const line *l, char delimiter);
/* Tab, semicolon or comma, whichever the header has most; NUL: none. */
char csv_delimiter(const line *header);
/* Where semicolons part the fields a comma is the decimal point: "0,94" becomes "0.94". */
void csv_decimal_point(char *cell);
/* "Latency (ms)" → "Latency", ms; "Throughput (samples/s)" → "Throughput"; "Acc@1 (before)" stays.
 */
field csv_title(field title, const unit **u);
/* Does a column of this title hold the names of metrics? */
bool csv_names_metrics(const char *title);

#endif
