/* Composition: the strictest rule of several profiles for one metric, with its origin. */
#include "base/language.h"
#include "base/words.h"
#include "base/language.h"
#include "profile/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const burden_names[] = {
    [THRESH_PROVE_HARM] = "prove-harm", [THRESH_POINT] = "point", [THRESH_PROVE_SAFE] = "prove-safe"
};

const char *thresh_burden_name(thresh_burden burden)
{
    return burden_names[burden];
}

thresh_status thresh_policy_new(thresh_policy **out)
{
    thresh_policy *p = calloc(1, sizeof *p);

    *out = NULL;
    if (p == NULL || thresh_catalog_new(&p->catalog) != THRESH_OK) {
        free(p);
        return THRESH_ENOMEM;
    }
    *out = p;
    return THRESH_OK;
}

void thresh_policy_free(thresh_policy *policy)
{
    if (policy == NULL)
        return;
    for (size_t i = 0; i < policy->count; i++)
        profile_free(policy->profiles[i]);
    free(policy->profiles);
    free(policy->scales);
    thresh_catalog_free(policy->catalog);
    arena_free(&policy->arena);
    free(policy);
}

static thresh_status append(thresh_policy *policy, profile *p)
{
    if (!array_reserve(&policy->profiles, &policy->capacity, policy->count + 1,
                       sizeof *policy->profiles)) {
        profile_free(p);
        return THRESH_ENOMEM;
    }
    policy->profiles[policy->count++] = p;
    return THRESH_OK;
}

thresh_status thresh_policy_add(thresh_policy *policy, const char *name_or_path, const char *axis,
                                const thresh_lookup *lookup, thresh_diags *diags)
{
    profile *p = NULL;
    thresh_status rc = profile_load(&p, policy, name_or_path, axis, lookup, diags);

    return rc == THRESH_OK ? append(policy, p) : rc;
}

thresh_status thresh_policy_add_text(thresh_policy *policy, const char *text, size_t len,
                                     const char *origin, const thresh_lookup *lookup,
                                     thresh_diags *diags)
{
    profile *p = NULL;
    thresh_status rc = profile_load_text(&p, policy, text, len, origin, lookup, diags);

    return rc == THRESH_OK ? append(policy, p) : rc;
}

size_t thresh_policy_count(const thresh_policy *policy)
{
    return policy->count;
}

const thresh_profile_info *thresh_policy_at(const thresh_policy *policy, size_t i)
{
    return &policy->profiles[i]->info;
}

const thresh_catalog *thresh_policy_catalog(const thresh_policy *policy)
{
    return policy->catalog;
}

/* "scope/name" or "name" alone; patterns see the whole path. */
static bool matches_path(const char *pattern, const char *scope, const char *name)
{
    char path[8192];
    size_t ls = strlen(scope), ln = strlen(name);

    if (ls + ln + 2 > sizeof path)
        return false;
    memcpy(path, scope, ls);
    path[ls] = '/';
    memcpy(path + ls + (ls > 0), name, ln + 1);
    return glob_match(pattern, path);
}

/* Normalising changes letters and no length, which tells most names apart. */
static bool same_normalised(const char *a, const char *b)
{
    char na[256], nb[256];

    return strlen(a) == strlen(b) && name_normalise(na, sizeof na, a)
           && name_normalise(nb, sizeof nb, b) && strcmp(na, nb) == 0;
}

/* "p95_latency" means "p95_latency_ms" too. */
static bool same_without_unit(const char *pattern, const char *name)
{
    char np[256], nn[256];

    return strlen(pattern) < strlen(name) && name_normalise(np, sizeof np, pattern)
           && name_normalise(nn, sizeof nn, name) && name_cut_unit(nn) != NULL
           && strcmp(np, nn) == 0;
}

/* Apart by more than the length of a glob, which decides among globs. */
enum {
    RANK_KIND = 100,
    RANK_NAME_GLOB = 200,
    RANK_NAME = 400,
    RANK_PATH_GLOB = 500,
    RANK_PATH = 700
};

