/**
 * @file drift.h
 * Has the data changed? Detectors that follow a stream value by value (Page-Hinkley, ADWIN), and
 * comparisons of a sample with a reference (Kolmogorov-Smirnov, population stability index).
 *
 * Common to all: results are untouched unless THRESH_OK. The detectors are plain structs without
 * pointers: copy them, keep them in arrays; their fields are to be read, and set by these functions
 * alone. A value that is refused leaves the detector as it was.
 */
#ifndef THRESH_DRIFT_H
#define THRESH_DRIFT_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The detectors: identifier, and the slug that documents have. */
#define THRESH_DETECTORS(X)                                                                        \
    X(NONE, "none")                                                                                \
    X(PAGE_HINKLEY, "page-hinkley")                                                                \
    X(ADWIN, "adwin")                                                                              \
    X(KOLMOGOROV_SMIRNOV, "kolmogorov-smirnov")                                                    \
    X(POPULATION_STABILITY, "population-stability")

typedef enum thresh_detector {
#define X(id, slug) THRESH_DETECTOR_##id,
    THRESH_DETECTORS(X)
#undef X
        THRESH_DETECTOR_COUNT
} thresh_detector;

/** @return the slug, such as "page-hinkley". */
THRESH_API const char *thresh_detector_slug(thresh_detector detector);

/* --- Page-Hinkley --- */

/** Which changes of the mean matter. */
typedef enum thresh_drift_direction {
    THRESH_DRIFT_EITHER_WAY,
    THRESH_DRIFT_UPWARDS,
    THRESH_DRIFT_DOWNWARDS
} thresh_drift_direction;

/** A Page-Hinkley detector. */
typedef struct thresh_page_hinkley {
    double delta;  /**< deviations from the mean up to this one are no change; unit of the values */
    double lambda; /**< the alarm: so much, summed up over the values, is a change */
    uint64_t least; /**< so many values come before the first alarm */
    thresh_drift_direction direction;
    uint64_t n;       /**< values since the beginning or the last alarm */
    double mean;      /**< of those */
    double up, down;  /**< what upward and downward deviations sum up to; >= 0 */
    double statistic; /**< the greater of those that matter; of the last value, alarms included */
    uint64_t alarms;
} thresh_page_hinkley;

/**
 * Begins.
 *
 * @param delta   >= 0; half of the least change that matters is usual
 * @param lambda  > 0; greater ones alarm later, and more rarely without a change
 * @param least   values before the first alarm; 30 is usual
 * @return THRESH_OK; THRESH_EDOMAIN
 */
THRESH_API thresh_status thresh_page_hinkley_init(thresh_page_hinkley *out, double delta,
                                                  double lambda, uint64_t least,
                                                  thresh_drift_direction direction);

/**
 * Takes the next value; after an alarm it begins anew, with the next one.
 *
 * @param[out] alarm  whether the mean has changed
 * @return THRESH_OK; THRESH_EDOMAIN when the value, or what it adds up to, is not finite
 * Source: Page (1954), Continuous inspection schemes, Biometrika 41:100-115, sec. 2.2: alarm when
 * S_n - min S_i > lambda, S_n being the sum of x_i - mean - delta; Hinkley (1971), Inference about
 * the change-point from cumulative sum tests, Biometrika 58:509-523, for a mean that is estimated:
 * here that of the values so far, the newest included. The difference is kept as
 * max(0, previous + x - mean - delta), which is the same. Cost: O(1).
 */
THRESH_API thresh_status thresh_page_hinkley_add(bool *alarm, thresh_page_hinkley *detector,
                                                 double value);

/* --- ADWIN --- */

/** Buckets of a size before two become one of twice the size (the paper's M). */
#define THRESH_ADWIN_BUCKETS 5
/** Sizes of buckets: 1, 2, 4, .. 2^39. */
#define THRESH_ADWIN_ROWS 40

