/* Tables of samples: ids and columns that grow together, and the rows that two tables share. */
#include "base/arena.h"
#include "thresh/samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- roles --- */

static const struct {
    const char *name;
    thresh_role role;
} role_names[] = {
    { "label", THRESH_ROLE_LABEL },
    { "labels", THRESH_ROLE_LABEL },
    { "target", THRESH_ROLE_LABEL },
    { "gold", THRESH_ROLE_LABEL },
    { "gold_label", THRESH_ROLE_LABEL },
    { "truth", THRESH_ROLE_LABEL },
    { "ground_truth", THRESH_ROLE_LABEL },
    { "true_label", THRESH_ROLE_LABEL },
    { "y_true", THRESH_ROLE_LABEL },
    { "actual", THRESH_ROLE_LABEL },
    { "标签", THRESH_ROLE_LABEL },
    { "真实标签", THRESH_ROLE_LABEL },
    { "真值", THRESH_ROLE_LABEL },
    { "prediction", THRESH_ROLE_PREDICTION },
    { "predictions", THRESH_ROLE_PREDICTION },
    { "pred", THRESH_ROLE_PREDICTION },
    { "predicted", THRESH_ROLE_PREDICTION },
    { "predicted_label", THRESH_ROLE_PREDICTION },
    { "pred_label", THRESH_ROLE_PREDICTION },
    { "y_pred", THRESH_ROLE_PREDICTION },
    { "预测", THRESH_ROLE_PREDICTION },
    { "预测标签", THRESH_ROLE_PREDICTION },
    { "score", THRESH_ROLE_SCORE },
    { "prob", THRESH_ROLE_SCORE },
    { "probability", THRESH_ROLE_SCORE },
    { "y_score", THRESH_ROLE_SCORE },
    { "y_prob", THRESH_ROLE_SCORE },
    { "y_proba", THRESH_ROLE_SCORE },
    { "概率", THRESH_ROLE_SCORE },
    { "rank", THRESH_ROLE_RANK },
    { "排名", THRESH_ROLE_RANK },
    { "relevance", THRESH_ROLE_RELEVANCE },
    { "rel", THRESH_ROLE_RELEVANCE },
    { "grade", THRESH_ROLE_RELEVANCE },
    { "qrel", THRESH_ROLE_RELEVANCE },
    { "相关性", THRESH_ROLE_RELEVANCE },
    { "golden", THRESH_ROLE_GOLDEN },
    { "is_golden", THRESH_ROLE_GOLDEN },
    { "黄金", THRESH_ROLE_GOLDEN },
    { "金标", THRESH_ROLE_GOLDEN },
    { "doc_hash", THRESH_ROLE_CHECK },
};

static bool same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        char c = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a == '-' || *a == ' ' ? '_' : *a;
        if (c != *b)
            return false;
        if (c == '\0')
            return true;
    }
}

thresh_role thresh_role_of(const char *name)
{
    for (size_t i = 0; i < sizeof role_names / sizeof *role_names; i++)
        if (same_name(name, role_names[i].name))
            return role_names[i].role;
    return THRESH_ROLE_VALUE;
}

const char *thresh_role_name(thresh_role role)
{
    static const char *const names[] = {
        [THRESH_ROLE_VALUE] = "value",         [THRESH_ROLE_LABEL] = "label",
        [THRESH_ROLE_PREDICTION] = "prediction", [THRESH_ROLE_SCORE] = "score",
        [THRESH_ROLE_RANK] = "rank",           [THRESH_ROLE_RELEVANCE] = "relevance",
        [THRESH_ROLE_GOLDEN] = "golden",
        [THRESH_ROLE_CHECK] = "hash of the sample",
    };
    return names[role];
}

/* --- the table --- */

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

void thresh_samples_free(thresh_samples *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->column_count; i++) {
        free(s->columns[i].numbers);
        free(s->columns[i].codes);
        free(s->columns[i].words.texts);
        index_free(&s->columns[i].words.index);
    }
    free(s->columns);
    free(s->ids);
    free(s->texts);
    free(s->keep);
    arena_free(&s->arena);
    free(s);
}