int thresh_pattern_rank(const char *pattern, const char *scope, const char *name,
                        const thresh_kind *kind)
{
    int length = (int)strnlen(pattern, 90); /* among globs the longer one says more */
    bool glob = glob_is_pattern(pattern), path = strchr(pattern, '/') != NULL;

    if (path)
        return matches_path(pattern, scope, name) ? (glob ? RANK_PATH_GLOB + length : RANK_PATH)
                                                  : 0;
    if (glob)
        return glob_match(pattern, name) ? RANK_NAME_GLOB + length : 0;
    if (same_normalised(pattern, name))
        return RANK_NAME;
    if (same_without_unit(pattern, name))
        return RANK_NAME - 1;
    return kind != NULL && strcmp(pattern, kind->name) == 0 ? RANK_KIND : 0;
}

thresh_scale_choice thresh_policy_scale(const thresh_policy *policy, const char *scope,
                                        const char *name, const thresh_kind *kind)
{
    thresh_scale_choice choice = THRESH_AS_SEEN;
    int best = 0;

    for (size_t p = policy->count; p-- > 0;)
        for (size_t i = 0; i < policy->profiles[p]->scale_count; i++) {
            const scale_entry *e = &policy->profiles[p]->scales[i];
            int rank = thresh_pattern_rank(e->pattern, scope, name, kind);
            if (rank > best) {
                best = rank;
                choice = e->choice;
            }
        }
    /* the command line decides over the profiles */
    for (size_t i = 0; i < policy->scale_count; i++)
        if (thresh_pattern_rank(policy->scales[i].pattern, scope, name, kind) > 0)
            choice = policy->scales[i].choice;
    return choice;
}

thresh_status thresh_policy_set_scale(thresh_policy *policy, const char *name,
                                      thresh_scale_choice choice)
{
    const char *copy = arena_strdup(&policy->arena, name);

    if (copy == NULL
        || !array_reserve(&policy->scales, &policy->scale_capacity, policy->scale_count + 1,
                          sizeof *policy->scales))
        return THRESH_ENOMEM;
    policy->scales[policy->scale_count++] = (scale_entry){ copy, choice };
    return THRESH_OK;
}

const char *limit_fault(const thresh_kind *kind, limit_key key, thresh_limit limit)
{
    bool hard = key == KEY_FLOOR || key == KEY_CEILING;
    const unit *own = unit_find(kind->unit, strlen(kind->unit));

    if (kind->informational)
        return N_("this kind is informational and never judged");
    switch (limit.unit) {
    case THRESH_LIMIT_PERCENT:
        if (hard && kind->scale != THRESH_SCALE_FRACTION)
            /* xgettext:no-c-format */
            return N_("a floor or ceiling in % needs a proportion; give it in the metric's own "
                      "unit");
        return key == KEY_IGNORE_BELOW || key == KEY_ABSOLUTE
                   ? N_("this one needs the metric's own unit, not %")
                   : NULL;
    case THRESH_LIMIT_PP:
        if (hard)
            /* xgettext:no-c-format */
            return N_("a floor or ceiling is a value, not a difference: write 75% or 0.75");
        return kind->scale == THRESH_SCALE_NONE ? N_("pp needs a metric on a 0-1 or 0-100 scale")
                                                : NULL;
    case THRESH_LIMIT_POINTS:
        return kind->family == THRESH_POINTS || kind->family == THRESH_RATING
                       || kind->scale != THRESH_SCALE_NONE
                   ? NULL
                   : N_("points need a metric counted in points");
    case THRESH_LIMIT_TIME:
        return own != NULL && own->dimension == UNIT_TIME ? NULL : N_("this metric is not a time");
    case THRESH_LIMIT_BYTES:
        return own != NULL && own->dimension == UNIT_BYTES
                   ? NULL
                   : N_("this metric is not a size in bytes");
    case THRESH_LIMIT_OWN:
        if (kind->scale == THRESH_SCALE_FRACTION && !hard && limit.value > 0.5)
            /* xgettext:no-c-format */
            return N_("a bare number counts in fractions here: write 1pp, 1% or 0.01");
        return NULL;
    case THRESH_LIMIT_NONE:
        break;
    }
    return NULL;
}

/* A limit as an amount in the metric's own unit. */
static double amount(const thresh_query *q, thresh_limit limit)
{
    switch (limit.unit) {
    case THRESH_LIMIT_PERCENT:
        return limit.value * fabs(q->baseline);
    case THRESH_LIMIT_PP:
        return q->kind->scale == THRESH_SCALE_HUNDRED ? limit.value * 100 : limit.value;
    case THRESH_LIMIT_POINTS:
        return q->kind->scale == THRESH_SCALE_FRACTION ? limit.value / 100 : limit.value;
    case THRESH_LIMIT_TIME:
    case THRESH_LIMIT_BYTES:
        return limit.value / q->own_per_base;
    default:
        return limit.value;
    }
}

