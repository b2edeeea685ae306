/*
 * Logs of samples in JSON Lines: an object for each sample with its id; and those of
 * lm-evaluation-harness, whose metrics are named in each line and whose filters make a series each.
 */
#include "base/language.h"
#include "input/samples.h"
#include "input/skim.h"
#include "input/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct member {
    skim_value key, value;
} member;

/* The members of one line; the array is used again for the next one. */
typedef struct members {
    member *items;
    size_t count, capacity;
    arena arena; /* what was written with escapes, in this line */
} members;

enum { MOST_TABLES = 64, MOST_UNUSED = 16, LONGEST_KEY = 64 };

typedef struct log_reader {
    const input *in;
    members line;
    uint32_t number;
    char id[LONGEST_KEY]; /* key of the ids; "": rows are numbered */
    thresh_samples *tables[MOST_TABLES];
    size_t table_count;
    char unused[MOST_UNUSED][LONGEST_KEY]; /* keys of lists and maps, each said once */
    size_t unused_count;
} log_reader;

static bool is_key(const member *m, const char *key)
{
    return m->key.len == strlen(key) && memcmp(m->key.text, key, m->key.len) == 0;
}

static const member *find_member(const members *l, const char *key)
{
    for (size_t i = 0; i < l->count; i++)
        if (is_key(&l->items[i], key))
            return &l->items[i];
    return NULL;
}

/* Columns count characters, as editors do. */
static thresh_status fault_at(const input *in, const line *l, size_t at, const char *what)
{
    uint32_t column = 1;

    for (size_t i = 0; i < at && i < l->len; i++)
        column += ((unsigned char)l->text[i] & 0xC0) != 0x80;
    thresh_diags_add(in->diags, THRESH_ERROR, in->path, l->number, column, "%s",
                     diag_text(in->diags, what));
    return THRESH_EFORMAT;
}

static bool are_hex(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] == '\0' || strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return false;
    return true;
}

/* json.dumps() of Python writes \\u for what is not ASCII, in keys too. */
static thresh_status unescape(const input *in, arena *a, skim_value *v, uint32_t line_number)
{
    const char *text;
    bool broken = false;

    if (!v->escaped)
        return THRESH_OK;
    for (size_t i = 0; i + 1 < v->len && !broken; i += v->text[i] == '\\' ? 2 : 1)
        if (v->text[i] == '\\' && v->text[i + 1] == 'u') {
            if (i + 6 <= v->len && memcmp(v->text + i, "\\u0000", 6) == 0)
                return text_fault(in, line_number, "not supported: \\u0000 inside a text");
            broken = i + 6 > v->len || !are_hex(v->text + i + 2, 4);
        }
    /* what is broken stays as it is: it still stands among the members of the line */
    text = broken ? NULL : json_unescape(a, v->text, v->len);
    if (text == NULL)
        return a->failed ? THRESH_ENOMEM
                         : text_fault(in, line_number, "not JSON: a text with a broken escape");
    v->text = text;
    v->len = strlen(text);
    v->escaped = false;
    return THRESH_OK;
}

static void free_members(members *l)
{
    free(l->items);
    arena_free(&l->arena);
}

static thresh_status split_line(const input *in, const line *l, members *out)
{
    thresh_status rc = THRESH_OK;
    skim s;
    member m;
    size_t at;

    out->count = 0;
    arena_free(&out->arena);
    if (!is_utf8(l->text, l->len, &at))
        return fault_at(in, l, at, "invalid UTF-8; expected the file in UTF-8");
    if (memchr(l->text, 0, l->len) != NULL)
        return fault_at(in, l, (size_t)((const char *)memchr(l->text, 0, l->len) - l->text),
                        "a NUL character; expected text");
    skim_open(&s, l->text, l->len);
    while (rc == THRESH_OK && skim_next(&s, &m.key, &m.value)) {
        rc = unescape(in, &out->arena, &m.key, l->number);
        if (!array_reserve(&out->items, &out->capacity, out->count + 1, sizeof *out->items))
            return THRESH_ENOMEM;
        out->items[out->count++] = m;
    }
    return s.fault == NULL ? rc : fault_at(in, l, s.at, s.fault);
}

/* The members of the first line, for detection. */
static bool split_first(const input *in, members *out)
{
    input quiet = *in;
    size_t at = 0;
    line l = { 0 };

    quiet.diags = NULL;
    return in->json && next_full_line(in, &at, &l) && l.text[0] == '{'
           && split_line(&quiet, &l, out) == THRESH_OK;
}

static bool is_lm_eval(const members *l)
{
    return find_member(l, "doc_id") != NULL
           && (find_member(l, "resps") != NULL || find_member(l, "filtered_resps") != NULL
               || find_member(l, "arguments") != NULL);
}

