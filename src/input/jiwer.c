/*
 * Word and character error rates with the counts behind them, as jiwer measures them: alone, by
 * measure ({"wer": {"wer": …}, "cer": {"cer": …}}) or by data set.
 */
#include "input/reader.h"

#include <math.h>
#include <string.h>

static const char *const counts[] = { "hits", "substitutions", "deletions", "insertions" };
enum { COUNTS = 4, REFERENCE = 3 }; /* the first three make the reference */

static bool is_counted(const node *map)
{
    const node *wer = node_get(map, "wer"), *cer = node_get(map, "cer");
    bool counted =
        (wer != NULL && wer->type == NODE_NUMBER) || (cer != NULL && cer->type == NODE_NUMBER);

    for (size_t i = 0; i < COUNTS; i++)
        counted = counted && node_get(map, counts[i]) != NULL;
    return counted;
}

static bool detect(const input *in)
{
    const node *c = in->root->type == NODE_MAP ? in->root->child : NULL;

    if (is_counted(in->root))
        return true;
    while (c != NULL && !is_counted(c))
        c = c->next;
    return c != NULL;
}

static bool is_count(const char *key)
{
    for (size_t i = 0; i < COUNTS; i++)
        if (strcmp(key, counts[i]) == 0)
            return true;
    return false;
}

/* Words or characters that each rate is a share of; 0: of none. */
static double base_of(const node *map, const char *rate)
{
    double reference = 0;

    for (size_t i = 0; i < REFERENCE; i++)
        reference += number_in(map, counts[i]);
    if (strcmp(rate, "mer") == 0)
        return reference + number_in(map, "insertions");
    /* counts beside both are of words */
    return strcmp(rate, "wer") == 0 || (strcmp(rate, "cer") == 0 && node_get(map, "wer") == NULL)
               ? reference
               : 0;
}

/* 1.2 is 120 % when the counts say so: more insertions than words. Alone it would pass for 1.2 %.
 */
static bool is_above_one(const node *map, const node *rate)
{
    double reference = base_of(map, rate->key), errors = 0;

    if (rate->type != NODE_NUMBER || !(rate->number > 1) || !(reference >= 1)
        || strcmp(rate->key, "mer") == 0)
        return false;
    for (size_t i = 1; i < COUNTS; i++)
        errors += number_in(map, counts[i]);
    return fabs(rate->number - errors / reference) < fabs(rate->number - 100 * errors / reference);
}

typedef struct walk {
    const input *in;
    thresh_set *set;
    arena arena;
} walk;

static thresh_status read_map(walk *w, const char *scope, const node *map);

/* {"cer": {"cer": 0.03, "hits": …}} is the cer of the map around it. */
static thresh_status read_inner(walk *w, const char *scope, const node *c)
{
    const char *inner = join_scope(w->in, &w->arena, scope, c->key, c);

    if (inner == NULL)
        return w->arena.failed ? THRESH_ENOMEM : THRESH_EFORMAT;
    return read_map(w, inner, c);
}

static thresh_status read_one(walk *w, const char *scope, const node *map, const node *c)
{
    const char *slash = strrchr(scope, '/'), *last = slash != NULL ? slash + 1 : scope;
    bool counted = is_counted(map);
    thresh_metric m = { .scope = scope, .name = c->key };

    if (counted && is_count(c->key)) {
        if (c->type != NODE_NUMBER || !(c->number >= 0))
            return tree_fault(w->in, c, "%s: found %s, expected a count of 0 or more", c->key,
                              node_type_name(w->in->diags, c->type));
        /* "hits" alone is the name of a measure of retrieval */
        m.name = arena_printf(&w->arena, "num_%s", c->key);
    } else if (counted) {
        m.n = base_of(map, c->key);
        m.has_n = m.n >= 1;
        if (node_get(map, last) != NULL)
            m.scope = slash != NULL ? arena_strndup(&w->arena, scope, (size_t)(slash - scope)) : "";
    }
    if (m.name == NULL || m.scope == NULL)
        return THRESH_ENOMEM;
    if (counted && is_above_one(map, c)) {
        m.value = 100 * c->number;
        m.unit = "%";
        m.line = c->line;
        m.has_n = false; /* no share of anything */
        return add_measured(w->in, w->set, &m);
    }
    return add_node(w->in, w->set, &m, c);
}

static thresh_status read_map(walk *w, const char *scope, const node *map)
{
    thresh_status rc = THRESH_OK;

    for (const node *c = map->child; c != NULL && rc == THRESH_OK; c = c->next)
        rc = c->type == NODE_MAP ? read_inner(w, scope, c) : read_one(w, scope, map, c);
    return rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    walk w = { .in = in, .set = set, .arena = ARENA_INIT };
    thresh_status rc;

    if (in->root->type != NODE_MAP)
        return tree_fault(in, in->root, "not of jiwer: expected a map with wer or cer and counts");
    rc = read_map(&w, "", in->root);
    arena_free(&w.arena);
    return rc;
}

const reader jiwer_reader = {
    .format = { "jiwer", N_("jiwer, error rates with their counts") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
};
