/* Resampling and DeLong's variance against figures of SciPy (../reference/bootstrap.py). The seed
 * is fixed: what is within the Monte-Carlo error once always is. */
#include "figures.h"

#include "stats/percentiles.h"
#include "stats/random.h"
#include "thresh/bootstrap.h"
#include "thresh/scores.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <pthread.h>
#include <stdlib.h>

#define REFERENCE "../../reference/bootstrap.tsv"

enum { RESAMPLES = 100000, MOST = 2000 }; /* as in bootstrap.py; the most samples of a row there */

/* The generator of bootstrap.py. Each product stands alone: nothing may be fused. */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

/* --- the generator --- */

static void generator(void **state)
{
    /* of the authors' splitmix64.c with 1234567, and of their xoshiro256starstar.c */
    static const uint64_t split[] = { 6457827717110365317U, 3203168211198807973U,
                                      9817491932198370423U, 4593380528125082431U,
                                      16408922859458223821U };
    static const uint64_t stars[] = { 11520,
                                      0,
                                      1509978240,
                                      1215971899390074240,
                                      1216172134540287360,
                                      607988272756665600,
                                      16172922978634559625U,
                                      8476171486693032832,
                                      10595114339597558777U,
                                      2904607092377533576 };
    uint64_t seed = 1234567;
    random_stream r = { { 1, 2, 3, 4 } }, second = random_start(1234567, 1);

    (void)state;
    for (size_t i = 0; i < COUNT(split); i++)
        assert_int_equal(random_splitmix(&seed), split[i]);
    assert_int_equal(second.s[0], split[4]);
    for (size_t i = 0; i < COUNT(stars); i++)
        assert_int_equal(random_next(&r), stars[i]);
}

static void logarithm(void **state)
{
    uint64_t s = 1;

    (void)state;
    assert_true(random_log(1) == 0);
    for (int i = 0; i < 100000; i++) {
        double x = ldexp(1 + draw(&s), (int)(40 * draw(&s)) - 20);
        near_to(random_log(x), log(x), 4 * DBL_EPSILON * fabs(log(x)) + 1e-300);
    }
    near_to(random_log(0x1p-53), -53 * log(2), 1e-14);
}

/* Chi-square over the values, those that less than 10 are expected of together. */
static void compare_binomial(uint64_t n, uint64_t part, uint64_t whole)
{
    enum { DRAWS = 200000, VALUES = 4096 };
    static double found[VALUES];
    random_stream r = random_start(7, n ^ part << 20);
    double p = (double)part / (double)whole, mean = 0, square = 0, chi = 0, freedom = -1;
    double rest = 0, rest_expected = 0, variance = (double)n * p * (1 - p);
    uint64_t base = (double)n * p > VALUES / 2 ? (uint64_t)((double)n * p) - VALUES / 2 : 0;

    memset(found, 0, sizeof found);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t k = random_binomial(&r, n, part, whole);
        double off = (double)k - (double)n * p;
        assert_true(k <= n);
        mean += off / DRAWS;
        square += off * off / DRAWS;
        if (k >= base && k < base + VALUES)
            found[k - base]++;
        else
            rest++;
    }
    near_to(mean, 0, 4 * sqrt(variance / DRAWS));
    near_to(square, variance, 4 * variance * sqrt((2 + 1 / variance) / DRAWS));
    for (uint64_t k = 0; k < VALUES; k++) {
        double expected = DRAWS * gsl_ran_binomial_pdf((unsigned)(base + k), p, (unsigned)n);
        if (expected < 10) {
            rest += found[k];
            rest_expected += expected;
        } else {
            chi += (found[k] - expected) * (found[k] - expected) / expected;
            freedom++;
        }
    }
    if (rest_expected >= 10) {
        chi += (rest - rest_expected) * (rest - rest_expected) / rest_expected;
        freedom++;
    }
    if (!(gsl_cdf_chisq_Q(chi, freedom) > 1e-3))
        fail_msg("binomial of %llu, %llu / %llu: chi-square %g, %g degrees of freedom",
                 (unsigned long long)n, (unsigned long long)part, (unsigned long long)whole, chi,
                 freedom);
}

static void binomial(void **state)
{
    static const uint64_t cases[][3] = {
        { 1, 1, 3 },
        { 5, 1, 2 },
        { 9, 9, 10 },
        { 40, 1, 5 },
        { 19, 1, 2 },
        { 20, 1, 2 },
        { 33, 2, 3 },
        { 100, 1, 10 },
        { 1000, 999, 1000 },
        { 1000, 3, 7 },
        { 100000, 1024, 99999 },
        { 1000000, 5, 1000000 },
        { 1000000, 12, 1000000 },
        { 1000000, 1, 2 },
        { UINT32_MAX, 1, 100000 },
    };
    random_stream r = random_start(1, 1), before = r;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        compare_binomial(cases[i][0], cases[i][1], cases[i][2]);
    /* what is certain takes no number */
    assert_int_equal(random_binomial(&r, 0, 1, 2), 0);
    assert_int_equal(random_binomial(&r, 9, 0, 2), 0);
    assert_int_equal(random_binomial(&r, 9, 2, 2), 9);
    assert_memory_equal(&r, &before, sizeof r);
}

