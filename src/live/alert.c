/* Alerts: what is told when a level changes, and which incident it belongs to. */
#include "base/file.h"
#include "live/watch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const reason_slugs[THRESH_ALERT_REASON_COUNT] = {
#define X(id, slug) [THRESH_ALERT_##id] = slug,
    THRESH_ALERT_REASONS(X)
#undef X
};

const char *thresh_alert_reason_slug(thresh_alert_reason reason)
{
    return reason_slugs[reason];
}

int64_t silence_of(const thresh_monitor *m, const watch *w)
{
    return m->stream_time - (w->series != NOT_SEEN ? m->series[w->series].seen : 0);
}

thresh_level shown_level(const watch *w)
{
    return w->silent || w->unfit ? THRESH_LEVEL_RED : w->ladder.level;
}

thresh_level thresh_monitor_level(const thresh_monitor *m)
{
    thresh_level worst = shown_level(&m->whole);

    for (size_t i = 0; i < m->watch_count; i++)
        if (shown_level(&m->watches[i]) > worst)
            worst = shown_level(&m->watches[i]);
    return worst;
}

void make_id(char out[THRESH_ALERT_ID], const thresh_monitor *m, const char *scope,
             const char *metric, uint64_t number)
{
    /* longer names are cut: line and number tell alerts apart */
    char hash[SHA256_HEX], text[4096];

    snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64 " %" PRId64 "\n%s\n%s", number, m->line,
             m->ts, scope, metric);
    sha256_hex(hash, text, strlen(text));
    memcpy(out, hash, THRESH_ALERT_ID - 1);
    out[THRESH_ALERT_ID - 1] = '\0';
}

/* An incident of a level begins with the first alert that reaches it, and is over when everything
 * is below the level under it: what flaps between two levels is one incident. */
static void place_in_incident(thresh_monitor *m, thresh_alert *alert)
{
    thresh_level now = thresh_monitor_level(m);
    bool up = alert->level > alert->from;
    incident *of = &m->incidents[up ? alert->level : alert->from];

    for (thresh_level l = THRESH_LEVEL_YELLOW; up && l <= alert->level; l++) {
        incident *i = &m->incidents[l];
        if (i->active)
            continue;
        i->active = true;
        if (alert->begins_from == THRESH_LEVEL_NONE)
            alert->begins_from = l;
        memcpy(i->id, alert->id, sizeof i->id);
        alert->begins = l == alert->level;
    }
    if (!alert->begins)
        alert->begins_from = THRESH_LEVEL_NONE;
    if (of->active)
        memcpy(alert->incident, of->id, sizeof alert->incident);
    for (thresh_level l = THRESH_LEVEL_YELLOW; l < THRESH_LEVELS; l++)
        if (now == THRESH_LEVEL_NONE || (int)now < (int)l - 1)
            m->incidents[l].active = false;
    alert->ends = !up && now == THRESH_LEVEL_NONE;
}

thresh_status tell(thresh_monitor *m, watch *w, thresh_level from, thresh_level to,
                   thresh_alert_reason reason, const outcome *o, const thresh_monitor_sink *sink)
{
    bool up = to > from;
    thresh_level of = up ? to : from;
    thresh_alert alert = { .ts = m->ts,
                           .line = m->line,
                           .level = to,
                           .from = from,
                           .reason = reason,
                           .scope = w->scope,
                           .metric = w->name,
                           .statistic = "",
                           .profile = "",
                           .limit = NAN,
                           .share = NAN,
                           .adapted = 1,
                           .begin = THRESH_NO_TIME,
                           .end = THRESH_NO_TIME,
                           .silence = w->silent ? silence_of(m, w) : 0 };

    if (o != NULL) {
        const struct outcome_level *l = &o->levels[of];
        alert.has_figures = true;
        alert.statistic = o->sum.binary && !w->quantile ? "rate" : w->label;
        alert.n = o->sum.n;
        alert.begin = o->sum.first;
        alert.end = o->sum.last;
        alert.judged = &l->judged;
        alert.as_eval = &o->as_eval;
        if (l->judged.rule != NULL && l->judged.rule->has_range) {
            alert.limit = l->judged.rule->tolerate;
            alert.profile = l->judged.rule->tolerate_from;
            alert.adapted =
                w->rule.levels[of].limit > 0 ? alert.limit / w->rule.levels[of].limit : 1;
        }
        if (o->bound_from != NULL)
            alert.profile = o->bound_from;
    }
    if (reason == THRESH_ALERT_UNREADABLE || reason == THRESH_ALERT_LATE
        || reason == THRESH_ALERT_MISSING) {
        alert.n = w->gap.n;
        alert.share = (double)w->gap.bad / (double)w->gap.n;
        alert.limit = w->gap_limit;
    }
    make_id(alert.id, m, w->scope, w->name, w->alerts++);
    m->counts.alerts++;
    m->counts.raised += up;
    place_in_incident(m, &alert);
    return sink != NULL && sink->alert != NULL ? sink->alert(sink->context, &alert) : THRESH_OK;
}
