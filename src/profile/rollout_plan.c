/* From a YAML file to a plan of a rollout: every key checked, every fault with its place. */
#include "thresh/rollout_plan.h"

#include "base/file.h"
#include "base/language.h"
#include "base/words.h"
#include "profile/profile.h"
#include "profile/rollout_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_PLAN = 1 << 20, SECONDS_A_DAY = 86400, MOST_DAYS = 3660 };

/* The plan in the making; the caller sees the first member only. */
typedef struct plan {
    thresh_rollout_plan p;
    arena arena;
    thresh_rollout_stage stages[THRESH_MOST_STAGES];
    thresh_rollout_metric metrics[THRESH_MOST_ROLLOUT_METRICS];
    thresh_rollout_prometheus prometheus;
    const thresh_lookup *lookup;
    roi_reader r;
} plan;

const char *thresh_rollout_method_name(thresh_rollout_method method)
{
    static const char *const names[] = {
        [THRESH_ALWAYS_VALID] = "always-valid", [THRESH_OBRIEN_FLEMING] = "obrien-fleming"
    };
    return names[method];
}

/* --- sections --- */

static void read_schema(plan *m, const node *n)
{
    if (n->text == NULL || strcmp(n->text, "thresh/rollout/v1") != 0)
        roi_expected(&m->r, n, "thresh/rollout/v1");
}

static void read_name(plan *m, const node *n)
{
    m->p.name = plan_text(&m->r, n);
    if (m->p.name != NULL && strlen(m->p.name) >= THRESH_ROLLOUT_NAME_MAX)
        roi_expected(&m->r, n, "a name of less than 200 bytes");
}

static void read_title(plan *m, const node *n)
{
    m->p.title = plan_text(&m->r, n);
}

static void read_why(plan *m, const node *n)
{
    roi_need(&m->r, n, NODE_TEXT, "a text");
}

/* Of a profile that is not found the plan's line is told; what is wrong inside of it has its own. */
static thresh_status add_profile(plan *m, const node *n, const char *name)
{
    thresh_diags *said = thresh_diags_new();
    thresh_status rc;

    if (said == NULL)
        return THRESH_ENOMEM;
    thresh_diags_set_language(said, thresh_diags_language(m->r.diags));
    rc = thresh_policy_add(m->p.policy, name, NULL, m->lookup, said);
    for (size_t i = 0; i < thresh_diags_count(said); i++) {
        const thresh_diag *d = thresh_diags_at(said, i);
        bool placed = d->file != NULL;

        thresh_diags_add(m->r.diags, d->severity, placed ? d->file : m->r.file,
                         placed ? d->line : n->line, placed ? d->column : n->column, "%s", d->text);
    }
    /* a fault without a message is one that there was no memory for */
    if (rc != THRESH_OK && thresh_diags_count(said) == 0)
        rc = THRESH_ENOMEM;
    thresh_diags_free(said);
    return rc;
}

static void read_profile(plan *m, const node *n)
{
    const char *slash = strrchr(m->r.file, '/'), *name = plan_text(&m->r, n);
    size_t len;

    if (name == NULL)
        return;
    len = strlen(name);
    bool is_path = strchr(name, '/') != NULL || (len > 5 && strcmp(name + len - 5, ".yaml") == 0);
    /* what a plan names stands beside it, wherever it is read from */
    if (is_path && name[0] != '/' && slash != NULL)
        name = arena_printf(&m->arena, "%.*s/%s", (int)(slash - m->r.file), m->r.file, name);
    if (name == NULL) {
        roi_out_of_memory(&m->r);
        return;
    }
    thresh_status rc = add_profile(m, n, name);
    if (rc != THRESH_OK) {
        m->r.failed = true;
        m->r.status = rc == THRESH_ENOENT ? THRESH_EINVAL : rc;
    }
}

static void read_profiles(plan *m, const node *list)
{
    if (!roi_need(&m->r, list, NODE_LIST, "a list of profiles, such as [search]"))
        return;
    for (const node *n = list->child; n != NULL; n = n->next)
        read_profile(m, n);
    for (size_t i = 0; i < thresh_policy_count(m->p.policy); i++) {
        const thresh_profile_info *info = thresh_policy_at(m->p.policy, i);
        if (!info->served)
            roi_fault(&m->r, list, "profile %s: this group is never served by a compressed model",
                      info->name);
    }
    m->r.catalog = thresh_policy_catalog(m->p.policy);
}

