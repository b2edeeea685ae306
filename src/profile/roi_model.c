/* From a YAML file to a return model: every key checked, every fault with its place. */
#include "base/file.h"
#include "base/language.h"
#include "base/words.h"
#include "profile/profile.h"
#include "profile/roi_number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_MODEL = 1 << 20, MOST_ITEMS = 200, MOST_POINTS = 100, MOST_MONTHS = 1200 };

/* The model in the making; the caller sees the first member only. */
typedef struct model {
    thresh_roi_model m;
    arena arena;
    thresh_roi_item items[MOST_ITEMS];
    thresh_roi_driver drivers[MOST_ITEMS];
    const node *rates;
    roi_reader r;
} model;

/* --- metrics that losses are tied to --- */

static bool is_known_metric(model *m, const char *pattern, const node *at)
{
    const char *slash = strrchr(pattern, '/'), *name = slash == NULL ? pattern : slash + 1;
    char hint[THRESH_HINT_MAX];

    if (glob_is_pattern(pattern) || thresh_catalog_resolve(m->r.catalog, name).kind != NULL)
        return true;
    thresh_hint(hint, thresh_catalog_nearest(m->r.catalog, name),
                thresh_diags_language(m->r.diags));
    roi_fault(&m->r, at, "unknown metric '%.80s'%s", pattern, hint);
    return false;
}

static const char *unit_word(const model *m, thresh_limit_unit in_unit)
{
    static const char *const words[] = {
        [THRESH_LIMIT_NONE] = N_("nothing"),
        [THRESH_LIMIT_PERCENT] = N_("per cent of the baseline"),
        [THRESH_LIMIT_PP] = "pp",
        [THRESH_LIMIT_OWN] = N_("its own unit"),
        [THRESH_LIMIT_TIME] = N_("a time"),
        [THRESH_LIMIT_BYTES] = N_("bytes"),
        [THRESH_LIMIT_POINTS] = N_("points"),
    };
    return diag_text(m->r.diags, words[in_unit]);
}

/* The driver of that metric, made where there is none; NULL and a message when it cannot be. */
static thresh_roi_driver *driver_of(model *m, const char *metric, thresh_limit change,
                                    const node *at)
{
    thresh_limit_unit in_unit = change.unit;
    thresh_roi_driver *d = m->drivers;
    const char *slash = strrchr(metric, '/'), *why;

    for (; d < m->drivers + m->m.driver_count; d++) {
        if (strcmp(d->metric, metric) != 0)
            continue;
        if (d->unit == in_unit)
            return d;
        roi_fault(&m->r, at, "%.80s counts here in %s, and in %s on line %u", metric,
                  unit_word(m, in_unit), unit_word(m, d->unit), d->line);
        return NULL;
    }
    if (!is_known_metric(m, metric, at))
        return NULL;
    thresh_resolved known =
        thresh_catalog_resolve(m->r.catalog, slash == NULL ? metric : slash + 1);
    if (known.kind != NULL && (why = limit_fault(known.kind, KEY_TOLERATE, change)) != NULL) {
        roi_fault(&m->r, at, "%.80s in %s: %s", metric, unit_word(m, in_unit),
                  diag_text(m->r.diags, why));
        return NULL;
    }
    *d = (thresh_roi_driver){ .metric = arena_strdup(&m->arena, metric),
                              .unit = in_unit,
                              .line = at->line,
                              .column = at->column };
    m->m.driver_count++;
    return d;
}

static void tie(model *m, thresh_roi_item *item, const node *metric, thresh_limit change)
{
    const thresh_roi_driver *d = driver_of(m, metric->text, change, metric);

    if (d == NULL)
        return;
    item->tied = true;
    item->driver = (size_t)(d - m->drivers);
}

static void read_degradations(model *m, const node *map)
{
    if (!roi_need(&m->r, map, NODE_MAP, "a map such as {accuracy: 0.5pp..1pp}"))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        thresh_uncertain value;
        thresh_limit_unit in_unit;
        thresh_roi_driver *d = NULL;

        if (!roi_number(&m->r, n, NUMBER_CHANGE, &value, &in_unit))
            continue;
        for (size_t i = 0; i < m->m.driver_count; i++)
            if (strcmp(m->drivers[i].metric, n->key) == 0)
                d = &m->drivers[i];
        if (d == NULL && m->r.failed) {
            continue; /* the loss may be the one with the fault */
        } else if (d == NULL) {
            thresh_diags_add(m->r.diags, THRESH_ERROR, m->r.file, n->key_line, n->key_column,
                             "no loss is tied to '%s'", n->key);
            m->r.failed = true;
        } else if (driver_of(m, n->key, (thresh_limit){ 0, in_unit, false }, n) != NULL) {
            d->stated = true;
            d->degradation = value;
        }
    }
}

