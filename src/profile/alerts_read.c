/* `alerts:` of a profile: limits of levels, windows, and what is to be done. */
#include "base/language.h"
#include "base/words.h"
#include "profile/loader.h"

#include <limits.h>
#include <math.h>
#include <string.h>

const char *const alert_key_names[ALERT_LIMITS + 1] = { "yellow", "orange",  "red",
                                                        "floor",  "ceiling", NULL };

enum { MOST_WINDOWS = 1000 };

bool thresh_parse_span(thresh_span *out, const char *text, bool count_allowed)
{
    static const struct {
        const char *name;
        double microseconds;
    } units[] = { { "ms", 1e3 },   { "s", 1e6 },    { "m", 60e6 },
                  { "min", 60e6 }, { "h", 3600e6 }, { "d", 86400e6 } };
    size_t len = strspn(text, "0123456789.");
    double value;

    if (len == 0 || len > 15 || !thresh_parse_number(&value, text, len) || !(value > 0))
        return false;
    if (text[len] == '\0') {
        if (!count_allowed || value > 1e9 || value > floor(value))
            return false;
        *out = (thresh_span){ .count = (uint64_t)value };
        return true;
    }
    text += len + strspn(text + len, " ");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text, units[i].name) == 0) {
            value = round(value * units[i].microseconds);
            if (!(value >= 1) || value > 365 * 86400e6)
                return false;
            *out = (thresh_span){ .microseconds = (int64_t)value };
            return true;
        }
    return false;
}

bool read_span(document *d, const node *n, bool count_allowed, thresh_span *out)
{
    if (n->text != NULL && thresh_parse_span(out, n->text, count_allowed))
        return true;
    expected(d, n,
             count_allowed ? N_("a count such as 1000, or a time such as 30s, 5m or 1h")
                           : N_("a time such as 30s, 5m or 1h"));
    return false;
}

static bool read_windows(document *d, const node *n, unsigned *out)
{
    if (n->type == NODE_NUMBER && n->number >= 1 && n->number <= MOST_WINDOWS
        && !(n->number > floor(n->number))) {
        *out = (unsigned)n->number;
        return true;
    }
    expected(d, n, N_("a number of windows from 1 to 1000"));
    return false;
}

static void read_below(document *d, const node *n, alert_entry *e)
{
    thresh_limit limit;

    if (limit_read(&limit, n) != NULL || limit.unit != THRESH_LIMIT_PERCENT || limit.value < 0
        || limit.value >= 1)
        /* xgettext:no-c-format */
        expected(d, n, N_("a share of the limit below 100%, such as 10%"));
    else
        e->clear_below = limit.value;
}

static void read_clear(document *d, const node *map, alert_entry *e)
{
    /* xgettext:no-c-format */
    if (!need(d, map, NODE_MAP, N_("a map such as {below: 10%, windows: 2}")))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        if (!is_known(d, n, "clear"))
            continue;
        if (strcmp(n->key, "below") == 0)
            read_below(d, n, e);
        else
            read_windows(d, n, &e->clear_windows);
    }
}

/* "mean", "median", "p95" */
static void read_statistic(document *d, const node *n, alert_entry *e)
{
    const char *text = n->text != NULL ? n->text : "";
    double percent;

    if (strcmp(text, "mean") == 0) {
        e->statistic = THRESH_BY_MEAN;
    } else if (strcmp(text, "median") == 0) {
        e->statistic = THRESH_BY_QUANTILE;
        e->quantile = 0.5;
    } else if (text[0] == 'p' && thresh_parse_number(&percent, text + 1, strlen(text + 1))
               && percent > 0 && percent < 100) {
        e->statistic = THRESH_BY_QUANTILE;
        e->quantile = percent / 100;
    } else {
        expected(d, n, N_("mean, median, or a percentile such as p95"));
        return;
    }
    e->has_statistic = true;
}

static void read_confidence(document *d, const node *n, alert_entry *e)
{
    if (n->type == NODE_NUMBER && n->number > 0.5 && n->number < 1)
        e->confidence = n->number;
    else
        expected(d, n, N_("a number between 0.5 and 1"));
}

static void read_for(document *d, const node *n, alert_entry *e)
{
    read_windows(d, n, &e->windows);
}

static void read_no_data(document *d, const node *n, alert_entry *e)
{
    thresh_span span;

    if (n->text != NULL && strcmp(n->text, "never") == 0)
        e->no_data = 0;
    else if (read_span(d, n, false, &span))
        e->no_data = span.microseconds;
}

/* "5%", or none, which is a share that nothing is more than. */
static void read_most(document *d, const node *n, double *out)
{
    if (n->text != NULL && strcmp(n->text, "none") == 0)
        *out = 1;
    else if (!read_share(n, out))
        /* xgettext:no-c-format */
        expected(d, n, N_("a percentage above 0, such as 5%, or none"));
}

static void read_missing(document *d, const node *n, alert_entry *e)
{
    read_most(d, n, &e->max_missing);
}

/* What may stand for all metrics, and for one. */
static const struct {
    const char *key;
    void (*read)(document *d, const node *n, alert_entry *e);
} shared[] = { { "for", read_for },
               { "clear", read_clear },
               { "no_data", read_no_data },
               { "max_missing", read_missing },
               { "confidence", read_confidence },
               { "statistic", read_statistic } };

static bool read_shared(document *d, const node *n, alert_entry *e)
{
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if (strcmp(n->key, shared[i].key) == 0) {
            shared[i].read(d, n, e);
            return true;
        }
    return false;
}

