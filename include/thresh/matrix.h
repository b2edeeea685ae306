/**
 * @file matrix.h
 * Several candidates under several policies: which scenario may be served by which of them.
 */
#ifndef THRESH_MATRIX_H
#define THRESH_MATRIX_H

#include <thresh/rank.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A candidate in a scenario. */
typedef struct thresh_matrix_cell {
    const thresh_result *result;
    thresh_verdict verdict; /**< that of the result, THRESH_WARN where it is accepted with warnings */
    const thresh_judged *binding; /**< the metric that decided, or came nearest to its limit; or NULL */
    const thresh_whole_reason *reason; /**< what decided, where it is worse than accept; else NULL */
    double value; /**< what candidates are ordered by; NaN where it has none */
    size_t place; /**< from 1, among those that are accepted; else 0 */
    bool tied;    /**< cannot be told from the first of its row */
} thresh_matrix_cell;

/** What came of a scenario. */
typedef enum thresh_matrix_state {
    THRESH_MATRIX_SERVED, /**< a candidate is accepted */
    THRESH_MATRIX_REVIEW, /**< none is, and at least one is left to review */
    THRESH_MATRIX_REFUSED, /**< all are rejected */
    THRESH_MATRIX_CLOSED  /**< a profile says that no compressed model ever serves it */
} thresh_matrix_state;
/** @return "served", "review", "refused" or "closed". */
THRESH_API const char *thresh_matrix_state_name(thresh_matrix_state state);

/** Stands for the baseline where a candidate is meant. */
#define THRESH_MATRIX_BASELINE SIZE_MAX

/** A scenario: the limits of one policy. */
typedef struct thresh_matrix_row {
    const char *name; /**< names of its profiles: "search + core + free"; their origins where two
                           scenarios would be called alike */
    const thresh_profile_info *const *profiles;
    size_t profile_count;
    thresh_evidence evidence;
    thresh_matrix_state state;
    const thresh_profile_info *closed_by; /**< of a closed one: the first profile that says so */
    thresh_matrix_cell *cells; /**< one for each candidate, in the order they were given */
    size_t recommended; /**< the first candidate by the order, or THRESH_MATRIX_BASELINE */
    size_t ties;        /**< candidates that cannot be told from it */
} thresh_matrix_row;

typedef struct thresh_matrix {
    const char *by;                 /**< what candidates are ordered by, as in a thresh_ranking */
    const thresh_judged *by_metric; /**< for its unit; NULL: a plain number */
    thresh_side baseline;
    const thresh_side *candidates;
    size_t candidate_count;
    thresh_matrix_row *rows;
    size_t row_count;
    size_t states[THRESH_MATRIX_CLOSED + 1]; /**< how many rows have each */
    /** 0: each scenario that is open to compressed models has an accepted candidate; 1: one has none,
     *  or all are closed, so that nothing was judged; else 3: one has none, but some to review. */
    int exit_code;
} thresh_matrix;

typedef struct thresh_matrix_input {
    thresh_set *baseline; /**< as read: samples are not measured yet */
    thresh_set *const *candidates;
    size_t candidate_count; /**< at least 1 */
    const thresh_policy *const *policies; /**< one for each row */
    size_t policy_count;    /**< at least 1 */
    const char *by;         /**< as in thresh_rank_options */
    /** How each is judged, or NULL; it gets a score in any case, and the pairing is found here. */
    const thresh_judge_options *judge;
} thresh_matrix_input;

/**
 * Judges every candidate under every policy. Samples are measured once for all policies that ask
 * the same of them.
 *
 * @param[out] out  free with thresh_matrix_free(), before the sets and the policies, which it borrows
 * @return as thresh_measure_samples(), thresh_judge() and thresh_rank(); faults of all candidates
 *         are reported together
 */
THRESH_API thresh_status thresh_judge_matrix(thresh_matrix **out, const thresh_matrix_input *input,
                                             thresh_diags *diags);
THRESH_API void thresh_matrix_free(thresh_matrix *matrix);

#ifdef __cplusplus
}
#endif
#endif
