/* The keys of a profile, every one checked, into the profile in memory. */
#include "base/language.h"
#include "base/words.h"
#include "profile/loader.h"

#include <math.h>
#include <string.h>

const char *const limit_key_names[LIMIT_KEYS + 1] = { "accept",       "tolerate", "floor",
                                                      "ceiling",      "gain",     "surprise",
                                                      "ignore_below", "absolute", NULL };

const char *const profile_axes[] = { "scenario", "task", "norm", "tier", "layer", "group", NULL };

void fault_at(document *d, uint32_t line, uint32_t column, const char *text)
{
    thresh_diags_add(d->l->diags, THRESH_ERROR, d->file, line, column, "%s",
                     diag_text(d->l->diags, text));
    d->failed = true;
}

void expected(document *d, const node *n, const char *what)
{
    thresh_diags *diags = d->l->diags;
    const char *key = n->key ? n->key : diag_text(diags, N_("entry"));

    what = diag_text(diags, what);
    if (n->text != NULL)
        thresh_diags_add(diags, THRESH_ERROR, d->file, n->line, n->column,
                         "%s: found '%s', expected %s", key, n->text, what);
    else
        thresh_diags_add(diags, THRESH_ERROR, d->file, n->line, n->column,
                         "%s: found %s, expected %s", key, node_type_name(diags, n->type), what);
    d->failed = true;
}

/* What may be unknown: each has a sentence of its own, ending with the hint. */
static const char unknown_key[] = N_("unknown key '%s'%s");
static const char unknown_metric[] = N_("unknown metric '%s'%s");
static const char unknown_family[] = N_("unknown family '%s'%s");

static void unknown_word(document *d, const char *sentence, const char *word, uint32_t line,
                         uint32_t column, const char *near)
{
    char hint[THRESH_HINT_MAX];

    thresh_hint(hint, near, thresh_diags_language(d->l->diags));
    thresh_diags_add(d->l->diags, THRESH_ERROR, d->file, line, column, sentence, word, hint);
    d->failed = true;
}

int position_of(const char *word, const char *const *known)
{
    for (int i = 0; known[i] != NULL; i++)
        if (strcmp(word, known[i]) == 0)
            return i;
    return -1;
}

/* Whatever the table of keys does not have is refused, so that none stays undescribed. */
bool is_known(document *d, const node *n, const char *place)
{
    nearest near = NEAREST_INIT;

    if (key_is_known(place, n->key, &near))
        return true;
    unknown_word(d, unknown_key, n->key, n->key_line, n->key_column, near.word);
    return false;
}

bool need(document *d, const node *n, node_type type, const char *what)
{
    if (n->type == type)
        return true;
    expected(d, n, what);
    return false;
}

const char *keep(document *d, const char *text)
{
    const char *copy = arena_strdup(&d->l->policy->arena, text);

    if (copy == NULL) {
        d->failed = true;
        d->status = THRESH_ENOMEM;
    }
    return copy == NULL ? "" : copy;
}

bool grow(document *d, void *array, size_t *capacity, size_t count, size_t size)
{
    if (array_reserve(array, capacity, count + 1, size))
        return true;
    d->failed = true;
    d->status = THRESH_ENOMEM;
    return false;
}

/* A metric that a profile names has to be known, or a slip of the pen would become no rule at all.
 */
const thresh_kind *check_pattern(document *d, const char *pattern, uint32_t line, uint32_t column)
{
    const thresh_catalog *catalog = d->l->policy->catalog;
    const char *slash = strrchr(pattern, '/');
    const char *name = slash == NULL ? pattern : slash + 1;
    thresh_resolved r;

    if (glob_is_pattern(pattern))
        return NULL;
    r = thresh_catalog_resolve(catalog, name);
    if (r.kind == NULL)
        unknown_word(d, unknown_metric, pattern, line, column,
                     thresh_catalog_nearest(catalog, name));
    return r.kind;
}

