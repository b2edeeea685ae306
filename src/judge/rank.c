/* Several candidates in order: what each is worth, which cannot be told apart, which trade-offs
 * there are. Who may serve at all was decided before, by the limits. */
#include "judge/judge.h"
#include "thresh/rank.h"
#include "thresh/roi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct ranking {
    thresh_ranking out; /* the caller sees this one */
    arena arena;
} ranking;

void thresh_ranking_free(thresh_ranking *out)
{
    ranking *r = (ranking *)out;

    if (r == NULL)
        return;
    arena_free(&r->arena);
    free(r);
}

/* The metric of a candidate that a pattern means most exactly, or NULL. */
static const thresh_judged *find_metric(const thresh_result *result, const char *pattern)
{
    const thresh_judged *best = NULL;
    int most = 0;

    for (size_t i = 0; i < result->metric_count; i++) {
        const thresh_judged *m = &result->metrics[i];
        int rank = thresh_pattern_rank(pattern, m->scope, m->name, m->kind);
        if (rank > most && (m->whole == NULL || best == NULL)) {
            best = m;
            most = rank;
        }
    }
    return best;
}

/* The same metric of another candidate. Both have its name from the baseline, which is mostly the
 * same set: then the texts need not be compared. */
static const thresh_judged *same_metric(const thresh_result *result, const thresh_judged *m)
{
    for (size_t i = 0; i < result->metric_count; i++)
        if (result->metrics[i].name == m->name && result->metrics[i].scope == m->scope)
            return &result->metrics[i];
    for (size_t i = 0; i < result->metric_count; i++)
        if (strcmp(result->metrics[i].name, m->name) == 0
            && strcmp(result->metrics[i].scope, m->scope) == 0)
            return &result->metrics[i];
    return NULL;
}

static const thresh_judged *find_any(const thresh_result *const *results, size_t count,
                                     const char *pattern, thresh_diags *diags)
{
    for (size_t i = 0; i < count; i++) {
        const thresh_judged *m = find_metric(results[i], pattern);
        if (m != NULL)
            return m;
    }
    thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                     "no metric '%s' in the baseline and a candidate", pattern);
    return NULL;
}

/* --- axes and what stands on them --- */

static thresh_axis axis_of(const thresh_judged *m)
{
    return (thresh_axis){ THRESH_AXIS_METRIC, m->scope, m->name, m,
                          m->kind->direction == THRESH_HIGHER };
}

static const thresh_axis score_axis = { THRESH_AXIS_SCORE, "", "score", NULL, true },
                         roi_axis = { THRESH_AXIS_ROI, "", "roi", NULL, true };

static thresh_status find_axis(thresh_axis *out, const thresh_result *const *results, size_t count,
                               const char *pattern, thresh_diags *diags)
{
    const thresh_judged *m;

    if (strcmp(pattern, "score") == 0) {
        *out = score_axis;
        return THRESH_OK;
    }
    if (strcmp(pattern, "roi") == 0) {
        *out = roi_axis;
        if (results[0]->roi != NULL)
            return THRESH_OK;
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "no return to weigh the candidates by: that takes a model of it (--roi)");
        return THRESH_ENOENT;
    }
    if ((m = find_any(results, count, pattern, diags)) == NULL)
        return THRESH_ENOENT;
    *out = axis_of(m);
    return THRESH_OK;
}

static bool same_axis(const thresh_axis *a, const thresh_axis *b)
{
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 && strcmp(a->scope, b->scope) == 0;
}

/* The value of a metric, and its bounds from those of the degradation. */
static thresh_span span_of_metric(const thresh_judged *m)
{
    double unit = m->measure == THRESH_RELATIVE ? fabs(m->baseline) : 1;
    double sign = m->kind->direction == THRESH_HIGHER ? -1 : 1;
    thresh_span span = { m->candidate, m->candidate, m->candidate };

    if (m->has_interval) {
        double a = m->baseline + sign * m->low * unit, b = m->baseline + sign * m->high * unit;
        span.low = fmin(a, b);
        span.high = fmax(a, b);
    }
    return span;
}

static thresh_span span_on(const thresh_axis *axis, const thresh_result *r)
{
    static const thresh_span none = { NAN, NAN, NAN };
    const thresh_judged *m = NULL;

    switch (axis->kind) {
    case THRESH_AXIS_SCORE:
        return (thresh_span){ r->score->value, r->score->low, r->score->high };
    case THRESH_AXIS_ROI:
        return r->roi == NULL ? none : (thresh_span){ r->roi->roi, r->roi->low, r->roi->high };
    case THRESH_AXIS_METRIC:
        m = same_metric(r, axis->metric);
        break;
    }
    return m == NULL ? none : span_of_metric(m);
}

/* --- what they are ordered by --- */