/* --- items --- */

static const char *const item_keys[] = { "value",    "count",   "cost",   "per",
                                         "currency", "chance",  "metric", "for",
                                         "points",   "mapping", "note",   NULL };

static double rate_of(model *m, const node *n)
{
    const node *rate;

    if (!roi_need(&m->r, n, NODE_TEXT, "a currency, such as EUR"))
        return 1;
    if (m->m.currency != NULL && strcmp(n->text, m->m.currency) == 0)
        return 1;
    if ((rate = node_get(m->rates, n->text)) != NULL)
        return rate->number;
    roi_fault(
        &m->r, n,
        "currency %.40s: the model counts in %.40s, and no rate says what one %.40s is worth; "
        "add rates: {%.40s: …}",
        n->text, m->m.currency != NULL ? m->m.currency : "?", n->text, n->text);
    return 1;
}

static void read_period(model *m, thresh_roi_item *item, const node *map, const node *n)
{
    static const char *const periods[] = { "once", "month", "year" };

    if (n == NULL) {
        roi_fault(&m->r, map, "%.80s: no per; expected per: once, month or year", item->name);
        return;
    }
    for (size_t i = 0; n->text != NULL && i < sizeof periods / sizeof *periods; i++)
        if (strcmp(n->text, periods[i]) == 0) {
            item->period = (thresh_period)i;
            return;
        }
    roi_expected(&m->r, n, "once, month or year");
}

static void read_points(model *m, thresh_roi_item *item, const node *list,
                        thresh_limit_unit *in_unit)
{
    static const char *const pair = N_("a pair such as [1pp, 2000]");
    size_t count = node_count(list), i = 0;
    thresh_roi_point *points;

    if (!roi_need(&m->r, list, NODE_LIST, "a list such as [[0pp, 0], [1pp, 2000]]"))
        return;
    if (count < 2 || count > MOST_POINTS) {
        roi_fault(&m->r, list, "points: %zu of them, expected 2 to %d", count, MOST_POINTS);
        return;
    }
    if ((points = arena_alloc(&m->arena, count * sizeof *points)) == NULL) {
        roi_out_of_memory(&m->r);
        return;
    }
    for (const node *n = list->child; n != NULL; n = n->next, i++) {
        thresh_limit_unit own;
        const node *x = n->child, *y = x != NULL ? x->next : NULL;

        if (!roi_need(&m->r, n, NODE_LIST, pair))
            return;
        if (y == NULL || y->next != NULL) {
            roi_expected(&m->r, n, pair);
            return;
        }
        if (!roi_scalar(&m->r, x, NUMBER_CHANGE, &points[i].degradation, &own)
            || !roi_scalar(&m->r, y, NUMBER_PLAIN, &points[i].amount, NULL))
            return;
        if (i > 0 && own != *in_unit)
            roi_fault(&m->r, x, "points: '%s' has another unit than the first point", x->text);
        else if (i > 0 && !(points[i].degradation > points[i - 1].degradation))
            roi_fault(&m->r, x, "points: '%s' does not lie above the point before", x->text);
        *in_unit = own;
    }
    item->points = points;
    item->point_count = count;
}

