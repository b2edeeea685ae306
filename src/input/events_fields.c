/*
 * What the rows are made of, numbered: fields by their key and the object that holds them, series
 * by scope and name. All of it is bounded, for the keys of a stream are somebody else's.
 */
#include "input/events.h"

#include <stdlib.h>
#include <string.h>

typedef struct span {
    const char *text;
    size_t len;
} span;

/* --- numbered texts --- */

static bool text_equal(const void *context, uint32_t pos, const void *key)
{
    const event_texts *t = context;
    const span *s = key;

    return strlen(t->items[pos]) == s->len && memcmp(t->items[pos], s->text, s->len) == 0;
}

static uint32_t find_text(const event_texts *t, const char *text, size_t len)
{
    span key = { text, len };

    return index_find(&t->index, hash_bytes(0, text, len), text_equal, t, &key);
}

thresh_status events_number_text(uint32_t *out, event_fields *f, event_texts *t, const char *text,
                                 size_t len)
{
    char *copy;

    if ((*out = find_text(t, text, len)) != UINT32_MAX)
        return THRESH_OK;
    copy = arena_strndup(&f->arena, text, len);
    if (copy == NULL || !array_reserve(&t->items, &t->capacity, t->count + 1, sizeof *t->items)
        || !index_add(&t->index, hash_bytes(0, text, len), (uint32_t)t->count))
        return THRESH_ENOMEM;
    *out = (uint32_t)t->count;
    t->items[t->count++] = copy;
    return THRESH_OK;
}

/* --- fields --- */

/* Fields with a meaning of their own; of several of a role the first in this list is taken. */
static const struct {
    const char *path;
    field_role role;
} usual_fields[] = {
    { "ts", FIELD_TIME },
    { "timestamp", FIELD_TIME },
    { "time", FIELD_TIME },
    { "@timestamp", FIELD_TIME },
    { "id", FIELD_ID },
    { "event_id", FIELD_ID },
    { "request_id", FIELD_ID },
    { "scope", FIELD_SCOPE },
    { "slice", FIELD_SCOPE },
    { "metric", FIELD_NAME },
    { "metric_name", FIELD_NAME },
    { "name", FIELD_NAME },
    { "value", FIELD_VALUE },
    { "metric_value", FIELD_VALUE },
};

static void give_role(const thresh_events *e, event_field *f)
{
    const thresh_events_options *o = &e->options;

    for (size_t i = 0; i < e->by_count; i++)
        if (strcmp(o->by[i], f->path) == 0) {
            f->dimension = (uint8_t)(i + 1);
            return;
        }
    if (o->time != NULL && strcmp(o->time, f->path) == 0)
        f->role = FIELD_TIME;
    else if (o->id != NULL && strcmp(o->id, f->path) == 0)
        f->role = FIELD_ID;
    else
        for (size_t i = 0; i < sizeof usual_fields / sizeof *usual_fields; i++)
            if (strcmp(usual_fields[i].path, f->path) == 0
                && !(usual_fields[i].role == FIELD_TIME && o->time != NULL)
                && !(usual_fields[i].role == FIELD_ID && o->id != NULL)) {
                f->role = (uint8_t)usual_fields[i].role;
                f->rank = (uint8_t)i;
            }
}

typedef struct field_key {
    uint32_t parent;
    span name;
} field_key;

static bool field_equal(const void *context, uint32_t pos, const void *key)
{
    const event_field *f = (const event_field *)context + pos;
    const field_key *k = key;

    return f->parent == k->parent && f->own_len == k->name.len
           && memcmp(f->path + f->path_len - f->own_len, k->name.text, f->own_len) == 0;
}

static const char *path_of(event_fields *f, uint32_t parent, const char *name, size_t len)
{
    const event_field *in = parent == TOP_FIELD ? NULL : &f->items[parent];
    char *path = arena_alloc(&f->arena, (in == NULL ? 0 : in->path_len + 1u) + len + 1);

    if (path == NULL)
        return NULL;
    if (in != NULL) {
        memcpy(path, in->path, in->path_len);
        path[in->path_len] = '/';
    }
    memcpy(path + (in == NULL ? 0 : in->path_len + 1u), name, len);
    return path;
}

