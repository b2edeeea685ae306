/* Samples by the values of a column: slices, and the clusters that samples come from. */
#include "base/language.h"
#include "judge/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_VALUES = 20, MOST_SLICES = 10000, DECILES = 10 };

void free_grouping(grouping *g)
{
    free(g->names);
    free(g->starts);
    free(g->order);
    free(g->group);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The different values where there are few, or the upper ends of the deciles. */
static size_t find_bounds(const double *sorted, size_t n, double bounds[FEW_VALUES], bool *deciles)
{
    size_t distinct = 0;

    *deciles = false;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || sorted[i] > sorted[i - 1]) {
            if (distinct == FEW_VALUES) {
                *deciles = true;
                break;
            }
            bounds[distinct++] = sorted[i];
        }
    if (!*deciles)
        return distinct;
    distinct = 0;
    for (size_t d = 1; d <= DECILES; d++) {
        double upper = sorted[(n * d + DECILES - 1) / DECILES - 1];
        if (distinct == 0 || upper > bounds[distinct - 1])
            bounds[distinct++] = upper;
    }
    return distinct;
}

static thresh_status group_numbers(grouping *g, series *s, size_t side, const thresh_column *c)
{
    double bounds[FEW_VALUES], *sorted = malloc((s->count + 1) * sizeof *sorted);
    double below = -INFINITY;
    size_t n = 0;
    bool deciles;

    if (sorted == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < s->count; i++) {
        double v = c->numbers[series_row(s, side, i)];
        if (!isnan(v))
            sorted[n++] = v;
    }
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    g->groups = find_bounds(sorted, n, bounds, &deciles);
    g->names = calloc(g->groups + 1, sizeof *g->names);
    for (size_t k = 0, at = 0; k < g->groups && g->names != NULL; k++) {
        char low[THRESH_NUMBER_MAX], high[THRESH_NUMBER_MAX];
        while (at < n && !(sorted[at] > below))
            at++;
        thresh_format_number(low, at < n ? sorted[at] : bounds[k]);
        thresh_format_number(high, bounds[k]);
        g->names[k] = deciles ? arena_printf(s->arena, "%s=%s..%s", c->name, low, high)
                              : arena_printf(s->arena, "%s=%s", c->name, high);
        below = bounds[k];
    }
    free(sorted);
    if (g->names == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < s->count; i++) {
        double v = c->numbers[series_row(s, side, i)];
        uint32_t k = 0;
        while (k < g->groups && v > bounds[k])
            k++;
        g->group[i] = isnan(v) ? UINT32_MAX : k;
    }
    return THRESH_OK;
}

static thresh_status group_texts(grouping *g, series *s, size_t side, const thresh_column *c)
{
    g->groups = c->text_count;
    if ((g->names = calloc(g->groups + 1, sizeof *g->names)) == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < g->groups; k++)
        g->names[k] = arena_printf(s->arena, "%s=%s", c->name, c->texts[k]);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t code = c->codes[series_row(s, side, i)];
        g->group[i] = code == 0 ? UINT32_MAX : code - 1;
    }
    return THRESH_OK;
}

/* Sorts the positions by group, in their order within each. */
static thresh_status order_groups(grouping *g, size_t count)
{
    size_t *next = malloc((g->groups + 1) * sizeof *next);

    g->starts = calloc(g->groups + 1, sizeof *g->starts);
    g->order = malloc((count + 1) * sizeof *g->order);
    if (g->starts == NULL || g->order == NULL || next == NULL) {
        free(next);
        return THRESH_ENOMEM;
    }
    for (size_t i = 0; i < count; i++)
        if (g->group[i] != UINT32_MAX)
            g->starts[g->group[i] + 1]++;
    for (size_t k = 0; k < g->groups; k++)
        g->starts[k + 1] += g->starts[k];
    memcpy(next, g->starts, (g->groups + 1) * sizeof *next);
    for (size_t i = 0; i < count; i++)
        if (g->group[i] != UINT32_MAX)
            g->order[next[g->group[i]]++] = (uint32_t)i;
    free(next);
    return THRESH_OK;
}

static thresh_status find_column(series *s, const char *name, size_t *side,
                                 const thresh_column **out)
{
    const char *near = NULL, *names[64];
    char hint[THRESH_HINT_MAX];
    size_t n = 0;
    const thresh_column *c;

    for (*side = 0; *side < s->sides; ++*side)
        if ((*out = thresh_samples_find(s->tables[*side], name)) != NULL
            && ((*out)->numbers != NULL || (*out)->codes != NULL))
            return THRESH_OK;
    for (size_t i = 0; n + 1 < sizeof names / sizeof *names
                       && (c = thresh_samples_column_at(s->tables[0], i)) != NULL;
         i++)
        names[n++] = c->name;
    names[n] = NULL;
    near = thresh_nearest_word(name, names);
    thresh_diags_add(
        s->diags, THRESH_ERROR, thresh_set_source(s->sets[0])->path, 0, 0,
        near != NULL ? N_("the samples have no column '%s'%s")
                     : N_("the samples have no column '%s'%s (thresh inspect names the columns)"),
        name, thresh_hint(hint, near, thresh_diags_language(s->diags)));
    return THRESH_EINVAL;
}

/* The clusters that samples come from; nobody knows of what has none, so each is one of its own. */
thresh_status find_clusters(series *s, const char *name)
{
    size_t side;
    const thresh_column *c = NULL;
    uint32_t next;
    thresh_status rc = find_column(s, name, &side, &c);

    if (rc == THRESH_OK)
        rc = thresh_samples_make_texts(s->tables[side], c);
    if (rc != THRESH_OK)
        return rc;
    if ((s->clusters = malloc((s->count + 1) * sizeof *s->clusters)) == NULL)
        return THRESH_ENOMEM;
    next = (uint32_t)c->text_count;
    for (size_t i = 0; i < s->count; i++) {
        uint32_t code = c->codes[series_row(s, side, i)];
        s->clusters[i] = code > 0 ? code - 1 : next++;
    }
    return THRESH_OK;
}

thresh_status group_by(grouping *g, series *s, const char *name)
{
    const thresh_column *c = NULL;
    size_t side;
    thresh_status rc = find_column(s, name, &side, &c);

    *g = (grouping){ 0 };
    if (rc != THRESH_OK)
        return rc;
    if ((g->group = malloc((s->count + 1) * sizeof *g->group)) == NULL)
        return THRESH_ENOMEM;
    rc = c->codes != NULL ? group_texts(g, s, side, c) : group_numbers(g, s, side, c);
    if (rc == THRESH_OK && g->groups > MOST_SLICES) {
        thresh_diags_add(s->diags, THRESH_ERROR, thresh_set_source(s->sets[side])->path, 0, 0,
                         "the column '%s' would make %zu slices; the most is 10,000", name,
                         g->groups);
        rc = THRESH_EINVAL;
    }
    return rc == THRESH_OK ? order_groups(g, s->count) : rc;
}