thresh_status thresh_samples_new(thresh_samples **out, const char *scope, const char *suffix,
                                 const char *const *keep)
{
    thresh_samples *s = calloc(1, sizeof *s);
    size_t n = 0;

    *out = NULL;
    if (s == NULL)
        return THRESH_ENOMEM;
    while (keep != NULL && keep[n] != NULL)
        n++;
    s->ascending = true;
    s->scope = arena_strdup(&s->arena, scope);
    s->suffix = arena_strdup(&s->arena, suffix);
    s->keep = calloc(n + 1, sizeof *s->keep);
    for (size_t i = 0; i < n && s->keep != NULL; i++)
        s->keep[i] = arena_strdup(&s->arena, keep[i]);
    if (s->keep == NULL || s->arena.failed) {
        thresh_samples_free(s);
        return THRESH_ENOMEM;
    }
    *out = s;
    return THRESH_OK;
}

/* "0", "17", "-3": what an integer is printed as; "007" and "1e3" are texts. */
static bool is_integer(const char *text, size_t len, int64_t *out)
{
    bool negative = len > 0 && text[0] == '-';
    size_t i = negative;
    int64_t v = 0;

    if (i == len || len - i > 18 || (text[i] == '0' && (len - i > 1 || negative)))
        return false;
    for (; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        v = v * 10 + (text[i] - '0');
    }
    *out = negative ? -v : v;
    return true;
}

static uint64_t id_of_integer(int64_t v)
{
    uint64_t zigzag = v < 0 ? ((uint64_t)-v << 1) - 1 : (uint64_t)v << 1;

    return zigzag << 1;
}

thresh_status thresh_samples_add_row(thresh_samples *s, const char *id, size_t len, bool quoted)
{
    int64_t number;

    if (s->count == THRESH_MAX_SAMPLES)
        return THRESH_EFORMAT;
    if (!array_reserve(&s->ids, &s->capacity, s->count + 1, sizeof *s->ids))
        return THRESH_ENOMEM;
    if (id == NULL) {
        number = (int64_t)s->count + 1;
        s->numbered = true;
    }
    if (id == NULL || is_integer(id, len, &number)) {
        uint64_t key = id_of_integer(number);
        /* doubled twice, the order of what is not negative stays */
        s->ascending = s->ascending && number >= 0 && (s->count == 0 || key > s->ids[s->count - 1]);
        s->ids[s->count++] = key;
        s->has_quoted = s->has_quoted || quoted;
        s->has_bare = s->has_bare || !quoted;
        return THRESH_OK;
    }
    if (!array_reserve(&s->texts, &s->texts_capacity, s->texts_len + len + 1, 1))
        return THRESH_ENOMEM;
    memcpy(s->texts + s->texts_len, id, len);
    s->texts[s->texts_len + len] = '\0';
    s->ids[s->count++] = ((uint64_t)s->texts_len << 1) | 1;
    s->texts_len += len + 1;
    s->ascending = false;
    return THRESH_OK;
}

thresh_status thresh_samples_add_row_like(thresh_samples *s, const thresh_samples *from, size_t row)
{
    char id[THRESH_ID_MAX];
    uint64_t key = from->ids[row];
    const char *text = key & 1 ? from->texts + (key >> 1) : thresh_samples_id(id, from, row);

    return thresh_samples_add_row(s, text, strlen(text), false);
}

static bool is_kept(const thresh_samples *s, const column *c)
{
    if (c->seen.role != THRESH_ROLE_VALUE)
        return true;
    for (size_t i = 0; s->keep[i] != NULL; i++)
        if (strcmp(s->keep[i], c->seen.name) == 0)
            return true;
    return false;
}

static bool is_called(const thresh_samples *s, size_t i, const char *name, size_t len)
{
    const char *have = s->columns[i].seen.name;

    return strncmp(have, name, len) == 0 && have[len] == '\0';
}

size_t thresh_samples_column(thresh_samples *s, const char *name, size_t len)
{
    size_t at = s->expected < s->column_count ? s->expected : 0;

    for (size_t i = 0; i < s->column_count; i++) {
        if (is_called(s, at, name, len)) {
            s->expected = at + 1;
            return at;
        }
        at = at + 1 < s->column_count ? at + 1 : 0;
    }
    if (s->column_count == THRESH_MAX_COLUMNS)
        return SIZE_MAX;
    if (!array_reserve(&s->columns, &s->column_capacity, s->column_count + 1, sizeof *s->columns))
        return SIZE_MAX;
    column c = { .seen = { .name = arena_strndup(&s->arena, name, len) } };
    if (c.seen.name == NULL)
        return SIZE_MAX;
    c.seen.role = thresh_role_of(c.seen.name);
    c.keep = is_kept(s, &c);
    s->columns[s->column_count++] = c;
    s->expected = s->column_count;
    return s->column_count - 1;
}

