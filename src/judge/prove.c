/*
 * A gate that is shown to fail: for each limit a candidate just inside and one just outside, judged
 * by thresh_judge() itself. All metrics are probed at once, one pass for each limit and side, so
 * that a baseline of a thousand metrics costs as much as a dozen comparisons.
 */
#include "base/language.h"
#include "judge/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum probe_limit {
    PROBE_ACCEPT,
    PROBE_TOLERATE,
    PROBE_FLOOR,
    PROBE_CEILING,
    PROBE_GAIN,
    PROBE_SURPRISE,
    PROBE_ABSOLUTE,
    PROBE_NAN,
    PROBE_MISSING,
    PROBES
} probe_limit;

/* What has to come out just outside: this reason, and at least this verdict. */
static const struct {
    const char *name;
    thresh_reason_code reason;
    thresh_verdict verdict;
} outside_of[PROBES] = {
    [PROBE_ACCEPT] = { N_("accept"), THRESH_REASON_WITHIN_TOLERANCE, THRESH_WARN },
    [PROBE_TOLERATE] = { N_("tolerate"), THRESH_REASON_BEYOND_TOLERANCE, THRESH_REJECT },
    [PROBE_FLOOR] = { N_("floor"), THRESH_REASON_BELOW_FLOOR, THRESH_REJECT },
    [PROBE_CEILING] = { N_("ceiling"), THRESH_REASON_ABOVE_CEILING, THRESH_REJECT },
    [PROBE_GAIN] = { N_("gain"), THRESH_REASON_GAIN_NOT_REACHED, THRESH_REJECT },
    [PROBE_SURPRISE] = { N_("surprise"), THRESH_REASON_TOO_GOOD, THRESH_REVIEW },
    [PROBE_ABSOLUTE] = { N_("absolute"), THRESH_REASON_BEYOND_TOLERANCE, THRESH_REJECT },
    [PROBE_NAN] = { N_("not a number"), THRESH_REASON_NOT_A_NUMBER, THRESH_REJECT },
    [PROBE_MISSING] = { N_("missing"), THRESH_REASON_MISSING_METRIC, THRESH_REVIEW },
};

/* "Just" outside: far above rounding, far below what anybody would mean by a limit. */
static const double relative_step = 1e-7;
/* Standard errors given to both sides, so that a burden of proof can be met. */
static const double relative_error = 1e-13;

typedef struct prover {
    const thresh_policy *policy;
    thresh_result *self;  /* the baseline judged against itself: rules and scaled values */
    thresh_set *baseline; /* the same values, written without doubt */
    thresh_probe *out;
    size_t count, capacity;
    thresh_diags *diags;
} prover;

static double size_of(double value)
{
    return fmax(fabs(value), 1e-3);
}

static double worse_than(const thresh_judged *m, double amount)
{
    return m->kind->direction == THRESH_HIGHER ? m->baseline - amount : m->baseline + amount;
}

static double in_own_unit(const thresh_judged *m, double amount, thresh_measure measure)
{
    return measure == THRESH_RELATIVE ? amount * fabs(m->baseline) : amount;
}

/* Accept or tolerate; a change below `ignore_below` is none, so the probe goes beyond that too. */
static bool range_value(const prover *p, const thresh_judged *m, bool accept, bool inside,
                        double *value)
{
    const thresh_rule *r = m->rule;
    double limit = in_own_unit(m, accept ? r->accept : r->tolerate, m->measure);
    double tolerate = in_own_unit(m, r->tolerate, m->measure);
    double nudge = relative_step * size_of(m->baseline);
    bool exclusive = accept ? r->accept_exclusive : r->tolerate_exclusive;

    if (!r->has_range || (m->measure == THRESH_RELATIVE && m->baseline == 0))
        return false;
    if (r->has_ignore_below && limit < r->ignore_below)
        limit = r->ignore_below;
    /* no warnings between the two: the outside of accept is that of tolerate */
    if (accept && (m->whole != NULL || limit >= tolerate))
        return false;
    if (inside) /* where proof is asked for, the bound of the interval has to lie inside as well */
        limit -= exclusive || p->self->evidence.burden == THRESH_PROVE_SAFE ? nudge : 0;
    else
        limit += nudge;
    *value = worse_than(m, limit);
    return true;
}

