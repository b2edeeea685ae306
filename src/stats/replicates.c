/* Replicates in threads, and the interval that they make. */
#include "stats/replicates.h"
#include "thresh/scores.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MOST_THREADS = 256, DEFAULT_REPLICATES = 10000, UNDEFINED_IN = 100 };

bool options_fill(thresh_bootstrap_options *out, const thresh_bootstrap_options *given)
{
    *out = given != NULL ? *given : (thresh_bootstrap_options){ .confidence = 0.95 };
    if (out->replicates == 0)
        out->replicates = DEFAULT_REPLICATES;
    if (out->threads == 0)
        out->threads = 1;
    if (out->threads > MOST_THREADS)
        out->threads = MOST_THREADS;
    return out->replicates >= 2 && out->confidence > 0.5 && out->confidence < 1
           && (out->method == THRESH_BOOTSTRAP_BCA || out->method == THRESH_BOOTSTRAP_PERCENTILE);
}

size_t scratch_add(size_t *scratch, size_t count, size_t size)
{
    const size_t unit = alignof(max_align_t);
    size_t start = *scratch;

    if (start > SIZE_MAX / 2 || (size > 0 && count > (SIZE_MAX / 2 - unit) / size))
        *scratch = SIZE_MAX;
    else
        *scratch = (start + count * size + unit - 1) / unit * unit;
    return start;
}

/* --- threads --- */

/* Which thread draws a replicate changes nothing in it, so each takes the next ones to be had. */
typedef struct shared_work {
    const resampling *what;
    double *values;
    atomic_size_t next, done;
} shared_work;

typedef struct worker {
    shared_work *work;
    void *scratch;
    pthread_t thread;
    bool calls; /* it is the calling thread */
} worker;

static void *work_on(void *context)
{
    worker *w = context;
    const resampling *what = w->work->what;
    const thresh_bootstrap_options *options = &what->options;
    size_t total = options->replicates, first, done;

    while ((first = atomic_fetch_add(&w->work->next, BATCH)) < total) {
        size_t count = total - first < BATCH ? total - first : BATCH;
        what->draw(what, w->scratch, first, count, w->work->values + first, total);
        done = atomic_fetch_add(&w->work->done, count) + count;
        if (w->calls && options->progress != NULL && done < total)
            options->progress(options->progress_context, done, total);
    }
    return NULL;
}

/* A thread that the system refuses is done without. */
static void work_together(worker *workers, size_t threads)
{
    size_t started = 1;

    workers[0].calls = true;
    while (started < threads
           && pthread_create(&workers[started].thread, NULL, work_on, &workers[started]) == 0)
        started++;
    work_on(&workers[0]);
    while (started > 1)
        pthread_join(workers[--started].thread, NULL);
}

thresh_status replicate(double **out, const resampling *r)
{
    const thresh_bootstrap_options *options = &r->options;
    size_t batches = options->replicates / BATCH + (options->replicates % BATCH > 0);
    size_t threads = options->threads < batches ? options->threads : batches;
    shared_work work = { .what = r };
    worker workers[MOST_THREADS] = { 0 };
    thresh_status rc = THRESH_ENOMEM;

    *out = NULL;
    if (options->replicates > SIZE_MAX / sizeof *work.values / r->statistics
        || options->replicates > SIZE_MAX - (MOST_THREADS + 1) * BATCH)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < threads; i++) {
        workers[i] = (worker){ .work = &work, .scratch = calloc(1, r->scratch) };
        if (workers[i].scratch == NULL)
            goto done;
    }
    work.values = malloc(options->replicates * r->statistics * sizeof *work.values);
    if (work.values == NULL)
        goto done;
    work_together(workers, threads);
    if (options->progress != NULL)
        options->progress(options->progress_context, options->replicates, options->replicates);
    *out = work.values;
    rc = THRESH_OK;
done:
    for (size_t i = 0; i < threads; i++)
        free(workers[i].scratch);
    return rc;
}

/* --- the interval --- */

void influence_add(influence *i, double u, double samples)
{
    sum_add(&i->first, u * samples);
    sum_add(&i->second, u * u * samples);
    sum_add(&i->third, u * u * u * samples);
    i->samples += samples;
}

/*
 * Sum of cubes over 6 (sum of squares)^1.5, of the influences about their mean, which is small
 * beside them: the jackknife's bias. Not finite where no sample has any.
 */
