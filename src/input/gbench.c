/* google-benchmark's JSON: each benchmark is a scope; repetitions are brought to their mean. */
#include "base/words.h"
#include "input/reader.h"

#include <math.h>
#include <string.h>

static bool detect(const input *in)
{
    const node *list = node_get(in->root, "benchmarks");

    return list != NULL && list->type == NODE_LIST && node_get(in->root, "context") != NULL
           && (list->child == NULL || node_get(list->child, "real_time") != NULL);
}

static const char *text_of(const node *map, const char *key)
{
    const node *n = node_get(map, key);

    return n != NULL && n->text != NULL ? n->text : "";
}

static bool is_aggregate(const node *b)
{
    return strcmp(text_of(b, "run_type"), "aggregate") == 0;
}

/* The runs of one benchmark stand one after another. */
static const node *behind_run(const node *first)
{
    const node *b = first->next;

    while (b != NULL && strcmp(text_of(b, "name"), text_of(first, "name")) == 0)
        b = b->next;
    return b;
}

static thresh_status add_mean(const input *in, thresh_set *set, const node *first, const node *end,
                              const char *key, const unit *u)
{
    thresh_metric m = { .scope = text_of(first, "name"),
                        .name = key,
                        .unit = u != NULL ? u->name : NULL };
    double sum = 0, squares = 0, count = 0;

    for (const node *b = first; b != end; b = b->next) {
        const node *n = node_get(b, key);
        if (n == NULL)
            return THRESH_OK;
        if (n->type != NODE_NUMBER)
            continue;
        m.line = n->line;
        sum += n->number;
        count++;
    }
    if (count < 1)
        return THRESH_OK;
    m.value = sum / count;
    for (const node *b = first; b != end && count > 1; b = b->next)
        if (node_get(b, key)->type == NODE_NUMBER)
            squares += pow(node_get(b, key)->number - m.value, 2);
    m.has_n = count > 1;
    m.n = count;
    m.has_stderr = count > 1;
    m.stderr_value = count > 1 ? sqrt(squares / (count - 1) / count) : 0;
    return add_measured(in, set, &m);
}

static thresh_status read(const input *in, thresh_set *set)
{
    static const char *const times[] = { "real_time", "cpu_time" };
    static const char *const rates[] = { "items_per_second", "bytes_per_second" };
    const node *list = node_get(in->root, "benchmarks"), *end;
    thresh_status rc = THRESH_OK;

    if (list == NULL || list->type != NODE_LIST) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, in->root->line, in->root->column,
                         "not google-benchmark: expected a list 'benchmarks'");
        return THRESH_EFORMAT;
    }
    for (const node *b = list->child; b != NULL && rc == THRESH_OK; b = end) {
        const char *time_unit = text_of(b, "time_unit");

        end = behind_run(b);
        if (is_aggregate(b) && strcmp(text_of(b, "aggregate_name"), "mean") != 0
            && strcmp(text_of(b, "aggregate_name"), "median") != 0)
            continue; /* spreads are no metrics */
        for (size_t i = 0; i < 2 && rc == THRESH_OK; i++)
            rc = add_mean(in, set, b, end, times[i], unit_find(time_unit, strlen(time_unit)));
        for (size_t i = 0; i < 2 && rc == THRESH_OK; i++)
            rc = add_mean(in, set, b, end, rates[i], NULL);
    }
    return rc;
}

const reader gbench_reader = {
    .format = { "google-benchmark", N_("google-benchmark, JSON") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
};
