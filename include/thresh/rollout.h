/**
 * @file rollout.h
 * A staged rollout: from what users of both arms did to the next step. Pure: the state and the clock come
 * from the caller, who keeps the state.
 *
 * What the bounds promise, for a plan with the confidence 1 - a, however often one looks: a candidate
 * that is within every limit is rolled back with a chance of at most a, over all stages and metrics
 * together; one that is beyond a limit passes a stage with a chance of at most a, and passes them all
 * with less. So the lower bound of a metric's degradation, which rolls back, has a / (stages x metrics),
 * and the upper one, which is needed of every metric at every stage, has a.
 *
 * Each stage is judged by its own counts. Other users, another share of the traffic and another load
 * make another comparison; counts of two stages with different shares, added up, could even turn the
 * effect round. What the stages before have shown is kept, and shown beside it; the baseline of the
 * stage before stands in at a stage of 100 %, which has none of its own.
 */
#ifndef THRESH_ROLLOUT_H
#define THRESH_ROLLOUT_H

#include <thresh/language.h>
#include <thresh/rollout_data.h>
#include <thresh/rollout_plan.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What to do next; ordered from good to bad. */
typedef enum thresh_step { THRESH_ADVANCE, THRESH_HOLD, THRESH_ROLLBACK } thresh_step;
/** @return "advance", "hold" or "rollback". */
THRESH_API const char *thresh_step_name(thresh_step step);

typedef enum thresh_rollout_status {
    THRESH_ROLLOUT_RUNNING,
    THRESH_ROLLOUT_DONE,        /**< the last stage advanced */
    THRESH_ROLLOUT_ROLLED_BACK, /**< for good */
    THRESH_ROLLOUT_ABORTED      /**< by a person, for good */
} thresh_rollout_status;
/** @return "running", "done", "rolled-back" or "aborted". */
THRESH_API const char *thresh_rollout_status_name(thresh_rollout_status status);

/** Fewest samples of an arm that bounds are made of: below, a mean is not yet normal enough. */
#define THRESH_ROLLOUT_LEAST_SAMPLES 100.0

/** Why: identifier, slug of the document, meaning. */
#define THRESH_STEP_REASONS(X)                                                                     \
    X(WITHIN_LIMIT, "within-limit", "surely within its limit")                                     \
    X(BEYOND_LIMIT, "beyond-limit", "surely beyond its limit")                                     \
    X(UNDECIDED, "undecided", "the limit lies between the bounds")                                 \
    X(TOO_FEW_SAMPLES, "too-few-samples", "less than the stage asks for")                          \
    X(TOO_EARLY, "too-early", "the stage has not lasted long enough")                              \
    X(MISSING_METRIC, "missing-metric", "a metric of the plan is not in the data")                 \
    X(SAMPLE_RATIO, "sample-ratio", "traffic was not split as planned")                            \
    X(STRATUM_RATIO, "stratum-ratio", "traffic of a stratum was not split as planned")             \
    X(STRATUM_MISSING, "stratum-missing", "one arm lacks a stratum that it should have")           \
    X(SAMPLES, "samples-ratio", "samples of a metric are split otherwise than its users")          \
    X(OTHER_UNIT, "other-unit", "values of the arms look like those of two units")                 \
    X(REVERSED, "reversed", "strata and their sum point in opposite directions")                   \
    X(WORSENING, "worsening", "the effect gets worse with time")                                   \
    X(STRATUM, "stratum-beyond-limit", "surely beyond the limit for a stratum")                    \
    X(NO_LOOK, "no-look-due", "the next look of the plan is not due")                              \
    X(NO_LOOKS_LEFT, "no-looks-left", "the plan's looks at this stage are used up")                \
    X(ENDED, "ended", "the rollout has ended")

typedef enum thresh_step_reason_code {
#define X(id, slug, meaning) THRESH_STEP_##id,
    THRESH_STEP_REASONS(X)
#undef X
    THRESH_STEP_REASON_COUNT
} thresh_step_reason_code;
/** @return the slug, such as "sample-ratio". */
THRESH_API const char *thresh_step_reason_slug(thresh_step_reason_code code);

/** What speaks for a step. */
typedef struct thresh_step_reason {
    thresh_step_reason_code code;
    thresh_step step;            /**< that it asks for */
    const char *metric, *stratum; /**< "" for none */
    thresh_phrase text;
} thresh_step_reason;

