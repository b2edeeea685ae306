/* Maps of a stored document. */
#include "report/stored.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void fault(stored *s, const node *at, const char *format, ...)
{
    char text[512];
    va_list args;

    if (s->status != THRESH_OK)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(s->diags, format), args);
    va_end(args);
    thresh_diags_add(s->diags, THRESH_ERROR, s->path, at->line, at->column, "%s", text);
    s->status = THRESH_EFORMAT;
}

static const node nothing = { .type = NODE_NULL };

map open_map(stored *s, const node *n)
{
    if (n->type != NODE_MAP)
        fault(s, n, "found %s, expected a map", node_type_name(s->diags, n->type));
    return (map){ .s = s, .node = n };
}

/* The value of a key; a fault, and a null, where it is missing. */
const node *take(map *m, const char *key)
{
    const node *n = node_get(m->node, key);

    if (m->count < MOST_KEYS)
        m->keys[m->count++] = key;
    if (n == NULL)
        fault(m->s, m->node, "no key '%s'; expected a verdict document, %s", key, DOCUMENT_SCHEMA);
    return n != NULL ? n : &nothing;
}

const node *take_list(map *m, const char *key)
{
    const node *list = take(m, key);

    if (list->type != NODE_LIST)
        fault(m->s, list, "found %s, expected a list", node_type_name(m->s->diags, list->type));
    return list;
}

static bool is_taken(const map *m, const char *key)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->keys[i], key) == 0)
            return true;
    return false;
}

void close_map(const map *m)
{
    if (m->node->type != NODE_MAP)
        return;
    for (const node *n = m->node->child; n != NULL && m->s->status == THRESH_OK; n = n->next)
        if (!is_taken(m, n->key))
            fault(m->s, n, "unknown key '%.80s'; this is thresh %s, and thresh %.40s wrote it",
                  n->key, thresh_version(), m->s->version != NULL ? m->s->version : "?");
        else if (node_get(m->node, n->key) != n)
            fault(m->s, n, "the key '%s' stands here twice", n->key);
}

const char *text_of(stored *s, const node *n)
{
    if (n->type != NODE_TEXT)
        fault(s, n, "found %s, expected a text", node_type_name(s->diags, n->type));
    return n->type == NODE_TEXT ? n->text : "";
}

double number_of(stored *s, const node *n)
{
    if (n->type != NODE_NUMBER || !isfinite(n->number))
        fault(s, n, "found %s, expected a number", node_type_name(s->diags, n->type));
    return n->type == NODE_NUMBER && isfinite(n->number) ? n->number : 0;
}

uint64_t whole_of(stored *s, const node *n)
{
    double value = number_of(s, n);

    if (!(value >= 0 && value <= 9007199254740992.0) || value != floor(value)) {
        fault(s, n, "found %g, expected a whole number", value);
        return 0;
    }
    return (uint64_t)value;
}

bool flag_of(stored *s, const node *n)
{
    if (n->type != NODE_BOOL)
        fault(s, n, "found %s, expected true or false", node_type_name(s->diags, n->type));
    return n->type == NODE_BOOL && n->number != 0;
}

int word_of(stored *s, const node *n, const char *(*word)(int value))
{
    const char *text = text_of(s, n);
    int v = 0;

    while (word(v) != NULL && strcmp(word(v), text) != 0)
        v++;
    if (word(v) != NULL)
        return v;
    fault(s, n, "unknown word '%.80s'", text);
    return 0;
}

static void read_field(map *m, const field *f, void *into)
{
    const node *n = take(m, f->key);
    char *at = (char *)into + f->offset;
    bool null = n->type == NODE_NULL;

    switch (f->type) {
    case FIELD_TEXT:
        *(const char **)at = text_of(m->s, n);
        break;
    case FIELD_TEXT_OR_NULL:
        *(const char **)at = null ? NULL : text_of(m->s, n);
        break;
    case FIELD_NUMBER:
        *(double *)at = null ? NAN : number_of(m->s, n);
        break;
    case FIELD_POSITIVE:
        *(double *)at = null ? 0 : number_of(m->s, n);
        break;
    case FIELD_COUNT:
        *(size_t *)at = (size_t)whole_of(m->s, n);
        break;
    case FIELD_SEED:
        *(uint64_t *)at = whole_of(m->s, n);
        break;
    case FIELD_FLAG:
        *(bool *)at = flag_of(m->s, n);
        break;
    case FIELD_WORD:
        *(int *)at = word_of(m->s, n, f->word);
        break;
    }
}

void read_fields(map *m, const field *fields, void *into)
{
    for (; fields->key != NULL; fields++)
        read_field(m, fields, into);
}

/* A whole object; false where it is null. */
bool read_object(map *m, const char *key, const field *fields, void *into)
{
    const node *n = take(m, key);

    if (n->type == NODE_NULL)
        return false;
    map inner = open_map(m->s, n);
    read_fields(&inner, fields, into);
    close_map(&inner);
    return true;
}
