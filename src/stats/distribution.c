/* Draws from distributions by what IEEE 754 defines, quantiles by GSL. */
#include "stats/distribution.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

double random_exp(double x)
{
    /* ln 2 in two parts, the first short enough for its product with k to be exact */
    const double ln2_high = 0x1.62e42fefap-1, ln2_low = 0x1.cf79abc9e3b39p-40;
    double k = floor(x * 1.4426950408889634 + 0.5), scale;
    double r = (x - k * ln2_high) - k * ln2_low, square = r * r, odd, even;
    uint64_t bits; /* of 2^k */

    if (!(fabs(x) <= 708))
        return x > 0 ? INFINITY : 0;
    bits = (uint64_t)((int64_t)k + 1023) << 52;
    /* 1 + r + r^2 / 2 + ... + r^13 / 13!, the even terms beside the odd ones; |r| <= 0.347: the
     * first term left out is 4e-18 */
    even = 1.0 / 479001600;
    even = even * square + 1.0 / 3628800;
    even = even * square + 1.0 / 40320;
    even = even * square + 1.0 / 720;
    even = even * square + 1.0 / 24;
    even = even * square + 1.0 / 2;
    odd = 1.0 / 6227020800.0;
    odd = odd * square + 1.0 / 39916800;
    odd = odd * square + 1.0 / 362880;
    odd = odd * square + 1.0 / 5040;
    odd = odd * square + 1.0 / 120;
    odd = odd * square + 1.0 / 6;
    memcpy(&scale, &bits, sizeof scale);
    return (1 + (r + (even * square + odd * square * r))) * scale;
}

/* The value of c[0] + c[1] x + ... + c[7] x^7. */
static inline double polynomial(const double c[8], double x)
{
    double y = c[7];

    for (int i = 6; i >= 0; i--)
        y = y * x + c[i];
    return y;
}

/* Wichura (1988), Appl. Stat. 37:477-484, algorithm AS 241, PPND16: to 1e-16 of itself. */
static double normal_quantile(double p)
{
    static const double near[2][8] = {
        { 3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
          1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
          3.3430575583588128105e+4, 2.5090809287301226727e+3 },
        { 1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
          2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
          5.2264952788528545610e+3 },
    };
    static const double tail[2][8] = {
        { 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
          3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
          2.27238449892691845833e-2, 7.74545014278341407640e-4 },
        { 1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
          1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
          1.05075007164441684324e-9 },
    };
    static const double far[2][8] = {
        { 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
          2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
          2.71155556874348757815e-5, 2.01033439929228813265e-7 },
        { 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
          7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
          2.04426310338993978564e-15 },
    };
    double q = p - 0.5, r, z;

    if (fabs(q) <= 0.425) {
        r = 0.180625 - q * q;
        return q * polynomial(near[0], r) / polynomial(near[1], r);
    }
    r = sqrt(-random_log(q < 0 ? p : 1 - p));
    z = r <= 5 ? polynomial(tail[0], r - 1.6) / polynomial(tail[1], r - 1.6)
               : polynomial(far[0], r - 5) / polynomial(far[1], r - 5);
    return q < 0 ? -z : z;
}

double random_normal(random_stream *r)
{
    return normal_quantile(random_fraction(r));
}

/* Gamma of shape a >= 1: Marsaglia & Tsang (2000), ACM Trans. Math. Softw. 26:363-372. */
static double draw_gamma(random_stream *r, double a)
{
    double d = a - 1.0 / 3, c = 1 / sqrt(9 * d);

    for (;;) {
        double x = random_normal(r), v = 1 + c * x, u = random_fraction(r), square = x * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (u < 1 - 0.0331 * square * square
            || random_log(u) < 0.5 * square + d * (1 - v + random_log(v)))
            return d * v;
    }
}