/** Which limit of a metric decides its step: the one that is farthest from being kept. */
typedef enum thresh_deciding {
    THRESH_BY_TOLERATE,
    THRESH_BY_GAIN,
    THRESH_BY_FLOOR,
    THRESH_BY_CEILING
} thresh_deciding;
/** @return "tolerate", "gain", "floor" or "ceiling". */
THRESH_API const char *thresh_deciding_name(thresh_deciding by);

/** A metric of both arms, or of one stratum. Figures are NaN where there are none. */
typedef struct thresh_effect {
    const char *stratum; /**< "" for all users */
    double n_baseline, n_candidate;
    double baseline, candidate;    /**< in the metric's unit; over strata: at the same mix of both */
    double degradation, low, high; /**< as a fraction of the baseline or in the metric's unit */
    double tolerate;               /**< the limit, or NaN */
    thresh_step step;
    thresh_deciding by;
} thresh_effect;

/** A metric of the plan as observed. */
typedef struct thresh_observed_metric {
    const thresh_rollout_metric *metric;
    thresh_measure measure; /**< of degradations and limits */
    bool percent;           /**< they are shown times 100: relative ones, and points of a share */
    thresh_rule rule;
    thresh_effect whole;
    double pooled;          /**< degradation by the sums of both arms; NaN without strata */
    const thresh_effect *strata;
    size_t stratum_count;
    double slope, slope_p;  /**< of the degradation from one time to the next; NaN: no times */
    double before;          /**< degradation at the stage before, or NaN */
} thresh_observed_metric;

/** The split of traffic. */
typedef struct thresh_split {
    bool known, blocks;
    double planned, found; /**< share of the candidate */
    double p;              /**< always valid: 1 over the Bayes factor, at most 1 */
} thresh_split;

/** What came of an observation. Texts live as long as it and the plan do. */
typedef struct thresh_observed {
    const thresh_rollout_plan *plan;
    thresh_step step;
    thresh_rollout_status status; /**< afterwards */
    size_t stage, next;           /**< places in the plan's list; next: that of the stage from now on */
    int64_t since, now;           /**< seconds since 1970 */
    double seconds_left;          /**< until the stage's least time; 0: it is over */
    double samples, samples_left; /**< of the candidate, of the metric that has least */
    size_t looks;                 /**< at this stage, this one included; THRESH_OBRIEN_FLEMING: of those planned */
    thresh_split split;
    const thresh_observed_metric *metrics;
    size_t metric_count;
    const thresh_step_reason *reasons; /**< those that decided first */
    size_t reason_count;
    const thresh_phrase *notes;
    size_t note_count;
} thresh_observed;

/** Where a rollout stands. */
typedef struct thresh_rollout_state thresh_rollout_state;

/** An entry of a rollout's history. */
typedef struct thresh_transition {
    int64_t at;
    thresh_rollout_status status; /**< from then on */
    size_t stage;                 /**< from then on */
    const char *why;              /**< slugs of the reasons, or what a person said; may be "" */
} thresh_transition;

typedef struct thresh_rollout_info {
    const char *name, *sha256; /**< of the plan */
    thresh_rollout_status status;
    size_t stage;
    int64_t since;    /**< when the stage began */
    int64_t last;     /**< the last look, or the beginning */
    uint64_t looks;   /**< observations since the beginning */
    size_t rows;      /**< of counts of this stage */
    const thresh_transition *history;
    size_t history_count;
} thresh_rollout_info;

/** A rollout that begins now, at its first stage. @param[out] out free with thresh_rollout_state_free() */
THRESH_API thresh_status thresh_rollout_begin(thresh_rollout_state **out,
                                              const thresh_rollout_plan *plan, int64_t now);
THRESH_API void thresh_rollout_state_free(thresh_rollout_state *state);
/** @return where it stands, borrowed until the state changes. */
THRESH_API thresh_rollout_info thresh_rollout_state_info(const thresh_rollout_state *state);
/** The state as bytes. @param[out] out free with free() */
THRESH_API thresh_status thresh_rollout_state_save(void **out, size_t *len,
                                                   const thresh_rollout_state *state);
/** @return THRESH_EFORMAT, with a message: damaged, or of a stage that no transition led to */
THRESH_API thresh_status thresh_rollout_state_load(thresh_rollout_state **out, const void *data,
                                                   size_t len, const char *origin,
                                                   thresh_diags *diags);
/** Was the plan, or a profile of it, edited since the rollout began? Then its stages are not those that ran. */
THRESH_API bool thresh_rollout_is_edited(const thresh_rollout_plan *plan,
                                         const thresh_rollout_info *info);
/** Is it the state of this very plan? @return THRESH_EINVAL, with a message: the plan was edited, or the
 * state was: it stands at a stage or a look that the plan does not have */
