/**
 * @file metric.h
 * Metrics as they were read, the catalog of kinds, and the resolution of a name to its kind.
 */
#ifndef THRESH_METRIC_H
#define THRESH_METRIC_H

#include <thresh/base.h>
#include <thresh/samples.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- the catalog --- */

/** Kinds judged alike. The order is that of the catalog file and of thresh_family_name(). */
typedef enum thresh_family {
    THRESH_PROPORTION, THRESH_AREA, THRESH_RANKING, THRESH_ERROR_RATE, THRESH_PERPLEXITY,
    THRESH_POINTS, THRESH_RATING, THRESH_BUSINESS_RATE, THRESH_LATENCY, THRESH_THROUGHPUT,
    THRESH_SIZE, THRESH_MEMORY, THRESH_COST, THRESH_LOSS,
    THRESH_FAMILIES /**< how many there are */
} thresh_family;

typedef enum thresh_direction { THRESH_HIGHER, THRESH_LOWER } thresh_direction;
typedef enum thresh_measure { THRESH_ABSOLUTE, THRESH_RELATIVE } thresh_measure;

/** How a bare number of the kind is to be read. */
typedef enum thresh_scale {
    THRESH_SCALE_NONE,     /**< as it stands, in the kind's unit */
    THRESH_SCALE_FRACTION, /**< kept in [0, 1]; a value in (1, 100] is a percentage */
    THRESH_SCALE_HUNDRED   /**< kept in [0, 100]; a value in [0, 1] is a fraction */
} thresh_scale;

/** What the number of a limit counts. */
typedef enum thresh_limit_unit {
    THRESH_LIMIT_NONE = 0, /**< no limit */
    THRESH_LIMIT_PERCENT,  /**< fraction of the baseline: 0.02 is 2 % */
    THRESH_LIMIT_PP,       /**< percentage points as a fraction: 0.02 is 2 pp */
    THRESH_LIMIT_OWN,      /**< the metric's own unit, as it stands in its file */
    THRESH_LIMIT_TIME,     /**< milliseconds */
    THRESH_LIMIT_BYTES,    /**< bytes */
    THRESH_LIMIT_POINTS    /**< points */
} thresh_limit_unit;

/** One limit, as a profile or the catalog writes it. */
typedef struct thresh_limit {
    double value;
    thresh_limit_unit unit;
    bool exclusive; /**< "<1pp": the limit itself is already out */
} thresh_limit;

/** An entry of the catalog. All texts live as long as the catalog. */
typedef struct thresh_kind {
    const char *name, *title, *unit;
    thresh_family family;
    thresh_direction direction;
    thresh_measure measure;
    thresh_scale scale;
    thresh_limit accept, tolerate;
    bool informational; /**< shown, never judged */
    bool share;         /**< a share of the samples, each of which is right or wrong */
} thresh_kind;

/** A key of the YAML files that people write. */
typedef struct thresh_key {
    const char *place; /**< where it stands: "profile", "limits", "evidence", "slices", ... */
    const char *name;
    const char *form; /**< what its value is, in words */
    const char *help;
} thresh_key;

/** @return the family's name as profiles write it, such as "error_rate". */
THRESH_API const char *thresh_family_name(thresh_family family);

/** Kinds and their aliases. */
typedef struct thresh_catalog thresh_catalog;

/**
 * @param[out] out  a catalog with the built-in kinds; free with thresh_catalog_free()
 * Cost: a few hundred bytes; the built-in kinds are constant data of the program.
 */
THRESH_API thresh_status thresh_catalog_new(thresh_catalog **out);
THRESH_API void thresh_catalog_free(thresh_catalog *catalog);
THRESH_API size_t thresh_catalog_count(const thresh_catalog *catalog);
/** @return kind `i` (< count): first the built-in ones, then those that profiles added. */
THRESH_API const thresh_kind *thresh_catalog_at(const thresh_catalog *catalog, size_t i);

/** What the name of a metric says. */
typedef struct thresh_resolved {
    const thresh_kind *kind; /**< NULL: no known kind */
    const char *unit;        /**< unit that the name itself carries ("latency_ms"), or NULL */
} thresh_resolved;

/**
 * Finds the kind of a metric's name: exact aliases first, then without case and punctuation, then
 * without an `@k`, `_k` suffix, a unit, an `eval_` prefix; then the catalog's wildcards.
 */
THRESH_API thresh_resolved thresh_catalog_resolve(const thresh_catalog *catalog, const char *name);
/** @return the kind name or alias nearest to `name`, for a "did you mean"; NULL when none is near. */
THRESH_API const char *thresh_catalog_nearest(const thresh_catalog *catalog, const char *name);

/* --- the metrics of one file --- */

/** What stood where a number was expected. */
typedef enum thresh_value_state {
    THRESH_VALUE_NUMBER, /**< finite */
    THRESH_VALUE_NAN,    /**< NaN or an infinity */
    THRESH_VALUE_NULL,
    THRESH_VALUE_TEXT /**< text, true or false, a list: see `text` */
} thresh_value_state;

/** What pairs of samples tell of a mean and of the same mean of the candidate. */
typedef struct thresh_paired {
    double n;          /**< pairs */
    double clusters;   /**< of samples that depend on each other; 0: each stands for itself */
    double covariance; /**< of the two means, in the unit of the values squared */
    bool binary;       /**< each value is 0 or 1, and the four counts say how often which */
    double both, only_base, only_cand, none;
    /** Bounds that are known already, of a figure that is no mean: of b - c, and of c / b. */
    bool has_difference, has_ratio;
    double difference_low, difference_high, ratio_low, ratio_high;
    const char *method; /**< of these bounds; constant text, or NULL: there are none */
    size_t golden_broken; /**< golden samples that were right before and are wrong now */
    char first_broken[THRESH_ID_MAX]; /**< id of the first of them, or "" */
} thresh_paired;

