/**
 * @file roi.h
 * The return of a compressed model: (savings - loss from its degradation) / implementation cost,
 * what its uncertainty allows one to say of it, and which assumption carries it.
 */
#ifndef THRESH_ROI_H
#define THRESH_ROI_H

#include <thresh/judge.h>
#include <thresh/roi_model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An item over the whole horizon, in the model's currency, at the central values. */
typedef struct thresh_roi_part {
    thresh_roi_group group;
    const char *name;
    double amount;
} thresh_roi_part;

/** A metric that losses are tied to. Degradations: fractions for % and pp, else in `unit`. */
typedef struct thresh_roi_tie {
    const char *metric;  /**< as the model names it */
    const char *unit;    /**< "%", "pp", "ms", "bytes", "points", or "" for its own */
    bool measured;       /**< of the two files; else as the model states it */
    double degradation;  /**< central */
    double low, high;    /**< bounds at the model's confidence; equal where it is sure */
    double loss;         /**< of all items tied to it, at `degradation` */
    /** Degradation at which savings = loss + cost, all else as it is; NaN: none, see `pays`. */
    double break_even;
    double at_minimum;   /**< degradation at which the return falls to its minimum; NaN: none */
    bool pays;           /**< the savings pay for the cost where this metric does not degrade */
} thresh_roi_tie;

/** One assumption, moved alone. */
typedef struct thresh_roi_swing {
    thresh_phrase name;  /**< such as "servers: count" or "accuracy: degradation" */
    const char *unit;    /**< of low and high: that of a degradation, "" for numbers */
    double low, high;    /**< its 10 % and 90 % quantile; of a chance: it does not, it does happen */
    double roi_low, roi_high; /**< the return at these, all else central */
} thresh_roi_swing;

/** A business metric that was not measured, by its slope on one that was. Changes: fractions for % and pp. */
typedef struct thresh_roi_mapping {
    const char *item;   /**< the loss that counts it */
    const char *metric; /**< as the model names it */
    const char *unit;   /**< of `per`, as that of a tie */
    double per;         /**< degradation of the metric that the rest is stated for */
    const char *of;     /**< unit of the slope */
    double slope, low, high; /**< how much the business metric falls for each `per`; all alike where it is sure */
    double confidence;  /**< one-sided, of each bound; NaN where it is sure */
} thresh_roi_mapping;

enum { THRESH_ROI_BARS = 32 };
enum { THRESH_ROI_QUANTILES = 7 };
/** @return the level of quantile `i`: 0.05, 0.1, 0.25, 0.5, 0.75, 0.9 or 0.95. */
THRESH_API double thresh_roi_level(size_t i);

typedef struct thresh_roi {
    const char *model, *sha256, *title, *currency;
    double months, discount;
    /* at the central values: a sure number itself, the mean of a distribution, what was measured */
    double savings, loss, cost, net, roi;
    double payback;  /**< months until savings - losses have paid the cost; NaN: not within the horizon */
    bool uncertain;  /**< any input is; else the distribution is the one value */
    uint64_t seed;
    size_t draws;
    size_t undefined; /**< draws whose cost was not above 0; they are left out */
    double mean, sd;  /**< of the return */
    double confidence, low, high; /**< one-sided bounds of the return */
    double quantiles[THRESH_ROI_QUANTILES];
    /** Draws in equal parts of [bar_low, bar_high], the middle 99 %; NaN, NaN: there is nothing to draw. */
    double bar_low, bar_high;
    size_t bar_below, bar_above; /**< draws outside */
    size_t bars[THRESH_ROI_BARS];
    double net_low, net_high; /**< of the net value */
    double p_positive;  /**< chance that the return is above 0: savings exceed the loss */
    double p_pays;      /**< that it is above 1: they pay for the cost too */
    bool has_minimum;
    double minimum, p_minimum; /**< chance that the return is at or above it */
    const char *minimum_from;  /**< name of a profile, "model", or "break-even" */
    thresh_verdict verdict;    /**< accept: low >= minimum; reject: high < minimum; else review */
    thresh_phrase sentence;    /**< the verdict in a sentence */
    const thresh_roi_part *parts;
    size_t part_count;
    const thresh_roi_tie *ties;
    size_t tie_count;
    const thresh_roi_mapping *mappings;
    size_t mapping_count;
    const thresh_roi_swing *swings; /**< largest first */
    size_t swing_count;
    const thresh_phrase *notes;
    size_t note_count;
} thresh_roi;

/** Most draws of a return. */
#define THRESH_MOST_DRAWS 20000000

/** Options; zero means the default. */
typedef struct thresh_roi_options {
    size_t draws;     /**< 2 to THRESH_MOST_DRAWS; 0: 100,000 */
    uint64_t seed;
    unsigned threads; /**< the result does not depend on it; 0: 1 */
    bool has_minimum; /**< besides the model's; the larger one counts */
    double minimum;
    const char *minimum_from;
    bool break_even;  /**< where nobody sets a minimum, it is 1: the cost is paid back */
} thresh_roi_options;

/**
 * Computes the return. @param result  of thresh_judge(): gives the degradations; NULL: the model's own
 * @param[out] out  free with thresh_roi_free(); model and result must outlive it
 * @return THRESH_EINVAL, with messages that have their places: a metric that losses are tied to is
 *         not in the result, or not a number, or two metrics answer to it; no degradation is stated;
 *         the cost is 0. THRESH_EDOMAIN: draws out of range.
 * Source: see docs/roi.md. Cost: O(draws x inputs), some 10 ns each; 16 bytes a draw.
 */
THRESH_API thresh_status thresh_roi_compute(thresh_roi **out, const thresh_roi_model *model,
                                            const thresh_result *result,
                                            const thresh_roi_options *options, thresh_diags *diags);
THRESH_API void thresh_roi_free(thresh_roi *roi);

#ifdef __cplusplus
}
#endif
#endif