/* {metric: accuracy, per: 1pp, slope: 0.8%, low: 0.5%, high: 1.1%, confidence: 0.95} */
static void read_mapping(model *m, thresh_roi_item *item, const node *map, thresh_limit_unit of)
{
    static const char *const known[] = {
        "metric", "per", "slope", "low", "high", "confidence", NULL
    };
    const node *metric = node_get(map, "metric"), *per = node_get(map, "per");
    const node *ends[] = { node_get(map, "slope"), node_get(map, "low"), node_get(map, "high") };
    const node *confidence = node_get(map, "confidence");
    double values[3] = { 0, 0, 0 }, step = 0, sure = 0.95;
    thresh_limit_unit in_unit = THRESH_LIMIT_OWN;

    if (!roi_need(&m->r, map, NODE_MAP, "a map such as {metric: accuracy, per: 1pp, slope: 0.8%}")
        || !roi_keys(&m->r, map, known))
        return;
    if (metric == NULL || per == NULL || ends[0] == NULL) {
        roi_fault(&m->r, map, "mapping: expected metric, per and slope");
        return;
    }
    if ((ends[1] == NULL) != (ends[2] == NULL)) {
        roi_fault(&m->r, map, "mapping: expected both low and high, or neither");
        return;
    }
    if (!roi_need(&m->r, metric, NODE_TEXT, "the name of a metric")
        || !roi_scalar(&m->r, per, NUMBER_CHANGE, &step, &in_unit)
        || (confidence != NULL && !roi_scalar(&m->r, confidence, NUMBER_CHANCE, &sure, NULL)))
        return;
    if (!(step > 0) || !(sure > 0.5 && sure < 1)) {
        roi_expected(&m->r, step > 0 ? confidence : per,
                     step > 0 ? N_("a number between 0.5 and 1")
                              : N_("a change above 0, such as 1pp"));
        return;
    }
    for (size_t i = 0; i < 3 && ends[i] != NULL; i++) {
        thresh_limit_unit own = of;
        if (!roi_scalar(&m->r, ends[i], NUMBER_CHANGE, &values[i], &own))
            return;
        if (own != of) {
            roi_fault(&m->r, ends[i], "%s: '%s' has another unit than the loss counts in (%s)",
                      ends[i]->key, ends[i]->text, unit_word(m, of));
            return;
        }
        values[i] /= step;
    }
    item->mapped = true;
    item->mapped_per = step;
    item->mapped_unit = of;
    item->slope = (thresh_uncertain){ THRESH_SURE, values[0], 0, 0, 0 };
    if (ends[1] != NULL) {
        item->slope = (thresh_uncertain){ THRESH_ESTIMATE, values[0], values[1], values[2], sure };
        if (!(values[1] <= values[0] && values[0] <= values[2])) {
            roi_fault(&m->r, map, "mapping: the slope does not lie between low and high");
            return;
        }
    }
    tie(m, item, metric, (thresh_limit){ step, in_unit, false });
}

/* What a loss is tied to: a metric directly, or a business metric by its slope on a metric. */
static void read_tie(model *m, thresh_roi_item *item, const node *map)
{
    const node *metric = node_get(map, "metric"), *step = node_get(map, "for"),
               *points = node_get(map, "points"), *mapping = node_get(map, "mapping");
    thresh_limit_unit in_unit = THRESH_LIMIT_OWN;

    if (metric == NULL && mapping == NULL && step == NULL && points == NULL)
        return;
    if (item->group != THRESH_ROI_LOSS) {
        roi_fault(&m->r, metric != NULL ? metric : map, "%.80s: only a loss is tied to a metric",
                  item->name);
        return;
    }
    if ((metric == NULL) == (mapping == NULL) || (step == NULL) == (points == NULL)) {
        roi_fault(&m->r, map,
                  "%.80s: a loss that is tied to a metric has metric: or mapping:, and for: "
                  "(the drop that costs its value) or points:",
                  item->name);
        return;
    }
    if (points != NULL) {
        if (node_get(map, "value") != NULL || node_get(map, "cost") != NULL)
            roi_fault(&m->r, points, "%.80s: its points say what is lost; no value beside them",
                      item->name);
        read_points(m, item, points, &in_unit);
        if (item->points == NULL)
            return;
        item->amount = (thresh_uncertain){ .shape = THRESH_SURE, .a = 1 };
    } else if (!roi_scalar(&m->r, step, NUMBER_CHANGE, &item->per, &in_unit)) {
        return;
    } else if (!(item->per > 0)) {
        roi_expected(&m->r, step, "a change above 0, such as 1pp");
        return;
    }
    if (mapping != NULL)
        read_mapping(m, item, mapping, in_unit);
    else if (roi_need(&m->r, metric, NODE_TEXT, "the name of a metric"))
        tie(m, item, metric,
            (thresh_limit){ points != NULL ? item->points[item->point_count - 1].degradation
                                           : item->per,
                            in_unit, false });
}

