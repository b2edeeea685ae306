/* Text for terminals: columns measured in cells, lines wrapped, nothing that a terminal obeys. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "base/arena.h"

#include <stdio.h>

/* Cells that a terminal needs for valid UTF-8. */
size_t cell_width(const char *text);

/* A copy fit to print: control characters and invalid bytes become '?', and with `ascii` all that
 * is not ASCII becomes \uXXXX. NULL when memory ran out. */
const char *printable(arena *a, const char *text, bool ascii);

/* thresh_print_wrapped() of a whole text. */
void print_wrapped(FILE *f, const char *text, size_t start, size_t indent, size_t width);

enum { MAX_COLUMNS = 20 };

typedef struct cell {
    const char *text;   /* fit to print */
    const char *colour; /* escape sequence, or NULL */
} cell;

typedef struct column {
    const char *title;
    int drop;   /* dropped first when there is no room: the largest; 0 is never dropped */
    bool right; /* aligned to the right */
} column;

typedef struct table {
    const column *columns;
    size_t column_count;
    const cell *cells; /* row by row */
    size_t rows;
    size_t indent, width; /* width 0: no limit */
    bool ascii;
    const char *dim, *reset; /* escape sequences, or "" */
} table;

/* The first column gives way (is shortened in its middle) once nothing more can be dropped. */
void print_table(FILE *f, arena *a, const table *t);

#endif
