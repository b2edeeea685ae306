/* Intervals of the difference of two proportions, and McNemar's test. */
#include "stats/binomial.h"
#include "stats/domain.h"
#include "stats/restricted.h"
#include "thresh/proportions.h"

#include <math.h>

/* --- score intervals --- */

/* A difference in standard errors; where there is no variance, only its sign is known. */
static double standardized(double excess, double variance)
{
    if (variance > 0)
        return excess / sqrt(variance);
    return excess > 0 ? INFINITY : excess < 0 ? -INFINITY : 0;
}

/* Tango's statistic for a difference of `delta`, eq. (9); x is only_base, only_cand, n. */
static double tango_z(double delta, const double *x)
{
    return standardized(x[0] - x[1] - x[2] * delta,
                        x[2] * restricted_paired(delta, x[0], x[1], x[2]));
}

/* Miettinen's and Nurminen's; x is x_b, n_b, x_c, n_c. */
static double mn_z(double delta, const double *x)
{
    double n = x[1] + x[3];

    return standardized(x[0] / x[1] - x[2] / x[3] - delta,
                        restricted_independent(delta, x[0], x[1], x[2], x[3]) * n / (n - 1));
}

/* Where a statistic that falls as delta grows crosses `z`. */
static double crossing(double low, double high, double (*statistic)(double, const double *),
                       const double *x, double z)
{
    for (int i = 0; i < 200 && high - low > 0; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (statistic(middle, x) > z)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

static thresh_interval score_interval(double difference,
                                      double (*statistic)(double, const double *), const double *x,
                                      double confidence)
{
    double z = thresh_normal_quantile(confidence);

    return (thresh_interval){ crossing(-1, difference, statistic, x, z),
                              crossing(difference, 1, statistic, x, -z) };
}

static bool is_table(double both, double only_base, double only_cand, double none)
{
    double n = both + only_base + only_cand + none;

    return both >= 0 && only_base >= 0 && only_cand >= 0 && none >= 0 && isfinite(n) && n >= 1;
}

thresh_status thresh_paired_proportions(thresh_interval *out, double both, double only_base,
                                        double only_cand, double none, double confidence)
{
    const double x[] = { only_base, only_cand, both + only_base + only_cand + none };

    if (!is_table(both, only_base, only_cand, none) || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    *out = score_interval((only_base - only_cand) / x[2], tango_z, x, confidence);
    return THRESH_OK;
}

thresh_status thresh_two_proportions_mn(thresh_interval *out, double x_b, double n_b, double x_c,
                                        double n_c, double confidence)
{
    const double x[] = { x_b, n_b, x_c, n_c };

    if (!is_count_of(x_b, n_b) || !is_count_of(x_c, n_c) || !isfinite(n_b + n_c)
        || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    *out = score_interval(x_b / n_b - x_c / n_c, mn_z, x, confidence);
    return THRESH_OK;
}

/* --- Newcombe's combination of Wilson's limits --- */

/* A proportion, and how far below and above it its limits are. */
typedef struct wilson {
    double p, down, up;
} wilson;

static wilson wilson_limits(double x, double n, double z)
{
    double p = x / n, shrink = 1 + z * z / n, shift = (p - 0.5) * z * z / n;
    double half = z * sqrt(p * ((n - x) / n) / n + z * z / (4 * n * n));

    /* at 0 and at 1 one of them is 0, but for rounding */
    return (wilson){ p, fmax(0, half + shift) / shrink, fmax(0, half - shift) / shrink };
}

/* The length of down and up at the angle that a correlation is the cosine of. */
static double squared_and_added(double down, double up, double correlation)
{
    return sqrt(fmax(0, down * down - 2 * correlation * down * up + up * up));
}

static thresh_interval hybrid(wilson b, wilson c, double difference, double correlation)
{
    return (thresh_interval){
        fmax(-1, difference - squared_and_added(b.down, c.up, correlation)),
        fmin(1, difference + squared_and_added(b.up, c.down, correlation)),
    };
}

thresh_status thresh_two_proportions_newcombe(thresh_interval *out, double x_b, double n_b,
                                              double x_c, double n_c, double confidence)
{
    if (!is_count_of(x_b, n_b) || !is_count_of(x_c, n_c) || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    double z = thresh_normal_quantile(confidence);
    *out = hybrid(wilson_limits(x_b, n_b, z), wilson_limits(x_c, n_c, z), x_b / n_b - x_c / n_c, 0);
    return THRESH_OK;
}

thresh_status thresh_paired_proportions_newcombe(thresh_interval *out, double both,
                                                 double only_base, double only_cand, double none,
                                                 double confidence)
{
    if (!is_table(both, only_base, only_cand, none) || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    double n = both + only_base + only_cand + none, z = thresh_normal_quantile(confidence);
    double b = both + only_base, c = both + only_cand;
    /* in shares: the product of four counts may not fit a double */
    double margins =
        sqrt(b / n * ((only_cand + none) / n)) * sqrt(c / n * ((only_base + none) / n));
    double product = both / n * (none / n) - only_base / n * (only_cand / n);
    if (product > 0)
        product = fmax(0, product - 0.5 / n);
    *out = hybrid(wilson_limits(b, n, z), wilson_limits(c, n, z), (only_base - only_cand) / n,
                  margins > 0 ? product / margins : 0);
    return THRESH_OK;
}

/* --- McNemar --- */

/* Largest count whose neighbours are numbers. */
static const double MOST_PAIRS = 9007199254740992.0;

static bool is_whole(double count)
{
    return count >= 0 && count <= MOST_PAIRS && floor(count) == count;
}

/* `part` is how much of the probability of the observed table counts as more extreme. */
static thresh_status mcnemar(thresh_p_values *out, double only_base, double only_cand, double part)
{
    double n = only_base + only_cand, least = fmin(only_base, only_cand);

    if (!is_whole(only_base) || !is_whole(only_cand) || !is_whole(n))
        return THRESH_EDOMAIN;
    if (n == 0) {
        *out = (thresh_p_values){ 1, 1, 1 };
        return THRESH_OK;
    }
    double at = binomial_at(least, n, 0.5), left_out = (1 - part) * at;
    /* with as many on either side the observed table is in both tails, but counts once */
    double two =
        only_base == only_cand ? 1 - left_out : 2 * (binomial_upto(least, n, 0.5) - left_out);
    *out = (thresh_p_values){ fmin(1, two), binomial_upto(only_cand, n, 0.5) - left_out,
                              binomial_upto(only_base, n, 0.5) - left_out };
    return THRESH_OK;
}

thresh_status thresh_mcnemar_exact(thresh_p_values *out, double only_base, double only_cand)
{
    return mcnemar(out, only_base, only_cand, 1);
}

thresh_status thresh_mcnemar_midp(thresh_p_values *out, double only_base, double only_cand)
{
    return mcnemar(out, only_base, only_cand, 0.5);
}