static bool detect_lm_eval(const input *in)
{
    members l = { 0 };
    bool found = split_first(in, &l) && is_lm_eval(&l);

    free_members(&l);
    return found;
}

static const member *find_id(const input *in, const members *l)
{
    const member *best = NULL;
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < l->count; i++) {
        size_t rank = id_rank(in, l->items[i].key.text, l->items[i].key.len);
        if (rank < least) {
            least = rank;
            best = &l->items[i];
        }
    }
    return best;
}

static bool has_role(const members *l, thresh_role role)
{
    for (size_t i = 0; i < l->count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)l->items[i].key.len, l->items[i].key.text);
        if (thresh_role_of(name) == role)
            return true;
    }
    return false;
}

/* Ids, or labels beside predictions; {"name": …, "value": …} is a metric whatever else it has. */
static bool detect_samples(const input *in)
{
    size_t at = 0;
    line l = { 0 };
    members first = { 0 };
    bool named, found = split_first(in, &first);

    named = find_member(&first, "value") != NULL
            && (find_member(&first, "name") != NULL || find_member(&first, "metric") != NULL);
    found =
        found && !named
        && (find_id(in, &first) != NULL
            || (has_role(&first, THRESH_ROLE_LABEL) && has_role(&first, THRESH_ROLE_PREDICTION)));
    free_members(&first);
    /* one object alone is a file of metrics that has an id */
    return found && next_full_line(in, &at, &l) && next_full_line(in, &at, &l) && l.text[0] == '{';
}

/* --- rows --- */

static thresh_status begin_row(log_reader *r, thresh_samples *s)
{
    const member *id = find_member(&r->line, r->id);
    skim_value text;
    thresh_status rc;
    double number;

    if (r->id[0] == '\0')
        return begin_numbered(r->in, s, r->number);
    if (id == NULL || (id->value.type != SKIM_NUMBER && id->value.type != SKIM_TEXT)
        || id->value.len == 0) {
        thresh_diags_add(r->in->diags, THRESH_ERROR, r->in->path, r->number, 0,
                         "expected '%s', a number or a text, as in the first line", r->id);
        return THRESH_EFORMAT;
    }
    /* 7.0 and 7 are one number */
    if (id->value.type == SKIM_NUMBER && memchr(id->value.text, '.', id->value.len) != NULL
        && thresh_parse_number(&number, id->value.text, id->value.len) && number > -1e15
        && number < 1e15 && number == (double)(int64_t)number) {
        char whole[24];
        int len = snprintf(whole, sizeof whole, "%lld", (long long)number);
        return begin_sample(r->in, s, whole, (size_t)len, false, r->number);
    }
    text = id->value;
    rc = unescape(r->in, &r->line.arena, &text, r->number);
    return rc != THRESH_OK
               ? rc
               : begin_sample(r->in, s, text.text, text.len, text.type == SKIM_TEXT, r->number);
}

static thresh_status put_skimmed_text(log_reader *r, thresh_samples *s, size_t column,
                                      const skim_value *v, const cell_place *at)
{
    const thresh_column *c = thresh_samples_column_at(s, column);
    skim_value plain = *v;
    field text = { v->text, v->len };
    double number;
    thresh_status rc = THRESH_OK;

    /* "0.94" is a number that somebody put in quotes */
    if (c->role == THRESH_ROLE_VALUE && c->codes == NULL && field_number(text, &number))
        return thresh_samples_put_number(s, column, number);
    if (c->role == THRESH_ROLE_VALUE && is_nothing(c, text))
        return THRESH_OK;
    if (c->role != THRESH_ROLE_CHECK)
        rc = unescape(r->in, &r->line.arena, &plain, at->line);
    return rc != THRESH_OK ? rc : put_text(r->in, s, column, (field){ plain.text, plain.len }, at);
}

static void note_unused(log_reader *r, const char *name, size_t len)
{
    char *kept = r->unused[r->unused_count];

    for (size_t i = 0; i < r->unused_count; i++)
        if (strncmp(r->unused[i], name, len) == 0 && r->unused[i][len] == '\0')
            return;
    if (r->unused_count == MOST_UNUSED || len >= LONGEST_KEY)
        return;
    memcpy(kept, name, len);
    kept[len] = '\0';
    r->unused_count++;
    thresh_diags_add(r->in->diags, THRESH_NOTE, r->in->path, r->number, 0,
                     "'%s' is not used: a list or a map", kept);
}

