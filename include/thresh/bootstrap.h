/**
 * @file bootstrap.h
 * Intervals of paired figures: by resampling, where no formula gives one, and DeLong's for AUCs.
 *
 * Common to all: `out` is untouched unless THRESH_OK; no input is kept or changed. The same input,
 * seed and number of replicates give the same result for any number of threads, and on any machine
 * whose compiler keeps to IEEE 754: what a replicate draws needs no function of libm. (The levels
 * of a BCa interval do; they are rounded to 2^-40, far above what libms differ by.) Another version
 * of the library may draw otherwise.
 */
#ifndef THRESH_BOOTSTRAP_H
#define THRESH_BOOTSTRAP_H

#include <thresh/base.h>
#include <thresh/stats.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How the bounds are taken from the replicates. */
typedef enum thresh_bootstrap_method {
    THRESH_BOOTSTRAP_BCA,        /**< bias-corrected and accelerated */
    THRESH_BOOTSTRAP_PERCENTILE, /**< quantiles of the replicates */
    THRESH_BOOTSTRAP_UNDEFINED   /**< of a result only: there is no interval */
} thresh_bootstrap_method;

/** What to do; NULL stands for 10,000 replicates, seed 0, confidence 0.95, BCa, one thread. */
typedef struct thresh_bootstrap_options {
    size_t replicates; /**< 0: 10,000; at least 2 */
    uint64_t seed;
    double confidence; /**< one-sided confidence of each bound, in (0.5, 1); there is no default */
    thresh_bootstrap_method method;
    size_t threads; /**< 0: one; more than 256 are 256; fewer where the system refuses one */
    /** Called by the calling thread only, now and then and at the end; may be NULL. */
    void (*progress)(void *context, size_t done, size_t total);
    void *progress_context;
    /** Bytes that each thread gets for a statistic to work in, zeroed at the beginning; what one
        call left there, the result of another must not depend on. */
    size_t scratch;
} thresh_bootstrap_options;

/**
 * An interval of one statistic, in its unit. All numbers are finite.
 *
 * BCa falls back to percentile, and `method` says so, where its corrections do not exist: all
 * replicates lie on one side of the estimate (all equal ones among them), the statistic is
 * undefined or the same whatever sample is left out, or the acceleration turns a level over.
 * Replicates that are all equal, as of data without variance, give low == high and a standard error
 * of 0: no uncertainty is seen, which in few samples is not to say that there is none.
 */
typedef struct thresh_bootstrap {
    double estimate;     /**< of the data themselves */
    double low, high;    /**< two one-sided bounds */
    double se;           /**< standard deviation of the replicates (B - 1) */
    double bias;         /**< BCa's z0; 0 for another method */
    double acceleration; /**< BCa's a; 0 for another method */
    size_t replicates;   /**< as asked for */
    size_t undefined;    /**< of them, those left out because the statistic was not finite */
    uint64_t seed;       /**< as given */
    thresh_bootstrap_method method; /**< as used */
} thresh_bootstrap;

/** Which figure of two paired samples. */
typedef enum thresh_contrast {
    THRESH_DIFFERENCE, /**< base less candidate: b - c */
    THRESH_RATIO       /**< candidate over base: c / b */
} thresh_contrast;

/**
 * Paired bootstrap of the difference, or the ratio, of two means.
 *
 * @param b, c     n pairs of finite values
 * @param n        2 to 2^32 - 1
 * @param options  `scratch` has no use; may be NULL
 * @return THRESH_OK; THRESH_EDOMAIN when n or an option is out of range, a value or a difference is
 *         not finite, the statistic is not, or more than one replicate in a hundred is not (a ratio
 *         whose base is 0 in them); THRESH_ENOMEM. One pair says nothing of how pairs differ: n ==
 * 1 is out of range. Source: Efron (1987), J. Am. Stat. Assoc. 82:171-185; the formulas as in Efron
 * & Tibshirani (1993), An Introduction to the Bootstrap: the levels of eq. (14.10), z0 of eq.
 * (14.14), where a replicate that equals the estimate counts half, and a of eq. (14.15), for a mean
 * difference in closed form. Quantiles of the replicates are those of thresh_quantile(). As
 * scipy.stats.bootstrap. Memory: 8 bytes a replicate; beyond 64 different pairs (or differences,
 * for a difference), 8 n bytes for a difference and 16 n for a ratio. Cost: O(n + replicates * 64)
 * where they are few: their counts are drawn, not the pairs; else O(n * replicates), some 0.6 ns
 * each.
 */
THRESH_API thresh_status thresh_bootstrap_means(thresh_bootstrap *out, thresh_contrast contrast,
                                                const double *b, const double *c, size_t n,
                                                const thresh_bootstrap_options *options);

/**
 * Paired bootstrap of the difference, or the ratio, of two quantiles, such as the P99 of latency.
 * Parameters and errors of thresh_bootstrap_means().
 *
 * @param q  in [0, 1]: which quantile, as thresh_quantile() has it
 * The method is always percentile: BCa's acceleration needs the jackknife, which for quantiles is
 * not consistent (Miller 1974, Biometrika 61:1-15). The bounds can be no further out than
 * the samples are: of few samples beyond the quantile they tell little.
 * Source: Efron & Tibshirani (1993), ch. 13. Memory: 24 n bytes, 4 n a thread, 52 n while it
 * sorts, and 8 bytes a replicate. Cost: O(n), and for a replicate O(n min(q, 1 - q)): samples too
 * far from the quantile to matter are drawn together.
 */
