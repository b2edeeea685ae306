/* The YAML front: libyaml's events into a tree. The only file that knows libyaml. */
#include "base/language.h"
#include "base/tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct anchor {
    const char *name;
    node *target;
    size_t weight;
} anchor;

typedef struct reader {
    yaml_parser_t parser;
    arena *arena;
    const char *file;
    thresh_diags *diags;
    anchor *anchors;
    size_t anchor_count, anchor_capacity;
} reader;

const node *node_get(const node *map, const char *key)
{
    if (map == NULL || map->type != NODE_MAP)
        return NULL;
    for (const node *n = map->child; n != NULL; n = n->next)
        if (strcmp(n->key, key) == 0)
            return n;
    return NULL;
}

const char *node_type_name(const thresh_diags *diags, node_type type)
{
    static const char *const names[] = {
        [NODE_NULL] = N_("null"),           [NODE_BOOL] = N_("true or false"),
        [NODE_NUMBER] = N_("a number"), [NODE_TEXT] = N_("a text"),
        [NODE_LIST] = N_("a list"),     [NODE_MAP] = N_("a map"),
    };
    return diag_text(diags, names[type]);
}

size_t node_count(const node *n)
{
    size_t count = 0;

    for (const node *c = n->child; c != NULL; c = c->next)
        count++;
    return count;
}

static thresh_status fail_at(reader *r, yaml_mark_t mark, const char *what)
{
    thresh_diags_add(r->diags, THRESH_ERROR, r->file, (uint32_t)mark.line + 1,
                     (uint32_t)mark.column + 1, "%s", diag_text(r->diags, what));
    return THRESH_EFORMAT;
}

static thresh_status next_event(reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return THRESH_OK;
    if (r->parser.error == YAML_MEMORY_ERROR)
        return THRESH_ENOMEM;
    const yaml_mark_t at = r->parser.problem_mark;
    const char *problem = r->parser.problem == NULL ? N_("unreadable") : r->parser.problem;
    if (r->parser.context == NULL)
        thresh_diags_add(r->diags, THRESH_ERROR, r->file, (uint32_t)at.line + 1,
                         (uint32_t)at.column + 1, "not YAML: %s", diag_text(r->diags, problem));
    else
        thresh_diags_add(r->diags, THRESH_ERROR, r->file, (uint32_t)at.line + 1,
                         (uint32_t)at.column + 1, "not YAML: %s, %s", diag_text(r->diags, problem),
                         diag_text(r->diags, r->parser.context));
    return THRESH_EFORMAT;
}

/* YAML 1.2 core schema; a quoted scalar is always text. */
static void set_scalar(node *n, const yaml_event_t *event)
{
    const char *text = n->text;
    size_t len = strlen(text);

    n->type = NODE_TEXT;
    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return;
    if (len == 0 || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 || strcmp(text, "Null") == 0
        || strcmp(text, "NULL") == 0)
        n->type = NODE_NULL;
    else if (strcmp(text, "true") == 0 || strcmp(text, "True") == 0 || strcmp(text, "TRUE") == 0) {
        n->type = NODE_BOOL;
        n->number = 1;
    } else if (strcmp(text, "false") == 0 || strcmp(text, "False") == 0
               || strcmp(text, "FALSE") == 0)
        n->type = NODE_BOOL;
    else if (thresh_parse_number(&n->number, text, len))
        n->type = NODE_NUMBER;
}

static thresh_status remember(reader *r, const yaml_char_t *name, node *target, size_t weight)
{
    if (name == NULL)
        return THRESH_OK;
    if (!array_reserve(&r->anchors, &r->anchor_capacity, r->anchor_count + 1, sizeof *r->anchors))
        return THRESH_ENOMEM;
    r->anchors[r->anchor_count++] =
        (anchor){ arena_strdup(r->arena, (const char *)name), target, weight };
    return r->arena->failed ? THRESH_ENOMEM : THRESH_OK;
}