static void read_method(plan *m, const node *n)
{
    for (int i = THRESH_ALWAYS_VALID; i <= THRESH_OBRIEN_FLEMING; i++)
        if (n->text != NULL
            && strcmp(n->text, thresh_rollout_method_name((thresh_rollout_method)i)) == 0) {
            m->p.method = (thresh_rollout_method)i;
            return;
        }
    roi_expected(&m->r, n, "always-valid or obrien-fleming");
}

static void read_looks(plan *m, const node *n)
{
    double looks =
        whole_between(&m->r, n, 1, THRESH_MOST_ROLLOUT_LOOKS, "a whole number from 1 to 30");

    m->p.looks = isnan(looks) ? 0 : (size_t)looks;
}

static void read_confidence(plan *m, const node *n)
{
    m->p.confidence = chance_between(&m->r, n, 0.5, 1, "a number between 0.5 and 1");
}

static void read_split(plan *m, const node *map)
{
    static const char *const known[] = { "metric", "alpha", NULL };
    const node *metric = node_get(map, "metric"), *alpha = node_get(map, "alpha");

    if (!roi_need(&m->r, map, NODE_MAP, "a map such as {metric: sessions, alpha: 0.001}")
        || !roi_keys(&m->r, map, known))
        return;
    if (metric != NULL)
        m->p.traffic = plan_text(&m->r, metric);
    if (alpha != NULL)
        m->p.split_alpha = chance_between(&m->r, alpha, 0, 0.5, "a number between 0 and 0.5");
}

static void read_stage(plan *m, const node *map, thresh_rollout_stage *s)
{
    static const char *const known[] = { "share", "time", "samples", "name", NULL };
    const node *share = node_get(map, "share"), *time = node_get(map, "time"),
               *samples = node_get(map, "samples"), *name = node_get(map, "name");
    char percent[THRESH_NUMBER_MAX];

    if (!roi_need(&m->r, map, NODE_MAP, "a stage such as {share: 5%, time: 1 day, samples: 2000}")
        || !roi_keys(&m->r, map, known))
        return;
    if (share == NULL || samples == NULL) {
        roi_fault(&m->r, map, "a stage has a share of the traffic and a least number of samples");
        return;
    }
    s->seconds = time != NULL ? plan_duration(&m->r, time) : 0;
    s->samples = whole_between(&m->r, samples, 100, 1e12, "a whole number of 100 or more");
    if (!roi_scalar(&m->r, share, NUMBER_CHANCE, &s->share, NULL))
        return;
    const thresh_rollout_stage *before = s > m->stages ? s - 1 : NULL;
    if (!(s->share > 0) || (before != NULL && !(s->share > before->share)))
        roi_fault(&m->r, share,
                  before == NULL ? N_("share: '%.40s': a stage has a share above 0")
                                 : N_("share: '%.40s': each stage has a larger share than the one "
                                      "before"),
                  share->text != NULL ? share->text : "?");
    s->name = name != NULL
                  ? plan_text(&m->r, name)
                  : arena_printf(&m->arena, "%s %%",
                                 thresh_format_number(percent, round(s->share * 1e8) / 1e6));
    if (s->name == NULL)
        roi_out_of_memory(&m->r);
}

static void read_stages(plan *m, const node *list)
{
    if (!roi_need(&m->r, list, NODE_LIST, "a list of stages"))
        return;
    m->p.stage_count = 0;
    if (list->child == NULL)
        roi_fault(&m->r, list, "stages: there is none");
    for (const node *n = list->child; n != NULL; n = n->next) {
        if (m->p.stage_count == THRESH_MOST_STAGES) {
            roi_fault(&m->r, n, "more than %d stages", THRESH_MOST_STAGES);
            return;
        }
        m->stages[m->p.stage_count] = (thresh_rollout_stage){ .name = "" };
        read_stage(m, n, &m->stages[m->p.stage_count++]);
    }
}

