/* The composite score: metrics to groups, groups to one number, and what would have to change. */
#include "judge/document.h"
#include "thresh/score.h"

#include <math.h>
#include <string.h>

double thresh_metric_score(double d, double accept, double tolerate, double target)
{
    double at_zero = target > 0 ? 0.5 : 1;

    if (isnan(d))
        return 0;
    if (target > 0 && d <= 0)
        return d <= -target ? 1 : 0.5 - 0.5 * d / target;
    if (d <= 0)
        return 1;
    if (!(d < tolerate))
        return 0;
    if (target > 0 || accept <= 0) /* from no change straight to nothing, once it is worse */
        return 0.5 * (1 - d / tolerate);
    return d <= accept ? at_zero - 0.5 * d / accept
                       : 0.5 * (1 - (d - accept) / (tolerate - accept));
}

double thresh_metric_score_inverse(double score, double accept, double tolerate, double target)
{
    if (target > 0)
        return score >= 0.5 ? (0.5 - score) * 2 * target : (1 - 2 * score) * tolerate;
    if (score >= 1)
        return 0;
    if (accept <= 0)
        return score >= 0.5 ? 0 : (1 - 2 * score) * tolerate;
    return score >= 0.5 ? (1 - score) * 2 * accept : tolerate - 2 * score * (tolerate - accept);
}

/* The first group that names the metric, or its family. */
static size_t group_of(const thresh_score_rule *rule, const thresh_judged *m)
{
    size_t g = 0;

    for (; g < rule->group_count; g++)
        for (size_t i = 0; i < rule->groups[g].member_count; i++)
            if (strcmp(rule->groups[g].members[i], thresh_family_name(m->kind->family)) == 0
                || thresh_pattern_rank(rule->groups[g].members[i], m->scope, m->name, m->kind) > 0)
                return g;
    return g;
}

/* The target of an improvement, in the measure of the metric's degradation; NaN: none. */
static double target_of(const thresh_score_rule *rule, const thresh_judged *m)
{
    double base = fabs(m->baseline), amount;
    int best = 0;
    const thresh_score_gain *found = NULL;

    for (size_t i = 0; i < rule->gain_count; i++) {
        const char *pattern = rule->gains[i].pattern;
        int rank = strcmp(pattern, thresh_family_name(m->kind->family)) == 0
                       ? 1
                       : thresh_pattern_rank(pattern, m->scope, m->name, m->kind);
        if (rank > best) {
            best = rank;
            found = &rule->gains[i];
        }
    }
    if (found == NULL)
        return NAN;
    if (found->gain.unit == THRESH_LIMIT_PERCENT)
        return m->measure == THRESH_RELATIVE ? found->gain.value : found->gain.value * base;
    amount = found->gain.value; /* of the metric's own unit, or points of a percentage */
    return m->measure == THRESH_RELATIVE ? (base > 0 ? amount / base : NAN) : amount;
}

/* Metrics that count: those of a range, themselves and not slices of another. */
static bool counts(const thresh_judged *m)
{
    return m->whole == NULL && m->rule->has_range;
}

static void score_metric(thresh_scored *s, const thresh_judged *m, double target)
{
    const thresh_rule *r = m->rule;

    *s = (thresh_scored){ .metric = m, .target = target, .would_pass = NAN };
    s->value = thresh_metric_score(m->degradation, r->accept, r->tolerate, target);
    s->low =
        m->has_interval ? thresh_metric_score(m->high, r->accept, r->tolerate, target) : s->value;
    s->high =
        m->has_interval ? thresh_metric_score(m->low, r->accept, r->tolerate, target) : s->value;
}

static void finish_group(thresh_scored_group *g)
{
    double n = (double)g->metric_count;

    g->value = g->low = g->high = g->metric_count > 0 ? 0 : NAN;
    for (size_t i = 0; i < g->metric_count; i++) {
        g->value += g->metrics[i].value / n;
        g->low += g->metrics[i].low / n;
        g->high += g->metrics[i].high / n;
    }
}

/* The candidate value with which this metric alone would lift the score to its pass mark. */
static double value_that_passes(const thresh_score *score, const thresh_scored_group *g,
                                const thresh_scored *s)
{
    const thresh_judged *m = s->metric;
    double lift = (score->pass - score->value) / g->share * (double)g->metric_count;
    double d =
        thresh_metric_score_inverse(s->value + lift, m->rule->accept, m->rule->tolerate, s->target);
    double change = d * (m->measure == THRESH_RELATIVE ? fabs(m->baseline) : 1);

    if (s->value + lift > 1 || isnan(m->baseline))
        return NAN;
    return m->kind->direction == THRESH_HIGHER ? m->baseline - change : m->baseline + change;
}

