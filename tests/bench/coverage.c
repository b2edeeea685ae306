/*
 * Simulated coverage of the intervals of statistics. For each method and each cell of a grid:
 *   cover    how often the interval of two bounds at 97.5 % holds the true difference: 95 % or so
 *   accept   how often the upper bound at 95 % lies below the true difference: a candidate that is
 *            exactly at the limit is accepted so often, 5 % or less
 *   reject   how often the lower bound at 95 % lies above it
 * For a test: how often it rejects, at 5 %, what is true; for a plan: how often the samples that it
 * says show what they should, 80 % or more.
 *
 * usage: bench_coverage REPLICATES
 */
#include "thresh/power.h"
#include "thresh/proportions.h"
#include "thresh/ranks.h"
#include "thresh/scores.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static gsl_rng *rng;
static size_t replicates;

/* --- counting and printing --- */

/* Both intervals of one sample. */
typedef struct bounds {
    thresh_interval at95, at975;
} bounds;

typedef struct cell {
    size_t done, covered, below, above;
} cell;

static void count(cell *c, bounds b, double truth)
{
    /* a bound that is the truth in decimal holds it, whatever the last digit says */
    const double tiny = 1e-12;

    c->done++;
    c->covered += b.at975.low <= truth + tiny && truth <= b.at975.high + tiny;
    c->below += b.at95.high < truth - tiny;
    c->above += b.at95.low > truth + tiny;
}

/* The extremes of a method, over cells with enough samples and over the others. */
typedef struct extremes {
    char method[40];
    double least_cover[2], most_cover[2], most_accept[2], most_reject[2];
    size_t cells[2];
} extremes;

static extremes table[40];
static size_t methods;

static double percent(size_t part, size_t whole)
{
    return 100 * (double)part / (double)whole;
}

/* `few`: the cell is small, which the extremes tell apart. */
static void report(const char *method, cell c, bool few, const char *format, ...)
{
    char setting[80];
    double cover = percent(c.covered, c.done), accept = percent(c.below, c.done);
    double reject = percent(c.above, c.done);
    extremes *e = table;
    va_list args;

    va_start(args, format);
    vsnprintf(setting, sizeof setting, format, args);
    va_end(args);
    printf("%-22s %-44s %6.2f  %6.2f  %6.2f%s\n", method, setting, cover, accept, reject,
           few ? "  few" : "");
    while (e < table + methods && strcmp(e->method, method) != 0)
        e++;
    if (e == table + methods) {
        methods++;
        snprintf(e->method, sizeof e->method, "%s", method);
        for (size_t k = 0; k < 2; k++)
            e->least_cover[k] = 100;
    }
    e->least_cover[few] = fmin(e->least_cover[few], cover);
    e->most_cover[few] = fmax(e->most_cover[few], cover);
    e->most_accept[few] = fmax(e->most_accept[few], accept);
    e->most_reject[few] = fmax(e->most_reject[few], reject);
    e->cells[few]++;
}

static void summarize(void)
{
    printf("\n%-22s %5s  %15s  %11s  %11s\n", "EXTREMES", "CELLS", "COVER", "MOST ACCEPT",
           "MOST REJECT");
    for (const extremes *e = table; e < table + methods; e++)
        for (size_t few = 0; few < 2; few++)
            if (e->cells[few] > 0)
                printf("%-22s %5zu  %6.2f - %6.2f  %11.2f  %11.2f%s\n", e->method, e->cells[few],
                       e->least_cover[few], e->most_cover[few], e->most_accept[few],
                       e->most_reject[few], few ? "  few" : "");
}

/* --- proportions --- */

/* Few: less than ten failures or successes are expected on a side; of pairs also that differ. */
static bool is_few(double n, double p_b, double p_c)
{
    return n * fmin(fmin(p_b, 1 - p_b), fmin(p_c, 1 - p_c)) < 10;
}

