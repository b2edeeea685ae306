/* One metric of an observation: sums of both arms, strata, times, and what is said of it. */
#include "live/rollout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STRATA = 5000, MOST_TIMES = 1000, LEAST_TIMES = 4, LEAST_A_TIME = 30 };

/* The chance that an effect that stands still is ever said to move, up or down, at any look at any
 * metric. */
static const double MOVES = 0.01;

typedef rollout_making making;

/* --- words --- */

static bool is_percent(const thresh_kind *kind, thresh_measure measure)
{
    return measure == THRESH_RELATIVE || kind->scale == THRESH_SCALE_FRACTION;
}

/* So many significant digits. */
static double rounded(double value, int digits)
{
    double scale =
        value != 0 && isfinite(value) ? pow(10, digits - 1 - floor(log10(fabs(value)))) : 1;

    return isfinite(scale) && scale > 0 ? round(value * scale) / scale : value;
}

/* With the unit, and with as many digits as tell it from its limit: three where that is enough. */
static thresh_phrase amount_beside(making *m, const thresh_observed_metric *of, double value,
                                   double limit)
{
    enum { FEWEST = 3, MOST = 12 };
    char text[THRESH_NUMBER_MAX];
    double factor = of->percent ? 100 : 1, shown = value * factor;
    const char *unit = of->measure == THRESH_RELATIVE ? "%" : of->percent ? "pp" : of->metric->unit;
    int digits = FEWEST;

    while (digits < MOST && value != limit
           && rounded(shown, digits) == rounded(limit * factor, digits))
        digits++;
    thresh_format_number(text, rounded(shown, digits));
    return phrase_word(arena_printf(&m->arena, "%s%s%s", text, unit[0] != '\0' ? " " : "", unit));
}

static thresh_phrase amount(making *m, const thresh_observed_metric *of, double value)
{
    return amount_beside(m, of, value, NAN);
}

thresh_status rollout_reason(making *m, thresh_step_reason_code code, thresh_step step,
                             const char *metric, const char *stratum, thresh_phrase text)
{
    if (!array_reserve(&m->reasons, &m->reason_capacity, m->o.reason_count + 1, sizeof *m->reasons))
        return THRESH_ENOMEM;
    m->reasons[m->o.reason_count++] = (thresh_step_reason){ code, step, metric, stratum, text };
    m->o.reasons = m->reasons;
    return THRESH_OK;
}

thresh_status rollout_note(making *m, thresh_phrase text)
{
    if (!array_reserve(&m->notes, &m->note_capacity, m->o.note_count + 1, sizeof *m->notes))
        return THRESH_ENOMEM;
    m->notes[m->o.note_count++] = text;
    m->o.notes = m->notes;
    return THRESH_OK;
}

/* --- one metric --- */

/* The slice rule as a limit of a stratum. */
static double stratum_limit(const making *m, const yardstick *y, const thresh_query *query,
                            yardstick *out)
{
    const thresh_slice_rule *own = thresh_policy_slice_limit(m->plan->policy, query);
    const thresh_kind *kind = y->metric->kind;

    *out = *y;
    if (own == NULL)
        return y->rule.tolerate * thresh_policy_slices(m->plan->policy).times;
    thresh_limit limit = own->tolerate;
    out->measure = limit.unit == THRESH_LIMIT_PERCENT ? THRESH_RELATIVE : THRESH_ABSOLUTE;
    out->rule.tolerate_exclusive = limit.exclusive;
    if (limit.unit == THRESH_LIMIT_PP && kind->scale == THRESH_SCALE_HUNDRED)
        return limit.value * 100;
    if (limit.unit == THRESH_LIMIT_POINTS && kind->scale == THRESH_SCALE_FRACTION)
        return limit.value / 100;
    if (limit.unit == THRESH_LIMIT_TIME || limit.unit == THRESH_LIMIT_BYTES)
        return limit.value / y->metric->own_per_base;
    return limit.value;
}

static multiples bounds_for(making *m, error_rates rates, double planned, double n_b, double n_c)
{
    multiples none = { INFINITY, INFINITY };
    double fractions[THRESH_MOST_LOOKS + 1];

    if (!m->looks_now || fmin(n_b, n_c) < THRESH_ROLLOUT_LEAST_SAMPLES)
        return none;
    if (m->plan->method == THRESH_ALWAYS_VALID)
        return multiples_now(rates, m->stage, planned, n_b, n_c);
    /* the same for each of a thousand strata */
    if (rates.back == m->of_looks_rates.back && rates.on == m->of_looks_rates.on)
        return m->of_looks;
    memcpy(fractions, m->state->fractions, m->state->fraction_count * sizeof *fractions);
    fractions[m->state->fraction_count] = m->fraction;
    if (multiples_of_looks(&m->of_looks, rates, fractions, m->state->fraction_count + 1)
        != THRESH_OK)
        return none;
    m->of_looks_rates = rates;
    return m->of_looks;
}

