/* Sample sizes for the metrics of a result: the power functions asked with what the files tell. */
#include "base/language.h"
#include "judge/judge.h"
#include "thresh/plan.h"
#include "thresh/power.h"

#include <math.h>
#include <stdlib.h>

/* The question for one metric, in the metric's own unit; a loss is positive. */
typedef struct question {
    double limit, expected, confidence, power;
    bool unpaired;
    double base; /* of shares: how many are right */
    double only_base, only_cand;
    double sd;
} question;

static thresh_status samples_of_shares(double *out, const question *q)
{
    return q->unpaired ? thresh_plan_samples_two_proportions(out, q->base, q->base - q->expected,
                                                             q->limit, q->confidence, q->power)
                       : thresh_plan_samples_paired_proportions(out, q->only_base, q->only_cand,
                                                                q->limit, q->confidence, q->power);
}

static thresh_status limit_of_shares(double *out, const question *q, double n)
{
    return q->unpaired ? thresh_plan_limit_two_proportions(out, q->base, q->base - q->expected, n,
                                                           q->confidence, q->power)
                       : thresh_plan_limit_paired_proportions(out, q->only_base, q->only_cand, n,
                                                              q->confidence, q->power);
}

static thresh_status samples_of_numbers(double *out, const question *q)
{
    return q->unpaired ? thresh_plan_samples_two_means(out, q->expected, q->sd, q->sd, q->limit,
                                                       q->confidence, q->power)
                       : thresh_plan_samples_paired_means(out, q->expected, q->sd, q->limit,
                                                          q->confidence, q->power);
}

static thresh_status limit_of_numbers(double *out, const question *q, double n)
{
    return q->unpaired ? thresh_plan_limit_two_means(out, q->expected, q->sd, q->sd, n,
                                                     q->confidence, q->power)
                       : thresh_plan_limit_paired_means(out, q->expected, q->sd, n, q->confidence,
                                                        q->power);
}

static bool is_share(const thresh_judged *m, const thresh_metric *b)
{
    return m->kind->share && m->baseline >= 0 && m->baseline <= 1
           && (b->paired == NULL || b->paired->binary);
}

/* Standard deviation of the differences of pairs, or of the samples of one file. */
static double sd_of(const thresh_metric *b, const thresh_metric *c, double factor)
{
    double n = b->has_n ? b->n : 0, variance = b->stderr_value * b->stderr_value;

    if (!b->has_stderr || n < 2)
        return NAN;
    if (c != NULL && c->has_stderr)
        variance += c->stderr_value * c->stderr_value - 2 * b->paired->covariance;
    return variance > 0 ? factor * sqrt(variance * n) : NAN;
}

static void ask_shares(thresh_planned *p, question *q, const thresh_metric *b, bool pilot,
                       const thresh_plan_options *o)
{
    double r = o->disagreement > 0 ? o->disagreement : 0.05;

    p->counted = pilot && b->paired != NULL && o->disagreement == 0;
    if (p->counted)
        r = (b->paired->only_base + b->paired->only_cand) / b->paired->n;
    p->disagreement = q->unpaired ? NAN : r;
    q->base =
        p->metric->kind->direction == THRESH_HIGHER ? p->metric->baseline : 1 - p->metric->baseline;
    q->only_base = (r + q->expected) / 2;
    q->only_cand = (r - q->expected) / 2;
    p->method = q->unpaired ? N_("two proportions") : N_("paired proportions");
    if (!q->unpaired && q->only_cand < 0)
        p->why = N_("more degradation is expected than samples differ");
}

