/* Tables of texts that several reports set: on a terminal, in Markdown and in HTML alike. */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "report/html.h"
#include "report/markdown.h"

enum { MOST_GRID_COLUMNS = 8 };

typedef struct grid_column {
    const char *title; /* translated where it is set */
    const char *head;  /* on a terminal */
    int drop;   /* there dropped first when there is no room: the largest; 0 is never dropped */
    bool right; /* aligned to the right */
} grid_column;

typedef struct grid {
    const char *caption; /* of HTML */
    const grid_column *columns;
    size_t column_count, rows;
    const void *of;
    /* Fills the cells of row i: as files write them, nothing escaped. */
    void (*row)(const words *w, const void *of, size_t i, const char **cells);
} grid;

thresh_status print_grid(FILE *f, const words *w, const thresh_text_options *o, const grid *g);
/* As many rows as do not make the text longer than `room`; what is left out is counted. */
void add_grid(buffer *b, const words *w, const thresh_text_options *o, const grid *g, size_t room);
/* `most` rows. */
void put_grid(page *p, const char *class, const grid *g, size_t most);

/* "- text" of Markdown, behind `mark` unless that is empty; of NULL nothing. */
void add_bullet(buffer *b, const words *w, const thresh_text_options *o, const char *mark,
              const char *text);
/* A line of its own, in a paragraph or a heading that `mark` begins. */
void add_line(buffer *b, const words *w, const thresh_text_options *o, const char *mark,
              const char *text);

#endif
