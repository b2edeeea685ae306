/* Rollouts from memory: states that were changed, the same simulation by any number of threads,
 * what a plan promises. */
#include "unit.h"

#include "thresh/rollout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char plan_text[] = "schema: thresh/rollout/v1\n"
                                "name: demo\n"
                                "stages:\n"
                                "  - {share: 10%, samples: 1000}\n"
                                "  - {share: 50%, samples: 1000}\n"
                                "metrics: {business: [ctr], technical: [latency]}\n"
                                "simulate:\n"
                                "  users: 50000\n"
                                "  days: 20\n"
                                "  metrics:\n"
                                "    ctr: {baseline: 20%}\n"
                                "    latency: {baseline: 80, sd: 30}\n";

static thresh_rollout_plan *plan_of(const char *text)
{
    static const thresh_lookup nowhere;
    thresh_rollout_plan *plan;

    assert_int_equal(
        thresh_rollout_plan_text(&plan, text, strlen(text), "plan.yaml", &nowhere, NULL),
        THRESH_OK);
    return plan;
}

static thresh_rollout_plan *read_plan(void)
{
    return plan_of(plan_text);
}

/* Rows of both arms, in the order of a list. */
static thresh_observations rows_of(thresh_observation rows[4], double n_b, double n_c)
{
    for (uint32_t i = 0; i < 4; i++) {
        double n = i % 2 == 0 ? n_b : n_c;
        rows[i] =
            (thresh_observation){ .candidate = i % 2 == 1,
                                  .metric = i < 2 ? "ctr" : "latency",
                                  .stratum = "",
                                  .time = "",
                                  .what = i < 2 ? THRESH_OBSERVED_COUNT : THRESH_OBSERVED_MEAN,
                                  .n = n,
                                  .successes = i < 2 ? floor(n / 5) : 0,
                                  .mean = i < 2 ? 0 : 80,
                                  .sd = i < 2 ? 0 : 30,
                                  .file = "rows.csv",
                                  .line = i + 2 };
    }
    return (thresh_observations){ .rows = rows, .count = 4 };
}

static thresh_step look(thresh_rollout_state *state, const thresh_rollout_plan *plan, int64_t now,
                        double n_b, double n_c)
{
    const thresh_observe_options options = { .now = now };
    thresh_observation rows[4];
    thresh_observations given = rows_of(rows, n_b, n_c);
    thresh_observed *observed;

    assert_int_equal(thresh_rollout_observe(&observed, state, plan, &given, &options, NULL),
                     THRESH_OK);
    thresh_step step = observed->step;
    thresh_observed_free(observed);
    return step;
}

