/* Slices are judged by size like any metric, but all together: many slices make one of them look
 * bad by chance, which Holm's adjustment takes into account. */
#include "judge/judge.h"
#include "thresh/stats.h"

#include <math.h>
#include <stdlib.h>

static bool is_open_slice(const thresh_judged *m)
{
    return m->whole != NULL && m->rule->has_range && !isnan(m->degradation)
           && m->rule->fault == NULL;
}

/* p of "within the limit". A score interval is wider on one side: what counts is the side on which
 * the limit lies, so that the p of one slice and its bound say the same. */
static double p_beyond(const thresh_judged *m, double z)
{
    bool beyond = m->degradation > m->rule->tolerate;
    double half = beyond ? m->degradation - m->low : m->high - m->degradation;

    return thresh_p_above(m->degradation, m->rule->tolerate, half / z);
}

static bool slice_within(const thresh_judged *m)
{
    if (m->rule->has_ignore_below && fabs(m->baseline - m->candidate) < m->rule->ignore_below)
        return true;
    /* a degradation on its limit was set to the limit itself */
    return m->rule->tolerate_exclusive ? m->degradation < m->rule->tolerate
                                       : m->degradation <= m->rule->tolerate;
}

static void judge_slice(const bench *on, thresh_judged *m, bool shown)
{
    const thresh_metric *c = thresh_set_find(on->candidate, m->scope, m->name);
    bool few = c != NULL && c->has_n && c->n < on->slices.min_samples;
    thresh_verdict beyond = on->slices.rejects ? THRESH_REJECT : THRESH_WARN;

    if (slice_within(m))
        add_reason(m, THRESH_ACCEPT, THRESH_REASON_WITHIN_TOLERANCE, NULL);
    else if (few)
        add_reason(m, THRESH_WARN, THRESH_REASON_TOO_FEW_SAMPLES, NULL);
    else if (shown)
        add_reason(m, beyond, THRESH_REASON_BEYOND_TOLERANCE, NULL);
    else if (on->evidence.burden == THRESH_PROVE_SAFE && on->slices.rejects)
        add_reason(m, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE, NULL);
    else
        add_reason(m, THRESH_WARN, THRESH_REASON_INCONCLUSIVE, NULL);
}

thresh_status judge_slices(const bench *on, thresh_judged *metrics, size_t count)
{
    double *p = NULL, z = thresh_normal_quantile(on->evidence.confidence);
    size_t with_interval = 0, next = 0;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < count; i++)
        with_interval += is_open_slice(&metrics[i]) && metrics[i].has_interval;
    if (with_interval > 0) {
        if ((p = malloc(with_interval * sizeof *p)) == NULL)
            return THRESH_ENOMEM;
        for (size_t i = 0; i < count; i++)
            if (is_open_slice(&metrics[i]) && metrics[i].has_interval)
                p[next++] = p_beyond(&metrics[i], z);
        rc = thresh_holm(p, with_interval);
    }
    next = 0;
    for (size_t i = 0; i < count && rc == THRESH_OK; i++)
        if (is_open_slice(&metrics[i]))
            judge_slice(on, &metrics[i],
                        !metrics[i].has_interval || p[next++] <= 1 - on->evidence.confidence);
    free(p);
    return rc;
}
