/**
 * @file pairing.h
 * From samples to metrics: the samples that two files share, and what is computed over them.
 */
#ifndef THRESH_PAIRING_H
#define THRESH_PAIRING_H

#include <thresh/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What samples that only one file has lead to. */
typedef enum thresh_pair_mode {
    THRESH_PAIR_REVIEW, /**< review, when the candidate lacks samples of the baseline */
    THRESH_PAIR_INNER,  /**< the samples that both have are judged alone */
    THRESH_PAIR_STRICT  /**< an error */
} thresh_pair_mode;

/** A sample that one model gets right and the other wrong. Borrowed during the call. */
typedef struct thresh_flip {
    const char *scope, *metric, *id;
    bool broken; /**< right before and wrong now; else the other way round */
    bool golden;
} thresh_flip;

typedef struct thresh_pair_options {
    thresh_pair_mode mode;
    const char *const *slice_by; /**< columns, ends with NULL; or NULL */
    uint64_t seed;               /**< of all that is resampled */
    size_t resamples;            /**< replicates; 0: 10,000, or as many as take about a second */
    bool no_resampling;          /**< figures that only resampling gives an interval get none */
    const char *cluster; /**< column of the documents that several samples come from, or NULL */
    /** Ids of golden samples, beside those that a column `golden` marks; or NULL. */
    thresh_samples *golden;
    /** Called for each flip of a metric that is 0 or 1 in each sample, in the order of the pairs.
     */
    void (*flip)(void *context, const thresh_flip *flip);
    void *flip_context;
} thresh_pair_options;

/** What came of the pairing, over all series of the files; all zero where there were none. */
typedef struct thresh_pairing {
    thresh_pair_mode mode;
    uint64_t seed; /**< as given */
    size_t series; /**< tables that both files have */
    size_t pairs;
    size_t baseline_only, candidate_only; /**< samples that the other file lacks */
    size_t anchor_lacks;                  /**< samples of the baseline that the anchor lacks */
    size_t baseline_alone; /**< samples of a baseline that is nothing but a log of them, where the
                                candidate has none at all */
    bool by_position;      /**< no file has ids */
    size_t baseline_twice, candidate_twice; /**< samples whose id stood there before */
    size_t differing; /**< pairs whose labels or hashes differ: other samples under the same id */
    size_t golden;    /**< golden samples among the pairs */
    size_t golden_missing; /**< golden samples of the baseline that the candidate lacks */
    char first_missing[THRESH_ID_MAX], first_extra[THRESH_ID_MAX], first_twice[THRESH_ID_MAX],
        first_differing[THRESH_ID_MAX], first_golden_missing[THRESH_ID_MAX],
        first_anchor_lacks[THRESH_ID_MAX]; /**< an id of each, "" where there is none */
} thresh_pairing;

/**
 * Adds to each set the metrics of its samples, computed over those samples that all sets have:
 * means of columns (and P50, P95, P99 of those of the family latency), what labels, predictions,
 * scores and ranks give, and the same for each slice. Metrics that a set has already keep their
 * value and get the evidence of the pairs.
 *
 * @param[out] out        what came of the pairing; may be NULL
 * @param baseline        may have no samples
 * @param candidate, anchor  may be NULL: what the baseline's samples alone give
 * @param policy          its catalog says which columns are latencies
 * @param options         may be NULL
 * @return THRESH_OK; THRESH_EINVAL: no such column, or too many slices; THRESH_EFORMAT: samples
 * that differ under THRESH_PAIR_STRICT; each with a message
 */
THRESH_API thresh_status thresh_measure_samples(thresh_pairing *out, thresh_set *baseline,
                                                thresh_set *candidate, thresh_set *anchor,
                                                const thresh_policy *policy,
                                                const thresh_pair_options *options,
                                                thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
