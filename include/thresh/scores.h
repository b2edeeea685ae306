/**
 * @file scores.h
 * Scores of predictions, and what a mean or a quantile of samples is: pure numerics on arrays.
 *
 * Common to all: `out` is untouched unless THRESH_OK; no input is kept, and none is changed but
 * where a parameter is said to be reordered. An array may be NULL when it has no element. Sums are
 * compensated, so that a result differs from the exact one by a few units of its last place.
 */
#ifndef THRESH_SCORES_H
#define THRESH_SCORES_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Counts of one class: samples that are of it, samples predicted to be, and those that are both.
 */
typedef struct thresh_class_counts {
    uint64_t actual, predicted, correct;
} thresh_class_counts;

/** Precision, recall and their harmonic mean, each in [0, 1]; 0 where its denominator is. */
typedef struct thresh_class_score {
    double precision, recall, f1;
} thresh_class_score;

/** Scores over all classes: fractions in [0, 1]; mcc in [-1, 1]. */
typedef struct thresh_classification {
    double accuracy;
    double balanced_accuracy; /**< mean recall of the classes that have a sample */
    double mcc;               /**< Matthews' correlation coefficient; 0 where undefined */
    thresh_class_score macro; /**< mean over the classes that are actual or predicted somewhere */
    thresh_class_score micro; /**< of the summed counts: all three are the accuracy */
    thresh_class_score weighted; /**< mean weighted by `actual` */
} thresh_classification;

/**
 * Scores of one class, such as the positive one of two.
 *
 * @param counts  correct <= actual and correct <= predicted; not checked
 * As scikit-learn's precision_recall_fscore_support with zero_division=0. Cost: O(1).
 */
THRESH_API thresh_class_score thresh_class_scores(thresh_class_counts counts);

/**
 * Scores of a classification in which every sample has one class and is predicted to be of one.
 *
 * @param[out] out  as scikit-learn's accuracy_score, balanced_accuracy_score, matthews_corrcoef and
 *                  precision_recall_fscore_support (average macro, micro, weighted;
 * zero_division=0)
 * @param classes   the margins and the diagonal of the confusion matrix, in any order; a class
 *                  without a sample and never predicted changes nothing
 * @param count     how many classes
 * @return THRESH_OK; THRESH_EDOMAIN when there is no sample, correct > actual or > predicted, the
 *         sums of `actual` and `predicted` differ or overflow, or no confusion matrix has these
 *         counts (one class has more errors than all the others can match)
 * Source of mcc: Gorodkin (2004), Comput. Biol. Chem. 28:367-374, eq. (8), from the margins; counts
 * beyond 2^53 are rounded. Cost: O(count), no memory.
 */
THRESH_API thresh_status thresh_classification_scores(thresh_classification *out,
                                                      const thresh_class_counts *classes,
                                                      size_t count);

/**
 * Area under the ROC curve: the share of (positive, negative) pairs in which the positive scores
 * higher, a tie counting half.
 *
 * @param score     n scores of the positive class, finite, of any scale
 * @param positive  n times 0 or 1
 * @param n         up to 2^32 - 1
 * @return THRESH_OK; THRESH_EDOMAIN when a score is not finite, a label neither 0 nor 1, there is
 *         one class only, or n too large; THRESH_ENOMEM
 * As scikit-learn's roc_auc_score; exact but for the last division. Source: Hanley & McNeil (1982),
 * Radiology 143:29-36. Cost: O(n), and 16 bytes of memory each.
 */
THRESH_API thresh_status thresh_auc_roc(double *out, const double *score,
                                        const unsigned char *positive, size_t n);

/**
 * Average precision: the sum over all thresholds of precision times gain in recall, without
 * interpolation; equal scores are one threshold. Parameters, errors and cost of thresh_auc_roc().
 *
 * As scikit-learn's average_precision_score.
 */
THRESH_API thresh_status thresh_average_precision(double *out, const double *score,
                                                  const unsigned char *positive, size_t n);

/**
 * Mean negative log-likelihood of binary labels, in nats.
 *
 * @param p         n probabilities of the positive class, in [0, 1]
 * @param positive  n times 0 or 1; one class only is allowed
 * @return THRESH_OK; THRESH_EDOMAIN when n is 0, a p is outside [0, 1] or a label neither 0 nor 1
 * As scikit-learn's log_loss with labels=[0, 1]. The probability of the actual class is clipped to
 * [eps, 1 - eps], eps = DBL_EPSILON (2.2e-16), as scikit-learn does for float64 since 1.2 (before,
 * 1e-15): a sample costs at most 36.04. Cost: O(n), no memory.
 */
THRESH_API thresh_status thresh_log_loss(double *out, const double *p,
                                         const unsigned char *positive, size_t n);

/**
 * Brier score of binary labels: the mean of (p - label)^2, in [0, 1]. Parameters, errors and cost
 * of thresh_log_loss().
 *
 * As scikit-learn's brier_score_loss. Source: Brier (1950), Mon. Weather Rev. 78:1-3, halved.
 */
