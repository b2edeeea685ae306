/* The dose from which on an outcome changes: a curve for each of some 250 breaks, of shares by few
 * passes over the rows behind the break. */
#include "stats/curve.h"
#include "stats/domain.h"
#include "stats/sort.h"
#include "stats/sum.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

/* A dose of shares: its trials, and how many of them succeeded. */
typedef struct trials {
    double dose, count, successes;
} trials;

typedef struct breaking {
    const thresh_doses *data;
    double *beyond; /* of a mean: doses beyond the break, for the fit of a line */
    /* of a share: the doses, ascending, no two the same */
    trials *at;
    size_t n;
    dose_ranges ranges;
    double scale;            /* of doses, to tell how far a step goes */
    double intercept, slope; /* of the break before: the next is not far from it */
} breaking;

/* --- shares --- */

static thresh_status sort_trials(breaking *b)
{
    const thresh_doses *d = b->data;
    uint64_t *keys = malloc(2 * d->n * sizeof *keys);
    uint32_t *order = malloc(2 * d->n * sizeof *order);
    thresh_status rc = THRESH_ENOMEM;

    b->at = malloc(d->n * sizeof *b->at);
    if (keys == NULL || order == NULL || b->at == NULL)
        goto done;
    for (size_t i = 0; i < d->n; i++) {
        keys[i] = key_of(d->dose[i]);
        order[i] = (uint32_t)i;
    }
    sort_with(keys, keys + d->n, order, order + d->n, d->n);
    for (size_t i = 0; i < d->n; i++) {
        size_t row = order[i];
        double w = d->weight[row];

        if (b->n == 0 || b->at[b->n - 1].dose != d->dose[row])
            b->at[b->n++] = (trials){ d->dose[row], 0, 0 };
        b->at[b->n - 1].count += w;
        b->at[b->n - 1].successes += w * d->outcome[row];
    }
    b->ranges = dose_ranges_of(d);
    rc = THRESH_OK;
done:
    free(keys);
    free(order);
    return rc;
}

/* Likelihood, gradient and information at one curve. */
typedef struct slopes {
    double likelihood, ga, gb, iaa, iab, ibb;
} slopes;

static void add_trials(slopes *s, sum *likelihood, const trials *t, double x, double a, double b)
{
    double eta = a + b * x;
    at_logit at = at_logit_of(eta);
    double v = t->count * at.share * (1 - at.share), off = t->successes - t->count * at.share;

    sum_add(likelihood, t->successes * eta - t->count * at.log_odds_sum);
    s->ga += off;
    s->gb += off * x;
    s->iaa += v;
    s->iab += v * x;
    s->ibb += v * x * x;
}

/* `level` are all trials up to the break, which have one share; rows from `first` on lie behind it.
 */
static slopes slopes_at(const breaking *b, const trials *level, size_t first, double at,
                        double intercept, double slope)
{
    slopes s = { 0 };
    sum likelihood = { 0, 0 };

    if (level->count > 0)
        add_trials(&s, &likelihood, level, 0, intercept, slope);
    for (size_t i = first; i < b->n; i++)
        add_trials(&s, &likelihood, &b->at[i], b->at[i].dose - at, intercept, slope);
    s.likelihood = sum_value(likelihood);
    return s;
}

/* The likelihood of the likeliest curve with its break there, by Fisher scoring with halved steps;
 * -INFINITY where there is none. */