/** Buckets of one size, the oldest first. */
typedef struct thresh_adwin_row {
    uint32_t count;
    double mean[THRESH_ADWIN_BUCKETS + 1];
    double squares[THRESH_ADWIN_BUCKETS + 1]; /**< sums of squared deviations from the mean */
} thresh_adwin_row;

/** An ADWIN detector: a window that is as long as its mean does not change. Some 4 KB. */
typedef struct thresh_adwin {
    double delta;   /**< chance of a cut without a change, at one look */
    double range;   /**< width of the interval that values come from */
    uint32_t clock; /**< it looks at every so many values */
    uint32_t since; /**< values since it looked */
    uint64_t width; /**< values in the window */
    double mean;    /**< of the window, when it looked last; see thresh_adwin_mean() */
    uint64_t alarms;
    /** The last cut: means of the older and the newer part, how far apart they had to be, and how
        many values the two parts had. */
    double older, newer, cut;
    uint64_t older_n, newer_n;
    uint32_t rows; /**< in use */
    thresh_adwin_row row[THRESH_ADWIN_ROWS];
} thresh_adwin;

/**
 * Begins.
 *
 * @param delta  in (0, 1); 0.002 is usual
 * @param range  > 0: for values in [0, 1], such as hits and misses, 1. Values without bounds have a
 *               range that they rarely leave; the bound on false alarms is then no proof
 * @param clock  >= 1; 32 is usual
 * @return THRESH_OK; THRESH_EDOMAIN
 */
THRESH_API thresh_status thresh_adwin_init(thresh_adwin *out, double delta, double range,
                                           uint32_t clock);

/**
 * Takes the next value; where the window's older and newer parts differ, the oldest buckets are
 * dropped until none do.
 *
 * @param[out] alarm  whether anything was dropped
 * @return THRESH_OK; THRESH_EDOMAIN when the value, or what it adds up to, is not finite
 * Source: Bifet & Gavalda (2007), Learning from time-changing data with adaptive windowing, SIAM
 * Int. Conf. on Data Mining, pp. 443-448: ADWIN2, the exponential histogram of sec. 4; the cut of
 * eq. (3.1), eps = sqrt(2 / m s^2 ln(2 / d')) + 2 / (3 m) ln(2 / d'), 1 / m = 1 / n_0 + 1 / n_1,
 * s^2 the variance of the window, d' = d / ln n. No part has less than 5 values. Beyond 2^39 times
 * 5 values the oldest are dropped without an alarm. Cost: O(1) amortised, and O(log n) for a look;
 * memory O(log n), bounded.
 */
THRESH_API thresh_status thresh_adwin_add(bool *alarm, thresh_adwin *detector, double value);

/** @return the mean of the window as it is; 0 when it is empty. Cost: O(log n). */
THRESH_API double thresh_adwin_mean(const thresh_adwin *detector);

/* --- two samples --- */

/** A Kolmogorov-Smirnov test of two samples. */
typedef struct thresh_ks {
    double d;     /**< greatest distance of the two distribution functions */
    double at;    /**< the least value at which they are so far apart */
    double p;     /**< chance of such a distance, or a greater one, from one distribution */
    bool b_above; /**< there b's is the higher: more of b's values are small */
    bool exact;
} thresh_ks;

/** Exact p values take so many steps at most. */
#define THRESH_KS_EXACT 10000000

