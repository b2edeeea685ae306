/* Intervals of differences and ratios from standard errors. */
#include "stats/domain.h"
#include "thresh/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double thresh_normal_quantile(double p)
{
    return gsl_cdf_ugaussian_Pinv(p);
}

/* A correlation of 1 is allowed, and so is what rounding adds to it. */
static bool usable(double b, double se_b, double c, double se_c, double cov, double confidence)
{
    return isfinite(b) && isfinite(c) && isfinite(se_b) && isfinite(se_c) && isfinite(cov)
           && se_b >= 0 && se_c >= 0 && fabs(cov) <= se_b * se_c * (1 + 1e-9)
           && is_confidence(confidence);
}

thresh_status thresh_difference_normal(thresh_interval *out, double b, double se_b, double c,
                                       double se_c, double cov, double confidence)
{
    if (!usable(b, se_b, c, se_c, cov, confidence))
        return THRESH_EDOMAIN;
    /* hypot() and a factor, not a sum of squares: nothing overflows, a cov of 0 costs no digit */
    double se = hypot(se_b, se_c), left = se > 0 ? 1 - 2 * (cov / se / se) : 1;
    double half = thresh_normal_quantile(confidence) * se * sqrt(left > 0 ? left : 0);
    return around(out, b - c, half);
}

/* `z`: quantile of the distribution that the estimates have. */
static thresh_status fieller(thresh_interval *out, double b, double se_b, double c, double se_c,
                             double cov, double z)
{
    double ratio = c / b, g = z * z * (se_b / b) * (se_b / b);

    if (!isfinite(ratio) || g >= 1)
        return THRESH_EDOMAIN;
    /* the roots r of r^2 (b^2 - z^2 se_b^2) - 2 r (b c - z^2 cov) + c^2 - z^2 se_c^2 = 0 */
    double shared = z * (cov / b);
    double spread =
        se_c * se_c * (1 - g) + ratio * ratio * se_b * se_b - 2 * ratio * cov + shared * shared;
    /* never below 0 but for rounding, where the estimates move as one */
    if (spread < 0)
        spread = 0;
    double half = z / fabs(b) * sqrt(spread) / (1 - g);
    double centre = (ratio - z * (shared / b)) / (1 - g);
    *out = (thresh_interval){ centre - half, centre + half };
    return THRESH_OK;
}

thresh_status thresh_ratio_fieller(thresh_interval *out, double b, double se_b, double c,
                                   double se_c, double cov, double confidence)
{
    if (!usable(b, se_b, c, se_c, cov, confidence))
        return THRESH_EDOMAIN;
    return fieller(out, b, se_b, c, se_c, cov, thresh_normal_quantile(confidence));
}

thresh_status thresh_paired_ratio(thresh_interval *out, double b, double se_b, double c,
                                  double se_c, double cov, double n, double confidence)
{
    if (!usable(b, se_b, c, se_c, cov, confidence) || !(n >= 2) || !isfinite(n))
        return THRESH_EDOMAIN;
    return fieller(out, b, se_b, c, se_c, cov, gsl_cdf_tdist_Pinv(confidence, n - 1));
}

thresh_status thresh_paired_t(thresh_interval *out, double difference, double se, double n,
                              double confidence)
{
    if (!isfinite(difference) || !is_standard_error(se) || !(n >= 2) || !isfinite(n)
        || !is_confidence(confidence))
        return THRESH_EDOMAIN;
    double half = gsl_cdf_tdist_Pinv(confidence, n - 1) * se;
    return around(out, difference, half);
}

thresh_status thresh_ratio_log_delta(thresh_interval *out, double b, double se_b, double c,
                                     double se_c, double cov, double confidence)
{
    if (!usable(b, se_b, c, se_c, cov, confidence) || b <= 0 || c <= 0)
        return THRESH_EDOMAIN;
    double r_b = se_b / b, r_c = se_c / c, spread = r_b * r_b + r_c * r_c - 2 * (cov / b / c);
    double half = thresh_normal_quantile(confidence) * sqrt(spread > 0 ? spread : 0);
    double low = c / b * exp(-half), high = c / b * exp(half);
    if (!isfinite(low) || !isfinite(high))
        return THRESH_EDOMAIN;
    *out = (thresh_interval){ low, high };
    return THRESH_OK;
}