void thresh_samples_set_unit(thresh_samples *s, size_t i, const char *unit)
{
    s->columns[i].seen.unit = unit;
}

/* Room for the rows that the table has; the arrays grow as the ids do. */
static bool reserve_rows(const thresh_samples *s, column *c)
{
    return c->capacity >= s->count
           || (c->codes != NULL
                   ? array_reserve(&c->codes, &c->capacity, s->capacity, sizeof *c->codes)
                   : array_reserve(&c->numbers, &c->capacity, s->capacity, sizeof *c->numbers));
}

static bool is_missing(const column *c, size_t row)
{
    return c->codes != NULL ? c->codes[row] == 0 : isnan(c->numbers[row]);
}

/* The rows up to `rows` that were skipped are empty. */
static bool fill(const thresh_samples *s, column *c, size_t rows)
{
    if (!reserve_rows(s, c))
        return false;
    for (; c->filled < rows; c->filled++) {
        if (c->codes != NULL)
            c->codes[c->filled] = 0;
        else
            c->numbers[c->filled] = NAN;
        c->seen.missing++;
    }
    return true;
}

/* The cell of the last row is the next to be written. What stands twice is written again: the last
 * one counts, as in JSON. */
static bool open_cell(const thresh_samples *s, column *c)
{
    if (c->filled < s->count)
        return fill(s, c, s->count - 1);
    c->filled--;
    c->seen.missing -= is_missing(c, c->filled);
    return true;
}

static bool same_text(const void *context, uint32_t pos, const void *key)
{
    const char *const *texts = context;

    return strcmp(texts[pos], key) == 0;
}

/* The code of a text; 0: no memory, or too many of them. */
static thresh_status code_of(thresh_samples *s, column *c, const char *text, size_t len,
                             uint32_t *code)
{
    char small[256], *key = small;
    dictionary *d = &c->words;
    thresh_status rc = THRESH_ENOMEM;
    uint32_t hash = hash_bytes(0, text, len), pos;

    if (len >= sizeof small && (key = malloc(len + 1)) == NULL)
        return THRESH_ENOMEM;
    memcpy(key, text, len);
    key[len] = '\0';
    pos = index_find(&d->index, hash, same_text, d->texts, key);
    if (pos == UINT32_MAX) {
        const char *copy;
        if (d->count == THRESH_MAX_TEXTS) {
            rc = THRESH_EFORMAT;
            goto done;
        }
        copy = arena_strndup(&s->arena, text, len);
        if (copy == NULL || !array_reserve(&d->texts, &d->capacity, d->count + 1, sizeof *d->texts)
            || !index_add(&d->index, hash, (uint32_t)d->count))
            goto done;
        pos = (uint32_t)d->count;
        d->texts[d->count++] = copy;
    }
    *code = pos + 1;
    rc = THRESH_OK;
done:
    if (key != small)
        free(key);
    return rc;
}

/* Texts take the place of the numbers that stood there. */
static thresh_status turn_to_texts(thresh_samples *s, column *c)
{
    size_t capacity = c->capacity > 0 ? c->capacity : s->capacity;
    /* zeroed: of a column whose texts were not kept each row is empty */
    uint32_t *codes = calloc(capacity > 0 ? capacity : 1, sizeof *codes);
    thresh_status rc = codes == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t i = 0; i < c->filled && rc == THRESH_OK; i++) {
        char text[THRESH_NUMBER_MAX];
        if (isnan(c->numbers[i]))
            continue;
        thresh_format_number(text, c->numbers[i]);
        rc = code_of(s, c, text, strlen(text), &codes[i]);
    }
    if (rc != THRESH_OK) {
        free(codes);
        return rc;
    }
    free(c->numbers);
    c->numbers = NULL;
    c->codes = codes;
    c->capacity = capacity;
    return THRESH_OK;
}

