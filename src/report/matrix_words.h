/* What reports say of a matrix, in the reader's language; as words.h. */
#ifndef REPORT_MATRIX_WORDS_H
#define REPORT_MATRIX_WORDS_H

#include "report/words.h"
#include "thresh/matrix.h"

typedef struct matrix_words {
    const thresh_matrix *m;
    words w;
    bool whole_paths; /* two files of one name */
} matrix_words;

matrix_words matrix_words_of(const thresh_matrix *m, arena *a, const thresh_language *language);

/* "2 of 6 scenarios may be served by a candidate; 2 by none" */
const char *matrix_headline(const matrix_words *mw);
/* Name of candidate `c`: the file, or its path where two are called alike. */
const char *matrix_candidate(const matrix_words *mw, size_t c);
/* The recommended candidate, or "the baseline". */
const char *matrix_serves(const matrix_words *mw, const thresh_matrix_row *row);
/* "accept 0.72", "reject ndcg@10": the verdict, and what candidates are ordered by or the metric
 * that decided. */
const char *matrix_cell_words(const matrix_words *mw, const thresh_matrix_cell *cell);
/* What candidates are ordered by, "=" before it where it cannot be told from the first. */
const char *matrix_value(const matrix_words *mw, const thresh_matrix_cell *cell);
/* The metric that decided, else the profile that closes the scenario, else the code of the reason;
 * "" for nothing. */
const char *matrix_binding(const matrix_words *mw, const thresh_matrix_cell *cell);
/* Why a cell is worse than accept, and how many reasons more there are; NULL: it is not. */
const char *matrix_reason(const matrix_words *mw, const thresh_matrix_cell *cell);

/* Candidates that have a column where there is no room for all: those recommended before the
 * others, each group in its order. */
typedef struct matrix_columns {
    size_t *list;
    size_t count, left_out;
} matrix_columns;
/* A list of the arena; empty when memory ran out. */
matrix_columns columns_of_matrix(const thresh_matrix *m, size_t most, arena *a);

/* Remarks on the whole: closed scenarios, ties, the order, where the limits come from. The `i`-th,
 * or NULL behind the last. */
const char *matrix_remark(const matrix_words *mw, size_t i);

/* The profiles of all rows, each once, in the order of the rows. */
typedef struct matrix_profiles {
    const thresh_profile_info **list;
    size_t count;
} matrix_profiles;
/* A list of the arena; empty when memory ran out. */
matrix_profiles profiles_of_matrix(const thresh_matrix *m, arena *a);
/* The place of a profile in that list. */
size_t place_of_profile(const matrix_profiles *profiles, const thresh_profile_info *info);

#endif
