/* Binomial probabilities: Loader (2000), Fast and Accurate Computation of Binomial Probabilities,
 * whose deviances keep the digits that a difference of logarithms of factorials loses. */
#include "stats/binomial.h"

#include <gsl/gsl_sf_gamma.h>
#include <float.h>
#include <math.h>

/* x log(x / mean) + mean - x. Near the mean by its series, as the terms cancel there. */
static double deviance(double x, double mean)
{
    double apart = x - mean;

    if (fabs(apart) >= 0.1 * (x + mean))
        return x * log(x / mean) - apart;
    double v = apart / (x + mean), total = apart * v, power = 2 * x * v;
    for (int j = 3;; j += 2) {
        power *= v * v;
        double next = total + power / j;
        if (next == total)
            return total;
        total = next;
    }
}

double binomial_at(double k, double n, double p)
{
    if (k == 0)
        return exp(n * log1p(-p));
    if (k == n)
        return exp(n * log(p));
    double stirling = gsl_sf_gammastar(n) / (gsl_sf_gammastar(k) * gsl_sf_gammastar(n - k));
    return stirling * sqrt(n / (2 * M_PI * k * (n - k)))
           * exp(-deviance(k, n * p) - deviance(n - k, n * (1 - p)));
}

/* The sum of the terms from k outwards, away from the mean, in units of the first. */
static double tail(double k, double n, double odds)
{
    double term = 1, total = 1;

    for (double j = k; j > 0 && term > total * DBL_EPSILON / 8; j--) {
        term *= j / (n - j + 1) / odds;
        total += term;
    }
    return total;
}

double binomial_upto(double k, double n, double p)
{
    double odds = p / (1 - p);

    if (k < 0)
        return 0;
    if (k >= n)
        return 1;
    if (k < n * p)
        return fmin(1, binomial_at(k, n, p) * tail(k, n, odds));
    /* the terms above k, which are those of the failures up to n - k - 1 */
    return fmax(0, 1 - binomial_at(k + 1, n, p) * tail(n - k - 1, n, 1 / odds));
}
