/*
 * Inserts of the quantile sketch beside what would have to be done without one, in one run.
 *
 * usage: bench_sketch [MILLIONS]    (20)
 * Random and sorted values; the peers are qsort() of all of them and, for one quantile, GSL's
 * selection. Seconds of a processor, best of three; errors are of P50, P95 and P99, in ranks.
 */
#include "thresh/sketch.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double rank_of(const double *ascending, size_t n, double x)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ascending[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low / (double)n;
}

static void of_k(uint32_t k, const double *values, const double *ascending, size_t n)
{
    static const double levels[] = { 0.5, 0.95, 0.99 };
    double best = INFINITY, asked = INFINITY, got[3], worst = 0;
    thresh_sketch *s;

    if (thresh_sketch_new(&s, k, 1) != THRESH_OK)
        exit(2);
    for (int run = 0; run < 3; run++) {
        thresh_sketch_clear(s);
        double start = seconds();
        for (size_t i = 0; i < n; i++)
            if (thresh_sketch_add(s, values[i]) != THRESH_OK)
                exit(2);
        best = fmin(best, seconds() - start);
        start = seconds();
        if (thresh_sketch_quantiles(got, s, levels, 3) != THRESH_OK)
            exit(2);
        asked = fmin(asked, seconds() - start);
    }
    for (int q = 0; q < 3; q++)
        worst = fmax(worst, fabs(rank_of(ascending, n, got[q]) - levels[q]));
    printf(
        "  k = %5u  %6.1f million/s  three quantiles %5.0f us  error %.4f %%, of at most %.4f %%,"
        " promised %.4f %%\n",
        k, (double)n / best / 1e6, asked * 1e6, worst * 100, thresh_sketch_rank_error(s) * 100,
        thresh_sketch_promise(k) * 100);
    thresh_sketch_free(s);
}

int main(int argc, char **argv)
{
    size_t n = (argc > 1 ? strtoul(argv[1], NULL, 10) : 20) * 1000000;
    double *values = malloc(n * sizeof *values), *ascending = malloc(n * sizeof *ascending), start;
    uint64_t state = 1;

    if (n == 0 || values == NULL || ascending == NULL)
        return 2;
    for (size_t i = 0; i < n; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        values[i] = -log(((double)(state >> 11) + 0.5) * 0x1p-53);
    }
    memcpy(ascending, values, n * sizeof *values);
    start = seconds();
    double p99 = gsl_stats_select(ascending, 1, n, (size_t)(0.99 * (double)(n - 1)));
    printf("gsl_stats_select, P99 alone  %6.1f million/s  (%.4f)\n",
           (double)n / (seconds() - start) / 1e6, p99);
    memcpy(ascending, values, n * sizeof *values);
    start = seconds();
    qsort(ascending, n, sizeof *ascending, compare);
    printf("qsort                        %6.1f million/s\n", (double)n / (seconds() - start) / 1e6);
    puts("sketch, values of an exponential distribution:");
    for (uint32_t k = 200; k <= 3200; k *= 2)
        of_k(k, values, ascending, n);
    puts("sketch, the same in ascending order:");
    of_k(THRESH_SKETCH_K, ascending, ascending, n);
    free(values);
    free(ascending);
    return 0;
}
