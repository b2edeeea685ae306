/* How much the metrics degrade that losses are tied to: as measured, or as the model states it. */
#include "judge/roi.h"

#include "base/words.h"
#include "thresh/stats.h"

#include <math.h>
#include <string.h>

static void fault(const thresh_roi_model *m, const thresh_roi_driver *d, thresh_diags *diags,
                  const char *template, const char *a, const char *b)
{
    char text[512];
    thresh_phrase parts[] = { phrase_word(d->metric), phrase_word(a), phrase_word(b) };
    thresh_phrase said = { template, false, parts, 3 };

    thresh_phrase_text(text, sizeof text, &said, thresh_diags_language(diags));
    thresh_diags_add(diags, THRESH_ERROR, m->path, d->line, d->column, "%s", text);
}

/* The metric that the driver means; slices only where it names one by its path. */
static const thresh_judged *find(const thresh_roi_driver *d, const thresh_judged *metrics,
                                 size_t count, const thresh_judged **other)
{
    const thresh_judged *found = NULL;
    int best = 0;

    *other = NULL;
    for (size_t i = 0; i < count; i++) {
        const thresh_judged *m = &metrics[i];
        int rank;
        if (m->whole != NULL && strchr(d->metric, '/') == NULL)
            continue;
        rank = thresh_pattern_rank(d->metric, m->scope, m->name, m->kind);
        if (rank > 0 && rank == best)
            *other = m;
        if (rank > best) {
            best = rank;
            found = m;
            *other = NULL;
        }
    }
    return found;
}

/* What brings a degradation of the metric's measure to the unit that the model counts in; NaN where
 * nothing does. */
static double factor_to(const thresh_judged *m, thresh_limit_unit wanted)
{
    double own = m->measure == THRESH_RELATIVE ? fabs(m->baseline) : 1;
    const unit *u = m->unit != NULL ? unit_find(m->unit, strlen(m->unit)) : NULL;

    switch (wanted) {
    case THRESH_LIMIT_PERCENT:
        return m->measure == THRESH_RELATIVE ? 1 : m->baseline != 0 ? 1 / fabs(m->baseline) : NAN;
    case THRESH_LIMIT_PP:
        return m->kind->scale == THRESH_SCALE_HUNDRED ? own / 100 : own;
    case THRESH_LIMIT_POINTS:
        return m->kind->scale == THRESH_SCALE_FRACTION ? own * 100 : own;
    case THRESH_LIMIT_TIME:
    case THRESH_LIMIT_BYTES:
        return u != NULL ? own * u->factor : NAN;
    default:
        return own;
    }
}

static bool measure(distribution *out, const thresh_roi_model *model, const thresh_roi_driver *d,
                    const thresh_judged *metrics, size_t count, thresh_diags *diags)
{
    const thresh_judged *other, *m = find(d, metrics, count, &other);
    double factor, z;

    if (m == NULL) {
        fault(model, d, diags,
              N_("a loss is tied to %s, and no metric that was judged is called so"), "", "");
        return false;
    }
    if (other != NULL) {
        fault(model, d, diags,
              N_("a loss is tied to %s, which %s and %s both are; name one of them by its path"),
              m->scope[0] != '\0' ? m->scope : m->name,
              other->scope[0] != '\0' ? other->scope : other->name);
        return false;
    }
    factor = factor_to(m, d->unit);
    if (!isfinite(m->degradation) || !isfinite(factor)) {
        fault(model, d, diags,
              N_("a loss is tied to %s, whose degradation is not known in the unit that the model "
                 "counts in: see what thresh eval says of it"),
              "", "");
        return false;
    }
    *out = (distribution){ DRAW_FIXED, m->degradation * factor, 0, 0 };
    if (!m->has_interval || !isfinite(m->low) || !isfinite(m->high))
        return true;
    /* its bounds become quantiles at their confidence */
    z = thresh_normal_quantile(m->confidence);
    out->b = fmax(0, m->degradation - m->low) * factor / z;
    out->c = fmax(0, m->high - m->degradation) * factor / z;
    out->shape = out->b > 0 || out->c > 0 ? DRAW_SPLIT : DRAW_FIXED;
    return true;
}

thresh_status roi_degradations(distribution *out, thresh_roi_tie *ties, arena *a,
                               const thresh_roi_model *model, bool measured,
                               const thresh_judged *metrics, size_t count, thresh_diags *diags)
{
    bool ok = true;

    for (size_t k = 0; k < model->driver_count; k++) {
        const thresh_roi_driver *d = &model->drivers[k];

        ties[k] = (thresh_roi_tie){ .metric = arena_strdup(a, d->metric),
                                    .unit = roi_unit(d->unit),
                                    .measured = measured };
        if (measured) {
            ok = measure(&out[k], model, d, metrics, count, diags) && ok;
        } else if (d->stated) {
            out[k] = roi_distribution(&d->degradation);
        } else {
            fault(
                model, d, diags,
                N_("nothing says how much %s degrades: give BASELINE and CANDIDATE, or state it in "
                   "the model under degradations:"),
                "", "");
            ok = false;
        }
    }
    return a->failed ? THRESH_ENOMEM : ok ? THRESH_OK : THRESH_EINVAL;
}
