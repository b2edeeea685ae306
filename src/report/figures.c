/* Documents of any schema as figures: a name and a value for each leaf. For those that have no
 * report of their own to be read back into, and to set two of them side by side. */
#include "report/figures.h"

#include <stdlib.h>
#include <string.h>

/* A list that is longer is numbered: its items are not looked through for the same name. */
enum { MOST_NAMED = 5000 };

typedef struct collecting {
    figures *out;
    arena *arena;
} collecting;

static const char *text_under(const node *map, const char *key)
{
    const node *n = map->type == NODE_MAP ? node_get(map, key) : NULL;

    return n != NULL && n->type == NODE_TEXT && n->text[0] != '\0' ? n->text : NULL;
}

/* What an item of a list calls itself, so that it is found again in another place. */
static const char *name_of(arena *a, const node *item)
{
    static const char *const keys[] = { "name", "metric", "path", "stratum" };
    const char *scope = text_under(item, "scope"), *name = NULL;

    for (size_t i = 0; i < sizeof keys / sizeof *keys && name == NULL; i++)
        name = text_under(item, keys[i]);
    return name != NULL && scope != NULL ? arena_printf(a, "%s/%s", scope, name) : name;
}

static bool is_first(const node *list, const node *item, const char *name, arena *a)
{
    const char *other;

    for (const node *n = list->child; n != item; n = n->next)
        if ((other = name_of(a, n)) != NULL && strcmp(other, name) == 0)
            return false;
    return true;
}

static const char *value_of(arena *a, const node *n)
{
    char number[THRESH_NUMBER_MAX];

    switch (n->type) {
    case NODE_NUMBER:
        return arena_strdup(a, thresh_format_number(number, n->number));
    case NODE_BOOL:
        return n->number != 0 ? "true" : "false";
    case NODE_TEXT:
        return n->text[0] != '\0' ? n->text : "\"\"";
    default:
        return "-";
    }
}

static thresh_status collect(collecting *c, const node *n, const char *path)
{
    size_t i = 0;
    bool named = n->type == NODE_LIST && node_count(n) <= MOST_NAMED;
    thresh_status rc = THRESH_OK;

    if (path == NULL)
        return THRESH_ENOMEM;
    if (n->type != NODE_MAP && n->type != NODE_LIST) {
        figures *f = c->out;

        if (!array_reserve(&f->list, &f->capacity, f->count + 1, sizeof *f->list))
            return THRESH_ENOMEM;
        f->list[f->count++] = (figure){ path, value_of(c->arena, n) };
        return THRESH_OK;
    }
    for (const node *item = n->child; item != NULL && rc == THRESH_OK; item = item->next, i++) {
        const char *name = named ? name_of(c->arena, item) : NULL, *below;

        /* sentences say again what figures and codes say */
        if (n->type == NODE_MAP && strcmp(item->key, "text") == 0)
            continue;
        if (n->type == NODE_MAP)
            below = arena_printf(c->arena, "%s%s%s", path, path[0] != '\0' ? "." : "", item->key);
        else if (name != NULL && is_first(n, item, name, c->arena))
            below = arena_printf(c->arena, "%s[%s]", path, name);
        else
            below = arena_printf(c->arena, "%s[%zu]", path, i);
        rc = collect(c, item, below);
    }
    return rc;
}

thresh_status figures_of(figures *out, arena *a, const thresh_document *document,
                         thresh_diags *diags)
{
    collecting c = { out, a };
    const node *root = NULL;
    thresh_status rc = json_read(&root, a, document->text, document->len, document->name, 1, diags);

    *out = (figures){ .list = NULL };
    if (rc == THRESH_OK)
        rc = collect(&c, root, "");
    return a->failed ? THRESH_ENOMEM : rc;
}

void figures_free(figures *f)
{
    free(f->list);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const figure *)left)->name, ((const figure *)right)->name);
}

void figures_sort(figures *f)
{
    if (f->count > 0)
        qsort(f->list, f->count, sizeof *f->list, by_name);
}

const figure *figures_find(const figures *sorted, const char *name)
{
    const figure wanted = { .name = name };

    return sorted->count == 0
               ? NULL
               : bsearch(&wanted, sorted->list, sorted->count, sizeof *sorted->list, by_name);
}

bool figures_any(const figures *sorted, const char *name, size_t len)
{
    size_t low = 0, high = sorted->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strncmp(sorted->list[middle].name, name, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sorted->count && strncmp(sorted->list[low].name, name, len) == 0;
}

thresh_status thresh_report_figures(const thresh_document *document,
                                    const thresh_text_options *options, FILE *stream,
                                    thresh_diags *diags)
{
    static const column columns[] = { { N_("FIGURE"), 0, false }, { N_("VALUE"), 0, false } };
    listing l;
    figures f = { .list = NULL };
    thresh_status rc;

    open_listing(&l, options);
    rc = figures_of(&f, &l.arena, document, diags);
    for (size_t i = 0; rc == THRESH_OK && i < f.count; i++) {
        add_cell(&l, f.list[i].name, NULL);
        add_cell(&l, f.list[i].value, NULL);
    }
    figures_free(&f);
    thresh_status written = finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
    return rc == THRESH_OK ? written : rc;
}
