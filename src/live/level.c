/*
 * What a window of readings means: judged beside the baseline as eval judges a candidate, once by
 * the profile's own limits and once by those of each level. A level's limit takes the place of
 * `tolerate`, under prove-harm: the whole interval has to lie beyond it.
 */
#include "base/words.h"
#include "live/watch.h"
#include "thresh/ranks.h"
#include "thresh/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A baseline of which nothing but the value is known is taken as exact: as a share of so many. */
static const double exactly = 1e15;

typedef struct level_source {
    const thresh_alert_rule *rule;
    thresh_level level;
    double times;
} level_source;

static void resolve_level(const void *context, const thresh_query *query, thresh_rule *rule)
{
    const level_source *s = context;
    const struct thresh_alert_limit *l = &s->rule->levels[s->level];

    (void)query;
    memset(rule, 0, sizeof *rule); /* as thresh_policy_resolve() does */
    rule->named_path = true;       /* a slice is watched like any metric */
    rule->has_range = l->set;
    rule->measure = l->measure;
    rule->accept = rule->tolerate = l->limit * s->times;
    rule->accept_exclusive = rule->tolerate_exclusive = l->exclusive;
    rule->accept_from = rule->tolerate_from = l->from;
    if (s->level == THRESH_LEVEL_RED) {
        rule->has_floor = s->rule->has_floor;
        rule->floor = s->rule->floor;
        rule->floor_from = s->rule->floor_from;
        rule->has_ceiling = s->rule->has_ceiling;
        rule->ceiling = s->rule->ceiling;
        rule->ceiling_from = s->rule->ceiling_from;
    }
}

/* Red limits never adapt, and nothing else grows beyond them. */
static double times_of(const thresh_monitor *m, const thresh_alert_rule *rule, thresh_level level)
{
    const struct thresh_alert_limit *l = &rule->levels[level],
                                    *red = &rule->levels[THRESH_LEVEL_RED];

    if (level == THRESH_LEVEL_RED || !l->set)
        return 1;
    if (red->set && red->measure == l->measure && l->limit * m->adapted > red->limit)
        return red->limit / l->limit;
    return m->adapted;
}

void resolve_alerts(const thresh_monitor *m, watch *w)
{
    thresh_scaled scaled = thresh_read_scale(m->policy, &w->base, w->kind);
    const unit *u = NULL;
    const char *text = w->base.unit != NULL   ? w->base.unit
                       : w->name_unit != NULL ? w->name_unit
                                              : w->kind->unit;

    if (text != NULL && text[0] != '\0' && w->kind->scale == THRESH_SCALE_NONE)
        u = unit_find(text, strlen(text));
    thresh_policy_alert_rule(
        m->policy,
        &(thresh_query){ w->scope, w->name, w->kind, scaled.value, u != NULL ? u->factor : 1, 0 },
        &w->rule);
    for (int l = THRESH_LEVEL_YELLOW; w->rule.fault != NULL && l < THRESH_LEVELS; l++)
        w->rule.levels[l].set = false; /* a limit of a glob that makes no sense here */
    if (m->options.windows > 0)
        for (int l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++)
            w->rule.levels[l].windows = m->options.windows;
}

static thresh_status quantile_of(const watch *w, const window_sum *sum, double confidence,
                                 double *value, double *low, double *high)
{
    double n = (double)sum->n, levels[3] = { 0, w->level, 1 }, out[3];
    double error = thresh_sketch_rank_error(sum->sketch) * n;
    size_t below, above;
    thresh_status rc = thresh_quantile_ranks(&below, &above, (size_t)sum->n, w->level, confidence);

    if (rc != THRESH_OK)
        return rc;
    /* the sketch may be off by so many ranks, to either side */
    double from = (double)below - error, to = n + 1 - (double)above + error;
    bool has_low = below > 0 && from >= 1, has_high = above > 0 && to <= n;
    if (has_low && n > 1)
        levels[0] = fmin((from - 1) / (n - 1), w->level);
    if (has_high && n > 1)
        levels[2] = fmax((to - 1) / (n - 1), w->level);
    if ((rc = thresh_sketch_quantiles(out, sum->sketch, levels, 3)) != THRESH_OK)
        return rc;
    *low = has_low ? out[0] : -INFINITY;
    *value = out[1];
    *high = has_high ? out[2] : INFINITY;
    return THRESH_OK;
}

