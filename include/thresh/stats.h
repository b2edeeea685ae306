/**
 * @file stats.h
 * Pure numerics: no metric, no unit, no input or output.
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
 * @return THRESH_OK; THRESH_EDOMAIN
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
 * Difference of two paired proportions: share of successes of the base less that of the candidate.
 *
 * @param[out] out    bounds as fractions in [-1, 1]; untouched unless THRESH_OK
 * @param both, only_base, only_cand, none   counts of the paired 2 x 2 table, sum >= 1
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK; THRESH_EDOMAIN when the table is empty or something is out of range
 * Source: Tango (1998), Statistics in Medicine 17:891-908, eq. (9) to (11), inverted for the score
 * interval. Cost: O(1), some 100 iterations.
 */
THRESH_API thresh_status thresh_paired_proportions(thresh_interval *out, double both,
                                                   double only_base, double only_cand, double none,
                                                   double confidence);

/**
 * Mean difference of n pairs by Student's t with n - 1 degrees of freedom.
 *
 * @param difference  mean of the differences
 * @param se          its standard error, >= 0
 * @param n           pairs, >= 2
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK; THRESH_EDOMAIN
 * Source: Altman et al. (2000), Statistics with Confidence, ch. 4, paired samples.
 */
THRESH_API thresh_status thresh_paired_t(thresh_interval *out, double difference, double se, double n,
                                         double confidence);

/** One-sided p of H0 "estimate <= limit" from a standard error: P(Z >= (estimate - limit) / se). */
THRESH_API double thresh_p_above(double estimate, double limit, double se);

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

/** Quantile of the standard normal distribution, p in (0, 1). */
THRESH_API double thresh_normal_quantile(double p);

#ifdef __cplusplus
}
#endif
#endif
