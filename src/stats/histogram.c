/* What a histogram's counts tell of the spread of the values in it. */
#include "stats/histogram.h"

#include <math.h>

thresh_status histogram_squares(double *out, double low, const double *edges, const double *counts,
                                size_t buckets, double sum)
{
    const double slack = 0.01;
    double at_least = 0, at_most = 0, largest = 0, squares = 0;

    if (!isfinite(low) || !isfinite(sum))
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < buckets; i++) {
        double from = i > 0 ? edges[i - 1] : low;
        if (!isfinite(edges[i]) || !(edges[i] > from) || !isfinite(counts[i]) || counts[i] < 0)
            return THRESH_EDOMAIN;
        at_least += counts[i] * from;
        at_most += counts[i] * edges[i];
        largest += counts[i] * fmax(fabs(from), fabs(edges[i]));
        squares += counts[i] * from * from;
    }
    if (!(largest > 0) || sum < at_least - slack * largest || sum > at_most + slack * largest)
        return THRESH_EDOMAIN;
    /* All values at their lower edge; what the sum has more is moved up where a square grows most
     * by it, in the highest bucket first: between its edges a square lies under its chord, whose
     * slope is their sum. */
    double more = sum - at_least;
    for (size_t i = buckets; i-- > 0 && more > 0;) {
        double from = i > 0 ? edges[i - 1] : low;
        double moved = fmin(more, counts[i] * (edges[i] - from));
        squares += moved * (from + edges[i]);
        more -= moved;
    }
    *out = squares;
    return THRESH_OK;
}
