/**
 * @file plan.h
 * How many samples would show that a degradation stays within its limit, and what the ones at hand
 * can.
 */
#ifndef THRESH_PLAN_H
#define THRESH_PLAN_H

#include <thresh/judge.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is supposed where the files do not say it; zero means the default. */
typedef struct thresh_plan_options {
    double power;        /**< probability of the proof if the candidate is as expected; 0: 0.8 */
    double disagreement; /**< share of samples that only one of the two gets right; 0: 0.05 */
    double expected;     /**< degradation that is expected, in the unit of the limit: mostly 0 */
    double sd;      /**< standard deviation of the differences of pairs, of numbers; 0: not known */
    bool unpaired;  /**< the two models will see different samples */
    double samples; /**< samples that there will be; 0: those of the files */
} thresh_plan_options;

/** A metric and its samples. */
typedef struct thresh_planned {
    const thresh_judged *metric; /**< of the result: its rule has the limit */
    double disagreement;         /**< of shares: what was counted or supposed; else NaN */
    double sd;                   /**< of numbers: of the differences, or of the samples; else NaN */
    bool counted;                /**< from pairs of samples, and not supposed */
    double needed;               /**< samples (of each model), or NaN: `why` says why */
    double have;                 /**< samples at hand or to be had; 0: not known */
    double can_show;    /**< least limit that those show, in the measure of the limit; or NaN */
    const char *method; /**< what the samples will be judged by */
    const char *why;    /**< why no number can be given, or NULL */
} thresh_planned;

/**
 * Plans for every metric of a result that has a range, slices left out.
 *
 * @param[out] out, count  free with free()
 * @param result    of thresh_judge() on a baseline and a pilot candidate, or on the baseline twice
 * @param baseline  the set that was judged
 * @param pilot     the candidate's, whose pairs tell the disagreement; NULL: there was none
 * @return THRESH_OK; THRESH_EINVAL: options out of range, with a message
 */
THRESH_API thresh_status thresh_plan(thresh_planned **out, size_t *count,
                                     const thresh_result *result, const thresh_set *baseline,
                                     const thresh_set *pilot, const thresh_plan_options *options,
                                     thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
