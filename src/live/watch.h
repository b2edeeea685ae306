/* A monitor in memory: series with their windows, and the metrics that are watched in them. */
#ifndef LIVE_WATCH_H
#define LIVE_WATCH_H

#include "judge/judge.h"
#include "live/window.h"
#include "thresh/monitor.h"
#include "thresh/tolerance.h"

enum { LABEL = 16 };
#define NOT_SEEN UINT32_MAX
/* In the place of a series: not looked at yet, nothing to watch, no room. */
#define UNKNOWN UINT32_MAX
#define UNWATCHED (UINT32_MAX - 1)
#define DROPPED (UINT32_MAX - 2)

/* What a window of a watched metric came to. It lives as long as the arena of its bench. */
typedef struct outcome {
    window_sum sum;
    thresh_judged as_eval;
    struct outcome_level {
        thresh_judged judged;
        bool beyond; /* for sure */
        bool calm;   /* so far below the limit that the level may be left */
    } levels[THRESH_LEVELS];
    bool below_floor, above_ceiling;
    const char *bound_from; /* whose floor or ceiling that is */
} outcome;

/* Where a metric stands, and for how long. */
typedef struct ladder {
    thresh_level level;
    uint32_t beyond[THRESH_LEVELS]; /* windows in a row */
    uint32_t calm[THRESH_LEVELS];
} ladder;

/* Of what came, what could not be used. */
typedef struct share {
    uint64_t n, bad; /* in the window so far */
    uint32_t calm;   /* windows in a row */
    bool beyond;     /* its limit */
} share;

/* One metric that is watched. */
typedef struct watch {
    const char *scope, *name;
    const thresh_kind *kind;
    const char *name_unit;      /* that the name carries, or NULL */
    thresh_metric base;         /* what it is compared with, once has_base */
    double base_low, base_high; /* of a quantile taken from the stream; NaN: not known */
    bool has_base, live;        /* live: the base is the first window */
    bool required;
    uint32_t series; /* place among the monitor's series, or NOT_SEEN */
    uint32_t next;   /* watch of the same series, or NOT_SEEN */
    bool by_kind;    /* found by its kind, not by its name */
    bool quantile;
    double level;           /* of the quantile */
    char label[LABEL];      /* "mean", "p99" */
    thresh_alert_rule rule; /* once has_base */
    ladder ladder;
    bool silent;  /* red for want of data; `ladder` is as it was before */
    bool doubted; /* it was told that the scale or unit seems to be another */
    bool unfit;   /* red as well: too much of what came is of no use */
    share missing;
    share gap; /* what made it so, for the alert, and its limit */
    double gap_limit;
    bool rate; /* its last window was of right and wrong */
    uint64_t windows, alerts;
    const char *unit;       /* of the judged values */
    double value, baseline; /* of the last window, scaled; NaN: none */
} watch;

typedef struct drifting drifting;

/* A series of the stream. */
typedef struct series {
    const char *scope, *name;
    const char *unit; /* that the name carries, or NULL */
    window window;
    uint32_t watches; /* the first, or NOT_SEEN */
    int64_t seen;     /* stream time of the last reading */
    uint64_t numbers,
        missing_before;  /* readings since values were last looked at; what was missing then */
    bool silent;         /* a watch of it is */
    bool windowed;       /* has windows */
    bool switched;       /* says whether the service is up: no windows */
    uint32_t downs, ups; /* readings in a row */
    drifting *drift;     /* NULL: not looked at for drift */
} series;

typedef struct incident {
    bool active;
    char id[THRESH_ALERT_ID];
} incident;

