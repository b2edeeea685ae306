/* What is watched: metrics of the baseline, found in the stream by name, percentile or kind. */
#include "base/words.h"
#include "live/watch.h"
#include "metric/catalog.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* Names by which a service says whether it is up. */
static const char *const switches[] = { "up", "service_up", "probe_success" };

enum { MOST_NAME = 256 };

/* A part of a name between underscores: "p99", "median", "mean". */
static bool reads_as(const char *part, size_t len, double *level)
{
    double percent;

    *level = NAN;
    if ((len == 4 && memcmp(part, "mean", 4) == 0) || (len == 3 && memcmp(part, "avg", 3) == 0))
        return true;
    if (len == 6 && memcmp(part, "median", 6) == 0)
        *level = 0.5;
    else if (len > 1 && part[0] == 'p' && thresh_parse_number(&percent, part + 1, len - 1)
             && percent > 0 && percent < 1000) {
        while (percent >= 100) /* p999 is p99.9 */
            percent /= 10;
        *level = percent / 100;
    }
    return !isnan(*level);
}

/* Takes the percentile out of a name, and its unit: "p99_ttft_ms" → "ttft", 0.99. */
static bool split_name(char out[MOST_NAME], const char *name, double *level, bool *has_statistic)
{
    char whole[MOST_NAME];
    size_t used = 0;

    *has_statistic = false;
    *level = NAN;
    if (!name_normalise(whole, sizeof whole, name))
        return false;
    name_cut_unit(whole);
    for (const char *p = whole; *p != '\0';) {
        size_t len = strcspn(p, "_");
        double found;
        if (!*has_statistic && reads_as(p, len, &found)) {
            *has_statistic = true;
            *level = found;
        } else if (len > 0) {
            if (used > 0)
                out[used++] = '_';
            memcpy(out + used, p, len);
            used += len;
        }
        p += len;
        p += *p == '_';
    }
    out[used] = '\0';
    return used > 0;
}

static void choose_statistic(watch *w)
{
    char bare[MOST_NAME];
    double level = NAN;
    bool named = false;

    if (w->rule.statistic == THRESH_BY_NAME)
        split_name(bare, w->name, &level, &named);
    else if (w->rule.statistic == THRESH_BY_QUANTILE)
        level = w->rule.quantile;
    w->quantile = !isnan(level);
    w->level = level;
    if (!w->quantile)
        snprintf(w->label, sizeof w->label, "mean");
    else
        snprintf(w->label, sizeof w->label, "p%.6g", level * 100);
}

static thresh_status add_watch(thresh_monitor *m, watch w, uint32_t *place)
{
    if (!array_reserve(&m->watches, &m->watch_capacity, m->watch_count + 1, sizeof *m->watches))
        return THRESH_ENOMEM;
    w.series = w.next = NOT_SEEN;
    w.value = w.baseline = w.base_low = w.base_high = NAN;
    w.unit = w.kind->scale != THRESH_SCALE_NONE ? ""
             : w.base.unit != NULL              ? w.base.unit
             : w.name_unit != NULL              ? w.name_unit
                                                : w.kind->unit;
    resolve_alerts(m, &w); /* the statistic, and limits that need no baseline */
    choose_statistic(&w);
    if (w.rule.no_data > 0 && w.rule.no_data / 4 < m->longest_step)
        m->longest_step = w.rule.no_data / 4;
    if (place != NULL)
        *place = (uint32_t)m->watch_count;
    m->watches[m->watch_count++] = w;
    return THRESH_OK;
}

thresh_status find_watches(thresh_monitor *m, thresh_diags *diags)
{
    const thresh_catalog *catalog = thresh_policy_catalog(m->policy);
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; m->baseline != NULL && i < thresh_set_count(m->baseline); i++) {
        const thresh_metric *b = thresh_set_at(m->baseline, i);
        thresh_resolved r = thresh_catalog_resolve(catalog, b->name);

        if (b->state != THRESH_VALUE_NUMBER || r.kind == NULL || r.kind->informational)
            continue;
        rc = add_watch(m,
                       (watch){ .scope = b->scope,
                                .name = b->name,
                                .kind = r.kind,
                                .name_unit = r.unit,
                                .base = *b,
                                .has_base = true,
                                .required = is_required(m->policy, b->scope, b->name, r.kind) },
                       NULL);
        if (rc != THRESH_OK)
            return rc;
    }
    if (m->baseline == NULL || m->watch_count > 0)
        return THRESH_OK;
    thresh_diags_add(diags, THRESH_ERROR, thresh_set_source(m->baseline)->path, 0, 0,
                     "the baseline has no metric that could be watched");
    return THRESH_EEMPTY;
}

