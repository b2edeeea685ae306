/* Scores against figures of scikit-learn, NumPy and trec_eval's definitions (figures/scores.py). */
#include "figures.h"

#include "thresh/scores.h"

#include <float.h>
#include <stdlib.h>

static void near(double got, double wanted)
{
    near_to(got, wanted, 1e-12 * fmax(1, fabs(wanted)));
}

/* Where the unit may be anything. */
static void near_in_digits(double got, double wanted)
{
    near_to(got, wanted, 1e-12 * fabs(wanted));
}

/* The generator of figures/scores.py. Each product stands alone: nothing may be fused. */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

static void *room(size_t count, size_t size)
{
    void *p = calloc(count, size);

    assert_non_null(p);
    return p;
}

static void labels_of(unsigned char *out, const double *field, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)field[i];
}

/* --- classes --- */

static void compare_score(thresh_class_score got, const double *wanted)
{
    near(got.precision, wanted[0]);
    near(got.recall, wanted[1]);
    near(got.f1, wanted[2]);
}

static void compare_classes(const thresh_class_counts *classes, size_t count, const double *wanted)
{
    thresh_classification got;

    assert_int_equal(thresh_classification_scores(&got, classes, count), THRESH_OK);
    near(got.accuracy, wanted[0]);
    near(got.balanced_accuracy, wanted[1]);
    near(got.mcc, wanted[2]);
    compare_score(got.macro, wanted + 3);
    compare_score(got.micro, wanted + 6);
    compare_score(got.weighted, wanted + 9);
}

static thresh_class_counts counts_of(const double *x)
{
    return (thresh_class_counts){ (uint64_t)x[0], (uint64_t)x[1], (uint64_t)x[2] };
}

static void check_class(const figures *f)
{
    compare_score(thresh_class_scores(counts_of(f->field)), f->field + 3);
}

static void check_classes(const figures *f)
{
    size_t count = (size_t)f->field[0];
    thresh_class_counts classes[MOST_FIELDS / 3];

    assert_int_equal(f->count, 1 + 3 * count + 12);
    for (size_t i = 0; i < count; i++)
        classes[i] = counts_of(f->field + 1 + 3 * i);
    compare_classes(classes, count, f->field + 1 + 3 * count);
}

static void check_classes_drawn(const figures *f)
{
    uint64_t state = (uint64_t)f->field[0];
    double k = f->field[2];
    thresh_class_counts *classes = room((size_t)k, sizeof *classes);

    for (double i = 0; i < f->field[1]; i++) {
        double u = draw(&state), right = draw(&state), other = draw(&state);
        size_t actual = (size_t)(u * u * k);
        size_t predicted = right < 0.7 ? actual : (size_t)(other * k);
        classes[actual].actual++;
        classes[predicted].predicted++;
        classes[actual].correct += actual == predicted;
    }
    compare_classes(classes, (size_t)k, f->field + 3);
    free(classes);
}

static void one_class(void **state)
{
    (void)state;
    each_row("scores.tsv", "class", check_class);
}
static void classes(void **state)
{
    (void)state;
    each_row("scores.tsv", "classes", check_classes);
    each_row("scores.tsv", "classes_drawn", check_classes_drawn);
}

static void large_counts(void **state)
{
    /* n^2 - sum of t^2 would have no digit left: 1e15 samples, two of them of the rare class */
    const thresh_class_counts rare[] = { { 999999999999998, 999999999999999, 999999999999998 },
                                         { 2, 1, 1 } };
    const uint64_t half = UINT64_C(1) << 63;
    const thresh_class_counts largest[] = { { half, half, half },
                                            { half - 1, half - 1, half - 1 } };
    thresh_classification got;

    (void)state;
    assert_int_equal(thresh_classification_scores(&got, rare, 2), THRESH_OK);
    near(got.mcc, sqrt(0.5));
    assert_int_equal(thresh_classification_scores(&got, largest, 2), THRESH_OK);
    assert_true(got.accuracy == 1 && got.mcc == 1 && got.macro.f1 == 1);
}

