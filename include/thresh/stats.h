/**
 * @file stats.h
 * Intervals and tests from estimates and standard errors. Pure numerics: no metric, no unit, no
 * input or output. Counts are in proportions.h, whole samples in ranks.h, sizes of samples in
 * power.h.
 */
#ifndef THRESH_STATS_H
#define THRESH_STATS_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Two one-sided bounds. */
typedef struct thresh_interval {
    double low, high;
} thresh_interval;

/**
 * Difference b - c of two estimates with standard errors.
 *
 * @param[out] out    untouched unless THRESH_OK
 * @param b, c        the estimates, finite
 * @param se_b, se_c  their standard errors, >= 0, in the unit of the estimates
 * @param cov         covariance of the two estimates, in the square of that unit: 0 when they are
 *                    independent, cov / n when both are means of the same n samples and cov is the
 *                    samples' (thresh_moments_paired()); |cov| <= se_b * se_c, but for rounding
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK; THRESH_EDOMAIN, also when a bound fits no double
 * Source: the normal approximation, Altman et al. (2000), Statistics with Confidence, ch. 4; the
 * variance of a difference is se_b^2 + se_c^2 - 2 cov.
 */
THRESH_API thresh_status thresh_difference_normal(thresh_interval *out, double b, double se_b,
                                                  double c, double se_c, double cov,
                                                  double confidence);

/**
 * Ratio c / b of two normal estimates: Fieller's theorem. Parameters as above.
 *
 * @return THRESH_OK; THRESH_EDOMAIN when b does not differ from 0 at this confidence, so that the
 *         set is unbounded, or the ratio is too large for a double
 * Source: Fieller (1954), J. R. Stat. Soc. B 16:175-185.
 */
THRESH_API thresh_status thresh_ratio_fieller(thresh_interval *out, double b, double se_b, double c,
                                              double se_c, double cov, double confidence);

/**
 * Ratio c / b of the means of n pairs: Fieller's theorem with Student's t of n - 1 degrees of
 * freedom. Parameters as above; n >= 2.
 */
THRESH_API thresh_status thresh_paired_ratio(thresh_interval *out, double b, double se_b, double c,
                                             double se_c, double cov, double n, double confidence);

/**
 * Ratio c / b of two positive means, on the logarithmic scale. Parameters as above.
 *
 * Its limits are above 0, the same factor from c / b on either side; it asks of b only that it is
 * positive, where Fieller's asks that b differs from 0. Of skewed values it takes hundreds: with 100
 * pairs of exponential ones an upper bound at 95 % holds for 93 %.
 * @return THRESH_OK; THRESH_EDOMAIN also when b or c is not above 0, or a limit fits no double
 * Source: the delta method, Armitage, Berry & Matthews (2002), Statistical Methods in Medical
 * Research, 4th ed., sec. 5.3: var(log(c / b)) = (se_b / b)^2 + (se_c / c)^2 - 2 cov / (b c).
 */
THRESH_API thresh_status thresh_ratio_log_delta(thresh_interval *out, double b, double se_b,
                                                double c, double se_c, double cov,
                                                double confidence);

/**
 * Difference b - c of the means of two independent samples by Student's t, the variances unequal.
 *
 * @param b, c        the means, finite
 * @param se_b, se_c  their standard errors, >= 0: s / sqrt(n). If both are 0 the bounds are b - c
 * @param n_b, n_c    values that each is the mean of, >= 2
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK; THRESH_EDOMAIN, also when a bound fits no double
 * Source: Welch (1947), Biometrika 34:28-35, with the degrees of freedom of Satterthwaite (1946),
 * Biometrics Bulletin 2:110-114: (v_b + v_c)^2 / (v_b^2 / (n_b - 1) + v_c^2 / (n_c - 1)), v = se^2.
 * As R's t.test. Cost: O(1).
 */
THRESH_API thresh_status thresh_difference_welch(thresh_interval *out, double b, double se_b,
                                                 double n_b, double c, double se_c, double n_c,
                                                 double confidence);

/**
 * Mean difference of n pairs by Student's t with n - 1 degrees of freedom.
 *
 * @param difference  mean of the differences
 * @param se          its standard error, >= 0
 * @param n           pairs, >= 2
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK; THRESH_EDOMAIN, also when a bound fits no double
 * Source: Altman et al. (2000), Statistics with Confidence, ch. 4, paired samples.
 */
THRESH_API thresh_status thresh_paired_t(thresh_interval *out, double difference, double se, double n,
                                         double confidence);

/** A mean of values that come in clusters, such as questions about one passage. */
typedef struct thresh_cluster_mean {
    double mean;
    double se;       /**< standard error of the mean, in the unit of the values */
    double clusters; /**< different clusters; degrees of freedom and one more */
} thresh_cluster_mean;

