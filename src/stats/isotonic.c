/* Monotone curves, with nothing supposed of their shape. */
#include "stats/curve.h"
#include "stats/domain.h"
#include "stats/random.h"
#include "stats/sort.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

/* --- pooling --- */

/* Pools what falls; blocks[k] has the end of block k. @return how many blocks there are. */
static size_t pool(double *mean, double *weight, size_t *ends, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        mean[count] = mean[i];
        weight[count] = weight[i];
        ends[count++] = i + 1;
        while (count > 1 && mean[count - 2] >= mean[count - 1]) {
            double w = weight[count - 2] + weight[count - 1];

            mean[count - 2] =
                (mean[count - 2] * weight[count - 2] + mean[count - 1] * weight[count - 1]) / w;
            weight[count - 2] = w;
            ends[count - 2] = ends[count - 1];
            count--;
        }
    }
    return count;
}

static bool are_weighted(const double *y, const double *weight, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(y[i]) || !isfinite(weight[i]) || !(weight[i] > 0))
            return false;
    return n > 0;
}

thresh_status thresh_isotonic(double *fitted, const double *y, const double *weight, size_t n)
{
    double *mean, *w;
    size_t *ends;
    thresh_status rc = THRESH_ENOMEM;

    if (!are_weighted(y, weight, n))
        return THRESH_EDOMAIN;
    mean = malloc(n * sizeof *mean);
    w = malloc(n * sizeof *w);
    ends = malloc(n * sizeof *ends);
    if (mean != NULL && w != NULL && ends != NULL) {
        memcpy(mean, y, n * sizeof *mean);
        memcpy(w, weight, n * sizeof *w);
        size_t count = pool(mean, w, ends, n);
        for (size_t k = 0, i = 0; k < count; k++)
            while (i < ends[k])
                fitted[i++] = mean[k];
        rc = THRESH_OK;
    }
    free(mean);
    free(w);
    free(ends);
    return rc;
}

/* --- centred --- */

/* As thresh_centred_isotonic(), of values that are in range, with room of the caller. */
static void centre(thresh_steps *out, const double *dose, const double *outcome,
                   const double *weight, size_t n, double *w, size_t *ends)
{
    memcpy(out->outcome, outcome, n * sizeof *outcome);
    memcpy(w, weight, n * sizeof *weight);
    out->n = pool(out->outcome, w, ends, n);
    for (size_t k = 0, i = 0; k < out->n; k++) {
        double total = 0;

        for (; i < ends[k]; i++)
            total += dose[i] * weight[i];
        out->dose[k] = total / w[k];
    }
}

thresh_status thresh_centred_isotonic(thresh_steps *out, const double *dose, const double *outcome,
                                      const double *weight, size_t n)
{
    double *w;
    size_t *ends;
    thresh_status rc = THRESH_ENOMEM;

    if (!are_weighted(outcome, weight, n))
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(dose[i]) || (i > 0 && dose[i] <= dose[i - 1]))
            return THRESH_EDOMAIN;
    w = malloc(n * sizeof *w);
    ends = malloc(n * sizeof *ends);
    if (w != NULL && ends != NULL) {
        centre(out, dose, outcome, weight, n, w, ends);
        rc = THRESH_OK;
    }
    free(w);
    free(ends);
    return rc;
}

double thresh_steps_at(const thresh_steps *s, double dose)
{
    size_t i = 0;

    while (i < s->n && s->dose[i] <= dose)
        i++;
    if (i == 0)
        return s->outcome[0];
    if (i == s->n)
        return s->outcome[s->n - 1];
    return s->outcome[i - 1]
           + (s->outcome[i] - s->outcome[i - 1]) * (dose - s->dose[i - 1])
                 / (s->dose[i] - s->dose[i - 1]);
}

double thresh_steps_dose(const thresh_steps *s, const thresh_rise *rise)
{
    double base = thresh_steps_at(s, 0);
    double target = base + rise->by + rise->of_base * fabs(base) + rise->of_rest * (1 - base);
    size_t i = 0;

    while (i < s->n && s->outcome[i] < target)
        i++;
    if (i == s->n)
        return INFINITY;
    if (i == 0)
        return fmax(0, s->dose[0]);
    return fmax(0, s->dose[i - 1]
                       + (s->dose[i] - s->dose[i - 1]) * (target - s->outcome[i - 1])
                             / (s->outcome[i] - s->outcome[i - 1]));
}

