/**
 * @file judge.h
 * Baseline + candidate + policy → verdict document. Pure: the same input gives the same document.
 */
#ifndef THRESH_JUDGE_H
#define THRESH_JUDGE_H

#include <thresh/language.h>
#include <thresh/pairing.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Ordered from good to bad, so that the worst of several is the largest. */
typedef enum thresh_verdict {
    THRESH_ACCEPT, THRESH_WARN, THRESH_REVIEW, THRESH_REJECT
} thresh_verdict;
/** @return "accept", "warn", "review" or "reject". */
THRESH_API const char *thresh_verdict_name(thresh_verdict verdict);

/** Reason codes: identifier, slug of the document, meaning for people. */
#define THRESH_REASONS(X)                                                                          \
    X(WITHIN_ACCEPT, "within-accept", "users do not perceive this")                                \
    X(WITHIN_TOLERANCE, "within-tolerance", "perceptible, still acceptable")                       \
    X(BEYOND_TOLERANCE, "beyond-tolerance", "more than the limit allows")                          \
    X(BELOW_FLOOR, "below-floor", "the value lies under its floor")                                \
    X(ABOVE_CEILING, "above-ceiling", "the value lies over its ceiling")                           \
    X(MISSING_METRIC, "missing-metric", "one side lacks the metric")                               \
    X(NOT_A_NUMBER, "not-a-number", "one side has no finite number")                               \
    X(ZERO_BASELINE, "zero-baseline", "no relative change exists from zero")                       \
    X(INCONCLUSIVE, "inconclusive", "the data cannot decide")                                      \
    X(NO_EVIDENCE, "no-evidence", "the uncertainty is not known")                                  \
    X(TOO_FEW_SAMPLES, "too-few-samples", "too few samples to reject alone")                       \
    X(TRADED_OFF, "traded-off", "a gain elsewhere widened the limit")                              \
    X(SCORE_BELOW_PASS, "score-below-pass", "the score misses the pass mark")                      \
    X(ROI_BELOW_MINIMUM, "roi-below-minimum", "the return misses its minimum")                     \
    X(GROUP_NOT_SERVED, "group-not-served", "this group is never served by a compressed model")    \
    X(GAIN_NOT_REACHED, "gain-not-reached", "the required improvement is not there")               \
    X(TOO_GOOD, "too-good", "better than is plausible")                                            \
    X(GOLDEN_BROKEN, "golden-broken", "a golden sample broke")                                     \
    X(SCALE_DISAGREES, "scale-disagrees", "the two files seem to use different scales")

typedef enum thresh_reason_code {
#define X(id, slug, meaning) THRESH_REASON_##id,
    THRESH_REASONS(X)
#undef X
    THRESH_REASON_COUNT
} thresh_reason_code;
/** @return the slug, such as "beyond-tolerance". */
THRESH_API const char *thresh_reason_slug(thresh_reason_code code);
/** @return the meaning in a few words. */
THRESH_API const char *thresh_reason_meaning(thresh_reason_code code);

enum { THRESH_MAX_REASONS = 4 };