thresh_status window_value(const watch *w, const window_sum *sum, double confidence, double *value,
                           double *low, double *high)
{
    if (w->quantile)
        return quantile_of(w, sum, confidence, value, low, high);
    *value = sum->mean;
    *low = -INFINITY;
    *high = INFINITY;
    return THRESH_OK;
}

static double error_of_mean(const window_sum *sum)
{
    return sqrt(sum->m2 / (double)(sum->n - 1) / (double)sum->n);
}

/* What readings of latency_s are multiplied by beside a baseline of latency_ms: 1000. */
static double unit_ratio(const thresh_monitor *m, const watch *w)
{
    const series *s = &m->series[w->series];
    const char *text = w->base.unit != NULL   ? w->base.unit
                       : w->name_unit != NULL ? w->name_unit
                                              : w->kind->unit;
    const unit *from = s->unit == NULL ? NULL : unit_find(s->unit, strlen(s->unit)),
               *to = text == NULL ? NULL : unit_find(text, strlen(text));

    return w->kind->scale == THRESH_SCALE_NONE && from != NULL && to != NULL
                   && from->dimension == to->dimension
               ? from->factor / to->factor
               : 1;
}

/* The window as a metric, in the baseline's unit: what a file of it would say. */
static thresh_metric as_metric(const thresh_monitor *m, const watch *w, const window_sum *sum,
                               double value, double times)
{
    thresh_scale_choice choice = thresh_policy_scale(m->policy, w->scope, w->name, w->kind);
    thresh_metric c = {
        .scope = w->scope, .name = w->name, .value = value, .n = (double)sum->n, .has_n = true
    };

    /* one window of a share in per cent may lie below 1: what the series showed before counts */
    if (w->kind->scale != THRESH_SCALE_NONE && choice == THRESH_AS_SEEN && sum->percent)
        c.unit = "%";
    else if (w->kind->scale == THRESH_SCALE_NONE)
        c.unit = w->base.unit;
    if (!w->quantile && sum->n > 1 && !(sum->binary && w->kind->share)) {
        c.stderr_value = error_of_mean(sum) * times;
        c.has_stderr = true;
    }
    return c;
}

static double find_students_factor(double n, double confidence)
{
    thresh_interval t, z;

    if (n < 2 || n > 1e5 || thresh_paired_t(&t, 0, 1, n, confidence) != THRESH_OK
        || thresh_difference_normal(&z, 0, 1, 0, 0, 0, confidence) != THRESH_OK || !(z.high > 0))
        return 1;
    return t.high / z.high;
}

/* Student's t instead of the normal distribution, for windows of few readings: the error is made
 * larger by so much. One window has as many as the next, and is judged with the same confidence. */
static double students_factor(thresh_monitor *m, double n, double confidence)
{
    if (n < m->student.n || n > m->student.n || confidence < m->student.confidence
        || confidence > m->student.confidence) {
        m->student.n = n;
        m->student.confidence = confidence;
        m->student.factor = find_students_factor(n, confidence);
    }
    return m->student.factor;
}

/* A square of the distance to a bound; none where it is on the other side, or not known. */
static double reach(double from, double to)
{
    return isnan(to) ? 0 : to - from;
}

