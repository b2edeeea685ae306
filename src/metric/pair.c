/* The rows that tables share: by their ids, in order or by a hash. */
#include "metric/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_id(const thresh_samples *a, size_t i, const thresh_samples *b, size_t k)
{
    uint64_t x = a->ids[i], y = b->ids[k];

    if ((x | y) & 1)
        return (x & y & 1) && strcmp(a->texts + (x >> 1), b->texts + (y >> 1)) == 0;
    return x == y;
}

static uint64_t mixed(uint64_t h)
{
    h *= 0x9E3779B97F4A7C15ull;
    return h ^ (h >> 29);
}

static uint64_t hash_id(const thresh_samples *s, size_t row, uint64_t seed)
{
    uint64_t key = s->ids[row];

    if (key & 1)
        key = hash_bytes((uint32_t)seed, s->texts + (key >> 1), strlen(s->texts + (key >> 1)));
    return mixed(mixed(key ^ seed) ^ seed);
}

/* Drawn from the ids themselves: whoever makes ids that collide changes by them where they do, and
 * the same input still gives the same order. */
static uint64_t seed_of(const thresh_samples *s)
{
    uint64_t seed = hash_bytes(0, s->texts, s->texts_len);

    for (size_t row = 0; row < s->count; row++)
        seed = mixed(seed ^ s->ids[row]);
    return seed;
}

/* Rows by id; half empty, 4 bytes a slot. */
typedef struct row_table {
    uint32_t *slots; /* row + 1, or 0 */
    size_t mask;
    uint64_t seed;
} row_table;

/* Row of the id of row `k` of `b`, or UINT32_MAX. */
static uint32_t look_up(const row_table *t, const thresh_samples *s, const thresh_samples *b,
                        size_t k)
{
    for (size_t i = hash_id(b, k, t->seed) & t->mask; t->slots[i] != 0; i = (i + 1) & t->mask)
        if (same_id(s, t->slots[i] - 1, b, k))
            return t->slots[i] - 1;
    return UINT32_MAX;
}

static void note_row(size_t *count, size_t *first, size_t row)
{
    if (++*count == 1)
        *first = row;
}

/* Every row but those whose id stood there before, which are counted. */
static bool build_table(row_table *t, const thresh_samples *s, thresh_pairs *p, size_t which)
{
    size_t size = 16;

    while (size < 2 * s->count)
        size *= 2;
    t->mask = size - 1;
    t->seed = seed_of(s);
    if ((t->slots = calloc(size, sizeof *t->slots)) == NULL)
        return false;
    for (size_t row = 0; row < s->count; row++) {
        size_t i = hash_id(s, row, t->seed) & t->mask;
        while (t->slots[i] != 0 && !same_id(s, t->slots[i] - 1, s, row))
            i = (i + 1) & t->mask;
        if (t->slots[i] != 0)
            note_row(&p->twice[which], &p->first_twice[which], row);
        else
            t->slots[i] = (uint32_t)row + 1;
    }
    return true;
}

/* --- integer ids: sorted, then one walk over all tables together --- */

typedef struct keyed {
    uint64_t key;
    uint32_t row;
} keyed;

enum { DIGIT = 11, BUCKETS = 1 << DIGIT };

/* One pass of a radix sort, by the digit at `shift`. */
static void sort_digit(keyed *to, const keyed *from, size_t n, unsigned shift)
{
    size_t starts[BUCKETS] = { 0 }, sum = 0;

    for (size_t i = 0; i < n; i++)
        starts[from[i].key >> shift & (BUCKETS - 1)]++;
    for (size_t d = 0; d < BUCKETS; d++) {
        size_t size = starts[d];
        starts[d] = sum;
        sum += size;
    }
    for (size_t i = 0; i < n; i++)
        to[starts[from[i].key >> shift & (BUCKETS - 1)]++] = from[i];
}

/* The rows by id, those of one id in their order; at ten million rows in disorder several times as
 * fast as a hash table, each look-up of which waits for memory. NULL: no memory. */
static keyed *sort_rows(const thresh_samples *s)
{
    size_t n = s->count;
    keyed *a = malloc((n + 1) * sizeof *a), *b = malloc((n + 1) * sizeof *b);
    uint64_t largest = 0;

    if (a == NULL || b == NULL) {
        free(a);
        free(b);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        a[i] = (keyed){ s->ids[i], (uint32_t)i };
        largest = s->ids[i] > largest ? s->ids[i] : largest;
    }
    for (unsigned shift = 0; shift < 64 && largest >> shift > 0; shift += DIGIT) {
        keyed *swap = a;
        sort_digit(b, a, n, shift);
        a = b;
        b = swap;
    }
    free(b);
    return a;
}

