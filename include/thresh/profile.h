/**
 * @file profile.h
 * Profiles (YAML files of limits) and the policy that several of them make together.
 */
#ifndef THRESH_PROFILE_H
#define THRESH_PROFILE_H

#include <thresh/metric.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Who has to prove what; ordered from lenient to strict. */
typedef enum thresh_burden { THRESH_PROVE_HARM, THRESH_POINT, THRESH_PROVE_SAFE } thresh_burden;
/** @return "point", "prove-safe" or "prove-harm". */
THRESH_API const char *thresh_burden_name(thresh_burden burden);

/** One profile as loaded; texts live as long as the policy. */
typedef struct thresh_profile_info {
    const char *name, *axis, *title, *why;
    const char *origin; /**< path, or "built in" */
    const char *sha256; /**< of the file's bytes, 64 hex digits */
    bool strict;
    bool served; /**< false: never served by a compressed model */
    /** What it extends, directly or not: the first of a list that goes on through this member. */
    const struct thresh_profile_info *extended;
} thresh_profile_info;

/** The file of a profile, named or extended, as it was found. */
typedef struct thresh_profile_file {
    const char *asked; /**< a name; or a path, seen from the working folder */
    const char *axis;  /**< that it was asked for of, or NULL */
    const char *path;  /**< of the file; "AXIS/NAME.yaml" of one that is built in */
    bool built_in;
    const char *text;
    size_t len;
} thresh_profile_file;

/** Where profiles are looked for by name, in this order; any may be NULL. */
typedef struct thresh_lookup {
    const char *search_path; /**< folders separated by ':' ($THRESH_PROFILE_PATH) */
    const char *local_dir;   /**< ".thresh/profiles" */
    const char *user_dir;    /**< the user's folder of profiles */
    /** Is told of each file that is read, or NULL. */
    void (*seen)(void *context, const thresh_profile_file *file);
    /** Where it is given, nothing is looked for: it gives the file that was asked for; false: none. */
    bool (*find)(void *context, const char *asked, const char *axis, thresh_profile_file *out);
    void *context; /**< of both */
} thresh_lookup;

/** The composition of the profiles of one run; with none, the catalog's ranges. */
typedef struct thresh_policy thresh_policy;

THRESH_API thresh_status thresh_policy_new(thresh_policy **out);
THRESH_API void thresh_policy_free(thresh_policy *policy);
/**
 * Loads a profile by path or name (and all that it extends) and adds it.
 * @param axis  NULL: any axis, scenario first; else only that axis ("tier", "layer", "group")
 * @return THRESH_ENOENT: no such profile (the message names the nearest); THRESH_EINVAL or
 *         THRESH_EFORMAT: faults, all of them in `diags`
 */
THRESH_API thresh_status thresh_policy_add(thresh_policy *policy, const char *name_or_path,
                                           const char *axis, const thresh_lookup *lookup,
                                           thresh_diags *diags);
/** Adds a profile from memory, for tests and embedding; `origin` is for messages. */
THRESH_API thresh_status thresh_policy_add_text(thresh_policy *policy, const char *text, size_t len,
                                                const char *origin, const thresh_lookup *lookup,
                                                thresh_diags *diags);
/** Profiles that were named, in that order. */
THRESH_API size_t thresh_policy_count(const thresh_policy *policy);
THRESH_API const thresh_profile_info *thresh_policy_at(const thresh_policy *policy, size_t i);
/** Catalog of kinds, those of the profiles included; owned by the policy. */
THRESH_API const thresh_catalog *thresh_policy_catalog(const thresh_policy *policy);

/** A built-in profile: its name, "AXIS/NAME", and its text. NULL behind the last. */
THRESH_API const char *thresh_builtin_profile(size_t i, const char **text, size_t *len);

/** @return key `i` of a profile file, those of one place together, or NULL behind the last. */
THRESH_API const thresh_key *thresh_profile_key_at(size_t i);
/**
 * The JSON Schemas of what people and programs write and read: profiles, catalog, verdict.
 * @return name of schema `i` ("profile-v1.schema.json"), or NULL behind the last; its text when asked for
 */