static void indices(void **state)
{
    enum { DRAWS = 100001 };
    static uint16_t index[DRAWS];
    random_stream r = random_start(3, 0);

    (void)state;
    for (unsigned bits = 1; bits <= 10; bits++) {
        double chi = 0, cells = 1 << bits, found[1 << 10] = { 0 };
        random_indices(&r, index, DRAWS, bits);
        for (size_t i = 0; i < DRAWS; i++) {
            assert_true(index[i] < cells);
            found[index[i]]++;
        }
        for (size_t i = 0; i < (size_t)cells; i++)
            chi += (found[i] - DRAWS / cells) * (found[i] - DRAWS / cells) / (DRAWS / cells);
        assert_true(gsl_cdf_chisq_Q(chi, cells - 1) > 1e-3);
    }
}

/* --- figures --- */

/* The pairs of bootstrap.py. */
static void draw_pairs(double *b, double *c, size_t n, uint64_t seed, int shape)
{
    uint64_t s = seed;

    for (size_t i = 0; i < n; i++) {
        double u = draw(&s), v = draw(&s), w = draw(&s);
        switch (shape) {
        case 0:
            b[i] = u < 0.8;
            c[i] = (v < 0.9 ? u : w) < 0.78;
            break;
        case 1:
            b[i] = floor(5 * u);
            c[i] = floor(5 * (v < 0.7 ? u : w));
            break;
        case 2:
            b[i] = u + v;
            c[i] = u + w - 0.05;
            break;
        default:
            b[i] = 1 + 10 * u * u * u * u + v;
            c[i] = 1 + 8 * u * u * u * u + w;
        }
    }
}

/* Low, high and standard error, each with what it may be off by. */
static void compare_interval(const thresh_bootstrap *got, const double *wanted)
{
    near_to(got->low, wanted[0], wanted[1] + 1e-9);
    near_to(got->high, wanted[2], wanted[3] + 1e-9);
    near_to(got->se, wanted[4], wanted[5] + 1e-9);
    assert_int_equal(got->replicates, RESAMPLES);
    assert_int_equal(got->undefined, 0);
}

static void check_means(const figures *f)
{
    static double b[MOST], c[MOST];
    size_t n = (size_t)f->field[2];
    thresh_contrast contrast = f->field[0] > 0 ? THRESH_RATIO : THRESH_DIFFERENCE;
    thresh_bootstrap_options o = { .replicates = RESAMPLES, .seed = 9, .confidence = f->field[4] };
    thresh_bootstrap got;

    assert_int_equal(f->count, 7 + 12);
    draw_pairs(b, c, n, (uint64_t)f->field[1], (int)f->field[3]);
    assert_int_equal(thresh_bootstrap_means(&got, contrast, b, c, n, &o), THRESH_OK);
    assert_int_equal(got.method, THRESH_BOOTSTRAP_BCA);
    near_to(got.estimate, f->field[5], 1e-14);
    near_to(got.acceleration, f->field[6], 1e-9 * fabs(f->field[6]));
    compare_interval(&got, f->field + 7);
    o.method = THRESH_BOOTSTRAP_PERCENTILE;
    assert_int_equal(thresh_bootstrap_means(&got, contrast, b, c, n, &o), THRESH_OK);
    assert_int_equal(got.method, THRESH_BOOTSTRAP_PERCENTILE);
    assert_true(got.bias == 0 && got.acceleration == 0);
    compare_interval(&got, f->field + 13);
}

static void check_quantiles(const figures *f)
{
    static double b[MOST], c[MOST];
    size_t n = (size_t)f->field[2];
    thresh_bootstrap_options o = { .replicates = RESAMPLES, .seed = 9, .confidence = 0.95 };
    thresh_bootstrap got;

    assert_int_equal(f->count, 6 + 6);
    draw_pairs(b, c, n, (uint64_t)f->field[1], (int)f->field[3]);
    assert_int_equal(thresh_bootstrap_quantiles(&got,
                                                f->field[0] > 0 ? THRESH_RATIO : THRESH_DIFFERENCE,
                                                b, c, n, f->field[4], &o),
                     THRESH_OK);
    assert_int_equal(got.method, THRESH_BOOTSTRAP_PERCENTILE);
    near_to(got.estimate, f->field[5], 1e-14);
    compare_interval(&got, f->field + 6);
}

static void perplexity(void *context, void *scratch, const double *totals, double *out)
{
    (void)context;
    (void)scratch;
    *out = exp(totals[1] / totals[2]) - exp(totals[0] / totals[2]);
}