/* `inwards` is 1 for a floor, -1 for a ceiling; an exclusive bound is itself outside. */
static double bound_value(double bound, bool exclusive, bool inside, int inwards)
{
    double nudge = relative_step * size_of(bound);

    if (exclusive)
        return inside ? bound + inwards * nudge : bound;
    return inside ? bound : bound - inwards * nudge;
}

/* The candidate's value for a probe, in the unit of `m`; false where the metric has no such limit.
 */
static bool probe_value(const prover *p, const thresh_judged *m, probe_limit limit, bool inside,
                        double *value)
{
    const thresh_rule *r = m->rule;
    double nudge = relative_step * size_of(m->baseline);

    *value = NAN;
    if (isnan(m->baseline) || r->fault != NULL)
        return false;
    switch (limit) {
    case PROBE_ACCEPT:
    case PROBE_TOLERATE:
        return range_value(p, m, limit == PROBE_ACCEPT, inside, value);
    case PROBE_FLOOR:
        *value = bound_value(r->floor, r->floor_exclusive, inside, 1);
        return r->has_floor;
    case PROBE_CEILING:
        *value = bound_value(r->ceiling, r->ceiling_exclusive, inside, -1);
        return r->has_ceiling;
    case PROBE_GAIN:
        *value = worse_than(m, (inside ? 0 : nudge) - in_own_unit(m, r->gain, r->gain_measure));
        return r->has_gain;
    case PROBE_SURPRISE:
        *value =
            worse_than(m, (inside ? 0 : -nudge) - in_own_unit(m, r->surprise, r->surprise_measure));
        return r->has_surprise;
    case PROBE_ABSOLUTE:
        *value = worse_than(m, r->absolute + (inside ? 0 : relative_step * size_of(r->absolute)));
        return r->has_absolute && m->measure == THRESH_RELATIVE && m->baseline == 0;
    case PROBE_NAN:
    case PROBE_MISSING:
        return !inside;
    default:
        return false;
    }
}

static thresh_verdict expected_outside(const prover *p, const thresh_judged *m, probe_limit limit)
{
    if (limit == PROBE_TOLERATE && m->whole != NULL && !thresh_policy_slices(p->policy).rejects)
        return THRESH_WARN;
    if (limit == PROBE_MISSING
        && (m->rule->named || is_required(p->policy, m->scope, m->name, m->kind)))
        return THRESH_REJECT;
    return outside_of[limit].verdict;
}

/* Inside tolerate and outside accept is a warning, unless nothing lies between them. */
static thresh_verdict expected_inside(const thresh_judged *m, probe_limit limit)
{
    const thresh_rule *r = m->rule;
    bool between = r->accept < r->tolerate || (r->accept_exclusive && !r->tolerate_exclusive);

    if (limit != PROBE_TOLERATE || m->whole != NULL || !between)
        return THRESH_ACCEPT;
    return r->has_ignore_below && in_own_unit(m, r->tolerate, m->measure) < r->ignore_below
               ? THRESH_ACCEPT
               : THRESH_WARN;
}

/* A value in the unit of `m` as a file would have it, on a scale that leaves no doubt. */
static thresh_metric written(const thresh_judged *m, double value)
{
    double error = relative_error * size_of(m->baseline);
    thresh_metric out = { .scope = m->scope,
                          .name = m->name,
                          .value = value,
                          .has_stderr = true,
                          .stderr_value = error };

    if (m->kind->scale != THRESH_SCALE_NONE)
        out.unit = "%";
    else if (m->unit[0] != '\0')
        out.unit = m->unit;
    if (m->kind->scale == THRESH_SCALE_FRACTION) {
        out.value *= 100;
        out.stderr_value *= 100;
    }
    if (isnan(value))
        out = (thresh_metric){
            .scope = m->scope, .name = m->name, .state = THRESH_VALUE_NAN, .text = "NaN"
        };
    return out;
}

/* Stands on both sides and is never probed: a pass in which all else is missing would not be
 * judged. */
static const thresh_metric keeper = { .scope = "thresh/prove",
                                      .name = "accuracy",
                                      .value = 0.5,
                                      .has_stderr = true,
                                      .stderr_value = 1e-13 };

static bool is_keeper(const thresh_judged *m)
{
    return strcmp(m->scope, keeper.scope) == 0;
}

