/**
 * @file roi_model.h
 * What a compressed model saves, what its degradation loses, and what it costs to bring it out: a
 * YAML file, schema thresh/roi/v1 (docs/roi.md has its keys).
 */
#ifndef THRESH_ROI_MODEL_H
#define THRESH_ROI_MODEL_H

#include <thresh/profile.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How sure a number is. */
typedef enum thresh_shape {
    THRESH_SURE,       /**< a */
    THRESH_UNIFORM,    /**< anything from a to c alike; what a range `a..c` means */
    THRESH_TRIANGULAR, /**< from a to c, the likeliest is b */
    THRESH_PERT,       /**< the same, smooth, with the mean (a + 4 b + c) / 6 */
    THRESH_NORMAL,     /**< mean a, standard deviation b */
    THRESH_LOGNORMAL,  /**< mean a, standard deviation b */
    THRESH_ESTIMATE    /**< estimated as a, with an interval from b to c */
} thresh_shape;

/** A number of the model. */
typedef struct thresh_uncertain {
    thresh_shape shape;
    double a, b, c;
    double confidence; /**< THRESH_ESTIMATE: one-sided, of each bound */
} thresh_uncertain;

typedef enum thresh_roi_group { THRESH_ROI_SAVING, THRESH_ROI_LOSS, THRESH_ROI_COST } thresh_roi_group;
typedef enum thresh_period { THRESH_ONCE, THRESH_MONTHLY, THRESH_YEARLY } thresh_period;

/** A metric that losses are tied to. */
typedef struct thresh_roi_driver {
    const char *metric;     /**< kind, name, scope/name or glob */
    thresh_limit_unit unit; /**< in which its degradation counts, as thresh_limit has it */
    bool stated;            /**< the model says how much it degrades */
    thresh_uncertain degradation;
    uint32_t line, column; /**< where the model first names it */
} thresh_roi_driver;

/** A bend of a piecewise linear loss. */
typedef struct thresh_roi_point {
    double degradation, amount;
} thresh_roi_point;

/** One thing that saves, loses or costs. */
typedef struct thresh_roi_item {
    thresh_roi_group group;
    const char *name;
    thresh_period period;
    double rate;                     /**< of its currency in that of the model */
    thresh_uncertain count, amount;  /**< multiplied; of a tied loss `amount` is lost `per` */
    double chance; /**< that it comes about at all; 1: it does */
    bool tied;                       /**< to driver `driver` */
    size_t driver;
    double per;                      /**< degradation that costs `amount`, when there are no points */
    const thresh_roi_point *points;  /**< ascending, or NULL */
    size_t point_count;
    bool mapped; /**< `per` and `points` are of a business metric, `slope` for each of the driver */
    thresh_uncertain slope;
    double mapped_per;             /**< the change of the driver that the model states the slope for */
    thresh_limit_unit mapped_unit; /**< of the business metric's change */
    uint32_t line, column;
} thresh_roi_item;

/** A model as read; texts live as long as it does. */
typedef struct thresh_roi_model {
    const char *path, *sha256, *title, *currency;
    double months;   /**< horizon */
    double discount; /**< a year, as a fraction; 0: none */
    bool has_minimum;
    double minimum;
    double confidence; /**< one-sided, of each bound of what comes out */
    const thresh_roi_item *items; /**< savings, then losses, then costs */
    size_t item_count;
    const thresh_roi_driver *drivers;
    size_t driver_count;
} thresh_roi_model;

/**
 * Reads a model; "-" is `standard_input`, which may be NULL.
 * @param[out] out  free with thresh_roi_model_free()
 * @param catalog   of kinds: a metric that a loss is tied to has to be of a known one
 * @return THRESH_EINVAL or THRESH_EFORMAT: faults, all of them in `diags` with their places
 */
THRESH_API thresh_status thresh_roi_model_read(thresh_roi_model **out, const char *path,
                                               FILE *standard_input, const thresh_catalog *catalog,
                                               thresh_diags *diags);
/** The same from memory; `origin` is for messages. */
THRESH_API thresh_status thresh_roi_model_text(thresh_roi_model **out, const char *text, size_t len,
                                               const char *origin, const thresh_catalog *catalog,
                                               thresh_diags *diags);
THRESH_API void thresh_roi_model_free(thresh_roi_model *model);

#ifdef __cplusplus
}
#endif
#endif
