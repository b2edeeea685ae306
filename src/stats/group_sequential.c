/* Boundaries of a group-sequential test, by recursive integration of the density of what goes on.
 */
#include "stats/domain.h"
#include "thresh/sequential.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Points of a grid: the density is smooth on the scale of the standard deviation of the shortest
 * step between two looks, of which a step of the grid is a fraction; the tail below is 1e-16 of it
 * all. */
enum { LEAST_POINTS = 400, MOST_POINTS = 6000, STEPS_EACH = 10, TAIL = 9 };

/* Of the score process S(t) = sqrt(t) Z(t), a Brownian motion: its density where no bound was
 * crossed, at edge, edge - step, edge - 2 step, ... with the weights of Simpson's rule in it. */
typedef struct front {
    double *density, *next, *kernel;
    size_t points; /* odd */
    double step, edge, time;
} front;

static double simpson(size_t i, size_t points)
{
    return i == 0 || i == points - 1 ? 1.0 / 3 : i % 2 == 1 ? 4.0 / 3 : 2.0 / 3;
}

/* The chance to cross `bound` at `time`, and what it falls by as the bound rises. */
static double crossing(const front *f, double bound, double time, double *slope)
{
    double sd = sqrt(time - f->time), p = 0, density = 0;

    for (size_t i = 0; i < f->points; i++) {
        double z = (bound - f->edge + (double)i * f->step) / sd;
        double term = f->density[i] * gsl_cdf_ugaussian_Q(z);
        /* further down the normal tail falls faster than any density grows */
        if (z > TAIL && term < p * 1e-18)
            break;
        p += term;
        density += f->density[i] * exp(-z * z / 2);
    }
    *slope = density / (sd * sqrt(2 * M_PI));
    return p;
}

/* The bound that is crossed with the chance `spend`. */
static double bound_for(const front *f, double time, double spend)
{
    double low = -TAIL, high = 40, x = f->edge, slope;

    for (int i = 0; i < 200 && high - low > 1e-13; i++) {
        double p = crossing(f, x, time, &slope), next;

        if (p > spend)
            low = x;
        else
            high = x;
        /* on the logarithm: the tail is that of a normal distribution */
        next = p > 0 && slope > 0 ? x + p * log(p / spend) / slope : NAN;
        if (fabs(next - x) < 1e-13)
            return next;
        x = next > low && next < high ? next : (low + high) / 2;
    }
    return x;
}

/* What goes on below `bound`, from one look to the next. */
static void advance(front *f, double bound, double time)
{
    double variance = time - f->time, scale = f->step / sqrt(2 * M_PI * variance);
    double shift = bound - f->edge, *swap = f->next;
    size_t n = f->points;

    for (size_t d = 0; d < 2 * n - 1; d++) {
        double x = shift + ((double)d - (double)(n - 1)) * f->step;
        f->kernel[d] = scale * exp(-x * x / (2 * variance));
    }
    /* beyond these the kernel is less than the last digit of its sum */
    double sd = sqrt(variance);
    long least = (long)floor((-TAIL * sd - shift) / f->step),
         most = (long)ceil((TAIL * sd - shift) / f->step);
    for (size_t j = 0; j < n; j++) {
        /* point j of the new grid, point i of the old: they differ by shift + (i - j) step */
        const double *k = f->kernel + n - 1 - j;
        long from = (long)j + least, to = (long)j + most;
        double density = 0;
        for (size_t i = from > 0 ? (size_t)from : 0; i < n && (long)i <= to; i++)
            density += f->density[i] * k[i];
        f->next[j] = density * simpson(j, n);
    }
    f->next = f->density;
    f->density = swap;
    f->edge = bound;
    f->time = time;
}

static void first_density(front *f, double bound, double time)
{
    f->edge = bound;
    f->time = time;
    for (size_t i = 0; i < f->points; i++) {
        double s = bound - (double)i * f->step;
        f->density[i] =
            f->step / sqrt(2 * M_PI * time) * exp(-s * s / (2 * time)) * simpson(i, f->points);
    }
}

static double spent(double fraction, double alpha)
{
    return 2 * gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Qinv(alpha / 2) / sqrt(fmin(1, fraction)));
}

static thresh_status front_init(front *f, const double *fractions, size_t looks, double edge)
{
    double shortest = fractions[0], last = fractions[looks - 1];
    double reach = edge + TAIL * sqrt(last);

    for (size_t i = 1; i < looks; i++)
        shortest = fmin(shortest, fractions[i] - fractions[i - 1]);
    double points = fmin(MOST_POINTS, fmax(LEAST_POINTS, STEPS_EACH * reach / sqrt(shortest)));
    f->points = (size_t)points | 1;
    f->step = reach / (double)(f->points - 1);
    f->density = calloc(f->points, sizeof *f->density);
    f->next = calloc(f->points, sizeof *f->next);
    f->kernel = calloc(2 * f->points, sizeof *f->kernel);
    return f->density != NULL && f->next != NULL && f->kernel != NULL ? THRESH_OK : THRESH_ENOMEM;
}

thresh_status thresh_obrien_fleming(double *out, const double *fractions, size_t looks,
                                    double alpha)
{
    double bounds[THRESH_MOST_LOOKS], before = 0;
    front f = { 0 };
    thresh_status rc = THRESH_OK;
    size_t first = 0;

    if (looks == 0 || looks > THRESH_MOST_LOOKS || !(alpha > 0 && alpha < 0.5))
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < looks; i++)
        if (!(fractions[i] > (i > 0 ? fractions[i - 1] : 0))
            || !(fractions[i] <= 1 || (i + 1 == looks && isfinite(fractions[i]))))
            return THRESH_EDOMAIN;
    /* so early that nothing can be spent */
    while (first < looks && spent(fractions[first], alpha) < 1e-30)
        bounds[first++] = INFINITY;
    if (first < looks) {
        before = spent(fractions[first], alpha);
        bounds[first] = gsl_cdf_ugaussian_Qinv(before);
    }
    if (first + 1 < looks) {
        double edge = bounds[first] * sqrt(fractions[first]);
        rc = front_init(&f, fractions + first, looks - first, edge);
        if (rc == THRESH_OK)
            first_density(&f, edge, fractions[first]);
    }
    for (size_t i = first + 1; i < looks && rc == THRESH_OK; i++) {
        double total = spent(fractions[i], alpha);
        double bound = bound_for(&f, fractions[i], total - before);

        bounds[i] = bound / sqrt(fractions[i]);
        before = total;
        if (i + 1 < looks)
            advance(&f, bound, fractions[i]);
    }
    free(f.density);
    free(f.next);
    free(f.kernel);
    for (size_t i = 0; i < looks && rc == THRESH_OK; i++)
        out[i] = bounds[i];
    return rc;
}