/* The two parameters of the Beta of a PERT, which add up to 6. */
static void pert_parameters(const distribution *d, double *alpha, double *beta)
{
    *alpha = 1 + 4 * (d->b - d->a) / (d->c - d->a);
    *beta = 1 + 4 * (d->c - d->b) / (d->c - d->a);
}

/* Of the logarithm of a lognormal number. */
static void log_parameters(const distribution *d, double *mean, double *sd)
{
    double variance = random_log(1 + d->b / d->a * (d->b / d->a));

    *mean = random_log(d->a) - variance / 2;
    *sd = sqrt(variance);
}

static double triangular_quantile(const distribution *d, double p)
{
    double width = d->c - d->a, before = (d->b - d->a) / width;

    return p < before ? d->a + sqrt(p * width * (d->b - d->a))
                      : d->c - sqrt((1 - p) * width * (d->c - d->b));
}

static double split_value(const distribution *d, double z)
{
    return d->a + z * (z < 0 ? d->b : d->c);
}

void distribution_draw(const distribution *d, random_stream *given, double *out, size_t n)
{
    random_stream here = *given, *r = &here; /* in registers */
    double p, q;

    switch (d->shape) {
    case DRAW_FIXED:
        for (size_t i = 0; i < n; i++)
            out[i] = d->a;
        break;
    case DRAW_UNIFORM:
        for (size_t i = 0; i < n; i++)
            out[i] = d->a + (d->c - d->a) * random_fraction(r);
        break;
    case DRAW_TRIANGULAR:
        for (size_t i = 0; i < n; i++)
            out[i] = triangular_quantile(d, random_fraction(r));
        break;
    case DRAW_PERT:
        pert_parameters(d, &p, &q);
        for (size_t i = 0; i < n; i++) {
            double x = draw_gamma(r, p), y = draw_gamma(r, q);
            out[i] = d->a + (d->c - d->a) * (x / (x + y));
        }
        break;
    case DRAW_NORMAL:
        for (size_t i = 0; i < n; i++)
            out[i] = d->a + d->b * random_normal(r);
        break;
    case DRAW_LOGNORMAL:
        log_parameters(d, &p, &q);
        for (size_t i = 0; i < n; i++)
            out[i] = random_exp(p + q * random_normal(r));
        break;
    case DRAW_SPLIT:
        for (size_t i = 0; i < n; i++)
            out[i] = split_value(d, random_normal(r));
        break;
    case DRAW_CHANCE:
        for (size_t i = 0; i < n; i++)
            out[i] = random_fraction(r) < d->a;
        break;
    }
    *given = here;
}

double distribution_mean(const distribution *d)
{
    const double one_side = 0.39894228040143268; /* of z where it is positive: 1 / sqrt(2 pi) */

    switch (d->shape) {
    case DRAW_UNIFORM:
        return d->a / 2 + d->c / 2;
    case DRAW_TRIANGULAR:
        return (d->a + d->b + d->c) / 3;
    case DRAW_PERT:
        return (d->a + 4 * d->b + d->c) / 6;
    case DRAW_SPLIT:
        return d->a + one_side * (d->c - d->b);
    default:
        return d->a;
    }
}

double distribution_quantile(const distribution *d, double p)
{
    double x, y;

    switch (d->shape) {
    case DRAW_UNIFORM:
        return d->a + (d->c - d->a) * p;
    case DRAW_TRIANGULAR:
        return triangular_quantile(d, p);
    case DRAW_PERT:
        pert_parameters(d, &x, &y);
        return d->a + (d->c - d->a) * gsl_cdf_beta_Pinv(p, x, y);
    case DRAW_NORMAL:
        return d->a + d->b * normal_quantile(p);
    case DRAW_LOGNORMAL:
        log_parameters(d, &x, &y);
        return random_exp(x + y * normal_quantile(p));
    case DRAW_SPLIT:
        return split_value(d, normal_quantile(p));
    case DRAW_CHANCE:
        return p > 1 - d->a;
    default:
        return d->a;
    }
}
