/**
 * @file regression.h
 * How an outcome depends on a dose: lines, logistic and monotone curves, the dose at which the outcome
 * has risen by a stated amount, and change points. Pure numerics: a dose is any number, an outcome a
 * share of trials or a mean. Curves are looked at as rising; whoever has a falling one turns it over.
 */
#ifndef THRESH_REGRESSION_H
#define THRESH_REGRESSION_H

#include <thresh/base.h>
#include <thresh/stats.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an outcome is. */
typedef enum thresh_response {
    THRESH_RESPONSE_SHARE, /**< of `weight` trials, in [0, 1]: binomial, on the scale of the logit */
    THRESH_RESPONSE_MEAN   /**< any number, of variance 1 / `weight` but for a factor: normal */
} thresh_response;

/** Rows of a history, all arrays of `n`, borrowed. */
typedef struct thresh_doses {
    const double *dose, *outcome;
    const double *weight; /**< > 0: trials of a share, which may be 1 */
    size_t n;
    thresh_response response;
} thresh_doses;

/** outcome = intercept + slope dose, of a share on the scale of the logit. */
typedef struct thresh_curve {
    double intercept, slope;
    double var_intercept, var_slope, covariance; /**< of the two, the dispersion included */
    double dispersion; /**< of a share Pearson's X^2 / (n - 2), at least 1; of a mean s^2 */
    double deviance;   /**< of a mean the sum of squares */
    double null_deviance; /**< without a dose */
    double log_likelihood; /**< of a share, without the binomial coefficients */
    double trend_p; /**< one-sided, H1: the outcome rises with the dose */
    bool separated; /**< of a share: a dose parts successes from failures, so that no finite curve is the
                         likeliest; the figures are NaN */
} thresh_curve;

/**
 * Fits the curve.
 *
 * A share: maximum likelihood by Fisher scoring with halved steps; whether the outcomes are separated
 * is told from the data before, and not by a fit that does not end. Variances are multiplied with the
 * dispersion where it is above 1: rows differ by more than chance. trend_p is of the root of the
 * likelihood ratio, over the dispersion, as Student's t of n - 2 degrees of freedom.
 * A mean: weighted least squares, and the t of the slope.
 *
 * @return THRESH_OK; THRESH_EDOMAIN: n < 3, all doses the same, or something out of range
 * Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., sec. 2.5, 4.4 and 4.5 (quasi-
 * binomial); separation: Albert & Anderson (1984), Biometrika 71:1-10. As R's glm with family
 * quasibinomial, and lm. Cost: O(n), some ten passes.
 */
THRESH_API thresh_status thresh_fit_curve(thresh_curve *out, const thresh_doses *data);
/** @return the outcome of the curve at a dose. */
THRESH_API double thresh_curve_at(const thresh_curve *curve, thresh_response response, double dose);
/**
 * Bounds of the curve at a dose: Wald's, of a share on the scale of the logit, by Student's t.
 * @param n           rows that it was fitted to
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_EDOMAIN: n < 3, or the curve is separated
 * Source: Draper & Smith (1998), ch. 3; McCullagh & Nelder (1989), sec. 4.5. As R's predict.glm with se.fit.
 */
THRESH_API thresh_status thresh_curve_band(thresh_interval *out, const thresh_curve *curve,
                                           thresh_response response, double dose, size_t n,
                                           double confidence);

/** How much an outcome of `base` has to rise: by + of_base |base| + of_rest (1 - base). */
typedef struct thresh_rise {
    double by, of_base, of_rest;
} thresh_rise;

/** A dose, and bounds of it; INFINITY: no dose reaches that far, or no bound is known. */
typedef struct thresh_dose {
    double estimate, low, high;
} thresh_dose;

/**
 * The dose at which the outcome has risen by a stated amount over that at dose 0: the benchmark dose.
 *
 * A share: bounds by the profile likelihood, over the dispersion. A mean: Fieller's theorem.
 *
 * @param rise        >= 0 each, one of them > 0; of_rest only of a share
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK, with low = 0 or high = INFINITY where the data set no bound; THRESH_EDOMAIN, also
 *         where the curve is separated
 * Source: Crump (1984), Fundam. Appl. Toxicol. 4:854-871; Crump & Howe (1985), in Clayson et al. (eds),
 * Toxicological Risk Assessment, vol. 1, ch. 9, bounds by the likelihood ratio; with Student's t for
 * the normal deviate. Cost: some 60 passes over the rows.
 */
THRESH_API thresh_status thresh_benchmark_dose(thresh_dose *out, const thresh_doses *data,
                                               const thresh_curve *curve, const thresh_rise *rise,
                                               double confidence);

/** A curve that is level up to a dose and rises from there. */
typedef struct thresh_change {
    thresh_dose at;
    thresh_curve curve; /**< of the dose beyond `at` */
    double p; /**< H0: it rises from the first dose on. A rough one: see below */
} thresh_change;

/**
 * The dose from which on the outcome changes: of all likeliest curves over max(0, dose - at) the
 * likeliest, `at` from the least dose (or 0, if that is less) to where two different doses remain.
 * Bounds are those of the likelihood ratio, to a 200th of the range.
 *
 * p is of the F distribution of 1 and n - 3 degrees of freedom; the break is not a regular parameter,
 * so that it is no more than a check.
 * @return THRESH_OK; THRESH_EDOMAIN: fewer than 4 different doses, or as thresh_fit_curve()
 * Source: Pastor & Guallar (1998), Am. J. Epidemiol. 148:631-642; Muggeo (2003), Statistics in Medicine
 * 22:3055-3071. Cost: some 250 fits, of shares by some 3 passes each.
 */