/* A floor or ceiling in the metric's own unit: a value, read as values are. */
static double hard_limit(const thresh_query *q, thresh_limit limit)
{
    if (limit.unit == THRESH_LIMIT_PERCENT)
        return limit.value;
    if (limit.unit == THRESH_LIMIT_OWN && q->kind->scale == THRESH_SCALE_FRACTION
        && limit.value > 1)
        return limit.value / 100;
    return amount(q, limit);
}

static bool stricter(double amount_a, bool exclusive_a, double amount_b, bool exclusive_b)
{
    return amount_a < amount_b || (amount_a <= amount_b && exclusive_a && !exclusive_b);
}

typedef struct range {
    thresh_limit accept, tolerate;
    const char *accept_from, *tolerate_from;
} range;

/* The range after the trade-offs of its own profile; `used` gains those that widened it. */
static double widened(const thresh_policy *policy, const profile *p, const thresh_query *q,
                      thresh_limit tolerate, uint64_t *used)
{
    double value = amount(q, tolerate);
    size_t bit = 0;

    for (size_t i = 0; i < policy->count; i++)
        for (size_t t = 0; t < policy->profiles[i]->tradeoff_count; t++, bit++) {
            const thresh_tradeoff *trade = &policy->profiles[i]->tradeoffs[t];

            if (policy->profiles[i] != p || bit >= 64 || (q->active_tradeoffs >> bit & 1) == 0
                || thresh_pattern_rank(trade->widen_metric, q->scope, q->name, q->kind) == 0)
                continue;
            double wider = value + amount(q, trade->widen);
            if (trade->cap.unit != THRESH_LIMIT_NONE && wider > amount(q, trade->cap))
                wider = amount(q, trade->cap);
            if (wider > value) {
                value = wider;
                *used |= (uint64_t)1 << bit;
            }
        }
    return value;
}

typedef struct composing {
    const thresh_policy *policy;
    const thresh_query *query;
    thresh_rule *rule;
    bool has;
    double accept, tolerate; /* amounts */
    thresh_limit accept_limit, tolerate_limit;
    bool tolerate_widened;
} composing;

static void add_range(composing *c, const profile *p, range r)
{
    uint64_t used = 0;
    double accept = amount(c->query, r.accept);
    double tolerate = p == NULL ? amount(c->query, r.tolerate)
                                : widened(c->policy, p, c->query, r.tolerate, &used);

    if (!c->has || stricter(accept, r.accept.exclusive, c->accept, c->accept_limit.exclusive)) {
        c->accept = accept;
        c->accept_limit = r.accept;
        c->rule->accept_from = r.accept_from;
    }
    if (!c->has
        || stricter(tolerate, r.tolerate.exclusive, c->tolerate, c->tolerate_limit.exclusive)) {
        c->tolerate = tolerate;
        c->tolerate_limit = r.tolerate;
        c->tolerate_widened = used != 0;
        c->rule->tolerate_from = r.tolerate_from;
        c->rule->used_tradeoffs = used;
    }
    c->has = true;
}

static void finish_range(composing *c)
{
    thresh_rule *r = c->rule;
    double b = fabs(c->query->baseline);
    bool relative = c->tolerate_limit.unit == THRESH_LIMIT_PERCENT;

    if (!c->has)
        return;
    r->has_range = true;
    r->measure = relative ? THRESH_RELATIVE : THRESH_ABSOLUTE;
    /* straight from the limit where its unit already fits: no rounding on the way */
    if (relative) {
        r->tolerate = c->tolerate_widened && b > 0 ? c->tolerate / b : c->tolerate_limit.value;
        r->accept = c->accept_limit.unit == THRESH_LIMIT_PERCENT ? c->accept_limit.value
                    : b > 0                                      ? c->accept / b
                                                                 : 0;
    } else {
        r->tolerate = c->tolerate;
        r->accept = c->accept;
    }
    r->accept_exclusive = c->accept_limit.exclusive;
    r->tolerate_exclusive = c->tolerate_limit.exclusive;
    if (r->accept > r->tolerate) {
        r->accept = r->tolerate;
        r->accept_exclusive = r->tolerate_exclusive;
        r->accept_from = r->tolerate_from;
    }
}