/** One value of a file. Texts are owned by the set. */
typedef struct thresh_metric {
    const char *scope; /**< "" at the top; else as in "gsm8k" or "a/b" */
    const char *name;
    const char *text;    /**< what stood there when it is no finite number, else NULL */
    const char *unit;    /**< unit beside the number ("%", "ms"), or NULL */
    double value;        /**< as written, not yet brought to the kind's scale */
    double stderr_value; /**< standard error in the unit of `value`, when has_stderr */
    double n;            /**< number of samples, when has_n */
    const thresh_paired *paired; /**< of a baseline whose samples the candidate has too, or NULL */
    uint32_t line;       /**< where it stood, from 1; 0 unknown */
    thresh_value_state state;
    bool has_stderr, has_n;
    bool conflicting; /**< the file holds another value under the same scope and name */
} thresh_metric;

/** A set of metrics, unique by scope and name, in the order of the file. */
typedef struct thresh_set thresh_set;

THRESH_API thresh_status thresh_set_new(thresh_set **out);
THRESH_API void thresh_set_free(thresh_set *set);
THRESH_API size_t thresh_set_count(const thresh_set *set);
/** @return metric `i` (< count), borrowed until the set is freed or changed. */
THRESH_API const thresh_metric *thresh_set_at(const thresh_set *set, size_t i);
/** @return the metric of that scope and name, or NULL. Cost: O(1). */
THRESH_API const thresh_metric *thresh_set_find(const thresh_set *set, const char *scope,
                                                const char *name);
/**
 * Adds a copy of `metric` (texts included). The same scope and name again replaces the value, as
 * JSON readers do; when the two differ the metric is marked `conflicting`.
 * @param[out] existed  may be NULL; whether it was there before
 */
THRESH_API thresh_status thresh_set_add(thresh_set *set, const thresh_metric *metric, bool *existed);
/** Makes room for `count` metrics, when it is known that there will be many. */
THRESH_API thresh_status thresh_set_reserve(thresh_set *set, size_t count);
/** Says that scope `child` is a part of scope `parent` although its path does not show it. */
THRESH_API thresh_status thresh_set_nest(thresh_set *set, const char *child, const char *parent);
/** @return the nearest broader scope's metric of the same name (the slice's whole), or NULL. */
THRESH_API const thresh_metric *thresh_set_whole(const thresh_set *set, const thresh_metric *slice);
/** Attaches standard error or sample count to a metric that is in the set already. */
THRESH_API thresh_status thresh_set_annotate(thresh_set *set, const char *scope, const char *name,
                                             const double *stderr_value, const double *n);

/**
 * How a file was measured, such as the number of examples shown before each question: what has to be
 * the same of two files that are compared. Texts are owned by the set.
 */
typedef struct thresh_setting {
    const char *scope; /**< "": the whole file */
    const char *name, *value;
} thresh_setting;
/** Adds a copy of a setting. */
THRESH_API thresh_status thresh_set_add_setting(thresh_set *set, const thresh_setting *setting);
/** @return setting `i`, borrowed, or NULL behind the last. */
THRESH_API const thresh_setting *thresh_set_setting(const thresh_set *set, size_t i);

/** Gives the set a table of samples, which it owns from here on, whatever is returned. */
THRESH_API thresh_status thresh_set_take_samples(thresh_set *set, thresh_samples *samples);
/** @return table `i` of the set's samples, borrowed, or NULL behind the last. */
THRESH_API thresh_samples *thresh_set_samples(const thresh_set *set, size_t i);

/** Where a set came from. Texts are owned by the set and may be NULL. */
typedef struct thresh_source {
    const char *path, *format, *sha256;
    const char *row; /**< the part of the file that was picked, see thresh_selection */
} thresh_source;
THRESH_API const thresh_source *thresh_set_source(const thresh_set *set);
THRESH_API thresh_status thresh_set_set_source(thresh_set *set, const thresh_source *source);

/** Another name for what a file calls `from`: a name or scope/name. */
typedef struct thresh_mapping {
    const char *from, *to;
    size_t hits; /**< counted up by thresh_set_select() */
} thresh_mapping;

/** Which metrics of a set to keep, and under which names. */
typedef struct thresh_selection {
    const char *row; /**< NULL, or a part of the scope that has to be there, and is taken off */
    bool unpaired;   /**< what is kept is compared with another row: pairs are no evidence of it */
    const char *const *select, *const *ignore; /**< globs of names or scope/names; end with NULL */
    thresh_mapping *mappings;
    size_t mapping_count;
} thresh_selection;

/**
 * Makes a set of what a selection keeps; names are mapped first, then `select` and `ignore` see them.
 * @return THRESH_OK; THRESH_ENOENT: the row is in no scope
 */
THRESH_API thresh_status thresh_set_select(thresh_set **out, const thresh_set *set,
                                           thresh_selection *selection);
/** @return how many numbers thresh_set_select() left out of this set by select and ignore. */
THRESH_API size_t thresh_set_left_out(const thresh_set *set);

#ifdef __cplusplus
}
#endif
#endif
