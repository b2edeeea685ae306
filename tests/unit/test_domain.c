/* What the functions of statistics refuse, and that they never answer NaN. */
#include "unit.h"

#include "thresh/power.h"
#include "thresh/proportions.h"
#include "thresh/ranks.h"

#include <math.h>
#include <string.h>

/* The call is refused, and leaves `out`, one of those below, as it was. */
#define REFUSED(call)                                                                              \
    do {                                                                                           \
        assert_int_equal(call, THRESH_EDOMAIN);                                                    \
        assert_true(i.low == 3 && i.high == 4 && n == 5 && p.two_sided == 6);                      \
    } while (0)

static thresh_interval i;
static thresh_p_values p;
static double n;

static int untouched(void **state)
{
    (void)state;
    i = (thresh_interval){ 3, 4 };
    p = (thresh_p_values){ 6, 7, 8 };
    n = 5;
    return 0;
}

static void proportions(void **state)
{
    const double confidences[] = { 0, 0.5, 1, -0.95, 95, NAN };

    (void)state;
    for (size_t k = 0; k < COUNT(confidences); k++) {
        REFUSED(thresh_paired_proportions(&i, 1, 1, 1, 1, confidences[k]));
        REFUSED(thresh_paired_proportions_newcombe(&i, 1, 1, 1, 1, confidences[k]));
        REFUSED(thresh_two_proportions_newcombe(&i, 1, 2, 1, 2, confidences[k]));
        REFUSED(thresh_two_proportions_mn(&i, 1, 2, 1, 2, confidences[k]));
    }
    REFUSED(thresh_paired_proportions(&i, 0, 0, 0, 0, 0.95));
    REFUSED(thresh_paired_proportions_newcombe(&i, 0, 0, 0, 0, 0.95));
    REFUSED(thresh_paired_proportions_newcombe(&i, 5, -1, 0, 0, 0.95));
    REFUSED(thresh_paired_proportions_newcombe(&i, NAN, 1, 0, 0, 0.95));
    REFUSED(thresh_paired_proportions_newcombe(&i, 1e308, 1e308, 0, 0, 0.95));
    REFUSED(thresh_two_proportions_newcombe(&i, 0, 0, 1, 2, 0.95));
    REFUSED(thresh_two_proportions_newcombe(&i, 3, 2, 1, 2, 0.95));
    REFUSED(thresh_two_proportions_newcombe(&i, 1, 2, -1, 2, 0.95));
    REFUSED(thresh_two_proportions_newcombe(&i, 1, 2, NAN, 2, 0.95));
    REFUSED(thresh_two_proportions_mn(&i, 1, 2, 0, 0, 0.95));
    REFUSED(thresh_two_proportions_mn(&i, 1, 2, 3, 2, 0.95));
    REFUSED(thresh_two_proportions_mn(&i, 1, INFINITY, 1, 2, 0.95));
    REFUSED(thresh_mcnemar_exact(&p, -1, 2));
    REFUSED(thresh_mcnemar_exact(&p, 1.5, 2));
    REFUSED(thresh_mcnemar_midp(&p, NAN, 2));
    REFUSED(thresh_mcnemar_midp(&p, 1, 1e300));
}

static void means(void **state)
{
    const double one[] = { 1, 2, 3 }, broken[] = { 1, NAN, 3 }, huge[] = { 1e308, -1e308, 1e308 };
    const uint32_t apart[] = { 0, 1, 2 }, same[] = { 7, 7, 7 };
    thresh_cluster_mean m = { 1, 2, 3 };
    double q[] = { 0.5, -0.1 };

    (void)state;
    REFUSED(thresh_difference_welch(&i, 1, 1, 1, 1, 1, 5, 0.95));
    REFUSED(thresh_difference_welch(&i, 1, -1, 5, 1, 1, 5, 0.95));
    REFUSED(thresh_difference_welch(&i, 1, 1, 5, 1, 1, NAN, 0.95));
    REFUSED(thresh_difference_welch(&i, 1, 1, 5, 1, 1, 5, 1));
    REFUSED(thresh_difference_welch(&i, 1e308, 1, 5, -1e308, 1, 5, 0.95));
    REFUSED(thresh_difference_welch(&i, 1, 1.5e308, 5, 1, 1.5e308, 5, 0.95));
    REFUSED(thresh_ratio_log_delta(&i, 0, 1, 1, 1, 0, 0.95));
    REFUSED(thresh_ratio_log_delta(&i, 1, 1, -1, 1, 0, 0.95));
    REFUSED(thresh_ratio_log_delta(&i, 1, 1, 1, 1, 2, 0.95));
    REFUSED(thresh_ratio_log_delta(&i, 1, 1e10, 1, 1, 0, 0.95));
    REFUSED(thresh_noninferiority_p(&n, 1, -1, 1, 5));
    REFUSED(thresh_noninferiority_p(&n, NAN, 1, 1, 5));
    REFUSED(thresh_noninferiority_p(&n, 1, 1, INFINITY, 5));
    REFUSED(thresh_noninferiority_p(&n, 1, 1, 1, 0));
    REFUSED(thresh_tost_p(&n, 1, 1, 0, 5));
    REFUSED(thresh_tost_p(&n, 1, 1, 1, NAN));
    REFUSED(thresh_cluster_robust(&m, one, apart, 0));
    REFUSED(thresh_cluster_robust(&m, one, apart, 1));
    REFUSED(thresh_cluster_robust(&m, one, same, 3));
    REFUSED(thresh_cluster_robust(&m, broken, apart, 3));
    REFUSED(thresh_cluster_robust(&m, huge, apart, 3));
    assert_true(m.mean == 1 && m.se == 2 && m.clusters == 3);
    assert_int_equal(thresh_benjamini_hochberg(q, 2), THRESH_EDOMAIN);
    assert_true(q[0] == 0.5);
    assert_int_equal(thresh_benjamini_hochberg(NULL, 0), THRESH_OK);
}

