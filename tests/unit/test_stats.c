/* Intervals and Holm against figures of SciPy and statsmodels (figures/interval.py). */
#include "figures.h"

#include "thresh/proportions.h"
#include "thresh/stats.h"

#include <math.h>
#include <string.h>

static void near(double got, double wanted)
{
    near_to(got, wanted, 1e-9 * fmax(1, fabs(wanted)));
}

static void check_quantile(const figures *f)
{
    near(thresh_normal_quantile(f->field[0]), f->field[1]);
}

static void check_difference(const figures *f)
{
    const double *x = f->field;
    thresh_interval i;

    assert_int_equal(thresh_difference_normal(&i, x[0], x[1], x[2], x[3], x[4], x[5]), THRESH_OK);
    near(i.low, x[6]);
    near(i.high, x[7]);
}

static void check_fieller(const figures *f)
{
    const double *x = f->field;
    thresh_interval i;

    assert_int_equal(thresh_ratio_fieller(&i, x[0], x[1], x[2], x[3], x[4], x[5]), THRESH_OK);
    near(i.low, x[6]);
    near(i.high, x[7]);
}

static void check_above(const figures *f)
{
    near(thresh_p_above(f->field[0], f->field[1], f->field[2]), f->field[3]);
}

static void check_holm(const figures *f)
{
    size_t count = (size_t)f->field[0];
    double p[MOST_FIELDS];

    assert_int_equal(f->count, 2 * count + 1);
    memcpy(p, f->field + 1, count * sizeof *p);
    assert_int_equal(thresh_holm(p, count), THRESH_OK);
    for (size_t i = 0; i < count; i++)
        near(p[i], f->field[1 + count + i]);
}

static void check_tango(const figures *f)
{
    const double *x = f->field;
    thresh_interval i, turned;

    assert_int_equal(thresh_paired_proportions(&i, x[0], x[1], x[2], x[3], x[4]), THRESH_OK);
    near(i.low, x[5]);
    near(i.high, x[6]);
    /* what one file is to the other, the other is to the one */
    assert_int_equal(thresh_paired_proportions(&turned, x[3], x[2], x[1], x[0], x[4]), THRESH_OK);
    near(turned.low, -x[6]);
    near(turned.high, -x[5]);
}

static void check_paired_t(const figures *f)
{
    const double *x = f->field;
    thresh_interval i;

    assert_int_equal(thresh_paired_t(&i, x[0], x[1], x[2], x[3]), THRESH_OK);
    near(i.low, x[4]);
    near(i.high, x[5]);
}

static void paired_proportions(void **state)
{
    (void)state;
    each_row("interval.tsv", "tango", check_tango);
}
static void paired_means(void **state)
{
    (void)state;
    each_row("interval.tsv", "paired_t", check_paired_t);
}

/* Airway hyper-responsiveness before and after a transplantation (Bentur 2009): the interval that
 * Fagerland, Lydersen and Laake print for it, two-sided 95 %. */
static void published_example(void **state)
{
    thresh_interval i;

    (void)state;
    assert_int_equal(thresh_paired_proportions(&i, 1, 1, 7, 12, 0.975), THRESH_OK);
    near_to(i.low, -0.517, 0.0005);
    near_to(i.high, -0.026, 0.0005);
}

/* Where nothing changed the bounds are z^2 / (n + z^2); more samples only narrow them. */
static void no_sample_changed(void **state)
{
    double z = thresh_normal_quantile(0.95), before = 1;

    (void)state;
    for (double n = 1; n < 1e7; n *= 3) {
        thresh_interval i;
        assert_int_equal(thresh_paired_proportions(&i, n, 0, 0, 0, 0.95), THRESH_OK);
        near(i.high, z * z / (n + z * z));
        near(i.low, -i.high);
        assert_true(i.high < before);
        before = i.high;
    }
}