/* A table in the order of its ids. */
typedef struct walk {
    const thresh_samples *table;
    keyed *order; /* NULL: the rows stand in it */
    size_t at;
} walk;

static size_t walk_row(const walk *w)
{
    return w->order == NULL ? w->at : w->order[w->at].row;
}

static uint64_t walk_id(const walk *w)
{
    return w->order == NULL ? w->table->ids[w->at] : w->order[w->at].key;
}

static bool walk_ended(const walk *w)
{
    return w->at == w->table->count;
}

/* To the next id; rows of the same id are counted as such. */
static void walk_on(walk *w, thresh_pairs *p, size_t which)
{
    uint64_t id = walk_id(w);

    for (w->at++; !walk_ended(w) && walk_id(w) == id; w->at++)
        note_row(&p->twice[which], &p->first_twice[which], walk_row(w));
}

static void walk_together(thresh_pairs *p, walk *w, size_t count)
{
    for (; !walk_ended(&w[0]); walk_on(&w[0], p, 0)) {
        uint64_t id = walk_id(&w[0]);
        bool everywhere = true;

        for (size_t t = 1; t < count; t++) {
            for (; !walk_ended(&w[t]) && walk_id(&w[t]) < id; walk_on(&w[t], p, t))
                note_row(&p->only[t], &p->first_only[t], walk_row(&w[t]));
            if (walk_ended(&w[t]) || walk_id(&w[t]) != id) {
                note_row(&p->lacks[t], &p->first_lacks[t], walk_row(&w[0]));
                everywhere = false;
            }
        }
        for (size_t t = 0; everywhere && t < count; t++)
            p->rows[t][p->count] = (uint32_t)walk_row(&w[t]);
        p->count += everywhere;
        if (!everywhere)
            note_row(&p->only[0], &p->first_only[0], walk_row(&w[0]));
        for (size_t t = 1; t < count; t++)
            if (!walk_ended(&w[t]) && walk_id(&w[t]) == id)
                walk_on(&w[t], p, t);
    }
    for (size_t t = 1; t < count; t++)
        for (; !walk_ended(&w[t]); walk_on(&w[t], p, t))
            note_row(&p->only[t], &p->first_only[t], walk_row(&w[t]));
}

static thresh_status pair_by_order(thresh_pairs *p, thresh_samples *const *tables, size_t count)
{
    walk walks[3] = { { NULL, NULL, 0 } };
    thresh_status rc = THRESH_OK;

    for (size_t t = 0; t < count && rc == THRESH_OK; t++) {
        walks[t].table = tables[t];
        if (!tables[t]->ascending && (walks[t].order = sort_rows(tables[t])) == NULL)
            rc = THRESH_ENOMEM;
    }
    if (rc == THRESH_OK)
        walk_together(p, walks, count);
    for (size_t t = 0; t < count; t++)
        free(walks[t].order);
    return rc;
}

/* --- texts for ids: by a hash table --- */

static thresh_status pair_by_table(thresh_pairs *p, thresh_samples *const *tables, size_t count)
{
    row_table t[3] = { { NULL, 0, 0 } };
    thresh_status rc = THRESH_OK;

    for (size_t k = 0; k < count; k++)
        if (!build_table(&t[k], tables[k], p, k)) {
            rc = THRESH_ENOMEM;
            goto done;
        }
    for (size_t row = 0; row < tables[0]->count; row++) {
        uint32_t rows[3] = { (uint32_t)row, 0, 0 };
        bool everywhere = true;

        if (p->twice[0] > 0 && look_up(&t[0], tables[0], tables[0], row) != row)
            continue; /* stood there before */
        for (size_t k = 1; k < count; k++)
            if ((rows[k] = look_up(&t[k], tables[k], tables[0], row)) == UINT32_MAX) {
                note_row(&p->lacks[k], &p->first_lacks[k], row);
                everywhere = false;
            }
        for (size_t k = 0; k < count && everywhere; k++)
            p->rows[k][p->count] = rows[k];
        if (everywhere)
            p->count++;
        else
            note_row(&p->only[0], &p->first_only[0], row);
    }
    for (size_t k = 1; k < count; k++)
        for (size_t row = 0; tables[k]->count - p->twice[k] > p->count && row < tables[k]->count;
             row++)
            if (look_up(&t[k], tables[k], tables[k], row) == row
                && look_up(&t[0], tables[0], tables[k], row) == UINT32_MAX)
                note_row(&p->only[k], &p->first_only[k], row);
done:
    for (size_t k = 0; k < count; k++)
        free(t[k].slots);
    return rc;
}

