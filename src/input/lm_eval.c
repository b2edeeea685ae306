/*
 * The results file of EleutherAI's lm-evaluation-harness, old ("acc") and new ("acc,none") keys.
 * The task is the scope; a filter other than "none" stays part of the name; group_subtasks say
 * which task is a part of which group.
 */
#include "input/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool detect(const input *in)
{
    const node *results = node_get(in->root, "results");

    if (results == NULL || results->type != NODE_MAP || results->child == NULL
        || (node_get(in->root, "versions") == NULL && node_get(in->root, "configs") == NULL
            && node_get(in->root, "config") == NULL))
        return false;
    for (const node *task = results->child; task != NULL; task = task->next)
        if (task->type != NODE_MAP)
            return false;
    return true;
}

/* Sample counts by task: looked up once for each task, so they are indexed. */
typedef struct counts {
    index_table index;
    const node **items;
    size_t count, capacity;
} counts;

static bool same_task(const void *context, uint32_t pos, const void *key)
{
    const node *const *items = context;

    return strcmp(items[pos]->key, key) == 0;
}

static thresh_status index_counts(counts *c, const node *samples)
{
    for (const node *n = samples != NULL ? samples->child : NULL; n != NULL; n = n->next) {
        if (n->type != NODE_MAP)
            continue;
        if (!array_reserve(&c->items, &c->capacity, c->count + 1, sizeof *c->items)
            || !index_add(&c->index, hash_bytes(0, n->key, strlen(n->key)), (uint32_t)c->count))
            return THRESH_ENOMEM;
        c->items[c->count++] = n;
    }
    return THRESH_OK;
}

static double count_of(const counts *c, const node *task)
{
    uint32_t pos = index_find(&c->index, hash_bytes(0, task->key, strlen(task->key)), same_task,
                              c->items, task->key);
    const node *n =
        pos == UINT32_MAX ? node_get(task, "sample_len") : node_get(c->items[pos], "effective");

    return n != NULL && n->type == NODE_NUMBER && n->number >= 1 ? n->number : 0;
}

/* "acc,none" → "acc"; "exact_match,strict-match" stays. */
static const char *metric_name(arena *a, const char *key)
{
    size_t len = strlen(key);

    return len > 5 && strcmp(key + len - 5, ",none") == 0 ? arena_strndup(a, key, len - 5)
                                                          : arena_strdup(a, key);
}

static bool is_stderr(const char *key)
{
    static const char suffix[] = "_stderr";
    size_t len = strcspn(key, ","), cut = sizeof suffix - 1;

    return len > cut && strncmp(key + len - cut, suffix, cut) == 0;
}

static thresh_status attach_stderr(arena *a, thresh_set *set, const char *scope, const node *n)
{
    const char *comma = n->key + strcspn(n->key, ",");
    const char *base = arena_printf(
        a, "%.*s%s", (int)(comma - n->key - (ptrdiff_t)strlen("_stderr")), n->key, comma);
    const char *name = base == NULL ? NULL : metric_name(a, base);

    if (name == NULL)
        return THRESH_ENOMEM;
    if (n->type == NODE_NUMBER && isfinite(n->number) && n->number >= 0)
        thresh_set_annotate(set, scope, name, &n->number, NULL);
    return THRESH_OK; /* "N/A": none was computed */
}

static thresh_status read_task(const input *in, thresh_set *set, arena *a, const counts *samples,
                               const node *task)
{
    double n = count_of(samples, task);
    thresh_status rc = THRESH_OK;

    for (const node *c = task->child; c != NULL && rc == THRESH_OK; c = c->next) {
        thresh_metric m = { .scope = task->key, .n = n, .has_n = n >= 1 };

        if (is_stderr(c->key) || strcmp(c->key, "alias") == 0 || strcmp(c->key, "sample_len") == 0
            || strcmp(c->key, "name") == 0)
            continue;
        if (!metric_from_node(&m, c)) {
            thresh_diags_add(in->diags, THRESH_NOTE, in->path, c->line, c->column,
                             "not understood: '%s' is %s", c->key,
                             node_type_name(in->diags, c->type));
            continue;
        }
        m.name = metric_name(a, c->key);
        if (m.name == NULL)
            return THRESH_ENOMEM;
        if (m.name[0] != '\0')
            rc = add_metric(in, set, &m);
    }
    for (const node *c = task->child; c != NULL && rc == THRESH_OK; c = c->next)
        if (is_stderr(c->key))
            rc = attach_stderr(a, set, task->key, c);
    return rc;
}

