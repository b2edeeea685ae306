/* Curves over a dose against figures of R (tests/reference/regression.R), and what R has none for.
 */
#include "figures.h"

#include "thresh/regression.h"

#include <math.h>
#include <stdlib.h>

static void near(double got, double wanted, double relative)
{
    if (isinf(wanted))
        assert_true(got == wanted);
    else
        near_to(got, wanted, relative * fmax(1e-3, fabs(wanted)));
}

/* Rows as each figure begins with them; *rest is what stands behind. */
static thresh_doses rows_of(const figures *f, thresh_response response, const double **rest)
{
    size_t n = (size_t)f->field[0];

    *rest = f->field + 1 + 3 * n;
    return (thresh_doses){ f->field + 1, f->field + 1 + n, f->field + 1 + 2 * n, n, response };
}

static void check_curve(const figures *f, thresh_response response)
{
    const double *x;
    thresh_doses d = rows_of(f, response, &x);
    thresh_curve c;

    assert_int_equal(thresh_fit_curve(&c, &d), THRESH_OK);
    assert_false(c.separated);
    const double got[] = { c.intercept,  c.slope,    c.var_intercept, c.var_slope, c.covariance,
                           c.dispersion, c.deviance, c.null_deviance, c.trend_p };
    for (size_t i = 0; i < sizeof got / sizeof *got; i++)
        near(got[i], x[i], 1e-7);
}

static void check_logistic(const figures *f)
{
    check_curve(f, THRESH_RESPONSE_SHARE);
}

static void check_line(const figures *f)
{
    check_curve(f, THRESH_RESPONSE_MEAN);
}

static void check_dose(const thresh_doses *d, const thresh_rise *rise, double confidence,
                       const double *wanted)
{
    thresh_curve c;
    thresh_dose dose;

    assert_int_equal(thresh_fit_curve(&c, d), THRESH_OK);
    assert_int_equal(thresh_benchmark_dose(&dose, d, &c, rise, confidence), THRESH_OK);
    near(dose.estimate, wanted[0], 1e-7);
    near(dose.low, wanted[1], 1e-6);
    near(dose.high, wanted[2], 1e-6);
}

static void check_benchmark_share(const figures *f)
{
    const double *x;
    thresh_doses d = rows_of(f, THRESH_RESPONSE_SHARE, &x);

    check_dose(&d, &(thresh_rise){ x[0], x[1], x[2] }, x[3], x + 4);
}

static void check_benchmark_mean(const figures *f)
{
    const double *x;
    thresh_doses d = rows_of(f, THRESH_RESPONSE_MEAN, &x);

    check_dose(&d, &(thresh_rise){ x[0], x[1], 0 }, x[2], x + 3);
}

static void check_slope(const figures *f)
{
    const double *x;
    thresh_doses d = rows_of(f, THRESH_RESPONSE_MEAN, &x);
    thresh_slope s;

    assert_int_equal(thresh_slope_of(&s, d.dose, d.outcome, d.weight, d.n, x[0]), THRESH_OK);
    const double got[] = {
        s.intercept, s.slope, s.se, s.interval.low, s.interval.high, s.r_squared
    };
    for (size_t i = 0; i < sizeof got / sizeof *got; i++)
        near(got[i], x[i + 1], 1e-9);
}

static void check_isotonic(const figures *f)
{
    size_t n = (size_t)f->field[0];
    double fitted[MOST_FIELDS];

    assert_int_equal(thresh_isotonic(fitted, f->field + 1, f->field + 1 + n, n), THRESH_OK);
    for (size_t i = 0; i < n; i++)
        near(fitted[i], f->field[1 + 2 * n + i], 1e-9);
}

static void check_change(const figures *f)
{
    const double *x;
    thresh_doses d = rows_of(f, THRESH_RESPONSE_SHARE, &x);
    thresh_change c;

    d.response = x[0] != 0 ? THRESH_RESPONSE_SHARE : THRESH_RESPONSE_MEAN;
    assert_int_equal(thresh_change_point(&c, &d, x[1]), THRESH_OK);
    near_to(c.at.estimate, x[2], 1e-4);
    near_to(c.at.low, x[3], x[8]);
    near_to(c.at.high, x[4], x[8]);
    near(c.curve.intercept, x[5], 1e-4);
    near(c.curve.slope, x[6], 1e-3);
    near_to(c.p, x[7], 1e-5);
}