static void check_sums(const figures *f)
{
    static double b[MOST], c[MOST], rows[3 * MOST];
    size_t n = (size_t)f->field[1];
    uint64_t seed = (uint64_t)f->field[0], s = seed + 1000;
    thresh_bootstrap_options o = { .replicates = RESAMPLES, .seed = 9, .confidence = 0.95 };
    thresh_bootstrap got;

    assert_int_equal(f->count, 5 + 6);
    draw_pairs(b, c, n, seed, (int)f->field[2]);
    for (size_t i = 0; i < n; i++) {
        rows[3 * i] = b[i];
        rows[3 * i + 1] = c[i];
        rows[3 * i + 2] = 1 + floor(4 * draw(&s));
    }
    assert_int_equal(thresh_bootstrap_sums(&got, 1, rows, n, 3, perplexity, NULL, &o), THRESH_OK);
    assert_int_equal(got.method, THRESH_BOOTSTRAP_BCA);
    near_to(got.estimate, f->field[3], 1e-13);
    near_to(got.acceleration, f->field[4], 1e-9 * fabs(f->field[4]));
    compare_interval(&got, f->field + 5);
}

static thresh_classification classify(const uint64_t *counts, int candidate)
{
    thresh_class_counts classes[2] = { { 0 } };
    thresh_classification k = { 0 };

    for (unsigned cell = 0; cell < 8; cell++) {
        unsigned label = cell >> 2, said = candidate ? cell & 1 : cell >> 1 & 1;
        classes[label].actual += counts[cell];
        classes[said].predicted += counts[cell];
        classes[label].correct += label == said ? counts[cell] : 0;
    }
    assert_int_equal(thresh_classification_scores(&k, classes, 2), THRESH_OK);
    k.macro = thresh_class_scores(classes[1]);
    return k;
}

/* Differences of the F1 of class 1, and of Matthews' coefficient. */
static void two_figures(void *context, void *scratch, const uint64_t *counts, double *out)
{
    thresh_classification b = classify(counts, 0), c = classify(counts, 1);

    (void)context;
    (void)scratch;
    out[0] = b.macro.f1 - c.macro.f1;
    out[1] = b.mcc - c.mcc;
}

static void check_counts(const figures *f)
{
    uint64_t counts[8];
    thresh_bootstrap_options o = { .replicates = RESAMPLES, .seed = 9, .confidence = 0.95 };
    thresh_bootstrap got[2];

    assert_int_equal(f->count, 8 + 2 * 8);
    for (size_t i = 0; i < 8; i++)
        counts[i] = (uint64_t)f->field[i];
    assert_int_equal(thresh_bootstrap_counts(got, 2, counts, 8, two_figures, NULL, &o), THRESH_OK);
    for (size_t k = 0; k < 2; k++) {
        const double *wanted = f->field + 8 + 8 * k;
        assert_int_equal(got[k].method, THRESH_BOOTSTRAP_BCA);
        near_to(got[k].estimate, wanted[0], 1e-13);
        near_to(got[k].acceleration, wanted[1], 1e-9 * fabs(wanted[1]));
        compare_interval(&got[k], wanted + 2);
    }
}

static void check_delong(const figures *f)
{
    static double b[MOST], c[MOST];
    static unsigned char positive[MOST];
    uint64_t s = (uint64_t)f->field[0];
    size_t n = (size_t)f->field[1];
    double levels = f->field[2];
    const double *wanted = f->field + 4;
    thresh_auc_pair got;

    assert_int_equal(f->count, 4 + 8);
    for (size_t i = 0; i < n; i++) {
        double u = draw(&s), v = draw(&s), w = draw(&s), x = draw(&s);
        b[i] = u + 0.3 * v;
        c[i] = u + 0.4 * w - 0.5;
        positive[i] = x < u;
        if (levels > 0) {
            b[i] = floor(b[i] * levels) / levels;
            c[i] = floor(c[i] * levels) / levels;
        }
    }
    assert_int_equal(thresh_auc_delong(&got, b, c, positive, n, f->field[3]), THRESH_OK);
    near_to(got.auc_b, wanted[0], 1e-12);
    near_to(got.auc_c, wanted[1], 1e-12);
    near_to(got.var_b, wanted[2], 1e-9 * wanted[2]);
    near_to(got.var_c, wanted[3], 1e-9 * wanted[3]);
    near_to(got.cov, wanted[4], 1e-9 * fabs(wanted[4]));
    near_to(got.se, wanted[5], 1e-9 * wanted[5]);
    near_to(got.interval.low, wanted[6], 1e-9);
    near_to(got.interval.high, wanted[7], 1e-9);
    assert_true(got.difference == got.auc_b - got.auc_c);
}