/* --- bins --- */

void thresh_bins_dispose(thresh_bins *b)
{
    free(b->dose);
    free(b->outcome);
    free(b->weight);
    free(b->rows);
    free(b->bin);
    *b = (thresh_bins){ .n = 0 };
}

/* Which bin each row is in, from the row of the least dose on. */
static size_t assign(uint32_t *bin, const thresh_doses *d, const uint32_t *order, size_t most)
{
    double total = 0, done = 0, left;
    size_t n = 0, i = 0;

    for (size_t k = 0; k < d->n; k++)
        total += d->dose[k] > 0 ? d->weight[k] : 0;
    for (; i < d->n && d->dose[order[i]] <= 0; i++)
        bin[order[i]] = 0;
    n = i > 0;
    left = (double)(most - n);
    for (size_t first = n; i < d->n; n++)
        /* what has the same dose is taken whole, and the next bin begins where its share does */
        for (double end = total * (double)(n + 1 - first) / left, dose = NAN;
             i < d->n && (d->dose[order[i]] == dose || done < end * (1 - 1e-12) || isnan(dose));
             i++) {
            dose = d->dose[order[i]];
            done += d->weight[order[i]];
            bin[order[i]] = (uint32_t)n;
        }
    return n;
}

static void sum_bins(thresh_bins *b, const thresh_doses *d)
{
    for (size_t i = 0; i < d->n; i++) {
        uint32_t k = b->bin[i];

        b->dose[k] += d->weight[i] * d->dose[i];
        b->outcome[k] += d->weight[i] * d->outcome[i];
        b->weight[k] += d->weight[i];
        b->rows[k]++;
    }
    for (size_t k = 0; k < b->n; k++) {
        b->dose[k] /= b->weight[k];
        b->outcome[k] /= b->weight[k];
    }
}

thresh_status thresh_bin_doses(thresh_bins *out, const thresh_doses *data, size_t most)
{
    uint64_t *keys = NULL;
    uint32_t *order = NULL;
    thresh_bins b = { .n = 0 };
    thresh_status rc = THRESH_ENOMEM;

    *out = b;
    if (!are_doses(data) || most < 2 || data->n > UINT32_MAX)
        return THRESH_EDOMAIN;
    keys = malloc(2 * data->n * sizeof *keys);
    order = malloc(2 * data->n * sizeof *order);
    b.bin = malloc(data->n * sizeof *b.bin);
    b.dose = calloc(most, sizeof *b.dose);
    b.outcome = calloc(most, sizeof *b.outcome);
    b.weight = calloc(most, sizeof *b.weight);
    b.rows = calloc(most, sizeof *b.rows);
    if (keys == NULL || order == NULL || b.bin == NULL || b.dose == NULL || b.outcome == NULL
        || b.weight == NULL || b.rows == NULL)
        goto done;
    for (size_t i = 0; i < data->n; i++) {
        keys[i] = key_of(data->dose[i]);
        order[i] = (uint32_t)i;
    }
    sort_with(keys, keys + data->n, order, order + data->n, data->n);
    b.n = assign(b.bin, data, order, most);
    sum_bins(&b, data);
    *out = b;
    b = (thresh_bins){ .n = 0 };
    rc = THRESH_OK;
done:
    thresh_bins_dispose(&b);
    free(keys);
    free(order);
    return rc;
}