static bool has_reason(const thresh_judged *m, thresh_reason_code code)
{
    for (unsigned i = 0; i < m->reason_count; i++)
        if (m->reasons[i] == code)
            return true;
    return false;
}

/* The limit, other than `not_this`, that gives this reason; NULL when none does. */
static const char *limit_of(thresh_reason_code reason, probe_limit not_this)
{
    for (int i = 0; i < PROBES; i++)
        if (outside_of[i].reason == reason && reason != outside_of[not_this].reason)
            return outside_of[i].name;
    return NULL;
}

static thresh_status add_probe(prover *p, const thresh_judged *from, probe_limit limit, bool inside,
                               double value, const thresh_judged *got)
{
    thresh_verdict expected =
        inside ? expected_inside(from, limit) : expected_outside(p, from, limit);
    bool by_this_limit = has_reason(got, outside_of[limit].reason);

    if (!array_reserve(&p->out, &p->capacity, p->count + 1, sizeof *p->out))
        return THRESH_ENOMEM;
    /* The reason shows that it was this limit. A worse verdict may only come from another limit of
     * the same metric that lies closer, and that one has its own probes. */
    const char *closer = got->verdict > expected ? limit_of(got->reasons[0], limit) : NULL;
    /* from a baseline of zero nothing is ever proved, whatever the candidate */
    if (got->verdict > expected && got->reasons[0] == THRESH_REASON_NO_EVIDENCE
        && from->baseline == 0)
        closer = N_("the burden of proof");
    p->out[p->count++] =
        (thresh_probe){ from->scope,
                        from->name,
                        outside_of[limit].name,
                        inside,
                        value,
                        expected,
                        got->verdict,
                        closer,
                        by_this_limit == !inside && (got->verdict == expected || closer != NULL) };
    return THRESH_OK;
}

static int by_names(const void *a, const void *b)
{
    const thresh_judged *x = *(const thresh_judged *const *)a,
                        *y = *(const thresh_judged *const *)b;
    int order = strcmp(x->scope, y->scope);

    return order != 0 ? order : strcmp(x->name, y->name);
}

/* The metrics of a document by name, so that those of two documents stand side by side. */
static const thresh_judged **by_name(const thresh_result *r)
{
    const thresh_judged **out = malloc((r->metric_count + 1) * sizeof *out);

    for (size_t i = 0; out != NULL && i < r->metric_count; i++)
        out[i] = &r->metrics[i];
    if (out != NULL)
        qsort(out, r->metric_count, sizeof *out, by_names);
    return out;
}

static thresh_status make_candidate(const prover *p, thresh_set *candidate, probe_limit limit,
                                    bool inside, size_t *probed)
{
    thresh_status rc = thresh_set_add(candidate, &keeper, NULL);

    for (size_t i = 0; i < p->self->metric_count && rc == THRESH_OK; i++) {
        const thresh_judged *m = &p->self->metrics[i];
        double value;
        bool has = probe_value(p, m, limit, inside, &value) && !is_keeper(m);

        *probed += has;
        if (is_keeper(m) || isnan(m->baseline) || (has && limit == PROBE_MISSING))
            continue;
        thresh_metric c = written(m, has ? value : m->baseline);
        rc = thresh_set_add(candidate, &c, NULL);
    }
    return rc;
}

static thresh_status run_pass(prover *p, probe_limit limit, bool inside)
{
    thresh_set *candidate = NULL;
    thresh_result *result = NULL;
    const thresh_judged **from = NULL, **got = NULL;
    size_t probed = 0;
    thresh_status rc = thresh_set_new(&candidate);

    if (rc == THRESH_OK)
        rc = make_candidate(p, candidate, limit, inside, &probed);
    if (rc != THRESH_OK || probed == 0)
        goto done;
    if ((rc = thresh_judge(&result, p->baseline, candidate, NULL, p->policy, NULL, p->diags))
        != THRESH_OK)
        goto done;
    rc = THRESH_ENOMEM;
    if ((from = by_name(p->self)) == NULL || (got = by_name(result)) == NULL)
        goto done;
    rc = THRESH_OK;
    for (size_t i = 0; i < p->self->metric_count && rc == THRESH_OK; i++) {
        double value;
        if (!is_keeper(from[i]) && probe_value(p, from[i], limit, inside, &value))
            rc = add_probe(p, from[i], limit, inside, value, got[i]);
    }
done:
    free(from);
    free(got);
    thresh_result_free(result);
    thresh_set_free(candidate);
    return rc;
}

