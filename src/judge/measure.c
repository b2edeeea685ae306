/*
 * From samples to metrics. Each file's series are paired by id; over the samples that all files
 * have the means are taken, with what the pairs tell of their difference, and again for each slice.
 */
#include "base/language.h"
#include "judge/measure.h"
#include "thresh/scores.h"
#include "thresh/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t series_row(const series *s, size_t side, size_t i)
{
    size_t pair = s->subset == NULL ? i : s->subset[i];

    return s->pairs.rows[side] == NULL ? pair : s->pairs.rows[side][pair];
}

const char *series_scope(const series *s, const char *group)
{
    const char *parts[] = { thresh_samples_scope(s->tables[0]), group, s->slice };
    const char *out = "";

    for (size_t i = 0; i < sizeof parts / sizeof *parts && out != NULL; i++)
        if (parts[i][0] != '\0')
            out = out[0] == '\0' ? parts[i] : arena_printf(s->arena, "%s/%s", out, parts[i]);
    return out;
}

const char *series_name(const series *s, const char *name)
{
    const char *suffix = thresh_samples_suffix(s->tables[0]);

    return suffix[0] == '\0' ? name : arena_printf(s->arena, "%s%s", name, suffix);
}

/* --- adding --- */

/* A results file rounds what it prints: trec_eval to four decimals. */
static bool is_same_mean(double printed, double mean)
{
    return fabs(printed - mean) <= 6e-5 + 1e-6 * fabs(mean);
}

/* Does the file say nothing else of this mean of all its samples? */
static bool is_supported(const series *s, size_t side, const char *scope, const char *name,
                         double mean)
{
    const thresh_metric *have = thresh_set_find(s->sets[side], scope, name);

    return have == NULL
           || (have->state == THRESH_VALUE_NUMBER && s->whole[side] == s->count
               && is_same_mean(have->value, mean));
}

static bool is_fraction(double v)
{
    return v >= 0 && v <= 1;
}

/* A metric that its file has already keeps its value, and gets the evidence if it is of the same
 * samples. */
static thresh_status add_or_support(series *s, size_t side, thresh_metric *m)
{
    const thresh_metric *have = thresh_set_find(s->sets[side], m->scope, m->name);
    char computed[THRESH_NUMBER_MAX], printed[THRESH_NUMBER_MAX];

    if (have == NULL)
        return thresh_set_add(s->sets[side], m, NULL);
    if (m->state == THRESH_VALUE_NUMBER && is_supported(s, side, m->scope, m->name, m->value)) {
        thresh_metric supported = *have;
        if (!have->has_stderr) {
            supported.stderr_value = m->stderr_value;
            supported.has_stderr = m->has_stderr;
        }
        supported.n = m->n;
        supported.has_n = true;
        supported.paired = m->paired;
        return thresh_set_add(s->sets[side], &supported, NULL);
    }
    /* shares of one thing that differ are a fault; other figures may be no means at all, as the
     * log-likelihoods behind a perplexity */
    if (s->whole[side] == s->count)
        thresh_diags_add(
            s->diags,
            is_fraction(m->value) && is_fraction(have->value) ? THRESH_WARNING : THRESH_NOTE,
            thresh_set_source(s->sets[side])->path, 0, 0,
            "'%s%s%s': the mean of its samples is %s, the results say %s, which is "
            "judged without the samples",
            m->scope, m->scope[0] ? "/" : "", m->name, thresh_format_number(computed, m->value),
            thresh_format_number(printed, have->value));
    return THRESH_OK;
}