THRESH_API const char *thresh_schema_at(size_t i, const char **text, size_t *len);

/** Decided by `--scale` or a profile: how the metric's bare numbers are to be read. */
typedef enum thresh_scale_choice {
    THRESH_AS_SEEN,     /**< nothing was decided: as each looks, and doubts are said */
    THRESH_AS_PERCENT,  /**< percentages, in both files */
    THRESH_AS_FRACTION, /**< fractions, in both files */
    THRESH_AS_MIXED     /**< each number as it looks, without a doubt */
} thresh_scale_choice;
/** Adds a `--scale NAME=percent|fraction|mixed`; `name` is a kind, a name or a glob. */
THRESH_API thresh_status thresh_policy_set_scale(thresh_policy *policy, const char *name,
                                                 thresh_scale_choice choice);

/** The question to a policy: which rule holds for this metric? */
typedef struct thresh_query {
    const char *scope, *name;
    const thresh_kind *kind;
    double baseline;     /**< brings relative and absolute limits together; scaled, in own unit */
    double own_per_base; /**< own unit in ms or bytes: 1000 for seconds; 1 where it has none */
    uint64_t active_tradeoffs; /**< bit i: trade-off i of the policy holds */
} thresh_query;

/** A resolved rule. Every limit carries the name of the profile (or "catalog") that set it. */
typedef struct thresh_rule {
    /* in the metric's own unit, or fraction of the baseline, as `measure` says */
    double accept, tolerate;
    bool has_range, accept_exclusive, tolerate_exclusive;
    thresh_measure measure;
    const char *accept_from, *tolerate_from;
    bool has_floor, has_ceiling, has_gain, has_surprise, has_ignore_below, has_absolute;
    double floor, ceiling; /**< own unit */
    bool floor_exclusive, ceiling_exclusive; /**< the value itself is already out */
    double gain, surprise; /**< own unit or fraction of the baseline, see gain_measure */
    thresh_measure gain_measure, surprise_measure;
    double ignore_below, absolute; /**< own unit */
    const char *floor_from, *ceiling_from, *gain_from, *surprise_from;
    bool named;            /**< a profile names this metric or its kind */
    bool named_path;       /**< a profile names this very scope/name */
    uint64_t used_tradeoffs; /**< trade-offs that widened `tolerate` */
    const char *fault;     /**< a limit that makes no sense for this metric; NULL when fine */
} thresh_rule;

/** Resolves the strictest rule over all profiles. Pure; `out` borrows from the policy. */
THRESH_API void thresh_policy_resolve(const thresh_policy *policy, const thresh_query *query,
                                      thresh_rule *out);
/** The reading that `--scale` or a profile chose for this metric. */
THRESH_API thresh_scale_choice thresh_policy_scale(const thresh_policy *policy, const char *scope,
                                                   const char *name, const thresh_kind *kind);

/** What holds for the whole run: the strictest over the profiles. */
typedef struct thresh_evidence {
    thresh_burden burden;
    double confidence; /**< one-sided, of each bound */
    bool strict;       /**< any of the profiles is */
    bool weakened;     /**< an override asks for less than the profiles do */
} thresh_evidence;
THRESH_API thresh_evidence thresh_policy_evidence(const thresh_policy *policy);

/** What a run asks for instead of what its profiles say. */
typedef struct thresh_evidence_override {
    bool has_burden;
    thresh_burden burden;
    double confidence; /**< in (0.5, 1); 0: as the profiles say */
    bool allow_weaker; /**< even than a strict profile */
} thresh_evidence_override;
/**
 * Overrides burden and confidence; call it when all profiles are loaded.
 * @return THRESH_EINVAL, with a message: out of range, or weaker than a strict profile allows
 */