/* Is there a limit at all for it, and one that makes sense? */
static void check_rule(plan *m, const thresh_rollout_metric *metric, const node *at)
{
    const thresh_query query = { "", metric->name, metric->kind, 1, metric->own_per_base, 0 };
    thresh_rule rule;

    thresh_policy_resolve(m->p.policy, &query, &rule);
    if (rule.fault != NULL)
        roi_fault(&m->r, at, "%.80s: %s", metric->name, diag_text(m->r.diags, rule.fault));
    else if (metric->kind->informational
             || (!rule.has_range && !rule.has_floor && !rule.has_ceiling && !rule.has_gain))
        roi_fault(&m->r, at, "%.80s: no profile has a limit for it", metric->name);
}

static void read_metric(plan *m, const node *n, const char *group)
{
    thresh_rollout_metric *metric = &m->metrics[m->p.metric_count];
    char hint[THRESH_HINT_MAX];

    if (m->p.metric_count == THRESH_MOST_ROLLOUT_METRICS) {
        roi_fault(&m->r, n, "more than %d metrics", THRESH_MOST_ROLLOUT_METRICS);
        return;
    }
    *metric = (thresh_rollout_metric){ .name = plan_text(&m->r, n),
                                       .group = group,
                                       .baseline = NAN,
                                       .sd = NAN,
                                       .degradation = NAN,
                                       .line = n->line,
                                       .column = n->column };
    if (metric->name == NULL)
        return;
    for (size_t i = 0; i < m->p.metric_count; i++)
        if (strcmp(m->metrics[i].name, metric->name) == 0) {
            roi_fault(&m->r, n, "'%.80s' stands twice", metric->name);
            return;
        }
    thresh_resolved known = thresh_catalog_resolve(m->r.catalog, metric->name);
    if (known.kind == NULL) {
        thresh_hint(hint, thresh_catalog_nearest(m->r.catalog, metric->name),
                    thresh_diags_language(m->r.diags));
        roi_fault(&m->r, n, "unknown metric '%.80s'%s", metric->name, hint);
        return;
    }
    bool scaled = known.kind->scale != THRESH_SCALE_NONE;
    const char *usual = known.unit != NULL ? known.unit : known.kind->unit;
    const unit *u = scaled || usual == NULL ? NULL : unit_find(usual, strlen(usual));
    metric->kind = known.kind;
    metric->unit = scaled || usual == NULL ? "" : usual;
    metric->own_per_base = u != NULL ? u->factor : 1;
    m->p.metric_count++;
    check_rule(m, metric, n);
}

static void read_metrics(plan *m, const node *map)
{
    static const char what[] =
        N_("a map of groups, such as {business: [ctr], technical: [latency]}");

    if (!roi_need(&m->r, map, NODE_MAP, what))
        return;
    for (const node *group = map->child; group != NULL; group = group->next) {
        const char *name = arena_strdup(&m->arena, group->key);

        if (name == NULL)
            roi_out_of_memory(&m->r);
        if (!roi_need(&m->r, group, NODE_LIST, "a list of metrics, such as [ctr, conversion]"))
            continue;
        for (const node *n = group->child; n != NULL; n = n->next)
            read_metric(m, n, name);
    }
    if (map->child == NULL || (m->p.metric_count == 0 && !m->r.failed))
        roi_fault(&m->r, map, "metrics: there is none");
}

static void read_queries(plan *m, const node *map)
{
    read_rollout_prometheus(&m->r, &m->prometheus, map, &m->p);
    m->p.prometheus = &m->prometheus;
}

