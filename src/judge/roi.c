/* The return: its central figures, its distribution by Monte Carlo, and what moves it most. */
#include "judge/roi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_DRAWS = 100000, MOST_THREADS = 256 };

/* --- one set of inputs --- */

double roi_return(double savings, double loss, double cost)
{
    return cost > 0 ? (savings - loss) / cost : NAN;
}

/* With input k at `value`, all else central. */
static double net_with(const roi_making *m, size_t k, double value, double share_of_cost)
{
    double kept = m->central[k];
    roi_totals t;

    m->central[k] = value;
    roi_evaluate(&m->plan, m->central, 1, 1, t);
    m->central[k] = kept;
    return t[THRESH_ROI_SAVING][0] - t[THRESH_ROI_LOSS][0] - share_of_cost * t[THRESH_ROI_COST][0];
}

static double return_with(const roi_making *m, size_t k, double value)
{
    double kept = m->central[k];
    roi_totals t;

    m->central[k] = value;
    roi_evaluate(&m->plan, m->central, 1, 1, t);
    m->central[k] = kept;
    return roi_return(t[THRESH_ROI_SAVING][0], t[THRESH_ROI_LOSS][0], t[THRESH_ROI_COST][0]);
}

/* A decimal that stands on its limit is not below it, whatever its last bits say. */
bool roi_reaches(double roi, double minimum)
{
    return roi >= minimum - 1e-12 * fmax(fabs(roi), fabs(minimum));
}

thresh_status roi_add_note(roi_making *m, thresh_phrase note)
{
    if (m->arena->failed || m->roi->note_count == m->note_capacity)
        return THRESH_ENOMEM;
    m->notes[m->roi->note_count++] = note;
    return THRESH_OK;
}

/* --- central figures --- */

/* Months until what comes in month by month has paid for what is spent at the beginning. */
static double payback_of(const roi_making *m, double once, double monthly)
{
    double discount = m->roi->discount, months;

    if (once >= 0)
        return 0;
    if (!(monthly > 0))
        return NAN;
    months = -once / monthly;
    if (discount > 0) {
        /* the annuity that pays it, solved for its length */
        double rate = expm1(log1p(discount) / 12), left = 1 - months * rate;
        months = left > 0 ? -log(left) / log1p(rate) : NAN;
    }
    return months <= m->roi->months * (1 + 1e-12) ? months : NAN;
}

static thresh_status find_central(roi_making *m)
{
    thresh_roi *r = m->roi;
    const thresh_roi_model *model = m->plan.model;
    thresh_roi_part *parts = arena_alloc(m->arena, (model->item_count + 1) * sizeof *parts);
    double once = 0, monthly = 0, totals[3] = { 0, 0, 0 };

    if (parts == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < model->item_count; i++) {
        const thresh_roi_item *item = &model->items[i];
        double value, sign = item->group == THRESH_ROI_SAVING ? 1 : -1;

        roi_line_values(&m->plan.lines[i], m->central, 1, 1, &value);
        parts[i] =
            (thresh_roi_part){ item->group, arena_strdup(m->arena, item->name), value + 0.0 };
        totals[item->group] += value;
        if (item->period == THRESH_ONCE)
            once += sign * value;
        else
            monthly += sign * value / m->plan.annuity;
    }
    r->parts = parts;
    r->part_count = model->item_count;
    r->savings = totals[THRESH_ROI_SAVING];
    r->loss = totals[THRESH_ROI_LOSS];
    r->cost = totals[THRESH_ROI_COST];
    r->net = r->savings - r->loss - r->cost;
    r->roi = roi_return(r->savings, r->loss, r->cost);
    if (!isfinite(r->roi) || !isfinite(r->net)) {
        thresh_diags_add(m->diags, THRESH_ERROR, model->path, 0, 0,
                         r->cost > 0
                             ? "the amounts are too large to be counted"
                             : N_("the implementation cost is 0: a return on 0 is not defined"));
        return THRESH_EINVAL;
    }
    r->payback = payback_of(m, once, monthly);
    return m->arena->failed ? THRESH_ENOMEM : THRESH_OK;
}

/* --- break-even --- */

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Degradations of driver k at which a loss bends, ascending, 0 the first. */
static size_t bends_of(const roi_making *m, size_t k, double *out)
{
    size_t n = 0;

    out[n++] = 0;
    for (size_t i = 0; i < m->plan.line_count; i++) {
        const roi_line *l = &m->plan.lines[i];
        double slope = l->slope != NO_INPUT ? m->central[l->slope] : 1;
        if (!l->item->tied || l->item->driver != k || slope == 0)
            continue;
        for (size_t p = 0; p < l->item->point_count; p++) {
            double at = l->item->points[p].degradation / slope;
            if (at > 0 && isfinite(at))
                out[n++] = at;
        }
    }
    qsort(out, n, sizeof *out, compare_numbers);
    return n;
}