struct thresh_monitor {
    arena arena;
    const thresh_policy *policy;
    const thresh_set *baseline; /* NULL: live */
    thresh_set *none;           /* an empty one, where there is no baseline */
    thresh_monitor_options options;
    window_shape shape;
    watch *watches;
    size_t watch_count, watch_capacity;
    series *series;
    size_t series_count, series_capacity;
    uint32_t *of_stream; /* by the stream's number: place in `series`, UNKNOWN or UNWATCHED */
    size_t stream_count, stream_capacity;
    thresh_sketch *scratch;
    size_t memory;
    incident incidents[THRESH_LEVELS];
    thresh_monitor_counts counts;
    uint64_t line; /* of the row being taken */
    int64_t ts;
    /* time while the stream lives: the clock's steps, none longer than a part of no_data, so that
     * a clock that jumps silences nobody */
    int64_t stream_time, clock, longest_step, next_look;
    int64_t closed, newest; /* timed panes before `closed` are closed; none is after `newest` */
    bool has_closed;
    int64_t arrived;        /* by the caller's clock; valid once ticking */
    bool ticking, fresh;    /* fresh: a row came since the last tick */
    watch whole;            /* the stream as such: "*" */
    share unreadable, late; /* of the lines, and: */
    uint64_t lines_before, malformed_before, late_before; /* when they were last looked at */
    thresh_tolerance tolerance;
    bool follows; /* a series is looked at for drift */
    uint64_t event_number;
    struct {
        double n, confidence, factor;
    } student;      /* as it was last asked for */
    double adapted; /* what yellow and orange are multiplied by */
};

/* --- find.c: what is watched --- */
thresh_status find_watches(thresh_monitor *m, thresh_diags *diags);
/* Takes a new series of the stream; *out is its place, or UNWATCHED or DROPPED. */
thresh_status take_series(thresh_monitor *m, thresh_series named, uint32_t *out);
/* The live baseline: the window just summed up. */
thresh_status take_base(thresh_monitor *m, watch *w, const window_sum *sum);

/* --- level.c: what a window means --- */
thresh_status judge_window(thresh_monitor *m, watch *w, const window_sum *sum, arena *a,
                           outcome *out);
/* Do stream and baseline seem to be written on different scales, or in different units? */
bool is_scale_doubtful(const thresh_monitor *m, const watch *w, const outcome *o);
/* Takes what a window came to; the level after it. */
thresh_level climb(ladder *l, const thresh_alert_rule *rule, const outcome *o);
/* The value of a window, and bounds of its own at a confidence (a bound that cannot be had is
 * infinite). */
thresh_status window_value(const watch *w, const window_sum *sum, double confidence, double *value,
                           double *low, double *high);
void resolve_alerts(const thresh_monitor *m, watch *w);

/* --- alert.c --- */
/* Tells that a level changed from `from` to `to`; `o` may be NULL. */
thresh_status tell(thresh_monitor *m, watch *w, thresh_level from, thresh_level to,
                   thresh_alert_reason reason, const outcome *o, const thresh_monitor_sink *sink);
/* An id made of what was read, and of nothing else, so that a replay gives the same. */
void make_id(char out[THRESH_ALERT_ID], const thresh_monitor *m, const char *scope,
             const char *metric, uint64_t number);
/* For how long a metric was silent, of the stream's time. */
int64_t silence_of(const thresh_monitor *m, const watch *w);
/* The level that is shown: silence is red. */
thresh_level shown_level(const watch *w);

/* --- quality.c: how much of the input can be used --- */
/* At a mark of the parser. */
thresh_status look_at_input(thresh_monitor *m, const thresh_events *events,
                            const thresh_monitor_sink *sink);
void quality_save(const thresh_monitor *m, bytes *b);
/* When series and watches are there. */
void quality_load(thresh_monitor *m, bytes_reader *r);

/* --- drift.c --- */
bool drift_wanted(const thresh_monitor *m, const char *scope, const char *name);
size_t drift_cost(const thresh_monitor *m);
thresh_status drift_new(drifting **out, const thresh_monitor *m);
thresh_status drift_add(thresh_monitor *m, series *s, double value,
                        const thresh_monitor_sink *sink);
/* The tolerance: it begins, and is told of each row. */
thresh_status drift_begin(thresh_monitor *m, thresh_diags *diags);
thresh_status drift_row(thresh_monitor *m, const thresh_monitor_sink *sink);
void drift_save(const thresh_monitor *m, const drifting *d, bytes *b);
/* Into a new one. */
thresh_status drift_load(const thresh_monitor *m, drifting *d, bytes_reader *r);

#endif