static void check_fit_p(const figures *f)
{
    const double *x;
    thresh_doses d = rows_of(f, THRESH_RESPONSE_SHARE, &x);
    thresh_bins b;
    thresh_curve c;
    double p;

    d.response = x[0] != 0 ? THRESH_RESPONSE_SHARE : THRESH_RESPONSE_MEAN;
    assert_int_equal(thresh_fit_curve(&c, &d), THRESH_OK);
    assert_int_equal(thresh_bin_doses(&b, &d, 50), THRESH_OK);
    assert_int_equal(thresh_curve_fit_p(&p, &d, &b, &c), THRESH_OK);
    near(p, x[1], 1e-6);
    thresh_bins_dispose(&b);
}

static void of_r(void **state)
{
    static const struct {
        const char *name;
        void (*check)(const figures *f);
    } figures_of[] = {
        { "logistic", check_logistic },
        { "line", check_line },
        { "benchmark_share", check_benchmark_share },
        { "benchmark_mean", check_benchmark_mean },
        { "slope", check_slope },
        { "isotonic", check_isotonic },
        { "change", check_change },
        { "fit_p", check_fit_p },
    };

    (void)state;
    for (size_t i = 0; i < sizeof figures_of / sizeof *figures_of; i++)
        each_row("regression.tsv", figures_of[i].name, figures_of[i].check);
}

/* --- what has no figures: it follows from the definitions --- */

static void separated(void **state)
{
    const double x[] = { 0, 1, 2, 3 }, w[] = { 10, 10, 10, 10 };
    const double parted[] = { 0, 0, 1, 1 }, touching[] = { 0, 0, 0.5, 1 }, none[] = { 0, 0, 0, 0 },
                 all[] = { 1, 1, 1, 1 }, mixed[] = { 0, 0.1, 0, 1 };
    thresh_curve c;
    thresh_dose dose;

    (void)state;
    const double *const outcomes[] = { parted, touching, none, all };
    for (size_t i = 0; i < 4; i++) {
        thresh_doses d = { x, outcomes[i], w, 4, THRESH_RESPONSE_SHARE };
        assert_int_equal(thresh_fit_curve(&c, &d), THRESH_OK);
        assert_true(c.separated);
        assert_int_equal(thresh_benchmark_dose(&dose, &d, &c, &(thresh_rise){ 0.1, 0, 0 }, 0.95),
                         THRESH_EDOMAIN);
    }
    thresh_doses d = { x, mixed, w, 4, THRESH_RESPONSE_SHARE };
    assert_int_equal(thresh_fit_curve(&c, &d), THRESH_OK);
    assert_false(c.separated);
    assert_true(c.slope > 0 && isfinite(c.var_slope));
}

static void out_of_range(void **state)
{
    const double x[] = { 0, 1, 2 }, same[] = { 1, 1, 1 }, y[] = { 0.1, 0.2, 0.4 },
                 w[] = { 9, 9, 9 }, bad[] = { 0.1, 1.2, 0.4 }, zero[] = { 9, 0, 9 },
                 nan[] = { 0.1, NAN, 0.4 };
    thresh_curve c;
    thresh_doses good = { x, y, w, 3, THRESH_RESPONSE_SHARE };

    (void)state;
    assert_int_equal(thresh_fit_curve(&c, &good), THRESH_OK);
    const thresh_doses wrong[] = {
        { same, y, w, 3, THRESH_RESPONSE_SHARE }, { x, bad, w, 3, THRESH_RESPONSE_SHARE },
        { x, y, zero, 3, THRESH_RESPONSE_SHARE }, { x, nan, w, 3, THRESH_RESPONSE_MEAN },
        { nan, y, w, 3, THRESH_RESPONSE_MEAN },   { x, y, w, 2, THRESH_RESPONSE_MEAN },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(thresh_fit_curve(&c, &wrong[i]), THRESH_EDOMAIN);
    thresh_dose dose;
    assert_int_equal(thresh_fit_curve(&c, &good), THRESH_OK);
    assert_int_equal(thresh_benchmark_dose(&dose, &good, &c, &(thresh_rise){ 0, 0, 0 }, 0.95),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_benchmark_dose(&dose, &good, &c, &(thresh_rise){ 0.1, 0, 0 }, 0.5),
                     THRESH_EDOMAIN);
    /* no share rises beyond 1 */
    assert_int_equal(thresh_benchmark_dose(&dose, &good, &c, &(thresh_rise){ 2, 0, 0 }, 0.95),
                     THRESH_OK);
    assert_true(isinf(dose.estimate));
}

static void centred(void **state)
{
    /* 0.2 and 0.1 pool to 0.15 at the mean dose of 1.5 */
    const double x[] = { 0, 1, 2, 4 }, y[] = { 0.05, 0.2, 0.1, 0.35 }, w[] = { 10, 10, 10, 10 };
    double dose[4], outcome[4];
    thresh_steps s = { dose, outcome, 0 };

    (void)state;
    assert_int_equal(thresh_centred_isotonic(&s, x, y, w, 4), THRESH_OK);
    assert_int_equal(s.n, 3);
    near(s.dose[1], 1.5, 1e-12);
    near(s.outcome[1], 0.15, 1e-12);
    near(thresh_steps_at(&s, -1), 0.05, 1e-12);
    near(thresh_steps_at(&s, 0.75), 0.1, 1e-12);
    near(thresh_steps_at(&s, 9), 0.35, 1e-12);
    near(thresh_steps_dose(&s, &(thresh_rise){ 0.05, 0, 0 }), 0.75, 1e-12);
    near(thresh_steps_dose(&s, &(thresh_rise){ 0, 1, 0 }), 0.75, 1e-12);
    near(thresh_steps_dose(&s, &(thresh_rise){ 0, 0, 0.2 / 0.95 }), 1.5 + 2.5 * 0.5, 1e-12);
    assert_true(isinf(thresh_steps_dose(&s, &(thresh_rise){ 0.31, 0, 0 })));
}

enum { ROWS = 60 };

static void make_rows(double *x, double *y, double *w, double step)
{
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = (double)(i % 12) * step;
        y[i] = 0.02 + (x[i] > 2 ? 0.02 * (x[i] - 2) : 0) + ((double)(i * 7 % 5) - 2) * 0.001;
        w[i] = 100 + (double)(i * 13 % 50);
    }
}