thresh_family check_family(document *d, const node *n)
{
    thresh_family f = family_find(n->key);
    nearest best = NEAREST_INIT;

    if (f == THRESH_FAMILIES) {
        for (int i = 0; i < THRESH_FAMILIES; i++)
            nearest_offer(&best, n->key, thresh_family_name((thresh_family)i));
        unknown_word(d, unknown_family, n->key, n->key_line, n->key_column, best.word);
    }
    return f;
}

static entry *find_entry(document *d, const char *pattern, bool family)
{
    profile *p = d->p;

    for (size_t i = 0; i < p->entry_count; i++)
        if (p->entries[i].family == family && strcmp(p->entries[i].pattern, pattern) == 0)
            return &p->entries[i];
    if (!grow(d, &p->entries, &p->entry_capacity, p->entry_count, sizeof *p->entries))
        return NULL;
    p->entries[p->entry_count] = (entry){ .pattern = keep(d, pattern), .family = family };
    return &p->entries[p->entry_count++];
}

static void read_limit(document *d, entry *e, int key, const node *n, const thresh_kind *kind)
{
    thresh_limit limit;
    const char *why = limit_read(&limit, n);

    if (why == NULL && limit.value < 0 && key != KEY_FLOOR && key != KEY_CEILING)
        why = N_("a limit that is not negative");
    if (why != NULL) {
        expected(d, n, why);
        return;
    }
    if (kind != NULL && (why = limit_fault(kind, (limit_key)key, limit)) != NULL) {
        thresh_diags_add(d->l->diags, THRESH_ERROR, d->file, n->line, n->column, "%s: '%s': %s",
                         n->key, n->text, diag_text(d->l->diags, why));
        d->failed = true;
        return;
    }
    e->limits[key] = limit;
    e->from[key] = d->name;
}

/* accept and tolerate: one of them stands for both; they share a unit and an order. */
static void check_range(document *d, entry *e, const node *rule)
{
    thresh_limit *accept = &e->limits[KEY_ACCEPT], *tolerate = &e->limits[KEY_TOLERATE];

    if (accept->unit == THRESH_LIMIT_NONE) {
        *accept = *tolerate;
        e->from[KEY_ACCEPT] = e->from[KEY_TOLERATE];
    } else if (tolerate->unit == THRESH_LIMIT_NONE) {
        *tolerate = *accept;
        e->from[KEY_TOLERATE] = e->from[KEY_ACCEPT];
    }
    if (accept->unit != tolerate->unit)
        fault_at(d, rule->key_line, rule->key_column, "accept and tolerate need one unit");
    else if (accept->value > tolerate->value)
        fault_at(d, rule->key_line, rule->key_column,
                 "accept lies above tolerate; it has to be the smaller one");
    if (e->limits[KEY_FLOOR].unit != THRESH_LIMIT_NONE
        && e->limits[KEY_CEILING].unit != THRESH_LIMIT_NONE
        && e->limits[KEY_FLOOR].unit == e->limits[KEY_CEILING].unit
        && e->limits[KEY_FLOOR].value > e->limits[KEY_CEILING].value)
        fault_at(d, rule->key_line, rule->key_column, "the floor lies above the ceiling");
}

static void read_rules(document *d, const node *map, bool families)
{
    if (!need(d, map, NODE_MAP, "a map of rules"))
        return;
    for (const node *rule = map->child; rule != NULL; rule = rule->next) {
        const thresh_kind *kind = NULL;
        thresh_kind of_family;

        if (families) {
            thresh_family f = check_family(d, rule);
            if (f == THRESH_FAMILIES)
                continue;
            of_family = builtin_families[f];
            kind = &of_family;
        } else {
            kind = check_pattern(d, rule->key, rule->key_line, rule->key_column);
        }
        if (!need(d, rule, NODE_MAP, "a map such as {accept: 1%, tolerate: 3%}"))
            continue;
        entry *e = find_entry(d, rule->key, families);
        bool before = d->failed;
        if (e == NULL)
            return;
        d->failed = false;
        for (const node *n = rule->child; n != NULL; n = n->next) {
            if (is_known(d, n, "limits"))
                read_limit(d, e, position_of(n->key, limit_key_names), n, kind);
        }
        if (!d->failed) /* a limit that could not be read has been reported, and has no range */
            check_range(d, e, rule);
        d->failed = d->failed || before;
    }
}