/* How well a metric of the baseline is found in a series: 0 is not at all. */
typedef enum fit { NO_FIT, BY_KIND, BY_STATISTIC, BY_NAME } fit;

static fit fit_of(const thresh_monitor *m, const watch *w, const series *s, thresh_resolved r)
{
    char wanted[MOST_NAME], bare[MOST_NAME];
    double level, other;
    bool named, of_series;
    size_t alike = 0;

    if (strcmp(w->scope, s->scope) != 0)
        return NO_FIT;
    if (strcmp(w->name, s->name) == 0)
        return BY_NAME;
    if (!split_name(wanted, w->name, &level, &named)
        || !split_name(bare, s->name, &other, &of_series))
        return NO_FIT;
    /* latency_p99 and latency_mean in what latency_ms has; "latency_s" is latency_ms, too */
    if (strcmp(wanted, bare) == 0
        && (!of_series || (named && !(level < other) && !(level > other))))
        return BY_STATISTIC;
    if (r.kind != w->kind || of_series != named)
        return NO_FIT;
    for (size_t i = 0; i < m->watch_count; i++)
        alike += m->watches[i].kind == w->kind && strcmp(m->watches[i].scope, w->scope) == 0;
    return alike == 1 ? BY_KIND : NO_FIT;
}

static void unlink_watch(thresh_monitor *m, uint32_t at)
{
    watch *w = &m->watches[at];
    uint32_t *link = w->series != NOT_SEEN ? &m->series[w->series].watches : NULL;

    while (link != NULL && *link != NOT_SEEN) {
        if (*link == at) {
            *link = w->next;
            break;
        }
        link = &m->watches[*link].next;
    }
    w->series = w->next = NOT_SEEN;
}

/* The metrics of the baseline that this series has, better than any before it. */
static void link_watches(thresh_monitor *m, uint32_t place, thresh_resolved r, bool *quantiles)
{
    series *s = &m->series[place];

    for (uint32_t i = 0; i < m->watch_count; i++) {
        watch *w = &m->watches[i];
        fit f = fit_of(m, w, s, r);

        if (f == NO_FIT || (w->series != NOT_SEEN && !(w->by_kind && f > BY_KIND)))
            continue;
        unlink_watch(m, i);
        w->series = place;
        w->next = s->watches;
        w->by_kind = f == BY_KIND;
        s->watches = i;
        *quantiles |= w->quantile;
    }
}

static thresh_status link_live(thresh_monitor *m, uint32_t place, thresh_resolved r,
                               bool *quantiles)
{
    series *s = &m->series[place];
    watch w = { .scope = s->scope,
                .name = s->name,
                .kind = r.kind,
                .name_unit = r.unit,
                .live = true,
                .base = { .scope = s->scope, .name = s->name, .value = NAN } };
    thresh_status rc = add_watch(m, w, &s->watches);

    if (rc == THRESH_OK) {
        m->watches[s->watches].series = place;
        *quantiles = m->watches[s->watches].quantile;
    }
    return rc;
}

static bool is_switch(const char *name)
{
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (strcmp(name, switches[i]) == 0)
            return true;
    return false;
}

