/* The metrics of one file: an array in file order, with a hash index by scope and name. */
#include "metric/set.h"

#include <stdlib.h>
#include <string.h>

typedef struct text_table {
    index_table index;
    const char **items;
    size_t count, capacity;
} text_table;

typedef struct nesting {
    const char *child, *parent;
} nesting;

struct thresh_set {
    arena arena;
    thresh_metric *items;
    size_t count, capacity;
    index_table index; /* by scope and name */
    text_table texts;  /* scopes and names recur: the first ones are kept once */
    nesting *nestings;
    size_t nesting_count, nesting_capacity;
    index_table nesting_index; /* by child */
    thresh_setting *settings;
    size_t setting_count, setting_capacity;
    thresh_samples **samples;
    size_t sample_count, sample_capacity;
    thresh_source source;
    size_t left_out;
};

thresh_status thresh_set_new(thresh_set **out)
{
    *out = calloc(1, sizeof **out);
    return *out == NULL ? THRESH_ENOMEM : THRESH_OK;
}

void thresh_set_free(thresh_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->sample_count; i++)
        thresh_samples_free(set->samples[i]);
    free(set->samples);
    arena_free(&set->arena);
    free(set->items);
    free(set->texts.items);
    free(set->nestings);
    free(set->settings);
    index_free(&set->index);
    index_free(&set->texts.index);
    index_free(&set->nesting_index);
    free(set);
}

size_t thresh_set_count(const thresh_set *set)
{
    return set->count;
}

const thresh_metric *thresh_set_at(const thresh_set *set, size_t i)
{
    return &set->items[i];
}

static uint32_t hash_key(const char *scope, const char *name)
{
    return hash_bytes(hash_bytes(0, scope, strlen(scope)), name, strlen(name));
}

typedef struct metric_key {
    const char *scope, *name;
} metric_key;

static bool same_metric(const void *context, uint32_t pos, const void *key)
{
    const thresh_metric *m = (const thresh_metric *)context + pos;
    const metric_key *k = key;

    return strcmp(m->name, k->name) == 0 && strcmp(m->scope, k->scope) == 0;
}

static uint32_t position(const thresh_set *set, const char *scope, const char *name)
{
    metric_key key = { scope, name };

    return index_find(&set->index, hash_key(scope, name), same_metric, set->items, &key);
}

const thresh_metric *thresh_set_find(const thresh_set *set, const char *scope, const char *name)
{
    uint32_t pos = position(set, scope, name);

    return pos == UINT32_MAX ? NULL : &set->items[pos];
}

static bool same_text(const void *context, uint32_t pos, const void *key)
{
    const char *const *items = context;

    return strcmp(items[pos], key) == 0;
}

enum { MOST_RECURRING = 4096 };

/* NULL when memory ran out */
static const char *intern(thresh_set *set, const char *text)
{
    text_table *t = &set->texts;
    uint32_t hash;
    uint32_t pos;
    char *copy;

    /* file order makes the last scope the likeliest: one comparison instead of a look-up */
    if (set->count > 0 && strcmp(set->items[set->count - 1].scope, text) == 0)
        return set->items[set->count - 1].scope;
    hash = hash_bytes(0, text, strlen(text));
    pos = index_find(&t->index, hash, same_text, t->items, text);
    if (pos != UINT32_MAX)
        return t->items[pos];
    copy = arena_strdup(&set->arena, text);
    if (copy == NULL || t->count >= MOST_RECURRING)
        return copy; /* names that recur do so early; a table of a million that do not is waste */
    if (!array_reserve(&t->items, &t->capacity, t->count + 1, sizeof *t->items)
        || !index_add(&t->index, hash, (uint32_t)t->count))
        return NULL;
    t->items[t->count++] = copy;
    return copy;
}

static bool same_value(const thresh_metric *a, const thresh_metric *b)
{
    if (a->state != b->state)
        return false;
    if (a->state == THRESH_VALUE_NUMBER)
        return !(a->value < b->value || a->value > b->value);
    return a->text == NULL || b->text == NULL ? a->text == b->text : strcmp(a->text, b->text) == 0;
}