static double acceleration_of(const influence *i)
{
    double first = sum_value(i->first), second = sum_value(i->second), mean = first / i->samples;
    double squares = second - first * mean;
    double cubes = sum_value(i->third) - 3 * mean * second + 2 * mean * mean * first;

    return squares > 0 ? cubes / (6 * squares * sqrt(squares)) : NAN;
}

/*
 * z0: where the estimate stands among the replicates. Of 0/1 data many equal it, and count half.
 * Equal is what rounding could part: sums of the same fractions in another order.
 */
static double bias_of(const double *values, size_t n, double estimate)
{
    double low = values[0], high = values[0], below = 0, tolerance;

    for (size_t i = 1; i < n; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    tolerance = 1e-10 * (high - low);
    for (size_t i = 0; i < n; i++) {
        double beyond = values[i] - estimate;
        below += beyond < -tolerance ? 1 : beyond <= tolerance ? 0.5 : 0;
    }
    return below > 0 && below < (double)n ? thresh_normal_quantile(below / (double)n) : NAN;
}

/* The level of the percentile that stands for z; not finite where the acceleration turns it over.
 */
static double corrected_level(double bias, double acceleration, double z)
{
    double shifted = bias + z, left = 1 - acceleration * shifted;

    if (!(left > 0))
        return NAN;
    /* what libm leaves in the last bits must not reach the bound */
    return round(gsl_cdf_ugaussian_P(bias + shifted / left) * 0x1p40) * 0x1p-40;
}

static bool correct(thresh_bootstrap *out, double levels[2], const double *values, size_t n,
                    const influence *known)
{
    double bias = bias_of(values, n, out->estimate), acceleration = acceleration_of(known);
    double z = thresh_normal_quantile(levels[1]);
    double low = corrected_level(bias, acceleration, -z);
    double high = corrected_level(bias, acceleration, z);

    if (!isfinite(low) || !isfinite(high))
        return false;
    out->bias = bias;
    out->acceleration = acceleration;
    levels[0] = low;
    levels[1] = high;
    return true;
}

void interval_of(thresh_bootstrap *out, const thresh_bootstrap_options *options, double estimate,
                 double *values, const influence *known)
{
    double levels[2] = { 1 - options->confidence, options->confidence };
    thresh_pair_moments m;
    size_t n = 0;

    *out = (thresh_bootstrap){ .replicates = options->replicates,
                               .seed = options->seed,
                               .method = THRESH_BOOTSTRAP_UNDEFINED };
    for (size_t i = 0; i < options->replicates; i++)
        if (isfinite(values[i]))
            values[n++] = values[i];
    out->undefined = options->replicates - n;
    if (!isfinite(estimate) || n < 2 || out->undefined > options->replicates / UNDEFINED_IN
        || thresh_moments_paired(&m, values, values, n) != THRESH_OK)
        return;
    out->estimate = estimate;
    out->se = sqrt(m.var_b);
    out->method = THRESH_BOOTSTRAP_PERCENTILE;
    if (options->method == THRESH_BOOTSTRAP_BCA && known != NULL
        && correct(out, levels, values, n, known))
        out->method = THRESH_BOOTSTRAP_BCA;
    thresh_quantile(&out->low, values, n, levels[0]);
    thresh_quantile(&out->high, values, n, levels[1]);
}

/* --- all of it --- */

bool workspace_new(workspace *w, const resampling *r)
{
    w->estimates = calloc(r->statistics, sizeof *w->estimates);
    w->influences = calloc(r->statistics, sizeof *w->influences);
    w->scratch = r->scratch == SIZE_MAX ? NULL : calloc(1, r->scratch);
    return w->estimates != NULL && w->influences != NULL && w->scratch != NULL;
}

void workspace_free(workspace *w)
{
    free(w->estimates);
    free(w->influences);
    free(w->scratch);
    *w = (workspace){ NULL, NULL, NULL };
}

thresh_status intervals_of(thresh_bootstrap *out, const resampling *r, workspace *w)
{
    double *values;
    thresh_status rc = replicate(&values, r);

    for (size_t s = 0; s < r->statistics && rc == THRESH_OK; s++)
        interval_of(&out[s], &r->options, w->estimates[s], values + s * r->options.replicates,
                    &w->influences[s]);
    free(values);
    return rc;
}
