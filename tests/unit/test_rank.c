/* The score of one metric, and candidates in order. */
#include "unit.h"

#include "thresh/thresh.h"

#include <math.h>

static void one_metric(void **state)
{
    (void)state;
    /* without a target: 1 at no change, 0.5 at accept, 0 at tolerate, linear between */
    assert_float_equal(thresh_metric_score(-0.1, 0.02, 0.04, NAN), 1, 0);
    assert_float_equal(thresh_metric_score(0, 0.02, 0.04, NAN), 1, 0);
    assert_float_equal(thresh_metric_score(0.01, 0.02, 0.04, NAN), 0.75, 1e-15);
    assert_float_equal(thresh_metric_score(0.02, 0.02, 0.04, NAN), 0.5, 1e-15);
    assert_float_equal(thresh_metric_score(0.03, 0.02, 0.04, NAN), 0.25, 1e-15);
    assert_float_equal(thresh_metric_score(0.04, 0.02, 0.04, NAN), 0, 0);
    assert_float_equal(thresh_metric_score(NAN, 0.02, 0.04, NAN), 0, 0);
    /* one limit for both: nothing beyond it */
    assert_float_equal(thresh_metric_score(0.01, 0.01, 0.01, NAN), 0, 0);
    assert_float_equal(thresh_metric_score(0.005, 0.01, 0.01, NAN), 0.75, 1e-15);
    /* growing is out from the start */
    assert_float_equal(thresh_metric_score(0.05, 0, 0.1, NAN), 0.25, 1e-15);
    /* an improvement that counts */
    assert_float_equal(thresh_metric_score(0, 0.1, 0.2, 0.4), 0.5, 0);
    assert_float_equal(thresh_metric_score(-0.2, 0.1, 0.2, 0.4), 0.75, 1e-15);
    assert_float_equal(thresh_metric_score(-0.9, 0.1, 0.2, 0.4), 1, 0);
    assert_float_equal(thresh_metric_score(0.1, 0.1, 0.2, 0.4), 0.25, 1e-15);
}

static void and_back(void **state)
{
    static const double limits[][3] = {
        { 0.02, 0.04, NAN }, { 0.01, 0.02, NAN }, { 0, 0.1, NAN }, { 0.1, 0.2, 0.4 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (double score = 0.05; score < 1; score += 0.1) {
            double d = thresh_metric_score_inverse(score, limits[i][0], limits[i][1], limits[i][2]);
            double again = thresh_metric_score(d, limits[i][0], limits[i][1], limits[i][2]);
            /* where accept is 0 no degradation scores between 0.5 and 1 */
            if (limits[i][0] > 0 || score < 0.5)
                assert_float_equal(again, score, 1e-12);
            else
                assert_true(again >= score);
        }
}

static thresh_policy *policy;

static thresh_result *judged(double accuracy, double latency)
{
    const thresh_judge_options options = { .score = true };
    const thresh_metric b[] = { { .scope = "", .name = "accuracy", .value = 0.9 },
                                { .scope = "", .name = "latency_ms", .value = 100 } };
    const thresh_metric c[] = { { .scope = "", .name = "accuracy", .value = accuracy },
                                { .scope = "", .name = "latency_ms", .value = latency } };
    static thresh_set *sets[16];
    static size_t used;
    thresh_set **pair = &sets[used];
    thresh_result *result;

    used += 2;
    assert_true(used <= sizeof sets / sizeof *sets);
    for (size_t s = 0; s < 2; s++) {
        assert_int_equal(thresh_set_new(&pair[s]), THRESH_OK);
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(thresh_set_add(pair[s], s == 0 ? &b[i] : &c[i], NULL), THRESH_OK);
    }
    assert_int_equal(thresh_judge(&result, pair[0], pair[1], NULL, policy, &options, NULL),
                     THRESH_OK);
    return result;
}

static void candidates_in_order(void **state)
{
    /* accuracy pp, latency: refused; fast; slow but good; as good as the fast one and slower */
    thresh_result *results[] = { judged(0.8, 50), judged(0.89, 60), judged(0.9, 105),
                                 judged(0.89, 90) };
    thresh_ranking *r;

    (void)state;
    assert_int_equal(thresh_rank(&r, (const thresh_result *const *)results, 4, NULL, NULL),
                     THRESH_OK);
    assert_int_equal(r->exit_code, 0);
    assert_int_equal(r->eligible, 3);
    assert_ptr_equal(r->candidates[3].result, results[0]);
    assert_int_equal(r->candidates[3].place, 0);
    assert_ptr_equal(r->recommended, &r->candidates[0]);
    assert_true(r->candidates[0].order.value >= r->candidates[1].order.value);
    thresh_ranking_free(r);

    /* by latency the fast one leads; the slower one of the same accuracy is off the front */
    const char *axes[] = { "accuracy", "latency_ms", NULL };
    const thresh_rank_options options = { .by = "latency_ms", .axes = axes };
    assert_int_equal(thresh_rank(&r, (const thresh_result *const *)results, 4, &options, NULL),
                     THRESH_OK);
    assert_ptr_equal(r->recommended->result, results[1]);
    assert_false(r->order.higher);
    for (size_t i = 0; i < r->count; i++)
        assert_int_equal(r->candidates[i].on_front, r->candidates[i].result == results[1]
                                                        || r->candidates[i].result == results[2]);
    thresh_ranking_free(r);

    const thresh_rank_options unknown = { .by = "throughput" };
    assert_int_equal(thresh_rank(&r, (const thresh_result *const *)results, 4, &unknown, NULL),
                     THRESH_ENOENT);
    assert_null(r);
    /* none may serve */
    assert_int_equal(thresh_rank(&r, (const thresh_result *const *)results, 1, NULL, NULL),
                     THRESH_OK);
    assert_null(r->recommended);
    assert_int_equal(r->exit_code, 1);
    thresh_ranking_free(r);
    for (size_t i = 0; i < 4; i++)
        thresh_result_free(results[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(one_metric), cmocka_unit_test(and_back),
                                        cmocka_unit_test(candidates_in_order) };

    if (thresh_policy_new(&policy) != THRESH_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    thresh_policy_free(policy);
    return failed;
}