static void ask_numbers(thresh_planned *p, question *q, const thresh_metric *b,
                        const thresh_metric *c, const thresh_plan_options *o)
{
    bool pairs = c != NULL && !q->unpaired && b->paired != NULL;
    double factor = b->value != 0 ? fabs(p->metric->baseline / b->value) : 1;

    p->counted = o->sd == 0 && (pairs || q->unpaired);
    q->sd = o->sd > 0 ? o->sd : p->counted ? sd_of(b, pairs ? c : NULL, factor) : NAN;
    p->sd = q->sd;
    p->method = q->unpaired ? N_("two means") : N_("paired means");
    if (isnan(q->sd))
        p->why = b->has_n && !b->has_stderr ? N_("no formula for this figure")
                                            : N_("spread not known: --sd, or a pilot");
}

static void plan_metric(thresh_planned *p, const thresh_result *r, const thresh_set *baseline,
                        const thresh_set *pilot, const thresh_plan_options *o)
{
    const thresh_judged *m = p->metric;
    const thresh_metric *b = thresh_set_find(baseline, m->scope, m->name);
    const thresh_metric *c = pilot == NULL ? NULL : thresh_set_find(pilot, m->scope, m->name);
    double reference = m->measure == THRESH_RELATIVE ? fabs(m->baseline) : 1, found;
    question q = { .limit = m->rule->tolerate * reference,
                   .expected = o->expected * reference,
                   .confidence = r->evidence.confidence,
                   .power = o->power > 0 ? o->power : 0.8,
                   .unpaired = o->unpaired,
                   .sd = NAN };
    bool share;

    p->disagreement = p->sd = p->needed = p->can_show = NAN;
    if (b == NULL || isnan(m->baseline)) {
        p->why = N_("the baseline has no value");
        return;
    }
    share = is_share(m, b) && o->sd == 0;
    if (share)
        ask_shares(p, &q, b, c != NULL, o);
    else
        ask_numbers(p, &q, b, c, o);
    p->have = o->samples > 0 ? o->samples : b->has_n ? b->n : 0;
    if (p->why != NULL)
        return;
    if (p->have >= 2
        && (share ? limit_of_shares(&found, &q, p->have) : limit_of_numbers(&found, &q, p->have))
               == THRESH_OK)
        p->can_show = found / reference;
    if ((share ? samples_of_shares(&p->needed, &q) : samples_of_numbers(&p->needed, &q))
        != THRESH_OK) {
        p->needed = NAN;
        p->why = q.expected >= q.limit ? N_("what is expected is not within the limit")
                                       : N_("more than 10^12 samples");
    }
}

static bool in_range(const thresh_plan_options *o, thresh_diags *diags)
{
    const char *fault = NULL;

    if (o->power != 0 && !(o->power >= 0.5 && o->power < 1))
        fault = N_("the power lies between 0.5 and 1, such as 0.8");
    else if (!(o->disagreement >= 0 && o->disagreement <= 1))
        fault = N_("the disagreement is a share of the samples, between 0 and 1");
    else if (!(o->samples >= 0) || !isfinite(o->samples))
        fault = N_("the number of samples has to be positive");
    else if (!(o->sd >= 0) || !isfinite(o->sd))
        fault = N_("a standard deviation is not negative");
    else if (!isfinite(o->expected))
        fault = N_("the expected degradation has to be a number");
    if (fault != NULL)
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "%s", diag_text(diags, fault));
    return fault == NULL;
}

thresh_status thresh_plan(thresh_planned **out, size_t *count, const thresh_result *result,
                          const thresh_set *baseline, const thresh_set *pilot,
                          const thresh_plan_options *options, thresh_diags *diags)
{
    thresh_planned *plans;
    size_t n = 0;

    *out = NULL;
    *count = 0;
    if (!in_range(options, diags))
        return THRESH_EINVAL;
    if ((plans = calloc(result->metric_count + 1, sizeof *plans)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < result->metric_count; i++) {
        const thresh_judged *m = &result->metrics[i];
        if (m->rule == NULL || !m->rule->has_range || m->whole != NULL || m->rule->fault != NULL)
            continue;
        plans[n].metric = m;
        plan_metric(&plans[n++], result, baseline, pilot, options);
    }
    *out = plans;
    *count = n;
    return THRESH_OK;
}
