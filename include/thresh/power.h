/**
 * @file power.h
 * Sizes of samples: how many show that a difference stays below a limit (non-inferiority), and
 * which limit a number of samples can show.
 *
 * Common to all: `out` is untouched unless THRESH_OK. Differences are base less candidate where
 * higher is better: a loss is positive. The limit is what H0 says the difference reaches; the
 * confidence is one-sided, in (0.5, 1); the power, in [0.5, 1), is the probability of the proof if
 * what is expected is true. Samples are whole, as doubles.
 *
 * THRESH_EDOMAIN is returned when something is out of range, when the expected difference is not
 * below the limit (no number of samples shows what is not so), or when more than THRESH_PLAN_MOST
 * samples would be needed; by the limits also when n samples can show none.
 */
#ifndef THRESH_POWER_H
#define THRESH_POWER_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most samples that are answered. */
#define THRESH_PLAN_MOST 1e12

/**
 * Pairs needed by the score test of two paired proportions (thresh_paired_proportions()).
 *
 * @param only_base, only_cand  expected shares of the pairs in which only one of them succeeds,
 *                              >= 0, their sum <= 1. The share of successes itself plays no part.
 *                              Both 0: z^2 (1 - limit) / limit pairs, as even those that never
 *                              differ have to be seen
 * @param limit                 in (-1, 1)
 * Source: Liu, Hsueh, Hsieh & Chen (2002), Statistics in Medicine 21:231-245, the asymptotic
 * formula with the restricted maximum likelihood estimate:
 * n = (z_confidence sqrt(V0) + z_power sqrt(V1))^2 / (limit - d)^2, d = only_base - only_cand,
 * V0 the variance of Tango's statistic at the limit, V1 = only_base + only_cand - d^2.
 * Cost: O(1).
 */
THRESH_API thresh_status thresh_plan_samples_paired_proportions(double *out, double only_base,
                                                                double only_cand, double limit,
                                                                double confidence, double power);

/** The least limit that n >= 1 pairs can show: thresh_plan_samples_paired_proportions() solved for
 * it. Cost: O(1), some 50 steps. */
THRESH_API thresh_status thresh_plan_limit_paired_proportions(double *out, double only_base,
                                                              double only_cand, double n,
                                                              double confidence, double power);

/**
 * Samples needed of each of two independent proportions, as many of either.
 *
 * @param p_b, p_c  expected shares of successes, in [0, 1]
 * @param limit     in (-1, 1)
 * Source: Farrington & Manning (1990), Statistics in Medicine 9:1447-1454, method 3 (restricted
 * maximum likelihood), for equal groups: the formula of thresh_plan_samples_paired_proportions(),
 * V0 and V1 being the sums of p (1 - p) at the proportions that are likeliest if the difference is
 * the limit, and as expected. Its test is that of thresh_two_proportions_mn() without the factor
 * N / (N - 1). Cost: O(1), some 50 steps.
 */
THRESH_API thresh_status thresh_plan_samples_two_proportions(double *out, double p_b, double p_c,
                                                             double limit, double confidence,
                                                             double power);

/** The least limit that n >= 1 samples of each can show: thresh_plan_samples_two_proportions()
 * solved for it. Cost: O(1), some 2,500 steps. */
THRESH_API thresh_status thresh_plan_limit_two_proportions(double *out, double p_b, double p_c,
                                                           double n, double confidence,
                                                           double power);

/**
 * Pairs needed by Student's t (thresh_paired_t()).
 *
 * @param difference  the mean difference that is expected
 * @param sd          standard deviation of the differences of pairs, >= 0; 0: two pairs show it
 * @param limit       finite, in the unit of the difference
 * Source: the noncentral t distribution, Julious (2004), Statistics in Medicine 23:1921-1986: power
 * P(T' > t), T' with n - 1 degrees of freedom about (limit - difference) sqrt(n) / sd, t the
 * quantile of Student's at the confidence; as statsmodels' TTestPower. Cost: O(log n) times some
 * 100 steps.
 */
THRESH_API thresh_status thresh_plan_samples_paired_means(double *out, double difference, double sd,
                                                          double limit, double confidence,
                                                          double power);

/** The least limit that n >= 2 pairs can show: thresh_plan_samples_paired_means() solved for it;
 * the difference itself where sd is 0. Cost: some 50 times 100 steps. */
THRESH_API thresh_status thresh_plan_limit_paired_means(double *out, double difference, double sd,
                                                        double n, double confidence, double power);

/**
 * Samples needed of each of two independent means (thresh_difference_welch()), as many of either.
 *
 * @param sd_b, sd_c  standard deviations of the samples, >= 0; both 0: two of each show it
 * For equal deviations that of the pooled test, as statsmodels' TTestIndPower; else with the degrees
 * of freedom that Satterthwaite's formula has for sd_b and sd_c. Welch's test, which estimates them,
 * has up to three points less power with less than ten samples. Source and cost as of
 * thresh_plan_samples_paired_means().
 */
THRESH_API thresh_status thresh_plan_samples_two_means(double *out, double difference, double sd_b,
                                                       double sd_c, double limit,
                                                       double confidence, double power);

/** The least limit that n >= 2 samples of each can show: thresh_plan_samples_two_means() solved for
 * it. */
THRESH_API thresh_status thresh_plan_limit_two_means(double *out, double difference, double sd_b,
                                                     double sd_c, double n, double confidence,
                                                     double power);

#ifdef __cplusplus
}
#endif
#endif
