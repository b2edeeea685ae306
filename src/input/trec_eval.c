/* trec_eval ("map  all  0.1785") and ir_measures ("nDCG@10  0.62"): a measure and a value on a
 * line, and in between the query, where each has its own values. */
#include "base/language.h"
#include "input/queries.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_AT = 50, FIELDS = 3, FEW = 4 };

/* Names that mean something else where nothing tells that the file is one of retrieval: AP is that
 * of detection elsewhere, err an error. */
static const char *const other_names[][2] = { { "AP", "MAP" },
                                              { "ERR", "expected_reciprocal_rank" } };

/* "AP(rel=2)@100" → "MAP@100,rel=2": parameters stand where filters do, behind a comma. */
static const char *measure_name(arena *a, field f)
{
    const char *open = memchr(f.text, '(', f.len), *at = memchr(f.text, '@', f.len);
    const char *end = f.text + f.len, *close = end, *base;
    size_t len = f.len;

    if (open != NULL) {
        while (close > open && close[-1] != ')')
            close--;
        if (close == open)
            return arena_strndup(a, f.text, f.len);
        len = (size_t)(open - f.text);
        at = close; /* what stands behind the parameters */
    } else if (at != NULL) {
        len = (size_t)(at - f.text);
    } else {
        at = end;
    }
    base = arena_strndup(a, f.text, len);
    for (size_t i = 0; base != NULL && i < sizeof other_names / sizeof *other_names; i++)
        if (strcmp(base, other_names[i][0]) == 0)
            base = other_names[i][1];
    if (base == NULL)
        return NULL;
    return open == NULL ? arena_printf(a, "%s%.*s", base, (int)(end - at), at)
                        : arena_printf(a, "%s%.*s,%.*s", base, (int)(end - at), at,
                                       (int)(close - open - 2), open + 1);
}

static const char *name_as_written(arena *a, field f)
{
    return arena_strndup(a, f.text, f.len);
}

/* Which field of a line is what. */
typedef struct layout {
    size_t measure, query, value;
    const char *(*name)(arena *a, field measure);
    const char *expected;
} layout;

static const layout trec_eval = { 0, 1, 2, name_as_written,
                                  N_("expected a measure, a query (or all) and a value") };
static const layout ir_measures = { 1, 0, 2, measure_name,
                                    N_("expected a query (or all), a measure and a value") };

/* Three fields a line, the last of them a number, and a line for all queries. A broken line among
 * many is a fault of the file, and does not make another format of it. */
static bool has_layout(const input *in, const layout *order)
{
    size_t at = 0, seen = 0, broken = 0;
    line l = { 0 };
    bool all = false;

    /* that line may be the last of many */
    while ((seen < LOOK_AT || !all) && next_full_line(in, &at, &l)) {
        field f[FIELDS + 1];
        double value;

        if (split_fields(&l, f, FIELDS + 1) != FIELDS
            || (!field_number(f[order->value], &value) && !field_is(f[order->measure], "runid"))) {
            if (seen == 0 || ++broken == FEW)
                return false;
            continue;
        }
        all = all || field_is(f[order->query], "all");
        seen++;
    }
    return all && broken * 10 <= seen;
}

static bool detect_trec_eval(const input *in)
{
    return has_layout(in, &trec_eval);
}

/* The means are metrics; the values of single queries make a series. */
static thresh_status read_queries(const input *in, thresh_set *set, const layout *order)
{
    arena a = ARENA_INIT;
    query_values queries = { 0 };
    size_t at = 0;
    line l = { 0 };
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && next_full_line(in, &at, &l)) {
        field f[FIELDS + 1];
        query_value v = { .line = l.number };

        if (split_fields(&l, f, FIELDS + 1) != FIELDS) {
            rc = text_fault(in, l.number, "%s", diag_text(in->diags, order->expected));
        } else if ((v.measure = order->name(&a, f[order->measure])) == NULL) {
            rc = THRESH_ENOMEM;
        } else if (field_is(f[order->query], "all")) {
            rc = add_field(in, set, &a, "", v.measure, f[order->value], l.number);
        } else if (!field_number(f[order->value], &v.value)) {
            rc = text_fault(in, l.number, "%s", diag_text(in->diags, order->expected));
        } else {
            v.query = f[order->query];
            rc = queries_add(&queries, &v);
        }
    }
    if (rc == THRESH_OK)
        rc = queries_end(in, set, &queries);
    free(queries.items);
    arena_free(&a);
    return rc;
}

static thresh_status read_trec_eval(const input *in, thresh_set *set)
{
    return read_queries(in, set, &trec_eval);
}

/* Two fields a line, a measure (@ or upper case, as the tool names them) and a number. */
static bool detect_ir_measures(const input *in)
{
    size_t at = 0, seen = 0;
    line l = { 0 };

    if (has_layout(in, &ir_measures))
        return true;
    while (seen < LOOK_AT && next_full_line(in, &at, &l)) {
        field f[3];
        double value;

        if (split_fields(&l, f, 3) != 2 || !field_number(f[1], &value)
            || memchr(l.text, '\t', l.len) == NULL || memchr(f[0].text, ':', f[0].len) != NULL)
            return false;
        seen++;
    }
    return seen > 0;
}

static thresh_status read_ir_measures(const input *in, thresh_set *set)
{
    arena a = ARENA_INIT;
    size_t at = 0;
    line l = { 0 };
    thresh_status rc = THRESH_OK;

    if (has_layout(in, &ir_measures))
        return read_queries(in, set, &ir_measures);
    while (rc == THRESH_OK && next_full_line(in, &at, &l)) {
        field f[3];
        const char *name;

        if (split_fields(&l, f, 3) != 2)
            rc = text_fault(in, l.number, "expected a measure and a value");
        else if ((name = measure_name(&a, f[0])) == NULL)
            rc = THRESH_ENOMEM;
        else
            rc = add_field(in, set, &a, "", name, f[1], l.number);
    }
    arena_free(&a);
    return rc;
}

const reader trec_eval_reader = {
    .format = { "trec_eval", N_("trec_eval, printed") },
    .source = FROM_TEXT,
    .detect = detect_trec_eval,
    .read = read_trec_eval,
};
const reader ir_measures_reader = {
    .format = { "ir_measures", N_("ir_measures, printed") },
    .source = FROM_TEXT,
    .detect = detect_ir_measures,
    .read = read_ir_measures,
};