static thresh_effect effect_of_arms(const char *stratum, const thresh_arm *b, const thresh_arm *c)
{
    return (thresh_effect){ .stratum = stratum,
                            .n_baseline = b->n,
                            .n_candidate = c->n,
                            .baseline = b->mean,
                            .candidate = c->mean,
                            .degradation = NAN,
                            .low = NAN,
                            .high = NAN,
                            .tolerate = NAN,
                            .step = THRESH_HOLD };
}

static thresh_status judge_stratum(making *m, thresh_observed_metric *of, const yardstick *y,
                                   thresh_effect *e, const thresh_arm *b, const thresh_arm *c,
                                   size_t strata)
{
    const thresh_slice_rule rule = thresh_policy_slices(m->plan->policy);
    const thresh_query query = { e->stratum, y->metric->name,         y->metric->kind,
                                 b->mean,    y->metric->own_per_base, 0 };
    error_rates rates = { m->rates.back / (double)strata, m->rates.on / (double)strata };
    yardstick by;

    if (!y->rule.has_range)
        return THRESH_OK;
    e->tolerate = stratum_limit(m, y, &query, &by);
    degradation_of(e, &by, by.measure, b, c,
                   bounds_for(m, rates, m->stage->samples / (double)strata, b->n, c->n));
    e->step = isnan(e->low)
                  ? THRESH_HOLD
                  : step_by_limit(e->low, e->high, e->tolerate, by.rule.tolerate_exclusive);
    if (e->step != THRESH_ROLLBACK)
        return THRESH_OK;
    bool enough = fmin(b->n, c->n) >= rule.min_samples;
    e->step = enough && rule.rejects ? THRESH_ROLLBACK : THRESH_HOLD;
    if (!enough)
        return THRESH_OK;
    /* the limit of strata may count otherwise than that of the whole */
    thresh_observed_metric shown = *of;
    shown.measure = by.measure;
    shown.percent = is_percent(y->metric->kind, by.measure);
    return rollout_reason(
        m, THRESH_STEP_STRATUM, e->step, of->metric->name, e->stratum,
        SAY(&m->arena, N_("%s of the stratum %s is worse by %s at least; %s are tolerated of one"),
            phrase_word(of->metric->name), phrase_clipped(&m->arena, e->stratum, 80),
            amount_beside(m, &shown, e->low, e->tolerate), amount(m, &shown, e->tolerate)));
}

static double z_of(const thresh_arm *b, const thresh_arm *c)
{
    double se = sqrt(b->variance + c->variance);

    return se > 0 ? (b->mean - c->mean) / se : 0;
}

/* Does the sum over strata point where they do not? */
static thresh_status check_reversal(making *m, thresh_observed_metric *of, const thresh_arm *pooled,
                                    const thresh_arm *over)
{
    double sums = z_of(&pooled[0], &pooled[1]), strata = z_of(&over[0], &over[1]);

    if (sums * strata >= 0 || fabs(sums) < 1 || fabs(strata) < 1)
        return THRESH_OK;
    return rollout_reason(
        m, THRESH_STEP_REVERSED, THRESH_HOLD, of->metric->name, "",
        SAY(&m->arena,
            N_("%s: the sums of both arms say %s, and the strata %s: the arms have "
               "another mix of strata (Simpson's paradox); find out why"),
            phrase_word(of->metric->name), amount(m, of, of->pooled),
            amount(m, of, of->whole.degradation)));
}

