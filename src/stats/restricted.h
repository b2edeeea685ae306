/* Variances of a difference of two proportions, estimated as if it were delta: what the score
 * intervals divide by, and what the sample sizes expect. */
#ifndef STATS_RESTRICTED_H
#define STATS_RESTRICTED_H

/* n times the variance for n pairs, of which b have only the first and c only the second; with
 * n = 1, b and c are shares. Tango (1998), eq. (9) with the estimate of q21 of eq. (11). */
double restricted_paired(double delta, double b, double c, double n);

/* The variance for x_b successes of n_b and x_c of n_c, independent. */
double restricted_independent(double delta, double x_b, double n_b, double x_c, double n_c);

#endif