thresh_status thresh_curve_fit_p(double *out, const thresh_doses *data, const thresh_bins *bins,
                                 const thresh_curve *curve)
{
    bool share = data->response == THRESH_RESPONSE_SHARE;
    double *fitted, *variance, total = 0;

    if (!are_doses(data) || bins->n < 3 || curve->separated)
        return THRESH_EDOMAIN;
    fitted = calloc(bins->n, sizeof *fitted);
    variance = calloc(bins->n, sizeof *variance);
    if (fitted == NULL || variance == NULL) {
        free(fitted);
        free(variance);
        return THRESH_ENOMEM;
    }
    for (size_t i = 0; i < data->n; i++) {
        double p = thresh_curve_at(curve, data->response, data->dose[i]), w = data->weight[i];

        fitted[bins->bin[i]] += w * p;
        variance[bins->bin[i]] += w * (share ? p * (1 - p) : 1);
    }
    for (size_t k = 0; k < bins->n; k++) {
        double off = bins->weight[k] * bins->outcome[k] - fitted[k];
        total += off * off / variance[k];
    }
    /* a line through every row has nothing left to compare with */
    *out = curve->dispersion > 0
               ? gsl_cdf_fdist_Q(total / ((double)bins->n - 2) / curve->dispersion,
                                 (double)bins->n - 2, (double)data->n - 2)
               : 1;
    free(fitted);
    free(variance);
    return THRESH_OK;
}

/* --- resampling --- */

/* A set of bins drawn anew, and the curve through those that have any row. */
typedef struct redrawn {
    double *dose, *outcome, *weight, *w;
    size_t *ends;
    thresh_steps steps;
} redrawn;

static bool open_redrawn(redrawn *r, size_t n)
{
    double *all = calloc(6 * n, sizeof *all);

    *r = (redrawn){ .dose = all, .ends = malloc(n * sizeof *r->ends) };
    if (all == NULL || r->ends == NULL)
        return false;
    r->outcome = all + n;
    r->weight = all + 2 * n;
    r->w = all + 3 * n;
    r->steps = (thresh_steps){ all + 4 * n, all + 5 * n, 0 };
    return true;
}

static void close_redrawn(redrawn *r)
{
    free(r->dose);
    free(r->ends);
}

/* A row as a resample takes it: one place in memory, for it is met at random. */
typedef struct row {
    double dose, outcome, weight; /* the first two times the weight */
    size_t bin;
} row;

static row *rows_of(const thresh_doses *d, const thresh_bins *b)
{
    row *rows = malloc(d->n * sizeof *rows);

    for (size_t i = 0; rows != NULL && i < d->n; i++)
        rows[i] = (row){ d->weight[i] * d->dose[i], d->weight[i] * d->outcome[i], d->weight[i],
                         b->bin[i] };
    return rows;
}

