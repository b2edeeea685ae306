/*
 * Ranks: a row for each relevant answer with its place in the ranking. The rows of one id are one
 * query, and what they give (reciprocal rank, average precision, NDCG) makes a table of queries.
 */
#include "base/language.h"
#include "judge/measure.h"
#include "thresh/scores.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The metrics of a query; `k` of NDCG: 0 is the whole ranking. */
static const struct {
    const char *name;
    size_t k;
} ndcgs[] = { { "ndcg", 0 }, { "ndcg@5", 5 }, { "ndcg@10", 10 } };

typedef struct collapse {
    const thresh_samples *from;
    const thresh_column *rank, *grade;
    thresh_samples *to;
    uint32_t *ranks; /* of the relevant answers of one query */
    double *grades;
    thresh_diags *diags;
    const char *path;
} collapse;

static thresh_status refuse(const collapse *c, size_t row, const char *what)
{
    char id[THRESH_ID_MAX];

    thresh_diags_add(c->diags, THRESH_ERROR, c->path, 0, 0, "query '%s': %s",
                     thresh_samples_id(id, c->from, row), diag_text(c->diags, what));
    return THRESH_EFORMAT;
}

static thresh_status put(collapse *c, const char *name, double value)
{
    size_t column = thresh_samples_column(c->to, name, strlen(name));

    return column == SIZE_MAX ? THRESH_ENOMEM : thresh_samples_put_number(c->to, column, value);
}

/* What there is to slice by, from the first row of the query. */
static thresh_status put_slices(collapse *c, const char *const *slice_by, size_t row)
{
    thresh_status rc = THRESH_OK;

    for (; slice_by != NULL && *slice_by != NULL && rc == THRESH_OK; slice_by++) {
        const thresh_column *from = thresh_samples_find(c->from, *slice_by);
        size_t column;

        if (from == NULL || (from->numbers == NULL && from->codes == NULL))
            continue;
        column = thresh_samples_column(c->to, from->name, strlen(from->name));
        if (column == SIZE_MAX)
            return THRESH_ENOMEM;
        if (from->numbers != NULL)
            rc = thresh_samples_put_number(c->to, column, from->numbers[row]);
        else if (from->codes[row] > 0)
            rc = thresh_samples_put_text(c->to, column, from->texts[from->codes[row] - 1],
                                         strlen(from->texts[from->codes[row] - 1]));
    }
    return rc;
}

/* How many relevant answers a query has, and what they are worth: a file that leaves out those that
 * it did not find makes an easier query of it, so that the two have to agree. */
static thresh_status put_judgements(collapse *c, size_t relevant, double gain)
{
    static const char name[] = "doc_hash"; /* has the role of a check */
    char text[64];
    int len = snprintf(text, sizeof text, "%zu relevant, %.17g in all", relevant, gain);
    size_t column = thresh_samples_column(c->to, name, sizeof name - 1);

    return column == SIZE_MAX ? THRESH_ENOMEM
                              : thresh_samples_put_text(c->to, column, text, (size_t)len);
}

/* One query: rows[0, count) of the table. */
static thresh_status add_query(collapse *c, const uint32_t *rows, size_t count,
                               const char *const *slice_by)
{
    size_t relevant = 0;
    double value, gain = 0;
    thresh_status rc;

    for (size_t i = 0; i < count; i++) {
        double rank = c->rank->numbers[rows[i]];
        double grade = c->grade == NULL ? 1 : c->grade->numbers[rows[i]];
        if (isnan(grade) || grade <= 0)
            continue;
        if (isnan(rank))
            rank = 0;
        if (rank < 0 || rank > UINT32_MAX - 1.0 || rank != floor(rank))
            return refuse(c, rows[i], "a rank has to be a whole number from 1, or 0 for none");
        c->ranks[relevant] = (uint32_t)rank;
        c->grades[relevant++] = grade;
        gain += grade;
    }
    rc = thresh_samples_add_row_like(c->to, c->from, rows[0]);
    if (rc == THRESH_OK)
        rc = put_judgements(c, relevant, gain);
    if (rc == THRESH_OK && (rc = thresh_reciprocal_rank(&value, c->ranks, relevant)) == THRESH_OK)
        rc = put(c, "mrr", value);
    if (rc == THRESH_OK
        && (rc = thresh_query_average_precision(&value, c->ranks, relevant)) == THRESH_OK)
        rc = put(c, "map", value);
    for (size_t k = 0; k < sizeof ndcgs / sizeof *ndcgs && rc == THRESH_OK; k++)
        if ((rc = thresh_ndcg(&value, c->ranks, c->grades, relevant, ndcgs[k].k)) == THRESH_OK)
            rc = put(c, ndcgs[k].name, value);
    if (rc == THRESH_EDOMAIN)
        return refuse(c, rows[0], "two answers have the same rank");
    return rc == THRESH_OK ? put_slices(c, slice_by, rows[0]) : rc;
}

thresh_status collapse_ranks(thresh_samples **out, const thresh_samples *table,
                             const char *const *slice_by, thresh_diags *diags, const char *path)
{
    size_t count = thresh_samples_count(table), groups = 0;
    uint32_t *order = NULL;
    size_t *starts = NULL;
    collapse c = { .from = table,
                   .rank = thresh_samples_of_role(table, THRESH_ROLE_RANK),
                   .grade = thresh_samples_of_role(table, THRESH_ROLE_RELEVANCE),
                   .diags = diags,
                   .path = path };
    thresh_status rc;

    *out = NULL;
    if (c.rank == NULL || c.rank->numbers == NULL || (c.grade != NULL && c.grade->numbers == NULL))
        return THRESH_OK;
    c.ranks = malloc((count + 1) * sizeof *c.ranks);
    c.grades = malloc((count + 1) * sizeof *c.grades);
    order = malloc((count + 1) * sizeof *order);
    starts = malloc((count + 1) * sizeof *starts);
    rc = c.ranks == NULL || c.grades == NULL || order == NULL || starts == NULL
             ? THRESH_ENOMEM
             : thresh_samples_group(table, order, starts, &groups);
    if (rc == THRESH_OK)
        rc = thresh_samples_new(&c.to, thresh_samples_scope(table), thresh_samples_suffix(table),
                                slice_by);
    for (size_t g = 0; g < groups && rc == THRESH_OK; g++)
        rc = add_query(&c, order + starts[g], starts[g + 1] - starts[g], slice_by);
    if (rc == THRESH_OK)
        rc = thresh_samples_finish(c.to);
    if (rc == THRESH_OK) {
        *out = c.to;
        c.to = NULL;
    }
    thresh_samples_free(c.to);
    free(c.ranks);
    free(c.grades);
    free(order);
    free(starts);
    return rc;
}