/* Bounds of b - c and c / b from those of both, as Zou and Donner (2008) combine any two. */
static void combine(thresh_paired *p, const watch *w, double b, double c, double low, double high)
{
    double b_low = isnan(w->base_low) ? b : w->base_low,
           b_high = isnan(w->base_high) ? b : w->base_high;

    *p = (thresh_paired){ .n = 0,
                          .method = N_("order statistics of the window"),
                          .has_difference = true,
                          .difference_low = b - c - hypot(reach(b_low, b), reach(c, high)),
                          .difference_high = b - c + hypot(reach(b, b_high), reach(low, c)) };
    if (b > 0 && c > 0 && b_low > 0 && low > 0) {
        double ratio = log(c / b);
        p->has_ratio = true;
        p->ratio_low = exp(ratio - hypot(log(c / low), log(b_high / b)));
        p->ratio_high = exp(ratio + hypot(log(high / c), log(b / b_low)));
    } else if (b > 0) { /* from the difference, b being as it is */
        p->has_ratio = true;
        p->ratio_low = 1 - p->difference_high / b;
        p->ratio_high = 1 - p->difference_low / b;
    }
}

/* Both sides with what is known of their uncertainty: of a baseline without any that it is exact.
 */
static void evidence(thresh_monitor *m, const watch *w, const window_sum *sum, double low,
                     double high, thresh_metric *b, thresh_metric *c, thresh_paired *bounds)
{
    b->paired = NULL; /* of another candidate */
    if (w->quantile) {
        combine(bounds, w, b->value, c->value, low, high);
        b->paired = bounds;
        return;
    }
    if (sum->binary && w->kind->share) {
        if (!b->has_n && !b->has_stderr) {
            b->n = exactly;
            b->has_n = true;
        }
        if (b->has_n) {
            b->has_stderr = false;
        } else { /* an error alone: so the window has one too */
            c->stderr_value = sqrt(sum->mean * (1 - sum->mean) / (double)sum->n);
            c->has_stderr = true;
        }
        return;
    }
    if (!b->has_stderr && b->has_n && w->kind->share) {
        double p = thresh_read_scale(m->policy, b, w->kind).value;
        if (p > 0 && p < 1 && b->n >= 1) {
            b->stderr_value = sqrt(p * (1 - p) / b->n) * (b->value / p);
            b->has_stderr = true;
        }
    }
    if (!b->has_stderr) {
        b->stderr_value = 0;
        b->has_stderr = true;
    }
    c->stderr_value *= students_factor(m, (double)sum->n, w->rule.confidence);
}

static bool has_reason(const thresh_judged *j, thresh_reason_code code)
{
    for (unsigned i = 0; i < j->reason_count; i++)
        if (j->reasons[i] == code)
            return true;
    return false;
}

static void find_broken(outcome *o, const thresh_judged *j)
{
    bool low = has_reason(j, THRESH_REASON_BELOW_FLOOR),
         high = has_reason(j, THRESH_REASON_ABOVE_CEILING);

    if (!low && !high)
        return;
    o->below_floor |= low;
    o->above_ceiling |= high;
    o->bound_from = low ? j->rule->floor_from : j->rule->ceiling_from;
}

/* The size of a slice is judged beside a file's others: here it is the only one. */
static thresh_status judge_as_slice(bench *on, const thresh_metric *c, thresh_judged *judged)
{
    thresh_set *candidate = NULL;
    thresh_status rc = thresh_set_new(&candidate);

    if (rc == THRESH_OK)
        rc = thresh_set_add(candidate, c, NULL);
    on->candidate = candidate;
    if (rc == THRESH_OK)
        rc = judge_slices(on, judged, 1);
    on->candidate = NULL;
    thresh_set_free(candidate);
    return rc;
}

