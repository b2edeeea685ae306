/*
 * A model card of the Hugging Face Hub: Markdown behind YAML, whose model-index lists results. The
 * dataset is the scope, and what tells two results on one dataset apart; the metric's type is its
 * name, with the card's own name for it behind a comma where one type stands twice.
 */
#include "input/reader.h"

#include <stdlib.h>
#include <string.h>

static const char fence[] = "---", index_key[] = "model-index";

static bool line_is(const line *l, const char *text)
{
    field f = trimmed((field){ l->text, l->len });

    return field_is(f, text) && f.text == l->text;
}

static bool begins(const line *l, const char *text)
{
    return l->len >= strlen(text) && memcmp(l->text, text, strlen(text)) == 0;
}

/* Where the front matter ends; 0 when it does not begin or does not end. */
static size_t front_matter(const input *in, bool *has_index, bool *is_markdown)
{
    size_t at = 0, end = 0, start;
    line l = { 0 };

    *has_index = *is_markdown = false;
    if (!next_full_line(in, &at, &l) || !line_is(&l, fence))
        return 0;
    while (end == 0 && (start = at, next_line(in, &at, &l)))
        if (line_is(&l, fence))
            end = start;
        else
            *has_index = *has_index || begins(&l, "model-index:");
    while (end != 0 && !*is_markdown && next_line(in, &at, &l))
        *is_markdown = begins(&l, "# ") || begins(&l, "## ") || begins(&l, "<!--");
    return end;
}

static bool detect(const input *in)
{
    bool has_index, is_markdown;

    front_matter(in, &has_index, &is_markdown);
    return has_index || is_markdown;
}

/* Texts of the card, and how often each was met. */
typedef struct entry {
    const char *text;
    const node *first;
    size_t count;
    unsigned differs; /* a bit for each facet in which results of this label differ */
} entry;

typedef struct tally {
    index_table index;
    entry *items;
    size_t count, capacity;
} tally;

static bool same_text(const void *context, uint32_t pos, const void *key)
{
    return strcmp(((const entry *)context)[pos].text, key) == 0;
}

static entry *tally_find(const tally *t, const char *text)
{
    uint32_t pos =
        index_find(&t->index, hash_bytes(0, text, strlen(text)), same_text, t->items, text);

    return pos == UINT32_MAX ? NULL : &t->items[pos];
}

/* NULL when memory ran out; keeps `text`. */
static entry *tally_add(tally *t, const char *text, const node *n)
{
    entry *known = text == NULL ? NULL : tally_find(t, text);

    if (known == NULL) {
        if (text == NULL || !array_reserve(&t->items, &t->capacity, t->count + 1, sizeof *t->items)
            || !index_add(&t->index, hash_bytes(0, text, strlen(text)), (uint32_t)t->count))
            return NULL;
        known = &t->items[t->count++];
        *known = (entry){ .text = text, .first = n };
    }
    known->count++;
    return known;
}

static void tally_free(tally *t)
{
    index_free(&t->index);
    free(t->items);
}

typedef struct card {
    const input *in;
    thresh_set *set;
    arena arena;
    size_t models, results;
    tally labels, types;
} card;

/* What may tell two results on one dataset apart, the likeliest first. */
static const char *const facets[][2] = {
    { "dataset", "config" }, { "dataset", "args" }, { "dataset", "split" }, { "task", "type" }
};
enum { FACETS = sizeof facets / sizeof *facets };

static const char *facet(const node *result, size_t i)
{
    return text_in(node_get(result, facets[i][0]), facets[i][1]);
}

static thresh_status failed(const card *c)
{
    return c->arena.failed ? THRESH_ENOMEM : THRESH_EFORMAT;
}

/* NULL: reported, or no memory */
static const char *label_of(card *c, const node *model, const node *result)
{
    const node *dataset = node_get(result, "dataset");
    const char *name = text_in(dataset, "name");

    if (name[0] == '\0')
        name = text_in(dataset, "type");
    return c->models < 2 ? name
                         : join_scope(c->in, &c->arena, text_in(model, "name"), name, result);
}

static const char *scope_of(card *c, const node *model, const node *result)
{
    const char *scope = label_of(c, model, result);
    const entry *e = scope == NULL ? NULL : tally_find(&c->labels, scope);

    for (size_t i = 0; e != NULL && i < FACETS && scope != NULL; i++)
        if ((e->differs & 1u << i) != 0)
            scope = join_scope(c->in, &c->arena, scope, facet(result, i), result);
    return scope;
}

static const char *type_of(const node *metric)
{
    const char *type = text_in(metric, "type");

    return type[0] != '\0' ? type : text_in(metric, "name");
}

/* --- three passes: what is alike, what stands twice, the metrics --- */