THRESH_API thresh_status thresh_policy_override_evidence(thresh_policy *policy,
                                                         const thresh_evidence_override *override,
                                                         thresh_diags *diags);

/** The rule for slices. */
typedef struct thresh_slice_rule {
    thresh_limit tolerate; /**< unit THRESH_LIMIT_NONE: `times` the metric's own tolerate */
    double times;          /**< 2 unless a profile says otherwise */
    double min_samples;    /**< fewer never reject alone */
    bool rejects;          /**< beyond it is a rejection, else a warning */
    const char *from;
} thresh_slice_rule;
THRESH_API thresh_slice_rule thresh_policy_slices(const thresh_policy *policy);
/**
 * The strictest `tolerate` for slices that makes sense for this metric, units brought together by its
 * baseline. @return the rule of the profile that has it, or NULL: none has one
 */
THRESH_API const thresh_slice_rule *thresh_policy_slice_limit(const thresh_policy *policy,
                                                              const thresh_query *query);

/** A trade-off: when `gain_metric` improves by `gain`, the tolerate limit of `widen_metric` grows. */
typedef struct thresh_tradeoff {
    const char *gain_metric, *widen_metric; /**< kind, name, scope/name or glob */
    thresh_limit gain, widen, cap;          /**< cap: unit THRESH_LIMIT_NONE when there is none */
    const char *from;
} thresh_tradeoff;
/** @return trade-off `i` (< 64), or NULL behind the last; none when a profile is strict. */
THRESH_API const thresh_tradeoff *thresh_policy_tradeoff(const thresh_policy *policy, size_t i);

/** A group of metrics in a score. */
typedef struct thresh_score_group {
    const char *name;
    double weight;              /**< >= 0; at least one of a score is larger than 0 */
    const char *const *members; /**< families, kinds, names, scope/names or globs */
    size_t member_count;
} thresh_score_group;

/** An improvement that is worth something, and how much of it scores 1. */
typedef struct thresh_score_gain {
    const char *pattern; /**< family, kind, name, scope/name or glob */
    thresh_limit gain;
} thresh_score_gain;

/** How a score is made. */
typedef struct thresh_score_rule {
    bool asked;            /**< a profile has `score:` */
    double pass;           /**< the highest of the profiles' pass marks; NaN: none has one */
    const char *pass_from; /**< profile that set it, or NULL */
    const char *from;      /**< whose groups these are, or "default" */
    const thresh_score_group *groups;
    size_t group_count;
    const thresh_score_gain *gains;
    size_t gain_count;
} thresh_score_rule;
/** The groups of the one profile that has any, else business 0.5, experience 0.3 and cost 0.2. */
THRESH_API thresh_score_rule thresh_policy_score(const thresh_policy *policy);

/** @return the largest least return that a profile asks for, and which one; NaN: none does. */
THRESH_API double thresh_policy_roi_minimum(const thresh_policy *policy, const char **from);

/** A metric that must be there. Entries with the same group > 0 are alternatives. */
typedef struct thresh_required {
    const char *name; /**< kind, name or scope/name */
    const char *from;
    unsigned group; /**< 0: this one itself */
} thresh_required;
/** @return requirement `i`, or NULL behind the last. */
THRESH_API const thresh_required *thresh_policy_required(const thresh_policy *policy, size_t i);

/** @return entry `i` of the profiles' `metrics:`, as written, or NULL behind the last. */
THRESH_API const char *thresh_policy_named(const thresh_policy *policy, size_t i);

/**
 * The same of those entries that a profile which is not built in sets itself: somebody wrote each of
 * them for metrics of theirs.
 */
THRESH_API const char *thresh_policy_written(const thresh_policy *policy, size_t i);

/** Does `pattern` (kind, name, scope/name or glob) mean this metric? 0: no; larger: more exactly. */
THRESH_API int thresh_pattern_rank(const char *pattern, const char *scope, const char *name,
                                   const thresh_kind *kind);

#ifdef __cplusplus
}
#endif
#endif