typedef thresh_status interval_of_four(thresh_interval *, double, double, double, double, double);

static bounds of_four(interval_of_four *function, double a, double b, double c, double d)
{
    bounds x;

    if (function(&x.at95, a, b, c, d, 0.95) != THRESH_OK
        || function(&x.at975, a, b, c, d, 0.975) != THRESH_OK)
        abort();
    return x;
}

static void independent(const char *method, interval_of_four *function, unsigned n_b, unsigned n_c,
                        double p_b, double p_c)
{
    /* the same counts come again: each interval is computed once */
    size_t width = n_c + 1;
    bounds *known = calloc((n_b + 1) * width, sizeof *known);
    cell c = { 0 };

    if (known == NULL)
        abort();
    for (size_t i = 0; i < replicates; i++) {
        unsigned x_b = gsl_ran_binomial(rng, p_b, n_b), x_c = gsl_ran_binomial(rng, p_c, n_c);
        bounds *b = &known[x_b * width + x_c];
        if (b->at95.low == 0 && b->at95.high == 0)
            *b = of_four(function, x_b, n_b, x_c, n_c);
        count(&c, *b, p_b - p_c);
    }
    free(known);
    report(method, c, is_few(fmin(n_b, n_c), p_b, p_c), "n %u, %u; p %g, %g", n_b, n_c, p_b, p_c);
}

/* Shares of both, only the base, only the candidate, none; false if there is no such table. */
static bool shares(double out[4], double p_b, double p_c, double correlation)
{
    double both = p_b * p_c + correlation * sqrt(p_b * (1 - p_b) * p_c * (1 - p_c));

    out[0] = both;
    out[1] = p_b - both;
    out[2] = p_c - both;
    out[3] = 1 - p_b - p_c + both;
    return out[0] >= 0 && out[1] >= -1e-12 && out[2] >= -1e-12 && out[3] >= 0;
}

static void paired(const char *method, interval_of_four *function, unsigned n, double p_b,
                   double p_c, double correlation)
{
    double share[4];
    unsigned x[4];
    cell c = { 0 };

    if (!shares(share, p_b, p_c, correlation))
        return;
    for (size_t i = 0; i < replicates; i++) {
        gsl_ran_multinomial(rng, 4, n, share, x);
        count(&c, of_four(function, x[0], x[1], x[2], x[3]), p_b - p_c);
    }
    report(method, c, is_few(n, p_b, p_c) || n * (share[1] + share[2]) < 10,
           "n %u; p %g, %g; correlation %g", n, p_b, p_c, correlation);
}

static void proportions(void)
{
    const unsigned sizes[] = { 20, 50, 200, 1000 };
    const double rates[] = { 0.5, 0.8, 0.95, 0.99 }, losses[] = { 0, 0.02, 0.1 };
    const double correlations[] = { 0, 0.5, 0.9 };

    for (size_t s = 0; s < COUNT(sizes); s++)
        for (size_t r = 0; r < COUNT(rates); r++)
            for (size_t l = 0; l < COUNT(losses); l++) {
                double p_b = rates[r], p_c = p_b - losses[l];
                independent("newcombe", thresh_two_proportions_newcombe, sizes[s], sizes[s], p_b,
                            p_c);
                independent("miettinen-nurminen", thresh_two_proportions_mn, sizes[s], sizes[s],
                            p_b, p_c);
                for (size_t k = 0; k < COUNT(correlations); k++) {
                    paired("tango", thresh_paired_proportions, sizes[s], p_b, p_c, correlations[k]);
                    paired("newcombe paired", thresh_paired_proportions_newcombe, sizes[s], p_b,
                           p_c, correlations[k]);
                }
            }
    independent("newcombe", thresh_two_proportions_newcombe, 50, 500, 0.9, 0.85);
    independent("miettinen-nurminen", thresh_two_proportions_mn, 50, 500, 0.9, 0.85);
}