thresh_status add_figures(series *s, const char *scope, const char *name,
                          const char *const units[MOST_SIDES], size_t n,
                          const double figures[MOST_SIDES], const thresh_paired *evidence)
{
    thresh_status rc = scope == NULL || name == NULL ? THRESH_ENOMEM : THRESH_OK;
    bool evident = rc == THRESH_OK && evidence != NULL && evidence->method != NULL
                   && is_supported(s, 1, scope, name, figures[1]);

    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++) {
        thresh_metric m = { .scope = scope,
                            .name = name,
                            .unit = units == NULL ? NULL : units[side],
                            .value = figures[side],
                            .n = (double)n,
                            .has_n = true };
        if (s->absent[side])
            continue;
        if (!isfinite(m.value)) {
            m.state = THRESH_VALUE_NAN;
            m.text = s->why[side] != NULL ? s->why[side] : "NaN";
        } else if (side == 0 && evident) {
            m.paired = evidence;
        }
        rc = add_or_support(s, side, &m);
    }
    return rc;
}

/* The table of outcomes where every value is 0 or 1. */
static void count_outcomes(thresh_paired *p, const double *b, const double *c, size_t n)
{
    p->binary = true;
    for (size_t i = 0; i < n; i++) {
        if ((b[i] != 0 && b[i] != 1) || (c[i] != 0 && c[i] != 1)) {
            p->binary = false;
            return;
        }
        p->both += b[i] * c[i];
        p->only_base += b[i] * (1 - c[i]);
        p->only_cand += (1 - b[i]) * c[i];
        p->none += (1 - b[i]) * (1 - c[i]);
    }
}

void explain_losses(series *s, const losses *lost)
{
    for (size_t side = 0; side < s->sides; side++)
        if (lost->of[side] > 0)
            s->why[side] = arena_printf(s->arena, "no value in %zu of %zu samples", lost->of[side],
                                        lost->among);
}

void forget_sides(series *s)
{
    memset(s->absent, 0, sizeof s->absent);
    memset(s->why, 0, sizeof s->why);
}

/* Samples of one document depend on each other: the errors of both means and what they have in
 * common come from the clusters, and so few that say nothing leave none. */
static thresh_status use_clusters(series *s, size_t side, bool pairs, size_t n, thresh_metric *m,
                                  thresh_paired *paired)
{
    thresh_cluster_mean own, other, both;
    uint32_t *g = malloc((n + 1) * sizeof *g);
    double *d = malloc((n + 1) * sizeof *d);
    thresh_status rc = g == NULL || d == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t i = 0; i < n && rc == THRESH_OK; i++) {
        size_t at = s->kept[i];
        g[i] = s->clusters[s->subset == NULL ? at : s->subset[at]];
        d[i] = s->values[side][i] - s->values[pairs ? 1 : side][i];
    }
    if (rc == THRESH_OK
        && ((rc = thresh_cluster_robust(&own, s->values[side], g, n)) != THRESH_OK
            || (rc = thresh_cluster_robust(&other, s->values[pairs ? 1 : side], g, n)) != THRESH_OK
            || (rc = thresh_cluster_robust(&both, d, g, n)) != THRESH_OK)) {
        m->has_stderr = m->has_n = false; /* one cluster is one observation */
    } else if (rc == THRESH_OK) {
        m->stderr_value = own.se;
        paired->covariance = (own.se * own.se + other.se * other.se - both.se * both.se) / 2;
        paired->clusters = own.clusters;
    }
    free(g);
    free(d);
    return rc == THRESH_ENOMEM ? rc : THRESH_OK;
}