thresh_status thresh_samples_put_number(thresh_samples *s, size_t i, double value)
{
    column *c = &s->columns[i];

    if (c->codes != NULL && !isfinite(value))
        return THRESH_OK; /* filled as nothing */
    if (c->codes != NULL) {
        char text[THRESH_NUMBER_MAX];
        thresh_format_number(text, value);
        return thresh_samples_put_text(s, i, text, strlen(text));
    }
    if (c->seen.texts_unkept)
        return THRESH_OK;
    if (!open_cell(s, c))
        return THRESH_ENOMEM;
    if (!isfinite(value)) {
        value = NAN;
        c->seen.missing++;
    }
    c->numbers[c->filled++] = value;
    return THRESH_OK;
}

thresh_status thresh_samples_put_text(thresh_samples *s, size_t i, const char *text, size_t len)
{
    column *c = &s->columns[i];
    uint32_t code;
    thresh_status rc;

    if (!c->keep) {
        if (c->filled > c->seen.missing)
            return THRESH_EDOMAIN;
        c->seen.texts_unkept = true;
        return THRESH_OK;
    }
    if (c->codes == NULL && (rc = turn_to_texts(s, c)) != THRESH_OK)
        return rc;
    if (!open_cell(s, c))
        return THRESH_ENOMEM;
    if ((rc = code_of(s, c, text, len, &code)) != THRESH_OK)
        return rc;
    c->codes[c->filled++] = code;
    return THRESH_OK;
}

static void show(column *c)
{
    c->seen.numbers = c->numbers;
    c->seen.codes = c->codes;
    c->seen.texts = c->words.texts;
    c->seen.text_count = c->words.count;
}

thresh_status thresh_samples_finish(thresh_samples *s)
{
    for (size_t i = 0; i < s->column_count; i++) {
        column *c = &s->columns[i];
        if (!c->seen.texts_unkept && !fill(s, c, s->count))
            return THRESH_ENOMEM;
        show(c);
    }
    return THRESH_OK;
}

thresh_status thresh_samples_make_texts(thresh_samples *s, const thresh_column *seen)
{
    column *c = (column *)(uintptr_t)seen; /* `seen` is its first member, and the table ours */
    thresh_status rc = c->codes == NULL ? turn_to_texts(s, c) : THRESH_OK;

    if (rc == THRESH_OK)
        show(c);
    return rc;
}

bool thresh_samples_rename(thresh_samples *s, const char *from, const char *to)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (strcmp(s->columns[i].seen.name, from) == 0) {
            const char *copy = arena_strdup(&s->arena, to);
            if (copy == NULL)
                return false;
            s->columns[i].seen.name = copy;
            s->columns[i].seen.role = thresh_role_of(copy);
            return true;
        }
    return false;
}

const char *thresh_samples_scope(const thresh_samples *s)
{
    return s->scope;
}

const char *thresh_samples_suffix(const thresh_samples *s)
{
    return s->suffix;
}

size_t thresh_samples_count(const thresh_samples *s)
{
    return s->count;
}

const thresh_column *thresh_samples_column_at(const thresh_samples *s, size_t i)
{
    return i < s->column_count ? &s->columns[i].seen : NULL;
}

const thresh_column *thresh_samples_find(const thresh_samples *s, const char *name)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (strcmp(s->columns[i].seen.name, name) == 0)
            return &s->columns[i].seen;
    return NULL;
}

const thresh_column *thresh_samples_of_role(const thresh_samples *s, thresh_role role)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (s->columns[i].seen.role == role)
            return &s->columns[i].seen;
    return NULL;
}

const char *thresh_samples_id(char out[THRESH_ID_MAX], const thresh_samples *s, size_t row)
{
    uint64_t key = s->ids[row];

    if (key & 1)
        snprintf(out, THRESH_ID_MAX, "%s", s->texts + (key >> 1));
    else
        snprintf(out, THRESH_ID_MAX, "%s%llu", key & 2 ? "-" : "",
                 (unsigned long long)(key & 2 ? ((key >> 1) + 1) >> 1 : key >> 2));
    return out;
}

/* --- pairs --- */

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
        for (size_t row = 0;
             tables[k]->count - p->twice[k] > p->count && row < tables[k]->count; row++)
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
        out->types_differ = out->types_differ
                            || (tables[t]->has_quoted && tables[0]->has_bare)
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