/* For each key the most exact entry that sets it. */
static void best_entries(const profile *p, const thresh_query *q, const entry *best[LIMIT_KEYS],
                         thresh_rule *rule)
{
    int ranks[LIMIT_KEYS] = { 0 };

    for (size_t i = 0; i < p->entry_count; i++) {
        const entry *e = &p->entries[i];
        int rank = e->family ? (strcmp(e->pattern, thresh_family_name(q->kind->family)) == 0)
                             : thresh_pattern_rank(e->pattern, q->scope, q->name, q->kind);

        if (rank == 0)
            continue;
        rule->named = rule->named || !e->family;
        rule->named_path = rule->named_path || rank >= RANK_PATH_GLOB;
        for (int k = 0; k < LIMIT_KEYS; k++)
            if (e->limits[k].unit != THRESH_LIMIT_NONE && rank >= ranks[k]) {
                ranks[k] = rank;
                best[k] = e;
            }
    }
}

/* Takes a limit that is stricter than the one so far; true when it did. */
static bool take_hard(bool *has, double *value, const char **from, bool lower_is_stricter,
                      double candidate, const char *candidate_from)
{
    if (*has && !(lower_is_stricter ? candidate < *value : candidate > *value))
        return false;
    *has = true;
    *value = candidate;
    *from = candidate_from;
    return true;
}

/* A floor or ceiling: of two equal ones the exclusive one is the stricter. */
static void take_bound(bool *has, double *value, bool *exclusive, const char **from,
                       bool lower_is_stricter, double candidate, bool candidate_exclusive,
                       const char *candidate_from)
{
    bool equal = *has && !(candidate < *value || candidate > *value);

    if (take_hard(has, value, from, lower_is_stricter, candidate, candidate_from))
        *exclusive = candidate_exclusive;
    else if (equal && candidate_exclusive && !*exclusive) {
        *exclusive = true;
        *from = candidate_from;
    }
}

static void add_rest(thresh_rule *r, const thresh_query *q, const entry *const best[LIMIT_KEYS])
{
    const char *nobody;

    for (int k = KEY_FLOOR; k < LIMIT_KEYS; k++) {
        if (best[k] == NULL)
            continue;
        thresh_limit limit = best[k]->limits[k];
        const char *from = best[k]->from[k];
        thresh_measure measure =
            limit.unit == THRESH_LIMIT_PERCENT ? THRESH_RELATIVE : THRESH_ABSOLUTE;
        double value = measure == THRESH_RELATIVE ? limit.value : amount(q, limit);

        switch (k) {
        case KEY_FLOOR:
            take_bound(&r->has_floor, &r->floor, &r->floor_exclusive, &r->floor_from, false,
                       hard_limit(q, limit), limit.exclusive, from);
            break;
        case KEY_CEILING:
            take_bound(&r->has_ceiling, &r->ceiling, &r->ceiling_exclusive, &r->ceiling_from, true,
                       hard_limit(q, limit), limit.exclusive, from);
            break;
        case KEY_GAIN:
            if (take_hard(&r->has_gain, &r->gain, &r->gain_from, false, value, from))
                r->gain_measure = measure;
            break;
        case KEY_SURPRISE:
            if (take_hard(&r->has_surprise, &r->surprise, &r->surprise_from, true, value, from))
                r->surprise_measure = measure;
            break;
        case KEY_IGNORE_BELOW:
            take_hard(&r->has_ignore_below, &r->ignore_below, &nobody, true, amount(q, limit),
                      from);
            break;
        default:
            take_hard(&r->has_absolute, &r->absolute, &nobody, true, amount(q, limit), from);
            break;
        }
    }
}

static range catalog_range(const thresh_kind *kind)
{
    return (range){ kind->accept, kind->tolerate, "catalog", "catalog" };
}

/* On what it does not govern a strict profile takes half of what the catalog accepts, and tolerates
 * what the catalog accepts. */
static range strict_range(const thresh_kind *kind, const char *from)
{
    range r = { kind->accept, kind->accept, from, from };

    r.accept.value /= 2;
    return r;
}

