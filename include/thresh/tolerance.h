/**
 * @file tolerance.h
 * A tolerance that adapts: it grows where the data drift, and shrinks while they are stable, within
 * bounds, window after window; each change is an event with its reason.
 *
 * A greater tolerance hides harm as well as it bears drift: it is for limits of `tolerate` alone.
 * Floors, ceilings and red limits never adapt, which is up to the caller, and `tighten_only` never
 * loosens anything.
 */
#ifndef THRESH_TOLERANCE_H
#define THRESH_TOLERANCE_H

#include <thresh/base.h>
#include <thresh/drift.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How it adapts. Tolerances are in one unit, such as shares: 0.02 is 2 %. */
typedef struct thresh_tolerance_settings {
    double start, least, most; /**< 0 < least <= start <= most */
    double widen;              /**< > 1: the factor of a window with drift */
    double tighten;            /**< in (0, 1): the factor of a stable window */
    uint64_t window;           /**< events of a window, >= 1 */
    uint32_t patience;         /**< it tightens after so many stable windows on end, >= 1 */
    bool tighten_only;
} thresh_tolerance_settings;

/** @return 2 %, from 1 % to 5 %, times 1.2 and 0.95, windows of 1,000, no patience. */
THRESH_API thresh_tolerance_settings thresh_tolerance_defaults(void);

/**
 * Checks settings.
 *
 * @param diags  gets a message for everything that is wrong; may be NULL
 * @param file   where they come from, for the messages; may be NULL
 * @return THRESH_OK or THRESH_EINVAL
 */
THRESH_API thresh_status thresh_tolerance_check(const thresh_tolerance_settings *settings,
                                                thresh_diags *diags, const char *file);

/** Why a tolerance changed: identifier, slug. */
#define THRESH_TOLERANCE_REASONS(X)                                                                \
    X(DRIFT, "drift")                                                                              \
    X(STABLE, "stable")

typedef enum thresh_tolerance_reason {
#define X(id, slug) THRESH_TOLERANCE_##id,
    THRESH_TOLERANCE_REASONS(X)
#undef X
        THRESH_TOLERANCE_REASON_COUNT
} thresh_tolerance_reason;

/** @return the slug, such as "drift". */
THRESH_API const char *thresh_tolerance_reason_slug(thresh_tolerance_reason reason);

/** A change. */
typedef struct thresh_tolerance_change {
    double from, to;
    thresh_tolerance_reason why;
    thresh_detector detector; /**< of drift: which; else THRESH_DETECTOR_NONE */
    double statistic, limit;  /**< of that detector: what it saw, and what it takes; else 0 */
    uint64_t window;          /**< number of the window, from 1 */
    uint32_t stable;          /**< stable windows before this one, itself included; of drift 0 */
} thresh_tolerance_change;

/** A tolerance and where it stands: plain, as those of drift.h. */
typedef struct thresh_tolerance {
    thresh_tolerance_settings settings;
    double value;     /**< what holds now */
    uint64_t windows; /**< that have ended */
    uint64_t events;  /**< of the window that has not */
    uint32_t stable;  /**< windows on end */
    /** What was signalled in this window: of several the one that is furthest beyond its limit. */
    thresh_detector detector;
    double statistic, limit;
} thresh_tolerance;

/** Begins. @return THRESH_OK; THRESH_EINVAL as thresh_tolerance_check(). */
THRESH_API thresh_status thresh_tolerance_init(thresh_tolerance *out,
                                               const thresh_tolerance_settings *settings);

/**
 * Tells that a detector sees drift in this window.
 *
 * @param statistic, limit  what it saw, and what it takes; for the event. They may be p values: the
 *                          one furthest from its limit, as a ratio either way, is the reason
 * @return THRESH_OK; THRESH_EDOMAIN for THRESH_DETECTOR_NONE, or when a number is not finite
 */
THRESH_API thresh_status thresh_tolerance_signal(thresh_tolerance *tolerance,
                                                 thresh_detector detector, double statistic,
                                                 double limit);

/**
 * Counts one event, and ends the window with the last.
 *
 * @param[out] change  written when the tolerance changed
 * @return whether it changed
 */
THRESH_API bool thresh_tolerance_event(thresh_tolerance_change *change,
                                       thresh_tolerance *tolerance);

/**
 * Ends the window now, whatever it has: for windows by time, whose `window` is UINT64_MAX. One
 * without events is neither drift nor stable, unless a detector told.
 *
 * @param[out] change  written when the tolerance changed
 * @return whether it changed: not at a bound that is reached, nor by drift with `tighten_only`
 */
THRESH_API bool thresh_tolerance_close(thresh_tolerance_change *change,
                                       thresh_tolerance *tolerance);

#ifdef __cplusplus
}
#endif
#endif
