/* What users of both arms did, from a Prometheus server: the queries of a plan, and how their
 * answers become counts. */
#include "input/rollout_rows.h"
#include "live/prometheus_ask.h"
#include "live/rollout.h"
#include "stats/histogram.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = 1000000, TIMEOUT = 10, LARGEST_ANSWER = 16 << 20, MOST_BUCKETS = 500 };

/* Both arms of a stratum stand in a row each. */
typedef struct cell {
    bool candidate;
    const char *stratum;
    unsigned has; /* quantities, as bits */
    double value[THRESH_QUANTITY_COUNT];
} cell;

/* A bucket of a histogram: so many values of a cell are not above `edge`. */
typedef struct bucket {
    size_t cell;
    double edge, below;
} bucket;

typedef struct asking {
    arena arena;
    const thresh_rollout_plan *plan;
    const thresh_rollout_prometheus *p;
    const thresh_rollout_stage *stage;
    const thresh_metric_queries *q; /* of the metric that is asked for */
    prometheus_server server;
    int64_t since, now;
    cell *cells;
    size_t cell_count, cell_room;
    index_table index; /* of cells */
    bucket *buckets;
    size_t bucket_count, bucket_room, next; /* the next one to be looked at */
    thresh_observations *to;
    thresh_diags *diags;
} asking;

/* --- a query --- */

/* The query with the time since the stage began in the place of its name. */
static const char *with_since(asking *a, const char *promql)
{
    static const char name[] = THRESH_SINCE;
    const char *out = "", *from = promql, *at = promql;

    while (out != NULL && (at = strstr(at, name)) != NULL) {
        const char *end = at + sizeof name - 1;
        if (!isalnum((unsigned char)*end) && *end != '_') {
            out = arena_printf(&a->arena, "%s%.*s%llds", out, (int)(at - from), from,
                               (long long)(a->now - a->since));
            from = end;
        }
        at = end;
    }
    return out == NULL ? NULL : arena_printf(&a->arena, "%s%s", out, from);
}

/* A fault of what a query gave, at its place in the plan. */
#define QUERY_FAULT(a, quantity, ...)                                                              \
    thresh_diags_add((a)->diags, THRESH_ERROR, (a)->plan->path, (a)->q->of[quantity].line,         \
                     (a)->q->of[quantity].column, __VA_ARGS__)

static const char *arm_name(const asking *a, bool candidate)
{
    return diag_text(a->diags, candidate ? N_("candidate") : N_("baseline"));
}

/* --- cells --- */

static bool has(const cell *c, thresh_quantity quantity)
{
    return (c->has & 1u << quantity) != 0;
}

static uint32_t hash_of(bool candidate, const char *stratum)
{
    return hash_bytes(candidate, stratum, strlen(stratum));
}

static bool is_cell(const void *context, uint32_t at, const void *key)
{
    const asking *a = context;
    const cell *c = &a->cells[at], *wanted = key;

    return c->candidate == wanted->candidate && strcmp(c->stratum, wanted->stratum) == 0;
}

static thresh_status find_cell(asking *a, bool candidate, const char *stratum, size_t *out)
{
    cell c = { .candidate = candidate, .stratum = stratum };
    uint32_t hash = hash_of(candidate, stratum), at;

    if ((at = index_find(&a->index, hash, is_cell, a, &c)) != UINT32_MAX) {
        *out = at;
        return THRESH_OK;
    }
    c.stratum = arena_strdup(&a->arena, stratum);
    if (c.stratum == NULL
        || !array_reserve(&a->cells, &a->cell_room, a->cell_count + 1, sizeof *a->cells)
        || !index_add(&a->index, hash, (uint32_t)a->cell_count))
        return THRESH_ENOMEM;
    *out = a->cell_count;
    a->cells[a->cell_count++] = c;
    return THRESH_OK;
}

