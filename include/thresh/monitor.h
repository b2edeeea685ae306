/**
 * @file monitor.h
 * Readings of a running service → windows against the baseline → alerts. Pure: rows come in, alerts
 * go out by a callback, the clock comes from the caller; the same rows give the same alerts.
 *
 * A window of readings is summed up to one value with its uncertainty, and judged as thresh_judge()
 * judges a candidate: by the same code. A level is raised when the whole interval of the
 * degradation lies beyond its limit, so that noise raises none.
 */
#ifndef THRESH_MONITOR_H
#define THRESH_MONITOR_H

#include <thresh/alerts.h>
#include <thresh/events.h>
#include <thresh/follow.h>
#include <thresh/judge.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most panes (window / slide, and what lateness keeps open) that a window may have. */
#define THRESH_MONITOR_PANES 1024
/** What `mark_every` of the parser has to be for a monitor to see what cannot be read. */
#define THRESH_MONITOR_MARK 50
/** Length of an alert's id, its NUL included. */
#define THRESH_ALERT_ID 33

/** Why a level changed: identifier, slug of the alert. */
#define THRESH_ALERT_REASONS(X)                                                                    \
    X(BEYOND_LIMIT, "beyond-limit") /* the degradation, for sure */                                \
    X(BELOW_FLOOR, "below-floor")                                                                  \
    X(ABOVE_CEILING, "above-ceiling")                                                              \
    X(NO_DATA, "no-data")     /* no reading for too long */                                        \
    X(DOWN, "service-down")   /* the service says so, or says nothing at all */                    \
    X(UNREADABLE, "unreadable") /* too many lines break their format */                            \
    X(LATE, "late")             /* too many rows come too late, or with a time that none believes */ \
    X(MISSING, "missing")       /* too many values of a metric are no numbers */                   \
    X(RECOVERED, "recovered") /* the level is lower than before */

typedef enum thresh_alert_reason {
#define X(id, slug) THRESH_ALERT_##id,
    THRESH_ALERT_REASONS(X)
#undef X
        THRESH_ALERT_REASON_COUNT
} thresh_alert_reason;
/** @return the slug, such as "beyond-limit". */
THRESH_API const char *thresh_alert_reason_slug(thresh_alert_reason reason);

/** One change of a level. All of it is borrowed until the callback returns. */
typedef struct thresh_alert {
    char id[THRESH_ALERT_ID];       /**< the same when the same rows are read again */
    char incident[THRESH_ALERT_ID]; /**< id of the alert that began this incident; "" when it ends
                                       none */
    bool begins; /**< the first of its incident: since everything was below the level under this one
                  */
    thresh_level begins_from; /**< of one that begins: the lowest level that is reached for the first
                                   time with it, where several are at once; else THRESH_LEVEL_NONE */
    bool ends;   /**< with it everything is back at no level */
    int64_t ts; /**< of the last reading, microseconds since 1970; THRESH_NO_TIME: rows have none */
    uint64_t line; /**< of the row that made it; 0: none did */
    thresh_level level, from;
    thresh_alert_reason reason;
    const char *scope, *metric; /**< "" and "*" for the stream as a whole */
    const char *statistic;      /**< "mean", "rate", "p99"; "" where nothing was summed up */
    const char *profile;        /**< whose limit it was, or "default"; "" for none */
    bool has_figures;           /**< there is a window; else `n` to `judged` mean nothing */
    double share; /**< of THRESH_ALERT_UNREADABLE and LATE of the lines, of MISSING of the values; `n` is
                       how many there were, `limit` the limit of the share; else NaN */
    uint64_t n;                 /**< readings of the window */
    int64_t begin, end;         /**< their times, or THRESH_NO_TIME */
    const thresh_judged
        *judged; /**< baseline, candidate, degradation, interval, beside the limit */
    const thresh_judged
        *as_eval;    /**< what thresh_judge() gives this window as a candidate of the profile */
    double limit;    /**< in the measure of `judged`; NaN: none of a degradation */
    double adapted;  /**< what the limit was multiplied by for drift; 1: nothing */
    int64_t silence; /**< of THRESH_ALERT_NO_DATA: microseconds */
} thresh_alert;

