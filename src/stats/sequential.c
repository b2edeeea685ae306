/* Bounds that hold at every look, and what may mislead a comparison of two arms. */
#include "thresh/sequential.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_lambert.h>
#include <math.h>

#include "stats/domain.h"

/* --- arms --- */

static bool is_arm(const thresh_arm *a)
{
    return isfinite(a->mean) && isfinite(a->variance) && a->variance >= 0;
}

thresh_status thresh_arm_of_count(thresh_arm *out, double x, double n)
{
    if (!is_count_of(x, n))
        return THRESH_EDOMAIN;
    double p = (x + 1) / (n + 2);
    *out = (thresh_arm){ n, x / n, p * (1 - p) / n };
    return THRESH_OK;
}

thresh_status thresh_arm_of_mean(thresh_arm *out, double n, double mean, double sd)
{
    thresh_arm arm = { n, mean, sd * sd / n };

    if (!isfinite(n) || n < 2 || !is_standard_error(sd) || !is_arm(&arm))
        return THRESH_EDOMAIN;
    *out = arm;
    return THRESH_OK;
}

thresh_status thresh_arm_over_strata(thresh_arm *out, const thresh_arm *strata,
                                     const double *weights, size_t count)
{
    thresh_arm arm = { 0, 0, 0 };
    double total = 0;

    for (size_t i = 0; i < count; i++) {
        if (!isfinite(weights[i]) || weights[i] < 0
            || (weights[i] > 0 && !(strata[i].n > 0 && is_arm(&strata[i]))))
            return THRESH_EDOMAIN;
        total += weights[i];
    }
    if (!(total > 0))
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < count; i++) {
        double w = weights[i] / total;
        if (w == 0)
            continue;
        arm.n += strata[i].n;
        arm.mean += w * strata[i].mean;
        arm.variance += w * w * strata[i].variance;
    }
    *out = arm;
    return THRESH_OK;
}

thresh_status thresh_arms_difference(thresh_interval *out, const thresh_arm *b, const thresh_arm *c,
                                     double z_low, double z_high)
{
    double difference = b->mean - c->mean, se = sqrt(b->variance + c->variance);

    if (!is_arm(b) || !is_arm(c) || !(z_low > 0) || !(z_high > 0) || !isfinite(difference)
        || !isfinite(se))
        return THRESH_EDOMAIN;
    /* no bound is no bound, whatever the standard error */
    *out = (thresh_interval){ isinf(z_low) ? -INFINITY : difference - z_low * se,
                              isinf(z_high) ? INFINITY : difference + z_high * se };
    return THRESH_OK;
}

/* The ratio at one end, `side` -1 or 1; NaN: b cannot be told from 0. */
static double ratio_end(const thresh_arm *b, const thresh_arm *c, double z, double side)
{
    if (isinf(z))
        return side * INFINITY;
    double ratio = c->mean / b->mean, g = z * z * b->variance / (b->mean * b->mean);
    if (!isfinite(ratio) || !(g < 1))
        return NAN;
    double spread = c->variance * (1 - g) + ratio * ratio * b->variance;
    return (ratio + side * z / fabs(b->mean) * sqrt(spread)) / (1 - g);
}

thresh_status thresh_arms_ratio(thresh_interval *out, const thresh_arm *b, const thresh_arm *c,
                                double z_low, double z_high)
{
    if (!is_arm(b) || !is_arm(c) || !(z_low > 0) || !(z_high > 0))
        return THRESH_EDOMAIN;
    thresh_interval r = { ratio_end(b, c, z_low, -1), ratio_end(b, c, z_high, 1) };
    if (isnan(r.low) || isnan(r.high))
        return THRESH_EDOMAIN;
    *out = r;
    return THRESH_OK;
}

/* --- any number of looks --- */

double thresh_mixture_best(double alpha)
{
    if (!(alpha > 0 && alpha < 0.5))
        return NAN;
    return -gsl_sf_lambert_Wm1(-4 * alpha * alpha * exp(-1)) - 1;
}

/* log Phi(x) and its derivative for x >= 0 */
static double log_phi(double x, double *slope)
{
    double p = gsl_cdf_ugaussian_P(x);

    *slope = gsl_ran_ugaussian_pdf(x) / p;
    return log(p);
}

thresh_status thresh_mixture_multiple(double *out, double information, double alpha)
{
    enum { STEPS = 50 };
    double r = information, q = r / (1 + r);

    if (!(r > 0) || !isfinite(r) || !(alpha > 0 && alpha < 0.5))
        return THRESH_EDOMAIN;
    /* Newton from above, where the logarithm of the mixture is convex: each step stays above */
    double target = 0.5 * log1p(r) - M_LN2 - log(alpha);
    double x = sqrt(2 * (target + M_LN2) / q);
    for (int i = 0; i < STEPS; i++) {
        double slope, value = x * x * q / 2 + log_phi(x * sqrt(q), &slope) - target;
        double next = x - value / (x * q + slope * sqrt(q));
        if (!(fabs(next - x) > 1e-14 * x))
            break;
        x = next;
    }
    *out = x;
    return THRESH_OK;
}

/* --- the split of traffic --- */

thresh_status thresh_sample_ratio(double *out, const double *counts, const double *shares,
                                  size_t arms, double concentration)
{
    double total = 0, whole = 0, factor = 0;

    if (arms < 2 || !(concentration > 0) || !isfinite(concentration))
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < arms; i++) {
        if (!isfinite(counts[i]) || counts[i] < 0 || !(shares[i] > 0))
            return THRESH_EDOMAIN;
        double prior = concentration * shares[i];
        factor +=
            gsl_sf_lngamma(prior + counts[i]) - gsl_sf_lngamma(prior) - counts[i] * log(shares[i]);
        total += counts[i];
        whole += shares[i];
    }
    if (fabs(whole - 1) > 1e-9)
        return THRESH_EDOMAIN;
    *out = factor + gsl_sf_lngamma(concentration) - gsl_sf_lngamma(concentration + total);
    return THRESH_OK;
}

/* --- over time --- */

thresh_status thresh_effect_trend(thresh_trend *out, const double *effect, const double *variance,
                                  size_t n)
{
    double weights = 0, at = 0, level = 0, along = 0, across = 0;

    if (n < 3)
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(effect[i]) || !isfinite(variance[i]) || !(variance[i] > 0))
            return THRESH_EDOMAIN;
        weights += 1 / variance[i];
        at += (double)i / variance[i];
        level += effect[i] / variance[i];
    }
    at /= weights;
    level /= weights;
    for (size_t i = 0; i < n; i++) {
        double step = (double)i - at;
        along += step * step / variance[i];
        across += step * (effect[i] - level) / variance[i];
    }
    double slope = across / along, se = 1 / sqrt(along);
    if (!isfinite(slope) || !isfinite(se))
        return THRESH_EDOMAIN;
    *out = (thresh_trend){ slope, se, 2 * gsl_cdf_ugaussian_Q(fabs(slope) / se) };
    return THRESH_OK;
}
