/**
 * @file proportions.h
 * Differences of proportions, from counts.
 *
 * Common to all: `out` is untouched unless THRESH_OK; a difference is the share of successes of the
 * base less that of the candidate, in [-1, 1]; a confidence is the one-sided one of each bound, in
 * (0.5, 1). Counts are doubles, so that they hold any; those of an interval need not be whole.
 * THRESH_EDOMAIN is returned when something is out of range.
 */
#ifndef THRESH_PROPORTIONS_H
#define THRESH_PROPORTIONS_H

#include <thresh/base.h>
#include <thresh/stats.h>

#ifdef __cplusplus
extern "C" {
#endif

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
 * The same by Newcombe's "square and add" of the limits of Wilson, without iteration.
 *
 * Where no pair differs, the bounds are on either side of 0, as those of Tango are. Where one of
 * the two always succeeds or never, so that there is no correlation, 0 is taken for it.
 * Source: Newcombe (1998), Statistics in Medicine 17:2635-2650, method 10: the correlation is
 * corrected for continuity. Cost: O(1).
 */
THRESH_API thresh_status thresh_paired_proportions_newcombe(thresh_interval *out, double both,
                                                            double only_base, double only_cand,
                                                            double none, double confidence);

/**
 * Difference of two independent proportions, by the limits of Wilson.
 *
 * @param x_b, x_c  successes, 0 <= x <= n
 * @param n_b, n_c  samples, >= 1
 * Where both shares are 0, or both 1, the bounds are on either side of 0.
 * Source: Newcombe (1998), Statistics in Medicine 17:873-890, method 10 (hybrid score, no
 * continuity correction). Cost: O(1).
 */
THRESH_API thresh_status thresh_two_proportions_newcombe(thresh_interval *out, double x_b,
                                                         double n_b, double x_c, double n_c,
                                                         double confidence);

/**
 * The same by the score test of every difference: wider than Newcombe's where counts are small.
 *
 * Source: Miettinen & Nurminen (1985), Statistics in Medicine 4:213-226: all differences delta with
 * |p_b - p_c - delta| <= z sqrt(V), V the variance at the proportions that are likeliest if the
 * difference is delta, times N / (N - 1) for N = n_b + n_c. (Mee's interval is without that factor;
 * Newcombe has this one as method 6.) Cost: O(1), some 10,000 steps.
 */
THRESH_API thresh_status thresh_two_proportions_mn(thresh_interval *out, double x_b, double n_b,
                                                   double x_c, double n_c, double confidence);

/**
 * McNemar's exact test of paired proportions, which conditions on the pairs that differ.
 *
 * @param[out] out  base_greater is the p of "the candidate is worse"; all 1 when no pair differs
 * @param only_base, only_cand  pairs in which only one of them succeeds: whole, their sum <= 2^53
 * @return THRESH_OK; THRESH_EDOMAIN
 * Source: Fagerland, Lydersen & Laake (2013), BMC Med. Res. Methodol. 13:91, the exact conditional
 * test; two-sided twice the smaller tail, at most 1. Cost: O(sqrt(n)).
 */
THRESH_API thresh_status thresh_mcnemar_exact(thresh_p_values *out, double only_base,
                                              double only_cand);

/**
 * The same with half of the probability of what was observed: it rejects nearer to the level asked
 * for, at the price of passing it by a hair for some tables. Parameters as above.
 *
 * Source: the same paper, the mid-p test; with as many pairs on either side the two-sided p is 1
 * less half the probability of that.
 */
THRESH_API thresh_status thresh_mcnemar_midp(thresh_p_values *out, double only_base,
                                             double only_cand);

#ifdef __cplusplus
}
#endif
#endif
