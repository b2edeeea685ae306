/* What the readers of samples share: titles of ids, cells, and what is said of a table. */
#ifndef INPUT_SAMPLES_H
#define INPUT_SAMPLES_H

#include "input/reader.h"

/* Of the columns of ids the one of the least rank has them, in whatever order they stand: that
 * which
 * --id names, or the first of the usual names. SIZE_MAX: it holds no ids. */
size_t id_rank(const input *in, const char *name, size_t len);
bool is_id_title(const input *in, const char *name, size_t len);

/* Where a cell stands, for messages: a line, and its field (CSV) or key (JSON). */
typedef struct cell_place {
    uint32_t line;
    size_t field; /* from 1; 0: none */
    const char *column;
} cell_place;

/* Begins a row. @return THRESH_EFORMAT: too many, reported */
thresh_status begin_sample(const input *in, thresh_samples *s, const char *id, size_t len,
                           bool quoted, uint32_t line_number);
/* The same with the number of the row for an id; of any table that of its line. */
thresh_status begin_numbered(const input *in, thresh_samples *s, uint32_t line_number);
/* Finds or adds a column. @return THRESH_EFORMAT: too many, reported */
thresh_status sample_column(const input *in, thresh_samples *s, field name, uint32_t line_number,
                            size_t *out);
/* Is it what stands for no value: "", "NA", "null", "-"? */
bool is_nothing(const thresh_column *c, field f);
/* Puts what is written in a cell: nothing, a number (with a unit), a truth, or a text. */
thresh_status put_cell(const input *in, thresh_samples *s, size_t column, field text,
                       const cell_place *at);
/* Puts a text, whatever it looks like. */
thresh_status put_text(const input *in, thresh_samples *s, size_t column, field text,
                       const cell_place *at);

/* Ends the table and gives it to the set, which owns it whatever is returned. */
thresh_status end_samples(thresh_set *set, thresh_samples *s);

#endif