/** A metric judged. Texts are borrowed from the sets, the policy and the result. */
typedef struct thresh_judged {
    const char *scope, *name;
    const thresh_kind *kind;
    const char *whole;   /**< scope of the whole when this is a slice, else NULL */
    const char *unit;    /**< of the values: "", "ms", "MB"; never "%": proportions are fractions */
    double baseline, candidate; /**< scaled to the kind, in `unit`; NaN where there is none */
    const char *baseline_text, *candidate_text; /**< what stood there for a number, or NULL */
    double degradation;  /**< positive is worse; fraction for %, pp; NaN when not known */
    thresh_measure measure;
    bool has_interval;
    double low, high, confidence; /**< of the degradation, same measure */
    const char *method;
    double shrunk;       /**< of a slice: drawn towards its whole, the more the less sure; else NaN */
    bool surely_worse;   /**< a slice that got worse for sure, all slices with intervals considered */
    double pairs;        /**< samples of both files that the interval comes from; 0: not paired */
    bool has_flips;      /**< right or wrong in each pair: the three counts hold */
    size_t broken, mended; /**< pairs that were right and are wrong now, and the other way round */
    size_t golden_broken;
    double mcnemar;      /**< two-sided p of McNemar's exact test; NaN without flips */
    const thresh_rule *rule; /**< shared by the metrics for which the same limits hold */
    double budget_used;  /**< degradation / tolerate; NaN when tolerate is 0 or unknown */
    double would_pass;   /**< for a rejection: the worst candidate value that passes; else NaN */
    bool needs_proof;    /**< under prove-safe: `would_pass` with evidence only */
    double samples_needed; /**< for `inconclusive`: samples that would settle it; 0 unknown */
    thresh_verdict verdict;
    thresh_reason_code reasons[THRESH_MAX_REASONS]; /**< the first decided the verdict */
    const thresh_phrase *phrases[THRESH_MAX_REASONS]; /**< NULL: follows from the figures */
    unsigned reason_count;
    bool has_anchor; /**< judged against the anchor too */
    double anchor_baseline, anchor_degradation;
    thresh_verdict anchor_verdict;
} thresh_judged;

/** A metric that was not judged, and why. */
typedef struct thresh_unjudged {
    const char *scope, *name;
    const thresh_kind *kind; /**< an informational kind, or NULL: no known kind */
    double baseline, candidate; /**< as written; NaN where there is none */
} thresh_unjudged;

/** A reason of the whole. */
typedef struct thresh_whole_reason {
    thresh_verdict verdict; /**< what it led to */
    thresh_reason_code code;
    const char *metric, *scope;  /**< "" where it is not of one metric */
    const thresh_judged *judged; /**< the metric whose reasons these are; NULL: see `phrase` */
    thresh_phrase phrase;
} thresh_whole_reason;

/** What a file was. */
typedef struct thresh_side {
    const char *path, *format, *sha256;
    const char *row; /**< the part of the file that was picked, or NULL */
    size_t metrics;
} thresh_side;

struct thresh_score;       /* score.h */
struct thresh_rival;       /* rivals.h */
struct thresh_rival_input; /* rivals.h */

/** The verdict document: all that a report needs. The sets and the policy it came from must outlive it. */
typedef struct thresh_result {
    const char *version;    /**< of thresh that judged */
    thresh_verdict verdict; /**< accept (its warnings counted), review or reject */
    int exit_code;          /**< 0, 1 or 3 */
    const thresh_profile_info *const *profiles; /**< as named; none: the catalog's ranges */
    size_t profile_count;
    thresh_evidence evidence;
    thresh_side baseline, candidate, anchor; /**< anchor.path is NULL without one */
    const struct thresh_rival *rivals; /**< in the order of the options */
    size_t rival_count;
    thresh_judged *metrics; /**< worst first: verdict, then budget used, then order of the file */
    size_t metric_count;
    thresh_unjudged *ungoverned;
    size_t ungoverned_count;
    const char **candidate_only; /**< "scope/name" of metrics only the candidate has */
    size_t candidate_only_count;
    size_t accepts, warns, reviews, rejects;
    const struct thresh_score *score; /**< NULL: not asked for */
    thresh_whole_reason *reasons; /**< what decided the verdict, worst first */
    size_t reason_count;
    thresh_pairing pairing; /**< of the files' samples; `series` is 0 where there are none */
    thresh_phrase *notes; /**< remarks on the run: same file twice, scales, catalog ranges, … */
    size_t note_count;
    const struct thresh_roi *roi; /**< the return, see roi.h; NULL: not asked for */
} thresh_result;

