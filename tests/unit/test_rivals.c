/* Who is better: rounding, intervals, direction; and how a rival's values are read. */
#include "unit.h"

#include "thresh/thresh.h"

#include <math.h>
#include <string.h>

static const thresh_kind quality = { .name = "accuracy",
                                     .direction = THRESH_HIGHER,
                                     .scale = THRESH_SCALE_FRACTION },
                         cost = { .name = "latency", .direction = THRESH_LOWER };

static void check(const thresh_judged *m, double other, thresh_better wanted)
{
    thresh_better got = thresh_stands(m, other);

    if (got != wanted)
        fail_msg("%s %.17g beside %.17g: found %s, expected %s", m->kind->name, m->candidate, other,
                 thresh_better_name(got), thresh_better_name(wanted));
}

static void direction_decides(void **state)
{
    thresh_judged accuracy = { .kind = &quality, .baseline = 0.94, .candidate = 0.91 };
    thresh_judged latency = { .kind = &cost, .baseline = 1200, .candidate = 600 };

    (void)state;
    check(&accuracy, 0.92, THRESH_BETTER_RIVAL);
    check(&accuracy, 0.9, THRESH_BETTER_CANDIDATE);
    check(&latency, 800, THRESH_BETTER_CANDIDATE);
    check(&latency, 500, THRESH_BETTER_RIVAL);
}

static void rounding_makes_no_difference(void **state)
{
    thresh_judged m = { .kind = &quality, .baseline = 0.5, .candidate = 0.1 + 0.2 };

    (void)state;
    check(&m, 0.3, THRESH_BETTER_TIE);
    check(&m, 0.30000001, THRESH_BETTER_RIVAL);
    m = (thresh_judged){ .kind = &cost, .baseline = 1, .candidate = 0 };
    check(&m, 0, THRESH_BETTER_TIE);
    check(&m, 1e-300, THRESH_BETTER_CANDIDATE);
}

/* The interval is of the degradation: absolute, or relative to the baseline. */
static void inside_the_interval_is_a_tie(void **state)
{
    thresh_judged accuracy = { .kind = &quality,
                               .baseline = 0.75,
                               .candidate = 0.6875,
                               .has_interval = true,
                               .low = 0.03125,
                               .high = 0.09375 };
    thresh_judged latency = { .kind = &cost,
                              .baseline = 1000,
                              .candidate = 500,
                              .measure = THRESH_RELATIVE,
                              .has_interval = true,
                              .low = -0.625,
                              .high = -0.375 };

    (void)state;
    check(&accuracy, 0.71875, THRESH_BETTER_TIE); /* on its bound */
    check(&accuracy, 0.65625, THRESH_BETTER_TIE);
    check(&accuracy, 0.72, THRESH_BETTER_RIVAL);
    check(&accuracy, 0.65, THRESH_BETTER_CANDIDATE);
    check(&latency, 375, THRESH_BETTER_TIE);
    check(&latency, 625, THRESH_BETTER_TIE);
    check(&latency, 374, THRESH_BETTER_RIVAL);
    check(&latency, 626, THRESH_BETTER_CANDIDATE);
}

/* --- through thresh_judge() --- */

static thresh_policy *policy;
static thresh_set *baseline, *candidate, *rival;
static thresh_result *result;

static int set_up(void **state)
{
    thresh_set **const sets[] = { &baseline, &candidate, &rival };

    (void)state;
    for (size_t i = 0; i < 3; i++)
        if (thresh_set_new(sets[i]) != THRESH_OK)
            return 1;
    return thresh_policy_new(&policy) == THRESH_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    thresh_result_free(result);
    result = NULL;
    thresh_set_free(baseline);
    thresh_set_free(candidate);
    thresh_set_free(rival);
    thresh_policy_free(policy);
    return 0;
}

static void put(thresh_set *set, const char *name, double value, const char *unit)
{
    assert_int_equal(
        thresh_set_add(
            set, &(thresh_metric){ .scope = "", .name = name, .value = value, .unit = unit }, NULL),
        THRESH_OK);
}