/* Of a test `accept` and `reject` say how often it finds the candidate worse, or better. */
static void mcnemar(const char *method, thresh_status (*test)(thresh_p_values *, double, double))
{
    const unsigned sizes[] = { 20, 50, 200, 1000 };
    const double disagreements[] = { 0.02, 0.1, 0.3 };

    for (size_t s = 0; s < COUNT(sizes); s++)
        for (size_t k = 0; k < COUNT(disagreements); k++) {
            double share[] = { disagreements[k] / 2, disagreements[k] / 2, 1 - disagreements[k] };
            unsigned x[3];
            cell c = { 0 };

            for (size_t i = 0; i < replicates; i++) {
                thresh_p_values p;
                gsl_ran_multinomial(rng, 3, sizes[s], share, x);
                if (test(&p, x[0], x[1]) != THRESH_OK)
                    abort();
                c.done++;
                c.covered += p.two_sided > 0.05;
                c.below += p.base_greater <= 0.05;
                c.above += p.cand_greater <= 0.05;
            }
            report(method, c, sizes[s] * disagreements[k] < 10, "n %u; disagreement %g", sizes[s],
                   disagreements[k]);
        }
}

/* --- means and ranks --- */

/* Values about 0 with standard deviation 1, symmetric or with a long tail to the right. */
static double value(bool skewed)
{
    return skewed ? gsl_ran_exponential(rng, 1) - 1 : gsl_ran_gaussian(rng, 1);
}

enum { MOST = 5000 };
static double b[MOST], c[MOST];

static void draw(size_t n, size_t m, bool skewed, double shift, double sd_c)
{
    for (size_t i = 0; i < n; i++)
        b[i] = value(skewed) + shift;
    for (size_t i = 0; i < m; i++)
        c[i] = sd_c * value(skewed);
}

static const char *shape(bool skewed)
{
    return skewed ? "exponential" : "normal";
}

static void expect(thresh_status rc)
{
    if (rc != THRESH_OK)
        abort();
}

static void welch(size_t n, size_t m, double sd_c, bool skewed)
{
    cell k = { 0 };

    for (size_t i = 0; i < replicates; i++) {
        thresh_pair_moments x, y;
        bounds at;
        draw(n, m, skewed, 0.5, sd_c);
        expect(thresh_moments_paired(&x, b, b, n));
        expect(thresh_moments_paired(&y, c, c, m));
        double se_b = sqrt(x.var_b / (double)n), se_c = sqrt(y.var_b / (double)m);
        expect(thresh_difference_welch(&at.at95, x.mean_b, se_b, (double)n, y.mean_b, se_c,
                                       (double)m, 0.95));
        expect(thresh_difference_welch(&at.at975, x.mean_b, se_b, (double)n, y.mean_b, se_c,
                                       (double)m, 0.975));
        count(&k, at, 0.5);
    }
    report("welch", k, skewed && (n < 50 || m < 50), "n %zu, %zu; sd 1, %g; %s", n, m, sd_c,
           shape(skewed));
}

/* The share of the variance that clusters have in common is `common`. */
static void clusters(size_t many, size_t size, double common)
{
    static uint32_t g[MOST];
    cell k = { 0 };

    for (size_t i = 0; i < replicates; i++) {
        thresh_cluster_mean m;
        bounds at;
        for (size_t j = 0; j < many; j++) {
            double of_all = sqrt(common) * value(false);
            for (size_t l = j * size; l < (j + 1) * size; l++) {
                b[l] = of_all + sqrt(1 - common) * value(false);
                g[l] = (uint32_t)j;
            }
        }
        expect(thresh_cluster_robust(&m, b, g, many * size));
        expect(thresh_paired_t(&at.at95, m.mean, m.se, m.clusters, 0.95));
        expect(thresh_paired_t(&at.at975, m.mean, m.se, m.clusters, 0.975));
        count(&k, at, 0);
    }
    report("cluster-robust", k, many < 30, "%zu clusters of %zu; correlation %g", many, size,
           common);
}

