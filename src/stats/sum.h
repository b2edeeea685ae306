/* Sums that keep what rounding takes from each addition (Knuth's two-sum; Ogita, Rump & Oishi 2005,
 * SIAM J. Sci. Comput. 26:1955-1988, Sum2). As good as summing in twice the precision, for six
 * operations each and no branch. */
#ifndef STATS_SUM_H
#define STATS_SUM_H

typedef struct sum {
    double total, lost;
} sum;

static inline void sum_add(sum *s, double x)
{
    double total = s->total + x, added = total - s->total;

    s->lost += (s->total - (total - added)) + (x - added);
    s->total = total;
}

/* Not finite when the sum or a part of it was not. */
static inline double sum_value(sum s)
{
    return s.total + s.lost;
}

#endif
