/**
 * @file calibrate.h
 * From what users did when a metric was worse to the limits of a profile: the degradation that they
 * perceive and the one that they do not accept, each with an interval; and what a business metric loses
 * with each point of a technical one.
 */
#ifndef THRESH_CALIBRATE_H
#define THRESH_CALIBRATE_H

#include <thresh/language.h>
#include <thresh/metric.h>
#include <thresh/regression.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Fewest rows that anything is estimated from. */
#define THRESH_CALIBRATE_LEAST_ROWS ((size_t)10)
/** Most outcomes of one history. */
#define THRESH_CALIBRATE_MOST_OUTCOMES ((size_t)16)

/** Which curve the limits are taken from. */
typedef enum thresh_fit {
    THRESH_FIT_AUTO,    /**< the parametric one, unless the monotone one contradicts it */
    THRESH_FIT_CURVE,   /**< the logistic one of shares, the straight line of means */
    THRESH_FIT_MONOTONE /**< the isotonic one */
} thresh_fit;
/** @return "curve", "monotone", … */
THRESH_API const char *thresh_fit_name(thresh_fit fit);

/** What to look at; NULL and 0 mean the default. Lists end with NULL; in those of "[OUTCOME=]VALUE" a value
 * without a name is for every outcome. */
typedef struct thresh_calibrate_options {
    const char *metric; /**< that degrades; default: what the name of its column says */
    const char *dose;   /**< column of the degradation, positive where the candidate is worse */
    const char *baseline, *candidate; /**< or columns of the metric's two values */
    const char *unit;                 /**< of the degradation: "pp", "%", "points", "ms", … */
    const char *trials;               /**< column of users, sessions, … */
    const char *const *outcomes;
    const char *const *reading;      /**< "count", "rate" or "mean" */
    const char *const *worse;        /**< "higher" or "lower" */
    const char *const *perceptible;  /**< "0.5pp", "5%" of its value, "0.1" */
    const char *const *unacceptable; /**< the same */
    thresh_fit fit;
    bool at_point;     /**< limits are the estimates, and not the lower bounds */
    bool mapping;      /**< only what each unit of degradation costs in the outcome */
    double confidence; /**< one-sided, of each bound; 0: 0.95 */
    size_t resamples;  /**< 0: 1,999 */
    uint64_t seed;
} thresh_calibrate_options;

/** A degradation from which on an outcome is worse by a stated amount. */
typedef struct thresh_threshold {
    const char *name;     /**< "perceptible" or "unacceptable" */
    const char *worse_by; /**< the amount: "0.5 pp", "5 %", "0.1" */
    thresh_rise rise;
    thresh_dose curve;    /**< all NaN where there is none */
    thresh_dose monotone;
    thresh_dose chosen;   /**< one of the two */
    double limit;         /**< of a profile; NaN: the data cannot tell */
} thresh_threshold;

/** A bin of rows, and a point of the fitted curves; outcomes as the file has them. */
typedef struct thresh_dose_bin {
    double dose, outcome, weight;
    size_t rows;
} thresh_dose_bin;
typedef struct thresh_curve_point {
    double dose, curve, monotone; /**< curve: NaN where there is none */
    double low, high; /**< of the curve, one-sided bounds each; NaN with it */
} thresh_curve_point;
/** A row that is drawn. */
typedef struct thresh_dose_row {
    double dose, outcome, weight;
} thresh_dose_row;

/** How an outcome was read. */
typedef enum thresh_reading_of {
    THRESH_OUTCOME_COUNT, /**< so many of the trials */
    THRESH_OUTCOME_RATE,  /**< a share of the trials */
    THRESH_OUTCOME_TRUTH, /**< 0 or 1, of one trial */
    THRESH_OUTCOME_MEAN   /**< any number, such as a score; of the trials, or of equal rows */
} thresh_reading_of;
/** @return "count", "rate", "truth" or "mean". */
THRESH_API const char *thresh_reading_of_name(thresh_reading_of reading);

typedef struct thresh_calibrated {
    const char *name;
    thresh_reading_of reading;
    bool worse_higher;
    size_t rows; /**< used */
    double trials;
    double at_zero;    /**< outcome without degradation, by the chosen curve */
    thresh_curve curve; /**< of the outcome turned so that it rises where it gets worse */
    bool has_change;
    thresh_change change;
    double fit_p;      /**< H0: the curve fits; NaN where there is none, or too few bins */
    double monotone_p; /**< H0: it never gets better with the degradation */
    thresh_fit fit;    /**< chosen */
    thresh_threshold thresholds[2]; /**< perceptible, unacceptable */
    thresh_slope loss;  /**< how much worse the outcome gets, shares as fractions, per unit */
    thresh_slope slope; /**< of the outcome as the file has it */
    const thresh_dose_bin *bins;
    size_t bin_count;
    const thresh_curve_point *points;
    size_t point_count;
    /** Rows for a plot, of many every so many; of outcomes that are 0 or 1 none: bins show these. */
    const thresh_dose_row *drawn;
    size_t drawn_count;
    const thresh_phrase *reasons; /**< why the data cannot tell; none: they do */
    size_t reason_count;
    const thresh_phrase *notes;
    size_t note_count;
} thresh_calibrated;

/** What was found. It borrows names from the set and the options, which have to outlive it. */
typedef struct thresh_calibration {
    const char *path, *sha256;
    const char *metric; /**< NULL: not known, so that no profile can be written */
    const char *unit;   /**< of degradations: "pp", "%", … */
    const char *dose;   /**< column, or the two columns of which it is the difference */
    const char *trials; /**< column, or NULL */
    size_t rows, skipped;
    double largest;     /**< degradation */
    double confidence;
    size_t resamples;
    uint64_t seed;
    bool mapping, at_point;
    thresh_calibrated *outcomes;
    size_t outcome_count;
    bool known; /**< every outcome tells: a profile has these limits */
    double accept, tolerate; /**< else NaN: the least of all outcomes, rounded down to three digits */
} thresh_calibration;

/**
 * Estimates from the rows of a table.
 *
 * The perceptible point is the least degradation at which the outcome is worse than without any by
 * `perceptible`, the unacceptable one that of `unacceptable`: of shares 0.5pp and 2pp, of means stated.
 *
 * @param[out] out  free with thresh_calibration_free()
 * @param set       read with thresh_read_options.table
 * @return THRESH_OK, also when the data cannot tell; THRESH_EINVAL, THRESH_EFORMAT or THRESH_EEMPTY,
 *         with a message at its line: no such column, numbers out of range, less than
 *         THRESH_CALIBRATE_LEAST_ROWS rows, one and the same outcome or degradation in all
 */
THRESH_API thresh_status thresh_calibrate(thresh_calibration **out, const thresh_set *set,
                                          const thresh_catalog *catalog,
                                          const thresh_calibrate_options *options,
                                          thresh_diags *diags);
THRESH_API void thresh_calibration_free(thresh_calibration *calibration);

#ifdef __cplusplus
}
#endif
#endif