/* Means of exponential values, whose coefficient of variation is 1. */
static void ratio(size_t n)
{
    cell k = { 0 };

    for (size_t i = 0; i < replicates; i++) {
        thresh_pair_moments m;
        bounds at;
        for (size_t j = 0; j < n; j++) {
            b[j] = gsl_ran_exponential(rng, 1);
            c[j] = 0.45 * b[j] + gsl_ran_exponential(rng, 0.45);
        }
        expect(thresh_moments_paired(&m, b, c, n));
        double se_b = sqrt(m.var_b / (double)n), se_c = sqrt(m.var_c / (double)n);
        double cov = m.cov / (double)n;
        expect(thresh_ratio_log_delta(&at.at95, m.mean_b, se_b, m.mean_c, se_c, cov, 0.95));
        expect(thresh_ratio_log_delta(&at.at975, m.mean_b, se_b, m.mean_c, se_c, cov, 0.975));
        count(&k, at, 0.9);
    }
    report("log-delta", k, n < 50, "n %zu pairs; exponential, correlated", n);
}

static void shift(size_t n, size_t m, bool skewed)
{
    cell k = { 0 };

    for (size_t i = 0; i < replicates; i++) {
        thresh_shift s, t;
        draw(n, m, skewed, 0.5, 1);
        expect(thresh_hodges_lehmann(&s, b, n, c, m, 0.95));
        expect(thresh_hodges_lehmann(&t, b, n, c, m, 0.975));
        count(&k, (bounds){ s.interval, t.interval }, 0.5);
    }
    report("hodges-lehmann", k, n < 10, "n %zu, %zu; %s", n, m, shape(skewed));
}

static void quantile(size_t n, double q)
{
    cell of_one = { 0 }, of_two = { 0 };
    bool few = (double)n * fmin(q, 1 - q) < 5;

    for (size_t i = 0; i < replicates; i++) {
        thresh_quantile_bounds x, y;
        bounds at;
        draw(n, n, true, 0.5, 1);
        expect(thresh_quantile_interval(&x, b, n, q, 0.95));
        expect(thresh_quantile_interval(&y, b, n, q, 0.975));
        at = (bounds){ { x.low, x.high }, { y.low, y.high } };
        count(&of_one, at, -log1p(-q) - 0.5);
        expect(thresh_quantile_difference(&at.at95, b, n, c, n, q, 0.95));
        expect(thresh_quantile_difference(&at.at975, b, n, c, n, q, 0.975));
        count(&of_two, at, 0.5);
    }
    report("quantile", of_one, few, "n %zu; q %g; exponential", n, q);
    report("quantile difference", of_two, few, "n %zu, %zu; q %g; exponential", n, n, q);
}

static void means(void)
{
    const size_t sizes[] = { 5, 20, 100 }, of_quantiles[] = { 20, 100, 400, 2000 };
    const size_t of_clusters[] = { 10, 30, 100, 300 };
    const double quantiles[] = { 0.5, 0.9, 0.99 };

    for (size_t s = 0; s < COUNT(sizes); s++)
        for (int skewed = 0; skewed < 2; skewed++) {
            welch(sizes[s], sizes[s], 1, skewed);
            welch(sizes[s], 4 * sizes[s], 3, skewed);
            shift(sizes[s], sizes[s], skewed);
            shift(sizes[s], 2 * sizes[s], skewed);
        }
    for (size_t s = 0; s < COUNT(of_clusters); s++)
        for (int k = 0; k < 3; k++)
            clusters(of_clusters[s], 5, 0.4 * k);
    ratio(20);
    ratio(100);
    ratio(1000);
    for (size_t s = 0; s < COUNT(of_quantiles); s++)
        for (size_t q = 0; q < COUNT(quantiles); q++)
            quantile(of_quantiles[s], quantiles[q]);
}

