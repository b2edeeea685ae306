/* Bounds for many looks against figures of R (tests/reference/sequential.R), and what holds
 * besides. */
#include "figures.h"
#include "stats/distribution.h"

#include "thresh/sequential.h"

static void near(double got, double wanted, double relative)
{
    near_to(got, wanted, relative * fmax(1e-3, fabs(wanted)));
}

static void check_obrien_fleming(const figures *f)
{
    size_t looks = (size_t)f->field[1];
    double got[THRESH_MOST_LOOKS];

    assert_int_equal(thresh_obrien_fleming(got, f->field + 2, looks, f->field[0]), THRESH_OK);
    for (size_t i = 0; i < looks; i++)
        near(got[i], f->field[2 + looks + i], 1e-7);
}

static void check_best(const figures *f)
{
    near(thresh_mixture_best(f->field[0]), f->field[1], 1e-9);
}

static void check_mixture(const figures *f)
{
    double got;

    assert_int_equal(thresh_mixture_multiple(&got, f->field[0], f->field[1]), THRESH_OK);
    near(got, f->field[2], 1e-9);
}

static void check_split(const figures *f)
{
    size_t arms = (size_t)f->field[1];
    double got;

    assert_int_equal(
        thresh_sample_ratio(&got, f->field + 2, f->field + 2 + arms, arms, f->field[0]), THRESH_OK);
    near(got, f->field[2 + 2 * arms], 1e-8);
}

static void check_ratio(const figures *f)
{
    const double *x = f->field;
    const thresh_arm b = { 100, x[0], x[1], 0 }, c = { 100, x[2], x[3], 0 };
    thresh_interval got;

    assert_int_equal(thresh_arms_ratio(&got, &b, &c, x[4], x[5]), THRESH_OK);
    near(got.low, x[6], 1e-9);
    near(got.high, x[7], 1e-9);
}

static void check_shares(const figures *f)
{
    const double *x = f->field;
    thresh_arm b, c;
    thresh_interval got;

    assert_int_equal(thresh_arm_of_count(&b, x[0], x[1]), THRESH_OK);
    assert_int_equal(thresh_arm_of_count(&c, x[2], x[3]), THRESH_OK);
    assert_int_equal(thresh_arms_difference(&got, &b, &c, x[4], x[5]), THRESH_OK);
    near(got.low, x[6], 1e-9);
    near(got.high, x[7], 1e-9);
    assert_int_equal(thresh_arms_ratio(&got, &b, &c, x[4], x[5]), THRESH_OK);
    near(got.low, x[8], 1e-9);
    near(got.high, x[9], 1e-9);
}

static void check_trend(const figures *f)
{
    size_t n = (size_t)f->field[0];
    const double *x = f->field + 1;
    thresh_trend got;

    assert_int_equal(thresh_effect_trend(&got, x, x + n, n), THRESH_OK);
    near(got.slope, x[2 * n], 1e-9);
    near(got.se, x[2 * n + 1], 1e-9);
    near(got.p, x[2 * n + 2], 1e-9);
}

static void of_r(void **state)
{
    (void)state;
    each_row("sequential.tsv", "obrien_fleming", check_obrien_fleming);
    each_row("sequential.tsv", "best", check_best);
    each_row("sequential.tsv", "mixture", check_mixture);
    each_row("sequential.tsv", "split", check_split);
    each_row("sequential.tsv", "ratio", check_ratio);
    each_row("sequential.tsv", "shares", check_shares);
    each_row("sequential.tsv", "trend", check_trend);
}

/* As printed for five equal looks, 0.05 two-sided. */
static void published(void **state)
{
    static const double wanted[] = { 4.8769, 3.3570, 2.6803, 2.2898, 2.0310 };
    const double fractions[] = { 0.2, 0.4, 0.6, 0.8, 1 };
    double got[5];

    (void)state;
    assert_int_equal(thresh_obrien_fleming(got, fractions, 5, 0.025), THRESH_OK);
    for (size_t i = 0; i < 5; i++)
        near_to(got[i], wanted[i], 6e-5);
}

