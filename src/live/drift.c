/*
 * Has the data changed? Chosen columns are followed by Page-Hinkley and ADWIN value by value, and
 * each window of them is compared with the first one by Kolmogorov-Smirnov and by the population
 * stability index. What they see widens the tolerance, or is told alone.
 */
#include "live/watch.h"
#include "stats/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 1000, /* values that are compared with the first so many */
    TESTED = 500,  /* about so many of these: an exact test takes the square of it in steps */
    BINS = 10,
    LOOK_EVERY = 32,
    SETTLED = 30
};
/* Of values in standard deviations of the first window. */
static const double least_shift = 0.1, usual_range = 10;
/* A monitor looks again and again; an index of 0.25 is what is called a great change. */
static const double rare = 0.0001;
static const double default_limits[THRESH_DETECTOR_COUNT] = {
    [THRESH_DETECTOR_PAGE_HINKLEY] = 40,
    [THRESH_DETECTOR_ADWIN] = 0.002,
    [THRESH_DETECTOR_KOLMOGOROV_SMIRNOV] = 0.0001,
    [THRESH_DETECTOR_POPULATION_STABILITY] = 0.25,
};

struct drifting {
    uint64_t n;                       /* values so far */
    uint32_t filled;                  /* values of `recent` */
    bool seen[THRESH_DETECTOR_COUNT]; /* drift that was told of, and goes on */
    /* once the first window is full: */
    double mean, deviation;
    size_t edge_count;
    double edges[BINS];
    uint64_t reference_bins[BINS + 1];
    thresh_page_hinkley page_hinkley;
    thresh_adwin adwin;
    double *reference, *recent; /* a window each, behind this */
};

static const thresh_drift_settings *settings_of(const thresh_monitor *m)
{
    return &m->options.settings.drift;
}

static bool is_among(const char *const *columns, const char *name)
{
    for (; columns != NULL && *columns != NULL; columns++)
        if (strcmp(*columns, name) == 0)
            return true;
    return false;
}

bool drift_wanted(const thresh_monitor *m, const char *scope, const char *name)
{
    return scope[0] == '\0'
           && (is_among(m->options.drift, name) || is_among(settings_of(m)->columns, name));
}

static bool is_seen(const thresh_monitor *m, const char *column)
{
    for (size_t i = 0; i < m->series_count; i++)
        if (m->series[i].drift != NULL && strcmp(m->series[i].name, column) == 0)
            return true;
    return false;
}

const char *thresh_monitor_unseen(const thresh_monitor *m, size_t i)
{
    const char *const *columns[] = { m->options.drift, settings_of(m)->columns };

    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        for (const char *const *c = columns[k]; c != NULL && *c != NULL; c++)
            if (!is_seen(m, *c) && (k == 0 || !is_among(columns[0], *c)) && i-- == 0)
                return *c;
    return NULL;
}

thresh_status drift_new(drifting **out, const thresh_monitor *m)
{
    drifting *d = calloc(1, drift_cost(m));

    *out = d;
    if (d == NULL)
        return THRESH_ENOMEM;
    d->reference = (double *)(d + 1);
    d->recent = d->reference + settings_of(m)->window;
    return THRESH_OK;
}

size_t drift_cost(const thresh_monitor *m)
{
    return sizeof(drifting) + 2 * (size_t)settings_of(m)->window * sizeof(double);
}