/** What is no level: what drifted, what became of the tolerance, what seems to be misread. */
typedef struct thresh_monitor_event {
    char id[THRESH_ALERT_ID];
    int64_t ts;
    uint64_t line;
    enum {
        THRESH_EVENT_DRIFT,
        THRESH_EVENT_TOLERANCE,
        THRESH_EVENT_BASELINE,
        THRESH_EVENT_SCALE /**< stream and baseline seem to be on different scales; told once */
    } what;
    const char *scope, *metric;
    const char *detector; /**< that found it, or "" */
    double value, limit;  /**< of the detector's statistic; of a baseline its value and n; of a scale
                               the window's value and the baseline's, as they were read */
    double from, to;      /**< of the tolerance, as fractions */
    const char *reason;   /**< slug: "drift", "stable", "first-windows", "scale-disagrees" */
} thresh_monitor_event;

/** Takes what happened; anything but THRESH_OK ends the call with that status. */
typedef struct thresh_monitor_sink {
    thresh_status (*alert)(void *context, const thresh_alert *alert);
    thresh_status (*event)(void *context, const thresh_monitor_event *event);
    void *context;
} thresh_monitor_sink;

/** How to watch; zero means the default. */
typedef struct thresh_monitor_options {
    thresh_alert_settings
        settings;         /**< as the policy says, or overridden; window may be all zero */
    unsigned windows;     /**< `for:` of every metric; 0: as the policy says */
    size_t max_series;    /**< most series that have windows; default 1,000 */
    size_t memory;        /**< most bytes of all windows together; default 40 MiB */
    int64_t down_after;   /**< red when nothing at all comes for so long, by the caller's clock; 0:
                             never */
    uint64_t min_samples; /**< fewer readings are no window: default 30 for what is left at the end,
                             2 else */
    const char *const *drift; /**< columns watched for drift besides those of the settings, ends
                                   with NULL; or NULL */
} thresh_monitor_options;

/** What came in and what became of it. */
typedef struct thresh_monitor_counts {
    uint64_t rows, readings; /**< taken */
    uint64_t unwatched;      /**< readings of series that nothing is known to compare with */
    uint64_t dropped;        /**< readings of series beyond the limits of number and memory */
    uint64_t timeless;       /**< readings without a time, where windows are of time */
    uint64_t windows;        /**< judged, a metric each */
    uint64_t alerts, raised; /**< changes of level, and those of them that went up */
} thresh_monitor_counts;

/** Where a metric stands; the last may be the stream as a whole, "*", when it was ever at a level. */
typedef struct thresh_watched {
    const char *scope, *metric, *statistic;
    const thresh_kind *kind; /**< NULL for "*" */
    const char *unit; /**< of the values, as in thresh_judged */
    thresh_level level;
    const thresh_alert_rule *rule; /**< the monitor's; of a live baseline once that was taken */
    uint64_t windows;       /**< judged */
    bool seen;              /**< false: the stream never had it */
    bool required;          /**< by a profile */
    bool doubted;           /**< it was told that its scale seems to be another than the baseline's */
    double value, baseline; /**< of the last window, scaled; NaN: none */
} thresh_watched;

typedef struct thresh_monitor thresh_monitor;

/**
 * @param[out] out   free with thresh_monitor_free()
 * @param policy     limits and catalog; has to outlive the monitor
 * @param baseline   what is compared with; NULL: the first window of each series. A metric without
 *                   standard error and count is taken as exact. Has to outlive the monitor.
 * @param options    copied; may be NULL
 * @return THRESH_EINVAL, with a message: a window that its slide does not divide, too many panes;
 *         THRESH_EEMPTY, with a message: the baseline has nothing that could be watched
 */
THRESH_API thresh_status thresh_monitor_new(thresh_monitor **out, const thresh_policy *policy,
                                            const thresh_set *baseline,
                                            const thresh_monitor_options *options,
                                            thresh_diags *diags);
/** NULL is allowed. */
THRESH_API void thresh_monitor_free(thresh_monitor *monitor);

/** Takes one row, or a mark of the parser (THRESH_MONITOR_MARK); `events` names the series. */
THRESH_API thresh_status thresh_monitor_row(thresh_monitor *monitor, const thresh_events *events,
                                            const thresh_event *row,
                                            const thresh_monitor_sink *sink);