static void no_confusion_matrix(void **state)
{
    static const struct {
        thresh_class_counts classes[3];
        size_t count;
    } bad[] = {
        { { { 0 } }, 0 },
        { { { 0, 0, 0 }, { 0, 0, 0 } }, 2 },                   /* no sample */
        { { { 2, 3, 3 }, { 3, 2, 2 } }, 2 },                   /* correct > actual */
        { { { 3, 2, 3 }, { 2, 3, 2 } }, 2 },                   /* correct > predicted */
        { { { 3, 3, 3 }, { 2, 3, 2 } }, 2 },                   /* the sums disagree */
        { { { UINT64_MAX, 0, 0 }, { 1, 0, 0 } }, 2 },          /* they overflow */
        { { { 0, UINT64_MAX, 0 }, { UINT64_MAX, 1, 0 } }, 2 }, /* and so do these */
        { { { 5, 5, 3 } }, 1 },                                /* mistaken for itself */
        { { { 4, 4, 2 }, { 1, 1, 0 } }, 2 },                   /* the same, in part */
        { {
              { 5, 5, 5 },
              { 5, 6, 5 },
              { 1, 0, 0 },
          },
          2 }, /* a class left out */
    };
    thresh_classification out = { .accuracy = 7 };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(thresh_classification_scores(&out, bad[i].classes, bad[i].count),
                         THRESH_EDOMAIN);
    assert_true(out.accuracy == 7);
    /* with the class left out it is one */
    assert_int_equal(thresh_classification_scores(&out, bad[COUNT(bad) - 1].classes, 3), THRESH_OK);
}

/* --- two classes by a score --- */

typedef thresh_status score_function(double *out, const double *score,
                                     const unsigned char *positive, size_t n);

static void compare(score_function *f, const double *score, const unsigned char *positive, size_t n,
                    double wanted)
{
    double got;

    assert_int_equal(f(&got, score, positive, n), THRESH_OK);
    near(got, wanted);
}

static void check_ranking(const figures *f)
{
    size_t n = (size_t)f->field[0];
    const double *score = f->field + 1, *wanted = score + 2 * n;
    unsigned char positive[MOST_FIELDS];

    assert_int_equal(f->count, 2 * n + 3);
    labels_of(positive, score + n, n);
    compare(thresh_auc_roc, score, positive, n, wanted[0]);
    compare(thresh_average_precision, score, positive, n, wanted[1]);
}

static void check_probabilities(const figures *f)
{
    size_t n = (size_t)f->field[0];
    const double *p = f->field + 1, *wanted = p + 2 * n;
    unsigned char positive[MOST_FIELDS];

    assert_int_equal(f->count, 2 * n + 3);
    labels_of(positive, p + n, n);
    compare(thresh_log_loss, p, positive, n, wanted[0]);
    compare(thresh_brier, p, positive, n, wanted[1]);
}

static void check_ranking_drawn(const figures *f)
{
    uint64_t state = (uint64_t)f->field[0];
    size_t n = (size_t)f->field[1];
    double levels = f->field[2], *p = room(n, sizeof *p);
    const double *wanted = f->field + 3;
    unsigned char *positive = room(n, 1);

    for (size_t i = 0; i < n; i++) {
        double u = draw(&state), v = draw(&state);
        p[i] = levels > 0 ? floor(u * levels) / levels : u;
        positive[i] = v < u;
    }
    compare(thresh_auc_roc, p, positive, n, wanted[0]);
    compare(thresh_average_precision, p, positive, n, wanted[1]);
    compare(thresh_log_loss, p, positive, n, wanted[2]);
    compare(thresh_brier, p, positive, n, wanted[3]);
    free(p);
    free(positive);
}

static void rankings(void **state)
{
    (void)state;
    each_row("scores.tsv", "ranking", check_ranking);
    each_row("scores.tsv", "ranking_drawn", check_ranking_drawn);
}
static void probabilities(void **state)
{
    (void)state;
    each_row("scores.tsv", "probabilities", check_probabilities);
}

static void refused(score_function *f, const double *score, const unsigned char *positive, size_t n)
{
    double out = 7;

    assert_int_equal(f(&out, score, positive, n), THRESH_EDOMAIN);
    assert_true(out == 7);
}