static void read_item(model *m, thresh_roi_item *item, const node *map)
{
    const node *value = node_get(map, "value"), *cost = node_get(map, "cost"),
               *count = node_get(map, "count"), *chance = node_get(map, "chance"),
               *currency = node_get(map, "currency");

    if (!roi_need(&m->r, map, NODE_MAP, "a map such as {value: 1200, per: month}"))
        return;
    roi_keys(&m->r, map, item_keys);
    read_period(m, item, map, node_get(map, "per"));
    if (value != NULL && (cost != NULL || count != NULL))
        roi_fault(&m->r, value, "%.80s: expected value, or count and cost", item->name);
    else if (value == NULL && cost == NULL && node_get(map, "points") == NULL)
        roi_fault(&m->r, map, "%.80s: no value; expected value, or count and cost", item->name);
    if (value != NULL || cost != NULL)
        roi_number(&m->r, value != NULL ? value : cost, NUMBER_AMOUNT, &item->amount, NULL);
    if (count != NULL)
        roi_number(&m->r, count, NUMBER_AMOUNT, &item->count, NULL);
    if (chance != NULL)
        roi_scalar(&m->r, chance, NUMBER_CHANCE, &item->chance, NULL);
    if (currency != NULL)
        item->rate = rate_of(m, currency);
    read_tie(m, item, map);
}

static void read_group(model *m, thresh_roi_group group, const node *map)
{
    if (!roi_need(&m->r, map, NODE_MAP, "a map of named items"))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        if (m->m.item_count == MOST_ITEMS) {
            roi_fault(&m->r, n, "more than %d items", MOST_ITEMS);
            return;
        }
        thresh_roi_item *item = &m->items[m->m.item_count++];
        *item = (thresh_roi_item){ .group = group,
                                   .name = arena_strdup(&m->arena, n->key),
                                   .rate = 1,
                                   .chance = 1,
                                   .count = { .shape = THRESH_SURE, .a = 1 },
                                   .line = n->key_line,
                                   .column = n->key_column };
        if (item->name == NULL) {
            item->name = "";
            roi_out_of_memory(&m->r);
        }
        read_item(m, item, n);
    }
}

/* --- the whole --- */

static void read_schema(model *m, const node *n)
{
    if (n->text == NULL || strcmp(n->text, "thresh/roi/v1") != 0)
        roi_expected(&m->r, n, "thresh/roi/v1");
}

static void read_text(model *m, const node *n)
{
    const char **to = strcmp(n->key, "title") == 0 ? &m->m.title : &m->m.currency;

    if (!roi_need(&m->r, n, NODE_TEXT, "a text") || strcmp(n->key, "why") == 0)
        return;
    if (n->text[0] == '\0')
        roi_expected(&m->r, n, "a text");
    else if ((*to = arena_strdup(&m->arena, n->text)) == NULL)
        roi_out_of_memory(&m->r);
}

static void read_rates(model *m, const node *map)
{
    if (!roi_need(&m->r, map, NODE_MAP, "a map such as {EUR: 1.08}"))
        return;
    m->rates = map;
    for (const node *n = map->child; n != NULL; n = n->next)
        if (n->type != NODE_NUMBER || !(n->number > 0) || !isfinite(n->number))
            roi_expected(&m->r, n, "a number above 0: what one of it is worth");
}

/* "18 months", "2 years" */
static void read_horizon(model *m, const node *n)
{
    static const struct {
        const char *word;
        double months;
    } words[] = { { "month", 1 }, { "months", 1 }, { "year", 12 }, { "years", 12 } };
    const char *text = n->type == NODE_TEXT ? n->text : "";
    size_t len = strspn(text, "+-0123456789.eE");
    const char *word = text + len + strspn(text + len, " ");
    double value;

    if (len > 0 && thresh_parse_number(&value, text, len))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strcmp(word, words[i].word) == 0)
                m->m.months = value * words[i].months;
    if (m->m.months > 0 && m->m.months <= MOST_MONTHS)
        return;
    roi_expected(&m->r, n,
                 "a time above 0 and of no more than 100 years, such as 18 months or 2 years");
}

static void read_discount(model *m, const node *n)
{
    if (roi_scalar(&m->r, n, NUMBER_CHANCE, &m->m.discount, NULL) && m->m.discount > 1)
        roi_expected(&m->r, n, "a rate a year, such as 8%");
}

static void read_minimum(model *m, const node *n)
{
    m->m.has_minimum = roi_scalar(&m->r, n, NUMBER_PLAIN, &m->m.minimum, NULL);
    if (m->m.has_minimum && m->m.minimum < 0)
        roi_expected(&m->r, n, "a number that is not negative, such as 1.5");
}

static void read_confidence(model *m, const node *n)
{
    if (roi_scalar(&m->r, n, NUMBER_CHANCE, &m->m.confidence, NULL)
        && !(m->m.confidence > 0.5 && m->m.confidence < 1))
        roi_expected(&m->r, n, "a number between 0.5 and 1");
}

