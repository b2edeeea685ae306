/* Do the counts of both arms fit each other and the plan? What users did may be all right while
 * rows are lost, in another unit, or of another stage. */
#include "live/rollout.h"

#include <math.h>
#include <string.h>

/* A split that the prior looks for: half a percentage point of equal arms. */
static const double SPLIT_PRIOR = 10000;

typedef rollout_making making;

static const char *traffic_of(const making *m)
{
    return m->plan->traffic != NULL ? m->plan->traffic : m->plan->metrics[0].name;
}

static thresh_phrase percent(making *m, double share)
{
    const double steps = share < 0.01 ? 1e4 : 1e2;
    char text[THRESH_NUMBER_MAX];

    thresh_format_number(text, round(share * 100 * steps) / steps);
    return phrase_word(arena_strdup(&m->arena, text));
}

static double share_of(const tally arms[2])
{
    return arms[1].n / (arms[0].n + arms[1].n);
}

/* --- the split of traffic --- */

/* At the end some of the last users are still counted with the baseline, or a few are held out. */
static const double LEAST_AT_THE_END = 0.9;

/* False: nothing is known of it. */
static bool split_p(double *p, const tally arms[2], double share)
{
    const double counts[] = { arms[0].n, arms[1].n }, planned[] = { 1 - share, share };
    double factor;

    if (thresh_sample_ratio(&factor, counts, planned, 2, SPLIT_PRIOR) != THRESH_OK)
        return false;
    *p = fmin(1, exp(-factor));
    return true;
}

static thresh_status say_split(making *m, double found)
{
    return rollout_reason(
        m, THRESH_STEP_SAMPLE_RATIO, THRESH_HOLD, traffic_of(m), "",
        SAY(&m->arena,
            N_("the candidate has %s %% of %s, and the stage gives it %s %%: users are lost or "
               "counted twice in one of the arms, and no figure of this stage can be trusted"),
            percent(m, found), phrase_word(traffic_of(m)), percent(m, m->stage->share)));
}

thresh_status check_split(making *m)
{
    const char *traffic = traffic_of(m);
    double share = m->stage->share;
    tally arms[2] = { { 0 } };
    thresh_split *s = &m->o.split;

    tally_rows(arms, rows_of_metric(m->rows, m->row_count, traffic));
    if (share < 1 && arms[0].n + arms[1].n == 0)
        return rollout_reason(m, THRESH_STEP_MISSING_METRIC, THRESH_HOLD, traffic, "",
                              SAY(&m->arena,
                                  N_("%s: no counts of both arms; whether traffic was split "
                                     "as planned is not known"),
                                  phrase_word(traffic)));
    if (share >= 1) {
        s->blocks = arms[0].n > 0 && share_of(arms) < LEAST_AT_THE_END;
        return s->blocks ? say_split(m, share_of(arms)) : THRESH_OK;
    }
    if (!split_p(&s->p, arms, share))
        return THRESH_OK;
    s->known = true;
    s->found = share_of(arms);
    s->blocks = s->p <= m->plan->split_alpha;
    if (!s->blocks)
        return THRESH_OK;
    if (fabs(s->found - (1 - share)) < fabs(s->found - share)) {
        char found[THRESH_NUMBER_MAX], planned[THRESH_NUMBER_MAX];

        thresh_diags_add(m->diags, THRESH_ERROR, NULL, 0, 0,
                         "the arms look swapped: the candidate has %s %% of %s, and this stage "
                         "gives it %s %%",
                         thresh_format_number(found, round(s->found * 1e4) / 100), traffic,
                         thresh_format_number(planned, round(share * 1e6) / 1e4));
        return THRESH_EINVAL;
    }
    return say_split(m, s->found);
}

/* In sum the split may be right, and in no stratum. */
thresh_status check_split_of_strata(making *m)
{
    metric_rows r = rows_of_metric(m->rows, m->row_count, traffic_of(m));
    double least = 1, found = NAN;
    const char *worst = NULL;
    size_t strata = 0;

    if (m->stage->share >= 1 || m->o.split.blocks)
        return THRESH_OK;
    /* rows of a stratum stand together */
    for (size_t from = 0, to; from < r.count; from = to, strata++) {
        tally arms[2] = { { 0 } };
        double p;

        for (to = from; to < r.count && strcmp(r.at[to].stratum, r.at[from].stratum) == 0; to++)
            tally_add(&arms[r.at[to].candidate], &r.at[to]);
        if (!split_p(&p, arms, m->stage->share) || p >= least)
            continue;
        least = p;
        found = share_of(arms);
        worst = r.at[from].stratum;
    }
    if (strata < 2 || worst == NULL || least > m->plan->split_alpha / (double)strata)
        return THRESH_OK;
    if ((worst = arena_strdup(&m->arena, worst)) == NULL)
        return THRESH_ENOMEM;
    return rollout_reason(
        m, THRESH_STEP_STRATUM_RATIO, THRESH_HOLD, traffic_of(m), worst,
        SAY(&m->arena,
            N_("the candidate has %s %% of %s in the stratum %s, and the stage gives it %s %%: "
               "users of it are lost, or the stratum decides who gets the candidate"),
            percent(m, found), phrase_word(traffic_of(m)), phrase_clipped(&m->arena, worst, 80),
            percent(m, m->stage->share)));
}

