/**
 * @file score.h
 * One number for a deal: how good the candidate is over groups of metrics. It never outvotes a verdict.
 */
#ifndef THRESH_SCORE_H
#define THRESH_SCORE_H

#include <thresh/judge.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A metric's part of its group. */
typedef struct thresh_scored {
    const thresh_judged *metric;
    double value;      /**< in [0, 1] */
    double low, high;  /**< over the metric's interval; both `value` without one */
    double target;     /**< improvement that scores 1, in the measure of the degradation; NaN: none */
    double would_pass; /**< candidate value that alone would let the score pass; NaN: none would */
} thresh_scored;

typedef struct thresh_scored_group {
    const char *name;
    double weight;           /**< as given */
    double share;            /**< of the whole: weights of groups without metrics are left out */
    double value, low, high; /**< mean of its metrics; NaN without any */
    thresh_scored *metrics;  /**< in the order of the document */
    size_t metric_count;
} thresh_scored_group;

typedef struct thresh_score {
    double value, low, high; /**< in [0, 1]; the bounds where every metric is at a bound of its own */
    double pass;             /**< NaN: no pass mark */
    bool passed;             /**< true without a pass mark */
    thresh_scored_group *groups;
    size_t group_count;
} thresh_score;

/**
 * The score of one metric at a degradation `d` (in the measure of its limits): 1 at d <= 0, 0.5 at
 * `accept`, 0 at `tolerate` and beyond, linear between. With a `target` > 0 an improvement counts: 1 at
 * d <= -target, 0.5 at no change, 0 at `tolerate`, linear between. NaN scores 0.
 */
THRESH_API double thresh_metric_score(double d, double accept, double tolerate, double target);
/** The largest degradation that scores `score` (in (0, 1]); the inverse of the above. */
THRESH_API double thresh_metric_score_inverse(double score, double accept, double tolerate,
                                              double target);

#ifdef __cplusplus
}
#endif
#endif
