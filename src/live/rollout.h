/* What the parts of a rollout share: the state as it is kept, bounds of an effect, counts by arm.
 */
#ifndef LIVE_ROLLOUT_H
#define LIVE_ROLLOUT_H

#include "base/language.h"
#include "thresh/rollout.h"
#include "thresh/sequential.h"

enum { MOST_TRANSITIONS = THRESH_MOST_STAGES + 2, ROWS_HASH = 65 };

struct thresh_rollout_state {
    arena arena;
    thresh_rollout_info info; /* `rows` and the history's count are those below */
    thresh_transition history[MOST_TRANSITIONS];
    thresh_observation *rows; /* all of this stage, in the order of thresh_observations */
    size_t capacity;
    thresh_observation *before; /* baseline of the stage before */
    size_t before_count;
    double effects[THRESH_MOST_ROLLOUT_METRICS]; /* degradations at the stage before, or NaN */
    double fractions[THRESH_MOST_LOOKS]; /* of the stage's samples at its looks, O'Brien-Fleming */
    size_t fraction_count;
    const char *added; /* hashes of the rows that --increment added, one behind the other */
    bool look_safe;    /* at the last of them every metric was within its limits */
};

/* --- rollout_state.c --- */

/* What is the same for the same rows, whatever file they came from. */
thresh_status hash_of_rows(char out[ROWS_HASH], const thresh_observation *rows, size_t count);

/* --- rollout_bounds.c: from two arms to a step --- */

/* Of the standard error: of the lower bound of a degradation, which rolls back, and of the upper
 * one, which lets advance. Infinite: no bound. */
typedef struct multiples {
    double back, on;
} multiples;

/* Chances that a bound fails. */
typedef struct error_rates {
    double back, on;
} error_rates;
/* By how many limits a metric can be rolled back: each has its part of what it may err, or a metric
 * with a floor beside its range would err twice as often as was promised. */
enum { MOST_WAYS = 5 };
size_t ways_back(const thresh_rule *rule, bool strata_reject);
error_rates rates_of(const thresh_rollout_plan *plan, size_t ways);

/* For any number of looks; `n_b` and `n_c` samples so far, `planned` those of the candidate that
 * the stage asks for. */
multiples multiples_now(error_rates rates, const thresh_rollout_stage *stage, double planned,
                        double n_b, double n_c);
/* At the last of a few looks. */
thresh_status multiples_of_looks(multiples *out, error_rates rates, const double *fractions,
                                 size_t looks);

/* How the degradations of a metric count, and its limits. */
typedef struct yardstick {
    const thresh_rollout_metric *metric;
    thresh_rule rule;
    thresh_measure measure;
} yardstick;
yardstick yardstick_of(const thresh_rollout_plan *plan, const thresh_rollout_metric *metric,
                       double baseline);

/* Degradation and its bounds; a bound that there is none of is infinite. */
void degradation_of(thresh_effect *e, const yardstick *y, thresh_measure measure,
                    const thresh_arm *b, const thresh_arm *c, multiples z);
/* By all limits of the metric; of arms that stand still it is not THRESH_ADVANCE. */
thresh_step step_of(thresh_effect *e, const yardstick *y, const thresh_arm *b, const thresh_arm *c,
                    multiples z);
/* Do the values of an arm never differ? Their standard error is no measure of what is not known. */
bool stand_still(const thresh_arm *b, const thresh_arm *c);
thresh_step step_by_limit(double low, double high, double limit, bool exclusive);

/* --- rollout_counts.c: rows in the state --- */

/* Puts new rows into copies of the state's, which go to `*out` (of `arena` and malloc). */
thresh_status counts_merge(thresh_observation **out, size_t *count,
                           const thresh_rollout_state *state, const thresh_rollout_plan *plan,
                           const thresh_observations *given, bool increment, thresh_diags *diags);

