/**
 * @file samples.h
 * Per-sample series: a table of one row for each sample, with its id and columns of numbers or
 * texts.
 */
#ifndef THRESH_SAMPLES_H
#define THRESH_SAMPLES_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most rows of a table: positions are kept in 32 bits, and memory has an end. */
#define THRESH_MAX_SAMPLES ((size_t)200 * 1000 * 1000)
/** Most columns of a table: each has room for every row, whatever few of them it has a value for.
 */
#define THRESH_MAX_COLUMNS ((size_t)1024)
/** Most different texts of one column. */
#define THRESH_MAX_TEXTS ((size_t)1000 * 1000)

/** What a column says of its samples; the name of the column tells it. */
typedef enum thresh_role {
    THRESH_ROLE_VALUE,      /**< a number to be averaged, or a text to slice by */
    THRESH_ROLE_LABEL,      /**< what is right */
    THRESH_ROLE_PREDICTION, /**< what the model said */
    THRESH_ROLE_SCORE,      /**< of the positive class, beside a label */
    THRESH_ROLE_RANK,       /**< of the answer, from 1; 0 or nothing: not among those found */
    THRESH_ROLE_RELEVANCE,  /**< grade of the document of this row */
    THRESH_ROLE_GOLDEN,     /**< whether this sample must not break */
    THRESH_ROLE_CHECK       /**< hash of what the sample was: has to agree between two files */
} thresh_role;
/** @return the role that a column of this name has. */
THRESH_API thresh_role thresh_role_of(const char *name);
/** @return "value", "label", … */
THRESH_API const char *thresh_role_name(thresh_role role);

/** A column. Everything in it is owned by the table. */
typedef struct thresh_column {
    const char *name;
    const char *unit; /**< of its numbers, or NULL */
    thresh_role role;
    const double *numbers;    /**< one for each row, NaN where there is none; NULL: texts */
    const uint32_t *codes;    /**< one for each row: 0 none, else texts[code - 1]; NULL: numbers */
    const char *const *texts; /**< the different texts, in the order in which they came */
    size_t text_count;
    size_t missing;    /**< rows without a value */
    bool texts_unkept; /**< a column of texts that nothing asked for: no values are kept */
} thresh_column;

/** A table of samples. */
typedef struct thresh_samples thresh_samples;

/**
 * @param[out] out  an empty table; free with thresh_samples_free()
 * @param scope     scope of the metrics that are made of it, "" at the top; copied
 * @param suffix    what is added to their names (",strict-match"), or ""; copied
 * @param keep      names of columns whose texts are to be kept, ends with NULL, or NULL; copied.
 *                  Labels, predictions and numbers always are
 */
THRESH_API thresh_status thresh_samples_new(thresh_samples **out, const char *scope,
                                            const char *suffix, const char *const *keep);
THRESH_API void thresh_samples_free(thresh_samples *samples);

/**
 * Begins a row. Integers are kept as numbers: the texts "7" and 7 are the same id.
 * @param id      NULL: the number of the row, from 1
 * @param quoted  whether a format that tells texts from numbers wrote a text
 */
THRESH_API thresh_status thresh_samples_add_row(thresh_samples *samples, const char *id, size_t len,
                                                bool quoted);
/** Begins a row with the id of a row of another table. */
THRESH_API thresh_status thresh_samples_add_row_like(thresh_samples *samples,
                                                     const thresh_samples *from, size_t row);
/** @return position of the column of that name, which is added when it is new; SIZE_MAX: no memory,
 *  or the table has THRESH_MAX_COLUMNS. Quick where rows name their columns in one order. */
THRESH_API size_t thresh_samples_column(thresh_samples *samples, const char *name, size_t len);
/** Sets the unit of a column's numbers ("ms"); `unit` must outlive the table. */
THRESH_API void thresh_samples_set_unit(thresh_samples *samples, size_t column, const char *unit);
/** Sets the value of a column in the last row; a value that is not finite is none. */
THRESH_API thresh_status thresh_samples_put_number(thresh_samples *samples, size_t column,
                                                   double value);
/** @return THRESH_EDOMAIN: a text in a column of numbers; THRESH_EFORMAT: too many different ones.
 */
THRESH_API thresh_status thresh_samples_put_text(thresh_samples *samples, size_t column,
                                                 const char *text, size_t len);
/** Ends the table: every column gets its last rows. Nothing may be added any more. */
THRESH_API thresh_status thresh_samples_finish(thresh_samples *samples);
/** Gives a column another name, and the role that goes with it. @return whether there was one. */
THRESH_API bool thresh_samples_rename(thresh_samples *samples, const char *from, const char *to);

THRESH_API const char *thresh_samples_scope(const thresh_samples *samples);
THRESH_API const char *thresh_samples_suffix(const thresh_samples *samples);
/** @return how many rows there are. */
THRESH_API size_t thresh_samples_count(const thresh_samples *samples);
/** @return column `i`, or NULL behind the last. */
THRESH_API const thresh_column *thresh_samples_column_at(const thresh_samples *samples, size_t i);
/** @return the column of that name, or NULL. */
THRESH_API const thresh_column *thresh_samples_find(const thresh_samples *samples,
                                                    const char *name);
/** @return the first column of that role, or NULL. */
THRESH_API const thresh_column *thresh_samples_of_role(const thresh_samples *samples,
                                                       thresh_role role);
/** Turns a column of numbers into one of texts, as a decimal each. @return THRESH_ENOMEM */
THRESH_API thresh_status thresh_samples_make_texts(thresh_samples *samples,
                                                   const thresh_column *column);

/** Longest id that thresh_samples_id() writes, its NUL included; longer ones are cut. */
#define THRESH_ID_MAX 80
/** Writes the id of a row. @return `out`. */
THRESH_API const char *thresh_samples_id(char out[THRESH_ID_MAX], const thresh_samples *samples,
                                         size_t row);

/**
 * Groups the rows of the same id, in the order of their first rows.
 * @param[out] order   the rows, group by group; room for all
 * @param[out] starts  where each group begins in `order`, and the end; room for one more than rows
 * @param[out] groups  how many
 */
THRESH_API thresh_status thresh_samples_group(const thresh_samples *samples, uint32_t *order,
                                              size_t *starts, size_t *groups);

/** Rows of the same id, of two or three tables. */
typedef struct thresh_pairs {
    size_t count;
    uint32_t *rows[3]; /**< row of pair i in table t; all NULL: row i in each */
    size_t only[3];    /**< rows of the first table without a partner in every other, and rows of
                            the others without one in the first */
    size_t twice[3];   /**< rows of table t whose id stood there before; the first is taken */
    size_t first_only[3], first_twice[3]; /**< the first row of each kind */
    size_t differing;                     /**< pairs whose labels or hashes differ */
    size_t first_differing;
    size_t lacks[3], first_lacks[3]; /**< rows of the first table that table t does not have */
    bool types_differ;               /**< ids are numbers in one table and quoted in another */
    bool by_position;                /**< no table has ids */
    bool some_numbered;              /**< some tables have ids, others have none */
} thresh_pairs;

/**
 * Finds the rows of the same id in `count` (1 to 3) tables.
 * @param[out] out  free with thresh_pairs_dispose()
 * Cost: linear; no memory where the ids of all tables ascend and are the same. Pairs come in the
 * order of integer ids, or of the rows of the first table where an id is a text.
 */
THRESH_API thresh_status thresh_samples_pair(thresh_pairs *out, thresh_samples *const *tables,
                                             size_t count);
THRESH_API void thresh_pairs_dispose(thresh_pairs *pairs);

#ifdef __cplusplus
}
#endif
#endif