static alert_entry *find_alert(document *d, const char *pattern, bool family)
{
    profile *p = d->p;

    for (size_t i = 0; i < p->alert_count; i++) {
        alert_entry *e = &p->alerts[i];
        if (e->family == family
            && (e->pattern == NULL ? pattern == NULL
                                   : pattern != NULL && strcmp(e->pattern, pattern) == 0))
            return e;
    }
    if (!grow(d, &p->alerts, &p->alert_capacity, p->alert_count, sizeof *p->alerts))
        return NULL;
    p->alerts[p->alert_count] = (alert_entry){ .pattern = pattern == NULL ? NULL : keep(d, pattern),
                                               .family = family,
                                               .clear_below = NAN,
                                               .no_data = -1 };
    return &p->alerts[p->alert_count++];
}

static void read_level(document *d, const node *n, alert_key key, const thresh_kind *kind,
                       alert_entry *e)
{
    struct alert_limit *l = &e->limits[key];
    bool hard = key >= ALERT_FLOOR;
    const char *why;

    if (!hard && n->text != NULL && strcmp(n->text, "none") == 0) {
        *l = (struct alert_limit){ .none = true, .from = d->name };
        return;
    }
    why = limit_read(&l->limit, n);
    if (why == NULL && !hard && l->limit.value < 0)
        why = N_("a limit that is not negative");
    if (why != NULL) {
        expected(d, n, why);
        l->limit.unit = THRESH_LIMIT_NONE;
        return;
    }
    l->none = false;
    l->from = d->name;
    why =
        kind == NULL
            ? NULL
            : limit_fault(kind, hard ? key == ALERT_FLOOR ? KEY_FLOOR : KEY_CEILING : KEY_TOLERATE,
                          l->limit);
    if (why != NULL) {
        thresh_diags_add(d->l->diags, THRESH_ERROR, d->file, n->line, n->column, "%s: '%s': %s",
                         n->key, n->text, diag_text(d->l->diags, why));
        d->failed = true;
    }
}

/* The levels of one entry share a unit, and each lies at or above the one before. */
static void check_order(document *d, const alert_entry *e, const node *rule)
{
    const thresh_limit *before = NULL;

    for (int k = ALERT_YELLOW; k <= ALERT_RED; k++) {
        const thresh_limit *l = &e->limits[k].limit;
        if (l->unit == THRESH_LIMIT_NONE)
            continue;
        if (before != NULL && l->unit != before->unit)
            fault_at(d, rule->key_line, rule->key_column,
                     N_("yellow, orange and red need one unit"));
        else if (before != NULL && l->value < before->value)
            fault_at(d, rule->key_line, rule->key_column,
                     N_("yellow, orange and red have to grow in this order"));
        else {
            before = l;
            continue;
        }
        return;
    }
}

static void read_levels(document *d, const node *map, bool families)
{
    if (!need(d, map, NODE_MAP, N_("a map of rules")))
        return;
    for (const node *rule = map->child; rule != NULL; rule = rule->next) {
        const thresh_kind *kind = NULL;
        thresh_kind of_family;
        alert_entry *e;

        if (families) {
            thresh_family f = check_family(d, rule);
            if (f == THRESH_FAMILIES)
                continue;
            of_family = builtin_families[f];
            kind = &of_family;
        } else {
            kind = check_pattern(d, rule->key, rule->key_line, rule->key_column);
        }
        /* xgettext:no-c-format */
        if (!need(d, rule, NODE_MAP, N_("a map such as {yellow: 1pp, orange: 2pp, red: 4pp}")))
            continue;
        if ((e = find_alert(d, rule->key, families)) == NULL)
            return;
        for (const node *n = rule->child; n != NULL; n = n->next) {
            int key = position_of(n->key, alert_key_names);
            if (!is_known(d, n, "levels") || read_shared(d, n, e))
                continue;
            read_level(d, n, (alert_key)key, kind, e);
        }
        check_order(d, e, rule);
    }
}

void read_alerts(document *d, const node *map)
{
    thresh_alert_settings *s = &d->p->alert_settings;
    thresh_span span;

    if (!need(d, map, NODE_MAP, N_("a map such as {window: 1000, for: 2}")))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        alert_entry *all;

        if (!is_known(d, n, "alerts"))
            continue;
        if (strcmp(n->key, "window") == 0) {
            read_span(d, n, true, &s->window);
        } else if (strcmp(n->key, "slide") == 0) {
            read_span(d, n, true, &s->slide);
        } else if (strcmp(n->key, "lateness") == 0) {
            d->p->has_lateness = read_span(d, n, false, &span);
            if (d->p->has_lateness)
                s->lateness = span.microseconds;
        } else if (strcmp(n->key, "max_bad") == 0 || strcmp(n->key, "max_late") == 0) {
            read_most(d, n, n->key[4] == 'b' ? &s->max_bad : &s->max_late);
        } else if (strcmp(n->key, "adaptive") == 0) {
            read_adaptive(d, n);
        } else if (strcmp(n->key, "tolerance") == 0) {
            read_tolerance(d, n);
        } else if (strcmp(n->key, "drift") == 0) {
            read_drift(d, n);
        } else if (strcmp(n->key, "families") == 0 || strcmp(n->key, "metrics") == 0) {
            read_levels(d, n, n->key[0] == 'f');
        } else if (strcmp(n->key, "actions") == 0) {
            read_actions(d, n);
        } else if ((all = find_alert(d, NULL, false)) != NULL) {
            read_shared(d, n, all);
        }
    }
}
