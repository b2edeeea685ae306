/*
 * Has the data changed? Chosen columns are followed by Page-Hinkley and ADWIN value by value, and
 * each window of them is compared with the first one by Kolmogorov-Smirnov and by the population
 * stability index. What they see widens the tolerance, or is told alone.
 */
#include "live/watch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE = 1000, /* values of a window, and of the first one that it is compared with */
    TESTED = 500,  /* of these, every other: an exact test takes the square of it in steps */
    BINS = 10,
    LOOK_EVERY = 32,
    SETTLED = 30
};
/* Of values in standard deviations of the first window. */
static const double least_shift = 0.1, alarm_at = 40, usual_range = 10;
static const double adwin_delta = 0.002;
/* A monitor looks again and again; an index of 0.25 is what is called a great change. */
static const double rare = 0.0001, great_index = 0.25;

struct drifting {
    uint32_t series;
    uint64_t n;
    double mean, deviation;           /* of the first window */
    uint32_t filled;                  /* values of `recent` */
    bool seen[THRESH_DETECTOR_COUNT]; /* drift that was told of, and goes on */
    size_t edge_count;
    double edges[BINS];
    uint64_t reference_bins[BINS + 1];
    thresh_page_hinkley page_hinkley;
    thresh_adwin adwin;
    double reference[SAMPLE], recent[SAMPLE];
};

bool drift_wanted(const thresh_monitor *m, const char *scope, const char *name)
{
    for (size_t i = 0; m->options.drift != NULL && m->options.drift[i] != NULL; i++)
        if (scope[0] == '\0' && strcmp(m->options.drift[i], name) == 0)
            return true;
    return false;
}

thresh_status drift_new(drifting **out)
{
    *out = calloc(1, sizeof **out);
    return *out == NULL ? THRESH_ENOMEM : THRESH_OK;
}

size_t drift_cost(void)
{
    return sizeof(drifting);
}

static thresh_status begin_comparing(drifting *d)
{
    double sum = 0, squares = 0, sorted[SAMPLE];
    thresh_status rc;

    memcpy(d->reference, d->recent, sizeof d->reference);
    for (size_t i = 0; i < SAMPLE; i++)
        sum += d->reference[i] / SAMPLE;
    for (size_t i = 0; i < SAMPLE; i++)
        squares += (d->reference[i] - sum) * (d->reference[i] - sum);
    d->mean = sum;
    d->deviation = sqrt(squares / (SAMPLE - 1));
    memcpy(sorted, d->reference, sizeof sorted);
    rc = thresh_psi_edges(d->edges, &d->edge_count, sorted, SAMPLE, BINS);
    for (size_t i = 0; rc == THRESH_OK && i < SAMPLE; i++)
        d->reference_bins[thresh_psi_bin(d->edges, d->edge_count, d->reference[i])]++;
    if (rc == THRESH_OK)
        rc = thresh_page_hinkley_init(&d->page_hinkley, least_shift, alarm_at, SETTLED,
                                      THRESH_DRIFT_EITHER_WAY);
    if (rc == THRESH_OK)
        rc = thresh_adwin_init(&d->adwin, adwin_delta, usual_range, LOOK_EVERY);
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

static thresh_status compare_window(thresh_monitor *m, series *s, const thresh_monitor_sink *sink)
{
    drifting *d = s->drift;
    uint64_t bins[BINS + 1] = { 0 };
    double a[TESTED], b[TESTED];
    thresh_ks ks;
    thresh_psi psi;
    thresh_status rc;

    for (size_t i = 0; i < TESTED; i++) {
        a[i] = d->reference[i * (SAMPLE / TESTED)];
        b[i] = d->recent[i * (SAMPLE / TESTED)];
    }
    rc = thresh_kolmogorov_smirnov(&ks, a, TESTED, b, TESTED);
    if (rc == THRESH_OK)
        rc = signal(m, s, THRESH_DETECTOR_KOLMOGOROV_SMIRNOV, ks.p < rare, ks.p, rare, sink);
    for (size_t i = 0; i < SAMPLE; i++)
        bins[thresh_psi_bin(d->edges, d->edge_count, d->recent[i])]++;
    if (rc == THRESH_OK
        && thresh_psi_counts(&psi, d->reference_bins, bins, d->edge_count + 1) == THRESH_OK)
        rc = signal(m, s, THRESH_DETECTOR_POPULATION_STABILITY,
                    psi.index > great_index && psi.p < rare, psi.index, great_index, sink);
    return rc;
}

thresh_status drift_add(thresh_monitor *m, series *s, double value, const thresh_monitor_sink *sink)
{
    drifting *d = s->drift;
    double z = d->deviation > 0 ? (value - d->mean) / d->deviation : 0;
    bool alarm = false, cut = false;
    thresh_status rc = THRESH_OK;

    d->recent[d->filled++] = value;
    if (d->n++ >= SAMPLE && isfinite(z)) {
        z = fmin(fmax(z, -usual_range), usual_range); /* one wild value is no drift */
        rc = thresh_page_hinkley_add(&alarm, &d->page_hinkley, z);
        if (rc == THRESH_OK)
            rc = thresh_adwin_add(&cut, &d->adwin, z);
        if (rc == THRESH_OK && alarm)
            rc = signal(m, s, THRESH_DETECTOR_PAGE_HINKLEY, true, d->page_hinkley.statistic,
                        alarm_at, sink);
        if (rc == THRESH_OK && cut)
            rc = signal(m, s, THRESH_DETECTOR_ADWIN, true, fabs(d->adwin.newer - d->adwin.older),
                        d->adwin.cut, sink);
    }
    if (rc != THRESH_OK || d->filled < SAMPLE)
        return rc;
    d->filled = 0;
    if (d->n == SAMPLE)
        return begin_comparing(d);
    rc = compare_window(m, s, sink);
    d->seen[THRESH_DETECTOR_PAGE_HINKLEY] = d->seen[THRESH_DETECTOR_ADWIN] = false;
    return rc;
}

/* --- the tolerance --- */

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
    if (thresh_tolerance_check(&settings, diags, NULL) != THRESH_OK)
        return THRESH_EINVAL;
    settings.tighten_only = m->options.settings.adaptive == THRESH_ADAPTIVE_TIGHTEN;
    return thresh_tolerance_init(&m->tolerance, &settings);
}

thresh_status drift_row(thresh_monitor *m, const thresh_monitor_sink *sink)
{
    thresh_tolerance_change change;
    thresh_monitor_event event;

    if (m->options.drift == NULL || m->options.drift[0] == NULL
        || m->options.settings.adaptive == THRESH_ADAPTIVE_OFF
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

/* --- state: plain structs, of this machine's layout --- */

void drift_save(const drifting *d, bytes *b)
{
    bytes_put_block(b, d, sizeof *d);
}

thresh_status drift_load(drifting *d, bytes_reader *r)
{
    bytes_reader part = bytes_take_block(r);
    const unsigned char *data = bytes_take(&part, sizeof *d);

    if (data == NULL || !bytes_done(&part))
        return THRESH_EFORMAT;
    memcpy(d, data, sizeof *d);
    if (d->filled >= SAMPLE || d->edge_count > BINS || d->adwin.rows > THRESH_ADWIN_ROWS)
        return THRESH_EFORMAT;
    for (size_t i = 0; i < THRESH_ADWIN_ROWS; i++)
        if (d->adwin.row[i].count > THRESH_ADWIN_BUCKETS + 1)
            return THRESH_EFORMAT;
    return THRESH_OK;
}
