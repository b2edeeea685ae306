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
    *out = (thresh_arm){ n, x / n, p * (1 - p) / n, n };
    return THRESH_OK;
}

thresh_status thresh_arm_of_mean(thresh_arm *out, double n, double mean, double sd)
{
    thresh_arm arm = { n, mean, sd * sd / n, 0 };

    if (!isfinite(n) || n < 2 || !is_standard_error(sd) || !is_arm(&arm))
        return THRESH_EDOMAIN;
    *out = arm;
    return THRESH_OK;
}

thresh_status thresh_arm_over_strata(thresh_arm *out, const thresh_arm *strata,
                                     const double *weights, size_t count)
{
    thresh_arm arm = { 0, 0, 0, 0 };
    double total = 0, smoothed = 0;
    bool shares = true;

    for (size_t i = 0; i < count; i++) {
        if (!isfinite(weights[i]) || weights[i] < 0
            || (weights[i] > 0 && !(strata[i].n > 0 && is_arm(&strata[i]))))
            return THRESH_EDOMAIN;
        total += weights[i];
    }
    if (!(total > 0))
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < count; i++) {
        double w = weights[i] / total, n = strata[i].trials;
        if (w == 0)
            continue;
        arm.n += strata[i].n;
        arm.mean += w * strata[i].mean;
        arm.variance += w * w * strata[i].variance;
        shares = shares && n > 0;
        smoothed += w * (strata[i].mean * n + 1) / (n + 2);
    }
    if (shares)
        arm.trials = smoothed * (1 - smoothed) / arm.variance;
    *out = arm;
    return THRESH_OK;
}

/* How far the bounds are from the mean. */
typedef struct reach {
    double down, up;
} reach;

static reach reach_of(const thresh_arm *a, double z_down, double z_up)
{
    double p = a->mean, n = a->trials, se = sqrt(a->variance), of[2], z[2] = { z_down, z_up };

    for (int i = 0; i < 2; i++) {
        double side = i == 0 ? -1 : 1, square = z[i] * z[i] / n;
        of[i] = isinf(z[i]) ? INFINITY
                : n > 0
                    ? side
                          * ((p + square / 2 + side * z[i] * sqrt(p * (1 - p) / n + square / n / 4))
                                 / (1 + square)
                             - p)
                    : z[i] * se;
    }
    return (reach){ fmax(of[0], 0), fmax(of[1], 0) };
}

static bool usable(const thresh_arm *a, const thresh_arm *b, double z_low, double z_high)
{
    return is_arm(a) && is_arm(b) && z_low > 0 && z_high > 0;
}

thresh_status thresh_arm_bounds(thresh_interval *out, const thresh_arm *arm, double z_low,
                                double z_high)
{
    if (!usable(arm, arm, z_low, z_high))
        return THRESH_EDOMAIN;
    reach r = reach_of(arm, z_low, z_high);
    *out = (thresh_interval){ arm->mean - r.down, arm->mean + r.up };
    return THRESH_OK;
}

thresh_status thresh_arms_difference(thresh_interval *out, const thresh_arm *b, const thresh_arm *c,
                                     double z_low, double z_high)
{
    double difference = b->mean - c->mean;

    if (!usable(b, c, z_low, z_high) || !isfinite(difference))
        return THRESH_EDOMAIN;
    reach of_b = reach_of(b, z_low, z_high), of_c = reach_of(c, z_high, z_low);
    *out = (thresh_interval){ difference - hypot(of_b.down, of_c.up),
                              difference + hypot(of_b.up, of_c.down) };
    return THRESH_OK;
}

/* The ratio at one end, `side` -1 or 1, from how far b and c reach there; NaN: b cannot be told
 * from 0. */
static double ratio_end(const thresh_arm *b, const thresh_arm *c, double of_b, double of_c,
                        double side)
{
    double ratio = c->mean / b->mean, g = of_b / b->mean * (of_b / b->mean);

    if (isinf(of_b))
        return side * INFINITY;
    if (!isfinite(ratio) || !(g < 1))
        return NAN;
    double spread = of_c * of_c * (1 - g) + ratio * ratio * of_b * of_b;
    return (ratio + side / fabs(b->mean) * sqrt(spread)) / (1 - g);
}

thresh_status thresh_arms_ratio(thresh_interval *out, const thresh_arm *b, const thresh_arm *c,
                                double z_low, double z_high)
{
    if (!usable(b, c, z_low, z_high))
        return THRESH_EDOMAIN;
    /* the lower end of c - r b is that of c and the upper one of b; of a negative b, the other way
     */
    bool flip = b->mean < 0;
    double z_b[2] = { flip ? z_low : z_high, flip ? z_high : z_low };
    double z_c[2] = { flip ? z_high : z_low, flip ? z_low : z_high };
    reach of_b = reach_of(b, z_b[0], z_b[1]), of_c = reach_of(c, z_c[0], z_c[1]);
    thresh_interval r = {
        ratio_end(b, c, flip ? of_b.down : of_b.up, flip ? of_c.up : of_c.down, -1),
        ratio_end(b, c, flip ? of_b.up : of_b.down, flip ? of_c.down : of_c.up, 1)
    };
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
    /* estimates of one precision at 1 .. k have squares of k (k^2 - 1) / 12 about their middle */
    double planned = THRESH_TREND_PLANNED * (THRESH_TREND_PLANNED * THRESH_TREND_PLANNED - 1) / 12;
    *out = (thresh_trend){ slope, se, 2 * gsl_cdf_ugaussian_Q(fabs(slope) / se),
                           along * ((double)n / weights) / planned };
    return THRESH_OK;
}
