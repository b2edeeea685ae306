/* k6's summary: of --summary-export, and of handleSummary() with its "values". A trend's average
 * stands for the metric itself, its percentiles have the metric as their scope. */
#include "input/reader.h"

#include <string.h>

static bool detect(const input *in)
{
    const node *metrics = node_get(in->root, "metrics");

    return metrics != NULL && metrics->type == NODE_MAP
           && (node_get(metrics, "iterations") != NULL || node_get(metrics, "vus") != NULL
               || node_get(metrics, "http_reqs") != NULL);
}

static thresh_status add_value(const input *in, thresh_set *set, const char *scope,
                               const char *name, const node *n, const char *unit)
{
    thresh_metric m = { .scope = scope, .name = name };

    if (!metric_from_node(&m, n))
        return THRESH_OK;
    if (m.unit == NULL)
        m.unit = unit;
    return add_metric(in, set, &m);
}

/* k6 reports times in ms; data_sent and the like are counters. */
static thresh_status read_trend(const input *in, thresh_set *set, const char *name, const node *v)
{
    thresh_status rc = THRESH_OK;

    for (const node *n = v->child; n != NULL && rc == THRESH_OK; n = n->next)
        if (strcmp(n->key, "avg") == 0)
            rc = add_value(in, set, "", name, n, "ms");
        else if (strcmp(n->key, "thresholds") != 0)
            rc = add_value(in, set, name, n->key, n, strcmp(n->key, "count") == 0 ? NULL : "ms");
    return rc;
}

static thresh_status read_metric(const input *in, thresh_set *set, const node *metric)
{
    const node *v = node_get(metric, "values"), *n;

    if (v == NULL)
        v = metric;
    if (v->type != NODE_MAP)
        return THRESH_OK;
    if (node_get(v, "avg") != NULL)
        return read_trend(in, set, metric->key, v);
    /* a rate is its share, a counter its rate a second, a gauge its value */
    if ((n = node_get(v, "rate")) == NULL)
        n = node_get(v, "value");
    return n == NULL ? THRESH_OK : add_value(in, set, "", metric->key, n, NULL);
}

static thresh_status read(const input *in, thresh_set *set)
{
    const node *metrics = node_get(in->root, "metrics");
    thresh_status rc = THRESH_OK;

    if (metrics == NULL || metrics->type != NODE_MAP) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, in->root->line, in->root->column,
                         "not a summary of k6: expected a map 'metrics'");
        return THRESH_EFORMAT;
    }
    for (const node *m = metrics->child; m != NULL && rc == THRESH_OK; m = m->next)
        rc = read_metric(in, set, m);
    return rc;
}

const reader k6_reader = {
    .format = { "k6", N_("k6, summary") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
};