THRESH_API thresh_status thresh_rollout_state_check(const thresh_rollout_state *state,
                                                    const thresh_rollout_plan *plan,
                                                    thresh_diags *diags);

/**
 * Asks a Prometheus server what users of both arms did since the stage began, by the queries of the
 * plan. Counts are rounded to whole ones: what increase() gives was extrapolated
 * to the ends of its range.
 *
 * @param[out] out  free with thresh_observations_free()
 * @param with   rows of other metrics, which are copied, or NULL
 * @param state  of this plan, and running
 * @param url    "http://host:9090"; a name and password in it are sent, and never shown
 * @param now    seconds since 1970: the end of the range
 * @return THRESH_EINVAL, with a message: no queries, an answer that is none of both arms; THRESH_EIO:
 *         the server could not be had, or not answer; THRESH_ENOENT: libcurl is not installed
 */
THRESH_API thresh_status thresh_observations_ask(thresh_observations **out,
                                                 const thresh_observations *with,
                                                 const thresh_rollout_plan *plan,
                                                 const thresh_rollout_state *state, const char *url,
                                                 int64_t now, thresh_diags *diags);

typedef struct thresh_observe_options {
    int64_t now;       /**< seconds since 1970 */
    const char *now_from; /**< where `now` comes from, for messages, such as "--at"; NULL: the clock */
    bool increment;    /**< the rows are added to those before; else they are all since the stage began */
    const char *stage; /**< that the rows are of, as the plan names it but for blanks, or NULL: the one that runs */
} thresh_observe_options;

/**
 * Judges the stage that runs by all counts of it, and takes the step: afterwards the state stands at the
 * next stage, has ended, or holds.
 *
 * @param[out] out  free with thresh_observed_free(); plan must outlive it
 * @param state     changed on THRESH_OK only
 * @return THRESH_EINVAL, with a message: the state is not of this plan, counts shrink, the arms are
 *         swapped, another stage runs, the clock stands before the last look, the rollout is
 *         done. One that was rolled back or aborted gives THRESH_OK and THRESH_ROLLBACK again.
 */
THRESH_API thresh_status thresh_rollout_observe(thresh_observed **out, thresh_rollout_state *state,
                                                const thresh_rollout_plan *plan,
                                                const thresh_observations *observations,
                                                const thresh_observe_options *options,
                                                thresh_diags *diags);
THRESH_API void thresh_observed_free(thresh_observed *observed);

/** Ends a rollout by hand. @return THRESH_EINVAL, with a message: it has ended already */
THRESH_API thresh_status thresh_rollout_abort(thresh_rollout_state *state, int64_t now,
                                              const char *why, thresh_diags *diags);

/* --- simulation --- */

/** What a candidate is supposed to be, and what becomes of it. */
typedef struct thresh_rollout_course {
    thresh_phrase name;
    double done, rolled_back, unfinished; /**< shares of the runs */
    /** Days until it is done, and until it is rolled back: the middle one and the 90 % quantile; NaN: none. */
    double days_done, days_done_90, days_back, days_back_90;
    double exposed; /**< users that the candidate served, on average */
    bool harmful;   /**< a limit is broken: done is the error; else rolled back is */
} thresh_rollout_course;

typedef struct thresh_rollout_simulation {
    const thresh_rollout_plan *plan;
    size_t runs;
    uint64_t seed;
    const thresh_rollout_course *courses;
    size_t course_count;
} thresh_rollout_simulation;

typedef struct thresh_rollout_simulate_options {
    size_t runs;      /**< 0: 10,000 */
    uint64_t seed;
    unsigned threads; /**< 0: 1; the result does not depend on it */
} thresh_rollout_simulate_options;

/**
 * Plays a plan through: no effect, the plan's assumed one, each metric alone at its limit, and at twice its
 * limit. Counts are drawn, and judged by the same bounds as thresh_rollout_observe().
 *
 * @param[out] out  free with thresh_rollout_simulation_free(); plan must outlive it
 * @return THRESH_EINVAL, with a message: the plan has no `simulate:`, or a limit is none that a baseline
 *         can be brought to; THRESH_EDOMAIN: more than 1,000,000 runs
 */
THRESH_API thresh_status thresh_rollout_simulate(thresh_rollout_simulation **out,
                                                 const thresh_rollout_plan *plan,
                                                 const thresh_rollout_simulate_options *options,
                                                 thresh_diags *diags);
THRESH_API void thresh_rollout_simulation_free(thresh_rollout_simulation *simulation);

#ifdef __cplusplus
}
#endif
#endif