thresh_status thresh_samples_group(const thresh_samples *s, uint32_t *order, size_t *starts,
                                   size_t *groups)
{
    row_table t = { NULL, 0, 0 };
    thresh_pairs ignored = { 0 };
    uint32_t *group = malloc((s->count + 1) * sizeof *group);
    thresh_status rc = THRESH_ENOMEM;

    *groups = 0;
    if (group == NULL || !build_table(&t, s, &ignored, 0))
        goto done;
    for (size_t row = 0; row < s->count; row++) {
        uint32_t first = look_up(&t, s, s, row);
        if (first == row)
            starts[*groups] = 0;
        group[row] = first == row ? (uint32_t)(*groups)++ : group[first];
        starts[group[row]]++;
    }
    for (size_t g = 0, at = 0; g <= *groups; g++) { /* from sizes to the end of each */
        at += g < *groups ? starts[g] : 0;
        starts[g] = at;
    }
    for (size_t row = s->count; row-- > 0;) /* backwards, so that each end becomes the start */
        order[--starts[group[row]]] = (uint32_t)row;
    rc = THRESH_OK;
done:
    free(t.slots);
    free(group);
    return rc;
}

static bool in_one_order(thresh_samples *const *tables, size_t count)
{
    for (size_t t = 1; t < count; t++) {
        if (tables[t]->count != tables[0]->count)
            return false;
        for (size_t i = 0; i < tables[0]->count; i++)
            if (!same_id(tables[0], i, tables[t], i))
                return false;
    }
    return true;
}

static uint32_t row_of(const thresh_pairs *p, size_t table, size_t pair)
{
    return p->rows[table] == NULL ? (uint32_t)pair : p->rows[table][pair];
}

/* What stands in a cell, as a text for comparison; NULL: nothing. */
static const char *cell_text(char buffer[THRESH_NUMBER_MAX], const thresh_column *c, size_t row)
{
    if (c->codes != NULL)
        return c->codes[row] == 0 ? NULL : c->texts[c->codes[row] - 1];
    return c->numbers == NULL || isnan(c->numbers[row])
               ? NULL
               : thresh_format_number(buffer, c->numbers[row]);
}

static bool same_cell(const thresh_column *a, size_t i, const thresh_column *b, size_t k)
{
    char x[THRESH_NUMBER_MAX], y[THRESH_NUMBER_MAX];
    const char *left, *right;

    if (a->numbers != NULL && b->numbers != NULL)
        return a->numbers[i] == b->numbers[k] || (isnan(a->numbers[i]) && isnan(b->numbers[k]));
    left = cell_text(x, a, i);
    right = cell_text(y, b, k);
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

/* A label or a hash that differs says that the same id means another sample. */
static void compare_checks(thresh_pairs *p, thresh_samples *const *tables, size_t count,
                           thresh_role role)
{
    const thresh_column *first = thresh_samples_of_role(tables[0], role);

    for (size_t t = 1; t < count && first != NULL; t++) {
        const thresh_column *other = thresh_samples_of_role(tables[t], role);
        for (size_t i = 0; other != NULL && i < p->count; i++)
            if (!same_cell(first, row_of(p, 0, i), other, row_of(p, t, i)))
                note_row(&p->differing, &p->first_differing, row_of(p, 0, i));
    }
}

thresh_status thresh_samples_pair(thresh_pairs *out, thresh_samples *const *tables, size_t count)
{
    bool ascending = true, integers = true;
    size_t least = SIZE_MAX, numbered = 0;
    thresh_status rc = THRESH_OK;

    *out = (thresh_pairs){ 0 };
    for (size_t t = 0; t < count; t++) {
        ascending = ascending && tables[t]->ascending;
        integers = integers && tables[t]->texts_len == 0;
        least = tables[t]->count < least ? tables[t]->count : least;
        numbered += tables[t]->numbered;
        out->types_differ = out->types_differ || (tables[t]->has_quoted && tables[0]->has_bare)
                            || (tables[t]->has_bare && tables[0]->has_quoted);
    }
    out->by_position = numbered == count;
    out->some_numbered = numbered > 0 && numbered < count;
    if (ascending && in_one_order(tables, count)) {
        out->count = least;
    } else {
        for (size_t t = 0; t < count; t++)
            if ((out->rows[t] = malloc((least > 0 ? least : 1) * sizeof **out->rows)) == NULL)
                rc = THRESH_ENOMEM;
        if (rc == THRESH_OK)
            rc = integers ? pair_by_order(out, tables, count) : pair_by_table(out, tables, count);
    }
    if (rc == THRESH_OK) {
        compare_checks(out, tables, count, THRESH_ROLE_LABEL);
        compare_checks(out, tables, count, THRESH_ROLE_CHECK);
    } else {
        thresh_pairs_dispose(out);
    }
    return rc;
}

void thresh_pairs_dispose(thresh_pairs *p)
{
    for (size_t t = 0; t < 3; t++)
        free(p->rows[t]);
    *p = (thresh_pairs){ 0 };
}