/* A scalar under a name; lists and maps are passed over. */
static thresh_status put_value(log_reader *r, thresh_samples *s, const char *name, size_t len,
                               const skim_value *v)
{
    size_t column;
    double number = v->type == SKIM_TRUE;
    thresh_status rc;
    const thresh_column *c;

    if (v->type == SKIM_LIST || v->type == SKIM_MAP) {
        note_unused(r, name, len);
        return THRESH_OK;
    }
    if ((rc = sample_column(r->in, s, (field){ name, len }, r->number, &column)) != THRESH_OK)
        return rc;
    c = thresh_samples_column_at(s, column);
    cell_place at = { r->number, 0, c->name };
    switch (v->type) {
    case SKIM_NUMBER:
        if (!thresh_parse_number(&number, v->text, v->len)) {
            thresh_diags_add(r->in->diags, THRESH_ERROR, r->in->path, r->number, 0,
                             "'%s': found '%.*s', expected a number", c->name,
                             (int)(v->len < 60 ? v->len : 60), v->text);
            return THRESH_EFORMAT;
        }
        return thresh_samples_put_number(s, column, number);
    case SKIM_TRUE:
    case SKIM_FALSE:
        return thresh_samples_put_number(s, column, number);
    case SKIM_TEXT:
        return put_skimmed_text(r, s, column, v, &at);
    default:
        return THRESH_OK; /* null: nothing there */
    }
}

/* "doc/subject", where somebody asks for it: a member of an inner map. */
static thresh_status put_inner(log_reader *r, thresh_samples *s, const char *wanted,
                               const char *rest, const skim_value *map)
{
    size_t len = strcspn(rest, "/");
    skim_value key, value;
    skim inner;
    thresh_status rc = THRESH_OK;

    skim_open(&inner, map->text, map->len);
    while (skim_next(&inner, &key, &value))
        if ((rc = unescape(r->in, &r->line.arena, &key, r->number)) != THRESH_OK)
            return rc;
        else if (key.len == len && memcmp(key.text, rest, len) == 0)
            return rest[len] == '/' && value.type == SKIM_MAP
                       ? put_inner(r, s, wanted, rest + len + 1, &value)
                       : put_value(r, s, wanted, strlen(wanted), &value);
    return inner.fault == NULL
               ? THRESH_OK
               : text_fault(r->in, r->number, "%s", diag_text(r->in->diags, inner.fault));
}

static thresh_status put_wanted(log_reader *r, thresh_samples *s)
{
    const char *const *keep = r->in->options->keep;
    thresh_status rc = THRESH_OK;

    for (; keep != NULL && *keep != NULL && rc == THRESH_OK; keep++) {
        size_t len = strcspn(*keep, "/");
        for (size_t i = 0; (*keep)[len] == '/' && i < r->line.count; i++) {
            const member *m = &r->line.items[i];
            if (m->value.type == SKIM_MAP && m->key.len == len
                && memcmp(m->key.text, *keep, len) == 0)
                rc = put_inner(r, s, *keep, *keep + len + 1, &m->value);
        }
    }
    return rc;
}

static bool is_asked_for(const log_reader *r, const member *m)
{
    for (const char *const *keep = r->in->options->keep; keep != NULL && *keep != NULL; keep++)
        if (is_key(m, *keep))
            return true;
    return false;
}

static thresh_status add_sample(log_reader *r)
{
    thresh_samples *s = r->tables[0];
    thresh_status rc = begin_row(r, s);

    for (size_t i = 0; i < r->line.count && rc == THRESH_OK; i++) {
        const member *m = &r->line.items[i];
        skim_value key, value;
        skim inner;

        if (is_key(m, r->id))
            continue;
        if (m->value.type != SKIM_MAP || !(is_key(m, "metrics") || is_key(m, "scores"))) {
            rc = put_value(r, s, m->key.text, m->key.len, &m->value);
            continue;
        }
        skim_open(&inner, m->value.text, m->value.len);
        while (rc == THRESH_OK && skim_next(&inner, &key, &value))
            if ((rc = unescape(r->in, &r->line.arena, &key, r->number)) == THRESH_OK)
                rc = put_value(r, s, key.text, key.len, &value);
        if (rc == THRESH_OK && inner.fault != NULL)
            rc = text_fault(r->in, r->number, "%s", diag_text(r->in->diags, inner.fault));
    }
    return rc == THRESH_OK ? put_wanted(r, s) : rc;
}

/* --- lm-evaluation-harness --- */

