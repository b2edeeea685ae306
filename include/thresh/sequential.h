/**
 * @file sequential.h
 * Comparison of two arms that is looked at again and again: bounds that hold at every look, the test
 * of the ratio in which traffic was split, and what may mislead across strata and over time. Pure
 * numerics.
 *
 * A bound is the estimate and a multiple of its standard error. How large the multiple has to be, so
 * that the bound holds at all looks together with the stated confidence, depends on the method:
 * thresh_mixture_multiple() where one may look at any time, thresh_obrien_fleming() where the looks are
 * few and their number is agreed on before. At one look only it would be the normal quantile.
 */
#ifndef THRESH_SEQUENTIAL_H
#define THRESH_SEQUENTIAL_H

#include <thresh/stats.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A mean of one arm, and the variance of that mean. */
typedef struct thresh_arm {
    double n, mean, variance;
    double trials; /**< of a share: as many samples as tell as much of it; 0: a mean of any values */
} thresh_arm;

/**
 * A share of n: x / n. Its variance is that of one success and one failure more than were seen, so that
 * none or all of n is not taken for a certainty (Agresti & Caffo 2000, Am. Stat. 54:280-288); its bounds
 * are those of Wilson (1927), J. Am. Stat. Assoc. 22:209-212, which hold where successes are few.
 * @return THRESH_EDOMAIN unless 0 <= x <= n, n >= 1
 */
THRESH_API thresh_status thresh_arm_of_count(thresh_arm *out, double x, double n);
/** A mean of n values, with their standard deviation: its variance is sd^2 / n. n >= 2, sd >= 0. */
THRESH_API thresh_status thresh_arm_of_mean(thresh_arm *out, double n, double mean, double sd);

/**
 * The arm over strata: the sum of weight x mean, where the weights do not depend on the arm (direct
 * standardisation), so that another mix of strata in the two arms does not show as an effect.
 * @param weights  >= 0, their sum above 0
 * @return THRESH_EDOMAIN, also when a stratum with weight is empty
 * Source: Miratrix, Sekhon & Yu (2013), J. R. Stat. Soc. B 75:369-396, post-stratification.
 */
THRESH_API thresh_status thresh_arm_over_strata(thresh_arm *out, const thresh_arm *strata,
                                                const double *weights, size_t count);

/** Bounds of one arm's mean, each at its own multiple of the standard error; of a share Wilson's.
 * @param z_low, z_high  of the lower and of the upper bound, > 0; infinite: no bound */
THRESH_API thresh_status thresh_arm_bounds(thresh_interval *out, const thresh_arm *arm, double z_low,
                                           double z_high);
/**
 * Bounds of the difference b - c likewise.
 * Source: the distances of both arms' bounds added as squares, Newcombe (1998), Statistics in Medicine
 * 17:873-890, method 10; of two means it is the usual one.
 */
THRESH_API thresh_status thresh_arms_difference(thresh_interval *out, const thresh_arm *b,
                                                const thresh_arm *c, double z_low, double z_high);
/**
 * Bounds of the ratio c / b likewise: all ratios r for which c - r b is within its bounds. Of means that is
 * Fieller (1954), J. R. Stat. Soc. B 16:175-185, of shares Donner & Zou (2012), Stat. Methods Med. Res.
 * 21:347-359.
 * @return THRESH_EDOMAIN also when b cannot be told from 0 at these multiples
 */
THRESH_API thresh_status thresh_arms_ratio(thresh_interval *out, const thresh_arm *b,
                                           const thresh_arm *c, double z_low, double z_high);

/**
 * How much information there should be when the sequence is at its tightest: what to divide by, so
 * that at a planned number of samples thresh_mixture_multiple() gets the best `information`.
 * @param alpha  one-sided, in (0, 0.5)
 * Source: Waudby-Smith et al. (2024), Annals of Statistics 52:2613-2640, the exact optimum of the
 * two-sided sequence by Lambert's W, at 2 alpha.
 */