static void no_ranking(void **state)
{
    score_function *const both[] = { thresh_auc_roc, thresh_average_precision };
    const double plain[] = { 1, 2 }, nan[] = { 1, NAN }, inf[] = { -INFINITY, 1 };
    const unsigned char none[] = { 0, 0 }, all[] = { 1, 1 }, mixed[] = { 0, 1 }, two[] = { 1, 2 };

    (void)state;
    for (size_t i = 0; i < COUNT(both); i++) {
        refused(both[i], NULL, NULL, 0);
        refused(both[i], plain, mixed, 1);
        refused(both[i], plain, none, 2);
        refused(both[i], plain, all, 2);
        refused(both[i], plain, two, 2);
        refused(both[i], nan, mixed, 2);
        refused(both[i], inf, mixed, 2);
        refused(both[i], plain, mixed, SIZE_MAX);
    }
}

static void no_probability(void **state)
{
    score_function *const both[] = { thresh_log_loss, thresh_brier };
    const double plain[] = { 0.5, 0.5 },
                 bad[] = { -1e-9, 1 + DBL_EPSILON, NAN, INFINITY, -INFINITY };
    const unsigned char one[] = { 1 }, two[] = { 0, 2 };

    (void)state;
    for (size_t i = 0; i < COUNT(both); i++) {
        refused(both[i], NULL, NULL, 0);
        refused(both[i], plain, two, 2);
        for (size_t k = 0; k < COUNT(bad); k++)
            refused(both[i], bad + k, one, 1);
    }
}

/* --- the documents of one query --- */

static void compare_query(const uint32_t *rank, const double *grade, size_t relevant, size_t k,
                          const double *wanted)
{
    double got;

    assert_int_equal(thresh_reciprocal_rank(&got, rank, relevant), THRESH_OK);
    near(got, wanted[0]);
    assert_int_equal(thresh_query_average_precision(&got, rank, relevant), THRESH_OK);
    near(got, wanted[1]);
    assert_int_equal(thresh_ndcg(&got, rank, grade, relevant, k), THRESH_OK);
    near(got, wanted[2]);
}

static void check_query(const figures *f)
{
    size_t relevant = (size_t)f->field[0];
    uint32_t rank[MOST_FIELDS];

    assert_int_equal(f->count, 2 + 2 * relevant + 3);
    for (size_t i = 0; i < relevant; i++)
        rank[i] = (uint32_t)f->field[2 + i];
    compare_query(rank, f->field + 2 + relevant, relevant, (size_t)f->field[1],
                  f->field + 2 + 2 * relevant);
}

static void check_query_drawn(const figures *f)
{
    uint64_t state = (uint64_t)f->field[0];
    size_t relevant = (size_t)f->field[1], step = (size_t)f->field[2];
    uint32_t *rank = room(relevant, sizeof *rank);
    double *grade = room(relevant, sizeof *grade);

    for (size_t i = 0; i < relevant; i++) {
        double place = draw(&state), lost = draw(&state), g = draw(&state);
        size_t within = (size_t)(place * (double)step);
        rank[i] = lost < 0.2 ? 0 : (uint32_t)(1 + i * step + within);
        grade[i] = 1 + floor(g * 3);
    }
    compare_query(rank, grade, relevant, (size_t)f->field[3], f->field + 4);
    free(rank);
    free(grade);
}

static void queries(void **state)
{
    const uint32_t far[] = { UINT32_MAX };
    const double one[] = { 1 };
    double got = 7;

    (void)state;
    each_row("scores.tsv", "query", check_query);
    each_row("scores.tsv", "query_drawn", check_query_drawn);
    compare_query(NULL, NULL, 0, 10, (const double[]){ 0, 0, 0 });
    compare_query(far, one, 1, 0, (const double[]){ 1.0 / UINT32_MAX, 1.0 / UINT32_MAX, 1.0 / 32 });
    assert_int_equal(thresh_reciprocal_rank(&got, far, SIZE_MAX), THRESH_ENOMEM);
    assert_int_equal(thresh_query_average_precision(&got, far, SIZE_MAX), THRESH_ENOMEM);
    assert_int_equal(thresh_ndcg(&got, far, one, SIZE_MAX, 0), THRESH_ENOMEM);
}