/* A bound that is never crossed by looking at all, from the first of 1,000 looks to the last. */
static void peeking(void **state)
{
    enum { RUNS = 2000, LOOKS = 1000 };
    const double alpha = 0.05;
    double multiples[LOOKS], best = thresh_mixture_best(alpha);
    size_t crossed = 0, crossed_at_fixed = 0;

    (void)state;
    for (size_t t = 0; t < LOOKS; t++)
        assert_int_equal(
            thresh_mixture_multiple(&multiples[t], best * (double)(t + 1) / 200, alpha), THRESH_OK);
    for (uint64_t r = 0; r < RUNS; r++) {
        random_stream s = random_start(3, r);
        bool over = false, over_fixed = false;
        double sum = 0;

        for (size_t t = 0; t < LOOKS; t++) {
            sum += random_normal(&s);
            double z = sum / sqrt((double)(t + 1));
            over = over || z > multiples[t];
            over_fixed = over_fixed || z > 1.645;
        }
        crossed += over;
        crossed_at_fixed += over_fixed;
    }
    /* at most 5 % and three standard errors; the bound of one look is crossed by a third and more
     */
    assert_true((double)crossed < RUNS * (alpha + 3 * sqrt(alpha * (1 - alpha) / RUNS)));
    assert_true(crossed > RUNS / 100);
    assert_true(crossed_at_fixed > RUNS / 3);
}

/* More samples at the last look than were planned: the looks before tell less of it. */
static void more_than_planned(void **state)
{
    enum { RUNS = 200000 };
    const double fractions[] = { 0.2, 0.4, 0.6, 0.8, 3 }, alpha = 0.05;
    double bounds[5], cut[5];
    size_t crossed = 0, crossed_at_cut = 0;

    (void)state;
    assert_int_equal(thresh_obrien_fleming(bounds, fractions, 5, alpha), THRESH_OK);
    assert_int_equal(
        thresh_obrien_fleming(cut, (const double[]){ 0.2, 0.4, 0.6, 0.8, 1 }, 5, alpha), THRESH_OK);
    for (uint64_t r = 0; r < RUNS; r++) {
        random_stream s = random_start(5, r);
        bool over = false, over_cut = false;
        double sum = 0, last = 0;

        for (size_t t = 0; t < 5; t++) {
            sum += sqrt(fractions[t] - last) * random_normal(&s);
            last = fractions[t];
            over = over || sum / sqrt(last) > bounds[t];
            over_cut = over_cut || sum / sqrt(last) > cut[t];
        }
        crossed += over;
        crossed_at_cut += over_cut;
    }
    double se = sqrt(alpha * (1 - alpha) / RUNS);
    assert_true(fabs((double)crossed / RUNS - alpha) < 4 * se);
    /* as if there were no more than planned, they would be crossed too often */
    assert_true((double)crossed_at_cut / RUNS > alpha + 20 * se);
}

/* A slope that is looked for again and again where there is none. */
static void trend_again(void **state)
{
    enum { RUNS = 2000, TIMES = 60 };
    const double alpha = 0.005;
    size_t seen = 0, seen_at_one = 0;

    (void)state;
    for (uint64_t r = 0; r < RUNS; r++) {
        random_stream s = random_start(6, r);
        double effect[TIMES], variance[TIMES];
        bool moves = false, moves_at_one = false;

        for (size_t n = 1; n <= TIMES; n++) {
            thresh_trend t;
            double z;

            variance[n - 1] = n % 2 == 0 ? 1 : 2;
            effect[n - 1] = 3 + sqrt(variance[n - 1]) * random_normal(&s);
            if (n < 4)
                continue;
            assert_int_equal(thresh_effect_trend(&t, effect, variance, n), THRESH_OK);
            assert_int_equal(
                thresh_mixture_multiple(&z, thresh_mixture_best(alpha) * t.information, alpha),
                THRESH_OK);
            moves = moves || fabs(t.slope) > z * t.se;
            moves_at_one = moves_at_one || t.p < 2 * alpha;
        }
        seen += moves;
        seen_at_one += moves_at_one;
    }
    assert_true((double)seen < RUNS * (2 * alpha + 3 * sqrt(2 * alpha / RUNS)));
    assert_true((double)seen_at_one > RUNS * 8 * alpha);
}

