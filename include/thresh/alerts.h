/**
 * @file alerts.h
 * What a profile says under `alerts:`: the limits of each level, how long and how surely they have to
 * be passed, and what is to be done. A profile that says nothing has the defaults of each family.
 */
#ifndef THRESH_ALERTS_H
#define THRESH_ALERTS_H

#include <thresh/drift.h>
#include <thresh/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

/** From good to bad, so that the worst of several is the largest. */
typedef enum thresh_level {
    THRESH_LEVEL_NONE,
    THRESH_LEVEL_YELLOW, /**< watch */
    THRESH_LEVEL_ORANGE, /**< limit traffic */
    THRESH_LEVEL_RED,    /**< roll back */
    THRESH_LEVELS
} thresh_level;
/** @return "none", "yellow", "orange" or "red". */
THRESH_API const char *thresh_level_name(thresh_level level);

/** What a window of readings is summed up by. */
typedef enum thresh_statistic_of {
    THRESH_BY_NAME, /**< a quantile where the metric's name has one (latency_p99), else the mean */
    THRESH_BY_MEAN,
    THRESH_BY_QUANTILE
} thresh_statistic_of;

/** A length: of so many readings, or of time. */
typedef struct thresh_span {
    uint64_t count;       /**< readings; 0: a length of time */
    int64_t microseconds; /**< 0: a count */
} thresh_span;
/**
 * Reads "1000" (where a count is allowed), "5m", "30s", "1.5h", "250ms" or "2d".
 * @return false, and `out` untouched, on anything else, on nought, and on more than 10^9 or 365 days
 */
THRESH_API bool thresh_parse_span(thresh_span *out, const char *text, bool count_allowed);

/** How the levels of one metric are found: the strictest limits of all profiles. */
typedef struct thresh_alert_rule {
    struct thresh_alert_limit {
        bool set;          /**< false: this level is not reached by a degradation */
        double limit;      /**< own unit, or fraction of the baseline, as `measure` says */
        thresh_measure measure;
        bool exclusive;    /**< the limit itself is already out */
        const char *from;  /**< profile that set it, or "default" */
        unsigned windows;  /**< `for:`, so many in a row beyond it raise the level; >= 1 */
    } levels[THRESH_LEVELS]; /**< [THRESH_LEVEL_NONE] is not used */
    double clear_below;     /**< a level is left at this fraction below its limit: 0.1 */
    unsigned clear_windows; /**< … in so many windows in a row; >= 1 */
    bool has_floor, has_ceiling;
    double floor, ceiling; /**< red, whatever the baseline says; own unit */
    const char *floor_from, *ceiling_from;
    double max_missing;  /**< red when more of its values than this share are no numbers */
    int64_t no_data;     /**< red after so many microseconds without a reading; 0: never */
    thresh_statistic_of statistic;
    double quantile;     /**< in (0, 1), of THRESH_BY_QUANTILE */
    double confidence;   /**< of the lower bound that has to lie beyond a limit */
    const char *fault;   /**< a limit that makes no sense for this metric; NULL when fine */
} thresh_alert_rule;
/** Resolves the rule of a metric. Pure; `out` borrows from the policy. Cost: as thresh_policy_resolve(). */
THRESH_API void thresh_policy_alert_rule(const thresh_policy *policy, const thresh_query *query,
                                         thresh_alert_rule *out);

/** Whether limits follow drift. */
typedef enum thresh_adaptive {
    THRESH_ADAPTIVE_OFF,
    THRESH_ADAPTIVE_TIGHTEN, /**< only ever below what the profile says */
    THRESH_ADAPTIVE_ON
} thresh_adaptive;

/** How far limits follow drift, see tolerance.h; 0: not said. */
typedef struct thresh_adaptation {
    double start, least, most; /**< shares */
    double widen, tighten;     /**< factors */
    uint64_t window;           /**< rows */
} thresh_adaptation;

/** Which columns are followed for drift, how, and how much of it is one; zero: not said. */
typedef struct thresh_drift_settings {
    const char *const *columns;          /**< ends with NULL; or NULL */
    bool methods[THRESH_DETECTOR_COUNT]; /**< none of them: all */
    /**
     * What each takes for drift. Page-Hinkley: deviations summed up, in standard deviations of the
     * first window; 40. ADWIN: chance of a cut without a change, at one look; 0.002.
     * Kolmogorov-Smirnov: the p value has to lie below it; 0.0001. Population stability: the index
     * has to lie above it, and not by chance; 0.25.
     */
    double limits[THRESH_DETECTOR_COUNT];
    uint32_t window; /**< values that are compared with the first so many; 1,000 */
} thresh_drift_settings;
/** Least and most of `window`. */
#define THRESH_DRIFT_WINDOW_LEAST 50
#define THRESH_DRIFT_WINDOW_MOST  10000

/** What holds for the whole run; of several profiles the last that says it decides. */
typedef struct thresh_alert_settings {
    thresh_span window;    /**< default 1,000 readings */
    thresh_span slide;     /**< nothing set: as long as the window, so that each reading is in one */
    int64_t lateness;      /**< microseconds; -1: not said */
    double max_bad, max_late; /**< red when more of the lines than this share cannot be read, or come too
                                   late; 0: not said, which is 0.05; 1: never */
    thresh_adaptive adaptive;
    thresh_adaptation tolerance;
    thresh_drift_settings drift;
} thresh_alert_settings;
THRESH_API thresh_alert_settings thresh_policy_alert_settings(const thresh_policy *policy);

/** @return pattern `i` under `alerts: metrics:` of the policy's profiles, or NULL behind the last. */
THRESH_API const char *thresh_policy_alert_pattern(const thresh_policy *policy, size_t i);

/** A text, or where one that is secret is found when it is needed: `text`, `file` or `env` is set. */
typedef struct thresh_secret {
    const char *text;
    const char *file;   /**< its first line */
    const char *env;    /**< name of a variable of the environment */
    const char *before; /**< what comes before it, such as "Bearer "; never NULL */
} thresh_secret;

/** A header of a request. */
typedef struct thresh_action_header {
    const char *name; /**< NULL ends a list */
    thresh_secret value;
} thresh_action_header;

/** What an alert sets going, see actions.h. One of argv, url, alertmanager and textfile is set; for
 * `url` it may be `secret_url`. */
typedef struct thresh_alert_action {
    const char *name;
    bool on[THRESH_LEVELS]; /**< a level, or a worse one, that is reached; [NONE]: the end. Of
                                 `every`, and of an Alertmanager, the worse ones are set as well */
    bool every;             /**< for every alert; else once when a level of `on`, or a worse one, is
                                 reached for the first time in its incident */
    const char *const *argv; /**< ends with NULL */
    const char *url;          /**< of a web hook */
    thresh_secret secret_url; /**< the same; neither file nor env: it is no secret */
    const char *alertmanager; /**< base address of an Alertmanager */
    const char *textfile;     /**< of Prometheus' node exporter */
    const thresh_action_header *headers; /**< or NULL */
    thresh_tls tls;
    double timeout, backoff;  /**< seconds */
    unsigned retries;
    const char *from;
} thresh_alert_action;
/** @return action `i` of the policy's profiles, or NULL behind the last. */
THRESH_API const thresh_alert_action *thresh_policy_alert_action(const thresh_policy *policy,
                                                                 size_t i);

#ifdef __cplusplus
}
#endif
#endif