thresh_status add_mean(series *s, const char *scope, const char *name,
                       const char *const units[MOST_SIDES], size_t n, const losses *lost)
{
    thresh_status rc = scope == NULL || name == NULL ? THRESH_ENOMEM : THRESH_OK;
    bool pairs = s->sides > 1 && !s->absent[1] && s->why[1] == NULL;

    explain_losses(s, lost);
    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++) {
        thresh_metric m = { .scope = scope,
                            .name = name,
                            .unit = units == NULL ? NULL : units[side],
                            .text = s->why[side] };
        thresh_pair_moments moments;
        thresh_paired paired = { .n = (double)n };

        if (s->absent[side] || (n == 0 && m.text == NULL))
            continue;
        if (m.text != NULL) {
            m.state = THRESH_VALUE_NAN;
            rc = add_or_support(s, side, &m);
            continue;
        }
        rc = thresh_moments_paired(&moments, s->values[side], s->values[pairs ? 1 : side], n);
        if (rc == THRESH_ENOMEM)
            return rc;
        if (rc != THRESH_OK) { /* too large to be squared */
            m.state = THRESH_VALUE_NAN;
            m.text = "a mean out of range";
            rc = add_or_support(s, side, &m);
            continue;
        }
        m.value = moments.mean_b;
        m.n = (double)n;
        m.has_n = true;
        m.stderr_value = sqrt(moments.var_b / (double)n);
        m.has_stderr = n > 1;
        paired.covariance = moments.cov / (double)n;
        if (s->clusters != NULL && (rc = use_clusters(s, side, pairs, n, &m, &paired)) != THRESH_OK)
            return rc;
        /* evidence of the pairs is of both means: not where a file says another one */
        if (pairs && side != 1 && n > 1 && is_supported(s, 1, scope, name, moments.mean_c)) {
            count_outcomes(&paired, s->values[side], s->values[1], n);
            if (side == 0 && s->tell_flips && paired.binary)
                note_flips(s, scope, name, n, &paired);
            m.paired = &paired;
        }
        rc = add_or_support(s, side, &m);
    }
    return rc;
}

/* --- columns of numbers --- */

/* The values of the samples that have one in each file; `lost` counts those that only some lack. */
static size_t gather(series *s, const thresh_column *const columns[MOST_SIDES], losses *lost)
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++) {
        bool any = false, all = true;
        for (size_t side = 0; side < s->sides; side++) {
            if (s->absent[side])
                continue;
            double v = columns[side]->numbers[series_row(s, side, i)];
            s->values[side][n] = v;
            any = any || !isnan(v);
            all = all && !isnan(v);
        }
        for (size_t side = 0; any && !all && side < s->sides; side++)
            lost->of[side] += !s->absent[side] && isnan(s->values[side][n]);
        lost->among += any;
        if (s->kept != NULL)
            s->kept[n] = (uint32_t)i;
        n += all;
    }
    return n;
}

/* P50, P95 and P99 of what is a latency; the order of the values is lost. Of a slice only where
 * more than one sample lies beyond: else it is the slice's largest. */
static thresh_status add_percentiles(series *s, const thresh_column *c,
                                     const char *const units[MOST_SIDES], size_t n)
{
    static const struct {
        const char *prefix;
        double q;
    } percentiles[] = { { "p50", 0.5 }, { "p95", 0.95 }, { "p99", 0.99 } };
    enum { PERCENTILES = sizeof percentiles / sizeof *percentiles };
    thresh_paired evidence[PERCENTILES];
    thresh_status rc = THRESH_OK;

    /* first, while the values still stand in pairs */
    for (size_t p = 0; p < PERCENTILES && rc == THRESH_OK; p++)
        rc = resample_quantile(s, n, percentiles[p].q, &evidence[p]);
    for (size_t p = 0; p < PERCENTILES && rc == THRESH_OK; p++) {
        double figures[MOST_SIDES];
        const char *name = arena_printf(s->arena, "%s_%s", percentiles[p].prefix, c->name);

        if (s->slice[0] != '\0' && (double)n * (1 - percentiles[p].q) < 1)
            continue;
        for (size_t side = 0; side < s->sides; side++)
            if (s->absent[side] || s->why[side] != NULL
                || thresh_quantile(&figures[side], s->values[side], n, percentiles[p].q)
                       != THRESH_OK)
                figures[side] = NAN;
        rc = name == NULL ? THRESH_ENOMEM
                          : add_figures(s, series_scope(s, ""), series_name(s, name), units, n,
                                        figures, &evidence[p]);
    }
    return rc;
}

