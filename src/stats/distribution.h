/*
 * Distributions of a number that is not known for sure: draws, means and quantiles.
 *
 * Draws use + - * / and sqrt() of doubles alone, as random.h explains: they are the same on every
 * machine.
 */
#ifndef STATS_DISTRIBUTION_H
#define STATS_DISTRIBUTION_H

#include "stats/random.h"

typedef enum distribution_shape {
    DRAW_FIXED,      /* a, for sure */
    DRAW_UNIFORM,    /* from a to c */
    DRAW_TRIANGULAR, /* from a to c, the likeliest is b */
    DRAW_PERT,      /* the same, smooth: Beta with the mean (a + 4 b + c) / 6 (Vose 2008, ch. 14) */
    DRAW_NORMAL,    /* mean a, standard deviation b */
    DRAW_LOGNORMAL, /* mean a > 0 and standard deviation b, of the number and not of its log */
    DRAW_SPLIT,     /* a + z b for a standard normal z < 0, else a + z c: a is the median */
    DRAW_CHANCE     /* 1 with a chance of a, else 0 */
} distribution_shape;

/* a <= b <= c where they are bounds; b, c >= 0 where they are spreads. */
typedef struct distribution {
    distribution_shape shape;
    double a, b, c;
} distribution;

/* n draws of it. */
void distribution_draw(const distribution *d, random_stream *r, double *out, size_t n);
double distribution_mean(const distribution *d);
/* The p quantile, p in (0, 1). */
double distribution_quantile(const distribution *d, double p);

/* e^x to a few units of the last place, the same everywhere; beyond |x| = 708 infinity and 0. */
double random_exp(double x);
/* A standard normal number, by inversion. */
double random_normal(random_stream *r);

#endif
