/* Quantiles from the middle level outwards: each selection leaves less to the others. */
#include "stats/quantiles.h"

#include <gsl/gsl_statistics_double.h>

/* Of all n values those of the ranks [from, to) stand in these places, in any order. */
static void select_within(double *out, double *x, size_t n, size_t from, size_t to,
                          const double *levels, size_t count)
{
    size_t middle = count / 2, rank, end, next;
    double at, part, low, high;

    if (count == 0)
        return;
    at = levels[middle] * (double)(n - 1);
    rank = (size_t)at;
    part = at - (double)rank;
    end = rank + 1;
    /* afterwards what stands before it is no greater, what stands behind it no less */
    low = high = gsl_stats_select(x + from, 1, to - from, rank - from);
    if (part > 0 && end < to) {
        /* the least behind it is the next in order, and put in its place: others may ask for it */
        next = end;
        for (size_t i = end + 1; i < to; i++)
            next = x[i] < x[next] ? i : next;
        high = x[next];
        x[next] = x[end];
        x[end++] = high;
    }
    out[middle] = low == high ? low : (1 - part) * low + part * high;
    select_within(out, x, n, from, end, levels, middle);
    select_within(out + middle + 1, x, n, rank, to, levels + middle + 1, count - middle - 1);
}

void quantiles_of(double *out, double *x, size_t n, const double *levels, size_t count)
{
    select_within(out, x, n, 0, n, levels, count);
}
