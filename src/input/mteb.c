/*
 * Retrieval and embedding benchmarks. MTEB, old ({"mteb_dataset_name", "test": {…}}) and new
 * ({"task_name", "scores": {"test": [{"hf_subset", …}]}}), alone or as the list of a whole model:
 * task, split and subset are the scope. BEIR: the maps that its evaluation returns.
 */
#include "input/reader.h"

#include <string.h>

/* --- MTEB --- */

static const node *task_list(const node *root)
{
    const node *list = node_get(root, "task_results");

    return list != NULL && list->type == NODE_LIST ? list : NULL;
}

static bool is_task(const node *n)
{
    const node *scores = node_get(n, "scores");

    return node_get(n, "mteb_dataset_name") != NULL
           || (scores != NULL && scores->type == NODE_MAP && node_get(n, "task_name") != NULL
               && node_get(n, "mteb_version") != NULL);
}

static bool detect_mteb(const input *in)
{
    const node *list = task_list(in->root);

    return is_task(list != NULL && list->child != NULL ? list->child : in->root);
}

/* What stands beside the scores of an entry and says which ones they are. */
static bool is_label(const char *key)
{
    return strcmp(key, "hf_subset") == 0 || strcmp(key, "languages") == 0;
}

static thresh_status failed(const arena *a)
{
    return a->failed ? THRESH_ENOMEM : THRESH_EFORMAT;
}

/* Maps below are languages, or the measures of similarity that a score was computed with. */
static thresh_status read_map(const input *in, thresh_set *set, arena *a, const char *scope,
                              const node *map)
{
    thresh_status rc = THRESH_OK;

    for (const node *c = map->child; c != NULL && rc == THRESH_OK; c = c->next) {
        const char *inner = scope;

        if (is_label(c->key))
            continue;
        if (c->type != NODE_MAP)
            rc = add_node(in, set, &(thresh_metric){ .scope = scope, .name = c->key }, c);
        else if ((inner = join_scope(in, a, scope, c->key, c)) == NULL)
            return failed(a);
        else
            rc = read_map(in, set, a, inner, c);
    }
    return rc;
}

/* The split of a new file: a list with an entry for each subset. */
static thresh_status read_subsets(const input *in, thresh_set *set, arena *a, const char *scope,
                                  const node *split)
{
    thresh_status rc = THRESH_OK;

    if (split->child == NULL)
        return tree_fault(in, split, "no scores of '%s'", split->key);
    for (const node *entry = split->child; entry != NULL && rc == THRESH_OK; entry = entry->next) {
        const char *subset = text_in(entry, "hf_subset"), *inner = scope;

        if (entry->type != NODE_MAP)
            return tree_fault(in, entry, "found %s, expected the scores of a subset",
                              node_type_name(in->diags, entry->type));
        if (subset[0] != '\0' && strcmp(subset, "default") != 0)
            inner = join_scope(in, a, scope, subset, entry);
        rc = inner == NULL ? failed(a) : read_map(in, set, a, inner, entry);
    }
    return rc;
}

/* `splits` is the map of a new file, or the whole of an old one. */
static thresh_status read_splits(const input *in, thresh_set *set, arena *a, const char *task,
                                 const node *splits)
{
    size_t count = 0;
    thresh_status rc = THRESH_OK;

    for (const node *s = splits->child; s != NULL; s = s->next)
        count += s->type == NODE_MAP || s->type == NODE_LIST;
    if (count == 0)
        return tree_fault(in, splits, "no scores of '%s'", task);
    for (const node *s = splits->child; s != NULL && rc == THRESH_OK; s = s->next) {
        const char *scope = count == 1 ? task : join_scope(in, a, task, s->key, s);

        if (scope == NULL)
            rc = failed(a);
        else if (s->type == NODE_LIST)
            rc = read_subsets(in, set, a, scope, s);
        else if (s->type == NODE_MAP)
            rc = read_map(in, set, a, scope, s);
        else
            rc = add_node(in, set, &(thresh_metric){ .scope = task, .name = s->key }, s);
    }
    return rc;
}

static thresh_status read_task(const input *in, thresh_set *set, arena *a, const node *n)
{
    const node *scores = node_get(n, "scores");
    const char *task = text_in(n, scores != NULL ? "task_name" : "mteb_dataset_name");
    thresh_status rc = THRESH_OK;

    if (task[0] == '\0' || (scores != NULL && scores->type != NODE_MAP))
        return tree_fault(in, scores != NULL && task[0] != '\0' ? scores : n,
                          "not of MTEB: expected 'task_name' and a map 'scores', or "
                          "'mteb_dataset_name' and its splits");
    if (scores == NULL)
        return read_splits(in, set, a, task, n);
    for (const node *c = n->child; c != NULL && rc == THRESH_OK; c = c->next)
        if (c != scores)
            rc = add_node(in, set, &(thresh_metric){ .scope = task, .name = c->key }, c);
    return rc == THRESH_OK ? read_splits(in, set, a, task, scores) : rc;
}

static thresh_status read_mteb(const input *in, thresh_set *set)
{
    const node *list = task_list(in->root);
    arena a = ARENA_INIT;
    thresh_status rc = THRESH_OK;

    if (list == NULL)
        rc = read_task(in, set, &a, in->root);
    for (const node *n = list != NULL ? list->child : NULL; n != NULL && rc == THRESH_OK;
         n = n->next)
        rc = read_task(in, set, &a, n);
    arena_free(&a);
    return rc;
}

/* --- BEIR --- */

/* "NDCG@10" */
static bool is_at_k(const node *n)
{
    const char *at = n->key != NULL ? strchr(n->key, '@') : NULL;

    return at != NULL && at != n->key && at[1] != '\0'
           && at[1 + strspn(at + 1, "0123456789")] == '\0' && n->type == NODE_NUMBER;
}

static bool is_measures(const node *map)
{
    const node *c = map->type == NODE_MAP ? map->child : NULL;

    if (c == NULL)
        return false;
    while (c != NULL && is_at_k(c))
        c = c->next;
    return c == NULL;
}

/* All of them, or a file of other records with a few @k among their keys would be cut apart. */
static bool detect_beir(const input *in)
{
    const node *map = in->root->type == NODE_LIST ? in->root->child : NULL;

    if (map == NULL)
        return false;
    while (map != NULL && is_measures(map))
        map = map->next;
    return map == NULL;
}

static thresh_status read_beir(const input *in, thresh_set *set)
{
    const node *first = in->root->type == NODE_LIST ? in->root->child : in->root;
    thresh_status rc = THRESH_OK;

    for (const node *map = first; map != NULL && rc == THRESH_OK; map = map->next) {
        if (map->type != NODE_MAP)
            return tree_fault(in, map, "found %s, expected a map of measures such as NDCG@10",
                              node_type_name(in->diags, map->type));
        for (const node *c = map->child; c != NULL && rc == THRESH_OK; c = c->next)
            rc = add_node(in, set, &(thresh_metric){ .scope = "", .name = c->key }, c);
    }
    return rc;
}

const reader mteb_reader = {
    .format = { "mteb", N_("MTEB, results of a task or of a model") },
    .source = FROM_TREE,
    .detect = detect_mteb,
    .read = read_mteb,
};
const reader beir_reader = {
    .format = { "beir", N_("BEIR, maps of its measures") },
    .source = FROM_TREE,
    .detect = detect_beir,
    .read = read_beir,
};