static void means(void **state)
{
    (void)state;
    each_row(REFERENCE, "means", check_means);
}
static void quantiles(void **state)
{
    (void)state;
    each_row(REFERENCE, "quantiles", check_quantiles);
}
static void sums(void **state)
{
    (void)state;
    each_row(REFERENCE, "sums", check_sums);
}
static void counts(void **state)
{
    (void)state;
    each_row(REFERENCE, "counts", check_counts);
}
static void delong(void **state)
{
    (void)state;
    each_row(REFERENCE, "delong", check_delong);
}

/* --- the same for any number of threads, and on any machine --- */

enum { PAIRS = 3000 };
static double pairs_b[PAIRS], pairs_c[PAIRS];

static void dense_counts(thresh_bootstrap *out, const thresh_bootstrap_options *o)
{
    static const uint64_t table[] = { 600, 40, 0, 50, 3, 0, 10, 280 };

    assert_int_equal(thresh_bootstrap_counts(out, 2, table, 8, two_figures, NULL, o), THRESH_OK);
}

/* Moments of a table whose samples are drawn, the cells being many; works in its scratch. */
static void moments(void *context, void *scratch, const uint64_t *table, double *out)
{
    double *share = scratch, n = 0;

    (void)context;
    for (size_t i = 0; i < 300; i++)
        n += share[i] = (double)table[i];
    out[0] = out[1] = 0;
    for (size_t i = 0; i < 300; i++)
        out[0] += share[i] / n * (double)i;
    for (size_t i = 0; i < 300; i++)
        out[1] += share[i] / n * ((double)i - out[0]) * ((double)i - out[0]);
}

static void sparse_counts(thresh_bootstrap *out, const thresh_bootstrap_options *o)
{
    uint64_t table[300], s = 5;
    thresh_bootstrap_options with = *o;

    for (size_t i = 0; i < COUNT(table); i++)
        table[i] = (uint64_t)(20 * draw(&s));
    with.scratch = sizeof(double[300]);
    assert_int_equal(thresh_bootstrap_counts(out, 2, table, 300, moments, NULL, &with), THRESH_OK);
}

static void few_means(thresh_bootstrap *out, const thresh_bootstrap_options *o)
{
    draw_pairs(pairs_b, pairs_c, PAIRS, 51, 0);
    assert_int_equal(thresh_bootstrap_means(out, THRESH_DIFFERENCE, pairs_b, pairs_c, PAIRS, o),
                     THRESH_OK);
}
static void continuous_means(thresh_bootstrap *out, const thresh_bootstrap_options *o)
{
    draw_pairs(pairs_b, pairs_c, PAIRS, 51, 3);
    assert_int_equal(thresh_bootstrap_means(out, THRESH_DIFFERENCE, pairs_b, pairs_c, PAIRS, o),
                     THRESH_OK);
}
static void ratios(thresh_bootstrap *out, const thresh_bootstrap_options *o)
{
    draw_pairs(pairs_b, pairs_c, PAIRS, 51, 2);
    assert_int_equal(thresh_bootstrap_means(out, THRESH_RATIO, pairs_b, pairs_c, PAIRS, o),
                     THRESH_OK);
}
static void percentiles(thresh_bootstrap *out, const thresh_bootstrap_options *o)
{
    draw_pairs(pairs_b, pairs_c, PAIRS, 51, 3);
    assert_int_equal(
        thresh_bootstrap_quantiles(out, THRESH_DIFFERENCE, pairs_b, pairs_c, PAIRS, 0.99, o),
        THRESH_OK);
}
/* Of the rows as k = 10 columns; x / 2 keeps the sums what they are. */
static void tenth_less_first(void *context, void *scratch, const double *totals, double *out)
{
    (void)context;
    (void)scratch;
    out[0] = totals[9] - totals[0];
    out[1] = totals[5] * 0.5;
}
static void wide_sums(thresh_bootstrap *out, const thresh_bootstrap_options *o)
{
    draw_pairs(pairs_b, pairs_c, PAIRS, 51, 2);
    assert_int_equal(
        thresh_bootstrap_sums(out, 2, pairs_b, PAIRS / 10, 10, tenth_less_first, NULL, o),
        THRESH_OK);
}

static void same_bytes(const thresh_bootstrap *a, const thresh_bootstrap *b)
{
    assert_memory_equal(&a->estimate, &b->estimate, sizeof a->estimate);
    assert_memory_equal(&a->low, &b->low, sizeof a->low);
    assert_memory_equal(&a->high, &b->high, sizeof a->high);
    assert_memory_equal(&a->se, &b->se, sizeof a->se);
    assert_memory_equal(&a->bias, &b->bias, sizeof a->bias);
    assert_memory_equal(&a->acceleration, &b->acceleration, sizeof a->acceleration);
    assert_int_equal(a->method, b->method);
    assert_int_equal(a->undefined, b->undefined);
}