void thresh_policy_resolve(const thresh_policy *policy, const thresh_query *q, thresh_rule *out)
{
    composing c = { .policy = policy, .query = q, .rule = out };

    memset(out, 0, sizeof *out); /* padding too: equal rules are recognised by their bytes */
    for (size_t i = 0; i < policy->count; i++) {
        const profile *p = policy->profiles[i];
        const entry *best[LIMIT_KEYS] = { NULL };

        best_entries(p, q, best, out);
        for (int k = 0; k < LIMIT_KEYS && out->fault == NULL; k++)
            if (best[k] != NULL)
                out->fault = limit_fault(q->kind, (limit_key)k, best[k]->limits[k]);
        if (best[KEY_TOLERATE] != NULL) {
            const entry *e = best[KEY_TOLERATE];
            add_range(&c, p,
                      (range){ e->limits[KEY_ACCEPT], e->limits[KEY_TOLERATE], e->from[KEY_ACCEPT],
                               e->from[KEY_TOLERATE] });
        } else if (p->info.strict) {
            add_range(&c, p, strict_range(q->kind, p->info.name));
        }
        add_rest(out, q, best);
    }
    if (!c.has && q->kind->tolerate.unit != THRESH_LIMIT_NONE)
        add_range(&c, NULL, catalog_range(q->kind));
    finish_range(&c);
}

/* The strictest that the profiles ask for. */
static thresh_evidence asked_evidence(const thresh_policy *policy)
{
    thresh_evidence e = { .burden = THRESH_PROVE_HARM };
    bool said = false;

    for (size_t i = 0; i < policy->count; i++) {
        const profile *p = policy->profiles[i];

        e.strict = e.strict || p->info.strict;
        if (p->confidence > e.confidence)
            e.confidence = p->confidence;
        if (p->has_burden) {
            said = true;
            if (p->burden > e.burden)
                e.burden = p->burden;
        }
    }
    if (!said)
        e.burden = THRESH_POINT;
    if (e.confidence <= 0)
        e.confidence = 0.95;
    return e;
}

thresh_evidence thresh_policy_evidence(const thresh_policy *policy)
{
    thresh_evidence asked = asked_evidence(policy), e = asked;

    if (policy->evidence.has_burden)
        e.burden = policy->evidence.burden;
    if (policy->evidence.confidence > 0)
        e.confidence = policy->evidence.confidence;
    e.weakened = e.burden < asked.burden || e.confidence < asked.confidence;
    return e;
}

thresh_status thresh_policy_override_evidence(thresh_policy *policy,
                                              const thresh_evidence_override *override,
                                              thresh_diags *diags)
{
    thresh_evidence asked = asked_evidence(policy), now;

    if (override->confidence != 0 && !(override->confidence > 0.5 && override->confidence < 1)) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "a confidence lies between 0.5 and 1, such as 0.95");
        return THRESH_EINVAL;
    }
    policy->evidence = *override;
    now = thresh_policy_evidence(policy);
    if (!asked.strict || !now.weakened || override->allow_weaker)
        return THRESH_OK;
    policy->evidence = (thresh_evidence_override){ 0 };
    thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                     "%s at %g %% is weaker than the %s at %g %% of a strict profile; "
                     "--allow-weaker lets it pass, and the verdict says so",
                     thresh_burden_name(now.burden), now.confidence * 100,
                     thresh_burden_name(asked.burden), asked.confidence * 100);
    return THRESH_EINVAL;
}

thresh_slice_rule thresh_policy_slices(const thresh_policy *policy)
{
    thresh_slice_rule out = { .times = 2, .min_samples = 30, .from = "catalog" };
    bool said = false;

    for (size_t i = 0; i < policy->count; i++) {
        const thresh_slice_rule *s = &policy->profiles[i]->slices;

        if (!policy->profiles[i]->has_slices)
            continue;
        if (!said) {
            out = *s;
            said = true;
            continue;
        }
        /* limits in several units are told apart by each metric: thresh_policy_slice_limit() */
        if (s->tolerate.unit != THRESH_LIMIT_NONE
            && (out.tolerate.unit == THRESH_LIMIT_NONE
                || (s->tolerate.unit == out.tolerate.unit
                    && s->tolerate.value < out.tolerate.value))) {
            out.tolerate = s->tolerate;
            out.from = s->from;
        }
        if (s->times < out.times)
            out.times = s->times;
        if (s->min_samples < out.min_samples)
            out.min_samples = s->min_samples;
        out.rejects = out.rejects || s->rejects;
    }
    return out;
}

