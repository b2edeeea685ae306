/* A table that is made row by row, for what is listed: files, limits, proofs, plans. */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include "report/table.h"
#include "report/words.h"

enum { LISTING_INDENT = 2 };

/* A table that grows row by row. */
typedef struct listing {
    arena arena;
    cell *cells;
    size_t count, capacity; /* in cells */
    bool failed;
    const thresh_text_options *o;
    words w;
} listing;

/* The arena is the listing's own, so that it has to stay where it is. */
void open_listing(listing *l, const thresh_text_options *options);
/* A copy that is fit to print; "?" when memory ran out. */
const char *listing_text(listing *l, const char *text);
void add_cell(listing *l, const char *text, const char *colour);
/* Prints the table, its titles in the reader's language, and frees all. */
thresh_status finish_listing(listing *l, const column *titled, size_t column_count, FILE *f);
const char *listing_path(listing *l, const char *scope, const char *name);
const char *number_or_dash(listing *l, bool has, double value);

#endif