static void read_evidence(document *d, const node *map)
{
    static const char *const burdens[] = { "prove-harm", "point", "prove-safe", NULL };

    if (!need(d, map, NODE_MAP, "a map {burden: point, confidence: 0.95}"))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        if (!is_known(d, n, "evidence"))
            continue;
        if (strcmp(n->key, "burden") == 0) {
            int b = n->text ? position_of(n->text, burdens) : -1;
            if (b < 0) {
                expected(d, n, "point, prove-safe or prove-harm");
                continue;
            }
            d->p->burden = (thresh_burden)b;
            d->p->has_burden = true;
        } else if (strcmp(n->key, "confidence") == 0) {
            if (n->type != NODE_NUMBER || !(n->number > 0.5 && n->number < 1))
                expected(d, n, "a number between 0.5 and 1");
            else
                d->p->confidence = n->number;
        }
    }
}

static void read_slices(document *d, const node *map)
{
    thresh_slice_rule *s = &d->p->slices;
    bool beyond = false, tolerate = false;

    if (!need(d, map, NODE_MAP, "a map such as {tolerate: 5pp, min_samples: 30}"))
        return;
    d->p->has_slices = true;
    s->from = d->name;
    for (const node *n = map->child; n != NULL; n = n->next) {
        if (!is_known(d, n, "slices"))
            continue;
        if (strcmp(n->key, "tolerate") == 0) {
            const char *why = limit_read(&s->tolerate, n);
            tolerate = true;
            if (why != NULL || s->tolerate.value < 0)
                expected(d, n, why != NULL ? why : N_("a limit that is not negative"));
        } else if (strcmp(n->key, "times") == 0) {
            if (n->type != NODE_NUMBER || !(n->number >= 1 && n->number <= 100))
                expected(d, n, "a number from 1 to 100");
            else
                s->times = n->number;
        } else if (strcmp(n->key, "min_samples") == 0) {
            if (n->type != NODE_NUMBER || !(n->number >= 0 && n->number < 1e15))
                expected(d, n, "a count");
            else
                s->min_samples = n->number;
        } else if (strcmp(n->key, "beyond") == 0) {
            beyond = true;
            if (n->text == NULL || (strcmp(n->text, "warn") != 0 && strcmp(n->text, "reject") != 0))
                expected(d, n, "warn or reject");
            else
                s->rejects = strcmp(n->text, "reject") == 0;
        }
    }
    /* a limit of one's own for slices is meant as one: beyond it is out */
    if (tolerate && !beyond)
        s->rejects = true;
}

/* --- the score --- */

/* A family or a metric. */
static const char *read_member(document *d, const node *n)
{
    if (!need(d, n, NODE_TEXT, N_("a family or a metric")))
        return NULL;
    if (family_find(n->text) == THRESH_FAMILIES)
        check_pattern(d, n->text, n->line, n->column);
    return keep(d, n->text);
}

static void read_group(document *d, const node *n, thresh_score_group *g)
{
    const node *weight = node_get(n, "weight"), *members = node_get(n, "metrics");
    const char **list;

    g->name = keep(d, n->key);
    if (!need(d, n, NODE_MAP, N_("a map such as {weight: 0.5, metrics: [accuracy]}")))
        return;
    for (const node *i = n->child; i != NULL; i = i->next)
        is_known(d, i, "groups");
    if (weight == NULL || members == NULL) {
        expected(d, n, N_("weight and metrics"));
        return;
    }
    if (weight->type != NODE_NUMBER || !isfinite(weight->number) || weight->number < 0) {
        expected(d, weight, N_("a weight that is not negative"));
        return;
    }
    g->weight = weight->number;
    if (!need(d, members, NODE_LIST, N_("a list of families and metrics")))
        return;
    list = arena_alloc(&d->l->policy->arena, (node_count(members) + 1) * sizeof *list);
    for (const node *i = members->child; i != NULL && list != NULL; i = i->next)
        if ((list[g->member_count] = read_member(d, i)) != NULL)
            g->member_count++;
    g->members = list;
}