static void threads(void **state)
{
    static void (*const runs[])(thresh_bootstrap * out, const thresh_bootstrap_options *o) = {
        few_means, continuous_means, ratios, percentiles, dense_counts, sparse_counts, wide_sums
    };
    thresh_bootstrap_options o = { .replicates = 1003, .seed = 4, .confidence = 0.95 };
    thresh_bootstrap one[2], more[2], other[2];

    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        memset(one, 0, sizeof one);
        memset(more, 0, sizeof more);
        o.seed = 4;
        o.threads = 0;
        runs[i](one, &o);
        for (o.threads = 1; o.threads <= 3; o.threads++) {
            runs[i](more, &o);
            same_bytes(&one[0], &more[0]);
            same_bytes(&one[1], &more[1]);
        }
        o.threads = SIZE_MAX;
        runs[i](more, &o);
        same_bytes(&one[0], &more[0]);
        assert_int_equal(more[0].seed, 4);
        o.seed = 5;
        runs[i](other, &o);
        assert_true(other[0].se != one[0].se && other[0].estimate == one[0].estimate);
    }
}

/* What a machine that fused, or rounded otherwise, would not get: of the percentile bounds every
 * bit comes from the draws. By counts, by blocks, and by rejection in the binomials of both. */
static void any_machine(void **state)
{
    thresh_bootstrap_options o = {
        .replicates = 1000, .seed = 1, .confidence = 0.95, .method = THRESH_BOOTSTRAP_PERCENTILE
    };
    thresh_bootstrap got[2];

    (void)state;
    few_means(got, &o);
    assert_true(got->low == 0x1.26e978d4fdf3bp-7 && got->high == 0x1.5d867c3ece2a5p-6);
    continuous_means(got, &o);
    assert_true(got->low == 0x1.75b442938db35p-2 && got->high == 0x1.9d200edbd0191p-2);
    sparse_counts(got, &o);
    assert_true(got->low == 0x1.2c1e2be2be2c1p+7 && got->high == 0x1.36b64ff0a1f2fp+7);
}

/* --- one way and the other --- */

/* A hair added makes the pairs differ: they are resampled one by one, not by their counts. */
static void few_as_many(void **state)
{
    thresh_bootstrap_options o = { .replicates = 20000, .seed = 2, .confidence = 0.95 };
    thresh_bootstrap few, many;

    (void)state;
    few_means(&few, &o);
    for (size_t i = 0; i < PAIRS; i++)
        pairs_b[i] += 1e-9 * (double)i / PAIRS;
    assert_int_equal(thresh_bootstrap_means(&many, THRESH_DIFFERENCE, pairs_b, pairs_c, PAIRS, &o),
                     THRESH_OK);
    near_to(few.se, many.se, 0.03 * few.se);
    near_to(few.low, many.low, 0.1 * few.se);
    near_to(few.high, many.high, 0.1 * few.se);
    near_to(few.acceleration, many.acceleration, 1e-6);
}

/* The standard error that infinitely many resamples would have is the root of the sum of squared
 * deviations, over n; a sample's has a relative error of the root of 1 / 2B. */
static void closed_forms(void **state)
{
    thresh_bootstrap_options o = { .replicates = 20000, .seed = 3, .confidence = 0.95 };
    double tolerance = 4 / sqrt(2.0 * 20000);
    thresh_pair_moments m;
    thresh_bootstrap got;

    (void)state;
    for (int shape = 0; shape < 4; shape++)
        for (size_t n = 2; n <= PAIRS; n = 3 * n + 1) {
            double spread;
            draw_pairs(pairs_b, pairs_c, n, 61, shape);
            pairs_b[0] += 1; /* that two pairs differ */
            assert_int_equal(thresh_moments_paired(&m, pairs_b, pairs_c, n), THRESH_OK);
            spread = sqrt((m.var_b + m.var_c - 2 * m.cov) * (double)(n - 1)) / (double)n;
            assert_int_equal(
                thresh_bootstrap_means(&got, THRESH_DIFFERENCE, pairs_b, pairs_c, n, &o),
                THRESH_OK);
            near_to(got.se, spread, tolerance * spread);
            near_to(got.estimate, m.mean_b - m.mean_c, 1e-14 * 10);
            assert_true(got.low <= got.estimate && got.estimate <= got.high);
        }
}

/* With all pairs of one cell but one, the number that a resample has of it is binomial. */
static void one_in_a_million(void **state)
{
    static double b[1000000], c[1000000];
    thresh_bootstrap_options o = { .replicates = RESAMPLES,
                                   .confidence = 0.99,
                                   .method = THRESH_BOOTSTRAP_PERCENTILE };
    thresh_bootstrap got;

    (void)state;
    for (size_t i = 0; i < COUNT(b); i++)
        b[i] = c[i] = i % 3 == 0;
    b[7] = 1;
    c[7] = 0;
    assert_int_equal(thresh_bootstrap_means(&got, THRESH_DIFFERENCE, b, c, COUNT(b), &o),
                     THRESH_OK);
    /* Poisson of 1: P(X <= 3) = 0.981, P(X <= 4) = 0.996 */
    assert_true(got.low == 0 && got.high == 4e-6 && got.estimate == 1e-6);
    near_to(got.se, 1e-6, 2e-8);
}