static void read_assumed(plan *m, const node *map)
{
    static const char *const known[] = { "baseline", "sd", "degradation", NULL };
    thresh_rollout_metric *metric = m->metrics, *end = m->metrics + m->p.metric_count;
    const node *baseline = node_get(map, "baseline"), *sd = node_get(map, "sd"),
               *degradation = node_get(map, "degradation");
    thresh_limit_unit in_unit = THRESH_LIMIT_OWN;

    while (metric < end && strcmp(metric->name, map->key) != 0)
        metric++;
    if (metric == end) {
        if (!m->r.failed)
            roi_fault(&m->r, map, "no metric of the plan is called '%.80s'", map->key);
        return;
    }
    if (!roi_need(&m->r, map, NODE_MAP, "a map such as {baseline: 5%, degradation: 1%}")
        || !roi_keys(&m->r, map, known))
        return;
    if (baseline == NULL) {
        roi_fault(&m->r, map, "%.80s: no baseline", metric->name);
    } else if (metric->kind->scale == THRESH_SCALE_FRACTION) {
        if (roi_scalar(&m->r, baseline, NUMBER_CHANCE, &metric->baseline, NULL)
            && !(metric->baseline > 0 && metric->baseline < 1))
            roi_expected(&m->r, baseline, "a number between 0 and 1");
    } else {
        roi_scalar(&m->r, baseline, NUMBER_PLAIN, &metric->baseline, NULL);
    }
    if (sd != NULL && roi_scalar(&m->r, sd, NUMBER_PLAIN, &metric->sd, NULL) && !(metric->sd >= 0))
        roi_expected(&m->r, sd, "a number that is not negative");
    if (sd == NULL && metric->kind->scale != THRESH_SCALE_FRACTION)
        roi_fault(&m->r, map, "%.80s: no sd, the standard deviation of its values", metric->name);
    if (degradation == NULL
        || !roi_scalar(&m->r, degradation, NUMBER_CHANGE, &metric->degradation, &in_unit))
        return;
    metric->degradation_measure =
        in_unit == THRESH_LIMIT_PERCENT ? THRESH_RELATIVE : THRESH_ABSOLUTE;
    if (in_unit == THRESH_LIMIT_TIME || in_unit == THRESH_LIMIT_BYTES)
        metric->degradation /= metric->own_per_base;
    else if (in_unit == THRESH_LIMIT_PP && metric->kind->scale == THRESH_SCALE_HUNDRED)
        metric->degradation *= 100;
}

static void read_simulate(plan *m, const node *map)
{
    static const char *const known[] = { "users", "look", "days", "metrics", NULL };
    const node *users = node_get(map, "users"), *look = node_get(map, "look"),
               *days = node_get(map, "days"), *metrics = node_get(map, "metrics");

    if (!roi_need(&m->r, map, NODE_MAP, "a map such as {users: 20000, metrics: {…}}")
        || !roi_keys(&m->r, map, known))
        return;
    if (users == NULL || metrics == NULL) {
        roi_fault(&m->r, map, "simulate: expected users (a day) and metrics");
        return;
    }
    m->p.users = whole_between(&m->r, users, 1, 1e9, "a whole number of users a day");
    if (look != NULL && !((m->p.look_every = plan_duration(&m->r, look)) >= 60))
        roi_expected(&m->r, look, "a minute or more");
    if (days != NULL)
        m->p.days = whole_between(&m->r, days, 1, MOST_DAYS, "a whole number of days");
    if (!roi_need(&m->r, metrics, NODE_MAP, "a map such as {ctr: {baseline: 5%}}"))
        return;
    for (const node *n = metrics->child; n != NULL; n = n->next)
        read_assumed(m, n);
    for (size_t i = 0; i < m->p.metric_count && !m->r.failed; i++)
        if (isnan(m->metrics[i].baseline))
            roi_fault(&m->r, metrics, "no baseline of '%.80s'", m->metrics[i].name);
}

