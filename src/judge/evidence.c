/* How sure a degradation is: from pairs of samples where there are any, else from standard errors.
 */
#include "base/language.h"
#include "judge/judge.h"
#include "thresh/proportions.h"
#include "thresh/stats.h"

#include <math.h>

/* Bounds of b - c become bounds of the degradation. */
static void take_difference(thresh_judged *m, thresh_interval i, const char *method)
{
    bool higher = m->kind->direction == THRESH_HIGHER;

    m->low = higher ? i.low : -i.high;
    m->high = higher ? i.high : -i.low;
    m->method = method;
    m->has_interval = true;
}

/* Bounds of c / b; relative to |b|, so that a negative baseline turns the ratio round. */
static void take_ratio(thresh_judged *m, thresh_interval i, const char *method)
{
    bool turned = (m->kind->direction == THRESH_HIGHER) == (m->baseline > 0);

    m->low = turned ? 1 - i.high : i.low - 1;
    m->high = turned ? 1 - i.low : i.high - 1;
    m->method = method;
    m->has_interval = true;
}

/* Right or wrong in both files: the table of outcomes says more than two standard errors, and
 * something even where no sample changed. */
static void from_outcomes(thresh_judged *m, const thresh_paired *p, double factor, double reference,
                          double confidence)
{
    thresh_interval i;

    if (thresh_paired_proportions(&i, p->both, p->only_base, p->only_cand, p->none, confidence)
        != THRESH_OK)
        return;
    i.low *= factor / reference;
    i.high *= factor / reference;
    take_difference(m, i, N_("Tango score, paired samples"));
}

static void from_pairs(thresh_judged *m, const thresh_paired *p, const uncertainty *u, double se_b,
                       double se_c, double confidence)
{
    double cov = p->covariance * u->factor_b * u->factor_c;
    double variance = se_b * se_b + se_c * se_c - 2 * cov;
    bool changed = variance > 1e-14 * (se_b * se_b + se_c * se_c);
    thresh_interval i;

    double independent = p->clusters > 0 ? p->clusters : p->n;
    bool shares = p->binary && p->clusters == 0 && u->factor_b == u->factor_c;

    m->pairs = p->n;
    if (shares && m->measure == THRESH_ABSOLUTE)
        from_outcomes(m, p, u->factor_b, 1, confidence);
    else if (shares && !changed)
        from_outcomes(m, p, u->factor_b, fabs(m->baseline), confidence);
    else if (!changed) /* numbers that are all the same tell nothing of others */
        return;
    else if (m->measure == THRESH_ABSOLUTE) {
        if (thresh_paired_t(&i, m->baseline - m->candidate, sqrt(variance), independent, confidence)
            == THRESH_OK)
            take_difference(m, i,
                            p->clusters > 0 ? N_("t, paired samples in clusters")
                                            : N_("t, paired samples"));
    } else if (thresh_paired_ratio(&i, m->baseline, se_b, m->candidate, se_c, cov, independent,
                                   confidence)
               == THRESH_OK)
        take_ratio(m, i,
                   p->clusters > 0 ? N_("Fieller, paired samples in clusters")
                                   : N_("Fieller, paired samples"));
}

/* Bounds that were computed with the figure itself. */
static void from_bounds(thresh_judged *m, const thresh_paired *p, double factor_b, double factor_c)
{
    m->pairs = p->n;
    if (m->measure == THRESH_ABSOLUTE && p->has_difference && factor_b == factor_c)
        take_difference(
            m, (thresh_interval){ p->difference_low * factor_b, p->difference_high * factor_b },
            p->method);
    else if (m->measure == THRESH_RELATIVE && p->has_ratio)
        take_ratio(m,
                   (thresh_interval){ p->ratio_low * factor_c / factor_b,
                                      p->ratio_high * factor_c / factor_b },
                   p->method);
}

static void from_errors(thresh_judged *m, double se_b, double se_c, double confidence)
{
    thresh_interval i;

    if (m->measure == THRESH_ABSOLUTE) {
        if (thresh_difference_normal(&i, m->baseline, se_b, m->candidate, se_c, 0, confidence)
            == THRESH_OK)
            take_difference(m, i, N_("normal, independent standard errors"));
    } else if (thresh_ratio_fieller(&i, m->baseline, se_b, m->candidate, se_c, 0, confidence)
               == THRESH_OK) {
        take_ratio(m, i, N_("Fieller, independent standard errors"));
    }
}