/* Finds the column of that name in each file, and notes where it is not. */
static void find_columns(series *s, const char *name, const thresh_column *columns[MOST_SIDES],
                         const char *units[MOST_SIDES])
{
    for (size_t side = 0; side < s->sides; side++) {
        columns[side] = thresh_samples_find(s->tables[side], name);
        units[side] = columns[side] == NULL ? NULL : columns[side]->unit;
        s->absent[side] = columns[side] == NULL || columns[side]->numbers == NULL;
    }
}

/* Where one file has numbers and another nothing or texts, no sample has a value in each: what the
 * first has is measured without the others. */
static thresh_status measure_alone(series *s, const thresh_column *const columns[MOST_SIDES],
                                   const char *const units[MOST_SIDES], const losses *lost)
{
    bool absent[MOST_SIDES];
    thresh_status rc = THRESH_OK;

    memcpy(absent, s->absent, sizeof absent);
    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++) {
        losses none = { { 0 }, 0 };
        size_t n;

        if (absent[side] || lost->of[side] > 0)
            continue;
        for (size_t other = 0; other < s->sides; other++)
            s->absent[other] = other != side;
        n = gather(s, columns, &none);
        rc = add_mean(s, series_scope(s, ""), series_name(s, columns[side]->name), units, n, &none);
        absent[side] = true;
    }
    memcpy(s->absent, absent, sizeof absent);
    return rc;
}

static thresh_status measure_column(series *s, const thresh_column *c)
{
    const thresh_column *columns[MOST_SIDES];
    const char *units[MOST_SIDES];
    losses lost = { { 0 }, 0 };
    size_t n;
    thresh_resolved known = thresh_catalog_resolve(s->catalog, c->name);
    thresh_status rc = THRESH_OK;

    find_columns(s, c->name, columns, units);
    s->kept = s->kept_room;
    s->tell_flips = s->slice[0] == '\0'; /* each is told once */
    n = gather(s, columns, &lost);
    if (n == 0)
        rc = measure_alone(s, columns, units, &lost);
    for (size_t side = 0; side < s->sides; side++)
        if (columns[side] != NULL && columns[side]->numbers == NULL) {
            s->why[side] = "texts";
            s->absent[side] = false;
        }
    if (rc == THRESH_OK)
        rc = add_mean(s, series_scope(s, ""), series_name(s, c->name), units, n, &lost);
    if (rc == THRESH_OK && n > 0 && known.kind != NULL && known.kind->family == THRESH_LATENCY)
        rc = add_percentiles(s, c, units, n);
    forget_sides(s);
    s->tell_flips = false;
    return rc;
}

/* What samples are told apart by says nothing of the model, unless its name does. */
static bool only_tells_apart(const series *s, const char *name)
{
    for (const char *const *by = s->slice_by; by != NULL && *by != NULL; by++)
        if (strcmp(*by, name) == 0)
            return thresh_catalog_resolve(s->catalog, name).kind == NULL;
    return s->options->cluster != NULL && strcmp(s->options->cluster, name) == 0;
}

/* A score beside a label says how sure the model was; without one it is a metric of that name. */
static bool is_value(const series *s, const thresh_column *c, const classes *known)
{
    return c->numbers != NULL && !only_tells_apart(s, c->name)
           && (c->role == THRESH_ROLE_VALUE || (c->role == THRESH_ROLE_SCORE && known == NULL));
}

/* Whether the numbers of that column were measured with those of a side before. */
static bool is_done(const series *s, size_t side, const char *name)
{
    for (size_t before = 0; before < side; before++) {
        const thresh_column *c = thresh_samples_find(s->tables[before], name);
        if (c != NULL && c->numbers != NULL && c->missing < s->whole[before])
            return true;
    }
    return false;
}

