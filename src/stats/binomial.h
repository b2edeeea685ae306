/* Binomial probabilities for any n. GSL's come from a continued fraction that gives up (NaN) near
 * the middle of the distribution from n of some millions on. */
#ifndef STATS_BINOMIAL_H
#define STATS_BINOMIAL_H

/* P(X = k) of n trials; k and n whole, 0 <= k <= n <= 2^53, 0 < p < 1. O(1). */
double binomial_at(double k, double n, double p);

/* P(X <= k), with all its digits where it is small; k may lie outside [0, n]. O(sqrt(n)). */
double binomial_upto(double k, double n, double p);

#endif