static thresh_status begin_comparing(const thresh_monitor *m, drifting *d)
{
    const thresh_drift_settings *s = settings_of(m);
    double sum = 0, squares = 0, *x = d->recent; /* which begins anew, and so may be reordered */
    thresh_status rc;

    memcpy(d->reference, x, s->window * sizeof *x);
    for (size_t i = 0; i < s->window; i++)
        sum += x[i] / s->window;
    for (size_t i = 0; i < s->window; i++)
        squares += (x[i] - sum) * (x[i] - sum);
    d->mean = sum;
    d->deviation = sqrt(squares / (s->window - 1));
    rc = thresh_psi_edges(d->edges, &d->edge_count, x, s->window, BINS);
    for (size_t i = 0; rc == THRESH_OK && i < s->window; i++)
        d->reference_bins[thresh_psi_bin(d->edges, d->edge_count, d->reference[i])]++;
    if (rc == THRESH_OK)
        rc = thresh_page_hinkley_init(&d->page_hinkley, least_shift,
                                      s->limits[THRESH_DETECTOR_PAGE_HINKLEY], SETTLED,
                                      THRESH_DRIFT_EITHER_WAY);
    if (rc == THRESH_OK)
        rc =
            thresh_adwin_init(&d->adwin, s->limits[THRESH_DETECTOR_ADWIN], usual_range, LOOK_EVERY);
    return rc;
}

static thresh_status tell_drift(thresh_monitor *m, const series *s, thresh_detector detector,
                                double statistic, double limit, const thresh_monitor_sink *sink)
{
    thresh_monitor_event event = { .ts = m->ts,
                                   .line = m->line,
                                   .what = THRESH_EVENT_DRIFT,
                                   .scope = s->scope,
                                   .metric = s->name,
                                   .detector = thresh_detector_slug(detector),
                                   .value = statistic,
                                   .limit = limit,
                                   .reason = "drift" };

    make_id(event.id, m, s->scope, s->name, m->event_number++);
    return sink != NULL && sink->event != NULL ? sink->event(sink->context, &event) : THRESH_OK;
}

/* Drift that goes on is told of once. */
static thresh_status signal(thresh_monitor *m, series *s, thresh_detector detector, bool found,
                            double statistic, double limit, const thresh_monitor_sink *sink)
{
    drifting *d = s->drift;
    bool before = d->seen[detector];

    d->seen[detector] = found;
    if (!found)
        return THRESH_OK;
    thresh_tolerance_signal(&m->tolerance, detector, statistic, limit);
    return before ? THRESH_OK : tell_drift(m, s, detector, statistic, limit, sink);
}

static thresh_status compare_distributions(thresh_monitor *m, series *s,
                                           const thresh_monitor_sink *sink)
{
    const drifting *d = s->drift;
    size_t values = settings_of(m)->window, stride = values > TESTED ? values / TESTED : 1, n = 0;
    double limit = settings_of(m)->limits[THRESH_DETECTOR_KOLMOGOROV_SMIRNOV];
    double a[2 * TESTED], b[2 * TESTED]; /* a stride of 1 takes in up to twice as many */
    thresh_ks ks;
    thresh_status rc;

    for (size_t i = 0; i < values && n < sizeof a / sizeof *a; i += stride, n++) {
        a[n] = d->reference[i];
        b[n] = d->recent[i];
    }
    rc = thresh_kolmogorov_smirnov(&ks, a, n, b, n);
    return rc != THRESH_OK
               ? rc
               : signal(m, s, THRESH_DETECTOR_KOLMOGOROV_SMIRNOV, ks.p < limit, ks.p, limit, sink);
}

static thresh_status compare_bins(thresh_monitor *m, series *s, const thresh_monitor_sink *sink)
{
    const drifting *d = s->drift;
    double limit = settings_of(m)->limits[THRESH_DETECTOR_POPULATION_STABILITY];
    uint64_t bins[BINS + 1] = { 0 };
    thresh_psi psi;

    for (size_t i = 0; i < settings_of(m)->window; i++)
        bins[thresh_psi_bin(d->edges, d->edge_count, d->recent[i])]++;
    if (thresh_psi_counts(&psi, d->reference_bins, bins, d->edge_count + 1) != THRESH_OK)
        return THRESH_OK;
    return signal(m, s, THRESH_DETECTOR_POPULATION_STABILITY, psi.index > limit && psi.p < rare,
                  psi.index, limit, sink);
}