/* A state comes back as it was; one that was cut or changed does not, or is a state again. */
static void kept(void **unused)
{
    thresh_rollout_plan *plan = read_plan();
    thresh_rollout_state *state, *again;
    void *bytes, *twice;
    size_t len, other;

    (void)unused;
    assert_int_equal(thresh_rollout_begin(&state, plan, 100), THRESH_OK);
    assert_int_equal(look(state, plan, 200, 9000, 1000), THRESH_HOLD);
    assert_int_equal(look(state, plan, 300, 9e6, 1e6), THRESH_ADVANCE);
    assert_int_equal(look(state, plan, 400, 2000, 2000), THRESH_HOLD);
    assert_int_equal(thresh_rollout_state_save(&bytes, &len, state), THRESH_OK);
    assert_int_equal(thresh_rollout_state_load(&again, bytes, len, "state", NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_state_save(&twice, &other, again), THRESH_OK);
    assert_int_equal(other, len);
    assert_memory_equal(bytes, twice, len);
    assert_int_equal(thresh_rollout_state_info(again).stage, 1);
    assert_int_equal(thresh_rollout_state_check(again, plan, NULL), THRESH_OK);
    thresh_rollout_state_free(again);
    free(twice);
    for (size_t cut = 0; cut < len; cut++)
        assert_int_equal(thresh_rollout_state_load(&again, bytes, cut, "state", NULL),
                         THRESH_EFORMAT);
    for (size_t at = 0; at < len; at++) {
        unsigned char *b = bytes, was = b[at];
        for (int bit = 0; bit < 8; bit++) {
            b[at] = (unsigned char)(was ^ 1 << bit);
            if (thresh_rollout_state_load(&again, bytes, len, "state", NULL) == THRESH_OK) {
                /* nobody may have come to another stage */
                assert_int_equal(thresh_rollout_state_info(again).stage, 1);
                thresh_rollout_state_free(again);
            }
        }
        b[at] = was;
    }
    free(bytes);
    thresh_rollout_state_free(state);
    thresh_rollout_plan_free(plan);
}

/* The place of a number of 8 bytes that is followed by another one. */
static unsigned char *find_pair(void *bytes, size_t len, uint64_t first, uint64_t second)
{
    unsigned char wanted[16];

    for (size_t i = 0; i < 8; i++) {
        wanted[i] = (unsigned char)(first >> (8 * i));
        wanted[8 + i] = (unsigned char)(second >> (8 * i));
    }
    for (size_t at = 0; at + sizeof wanted <= len; at++)
        if (memcmp((unsigned char *)bytes + at, wanted, sizeof wanted) == 0)
            return (unsigned char *)bytes + at;
    fail_msg("no such pair");
    return NULL;
}

/* A state that says it is of another plan, whose stages it is beyond; and one that has a status
 * that there is none of. */
static void forged(void **unused)
{
    static const char shorter[] = "schema: thresh/rollout/v1\nname: demo\n"
                                  "stages: [{share: 10%, samples: 1000}]\n"
                                  "metrics: {business: [ctr], technical: [latency]}\n";
    const thresh_observe_options options = { .now = 400 };
    thresh_rollout_plan *plan = read_plan(), *other = plan_of(shorter);
    thresh_rollout_state *state, *again;
    thresh_observed *observed;
    thresh_observation rows[4];
    thresh_observations given = rows_of(rows, 9e6, 1e6);
    void *bytes;
    size_t len;

    (void)unused;
    assert_int_equal(thresh_rollout_begin(&state, plan, 100), THRESH_OK);
    assert_int_equal(look(state, plan, 300, 9e6, 1e6), THRESH_ADVANCE);
    assert_int_equal(thresh_rollout_state_save(&bytes, &len, state), THRESH_OK);
    char *sha256 = bytes;
    while (memcmp(sha256, plan->sha256, 64) != 0)
        sha256++;
    memcpy(sha256, other->sha256, 64);
    assert_int_equal(thresh_rollout_state_load(&again, bytes, len, "state", NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_state_check(again, other, NULL), THRESH_EINVAL);
    assert_int_equal(thresh_rollout_observe(&observed, again, other, &given, &options, NULL),
                     THRESH_EINVAL);
    thresh_rollout_state_free(again);
    thresh_rollout_state_free(state);
    free(bytes);
    assert_int_equal(thresh_rollout_begin(&state, plan, 100), THRESH_OK);
    assert_int_equal(thresh_rollout_abort(state, 500, "", NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_state_save(&bytes, &len, state), THRESH_OK);
    /* the times of the stage and of the last look, behind the status and the stage */
    find_pair(bytes, len, 100, 100)[-5] = 200;
    /* how often it was looked at and how long the history is, and two entries */
    unsigned char *history = find_pair(bytes, len, 0, 2) + 16;
    unsigned char *last = memchr(history + 9, THRESH_ROLLOUT_ABORTED, 40);
    assert_non_null(last);
    *last = 200;
    assert_int_equal(thresh_rollout_state_load(&again, bytes, len, "state", NULL), THRESH_EFORMAT);
    free(bytes);
    thresh_rollout_state_free(state);
    thresh_rollout_plan_free(other);
    thresh_rollout_plan_free(plan);
}

/* A state with more looks than its samples can have had: one of them would lie beyond the array. */
static void forged_looks(void **unused)
{
    static const char text[] = "schema: thresh/rollout/v1\nname: demo\n"
                               "method: obrien-fleming\nlooks: 2\n"
                               "stages: [{share: 10%, samples: 1000}]\n"
                               "metrics: {business: [ctr], technical: [latency]}\n";
    thresh_rollout_plan *plan = plan_of(text);
    thresh_rollout_state *state, *again;
    void *bytes;
    size_t len;

    (void)unused;
    assert_int_equal(thresh_rollout_begin(&state, plan, 100), THRESH_OK);
    assert_int_equal(look(state, plan, 300, 4500, 500), THRESH_HOLD);
    assert_int_equal(thresh_rollout_state_save(&bytes, &len, state), THRESH_OK);
    assert_int_equal(thresh_rollout_state_load(&again, bytes, len, "state", NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_state_check(again, plan, NULL), THRESH_OK);
    thresh_rollout_state_free(again);
    /* one look, at half of the samples: 0.5 becomes 0.25 */
    find_pair(bytes, len, 1, 0x3FE0000000000000)[14] = 0xD0;
    assert_int_equal(thresh_rollout_state_load(&again, bytes, len, "state", NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_state_check(again, plan, NULL), THRESH_EINVAL);
    thresh_rollout_state_free(again);
    free(bytes);
    thresh_rollout_state_free(state);
    thresh_rollout_plan_free(plan);
}

/* What an error leaves of a state: all of it. */
static void unchanged(void **unused)
{
    const thresh_observe_options options = { .now = 400 }, early = { .now = 50 },
                                 skipping = { .now = 400, .stage = "50 %" };
    thresh_rollout_plan *plan = read_plan();
    thresh_rollout_state *state;
    thresh_observed *observed;
    thresh_observation rows[4];
    void *before, *after;
    size_t len, other;

    (void)unused;
    assert_int_equal(thresh_rollout_begin(&state, plan, 100), THRESH_OK);
    assert_int_equal(look(state, plan, 200, 9000, 1000), THRESH_HOLD);
    assert_int_equal(thresh_rollout_state_save(&before, &len, state), THRESH_OK);
    thresh_observations fewer = rows_of(rows, 8999, 1000);
    assert_int_equal(thresh_rollout_observe(&observed, state, plan, &fewer, &options, NULL),
                     THRESH_EINVAL);
    thresh_observations more = rows_of(rows, 9100, 1010);
    assert_int_equal(thresh_rollout_observe(&observed, state, plan, &more, &early, NULL),
                     THRESH_EINVAL);
    assert_int_equal(thresh_rollout_observe(&observed, state, plan, &more, &skipping, NULL),
                     THRESH_EINVAL);
    thresh_observations swapped = rows_of(rows, 10000, 90000);
    assert_int_equal(thresh_rollout_observe(&observed, state, plan, &swapped, &options, NULL),
                     THRESH_EINVAL);
    assert_int_equal(thresh_rollout_state_save(&after, &other, state), THRESH_OK);
    assert_int_equal(other, len);
    assert_memory_equal(before, after, len);
    assert_int_equal(thresh_rollout_abort(state, 500, "enough", NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_abort(state, 600, "enough", NULL), THRESH_EINVAL);
    assert_int_equal(look(state, plan, 700, 9e6, 1e6), THRESH_ROLLBACK);
    assert_int_equal(thresh_rollout_state_info(state).status, THRESH_ROLLOUT_ABORTED);
    free(before);
    free(after);
    thresh_rollout_state_free(state);
    thresh_rollout_plan_free(plan);
}

/* What an observation says of a metric's bounds, of two rows of 10 % of `n`. */
static thresh_effect seen(const char *text, const char *metric, double n)
{
    const thresh_observe_options options = { .now = 400 };
    thresh_rollout_plan *plan = plan_of(text);
    thresh_rollout_state *state;
    thresh_observed *observed;
    thresh_observation rows[4];
    thresh_observations given = rows_of(rows, 9 * n, n);

    given.rows += strcmp(metric, "latency") == 0 ? 2 : 0;
    given.count = 2;
    assert_int_equal(thresh_rollout_begin(&state, plan, 100), THRESH_OK);
    assert_int_equal(thresh_rollout_observe(&observed, state, plan, &given, &options, NULL),
                     THRESH_OK);
    thresh_effect effect = observed->metrics[0].whole;
    thresh_observed_free(observed);
    thresh_rollout_state_free(state);
    thresh_rollout_plan_free(plan);
    return effect;
}

#define PLAN(confidence, profile)                                                                  \
    "schema: thresh/rollout/v1\nname: demo\nconfidence: " confidence "\n" profile                  \
    "stages: [{share: 10%, samples: 1000}]\nmetrics: {technical: [latency]}\n"

/* A metric with two limits goes back by either: each has half of what it may err. */
static void limits_share(void **unused)
{
    FILE *f = fopen("ceiling.yaml", "w");

    (void)unused;
    assert_non_null(f);
    fputs("schema: thresh/profile/v1\nname: ceiling\naxis: scenario\ntitle: t\nwhy: w\n"
          "metrics: {latency: {accept: 10%, tolerate: 20%, ceiling: 200ms}}\n",
          f);
    assert_int_equal(fclose(f), 0);
    thresh_effect one = seen(PLAN("0.975", ""), "latency", 2000),
                  two = seen(PLAN("0.95", "profiles: [ceiling.yaml]\n"), "latency", 2000),
                  same = seen(PLAN("0.95", ""), "latency", 2000);
    assert_true(fabs(two.low - one.low) < 1e-12);
    assert_true(two.low < same.low);
    /* what lets advance needs all limits anyway */
    assert_true(fabs(two.high - same.high) < 1e-12);
    remove("ceiling.yaml");
}

/* Stragglers of a baseline that has no traffic any more do not stand in for it. */
static void stragglers(void **unused)
{
    static const char text[] =
        "schema: thresh/rollout/v1\nname: demo\n"
        "stages: [{share: 50%, samples: 1000}, {share: 100%, samples: 1000}]\n"
        "metrics: {business: [ctr], technical: [latency]}\n";
    const thresh_observe_options options = { .now = 400 };
    thresh_rollout_plan *plan = plan_of(text);
    thresh_rollout_state *state;
    thresh_observed *observed;
    thresh_observation rows[4];

    (void)unused;
    assert_int_equal(thresh_rollout_begin(&state, plan, 100), THRESH_OK);
    assert_int_equal(look(state, plan, 200, 1e6, 1e6), THRESH_ADVANCE);
    thresh_observations given = rows_of(rows, 150, 1e6);
    assert_int_equal(thresh_rollout_observe(&observed, state, plan, &given, &options, NULL),
                     THRESH_OK);
    assert_true(observed->metrics[0].whole.n_baseline == 1e6);
    assert_int_equal(observed->step, THRESH_ADVANCE);
    thresh_observed_free(observed);
    thresh_rollout_state_free(state);
    thresh_rollout_plan_free(plan);
}

/* Rows of a day before the stage or after today, and a clock that goes back. */
static void times(void **unused)
{
    enum { NOON = 1795608000 }; /* 2026-11-25 12:00 */
    static const struct {
        const char *time;
        thresh_status wanted;
    } tries[] = { { "2026-11-23", THRESH_EINVAL }, { "2026-11-24T23", THRESH_OK },
                  { "2026-11-25", THRESH_OK },     { "2026-11-26 01:00", THRESH_OK },
                  { "2026-11-27", THRESH_EINVAL }, { "9999-99-99", THRESH_EINVAL },
                  { "Monday", THRESH_OK },         { "2026-W48", THRESH_OK } };
    thresh_rollout_plan *plan = read_plan();

    (void)unused;
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        thresh_observe_options options = { .now = NOON };
        thresh_rollout_state *state;
        thresh_observed *observed;
        thresh_observation rows[4];
        thresh_observations given = rows_of(rows, 9000, 1000);

        for (size_t k = 0; k < 4; k++)
            rows[k].time = tries[i].time;
        assert_int_equal(thresh_rollout_begin(&state, plan, NOON - 3600), THRESH_OK);
        assert_int_equal(thresh_rollout_observe(&observed, state, plan, &given, &options, NULL),
                         tries[i].wanted);
        thresh_observed_free(observed);
        if (tries[i].wanted == THRESH_OK) {
            options.now--;
            assert_int_equal(thresh_rollout_observe(&observed, state, plan, &given, &options, NULL),
                             THRESH_EINVAL);
            options.now++;
            assert_int_equal(thresh_rollout_observe(&observed, state, plan, &given, &options, NULL),
                             THRESH_OK);
            thresh_observed_free(observed);
        }
        thresh_rollout_state_free(state);
    }
    thresh_rollout_plan_free(plan);
}

/* One thread or four play the same; and it errs no more often than it says. */
static void played(void **unused)
{
    thresh_rollout_plan *plan = read_plan();
    thresh_rollout_simulation *one, *four, *other;
    const thresh_rollout_simulate_options by_one = { 2000, 5, 1 }, by_four = { 2000, 5, 4 },
                                          by_other = { 2000, 6, 1 }, too_many = { 1, 0, 1 };

    (void)unused;
    assert_int_equal(thresh_rollout_simulate(&one, plan, &by_one, NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_simulate(&four, plan, &by_four, NULL), THRESH_OK);
    assert_int_equal(thresh_rollout_simulate(&other, plan, &by_other, NULL), THRESH_OK);
    assert_int_equal(
        thresh_rollout_simulate(&(thresh_rollout_simulation *){ NULL }, plan, &too_many, NULL),
        THRESH_EDOMAIN);
    assert_int_equal(one->course_count, 5);
    bool differ = false;
    for (size_t i = 0; i < one->course_count; i++) {
        const thresh_rollout_course *a = &one->courses[i], *b = &four->courses[i];

        assert_true(a->done == b->done && a->rolled_back == b->rolled_back
                    && a->exposed == b->exposed);
        differ = differ || a->exposed != other->courses[i].exposed;
        assert_true(fabs(a->done + a->rolled_back + a->unfinished - 1) < 1e-12);
        assert_true((a->harmful ? a->done : a->rolled_back) < 0.05);
    }
    assert_true(differ);
    /* what is twice its limit is found */
    assert_true(one->courses[4].rolled_back > 0.99);
    thresh_rollout_simulation_free(one);
    thresh_rollout_simulation_free(four);
    thresh_rollout_simulation_free(other);
    thresh_rollout_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept),      cmocka_unit_test(forged),       cmocka_unit_test(forged_looks),
        cmocka_unit_test(unchanged), cmocka_unit_test(limits_share), cmocka_unit_test(stragglers),
        cmocka_unit_test(times),     cmocka_unit_test(played),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
