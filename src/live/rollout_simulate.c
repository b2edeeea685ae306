/* A plan played through many times: how long it takes, and how often it errs. Counts are drawn look
 * by look, and judged by the bounds of an observation. What is the same in every run (how many
 * users each look has, and most multiples) is made once. */
#include "live/rollout.h"
#include "stats/distribution.h"
#include "stats/replicates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    RUNS = 10000,
    MOST_RUNS = 1000000,
    MOST_LOOKS_PLAYED = 20000,
    MOST_COURSES = 2 + 2 * THRESH_MOST_ROLLOUT_METRICS,
    SECONDS_A_DAY = 86400
};

/* What a run of a course leaves: how it ended, after how many days, what the candidate served. */
enum { ENDED, DAYS, EXPOSED, OUTCOMES };
enum { RUN_DONE, RUN_BACK, RUN_UNFINISHED };

/* Is a look taken there, and with which bounds? */
typedef struct planned_look {
    bool taken;
    multiples z[MOST_WAYS + 1]; /* by ways_back() */
} planned_look;

/* A metric as it is drawn: chances in 2^40ths for shares, else mean and standard deviation. */
typedef struct source {
    bool share;
    double mean, sd;
    uint64_t part;
} source;

typedef struct course {
    thresh_rollout_course c;
    double degradation[THRESH_MOST_ROLLOUT_METRICS];
    source candidate[THRESH_MOST_ROLLOUT_METRICS];
} course;

typedef struct simulation {
    thresh_rollout_simulation s; /* first: the caller sees it only */
    resampling r;                /* second: what draws finds the rest by it */
    const thresh_rollout_plan *plan;
    arena arena;
    size_t ways[THRESH_MOST_ROLLOUT_METRICS];
    bool has_ways[MOST_WAYS + 1];
    yardstick yardsticks[THRESH_MOST_ROLLOUT_METRICS];
    source baseline[THRESH_MOST_ROLLOUT_METRICS];
    course courses[MOST_COURSES];
    thresh_rollout_course shown[MOST_COURSES];
    size_t course_count, looks;
    planned_look *planned; /* looks of each stage */
    double users;          /* a look */
} simulation;

static const uint64_t WHOLE = (uint64_t)1 << 40;

/* Users of the candidate up to a look of a stage. */
static double candidates(const simulation *s, const thresh_rollout_stage *stage, size_t looks)
{
    return floor(s->users * (double)looks * stage->share + 0.5);
}

static double everyone(const simulation *s, size_t looks)
{
    return floor(s->users * (double)looks + 0.5);
}

/* --- what is the same in every run --- */

static thresh_status plan_looks(simulation *s, size_t i)
{
    const thresh_rollout_stage *stage = &s->plan->stages[i];
    planned_look *looks = s->planned + i * (s->looks + 1);
    double fractions[THRESH_MOST_LOOKS], count = (double)s->plan->looks, last = 0;
    size_t taken = 0;
    thresh_status rc = THRESH_OK;

    for (size_t k = 1; k <= s->looks && rc == THRESH_OK; k++) {
        double n_c = candidates(s, stage, k), n_b = everyone(s, k) - n_c;
        double fraction = n_c / stage->samples;
        bool always = s->plan->method == THRESH_ALWAYS_VALID;

        looks[k].taken =
            n_c >= THRESH_ROLLOUT_LEAST_SAMPLES
            && (always
                || (last < 1
                    && floor(fmin(1, fraction) * count + 1e-9) > floor(last * count + 1e-9)));
        if (looks[k].taken && !always)
            last = fractions[taken++] = fraction;
        for (size_t w = 1; w <= MOST_WAYS && looks[k].taken && rc == THRESH_OK; w++) {
            if (!s->has_ways[w])
                continue;
            error_rates rates = rates_of(s->plan, w);
            if (!always)
                rc = multiples_of_looks(&looks[k].z[w], rates, fractions, taken);
            else if (stage->share < 1 && n_b > 0)
                looks[k].z[w] = multiples_now(rates, stage, stage->samples, n_b, n_c);
        }
    }
    return rc;
}

static thresh_status fault(const simulation *s, const thresh_rollout_metric *m, const char *text,
                           thresh_diags *diags)
{
    thresh_diags_add(diags, THRESH_ERROR, s->plan->path, m->line, m->column, "%.80s: %s", m->name,
                     diag_text(diags, text));
    return THRESH_EINVAL;
}

static bool make_source(source *out, const thresh_rollout_metric *m, double value)
{
    *out = (source){ .share = m->kind->scale == THRESH_SCALE_FRACTION && isnan(m->sd),
                     .mean = value,
                     .sd = m->sd };
    if (m->kind->scale == THRESH_SCALE_FRACTION && !(value >= 0 && value <= 1))
        return false;
    if (out->share)
        out->part = (uint64_t)(value * (double)WHOLE);
    return true;
}

