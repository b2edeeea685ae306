/**
 * @file ranks.h
 * Two independent samples compared by their order, such as times, whose means a few outliers
 * decide.
 *
 * Common to all: `out` is untouched unless THRESH_OK; no input is kept, and none is changed but
 * where a parameter is said to be reordered. Values are finite; samples are not empty, and together
 * at most 2^32 - 1. Differences are b - c. A confidence is the one-sided one of each bound, in
 * (0.5, 1). Where the samples are too few for a bound of that confidence, it is -INFINITY or
 * INFINITY, and the confidence achieved is 1.
 */
#ifndef THRESH_RANKS_H
#define THRESH_RANKS_H

#include <thresh/base.h>
#include <thresh/stats.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A Mann-Whitney test. */
typedef struct thresh_rank_test {
    double u;     /**< pairs (b, c) in which b is greater, those that tie counting half */
    double share; /**< u of all pairs, in [0, 1]; 0.5: none is greater more often */
    thresh_p_values p;
    bool exact; /**< the p values are those of the exact distribution */
} thresh_rank_test;

/**
 * Mann-Whitney test, also named Wilcoxon's rank sum test.
 *
 * @return THRESH_OK, all p values being 1 when all values are equal; THRESH_EDOMAIN; THRESH_ENOMEM
 * Exact without ties while min(n_b, n_c) n_b n_c <= 10^7 (two-sided: twice the smaller tail, at
 * most 1); else normal, with the variance for ties and a continuity correction of 0.5. As SciPy's
 * mannwhitneyu with method="exact" and "asymptotic". Source: Mann & Whitney (1947), Ann. Math.
 * Stat. 18:50-60; Hollander, Wolfe & Chicken (2014), Nonparametric Statistical Methods, 3rd ed.,
 * sec. 4.1. Cost: O(n), and 16 bytes of memory each; where exact up to 10^7 additions more, and 4
 * bytes for each pair.
 */
THRESH_API thresh_status thresh_mann_whitney(thresh_rank_test *out, const double *b, size_t n_b,
                                             const double *c, size_t n_c);

/** How far b is shifted against c. */
typedef struct thresh_shift {
    double shift;             /**< median of all differences b - c, in the unit of the values */
    thresh_interval interval; /**< around the shift */
    double confidence;        /**< one-sided confidence of each bound: at least that asked for */
} thresh_shift;

/**
 * Hodges-Lehmann estimate of the shift between two samples, and its distribution-free interval.
 *
 * @return THRESH_OK; THRESH_EDOMAIN, also when a difference fits no double; THRESH_ENOMEM
 * The bounds are differences: the k-th least and the k-th greatest, k by the exact distribution of
 * U while min(n_b, n_c) n_b n_c <= 10^7, else by the normal one. With ties their confidence is that
 * or more. As R's wilcox.test(exact = TRUE, conf.int = TRUE). Source: Hodges & Lehmann (1963), Ann.
 * Math. Stat. 34:598-611; Moses' interval, Hollander, Wolfe & Chicken (2014), sec. 4.2 and 4.3.
 * Cost: O(n) some 200 times, and 16 bytes of memory each, never n_b times n_c; where exact as
 * thresh_mann_whitney().
 */
THRESH_API thresh_status thresh_hodges_lehmann(thresh_shift *out, const double *b, size_t n_b,
                                               const double *c, size_t n_c, double confidence);

/** A quantile with bounds that are order statistics. */
typedef struct thresh_quantile_bounds {
    double quantile; /**< as thresh_quantile() */
    double low, high;
    double confidence_low, confidence_high; /**< one-sided, achieved: at least that asked for */
} thresh_quantile_bounds;

/**
 * Interval of the q quantile of whatever distribution n values are drawn from.
 *
 * @param x  n values, REORDERED (even when the call fails)
 * @param q  in (0, 1)
 * @return THRESH_OK; THRESH_EDOMAIN
 * An upper bound at 95 % takes 59 values for the 95th percentile, 299 for the 99th. The bounds may
 * exclude the estimate, which interpolates, where values are that few. Source: David & Nagaraja
 * (2003), Order Statistics, 3rd ed., sec. 7.1. Cost: O(n) on average, no memory.
 */
THRESH_API thresh_status thresh_quantile_interval(thresh_quantile_bounds *out, double *x, size_t n,
                                                  double q, double confidence);

/**
 * Which of n ordered values are the bounds of thresh_quantile_interval(), for whoever has ranks alone.
 *
 * @param[out] below  the lower bound is the below-th least value; 0: there is none
 * @param[out] above  the upper bound is the above-th greatest; 0: there is none
 * @return THRESH_OK; THRESH_EDOMAIN. Cost: O(log n).
 */
THRESH_API thresh_status thresh_quantile_ranks(size_t *below, size_t *above, size_t n, double q,
                                               double confidence);

/**
 * Difference of the q quantiles of two independent samples. Parameters as above.
 *
 * @return THRESH_OK; THRESH_EDOMAIN, also when the difference fits no double
 * The intervals of both, combined as Newcombe combines Wilson's: low = d - sqrt((b - low_b)^2 +
 * (high_c - c)^2), and likewise high. Conservative, as its parts are; no confidence achieved can be
 * said. Source: Zou & Donner (2008), Statistics in Medicine 27:1693-1702 (MOVER, for any two
 * intervals). Cost: as above.
 */
THRESH_API thresh_status thresh_quantile_difference(thresh_interval *out, double *b, size_t n_b,
                                                    double *c, size_t n_c, double q,
                                                    double confidence);

#ifdef __cplusplus
}
#endif
#endif