static void read_groups(document *d, const node *map)
{
    thresh_score_rule *s = &d->p->score;
    thresh_score_group *groups;
    double sum = 0;

    if (!need(d, map, NODE_MAP, N_("a map of groups")))
        return;
    groups = arena_alloc(&d->l->policy->arena, (node_count(map) + 1) * sizeof *groups);
    s->group_count = 0;
    for (const node *n = map->child; n != NULL && groups != NULL; n = n->next) {
        read_group(d, n, &groups[s->group_count]);
        sum += groups[s->group_count++].weight;
    }
    if (!(sum > 0))
        expected(d, map, N_("weights of which at least one is larger than 0"));
    s->groups = groups;
    s->from = d->name;
}

static void read_gains(document *d, const node *map)
{
    thresh_score_rule *s = &d->p->score;
    thresh_score_gain *gains;

    if (!need(d, map, NODE_MAP, N_("a map such as {latency: 30%}")))
        return;
    gains = arena_alloc(&d->l->policy->arena, (node_count(map) + 1) * sizeof *gains);
    s->gain_count = 0;
    for (const node *n = map->child; n != NULL && gains != NULL; n = n->next) {
        thresh_score_gain *g = &gains[s->gain_count];
        const char *why = limit_read(&g->gain, n);

        if (why != NULL || !(g->gain.value > 0)) {
            expected(d, n, why != NULL ? why : N_("an improvement larger than 0"));
            continue;
        }
        if (family_find(n->key) == THRESH_FAMILIES)
            check_pattern(d, n->key, n->key_line, n->key_column);
        g->pattern = keep(d, n->key);
        s->gain_count++;
    }
    s->gains = gains;
}

static void read_score(document *d, const node *map)
{
    thresh_score_rule *s = &d->p->score;

    if (!need(d, map, NODE_MAP, N_("a map such as {pass: 0.6}")))
        return;
    if (!s->asked)
        s->pass = NAN;
    s->asked = true;
    for (const node *n = map->child; n != NULL; n = n->next) {
        if (!is_known(d, n, "score"))
            continue;
        if (strcmp(n->key, "groups") == 0) {
            read_groups(d, n);
        } else if (strcmp(n->key, "gains") == 0) {
            read_gains(d, n);
        } else if (n->type != NODE_NUMBER || !(n->number > 0 && n->number <= 1)) {
            expected(d, n, N_("a number larger than 0, and at most 1"));
        } else {
            s->pass = n->number;
            s->pass_from = d->name;
        }
    }
}

static void read_roi(document *d, const node *map)
{
    if (!need(d, map, NODE_MAP, "a map such as {minimum: 1.5}"))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        if (!is_known(d, n, "roi"))
            continue;
        if (n->type != NODE_NUMBER || !isfinite(n->number) || n->number < 0) {
            expected(d, n, "a number that is not negative, such as 1.5");
            continue;
        }
        d->p->roi_minimum = n->number;
        d->p->roi_from = d->name;
    }
}

static void read_required(document *d, const node *list, bool any)
{
    unsigned group = 0;

    if (!need(d, list, NODE_LIST, "a list of metrics"))
        return;
    if (any)
        for (size_t i = 0; i < d->p->required_count; i++)
            if (d->p->required[i].group >= group)
                group = d->p->required[i].group + 1;
    if (any && group == 0)
        group = 1;
    for (const node *n = list->child; n != NULL; n = n->next) {
        profile *p = d->p;
        bool known = false;

        if (n->type != NODE_TEXT) {
            expected(d, n, "the name of a metric");
            continue;
        }
        check_pattern(d, n->text, n->line, n->column);
        for (size_t i = 0; i < p->required_count; i++)
            known = known
                    || (p->required[i].group == (any ? group : 0)
                        && strcmp(p->required[i].name, n->text) == 0);
        if (known
            || !grow(d, &p->required, &p->required_capacity, p->required_count,
                     sizeof *p->required))
            continue;
        p->required[p->required_count++] =
            (thresh_required){ keep(d, n->text), d->name, any ? group : 0 };
    }
}