/* Drawing the end of the order first changes nothing but the draws. */
static void reach(void **state)
{
    static const double qs[] = { 0.01, 0.3, 0.5, 0.9, 0.99 };
    thresh_bootstrap_options o = { .replicates = 10000, .confidence = 0.95 };
    const size_t some_pairs = PAIRS / 3;
    thresh_bootstrap all, some;

    (void)state;
    draw_pairs(pairs_b, pairs_c, some_pairs, 71, 3);
    for (size_t i = 0; i < COUNT(qs); i++) {
        /* so few that every second resample has to look beyond them */
        size_t least = (size_t)(fmin(qs[i], 1 - qs[i]) * (double)some_pairs) + 2;
        assert_int_equal(quantiles_within(&all, THRESH_DIFFERENCE, pairs_b, pairs_c, some_pairs,
                                          qs[i], some_pairs, &o),
                         THRESH_OK);
        assert_int_equal(quantiles_within(&some, THRESH_DIFFERENCE, pairs_b, pairs_c, some_pairs,
                                          qs[i], least, &o),
                         THRESH_OK);
        near_to(some.se, all.se, 0.04 * all.se);
        near_to(some.low, all.low, 0.12 * all.se);
        near_to(some.high, all.high, 0.12 * all.se);
        assert_int_equal(thresh_bootstrap_quantiles(&some, THRESH_DIFFERENCE, pairs_b, pairs_c,
                                                    some_pairs, qs[i], &o),
                         THRESH_OK);
        near_to(some.se, all.se, 0.04 * all.se);
        assert_true(some.estimate == all.estimate);
    }
}

/* --- what there is to say of little --- */

static void without_variance(void **state)
{
    const double b[] = { 0.3, 0.3, 0.3 }, c[] = { 0.1, 0.1, 0.1 }, right[] = { 0, 1, 1 };
    thresh_bootstrap got;

    (void)state;
    for (int ratio = 0; ratio < 2; ratio++) {
        thresh_contrast contrast = ratio ? THRESH_RATIO : THRESH_DIFFERENCE;
        double wanted = ratio ? 0.1 / 0.3 : 0.2;
        assert_int_equal(thresh_bootstrap_means(&got, contrast, b, c, 3, NULL), THRESH_OK);
        near_to(got.estimate, wanted, 1e-15);
        assert_true(got.low == got.high && got.se == 0);
        near_to(got.low, wanted, 1e-15);
        assert_int_equal(got.method, THRESH_BOOTSTRAP_PERCENTILE);
        assert_int_equal(got.replicates, 10000);
        assert_int_equal(thresh_bootstrap_quantiles(&got, contrast, b, c, 3, 0.9, NULL), THRESH_OK);
        near_to(got.low, wanted, 1e-15);
        assert_true(got.low == got.high && got.se == 0);
    }
    /* equal files: no pair differs */
    assert_int_equal(thresh_bootstrap_means(&got, THRESH_DIFFERENCE, right, right, 3, NULL),
                     THRESH_OK);
    assert_true(got.low == 0 && got.high == 0 && got.estimate == 0 && got.se == 0);
}

/* Two files of which one is the other with a shift: what is left differs by rounding alone. */
static void nearly_without(void **state)
{
    thresh_bootstrap got;

    (void)state;
    draw_pairs(pairs_b, pairs_c, PAIRS, 81, 2);
    for (size_t i = 0; i < PAIRS; i++)
        pairs_c[i] = pairs_b[i] - 0.1;
    assert_int_equal(thresh_bootstrap_means(&got, THRESH_DIFFERENCE, pairs_b, pairs_c, PAIRS, NULL),
                     THRESH_OK);
    near_to(got.low, 0.1, 1e-15);
    near_to(got.high, 0.1, 1e-15);
}

static void untouched(const thresh_bootstrap *out)
{
    assert_true(out->estimate == 7 && out->low == 8);
}