static thresh_status set_order(ranking *r, const thresh_result *const *results,
                               const thresh_rank_options *options, thresh_diags *diags)
{
    thresh_ranking *out = &r->out;
    thresh_axis *by = &out->order;
    thresh_status rc = find_axis(by, results, out->count,
                                 options->by != NULL ? options->by : score_axis.name, diags);

    if (rc != THRESH_OK)
        return rc;
    out->by =
        by->scope[0] == '\0' ? by->name : arena_printf(&r->arena, "%s/%s", by->scope, by->name);
    for (size_t i = 0; i < out->count; i++)
        out->candidates[i].order = span_on(by, out->candidates[i].result);
    return out->by == NULL ? THRESH_ENOMEM : THRESH_OK;
}

/* Eligible before review before rejected; then by value, NaN last; else as they were named. */
static int group_of(const thresh_ranked *c)
{
    return c->eligible ? 0 : c->result->verdict == THRESH_REVIEW ? 1 : 2;
}

static bool comes_before(const thresh_ranking *r, const thresh_ranked *a, const thresh_ranked *b)
{
    if (group_of(a) != group_of(b))
        return group_of(a) < group_of(b);
    if (isnan(a->order.value) || isnan(b->order.value))
        return !isnan(a->order.value) && isnan(b->order.value);
    return r->order.higher ? a->order.value > b->order.value : a->order.value < b->order.value;
}

/* Merge sort: stable, so that equals stay in the order of the command line. */
static void sort(const thresh_ranking *r, thresh_ranked *items, thresh_ranked *room, size_t n)
{
    size_t half = n / 2, a = 0, b = half, to = 0;

    if (n < 2)
        return;
    sort(r, items, room, half);
    sort(r, items + half, room, n - half);
    memcpy(room, items, n * sizeof *items);
    while (a < half || b < n)
        items[to++] =
            a == half || (b < n && comes_before(r, &room[b], &room[a])) ? room[b++] : room[a++];
}

static void set_places(thresh_ranking *r)
{
    thresh_ranked *first = r->candidates;

    for (size_t i = 0; i < r->eligible; i++) {
        thresh_ranked *c = &r->candidates[i];

        c->place = i > 0 && c->order.value == c[-1].order.value ? c[-1].place : i + 1;
        c->tied = i > 0 && c->order.high >= first->order.low && c->order.low <= first->order.high;
        r->ties += c->tied;
    }
    first->tied = r->ties > 0;
}

/* --- the front --- */

/* Families that a candidate costs by, in the order of their axes. */
static const thresh_family costs[] = { THRESH_LATENCY, THRESH_COST, THRESH_SIZE, THRESH_MEMORY,
                                       THRESH_THROUGHPUT };
enum { COSTS = sizeof costs / sizeof *costs };

static size_t cost_of(const thresh_judged *m)
{
    size_t k = 0;

    while (k < COSTS && costs[k] != m->kind->family)
        k++;
    return m->whole == NULL ? k : COSTS;
}

static int compare_costs(const void *a, const void *b)
{
    const thresh_axis *x = a, *y = b;
    size_t cx = cost_of(x->metric), cy = cost_of(y->metric);
    int scopes = strcmp(x->scope, y->scope);

    return cx != cy ? (cx > cy) - (cx < cy) : scopes != 0 ? scopes : strcmp(x->name, y->name);
}

static void add_axis(thresh_ranking *r, const thresh_axis *axis)
{
    for (size_t i = 0; i < r->axis_count; i++)
        if (same_axis(&r->axes[i], axis))
            return;
    r->axes[r->axis_count++] = *axis;
}

/* In an order that does not depend on which candidate is named first. */
static void add_costs(thresh_ranking *r, const thresh_result *result)
{
    size_t before = r->axis_count;

    for (size_t i = 0; i < result->metric_count; i++)
        if (cost_of(&result->metrics[i]) < COSTS)
            r->axes[r->axis_count++] = axis_of(&result->metrics[i]);
    qsort(r->axes + before, r->axis_count - before, sizeof *r->axes, compare_costs);
}

static thresh_status choose_axes(ranking *r, const thresh_result *const *results,
                                 const thresh_rank_options *options, thresh_diags *diags)
{
    thresh_ranking *out = &r->out;
    size_t most = 3 + results[0]->metric_count;

    for (size_t i = 0; options->axes != NULL && options->axes[i] != NULL; i++)
        most++;
    if ((out->axes = arena_alloc(&r->arena, most * sizeof *out->axes)) == NULL)
        return THRESH_ENOMEM;
    if (options->axes == NULL || options->axes[0] == NULL) {
        add_axis(out, &score_axis);
        if (results[0]->roi != NULL)
            add_axis(out, &roi_axis);
        add_costs(out, results[0]);
    }
    for (size_t i = 0; options->axes != NULL && options->axes[i] != NULL; i++) {
        thresh_axis axis;
        thresh_status rc = find_axis(&axis, results, out->count, options->axes[i], diags);
        if (rc != THRESH_OK)
            return rc;
        add_axis(out, &axis);
    }
    /* the first in order is never behind for want of what made it the first */
    add_axis(out, &out->order);
    return THRESH_OK;
}