typedef thresh_status pass(card *c, const node *model, const node *result);

static thresh_status compare(card *c, const node *model, const node *result)
{
    const char *label = label_of(c, model, result);
    entry *e = label == NULL ? NULL : tally_add(&c->labels, label, result);

    if (e == NULL)
        return label == NULL ? failed(c) : THRESH_ENOMEM;
    for (size_t i = 0; i < FACETS; i++)
        if (strcmp(facet(result, i), facet(e->first, i)) != 0)
            e->differs |= 1u << i;
    c->results++;
    return THRESH_OK;
}

static const char *type_key(card *c, const char *scope, const node *metric)
{
    return arena_printf(&c->arena, "%s\n%s", scope, type_of(metric));
}

static thresh_status count_types(card *c, const node *model, const node *result)
{
    const node *metrics = node_get(result, "metrics");
    const char *scope = scope_of(c, model, result);

    if (scope == NULL)
        return failed(c);
    if (metrics == NULL || metrics->type != NODE_LIST)
        return tree_fault(c->in, metrics != NULL ? metrics : result,
                          "expected the list 'metrics' of a result");
    for (const node *m = metrics->child; m != NULL; m = m->next)
        if (tally_add(&c->types, type_key(c, scope, m), m) == NULL)
            return THRESH_ENOMEM;
    return THRESH_OK;
}

static thresh_status add_result(card *c, const node *model, const node *result)
{
    const char *scope = scope_of(c, model, result);
    thresh_status rc = scope == NULL ? failed(c) : THRESH_OK;

    for (const node *m = node_get(result, "metrics")->child; m != NULL && rc == THRESH_OK;
         m = m->next) {
        const node *value = node_get(m, "value");
        const char *key, *name = text_in(m, "name");
        thresh_metric about = { .scope = scope, .name = type_of(m) };

        if (about.name[0] == '\0' || value == NULL)
            return tree_fault(c->in, m, "expected a metric with its 'type' and 'value'");
        if ((key = type_key(c, scope, m)) == NULL)
            return THRESH_ENOMEM;
        if (tally_find(&c->types, key)->count > 1 && strcmp(name, about.name) != 0
            && name[0] != '\0')
            about.name = arena_printf(&c->arena, "%s,%s", about.name, name);
        rc = about.name == NULL ? THRESH_ENOMEM : add_node(c->in, c->set, &about, value);
    }
    return rc;
}

static thresh_status each_result(card *c, const node *models, pass *step)
{
    thresh_status rc = THRESH_OK;

    for (const node *model = models->child; model != NULL && rc == THRESH_OK; model = model->next) {
        const node *results = node_get(model, "results");

        if (results == NULL || results->type != NODE_LIST)
            return tree_fault(c->in, results != NULL ? results : model,
                              "expected the list 'results' of a model");
        for (const node *r = results->child; r != NULL && rc == THRESH_OK; r = r->next)
            rc = step(c, model, r);
    }
    return rc;
}

static thresh_status read_index(card *c, const node *root)
{
    static pass *const passes[] = { compare, count_types, add_result };
    const node *models = node_get(root, index_key);
    thresh_status rc = THRESH_OK;

    if (models == NULL)
        return tree_fault(c->in, root, "a model card without results: no 'model-index'");
    if (models->type != NODE_LIST)
        return tree_fault(c->in, models, "model-index: found %s, expected a list of models",
                          node_type_name(c->in->diags, models->type));
    c->models = node_count(models);
    for (size_t i = 0; i < sizeof passes / sizeof *passes && rc == THRESH_OK; i++)
        rc = each_result(c, models, passes[i]);
    if (rc == THRESH_OK && c->results == 0)
        rc = tree_fault(c->in, models, "a model card without results: its 'model-index' is empty");
    return rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    card c = { .in = in, .set = set, .arena = ARENA_INIT };
    const node *root = NULL;
    bool has_index, is_markdown;
    size_t end = front_matter(in, &has_index, &is_markdown);
    thresh_status rc;

    if (end == 0)
        return text_fault(in, 1,
                          has_index ? N_("the front matter that begins here does not end: expected "
                                         "a second line '---'")
                                    : N_("no front matter: expected YAML between two lines '---'"));
    /* with its first fence, which begins a document in YAML too: so the lines are counted right */
    rc = yaml_read(&root, &c.arena, in->text, end, in->path, in->diags);
    if (rc == THRESH_OK)
        rc = read_index(&c, root);
    tally_free(&c.labels);
    tally_free(&c.types);
    arena_free(&c.arena);
    return rc;
}

const reader model_card_reader = {
    .format = { "model-card", N_("Hugging Face, README.md of a model") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};