/* A time as "2026-11-25T10:00:00Z"; false: of no year of four digits. */
enum { ROLLOUT_INSTANT = 21 };
bool rollout_instant(char out[ROLLOUT_INSTANT], int64_t seconds);
/* Are the dates of rows, where they have some, those of the stage that runs? */
thresh_status counts_check_times(const thresh_observations *given, int64_t since, int64_t now,
                                 thresh_diags *diags);

/* Are all of these rows there already, with the very same figures? */
bool counts_are_known(const thresh_observations *given, const thresh_rollout_state *state);
/* Are the baseline's rows those of the stage before? */
bool counts_are_before(const thresh_observations *given, const thresh_rollout_state *state);

/* Sums of rows of one arm. */
typedef struct tally {
    double n, successes, mean, squares; /* squares: of the distances from the mean */
    thresh_counted what;
} tally;
void tally_add(tally *t, const thresh_observation *o);
/* False: too little for a mean with a variance. */
bool tally_arm(thresh_arm *out, const tally *t, const thresh_kind *kind);

/* --- rollout_metric.c: one metric of an observation --- */

/* The observation in the making; the caller sees the first member only. */
typedef struct rollout_making {
    thresh_observed o;
    arena arena;
    const thresh_rollout_plan *plan;
    const thresh_rollout_state *state;
    const thresh_rollout_stage *stage;
    thresh_observation *rows;
    size_t row_count;
    thresh_observed_metric metrics[THRESH_MOST_ROLLOUT_METRICS];
    thresh_step_reason *reasons;
    size_t reason_capacity;
    thresh_phrase *notes;
    size_t note_capacity;
    error_rates rates;          /* of the metric that is judged */
    error_rates of_looks_rates; /* O'Brien-Fleming: what .. */
    multiples of_looks;         /* .. these are for */
    bool looks_now;             /* bounds may be made at this observation */
    double
        fraction; /* of this look, O'Brien-Fleming; above 1 where there is more than was planned */
    char added[ROWS_HASH];
    thresh_diags *diags;
} rollout_making;

thresh_status rollout_reason(rollout_making *m, thresh_step_reason_code code, thresh_step step,
                             const char *metric, const char *stratum, thresh_phrase text);
thresh_status rollout_note(rollout_making *m, thresh_phrase text);

thresh_status judge_rollout_metric(rollout_making *m, size_t i);

/* --- rollout_slots.c: rows of a metric, and their sums --- */

/* Rows of one metric, which stand together. */
typedef struct metric_rows {
    const thresh_observation *at;
    size_t count;
} metric_rows;
metric_rows rows_of_metric(const thresh_observation *all, size_t count, const char *metric);
/* Sums of all of them, by arm. */
void tally_rows(tally arms[2], metric_rows rows);

/* Sums of the rows by a text of theirs, of both arms. */
typedef struct slot {
    const char *key;
    tally arms[2];
} slot;
/* What rows are summed up by. */
typedef const char *slot_key(const thresh_observation *o);
slot_key slot_stratum, slot_time, slot_all;
/* Room for a slot of each row, or for `most`; free with free(). */
slot *new_slots(size_t rows, size_t most);
typedef enum which_arms { BOTH, CANDIDATE } which_arms;
/* Adds rows to the slots, which are in the order of their keys; false: too many. */
bool sum_up(slot *slots, size_t *count, size_t most, metric_rows r, which_arms arms, slot_key *key);
/* Both arms of a metric; where a stage has no baseline of its own, that of the stage before. */
bool gather_slots(rollout_making *m, const char *metric, slot *slots, size_t *count, size_t most,
                  slot_key *key);

/* --- rollout_fit.c: do the counts of both arms fit each other and the plan? --- */

thresh_status check_split(rollout_making *m);
thresh_status check_split_of_strata(rollout_making *m);
/* Once it is judged. */
thresh_status check_metric(rollout_making *m, const thresh_observed_metric *of);
/* `each`: of every stratum, by the samples of both arms. */
thresh_status check_stratum_there(rollout_making *m, const thresh_observed_metric *of,
                                  const thresh_effect *each, size_t count);

#endif