static void ranks(void **state)
{
    const double one[] = { 1, 2, 3 }, broken[] = { 1, INFINITY, 3 }, huge[] = { -1.7e308, 1.7e308 };
    thresh_rank_test t = { .u = 1 };
    thresh_shift s = { .shift = 1 };
    thresh_quantile_bounds q = { .quantile = 1 };
    double x[] = { 3, 1, 2 }, y[] = { 3, NAN, 2 };

    (void)state;
    assert_int_equal(thresh_mann_whitney(&t, one, 0, one, 3), THRESH_EDOMAIN);
    assert_int_equal(thresh_mann_whitney(&t, one, 3, broken, 3), THRESH_EDOMAIN);
    assert_int_equal(thresh_hodges_lehmann(&s, one, 3, one, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_hodges_lehmann(&s, broken, 3, one, 3, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_hodges_lehmann(&s, one, 3, one, 3, 0.5), THRESH_EDOMAIN);
    assert_int_equal(thresh_hodges_lehmann(&s, huge, 2, huge, 2, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile_interval(&q, x, 0, 0.5, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile_interval(&q, x, 3, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile_interval(&q, x, 3, 1, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile_interval(&q, x, 3, 0.5, NAN), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile_interval(&q, y, 3, 0.5, 0.95), THRESH_EDOMAIN);
    REFUSED(thresh_quantile_difference(&i, x, 3, y, 3, 0.5, 0.95));
    assert_true(t.u == 1 && s.shift == 1 && q.quantile == 1);
}

static void plans(void **state)
{
    (void)state;
    /* what is expected is not below the limit, or hardly so */
    REFUSED(thresh_plan_samples_paired_proportions(&n, 0.05, 0.03, 0.02, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_proportions(&n, 0.05, 0.05, 1e-9, 0.95, 0.8));
    REFUSED(thresh_plan_samples_two_proportions(&n, 0.9, 0.8, 0.1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_means(&n, 1, 1, 1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_means(&n, 1, 1, 1 + 1e-9, 0.95, 0.8));
    REFUSED(thresh_plan_samples_two_means(&n, 2, 0, 0, 1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_proportions(&n, 0.6, 0.6, 0.1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_proportions(&n, -0.1, 0.1, 0.1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_proportions(&n, NAN, 0.1, 0.1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_proportions(&n, 0.1, 0.1, 1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_proportions(&n, 0.1, 0.1, 0.1, 1, 0.8));
    REFUSED(thresh_plan_samples_paired_proportions(&n, 0.1, 0.1, 0.1, 0.95, 1));
    REFUSED(thresh_plan_samples_paired_proportions(&n, 0.1, 0.1, 0.1, 0.95, 0.4));
    REFUSED(thresh_plan_samples_two_proportions(&n, 1.1, 0.8, 0.1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_two_proportions(&n, 0.9, 0.9, NAN, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_means(&n, 0, -1, 1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_paired_means(&n, 0, NAN, 1, 0.95, 0.8));
    REFUSED(thresh_plan_samples_two_means(&n, 0, 1, INFINITY, 1, 0.95, 0.8));
    /* so few that no limit below 1 can be shown */
    REFUSED(thresh_plan_limit_paired_proportions(&n, 0.5, 0.5, 1, 0.95, 0.99));
    REFUSED(thresh_plan_limit_paired_proportions(&n, 0.1, 0.1, 0, 0.95, 0.8));
    REFUSED(thresh_plan_limit_paired_proportions(&n, 0.1, 0.1, 2e12, 0.95, 0.8));
    REFUSED(thresh_plan_limit_two_proportions(&n, 0.5, 0.5, NAN, 0.95, 0.8));
    REFUSED(thresh_plan_limit_paired_means(&n, 0, 1, 1, 0.95, 0.8));
    REFUSED(thresh_plan_limit_two_means(&n, NAN, 1, 1, 10, 0.95, 0.8));
    /* nothing varies */
    assert_int_equal(thresh_plan_samples_paired_means(&n, 0, 0, 1, 0.95, 0.8), THRESH_OK);
    assert_true(n == 2);
    assert_int_equal(thresh_plan_limit_two_means(&n, 0.25, 0, 0, 2, 0.95, 0.8), THRESH_OK);
    assert_true(n == 0.25);
}

static void no_nan_in(thresh_status rc, thresh_interval got)
{
    assert_true(rc == THRESH_OK || rc == THRESH_EDOMAIN);
    if (rc == THRESH_OK)
        assert_true(isfinite(got.low) && isfinite(got.high) && got.low <= got.high);
}

/* Every combination of extreme arguments is refused, or has an ordered interval. */
static void extremes(void **state)
{
    const double values[] = { 0, 1, 2, 1e-300, -1e300, 1e300, INFINITY, NAN };
    const double counts[] = { 0, 1, 3, 1e6, 9e15, 1e300, NAN };
    const double confidences[] = { 0.5000001, 0.95, 1 - 1e-15 };
    thresh_interval x = { 0, 0 };

    (void)state;
    for (size_t a = 0; a < COUNT(values); a++)
        for (size_t b = 0; b < COUNT(values); b++)
            for (size_t c = 0; c < COUNT(values); c++)
                for (size_t k = 0; k < COUNT(confidences); k++) {
                    double v = values[a], w = values[b], se = values[c], conf = confidences[k];
                    no_nan_in(thresh_difference_welch(&x, v, se, 2, w, se, 1e15, conf), x);
                    no_nan_in(thresh_ratio_log_delta(&x, v, se, w, se, 0, conf), x);
                    assert_false(thresh_tost_p(&n, v, se, w, 1e-3) == THRESH_OK && !(n >= 0));
                    assert_false(thresh_plan_samples_paired_means(&n, v, se, w, conf, 0.8)
                                     == THRESH_OK
                                 && !(n >= 2));
                    assert_false(thresh_plan_limit_paired_means(&n, v, se, 2 + w, conf, 0.8)
                                     == THRESH_OK
                                 && !isfinite(n));
                }
    for (size_t a = 0; a < COUNT(counts); a++)
        for (size_t b = 0; b < COUNT(counts); b++)
            for (size_t c = 0; c < COUNT(counts); c++)
                for (size_t d = 0; d < COUNT(counts); d++) {
                    const double t[] = { counts[a], counts[b], counts[c], counts[d] };
                    double conf = confidences[(a + b + c + d) % COUNT(confidences)];
                    no_nan_in(thresh_paired_proportions(&x, t[0], t[1], t[2], t[3], conf), x);
                    no_nan_in(thresh_paired_proportions_newcombe(&x, t[0], t[1], t[2], t[3], conf),
                              x);
                    no_nan_in(thresh_two_proportions_newcombe(&x, t[0], t[1], t[2], t[3], conf), x);
                    no_nan_in(thresh_two_proportions_mn(&x, t[0], t[1], t[2], t[3], conf), x);
                }
}

/* The walk along the border, where millions of differences would be too many to write down. */
static void large_samples(void **state)
{
    enum { MANY = 100000 };
    static double b[MANY], c[MANY];
    thresh_shift s;
    thresh_rank_test t;

    (void)state;
    for (size_t k = 0; k < MANY; k++) {
        b[k] = (double)k;
        c[MANY - 1 - k] = (double)k + 0.25;
    }
    assert_int_equal(thresh_hodges_lehmann(&s, b, MANY, c, MANY, 0.95), THRESH_OK);
    assert_true(s.shift == -0.25);
    assert_true(s.interval.low < -0.25 && s.interval.high > -0.25 && s.confidence >= 0.95);
    assert_int_equal(thresh_mann_whitney(&t, b, MANY, c, MANY), THRESH_OK);
    /* of each c, those b that are greater */
    assert_true(t.u == (double)MANY * (MANY - 1) / 2 && !t.exact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(proportions, untouched),
        cmocka_unit_test_setup(means, untouched),
        cmocka_unit_test_setup(ranks, untouched),
        cmocka_unit_test_setup(plans, untouched),
        cmocka_unit_test(extremes),
        cmocka_unit_test(large_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