static void read_savings(model *m, const node *n)
{
    read_group(m, THRESH_ROI_SAVING, n);
}

static void read_losses(model *m, const node *n)
{
    read_group(m, THRESH_ROI_LOSS, n);
}

static void read_cost(model *m, const node *n)
{
    read_group(m, THRESH_ROI_COST, n);
}

/* In the order in which they are read: what names a currency or a metric after what defines it. */
static const struct {
    const char *key;
    void (*read)(model *m, const node *n);
    bool required;
} sections[] = {
    { "schema", read_schema, true },
    { "title", read_text, false },
    { "why", read_text, false },
    { "currency", read_text, true },
    { "rates", read_rates, false },
    { "horizon", read_horizon, true },
    { "discount", read_discount, false },
    { "minimum", read_minimum, false },
    { "confidence", read_confidence, false },
    { "savings", read_savings, true },
    { "losses", read_losses, false },
    { "cost", read_cost, true },
    { "degradations", read_degradations, false },
};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* The return is a share of the cost: without a cost there is none. */
static void check_cost(model *m, const node *cost)
{
    for (size_t i = 0; i < m->m.item_count; i++) {
        const thresh_roi_item *item = &m->items[i];
        if (item->group == THRESH_ROI_COST
            && (item->amount.shape != THRESH_SURE || item->amount.a > 0)
            && (item->count.shape != THRESH_SURE || item->count.a > 0) && item->chance > 0)
            return;
    }
    roi_fault(&m->r, cost,
              "the implementation costs nothing: a return on 0 is not defined; state what bringing "
              "it out costs, in time of people too");
}

static void read_root(model *m, const node *root)
{
    const char *known[SECTIONS + 1] = { NULL };
    const node *cost = node_get(root, "cost");

    if (!roi_need(&m->r, root, NODE_MAP,
                  "a return model: a map that begins with schema: thresh/roi/v1"))
        return;
    for (size_t s = 0; s < SECTIONS; s++) {
        const node *n = node_get(root, sections[s].key);
        known[s] = sections[s].key;
        if (n != NULL)
            sections[s].read(m, n);
        else if (sections[s].required)
            roi_fault(&m->r, root,
                      "no %s; a return model has schema, currency, horizon, savings "
                      "and cost",
                      sections[s].key);
    }
    roi_keys(&m->r, root, known);
    if (cost != NULL && !m->r.failed)
        check_cost(m, cost);
}

thresh_status thresh_roi_model_text(thresh_roi_model **out, const char *text, size_t len,
                                    const char *origin, const thresh_catalog *catalog,
                                    thresh_diags *diags)
{
    model *m = calloc(1, sizeof *m);
    const node *root = NULL;
    char hash[SHA256_HEX];
    thresh_status rc = THRESH_ENOMEM;

    *out = NULL;
    if (m == NULL)
        return rc;
    m->r = (roi_reader){ &m->arena, origin, catalog, diags, false, THRESH_EINVAL };
    m->m.confidence = 0.95;
    rc = yaml_read(&root, &m->arena, text, len, origin, diags);
    if (rc != THRESH_OK)
        goto done;
    read_root(m, root);
    sha256_hex(hash, text, len);
    m->m.path = arena_strdup(&m->arena, origin);
    m->m.sha256 = arena_strdup(&m->arena, hash);
    if (m->m.title == NULL)
        m->m.title = m->m.path;
    m->m.items = m->items;
    m->m.drivers = m->drivers;
    rc = m->arena.failed ? THRESH_ENOMEM : m->r.failed ? m->r.status : THRESH_OK;
    if (rc == THRESH_OK) {
        *out = &m->m;
        m = NULL;
    }
done:
    if (m != NULL)
        thresh_roi_model_free(&m->m);
    return rc;
}

thresh_status thresh_roi_model_read(thresh_roi_model **out, const char *path, FILE *standard_input,
                                    const thresh_catalog *catalog, thresh_diags *diags)
{
    char *text = NULL;
    size_t len = 0;
    thresh_status rc = file_read(&text, &len, path, standard_input, LARGEST_MODEL, diags);

    *out = NULL;
    if (rc == THRESH_OK)
        rc = thresh_roi_model_text(out, text, len, path, catalog, diags);
    free(text);
    return rc;
}

void thresh_roi_model_free(thresh_roi_model *roi)
{
    model *m = (model *)roi;

    if (m == NULL)
        return;
    arena_free(&m->arena);
    free(m);
}