/* {metric: limit} with exactly one entry */
static bool read_pair(document *d, const node *map, const char **metric, thresh_limit *limit)
{
    const char *why;

    if (!need(d, map, NODE_MAP, "one metric with its limit, such as {latency: 40%}"))
        return false;
    if (map->child == NULL || map->child->next != NULL) {
        expected(d, map, "exactly one metric");
        return false;
    }
    check_pattern(d, map->child->key, map->child->key_line, map->child->key_column);
    if ((why = limit_read(limit, map->child)) != NULL || limit->value < 0) {
        expected(d, map->child, why ? why : N_("a limit that is not negative"));
        return false;
    }
    *metric = keep(d, map->child->key);
    return true;
}

static void read_tradeoffs(document *d, const node *list)
{
    if (!need(d, list, NODE_LIST, "a list of {gain: ..., widen: ..., cap: ...}"))
        return;
    for (const node *item = list->child; item != NULL; item = item->next) {
        thresh_tradeoff t = { .from = d->name };
        bool gain = false, widen = false;

        if (!need(d, item, NODE_MAP, "a map {gain: ..., widen: ..., cap: ...}"))
            continue;
        for (const node *n = item->child; n != NULL; n = n->next) {
            if (!is_known(d, n, "tradeoffs"))
                continue;
            if (strcmp(n->key, "gain") == 0) {
                gain = read_pair(d, n, &t.gain_metric, &t.gain);
            } else if (strcmp(n->key, "widen") == 0) {
                widen = read_pair(d, n, &t.widen_metric, &t.widen);
            } else if (strcmp(n->key, "cap") == 0) {
                const char *why = limit_read(&t.cap, n);
                if (why != NULL)
                    expected(d, n, why);
            }
        }
        if (node_get(item, "gain") == NULL || node_get(item, "widen") == NULL)
            expected(d, item, "both gain and widen");
        if (gain && widen
            && grow(d, &d->p->tradeoffs, &d->p->tradeoff_capacity, d->p->tradeoff_count,
                    sizeof *d->p->tradeoffs))
            d->p->tradeoffs[d->p->tradeoff_count++] = t;
    }
}

static void read_scales(document *d, const node *map)
{
    static const char *const words[] = { "percent", "fraction", "mixed", NULL };
    static const thresh_scale_choice choices[] = { THRESH_AS_PERCENT, THRESH_AS_FRACTION,
                                                   THRESH_AS_MIXED };

    if (!need(d, map, NODE_MAP, "a map such as {accuracy: percent}"))
        return;
    for (const node *n = map->child; n != NULL; n = n->next) {
        int word = n->text ? position_of(n->text, words) : -1;

        check_pattern(d, n->key, n->key_line, n->key_column);
        if (word < 0)
            expected(d, n, "percent, fraction or mixed");
        else if (grow(d, &d->p->scales, &d->p->scale_capacity, d->p->scale_count,
                      sizeof *d->p->scales))
            d->p->scales[d->p->scale_count++] = (scale_entry){ keep(d, n->key), choices[word] };
    }
}

static void read_schema(document *d, const node *n)
{
    if (n->text == NULL || strcmp(n->text, "thresh/profile/v1") != 0)
        expected(d, n, "thresh/profile/v1");
}

static void read_text(document *d, const node *n)
{
    if (need(d, n, NODE_TEXT, "a text")) {
        const char *text = keep(d, n->text);
        if (strcmp(n->key, "title") == 0)
            d->p->info.title = text;
        else if (strcmp(n->key, "why") == 0)
            d->p->info.why = text;
    }
}