/* In the order in which they are read: what names a metric after the profiles that know it. */
static const struct {
    const char *key;
    void (*read)(plan *m, const node *n);
    bool required;
} sections[] = {
    { "schema", read_schema, true },       { "name", read_name, true },
    { "title", read_title, false },        { "why", read_why, false },
    { "profiles", read_profiles, false },  { "method", read_method, false },
    { "looks", read_looks, false },        { "confidence", read_confidence, false },
    { "sample_ratio", read_split, false }, { "stages", read_stages, false },
    { "metrics", read_metrics, true },     { "prometheus", read_queries, false },
    { "simulate", read_simulate, false },
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static void read_root(plan *m, const node *root)
{
    const char *known[SECTIONS + 1] = { NULL };

    if (!roi_need(&m->r, root, NODE_MAP,
                  "a plan of a rollout: a map that begins with schema: thresh/rollout/v1"))
        return;
    for (size_t s = 0; s < SECTIONS; s++) {
        const node *n = node_get(root, sections[s].key);
        known[s] = sections[s].key;
        if (n != NULL)
            sections[s].read(m, n);
        else if (sections[s].required)
            roi_fault(&m->r, root, "no %s; a plan of a rollout has schema, name and metrics",
                      sections[s].key);
    }
    roi_keys(&m->r, root, known);
    if (m->p.method == THRESH_ALWAYS_VALID && node_get(root, "looks") != NULL)
        roi_fault(&m->r, node_get(root, "looks"),
                  "looks: an always-valid rollout is looked at any number of times; expected "
                  "method: obrien-fleming beside it");
}

/* What was agreed on: the plan, and every profile with what it extends. */
static const char *agreed(plan *m, const char *text, size_t len)
{
    char hash[SHA256_HEX];
    const char *all;

    sha256_hex(hash, text, len);
    all = arena_strdup(&m->arena, hash);
    for (size_t i = 0; i < thresh_policy_count(m->p.policy); i++)
        for (const thresh_profile_info *p = thresh_policy_at(m->p.policy, i);
             p != NULL && all != NULL; p = p->extended)
            all = arena_printf(&m->arena, "%s\n%s", all, p->sha256);
    if (all == NULL)
        return NULL;
    sha256_hex(hash, all, strlen(all));
    return arena_strdup(&m->arena, hash);
}

static const thresh_rollout_stage default_stages[] = {
    { "5 %", 0.05, SECONDS_A_DAY, 1000 },
    { "20 %", 0.2, SECONDS_A_DAY, 2000 },
    { "50 %", 0.5, SECONDS_A_DAY, 5000 },
    { "100 %", 1, SECONDS_A_DAY, 5000 },
};

thresh_status thresh_rollout_plan_text(thresh_rollout_plan **out, const char *text, size_t len,
                                       const char *origin, const thresh_lookup *lookup,
                                       thresh_diags *diags)
{
    plan *m = calloc(1, sizeof *m);
    const node *root = NULL;
    thresh_status rc = THRESH_ENOMEM;

    *out = NULL;
    if (m == NULL || (rc = thresh_policy_new(&m->p.policy)) != THRESH_OK)
        goto done;
    m->r = (roi_reader){ &m->arena, origin, thresh_policy_catalog(m->p.policy),
                         diags,     false,  THRESH_EINVAL };
    m->lookup = lookup;
    m->p.confidence = 0.95;
    m->p.split_alpha = 0.001;
    m->p.looks = 5;
    m->p.look_every = SECONDS_A_DAY;
    m->p.days = 60;
    m->p.stages = m->stages;
    m->p.metrics = m->metrics;
    memcpy(m->stages, default_stages, sizeof default_stages);
    m->p.stage_count = sizeof default_stages / sizeof *default_stages;
    if ((rc = yaml_read(&root, &m->arena, text, len, origin, diags)) != THRESH_OK)
        goto done;
    read_root(m, root);
    m->p.path = arena_strdup(&m->arena, origin);
    m->p.text = arena_strndup(&m->arena, text, len);
    m->p.sha256 = agreed(m, text, len);
    if (m->p.title == NULL)
        m->p.title = m->p.name;
    rc = m->arena.failed ? THRESH_ENOMEM : m->r.failed ? m->r.status : THRESH_OK;
    if (rc == THRESH_OK) {
        *out = &m->p;
        m = NULL;
    }
done:
    if (m != NULL)
        thresh_rollout_plan_free(&m->p);
    return rc;
}

thresh_status thresh_rollout_plan_read(thresh_rollout_plan **out, const char *path,
                                       FILE *standard_input, const thresh_lookup *lookup,
                                       thresh_diags *diags)
{
    char *text = NULL;
    size_t len = 0;
    thresh_status rc = file_read(&text, &len, path, standard_input, LARGEST_PLAN, diags);

    *out = NULL;
    if (rc == THRESH_OK)
        rc = thresh_rollout_plan_text(out, text, len, path, lookup, diags);
    free(text);
    return rc;
}

void thresh_rollout_plan_free(thresh_rollout_plan *rollout)
{
    plan *m = (plan *)rollout;

    if (m == NULL)
        return;
    thresh_policy_free(m->p.policy);
    arena_free(&m->arena);
    free(m);
}