/** Options of a run; zero means the default. */
typedef struct thresh_judge_options {
    thresh_verdict unknown; /**< metrics of no known kind: THRESH_ACCEPT (list), REVIEW or REJECT */
    thresh_verdict warn;    /**< what a warning counts as: THRESH_ACCEPT, REVIEW or REJECT */
    int review;             /**< exit code for a review: 0 means the default, 3 */
    bool review_passes;     /**< exit code 0 for a review */
    bool score; /**< with a score, also where no profile has `score:` */
    const struct thresh_rival_input *rivals; /**< systems to set beside; they change no verdict */
    size_t rival_count;
    const thresh_pairing *pairing; /**< what thresh_measure_samples() said of the two files, or NULL */
    /** Judges the return too, see roi.h; a good one outvotes nothing. NULL: not asked for. */
    const struct thresh_roi_model *roi;
    const struct thresh_roi_options *roi_options; /**< or NULL */
} thresh_judge_options;

/**
 * Judges `candidate` against `baseline`, and against `anchor` too unless it is NULL.
 *
 * @param[out] out  the document; free with thresh_result_free()
 * @return THRESH_OK; THRESH_EEMPTY when nothing could be judged, THRESH_EINVAL when a rival has
 *         nothing that could be compared (a message says why)
 */
THRESH_API thresh_status thresh_judge(thresh_result **out, const thresh_set *baseline,
                                      const thresh_set *candidate, const thresh_set *anchor,
                                      const thresh_policy *policy,
                                      const thresh_judge_options *options, thresh_diags *diags);
THRESH_API void thresh_result_free(thresh_result *result);

/** Longest sentence thresh_reason_text() writes, its NUL included. */
#define THRESH_TEXT_MAX 512
/** Writes the sentence of reason `i` of a judged metric in a language (NULL: English). @return `out`. */
THRESH_API const char *thresh_reason_text(char out[THRESH_TEXT_MAX], const thresh_judged *metric,
                                          unsigned i, const thresh_language *language);
/** Writes a reason of the whole. @return `out`. */
THRESH_API const char *thresh_whole_reason_text(char out[THRESH_TEXT_MAX],
                                                const thresh_whole_reason *reason,
                                                const thresh_language *language);
/** Writes a value with its unit for people: "94.2 %", "31 ms", "0.42". @return `out`. */
THRESH_API const char *thresh_value_text(char out[THRESH_TEXT_MAX], const thresh_judged *metric,
                                         double value);
/** Writes a degradation or limit in the metric's measure: "1.7 pp", "17.1 %", "0.3". */
THRESH_API const char *thresh_change_text(char out[THRESH_TEXT_MAX], const thresh_judged *metric,
                                          double change);
/** @return the unit of the degradation as the document writes it: "%", "pp", "points", "ms", "". */
THRESH_API const char *thresh_change_unit(const thresh_judged *metric);

/** How one number of a file is read. */
typedef struct thresh_scaled {
    double value;      /**< brought to the scale of its kind */
    const char *scale; /**< "fraction", "percent", "unclear", or "" where the kind has no scale */
} thresh_scaled;
/** Reads a metric (of state THRESH_VALUE_NUMBER) of that kind as thresh_judge() does. */
THRESH_API thresh_scaled thresh_read_scale(const thresh_policy *policy,
                                            const thresh_metric *metric, const thresh_kind *kind);

/** One line of a proof: a limit, a candidate beside it, and what came out. */
typedef struct thresh_probe {
    const char *scope, *name;
    const char *limit; /**< "tolerate", "floor", … */
    bool inside;       /**< just inside or just outside */
    double candidate;
    thresh_verdict expected, got;
    const char *closer; /**< another limit that lies closer and decided, or NULL */
    bool ok;
} thresh_probe;
/**
 * For every limit that governs a metric of `baseline`: judges a candidate just inside and one just
 * outside, by thresh_judge(). @param[out] out  array of `count` probes; free with free()
 */
THRESH_API thresh_status thresh_prove(thresh_probe **out, size_t *count, const thresh_set *baseline,
                                      const thresh_policy *policy, thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
