/* The dose at which a fitted curve has risen by a stated amount. */
#include "stats/curve.h"
#include "stats/domain.h"
#include "stats/sum.h"

#include <gsl/gsl_cdf.h>

static bool is_rise(const thresh_rise *r, thresh_response response)
{
    return isfinite(r->by) && isfinite(r->of_base) && isfinite(r->of_rest) && r->by >= 0
           && r->of_base >= 0 && r->of_rest >= 0 && r->by + r->of_base + r->of_rest > 0
           && (response == THRESH_RESPONSE_SHARE || r->of_rest == 0);
}

/* --- shares: the likelihood of all curves that have risen so far at one dose --- */

typedef struct profiled {
    const thresh_doses *data;
    const thresh_rise *rise;
    double likeliest, dispersion;
    double start, found; /* intercepts: where the search begins, and where the last one ended */
} profiled;

/* The slope that belongs to an intercept, and its derivative; false: the share would pass 1. */
static bool slope_of(const profiled *p, double dose, double intercept, double *slope,
                     double *change)
{
    const thresh_rise *r = p->rise;
    double base = expit(intercept),
           target = base + r->by + r->of_base * base + r->of_rest * (1 - base);

    if (!(target < 1))
        return false;
    double by = base * (1 - base) * (1 + r->of_base - r->of_rest) / (target * (1 - target));
    *slope = (logit(target) - intercept) / dose;
    *change = (by - 1) / dose;
    return true;
}

static double likelihood_at(const profiled *p, double dose, double intercept, double *gradient,
                            double *information)
{
    double slope, change, g = 0, h = 0;
    sum total = { 0, 0 };

    if (!slope_of(p, dose, intercept, &slope, &change))
        return -INFINITY;
    for (size_t i = 0; i < p->data->n; i++) {
        double x = p->data->dose[i], y = p->data->outcome[i], w = p->data->weight[i];
        double eta = intercept + slope * x, along = 1 + change * x;
        at_logit at = at_logit_of(eta);

        sum_add(&total, w * (y * eta - at.log_odds_sum));
        g += w * (y - at.share) * along;
        h += w * at.share * (1 - at.share) * along * along;
    }
    *gradient = g;
    *information = h;
    return sum_value(total);
}

/* The root of twice the likelihood that is lost if the dose is this one, over the dispersion: near
 * the estimate about a straight line over the logarithm of the dose. */
static double lost_at(profiled *p, double dose)
{
    enum { MOST_STEPS = 200 };
    /* what the next step would gain, of a likelihood of which 3 decide */
    static const double nothing = 1e-9;
    double a = p->start, g = 0, h = 0, now = likelihood_at(p, dose, a, &g, &h);

    /* the intercept of the last dose may have no curve at this one */
    for (int i = 0; i < 200 && !isfinite(now); i++)
        now = likelihood_at(p, dose, a -= 0.5, &g, &h);
    for (int step = 0; step < MOST_STEPS && h > 0 && g * g / h > nothing; step++) {
        double move = g / h, next = -INFINITY, length = 1, g_next = 0, h_next = 0;

        for (; length > 1e-9; length /= 2) {
            next = likelihood_at(p, dose, a + length * move, &g_next, &h_next);
            if (next >= now)
                break;
        }
        if (!(next >= now))
            break;
        a += length * move;
        now = next;
        g = g_next;
        h = h_next;
    }
    p->found = a;
    /* the last step is not taken: half of what the gradient promises is what it would gain */
    now += h > 0 && g * g / h <= nothing ? g * g / h / 2 : 0;
    return sqrt(fmax(0, 2 * (p->likeliest - now) / p->dispersion));
}

/* Where the loss passes `limit`, between a dose inside and one outside, at which it is known, on
 * the scale of logarithms: the rule of Illinois (Dowell & Jarratt 1971, BIT 11:168-174). */
