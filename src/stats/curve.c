/* Curves of an outcome over a dose: lines, and logistic ones by Fisher scoring. */
#include "stats/curve.h"

#include "stats/domain.h"
#include "stats/sum.h"

#include <gsl/gsl_cdf.h>

double logit(double p)
{
    return log(p) - log1p(-p);
}

double expit(double x)
{
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

double student(double confidence, size_t n)
{
    return gsl_cdf_tdist_Pinv(confidence, (double)n - 2);
}

bool are_doses(const thresh_doses *d)
{
    bool share = d->response == THRESH_RESPONSE_SHARE;

    if (d->n < 3)
        return false;
    for (size_t i = 0; i < d->n; i++)
        if (!isfinite(d->dose[i]) || !isfinite(d->outcome[i]) || !isfinite(d->weight[i])
            || !(d->weight[i] > 0) || (share && (d->outcome[i] < 0 || d->outcome[i] > 1)))
            return false;
    return true;
}

/* What is kept of the doses: weighted mean and spread, by which they are scaled for the fit. */
typedef struct spread {
    double weight, mean, squares;
} spread;

static spread spread_of(const double *x, const double *w, size_t n)
{
    sum weights = { 0, 0 }, total = { 0, 0 }, squares = { 0, 0 };
    spread s;

    for (size_t i = 0; i < n; i++) {
        sum_add(&weights, w[i]);
        sum_add(&total, w[i] * x[i]);
    }
    s.weight = sum_value(weights);
    s.mean = sum_value(total) / s.weight;
    for (size_t i = 0; i < n; i++)
        sum_add(&squares, w[i] * (x[i] - s.mean) * (x[i] - s.mean));
    s.squares = sum_value(squares);
    return s;
}

static bool all_the_same(const double *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (x[i] != x[0])
            return false;
    return true;
}

dose_ranges dose_ranges_of(const thresh_doses *d)
{
    dose_ranges r = { INFINITY, -INFINITY, INFINITY, -INFINITY };

    for (size_t i = 0; i < d->n; i++) {
        if (d->outcome[i] > 0) {
            r.success_low = fmin(r.success_low, d->dose[i]);
            r.success_high = fmax(r.success_high, d->dose[i]);
        }
        if (d->outcome[i] < 1) {
            r.failure_low = fmin(r.failure_low, d->dose[i]);
            r.failure_high = fmax(r.failure_high, d->dose[i]);
        }
    }
    return r;
}

static bool is_separated(const thresh_doses *d)
{
    dose_ranges r = dose_ranges_of(d);

    return r.success_low >= r.failure_high || r.failure_low >= r.success_high;
}

static double log_likelihood(const thresh_doses *d, const spread *s, double scale, double a,
                             double b)
{
    sum total = { 0, 0 };

    for (size_t i = 0; i < d->n; i++) {
        double eta = a + b * (d->dose[i] - s->mean) / scale;
        sum_add(&total, d->weight[i] * (d->outcome[i] * eta - at_logit_of(eta).log_odds_sum));
    }
    return sum_value(total);
}

/* The likelihood of rows that each have their own share: what a deviance is counted from. */
static double saturated(const thresh_doses *d)
{
    sum total = { 0, 0 };

    for (size_t i = 0; i < d->n; i++) {
        double y = d->outcome[i];
        sum_add(&total,
                d->weight[i] * ((y > 0 ? y * log(y) : 0) + (y < 1 ? (1 - y) * log1p(-y) : 0)));
    }
    return sum_value(total);
}

static thresh_status fit_logistic(thresh_curve *out, const thresh_doses *d)
{
    enum { MOST_STEPS = 100 };
    spread s = spread_of(d->dose, d->weight, d->n);
    double scale = sqrt(s.squares / s.weight), total = 0, mean, a, b = 0, now, before;
    double iaa = 0, iab = 0, ibb = 0, determinant = 0, pearson = 0;

    for (size_t i = 0; i < d->n; i++)
        total += d->weight[i] * d->outcome[i];
    mean = total / s.weight;
    a = logit(mean);
    now = log_likelihood(d, &s, scale, a, b);
    double none = now;
    for (int step = 0; step < MOST_STEPS; step++) {
        double ga = 0, gb = 0, length = 1;

        iaa = iab = ibb = pearson = 0;
        for (size_t i = 0; i < d->n; i++) {
            double x = (d->dose[i] - s.mean) / scale, p = expit(a + b * x);
            double v = d->weight[i] * p * (1 - p), off = d->weight[i] * (d->outcome[i] - p);

            ga += off;
            gb += off * x;
            iaa += v;
            iab += v * x;
            ibb += v * x * x;
            pearson += v > 0 ? off * off / v : 0;
        }
        determinant = iaa * ibb - iab * iab;
        if (!(determinant > 0))
            return THRESH_EDOMAIN;
        double da = (ibb * ga - iab * gb) / determinant, db = (iaa * gb - iab * ga) / determinant;
        if (fabs(da) + fabs(db) < 1e-11 * (1 + fabs(a) + fabs(b)))
            break;
        before = now;
        for (; length > 1e-10; length /= 2) {
            now = log_likelihood(d, &s, scale, a + length * da, b + length * db);
            if (now >= before - 1e-12 * fabs(before))
                break;
        }
        a += length * da;
        b += length * db;
    }
    double dispersion = fmax(1, pearson / ((double)d->n - 2));
    double vaa = dispersion * ibb / determinant, vbb = dispersion * iaa / determinant,
           vab = -dispersion * iab / determinant, shift = s.mean / scale;
    double full = saturated(d), ratio = fmax(0, 2 * (now - none)) / dispersion;

    *out = (thresh_curve){
        .intercept = a - b * shift,
        .slope = b / scale,
        .var_intercept = vaa - 2 * shift * vab + shift * shift * vbb,
        .var_slope = vbb / scale / scale,
        .covariance = (vab - shift * vbb) / scale,
        .dispersion = dispersion,
        .deviance = 2 * (full - now),
        .null_deviance = 2 * (full - none),
        .log_likelihood = now,
        .trend_p = gsl_cdf_tdist_Q(copysign(sqrt(ratio), b), (double)d->n - 2),
    };
    return THRESH_OK;
}

static thresh_status fit_line(thresh_curve *out, const double *x, const double *y, const double *w,
                              size_t n)
{
    spread s = spread_of(x, w, n), of_y = spread_of(y, w, n);
    sum products = { 0, 0 }, squares = { 0, 0 };
    double slope, rest, dispersion;

    for (size_t i = 0; i < n; i++)
        sum_add(&products, w[i] * (x[i] - s.mean) * (y[i] - of_y.mean));
    slope = sum_value(products) / s.squares;
    for (size_t i = 0; i < n; i++) {
        double off = y[i] - of_y.mean - slope * (x[i] - s.mean);
        sum_add(&squares, w[i] * off * off);
    }
    rest = sum_value(squares);
    dispersion = rest / ((double)n - 2);
    double var_slope = dispersion / s.squares, t = slope / sqrt(var_slope);
    *out = (thresh_curve){
        .intercept = of_y.mean - slope * s.mean,
        .slope = slope,
        .var_intercept = dispersion / s.weight + s.mean * s.mean * var_slope,
        .var_slope = var_slope,
        .covariance = -s.mean * var_slope,
        .dispersion = dispersion,
        .deviance = rest,
        .null_deviance = of_y.squares,
        .log_likelihood = -0.5 * (double)n * log(rest),
        .trend_p = isnan(t) ? 0.5 : gsl_cdf_tdist_Q(t, (double)n - 2),
    };
    return isfinite(slope) ? THRESH_OK : THRESH_EDOMAIN;
}

thresh_status thresh_fit_curve(thresh_curve *out, const thresh_doses *data)
{
    if (!are_doses(data) || all_the_same(data->dose, data->n))
        return THRESH_EDOMAIN;
    if (data->response == THRESH_RESPONSE_MEAN)
        return fit_line(out, data->dose, data->outcome, data->weight, data->n);
    if (is_separated(data)) {
        *out = (thresh_curve){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, true };
        return THRESH_OK;
    }
    return fit_logistic(out, data);
}

double thresh_curve_at(const thresh_curve *curve, thresh_response response, double dose)
{
    double eta = curve->intercept + curve->slope * dose;

    return response == THRESH_RESPONSE_SHARE ? expit(eta) : eta;
}

thresh_status thresh_curve_band(thresh_interval *out, const thresh_curve *c,
                                thresh_response response, double dose, size_t n, double confidence)
{
    double eta = c->intercept + c->slope * dose, half;

    if (c->separated || n < 3 || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    half =
        student(confidence, n)
        * sqrt(fmax(0, c->var_intercept + 2 * dose * c->covariance + dose * dose * c->var_slope));
    *out = (thresh_interval){ eta - half, eta + half };
    if (response == THRESH_RESPONSE_SHARE)
        *out = (thresh_interval){ expit(out->low), expit(out->high) };
    return THRESH_OK;
}

thresh_status thresh_slope_of(thresh_slope *out, const double *x, const double *y,
                              const double *weight, size_t n, double confidence)
{
    double half;
    thresh_curve c;
    thresh_status rc;

    if (!is_confidence(confidence) || n < 3)
        return THRESH_EDOMAIN;
    double *ones = NULL;
    if (weight == NULL) {
        if ((ones = calloc(n, sizeof *ones)) == NULL)
            return THRESH_ENOMEM;
        for (size_t i = 0; i < n; i++)
            ones[i] = 1;
        weight = ones;
    }
    rc = thresh_fit_curve(&c, &(thresh_doses){ x, y, weight, n, THRESH_RESPONSE_MEAN });
    if (rc == THRESH_OK) {
        half = student(confidence, n) * sqrt(c.var_slope);
        *out =
            (thresh_slope){ .intercept = c.intercept,
                            .slope = c.slope,
                            .se = sqrt(c.var_slope),
                            .interval = { c.slope - half, c.slope + half },
                            .r_squared = c.null_deviance > 0 ? 1 - c.deviance / c.null_deviance : 0,
                            .n = (double)n };
    }
    free(ones);
    return rc;
}