thresh_status events_field(uint32_t *out, thresh_events *e, uint32_t parent, const char *name,
                           size_t len)
{
    event_fields *f = &e->fields;
    field_key key = { parent, { name, len } };
    uint32_t hash = hash_bytes(parent, name, len);
    event_field made = {
        .parent = parent, .own_len = (uint32_t)len, .name = NO_FIELD, .series = NO_SERIES
    };

    *out = index_find(&f->index, hash, field_equal, f->items, &key);
    if (*out != UINT32_MAX || f->count == THRESH_EVENTS_FIELDS)
        return THRESH_OK;
    made.path = path_of(f, parent, name, len);
    if (made.path == NULL || !array_reserve(&f->items, &f->capacity, f->count + 1, sizeof *f->items)
        || !index_add(&f->index, hash, (uint32_t)f->count))
        return THRESH_ENOMEM;
    made.path_len = (uint32_t)strlen(made.path);
    give_role(e, &made);
    *out = (uint32_t)f->count;
    f->items[f->count++] = made;
    return THRESH_OK;
}

/* --- series --- */

static bool series_equal(const void *context, uint32_t pos, const void *key)
{
    const event_series *all = context, *s = key;

    return all[pos].scope == s->scope && all[pos].name == s->name;
}

static uint32_t series_hash(const event_series *s)
{
    uint64_t h = (((uint64_t)s->scope << 32) | s->name) * 0x9E3779B97F4A7C15ull;

    return (uint32_t)(h >> 32);
}

static bool is_full(const thresh_events *e)
{
    return e->fields.series_count >= e->options.max_series;
}

thresh_status events_scope(uint32_t *out, thresh_events *e, const char *text, size_t len)
{
    event_fields *f = &e->fields;

    *out = find_text(&f->scopes, text, len);
    return *out != UINT32_MAX || is_full(e) ? THRESH_OK
                                            : events_number_text(out, f, &f->scopes, text, len);
}

thresh_status events_add_series(event_fields *f, const event_series *s)
{
    if (!array_reserve(&f->series, &f->series_capacity, f->series_count + 1, sizeof *f->series)
        || !index_add(&f->series_index, series_hash(s), (uint32_t)f->series_count))
        return THRESH_ENOMEM;
    f->series[f->series_count++] = *s;
    return THRESH_OK;
}

thresh_status events_series_in(uint32_t *out, thresh_events *e, uint32_t scope, event_field *field,
                               const event_text *name)
{
    event_fields *f = &e->fields;
    event_series s = { scope,
                       name == NULL ? field->name : find_text(&f->names, name->text, name->len),
                       0 };
    const char *text = name == NULL ? field->path : name->text;
    size_t len = name == NULL ? field->path_len : name->len;
    thresh_status rc = THRESH_OK;

    *out = NO_SERIES;
    if (s.name == NO_FIELD && name == NULL) /* another row may have named it */
        field->name = s.name = find_text(&f->names, text, len);
    if (s.name != NO_FIELD)
        *out = index_find(&f->series_index, series_hash(&s), series_equal, f->series, &s);
    if (*out == NO_SERIES && !is_full(e)) {
        if (s.name == NO_FIELD)
            rc = events_number_text(&s.name, f, &f->names, text, len);
        if (rc == THRESH_OK)
            rc = events_add_series(f, &s);
        if (rc != THRESH_OK)
            return rc;
        *out = (uint32_t)f->series_count - 1;
        if (name == NULL)
            field->name = s.name;
    }
    if (name == NULL && scope == 0)
        field->series = *out;
    return THRESH_OK;
}

size_t thresh_events_series_count(const thresh_events *e)
{
    return e->fields.series_count;
}

thresh_series thresh_events_series(const thresh_events *e, uint32_t i)
{
    const event_series *s = &e->fields.series[i];

    return (thresh_series){ e->fields.scopes.items[s->scope], e->fields.names.items[s->name] };
}

uint64_t thresh_events_missing(const thresh_events *e, uint32_t i)
{
    return e->fields.series[i].missing;
}

void events_fields_free(event_fields *f)
{
    arena_free(&f->arena);
    free(f->items);
    index_free(&f->index);
    free(f->names.items);
    index_free(&f->names.index);
    free(f->scopes.items);
    index_free(&f->scopes.index);
    free(f->series);
    index_free(&f->series_index);
}