/* Value by value, in standard deviations of the first window. */
static thresh_status follow(thresh_monitor *m, series *s, double z, const thresh_monitor_sink *sink)
{
    const thresh_drift_settings *by = settings_of(m);
    drifting *d = s->drift;
    bool alarm = false, cut = false;
    thresh_status rc = THRESH_OK;

    if (by->methods[THRESH_DETECTOR_PAGE_HINKLEY])
        rc = thresh_page_hinkley_add(&alarm, &d->page_hinkley, z);
    if (rc == THRESH_OK && by->methods[THRESH_DETECTOR_ADWIN])
        rc = thresh_adwin_add(&cut, &d->adwin, z);
    if (rc == THRESH_OK && alarm)
        rc = signal(m, s, THRESH_DETECTOR_PAGE_HINKLEY, true, d->page_hinkley.statistic,
                    d->page_hinkley.lambda, sink);
    if (rc == THRESH_OK && cut)
        rc = signal(m, s, THRESH_DETECTOR_ADWIN, true, fabs(d->adwin.newer - d->adwin.older),
                    d->adwin.cut, sink);
    return rc;
}

thresh_status drift_add(thresh_monitor *m, series *s, double value, const thresh_monitor_sink *sink)
{
    const thresh_drift_settings *by = settings_of(m);
    drifting *d = s->drift;
    double z = d->deviation > 0 ? (value - d->mean) / d->deviation : 0;
    thresh_status rc = THRESH_OK;

    d->recent[d->filled++] = value;
    if (d->n++ >= by->window && isfinite(z)) /* one wild value is no drift */
        rc = follow(m, s, fmin(fmax(z, -usual_range), usual_range), sink);
    if (rc != THRESH_OK || d->filled < by->window)
        return rc;
    d->filled = 0;
    if (d->n == by->window)
        return begin_comparing(m, d);
    if (by->methods[THRESH_DETECTOR_KOLMOGOROV_SMIRNOV])
        rc = compare_distributions(m, s, sink);
    if (rc == THRESH_OK && by->methods[THRESH_DETECTOR_POPULATION_STABILITY])
        rc = compare_bins(m, s, sink);
    d->seen[THRESH_DETECTOR_PAGE_HINKLEY] = d->seen[THRESH_DETECTOR_ADWIN] = false;
    return rc;
}

/* --- the tolerance --- */

/* What was not said. */
static void take_drift_defaults(thresh_drift_settings *s)
{
    bool some = false;

    for (int i = THRESH_DETECTOR_NONE + 1; i < THRESH_DETECTOR_COUNT; i++) {
        some = some || s->methods[i];
        if (!(s->limits[i] > 0))
            s->limits[i] = default_limits[i];
    }
    for (int i = THRESH_DETECTOR_NONE + 1; i < THRESH_DETECTOR_COUNT; i++)
        s->methods[i] = s->methods[i] || !some;
    if (s->window < THRESH_DRIFT_WINDOW_LEAST || s->window > THRESH_DRIFT_WINDOW_MOST)
        s->window = WINDOW;
}

thresh_status drift_begin(thresh_monitor *m, thresh_diags *diags)
{
    const thresh_adaptation *said = &m->options.settings.tolerance;
    thresh_tolerance_settings settings = thresh_tolerance_defaults();

    settings.start = said->start > 0 ? said->start : settings.start;
    settings.least = said->least > 0 ? said->least : settings.least;
    settings.most = said->most > 0 ? said->most : settings.most;
    settings.widen = said->widen > 0 ? said->widen : settings.widen;
    settings.tighten = said->tighten > 0 ? said->tighten : settings.tighten;
    settings.window = said->window > 0 ? said->window : settings.window;
    take_drift_defaults(&m->options.settings.drift);
    if (thresh_tolerance_check(&settings, diags, NULL) != THRESH_OK)
        return THRESH_EINVAL;
    settings.tighten_only = m->options.settings.adaptive == THRESH_ADAPTIVE_TIGHTEN;
    return thresh_tolerance_init(&m->tolerance, &settings);
}