static void finish_score(thresh_score *score)
{
    double weights = 0;

    for (size_t g = 0; g < score->group_count; g++)
        if (score->groups[g].metric_count > 0)
            weights += score->groups[g].weight;
    score->value = score->low = score->high = 0;
    for (size_t g = 0; g < score->group_count; g++) {
        thresh_scored_group *group = &score->groups[g];

        if (group->metric_count == 0 || !(weights > 0))
            continue;
        group->share = group->weight / weights;
        score->value += group->share * group->value;
        score->low += group->share * group->low;
        score->high += group->share * group->high;
    }
    /* 0.7 made of tenths stands on a mark of 0.7 */
    score->passed = isnan(score->pass) || score->value >= score->pass - 1e-12;
    for (size_t g = 0; g < score->group_count && !score->passed; g++)
        for (size_t i = 0; i < score->groups[g].metric_count; i++)
            if (score->groups[g].share > 0)
                score->groups[g].metrics[i].would_pass =
                    value_that_passes(score, &score->groups[g], &score->groups[g].metrics[i]);
}

/* "score 0.61, and 0.7 is needed; business 0.5, cost 0.9; accuracy at 93.5 % or more would do" */
static thresh_phrase below_pass(arena *a, const thresh_score *score, const thresh_score_rule *rule)
{
    thresh_phrase text =
        SAY(a, N_("score %s, and %s asks for %s"), number_phrase(a, score->value, score->pass),
            phrase_word(rule->pass_from), number_phrase(a, score->pass, score->value));
    const thresh_scored *easiest = NULL;
    double least = INFINITY;
    /* each is a sentence around the one before, and a stored document nests no deeper than 200 */
    enum { MOST_GROUPS = 20 };
    size_t groups = 0;

    for (size_t g = 0; g < score->group_count; g++) {
        const thresh_scored_group *group = &score->groups[g];
        if (group->metric_count > 0 && groups++ < MOST_GROUPS)
            text = SAY(a, groups == 1 ? N_("%s: %s %s") : N_("%s, %s %s"), text,
                       phrase_word(group->name), number_phrase(a, group->value, NAN));
        for (size_t i = 0; i < group->metric_count; i++) {
            const thresh_scored *s = &group->metrics[i];
            double base = fabs(s->metric->baseline);
            double way = fabs(s->would_pass - s->metric->candidate) / (base > 0 ? base : 1);
            if (way < least) {
                least = way;
                easiest = s;
            }
        }
    }
    if (groups > MOST_GROUPS)
        text = SAY(a, N_("%s and %s more"), text, phrase_count(a, groups - MOST_GROUPS));
    if (easiest == NULL)
        return SAY(a, N_("%s; no single metric would lift it that far"), text);
    return SAY(a,
               easiest->metric->kind->direction == THRESH_HIGHER
                   ? N_("%s; %s at %s or more would do")
                   : N_("%s; %s at %s or less would do"),
               text, metric_label(a, easiest->metric->scope, easiest->metric->name),
               value_phrase(a, easiest->metric, easiest->would_pass));
}

thresh_status score_result(document *d, const thresh_policy *policy)
{
    thresh_score_rule rule = thresh_policy_score(policy);
    thresh_result *r = &d->result;
    arena *a = &d->arena;
    thresh_score *score = arena_alloc(a, sizeof *score);
    /* of each metric; and, of each group, where its next metric goes */
    size_t *groups = arena_alloc(a, (r->metric_count + 1) * sizeof *groups);
    thresh_scored **ends = arena_alloc(a, (rule.group_count + 1) * sizeof *ends);
    thresh_scored *metrics = arena_alloc(a, (r->metric_count + 1) * sizeof *metrics);
    size_t scored = 0;

    if (score == NULL || groups == NULL || ends == NULL || metrics == NULL
        || (score->groups = arena_alloc(a, (rule.group_count + 1) * sizeof *score->groups)) == NULL)
        return THRESH_ENOMEM;
    score->pass = rule.pass;
    score->group_count = rule.group_count;
    for (size_t g = 0; g < rule.group_count; g++)
        score->groups[g] =
            (thresh_scored_group){ .name = rule.groups[g].name, .weight = rule.groups[g].weight };
    for (size_t i = 0; i < r->metric_count; i++) {
        groups[i] = counts(&r->metrics[i]) ? group_of(&rule, &r->metrics[i]) : rule.group_count;
        if (groups[i] < rule.group_count)
            score->groups[groups[i]].metric_count++;
    }
    for (size_t g = 0; g < rule.group_count; scored += score->groups[g++].metric_count) {
        score->groups[g].metrics = metrics + scored;
        ends[g] = metrics + scored;
    }
    for (size_t i = 0; i < r->metric_count; i++)
        if (groups[i] < rule.group_count)
            score_metric(ends[groups[i]]++, &r->metrics[i], target_of(&rule, &r->metrics[i]));
    for (size_t g = 0; g < score->group_count; g++)
        finish_group(&score->groups[g]);
    finish_score(score);
    if (scored == 0) /* nothing to make a score of: a pass mark is not met by that */
        score->passed = isnan(score->pass);
    r->score = score;
    return score->passed ? THRESH_OK
                         : add_whole_phrase(d, THRESH_REJECT, THRESH_REASON_SCORE_BELOW_PASS,
                                            below_pass(a, score, &rule));
}
