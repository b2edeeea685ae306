/* The queries of a plan: how a Prometheus server is asked for what users of both arms did. */
#include "profile/rollout_values.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

const char *thresh_quantity_name(thresh_quantity quantity)
{
    static const char *const names[] = {
#define X(id, key) [THRESH_QUANTITY_##id] = key,
        THRESH_QUANTITIES(X)
#undef X
    };
    return names[quantity];
}

#define BIT(id) (1u << THRESH_QUANTITY_##id)

/* What queries make a metric, and a metric of which kind. */
static bool is_complete(unsigned has)
{
    static const unsigned sets[] = { BIT(N), BIT(N) | BIT(SUCCESSES), BIT(N) | BIT(MEAN) | BIT(SD),
                                     BIT(N) | BIT(SUM) | BIT(SUM_SQUARES),
                                     BIT(BUCKETS) | BIT(SUM) };

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (has == sets[i])
            return true;
    return false;
}

/* A query that does not say since when would count what was before the stage. */
static bool says_since(const char *promql)
{
    for (const char *at = promql; (at = strstr(at, THRESH_SINCE)) != NULL; at++) {
        unsigned char next = (unsigned char)at[sizeof THRESH_SINCE - 1];
        if (!isalnum(next) && next != '_')
            return true;
    }
    return false;
}

static const char *read_promql(roi_reader *r, const node *n)
{
    const char *text = plan_text(r, n);

    if (text != NULL && !says_since(text)) {
        roi_fault(r, n, "a query has the time since the stage began in it, as in increase(x[%s])",
                  THRESH_SINCE);
        return NULL;
    }
    return text;
}

static void read_query(roi_reader *r, thresh_arm_query *out, const node *n)
{
    static const char *const arms[] = { "baseline", "candidate", NULL };

    *out = (thresh_arm_query){ .line = n->line, .column = n->column };
    if (n->type != NODE_MAP) {
        out->both = true;
        out->promql[0] = out->promql[1] = read_promql(r, n);
        return;
    }
    roi_keys(r, n, arms);
    for (int i = 0; i < 2; i++) {
        const node *of = node_get(n, arms[i]);
        if (of != NULL)
            out->promql[i] = read_promql(r, of);
        else
            roi_fault(r, n, "no query of the %s", arms[i]);
    }
}

static bool is_of_plan(const thresh_rollout_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->metric_count; i++)
        if (strcmp(plan->metrics[i].name, name) == 0)
            return true;
    return plan->traffic != NULL && strcmp(plan->traffic, name) == 0;
}

static void read_of_metric(roi_reader *r, thresh_rollout_prometheus *out, const node *map,
                           const thresh_rollout_plan *plan)
{
    const char *known[THRESH_QUANTITY_COUNT + 1] = { NULL };
    thresh_metric_queries *q = &out->queries[out->count];
    unsigned has = 0;

    if (!is_of_plan(plan, map->key)) {
        /* a metric that was refused has its message already */
        if (!r->failed)
            roi_fault(r, map, "no metric of the plan is called '%.80s'", map->key);
        return;
    }
    if (!roi_need(r, map, NODE_MAP, "queries such as {n: …, successes: …}"))
        return;
    *q = (thresh_metric_queries){ .metric = arena_strdup(r->arena, map->key) };
    if (q->metric == NULL)
        roi_out_of_memory(r);
    for (int i = 0; i < THRESH_QUANTITY_COUNT; i++) {
        const node *n = node_get(map, known[i] = thresh_quantity_name((thresh_quantity)i));
        if (n == NULL)
            continue;
        has |= 1u << i;
        read_query(r, &q->of[i], n);
    }
    if (roi_keys(r, map, known) && !is_complete(has))
        roi_fault(r, map,
                  "%.80s: expected the queries n; n and successes; n, mean and sd; n, sum and "
                  "sum_squares; or buckets and sum",
                  map->key);
    out->count++;
}

void read_rollout_prometheus(roi_reader *r, thresh_rollout_prometheus *out, const node *map,
                             const thresh_rollout_plan *plan)
{
    static const char *const known[] = { "arm",    "baseline", "candidate", "stratum",
                                         "scrape", "queries",  NULL };
    const node *arm = node_get(map, "arm"), *stratum = node_get(map, "stratum"),
               *scrape = node_get(map, "scrape"), *queries = node_get(map, "queries"),
               *values[] = { node_get(map, "baseline"), node_get(map, "candidate") };

    *out = (thresh_rollout_prometheus){ .arm = "arm", .scrape = 60 };
    if (!roi_need(r, map, NODE_MAP, "a map such as {arm: version, queries: {…}}")
        || !roi_keys(r, map, known))
        return;
    if (arm != NULL)
        out->arm = plan_text(r, arm);
    for (int i = 0; i < 2; i++)
        if (values[i] != NULL)
            out->values[i] = plan_text(r, values[i]);
    if ((values[0] == NULL) != (values[1] == NULL))
        roi_fault(r, map, "prometheus: the label of one arm is named, and not that of the other");
    else if (out->values[0] != NULL && out->values[1] != NULL
             && strcmp(out->values[0], out->values[1]) == 0)
        roi_fault(r, values[1], "prometheus: both arms have the label '%.80s'", out->values[1]);
    if (stratum != NULL)
        out->stratum = plan_text(r, stratum);
    if (scrape != NULL && (out->scrape = plan_duration(r, scrape)) <= 0)
        roi_expected(r, scrape, "a time such as 30 seconds");
    if (queries == NULL)
        roi_fault(r, map, "prometheus: no queries");
    else if (roi_need(r, queries, NODE_MAP, "a map such as {ctr: {n: …, successes: …}}"))
        for (const node *n = queries->child; n != NULL; n = n->next)
            read_of_metric(r, out, n, plan);
}
