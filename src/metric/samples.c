/* Tables of samples: ids and columns that grow together. */
#include "base/language.h"
#include "metric/table.h"

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
        char c = *a >= 'A' && *a <= 'Z'   ? (char)(*a - 'A' + 'a')
                 : *a == '-' || *a == ' ' ? '_'
                                          : *a;
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
        [THRESH_ROLE_VALUE] = N_("value"),
        [THRESH_ROLE_LABEL] = N_("label"),
        [THRESH_ROLE_PREDICTION] = N_("prediction"),
        [THRESH_ROLE_SCORE] = N_("score"),
        [THRESH_ROLE_RANK] = N_("rank"),
        [THRESH_ROLE_RELEVANCE] = N_("relevance"),
        [THRESH_ROLE_GOLDEN] = N_("golden"),
        [THRESH_ROLE_CHECK] = N_("hash of the sample"),
    };
    return names[role];
}

/* --- the table --- */

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
