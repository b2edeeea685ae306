/* The return, in parts: the model made ready to be computed, its metrics found, and what comes out.
 */
#ifndef JUDGE_ROI_H
#define JUDGE_ROI_H

#include "judge/judge.h"
#include "stats/distribution.h"
#include "thresh/roi.h"

/* A number of the model that is not sure, or that other numbers are moved by. */
typedef struct roi_input {
    thresh_phrase name;
    distribution d;
    double central;
    const char *unit; /* of a degradation; "" for the others */
} roi_input;

enum { MOST_FACTORS = 3, NO_INPUT = -1 };

/* An item: `factor` times some inputs, and times what its degradation makes of it. */
typedef struct roi_line {
    const thresh_roi_item *item;
    double factor; /* all that is sure of it, over the horizon */
    size_t factors[MOST_FACTORS], factor_count;
    int slope; /* input, or NO_INPUT */
} roi_line;

/* The model, ready to be computed. The first inputs are the degradations of its drivers. */
typedef struct roi_plan {
    const thresh_roi_model *model;
    roi_input *inputs;
    size_t input_count;
    roi_line *lines;
    size_t line_count;
    bool uncertain;
    double annuity; /* what 1 a month is worth over the horizon */
} roi_plan;

/* --- roi_plan.c --- */
/* `degradations`: a distribution of each driver of the model. */
thresh_status roi_plan_make(roi_plan *out, arena *a, const thresh_roi_model *model,
                            const distribution *degradations);
/* Value of line `l` for n sets of inputs: input k of set i is x[k * stride + i]. n <= 16. */
void roi_line_values(const roi_line *l, const double *x, size_t stride, size_t n, double *out);
/* Savings, losses and cost of each set. */
typedef double roi_totals[3][16];
void roi_evaluate(const roi_plan *p, const double *x, size_t stride, size_t n, roi_totals out);
/* What n months of 1 are worth today, at a discount a year. */
double roi_annuity(double months, double discount);
/* The unit of a degradation as documents write it. */
const char *roi_unit(thresh_limit_unit unit);
/* A number of the model as a distribution. */
distribution roi_distribution(const thresh_uncertain *u);

/* --- roi_metric.c --- */
/* What the metrics say of each driver when it is measured, else the model itself; begins the ties.
 */
thresh_status roi_degradations(distribution *out, thresh_roi_tie *ties, arena *a,
                               const thresh_roi_model *model, bool measured,
                               const thresh_judged *metrics, size_t count, thresh_diags *diags);

/* A return in the making. */
typedef struct roi_making {
    thresh_roi *roi;
    arena *arena;
    roi_plan plan;
    double *central; /* of each input */
    thresh_roi_options options;
    thresh_phrase *notes;
    size_t note_capacity;
    thresh_diags *diags;
} roi_making;

/* --- roi_draw.c --- */
thresh_status roi_draw(roi_making *m);

/* --- roi.c --- */
double roi_return(double savings, double loss, double cost); /* NaN where the cost is not above 0 */
/* A decimal that stands on its limit is not below it, whatever its last bits say. */
bool roi_reaches(double roi, double minimum);
thresh_status roi_add_note(roi_making *m, thresh_phrase note);
/* Computes into the arena; with `measured` the degradations are those of the metrics. */
thresh_status roi_make(const thresh_roi **out, arena *a, const thresh_roi_model *model,
                       bool measured, const thresh_judged *metrics, size_t count,
                       const thresh_roi_options *options, thresh_diags *diags);

#endif
