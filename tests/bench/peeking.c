/*
 * How often a bound fails at any of many looks, by simulation: two arms, one of which has a share
 * of the traffic, looked at 97 times from the first 100 samples of the candidate to six times the
 * planned ones, each look with 1.05 times the samples of the one before. For each kind of values:
 *   back, on   failures of the lower bound (alpha / 12, as of four stages and three metrics) and of
 *              the upper one (alpha) by the mixture
 *   ratio      the same of the bounds of the ratio
 *   once       failures of the upper bound of one look, used at all of them
 *   five       failures of the upper bound by O'Brien-Fleming spending at five looks
 * usage: bench_peeking RUNS
 */
#include "stats/distribution.h"
#include "thresh/sequential.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOOKS = 97, FEW = 5 };

typedef struct values {
    const char *name;
    double p; /* of a share; 0: means */
    int skew; /* 0: normal, 1: exponential, 2: lognormal, sigma 1 */
} values;

static double mean_of(const values *v)
{
    return v->p > 0 ? v->p : v->skew == 0 ? 10 : v->skew == 1 ? 1 : exp(0.5);
}

typedef struct arm_sums {
    double n, sum, squares;
} arm_sums;

static void add(arm_sums *a, const values *v, random_stream *r, double n)
{
    if (v->p > 0) {
        a->sum +=
            (double)random_binomial(r, (uint64_t)n, (uint64_t)(v->p * 0x1p40), (uint64_t)1 << 40);
        a->n += n;
        return;
    }
    for (uint64_t i = 0; i < (uint64_t)n; i++) {
        double x = v->skew == 1 ? -random_log(random_fraction(r)) : random_normal(r);
        x = v->skew == 2 ? random_exp(x) : v->skew == 0 ? 10 + x : x;
        a->sum += x;
        a->squares += x * x;
    }
    a->n += n;
}

static thresh_arm arm_of(const arm_sums *a, const values *v)
{
    thresh_arm out = { 0 };
    double mean = a->sum / a->n;

    if (v->p > 0)
        thresh_arm_of_count(&out, a->sum, a->n);
    else
        thresh_arm_of_mean(&out, a->n, mean,
                           sqrt(fmax(0, a->squares - a->n * mean * mean) / (a->n - 1)));
    return out;
}

int main(int argc, char **argv)
{
    static const values all[] = {
        { "share 50 %", 0.5, 0 },    { "share 10 %", 0.1, 0 }, { "share 2 %", 0.02, 0 },
        { "share 0.5 %", 0.005, 0 }, { "normal", 0, 0 },       { "exponential", 0, 1 },
        { "lognormal", 0, 2 },
    };
    static const double shares[] = { 0.05, 0.5 };
    const double alpha = 0.05, planned = 2000;
    size_t runs = argc > 1 ? (size_t)atol(argv[1]) : 2000;
    double fractions[FEW] = { 0.2, 0.4, 0.6, 0.8, 1 }, few[FEW];

    thresh_obrien_fleming(few, fractions, FEW, alpha);
    printf("%-12s %6s %7s %7s %7s %7s %7s %7s   %% of %zu runs\n", "values", "share", "back", "on",
           "r back", "r on", "once", "five", runs);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (size_t s = 0; s < 2; s++) {
            size_t failed[6] = { 0 };
            for (size_t run = 0; run < runs; run++) {
                random_stream r = random_start(k * 2 + s, run);
                arm_sums sums[2] = { { 0 } };
                bool bad[6] = { false };
                double n_c = 100;
                size_t next = 0;

                for (size_t look = 0; look < LOOKS && n_c <= 10 * planned; look++) {
                    double n_b = floor(n_c * (1 - shares[s]) / shares[s]);
                    add(&sums[0], &all[k], &r, n_b - sums[0].n);
                    add(&sums[1], &all[k], &r, n_c - sums[1].n);
                    thresh_arm b = arm_of(&sums[0], &all[k]), c = arm_of(&sums[1], &all[k]);
                    double known = n_b * n_c / (n_b + n_c) / (planned * (1 - shares[s]));
                    double z[2], levels[2] = { alpha / 12, alpha };
                    thresh_interval d, q, o;

                    for (size_t i = 0; i < 2; i++)
                        thresh_mixture_multiple(&z[i], thresh_mixture_best(levels[i]) * known,
                                                levels[i]);
                    thresh_arms_difference(&d, &b, &c, z[0], z[1]);
                    thresh_arms_difference(&o, &b, &c, 1.6448536269514722, 1.6448536269514722);
                    bad[0] |= d.low > 0;
                    bad[1] |= d.high < 0;
                    /* the lower end of the ratio is the upper one of the degradation */
                    if (thresh_arms_ratio(&q, &b, &c, z[1], z[0]) == THRESH_OK) {
                        bad[2] |= q.high < 1;
                        bad[3] |= q.low > 1;
                    }
                    bad[4] |= o.high < 0;
                    if (next < FEW && n_c >= fractions[next] * planned) {
                        thresh_arms_difference(&o, &b, &c, few[next], few[next]);
                        bad[5] |= o.high < 0;
                        next++;
                    }
                    double more = floor(n_c * 1.05) + 1;
                    if (next < FEW && n_c < fractions[next] * planned
                        && more > fractions[next] * planned)
                        more = fractions[next] * planned;
                    n_c = more;
                }
                for (size_t i = 0; i < 6; i++)
                    failed[i] += bad[i];
            }
            printf("%-12s %5g %%", all[k].name, shares[s] * 100);
            for (size_t i = 0; i < 6; i++)
                printf(" %7.2f", 100 * (double)failed[i] / (double)runs);
            printf("   (mean %g)\n", mean_of(&all[k]));
            fflush(stdout);
        }
    return 0;
}
