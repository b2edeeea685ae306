/* Values of single queries, as retrieval tools print them: a measure, a query and a value a line.
 */
#ifndef INPUT_QUERIES_H
#define INPUT_QUERIES_H

#include "input/reader.h"

typedef struct query_value {
    field query;
    const char *measure; /* lives as long as the list */
    double value;
    uint32_t line;
} query_value;

typedef struct query_values {
    query_value *items;
    size_t count, capacity;
} query_values;

thresh_status queries_add(query_values *q, const query_value *v);
/* Gives the set a table of a row for each query, in the order of their first lines. A measure that
 * stands twice for a query is an error. */
thresh_status queries_end(const input *in, thresh_set *set, const query_values *q);

#endif