/* Which arm is it of? One query for both has a label that says so. */
static bool find_arm(const asking *a, thresh_quantity quantity, const api_series *series,
                     bool *candidate)
{
    const char *label = api_label_of(series, a->p->arm);

    if (!a->q->of[quantity].both)
        return true;
    if (label == NULL) {
        QUERY_FAULT(
            a, quantity,
            "%.80s, %s: a series {%.200s} has no label '%.80s', which tells the arms apart; "
            "expected one for each arm, as of sum by (%.80s) (…)",
            a->q->metric, thresh_quantity_name(quantity), series->scope, a->p->arm, a->p->arm);
        return false;
    }
    for (int i = 0; i < 2; i++)
        if (a->p->values[i] != NULL && strcmp(label, a->p->values[i]) == 0) {
            *candidate = i == 1;
            return true;
        }
    if (a->p->values[0] == NULL && observed_arm(candidate, label))
        return true;
    QUERY_FAULT(a, quantity, "%.80s, %s: %.80s=\"%.80s\" is no arm; expected %.80s or %.80s",
                a->q->metric, thresh_quantity_name(quantity), a->p->arm, label,
                a->p->values[0] != NULL ? a->p->values[0] : "baseline",
                a->p->values[1] != NULL ? a->p->values[1] : "candidate");
    return false;
}

static bool find_edge(const asking *a, const api_series *series, double *out)
{
    const char *le = api_label_of(series, "le");

    if (le != NULL && strcmp(le, "+Inf") == 0) {
        *out = INFINITY;
        return true;
    }
    if (le != NULL && thresh_parse_number(out, le, strlen(le)) && isfinite(*out))
        return true;
    QUERY_FAULT(
        a, THRESH_QUANTITY_BUCKETS,
        "%.80s, buckets: a series {%.200s} has no label 'le' with the upper edge of a bucket",
        a->q->metric, series->scope);
    return false;
}

static thresh_status twice(const asking *a, thresh_quantity quantity, bool candidate,
                           const char *series)
{
    QUERY_FAULT(a, quantity,
                "%.80s, %s: several series of the %s, such as {%.200s}; expected one, as of "
                "sum by (%.80s) (…)",
                a->q->metric, thresh_quantity_name(quantity), arm_name(a, candidate), series,
                a->p->arm);
    return THRESH_EINVAL;
}

static thresh_status take_series(asking *a, thresh_quantity quantity, bool candidate,
                                 const api_series *series, double value)
{
    const char *stratum = a->p->stratum == NULL ? "" : api_label_of(series, a->p->stratum);
    double edge = NAN;
    size_t at;
    thresh_status rc;

    if (!find_arm(a, quantity, series, &candidate)
        || (quantity == THRESH_QUANTITY_BUCKETS && !find_edge(a, series, &edge)))
        return THRESH_EINVAL;
    if (stratum == NULL) {
        QUERY_FAULT(a, quantity, "%.80s, %s: a series {%.200s} has no label '%.80s' of its stratum",
                    a->q->metric, thresh_quantity_name(quantity), series->scope, a->p->stratum);
        return THRESH_EINVAL;
    }
    if (value < 0 && quantity != THRESH_QUANTITY_MEAN && quantity != THRESH_QUANTITY_SUM) {
        char text[THRESH_NUMBER_MAX];
        QUERY_FAULT(a, quantity,
                    "%.80s, %s: found %s of the %s, expected a number that is not negative",
                    a->q->metric, thresh_quantity_name(quantity), thresh_format_number(text, value),
                    arm_name(a, candidate));
        return THRESH_EINVAL;
    }
    if ((rc = find_cell(a, candidate, stratum, &at)) != THRESH_OK)
        return rc;
    if (quantity != THRESH_QUANTITY_BUCKETS && has(&a->cells[at], quantity))
        return twice(a, quantity, candidate, series->scope);
    a->cells[at].has |= 1u << quantity;
    a->cells[at].value[quantity] = value;
    if (quantity != THRESH_QUANTITY_BUCKETS)
        return THRESH_OK;
    if (!array_reserve(&a->buckets, &a->bucket_room, a->bucket_count + 1, sizeof *a->buckets))
        return THRESH_ENOMEM;
    a->buckets[a->bucket_count++] = (bucket){ at, edge, value };
    return THRESH_OK;
}

