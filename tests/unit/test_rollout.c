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

static thresh_rollout_plan *read_plan(void)
{
    static const thresh_lookup nowhere;
    thresh_rollout_plan *plan;

    assert_int_equal(thresh_rollout_plan_text(&plan, plan_text, sizeof plan_text - 1, "plan.yaml",
                                              &nowhere, NULL),
                     THRESH_OK);
    return plan;
}

/* Rows of both arms, in the order of a list. */
static thresh_observations rows_of(thresh_observation rows[4], double n_b, double n_c)
{
    rows[0] = (thresh_observation){ false, "ctr",          "", "", THRESH_OBSERVED_COUNT,
                                    n_b,   floor(n_b / 5), 0,  0,  "rows.csv",
                                    2 };
    rows[1] = (thresh_observation){ true, "ctr",          "", "", THRESH_OBSERVED_COUNT,
                                    n_c,  floor(n_c / 5), 0,  0,  "rows.csv",
                                    3 };
    rows[2] = (thresh_observation){ false, "latency", "",         "", THRESH_OBSERVED_MEAN, n_b, 0,
                                    80,    30,        "rows.csv", 4 };
    rows[3] = (thresh_observation){ true, "latency", "",         "", THRESH_OBSERVED_MEAN, n_c, 0,
                                    80,   30,        "rows.csv", 5 };
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
        cmocka_unit_test(kept),
        cmocka_unit_test(unchanged),
        cmocka_unit_test(played),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