static double degraded(const thresh_rollout_metric *m, double d, thresh_measure measure)
{
    double change = measure == THRESH_RELATIVE ? d * fabs(m->baseline) : d;

    return m->kind->direction == THRESH_HIGHER ? m->baseline - change : m->baseline + change;
}

static thresh_status add_course(simulation *s, thresh_phrase name, bool harmful,
                                const double *degradations, const thresh_measure *measures,
                                thresh_diags *diags)
{
    course *c = &s->courses[s->course_count++];

    c->c = (thresh_rollout_course){ .name = name, .harmful = harmful };
    for (size_t i = 0; i < s->plan->metric_count; i++) {
        const thresh_rollout_metric *m = &s->plan->metrics[i];
        if (!make_source(&c->candidate[i], m, degraded(m, degradations[i], measures[i])))
            return fault(s, m, N_("degraded so far it is no share between 0 and 1 any more"),
                         diags);
    }
    return THRESH_OK;
}

static thresh_status plan_courses(simulation *s, thresh_diags *diags)
{
    const thresh_rollout_plan *p = s->plan;
    double d[THRESH_MOST_ROLLOUT_METRICS] = { 0 };
    thresh_measure measures[THRESH_MOST_ROLLOUT_METRICS], own[THRESH_MOST_ROLLOUT_METRICS];
    bool assumed = false, harmful = false;
    thresh_status rc;

    for (size_t i = 0; i < p->metric_count; i++)
        own[i] = s->yardsticks[i].measure;
    if ((rc = add_course(s, SAID(N_("no effect")), false, d, own, diags)) != THRESH_OK)
        return rc;
    for (size_t i = 0; i < p->metric_count; i++) {
        const thresh_rollout_metric *m = &p->metrics[i];
        const yardstick *y = &s->yardsticks[i];
        bool stated = !isnan(m->degradation);

        d[i] = stated ? m->degradation : 0;
        measures[i] = stated ? m->degradation_measure : own[i];
        assumed = assumed || stated;
        double as = measures[i] == y->measure       ? d[i]
                    : y->measure == THRESH_RELATIVE ? d[i] / fabs(m->baseline)
                                                    : d[i] * fabs(m->baseline);
        harmful = harmful || (y->rule.has_range && as > y->rule.tolerate);
    }
    if (assumed
        && (rc = add_course(s, SAID(N_("as the plan assumes")), harmful, d, measures, diags))
               != THRESH_OK)
        return rc;
    for (size_t i = 0; i < p->metric_count && rc == THRESH_OK; i++) {
        double alone[THRESH_MOST_ROLLOUT_METRICS] = { 0 };
        thresh_phrase name = phrase_word(p->metrics[i].name);

        /* a limit of 0 is no harm at the limit */
        if (!s->yardsticks[i].rule.has_range || !(s->yardsticks[i].rule.tolerate > 0))
            continue;
        alone[i] = s->yardsticks[i].rule.tolerate;
        rc = add_course(s, SAY(&s->arena, N_("%s at its limit"), name), true, alone, own, diags);
        alone[i] *= 2;
        if (rc == THRESH_OK)
            rc = add_course(s, SAY(&s->arena, N_("%s at twice its limit"), name), true, alone, own,
                            diags);
    }
    return rc;
}

/* --- a run --- */

/* Sums of what was drawn of one arm: successes, or values. */
static double drawn(const source *from, random_stream *r, double n)
{
    if (!(n > 0))
        return 0;
    if (from->share)
        return (double)random_binomial(r, (uint64_t)n, from->part, WHOLE);
    return n * from->mean + sqrt(n) * from->sd * random_normal(r);
}

static void arm_from(thresh_arm *out, const source *from, double total, double n)
{
    if (from->share)
        thresh_arm_of_count(out, total, n);
    else
        thresh_arm_of_mean(out, n, total / n, from->sd);
}

/* The baseline of the stage before, for one that has none. */
typedef struct memory {
    double sums[THRESH_MOST_ROLLOUT_METRICS], n;
} memory;

static thresh_step play_look(const simulation *s, const course *c,
                             const thresh_rollout_stage *stage, const planned_look *look,
                             const double sums[2][THRESH_MOST_ROLLOUT_METRICS], double n_b,
                             double n_c)
{
    thresh_step step = THRESH_ADVANCE;
    bool by_baseline = stage->share >= 1 && s->plan->method == THRESH_ALWAYS_VALID;
    multiples z[MOST_WAYS + 1];

    memcpy(z, look->z, sizeof z);
    for (size_t w = 1; w <= MOST_WAYS && by_baseline; w++)
        if (s->has_ways[w])
            z[w] = multiples_now(rates_of(s->plan, w), stage, stage->samples, n_b, n_c);
    for (size_t i = 0; i < s->plan->metric_count; i++) {
        thresh_effect e = { .stratum = "" };
        thresh_arm b, a;

        arm_from(&b, &s->baseline[i], sums[0][i], n_b);
        arm_from(&a, &c->candidate[i], sums[1][i], n_c);
        yardstick y = s->yardsticks[i];
        thresh_step one = step_of(&e, &y, &b, &a, z[s->ways[i]]);
        step = one > step ? one : step;
    }
    return step;
}

