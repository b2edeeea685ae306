/* hyperfine --export-json: each command is a scope; times are in seconds. */
#include "input/reader.h"

#include <math.h>
#include <string.h>

static bool detect(const input *in)
{
    const node *results = node_get(in->root, "results");

    return results != NULL && results->type == NODE_LIST && results->child != NULL
           && node_get(results->child, "command") != NULL
           && node_get(results->child, "mean") != NULL;
}

static double number_of(const node *map, const char *key)
{
    const node *n = node_get(map, key);

    return n != NULL && n->type == NODE_NUMBER ? n->number : NAN;
}

static thresh_status read_command(const input *in, thresh_set *set, const node *c)
{
    const node *command = node_get(c, "command"), *times = node_get(c, "times");
    double runs = times != NULL ? (double)node_count(times) : 0, spread = number_of(c, "stddev");
    thresh_metric mean = { .scope = command != NULL && command->text != NULL ? command->text : "",
                           .name = "latency_mean",
                           .unit = "s",
                           .value = number_of(c, "mean"),
                           .line = c->line };
    thresh_metric median = mean;
    thresh_status rc;

    mean.has_n = runs >= 1;
    mean.n = runs;
    mean.has_stderr = runs >= 2 && isfinite(spread);
    mean.stderr_value = mean.has_stderr ? spread / sqrt(runs) : 0;
    if ((rc = add_measured(in, set, &mean)) != THRESH_OK || isnan(number_of(c, "median")))
        return rc;
    median.name = "latency_median";
    median.value = number_of(c, "median");
    return add_measured(in, set, &median);
}

static thresh_status read(const input *in, thresh_set *set)
{
    const node *results = node_get(in->root, "results");
    thresh_status rc = THRESH_OK;

    if (results == NULL || results->type != NODE_LIST) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, in->root->line, in->root->column,
                         "not of hyperfine: expected a list 'results'");
        return THRESH_EFORMAT;
    }
    for (const node *c = results->child; c != NULL && rc == THRESH_OK; c = c->next)
        rc = read_command(in, set, c);
    return rc;
}

const reader hyperfine_reader = {
    .format = { "hyperfine", N_("hyperfine, JSON") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
};