static void no_query(void **state)
{
    const uint32_t twice[] = { 4, 0, 9, 0, 4 }, once[] = { 1, 2 };
    const double grades[] = { 1, 1, 1, 1, 1 };
    const double bad[][2] = {
        { 1, 0 }, { -1, 1 }, { NAN, 1 }, { 1, INFINITY }, { DBL_MAX, DBL_MAX }
    };
    double out = 7;

    (void)state;
    assert_int_equal(thresh_reciprocal_rank(&out, twice, 5), THRESH_EDOMAIN);
    assert_int_equal(thresh_query_average_precision(&out, twice, 5), THRESH_EDOMAIN);
    assert_int_equal(thresh_ndcg(&out, twice, grades, 5, 1), THRESH_EDOMAIN);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(thresh_ndcg(&out, once, bad[i], 2, 0), THRESH_EDOMAIN);
    assert_true(out == 7);
    /* without the fifth no place is taken twice */
    assert_int_equal(thresh_reciprocal_rank(&out, twice, 4), THRESH_OK);
}

/* --- moments, quantiles, regressions --- */

static void compare_moments(const double *b, const double *c, size_t n, const double *wanted)
{
    thresh_pair_moments m;

    assert_int_equal(thresh_moments_paired(&m, b, c, n), THRESH_OK);
    near_in_digits(m.mean_b, wanted[0]);
    near_in_digits(m.mean_c, wanted[1]);
    near_in_digits(m.var_b, wanted[2]);
    near_in_digits(m.var_c, wanted[3]);
    near_in_digits(m.cov, wanted[4]);
}

static void check_moments(const figures *f)
{
    size_t n = (size_t)f->field[0];

    assert_int_equal(f->count, 1 + 2 * n + 5);
    compare_moments(f->field + 1, f->field + 1 + n, n, f->field + 1 + 2 * n);
}

/* `x` gets n pairs, those of one side after those of the other; the caller frees it. */
static double *drawn_pairs(const figures *f, size_t *n)
{
    uint64_t state = (uint64_t)f->field[0];
    double offset = f->field[2], scale = f->field[3], *x;

    *n = (size_t)f->field[1];
    x = room(2 * *n, sizeof *x);
    for (size_t i = 0; i < *n; i++) {
        double u = draw(&state), v = draw(&state);
        x[i] = scale * u;
        x[i] += offset;
        x[*n + i] = scale * (v < 0.5 ? u : v);
        x[*n + i] += offset;
    }
    return x;
}

static void check_moments_drawn(const figures *f)
{
    size_t n;
    double *x = drawn_pairs(f, &n);

    compare_moments(x, x + n, n, f->field + 4);
    free(x);
}

static void moments(void **state)
{
    thresh_pair_moments m;
    double same[49], other[49];

    (void)state;
    each_row("scores.tsv", "moments", check_moments);
    each_row("scores.tsv", "moments_drawn", check_moments_drawn);
    /* equal values vary by nothing at all, though a 49th of 49 times 0.1 need not be 0.1 */
    for (size_t n = 1; n <= COUNT(same); n++) {
        same[n - 1] = 0.1;
        other[n - 1] = (double)n / 49;
        assert_int_equal(thresh_moments_paired(&m, same, other, n), THRESH_OK);
        assert_true(m.var_b == 0 && fabs(m.cov) < 1e-30);
        assert_true(n == 1 ? m.var_c == 0 : m.var_c > 0);
    }
}

static void check_quantile(const figures *f)
{
    size_t n = (size_t)f->field[0];
    double x[MOST_FIELDS], got;

    assert_int_equal(f->count, 2 + n + 1);
    memcpy(x, f->field + 2, n * sizeof *x);
    assert_int_equal(thresh_quantile(&got, x, n, f->field[1]), THRESH_OK);
    near(got, f->field[2 + n]);
}

static void check_quantile_drawn(const figures *f)
{
    uint64_t state = (uint64_t)f->field[0];
    size_t n = (size_t)f->field[1];
    double levels = f->field[2], *x = room(n, sizeof *x), got;

    for (size_t i = 0; i < n; i++) {
        double u = draw(&state);
        x[i] = levels > 0 ? floor(u * levels) : u;
    }
    assert_int_equal(thresh_quantile(&got, x, n, f->field[3]), THRESH_OK);
    near(got, f->field[4]);
    free(x);
}

static void quantiles(void **state)
{
    double far[] = { -DBL_MAX, DBL_MAX }, got;

    (void)state;
    each_row("scores.tsv", "quantile", check_quantile);
    each_row("scores.tsv", "quantile_drawn", check_quantile_drawn);
    assert_int_equal(thresh_quantile(&got, far, 2, 0.5), THRESH_OK);
    assert_true(got == 0);
}