static void read_axis(document *d, const node *n)
{
    int axis = n->text ? position_of(n->text, profile_axes) : -1;

    if (axis < 0)
        expected(d, n, "scenario, task, norm, tier, layer or group");
    else
        d->p->info.axis = profile_axes[axis];
}

static void read_switch(document *d, const node *n)
{
    if (!need(d, n, NODE_BOOL, "true or false"))
        return;
    if (strcmp(n->key, "strict") == 0)
        d->p->info.strict = d->p->info.strict || n->number != 0;
    else
        d->p->info.served = d->p->info.served && n->number != 0;
}

static void read_families(document *d, const node *n)
{
    read_rules(d, n, true);
}

static void read_metrics(document *d, const node *n)
{
    read_rules(d, n, false);
}

static void read_all(document *d, const node *n)
{
    read_required(d, n, false);
}

static void read_any(document *d, const node *n)
{
    read_required(d, n, true);
}

static void read_kinds(document *d, const node *n)
{
    if (!need(d, n, NODE_MAP, "a map of kinds"))
        return;
    thresh_status rc = catalog_add_kinds(d->l->policy->catalog, n, d->file, d->l->diags);
    if (rc != THRESH_OK) {
        d->failed = true;
        d->status = rc;
    }
}

static void read_aliases(document *d, const node *n)
{
    if (!need(d, n, NODE_MAP, "a map from names of metrics to kinds"))
        return;
    thresh_status rc = catalog_add_aliases(d->l->policy->catalog, n, d->file, d->l->diags);
    if (rc != THRESH_OK) {
        d->failed = true;
        d->status = rc;
    }
}

/* In the order in which they are read: kinds before whatever names them. */
static const struct {
    const char *key;
    void (*read)(document *d, const node *n);
} sections[] = {
    { "schema", read_schema },
    { "name", read_text },
    { "axis", read_axis },
    { "title", read_text },
    { "why", read_text },
    { "kinds", read_kinds },
    { "aliases", read_aliases },
    { "strict", read_switch },
    { "serve", read_switch },
    { "evidence", read_evidence },
    { "families", read_families },
    { "metrics", read_metrics },
    { "slices", read_slices },
    { "required", read_all },
    { "require_any", read_any },
    { "scale", read_scales },
    { "tradeoffs", read_tradeoffs },
    { "score", read_score },
    { "roi", read_roi },
    { "alerts", read_alerts },
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static void read_extends(document *d, const node *n)
{
    if (!need(d, n, NODE_LIST, "a list of profiles, such as [search]"))
        return;
    for (const node *i = n->child; i != NULL; i = i->next) {
        thresh_status rc;

        if (!need(d, i, NODE_TEXT, "the name or path of a profile"))
            continue;
        rc = load_into(d->l, d->p, i->text, NULL, d->file, i);
        if (rc != THRESH_OK) {
            d->failed = true;
            d->status = rc;
        }
    }
}

void read_document(document *d, const node *root)
{
    const node *extends = node_get(root, "extends"), *schema = node_get(root, "schema"),
               *name = node_get(root, "name");

    if (!need(d, root, NODE_MAP, "a profile: a map that begins with schema: thresh/profile/v1"))
        return;
    if (schema == NULL)
        fault_at(d, 1, 1, "no schema; expected 'schema: thresh/profile/v1'");
    if (name == NULL || name->type != NODE_TEXT || name->text[0] == '\0')
        fault_at(d, name ? name->line : 1, name ? name->column : 1,
                 "no name; expected 'name: ...'");
    else
        d->name = keep(d, name->text);
    if (extends != NULL)
        read_extends(d, extends);
    for (size_t s = 0; s < SECTIONS; s++) {
        const node *n = node_get(root, sections[s].key);
        if (n != NULL)
            sections[s].read(d, n);
    }
    for (const node *n = root->child; n != NULL; n = n->next)
        is_known(d, n, "profile");
    if (d->l->depth <= 1)
        d->p->info.name = d->name;
}
