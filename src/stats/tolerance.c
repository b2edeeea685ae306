/* The tolerance that adapts, window after window. */
#include "stats/tolerance.h"

#include <math.h>

thresh_tolerance_settings thresh_tolerance_defaults(void)
{
    return (thresh_tolerance_settings){ .start = 0.02,
                                        .least = 0.01,
                                        .most = 0.05,
                                        .widen = 1.2,
                                        .tighten = 0.95,
                                        .window = 1000,
                                        .patience = 1 };
}

const char *thresh_tolerance_reason_slug(thresh_tolerance_reason reason)
{
    static const char *const slugs[] = {
#define X(id, slug) [THRESH_TOLERANCE_##id] = slug,
        THRESH_TOLERANCE_REASONS(X)
#undef X
    };
    return slugs[reason];
}

thresh_status thresh_tolerance_check(const thresh_tolerance_settings *s, thresh_diags *diags,
                                     const char *file)
{
    unsigned faults = 0;
    /* a NaN is neither one thing nor the other: every condition says what has to hold */
    bool least = isfinite(s->least) && s->least > 0;
    bool most = isfinite(s->most) && s->most > 0;

    if (!least && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "the least tolerance is above 0, and not %g", s->least);
    if (!most && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "the greatest tolerance is a number above 0, and not %g", s->most);
    if (least && most && s->least > s->most && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "the least tolerance, %g, lies above the greatest, %g", s->least, s->most);
    else if (least && most && !(s->start >= s->least && s->start <= s->most) && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "the tolerance starts between its least and greatest, %g and %g, and not "
                         "at %g",
                         s->least, s->most, s->start);
    if (!(isfinite(s->widen) && s->widen > 1) && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "the factor that widens a tolerance is above 1, such as 1.2, and not %g",
                         s->widen);
    if (!(s->tighten > 0 && s->tighten < 1) && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "the factor that tightens a tolerance lies between 0 and 1, such as 0.95, "
                         "and is not %g",
                         s->tighten);
    if (s->window == 0 && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "a window of the tolerance has at least one event");
    if (s->patience == 0 && ++faults)
        thresh_diags_add(diags, THRESH_ERROR, file, 0, 0,
                         "it takes at least one stable window to tighten a tolerance");
    return faults == 0 ? THRESH_OK : THRESH_EINVAL;
}

thresh_status thresh_tolerance_init(thresh_tolerance *out,
                                    const thresh_tolerance_settings *settings)
{
    if (thresh_tolerance_check(settings, NULL, NULL) != THRESH_OK)
        return THRESH_EINVAL;
    *out = (thresh_tolerance){ .settings = *settings, .value = settings->start };
    return THRESH_OK;
}

/* How far beyond its limit, whichever side that is: p values lie below it. */
static double distance(double statistic, double limit)
{
    double ratio = fabs(log(fabs(statistic) / fabs(limit)));

    return isnan(ratio) ? 0 : ratio;
}

thresh_status thresh_tolerance_signal(thresh_tolerance *t, thresh_detector detector,
                                      double statistic, double limit)
{
    if (detector <= THRESH_DETECTOR_NONE || detector >= THRESH_DETECTOR_COUNT
        || !isfinite(statistic) || !isfinite(limit))
        return THRESH_EDOMAIN;
    if (t->detector != THRESH_DETECTOR_NONE
        && distance(statistic, limit) <= distance(t->statistic, t->limit))
        return THRESH_OK;
    t->detector = detector;
    t->statistic = statistic;
    t->limit = limit;
    return THRESH_OK;
}

bool thresh_tolerance_event(thresh_tolerance_change *change, thresh_tolerance *t)
{
    return ++t->events >= t->settings.window && thresh_tolerance_close(change, t);
}

bool thresh_tolerance_close(thresh_tolerance_change *change, thresh_tolerance *t)
{
    const thresh_tolerance_settings *s = &t->settings;
    bool drifts = t->detector != THRESH_DETECTOR_NONE;
    thresh_tolerance_change c = { .from = t->value,
                                  .to = t->value,
                                  .why = drifts ? THRESH_TOLERANCE_DRIFT : THRESH_TOLERANCE_STABLE,
                                  .detector = t->detector,
                                  .statistic = t->statistic,
                                  .limit = t->limit,
                                  .window = ++t->windows };

    if (drifts)
        t->stable = 0;
    else if (t->events > 0 && t->stable < UINT32_MAX)
        t->stable++;
    c.stable = t->stable;
    if (drifts && !s->tighten_only)
        c.to = fmin(s->most, t->value * s->widen);
    else if (!drifts && t->events > 0 && t->stable >= s->patience)
        c.to = fmax(s->least, t->value * s->tighten);
    t->events = 0;
    t->detector = THRESH_DETECTOR_NONE;
    t->statistic = t->limit = 0;
    if (c.to == c.from)
        return false;
    t->value = c.to;
    *change = c;
    return true;
}

void tolerance_put(bytes *b, const thresh_tolerance *t)
{
    bytes_put_tag(b, "Tol1");
    bytes_put_doubles(b,
                      (const double[]){ t->settings.start, t->settings.least, t->settings.most,
                                        t->settings.widen, t->settings.tighten, t->value,
                                        t->statistic, t->limit },
                      8);
    bytes_put_u64(b, t->settings.window);
    bytes_put_u32(b, t->settings.patience);
    bytes_put_u8(b, t->settings.tighten_only);
    bytes_put_u64(b, t->windows);
    bytes_put_u64(b, t->events);
    bytes_put_u32(b, t->stable);
    bytes_put_u8(b, (uint8_t)t->detector);
}

void tolerance_take(thresh_tolerance *out, bytes_reader *r)
{
    double v[8] = { 0 };
    thresh_tolerance t = { 0 };
    uint8_t only;

    bytes_take_tag(r, "Tol1");
    bytes_take_doubles(r, v, 8);
    t.settings.start = v[0];
    t.settings.least = v[1];
    t.settings.most = v[2];
    t.settings.widen = v[3];
    t.settings.tighten = v[4];
    t.value = v[5];
    t.statistic = v[6];
    t.limit = v[7];
    t.settings.window = bytes_take_u64(r);
    t.settings.patience = bytes_take_u32(r);
    only = bytes_take_u8(r);
    t.settings.tighten_only = only == 1;
    t.windows = bytes_take_u64(r);
    t.events = bytes_take_u64(r);
    t.stable = bytes_take_u32(r);
    t.detector = (thresh_detector)bytes_take_u8(r);
    if (thresh_tolerance_check(&t.settings, NULL, NULL) != THRESH_OK || only > 1
        || !(t.value >= t.settings.least && t.value <= t.settings.most)
        || t.events >= t.settings.window || t.detector >= THRESH_DETECTOR_COUNT
        || !isfinite(t.statistic) || !isfinite(t.limit))
        r->failed = true;
    *out = t;
}