THRESH_API thresh_status thresh_bootstrap_quantiles(thresh_bootstrap *out, thresh_contrast contrast,
                                                    const double *b, const double *c, size_t n,
                                                    double q,
                                                    const thresh_bootstrap_options *options);

/**
 * Statistics of a table of counts: writes those asked for to `out`; not finite where undefined.
 * Called by several threads at the same time, with a `scratch` for each.
 */
typedef void thresh_counts_statistic(void *context, void *scratch, const uint64_t *counts,
                                     double *out);

/**
 * Bootstrap over a table of counts, such as of samples by label and by two models' predictions:
 * intervals of several statistics (figures of the base, of the candidate, their differences) from
 * the same resamples.
 *
 * @param[out] out    `statistics` intervals; one whose estimate is not finite, or more than one in
 * a hundred of whose replicates are not, has the method undefined and only zeros
 * @param statistics  how many numbers `compute` writes, 1 to 2^20
 * @param counts      `cells` counts of samples; those of 0 cost next to nothing, but had better be
 *                    left out
 * @param cells       at least 1; the sum of the counts is 2 to 2^32 - 1
 * @param compute     gets counts of the same sum
 * @return THRESH_OK; THRESH_EDOMAIN when a size, a sum or an option is out of range; THRESH_ENOMEM
 * Source: as thresh_bootstrap_means(); the resample of a table is multinomial, drawn as conditional
 * binomials, or by samples where there are less than 32 a cell; the jackknife leaves a sample of
 * each cell out in turn, weighted by its count.
 * Memory: 8 bytes a replicate and statistic, 8 a cell and thread, 4 a sample where those are drawn.
 * Cost: replicates times (one call + the less of 60 ns a cell and 1.5 ns a sample); for BCa a call
 * for each cell.
 */
THRESH_API thresh_status thresh_bootstrap_counts(thresh_bootstrap *out, size_t statistics,
                                                 const uint64_t *counts, size_t cells,
                                                 thresh_counts_statistic *compute, void *context,
                                                 const thresh_bootstrap_options *options);

/** Statistics of the totals of k columns; as thresh_counts_statistic. */
typedef void thresh_sums_statistic(void *context, void *scratch, const double *totals, double *out);

/**
 * Bootstrap over rows of sufficient statistics, for metrics of a whole corpus: a row is a sample's
 * share of k totals (log-likelihood and tokens for perplexity, matches and lengths for BLEU, of
 * both models side by side for their difference), and the statistics are functions of the totals.
 *
 * @param[out] out    as in thresh_bootstrap_counts()
 * @param rows        n times k finite values, row after row
 * @param n           2 to 2^32 - 1
 * @param k           1 to 2^20
 * @param compute     gets the k totals of n rows
 * @return THRESH_OK; THRESH_EDOMAIN when a size or an option is out of range, or a value not
 * finite; THRESH_ENOMEM Source: as thresh_bootstrap_means(). Memory: 8 bytes a replicate and
 * statistic; the rows are not copied. Cost: O(n k replicates), or O(64 k replicates) where at most
 * 64 rows differ; n calls (or as many as rows differ) for the acceleration.
 */
THRESH_API thresh_status thresh_bootstrap_sums(thresh_bootstrap *out, size_t statistics,
                                               const double *rows, size_t n, size_t k,
                                               thresh_sums_statistic *compute, void *context,
                                               const thresh_bootstrap_options *options);

/** Two AUCs of the same samples. */
typedef struct thresh_auc_pair {
    double auc_b, auc_c;
    double var_b, var_c, cov; /**< of the two AUCs: variances and covariance */
    double difference, se;    /**< auc_b - auc_c, and its standard error */
    thresh_interval interval; /**< of the difference; not cut off at -1 and 1 */
} thresh_auc_pair;

/**
 * Difference of the areas under two ROC curves of the same samples.
 *
 * @param score_b, score_c  n scores of the positive class, finite, of any scale
 * @param positive          n times 0 or 1, at least two of each
 * @param n                 up to 2^32 - 1
 * @param confidence        one-sided confidence of each bound, in (0.5, 1)
 * @return THRESH_OK; THRESH_EDOMAIN when something is out of range; THRESH_ENOMEM
 *
 * The AUCs are those of thresh_auc_roc(). Two models that rank alike, or both without a fault, have
 * no variance that DeLong's estimate could see: se is 0 and the interval a point.
 * Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837-845, the covariance of their
 * components V10 and V01, which come from ranks as in theorem 1 of Sun & Xu (2014), IEEE Signal
 * Process. Lett. 21:1389-1393, and algorithm 2; the interval is normal. The variance of the
 * difference is taken of the differences themselves, so that models nearly alike lose no digits.
 * Cost: O(n), by radix sort; 40 n bytes of memory.
 */
THRESH_API thresh_status thresh_auc_delong(thresh_auc_pair *out, const double *score_b,
                                           const double *score_c, const unsigned char *positive,
                                           size_t n, double confidence);

#ifdef __cplusplus
}
#endif
#endif