/* --- plans --- */

/* How often as many samples as planned show that the limit holds. */
static void shown(const char *plan, size_t times, double n, const char *setting)
{
    printf("%-22s %-44s %6.2f  n %g\n", plan, setting, percent(times, replicates), n);
}

static void plans(void)
{
    const double pairs[][3] = { { 0.03, 0.03, 0.02 }, { 0.1, 0.08, 0.05 }, { 0.01, 0.01, 0.01 } };
    const double two[][3] = { { 0.94, 0.94, 0.05 }, { 0.9, 0.88, 0.08 } };
    char setting[80];
    double n;

    printf("\n%-22s %-44s %6s\n", "PLAN", "95 %, power 80 %", "SHOWN");
    for (size_t k = 0; k < COUNT(pairs); k++) {
        double share[] = { 0, pairs[k][0], pairs[k][1], 1 - pairs[k][0] - pairs[k][1] };
        size_t times = 0;
        expect(
            thresh_plan_samples_paired_proportions(&n, share[1], share[2], pairs[k][2], 0.95, 0.8));
        for (size_t i = 0; i < replicates; i++) {
            unsigned x[4];
            gsl_ran_multinomial(rng, 4, (unsigned)n, share, x);
            times +=
                of_four(thresh_paired_proportions, x[0], x[1], x[2], x[3]).at95.high <= pairs[k][2];
        }
        snprintf(setting, sizeof setting, "only base %g, only candidate %g; limit %g", share[1],
                 share[2], pairs[k][2]);
        shown("paired proportions", times, n, setting);
    }
    for (size_t k = 0; k < COUNT(two); k++) {
        size_t times = 0;
        expect(thresh_plan_samples_two_proportions(&n, two[k][0], two[k][1], two[k][2], 0.95, 0.8));
        for (size_t i = 0; i < replicates; i++) {
            thresh_interval at;
            unsigned x_b = gsl_ran_binomial(rng, two[k][0], (unsigned)n);
            unsigned x_c = gsl_ran_binomial(rng, two[k][1], (unsigned)n);
            expect(thresh_two_proportions_mn(&at, x_b, n, x_c, n, 0.95));
            times += at.high <= two[k][2];
        }
        snprintf(setting, sizeof setting, "p %g, %g; limit %g", two[k][0], two[k][1], two[k][2]);
        shown("two proportions", times, n, setting);
    }
    for (double limit = 0.25; limit <= 2; limit *= 2) {
        size_t times = 0;
        expect(thresh_plan_samples_two_means(&n, 0, 1, 1, limit, 0.95, 0.8));
        for (size_t i = 0; i < replicates; i++) {
            thresh_pair_moments m;
            thresh_interval at;
            draw((size_t)n, (size_t)n, false, 0, 1);
            expect(thresh_moments_paired(&m, b, c, (size_t)n));
            expect(thresh_difference_welch(&at, m.mean_b, sqrt(m.var_b / n), n, m.mean_c,
                                           sqrt(m.var_c / n), n, 0.95));
            times += at.high <= limit;
        }
        snprintf(setting, sizeof setting, "sd 1, 1; limit %g", limit);
        shown("two means", times, n, setting);
    }
}

int main(int argc, char **argv)
{
    replicates = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (replicates == 0) {
        fprintf(stderr, "usage: bench_coverage REPLICATES\n");
        return 2;
    }
    rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (rng == NULL)
        return 2;
    gsl_rng_set(rng, 20240504);
    printf("%-22s %-44s %6s  %6s  %6s\n", "METHOD", "SETTING", "COVER", "ACCEPT", "REJECT");
    proportions();
    mcnemar("mcnemar exact", thresh_mcnemar_exact);
    mcnemar("mcnemar mid-p", thresh_mcnemar_midp);
    means();
    summarize();
    plans();
    gsl_rng_free(rng);
    return 0;
}
