/* A return model made ready to be computed: what is sure of an item becomes one factor, and what is
 * not an input. */
#include "judge/roi.h"

#include "stats/replicates.h"
#include "thresh/stats.h"

#include <math.h>
#include <string.h>

_Static_assert(BATCH == 16, "roi_totals has room for a batch");

distribution roi_distribution(const thresh_uncertain *u)
{
    static const distribution_shape shapes[] = {
        [THRESH_SURE] = DRAW_FIXED,
        [THRESH_UNIFORM] = DRAW_UNIFORM,
        [THRESH_TRIANGULAR] = DRAW_TRIANGULAR,
        [THRESH_PERT] = DRAW_PERT,
        [THRESH_NORMAL] = DRAW_NORMAL,
        [THRESH_LOGNORMAL] = DRAW_LOGNORMAL,
        [THRESH_ESTIMATE] = DRAW_SPLIT,
    };
    distribution d = { shapes[u->shape], u->a, u->b, u->c };

    if (u->shape == THRESH_ESTIMATE) {
        /* the bounds become its quantiles at that confidence */
        double z = thresh_normal_quantile(u->confidence);
        d.b = (u->a - u->b) / z;
        d.c = (u->c - u->a) / z;
        if (d.b <= 0 && d.c <= 0)
            d.shape = DRAW_FIXED;
    }
    return d;
}

const char *roi_unit(thresh_limit_unit unit)
{
    static const char *const words[] = {
        [THRESH_LIMIT_PERCENT] = "%", [THRESH_LIMIT_PP] = "pp",   [THRESH_LIMIT_OWN] = "",
        [THRESH_LIMIT_TIME] = "ms",   [THRESH_LIMIT_BYTES] = "B", [THRESH_LIMIT_POINTS] = "points"
    };
    return words[unit];
}

double roi_annuity(double months, double discount)
{
    double monthly = expm1(log1p(discount) / 12);

    return discount > 0 ? -expm1(-months * log1p(discount) / 12) / monthly : months;
}

/* --- making it --- */

static size_t add_input(roi_plan *p, thresh_phrase name, distribution d, const char *unit)
{
    /* what was measured or estimated stands for itself; of the others the mean */
    double central = d.shape == DRAW_SPLIT ? d.a : distribution_mean(&d);

    p->inputs[p->input_count] = (roi_input){ name, d, central, unit };
    p->uncertain = p->uncertain || d.shape != DRAW_FIXED;
    return p->input_count++;
}

static void multiply(roi_plan *p, roi_line *l, distribution d, thresh_phrase name)
{
    if (d.shape == DRAW_FIXED)
        l->factor *= d.a;
    else
        l->factors[l->factor_count++] = add_input(p, name, d, "");
}

static void add_line(roi_plan *p, arena *a, const thresh_roi_item *item)
{
    roi_line *l = &p->lines[p->line_count++];
    thresh_phrase name = phrase_word(item->name);
    const double worth[] = {
        [THRESH_ONCE] = 1, [THRESH_MONTHLY] = p->annuity, [THRESH_YEARLY] = p->annuity / 12
    };

    *l = (roi_line){ .item = item, .factor = item->rate * worth[item->period], .slope = NO_INPUT };
    multiply(p, l, roi_distribution(&item->count), SAY(a, N_("%s: count"), name));
    multiply(p, l, roi_distribution(&item->amount), SAY(a, N_("%s: value"), name));
    multiply(p, l,
             (distribution){ item->chance > 0 && item->chance < 1 ? DRAW_CHANCE : DRAW_FIXED,
                             item->chance, 0, 0 },
             SAY(a, N_("%s: whether it comes about"), name));
    if (item->mapped)
        l->slope =
            (int)add_input(p, SAY(a, N_("%s: slope"), name), roi_distribution(&item->slope), "");
}

thresh_status roi_plan_make(roi_plan *out, arena *a, const thresh_roi_model *model,
                            const distribution *degradations)
{
    roi_plan p = { .model = model, .annuity = roi_annuity(model->months, model->discount) };
    size_t most = model->driver_count + model->item_count * (MOST_FACTORS + 1);

    p.inputs = arena_alloc(a, (most + 1) * sizeof *p.inputs);
    p.lines = arena_alloc(a, (model->item_count + 1) * sizeof *p.lines);
    if (p.inputs == NULL || p.lines == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < model->driver_count; k++)
        add_input(&p, SAY(a, N_("%s: degradation"), phrase_word(model->drivers[k].metric)),
                  degradations[k], roi_unit(model->drivers[k].unit));
    for (size_t i = 0; i < model->item_count; i++)
        add_line(&p, a, &model->items[i]);
    *out = p;
    return a->failed ? THRESH_ENOMEM : THRESH_OK;
}

/* --- computing it --- */

/* What a degradation makes of a tied item: amounts between its points; before the first the first,
 * behind the last the last slope goes on. */
static double by_points(const thresh_roi_item *item, double change)
{
    const thresh_roi_point *p = item->points;
    size_t i = 1;

    if (change <= p[0].degradation)
        return p[0].amount;
    while (i + 1 < item->point_count && change > p[i].degradation)
        i++;
    return p[i - 1].amount
           + (change - p[i - 1].degradation) / (p[i].degradation - p[i - 1].degradation)
                 * (p[i].amount - p[i - 1].amount);
}

/* An improvement brings nothing, unless points say that it does. */
static double by_degradation(const thresh_roi_item *item, double change)
{
    if (item->points != NULL)
        return by_points(item, change);
    return change > 0 ? change / item->per : 0;
}

void roi_line_values(const roi_line *l, const double *x, size_t stride, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = l->factor;
    for (size_t k = 0; k < l->factor_count; k++)
        for (size_t i = 0; i < n; i++)
            out[i] *= x[l->factors[k] * stride + i];
    for (size_t i = 0; l->item->tied && i < n; i++) {
        double change = x[l->item->driver * stride + i];
        if (l->slope != NO_INPUT)
            change *= x[(size_t)l->slope * stride + i];
        out[i] *= by_degradation(l->item, change);
    }
}

void roi_evaluate(const roi_plan *p, const double *x, size_t stride, size_t n, roi_totals out)
{
    double values[BATCH];

    memset(out, 0, sizeof(roi_totals));
    for (size_t k = 0; k < p->line_count; k++) {
        const roi_line *l = &p->lines[k];
        double *total = out[l->item->group];
        roi_line_values(l, x, stride, n, values);
        for (size_t i = 0; i < n; i++)
            total[i] += values[i];
    }
}