/* Plays one stage from look `from` of the whole on; how many looks it took, and the step. */
static thresh_step play_stage(const simulation *s, const course *c, size_t at, size_t left,
                              memory *before, random_stream *r, size_t *looks)
{
    const thresh_rollout_stage *stage = &s->plan->stages[at];
    const planned_look *planned = s->planned + at * (s->looks + 1);
    double sums[2][THRESH_MOST_ROLLOUT_METRICS] = { { 0 } }, had[2] = { 0, 0 };
    bool safe = false;

    if (stage->share >= 1)
        memcpy(sums[0], before->sums, sizeof before->sums);
    for (size_t k = 1; k <= left; k++) {
        double n_c = candidates(s, stage, k);
        double n_b = stage->share >= 1 ? before->n : everyone(s, k) - n_c;

        *looks = k;
        if (!planned[k].taken && !safe)
            continue;
        /* all that came since the look before, at once */
        for (size_t i = 0; i < s->plan->metric_count; i++) {
            if (stage->share < 1)
                sums[0][i] += drawn(&s->baseline[i], r, n_b - had[0]);
            sums[1][i] += drawn(&c->candidate[i], r, n_c - had[1]);
        }
        had[0] = n_b;
        had[1] = n_c;
        if (planned[k].taken) {
            thresh_step step =
                fmin(n_b, n_c) < THRESH_ROLLOUT_LEAST_SAMPLES
                    ? THRESH_HOLD
                    : play_look(s, c, stage, &planned[k],
                                (const double(*)[THRESH_MOST_ROLLOUT_METRICS])sums, n_b, n_c);
            if (step == THRESH_ROLLBACK)
                return step;
            safe = step == THRESH_ADVANCE;
        }
        if (safe && n_c >= stage->samples && (double)k * s->plan->look_every >= stage->seconds) {
            memcpy(before->sums, sums[0], sizeof before->sums);
            before->n = n_b;
            return THRESH_ADVANCE;
        }
    }
    *looks = left;
    return THRESH_HOLD;
}

static void play(const simulation *s, const course *c, random_stream *r, double outcome[OUTCOMES])
{
    memory before = { { 0 }, 0 };
    size_t total = 0, looks = 0;
    thresh_step step = THRESH_ADVANCE;

    outcome[EXPOSED] = 0;
    for (size_t i = 0; i < s->plan->stage_count && step == THRESH_ADVANCE; i++) {
        step = play_stage(s, c, i, s->looks - total, &before, r, &looks);
        total += looks;
        outcome[EXPOSED] += candidates(s, &s->plan->stages[i], looks);
    }
    outcome[ENDED] = step == THRESH_ADVANCE    ? RUN_DONE
                     : step == THRESH_ROLLBACK ? RUN_BACK
                                               : RUN_UNFINISHED;
    outcome[DAYS] = (double)total * s->plan->look_every / SECONDS_A_DAY;
}

static void draw_runs(const resampling *r, void *scratch, size_t first, size_t count,
                      double *values, size_t stride)
{
    const simulation *s =
        (const simulation *)(const void *)((const char *)r - offsetof(simulation, r));

    (void)scratch;
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < s->course_count; c++) {
            /* a stream for each run of each course */
            random_stream stream =
                random_start(s->s.seed, (uint64_t)(first + i) * MOST_COURSES + c);
            double outcome[OUTCOMES];

            play(s, &s->courses[c], &stream, outcome);
            for (size_t k = 0; k < OUTCOMES; k++)
                values[(c * OUTCOMES + k) * stride + i] = outcome[k];
        }
}

