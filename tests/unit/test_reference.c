/* Intervals, tests and sample sizes against figures of SciPy, statsmodels, R and mpmath
 * (tests/reference/, with the scripts that made them). */
#include "figures.h"

#include "thresh/power.h"
#include "thresh/proportions.h"
#include "thresh/ranks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Infinite bounds have to be the same. */
static void near(double got, double wanted)
{
    if (isinf(wanted))
        assert_true(got == wanted);
    else
        near_to(got, wanted, 1e-9 * fmax(1, fabs(wanted)));
}

/* Small p values in all their digits, and what has any unit. */
static void near_in_digits(double got, double wanted)
{
    near_to(got, wanted, 1e-9 * fabs(wanted));
}

static void near_interval(thresh_interval got, const double *wanted)
{
    near(got.low, wanted[0]);
    near(got.high, wanted[1]);
}

static void near_p(thresh_p_values got, const double *wanted)
{
    near_in_digits(got.two_sided, wanted[0]);
    near_in_digits(got.base_greater, wanted[1]);
    near_in_digits(got.cand_greater, wanted[2]);
}

/* The generator of common.py. Each product stands alone: nothing may be fused. */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

/* As sample() of rank.py, shifted; the caller frees it. */
static double *sample(uint64_t *state, size_t n, double values, double shift)
{
    double *x = calloc(n, sizeof *x);

    assert_non_null(x);
    for (size_t i = 0; i < n; i++) {
        double scaled = values * draw(state);
        x[i] = floor(scaled * draw(state)) + shift;
    }
    return x;
}

/* --- proportions --- */

typedef thresh_status table_interval(thresh_interval *, double, double, double, double, double);

static void check_table(const figures *f, table_interval *function)
{
    const double *x = f->field;
    thresh_interval i;

    assert_int_equal(f->count, 7);
    assert_int_equal(function(&i, x[0], x[1], x[2], x[3], x[4]), THRESH_OK);
    near_interval(i, x + 5);
}

static void check_tango(const figures *f)
{
    check_table(f, thresh_paired_proportions);
}
static void check_newcombe_paired(const figures *f)
{
    check_table(f, thresh_paired_proportions_newcombe);
}
static void check_newcombe(const figures *f)
{
    check_table(f, thresh_two_proportions_newcombe);
}
static void check_mn(const figures *f)
{
    check_table(f, thresh_two_proportions_mn);
}

static void check_mcnemar_exact(const figures *f)
{
    thresh_p_values p;

    assert_int_equal(thresh_mcnemar_exact(&p, f->field[0], f->field[1]), THRESH_OK);
    near_p(p, f->field + 2);
}

static void check_mcnemar_midp(const figures *f)
{
    thresh_p_values p;

    assert_int_equal(thresh_mcnemar_midp(&p, f->field[0], f->field[1]), THRESH_OK);
    near_p(p, f->field + 2);
}

static void proportions(void **state)
{
    (void)state;
    each_row("proportion.tsv", "tango", check_tango);
    each_row("proportion.tsv", "newcombe_paired", check_newcombe_paired);
    each_row("proportion.tsv", "newcombe", check_newcombe);
    each_row("proportion.tsv", "mn", check_mn);
}

static void mcnemar(void **state)
{
    (void)state;
    each_row("proportion.tsv", "mcnemar_exact", check_mcnemar_exact);
    each_row("proportion.tsv", "mcnemar_midp", check_mcnemar_midp);
}

/* --- means --- */

static void check_welch(const figures *f)
{
    const double *x = f->field;
    thresh_interval i;

    assert_int_equal(thresh_difference_welch(&i, x[0], x[1], x[2], x[3], x[4], x[5], x[6]),
                     THRESH_OK);
    near_interval(i, x + 7);
}

static void check_log_delta(const figures *f)
{
    const double *x = f->field;
    thresh_interval i;

    assert_int_equal(thresh_ratio_log_delta(&i, x[0], x[1], x[2], x[3], x[4], x[5]), THRESH_OK);
    near_interval(i, x + 6);
}

static void check_tost(const figures *f)
{
    const double *x = f->field;
    double p;

    assert_int_equal(thresh_tost_p(&p, x[0], x[1], x[2], x[3]), THRESH_OK);
    near_in_digits(p, x[4]);
}