/* The baseline as it is judged: scaled values, metrics of known kinds with a number. */
static thresh_status restate(prover *p, const thresh_set *baseline)
{
    thresh_set *first = NULL;
    thresh_result *read = NULL;
    thresh_status rc = thresh_judge(&read, baseline, baseline, NULL, p->policy, NULL, p->diags);

    if (rc == THRESH_OK)
        rc = thresh_set_new(&first);
    if (rc == THRESH_OK)
        rc = thresh_set_add(first, &keeper, NULL);
    for (size_t i = 0; rc == THRESH_OK && i < read->metric_count; i++)
        if (!isnan(read->metrics[i].baseline)) {
            thresh_metric b = written(&read->metrics[i], read->metrics[i].baseline);
            rc = thresh_set_add(first, &b, NULL);
        }
    /* a slice by its file and not by its path stays one */
    for (size_t i = 0; rc == THRESH_OK && i < read->metric_count; i++) {
        const thresh_judged *m = &read->metrics[i];
        const thresh_metric *b = thresh_set_find(first, m->scope, m->name);
        if (m->whole != NULL && b != NULL && thresh_set_whole(first, b) == NULL)
            rc = thresh_set_nest(first, m->scope, m->whole);
    }
    if (rc == THRESH_OK)
        rc = thresh_judge(&p->self, first, first, NULL, p->policy, NULL, p->diags);
    if (rc == THRESH_OK) {
        p->baseline = first;
        first = NULL;
    }
    thresh_set_free(first);
    thresh_result_free(read);
    return rc;
}

/* In the order of the baseline's names, and within one metric in that of the limits. */
static int compare_probes(const void *a, const void *b)
{
    const thresh_probe *x = a, *y = b;
    int order = strcmp(x->scope, y->scope);

    if (order == 0)
        order = strcmp(x->name, y->name);
    for (int i = 0; order == 0 && i < PROBES; i++)
        order = (strcmp(y->limit, outside_of[i].name) == 0)
                - (strcmp(x->limit, outside_of[i].name) == 0);
    return order != 0 ? order : (int)y->inside - (int)x->inside;
}

/* A limit that makes no sense for its metric judges nothing, and so is not proved. */
static thresh_status add_faults(prover *p)
{
    for (size_t i = 0; i < p->self->metric_count; i++) {
        const thresh_judged *m = &p->self->metrics[i];

        if (m->rule->fault == NULL || is_keeper(m))
            continue;
        if (!array_reserve(&p->out, &p->capacity, p->count + 1, sizeof *p->out))
            return THRESH_ENOMEM;
        p->out[p->count++] = (thresh_probe){ m->scope,      m->name,    m->rule->fault, false, NAN,
                                             THRESH_REJECT, m->verdict, NULL,           false };
    }
    return THRESH_OK;
}

thresh_status thresh_prove(thresh_probe **out, size_t *count, const thresh_set *baseline,
                           const thresh_policy *policy, thresh_diags *diags)
{
    prover p = { .policy = policy, .diags = diags };
    thresh_status rc = restate(&p, baseline);

    *out = NULL;
    *count = 0;
    for (int limit = 0; limit < PROBES && rc == THRESH_OK; limit++)
        for (int inside = 1; inside >= 0 && rc == THRESH_OK; inside--)
            rc = run_pass(&p, (probe_limit)limit, inside != 0);
    if (rc == THRESH_OK)
        rc = add_faults(&p);
    if (rc == THRESH_OK && p.count > 0) {
        qsort(p.out, p.count, sizeof *p.out, compare_probes);
        /* the names live in the caller's set, not in ours */
        for (size_t i = 0; i < p.count; i++) {
            const thresh_metric *m = thresh_set_find(baseline, p.out[i].scope, p.out[i].name);
            p.out[i].scope = m->scope;
            p.out[i].name = m->name;
        }
        *out = p.out;
        *count = p.count;
        p.out = NULL;
    }
    free(p.out);
    thresh_result_free(p.self);
    thresh_set_free(p.baseline);
    return rc;
}