/* What a line says of the sample and not of the model's answer. */
static bool is_about_sample(const member *m)
{
    static const char *const keys[] = { "doc_id",      "doc",         "target",    "arguments",
                                        "resps",       "filter",      "metrics",   "filtered_resps",
                                        "prompt_hash", "target_hash", "task_name", "schema" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (is_key(m, keys[i]))
            return true;
    return false;
}

/* The table of the line's filter; NULL: no memory, or reported. */
static thresh_status table_of_filter(log_reader *r, thresh_samples **out)
{
    const member *filter = find_member(&r->line, "filter");
    char suffix[256] = "";
    thresh_status rc;

    if (filter != NULL && filter->value.type == SKIM_TEXT
        && !(filter->value.len == 4 && memcmp(filter->value.text, "none", 4) == 0)) {
        if (filter->value.len > sizeof suffix - 2)
            return text_fault(r->in, r->number, "the name of a filter longer than 254 bytes");
        snprintf(suffix, sizeof suffix, ",%.*s", (int)filter->value.len, filter->value.text);
    }
    for (size_t i = 0; i < r->table_count; i++)
        if (strcmp(thresh_samples_suffix(r->tables[i]), suffix) == 0) {
            *out = r->tables[i];
            return THRESH_OK;
        }
    if (r->table_count == MOST_TABLES)
        return text_fault(r->in, r->number, "more than 64 filters");
    rc = thresh_samples_new(out, r->in->scope, suffix, r->in->options->keep);
    if (rc == THRESH_OK)
        r->tables[r->table_count++] = *out;
    return rc;
}

static thresh_status add_lm_eval_sample(log_reader *r)
{
    thresh_samples *s = NULL;
    thresh_status rc = table_of_filter(r, &s);

    if (rc == THRESH_OK)
        rc = begin_row(r, s);
    for (size_t i = 0; i < r->line.count && rc == THRESH_OK; i++) {
        const member *m = &r->line.items[i];
        if (!is_key(m, r->id) && (!is_about_sample(m) || is_asked_for(r, m)))
            rc = put_value(r, s, m->key.text, m->key.len, &m->value);
    }
    return rc == THRESH_OK ? put_wanted(r, s) : rc;
}

/* --- whole logs --- */

/* Finds the key of the ids on the first line. */
static thresh_status find_ids(log_reader *r)
{
    const member *id = find_id(r->in, &r->line);

    if (r->in->options->table)
        return THRESH_OK;
    if (id != NULL && id->key.len >= sizeof r->id)
        return text_fault(r->in, r->number, "the name of the ids is longer than 63 bytes");
    if (id != NULL)
        snprintf(r->id, sizeof r->id, "%.*s", (int)id->key.len, id->key.text);
    else if (r->in->options->id == NULL && has_role(&r->line, THRESH_ROLE_LABEL)
             && has_role(&r->line, THRESH_ROLE_PREDICTION))
        thresh_diags_add(r->in->diags, THRESH_NOTE, r->in->path, r->number, 0,
                         "no ids: samples are paired by their position");
    else
        return text_fault(r->in, r->number,
                          "expected samples with an id (id, doc_id, sample_id, query_id, ...; --id "
                          "names another)");
    return THRESH_OK;
}

static thresh_status read_log(const input *in, thresh_set *set, thresh_status (*add)(log_reader *))
{
    log_reader r = { .in = in };
    line l = { 0 };
    thresh_status rc = thresh_samples_new(&r.tables[0], in->scope, "", in->options->keep);

    r.table_count = rc == THRESH_OK;
    for (bool first = true; rc == THRESH_OK;) {
        field content;

        if ((rc = stream_line(in->stream, &l)) != THRESH_OK)
            break;
        content = trimmed((field){ l.text, l.len });
        if (content.len == 0)
            continue;
        r.number = l.number;
        rc = split_line(in, &l, &r.line);
        if (rc == THRESH_OK && first) {
            rc = find_ids(&r);
            first = false;
        }
        if (rc == THRESH_OK)
            rc = add(&r);
    }
    rc = rc == THRESH_EEMPTY ? THRESH_OK : rc;
    for (size_t i = 0; i < r.table_count; i++) {
        if (rc == THRESH_OK && thresh_samples_count(r.tables[i]) > 0)
            rc = end_samples(set, r.tables[i]);
        else
            thresh_samples_free(r.tables[i]);
    }
    if (rc == THRESH_OK && thresh_set_samples(set, 0) == NULL)
        rc = text_fault(in, 0, "no samples");
    free_members(&r.line);
    return rc;
}

static thresh_status read_samples(const input *in, thresh_set *set)
{
    return read_log(in, set, add_sample);
}

static thresh_status read_lm_eval(const input *in, thresh_set *set)
{
    return read_log(in, set, add_lm_eval_sample);
}

const reader lm_eval_samples_reader = {
    .format = { "lm-eval-samples", N_("lm-evaluation-harness, log of samples") },
    .source = FROM_STREAM,
    .detect = detect_lm_eval,
    .read = read_lm_eval,
};
const reader samples_jsonl_reader = {
    .format = { "samples-jsonl",
                N_("JSON Lines of samples: ids and values, or labels and predictions") },
    .source = FROM_STREAM,
    .detect = detect_samples,
    .read = read_samples,
};