thresh_status take_series(thresh_monitor *m, thresh_series named, uint32_t *out)
{
    thresh_resolved r = thresh_catalog_resolve(thresh_policy_catalog(m->policy), named.name);
    bool quantiles = false, switched = is_switch(named.name);
    bool drifts = drift_wanted(m, named.scope, named.name);
    bool judged = r.kind != NULL && !r.kind->informational;
    uint32_t place = (uint32_t)m->series_count;
    thresh_status rc = THRESH_OK;
    size_t cost;

    *out = UNWATCHED;
    if (!switched && !judged && !drifts)
        return THRESH_OK;
    if (!array_reserve(&m->series, &m->series_capacity, m->series_count + 1, sizeof *m->series))
        return THRESH_ENOMEM;
    series *s = &m->series[place];
    *s = (series){ .scope = arena_strdup(&m->arena, named.scope),
                   .name = arena_strdup(&m->arena, named.name),
                   .unit = r.unit,
                   .watches = NOT_SEEN,
                   .seen = m->stream_time,
                   .switched = switched };
    if (m->arena.failed)
        return THRESH_ENOMEM;
    if (m->series_count >= m->options.max_series) {
        *out = DROPPED;
        return THRESH_OK;
    }
    if (switched) {
        rc = add_watch(m,
                       (watch){ .scope = s->scope,
                                .name = s->name,
                                .live = true,
                                .kind = thresh_catalog_at(thresh_policy_catalog(m->policy), 0),
                                .base = { .scope = s->scope, .name = s->name, .value = NAN } },
                       &s->watches);
        if (rc == THRESH_OK) {
            m->watches[s->watches].series = place;
            m->watches[s->watches].label[0] = '\0';
        }
    } else if (judged && m->baseline == NULL) {
        rc = link_live(m, place, r, &quantiles);
    } else if (judged) {
        link_watches(m, place, r, &quantiles);
    }
    if (rc != THRESH_OK || (s->watches == NOT_SEEN && !drifts))
        return rc;
    s->windowed = !switched && s->watches != NOT_SEEN;
    cost = (s->windowed ? window_cost(&m->shape, quantiles) : sizeof *s)
           + (drifts ? drift_cost(m) : 0);
    if (m->memory + cost > m->options.memory) {
        while (s->watches != NOT_SEEN)
            unlink_watch(m, s->watches);
        m->watch_count -= s->windowed ? m->baseline == NULL : switched; /* just made */
        *out = DROPPED;
        return THRESH_OK;
    }
    if (drifts && (rc = drift_new(&s->drift, m)) != THRESH_OK)
        return rc;
    if (s->windowed
        && (rc = window_init(&s->window, &m->shape, quantiles,
                             hash_bytes(0, s->name, strlen(s->name))))
               != THRESH_OK) {
        free(s->drift);
        return rc;
    }
    m->memory += cost;
    m->follows = m->follows || s->drift != NULL;
    m->series_count++;
    *out = place;
    return THRESH_OK;
}

thresh_status take_base(thresh_monitor *m, watch *w, const window_sum *sum)
{
    double value, low, high;
    thresh_status rc = window_value(w, sum, w->rule.confidence, &value, &low, &high);

    if (rc != THRESH_OK)
        return rc;
    w->base.value = value;
    w->base.n = (double)sum->n;
    w->base.has_n = true;
    if (sum->percent && w->kind->scale != THRESH_SCALE_NONE
        && thresh_policy_scale(m->policy, w->scope, w->name, w->kind) == THRESH_AS_SEEN)
        w->base.unit = "%";
    if (w->quantile) {
        w->base_low = low;
        w->base_high = high;
    } else if (sum->n > 1 && !(sum->binary && w->kind->share)) {
        w->base.stderr_value = sqrt(sum->m2 / (double)(sum->n - 1) / (double)sum->n);
        w->base.has_stderr = true;
    }
    w->has_base = true;
    resolve_alerts(m, w);
    return THRESH_OK;
}

const char *thresh_monitor_unmet(const thresh_monitor *m, size_t i)
{
    const char *pattern;

    for (size_t k = 0; (pattern = thresh_policy_alert_pattern(m->policy, k)) != NULL; k++) {
        bool met = false;
        for (size_t n = 0; n < m->watch_count && !met; n++) {
            const watch *w = &m->watches[n];
            met = thresh_pattern_rank(pattern, w->scope, w->name, w->kind) > 0;
        }
        if (!met && i-- == 0)
            return pattern;
    }
    return NULL;
}