static double crossing(profiled *p, double limit, double inside, double lost_inside, double outside,
                       double lost_outside)
{
    enum { MOST_STEPS = 60 };
    double a = log(inside), b = log(outside), fa = lost_inside - limit, fb = lost_outside - limit,
           c = b;
    int kept = 0; /* the end that stayed in the last step: 1 the outer, -1 the inner */

    for (int i = 0; i < MOST_STEPS; i++) {
        c = isfinite(fb) ? b - fb * (b - a) / (fb - fa) : (a + b) / 2;
        if (!(c > fmin(a, b) && c < fmax(a, b)))
            c = (a + b) / 2;
        double fc = lost_at(p, exp(c)) - limit;
        if (fabs(fc) < 1e-10 * limit || fabs(b - a) < 1e-10)
            break;
        if (fc < 0) {
            p->start = p->found; /* far outside the likelihood may have tops of its own */
            a = c;
            fa = fc;
            fb /= kept > 0 ? 2 : 1;
            kept = 1;
        } else {
            b = c;
            fb = fc;
            fa /= kept < 0 ? 2 : 1;
            kept = -1;
        }
    }
    return exp(c);
}

/* The bound on one side of the estimate, `step` times further with each look; `none` where the loss
 * passes the limit nowhere. */
static double bound_of(profiled *p, double limit, double estimate, double step, double none)
{
    enum { MOST_STEPS = 100 };
    double inside = estimate, lost_inside = 0;

    for (int i = 0; i < MOST_STEPS; i++) {
        double outside = inside * step, lost = lost_at(p, outside);

        if (lost > limit)
            return crossing(p, limit, inside, lost_inside, outside, lost);
        p->start = p->found;
        inside = outside;
        lost_inside = lost;
    }
    return none;
}

static thresh_status share_dose(thresh_dose *out, const thresh_doses *data, const thresh_curve *c,
                                const thresh_rise *rise, double confidence)
{
    static const double wider = 1.4;
    double limit = student(confidence, data->n), none, step, change;
    profiled p = { data, rise, c->log_likelihood, c->dispersion, c->intercept, c->intercept };

    *out = (thresh_dose){ INFINITY, 0, INFINITY };
    /* what is lost without any slope: a dose that is no end away */
    none = (c->null_deviance - c->deviance) / c->dispersion;
    if (c->slope <= 0 || !slope_of(&p, 1, c->intercept, &step, &change))
        return THRESH_OK;
    out->estimate = step / c->slope;
    out->low = bound_of(&p, limit, out->estimate, 1 / wider, 0);
    p.start = c->intercept;
    if (none > limit * limit)
        out->high = bound_of(&p, limit, out->estimate, wider, INFINITY);
    return THRESH_OK;
}

static thresh_status mean_dose(thresh_dose *out, const thresh_doses *data, const thresh_curve *c,
                               const thresh_rise *rise, double confidence)
{
    double sign = c->intercept < 0 ? -1 : 1, part = sign * rise->of_base;
    double climb = rise->by + part * c->intercept;
    thresh_interval i;

    *out = (thresh_dose){ INFINITY, 0, INFINITY };
    if (c->slope <= 0)
        return THRESH_OK;
    out->estimate = climb / c->slope;
    if (thresh_paired_ratio(&i, c->slope, sqrt(c->var_slope), climb,
                            fabs(part) * sqrt(c->var_intercept), part * c->covariance,
                            (double)data->n - 1, confidence)
        == THRESH_OK) {
        out->low = fmax(0, i.low);
        out->high = i.high;
    }
    return THRESH_OK;
}

thresh_status thresh_benchmark_dose(thresh_dose *out, const thresh_doses *data,
                                    const thresh_curve *curve, const thresh_rise *rise,
                                    double confidence)
{
    if (!are_doses(data) || !is_rise(rise, data->response) || !is_confidence(confidence)
        || curve->separated)
        return THRESH_EDOMAIN;
    return data->response == THRESH_RESPONSE_SHARE ? share_dose(out, data, curve, rise, confidence)
                                                   : mean_dose(out, data, curve, rise, confidence);
}