/* What they are ordered by goes up and what it costs across; where a cost is what they are ordered
 * by, the other way round. A metric says more of a trade than the return, which is made of it. */
static void choose_plot(thresh_ranking *r)
{
    const thresh_axis *other = NULL;

    for (size_t i = 0; i < r->axis_count; i++)
        if (!same_axis(&r->axes[i], &r->order)
            && (other == NULL
                || (other->kind == THRESH_AXIS_ROI && r->axes[i].kind == THRESH_AXIS_METRIC)))
            other = &r->axes[i];
    if (other == NULL)
        return;
    bool turned = !r->order.higher && other->higher;
    r->has_plot = true;
    r->plot[turned ? THRESH_ACROSS : THRESH_UP] = r->order;
    r->plot[turned ? THRESH_UP : THRESH_ACROSS] = *other;
}

static thresh_status set_axes(ranking *r)
{
    thresh_ranking *out = &r->out;
    thresh_span *spans = arena_alloc(&r->arena, out->count * (out->axis_count + 1) * sizeof *spans);

    if (spans == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < out->count; i++) {
        thresh_ranked *c = &out->candidates[i];

        c->axes = spans + i * out->axis_count;
        for (size_t k = 0; k < out->axis_count; k++)
            c->axes[k] = span_on(&out->axes[k], c->result);
        for (size_t k = 0; k < THRESH_PLOT_AXES && out->has_plot; k++)
            c->plot[k] = span_on(&out->plot[k], c->result);
    }
    return THRESH_OK;
}

/* As good in every axis, and better in one. What is not known is as bad as can be. */
static bool dominates(const thresh_axis *axes, size_t count, const thresh_span *a,
                      const thresh_span *b)
{
    bool better = false;

    for (size_t k = 0; k < count; k++) {
        double x = a[k].value, y = b[k].value;

        if (isnan(x) || isnan(y)) {
            if (isnan(x) && !isnan(y))
                return false;
            better = better || (isnan(y) && !isnan(x));
            continue;
        }
        if (axes[k].higher ? x < y : x > y)
            return false;
        better = better || x != y;
    }
    return better;
}

static void find_front(thresh_ranking *r)
{
    for (size_t i = 0; i < r->eligible; i++) {
        thresh_ranked *c = &r->candidates[i];

        c->on_front = true;
        c->on_line = r->has_plot && !isnan(c->plot[0].value) && !isnan(c->plot[1].value);
        for (size_t k = 0; k < r->eligible && (c->on_front || c->on_line); k++) {
            const thresh_ranked *other = &r->candidates[k];
            c->on_front = c->on_front && !dominates(r->axes, r->axis_count, other->axes, c->axes);
            c->on_line = c->on_line && !dominates(r->plot, THRESH_PLOT_AXES, other->plot, c->plot);
        }
    }
}

/* --- the whole --- */

static thresh_status fill(ranking *r, const thresh_result *const *results, size_t count,
                          const thresh_rank_options *options, thresh_diags *diags)
{
    thresh_ranking *out = &r->out;
    thresh_ranked *room = arena_alloc(&r->arena, count * sizeof *room);
    thresh_status rc;
    bool review = false;

    out->candidates = arena_alloc(&r->arena, count * sizeof *out->candidates);
    if (room == NULL || out->candidates == NULL)
        return THRESH_ENOMEM;
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        out->candidates[i] =
            (thresh_ranked){ .result = results[i], .eligible = results[i]->verdict <= THRESH_WARN };
        out->eligible += out->candidates[i].eligible;
        review = review || results[i]->verdict == THRESH_REVIEW;
    }
    if ((rc = set_order(r, results, options, diags)) != THRESH_OK
        || (rc = choose_axes(r, results, options, diags)) != THRESH_OK)
        return rc;
    choose_plot(out);
    if ((rc = set_axes(r)) != THRESH_OK)
        return rc;
    sort(out, out->candidates, room, count);
    if (out->eligible > 0) {
        set_places(out);
        find_front(out);
        out->recommended = &out->candidates[0];
    }
    out->exit_code = out->eligible > 0 ? 0 : review ? 3 : 1;
    return THRESH_OK;
}

thresh_status thresh_rank(thresh_ranking **out, const thresh_result *const *results, size_t count,
                          const thresh_rank_options *options, thresh_diags *diags)
{
    static const thresh_rank_options defaults = { 0 };
    ranking *r = calloc(1, sizeof *r);
    thresh_status rc = r == NULL
                           ? THRESH_ENOMEM
                           : fill(r, results, count, options != NULL ? options : &defaults, diags);

    *out = NULL;
    if (rc == THRESH_OK)
        *out = &r->out;
    else
        thresh_ranking_free(r == NULL ? NULL : &r->out);
    return rc;
}
