/**
 * @file rollout_plan.h
 * How a compressed model is brought to its users step by step: a YAML file, schema thresh/rollout/v1
 * (docs/rollout.md has its keys).
 */
#ifndef THRESH_ROLLOUT_PLAN_H
#define THRESH_ROLLOUT_PLAN_H

#include <thresh/profile.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    THRESH_MOST_STAGES = 12,
    THRESH_MOST_ROLLOUT_METRICS = 32,
    THRESH_MOST_ROLLOUT_LOOKS = 30, /**< THRESH_MOST_LOOKS of sequential.h */
    THRESH_ROLLOUT_NAME_MAX = 200 /**< bytes of a plan's name, its NUL included */
};

/** How bounds stay valid although one looks more than once. */
typedef enum thresh_rollout_method {
    THRESH_ALWAYS_VALID,  /**< at any time, any number of looks */
    THRESH_OBRIEN_FLEMING /**< at a few looks, agreed on before; narrower at the last */
} thresh_rollout_method;
/** @return "always-valid" or "obrien-fleming". */
THRESH_API const char *thresh_rollout_method_name(thresh_rollout_method method);

/** A stage: how much of the traffic the candidate gets, and how long at least. */
typedef struct thresh_rollout_stage {
    const char *name; /**< such as "5 %" */
    double share;     /**< of the candidate, in (0, 1]; each stage's is larger than the one before */
    double seconds;   /**< it lasts at least */
    double samples;   /**< of the candidate, of each metric, at least */
} thresh_rollout_stage;

/** A metric that users' traffic is judged by. */
typedef struct thresh_rollout_metric {
    const char *name, *group; /**< group: "business", "technical", "cost", or any other */
    const thresh_kind *kind;
    const char *unit;    /**< of its values: "ms", "MB", or "" */
    double own_per_base; /**< its unit in ms or bytes; 1 where it has none */
    /* what a simulation assumes; NaN: not stated */
    double baseline, sd;
    double degradation; /**< assumed, as a fraction for % and pp, else in its unit */
    thresh_measure degradation_measure;
    uint32_t line, column;
} thresh_rollout_metric;

/** What a query of a metric gives: identifier, key in the plan. */
#define THRESH_QUANTITIES(X)                                                                       \
    X(N, "n")                                                                                      \
    X(SUCCESSES, "successes")                                                                      \
    X(MEAN, "mean")                                                                                \
    X(SD, "sd")                                                                                    \
    X(SUM, "sum")                 /* of the values */                                              \
    X(SUM_SQUARES, "sum_squares") /* of their squares */                                           \
    X(BUCKETS, "buckets")         /* of a histogram, with the label `le`: n, and a bound of sd */

typedef enum thresh_quantity {
#define X(id, key) THRESH_QUANTITY_##id,
    THRESH_QUANTITIES(X)
#undef X
        THRESH_QUANTITY_COUNT
} thresh_quantity;
/** @return the key, such as "sum_squares". */
THRESH_API const char *thresh_quantity_name(thresh_quantity quantity);

/** A query in PromQL, or one for each arm. */
typedef struct thresh_arm_query {
    const char *promql[2]; /**< of the baseline, of the candidate; NULL: none */
    bool both;             /**< they are one and the same, whose label tells the arms apart */
    uint32_t line, column;
} thresh_arm_query;

typedef struct thresh_metric_queries {
    const char *metric;
    thresh_arm_query of[THRESH_QUANTITY_COUNT];
} thresh_metric_queries;

/** How a Prometheus server is asked for what users of both arms did. */
typedef struct thresh_rollout_prometheus {
    const char *arm;       /**< label that tells the arms apart */
    const char *values[2]; /**< of it: of the baseline, of the candidate; NULL: as data calls them */
    const char *stratum;   /**< label, or NULL: no strata */
    double scrape;         /**< seconds between scrapes */
    thresh_metric_queries queries[THRESH_MOST_ROLLOUT_METRICS + 1];
    size_t count;
} thresh_rollout_prometheus;
/** In a query: the time since the stage began, such as 3600s. */
#define THRESH_SINCE "$since"

/** A plan as read; texts live as long as it does. */
typedef struct thresh_rollout_plan {
    const char *path, *name, *title;
    const char *sha256; /**< of the plan and of all its profiles: what was agreed on */
    const char *text;   /**< the file, NUL-terminated */
    thresh_policy *policy;
    thresh_rollout_method method;
    size_t looks;      /**< THRESH_OBRIEN_FLEMING: of each stage */
    double confidence; /**< one-sided, of the whole rollout */
    /** Of the test of the split of traffic: the chance that it blocks a sound rollout. */
    double split_alpha;
    const char *traffic; /**< metric whose n counts users (sessions, ...); NULL: the first metric */
    const thresh_rollout_stage *stages;
    size_t stage_count;
    const thresh_rollout_metric *metrics;
    size_t metric_count;
    const thresh_rollout_prometheus *prometheus; /**< NULL: no queries */
    /* of a simulation; 0: not stated */
    double users;      /**< a day */
    double look_every; /**< seconds */
    double days;       /**< at most */
} thresh_rollout_plan;

/**
 * Reads a plan; "-" is `standard_input`, which may be NULL.
 * @param[out] out  free with thresh_rollout_plan_free()
 * @param lookup    of its profiles; a path of one is looked for beside the plan
 * @return THRESH_EINVAL or THRESH_EFORMAT: faults, all of them in `diags` with their places
 */
THRESH_API thresh_status thresh_rollout_plan_read(thresh_rollout_plan **out, const char *path,
                                                  FILE *standard_input, const thresh_lookup *lookup,
                                                  thresh_diags *diags);
/** The same from memory; `origin` is its path, for messages and for profiles beside it. */
THRESH_API thresh_status thresh_rollout_plan_text(thresh_rollout_plan **out, const char *text,
                                                  size_t len, const char *origin,
                                                  const thresh_lookup *lookup, thresh_diags *diags);
THRESH_API void thresh_rollout_plan_free(thresh_rollout_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