/**
 * Mean of n values, and its standard error where values of one cluster depend on each other and
 * different clusters do not. thresh_paired_t() with n = clusters makes the interval of it.
 *
 * @param d  n finite values, such as the differences of pairs
 * @param g  the cluster of each: any numbers, in any order
 * @param n  2 to 2^32 - 1
 * @return THRESH_OK, with se = 0 when all values are equal; THRESH_EDOMAIN, also when there is one
 *         cluster only or a result fits no double; THRESH_ENOMEM
 * Source: Liang & Zeger (1986), Biometrika 73:13-22, the estimator of Miller (2024), Adding Error
 * Bars to Evals, arXiv:2411.00640, sec. 2.2: the sum over clusters of (the sum of d - mean)^2, over
 * n^2. Small samples: times G / (G - 1) for G clusters, as Stata and statsmodels do (CR1), with
 * G - 1 degrees of freedom; where each value is its own cluster this is the usual s / sqrt(n).
 * Below some 30 clusters, or with one that holds most of the values, it is still too small.
 * Cost: O(n), and 16 bytes of memory each.
 */
THRESH_API thresh_status thresh_cluster_robust(thresh_cluster_mean *out, const double *d,
                                               const uint32_t *g, size_t n);

/** p values of H0 "no difference": against any difference, and against one in each direction. */
typedef struct thresh_p_values {
    double two_sided;
    double base_greater; /**< H1: the base is greater; of successes: the candidate is worse */
    double cand_greater; /**< H1: the candidate is greater */
} thresh_p_values;

/** One-sided p of H0 "estimate <= limit" from a standard error: P(Z >= (estimate - limit) / se). */
THRESH_API double thresh_p_above(double estimate, double limit, double se);

/**
 * p of H0 "the difference is limit or more", the test of non-inferiority.
 *
 * @param difference  estimate: base less candidate where higher is better
 * @param se          its standard error, >= 0; where it is 0, p is 0 below the limit, else 1
 * @param limit       finite, in the unit of the difference
 * @param df          degrees of freedom of Student's t, > 0; INFINITY: the normal distribution
 * @return THRESH_OK; THRESH_EDOMAIN
 * Source: P(T <= (difference - limit) / se); Wellek (2010), Testing Statistical Hypotheses of
 * Equivalence and Noninferiority, 2nd ed., ch. 2. Cost: O(1).
 */
THRESH_API thresh_status thresh_noninferiority_p(double *out, double difference, double se,
                                                 double limit, double df);

/**
 * p of H0 "the difference is -limit or less, or limit or more", by two one-sided tests: the greater
 * of their p values. Parameters as of thresh_noninferiority_p(), limit > 0.
 *
 * Source: Schuirmann (1987), J. Pharmacokinet. Biopharm. 15:657-680.
 */
THRESH_API thresh_status thresh_tost_p(double *out, double difference, double se, double limit,
                                       double df);

/**
 * Holm's step-down adjustment, in place.
 * @param p      p values in [0, 1]; replaced by the adjusted ones
 * @param count  how many
 * Source: Holm (1979), Scand. J. Statist. 6:65-70. Cost: O(n log n), and memory for n positions.
 */
THRESH_API thresh_status thresh_holm(double *p, size_t count);

/**
 * Empirical Bayes: draws each of n estimates towards `centre`, the less sure ones more.
 *
 * @param[out] out   n estimates; may be `estimate` itself
 * @param estimate   of each group
 * @param se         its standard error, > 0
 * @param n          0 does nothing
 * @param centre     what the groups scatter around, such as the estimate of the whole
 * @return THRESH_OK; THRESH_EDOMAIN
 * Source: Morris (1983), J. Am. Stat. Assoc. 78:47-55, sect. 1, with the variance between the groups by
 * moments, as DerSimonian & Laird (1986), Control. Clin. Trials 7:177-188, around a known centre:
 * sum w (d^2 - se^2) / sum w with w = 1 / se^2, at least 0. Cost: O(n).
 */
THRESH_API thresh_status thresh_shrink(double *out, const double *estimate, const double *se, size_t n,
                                       double centre);

/**
 * Adjustment by the false discovery rate, in place: rejecting what is at most q leaves an expected
 * share of false rejections of q or less, if the p values are independent or positively dependent.
 * Parameters, errors and cost of thresh_holm().
 *
 * Source: Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289-300, procedure (1), step-up.
 */
THRESH_API thresh_status thresh_benjamini_hochberg(double *p, size_t count);

/** Quantile of the standard normal distribution, p in (0, 1). */
THRESH_API double thresh_normal_quantile(double p);

#ifdef __cplusplus
}
#endif
#endif
