/* How many samples a proof of non-inferiority takes, and which limit so many can prove. */
#include "stats/domain.h"
#include "stats/restricted.h"
#include "thresh/power.h"
#include "thresh/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static bool usable(double confidence, double power)
{
    return is_confidence(confidence) && power >= 0.5 && power < 1;
}

/* --- proportions --- */

/* Two expected proportions whose difference shall be shown to lie below a limit, by a score test:
 * n times the variances of the estimate, as if the difference were the limit, and as expected. */
typedef struct expected {
    double difference, variance;
    double (*restricted)(double limit, const double *share);
    double share[2];
} expected;

static double paired_variance(double limit, const double *share)
{
    return restricted_paired(limit, share[0], share[1], 1);
}

static double independent_variance(double limit, const double *share)
{
    return restricted_independent(limit, share[0], 1, share[1], 1);
}

static bool expect_paired(expected *out, double only_base, double only_cand)
{
    double difference = only_base - only_cand, any = only_base + only_cand;

    *out = (expected){ difference,
                       fmax(0, any - difference * difference),
                       paired_variance,
                       { only_base, only_cand } };
    return only_base >= 0 && only_cand >= 0 && any <= 1;
}

static bool expect_independent(expected *out, double p_b, double p_c)
{
    *out = (expected){
        p_b - p_c, p_b * (1 - p_b) + p_c * (1 - p_c), independent_variance, { p_b, p_c }
    };
    return p_b >= 0 && p_b <= 1 && p_c >= 0 && p_c <= 1;
}

/* Samples, not rounded. They fall as the limit grows, as the score statistic does. */
static double needed(const expected *e, double limit, double confidence, double power)
{
    double margin = limit - e->difference;
    double root = thresh_normal_quantile(confidence) * sqrt(fmax(0, e->restricted(limit, e->share)))
                  + thresh_normal_quantile(power) * sqrt(e->variance);

    return margin > 0 ? root / margin * (root / margin) : INFINITY;
}

static thresh_status samples_of(double *out, const expected *e, double limit, double confidence,
                                double power)
{
    if (!usable(confidence, power) || !(limit > -1 && limit < 1))
        return THRESH_EDOMAIN;
    /* what rounding adds to a whole number takes no further sample */
    double n = fmax(1, ceil(needed(e, limit, confidence, power) * (1 - 1e-12)));
    if (!(n <= THRESH_PLAN_MOST))
        return THRESH_EDOMAIN;
    *out = n;
    return THRESH_OK;
}

static thresh_status limit_of(double *out, const expected *e, double n, double confidence,
                              double power)
{
    double low = e->difference, high = 1;

    if (!usable(confidence, power) || !(n >= 1 && n <= THRESH_PLAN_MOST)
        || needed(e, nextafter(high, 0), confidence, power) > n)
        return THRESH_EDOMAIN;
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (needed(e, middle, confidence, power) > n)
            low = middle;
        else
            high = middle;
    }
    *out = high;
    return THRESH_OK;
}

thresh_status thresh_plan_samples_paired_proportions(double *out, double only_base,
                                                     double only_cand, double limit,
                                                     double confidence, double power)
{
    expected e;

    return expect_paired(&e, only_base, only_cand) ? samples_of(out, &e, limit, confidence, power)
                                                   : THRESH_EDOMAIN;
}

thresh_status thresh_plan_limit_paired_proportions(double *out, double only_base, double only_cand,
                                                   double n, double confidence, double power)
{
    expected e;

    return expect_paired(&e, only_base, only_cand) ? limit_of(out, &e, n, confidence, power)
                                                   : THRESH_EDOMAIN;
}

thresh_status thresh_plan_samples_two_proportions(double *out, double p_b, double p_c, double limit,
                                                  double confidence, double power)
{
    expected e;

    return expect_independent(&e, p_b, p_c) ? samples_of(out, &e, limit, confidence, power)
                                            : THRESH_EDOMAIN;
}

thresh_status thresh_plan_limit_two_proportions(double *out, double p_b, double p_c, double n,
                                                double confidence, double power)
{
    expected e;

    return expect_independent(&e, p_b, p_c) ? limit_of(out, &e, n, confidence, power)
                                            : THRESH_EDOMAIN;
}

/* --- means --- */

/*
 * P(T' > t) of the noncentral t distribution, T' = (Z + ncp) / S, S being the root of a chi-squared
 * over its df. Both ways take the trapezoidal rule, which is exact but for rounding where a smooth
 * density falls off at both ends faster than any power; dividing by the sum of the weights spares
 * their constant.
 */

/* The mean of P(S < (ncp - Z) / t) over Z: for t that is large beside the root of df, and ncp far
 * above all Z. */
static double above_over_z(double t, double df, double ncp)
{
    double total = 0, weights = 0;

    for (double z = -9; z <= 9; z += 0.125) {
        double s = (ncp - z) / t, weight = exp(-z * z / 2);
        weights += weight;
        total += weight * gsl_cdf_chisq_P(df * s * s, df);
    }
    return total / weights;
}