thresh_status thresh_set_add(thresh_set *set, const thresh_metric *metric, bool *existed)
{
    uint32_t hash = hash_key(metric->scope, metric->name);
    metric_key key = { metric->scope, metric->name };
    uint32_t pos = index_find(&set->index, hash, same_metric, set->items, &key);
    thresh_metric m = *metric;

    if (existed != NULL)
        *existed = pos != UINT32_MAX;
    if (m.text != NULL)
        m.text = arena_strdup(&set->arena, m.text);
    if (m.unit != NULL)
        m.unit = intern(set, m.unit);
    if (m.paired != NULL) {
        thresh_paired *copy = arena_alloc(&set->arena, sizeof *copy);
        if (copy == NULL)
            return THRESH_ENOMEM;
        *copy = *m.paired;
        m.paired = copy;
    }
    if ((metric->text != NULL && m.text == NULL) || (metric->unit != NULL && m.unit == NULL))
        return THRESH_ENOMEM;
    if (pos != UINT32_MAX) {
        thresh_metric *old = &set->items[pos];
        m.conflicting = old->conflicting || !same_value(old, &m);
        m.scope = old->scope;
        m.name = old->name;
        *old = m;
        return THRESH_OK;
    }
    m.scope = intern(set, metric->scope);
    m.name = intern(set, metric->name);
    if (m.scope == NULL || m.name == NULL
        || !array_reserve(&set->items, &set->capacity, set->count + 1, sizeof *set->items)
        || !index_add(&set->index, hash, (uint32_t)set->count))
        return THRESH_ENOMEM;
    set->items[set->count++] = m;
    return THRESH_OK;
}

thresh_status thresh_set_reserve(thresh_set *set, size_t count)
{
    return array_reserve(&set->items, &set->capacity, count, sizeof *set->items) ? THRESH_OK
                                                                                 : THRESH_ENOMEM;
}

thresh_status thresh_set_annotate(thresh_set *set, const char *scope, const char *name,
                                  const double *stderr_value, const double *n)
{
    uint32_t pos = position(set, scope, name);

    if (pos == UINT32_MAX)
        return THRESH_ENOENT;
    if (stderr_value != NULL) {
        set->items[pos].stderr_value = *stderr_value;
        set->items[pos].has_stderr = true;
    }
    if (n != NULL) {
        set->items[pos].n = *n;
        set->items[pos].has_n = true;
    }
    return THRESH_OK;
}

static bool same_child(const void *context, uint32_t pos, const void *key)
{
    return strcmp(((const nesting *)context)[pos].child, key) == 0;
}

static const char *explicit_parent(const thresh_set *set, const char *child)
{
    if (set->nesting_count == 0)
        return NULL;
    uint32_t pos = index_find(&set->nesting_index, hash_bytes(0, child, strlen(child)), same_child,
                              set->nestings, child);
    return pos == UINT32_MAX ? NULL : set->nestings[pos].parent;
}

thresh_status thresh_set_nest(thresh_set *set, const char *child, const char *parent)
{
    if (explicit_parent(set, child) != NULL || strcmp(child, parent) == 0)
        return THRESH_OK;
    nesting pair = { arena_strdup(&set->arena, child), arena_strdup(&set->arena, parent) };
    if (pair.child == NULL || pair.parent == NULL
        || !array_reserve(&set->nestings, &set->nesting_capacity, set->nesting_count + 1,
                          sizeof *set->nestings)
        || !index_add(&set->nesting_index, hash_bytes(0, child, strlen(child)),
                      (uint32_t)set->nesting_count))
        return THRESH_ENOMEM;
    set->nestings[set->nesting_count++] = pair;
    return THRESH_OK;
}

/* Groups of a file may, by mistake, contain each other: the climb has an end. */
enum { MAX_CLIMB = 64, MAX_SCOPE = 8192 };

