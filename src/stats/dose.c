/* The dose at which a fitted curve has risen by a stated amount, and the dose from which it rises.
 */
#include "stats/curve.h"
#include "stats/domain.h"

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
    double slope, change, total = 0, g = 0, h = 0;

    if (!slope_of(p, dose, intercept, &slope, &change))
        return -INFINITY;
    for (size_t i = 0; i < p->data->n; i++) {
        double x = p->data->dose[i], y = p->data->outcome[i], w = p->data->weight[i];
        double eta = intercept + slope * x, share = expit(eta), along = 1 + change * x;

        total += row_log_likelihood(y, w, eta);
        g += w * (y - share) * along;
        h += w * share * (1 - share) * along * along;
    }
    *gradient = g;
    *information = h;
    return total;
}

/* Twice the likelihood that is lost if the dose is this one, over the dispersion. */
static double lost_at(profiled *p, double dose)
{
    enum { MOST_STEPS = 200 };
    double a = p->start, g = 0, h = 0, now = likelihood_at(p, dose, a, &g, &h);

    /* the intercept of the last dose may have no curve at this one */
    for (int i = 0; i < 200 && !isfinite(now); i++)
        now = likelihood_at(p, dose, a -= 0.5, &g, &h);
    for (int step = 0; step < MOST_STEPS && h > 0; step++) {
        double move = g / h, next = -INFINITY, length = 1, g_next = 0, h_next = 0;

        if (fabs(move) < 1e-8 * (1 + fabs(a)))
            break;
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
    return 2 * (p->likeliest - now) / p->dispersion;
}

/* Where the loss passes `limit`, between a dose inside and one outside, on the scale of logarithms:
 * the rule of Illinois (Dowell & Jarratt 1971, BIT 11:168-174). */
static double crossing(profiled *p, double limit, double inside, double outside)
{
    enum { MOST_STEPS = 60 };
    double a = log(inside), b = log(outside), fa = lost_at(p, inside) - limit,
           fb = lost_at(p, outside) - limit, c = b;
    int kept = 0; /* the end that stayed in the last step: 1 the outer, -1 the inner */

    for (int i = 0; i < MOST_STEPS; i++) {
        c = isfinite(fb) ? b - fb * (b - a) / (fb - fa) : (a + b) / 2;
        if (!(c > fmin(a, b) && c < fmax(a, b)))
            c = (a + b) / 2;
        double fc = lost_at(p, exp(c)) - limit;
        if (fabs(fc) < 1e-9 * limit || fabs(b - a) < 1e-10)
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

static thresh_status share_dose(thresh_dose *out, const thresh_doses *data, const thresh_curve *c,
                                const thresh_rise *rise, double confidence)
{
    enum { MOST_STEPS = 100 };
    static const double wider = 1.4;
    double limit = student(confidence, data->n), none, step, change, at;
    profiled p = { data, rise, c->log_likelihood, c->dispersion, c->intercept, c->intercept };

    limit *= limit;
    *out = (thresh_dose){ INFINITY, 0, INFINITY };
    /* what is lost without any slope: a dose that is no end away */
    none = (c->null_deviance - c->deviance) / c->dispersion;
    if (c->slope <= 0 || !slope_of(&p, 1, c->intercept, &step, &change))
        return THRESH_OK;
    at = out->estimate = step / c->slope;
    for (int i = 0; i < MOST_STEPS && out->low == 0; i++) {
        if (lost_at(&p, at / wider) > limit)
            out->low = crossing(&p, limit, at, at / wider);
        else
            p.start = p.found;
        at /= wider;
    }
    if (none <= limit)
        return THRESH_OK;
    at = out->estimate;
    p.start = c->intercept;
    for (int i = 0; i < MOST_STEPS && isinf(out->high); i++) {
        if (lost_at(&p, at * wider) > limit)
            out->high = crossing(&p, limit, at, at * wider);
        else
            p.start = p.found;
        at *= wider;
    }
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

/* --- change points --- */

typedef struct breaking {
    const thresh_doses *data;
    double *beyond;
} breaking;

static bool fit_beyond(const breaking *b, double at, thresh_curve *out)
{
    thresh_doses d = *b->data;

    for (size_t i = 0; i < d.n; i++)
        b->beyond[i] = fmax(0, d.dose[i] - at);
    d.dose = b->beyond;
    return thresh_fit_curve(out, &d) == THRESH_OK && !out->separated;
}

static double likelihood_beyond(const breaking *b, double at)
{
    thresh_curve c;

    return fit_beyond(b, at, &c) ? c.log_likelihood : -INFINITY;
}

/* The top between two doses, where there is one (golden section). */
static double climb_between(const breaking *b, double low, double high)
{
    static const double part = 0.6180339887498949;
    double x = high - part * (high - low), y = low + part * (high - low);
    double fx = likelihood_beyond(b, x), fy = likelihood_beyond(b, y);

    for (int i = 0; i < 45; i++) {
        if (fx < fy) {
            low = x;
            x = y;
            fx = fy;
            fy = likelihood_beyond(b, y = low + part * (high - low));
        } else {
            high = y;
            y = x;
            fy = fx;
            fx = likelihood_beyond(b, x = high - part * (high - low));
        }
    }
    return (low + high) / 2;
}

/* The range of breaks: from the least dose, or 0, to the dose before the largest. */
static bool range_of(const thresh_doses *d, double *low, double *high)
{
    double top = -INFINITY;
    size_t different = 1;

    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < d->n; i++) {
        *low = fmin(*low, d->dose[i]);
        top = fmax(top, d->dose[i]);
    }
    for (size_t i = 0; i < d->n; i++)
        if (d->dose[i] < top)
            *high = fmax(*high, d->dose[i]);
    *low = fmax(*low, 0);
    for (size_t i = 0; i < d->n; i++)
        different += d->dose[i] > *low && d->dose[i] < *high;
    return *low < *high && different >= 2;
}

thresh_status thresh_change_point(thresh_change *out, const thresh_doses *data, double confidence)
{
    enum { PARTS = 200 };
    double likelihoods[PARTS + 1], low, high, limit, best, level;
    breaking b = { data, NULL };
    size_t top = 0;
    thresh_curve whole;
    thresh_status rc = THRESH_EDOMAIN;

    if (!are_doses(data) || !is_confidence(confidence) || !range_of(data, &low, &high)
        || thresh_fit_curve(&whole, data) != THRESH_OK || whole.separated)
        return THRESH_EDOMAIN;
    if ((b.beyond = malloc(data->n * sizeof *b.beyond)) == NULL)
        return THRESH_ENOMEM;
    double width = (high - low) / PARTS;
    for (size_t i = 0; i <= PARTS; i++) {
        likelihoods[i] = likelihood_beyond(&b, low + width * (double)i);
        if (likelihoods[i] > likelihoods[top])
            top = i;
    }
    best = climb_between(&b, low + width * (top > 0 ? (double)top - 1 : 0),
                         low + width * (top < PARTS ? (double)top + 1 : PARTS));
    /* golden section may end beside a top that stands on the grid */
    if (likelihood_beyond(&b, best) < likelihoods[top])
        best = low + width * (double)top;
    if (!fit_beyond(&b, best, &out->curve))
        goto done;
    limit = student(confidence, data->n);
    /* of a mean the likelihood has its dispersion in it */
    level =
        out->curve.log_likelihood
        - limit * limit / 2 * (data->response == THRESH_RESPONSE_SHARE ? out->curve.dispersion : 1);
    out->at = (thresh_dose){ best, best, best };
    for (size_t i = 0; i <= PARTS; i++)
        if (likelihoods[i] >= level) {
            out->at.low = fmin(out->at.low, low + width * (double)i);
            out->at.high = fmax(out->at.high, low + width * (double)i);
        }
    double gained =
        data->response == THRESH_RESPONSE_SHARE
            ? 2 * (out->curve.log_likelihood - whole.log_likelihood) / out->curve.dispersion
            : (whole.deviance - out->curve.deviance)
                  / (out->curve.deviance / ((double)data->n - 3));
    out->p = data->n > 3 ? gsl_cdf_fdist_Q(fmax(0, gained), 1, (double)data->n - 3) : 1;
    rc = THRESH_OK;
done:
    free(b.beyond);
    return rc;
}