/* A share of n samples says by itself how sure it is, also where it is 0 or 1. */
static void from_counts(thresh_judged *m, const uncertainty *u, double confidence)
{
    double b = m->baseline, c = m->candidate, n_b = u->b->n, n_c = u->c->n;
    thresh_interval i;

    if (m->measure == THRESH_ABSOLUTE) {
        if (thresh_two_proportions_newcombe(&i, b * n_b, n_b, c * n_c, n_c, confidence)
            == THRESH_OK)
            take_difference(m, i, N_("Newcombe hybrid score, independent counts"));
    } else {
        from_errors(m, sqrt(b * (1 - b) / n_b), sqrt(c * (1 - c) / n_c), confidence);
    }
}

static bool is_counted(const thresh_judged *m, const thresh_metric *metric, double value)
{
    return m->kind->share && metric->has_n && metric->n >= 1 && value >= 0 && value <= 1;
}

/* A file that says 0 for 3 of 3 right knows nothing of its uncertainty, unless it says the 3. */
void find_interval(thresh_judged *m, const uncertainty *u, double confidence)
{
    double se_b = u->b->stderr_value * u->factor_b, se_c = u->c->stderr_value * u->factor_c;
    bool errors = u->b->has_stderr && u->c->has_stderr;

    m->confidence = confidence;
    if (u->b->paired != NULL && u->b->paired->method != NULL)
        from_bounds(m, u->b->paired, u->factor_b, u->factor_c);
    else if (errors && u->b->paired != NULL)
        from_pairs(m, u->b->paired, u, se_b, se_c, confidence);
    else if (errors && (se_b > 0 || se_c > 0))
        from_errors(m, se_b, se_c, confidence);
    else if (is_counted(m, u->b, m->baseline) && is_counted(m, u->c, m->candidate))
        from_counts(m, u, confidence);
}

/* Whether the pairs, were they `times` as many and changed as often, would settle it. */
static bool outcomes_settle(const thresh_paired *p, const thresh_judged *m, double times,
                            double scale)
{
    bool higher = m->kind->direction == THRESH_HIGHER;
    thresh_interval i;

    if (thresh_paired_proportions(&i, p->both * times, p->only_base * times, p->only_cand * times,
                                  p->none * times, m->confidence)
        != THRESH_OK)
        return false;
    return m->degradation < m->rule->tolerate
               ? (higher ? i.high : -i.low) * scale <= m->rule->tolerate
               : (higher ? i.low : -i.high) * scale > m->rule->tolerate;
}

/* Tango's interval narrows with n where no sample changed, and with its root where many did. */
static double pairs_to_settle(const thresh_paired *p, const thresh_judged *m)
{
    thresh_interval now;
    double low = 1, high = 2, scale;

    if (thresh_paired_proportions(&now, p->both, p->only_base, p->only_cand, p->none, m->confidence)
            != THRESH_OK
        || !(now.high > now.low))
        return 0;
    scale = (m->high - m->low) / (now.high - now.low);
    for (; !outcomes_settle(p, m, high, scale); low = high, high *= 2)
        if (p->n * high > 1e15)
            return 0;
    while (p->n * (high - low) > 0.01) {
        double middle = low + (high - low) / 2;
        if (outcomes_settle(p, m, middle, scale))
            high = middle;
        else
            low = middle;
    }
    return ceil(p->n * high);
}

double samples_to_settle(const thresh_metric *b, const thresh_metric *c, const thresh_judged *m)
{
    double d = m->degradation, gap = fabs(m->rule->tolerate - d);
    double half = d < m->rule->tolerate ? m->high - d : d - m->low;
    double n = fmax(b->has_n ? b->n : 0, c->has_n ? c->n : 0), p = m->baseline;

    /* a proportion's standard error tells its n */
    if (n < 1 && m->kind->family == THRESH_PROPORTION && b->stderr_value > 0 && p > 0 && p < 1
        && b->value <= 1)
        n = p * (1 - p) / (b->stderr_value * b->stderr_value);
    if (n < 1 || !(gap > 0))
        return 0;
    if (b->paired != NULL && b->paired->binary && b->paired->clusters == 0 && m->pairs > 0)
        return pairs_to_settle(b->paired, m);
    double needed = ceil(n * (half / gap) * (half / gap));
    return needed < 1e15 ? needed : 0;
}