THRESH_API thresh_status thresh_change_point(thresh_change *out, const thresh_doses *data,
                                             double confidence);

/**
 * The rising sequence nearest to y by weighted squares; of shares of trials the likeliest one.
 *
 * @param[out] fitted  n values; may be y
 * @param weight       > 0
 * Source: pool adjacent violators: Ayer et al. (1955), Ann. Math. Stat. 26:641-647; Barlow et al.
 * (1972), Statistical Inference under Order Restrictions, sec. 1.2. Cost: O(n).
 */
THRESH_API thresh_status thresh_isotonic(double *fitted, const double *y, const double *weight, size_t n);

/** A monotone curve: straight between its knots, level outside. */
typedef struct thresh_steps {
    double *dose, *outcome; /**< `n` knots, both ascending */
    size_t n;
} thresh_steps;

/**
 * Centred isotonic regression: each level piece of the isotonic one is drawn together to its mean dose,
 * with straight lines between, so that it can be inverted.
 *
 * @param[in,out] out     arrays of the caller with room for n each
 * @param dose            ascending, no two the same
 * @param outcome, weight of each dose
 * Source: Oron & Flournoy (2017), Stat. Biopharm. Res. 9:258-267. Cost: O(n).
 */
THRESH_API thresh_status thresh_centred_isotonic(thresh_steps *out, const double *dose,
                                                 const double *outcome, const double *weight, size_t n);
/** @return the outcome of the curve at a dose. */
THRESH_API double thresh_steps_at(const thresh_steps *steps, double dose);
/** @return the least dose >= 0 at which the curve has risen so far over dose 0, or INFINITY. */
THRESH_API double thresh_steps_dose(const thresh_steps *steps, const thresh_rise *rise);

/** Rows in bins of like doses. */
typedef struct thresh_bins {
    double *dose, *outcome, *weight; /**< of each bin: means over its weights, and the sum of these */
    uint32_t *rows;                  /**< how many it has */
    size_t n;
    uint32_t *bin; /**< of each row */
} thresh_bins;

/**
 * Bins of about the same weight, equal doses never parted; those of 0 and below are one.
 * @param[out] out  free with thresh_bins_dispose()
 * @param most      bins, >= 2
 */
THRESH_API thresh_status thresh_bin_doses(thresh_bins *out, const thresh_doses *data, size_t most);
THRESH_API void thresh_bins_dispose(thresh_bins *bins);

/**
 * The doses at which a monotone curve through the bins has risen by each of `count` amounts, with bounds
 * by the bootstrap of rows: percentiles of the resampled doses, those that are not reached among them.
 *
 * @param[out] out   `count` doses
 * @param resamples  >= 1 / (1 - confidence)
 * Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13; cases are resampled, so
 * that no variance is supposed. Where the outcome stays level before it rises, the curve finds a rise too
 * early, and the upper bound is too low more often than it says; the lower bound holds
 * (tests/bench/calibration). Cost: O(n resamples).
 */
THRESH_API thresh_status thresh_monotone_doses(thresh_dose *out, const thresh_doses *data,
                                               const thresh_bins *bins, const thresh_rise *rises,
                                               size_t count, double confidence, size_t resamples,
                                               uint64_t seed);

/**
 * p of H0 "the outcome never falls with the dose": how often bins drawn from the isotonic curve are
 * as far from rising as those of the data.
 *
 * The variance of a bin is that of its rows around it: of a share never less than that of its trials.
 * Source: Robertson, Wright & Dykstra (1988), Order Restricted Statistical Inference, sec. 2.3, the
 * statistic of order against none, its distribution at the curve itself by simulation.
 */
THRESH_API thresh_status thresh_monotone_p(double *out, const thresh_doses *data,
                                           const thresh_bins *bins, size_t resamples, uint64_t seed);

/**
 * p of H0 "the curve fits": bins against the means of the curve over their rows, over the dispersion, by
 * the F distribution of (bins - 2) and (n - 2) degrees of freedom.
 *
 * @return THRESH_EDOMAIN with less than 3 bins, or where the curve is separated
 * Source: Hosmer & Lemeshow (1980), Commun. Stat. A 9:1043-1069, bins by the dose, which orders rows as
 * the fitted shares do; McCullagh & Nelder (1989), sec. 4.5, for the dispersion. Cost: O(n).
 */
THRESH_API thresh_status thresh_curve_fit_p(double *out, const thresh_doses *data,
                                            const thresh_bins *bins, const thresh_curve *curve);

/** A straight line, for what one value is worth in another. */
typedef struct thresh_slope {
    double intercept, slope, se;
    thresh_interval interval; /**< of the slope */
    double r_squared;
    double n;
} thresh_slope;

/**
 * Weighted least squares of y on x; NULL weights are all 1.
 *
 * @param confidence  one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK; THRESH_EDOMAIN: n < 3 or all x the same
 * Source: Draper & Smith (1998), Applied Regression Analysis, 3rd ed., ch. 1 and 9. As R's lm.
 */
THRESH_API thresh_status thresh_slope_of(thresh_slope *out, const double *x, const double *y,
                                         const double *weight, size_t n, double confidence);

#ifdef __cplusplus
}
#endif
#endif
