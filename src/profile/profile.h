/* A profile in memory: what load.c reads and policy.c composes. */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include "base/tree.h"
#include "base/words.h"
#include "metric/catalog.h"
#include "thresh/alerts.h"

/* The limits a rule may set, in the order of their keys' table in load.c. */
typedef enum limit_key {
    KEY_ACCEPT,
    KEY_TOLERATE,
    KEY_FLOOR,
    KEY_CEILING,
    KEY_GAIN,
    KEY_SURPRISE,
    KEY_IGNORE_BELOW,
    KEY_ABSOLUTE,
    LIMIT_KEYS
} limit_key;

extern const char *const limit_key_names[LIMIT_KEYS + 1]; /* ends with NULL */

/* One entry of `families:` or `metrics:`. */
typedef struct entry {
    const char *pattern; /* family name, or kind, name, scope/name, glob */
    bool family;
    thresh_limit limits[LIMIT_KEYS]; /* unit THRESH_LIMIT_NONE: not set */
    const char *from[LIMIT_KEYS];    /* profile that set it, parents of `extends` included */
} entry;

typedef struct scale_entry {
    const char *pattern;
    thresh_scale_choice choice;
} scale_entry;

/* What an entry of `alerts:` may set; the first three in the order of the levels. */
typedef enum alert_key {
    ALERT_YELLOW,
    ALERT_ORANGE,
    ALERT_RED,
    ALERT_FLOOR,
    ALERT_CEILING,
    ALERT_LIMITS
} alert_key;

extern const char *const alert_key_names[ALERT_LIMITS + 1]; /* ends with NULL */

/* One entry of `families:` or `metrics:` of `alerts:`, or what stands there for all of them. */
typedef struct alert_entry {
    const char *pattern; /* NULL: of every metric */
    bool family;
    struct alert_limit {
        thresh_limit limit; /* unit THRESH_LIMIT_NONE: not said, or none */
        bool none;          /* the level is not reached by a degradation */
        const char *from;
    } limits[ALERT_LIMITS];
    unsigned windows, clear_windows; /* 0: not said, as all that follows */
    double clear_below;              /* NaN: not said */
    int64_t no_data;                 /* -1: not said */
    double max_missing;              /* 0: not said */
    double confidence;
    thresh_statistic_of statistic;
    double quantile;
    bool has_statistic;
} alert_entry;

typedef struct profile {
    thresh_profile_info info;
    entry *entries;
    size_t entry_count, entry_capacity;
    thresh_tradeoff *tradeoffs;
    size_t tradeoff_count, tradeoff_capacity;
    thresh_required *required;
    size_t required_count, required_capacity;
    scale_entry *scales;
    size_t scale_count, scale_capacity;
    bool has_burden, has_slices;
    thresh_burden burden;
    double confidence; /* 0: not set */
    thresh_slice_rule slices;
    thresh_score_rule score; /* as this profile has it */
    double roi_minimum;      /* NaN: none */
    const char *roi_from;
    alert_entry *alerts;
    size_t alert_count, alert_capacity;
    thresh_alert_settings alert_settings;
    bool has_adaptive, has_lateness;
    thresh_alert_action *actions;
    size_t action_count, action_capacity;
} profile;

enum { MAX_EXTENDS = 16, MAX_PROFILE_SIZE = 1 << 20 };

struct thresh_policy {
    arena arena;
    thresh_catalog *catalog;
    profile **profiles;
    size_t count, capacity;
    scale_entry *scales; /* of --scale */
    size_t scale_count, scale_capacity;
    thresh_evidence_override evidence;
};

/* Reads a profile and what it extends into the policy's arena. */
thresh_status profile_load(profile **out, thresh_policy *policy, const char *name, const char *axis,
                           const thresh_lookup *lookup, thresh_diags *diags);
thresh_status profile_load_text(profile **out, thresh_policy *policy, const char *text, size_t len,
                                const char *origin, const thresh_lookup *lookup,
                                thresh_diags *diags);
void profile_free(profile *p); /* its arrays; texts belong to the arena */

/* keys.c: may this key stand there ("profile", "limits", "slices", ...)? If not, `near` is offered
 * those that may. */
bool key_is_known(const char *place, const char *name, nearest *near);

/* policy.c: a limit as an amount in the metric's own unit; a floor or ceiling, read as values are.
 */
double limit_amount(const thresh_query *q, thresh_limit limit);
double limit_value(const thresh_query *q, thresh_limit limit);

/* Why a limit makes no sense for a kind; NULL when it does. */
const char *limit_fault(const thresh_kind *kind, limit_key key, thresh_limit limit);

#endif