static thresh_status judge(size_t rivals)
{
    const thresh_rival_input inputs[] = { { "A", rival }, { "B", rival } };

    thresh_result_free(result);
    return thresh_judge(&result, baseline, candidate, NULL, policy,
                        &(thresh_judge_options){ .rivals = inputs, .rival_count = rivals }, NULL);
}

static thresh_compared compared(const char *name)
{
    for (size_t i = 0; i < result->metric_count; i++)
        if (strcmp(result->metrics[i].name, name) == 0)
            return result->rivals[0].metrics[i];
    fail_msg("no metric %s", name);
    return (thresh_compared){ NAN, THRESH_BETTER_TIE };
}

static void values_are_scaled_as_the_candidates(void **state)
{
    (void)state;
    put(baseline, "accuracy", 0.94, NULL);
    put(candidate, "accuracy", 91, NULL);
    put(rival, "accuracy", 92, "%");
    put(baseline, "latency", 1.2, "s");
    put(candidate, "latency", 600, "ms");
    put(rival, "latency", 800, "ms");
    put(baseline, "f1", 0.9, NULL); /* the rival does not know it */
    put(candidate, "f1", 0.9, NULL);
    assert_int_equal(judge(1), THRESH_OK);
    assert_true(fabs(compared("accuracy").value - 0.92) < 1e-15);
    assert_int_equal(compared("accuracy").better, THRESH_BETTER_RIVAL);
    assert_true(fabs(compared("latency").value - 0.8) < 1e-15);
    assert_int_equal(compared("latency").better, THRESH_BETTER_CANDIDATE);
    assert_true(isnan(compared("f1").value));
}

/* 0.5 beside 93 may be half a per cent: then nobody can say who is better. */
static void what_is_in_doubt_is_not_compared(void **state)
{
    (void)state;
    put(baseline, "accuracy", 93, NULL);
    put(candidate, "accuracy", 92, NULL);
    put(rival, "accuracy", 0.5, NULL);
    put(baseline, "latency", 100, "ms");
    put(candidate, "latency", 100, "ms");
    put(rival, "latency", 100, "MB");
    assert_int_equal(judge(1), THRESH_EINVAL);
    assert_null(result);
    put(baseline, "f1", 0.9, NULL);
    put(candidate, "f1", 0.9, NULL);
    put(rival, "f1", 0.9, NULL);
    assert_int_equal(judge(1), THRESH_OK);
    assert_true(isnan(compared("accuracy").value));
    assert_true(isnan(compared("latency").value));
    assert_int_equal(compared("f1").better, THRESH_BETTER_TIE);
}

static void a_rival_changes_no_verdict(void **state)
{
    thresh_verdict alone;

    (void)state;
    put(baseline, "accuracy", 0.94, NULL);
    put(rival, "accuracy", 0.99, NULL);
    for (int c = 90; c <= 95; c++) {
        thresh_set_free(candidate);
        assert_int_equal(thresh_set_new(&candidate), THRESH_OK);
        put(candidate, "accuracy", c / 100.0, NULL);
        assert_int_equal(judge(0), THRESH_OK);
        alone = result->verdict;
        assert_int_equal(judge(2), THRESH_OK);
        assert_int_equal(result->verdict, alone);
        assert_int_equal(result->rival_count, 2);
    }
}

static void a_rival_that_says_nothing_is_refused(void **state)
{
    (void)state;
    put(baseline, "accuracy", 0.94, NULL);
    put(candidate, "accuracy", 0.94, NULL);
    put(rival, "bleu", 30, NULL);
    assert_int_equal(judge(1), THRESH_EINVAL);
    assert_null(result);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direction_decides),
        cmocka_unit_test(rounding_makes_no_difference),
        cmocka_unit_test(inside_the_interval_is_a_tie),
        WITH(values_are_scaled_as_the_candidates),
        WITH(what_is_in_doubt_is_not_compared),
        WITH(a_rival_changes_no_verdict),
        WITH(a_rival_that_says_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
