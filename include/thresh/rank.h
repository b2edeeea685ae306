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

typedef enum thresh_axis_kind {
    THRESH_AXIS_SCORE, THRESH_AXIS_ROI, THRESH_AXIS_METRIC
} thresh_axis_kind;

/** What candidates are weighed by beside each other. */
typedef struct thresh_axis {
    thresh_axis_kind kind;
    const char *scope, *name; /**< of a metric; else scope "" and name "score" or "roi" */
    const thresh_judged *metric; /**< as one candidate has it, for its unit; NULL: no metric */
    bool higher;                 /**< higher is better */
} thresh_axis;

/** A value, and its bounds where it has an interval, else `value` twice; all NaN: there is none. */
typedef struct thresh_span {
    double value, low, high;
} thresh_span;

enum { THRESH_ACROSS, THRESH_UP, THRESH_PLOT_AXES };

typedef struct thresh_ranked {
    const thresh_result *result;
    bool eligible;           /**< accepted, with or without warnings */
    thresh_span order;       /**< what it is ordered by */
    size_t place;            /**< from 1, among those that are eligible; else 0 */
    bool tied;               /**< cannot be told from the first: their intervals overlap */
    bool on_front;           /**< eligible, and no other eligible one is as good in all and better in one */
    bool on_line;            /**< the same of the two axes of the plot alone */
    thresh_span *axes;       /**< one for each axis */
    thresh_span plot[THRESH_PLOT_AXES];
} thresh_ranked;

typedef struct thresh_ranking {
    const char *by; /**< "score", "roi" or "scope/name" of a metric */
    thresh_axis order;
    thresh_ranked *candidates; /**< the eligible in order, then those to review, then the rejected */
    size_t count, eligible, ties; /**< `ties` besides the first */
    const thresh_ranked *recommended; /**< the first, or NULL: none is eligible */
    thresh_axis *axes;
    size_t axis_count;
    bool has_plot; /**< there are two axes to draw the candidates by */
    thresh_axis plot[THRESH_PLOT_AXES]; /**< what they are ordered by, and the first other axis */
    int exit_code; /**< 0: one is recommended; 3: none, but one to review; 1: all are rejected */
} thresh_ranking;

typedef struct thresh_rank_options {
    const char *by; /**< "score", "roi", or a metric by kind, name or scope/name; NULL: "score" */
    /** The same, ends with NULL; NULL: the score, the return where it is judged, the cost metrics.
     *  What they are ordered by is an axis in any case. */
    const char *const *axes;
} thresh_rank_options;

/**
 * Orders candidates that were judged against one baseline by one policy, with a score.
 *
 * @param[out] out  free with thresh_ranking_free(); borrows from the results
 * @param results   `count` >= 1 of thresh_judge(), each with a score, and with a return where `by` or
 *                  `axes` ask for it
 * @return THRESH_ENOENT, with a message: a metric of `by` or `axes` that no candidate has, or a return
 *         where none was judged
 * Cost: O(count * metrics + count^2 * axes).
 */
THRESH_API thresh_status thresh_rank(thresh_ranking **out, const thresh_result *const *results,
                                     size_t count, const thresh_rank_options *options,
                                     thresh_diags *diags);
THRESH_API void thresh_ranking_free(thresh_ranking *ranking);

#ifdef __cplusplus
}
#endif
#endif