thresh_status drift_row(thresh_monitor *m, const thresh_monitor_sink *sink)
{
    thresh_tolerance_change change;
    thresh_monitor_event event;

    /* a column that no row has is neither stable nor drifts */
    if (!m->follows || m->options.settings.adaptive == THRESH_ADAPTIVE_OFF
        || !thresh_tolerance_event(&change, &m->tolerance))
        return THRESH_OK;
    m->adapted = m->tolerance.value / m->tolerance.settings.start;
    event = (thresh_monitor_event){ .ts = m->ts,
                                    .line = m->line,
                                    .what = THRESH_EVENT_TOLERANCE,
                                    .scope = "",
                                    .metric = "*",
                                    .from = change.from,
                                    .to = change.to,
                                    .value = change.statistic,
                                    .limit = change.limit,
                                    .detector = thresh_detector_slug(change.detector),
                                    .reason = thresh_tolerance_reason_slug(change.why) };
    make_id(event.id, m, event.scope, event.metric, m->event_number++);
    return sink != NULL && sink->event != NULL ? sink->event(sink->context, &event) : THRESH_OK;
}

/* --- state --- */

static const char tag[4] = { 'D', 'r', 'f', '1' };

static bool has_begun(const thresh_monitor *m, const drifting *d)
{
    return d->n >= settings_of(m)->window;
}

void drift_save(const thresh_monitor *m, const drifting *d, bytes *b)
{
    bytes_put_tag(b, tag);
    bytes_put_u64(b, d->n);
    if (has_begun(m, d)) {
        for (int i = THRESH_DETECTOR_NONE + 1; i < THRESH_DETECTOR_COUNT; i++)
            bytes_put_u8(b, d->seen[i]);
        bytes_put_doubles(b, d->reference, settings_of(m)->window);
        page_hinkley_put(b, &d->page_hinkley);
        adwin_put(b, &d->adwin);
    }
    bytes_put_doubles(b, d->recent, d->filled);
}

static bool take_values(double *out, size_t count, bytes_reader *r)
{
    bytes_take_doubles(r, out, count);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(out[i]))
            return false;
    return !r->failed;
}

static bool same(double a, double b)
{
    return a >= b && a <= b;
}

/* The detectors of a state are those that this monitor would have begun with. */
static bool same_settings(const drifting *d, const thresh_page_hinkley *p, const thresh_adwin *a)
{
    return same(p->delta, d->page_hinkley.delta) && same(p->lambda, d->page_hinkley.lambda)
           && p->least == d->page_hinkley.least && p->direction == d->page_hinkley.direction
           && same(a->delta, d->adwin.delta) && same(a->range, d->adwin.range)
           && a->clock == d->adwin.clock;
}

/* What follows from the values of the first window is made again. */
thresh_status drift_load(const thresh_monitor *m, drifting *d, bytes_reader *r)
{
    size_t values = settings_of(m)->window;
    bool sound = true;
    thresh_page_hinkley page_hinkley;
    thresh_adwin adwin;
    thresh_status rc;

    bytes_take_tag(r, tag);
    d->n = bytes_take_u64(r);
    if (has_begun(m, d)) {
        for (int i = THRESH_DETECTOR_NONE + 1; i < THRESH_DETECTOR_COUNT; i++) {
            uint8_t seen = bytes_take_u8(r);
            sound = sound && seen <= 1;
            d->seen[i] = seen == 1;
        }
        if (!sound || !take_values(d->recent, values, r))
            return THRESH_EFORMAT;
        if ((rc = begin_comparing(m, d)) != THRESH_OK)
            return rc == THRESH_ENOMEM ? rc : THRESH_EFORMAT;
        page_hinkley_take(&page_hinkley, r);
        adwin_take(&adwin, r);
        if (r->failed || !same_settings(d, &page_hinkley, &adwin))
            return THRESH_EFORMAT;
        d->page_hinkley = page_hinkley;
        d->adwin = adwin;
    }
    d->filled = (uint32_t)(d->n % values);
    return take_values(d->recent, d->filled, r) ? THRESH_OK : THRESH_EFORMAT;
}