thresh_status judge_window(thresh_monitor *m, watch *w, const window_sum *sum, arena *a,
                           outcome *out)
{
    rule_store rules = { .arena = a };
    bench on = { .rules = &rules,
                 .policy = m->policy,
                 .evidence = thresh_policy_evidence(m->policy),
                 .slices = thresh_policy_slices(m->policy),
                 .baseline = m->baseline != NULL ? m->baseline : m->none };
    thresh_metric b = w->base, c;
    thresh_paired bounds;
    double value, low, high, times = unit_ratio(m, w);
    thresh_status rc = window_value(w, sum, w->rule.confidence, &value, &low, &high);

    memset(out, 0, sizeof *out);
    out->sum = *sum;
    if (rc != THRESH_OK)
        return rc;
    low *= times;
    high *= times;
    c = as_metric(m, w, sum, value * times, times);
    b.paired = NULL;
    rc = judge_metric(&on, &b, &c, w->kind, w->name_unit, 0, &out->as_eval);
    if (rc == THRESH_OK && out->as_eval.whole != NULL)
        rc = judge_as_slice(&on, &c, &out->as_eval);
    if (rc == THRESH_OK)
        find_broken(out, &out->as_eval);
    evidence(m, w, sum, low, high, &b, &c, &bounds);
    on.evidence =
        (thresh_evidence){ .burden = THRESH_PROVE_HARM, .confidence = w->rule.confidence };
    on.resolve = resolve_level;
    for (thresh_level l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS && rc == THRESH_OK; l++) {
        level_source source = { &w->rule, l, times_of(m, &w->rule, l) };
        struct outcome_level *o = &out->levels[l];

        on.resolve_context = &source;
        rc = judge_metric(&on, &b, &c, w->kind, w->name_unit, 0, &o->judged);
        if (rc != THRESH_OK)
            break;
        find_broken(out, &o->judged);
        o->beyond = has_reason(&o->judged, THRESH_REASON_BEYOND_TOLERANCE);
        o->calm = !w->rule.levels[l].set || isnan(o->judged.degradation)
                  || o->judged.degradation
                         < w->rule.levels[l].limit * source.times * (1 - w->rule.clear_below);
        /* no confidence is needed to stay where one is */
        o->calm = o->calm && !o->beyond;
    }
    for (thresh_level l = THRESH_LEVEL_NONE; l < THRESH_LEVELS; l++) {
        out->levels[l].beyond |= out->below_floor || out->above_ceiling;
        out->levels[l].calm = out->levels[l].calm && !out->below_floor && !out->above_ceiling;
    }
    free(rules.items);
    index_free(&rules.index);
    return rc;
}

/* More than all there is, some error rates apart. */
static const double beyond_all = 3;

/*
 * Per cent beside a fraction, seconds beside milliseconds: where the code that judges both sees it,
 * or where the two lie a hundred or a thousand times apart, which no model does by itself.
 */
bool is_scale_doubtful(const thresh_monitor *m, const watch *w, const outcome *o)
{
    const thresh_judged *j = &o->as_eval;
    double apart = fabs(log10(j->candidate / j->baseline));
    bool is_share = w->kind->scale != THRESH_SCALE_NONE,
         measured = w->kind->family == THRESH_LATENCY || w->kind->family == THRESH_SIZE
                    || w->kind->family == THRESH_MEMORY;

    /* right and wrong are fractions, whatever the baseline is written in */
    if (has_reason(j, THRESH_REASON_SCALE_DISAGREES) && !(o->sum.binary && j->baseline <= 1))
        return true;
    if (!is_share)
        return measured && !w->live && (apart > 2.8 || j->candidate < 0);
    if (thresh_policy_scale(m->policy, w->scope, w->name, w->kind) != THRESH_AS_SEEN)
        return false;
    if (j->candidate > (w->kind->scale == THRESH_SCALE_FRACTION ? 1 : 100) * beyond_all)
        return true;
    return !w->live && !o->sum.binary && apart > 1.85 && apart < 2.15;
}

static void count(uint32_t *in_a_row, bool one_more)
{
    *in_a_row = !one_more ? 0 : *in_a_row < UINT32_MAX ? *in_a_row + 1 : UINT32_MAX;
}

thresh_level climb(ladder *l, const thresh_alert_rule *rule, const outcome *o)
{
    thresh_level to = l->level;

    for (int k = THRESH_LEVEL_YELLOW; k < THRESH_LEVELS; k++) {
        count(&l->beyond[k], o->levels[k].beyond);
        count(&l->calm[k], o->levels[k].calm);
        if (k > (int)to && l->beyond[k] >= rule->levels[k].windows)
            to = (thresh_level)k;
    }
    /* down again, past every level that was left for long enough */
    if (to == l->level)
        while (to > THRESH_LEVEL_NONE && l->calm[to] >= rule->clear_windows)
            to = (thresh_level)((int)to - 1);
    l->level = to;
    return to;
}