/* One query, of both arms or of one. */
static thresh_status ask_one(asking *a, thresh_quantity quantity, bool candidate)
{
    const char *promql = with_since(a, a->q->of[quantity].promql[candidate]);
    api_result result = API_RESULT_INIT;
    prometheus_reply reply;
    thresh_status rc;

    if (promql == NULL)
        return THRESH_ENOMEM;
    rc = prometheus_ask_now(&reply, &a->server, promql, a->now * SECOND, &result, a->diags);
    if (rc != THRESH_OK && rc != THRESH_ENOMEM && reply.status != 0)
        QUERY_FAULT(a, quantity, "%.80s, %s: no answer to this query that can be used",
                    a->q->metric, thresh_quantity_name(quantity));
    if (rc == THRESH_OK && result.not_numbers > 0) {
        QUERY_FAULT(a, quantity, "%.80s, %s: the answer has a value that is NaN or infinite",
                    a->q->metric, thresh_quantity_name(quantity));
        rc = THRESH_EINVAL;
    }
    for (size_t i = 0; i < result.count && rc == THRESH_OK; i++)
        rc = take_series(a, quantity, candidate, &result.list[result.samples[i].series],
                         result.samples[i].value);
    api_result_free(&result);
    return rc;
}

/* --- from quantities to a row --- */

/* The histogram of the next cell: how many values, and what their squares sum up to at most. */
static thresh_status spread_of_buckets(asking *a, size_t at, double sum, double *n, double *squares)
{
    const thresh_quantity quantity = THRESH_QUANTITY_BUCKETS;
    double edges[MOST_BUCKETS], counts[MOST_BUCKETS], above = NAN;
    size_t count = 0;

    for (; a->next < a->bucket_count && a->buckets[a->next].cell == at; a->next++) {
        const bucket *b = &a->buckets[a->next];
        double before = count > 0 ? counts[count - 1] : 0, more = b->below - before;
        if (count > 0 && b->edge == edges[count - 1])
            return twice(a, quantity, a->cells[at].candidate, "le");
        if (more < -0.5 - 1e-6 * b->below) {
            QUERY_FAULT(a, quantity, "%.80s, buckets: fewer values below %g than below %g",
                        a->q->metric, b->edge, edges[count - 1]);
            return THRESH_EINVAL;
        }
        if (count == MOST_BUCKETS) {
            QUERY_FAULT(a, quantity, "%.80s, buckets: more than %d", a->q->metric, MOST_BUCKETS);
            return THRESH_EINVAL;
        }
        if (isinf(b->edge) && !isnan(above))
            return twice(a, quantity, a->cells[at].candidate, "le=+Inf");
        if (isinf(b->edge)) {
            *n = b->below;
            above = more;
        } else {
            edges[count] = b->edge;
            counts[count++] = fmax(b->below, before);
        }
    }
    if (isnan(above) || count == 0 || !(edges[0] > 0)) {
        QUERY_FAULT(a, quantity,
                    "%.80s, buckets: expected a histogram of values that are not negative, with "
                    "le=\"+Inf\" and edges below it",
                    a->q->metric);
        return THRESH_EINVAL;
    }
    if (above >= 0.5) {
        QUERY_FAULT(a, quantity,
                    "%.80s, buckets: %.0f values of the %s lie above the highest edge, %g; how far "
                    "they spread is not known: add buckets, or judge the share below an edge",
                    a->q->metric, ceil(above), arm_name(a, a->cells[at].candidate),
                    edges[count - 1]);
        return THRESH_EINVAL;
    }
    for (size_t i = count; i-- > 1;)
        counts[i] -= counts[i - 1];
    *squares = 0;
    if (*n >= 0.5 && histogram_squares(squares, 0, edges, counts, count, sum) != THRESH_OK) {
        QUERY_FAULT(a, quantity,
                    "%.80s, buckets: values of these buckets do not have the sum that `sum` says: "
                    "are they of one unit?",
                    a->q->metric);
        return THRESH_EINVAL;
    }
    return THRESH_OK;
}