/* n rows with replacement. */
static void redraw(redrawn *r, const row *rows, size_t n, size_t bins, random_stream *random)
{
    size_t kept = 0;

    memset(r->dose, 0, bins * sizeof *r->dose);
    memset(r->outcome, 0, bins * sizeof *r->outcome);
    memset(r->weight, 0, bins * sizeof *r->weight);
    for (size_t i = 0; i < n; i++) {
        const row *one = &rows[(size_t)(random_fraction(random) * (double)n)];

        r->dose[one->bin] += one->dose;
        r->outcome[one->bin] += one->outcome;
        r->weight[one->bin] += one->weight;
    }
    for (size_t k = 0; k < bins; k++)
        if (r->weight[k] > 0) {
            r->dose[kept] = r->dose[k] / r->weight[k];
            r->outcome[kept] = r->outcome[k] / r->weight[k];
            r->weight[kept++] = r->weight[k];
        }
    centre(&r->steps, r->dose, r->outcome, r->weight, kept, r->w, r->ends);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

thresh_status thresh_monotone_doses(thresh_dose *out, const thresh_doses *data,
                                    const thresh_bins *bins, const thresh_rise *rises, size_t count,
                                    double confidence, size_t resamples, uint64_t seed)
{
    double *drawn = NULL;
    row *rows = NULL;
    redrawn r = { .dose = NULL };
    thresh_status rc = THRESH_ENOMEM;

    if (!are_doses(data) || bins->n < 2 || count == 0 || !is_confidence(confidence)
        || (double)resamples * (1 - confidence) < 1)
        return THRESH_EDOMAIN;
    drawn = malloc(count * resamples * sizeof *drawn);
    rows = rows_of(data, bins);
    if (!open_redrawn(&r, bins->n) || drawn == NULL || rows == NULL)
        goto done;
    centre(&r.steps, bins->dose, bins->outcome, bins->weight, bins->n, r.w, r.ends);
    for (size_t k = 0; k < count; k++)
        out[k].estimate = thresh_steps_dose(&r.steps, &rises[k]);
    for (size_t i = 0; i < resamples; i++) {
        random_stream random = random_start(seed, i);

        redraw(&r, rows, data->n, bins->n, &random);
        for (size_t k = 0; k < count; k++)
            drawn[k * resamples + i] = thresh_steps_dose(&r.steps, &rises[k]);
    }
    size_t cut = (size_t)floor((1 - confidence) * (double)(resamples + 1) * (1 + 1e-12));
    cut = cut < 1 ? 1 : cut;
    for (size_t k = 0; k < count; k++) {
        double *of = drawn + k * resamples;

        qsort(of, resamples, sizeof *of, by_size);
        out[k].low = of[cut - 1];
        out[k].high = of[resamples - cut];
    }
    rc = THRESH_OK;
done:
    free(drawn);
    free(rows);
    close_redrawn(&r);
    return rc;
}

/* A normal deviate of the stream: Marsaglia's polar method, one of the two. */
static double normal(random_stream *r)
{
    double x, y, s;

    do {
        x = 2 * random_fraction(r) - 1;
        y = 2 * random_fraction(r) - 1;
        s = x * x + y * y;
    } while (s >= 1 || s == 0);
    return x * sqrt(-2 * random_log(s) / s);
}

/* How far values are from rising, in squares over their variances. */
static double fall_of(const double *y, const double *precision, size_t n, double *w, double *pooled,
                      size_t *ends)
{
    double total = 0;

    memcpy(pooled, y, n * sizeof *y);
    memcpy(w, precision, n * sizeof *w);
    size_t count = pool(pooled, w, ends, n);
    for (size_t k = 0, i = 0; k < count; k++)
        for (; i < ends[k]; i++)
            total += precision[i] * (y[i] - pooled[k]) * (y[i] - pooled[k]);
    return total;
}

/* How much rows differ around their bins, over what chance explains; 1 where bins have no rows to
 * tell. */
static double dispersion_within(const thresh_doses *d, const thresh_bins *b)
{
    bool share = d->response == THRESH_RESPONSE_SHARE;
    double total = 0;

    for (size_t i = 0; i < d->n; i++) {
        double p = b->outcome[b->bin[i]], off = d->outcome[i] - p;
        double v = share ? p * (1 - p) : 1;

        total += v > 0 ? d->weight[i] * off * off / v : 0;
    }
    if (d->n <= b->n)
        return 1;
    total /= (double)(d->n - b->n);
    return share ? fmax(1, total) : total;
}

thresh_status thresh_monotone_p(double *out, const thresh_doses *data, const thresh_bins *bins,
                                size_t resamples, uint64_t seed)
{
    size_t n = bins->n, as_far = 0;
    redrawn r = { .dose = NULL };
    thresh_status rc = THRESH_ENOMEM;

    if (!are_doses(data) || n < 2 || resamples < 1)
        return THRESH_EDOMAIN;
    if (!open_redrawn(&r, n))
        goto done;
    double dispersion = dispersion_within(data, bins);
    double *curve = r.dose, *precision = r.weight;
    if ((rc = thresh_isotonic(curve, bins->outcome, bins->weight, n)) != THRESH_OK)
        goto done;
    for (size_t k = 0; k < n; k++) {
        /* a share of 0 has a variance too: that of half an event more */
        double p = (curve[k] * bins->weight[k] + 0.5) / (bins->weight[k] + 1);
        double v = data->response == THRESH_RESPONSE_SHARE ? p * (1 - p) : 1;
        precision[k] = bins->weight[k] / fmax(dispersion * v, 1e-300);
    }
    double seen = fall_of(bins->outcome, precision, n, r.w, r.steps.outcome, r.ends);
    for (size_t i = 0; i < resamples; i++) {
        random_stream random = random_start(seed, i);

        for (size_t k = 0; k < n; k++)
            r.outcome[k] = curve[k] + normal(&random) / sqrt(precision[k]);
        as_far += fall_of(r.outcome, precision, n, r.w, r.steps.outcome, r.ends) >= seen;
    }
    *out = (double)(as_far + 1) / (double)(resamples + 1);
    rc = THRESH_OK;
done:
    close_redrawn(&r);
    return rc;
}