static void check_noninferiority(const figures *f)
{
    const double *x = f->field;
    double p;

    assert_int_equal(thresh_noninferiority_p(&p, x[0], x[1], x[2], x[3]), THRESH_OK);
    near_in_digits(p, x[4]);
}

static void check_clusters(const figures *f)
{
    size_t n = (size_t)f->field[0];
    const double *d = f->field + 1, *wanted = f->field + 1 + 2 * n;
    uint32_t g[MOST_FIELDS];
    thresh_cluster_mean m;

    assert_int_equal(f->count, 2 * n + 4);
    for (size_t i = 0; i < n; i++)
        g[i] = (uint32_t)d[n + i];
    assert_int_equal(thresh_cluster_robust(&m, d, g, n), THRESH_OK);
    near(m.mean, wanted[0]);
    /* the deviations of values about a million have six digits less */
    near_to(m.se, wanted[1], 1e-9 * wanted[1] + 1e-16 * fabs(wanted[0]));
    near(m.clusters, wanted[2]);
}

static void check_benjamini_hochberg(const figures *f)
{
    size_t count = (size_t)f->field[0];
    double p[MOST_FIELDS];

    assert_int_equal(f->count, 2 * count + 1);
    memcpy(p, f->field + 1, count * sizeof *p);
    assert_int_equal(thresh_benjamini_hochberg(p, count), THRESH_OK);
    for (size_t i = 0; i < count; i++)
        near_in_digits(p[i], f->field[1 + count + i]);
}

static void means(void **state)
{
    (void)state;
    each_row("mean.tsv", "welch", check_welch);
    each_row("mean.tsv", "log_delta", check_log_delta);
    each_row("mean.tsv", "clusters", check_clusters);
}

static void limits(void **state)
{
    (void)state;
    each_row("mean.tsv", "tost", check_tost);
    each_row("mean.tsv", "noninferiority", check_noninferiority);
    each_row("mean.tsv", "benjamini_hochberg", check_benjamini_hochberg);
}

/* --- ranks --- */

static void near_test(const double *b, size_t n, const double *c, size_t m, const double *wanted)
{
    thresh_rank_test t;

    assert_int_equal(thresh_mann_whitney(&t, b, n, c, m), THRESH_OK);
    near(t.u, wanted[0]);
    near(t.share, wanted[0] / ((double)n * (double)m));
    near_p(t.p, wanted + 1);
    assert_true(t.exact == (wanted[4] != 0));
}

static void check_mann_whitney(const figures *f)
{
    size_t n = (size_t)f->field[0], m = (size_t)f->field[1];

    assert_int_equal(f->count, 2 + n + m + 5);
    near_test(f->field + 2, n, f->field + 2 + n, m, f->field + 2 + n + m);
}

static void check_mann_whitney_drawn(const figures *f)
{
    const double *x = f->field;
    uint64_t seed = (uint64_t)x[0];
    double *b = sample(&seed, (size_t)x[1], x[3], floor(x[3] / 50));
    double *c = sample(&seed, (size_t)x[2], x[3], 0);

    near_test(b, (size_t)x[1], c, (size_t)x[2], x + 4);
    free(b);
    free(c);
}

static void near_shift(const double *b, size_t n, const double *c, size_t m, double confidence,
                       const double *wanted)
{
    thresh_shift s;

    assert_int_equal(thresh_hodges_lehmann(&s, b, n, c, m, confidence), THRESH_OK);
    near(s.shift, wanted[0]);
    near_interval(s.interval, wanted + 1);
    near(s.confidence, wanted[3]);
}

static void check_shift(const figures *f)
{
    size_t n = (size_t)f->field[0], m = (size_t)f->field[1];

    assert_int_equal(f->count, 3 + n + m + 4);
    near_shift(f->field + 3, n, f->field + 3 + n, m, f->field[2], f->field + 3 + n + m);
}

static void check_shift_drawn(const figures *f)
{
    const double *x = f->field;
    uint64_t seed = (uint64_t)x[0];
    double *b = sample(&seed, (size_t)x[1], x[3], floor(x[3] / 50));
    double *c = sample(&seed, (size_t)x[2], x[3], 0);

    near_shift(b, (size_t)x[1], c, (size_t)x[2], x[4], x + 5);
    free(b);
    free(c);
}