static thresh_status measure_all(series *s, classes *known, bool each)
{
    const thresh_column *c;
    thresh_status rc = THRESH_OK;

    for (size_t side = 0; side < s->sides; side++)
        for (size_t i = 0;
             rc == THRESH_OK && (c = thresh_samples_column_at(s->tables[side], i)) != NULL; i++)
            if (is_value(s, c, known) && c->missing < s->whole[side] && !is_done(s, side, c->name))
                rc = measure_column(s, c);
    if (rc == THRESH_OK)
        rc = measure_corpus(s);
    if (rc == THRESH_OK && known != NULL)
        rc = classes_measure(known, s, each);
    return rc;
}

/* --- slices --- */

static thresh_status measure_slices(series *s, classes *known, const char *name)
{
    grouping g;
    size_t count = s->count;
    thresh_status rc = group_by(&g, s, name);

    for (size_t k = 0; k < g.groups && rc == THRESH_OK; k++) {
        s->subset = g.order + g.starts[k];
        s->count = g.starts[k + 1] - g.starts[k];
        s->slice = g.names[k];
        if (s->slice == NULL)
            rc = THRESH_ENOMEM;
        else if (s->count > 0)
            rc = measure_all(s, known, false);
    }
    s->subset = NULL;
    s->count = count;
    s->slice = "";
    free_grouping(&g);
    return rc;
}

/* --- series --- */

static void keep_first(char out[THRESH_ID_MAX], const thresh_samples *table, size_t count,
                       size_t row)
{
    if (count > 0 && out[0] == '\0')
        thresh_samples_id(out, table, row);
}

static thresh_status note_pairs(series *s, thresh_pairing *out, thresh_pair_mode mode)
{
    const thresh_pairs *p = &s->pairs;
    const char *path = thresh_set_source(s->sets[1])->path;
    char mine[THRESH_ID_MAX], other[THRESH_ID_MAX];

    if (p->some_numbered) {
        thresh_diags_add(s->diags, THRESH_ERROR, path, 0, 0,
                         "samples have ids in one file and none in another: they cannot be paired");
        return THRESH_EFORMAT;
    }
    if (p->count == 0 && p->only[0] > 0 && p->only[1] > 0)
        thresh_diags_add(s->diags, THRESH_WARNING, path, 0, 0,
                         "no sample has an id that the baseline has; the first is '%s' here and "
                         "'%s' there",
                         thresh_samples_id(other, s->tables[1], p->first_only[1]),
                         thresh_samples_id(mine, s->tables[0], p->first_only[0]));
    if (p->types_differ)
        thresh_diags_add(s->diags, THRESH_WARNING, thresh_set_source(s->sets[0])->path, 0, 0,
                         "ids are numbers in one file and texts in another; 7 and \"7\" are taken "
                         "for the same");
    out->series++;
    out->pairs += p->count;
    out->by_position = p->by_position;
    out->anchor_lacks += p->lacks[2];
    out->baseline_only += p->lacks[1];
    out->candidate_only += p->only[1];
    out->baseline_twice += p->twice[0];
    out->candidate_twice += p->twice[1];
    out->differing += p->differing;
    keep_first(out->first_missing, s->tables[0], p->lacks[1], p->first_lacks[1]);
    keep_first(out->first_anchor_lacks, s->tables[0], p->lacks[2], p->first_lacks[2]);
    keep_first(out->first_extra, s->tables[1], p->only[1], p->first_only[1]);
    for (size_t side = 0; side < 2; side++)
        keep_first(out->first_twice, s->tables[side], p->twice[side], p->first_twice[side]);
    keep_first(out->first_differing, s->tables[0], p->differing, p->first_differing);
    if (mode != THRESH_PAIR_STRICT
        || p->only[0] + p->only[1] + p->twice[0] + p->twice[1] + p->differing == 0)
        return THRESH_OK;
    thresh_diags_add(s->diags, THRESH_ERROR, path, 0, 0,
                     "--pair=strict: of the baseline's samples the candidate lacks %zu and the "
                     "anchor %zu, %zu are in the candidate only, %zu stand twice, %zu have another "
                     "label or hash",
                     p->lacks[1], p->lacks[2], p->only[1], p->twice[0] + p->twice[1], p->differing);
    return THRESH_EFORMAT;
}