THRESH_API double thresh_mixture_best(double alpha);
/**
 * The multiple of a one-sided bound that holds at every look, however many there are.
 *
 * @param information  what is known now over what is as much as the prior knows: the squared standard
 *        deviation of the effects that are mixed over the squared standard error. It has to grow with
 *        the samples alone, and not with what was seen: thresh_mixture_best(alpha) times samples over
 *        planned samples
 * @param alpha        chance that the bound ever fails, in (0, 0.5)
 * @return THRESH_EDOMAIN
 * Source: the one-sided normal mixture of Robbins (1970), Ann. Math. Stat. 41:1397-1409, the root x of
 * 2 / sqrt(1 + r) exp(x^2 r / (2 (1 + r))) Phi(x sqrt(r / (1 + r))) = 1 / alpha; as test of two arms the
 * mixture sequential probability ratio test of Johari, Koomen, Pekelis & Walsh (2022), Oper. Res.
 * 70:1806-1821; that estimated variances do, as soon as there are some hundred samples, Waudby-Smith et
 * al. (2024), theorem 2.2. Cost: some ten steps.
 */
THRESH_API thresh_status thresh_mixture_multiple(double *out, double information, double alpha);

/** Most looks of a group-sequential design. */
#define THRESH_MOST_LOOKS ((size_t)30)
/**
 * Multiples for each of several looks by the O'Brien-Fleming-like spending of Lan and DeMets: one-sided
 * bounds that hold at all these looks together.
 *
 * @param[out] out   `looks` multiples; infinite where a look is so early that nothing is spent
 * @param fractions  of the planned information at each look, ascending in (0, 1]; at the last one there
 *                   may be more than was planned: all is spent then, and the looks before tell less of it
 * @param alpha      one-sided, in (0, 0.5)
 * @return THRESH_OK; THRESH_EDOMAIN; THRESH_ENOMEM
 * Source: spending 2 - 2 Phi(z(alpha / 2) / sqrt(t)): Lan & DeMets (1983), Biometrika 70:659-663; its
 * boundaries by the recursive integration of Armitage, McPherson & Rowe (1969), J. R. Stat. Soc. A
 * 132:235-244, as in Jennison & Turnbull (2000), Group Sequential Methods, ch. 19; as bounds at every
 * look: their repeated confidence intervals, ch. 9. Cost: a millisecond for five looks.
 */
THRESH_API thresh_status thresh_obrien_fleming(double *out, const double *fractions, size_t looks,
                                               double alpha);

/**
 * Was traffic split as planned? A Bayes factor against the planned shares that may be looked at at any
 * time: the chance that it ever exceeds 1 / alpha, if they hold, is at most alpha.
 *
 * @param counts         of users that each arm got, >= 0
 * @param shares         planned, > 0, their sum is 1
 * @param arms           2 or more
 * @param concentration  of the Dirichlet prior around the planned shares, > 0; the larger, the smaller
 *                       the deviations that it looks for: 10,000 looks for one of half a percentage
 *                       point of equal arms
 * @param[out] out       the natural logarithm of the factor
 * Source: Lindon & Malek (2022), Anytime-Valid Inference for Multinomial Count Data, NeurIPS 35,
 * arXiv:2011.03567, sec. 3.
 */
THRESH_API thresh_status thresh_sample_ratio(double *out, const double *counts, const double *shares,
                                             size_t arms, double concentration);

/** A straight line through estimates of one and the same thing. */
typedef struct thresh_trend {
    double slope; /**< from one place to the next */
    double se;
    double p;     /**< two-sided, at one look: there is no slope */
    /** What is known of the slope, 1 for THRESH_TREND_PLANNED estimates of equal precision. Where one looks
     * again and again, this times thresh_mixture_best() is what thresh_mixture_multiple() takes. */
    double information;
} thresh_trend;
/** Estimates at which bounds of a slope are at their tightest: the days of a week. */
#define THRESH_TREND_PLANNED 7.0
/**
 * Does an effect move? Weighted least squares of estimates, in equal steps, by their inverse variances.
 * @param n  3 or more
 * @param variance  of each, > 0
 * Source: the trend of a meta-regression with fixed effects, Borenstein et al. (2009), Introduction to
 * Meta-Analysis, ch. 20.
 */
THRESH_API thresh_status thresh_effect_trend(thresh_trend *out, const double *effect,
                                             const double *variance, size_t n);

#ifdef __cplusplus
}
#endif
#endif