/* Bounds, limits and strata; `arms` are those that are judged. */
static thresh_status judge_strata(making *m, thresh_observed_metric *of, const slot *slots,
                                  size_t count, thresh_arm arms[2])
{
    thresh_arm *each = arena_alloc(&m->arena, 2 * count * sizeof *each);
    double *weights = arena_alloc(&m->arena, count * sizeof *weights);
    thresh_effect *effects = arena_alloc(&m->arena, count * sizeof *effects);
    size_t usable = 0;
    thresh_arm pooled[2] = { arms[0], arms[1] };
    thresh_status rc = THRESH_OK;

    if (each == NULL || weights == NULL || effects == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        bool both = tally_arm(&each[i], &slots[i].arms[0], of->metric->kind)
                    && tally_arm(&each[count + i], &slots[i].arms[1], of->metric->kind);
        weights[i] = both ? slots[i].arms[0].n + slots[i].arms[1].n : 0;
        usable += both;
        const char *name = arena_strdup(&m->arena, slots[i].key);
        if (name == NULL)
            return THRESH_ENOMEM;
        effects[i] = both ? effect_of_arms(name, &each[i], &each[count + i])
                          : (thresh_effect){ .stratum = name,
                                             .n_baseline = slots[i].arms[0].n,
                                             .n_candidate = slots[i].arms[1].n,
                                             .baseline = NAN,
                                             .candidate = NAN,
                                             .degradation = NAN,
                                             .low = NAN,
                                             .high = NAN,
                                             .tolerate = NAN,
                                             .step = THRESH_HOLD };
    }
    of->strata = effects;
    of->stratum_count = count;
    if (usable < count)
        rc = rollout_note(m, SAY(&m->arena,
                                 N_("%s: strata that one of the arms lacks are left out of both"),
                                 phrase_word(of->metric->name)));
    if (rc == THRESH_OK)
        rc = check_stratum_there(m, of, effects, count);
    if (rc == THRESH_OK && usable < 1)
        return rollout_reason(m, THRESH_STEP_STRATUM_MISSING, THRESH_HOLD, of->metric->name, "",
                              SAY(&m->arena, N_("%s: no stratum has samples of both arms"),
                                  phrase_word(of->metric->name)));
    if (rc != THRESH_OK)
        return rc;
    thresh_arm_over_strata(&arms[0], each, weights, count);
    thresh_arm_over_strata(&arms[1], each + count, weights, count);
    yardstick y = yardstick_of(m->plan, of->metric, arms[0].mean);
    for (size_t i = 0; i < count && rc == THRESH_OK; i++)
        if (weights[i] > 0)
            rc = judge_stratum(m, of, &y, &effects[i], &each[i], &each[count + i], usable);
    thresh_effect sums = effect_of_arms("", &pooled[0], &pooled[1]);
    degradation_of(&sums, &y, y.measure, &pooled[0], &pooled[1], (multiples){ 1, 1 });
    of->pooled = sums.degradation;
    thresh_effect over = effect_of_arms("", &arms[0], &arms[1]);
    degradation_of(&over, &y, y.measure, &arms[0], &arms[1], (multiples){ 1, 1 });
    of->whole.degradation = over.degradation;
    return rc != THRESH_OK ? rc : check_reversal(m, of, pooled, arms);
}

/* Does the effect move from one time to the next? */
static thresh_status judge_slots_of_time(making *m, thresh_observed_metric *of, const yardstick *y,
                                         metric_rows r, slot *slots)
{
    double effects[MOST_TIMES], variances[MOST_TIMES], level = 0;
    size_t count = 0, n = 0;
    thresh_trend trend;

    if (!sum_up(slots, &count, MOST_TIMES, r, BOTH, slot_time))
        return rollout_note(m, SAY(&m->arena,
                                   N_("%s: more than 1,000 times; whether the effect moves was not "
                                      "looked at"),
                                   phrase_word(of->metric->name)));
    for (size_t i = 0; i < count; i++) {
        thresh_arm b, c;
        thresh_effect e;

        if (!tally_arm(&b, &slots[i].arms[0], of->metric->kind)
            || !tally_arm(&c, &slots[i].arms[1], of->metric->kind) || fmin(b.n, c.n) < LEAST_A_TIME
            || !(b.variance + c.variance > 0))
            continue;
        degradation_of(&e, y, THRESH_ABSOLUTE, &b, &c, (multiples){ 1, 1 });
        effects[n] = e.degradation;
        variances[n++] = b.variance + c.variance;
        level += b.mean;
    }
    if (n < LEAST_TIMES || thresh_effect_trend(&trend, effects, variances, n) != THRESH_OK)
        return THRESH_OK;
    of->slope =
        of->measure == THRESH_RELATIVE ? trend.slope / fabs(level / (double)n) : trend.slope;
    of->slope_p = trend.p;
    double alpha = MOVES / 2 / (double)m->plan->metric_count, multiple;
    if (thresh_mixture_multiple(&multiple, thresh_mixture_best(alpha) * trend.information, alpha)
            != THRESH_OK
        || !(fabs(trend.slope) > multiple * trend.se) || !isfinite(of->slope))
        return THRESH_OK;
    if (trend.slope > 0)
        return rollout_reason(
            m, THRESH_STEP_WORSENING, THRESH_HOLD, of->metric->name, "",
            SAY(&m->arena,
                N_("%s gets worse with time, by %s from each to the next: what is "
                   "seen now is less than what will be"),
                phrase_word(of->metric->name), amount(m, of, of->slope)));
    return rollout_note(m,
                        SAY(&m->arena,
                            N_("%s gets better with time, by %s from each to the next: users get "
                               "used to it, or the first days were unlike the others"),
                            phrase_word(of->metric->name), amount(m, of, -of->slope)));
}

