/*
 * Times of the bootstrap and of DeLong's variance, on data that bench_stats draws itself.
 *
 * usage: bench_stats few|continuous|ratio|sums|p99|counts N REPLICATES THREADS
 *        bench_stats delong N
 * Prints the seconds of the best of five runs, by the clock and of processors, and what came out of
 * it.
 */
#include "thresh/bootstrap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t state = 1;

static double draw(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(state >> 11) * 0x1p-53;
}

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef struct data {
    size_t n;
    double *b, *c, *rows;
    unsigned char *positive;
    uint64_t *counts;
    thresh_bootstrap_options options;
    thresh_bootstrap out;
    thresh_auc_pair auc;
} data;

enum { COLUMNS = 4, CELLS = 1000 };

static void perplexity(void *context, void *scratch, const double *totals, double *out)
{
    (void)context;
    (void)scratch;
    *out = exp(totals[0] / totals[1]) - exp(totals[2] / totals[3]);
}

static void weighted(void *context, void *scratch, const uint64_t *counts, double *out)
{
    (void)context;
    (void)scratch;
    *out = 0;
    for (size_t i = 0; i < CELLS; i++)
        *out += (double)counts[i] * (double)i;
}

static thresh_status means(data *d)
{
    return thresh_bootstrap_means(&d->out, THRESH_DIFFERENCE, d->b, d->c, d->n, &d->options);
}
static thresh_status ratio(data *d)
{
    return thresh_bootstrap_means(&d->out, THRESH_RATIO, d->b, d->c, d->n, &d->options);
}
static thresh_status sums(data *d)
{
    return thresh_bootstrap_sums(&d->out, 1, d->rows, d->n, COLUMNS, perplexity, NULL, &d->options);
}
static thresh_status p99(data *d)
{
    return thresh_bootstrap_quantiles(&d->out, THRESH_DIFFERENCE, d->b, d->c, d->n, 0.99,
                                      &d->options);
}
static thresh_status counts(data *d)
{
    return thresh_bootstrap_counts(&d->out, 1, d->counts, CELLS, weighted, NULL, &d->options);
}
static thresh_status delong(data *d)
{
    return thresh_auc_delong(&d->auc, d->b, d->c, d->positive, d->n, 0.95);
}

static const struct {
    const char *name;
    thresh_status (*run)(data *d);
} runs[] = { { "few", means }, { "continuous", means }, { "ratio", ratio },  { "sums", sums },
             { "p99", p99 },   { "counts", counts },    { "delong", delong } };

static int fill(data *d, const char *name)
{
    d->b = malloc(d->n * sizeof *d->b);
    d->c = malloc(d->n * sizeof *d->c);
    d->rows = malloc(COLUMNS * d->n * sizeof *d->rows);
    d->positive = malloc(d->n);
    d->counts = calloc(CELLS, sizeof *d->counts);
    if (d->b == NULL || d->c == NULL || d->rows == NULL || d->positive == NULL || d->counts == NULL)
        return 0;
    for (size_t i = 0; i < d->n; i++) {
        double u = draw();
        d->b[i] = u + 0.3 * draw();
        d->c[i] = u + 0.3 * draw() - 0.01;
        d->positive[i] = u > draw();
        if (strcmp(name, "few") == 0) {
            d->b[i] = d->b[i] > 0.4;
            d->c[i] = d->c[i] > 0.4;
        }
        for (size_t j = 0; j < COLUMNS; j++)
            d->rows[COLUMNS * i + j] = j == 0 ? d->b[i] : j == 2 ? d->c[i] : 2;
        d->counts[(size_t)(u * u * CELLS)]++;
    }
    return 1;
}

static void dispose(data *d)
{
    free(d->b);
    free(d->c);
    free(d->rows);
    free(d->positive);
    free(d->counts);
}

int main(int argc, char **argv)
{
    data d = { .options = { .confidence = 0.95, .seed = 1 } };
    double best = INFINITY, least = INFINITY;
    size_t which = 0;
    int code = 1;

    while (argc > 2 && which < sizeof runs / sizeof *runs && strcmp(argv[1], runs[which].name) != 0)
        which++;
    if (argc < 3 || which == sizeof runs / sizeof *runs) {
        fprintf(stderr, "usage: bench_stats few|continuous|ratio|sums|p99|counts|delong N "
                        "[REPLICATES [THREADS]]\n");
        return 2;
    }
    d.n = strtoul(argv[2], NULL, 10);
    d.options.replicates = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    d.options.threads = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    if (!fill(&d, argv[1]))
        goto done;
    for (int i = 0; i < 5; i++) {
        double start = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (runs[which].run(&d) != THRESH_OK)
            goto done;
        best = fmin(best, seconds(CLOCK_MONOTONIC) - start);
        least = fmin(least, seconds(CLOCK_PROCESS_CPUTIME_ID) - used);
    }
    if (d.auc.var_b > 0)
        printf("%.6f %.6f %.9g %.9g %.9g %.9g\n", best, least, d.auc.auc_b, d.auc.auc_c,
               d.auc.interval.low, d.auc.interval.high);
    else
        printf("%.6f %.6f %.9g %.9g %.9g %.9g\n", best, least, d.out.estimate, d.out.low,
               d.out.high, d.out.se);
    code = 0;
done:
    dispose(&d);
    return code;
}
