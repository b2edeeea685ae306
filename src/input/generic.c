/*
 * JSON and YAML of any shape: a scalar is a metric named by its key, the path above it is its
 * scope. Records ({"name": …, "value": …}) and what stands beside a number (stderr, n, unit) are
 * understood wherever they occur.
 */
#include "base/language.h"
#include "base/words.h"
#include "input/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_TEXT = 200 };

/* What a key says of a measurement that it stands in. */
typedef enum role {
    ROLE_NONE,
    ROLE_NAME,
    ROLE_VALUE,
    ROLE_STDERR,
    ROLE_N,
    ROLE_SCOPE,
    ROLE_UNIT
} role;

typedef struct role_row {
    const char *key;
    role role;
} role_row;

static const role_row roles[] = {
    /* sorted */
    { "class", ROLE_SCOPE },
    { "dataset", ROLE_SCOPE },
    { "mean", ROLE_VALUE },
    { "metric", ROLE_NAME },
    { "metric_name", ROLE_NAME },
    { "n", ROLE_N },
    { "n_samples", ROLE_N },
    { "name", ROLE_NAME },
    { "num_samples", ROLE_N },
    { "sample_count", ROLE_N },
    { "samples", ROLE_N },
    { "scope", ROLE_SCOPE },
    { "score", ROLE_VALUE },
    { "se", ROLE_STDERR },
    { "sem", ROLE_STDERR },
    { "slice", ROLE_SCOPE },
    { "standard_error", ROLE_STDERR },
    { "std_err", ROLE_STDERR },
    { "stderr", ROLE_STDERR },
    { "support", ROLE_N },
    { "task", ROLE_SCOPE },
    { "unit", ROLE_UNIT },
    { "units", ROLE_UNIT },
    { "value", ROLE_VALUE },
};

static int compare_role(const void *key, const void *row)
{
    return strcmp(key, ((const role_row *)row)->key);
}

static role role_of(const char *key)
{
    const role_row *row;

    /* asked for every key of the file: most are told by their first letter */
    if (key[0] == '\0' || strchr("cdmnstuv", key[0]) == NULL)
        return ROLE_NONE;
    row = bsearch(key, roles, sizeof roles / sizeof *roles, sizeof *roles, compare_role);
    return row == NULL ? ROLE_NONE : row->role;
}

bool metric_from_node(thresh_metric *m, const node *n)
{
    m->line = n->line;
    m->text = n->text;
    switch (n->type) {
    case NODE_NUMBER:
        m->value = n->number;
        m->state = isfinite(n->number) ? THRESH_VALUE_NUMBER : THRESH_VALUE_NAN;
        break;
    case NODE_NULL:
        m->state = THRESH_VALUE_NULL;
        m->text = "null";
        break;
    case NODE_BOOL:
        m->state = THRESH_VALUE_TEXT;
        break;
    case NODE_TEXT: {
        size_t len = strlen(n->text), digits = len;
        const unit *u = NULL;

        while (digits > 0 && strchr("0123456789.", n->text[digits - 1]) == NULL)
            digits--;
        size_t from = digits;
        while (from < len && n->text[from] == ' ')
            from++;
        if (from < len)
            u = unit_find(n->text + from, len - from);
        m->state = THRESH_VALUE_TEXT;
        if (from < len && (u == NULL || u->dimension == UNIT_PP || u->dimension == UNIT_POINTS))
            digits = len; /* "NaN", "inf", or text */
        if (thresh_parse_number(&m->value, n->text, digits)) {
            m->state = isfinite(m->value) ? THRESH_VALUE_NUMBER : THRESH_VALUE_NAN;
            m->unit = u != NULL && digits != len ? u->name : NULL;
        }
        break;
    }
    default:
        return false;
    }
    if (m->state == THRESH_VALUE_NUMBER)
        m->text = NULL;
    return true;
}