static void arms(void **state)
{
    const thresh_arm strata[] = { { 10, 0.2, 0.01, 0 }, { 30, 0.4, 0.04, 0 }, { 0, NAN, NAN, 0 } };
    const double weights[] = { 3, 1, 0 };
    thresh_arm a, b;
    thresh_interval i;

    (void)state;
    assert_int_equal(thresh_arm_of_count(&a, 0, 98), THRESH_OK);
    assert_true(a.mean == 0);
    near(a.variance, 0.01 * 0.99 / 98, 1e-12);
    assert_int_equal(thresh_arm_of_mean(&b, 100, 3, 2), THRESH_OK);
    near(b.variance, 0.04, 1e-12);
    assert_int_equal(thresh_arm_over_strata(&a, strata, weights, 3), THRESH_OK);
    near(a.mean, 0.25, 1e-12);
    near(a.variance, 0.01 * 9 / 16 + 0.04 / 16, 1e-12);
    near(a.n, 40, 0);
    assert_true(a.trials == 0);
    assert_int_equal(thresh_arms_difference(&i, &b, &a, INFINITY, 2), THRESH_OK);
    assert_true(isinf(i.low) && i.low < 0);
    near(i.high, 2.75 + 2 * sqrt(0.04 + a.variance), 1e-12);
    /* strata of shares are a share again, of as many trials as there are when they are alike */
    const thresh_arm alike[] = { { 100, 0.2, 0.0016, 100 }, { 100, 0.2, 0.0016, 100 } };
    assert_int_equal(thresh_arm_over_strata(&a, alike, weights, 2), THRESH_OK);
    near(a.trials, 21.0 / 102 * 81 / 102 / (0.0016 * 10 / 16), 1e-12);
    assert_int_equal(thresh_arm_bounds(&i, &a, 2, INFINITY), THRESH_OK);
    assert_true(i.low > 0.1 && i.low < 0.2 && isinf(i.high));
    /* b cannot be told from 0 */
    b.mean = 0.1;
    assert_int_equal(thresh_arms_ratio(&i, &b, &a, 2, 2), THRESH_EDOMAIN);
}

static void out_of_range(void **state)
{
    const double fractions[] = { 0.5, 0.4 }, early[] = { 0.001, 1 }, counts[] = { 1, -1 },
                 shares[] = { 0.5, 0.4 };
    const thresh_arm empty = { 0, NAN, NAN, 0 };
    double got[2], one = 1;
    thresh_arm a;
    thresh_trend t;

    (void)state;
    assert_int_equal(thresh_obrien_fleming(got, fractions, 2, 0.05), THRESH_EDOMAIN);
    assert_int_equal(thresh_obrien_fleming(got, fractions, 0, 0.05), THRESH_EDOMAIN);
    assert_int_equal(thresh_obrien_fleming(got, fractions, 1, 0.5), THRESH_EDOMAIN);
    assert_int_equal(thresh_obrien_fleming(got, (const double[]){ 1.5, 2 }, 2, 0.05),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_obrien_fleming(got, (const double[]){ 0.5, INFINITY }, 2, 0.05),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_obrien_fleming(got, early, 2, 0.05), THRESH_OK);
    assert_true(isinf(got[0]));
    near(got[1], 1.6448536, 1e-7);
    assert_int_equal(thresh_mixture_multiple(got, 0, 0.05), THRESH_EDOMAIN);
    assert_int_equal(thresh_mixture_multiple(got, NAN, 0.05), THRESH_EDOMAIN);
    assert_int_equal(thresh_mixture_multiple(got, 1, 0), THRESH_EDOMAIN);
    assert_true(isnan(thresh_mixture_best(0.5)));
    assert_int_equal(thresh_sample_ratio(got, counts, shares, 2, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_arm_of_count(&a, 3, 2), THRESH_EDOMAIN);
    assert_int_equal(thresh_arm_of_count(&a, NAN, 2), THRESH_EDOMAIN);
    assert_int_equal(thresh_arm_of_mean(&a, 1, 2, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_arm_of_mean(&a, 5, 2, -1), THRESH_EDOMAIN);
    assert_int_equal(thresh_arm_over_strata(&a, &empty, &one, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_effect_trend(&t, counts, shares, 2), THRESH_EDOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_r),         cmocka_unit_test(published),
        cmocka_unit_test(peeking),      cmocka_unit_test(more_than_planned),
        cmocka_unit_test(trend_again),  cmocka_unit_test(arms),
        cmocka_unit_test(out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