static thresh_status nest_groups(thresh_set *set, const node *groups)
{
    thresh_status rc = THRESH_OK;

    for (const node *g = groups != NULL ? groups->child : NULL; g != NULL; g = g->next)
        for (const node *sub = g->child; sub != NULL && rc == THRESH_OK; sub = sub->next)
            if (sub->type == NODE_TEXT)
                rc = thresh_set_nest(set, sub->text, g->key);
    return rc;
}

/* What changes the figures and is not the model. */
static const char *const of_file[][2] = {
    /* in the map of this name, or at the top */
    { "config", "limit" },         { "config", "num_fewshot" },
    { NULL, "chat_template_sha" }, { NULL, "system_instruction_sha" },
    { NULL, "max_length" },        { NULL, "fewshot_as_multiturn" },
};
static const char *const of_tasks[] = { "n-shot", "versions" };

static thresh_status add_setting(thresh_set *set, const char *scope, const char *name,
                                 const node *value)
{
    char number[THRESH_NUMBER_MAX];
    thresh_setting s = { .scope = scope, .name = name };

    if (value->type == NODE_NUMBER)
        s.value = thresh_format_number(number, value->number);
    else if (value->type == NODE_TEXT)
        s.value = value->text;
    else if (value->type == NODE_BOOL)
        s.value = value->number != 0 ? "true" : "false";
    else if (value->type == NODE_NULL)
        s.value = "none";
    return s.value != NULL ? thresh_set_add_setting(set, &s) : THRESH_OK;
}

static thresh_status read_settings(const node *root, thresh_set *set)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < sizeof of_file / sizeof *of_file && rc == THRESH_OK; i++) {
        const node *map = of_file[i][0] != NULL ? node_get(root, of_file[i][0]) : root;
        const node *value = map != NULL ? node_get(map, of_file[i][1]) : NULL;
        if (value != NULL)
            rc = add_setting(set, "", of_file[i][1], value);
    }
    for (size_t i = 0; i < sizeof of_tasks / sizeof *of_tasks && rc == THRESH_OK; i++) {
        const node *map = node_get(root, of_tasks[i]);
        for (const node *n = map != NULL ? map->child : NULL; n != NULL && rc == THRESH_OK;
             n = n->next)
            rc = add_setting(set, n->key, of_tasks[i], n);
    }
    return rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    const node *results = node_get(in->root, "results");
    counts samples = { 0 };
    arena a = ARENA_INIT;
    thresh_status rc = THRESH_OK;

    if (results == NULL || results->type != NODE_MAP) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, in->root->line, in->root->column,
                         "not an lm-evaluation-harness file: expected a map 'results'");
        return THRESH_EFORMAT;
    }
    rc = index_counts(&samples, node_get(in->root, "n-samples"));
    for (const node *task = results->child; task != NULL && rc == THRESH_OK; task = task->next)
        if (task->type == NODE_MAP)
            rc = read_task(in, set, &a, &samples, task);
    if (rc == THRESH_OK)
        rc = nest_groups(set, node_get(in->root, "group_subtasks"));
    if (rc == THRESH_OK)
        rc = read_settings(in->root, set);
    index_free(&samples.index);
    free(samples.items);
    arena_free(&a);
    return rc;
}

const reader lm_eval_reader = {
    .format = { "lm-eval", N_("lm-evaluation-harness, results file") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
};