static thresh_status measure_series(series *s, thresh_pairing *out, unsigned char *golden_found)
{
    const char *const *slice_by = s->options->slice_by;
    classes *known = NULL;
    thresh_status rc = thresh_samples_pair(&s->pairs, s->tables, s->sides);

    if (rc == THRESH_OK && s->sides > 1)
        rc = note_pairs(s, out, s->options->mode);
    s->count = s->pairs.count;
    for (size_t side = 0; side < s->sides; side++) {
        s->whole[side] = thresh_samples_count(s->tables[side]);
        s->values[side] = malloc((s->count + 1) * sizeof *s->values[side]);
        if (s->values[side] == NULL)
            rc = THRESH_ENOMEM;
    }
    if (rc == THRESH_OK && s->sides > 1)
        rc = find_golden(s, out, golden_found);
    if (rc == THRESH_OK && s->options->cluster != NULL)
        rc = find_clusters(s, s->options->cluster);
    if (rc == THRESH_OK && (s->golden != NULL || s->options->flip != NULL || s->clusters != NULL)
        && (s->kept_room = malloc((s->count + 1) * sizeof *s->kept_room)) == NULL)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        rc = classes_new(&known, s);
    if (rc == THRESH_OK)
        rc = measure_all(s, known, true);
    for (; slice_by != NULL && *slice_by != NULL && rc == THRESH_OK; slice_by++)
        rc = measure_slices(s, known, *slice_by);
    classes_free(known);
    for (size_t side = 0; side < s->sides; side++)
        free(s->values[side]);
    free(s->golden);
    free(s->clusters);
    free(s->kept_room);
    thresh_pairs_dispose(&s->pairs);
    return rc;
}

static thresh_samples *same_table(const thresh_set *set, const thresh_samples *like)
{
    thresh_samples *t;

    for (size_t i = 0; set != NULL && (t = thresh_set_samples(set, i)) != NULL; i++)
        if (strcmp(thresh_samples_scope(t), thresh_samples_scope(like)) == 0
            && strcmp(thresh_samples_suffix(t), thresh_samples_suffix(like)) == 0)
            return t;
    return NULL;
}

/* What a table is measured by: itself, or the queries that its ranks make. */
static thresh_status prepare(series *s, thresh_samples *derived[MOST_SIDES],
                             const thresh_pair_options *options)
{
    thresh_status rc = THRESH_OK;

    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++) {
        rc = collapse_ranks(&derived[side], s->tables[side], options->slice_by, s->diags,
                            thresh_set_source(s->sets[side])->path);
        if (derived[side] != NULL)
            s->tables[side] = derived[side];
    }
    return rc;
}

/* A table of `sets[0]` with those of the same name in the others; one that a file lacks is measured
 * without it. */
static thresh_status measure_table(thresh_set *const sets[MOST_SIDES], thresh_samples *table,
                                   thresh_pairing *out, const thresh_policy *policy,
                                   const thresh_pair_options *options, unsigned char *golden_found,
                                   thresh_diags *diags)
{
    arena a = ARENA_INIT;
    thresh_samples *derived[MOST_SIDES] = { NULL };
    series s = {
        .catalog = thresh_policy_catalog(policy),
        .confidence = thresh_policy_evidence(policy).confidence,
        .diags = diags,
        .arena = &a,
        .slice = "",
        .options = options,
        .slice_by = options->slice_by,
    };
    thresh_status rc;

    for (size_t side = 0; side < MOST_SIDES; side++) {
        thresh_samples *t = side == 0 ? table : same_table(sets[side], table);
        if (t == NULL)
            break;
        s.sets[s.sides] = sets[side];
        s.tables[s.sides++] = t;
    }
    rc = prepare(&s, derived, options);
    if (rc == THRESH_OK)
        rc = measure_series(&s, out, golden_found);
    for (size_t side = 0; side < MOST_SIDES; side++)
        thresh_samples_free(derived[side]);
    if (a.failed)
        rc = THRESH_ENOMEM;
    arena_free(&a);
    return rc;
}