static void compare_regression(const double *actual, const double *predicted, size_t n,
                               const double *wanted)
{
    thresh_regression got;

    assert_int_equal(thresh_regression_scores(&got, actual, predicted, n), THRESH_OK);
    near_in_digits(got.mae, wanted[0]);
    near_in_digits(got.rmse, wanted[1]);
    near(got.r2, wanted[2]);
}

static void check_regression(const figures *f)
{
    size_t n = (size_t)f->field[0];

    assert_int_equal(f->count, 1 + 2 * n + 3);
    compare_regression(f->field + 1, f->field + 1 + n, n, f->field + 1 + 2 * n);
}

static void check_regression_drawn(const figures *f)
{
    size_t n;
    double *x = drawn_pairs(f, &n);

    compare_regression(x, x + n, n, f->field + 4);
    free(x);
}

static void regressions(void **state)
{
    const double actual[] = { 0.1, 0.1, 0.1 }, off[] = { 0.1, 0.1, 0.2 };
    thresh_regression got;

    (void)state;
    each_row("scores.tsv", "regression", check_regression);
    each_row("scores.tsv", "regression_drawn", check_regression_drawn);
    assert_int_equal(thresh_regression_scores(&got, actual, off, 1), THRESH_OK);
    assert_true(got.mae == 0 && got.rmse == 0 && isnan(got.r2));
    /* values that do not vary, whatever rounding makes of their mean */
    assert_int_equal(thresh_regression_scores(&got, actual, off, 3), THRESH_OK);
    assert_true(got.r2 == 0);
    assert_int_equal(thresh_regression_scores(&got, actual, actual, 3), THRESH_OK);
    assert_true(got.r2 == 1);
}

static void no_moments(void **state)
{
    const double plain[] = { 1, 2 }, nan[] = { 1, NAN }, inf[] = { 1, -INFINITY };
    const double largest[] = { DBL_MAX, DBL_MAX }, apart[] = { 1e200, -1e200 };
    const double *const bad[] = { nan, inf, largest, apart };
    thresh_pair_moments m = { .mean_b = 7 };
    thresh_regression r = { .mae = 7 };

    (void)state;
    assert_int_equal(thresh_moments_paired(&m, NULL, NULL, 0), THRESH_EDOMAIN);
    assert_int_equal(thresh_regression_scores(&r, NULL, NULL, 0), THRESH_EDOMAIN);
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(thresh_moments_paired(&m, bad[i], plain, 2), THRESH_EDOMAIN);
        assert_int_equal(thresh_moments_paired(&m, plain, bad[i], 2), THRESH_EDOMAIN);
        assert_int_equal(thresh_regression_scores(&r, bad[i], plain, 2), THRESH_EDOMAIN);
        assert_int_equal(thresh_regression_scores(&r, plain, bad[i], 2), THRESH_EDOMAIN);
    }
    assert_true(m.mean_b == 7 && r.mae == 7);
}

static void no_quantile(void **state)
{
    double plain[] = { 1, 2 }, nan[] = { NAN, 1 }, inf[] = { 1, INFINITY }, out = 7;

    (void)state;
    assert_int_equal(thresh_quantile(&out, NULL, 0, 0.5), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile(&out, plain, 2, -0.01), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile(&out, plain, 2, 1.01), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile(&out, plain, 2, NAN), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile(&out, nan, 2, 0.5), THRESH_EDOMAIN);
    assert_int_equal(thresh_quantile(&out, inf, 2, 0.5), THRESH_EDOMAIN);
    assert_true(out == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_class),    cmocka_unit_test(classes),
        cmocka_unit_test(large_counts), cmocka_unit_test(no_confusion_matrix),
        cmocka_unit_test(rankings),     cmocka_unit_test(probabilities),
        cmocka_unit_test(no_ranking),   cmocka_unit_test(no_probability),
        cmocka_unit_test(queries),      cmocka_unit_test(no_query),
        cmocka_unit_test(moments),      cmocka_unit_test(quantiles),
        cmocka_unit_test(regressions),  cmocka_unit_test(no_moments),
        cmocka_unit_test(no_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
