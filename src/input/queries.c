/* From lines of (query, measure, value), in whatever order, to a row for each query. */
#include "input/queries.h"
#include "input/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A few files have a measure for some queries only; nearly all cells empty is no table of queries,
 * and would take memory for each. */
enum { EMPTY_CELLS = 64 };

/* Names in the order of their first use, and their positions. */
typedef struct names {
    index_table index;
    field *items;
    size_t count, capacity;
} names;

static bool same_name(const void *context, uint32_t pos, const void *key)
{
    const field *have = (const field *)context + pos, *wanted = key;

    return have->len == wanted->len && memcmp(have->text, wanted->text, have->len) == 0;
}

/* UINT32_MAX: no memory. */
static uint32_t position_of(names *n, field name)
{
    uint32_t hash = hash_bytes(0, name.text, name.len);
    uint32_t pos = index_find(&n->index, hash, same_name, n->items, &name);

    if (pos != UINT32_MAX)
        return pos;
    if (!array_reserve(&n->items, &n->capacity, n->count + 1, sizeof *n->items)
        || !index_add(&n->index, hash, (uint32_t)n->count))
        return UINT32_MAX;
    n->items[n->count] = name;
    return (uint32_t)n->count++;
}

thresh_status queries_add(query_values *q, const query_value *v)
{
    if (!array_reserve(&q->items, &q->capacity, q->count + 1, sizeof *q->items))
        return THRESH_ENOMEM;
    q->items[q->count++] = *v;
    return THRESH_OK;
}

typedef struct pivot {
    names queries, measures;
    double *values; /* one row a query; NaN where there is none */
} pivot;

static thresh_status fill(const input *in, pivot *p, const query_values *q)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < q->count; i++) {
        const query_value *v = &q->items[i];
        field measure = { v->measure, strlen(v->measure) };
        if (position_of(&p->queries, v->query) == UINT32_MAX
            || position_of(&p->measures, measure) == UINT32_MAX)
            return THRESH_ENOMEM;
        if (p->measures.count > THRESH_MAX_COLUMNS)
            return text_fault(in, v->line, "more than 1,024 measures");
    }
    if (p->queries.count * p->measures.count > EMPTY_CELLS * (q->count + THRESH_MAX_COLUMNS))
        return text_fault(in, 0, "most queries lack most of the measures");
    p->values = malloc(p->queries.count * p->measures.count * sizeof *p->values);
    if (p->values == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < p->queries.count * p->measures.count; i++)
        p->values[i] = NAN;
    for (size_t i = 0; i < q->count && rc == THRESH_OK; i++) {
        const query_value *v = &q->items[i];
        field measure = { v->measure, strlen(v->measure) };
        double *cell = &p->values[position_of(&p->queries, v->query) * p->measures.count
                                  + position_of(&p->measures, measure)];
        if (!isnan(*cell))
            rc = text_fault(in, v->line, "this measure stood there before for this query");
        *cell = v->value;
    }
    return rc;
}

thresh_status queries_end(const input *in, thresh_set *set, const query_values *q)
{
    pivot p = { 0 };
    thresh_samples *s = NULL;
    thresh_status rc;

    if (q->count == 0)
        return THRESH_OK;
    rc = fill(in, &p, q);
    if (rc == THRESH_OK)
        rc = thresh_samples_new(&s, "", "", in->options->keep);
    for (size_t i = 0; i < p.queries.count && rc == THRESH_OK; i++) {
        rc = begin_sample(in, s, p.queries.items[i].text, p.queries.items[i].len, false, 0);
        for (size_t m = 0; m < p.measures.count && rc == THRESH_OK; m++) {
            field name = p.measures.items[m];
            size_t column = thresh_samples_column(s, name.text, name.len);
            rc = column == SIZE_MAX
                     ? THRESH_ENOMEM
                     : thresh_samples_put_number(s, column, p.values[i * p.measures.count + m]);
        }
    }
    if (rc == THRESH_OK)
        rc = end_samples(set, s);
    else
        thresh_samples_free(s);
    index_free(&p.queries.index);
    index_free(&p.measures.index);
    free(p.queries.items);
    free(p.measures.items);
    free(p.values);
    return rc;
}
