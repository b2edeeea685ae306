/**
 * @file rank.h
 * Several candidates for one baseline, judged each, in order, with the trade-offs between them.
 */
#ifndef THRESH_RANK_H
#define THRESH_RANK_H

#include <thresh/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What candidates are weighed by beside each other. */
typedef struct thresh_axis {
    const char *scope, *name; /**< of a metric; scope "" and name "score" for the score */
    const thresh_judged *metric; /**< as one candidate has it, for its unit; NULL for the score */
    bool higher;                 /**< higher is better */
} thresh_axis;

typedef struct thresh_ranked {
    const thresh_result *result;
    bool eligible;           /**< accepted, with or without warnings */
    double value, low, high; /**< what it is ordered by; bounds where it has an interval, else `value` */
    size_t place;            /**< from 1, among those that are eligible; else 0 */
    bool tied;               /**< cannot be told from the first: their intervals overlap */
    bool on_front;           /**< eligible, and no other eligible one is as good in all and better in one */
    double *axes;            /**< a value for each axis; NaN where it has none */
} thresh_ranked;

typedef struct thresh_ranking {
    const char *by;  /**< "score", "roi" or "scope/name" of a metric */
    bool higher;     /**< larger values of it are better */
    const thresh_judged *by_metric; /**< as the first candidate has it, for its unit; or NULL */
    thresh_ranked *candidates; /**< the eligible in order, then those to review, then the rejected */
    size_t count, eligible, ties; /**< `ties` besides the first */
    const thresh_ranked *recommended; /**< the first, or NULL: none is eligible */
    thresh_axis *axes;
    size_t axis_count;
    int exit_code; /**< 0: one is recommended; 3: none, but one to review; 1: all are rejected */
} thresh_ranking;

typedef struct thresh_rank_options {
    const char *by;          /**< NULL: "score" */
    const char *const *axes; /**< kinds, names or scope/names, ends with NULL; NULL: score, and the cost metrics */
} thresh_rank_options;

/**
 * Orders candidates that were judged against one baseline by one policy, with a score.
 *
 * @param[out] out  free with thresh_ranking_free(); borrows from the results
 * @param results   `count` >= 1 of thresh_judge(), each with a score
 * @return THRESH_ENOENT, with a message: a metric of `by` or `axes` that no candidate has
 * Cost: O(count * (metrics + count * axes)).
 */
THRESH_API thresh_status thresh_rank(thresh_ranking **out, const thresh_result *const *results,
                                     size_t count, const thresh_rank_options *options,
                                     thresh_diags *diags);
THRESH_API void thresh_ranking_free(thresh_ranking *ranking);

#ifdef __cplusplus
}
#endif
#endif