/* --- each metric --- */

/* As many samples a user in both arms, within a third, and what comes of few. Where one arm lacks
 * more, its rows are of other users than the baseline's. */
static thresh_status check_samples(making *m, const thresh_observed_metric *of)
{
    const double apart = log(4.0 / 3), sure = 4;
    tally users[2] = { { 0 } }, samples[2] = { { 0 } };
    const char *name = of->metric->name;

    if (m->stage->share >= 1 || strcmp(name, traffic_of(m)) == 0)
        return THRESH_OK;
    tally_rows(users, rows_of_metric(m->rows, m->row_count, traffic_of(m)));
    tally_rows(samples, rows_of_metric(m->rows, m->row_count, name));
    if (!(users[0].n > 0) || !(users[1].n > 0) || !(samples[0].n + samples[1].n > 0))
        return THRESH_OK;
    double b = fmax(samples[0].n, 0.5), c = fmax(samples[1].n, 0.5);
    double ratio = log(c / users[1].n) - log(b / users[0].n);
    /* samples of one user come together */
    double noise = sqrt(1 / fmin(b, users[0].n) + 1 / fmin(c, users[1].n));
    if (fabs(ratio) <= apart + sure * noise)
        return THRESH_OK;
    return rollout_reason(
        m, THRESH_STEP_SAMPLES, THRESH_HOLD, name, "",
        SAY(&m->arena,
            N_("%s: the candidate has %s %% of the samples, and %s %% of %s: rows are lost, the "
               "arms are swapped, or its users do something else; find out why"),
            phrase_word(name), percent(m, share_of(samples)), percent(m, share_of(users)),
            phrase_word(traffic_of(m))));
}

/* Seconds beside milliseconds are a thousand times better. */
static thresh_status check_unit(making *m, const thresh_observed_metric *of)
{
    const double apart = 50;
    double b = of->whole.baseline, c = of->whole.candidate;
    char baseline[THRESH_NUMBER_MAX], candidate[THRESH_NUMBER_MAX];

    if (of->metric->kind->scale == THRESH_SCALE_FRACTION || !(b * c > 0)
        || (c / b < apart && b / c < apart))
        return THRESH_OK;
    return rollout_reason(
        m, THRESH_STEP_OTHER_UNIT, THRESH_HOLD, of->metric->name, "",
        SAY(&m->arena,
            N_("%s: %s of the baseline and %s of the candidate look like two units, and not like "
               "two models"),
            phrase_word(of->metric->name),
            phrase_word(arena_strdup(&m->arena, thresh_format_number(baseline, b))),
            phrase_word(arena_strdup(&m->arena, thresh_format_number(candidate, c)))));
}

thresh_status check_metric(making *m, const thresh_observed_metric *of)
{
    thresh_status rc = check_samples(m, of);

    return rc == THRESH_OK ? check_unit(m, of) : rc;
}

/* A stratum that one arm has and the other should have: its users may be those who suffer. `each`
 * has the samples of both arms by stratum. */
thresh_status check_stratum_there(making *m, const thresh_observed_metric *of,
                                  const thresh_effect *each, size_t count)
{
    const double enough = 30;
    double n[2] = { 0, 0 }, most = 0, found = 0;
    const thresh_effect *worst = NULL;
    bool candidate = false;

    for (size_t i = 0; i < count; i++) {
        n[0] += each[i].n_baseline;
        n[1] += each[i].n_candidate;
    }
    for (size_t i = 0; i < count; i++) {
        const double has[] = { each[i].n_baseline, each[i].n_candidate };
        int lacks = has[0] < has[1] * n[0] / n[1] ? 0 : 1;
        double expected = has[1 - lacks] * n[lacks] / n[1 - lacks];

        /* a baseline of the stage before may have had no users of a new stratum yet */
        if (has[lacks] >= 2 || !(expected > most) || (lacks == 0 && m->stage->share >= 1))
            continue;
        most = expected;
        found = has[lacks];
        worst = &each[i];
        candidate = lacks == 1;
    }
    if (worst == NULL || most < enough)
        return THRESH_OK;
    thresh_phrase name = phrase_word(of->metric->name),
                  stratum = phrase_clipped(&m->arena, worst->stratum, 80),
                  has = phrase_count(&m->arena, (size_t)found),
                  expected = phrase_count(&m->arena, (size_t)most);
    return rollout_reason(
        m, THRESH_STEP_STRATUM_MISSING, THRESH_HOLD, of->metric->name, worst->stratum,
        candidate ? SAY(&m->arena,
                        N_("%s: the candidate has %s samples of the stratum %s, and about %s were "
                           "to be expected: nothing is known of these users"),
                        name, has, stratum, expected)
                  : SAY(&m->arena,
                        N_("%s: the baseline has %s samples of the stratum %s, and about %s were "
                           "to be expected: nothing is known of these users"),
                        name, has, stratum, expected));
}