thresh_status add_metric(const input *in, thresh_set *set, const thresh_metric *m)
{
    char text[LONGEST_TEXT + 1];
    thresh_metric copy = *m;
    bool existed;
    thresh_status rc;

    if (m->text != NULL && strlen(m->text) > LONGEST_TEXT) {
        memcpy(text, m->text, LONGEST_TEXT);
        text[LONGEST_TEXT] = '\0';
        copy.text = text;
    }
    rc = thresh_set_add(set, &copy, &existed);
    if (rc == THRESH_OK && existed) {
        const thresh_metric *now = thresh_set_find(set, m->scope, m->name);
        thresh_diags_add(in->diags, THRESH_WARNING, in->path, m->line, 0,
                         now->conflicting ? N_("'%s%s%s' stands twice, with different values; the "
                                               "last one is taken")
                                          : N_("'%s%s%s' stands twice"),
                         m->scope, m->scope[0] ? "/" : "", m->name);
    }
    return rc;
}

const char *join_scope(const input *in, arena *a, const char *scope, const char *key,
                       const node *at)
{
    if (strlen(scope) + strlen(key) + 1 > MAX_SCOPE_LENGTH) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, at->line, at->column,
                         "a path of keys longer than 4,096 bytes");
        return NULL;
    }
    return scope[0] == '\0' ? arena_strdup(a, key)
           : key[0] == '\0' ? scope
                            : arena_printf(a, "%s/%s", scope, key);
}

typedef struct walk {
    const input *in;
    thresh_set *set;
    arena *arena;
} walk;

static thresh_status refused(const walk *w)
{
    return w->arena->failed ? THRESH_ENOMEM : THRESH_EFORMAT;
}

static void skipped(const walk *w, const node *n, const char *what)
{
    what = diag_text(w->in->diags, what);
    if (n->key != NULL)
        thresh_diags_add(w->in->diags, THRESH_NOTE, w->in->path, n->line, n->column,
                         "not understood: '%s' is %s", n->key, what);
    else
        thresh_diags_add(w->in->diags, THRESH_NOTE, w->in->path, n->line, n->column,
                         "not understood: %s", what);
}

static bool is_scalar(const node *n)
{
    return n->type != NODE_LIST && n->type != NODE_MAP;
}

/* The key may itself be a path: "gsm8k/exact_match". */
static thresh_status add_named(walk *w, const char *scope, const char *key, const node *n,
                               thresh_metric *m)
{
    const char *slash = strrchr(key, '/');

    m->scope = scope;
    m->name = key;
    if (slash != NULL && slash[1] != '\0') {
        const char *head = arena_strndup(w->arena, key, (size_t)(slash - key));
        m->name = slash + 1;
        m->scope = head == NULL ? NULL : join_scope(w->in, w->arena, scope, head, n);
        if (m->scope == NULL)
            return refused(w);
    }
    if (m->name[0] == '\0') {
        skipped(w, n, "a value without a name");
        return THRESH_OK;
    }
    return add_metric(w->in, w->set, m);
}

/* A map that is one measurement: every key is a value or stands beside one. `named`: it has to
 * carry its own name. */
static bool is_record(const node *map, bool named)
{
    bool name = false, value = false, beside = false;

    if (map->type != NODE_MAP)
        return false;
    for (const node *c = map->child; c != NULL; c = c->next) {
        role r = role_of(c->key);

        if (r == ROLE_NAME && c->type == NODE_TEXT)
            name = true;
        else if (r == ROLE_VALUE && is_scalar(c))
            value = true;
        else if (r == ROLE_STDERR || r == ROLE_N || r == ROLE_UNIT)
            beside = true;
        else if (!named)
            return false;
    }
    /* {"mean": 3} alone is a metric called mean; {"value": 3} alone can only be a measurement */
    return value
           && (named
                   ? name
                   : beside || (map->child->next == NULL && strcmp(map->child->key, "value") == 0));
}