/* The mean of Phi(ncp - t S) over log S. */
static double above_over_s(double t, double df, double ncp)
{
    /* a fourth of the narrower of the two slopes */
    double step = fmin(1 / sqrt(2 * df), 1 / (1 + ncp)) / 4, total = 0, weights = 0;

    for (int side = -1; side <= 1; side += 2)
        for (double i = side < 0 ? 1 : 0;; i++) {
            double y = side * i * step, square = expm1(2 * y) - 2 * y;
            /* the terms cancel where y is small: the first two of the series */
            if (fabs(y) < 1e-5)
                square = 2 * y * y * (1 + 2 * y / 3);
            double weight = exp(-df / 2 * square);
            if (weight < 1e-18)
                break;
            weights += weight;
            total += weight * gsl_cdf_ugaussian_P(ncp - t * exp(y));
        }
    return total / weights;
}

/* ncp >= 0. */
static double noncentral_above(double t, double df, double ncp)
{
    /* the slope over log S would be too steep. A quantile t that is small beside the root of df is
     * below 15, and no S reaches ncp / t then */
    if (ncp > 50)
        return t * t > 2 * df ? above_over_z(t, df, ncp) : 1;
    return above_over_s(t, df, ncp);
}

/* A mean difference with n samples: its standard error is sd / sqrt(n), with `per_sample` degrees
 * of freedom for each sample but the first. */
typedef struct spread {
    double sd, per_sample;
} spread;

static double power_of(double n, double margin, spread s, double confidence)
{
    double df = (n - 1) * s.per_sample;

    return noncentral_above(gsl_cdf_tdist_Pinv(confidence, df), df, margin / s.sd * sqrt(n));
}

static thresh_status samples_for_mean(double *out, double margin, spread s, double confidence,
                                      double power)
{
    double low = 1, high = 2;

    if (!usable(confidence, power) || !(margin > 0) || !isfinite(margin))
        return THRESH_EDOMAIN;
    /* where nothing varies, two samples show it */
    while (s.sd > 0 && power_of(high, margin, s, confidence) < power) {
        low = high;
        high *= 2;
        if (high > 2 * THRESH_PLAN_MOST)
            return THRESH_EDOMAIN;
    }
    while (high - low > 1) {
        double middle = floor(low + (high - low) / 2);
        if (power_of(middle, margin, s, confidence) < power)
            low = middle;
        else
            high = middle;
    }
    if (high > THRESH_PLAN_MOST)
        return THRESH_EDOMAIN;
    *out = high;
    return THRESH_OK;
}

static thresh_status limit_for_mean(double *out, double difference, double n, spread s,
                                    double confidence, double power)
{
    double df = (n - 1) * s.per_sample, low = 0, high = 1;

    if (!usable(confidence, power) || !isfinite(difference) || !(n >= 2 && n <= THRESH_PLAN_MOST))
        return THRESH_EDOMAIN;
    double t = gsl_cdf_tdist_Pinv(confidence, df);
    while (noncentral_above(t, df, high) < power) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < 100; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (noncentral_above(t, df, middle) < power)
            low = middle;
        else
            high = middle;
    }
    double limit = difference + high * (s.sd / sqrt(n));
    if (!isfinite(limit))
        return THRESH_EDOMAIN;
    *out = limit;
    return THRESH_OK;
}

static spread spread_of_two(double sd_b, double sd_c)
{
    spread s = { hypot(sd_b, sd_c), 1 };

    if (s.sd > 0)
        s.per_sample = 1 / (pow(sd_b / s.sd, 4) + pow(sd_c / s.sd, 4));
    return s;
}

thresh_status thresh_plan_samples_paired_means(double *out, double difference, double sd,
                                               double limit, double confidence, double power)
{
    if (!is_standard_error(sd))
        return THRESH_EDOMAIN;
    return samples_for_mean(out, limit - difference, (spread){ sd, 1 }, confidence, power);
}

thresh_status thresh_plan_limit_paired_means(double *out, double difference, double sd, double n,
                                             double confidence, double power)
{
    if (!is_standard_error(sd))
        return THRESH_EDOMAIN;
    return limit_for_mean(out, difference, n, (spread){ sd, 1 }, confidence, power);
}

thresh_status thresh_plan_samples_two_means(double *out, double difference, double sd_b,
                                            double sd_c, double limit, double confidence,
                                            double power)
{
    spread s = spread_of_two(sd_b, sd_c);

    if (!is_standard_error(sd_b) || !is_standard_error(sd_c) || !isfinite(s.sd))
        return THRESH_EDOMAIN;
    return samples_for_mean(out, limit - difference, s, confidence, power);
}

thresh_status thresh_plan_limit_two_means(double *out, double difference, double sd_b, double sd_c,
                                          double n, double confidence, double power)
{
    spread s = spread_of_two(sd_b, sd_c);

    if (!is_standard_error(sd_b) || !is_standard_error(sd_c) || !isfinite(s.sd))
        return THRESH_EDOMAIN;
    return limit_for_mean(out, difference, n, s, confidence, power);
}