THRESH_API thresh_status thresh_brier(double *out, const double *p, const unsigned char *positive,
                                      size_t n);

/**
 * Reciprocal rank of one query: 1 / rank of the first relevant document, 0 when none is retrieved.
 *
 * @param rank      for each relevant document its place in the ranking from 1, or 0: not retrieved;
 *                  in any order
 * @param relevant  how many relevant documents there are, retrieved or not; 0 gives 0, as a query
 *                  with judgements but no relevant document counts in trec_eval
 * @return THRESH_OK; THRESH_EDOMAIN when two documents share a rank; THRESH_ENOMEM
 * As trec_eval's recip_rank. Cost: O(relevant log relevant), and 4 bytes of memory each.
 */
THRESH_API thresh_status thresh_reciprocal_rank(double *out, const uint32_t *rank, size_t relevant);

/**
 * Average precision of one query: the precision at the rank of each relevant document, 0 for one
 * not retrieved, averaged over all relevant ones. Parameters, errors and cost of
 * thresh_reciprocal_rank(); no relevant document gives 0.
 *
 * As trec_eval's map of one topic. Source: Buckley & Voorhees (2005), in: TREC, MIT Press, ch. 3.
 */
THRESH_API thresh_status thresh_query_average_precision(double *out, const uint32_t *rank,
                                                        size_t relevant);

/**
 * Normalised discounted cumulative gain of one query: the sum of grade / log2(rank + 1) over the
 * relevant documents of the first k ranks, divided by its value for the best ranking of all
 * relevant documents.
 *
 * @param rank      as in thresh_reciprocal_rank()
 * @param grade     the grade, which is the gain, of each: finite, > 0
 * @param relevant  0 gives 0
 * @param k         ranks that count, in the best ranking as well; 0: all
 * @return THRESH_OK; THRESH_EDOMAIN when two documents share a rank, or a grade or the sum of the
 *         gains is out of range; THRESH_ENOMEM
 * As trec_eval's ndcg_cut and ndcg, from 9.0 on (9.0alpha left rank 2 without a discount), and as
 * scikit-learn's ndcg_score where every document is ranked and no two scores tie. Source: Jarvelin
 * & Kekalainen (2002), ACM TOIS 20:422-446, with a discount that grows from the first rank on.
 * Cost: O(relevant log relevant), and 8 bytes of memory each.
 */
THRESH_API thresh_status thresh_ndcg(double *out, const uint32_t *rank, const double *grade,
                                     size_t relevant, size_t k);

/** Moments of pairs: mean and sample variance (n - 1) of each side, and their covariance. */
typedef struct thresh_pair_moments {
    double mean_b, mean_c, var_b, var_c, cov;
} thresh_pair_moments;

/**
 * Moments of n pairs (b[i], c[i]), in the unit of the values and its square. The variance of equal
 * values is exactly 0; for n == 1 the variances and the covariance are 0.
 *
 * @return THRESH_OK; THRESH_EDOMAIN when n is 0, a value is not finite, or a result fits no double
 * As NumPy's mean and cov. Source: the corrected two-pass algorithm, Chan, Golub & LeVeque (1983),
 * Am. Stat. 37:242-247. Cost: O(n), two passes, no memory.
 */
THRESH_API thresh_status thresh_moments_paired(thresh_pair_moments *out, const double *b,
                                               const double *c, size_t n);

/**
 * Quantile by linear interpolation between order statistics.
 *
 * @param x  n finite values, REORDERED (even when the call fails)
 * @param q  in [0, 1]: 0 gives the least, 0.5 the median, 1 the greatest
 * @return THRESH_OK; THRESH_EDOMAIN when n is 0, a value is not finite, or q is out of range
 * As NumPy's quantile by default. Source: Hyndman & Fan (1996), Am. Stat. 50:361-365, type 7. Cost:
 * O(n) on average by quickselect, no memory; an order made for it can bring O(n^2).
 */
THRESH_API thresh_status thresh_quantile(double *out, double *x, size_t n, double q);

/** Errors of a regression: mae and rmse in the unit of the values, >= 0; r2 at most 1. */
typedef struct thresh_regression {
    double mae;  /**< mean absolute error */
    double rmse; /**< root of the mean squared error */
    double r2;   /**< coefficient of determination; NaN for n == 1 */
} thresh_regression;

/**
 * Errors of n predictions.
 *
 * @param[out] out  as scikit-learn's mean_absolute_error, the root of its mean_squared_error, and
 *                  r2_score: where all actual values are equal, r2 is 1 when all predictions are
 *                  right, else 0; NaN for one pair only
 * @return THRESH_OK; THRESH_EDOMAIN when n is 0, a value is not finite, or a sum of squares is too
 *         large for a double
 * Cost: O(n), two passes, no memory.
 */
THRESH_API thresh_status thresh_regression_scores(thresh_regression *out, const double *actual,
                                                  const double *predicted, size_t n);

#ifdef __cplusplus
}
#endif
#endif
