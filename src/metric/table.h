/* Inside of a table of samples: what fills it, and what looks for rows of the same id. */
#ifndef METRIC_TABLE_H
#define METRIC_TABLE_H

#include "base/arena.h"
#include "thresh/samples.h"

/* Texts of one column, each kept once. */
typedef struct dictionary {
    index_table index;
    const char **texts;
    size_t count, capacity;
} dictionary;

typedef struct column {
    thresh_column seen; /* what callers see; its pointers are set by finish() */
    double *numbers;
    uint32_t *codes;
    size_t filled, capacity; /* rows that have a value, and for which there is room */
    bool keep;
    dictionary words;
} column;

/*
 * An id takes 8 bytes: an integer doubled (zigzag, so that negative ones stay small), or twice the
 * place of its text in `texts`, plus one.
 */
struct thresh_samples {
    arena arena;
    const char *scope, *suffix;
    const char **keep;
    uint64_t *ids;
    size_t count, capacity;
    char *texts;
    size_t texts_len, texts_capacity;
    bool ascending; /* integers, each larger than the one before */
    bool has_quoted, has_bare;
    bool numbered; /* rows without ids */
    column *columns;
    size_t column_count, column_capacity;
    size_t expected; /* column behind the one that was asked for last: rows are alike */
};

#endif
