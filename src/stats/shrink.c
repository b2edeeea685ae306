/* Estimates of many small groups, each weighed by how sure it is. */
#include "thresh/stats.h"

#include <math.h>

thresh_status thresh_shrink(double *out, const double *estimate, const double *se, size_t n,
                            double centre)
{
    double weights = 0, spread = 0;

    if (!isfinite(centre))
        return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(estimate[i]) || !isfinite(se[i]) || !(se[i] > 0))
            return THRESH_EDOMAIN;
    for (size_t i = 0; i < n; i++) {
        double w = 1 / (se[i] * se[i]), d = estimate[i] - centre;
        weights += w;
        spread += w * d * d - 1;
    }
    double between = spread > 0 ? spread / weights : 0;
    for (size_t i = 0; i < n; i++)
        out[i] = centre + (estimate[i] - centre) * (between / (between + se[i] * se[i]));
    return THRESH_OK;
}