/* --- what came of it --- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double at_quantile(const double *sorted, size_t n, double p)
{
    return n == 0 ? NAN : sorted[(size_t)ceil(p * (double)n) - 1];
}

static void summarise(course *c, const double *ended, const double *days, const double *exposed,
                      double *room, size_t runs)
{
    static const int ends[] = { RUN_DONE, RUN_BACK, RUN_UNFINISHED };
    double *shares[] = { &c->c.done, &c->c.rolled_back, &c->c.unfinished };
    double *quantiles[][2] = { { &c->c.days_done, &c->c.days_done_90 },
                               { &c->c.days_back, &c->c.days_back_90 } };
    double users = 0;

    for (size_t e = 0; e < 3; e++) {
        size_t n = 0;
        for (size_t i = 0; i < runs; i++)
            if ((int)ended[i] == ends[e])
                room[n++] = days[i];
        *shares[e] = (double)n / (double)runs;
        if (e == 2)
            break;
        qsort(room, n, sizeof *room, by_size);
        *quantiles[e][0] = at_quantile(room, n, 0.5);
        *quantiles[e][1] = at_quantile(room, n, 0.9);
    }
    for (size_t i = 0; i < runs; i++)
        users += exposed[i];
    c->c.exposed = users / (double)runs;
}

static thresh_status run_all(simulation *s, const thresh_rollout_simulate_options *options)
{
    size_t runs = s->s.runs;
    double *values = NULL, *room = malloc((runs + 1) * sizeof *room);
    thresh_status rc;

    if (room == NULL)
        return THRESH_ENOMEM;
    s->r = (resampling){ .draw = draw_runs,
                         .statistics = s->course_count * OUTCOMES,
                         .options = { .replicates = runs,
                                      .seed = s->s.seed,
                                      .threads = options->threads > 0 ? options->threads : 1 } };
    rc = replicate(&values, &s->r);
    for (size_t c = 0; c < s->course_count && rc == THRESH_OK; c++) {
        const double *of = values + c * OUTCOMES * runs;
        summarise(&s->courses[c], of + ENDED * runs, of + DAYS * runs, of + EXPOSED * runs, room,
                  runs);
        s->shown[c] = s->courses[c].c;
    }
    free(values);
    free(room);
    return rc;
}

static thresh_status prepare(simulation *s, thresh_diags *diags)
{
    const thresh_rollout_plan *p = s->plan;
    thresh_status rc = THRESH_OK;

    if (!(p->users > 0)) {
        thresh_diags_add(diags, THRESH_ERROR, p->path, 0, 0,
                         "the plan says nothing to simulate by; expected simulate: {users: 20000, "
                         "metrics: {%.80s: {baseline: …}}}",
                         p->metrics[0].name);
        return THRESH_EINVAL;
    }
    if (p->stages[0].share >= 1) {
        thresh_diags_add(
            diags, THRESH_ERROR, p->path, 0, 0,
            "the first stage gives the candidate all the traffic: there is no baseline "
            "to simulate");
        return THRESH_EINVAL;
    }
    s->looks = (size_t)(p->days * SECONDS_A_DAY / p->look_every);
    if (s->looks < 1 || s->looks > MOST_LOOKS_PLAYED) {
        thresh_diags_add(diags, THRESH_ERROR, p->path, 0, 0,
                         "simulate: expected from 1 to 20,000 looks within its days");
        return THRESH_EINVAL;
    }
    s->users = p->users * p->look_every / SECONDS_A_DAY;
    s->planned = arena_alloc(&s->arena, p->stage_count * (s->looks + 1) * sizeof *s->planned);
    if (s->planned == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < p->metric_count; i++) {
        const thresh_rollout_metric *m = &p->metrics[i];
        s->yardsticks[i] = yardstick_of(p, m, m->baseline);
        if (s->yardsticks[i].rule.fault != NULL)
            return fault(s, m, s->yardsticks[i].rule.fault, diags);
        make_source(&s->baseline[i], m, m->baseline);
        s->ways[i] = ways_back(&s->yardsticks[i].rule, false);
        s->has_ways[s->ways[i]] = true;
    }
    for (size_t i = 0; i < p->stage_count && rc == THRESH_OK; i++)
        rc = plan_looks(s, i);
    return rc != THRESH_OK ? rc : plan_courses(s, diags);
}

thresh_status thresh_rollout_simulate(thresh_rollout_simulation **out,
                                      const thresh_rollout_plan *plan,
                                      const thresh_rollout_simulate_options *options,
                                      thresh_diags *diags)
{
    size_t runs = options->runs > 0 ? options->runs : RUNS;
    simulation *s = NULL;
    thresh_status rc;

    *out = NULL;
    if (runs < 2 || runs > MOST_RUNS)
        return THRESH_EDOMAIN;
    if ((s = calloc(1, sizeof *s)) == NULL)
        return THRESH_ENOMEM;
    s->plan = plan;
    s->s = (thresh_rollout_simulation){ plan, runs, options->seed, s->shown, 0 };
    rc = prepare(s, diags);
    if (rc == THRESH_OK)
        rc = run_all(s, options);
    s->s.course_count = s->course_count;
    if (rc == THRESH_OK && s->arena.failed)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        *out = &s->s;
    else
        thresh_rollout_simulation_free(&s->s);
    return rc;
}

void thresh_rollout_simulation_free(thresh_rollout_simulation *simulation_)
{
    simulation *s = (simulation *)simulation_;

    if (s == NULL)
        return;
    arena_free(&s->arena);
    free(s);
}
