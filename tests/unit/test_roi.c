/* The return: distributions, central figures and Monte Carlo, against figures/roi.py. */
#include "figures.h"

#include "stats/distribution.h"
#include "stats/quantiles.h"
#include "thresh/scores.h"
#include "thresh/thresh.h"

#include <stdlib.h>

static void check_exp(const figures *f)
{
    near_to(random_exp(f->field[0]), f->field[1], 4e-15 * f->field[1]);
}

static void test_exp(void **state)
{
    (void)state;
    each_row("roi.tsv", "exp", check_exp);
}

enum { DRAWS = 400000 };
static double drawn[DRAWS];

/* Quantile and mean in closed form; as many draws below the quantile, and around the mean, as
 * chance allows: 5 standard errors. */
static void check_distribution(const figures *f)
{
    static distribution last;
    const distribution d = { (distribution_shape)f->field[0], f->field[1], f->field[2],
                             f->field[3] };
    double p = f->field[4], wanted = f->field[5], mean = f->field[6], sd = f->field[7];
    double got = distribution_quantile(&d, p), below = 0, sum = 0;

    near_to(got, wanted, 1e-9 * fmax(fabs(wanted), sd));
    /* the mean of a split one is summed by the script */
    near_to(distribution_mean(&d), mean,
            (d.shape == DRAW_SPLIT ? 1e-6 : 1e-12) * fmax(fabs(mean), sd));
    if (memcmp(&last, &d, sizeof d) != 0) {
        random_stream r = random_start(7, (uint64_t)d.shape);
        distribution_draw(&d, &r, drawn, DRAWS);
        last = d;
    }
    for (size_t i = 0; i < DRAWS; i++) {
        below += drawn[i] <= wanted;
        sum += drawn[i];
    }
    near_to(below / DRAWS, p, 5 * sqrt(p * (1 - p) / DRAWS));
    near_to(sum / DRAWS, mean, 5 * sd / sqrt(DRAWS));
}

static void test_distributions(void **state)
{
    (void)state;
    each_row("roi.tsv", "distribution", check_distribution);
}

static void test_chance(void **state)
{
    const distribution d = { DRAW_CHANCE, 0.3, 0, 0 };
    random_stream r = random_start(1, 1);
    double sum = 0;

    (void)state;
    distribution_draw(&d, &r, drawn, DRAWS);
    for (size_t i = 0; i < DRAWS; i++)
        sum += drawn[i];
    near_to(sum / DRAWS, 0.3, 5 * sqrt(0.21 / DRAWS));
    near_to(distribution_mean(&d), 0.3, 0);
    near_to(distribution_quantile(&d, 0.5), 0, 0);
    near_to(distribution_quantile(&d, 0.9), 1, 0);
}

/* The same as one after another, whatever the size, with and without values that are equal. */
static void test_quantiles(void **state)
{
    static const double levels[] = { 0, 0.05, 0.1, 0.25, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1 };
    static const size_t sizes[] = { 1, 2, 3, 5, 8, 100, 1001, 20000 };
    static double x[20000], y[20000];
    double got[COUNT(levels)], wanted;
    random_stream r = random_start(5, 5);

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (int rounded = 0; rounded < 2; rounded++)
            for (size_t first = 0; first < COUNT(levels); first++) {
                for (size_t i = 0; i < sizes[s]; i++) {
                    x[i] = random_normal(&r);
                    x[i] = y[i] = rounded ? floor(x[i]) : x[i];
                }
                quantiles_of(got, x, sizes[s], levels + first, COUNT(levels) - first);
                for (size_t k = first; k < COUNT(levels); k++) {
                    assert_int_equal(thresh_quantile(&wanted, y, sizes[s], levels[k]), THRESH_OK);
                    near_to(got[k - first], wanted, 0);
                }
            }
}

/* --- returns --- */

static thresh_catalog *catalog;

static thresh_roi_model *read_model(int number)
{
    char path[4096];
    thresh_roi_model *model;
    thresh_diags *diags = thresh_diags_new();

    snprintf(path, sizeof path, "%sroi-%d.yaml", FIGURES, number);
    if (thresh_roi_model_read(&model, path, NULL, catalog, diags) != THRESH_OK)
        fail_msg("%s", thresh_diags_at(diags, 0)->text);
    thresh_diags_free(diags);
    return model;
}

static void same(double got, double wanted, double tolerance)
{
    assert_int_equal(isnan(got), isnan(wanted));
    if (!isnan(wanted))
        near_to(got, wanted, tolerance);
}

