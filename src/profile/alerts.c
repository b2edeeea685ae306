/* Levels of alerts: the defaults of each family, and the strictest of several profiles. */
#include "profile/profile.h"

#include <math.h>
#include <string.h>

static const char *const level_names[THRESH_LEVELS] = { [THRESH_LEVEL_NONE] = "none",
                                                        [THRESH_LEVEL_YELLOW] = "yellow",
                                                        [THRESH_LEVEL_ORANGE] = "orange",
                                                        [THRESH_LEVEL_RED] = "red" };

const char *thresh_level_name(thresh_level level)
{
    return level_names[level];
}

enum { DEFAULT_COUNT = 1000, DEFAULT_CLEAR_WINDOWS = 2 };
static const double default_clear_below = 0.1;
/* A monitor looks again and again: 95 % would raise an alert that is none every twenty looks. */
static const double default_confidence = 0.99;
/* Of values that are no numbers, and of lines. */
static const double default_missing = 0.5, default_unreadable = 0.05;

#define LEVELS(unit, yellow, orange, red)                                                          \
    {                                                                                              \
        { yellow, THRESH_LIMIT_##unit, false }, { orange, THRESH_LIMIT_##unit, false },            \
        {                                                                                          \
            red, THRESH_LIMIT_##unit, false                                                        \
        }                                                                                          \
    }
/* Accuracy, latency and error rate as the design has them; the others in the same proportions to
 * what the catalog tolerates of them. */
static const thresh_limit defaults[THRESH_FAMILIES][ALERT_RED + 1] = {
    [THRESH_PROPORTION] = LEVELS(PP, 0.015, 0.025, 0.04),
    [THRESH_AREA] = LEVELS(OWN, 0.015, 0.025, 0.04),
    [THRESH_RANKING] = LEVELS(PERCENT, 0.03, 0.05, 0.08),
    [THRESH_ERROR_RATE] = LEVELS(PP, 0.005, 0.01, 0.02),
    [THRESH_PERPLEXITY] = LEVELS(PERCENT, 0.1, 0.2, 0.4),
    [THRESH_POINTS] = LEVELS(POINTS, 2, 4, 8),
    [THRESH_RATING] = LEVELS(OWN, 0.2, 0.4, 0.6),
    [THRESH_BUSINESS_RATE] = LEVELS(PERCENT, 0.02, 0.04, 0.08),
    [THRESH_LATENCY] = LEVELS(PERCENT, 0.1, 0.2, 0.4),
    [THRESH_THROUGHPUT] = LEVELS(PERCENT, 0.1, 0.2, 0.4),
    [THRESH_SIZE] = LEVELS(PERCENT, 0.1, 0.2, 0.4),
    [THRESH_MEMORY] = LEVELS(PERCENT, 0.1, 0.2, 0.4),
    [THRESH_COST] = LEVELS(PERCENT, 0.1, 0.2, 0.4),
    [THRESH_LOSS] = LEVELS(PERCENT, 0.05, 0.1, 0.2),
};

/* How exactly an entry means the metric; 0: not at all. What stands for all is the least exact. */
static int rank_of(const alert_entry *e, const thresh_query *q)
{
    if (e->pattern == NULL)
        return 1;
    if (e->family)
        return strcmp(e->pattern, thresh_family_name(q->kind->family)) == 0 ? 2 : 0;
    return thresh_pattern_rank(e->pattern, q->scope, q->name, q->kind);
}

/* The best entry for each thing that one can say. */
typedef struct chosen {
    const struct alert_limit *limits[ALERT_LIMITS];
    int limit_ranks[ALERT_LIMITS];
    int windows, clear_windows, clear_below, no_data, max_missing, confidence,
        statistic; /* ranks */
} chosen;

static bool better(int *best, int rank, bool said)
{
    if (!said || rank < *best)
        return false;
    *best = rank;
    return true;
}

static void choose(chosen *c, const alert_entry *e, int rank, thresh_alert_rule *out)
{
    for (int k = 0; k < ALERT_LIMITS; k++)
        if (better(&c->limit_ranks[k], rank,
                   e->limits[k].none || e->limits[k].limit.unit != THRESH_LIMIT_NONE))
            c->limits[k] = &e->limits[k];
    if (better(&c->windows, rank, e->windows > 0))
        for (int l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++)
            out->levels[l].windows = e->windows;
    if (better(&c->clear_windows, rank, e->clear_windows > 0))
        out->clear_windows = e->clear_windows;
    if (better(&c->clear_below, rank, !isnan(e->clear_below)))
        out->clear_below = e->clear_below;
    if (better(&c->no_data, rank, e->no_data >= 0))
        out->no_data = e->no_data;
    if (better(&c->max_missing, rank, e->max_missing > 0))
        out->max_missing = e->max_missing;
    if (better(&c->confidence, rank, e->confidence > 0))
        out->confidence = e->confidence;
    if (better(&c->statistic, rank, e->has_statistic)) {
        out->statistic = e->statistic;
        out->quantile = e->quantile;
    }
}

static void take_level(struct thresh_alert_limit *l, const thresh_query *q, thresh_limit limit,
                       const char *from)
{
    bool relative = limit.unit == THRESH_LIMIT_PERCENT;

    l->set = true;
    l->limit = relative ? limit.value : limit_amount(q, limit);
    l->measure = relative ? THRESH_RELATIVE : THRESH_ABSOLUTE;
    l->exclusive = limit.exclusive;
    l->from = from;
}

/* A limit brought to the metric's own unit, to be compared with others. */
static double in_own_unit(const struct thresh_alert_limit *l, const thresh_query *q)
{
    return l->measure == THRESH_RELATIVE ? l->limit * fabs(q->baseline) : l->limit;
}

/* Whoever tightens red below the orange of others means that orange begins there too. */
static void keep_order(thresh_alert_rule *r, const thresh_query *q)
{
    const struct thresh_alert_limit *above = NULL;

    for (int l = THRESH_LEVEL_RED; l > THRESH_LEVEL_NONE; l--) {
        struct thresh_alert_limit *one = &r->levels[l];
        if (!one->set)
            continue;
        if (above != NULL && in_own_unit(one, q) > in_own_unit(above, q)) {
            unsigned windows = one->windows;
            *one = *above;
            one->windows = windows;
        }
        above = one;
    }
}

static void take_bounds(thresh_alert_rule *r, const thresh_query *q, const chosen *c)
{
    const struct alert_limit *low = c->limits[ALERT_FLOOR], *high = c->limits[ALERT_CEILING];

    if (low != NULL && (!r->has_floor || limit_value(q, low->limit) > r->floor)) {
        r->has_floor = true;
        r->floor = limit_value(q, low->limit);
        r->floor_from = low->from;
    }
    if (high != NULL && (!r->has_ceiling || limit_value(q, high->limit) < r->ceiling)) {
        r->has_ceiling = true;
        r->ceiling = limit_value(q, high->limit);
        r->ceiling_from = high->from;
    }
}

void thresh_policy_alert_rule(const thresh_policy *policy, const thresh_query *q,
                              thresh_alert_rule *out)
{
    bool said[ALERT_RED + 1] = { false };

    *out = (thresh_alert_rule){ .clear_below = default_clear_below,
                                .clear_windows = DEFAULT_CLEAR_WINDOWS,
                                .max_missing = default_missing,
                                .confidence = default_confidence };
    for (int l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++)
        out->levels[l].windows = 1;
    for (size_t p = 0; p < policy->count; p++) {
        chosen c = { 0 };

        for (size_t i = 0; i < policy->profiles[p]->alert_count; i++) {
            const alert_entry *e = &policy->profiles[p]->alerts[i];
            int rank = rank_of(e, q);
            if (rank > 0)
                choose(&c, e, rank, out);
        }
        for (int k = ALERT_YELLOW; k <= ALERT_RED; k++) {
            struct thresh_alert_limit *l = &out->levels[k + THRESH_LEVEL_YELLOW], one = *l;
            const struct alert_limit *of = c.limits[k];

            if (of == NULL)
                continue;
            if (of->limit.unit != THRESH_LIMIT_NONE) {
                out->fault =
                    out->fault != NULL ? out->fault : limit_fault(q->kind, KEY_TOLERATE, of->limit);
                take_level(&one, q, of->limit, of->from);
                if (!l->set || in_own_unit(&one, q) < in_own_unit(l, q))
                    *l = one;
            }
            said[k] = true;
        }
        take_bounds(out, q, &c);
    }
    for (int k = ALERT_YELLOW; k <= ALERT_RED; k++)
        if (!said[k])
            take_level(&out->levels[k + THRESH_LEVEL_YELLOW], q, defaults[q->kind->family][k],
                       "default");
    keep_order(out, q);
}

static void say_again(double *out, double said)
{
    if (said > 0)
        *out = said;
}

static void say_drift(thresh_drift_settings *out, const thresh_drift_settings *said)
{
    bool methods = false;

    if (said->columns != NULL)
        out->columns = said->columns;
    for (size_t i = 0; i < THRESH_DETECTOR_COUNT; i++) {
        methods = methods || said->methods[i];
        say_again(&out->limits[i], said->limits[i]);
    }
    if (methods)
        memcpy(out->methods, said->methods, sizeof out->methods);
    if (said->window > 0)
        out->window = said->window;
}

thresh_alert_settings thresh_policy_alert_settings(const thresh_policy *policy)
{
    thresh_alert_settings out = { .window = { .count = DEFAULT_COUNT },
                                  .lateness = -1,
                                  .max_bad = default_unreadable,
                                  .max_late = default_unreadable };

    for (size_t i = 0; i < policy->count; i++) {
        const profile *p = policy->profiles[i];
        const thresh_alert_settings *s = &p->alert_settings;

        if (s->window.count > 0 || s->window.microseconds > 0) {
            out.window = s->window;
            out.slide = (thresh_span){ 0 };
        }
        if (s->slide.count > 0 || s->slide.microseconds > 0)
            out.slide = s->slide;
        if (p->has_lateness)
            out.lateness = s->lateness;
        if (p->has_adaptive)
            out.adaptive = s->adaptive;
        say_again(&out.max_bad, s->max_bad);
        say_again(&out.max_late, s->max_late);
        say_again(&out.tolerance.start, s->tolerance.start);
        say_again(&out.tolerance.least, s->tolerance.least);
        say_again(&out.tolerance.most, s->tolerance.most);
        say_again(&out.tolerance.widen, s->tolerance.widen);
        say_again(&out.tolerance.tighten, s->tolerance.tighten);
        if (s->tolerance.window > 0)
            out.tolerance.window = s->tolerance.window;
        say_drift(&out.drift, &s->drift);
    }
    return out;
}

const char *thresh_policy_alert_pattern(const thresh_policy *policy, size_t i)
{
    for (size_t p = 0; p < policy->count; p++)
        for (size_t k = 0; k < policy->profiles[p]->alert_count; k++) {
            const alert_entry *e = &policy->profiles[p]->alerts[k];
            if (e->pattern != NULL && !e->family && i-- == 0)
                return e->pattern;
        }
    return NULL;
}

const thresh_alert_action *thresh_policy_alert_action(const thresh_policy *policy, size_t i)
{
    for (size_t p = 0; p < policy->count; p++) {
        if (i < policy->profiles[p]->action_count)
            return &policy->profiles[p]->actions[i];
        i -= policy->profiles[p]->action_count;
    }
    return NULL;
}