static void check_quantile_drawn(const figures *f)
{
    const double *x = f->field;
    uint64_t seed = (uint64_t)x[0];
    double *values = sample(&seed, (size_t)x[1], x[2], 0);
    thresh_quantile_bounds q;

    assert_int_equal(thresh_quantile_interval(&q, values, (size_t)x[1], x[3], x[4]), THRESH_OK);
    near(q.quantile, x[5]);
    near(q.low, x[6]);
    near(q.high, x[7]);
    near(q.confidence_low, x[8]);
    near(q.confidence_high, x[9]);
    free(values);
}

static void check_quantile_difference_drawn(const figures *f)
{
    const double *x = f->field;
    uint64_t seed = (uint64_t)x[0];
    double *b = sample(&seed, (size_t)x[1], x[3], floor(x[3] / 50));
    double *c = sample(&seed, (size_t)x[2], x[3], 0);
    thresh_interval i;

    assert_int_equal(thresh_quantile_difference(&i, b, (size_t)x[1], c, (size_t)x[2], x[4], x[5]),
                     THRESH_OK);
    near_interval(i, x + 6);
    free(b);
    free(c);
}

static void rank_tests(void **state)
{
    (void)state;
    each_row("rank.tsv", "mann_whitney", check_mann_whitney);
    each_row("rank.tsv", "mann_whitney_drawn", check_mann_whitney_drawn);
    each_row("rank-r.tsv", "mann_whitney", check_mann_whitney);
}

static void shifts(void **state)
{
    (void)state;
    each_row("rank.tsv", "shift", check_shift);
    each_row("rank.tsv", "shift_drawn", check_shift_drawn);
    each_row("rank-r.tsv", "shift", check_shift);
}

static void quantiles(void **state)
{
    (void)state;
    each_row("rank.tsv", "quantile_drawn", check_quantile_drawn);
    each_row("rank.tsv", "quantile_difference_drawn", check_quantile_difference_drawn);
}

/* --- sizes of samples --- */

typedef thresh_status plan_of_five(double *, double, double, double, double, double);

static void check_five(const figures *f, plan_of_five *function)
{
    const double *x = f->field;
    double got;

    assert_int_equal(f->count, 6);
    assert_int_equal(function(&got, x[0], x[1], x[2], x[3], x[4]), THRESH_OK);
    near(got, x[5]);
}

static void check_samples_paired(const figures *f)
{
    check_five(f, thresh_plan_samples_paired_proportions);
}
static void check_limit_paired(const figures *f)
{
    check_five(f, thresh_plan_limit_paired_proportions);
}
static void check_samples_two(const figures *f)
{
    check_five(f, thresh_plan_samples_two_proportions);
}
static void check_limit_two(const figures *f)
{
    check_five(f, thresh_plan_limit_two_proportions);
}
static void check_samples_paired_means(const figures *f)
{
    check_five(f, thresh_plan_samples_paired_means);
}
static void check_limit_paired_means(const figures *f)
{
    check_five(f, thresh_plan_limit_paired_means);
}

static void check_samples_two_means(const figures *f)
{
    const double *x = f->field;
    double got;

    assert_int_equal(thresh_plan_samples_two_means(&got, x[0], x[1], x[2], x[3], x[4], x[5]),
                     THRESH_OK);
    near(got, x[6]);
}

static void check_limit_two_means(const figures *f)
{
    const double *x = f->field;
    double got;

    assert_int_equal(thresh_plan_limit_two_means(&got, x[0], x[1], x[2], x[3], x[4], x[5]),
                     THRESH_OK);
    near(got, x[6]);
}

static void plans(void **state)
{
    (void)state;
    each_row("power.tsv", "samples_paired_proportions", check_samples_paired);
    each_row("power.tsv", "limit_paired_proportions", check_limit_paired);
    each_row("power.tsv", "samples_two_proportions", check_samples_two);
    each_row("power.tsv", "limit_two_proportions", check_limit_two);
    each_row("power.tsv", "samples_paired_means", check_samples_paired_means);
    each_row("power.tsv", "limit_paired_means", check_limit_paired_means);
    each_row("power.tsv", "samples_two_means", check_samples_two_means);
    each_row("power.tsv", "limit_two_means", check_limit_two_means);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proportions), cmocka_unit_test(mcnemar),    cmocka_unit_test(means),
        cmocka_unit_test(limits),      cmocka_unit_test(rank_tests), cmocka_unit_test(shifts),
        cmocka_unit_test(quantiles),   cmocka_unit_test(plans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