static thresh_status add_record(walk *w, const char *scope, const char *key, const node *map)
{
    thresh_metric m = { 0 };
    const char *name = key, *unit_text = NULL;
    const char *record_scope = scope;

    for (const node *c = map->child; c != NULL; c = c->next) {
        bool number = c->type == NODE_NUMBER && isfinite(c->number), text = c->type == NODE_TEXT;
        role r = role_of(c->key);

        if (r == ROLE_NAME && text) {
            name = c->text;
        } else if (r == ROLE_VALUE) {
            if (!metric_from_node(&m, c))
                skipped(w, c, "a list or a map where a value was expected");
        } else if (r == ROLE_STDERR && number) {
            m.stderr_value = c->number;
            m.has_stderr = c->number >= 0;
        } else if (r == ROLE_N && number) {
            m.n = c->number;
            m.has_n = c->number >= 1;
        } else if (r == ROLE_UNIT && text) {
            unit_text = c->text;
        } else if (r == ROLE_SCOPE && text) {
            record_scope = join_scope(w->in, w->arena, scope, c->text, c);
            if (record_scope == NULL)
                return refused(w);
        } else {
            skipped(w, c,
                    "not one of those that a record has: name, value, stderr, n, unit, scope");
        }
    }
    if (unit_text != NULL) {
        const unit *u = unit_find(unit_text, strlen(unit_text));
        if (u != NULL)
            m.unit = u->name;
    }
    return add_named(w, record_scope, name, map, &m);
}

/* "acc_stderr" and "acc_stderr,none" → "acc" and "acc,none"; false when the key is not of that form
 */
static bool cut_companion(char *out, size_t size, const char *key, const char *suffix)
{
    size_t len = strcspn(key, ","), cut = strlen(suffix);

    if (len <= cut || strncmp(key + len - cut, suffix, cut) != 0 || strlen(key) >= size)
        return false;
    memcpy(out, key, len - cut);
    memcpy(out + len - cut, key + len, strlen(key + len) + 1);
    return true;
}

/* A number that belongs to another of the same map; false when there is none that it belongs to. */
static bool attach(walk *w, const char *scope, const node *c, size_t metrics, const node *map)
{
    static const char *const suffixes[] = { "_stderr", "_std_err", "_sem" };
    char base[TREE_MAX_KEY + 1];

    if (c->type != NODE_NUMBER || !isfinite(c->number) || c->number < 0)
        return false;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (cut_companion(base, sizeof base, c->key, suffixes[i]))
            return thresh_set_annotate(w->set, scope, base, &c->number, NULL) == THRESH_OK;
    if (cut_companion(base, sizeof base, c->key, "_n"))
        return c->number >= 1
               && thresh_set_annotate(w->set, scope, base, NULL, &c->number) == THRESH_OK;
    if (role_of(c->key) == ROLE_STDERR || role_of(c->key) == ROLE_N) {
        bool n = role_of(c->key) == ROLE_N;
        if (metrics == 0 || (!n && metrics != 1) || (n && c->number < 1))
            return false;
        for (const node *m = map->child; m != NULL; m = m->next)
            if (is_scalar(m))
                thresh_set_annotate(w->set, scope, m->key, n ? NULL : &c->number,
                                    n ? &c->number : NULL);
        return true;
    }
    return false;
}

static bool may_be_companion(const char *key)
{
    size_t len = strcspn(key, ",");
    char base[TREE_MAX_KEY + 1];

    /* every companion ends with one of these letters, and few other keys do */
    if (len == 0 || strchr("ensmtr", key[len - 1]) == NULL)
        return false;
    return role_of(key) == ROLE_STDERR || role_of(key) == ROLE_N
           || cut_companion(base, sizeof base, key, "_stderr")
           || cut_companion(base, sizeof base, key, "_std_err")
           || cut_companion(base, sizeof base, key, "_sem")
           || cut_companion(base, sizeof base, key, "_n");
}

static thresh_status add_scalar(walk *w, const char *scope, const node *n)
{
    thresh_metric m = { 0 };

    metric_from_node(&m, n);
    return add_named(w, scope, n->key, n, &m);
}

static bool is_plain_list(const node *n)
{
    const node *c = n->type == NODE_LIST ? n->child : NULL;

    while (c != NULL && is_scalar(c))
        c = c->next;
    return n->type == NODE_LIST && c == NULL;
}