static thresh_status read_alias(reader *r, const yaml_event_t *event, node *out, size_t *weight)
{
    for (size_t i = r->anchor_count; i-- > 0;) {
        const anchor *a = &r->anchors[i];

        if (strcmp(a->name, (const char *)event->data.alias.anchor) != 0)
            continue;
        node copy = *a->target;
        copy.key = out->key;
        copy.next = NULL;
        copy.key_line = out->key_line;
        copy.key_column = out->key_column;
        *out = copy;
        *weight = a->weight;
        return THRESH_OK;
    }
    return fail_at(r, event->start_mark, "an alias (*name) without the anchor (&name) before it");
}

static thresh_status read_children(reader *r, node *parent, unsigned depth, size_t *weight);

/* Fills `out` (key already set) from an event that the caller deletes; `weight` counts its nodes.
 */
static thresh_status read_value(reader *r, const yaml_event_t *event, node *out, unsigned depth,
                                size_t *weight)
{
    const yaml_char_t *name = NULL;
    thresh_status rc = THRESH_OK;

    out->line = (uint32_t)event->start_mark.line + 1;
    out->column = (uint32_t)event->start_mark.column + 1;
    *weight = 1;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return read_alias(r, event, out, weight);
    case YAML_SCALAR_EVENT:
        if (memchr(event->data.scalar.value, 0, event->data.scalar.length) != NULL)
            return fail_at(r, event->start_mark, "a NUL character inside a text");
        out->text = arena_strndup(r->arena, (const char *)event->data.scalar.value,
                                  event->data.scalar.length);
        if (out->text == NULL)
            return THRESH_ENOMEM;
        set_scalar(out, event);
        name = event->data.scalar.anchor;
        break;
    case YAML_SEQUENCE_START_EVENT:
        out->type = NODE_LIST;
        name = event->data.sequence_start.anchor;
        rc = read_children(r, out, depth + 1, weight);
        break;
    case YAML_MAPPING_START_EVENT:
        out->type = NODE_MAP;
        name = event->data.mapping_start.anchor;
        rc = read_children(r, out, depth + 1, weight);
        break;
    default:
        return fail_at(r, event->start_mark, "not YAML: a value was expected");
    }
    return rc == THRESH_OK ? remember(r, name, out, *weight) : rc;
}

typedef struct key_set {
    index_table index;
    const node **items;
    size_t count, capacity;
} key_set;

static bool same_key(const void *context, uint32_t pos, const void *key)
{
    const node *const *items = context;

    return strcmp(items[pos]->key, key) == 0;
}

static thresh_status check_key(reader *r, key_set *keys, const node *n)
{
    uint32_t hash = hash_bytes(0, n->key, strlen(n->key));
    uint32_t pos = index_find(&keys->index, hash, same_key, keys->items, n->key);

    if (pos != UINT32_MAX) {
        thresh_diags_add(r->diags, THRESH_ERROR, r->file, n->key_line, n->key_column,
                         "the key '%s' stands twice; first on line %u", n->key,
                         keys->items[pos]->key_line);
        return THRESH_EFORMAT;
    }
    if (!array_reserve(&keys->items, &keys->capacity, keys->count + 1, sizeof *keys->items)
        || !index_add(&keys->index, hash, (uint32_t)keys->count))
        return THRESH_ENOMEM;
    keys->items[keys->count++] = n;
    return THRESH_OK;
}

static thresh_status read_key(reader *r, yaml_event_t *event, node *n)
{
    if (event->type != YAML_SCALAR_EVENT)
        return fail_at(r, event->start_mark, "a key must be a plain text, not a list or a map");
    if (event->data.scalar.length > TREE_MAX_KEY)
        return fail_at(r, event->start_mark, "a key longer than 1,024 bytes");
    if (memchr(event->data.scalar.value, 0, event->data.scalar.length) != NULL)
        return fail_at(r, event->start_mark, "a NUL character inside a key");
    n->key =
        arena_strndup(r->arena, (const char *)event->data.scalar.value, event->data.scalar.length);
    n->key_line = (uint32_t)event->start_mark.line + 1;
    n->key_column = (uint32_t)event->start_mark.column + 1;
    return n->key == NULL ? THRESH_ENOMEM : THRESH_OK;
}