static void bad_options(void **state)
{
    static const thresh_bootstrap_options bad[] = {
        { .confidence = 0 },
        { .confidence = 0.5 },
        { .confidence = 1 },
        { .confidence = NAN },
        { .confidence = 0.95, .replicates = 1 },
        { .confidence = 0.95, .method = THRESH_BOOTSTRAP_UNDEFINED },
    };
    const double b[] = { 1, 2, 3 }, c[] = { 1, 1, 2 };
    const uint64_t table[] = { 1, 2, 0, 0, 1, 0, 1, 4 };
    thresh_bootstrap out = { .estimate = 7, .low = 8 };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(thresh_bootstrap_means(&out, THRESH_DIFFERENCE, b, c, 3, &bad[i]),
                         THRESH_EDOMAIN);
        assert_int_equal(thresh_bootstrap_quantiles(&out, THRESH_RATIO, b, c, 3, 0.5, &bad[i]),
                         THRESH_EDOMAIN);
        assert_int_equal(thresh_bootstrap_sums(&out, 1, b, 3, 1, tenth_less_first, NULL, &bad[i]),
                         THRESH_EDOMAIN);
        assert_int_equal(thresh_bootstrap_counts(&out, 1, table, 8, two_figures, NULL, &bad[i]),
                         THRESH_EDOMAIN);
    }
    untouched(&out);
}