static thresh_status judge_times(making *m, thresh_observed_metric *of, const yardstick *y)
{
    metric_rows r = rows_of_metric(m->rows, m->row_count, of->metric->name);
    slot *slots;
    thresh_status rc;

    if (r.count == 0 || r.at->time[0] == '\0')
        return THRESH_OK;
    if ((slots = new_slots(r.count, MOST_TIMES)) == NULL)
        return THRESH_ENOMEM;
    rc = judge_slots_of_time(m, of, y, r, slots);
    free(slots);
    return rc;
}

/* A limit of the candidate's value alone, or of what it has to gain. */
static thresh_phrase say_other_limit(making *m, const thresh_observed_metric *of)
{
    /* by limit and step */
    static const char *const texts[][THRESH_ROLLBACK + 1] = {
        [THRESH_BY_GAIN] = { N_("%s: the gain of %s that is required is there"),
                             N_("%s: the gain of %s that is required is not sure yet"),
                             N_("%s: the gain of %s that is required is surely not there") },
        [THRESH_BY_FLOOR] = { N_("%s: the candidate surely lies above its floor of %s"),
                              N_("%s: whether the candidate lies above its floor of %s is not sure "
                                 "yet"),
                              N_("%s: the candidate surely lies under its floor of %s") },
        [THRESH_BY_CEILING] = { N_("%s: the candidate surely lies under its ceiling of %s"),
                                N_("%s: whether the candidate lies under its ceiling of %s is not "
                                   "sure yet"),
                                N_("%s: the candidate surely lies over its ceiling of %s") },
    };
    const thresh_effect *e = &of->whole;
    thresh_observed_metric shown = *of;
    double limit = e->by == THRESH_BY_GAIN    ? of->rule.gain
                   : e->by == THRESH_BY_FLOOR ? of->rule.floor
                                              : of->rule.ceiling;

    shown.measure = e->by == THRESH_BY_GAIN ? of->rule.gain_measure : THRESH_ABSOLUTE;
    shown.percent = is_percent(of->metric->kind, shown.measure);
    /* a share itself is in per cent, a difference of two in percentage points */
    thresh_phrase number = amount(m, &shown, limit);
    if (e->by != THRESH_BY_GAIN && shown.percent) {
        shown.measure = THRESH_RELATIVE;
        number = amount(m, &shown, limit);
    }
    return SAY(&m->arena, texts[e->by][e->step], phrase_word(of->metric->name), number);
}

static thresh_phrase say_range(making *m, const thresh_observed_metric *of)
{
    const thresh_effect *e = &of->whole;
    thresh_phrase name = phrase_word(of->metric->name), limit = amount(m, of, e->tolerate);
    arena *a = &m->arena;

    if (e->step == THRESH_ROLLBACK)
        return SAY(a, N_("%s is worse by %s at least; %s are tolerated"), name,
                   amount_beside(m, of, e->low, e->tolerate), limit);
    if (e->step == THRESH_HOLD)
        return SAY(a, N_("%s may be worse by up to %s; %s are tolerated (seen: %s)"), name,
                   amount_beside(m, of, e->high, e->tolerate), limit,
                   amount(m, of, e->degradation));
    if (e->high < 0)
        return SAY(a, N_("%s is better by %s at least"), name, amount(m, of, -e->high));
    return SAY(a, N_("%s is worse by %s at most; %s are tolerated"), name,
               amount_beside(m, of, e->high, e->tolerate), limit);
}