/* The least degradation of driver k that leaves savings - loss no more than this share of the cost:
 * between two bends the net value is a straight line. NaN: none does, or 0 does already. */
static double crossing(const roi_making *m, size_t k, const double *bends, size_t n, double share)
{
    double at = net_with(m, k, bends[0], share);

    if (at < 0)
        return NAN;
    for (size_t i = 1; i <= n; i++) {
        double from = bends[i - 1];
        double to = i < n ? bends[i] : from + (from > 0 ? from : 1);
        double there = net_with(m, k, to, share);
        if (there < at && (there <= 0 || i == n))
            return from + at / (at - there) * (to - from);
        at = there;
    }
    return NAN;
}

static thresh_status find_ties(roi_making *m, thresh_roi_tie *ties)
{
    thresh_roi *r = m->roi;
    const thresh_roi_model *model = m->plan.model;
    size_t most = 1;
    double *bends;

    for (size_t i = 0; i < model->item_count; i++)
        most += model->items[i].point_count;
    if ((bends = arena_alloc(m->arena, most * sizeof *bends)) == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < model->driver_count; k++) {
        const roi_input *in = &m->plan.inputs[k];
        thresh_roi_tie *t = &ties[k];
        size_t n = bends_of(m, k, bends);

        t->degradation = in->central;
        t->low = distribution_quantile(&in->d, 1 - model->confidence);
        t->high = distribution_quantile(&in->d, model->confidence);
        for (size_t i = 0; i < m->plan.line_count; i++) {
            double value;
            if (!model->items[i].tied || model->items[i].driver != k)
                continue;
            roi_line_values(&m->plan.lines[i], m->central, 1, 1, &value);
            t->loss += value;
        }
        t->loss += 0.0;
        t->pays = net_with(m, k, 0, 1) >= 0;
        t->break_even = crossing(m, k, bends, n, 1);
        t->at_minimum = r->has_minimum ? crossing(m, k, bends, n, r->minimum) : NAN;
    }
    r->ties = ties;
    r->tie_count = model->driver_count;
    return THRESH_OK;
}

/* --- what stands for what was not measured --- */

static thresh_status find_mappings(roi_making *m)
{
    const thresh_roi_model *model = m->plan.model;
    thresh_roi_mapping *out = arena_alloc(m->arena, (model->item_count + 1) * sizeof *out);

    if (out == NULL)
        return THRESH_ENOMEM;
    m->roi->mappings = out;
    for (size_t i = 0; i < model->item_count; i++) {
        const thresh_roi_item *item = &model->items[i];
        const thresh_uncertain *s = &item->slope;
        bool sure = s->shape == THRESH_SURE;
        double per = item->mapped_per;

        if (item->mapped)
            out[m->roi->mapping_count++] = (thresh_roi_mapping){
                .item = arena_strdup(m->arena, item->name),
                .metric = arena_strdup(m->arena, model->drivers[item->driver].metric),
                .unit = roi_unit(model->drivers[item->driver].unit),
                .per = per,
                .of = roi_unit(item->mapped_unit),
                .slope = s->a * per,
                .low = (sure ? s->a : s->b) * per,
                .high = (sure ? s->a : s->c) * per,
                .confidence = sure ? NAN : s->confidence,
            };
    }
    return THRESH_OK;
}

/* --- what moves it most --- */

static int compare_swings(const void *a, const void *b)
{
    const thresh_roi_swing *x = a, *y = b;
    double p = fabs(x->roi_high - x->roi_low), q = fabs(y->roi_high - y->roi_low);

    return p != q ? (p < q ? 1 : -1) : x < y ? -1 : 1;
}

static thresh_status find_swings(roi_making *m)
{
    const roi_plan *p = &m->plan;
    thresh_roi_swing *swings = arena_alloc(m->arena, (p->input_count + 1) * sizeof *swings);
    size_t n = 0;

    if (swings == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < p->input_count; k++) {
        const roi_input *in = &p->inputs[k];
        bool event = in->d.shape == DRAW_CHANCE;
        double low = event ? 0 : distribution_quantile(&in->d, 0.1);
        double high = event ? 1 : distribution_quantile(&in->d, 0.9);

        double roi_low, roi_high;

        if (in->d.shape == DRAW_FIXED)
            continue;
        roi_low = return_with(m, k, low);
        roi_high = return_with(m, k, high);
        /* without the one cost there is, no return is defined */
        if (isfinite(roi_low) && isfinite(roi_high))
            swings[n++] = (thresh_roi_swing){ in->name, in->unit, low, high, roi_low, roi_high };
    }
    /* a stable order: ties stay as the model has them */
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && compare_swings(&swings[j - 1], &swings[j]) > 0; j--) {
            thresh_roi_swing kept = swings[j];
            swings[j] = swings[j - 1];
            swings[j - 1] = kept;
        }
    m->roi->swings = swings;
    m->roi->swing_count = n;
    return THRESH_OK;
}