static void bad_data(void **state)
{
    const double plain[] = { 1, 2 }, nan[] = { 1, NAN }, inf[] = { INFINITY, 1 };
    const double most[] = { DBL_MAX, 1 }, least[] = { -DBL_MAX, 1 }, zero[] = { 0, 0 };
    const double sign[] = { 0, 1 };
    const uint64_t none[] = { 0, 0 }, one[] = { 0, 1 }, many[] = { UINT32_MAX, 1 };
    thresh_bootstrap out = { .estimate = 7, .low = 8 };
    const struct {
        const double *b, *c;
        size_t n;
    } bad[] = { { NULL, NULL, 0 },
                { plain, plain, 1 },
                { nan, plain, 2 },
                { plain, inf, 2 },
                { plain, plain, SIZE_MAX } };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        for (int ratio = 0; ratio < 2; ratio++) {
            thresh_contrast contrast = ratio ? THRESH_RATIO : THRESH_DIFFERENCE;
            assert_int_equal(
                thresh_bootstrap_means(&out, contrast, bad[i].b, bad[i].c, bad[i].n, NULL),
                THRESH_EDOMAIN);
            assert_int_equal(
                thresh_bootstrap_quantiles(&out, contrast, bad[i].b, bad[i].c, bad[i].n, 0.5, NULL),
                THRESH_EDOMAIN);
        }
    /* a difference beyond a double; a ratio to nothing, always or in every fourth resample */
    assert_int_equal(thresh_bootstrap_means(&out, THRESH_DIFFERENCE, most, least, 2, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_means(&out, THRESH_RATIO, zero, plain, 2, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_means(&out, THRESH_RATIO, sign, plain, 2, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_quantiles(&out, THRESH_RATIO, zero, plain, 2, 0.5, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_quantiles(&out, THRESH_RATIO, plain, plain, 2, NAN, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_quantiles(&out, THRESH_RATIO, plain, plain, 2, -0.1, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_sums(&out, 1, nan, 2, 1, tenth_less_first, NULL, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_sums(&out, 1, plain, 2, 0, tenth_less_first, NULL, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_sums(&out, 0, plain, 2, 1, tenth_less_first, NULL, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_counts(&out, 1, none, 2, two_figures, NULL, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_counts(&out, 1, one, 2, two_figures, NULL, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_counts(&out, 1, many, 2, two_figures, NULL, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_counts(&out, 0, many, 1, two_figures, NULL, NULL),
                     THRESH_EDOMAIN);
    assert_int_equal(thresh_bootstrap_counts(&out, 1, NULL, 0, two_figures, NULL, NULL),
                     THRESH_EDOMAIN);
    untouched(&out);
}

/* Of 0 and 1: the share of ones, which is always known; one over their number, which now and then
 * is not; the same of a cell that is empty; and 5. */
static void now_and_then(void *context, void *scratch, const uint64_t *table, double *out)
{
    (void)context;
    (void)scratch;
    out[0] = (double)table[1] / (double)(table[0] + table[1]);
    out[1] = 1 / (double)table[1];
    out[2] = 1 / (double)table[2];
    out[3] = 5;
}

static void undefined(void **state)
{
    /* none of the ones is drawn with a chance of exp(-6), or of exp(-2) */
    const uint64_t seldom[] = { 994, 6, 0 }, often[] = { 998, 2, 0 };
    thresh_bootstrap got[4];

    (void)state;
    assert_int_equal(thresh_bootstrap_counts(got, 4, seldom, 3, now_and_then, NULL, NULL),
                     THRESH_OK);
    assert_int_equal(got[0].method, THRESH_BOOTSTRAP_BCA);
    assert_int_equal(got[0].undefined, 0);
    assert_int_equal(got[1].method, THRESH_BOOTSTRAP_BCA);
    assert_in_range(got[1].undefined, 5, 60);
    assert_true(isfinite(got[1].low) && isfinite(got[1].high) && isfinite(got[1].se));
    assert_int_equal(got[2].method, THRESH_BOOTSTRAP_UNDEFINED);
    assert_int_equal(got[3].method, THRESH_BOOTSTRAP_PERCENTILE);
    assert_true(got[3].low == 5 && got[3].high == 5 && got[3].se == 0);
    assert_int_equal(thresh_bootstrap_counts(got, 4, often, 3, now_and_then, NULL, NULL),
                     THRESH_OK);
    assert_int_equal(got[0].method, THRESH_BOOTSTRAP_BCA);
    assert_int_equal(got[1].method, THRESH_BOOTSTRAP_UNDEFINED);
    assert_in_range(got[1].undefined, 1000, 1700);
    assert_true(got[1].low == 0 && got[1].high == 0 && got[1].estimate == 0);
}

/* --- progress --- */

typedef struct told {
    pthread_t thread;
    size_t calls, last, total;
} told;

static void tell(void *context, size_t done, size_t total)
{
    told *t = context;

    assert_true(pthread_equal(t->thread, pthread_self()));
    assert_true(done > t->last && done <= total);
    t->calls++;
    t->last = done;
    t->total = total;
}

static void progress(void **state)
{
    (void)state;
    for (size_t n = 0; n < 3; n++) {
        told t = { .thread = pthread_self() };
        thresh_bootstrap_options o = { .replicates = 1000,
                                       .confidence = 0.9,
                                       .threads = n,
                                       .progress = tell,
                                       .progress_context = &t };
        thresh_bootstrap got[2];
        dense_counts(got, &o);
        assert_int_equal(t.last, 1000);
        assert_int_equal(t.total, 1000);
        assert_true(t.calls > (n < 2 ? 10 : 0));
    }
}

/* --- two AUCs --- */

static void alike(void **state)
{
    const double b[] = { 1, 2, 3, 4, 5, 6 }, c[] = { -6, -5, -0.0, 0, 5, 7 };
    const unsigned char apart[] = { 0, 0, 0, 1, 1, 1 }, mixed[] = { 0, 1, 0, 1, 0, 1 };
    thresh_auc_pair got;

    (void)state;
    /* the same file twice, ranked with faults */
    assert_int_equal(thresh_auc_delong(&got, b, b, mixed, 6, 0.95), THRESH_OK);
    assert_true(got.var_b > 0 && got.var_b == got.var_c && got.var_b == got.cov);
    assert_true(got.se == 0 && got.interval.low == 0 && got.interval.high == 0);
    /* both without a fault */
    assert_int_equal(thresh_auc_delong(&got, b, b, apart, 6, 0.95), THRESH_OK);
    assert_true(got.auc_b == 1 && got.var_b == 0 && got.se == 0);
    /* -0 and 0 tie */
    assert_int_equal(thresh_auc_delong(&got, b, c, apart, 6, 0.95), THRESH_OK);
    near_to(got.auc_c, 8.5 / 9, 1e-15);
    assert_true(got.se > 0);
}

static void no_auc(void **state)
{
    const double plain[] = { 1, 2, 3, 4 }, nan[] = { 1, 2, NAN, 4 }, inf[] = { 1, INFINITY, 3, 4 };
    const unsigned char mixed[] = { 0, 0, 1, 1 }, single[] = { 0, 1, 1, 1 }, two[] = { 0, 0, 1, 2 };
    thresh_auc_pair out = { .auc_b = 7 };

    (void)state;
    assert_int_equal(thresh_auc_delong(&out, NULL, NULL, NULL, 0, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, plain, plain, mixed, 3, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, plain, plain, single, 4, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, plain, plain, two, 4, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, nan, plain, mixed, 4, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, plain, inf, mixed, 4, 0.95), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, plain, plain, mixed, 4, 0.5), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, plain, plain, mixed, 4, 1), THRESH_EDOMAIN);
    assert_int_equal(thresh_auc_delong(&out, plain, plain, mixed, SIZE_MAX, 0.95), THRESH_EDOMAIN);
    assert_true(out.auc_b == 7);
    assert_int_equal(thresh_auc_delong(&out, plain, plain, mixed, 4, 0.95), THRESH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generator),      cmocka_unit_test(logarithm),
        cmocka_unit_test(binomial),       cmocka_unit_test(indices),
        cmocka_unit_test(means),          cmocka_unit_test(quantiles),
        cmocka_unit_test(sums),           cmocka_unit_test(counts),
        cmocka_unit_test(delong),         cmocka_unit_test(threads),
        cmocka_unit_test(any_machine),    cmocka_unit_test(few_as_many),
        cmocka_unit_test(closed_forms),   cmocka_unit_test(one_in_a_million),
        cmocka_unit_test(reach),          cmocka_unit_test(without_variance),
        cmocka_unit_test(nearly_without), cmocka_unit_test(bad_options),
        cmocka_unit_test(bad_data),       cmocka_unit_test(undefined),
        cmocka_unit_test(progress),       cmocka_unit_test(alike),
        cmocka_unit_test(no_auc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
