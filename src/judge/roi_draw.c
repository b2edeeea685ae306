/* The distribution of a return by Monte Carlo. */
#include "judge/roi.h"

#include "stats/quantiles.h"
#include "stats/replicates.h"

#include <math.h>
#include <stdlib.h>

enum { UNDEFINED_IN = 1000 };

static const double levels[THRESH_ROI_QUANTILES] = { 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95 };

double thresh_roi_level(size_t i)
{
    return levels[i];
}

typedef struct drawing_of {
    resampling r; /* the first member: draws come with a pointer to it */
    const roi_plan *plan;
} drawing_of;

/* Every input of every batch has a stream of its own, whichever thread draws it. */
static void draw_batch(const resampling *r, void *scratch, size_t first, size_t count,
                       double *values, size_t stride)
{
    const roi_plan *p = ((const drawing_of *)r)->plan;
    double *x = scratch;
    roi_totals t;

    for (size_t k = 0; k < p->input_count; k++) {
        random_stream s = random_start(r->options.seed, first / BATCH * p->input_count + k);
        distribution_draw(&p->inputs[k].d, &s, x + k * BATCH, BATCH);
    }
    roi_evaluate(p, x, BATCH, BATCH, t);
    for (size_t i = 0; i < count; i++) {
        double savings = t[THRESH_ROI_SAVING][i], loss = t[THRESH_ROI_LOSS][i],
               cost = t[THRESH_ROI_COST][i];
        values[i] = roi_return(savings, loss, cost);
        values[stride + i] = savings - loss - cost;
    }
}

/* Draws without a return are taken out of both lists. */
static size_t keep_defined(double *roi, double *net, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(roi[i]) && isfinite(net[i])) {
            roi[kept] = roi[i];
            net[kept++] = net[i];
        }
    return kept;
}

static double share_at(const double *roi, size_t n, double least, bool above)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += above ? roi[i] > least : roi_reaches(roi[i], least);
    return (double)count / (double)n;
}

/* Draws by their size, but for the farthest, which would leave the others no room. */
static void count_bars(thresh_roi *r, double *roi, size_t n)
{
    static const double ends[2] = { 0.005, 0.995 };
    double bounds[2], width;

    r->bar_low = r->bar_high = NAN;
    quantiles_of(bounds, roi, n, ends, 2);
    width = (bounds[1] - bounds[0]) / THRESH_ROI_BARS;
    if (!(width > 0))
        return;
    r->bar_low = bounds[0];
    r->bar_high = bounds[1];
    for (size_t i = 0; i < n; i++) {
        size_t k = roi[i] < bounds[0] ? 0 : (size_t)fmin((roi[i] - bounds[0]) / width, 1e6);

        if (roi[i] < bounds[0])
            r->bar_below++;
        else if (roi[i] > bounds[1])
            r->bar_above++;
        else
            r->bars[k < THRESH_ROI_BARS ? k : THRESH_ROI_BARS - 1]++;
    }
}

static void summarise(thresh_roi *r, double *roi, double *net, size_t n)
{
    const double bounds[2] = { 1 - r->confidence, r->confidence };
    double total = 0, squares = 0, of_roi[2], of_net[2];

    for (size_t i = 0; i < n; i++)
        total += roi[i];
    r->mean = total / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (roi[i] - r->mean) * (roi[i] - r->mean);
    r->sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
    r->p_positive = share_at(roi, n, 0, true);
    r->p_pays = share_at(roi, n, 1, false);
    r->p_minimum = r->has_minimum ? share_at(roi, n, r->minimum, false) : NAN;
    quantiles_of(r->quantiles, roi, n, levels, THRESH_ROI_QUANTILES);
    quantiles_of(of_roi, roi, n, bounds, 2);
    quantiles_of(of_net, net, n, bounds, 2);
    r->low = of_roi[0];
    r->high = of_roi[1];
    r->net_low = of_net[0];
    r->net_high = of_net[1];
    count_bars(r, roi, n);
}

thresh_status roi_draw(roi_making *m)
{
    thresh_roi *r = m->roi;
    size_t n = m->options.draws;
    double *values, sure[2] = { r->roi, r->net };
    drawing_of d = { .r = { .draw = draw_batch,
                            .statistics = 2,
                            .scratch = m->plan.input_count * BATCH * sizeof(double),
                            .options = { .replicates = n,
                                         .seed = m->options.seed,
                                         .threads = m->options.threads } },
                     .plan = &m->plan };
    thresh_status rc;

    r->uncertain = m->plan.uncertain;
    if (!r->uncertain) {
        summarise(r, &sure[0], &sure[1], 1);
        return THRESH_OK;
    }
    r->draws = n;
    r->seed = m->options.seed;
    if ((rc = replicate(&values, &d.r)) != THRESH_OK)
        return rc;
    size_t kept = keep_defined(values, values + n, n);
    r->undefined = n - kept;
    if (r->undefined > n / UNDEFINED_IN) {
        thresh_diags_add(
            m->diags, THRESH_ERROR, m->plan.model->path, 0, 0,
            "the implementation cost is 0 or less in %zu of %zu draws, and a return on "
            "0 is not defined: take a distribution of it that stays above 0, such as "
            "lognormal",
            r->undefined, n);
        rc = THRESH_EINVAL;
    } else {
        summarise(r, values, values + n, kept);
        if (r->undefined > 0)
            rc = roi_add_note(m,
                              SAY(m->arena,
                                  r->undefined == 1
                                      ? N_("%s of %s draws was left out: its cost is 0 or less")
                                      : N_("%s of %s draws were left out: their cost is 0 or less"),
                                  phrase_count(m->arena, r->undefined), phrase_count(m->arena, n)));
    }
    free(values);
    return rc;
}