const thresh_metric *thresh_set_whole(const thresh_set *set, const thresh_metric *slice)
{
    char scope[MAX_SCOPE + 1];
    size_t len = strlen(slice->scope);

    if (len > MAX_SCOPE)
        return NULL;
    memcpy(scope, slice->scope, len + 1);
    for (int climb = 0; climb < MAX_CLIMB && scope[0] != '\0'; climb++) {
        const char *parent = explicit_parent(set, scope);
        const thresh_metric *whole;

        if (parent != NULL) {
            len = strlen(parent);
            if (len > MAX_SCOPE)
                return NULL;
            memcpy(scope, parent, len + 1);
        } else {
            char *slash = strrchr(scope, '/');
            *(slash != NULL ? slash : scope) = '\0';
        }
        whole = thresh_set_find(set, scope, slice->name);
        if (whole != NULL && whole->state == THRESH_VALUE_NUMBER)
            return strcmp(whole->scope, slice->scope) == 0 ? NULL : whole;
    }
    return NULL;
}

thresh_status thresh_set_take_samples(thresh_set *set, thresh_samples *samples)
{
    if (!array_reserve(&set->samples, &set->sample_capacity, set->sample_count + 1,
                       sizeof *set->samples)) {
        thresh_samples_free(samples);
        return THRESH_ENOMEM;
    }
    set->samples[set->sample_count++] = samples;
    return THRESH_OK;
}

thresh_samples *thresh_set_samples(const thresh_set *set, size_t i)
{
    return i < set->sample_count ? set->samples[i] : NULL;
}

const thresh_source *thresh_set_source(const thresh_set *set)
{
    return &set->source;
}

thresh_status thresh_set_set_source(thresh_set *set, const thresh_source *source)
{
    const char *const from[] = { source->path, source->format, source->sha256, source->row };
    const char **const to[] = { &set->source.path, &set->source.format, &set->source.sha256,
                                &set->source.row };

    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        if (from[i] == NULL)
            continue;
        *to[i] = arena_strdup(&set->arena, from[i]);
        if (*to[i] == NULL)
            return THRESH_ENOMEM;
    }
    return THRESH_OK;
}

size_t thresh_set_left_out(const thresh_set *set)
{
    return set->left_out;
}

void set_leave_out(thresh_set *set, size_t count)
{
    set->left_out += count;
}

thresh_status thresh_set_add_setting(thresh_set *set, const thresh_setting *setting)
{
    thresh_setting s = { .scope = arena_strdup(&set->arena, setting->scope),
                         .name = arena_strdup(&set->arena, setting->name),
                         .value = arena_strdup(&set->arena, setting->value) };

    if (s.scope == NULL || s.name == NULL || s.value == NULL
        || !array_reserve(&set->settings, &set->setting_capacity, set->setting_count + 1,
                          sizeof *set->settings))
        return THRESH_ENOMEM;
    set->settings[set->setting_count++] = s;
    return THRESH_OK;
}

const thresh_setting *thresh_set_setting(const thresh_set *set, size_t i)
{
    return i < set->setting_count ? &set->settings[i] : NULL;
}

thresh_status set_copy_context(thresh_set *set, const thresh_set *from)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < from->nesting_count && rc == THRESH_OK; i++)
        rc = thresh_set_nest(set, from->nestings[i].child, from->nestings[i].parent);
    for (size_t i = 0; i < from->setting_count && rc == THRESH_OK; i++)
        rc = thresh_set_add_setting(set, &from->settings[i]);
    return rc;
}

thresh_status set_move_samples(thresh_set *set, thresh_set *from)
{
    if (!array_reserve(&set->samples, &set->sample_capacity, set->sample_count + from->sample_count,
                       sizeof *set->samples))
        return THRESH_ENOMEM;
    for (size_t i = 0; i < from->sample_count; i++)
        set->samples[set->sample_count++] = from->samples[i];
    from->sample_count = 0;
    return THRESH_OK;
}