const thresh_slice_rule *thresh_policy_slice_limit(const thresh_policy *policy,
                                                   const thresh_query *q)
{
    const thresh_slice_rule *best = NULL;

    for (size_t i = 0; i < policy->count; i++) {
        const thresh_slice_rule *s = &policy->profiles[i]->slices;

        if (!policy->profiles[i]->has_slices || s->tolerate.unit == THRESH_LIMIT_NONE
            || limit_fault(q->kind, KEY_TOLERATE, s->tolerate) != NULL)
            continue;
        if (best == NULL
            || stricter(amount(q, s->tolerate), s->tolerate.exclusive, amount(q, best->tolerate),
                        best->tolerate.exclusive))
            best = s;
    }
    return best;
}

/* By default: what the product is measured by, what its users feel, what it costs. */
static const char *const business[] = { "proportion", "area", "ranking",       "error_rate",
                                        "perplexity", "loss", "business_rate", "points" };
static const char *const experience[] = { "rating", "latency" };
static const char *const cost[] = { "throughput", "size", "memory", "cost" };
#define GROUP(name, weight)                                                                        \
    {                                                                                              \
#name, weight, name, sizeof name / sizeof *name                                            \
    }
static const thresh_score_group default_groups[] = { GROUP(business, 0.5), GROUP(experience, 0.3),
                                                     GROUP(cost, 0.2) };

thresh_score_rule thresh_policy_score(const thresh_policy *policy)
{
    thresh_score_rule out = { .pass = NAN,
                              .from = "default",
                              .groups = default_groups,
                              .group_count = sizeof default_groups / sizeof *default_groups };

    for (size_t i = 0; i < policy->count; i++) {
        const thresh_score_rule *s = &policy->profiles[i]->score;

        out.asked = out.asked || s->asked;
        if (s->asked && !isnan(s->pass) && !(out.pass >= s->pass)) {
            out.pass = s->pass;
            out.pass_from = s->pass_from;
        }
        if (s->group_count > 0) {
            out.groups = s->groups;
            out.group_count = s->group_count;
            out.from = s->from;
        }
        if (s->gain_count > 0) {
            out.gains = s->gains;
            out.gain_count = s->gain_count;
        }
    }
    return out;
}

const thresh_tradeoff *thresh_policy_tradeoff(const thresh_policy *policy, size_t i)
{
    if (i >= 64 || thresh_policy_evidence(policy).strict)
        return NULL;
    for (size_t p = 0; p < policy->count; p++) {
        if (i < policy->profiles[p]->tradeoff_count)
            return &policy->profiles[p]->tradeoffs[i];
        i -= policy->profiles[p]->tradeoff_count;
    }
    return NULL;
}

double thresh_policy_roi_minimum(const thresh_policy *policy, const char **from)
{
    double minimum = NAN;

    for (size_t i = 0; i < policy->count; i++) {
        const profile *p = policy->profiles[i];
        if (isnan(p->roi_minimum) || p->roi_minimum <= minimum)
            continue;
        minimum = p->roi_minimum;
        *from = p->roi_from;
    }
    return minimum;
}

const thresh_required *thresh_policy_required(const thresh_policy *policy, size_t i)
{
    for (size_t p = 0; p < policy->count; p++) {
        if (i < policy->profiles[p]->required_count)
            return &policy->profiles[p]->required[i];
        i -= policy->profiles[p]->required_count;
    }
    return NULL;
}

static bool is_written(const profile *p, const entry *e)
{
    if (e->family || strcmp(p->info.origin, "built in") == 0)
        return false;
    for (size_t k = 0; k < LIMIT_KEYS; k++)
        if (e->limits[k].unit != THRESH_LIMIT_NONE && strcmp(e->from[k], p->info.name) == 0)
            return true;
    return false;
}

const char *thresh_policy_written(const thresh_policy *policy, size_t i)
{
    for (size_t p = 0; p < policy->count; p++)
        for (size_t e = 0; e < policy->profiles[p]->entry_count; e++)
            if (is_written(policy->profiles[p], &policy->profiles[p]->entries[e]) && i-- == 0)
                return policy->profiles[p]->entries[e].pattern;
    return NULL;
}

const char *thresh_policy_named(const thresh_policy *policy, size_t i)
{
    for (size_t p = 0; p < policy->count; p++)
        for (size_t e = 0; e < policy->profiles[p]->entry_count; e++)
            if (!policy->profiles[p]->entries[e].family && i-- == 0)
                return policy->profiles[p]->entries[e].pattern;
    return NULL;
}