/* --- the verdict --- */

static thresh_phrase figure_phrase(arena *a, double value)
{
    return phrase_word(arena_printf(a, "%.3g", value));
}

static thresh_phrase chance_phrase(arena *a, double chance)
{
    /* what happens now and then is neither never nor always */
    return chance > 0 && chance < 0.001 ? SAID(N_("less than 0.1 %"))
           : chance < 1 && chance > 0.999
               ? SAID(N_("more than 99.9 %"))
               : SAY(a, N_("%s %%"), phrase_word(arena_printf(a, "%.3g", chance * 100)));
}

static thresh_phrase setter_phrase(const char *from)
{
    return strcmp(from, "model") == 0        ? SAID(N_("the model"))
           : strcmp(from, "break-even") == 0 ? SAID(N_("breaking even"))
                                             : phrase_word(from);
}

static void conclude(roi_making *m)
{
    /* known for sure; else with its bounds, and the chance */
    static const char *const says[][2] = {
        [THRESH_ACCEPT] = { N_("a return of %s; %s asks for %s"),
                            N_("a return of %s; %s asks for %s, and it lies between %s and %s: "
                               "reached with a chance of %s") },
        [THRESH_REVIEW] = { NULL, N_("a return of %s; %s asks for %s, and it lies between %s and "
                                     "%s, which cannot tell: reached with a chance of %s") },
        [THRESH_REJECT] = { N_("a return of %s; %s asks for no less than %s"),
                            N_("a return of %s; %s asks for %s, and it lies between %s and %s, "
                               "below: reached with a chance of %s") },
    };
    thresh_roi *r = m->roi;
    arena *a = m->arena;

    if (!r->has_minimum) {
        r->verdict = THRESH_ACCEPT;
        r->sentence =
            !r->uncertain
                ? SAY(a, N_("a return of %s; nobody asks for a minimum"), figure_phrase(a, r->roi))
                : SAY(a, N_("a return of %s, between %s and %s; nobody asks for a minimum"),
                      figure_phrase(a, r->roi), figure_phrase(a, r->low),
                      figure_phrase(a, r->high));
        return;
    }
    r->verdict = roi_reaches(r->low, r->minimum)     ? THRESH_ACCEPT
                 : !roi_reaches(r->high, r->minimum) ? THRESH_REJECT
                                                     : THRESH_REVIEW;
    r->sentence =
        SAY(a, says[r->verdict][r->uncertain], figure_phrase(a, r->roi),
            setter_phrase(r->minimum_from), figure_phrase(a, r->minimum), figure_phrase(a, r->low),
            figure_phrase(a, r->high), chance_phrase(a, r->p_minimum));
}

/* --- all of it --- */

static thresh_status note_metrics(roi_making *m)
{
    thresh_status rc = THRESH_OK;
    const thresh_roi_model *model = m->plan.model;

    for (size_t k = 0; k < model->driver_count && rc == THRESH_OK; k++) {
        const thresh_roi_driver *d = &model->drivers[k];
        if (!m->roi->ties[k].measured)
            continue;
        if (m->plan.inputs[k].d.shape == DRAW_FIXED)
            rc = roi_add_note(m,
                              SAY(m->arena,
                                  N_("%s: the files give no interval, so its degradation counts as "
                                     "sure"),
                                  phrase_word(m->roi->ties[k].metric)));
        if (rc == THRESH_OK && d->stated)
            rc =
                roi_add_note(m, SAY(m->arena, N_("%s: measured; what the model states is not used"),
                                    phrase_word(m->roi->ties[k].metric)));
    }
    for (size_t i = 0; i < model->item_count && rc == THRESH_OK; i++) {
        const thresh_roi_item *item = &model->items[i];
        int slope = m->plan.lines[i].slope;
        if (item->point_count == 0)
            continue;
        double change = m->central[item->driver] * (slope != NO_INPUT ? m->central[slope] : 1);
        if (change > item->points[item->point_count - 1].degradation)
            rc = roi_add_note(m, SAY(m->arena,
                                     N_("%s: the degradation lies beyond the last point; its last "
                                        "slope goes on"),
                                     phrase_word(m->roi->parts[i].name)));
    }
    return rc;
}