static void check_return(const figures *f)
{
    enum { COUNT_OF = 500000 };
    const double *w = f->field + 1;
    thresh_roi_model *model = read_model((int)f->field[0]);
    thresh_roi_options options = { .draws = COUNT_OF, .seed = 3 };
    thresh_roi *r;

    assert_int_equal(thresh_roi_compute(&r, model, NULL, &options, NULL), THRESH_OK);
    near_to(r->savings, w[0], 1e-9 * w[0]);
    near_to(r->loss, w[1], 1e-9 * w[1]);
    near_to(r->cost, w[2], 1e-9 * w[2]);
    near_to(r->roi, w[3], 1e-9);
    same(r->payback, w[4], 1e-8);
    same(r->ties[0].break_even, w[5], 1e-12);
    same(r->ties[0].at_minimum, w[6], 1e-12);
    /* the distribution: within 5 standard errors, the script's own among them */
    double se = w[8] / sqrt(COUNT_OF) * 1.1, share = 5 * 0.5 / sqrt(COUNT_OF) * 1.1;
    near_to(r->mean, w[7], 5 * se + 1e-12);
    near_to(r->sd, w[8], 0.02 * w[8] + 1e-12);
    near_to(r->low, w[9], 5 * 3 * se + 1e-12);
    near_to(r->quantiles[3], w[10], 5 * 1.5 * se + 1e-12);
    near_to(r->high, w[11], 5 * 3 * se + 1e-12);
    near_to(r->quantiles[0], r->low, 1e-9); /* 1 - 0.95 is not quite 0.05 */
    near_to(r->p_positive, w[12], share);
    near_to(r->p_pays, w[13], share);
    near_to(r->p_minimum, w[14], share);
    thresh_roi_free(r);
    thresh_roi_model_free(model);
}

static void test_returns(void **state)
{
    (void)state;
    each_row("roi.tsv", "roi", check_return);
}

/* The same seed gives the same bits whatever the threads; another seed does not. */
static void test_reproducible(void **state)
{
    static const unsigned threads[] = { 1, 2, 3, 7 };
    thresh_roi_model *model = read_model(2);
    thresh_roi_options options = { .draws = 20003, .seed = 11 };
    thresh_roi *first, *again;

    (void)state;
    assert_int_equal(thresh_roi_compute(&first, model, NULL, &options, NULL), THRESH_OK);
    for (size_t i = 0; i < COUNT(threads); i++) {
        options.threads = threads[i];
        assert_int_equal(thresh_roi_compute(&again, model, NULL, &options, NULL), THRESH_OK);
        assert_true(first->mean == again->mean && first->sd == again->sd);
        assert_memory_equal(first->quantiles, again->quantiles, sizeof first->quantiles);
        assert_true(first->net_low == again->net_low && first->p_minimum == again->p_minimum);
        thresh_roi_free(again);
    }
    options.seed = 12;
    assert_int_equal(thresh_roi_compute(&again, model, NULL, &options, NULL), THRESH_OK);
    assert_true(first->mean != again->mean);
    thresh_roi_free(again);
    thresh_roi_free(first);
    thresh_roi_model_free(model);
}

/* Each assumption alone, largest first; a bound of the model is what a profile's minimum adds to.
 */
static void test_swings_and_verdict(void **state)
{
    static const struct {
        double minimum;
        thresh_verdict verdict;
    } minima[] = { { 1.6, THRESH_REVIEW }, { 5, THRESH_REJECT }, { 0.1, THRESH_REVIEW } };
    thresh_roi_model *model = read_model(2);
    thresh_roi *r;

    (void)state;
    for (size_t i = 0; i < COUNT(minima); i++) {
        thresh_roi_options options = { .draws = 10000,
                                       .has_minimum = true,
                                       .minimum = minima[i].minimum,
                                       .minimum_from = "mine" };
        assert_int_equal(thresh_roi_compute(&r, model, NULL, &options, NULL), THRESH_OK);
        assert_int_equal(r->verdict, minima[i].verdict);
        /* the larger one counts */
        near_to(r->minimum, fmax(1.5, minima[i].minimum), 0);
        assert_string_equal(r->minimum_from, minima[i].minimum > 1.5 ? "mine" : "model");
        assert_int_equal(r->swing_count, 8);
        for (size_t s = 0; s < r->swing_count; s++) {
            double here = fabs(r->swings[s].roi_high - r->swings[s].roi_low);
            assert_true(s == 0
                        || here <= fabs(r->swings[s - 1].roi_high - r->swings[s - 1].roi_low));
        }
        thresh_roi_free(r);
    }
    thresh_roi_model_free(model);
    /* sure, and exactly on its minimum: 108000 - 24000 = 84000 of 32400 */
    model = read_model(1);
    for (int step = -1; step <= 1; step++) {
        thresh_roi_options options = { .has_minimum = true,
                                       .minimum = 84000.0 / 32400 + step * 1e-9,
                                       .minimum_from = "mine" };
        assert_int_equal(thresh_roi_compute(&r, model, NULL, &options, NULL), THRESH_OK);
        assert_int_equal(r->verdict, step > 0 ? THRESH_REJECT : THRESH_ACCEPT);
        assert_int_equal(r->draws, 0);
        assert_false(r->uncertain);
        thresh_roi_free(r);
    }
    thresh_roi_model_free(model);
}

static void test_draws_out_of_range(void **state)
{
    thresh_roi_model *model = read_model(1);
    thresh_roi_options options = { .draws = 1 };
    thresh_roi *r;

    (void)state;
    assert_int_equal(thresh_roi_compute(&r, model, NULL, &options, NULL), THRESH_EDOMAIN);
    assert_null(r);
    options.draws = 20000001;
    assert_int_equal(thresh_roi_compute(&r, model, NULL, &options, NULL), THRESH_EDOMAIN);
    thresh_roi_model_free(model);
}

static int begin(void **state)
{
    (void)state;
    return (int)thresh_catalog_new(&catalog);
}

static int end(void **state)
{
    (void)state;
    thresh_catalog_free(catalog);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_chance),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_returns),
        cmocka_unit_test(test_reproducible),
        cmocka_unit_test(test_swings_and_verdict),
        cmocka_unit_test(test_draws_out_of_range),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