/* Mean and standard deviation of n values from their sums; n need not be whole. */
static thresh_status from_sums(const asking *a, thresh_observation *o, double n, double sum,
                               double squares)
{
    o->what = THRESH_OBSERVED_MEAN;
    if (n < 0.5)
        return THRESH_OK;
    o->mean = sum / n;
    double off = squares - sum / n * sum;
    if (off < -1e-9 * squares) {
        QUERY_FAULT(
            a, THRESH_QUANTITY_SUM,
            "%.80s: a sum of squares that is too small for n and sum: are they of one unit?",
            a->q->metric);
        return THRESH_EINVAL;
    }
    o->sd = n > 1 ? sqrt(fmax(off, 0) / (n - 1)) : 0;
    return THRESH_OK;
}

/*
 * increase() extrapolates to the ends of its range: counts come with fractions, and are rounded.
 * What is a part of them was extrapolated alike, so that a share is as exact as the counters are.
 */
static thresh_status add_cell(asking *a, size_t at)
{
    const cell *c = &a->cells[at];
    const double *v = c->value;
    double n = v[THRESH_QUANTITY_N], squares = v[THRESH_QUANTITY_SUM_SQUARES];
    double edges = 2 * a->p->scrape / (double)(a->now - a->since);
    thresh_observation o = { .candidate = c->candidate,
                             .metric = a->q->metric,
                             .stratum = c->stratum,
                             .time = "",
                             .file = a->server.shown };
    thresh_status rc = THRESH_OK;

    if (has(c, THRESH_QUANTITY_BUCKETS))
        rc = spread_of_buckets(a, at, v[THRESH_QUANTITY_SUM], &n, &squares);
    if (rc == THRESH_OK && has(c, THRESH_QUANTITY_SUM))
        rc = from_sums(a, &o, n, v[THRESH_QUANTITY_SUM], squares);
    if (rc != THRESH_OK)
        return rc;
    o.n = floor(n + 0.5);
    if (o.n > 9007199254740992.0) {
        QUERY_FAULT(a, THRESH_QUANTITY_N, "%.80s: n: more than can be counted", a->q->metric);
        return THRESH_EINVAL;
    }
    /* each end of the range may have been extrapolated by a scrape, and will not be the next time
     */
    o.slack = 1 + o.n * fmin(1, edges);
    if (has(c, THRESH_QUANTITY_MEAN)) {
        o.what = THRESH_OBSERVED_MEAN;
        o.mean = v[THRESH_QUANTITY_MEAN];
        o.sd = v[THRESH_QUANTITY_SD];
    }
    if (has(c, THRESH_QUANTITY_SUCCESSES)) {
        double successes = v[THRESH_QUANTITY_SUCCESSES];
        o.what = THRESH_OBSERVED_COUNT;
        o.successes = floor(successes + 0.5);
        if (successes > n * (1 + 1e-9) + 0.5) {
            char text[2][THRESH_NUMBER_MAX];
            QUERY_FAULT(a, THRESH_QUANTITY_SUCCESSES, "'%.80s': %.40s successes of only %.40s",
                        a->q->metric, thresh_format_number(text[0], successes),
                        thresh_format_number(text[1], n));
            return THRESH_EINVAL;
        }
        o.successes = fmin(o.successes, o.n);
    }
    return observations_add(a->to, &o, a->diags);
}

/* --- a metric --- */

/* Is there all that was asked for, of both arms? What is missing is no zero. */
static thresh_status check_cells(const asking *a)
{
    thresh_quantity first = THRESH_QUANTITY_COUNT;
    unsigned wanted = 0;
    bool arms[2] = { false };

    for (int i = THRESH_QUANTITY_COUNT - 1; i >= 0; i--)
        if (a->q->of[i].promql[0] != NULL) {
            wanted |= 1u << i;
            first = (thresh_quantity)i;
        }
    for (size_t k = 0; k < a->cell_count; k++)
        arms[a->cells[k].candidate] |= has(&a->cells[k], first);
    for (int i = 0; i < 2; i++)
        /* a stage of all the traffic has no baseline */
        if (!arms[i] && (i == 1 || a->stage->share < 1)) {
            QUERY_FAULT(a, first,
                        "%.80s, %s: the server has no series of the %s since the stage began",
                        a->q->metric, thresh_quantity_name(first), arm_name(a, i == 1));
            return THRESH_EINVAL;
        }
    for (size_t k = 0; k < a->cell_count; k++)
        for (int i = 0; i < THRESH_QUANTITY_COUNT; i++) {
            const cell *c = &a->cells[k];
            if ((wanted & ~c->has & 1u << i) == 0)
                continue;
            QUERY_FAULT(a, i,
                        "%.80s, %s: no series of the %s%s%.80s, of which there are others; where a "
                        "counter begins with its first event, say what is 0: … or 0 * (the query "
                        "of n)",
                        a->q->metric, thresh_quantity_name((thresh_quantity)i),
                        arm_name(a, c->candidate), c->stratum[0] != '\0' ? ", " : "", c->stratum);
            return THRESH_EINVAL;
        }
    return THRESH_OK;
}