/* An id that no file has is a slip of the pen, and a sample that nobody looks after. */
static thresh_status check_golden_ids(const thresh_samples *golden, const unsigned char *found,
                                      thresh_diags *diags)
{
    size_t unknown = 0, first = 0, count = golden == NULL ? 0 : thresh_samples_count(golden);
    char id[THRESH_ID_MAX];

    for (size_t i = count; i-- > 0;)
        if (!found[i]) {
            unknown++;
            first = i;
        }
    if (unknown == 0)
        return THRESH_OK;
    thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                     unknown == 1
                         ? N_("%zu golden id is of no sample in the two files (first: %s)")
                         : N_("%zu golden ids are of no sample in the two files (first: %s)"),
                     unknown, thresh_samples_id(id, golden, first));
    return THRESH_EINVAL;
}

/* A log of samples beside a file of figures: nothing says that those are of the same samples. The
 * log of a run that died after its first sample reads as such a file. Results that come with logs
 * have figures of their own. */
static thresh_status note_alone(thresh_pairing *out, const thresh_set *baseline,
                                const thresh_set *candidate, thresh_diags *diags)
{
    const thresh_samples *t;

    if (candidate == NULL || thresh_set_count(baseline) > 0
        || thresh_set_samples(candidate, 0) != NULL)
        return THRESH_OK;
    for (size_t i = 0; (t = thresh_set_samples(baseline, i)) != NULL; i++)
        out->baseline_alone += thresh_samples_count(t);
    if (out->baseline_alone == 0 || out->mode != THRESH_PAIR_STRICT)
        return THRESH_OK;
    thresh_diags_add(diags, THRESH_ERROR, thresh_set_source(candidate)->path, 0, 0,
                     "--pair=strict: no samples, of which the baseline has %zu",
                     out->baseline_alone);
    return THRESH_EFORMAT;
}

thresh_status thresh_measure_samples(thresh_pairing *out, thresh_set *baseline,
                                     thresh_set *candidate, thresh_set *anchor,
                                     const thresh_policy *policy,
                                     const thresh_pair_options *options, thresh_diags *diags)
{
    static const thresh_pair_options defaults;
    thresh_set *const sets[MOST_SIDES] = { baseline, candidate, anchor };
    thresh_pairing pairing = { 0 };
    unsigned char *golden_found = NULL;
    thresh_samples *table;
    thresh_status rc;

    if (options == NULL)
        options = &defaults;
    pairing.mode = options->mode;
    pairing.seed = options->seed;
    if (options->golden != NULL
        && (golden_found = calloc(thresh_samples_count(options->golden) + 1, 1)) == NULL)
        return THRESH_ENOMEM;
    rc = note_alone(&pairing, baseline, candidate, diags);
    for (size_t side = 0; side < MOST_SIDES; side++)
        for (size_t i = 0; rc == THRESH_OK && sets[side] != NULL
                           && (table = thresh_set_samples(sets[side], i)) != NULL;
             i++) {
            thresh_set *const one[MOST_SIDES] = { sets[side], NULL, NULL };
            if (side == 0)
                rc = measure_table(sets, table, &pairing, policy, options, golden_found, diags);
            else if (same_table(baseline, table) == NULL) /* only this file has the series */
                rc = measure_table(one, table, &pairing, policy, options, golden_found, diags);
        }
    if (rc == THRESH_OK && candidate != NULL)
        rc = check_golden_ids(options->golden, golden_found, diags);
    free(golden_found);
    if (rc == THRESH_OK && out != NULL)
        *out = pairing;
    return rc;
}