static void pairs_outside_the_domain(void **state)
{
    thresh_interval i = { 3, 4 };

    (void)state;
    assert_int_equal(thresh_paired_proportions(&i, 0, 0, 0, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_proportions(&i, 5, -1, 0, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_proportions(&i, 5, NAN, 0, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_proportions(&i, INFINITY, 1, 0, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_proportions(&i, 5, 1, 0, 0, 0.5), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_proportions(&i, 5, 1, 0, 0, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_t(&i, 0.1, 0.1, 1, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_t(&i, 0.1, -0.1, 9, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_t(&i, NAN, 0.1, 9, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_t(&i, 0.1, INFINITY, 9, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_paired_t(&i, 0.1, 0.1, 9, 1), THRESH_EDOMAIN);
    assert_true(i.low == 3 && i.high == 4);
}

static void quantiles(void **state)
{
    (void)state;
    each_row("interval.tsv", "quantile", check_quantile);
}
static void differences(void **state)
{
    (void)state;
    each_row("interval.tsv", "difference", check_difference);
}
static void ratios(void **state)
{
    (void)state;
    each_row("interval.tsv", "fieller", check_fieller);
}
static void tails(void **state)
{
    (void)state;
    each_row("interval.tsv", "above", check_above);
}
static void holm(void **state)
{
    (void)state;
    each_row("interval.tsv", "holm", check_holm);
}

/* Figures by the formula of the header, in Python's floats. */
static void small_groups_are_drawn(void **state)
{
    const double estimate[] = { 0.10, 0.02, 0.05 }, se[] = { 0.05, 0.01, 0.02 };
    const double want[] = { 0.03202348690153568, 0.025733333333333334, 0.03313725490196078 };
    const double alike[] = { 0.31, 0.3, 0.29 }, wide[] = { 0.1, 0.1, 0.1 };
    double out[3];

    (void)state;
    assert_int_equal(thresh_shrink(out, estimate, se, 3, 0.03), THRESH_OK);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(out[i] - want[i]) < 1e-15);
    /* what chance explains leaves no difference between the groups */
    assert_int_equal(thresh_shrink(out, alike, wide, 3, 0.3), THRESH_OK);
    for (size_t i = 0; i < 3; i++)
        assert_true(out[i] == 0.3);
    assert_int_equal(thresh_shrink(out, estimate, (const double[]){ 0, 1, 1 }, 3, 0), THRESH_EDOMAIN);
    assert_int_equal(thresh_shrink(out, estimate, se, 3, NAN), THRESH_EDOMAIN);
    assert_int_equal(thresh_shrink(out, (const double[]){ NAN, 0, 0 }, se, 3, 0), THRESH_EDOMAIN);
}

/* Estimates that move as one: the correlation is 1, and a hair more by rounding. */
static void moving_as_one(void **state)
{
    const double covs[] = { 0.09, 0.09 * (1 + 1e-10) };
    thresh_interval i;

    (void)state;
    for (size_t k = 0; k < COUNT(covs); k++) {
        assert_int_equal(thresh_difference_normal(&i, 5, 0.3, 3, 0.3, covs[k], 0.95), THRESH_OK);
        near(i.low, 2);
        near(i.high, 2);
        assert_int_equal(thresh_ratio_fieller(&i, 5, 0.3, 5, 0.3, covs[k], 0.95), THRESH_OK);
        near(i.low, 1);
        near(i.high, 1);
    }
    /* no square of these fits a double */
    assert_int_equal(thresh_difference_normal(&i, 5, 3e200, 5, 4e200, 0, 0.95), THRESH_OK);
    near(i.high / 5e200, thresh_normal_quantile(0.95));
}

/* Student's t of 4 degrees at 95 % is the normal quantile at this confidence (closed form of t). */
static void few_pairs_widen_a_ratio(void **state)
{
    const double confidence = 0.983490278001909;
    thresh_interval t, z;

    (void)state;
    assert_int_equal(thresh_paired_ratio(&t, 5, 0.3, 4.8, 0.4, 0.05, 5, 0.95), THRESH_OK);
    assert_int_equal(thresh_ratio_fieller(&z, 5, 0.3, 4.8, 0.4, 0.05, confidence), THRESH_OK);
    near(t.low, z.low);
    near(t.high, z.high);
    assert_int_equal(thresh_paired_ratio(&t, 5, 0.3, 4.8, 0.4, 0.05, 1, 0.95), THRESH_EDOMAIN);
}

static void outside_the_domain(void **state)
{
    thresh_interval i = { 3, 4 };
    double p[] = { 0.1, NAN }, q[] = { 0.5, 1.5 };

    (void)state;
    assert_int_equal(thresh_difference_normal(&i, NAN, 1, 1, 1, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_difference_normal(&i, 1, -1, 1, 1, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_difference_normal(&i, 1, 1, 1, INFINITY, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_difference_normal(&i, 1, 1, 1, 1, 0, 0.5), THRESH_EDOMAIN);
    assert_int_equal(thresh_difference_normal(&i, 1, 1, 1, 1, 0, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_difference_normal(&i, 1, 1, 1, 1, NAN, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_difference_normal(&i, 1, 1, 1, 1, 1.001, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_difference_normal(&i, 1, 0, 1, 1, 0.1, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_ratio_fieller(&i, 1, 0.1, 1, 0.1, -0.0101, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_ratio_fieller(&i, 0, 0.1, 1, 0.1, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_ratio_fieller(&i, 1e-310, 0, 1, 0.1, 0, 0.95), THRESH_EDOMAIN);
    /* the baseline does not differ from zero: the set of ratios is unbounded */
    assert_int_equal(thresh_ratio_fieller(&i, 0.1, 0.1, 1, 0.1, 0, 0.95), THRESH_EDOMAIN);
    assert_true(i.low == 3 && i.high == 4);
    assert_int_equal(thresh_holm(p, 2), THRESH_EDOMAIN);
    assert_int_equal(thresh_holm(q, 2), THRESH_EDOMAIN);
    assert_int_equal(thresh_holm(NULL, 0), THRESH_OK);
    assert_true(thresh_p_above(1, 0, 0) == 0 && thresh_p_above(0, 1, 0) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles),
        cmocka_unit_test(differences),
        cmocka_unit_test(ratios),
        cmocka_unit_test(tails),
        cmocka_unit_test(holm),
        cmocka_unit_test(moving_as_one),
        cmocka_unit_test(few_pairs_widen_a_ratio),
        cmocka_unit_test(outside_the_domain),
        cmocka_unit_test(paired_proportions),
        cmocka_unit_test(paired_means),
        cmocka_unit_test(published_example),
        cmocka_unit_test(small_groups_are_drawn),
        cmocka_unit_test(no_sample_changed),
        cmocka_unit_test(pairs_outside_the_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
