/**
 * @file rivals.h
 * Other systems beside baseline and candidate: where the candidate stands. Context for people; a rival
 * changes no verdict.
 */
#ifndef THRESH_RIVALS_H
#define THRESH_RIVALS_H

#include <thresh/judge.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Who is better on a metric. */
typedef enum thresh_better {
    THRESH_BETTER_CANDIDATE, THRESH_BETTER_RIVAL, THRESH_BETTER_TIE
} thresh_better;
/** @return "candidate", "rival" or "tie". */
THRESH_API const char *thresh_better_name(thresh_better better);

/** A rival as it is given to thresh_judge(). */
typedef struct thresh_rival_input {
    const char *name; /**< that no other rival has */
    const thresh_set *set;
} thresh_rival_input;

/** One metric of a rival. */
typedef struct thresh_compared {
    double value; /**< scaled as the candidate's, in the judged metric's unit; NaN: not compared */
    thresh_better better;
} thresh_compared;

/** A rival as the document has it. */
typedef struct thresh_rival {
    const char *name, *path, *format, *sha256;
    thresh_compared *metrics; /**< one for each of the result's metrics, in their order */
} thresh_rival;

/**
 * Is the candidate better on this metric than a system with the value `other` (in the metric's unit
 * and scale)? A tie: equal but for rounding, or the other's change from the baseline lies inside the
 * interval of the candidate's, bounds included: the two cannot be told apart.
 *
 * @param metric  both of its values are numbers
 */
THRESH_API thresh_better thresh_stands(const thresh_judged *metric, double other);

#ifdef __cplusplus
}
#endif
#endif
