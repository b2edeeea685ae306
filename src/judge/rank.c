/* Several candidates in order: what each is worth, which cannot be told apart, which trade-offs
 * there are. Who may serve at all was decided before, by the limits. */
#include "judge/judge.h"
#include "thresh/rank.h"

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

/* The same metric of another candidate. */
static const thresh_judged *same_metric(const thresh_result *result, const thresh_judged *m)
{
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

/* --- what they are ordered by --- */

static void set_score(thresh_ranked *c)
{
    const thresh_score *s = c->result->score;

    c->value = s->value;
    c->low = s->low;
    c->high = s->high;
}

/* The value, and its bounds from those of the degradation. */
static void set_metric(thresh_ranked *c, const thresh_judged *m)
{
    double unit = m->measure == THRESH_RELATIVE ? fabs(m->baseline) : 1;
    double sign = m->kind->direction == THRESH_HIGHER ? -1 : 1;

    c->value = c->low = c->high = m->candidate;
    if (m->has_interval) {
        double a = m->baseline + sign * m->low * unit, b = m->baseline + sign * m->high * unit;
        c->low = fmin(a, b);
        c->high = fmax(a, b);
    }
}

static thresh_status set_values(ranking *r, const thresh_result *const *results,
                                const thresh_rank_options *options, thresh_diags *diags)
{
    thresh_ranking *out = &r->out;
    const thresh_judged *m = NULL;

    if (options->by != NULL && strcmp(options->by, "score") != 0
        && (m = find_any(results, out->count, options->by, diags)) == NULL)
        return THRESH_ENOENT;
    out->by = m == NULL             ? "score"
              : m->scope[0] == '\0' ? m->name
                                    : arena_printf(&r->arena, "%s/%s", m->scope, m->name);
    out->by_metric = m;
    out->higher = m == NULL || m->kind->direction == THRESH_HIGHER;
    for (size_t i = 0; i < out->count; i++) {
        thresh_ranked *c = &out->candidates[i];
        const thresh_judged *own = m == NULL ? NULL : same_metric(c->result, m);

        c->value = c->low = c->high = NAN;
        if (m == NULL)
            set_score(c);
        else if (own != NULL)
            set_metric(c, own);
    }
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
    if (isnan(a->value) || isnan(b->value))
        return !isnan(a->value) && isnan(b->value);
    return r->higher ? a->value > b->value : a->value < b->value;
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

        c->place = i > 0 && c->value == c[-1].value ? c[-1].place : i + 1;
        c->tied = i > 0 && c->high >= first->low && c->low <= first->high;
        r->ties += c->tied;
    }
    first->tied = r->ties > 0;
}

/* --- the front --- */

static bool is_cost(const thresh_judged *m)
{
    switch (m->kind->family) {
    case THRESH_LATENCY:
    case THRESH_THROUGHPUT:
    case THRESH_SIZE:
    case THRESH_MEMORY:
    case THRESH_COST:
        return m->whole == NULL;
    default:
        return false;
    }
}

static void add_axis(thresh_ranking *r, const thresh_judged *m)
{
    for (size_t i = 0; i < r->axis_count; i++)
        if (r->axes[i].metric == m)
            return;
    r->axes[r->axis_count++] =
        m == NULL ? (thresh_axis){ "", "score", NULL, true }
                  : (thresh_axis){ m->scope, m->name, m, m->kind->direction == THRESH_HIGHER };
}

static thresh_status choose_axes(ranking *r, const thresh_result *const *results,
                                 const thresh_rank_options *options, thresh_diags *diags)
{
    thresh_ranking *out = &r->out;
    size_t most = 1 + results[0]->metric_count;

    for (size_t i = 0; options->axes != NULL && options->axes[i] != NULL; i++)
        most++;
    if ((out->axes = arena_alloc(&r->arena, most * sizeof *out->axes)) == NULL)
        return THRESH_ENOMEM;
    if (options->axes == NULL || options->axes[0] == NULL) {
        add_axis(out, NULL);
        for (size_t i = 0; i < results[0]->metric_count; i++)
            if (is_cost(&results[0]->metrics[i]))
                add_axis(out, &results[0]->metrics[i]);
        return THRESH_OK;
    }
    for (size_t i = 0; options->axes[i] != NULL; i++) {
        const thresh_judged *m = NULL;
        if (strcmp(options->axes[i], "score") != 0
            && (m = find_any(results, out->count, options->axes[i], diags)) == NULL)
            return THRESH_ENOENT;
        add_axis(out, m);
    }
    return THRESH_OK;
}

static thresh_status set_axes(ranking *r)
{
    thresh_ranking *out = &r->out;

    for (size_t i = 0; i < out->count; i++) {
        thresh_ranked *c = &out->candidates[i];

        if ((c->axes = arena_alloc(&r->arena, out->axis_count * sizeof *c->axes)) == NULL)
            return THRESH_ENOMEM;
        for (size_t k = 0; k < out->axis_count; k++) {
            const thresh_judged *m = out->axes[k].metric;
            const thresh_judged *own = m == NULL ? NULL : same_metric(c->result, m);
            c->axes[k] = m == NULL ? c->result->score->value : own == NULL ? NAN : own->candidate;
        }
    }
    return THRESH_OK;
}

/* As good in every axis, and better in one. What is not known is as bad as can be. */
static bool dominates(const thresh_ranking *r, const thresh_ranked *a, const thresh_ranked *b)
{
    bool better = false;

    for (size_t k = 0; k < r->axis_count; k++) {
        double x = a->axes[k], y = b->axes[k];

        if (isnan(x) || isnan(y)) {
            if (isnan(x) && !isnan(y))
                return false;
            better = better || (isnan(y) && !isnan(x));
            continue;
        }
        if (r->axes[k].higher ? x < y : x > y)
            return false;
        better = better || x != y;
    }
    return better;
}

static void find_front(thresh_ranking *r)
{
    for (size_t i = 0; i < r->eligible; i++) {
        r->candidates[i].on_front = true;
        for (size_t k = 0; k < r->eligible && r->candidates[i].on_front; k++)
            r->candidates[i].on_front = !dominates(r, &r->candidates[k], &r->candidates[i]);
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
    if ((rc = set_values(r, results, options, diags)) != THRESH_OK
        || (rc = choose_axes(r, results, options, diags)) != THRESH_OK
        || (rc = set_axes(r)) != THRESH_OK)
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