/**
 * Kolmogorov-Smirnov test, two-sided.
 *
 * @param b, c  not empty, together at most 2^32 - 1; infinities are values
 * @return THRESH_OK; THRESH_EDOMAIN when there are none or too many, or one is NaN; THRESH_ENOMEM
 * Exact while n_b n_c <= THRESH_KS_EXACT, given the ties, by the recursion over lattice paths of
 * Schroeer & Trenkler (1995), Exact and randomization distributions of Kolmogorov-Smirnov tests two
 * or three samples, Comput. Stat. Data Anal. 20:185-202; written so that small p keep their digits.
 * Else by the limit of Smirnov (1948), Ann. Math. Stat. 19:279-281,
 * p = 2 sum (-1)^(k-1) exp(-2 k^2 l^2), with Stephens' (1970, J. R. Stat. Soc. B 32:115-122)
 * l = (sqrt(e) + 0.12 + 0.11 / sqrt(e)) d, e = n_b n_c / (n_b + n_c); with ties it is conservative.
 * Without ties the exact p is that of SciPy's ks_2samp. Cost: O(n), 16 bytes of memory each; where
 * exact n_b n_c steps more.
 */
THRESH_API thresh_status thresh_kolmogorov_smirnov(thresh_ks *out, const double *b, size_t n_b,
                                                   const double *c, size_t n_c);

/** A population stability index. */
typedef struct thresh_psi {
    double index;
    double p;    /**< chance of such an index, or a greater one, from one distribution */
    size_t bins; /**< that there were */
} thresh_psi;

/** Most bins. */
#define THRESH_PSI_BINS 1000

/**
 * Edges of bins that hold equal shares of a reference: its quantiles at 1/bins, 2/bins, ..., as of
 * thresh_quantile(), of which equal ones are one. Bin i has what is > edge i - 1 and <= edge i, so
 * that there is a bin more than edges. Where the least value is an edge there is one more just
 * below it: of many equal values, what lies beyond them is seen on either side.
 *
 * @param[out] edges  room for `bins`; @param[out] count  of them, >= 1
 * @param x     n > 0 finite values, REORDERED
 * @param bins  2 to THRESH_PSI_BINS; 10 are usual
 * @return THRESH_OK; THRESH_EDOMAIN
 */
THRESH_API thresh_status thresh_psi_edges(double *edges, size_t *count, double *x, size_t n,
                                          size_t bins);
/** @return the bin of a value that is not NaN, 0 to count. Cost: O(log count). */
THRESH_API size_t thresh_psi_bin(const double *edges, size_t count, double value);

/**
 * The index of two counts over bins: sum of (c_i - b_i) ln(c_i / b_i), b_i and c_i the shares of
 * bin i.
 *
 * So that an empty bin is no division by 0, half a sample is added to each bin of either side:
 * b_i = (count + 1/2) / (n_b + bins / 2) (Krichevsky & Trofimov's, or Jeffreys', estimate). The
 * usual reading: below 0.1 no change, above 0.25 a great one; that leaves out that the index of few
 * samples is large by chance, which p does not: without a change the index divided by
 * 1 / n_b + 1 / n_c is about chi-squared with bins - 1 degrees of freedom.
 *
 * @param bins  2 to THRESH_PSI_BINS + 1; neither side may be empty altogether
 * @return THRESH_OK; THRESH_EDOMAIN
 * Source: Siddiqi (2006), Credit risk scorecards, ch. 6 (a symmetric Kullback-Leibler divergence:
 * Jeffreys 1946, Proc. R. Soc. A 186:453-461, eq. (1)); Yurdakul & Naranjo (2020), Statistical
 * properties of the population stability index, J. Risk Model Valid. 14:89-100, for chi-squared.
 */
THRESH_API thresh_status thresh_psi_counts(thresh_psi *out, const uint64_t *b, const uint64_t *c,
                                           size_t bins);

/**
 * The index of a sample c against a reference b, over bins of thresh_psi_edges().
 *
 * @param b  finite; @param c  may be infinite
 * @return THRESH_OK; THRESH_EDOMAIN when a sample is empty, or a value not what it should be, or
 *         bins is out of range; THRESH_ENOMEM
 */
THRESH_API thresh_status thresh_population_stability(thresh_psi *out, const double *b, size_t n_b,
                                                     const double *c, size_t n_c, size_t bins);

#ifdef __cplusplus
}
#endif
#endif