/* No metric, but what stands there: where the other file has a number it must not go unnoticed. */
static thresh_status add_list(walk *w, const char *scope, const node *n)
{
    size_t count = node_count(n);
    thresh_metric m = { .state = THRESH_VALUE_TEXT, .line = n->line };

    m.text = arena_printf(w->arena, "a list of %zu value%s", count, count == 1 ? "" : "s");
    return m.text == NULL ? THRESH_ENOMEM : add_named(w, scope, n->key, n, &m);
}

static thresh_status walk_node(walk *w, const char *scope, const node *n);

static thresh_status walk_child(walk *w, const char *scope, const char *key, const node *n)
{
    const char *inner = join_scope(w->in, w->arena, scope, key, n);

    return inner == NULL ? refused(w) : walk_node(w, inner, n);
}

static thresh_status walk_map(walk *w, const char *scope, const node *map)
{
    thresh_status rc = THRESH_OK;
    size_t metrics = 0;
    bool companions = false;

    for (const node *c = map->child; c != NULL && rc == THRESH_OK; c = c->next) {
        if (may_be_companion(c->key) && is_scalar(c)) {
            companions = true;
        } else if (is_scalar(c)) {
            rc = add_scalar(w, scope, c);
            metrics += c->type == NODE_NUMBER || c->type == NODE_TEXT;
        } else if (is_record(c, false)) {
            rc = add_record(w, scope, c->key, c);
        } else if (is_plain_list(c)) {
            rc = add_list(w, scope, c);
        } else {
            rc = walk_child(w, scope, c->key, c);
        }
    }
    for (const node *c = map->child; companions && c != NULL && rc == THRESH_OK; c = c->next)
        if (is_scalar(c) && may_be_companion(c->key) && !attach(w, scope, c, metrics, map))
            rc = add_scalar(w, scope, c);
    return rc;
}

static thresh_status walk_list(walk *w, const char *scope, const node *list)
{
    thresh_status rc = THRESH_OK;
    size_t i = 0;
    bool said = false;

    for (const node *c = list->child; c != NULL && rc == THRESH_OK; c = c->next, i++) {
        char position[24];

        if (is_scalar(c)) {
            if (!said)
                skipped(w, list, "a list of plain values");
            said = true;
        } else if (is_record(c, true)) {
            rc = add_record(w, scope, "", c);
        } else {
            snprintf(position, sizeof position, "%zu", i);
            rc = walk_child(w, scope, position, c);
        }
    }
    return rc;
}

static thresh_status walk_node(walk *w, const char *scope, const node *n)
{
    return n->type == NODE_MAP ? walk_map(w, scope, n) : walk_list(w, scope, n);
}

/* The depth is that of the document, which the fronts limit. */
static size_t count_scalars(const node *n)
{
    size_t count = is_scalar(n);

    for (const node *c = n->child; c != NULL; c = c->next)
        count += count_scalars(c);
    return count;
}

static thresh_status read_generic(const input *in, thresh_set *set)
{
    arena a = ARENA_INIT;
    walk w = { in, set, &a };
    thresh_status rc;

    if (is_scalar(in->root)) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, in->root->line, in->root->column,
                         "found %s, expected metrics: a map or a list of records",
                         node_type_name(in->diags, in->root->type));
        return THRESH_EFORMAT;
    }
    rc = thresh_set_reserve(set, count_scalars(in->root));
    if (rc == THRESH_OK)
        rc = walk_node(&w, "", in->root);
    arena_free(&a);
    return rc;
}

static bool is_json(const input *in)
{
    return in->json;
}

static bool is_yaml(const input *in)
{
    return !in->json && in->root != NULL;
}

const reader json_reader = {
    .format = { "json", N_("JSON of any shape") },
    .source = FROM_TREE,
    .detect = is_json,
    .read = read_generic,
};
const reader yaml_reader = {
    .format = { "yaml", N_("YAML of any shape") },
    .source = FROM_TREE,
    .detect = is_yaml,
    .read = read_generic,
};