static thresh_status say_step(making *m, const thresh_observed_metric *of, bool still)
{
    static const thresh_step_reason_code codes[] = { [THRESH_ADVANCE] = THRESH_STEP_WITHIN_LIMIT,
                                                     [THRESH_HOLD] = THRESH_STEP_UNDECIDED,
                                                     [THRESH_ROLLBACK] = THRESH_STEP_BEYOND_LIMIT };
    const thresh_effect *e = &of->whole;
    thresh_phrase name = phrase_word(of->metric->name);
    double least = fmin(e->n_baseline, e->n_candidate);

    if (least < THRESH_ROLLOUT_LEAST_SAMPLES)
        return rollout_reason(m, THRESH_STEP_TOO_FEW_SAMPLES, THRESH_HOLD, of->metric->name, "",
                              SAY(&m->arena, N_("%s: %s samples in an arm; bounds take 100"), name,
                                  phrase_count(&m->arena, (size_t)least)));
    if (!m->looks_now)
        return THRESH_OK;
    if (e->step == THRESH_HOLD && still)
        return rollout_reason(m, THRESH_STEP_UNDECIDED, THRESH_HOLD, of->metric->name, "",
                              SAY(&m->arena,
                                  N_("%s: the values of an arm never differ (sd 0), from which no "
                                     "bound can be made; what is constant does not belong in "
                                     "the plan"),
                                  name));
    if (e->step == THRESH_HOLD && (isinf(e->high) || isnan(e->high)))
        return rollout_reason(m, THRESH_STEP_UNDECIDED, THRESH_HOLD, of->metric->name, "",
                              SAY(&m->arena, N_("%s: too little is known for a bound"), name));
    return rollout_reason(m, codes[e->step], e->step, of->metric->name, "",
                          e->by == THRESH_BY_TOLERATE ? say_range(m, of) : say_other_limit(m, of));
}

/* `slots`: room for those of the strata. */
static thresh_status judge_with(making *m, size_t i, slot *slots)
{
    thresh_observed_metric *of = &m->metrics[i];
    slot whole[2];
    size_t count = 0, one = 0;
    thresh_arm arms[2];
    thresh_status rc = THRESH_OK;

    *of = (thresh_observed_metric){ .metric = &m->plan->metrics[i],
                                    .pooled = NAN,
                                    .slope = NAN,
                                    .slope_p = NAN,
                                    .before = m->state->effects[i] };
    of->whole = (thresh_effect){ .stratum = "",
                                 .baseline = NAN,
                                 .candidate = NAN,
                                 .degradation = NAN,
                                 .low = NAN,
                                 .high = NAN,
                                 .tolerate = NAN,
                                 .step = THRESH_HOLD };
    gather_slots(m, of->metric->name, whole, &one, 1, slot_all);
    if (one == 1) {
        of->whole.n_baseline = whole[0].arms[0].n;
        of->whole.n_candidate = whole[0].arms[1].n;
    }
    if (one == 0 || !tally_arm(&arms[0], &whole[0].arms[0], of->metric->kind)
        || !tally_arm(&arms[1], &whole[0].arms[1], of->metric->kind)) {
        yardstick none = yardstick_of(m->plan, of->metric, 1);
        of->measure = none.measure;
        of->rule = none.rule;
        return rollout_reason(m, THRESH_STEP_MISSING_METRIC, THRESH_HOLD, of->metric->name, "",
                              SAY(&m->arena, N_("%s: no counts or means of both arms"),
                                  phrase_word(of->metric->name)));
    }
    yardstick y = yardstick_of(m->plan, of->metric, arms[0].mean);
    of->measure = y.measure;
    of->percent = is_percent(of->metric->kind, y.measure);
    if (!gather_slots(m, of->metric->name, slots, &count, MOST_STRATA, slot_stratum)) {
        thresh_diags_add(m->diags, THRESH_ERROR, NULL, 0, 0, "'%.80s': more than %d strata",
                         of->metric->name, MOST_STRATA);
        return THRESH_EINVAL;
    }
    bool strata_reject = count > 1 && thresh_policy_slices(m->plan->policy).rejects;
    m->rates = rates_of(m->plan, ways_back(&y.rule, strata_reject));
    if (count > 1 && (rc = judge_strata(m, of, slots, count, arms)) != THRESH_OK)
        return rc;
    y = yardstick_of(m->plan, of->metric, arms[0].mean);
    of->rule = y.rule;
    if (y.rule.fault != NULL) {
        thresh_diags_add(m->diags, THRESH_ERROR, NULL, 0, 0, "%.80s: %s", of->metric->name,
                         diag_text(m->diags, y.rule.fault));
        return THRESH_EINVAL;
    }
    of->whole = effect_of_arms("", &arms[0], &arms[1]);
    of->whole.n_baseline = whole[0].arms[0].n;
    of->whole.n_candidate = whole[0].arms[1].n;
    step_of(&of->whole, &y, &arms[0], &arms[1],
            bounds_for(m, m->rates, m->stage->samples, arms[0].n, arms[1].n));
    if ((rc = say_step(m, of, stand_still(&arms[0], &arms[1]))) == THRESH_OK)
        rc = judge_times(m, of, &y);
    return rc;
}

thresh_status judge_rollout_metric(making *m, size_t i)
{
    slot *slots = new_slots(m->row_count + m->state->before_count, MOST_STRATA);
    thresh_status rc = slots == NULL ? THRESH_ENOMEM : judge_with(m, i, slots);

    free(slots);
    return rc;
}