static void bins(void **state)
{
    double x[ROWS], y[ROWS], w[ROWS], total = 0, all = 0;
    thresh_bins b;

    (void)state;
    make_rows(x, y, w, 0.5);
    x[3] = -0.4;
    thresh_doses d = { x, y, w, ROWS, THRESH_RESPONSE_SHARE };
    assert_int_equal(thresh_bin_doses(&b, &d, 6), THRESH_OK);
    assert_in_range(b.n, 5, 6);
    for (size_t i = 0; i < ROWS; i++) {
        assert_true((x[i] <= 0) == (b.bin[i] == 0));
        total += w[i];
        for (size_t k = 0; k < ROWS; k++)
            assert_true(x[i] != x[k] || b.bin[i] == b.bin[k]);
    }
    for (size_t k = 0; k < b.n; k++) {
        all += b.weight[k];
        assert_true(k == 0 || b.dose[k] > b.dose[k - 1]);
        assert_true(b.rows[k] > 0);
    }
    near(all, total, 1e-12);
    thresh_bins_dispose(&b);
    /* as many bins as there are doses, where there are few */
    assert_int_equal(thresh_bin_doses(&b, &d, 50), THRESH_OK);
    assert_int_equal(b.n, 12);
    thresh_bins_dispose(&b);
}

static void resampled(void **state)
{
    double x[ROWS], y[ROWS], w[ROWS], p;
    const thresh_rise rises[] = { { 0.01, 0, 0 }, { 0.05, 0, 0 }, { 0.5, 0, 0 } };
    thresh_dose once[3], again[3];
    thresh_bins b;

    (void)state;
    make_rows(x, y, w, 0.5);
    thresh_doses d = { x, y, w, ROWS, THRESH_RESPONSE_SHARE };
    assert_int_equal(thresh_bin_doses(&b, &d, 12), THRESH_OK);
    assert_int_equal(thresh_monotone_doses(once, &d, &b, rises, 3, 0.95, 999, 7), THRESH_OK);
    assert_int_equal(thresh_monotone_doses(again, &d, &b, rises, 3, 0.95, 999, 7), THRESH_OK);
    assert_memory_equal(once, again, sizeof once);
    assert_true(once[0].low < 2.5 && 2.5 < once[0].high && once[0].high - once[0].low < 0.5);
    assert_true(once[1].low < 4.5 && 4.5 < once[1].high);
    assert_true(isinf(once[2].estimate) && isinf(once[2].low));
    assert_int_equal(thresh_monotone_doses(once, &d, &b, rises, 3, 0.95, 5, 7), THRESH_EDOMAIN);
    assert_int_equal(thresh_monotone_p(&p, &d, &b, 999, 7), THRESH_OK);
    assert_true(p > 0.1);
    /* the last dose falls far */
    for (size_t i = 11; i < ROWS; i += 12)
        y[i] = 0.01;
    thresh_bins_dispose(&b);
    assert_int_equal(thresh_bin_doses(&b, &d, 12), THRESH_OK);
    assert_int_equal(thresh_monotone_p(&p, &d, &b, 999, 7), THRESH_OK);
    assert_true(p < 0.01);
    thresh_bins_dispose(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_r),    cmocka_unit_test(separated), cmocka_unit_test(out_of_range),
        cmocka_unit_test(centred), cmocka_unit_test(bins),      cmocka_unit_test(resampled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