static thresh_status take_options(roi_making *m, const thresh_roi_options *given)
{
    thresh_roi *r = m->roi;
    const thresh_roi_model *model = m->plan.model;

    m->options = given != NULL ? *given : (thresh_roi_options){ 0 };
    if (m->options.draws == 0)
        m->options.draws = DEFAULT_DRAWS;
    if (m->options.threads == 0)
        m->options.threads = 1;
    if (m->options.threads > MOST_THREADS)
        m->options.threads = MOST_THREADS;
    if (m->options.draws < 2 || m->options.draws > THRESH_MOST_DRAWS) {
        thresh_diags_add(m->diags, THRESH_ERROR, NULL, 0, 0, "%zu draws, expected 2 to %d",
                         m->options.draws, THRESH_MOST_DRAWS);
        return THRESH_EDOMAIN;
    }
    if (model->has_minimum) {
        r->has_minimum = true;
        r->minimum = model->minimum;
        r->minimum_from = "model";
    }
    if (m->options.has_minimum && (!r->has_minimum || m->options.minimum > r->minimum)) {
        r->has_minimum = true;
        r->minimum = m->options.minimum;
        r->minimum_from = arena_strdup(m->arena, m->options.minimum_from);
    }
    if (!r->has_minimum && m->options.break_even) {
        r->has_minimum = true;
        r->minimum = 1;
        r->minimum_from = "break-even";
    }
    if (!r->has_minimum)
        r->minimum = NAN;
    return THRESH_OK;
}

static void describe(roi_making *m)
{
    thresh_roi *r = m->roi;
    const thresh_roi_model *model = m->plan.model;

    r->model = arena_strdup(m->arena, model->path);
    r->sha256 = arena_strdup(m->arena, model->sha256);
    r->title = arena_strdup(m->arena, model->title);
    r->currency = arena_strdup(m->arena, model->currency);
    r->months = model->months;
    r->discount = model->discount;
    r->confidence = model->confidence;
}

thresh_status roi_make(const thresh_roi **out, arena *a, const thresh_roi_model *model,
                       bool measured, const thresh_judged *metrics, size_t count,
                       const thresh_roi_options *options, thresh_diags *diags)
{
    thresh_roi *r = arena_alloc(a, sizeof *r);
    size_t drivers = model->driver_count + 1;
    thresh_roi_tie *ties = arena_alloc(a, drivers * sizeof *ties);
    distribution *degradations = arena_alloc(a, drivers * sizeof *degradations);
    roi_making m = { .roi = r,
                     .arena = a,
                     .plan = { .model = model },
                     .diags = diags,
                     .note_capacity = 2 * drivers + model->item_count };
    thresh_status rc;

    m.notes = arena_alloc(a, m.note_capacity * sizeof *m.notes);
    if (a->failed)
        return THRESH_ENOMEM;
    r->notes = m.notes;
    describe(&m);
    rc = take_options(&m, options);
    if (rc == THRESH_OK)
        rc = roi_degradations(degradations, ties, a, model, measured, metrics, count, diags);
    if (rc == THRESH_OK)
        rc = roi_plan_make(&m.plan, a, model, degradations);
    if (rc != THRESH_OK)
        return rc;
    if ((m.central = arena_alloc(a, (m.plan.input_count + 1) * sizeof *m.central)) == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < m.plan.input_count; k++)
        m.central[k] = m.plan.inputs[k].central;
    rc = find_central(&m);
    if (rc == THRESH_OK)
        rc = find_ties(&m, ties);
    if (rc == THRESH_OK)
        rc = roi_draw(&m);
    if (rc == THRESH_OK)
        rc = find_swings(&m);
    if (rc == THRESH_OK)
        rc = find_mappings(&m);
    if (rc == THRESH_OK)
        rc = note_metrics(&m);
    if (rc != THRESH_OK)
        return rc;
    conclude(&m);
    *out = r;
    return a->failed ? THRESH_ENOMEM : THRESH_OK;
}

/* A return of its own, and what its texts live in; the caller sees the first member only. */
typedef struct holder {
    thresh_roi roi;
    arena arena;
} holder;

thresh_status thresh_roi_compute(thresh_roi **out, const thresh_roi_model *model,
                                 const thresh_result *result, const thresh_roi_options *options,
                                 thresh_diags *diags)
{
    holder *h = calloc(1, sizeof *h);
    const thresh_roi *made;
    thresh_status rc = THRESH_ENOMEM;

    *out = NULL;
    if (h == NULL)
        return rc;
    rc = roi_make(&made, &h->arena, model, result != NULL, result != NULL ? result->metrics : NULL,
                  result != NULL ? result->metric_count : 0, options, diags);
    if (rc != THRESH_OK) {
        thresh_roi_free(&h->roi);
        return rc;
    }
    h->roi = *made;
    *out = &h->roi;
    return THRESH_OK;
}

void thresh_roi_free(thresh_roi *roi)
{
    holder *h = (holder *)roi;

    if (h == NULL)
        return;
    arena_free(&h->arena);
    free(h);
}