static double share_beyond(breaking *b, double at)
{
    enum { MOST_STEPS = 100 };
    const dose_ranges *r = &b->ranges;
    trials level = { at, 0, 0 };
    double a = b->intercept, slope = b->slope;
    size_t first = 0;

    /* what lies up to the break is drawn together to one dose */
    if (fmax(at, r->success_low) >= fmax(at, r->failure_high)
        || fmax(at, r->failure_low) >= fmax(at, r->success_high))
        return -INFINITY;
    for (; first < b->n && b->at[first].dose <= at; first++) {
        level.count += b->at[first].count;
        level.successes += b->at[first].successes;
    }
    slopes s = slopes_at(b, &level, first, at, a, slope);
    for (int step = 0; step < MOST_STEPS; step++) {
        double determinant = s.iaa * s.ibb - s.iab * s.iab, length = 1;
        double da = (s.ibb * s.ga - s.iab * s.gb) / determinant,
               db = (s.iaa * s.gb - s.iab * s.ga) / determinant;

        if (!(determinant > 0))
            return -INFINITY;
        /* the step after one so short would change nothing: what this one gains is half of what the
         * gradient promises */
        if (fabs(da) + fabs(db) * b->scale < 1e-6 * (1 + fabs(a) + fabs(slope) * b->scale)) {
            b->intercept = a + da;
            b->slope = slope + db;
            return s.likelihood + (s.ga * da + s.gb * db) / 2;
        }
        for (slopes next; length > 1e-10; length /= 2) {
            next = slopes_at(b, &level, first, at, a + length * da, slope + length * db);
            if (next.likelihood >= s.likelihood - 1e-12 * fabs(s.likelihood)) {
                s = next;
                break;
            }
        }
        a += length * da;
        slope += length * db;
    }
    return s.likelihood;
}

/* --- any outcome --- */

static bool fit_beyond(const breaking *b, double at, thresh_curve *out)
{
    thresh_doses d = *b->data;

    for (size_t i = 0; i < d.n; i++)
        b->beyond[i] = fmax(0, d.dose[i] - at);
    d.dose = b->beyond;
    return thresh_fit_curve(out, &d) == THRESH_OK && !out->separated;
}

static double likelihood_beyond(breaking *b, double at)
{
    thresh_curve c;

    if (b->data->response == THRESH_RESPONSE_SHARE)
        return share_beyond(b, at);
    return fit_beyond(b, at, &c) ? c.log_likelihood : -INFINITY;
}

/* The top between two doses, where there is one (golden section). */
static double climb_between(breaking *b, double low, double high)
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
    bool share = data->response == THRESH_RESPONSE_SHARE;
    double likelihoods[PARTS + 1], low, high, limit, best, level;
    breaking b = { .data = data };
    size_t top = 0;
    thresh_curve whole;
    thresh_status rc = THRESH_EDOMAIN;

    if (!are_doses(data) || data->n > UINT32_MAX || !is_confidence(confidence)
        || !range_of(data, &low, &high) || thresh_fit_curve(&whole, data) != THRESH_OK
        || whole.separated)
        return THRESH_EDOMAIN;
    if ((b.beyond = malloc(data->n * sizeof *b.beyond)) == NULL
        || (share && sort_trials(&b) != THRESH_OK)) {
        rc = THRESH_ENOMEM;
        goto done;
    }
    b.scale = high - low;
    b.intercept = whole.intercept;
    b.slope = whole.slope;
    breaking start = b;
    double width = (high - low) / PARTS;
    for (size_t i = 0; i <= PARTS; i++) {
        likelihoods[i] = likelihood_beyond(&b, low + width * (double)i);
        if (likelihoods[i] > likelihoods[top]) {
            top = i;
            start = b;
        }
    }
    b = start; /* from the last break of all the way back would be far */
    best = climb_between(&b, low + width * (top > 0 ? (double)top - 1 : 0),
                         low + width * (top < PARTS ? (double)top + 1 : PARTS));
    /* golden section may end beside a top that stands on the grid */
    if (likelihood_beyond(&b, best) < likelihoods[top])
        best = low + width * (double)top;
    if (!fit_beyond(&b, best, &out->curve))
        goto done;
    limit = student(confidence, data->n);
    /* of a mean the likelihood has its dispersion in it */
    level = out->curve.log_likelihood - limit * limit / 2 * (share ? out->curve.dispersion : 1);
    out->at = (thresh_dose){ best, best, best };
    for (size_t i = 0; i <= PARTS; i++)
        if (likelihoods[i] >= level) {
            out->at.low = fmin(out->at.low, low + width * (double)i);
            out->at.high = fmax(out->at.high, low + width * (double)i);
        }
    double gained =
        share ? 2 * (out->curve.log_likelihood - whole.log_likelihood) / out->curve.dispersion
              : (whole.deviance - out->curve.deviance)
                    / (out->curve.deviance / ((double)data->n - 3));
    out->p = data->n > 3 ? gsl_cdf_fdist_Q(fmax(0, gained), 1, (double)data->n - 3) : 1;
    rc = THRESH_OK;
done:
    free(b.beyond);
    free(b.at);
    return rc;
}
