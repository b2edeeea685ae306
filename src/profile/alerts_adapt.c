/* Of `alerts:` of a profile: what is followed for drift, and how far limits follow it. */
#include "base/language.h"
#include "profile/loader.h"

#include <math.h>
#include <string.h>

void read_adaptive(document *d, const node *n)
{
    thresh_alert_settings *s = &d->p->alert_settings;

    if (n->type == NODE_BOOL)
        s->adaptive = n->number != 0 ? THRESH_ADAPTIVE_ON : THRESH_ADAPTIVE_OFF;
    else if (n->text != NULL && strcmp(n->text, "tighten-only") == 0)
        s->adaptive = THRESH_ADAPTIVE_TIGHTEN;
    else
        expected(d, n, N_("true, false or tighten-only"));
    d->p->has_adaptive = true;
}

bool read_share(const node *n, double *out)
{
    thresh_limit limit;

    if (limit_read(&limit, n) != NULL || limit.unit != THRESH_LIMIT_PERCENT || !(limit.value > 0)
        || limit.value > 1)
        return false;
    *out = limit.value;
    return true;
}

static bool read_factor(const node *n, double above, double below, double *out)
{
    if (n->type != NODE_NUMBER || !(n->number > above) || !(n->number < below))
        return false;
    *out = n->number;
    return true;
}

void read_tolerance(document *d, const node *map)
{
    enum { LARGEST = 100, LONGEST = 1000000000 };
    thresh_adaptation *t = &d->p->alert_settings.tolerance;
    double rows = 0;

    /* xgettext:no-c-format */
    if (!need(d, map, NODE_MAP, N_("a map such as {start: 2%, least: 1%, most: 5%}")))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        const struct {
            const char *key;
            double *share;
        } shares[] = { { "start", &t->start }, { "least", &t->least }, { "most", &t->most } };
        bool is_share = false;

        if (!is_known(d, n, "tolerance"))
            continue;
        for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
            if (strcmp(n->key, shares[i].key) == 0) {
                is_share = true;
                if (!read_share(n, shares[i].share))
                    /* xgettext:no-c-format */
                    expected(d, n, N_("a percentage above 0, such as 2%"));
            }
        if (is_share)
            continue;
        if (strcmp(n->key, "widen") == 0) {
            if (!read_factor(n, 1, LARGEST, &t->widen))
                expected(d, n, N_("a factor above 1, such as 1.2"));
        } else if (strcmp(n->key, "tighten") == 0) {
            if (!read_factor(n, 0, 1, &t->tighten))
                expected(d, n, N_("a factor between 0 and 1, such as 0.95"));
        } else if (!read_factor(n, 0, LONGEST + 1.0, &rows) || rows > floor(rows)) {
            expected(d, n, N_("a number of rows, such as 1000"));
        } else {
            t->window = (uint64_t)rows;
        }
    }
}

/* What `methods:` may name, and what their limits may be. */
static const struct drift_method {
    const char *name;
    thresh_detector detector;
    double below; /* the limit is above 0, and below this */
    const char *wanted;
} drift_methods[] = {
    { "page-hinkley", THRESH_DETECTOR_PAGE_HINKLEY, 1e9, N_("a number above 0, such as 40") },
    { "adwin", THRESH_DETECTOR_ADWIN, 1, N_("a number between 0 and 1, such as 0.002") },
    { "kolmogorov-smirnov", THRESH_DETECTOR_KOLMOGOROV_SMIRNOV, 1,
      N_("a number between 0 and 1, such as 0.0001") },
    { "psi", THRESH_DETECTOR_POPULATION_STABILITY, 1000, N_("a number above 0, such as 0.25") },
};

static const struct drift_method *find_method(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof drift_methods / sizeof *drift_methods; i++)
        if (strcmp(drift_methods[i].name, name) == 0)
            return &drift_methods[i];
    return NULL;
}

static void read_methods(document *d, const node *n, thresh_drift_settings *s)
{
    const struct drift_method *method;

    memset(s->methods, 0, sizeof s->methods);
    if (n->type != NODE_LIST || n->child == NULL) {
        expected(d, n, N_("a list of methods, such as [page-hinkley, adwin]"));
        return;
    }
    for (const node *i = n->child; i != NULL; i = i->next)
        if ((method = find_method(i->text)) != NULL)
            s->methods[method->detector] = true;
        else
            expected(d, i, N_("page-hinkley, adwin, kolmogorov-smirnov or psi"));
}

static void read_columns(document *d, const node *n, thresh_drift_settings *s)
{
    enum { MOST_COLUMNS = 64 };
    const char **columns;
    size_t count = 0;

    if (n->type != NODE_LIST || n->child == NULL || node_count(n) > MOST_COLUMNS) {
        expected(d, n, N_("a list of 1 to 64 columns, such as [latency_ms]"));
        return;
    }
    columns = arena_alloc(&d->l->policy->arena, (node_count(n) + 1) * sizeof *columns);
    for (const node *i = n->child; i != NULL && columns != NULL; i = i->next) {
        if (i->text == NULL || i->text[0] == '\0')
            expected(d, i, N_("the name of a column"));
        else
            columns[count++] = keep(d, i->text);
        columns[count] = NULL;
    }
    s->columns = columns;
}

void read_drift(document *d, const node *map)
{
    thresh_drift_settings *s = &d->p->alert_settings.drift;

    if (!need(d, map, NODE_MAP, N_("a map such as {columns: [latency_ms], psi: 0.2}")))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        const struct drift_method *method = find_method(n->key);
        double values = 0;

        if (!is_known(d, n, "drift"))
            continue;
        if (strcmp(n->key, "columns") == 0) {
            read_columns(d, n, s);
        } else if (strcmp(n->key, "methods") == 0) {
            read_methods(d, n, s);
        } else if (method != NULL) {
            if (!read_factor(n, 0, method->below, &s->limits[method->detector]))
                expected(d, n, method->wanted);
        } else if (!read_factor(n, THRESH_DRIFT_WINDOW_LEAST - 1.0, THRESH_DRIFT_WINDOW_MOST + 1.0,
                                &values)
                   || values > floor(values)) {
            expected(d, n, N_("a number of values from 50 to 10000"));
        } else {
            s->window = (uint32_t)values;
        }
    }
}