static thresh_status read_children(reader *r, node *parent, unsigned depth, size_t *weight)
{
    yaml_event_type_t end =
        parent->type == NODE_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    node **tail = &parent->child;
    key_set keys = { 0 };
    thresh_status rc = THRESH_OK;

    for (;;) {
        yaml_event_t event;
        size_t child_weight = 0;
        node *n;

        if ((rc = next_event(r, &event)) != THRESH_OK)
            break;
        if (event.type == end) {
            yaml_event_delete(&event);
            break;
        }
        n = arena_alloc(r->arena, sizeof *n);
        rc = n == NULL ? THRESH_ENOMEM : THRESH_OK;
        if (rc == THRESH_OK && depth > TREE_MAX_DEPTH)
            rc = fail_at(r, event.start_mark, "nested more than 200 deep");
        if (rc == THRESH_OK && parent->type == NODE_MAP) {
            rc = read_key(r, &event, n);
            yaml_event_delete(&event);
            if (rc == THRESH_OK)
                rc = check_key(r, &keys, n);
            if (rc != THRESH_OK || (rc = next_event(r, &event)) != THRESH_OK)
                break;
        }
        if (rc == THRESH_OK)
            rc = read_value(r, &event, n, depth, &child_weight);
        yaml_event_delete(&event);
        if (rc != THRESH_OK)
            break;
        if (n->key == NULL) {
            n->key_line = n->line;
            n->key_column = n->column;
        }
        *weight += child_weight;
        if (*weight > TREE_MAX_NODES_BY_ALIAS && r->anchor_count > 0) {
            thresh_diags_add(r->diags, THRESH_ERROR, r->file, n->line, n->column,
                             "its aliases expand to more than 1,000,000 values");
            rc = THRESH_EFORMAT;
            break;
        }
        *tail = n;
        tail = &n->next;
    }
    index_free(&keys.index);
    free(keys.items);
    return rc;
}

static thresh_status expect_event(reader *r, yaml_event_type_t type, const char *what)
{
    yaml_event_t event;
    thresh_status rc = next_event(r, &event);

    if (rc != THRESH_OK)
        return rc;
    if (event.type != type)
        rc = fail_at(r, event.start_mark, what);
    yaml_event_delete(&event);
    return rc;
}

thresh_status yaml_read(const node **out, arena *a, const char *text, size_t len, const char *file,
                        thresh_diags *diags)
{
    reader r = { .arena = a, .file = file, .diags = diags };
    node *root = arena_alloc(a, sizeof *root);
    size_t weight = 0;
    yaml_event_t event;
    thresh_status rc;

    *out = NULL;
    if (root == NULL || !yaml_parser_initialize(&r.parser))
        return THRESH_ENOMEM;
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    if ((rc = expect_event(&r, YAML_STREAM_START_EVENT, "not YAML")) == THRESH_OK
        && (rc = expect_event(&r, YAML_DOCUMENT_START_EVENT, "an empty document")) == THRESH_OK
        && (rc = next_event(&r, &event)) == THRESH_OK) {
        rc = read_value(&r, &event, root, 0, &weight);
        yaml_event_delete(&event);
    }
    if (rc == THRESH_OK
        && (rc = expect_event(&r, YAML_DOCUMENT_END_EVENT, "not YAML")) == THRESH_OK)
        rc = expect_event(&r, YAML_STREAM_END_EVENT, "a second document; one was expected");
    yaml_parser_delete(&r.parser);
    free(r.anchors);
    if (rc == THRESH_OK)
        *out = root;
    return rc;
}