/**
 * Says what time it is by the caller's clock (microseconds, one that never goes back), for the
 * silence of the whole stream. Not needed where a recorded file is read.
 */
THRESH_API thresh_status thresh_monitor_tick(thresh_monitor *monitor, int64_t now,
                                             const thresh_monitor_sink *sink);
/** Something came, were it a row or not: the stream is not silent. */
THRESH_API void thresh_monitor_heard(thresh_monitor *monitor);
/** The stream ends: how much of it could be read since the last mark; before thresh_monitor_end(). */
THRESH_API thresh_status thresh_monitor_look(thresh_monitor *monitor, const thresh_events *events,
                                             const thresh_monitor_sink *sink);
/** The stream ends: windows that are not full are judged if they have min_samples readings. */
THRESH_API thresh_status thresh_monitor_end(thresh_monitor *monitor,
                                            const thresh_monitor_sink *sink);

THRESH_API const thresh_monitor_counts *thresh_monitor_counted(const thresh_monitor *monitor);
/** @return the worst level of all metrics now. */
THRESH_API thresh_level thresh_monitor_level(const thresh_monitor *monitor);
/** Metric `i` of those watched. @return false behind the last. */
THRESH_API bool thresh_monitor_watched(const thresh_monitor *monitor, size_t i,
                                       thresh_watched *out);

/** @return column `i` of those followed for drift that no row had as a number; NULL behind the last. */
THRESH_API const char *thresh_monitor_unseen(const thresh_monitor *monitor, size_t i);
/** @return rule `i` under `alerts: metrics:` that has met no metric so far, or NULL behind the last: it
 * can raise nothing. Of a baseline that is no file rows have to be taken first. */
THRESH_API const char *thresh_monitor_unmet(const thresh_monitor *monitor, size_t i);

/** Everything that the rows so far left behind. @param[out] out  malloc'ed; free with free() */
THRESH_API thresh_status thresh_monitor_save(const thresh_monitor *monitor, unsigned char **out,
                                             size_t *len);
/**
 * Goes on where another one was saved: for a monitor that has taken no row yet, made from the same
 * policy, baseline and options. @return THRESH_EFORMAT: no such state, or one of others; then the
 * monitor may only be freed.
 */
THRESH_API thresh_status thresh_monitor_load(thresh_monitor *monitor, const unsigned char *data,
                                             size_t len);

/** A call of an action that is due, and perhaps was not started yet. */
typedef struct thresh_due_action {
    const char *name;      /**< of thresh_alert_action */
    const char *key;       /**< see actions.h */
    const char *body;      /**< what is posted, or a command's standard input */
    const char *variables; /**< of a command, "NAME=value" a line each */
} thresh_due_action;

/**
 * All that has to be known to go on after a SIGKILL: the parser, the monitor, where the input
 * stood, and what was told last. It is put away before the lines are written and the actions
 * started; where the output's end lies then tells what of the lines is there already.
 */
typedef struct thresh_monitor_checkpoint {
    const char *fingerprint; /**< of profiles, baseline and options; a state of others is refused */
    thresh_position input;
    uint64_t output_device, output_inode,
        output_offset; /**< of the lines; all 0: no regular file */
    const char *lines; /**< of length lines_len: what is written next */
    size_t lines_len;
    const thresh_due_action *due;
    size_t due_count;
} thresh_monitor_checkpoint;

/** Writes a checkpoint as bytes. @param[out] out  malloc'ed; free with free() */
THRESH_API thresh_status thresh_monitor_pack(unsigned char **out, size_t *len,
                                             const thresh_monitor *monitor,
                                             const thresh_events *events,
                                             const thresh_monitor_checkpoint *checkpoint);
/**
 * Reads it: makes the parser, fills a monitor that has taken no row yet.
 *
 * @param[out] checkpoint  its texts live as long as the monitor
 * @param fingerprint      that the state has to have
 * @return THRESH_EFORMAT: no such state, or a damaged one; THRESH_EINVAL, with a message: one of
 *         another fingerprint or another version
 */
THRESH_API thresh_status thresh_monitor_unpack(thresh_monitor *monitor, thresh_events **events,
                                               thresh_monitor_checkpoint *checkpoint,
                                               const unsigned char *data, size_t len,
                                               const char *fingerprint,
                                               const thresh_events_options *options,
                                               thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
