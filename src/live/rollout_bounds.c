/* From two arms to bounds of a degradation, and from these to a step. */
#include "live/rollout.h"

#include <math.h>

size_t ways_back(const thresh_rule *rule, bool strata_reject)
{
    bool by_strata = strata_reject && rule->has_range;
    size_t ways =
        (size_t)rule->has_range + rule->has_gain + rule->has_floor + rule->has_ceiling + by_strata;

    return ways > 0 ? ways : 1;
}

error_rates rates_of(const thresh_rollout_plan *plan, size_t ways)
{
    double alpha = 1 - plan->confidence;

    return (error_rates){ alpha / (double)(plan->stage_count * plan->metric_count * ways), alpha };
}

/* What decides how much is known of a difference: samples of either arm. */
static double known_by(double n_b, double n_c)
{
    return n_b * n_c / (n_b + n_c);
}

static double multiple_now(double alpha, double share_known)
{
    double z;

    return thresh_mixture_multiple(&z, thresh_mixture_best(alpha) * share_known, alpha) == THRESH_OK
               ? z
               : INFINITY;
}

multiples multiples_now(error_rates rates, const thresh_rollout_stage *stage, double planned,
                        double n_b, double n_c)
{
    /* a stage of all the traffic has a baseline that does not grow any more */
    double planned_b = stage->share < 1 ? planned * (1 - stage->share) / stage->share : n_b;
    double share_known = known_by(n_b, n_c) / known_by(planned_b, planned);

    return (multiples){ multiple_now(rates.back, share_known),
                        multiple_now(rates.on, share_known) };
}

thresh_status multiples_of_looks(multiples *out, error_rates rates, const double *fractions,
                                 size_t looks)
{
    double back[THRESH_MOST_LOOKS], on[THRESH_MOST_LOOKS];
    thresh_status rc = thresh_obrien_fleming(back, fractions, looks, rates.back);

    if (rc == THRESH_OK)
        rc = thresh_obrien_fleming(on, fractions, looks, rates.on);
    if (rc == THRESH_OK)
        *out = (multiples){ back[looks - 1], on[looks - 1] };
    return rc;
}

yardstick yardstick_of(const thresh_rollout_plan *plan, const thresh_rollout_metric *metric,
                       double baseline)
{
    const thresh_query query = {
        "", metric->name, metric->kind, baseline, metric->own_per_base, 0
    };
    yardstick y = { .metric = metric };

    thresh_policy_resolve(plan->policy, &query, &y.rule);
    y.measure = y.rule.has_range ? y.rule.measure : metric->kind->measure;
    return y;
}

void degradation_of(thresh_effect *e, const yardstick *y, thresh_measure measure,
                    const thresh_arm *b, const thresh_arm *c, multiples z)
{
    bool higher = y->metric->kind->direction == THRESH_HIGHER;
    thresh_interval i;

    e->degradation = e->low = e->high = NAN;
    if (measure == THRESH_ABSOLUTE) {
        e->degradation = higher ? b->mean - c->mean : c->mean - b->mean;
        if (thresh_arms_difference(&i, higher ? b : c, higher ? c : b, z.back, z.on) != THRESH_OK)
            return;
        e->low = i.low;
        e->high = i.high;
    } else {
        /* of the baseline's size, whatever its sign */
        double sign = b->mean < 0 ? -1 : 1, change = c->mean / b->mean - 1;
        if (!isfinite(change))
            return;
        double worse = higher ? -sign : sign;
        e->degradation = worse * change;
        bool up = worse > 0;
        if (thresh_arms_ratio(&i, b, c, up ? z.back : z.on, up ? z.on : z.back) != THRESH_OK) {
            e->low = -INFINITY;
            e->high = INFINITY;
            return;
        }
        e->low = up ? i.low - 1 : 1 - i.high;
        e->high = up ? i.high - 1 : 1 - i.low;
    }
}

thresh_step step_by_limit(double low, double high, double limit, bool exclusive)
{
    if (exclusive ? low >= limit : low > limit)
        return THRESH_ROLLBACK;
    return (exclusive ? high < limit : high <= limit) ? THRESH_ADVANCE : THRESH_HOLD;
}

static bool never_differs(const thresh_arm *a)
{
    return sqrt(a->variance * a->n) <= 1e-12 * fabs(a->mean);
}

bool stand_still(const thresh_arm *b, const thresh_arm *c)
{
    return never_differs(b) || never_differs(c);
}

const char *thresh_deciding_name(thresh_deciding by)
{
    static const char *const names[] = { [THRESH_BY_TOLERATE] = "tolerate",
                                         [THRESH_BY_GAIN] = "gain",
                                         [THRESH_BY_FLOOR] = "floor",
                                         [THRESH_BY_CEILING] = "ceiling" };
    return names[by];
}

/* The step by one more limit; what was worst so far stays. */
static void also(thresh_effect *e, thresh_deciding by, thresh_step step)
{
    if (step <= e->step)
        return;
    e->step = step;
    e->by = by;
}

thresh_step step_of(thresh_effect *e, const yardstick *y, const thresh_arm *b, const thresh_arm *c,
                    multiples z)
{
    const thresh_rule *rule = &y->rule;

    degradation_of(e, y, y->measure, b, c, z);
    e->tolerate = rule->has_range ? rule->tolerate : NAN;
    e->step = THRESH_ADVANCE;
    e->by = rule->has_range   ? THRESH_BY_TOLERATE
            : rule->has_gain  ? THRESH_BY_GAIN
            : rule->has_floor ? THRESH_BY_FLOOR
                              : THRESH_BY_CEILING;
    if (rule->has_range)
        also(e, THRESH_BY_TOLERATE,
             isnan(e->low)
                 ? THRESH_HOLD
                 : step_by_limit(e->low, e->high, rule->tolerate, rule->tolerate_exclusive));
    if (rule->has_gain) {
        thresh_effect gain = { .stratum = "" };
        degradation_of(&gain, y, rule->gain_measure, b, c, z);
        also(e, THRESH_BY_GAIN,
             isnan(gain.low) ? THRESH_HOLD
                             : step_by_limit(gain.low, gain.high, -rule->gain, false));
    }
    /* of the candidate alone, whose upper bound speaks for it where it lies under its floor */
    thresh_interval under, over;
    if (thresh_arm_bounds(&under, c, z.on, z.back) != THRESH_OK
        || thresh_arm_bounds(&over, c, z.back, z.on) != THRESH_OK)
        under = over = (thresh_interval){ -INFINITY, INFINITY };
    if (rule->has_floor)
        also(e, THRESH_BY_FLOOR,
             step_by_limit(rule->floor - under.high, rule->floor - under.low, 0,
                           rule->floor_exclusive));
    if (rule->has_ceiling)
        also(e, THRESH_BY_CEILING,
             step_by_limit(over.low - rule->ceiling, over.high - rule->ceiling, 0,
                           rule->ceiling_exclusive));
    if (e->step == THRESH_ADVANCE && stand_still(b, c)) {
        e->step = THRESH_HOLD;
        e->high = INFINITY;
    }
    return e->step;
}