static int by_edge(const void *left, const void *right)
{
    const bucket *a = left, *b = right;

    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->edge > b->edge) - (a->edge < b->edge);
}

static thresh_status ask_metric(asking *a, const thresh_metric_queries *q)
{
    thresh_status rc = THRESH_OK;

    a->q = q;
    a->cell_count = a->bucket_count = a->next = 0;
    index_free(&a->index);
    a->index = (index_table){ NULL, 0, 0 };
    for (int i = 0; i < THRESH_QUANTITY_COUNT && rc == THRESH_OK; i++) {
        if (q->of[i].promql[0] == NULL)
            continue;
        rc = ask_one(a, (thresh_quantity)i, false);
        if (rc == THRESH_OK && !q->of[i].both)
            rc = ask_one(a, (thresh_quantity)i, true);
    }
    if (rc == THRESH_OK)
        rc = check_cells(a);
    if (a->bucket_count > 0)
        qsort(a->buckets, a->bucket_count, sizeof *a->buckets, by_edge);
    for (size_t i = 0; i < a->cell_count && rc == THRESH_OK; i++)
        rc = add_cell(a, i);
    return rc;
}

thresh_status thresh_observations_ask(thresh_observations **out, const thresh_observations *with,
                                      const thresh_rollout_plan *plan,
                                      const thresh_rollout_state *state, const char *url,
                                      int64_t now, thresh_diags *diags)
{
    asking a = { .arena = ARENA_INIT,
                 .plan = plan,
                 .p = plan->prometheus,
                 .stage = &plan->stages[state->info.stage],
                 .since = state->info.since,
                 .now = now,
                 .diags = diags };
    size_t length = strlen(url);
    thresh_status rc = THRESH_ENOMEM;

    *out = NULL;
    if (plan->prometheus == NULL) {
        thresh_diags_add(diags, THRESH_ERROR, plan->path, 0, 0,
                         "the plan has no queries for a Prometheus server; expected prometheus: "
                         "{queries: {%.80s: {n: …}}}",
                         plan->metrics[0].name);
        return THRESH_EINVAL;
    }
    if (now <= state->info.since) {
        thresh_diags_add(
            diags, THRESH_ERROR, plan->path, 0, 0,
            "the stage '%.80s' has only just begun: there is nothing to ask a server for",
            a.stage->name);
        return THRESH_EINVAL;
    }
    while (length > 0 && url[length - 1] == '/')
        length--;
    a.server = (prometheus_server){ .url = arena_strndup(&a.arena, url, length),
                                    .timeout = TIMEOUT,
                                    .most = LARGEST_ANSWER };
    if (a.server.url != NULL)
        a.server.shown = without_secret(&a.arena, a.server.url);
    if (!a.arena.failed)
        rc = observations_new(&a.to);
    for (size_t i = 0; with != NULL && i < with->count && rc == THRESH_OK; i++)
        rc = observations_add(a.to, &with->rows[i], diags);
    if (rc == THRESH_OK)
        rc = http_open(&a.server.client, diags);
    for (size_t i = 0; i < a.p->count && rc == THRESH_OK; i++)
        rc = ask_metric(&a, &a.p->queries[i]);
    if (rc == THRESH_OK)
        rc = observations_settle(a.to, diags);
    if (rc == THRESH_OK)
        *out = a.to;
    else
        thresh_observations_free(a.to);
    http_close(a.server.client);
    index_free(&a.index);
    free(a.cells);
    free(a.buckets);
    arena_free(&a.arena);
    return rc;
}
