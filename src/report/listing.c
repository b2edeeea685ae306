/* Listings: what a file holds, what limits apply, what a proof found. */
#include "report/table.h"
#include "thresh/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, LONGEST_VALUE = 24, LONGEST_REMARK = 60 };

/* A table that grows row by row. */
typedef struct listing {
    arena arena;
    cell *cells;
    size_t count, capacity; /* in cells */
    bool failed;
    const thresh_text_options *o;
} listing;

static const char *show(listing *l, const char *text)
{
    const char *out = text == NULL ? NULL : printable(&l->arena, text, l->o->ascii);

    return out != NULL ? out : "?";
}

static void add_cell(listing *l, const char *text, const char *colour)
{
    if (!array_reserve(&l->cells, &l->capacity, l->count + 1, sizeof *l->cells)) {
        l->failed = true;
        return;
    }
    l->cells[l->count++] = (cell){ show(l, text), l->o->colour ? colour : NULL };
}

static thresh_status finish(listing *l, const column *columns, size_t column_count, FILE *f)
{
    bool ok = !l->failed && !l->arena.failed;

    if (ok && l->count > 0)
        print_table(f, &l->arena,
                    &(table){ columns, column_count, l->cells, l->count / column_count, INDENT,
                              (size_t)l->o->width, l->o->ascii, l->o->colour ? "\033[2m" : "",
                              l->o->colour ? "\033[0m" : "" });
    ok = ok && !l->arena.failed;
    free(l->cells);
    arena_free(&l->arena);
    return !ok ? THRESH_ENOMEM : ferror(f) ? THRESH_EIO : THRESH_OK;
}

static const char *path_of(listing *l, const char *scope, const char *name)
{
    return arena_printf(&l->arena, "%s%s%s", scope, scope[0] ? "/" : "", name);
}

static const char *number_or_dash(listing *l, bool has, double value)
{
    char text[THRESH_NUMBER_MAX];

    return has ? arena_strdup(&l->arena, thresh_format_number(text, value)) : "-";
}

/* --- inspect --- */

/* Texts may be long; their beginning tells what they are. */
static const char *excerpt(listing *l, const char *text, size_t longest)
{
    size_t len = longest;

    if (l->o->all || strlen(text) <= longest)
        return text;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return arena_printf(&l->arena, "%.*s...", (int)len, text);
}

static void add_metric_row(listing *l, const thresh_metric *m, const thresh_policy *policy)
{
    thresh_resolved known = thresh_catalog_resolve(thresh_policy_catalog(policy), m->name);
    char number[THRESH_NUMBER_MAX], value[THRESH_TEXT_MAX];
    bool is_number = m->state == THRESH_VALUE_NUMBER;
    const char *unit = m->unit != NULL ? m->unit : known.unit != NULL ? known.unit : "";
    const char *reading = "";

    if (is_number && known.kind != NULL && !known.kind->informational
        && known.kind->scale != THRESH_SCALE_NONE) {
        thresh_reading r = thresh_read_scale(policy, m, known.kind);
        static const thresh_rule none = { 0 };
        thresh_judged as = { .kind = known.kind, .unit = "", .rule = &none };
        reading = strcmp(r.scale, "unclear") == 0
                      ? "unclear: over 100"
                      : arena_printf(&l->arena, "%s, %s", thresh_value_text(value, &as, r.value),
                                     r.scale);
    } else if (m->state == THRESH_VALUE_TEXT) {
        reading = "text: metadata";
    } else if (!is_number) {
        reading = "not a number";
    }
    add_cell(l, path_of(l, m->scope, m->name), NULL);
    add_cell(l,
             is_number ? arena_printf(&l->arena, "%s%s%s", thresh_format_number(number, m->value),
                                      unit[0] ? " " : "", unit)
             : m->text != NULL ? excerpt(l, m->text, LONGEST_VALUE)
                               : "null",
             NULL);
    add_cell(l,
             known.kind == NULL ? "-"
             : known.kind->informational
                 ? arena_printf(&l->arena, "%s (informational)", known.kind->name)
                 : known.kind->name,
             NULL);
    add_cell(l, reading != NULL && reading[0] ? reading : "-", NULL);
    add_cell(l, number_or_dash(l, m->has_stderr, m->stderr_value), NULL);
    add_cell(l, number_or_dash(l, m->has_n, m->n), NULL);
    add_cell(l, number_or_dash(l, m->line > 0, m->line), NULL);
}

/* How many values of a file are what. */
typedef struct tally {
    size_t judged, informational, texts;
} tally;

static tally count_values(const thresh_set *set, const thresh_policy *policy)
{
    tally t = { 0, 0, 0 };

    for (size_t i = 0; i < thresh_set_count(set); i++) {
        const thresh_metric *m = thresh_set_at(set, i);
        const thresh_kind *kind =
            thresh_catalog_resolve(thresh_policy_catalog(policy), m->name).kind;
        if (m->state == THRESH_VALUE_TEXT)
            t.texts++;
        else if (kind != NULL && kind->informational)
            t.informational++;
        else
            t.judged += kind != NULL;
    }
    return t;
}

/* "7 samples, columns: acc (value), gold (label, 3 texts)" */
static void print_samples(listing *l, const thresh_samples *s, FILE *stream)
{
    const thresh_column *c;
    size_t count = thresh_samples_count(s);
    const char *scope = thresh_samples_scope(s), *suffix = thresh_samples_suffix(s);
    const char *text = arena_printf(&l->arena, "%s%s%s%zu sample%s, columns:", scope,
                                    suffix + (scope[0] == '\0' && suffix[0] != '\0'),
                                    scope[0] != '\0' || suffix[0] != '\0' ? ": " : "", count,
                                    count == 1 ? "" : "s");

    for (size_t i = 0; (c = thresh_samples_column_at(s, i)) != NULL && text != NULL; i++) {
        text =
            arena_printf(&l->arena, "%s%s %s (%s", text, i > 0 ? "," : "", c->name,
                         c->texts_unkept ? "text, --slice-by keeps it" : thresh_role_name(c->role));
        if (text != NULL && c->codes != NULL)
            text = arena_printf(&l->arena, "%s, %zu different", text, c->text_count);
        if (text != NULL && c->missing > 0 && !c->texts_unkept)
            text = arena_printf(&l->arena, "%s, %zu missing", text, c->missing);
        if (text != NULL)
            text = arena_printf(&l->arena, "%s)", text);
    }
    fprintf(stream, "%*s- ", INDENT, "");
    print_wrapped(stream, show(l, text), INDENT + 2, INDENT + 2, (size_t)l->o->width);
}

thresh_status thresh_report_set(const thresh_set *set, const thresh_policy *policy,
                                const thresh_diags *diags, const thresh_text_options *options,
                                FILE *stream)
{
    static const column columns[] = {
        { "METRIC", 0, false }, { "VALUE", 0, true }, { "KIND", 1, false }, { "READ AS", 3, false },
        { "STDERR", 4, true },  { "N", 5, true },     { "LINE", 6, true },
    };
    listing l = { .o = options };
    const thresh_source *source = thresh_set_source(set);
    size_t count = thresh_set_count(set);
    tally t = count_values(set, policy);
    thresh_status rc;

    for (size_t i = 0; i < count; i++)
        add_metric_row(&l, thresh_set_at(set, i), policy);
    fprintf(stream,
            "%s: format %s, %zu value%s (%zu of a judged kind, %zu informational, %zu of no known "
            "kind, %zu text), sha256 %.12s\n",
            show(&l, source->path != NULL ? source->path : "-"),
            source->format != NULL ? source->format : "?", count, count == 1 ? "" : "s", t.judged,
            t.informational, count - t.judged - t.informational - t.texts, t.texts,
            source->sha256 != NULL ? source->sha256 : "");
    for (size_t i = 0; i < thresh_diags_count(diags); i++) {
        const thresh_diag *d = thresh_diags_at(diags, i);
        fprintf(stream, "%*s- ", INDENT, "");
        /* a log beside the results of a folder */
        if (d->file != NULL && source->path != NULL && strcmp(d->file, source->path) != 0) {
            const char *slash = strrchr(d->file, '/');
            fprintf(stream, "%s: ", show(&l, slash != NULL ? slash + 1 : d->file));
        }
        if (d->line > 0)
            fprintf(stream, "line %u: ", (unsigned)d->line);
        print_wrapped(stream, show(&l, d->text), INDENT + 2, INDENT + 2, (size_t)options->width);
    }
    for (size_t i = 0; thresh_set_samples(set, i) != NULL; i++)
        print_samples(&l, thresh_set_samples(set, i), stream);
    rc = finish(&l, columns, sizeof columns / sizeof *columns, stream);
    return rc;
}

static const char *count_text(listing *l, size_t n)
{
    return arena_printf(&l->arena, "%zu", n);
}

/* Why a file was refused is what one wants to know: it is shortened rather than dropped. */
static size_t remark_room(const thresh_inspected *files, size_t count, size_t width)
{
    enum { LEAST_REMARK = 24, OTHER_COLUMNS = 34 };
    size_t path = 0, format = 0;

    for (size_t i = 0; i < count; i++) {
        const thresh_set *set = files[i].set;
        size_t len = strlen(set == NULL ? "refused" : thresh_set_source(set)->format);
        path = strlen(files[i].path) > path ? strlen(files[i].path) : path;
        format = len > format ? len : format;
    }
    if (width < path + format + OTHER_COLUMNS + LEAST_REMARK)
        return LEAST_REMARK;
    width -= path + format + OTHER_COLUMNS;
    return width < LONGEST_REMARK ? width : LONGEST_REMARK;
}

thresh_status thresh_report_files(const thresh_inspected *files, size_t count,
                                  const thresh_policy *policy, const thresh_text_options *options,
                                  FILE *stream)
{
    static const column columns[] = {
        { "FILE", 0, false },  { "FORMAT", 0, false }, { "VALUES", 2, true },
        { "JUDGED", 0, true }, { "SAMPLES", 1, true }, { "REMARK", 0, false },
    };
    listing l = { .o = options };
    size_t longest = remark_room(files, count, (size_t)options->width);

    for (size_t i = 0; i < count; i++) {
        const thresh_inspected *f = &files[i];
        size_t samples = 0;

        for (size_t k = 0; f->set != NULL && thresh_set_samples(f->set, k) != NULL; k++)
            samples += thresh_samples_count(thresh_set_samples(f->set, k));
        add_cell(&l, f->path, NULL);
        add_cell(&l, f->set == NULL ? "refused" : thresh_set_source(f->set)->format, NULL);
        add_cell(&l, f->set == NULL ? "-" : count_text(&l, thresh_set_count(f->set)), NULL);
        add_cell(&l, f->set == NULL ? "-" : count_text(&l, count_values(f->set, policy).judged),
                 NULL);
        add_cell(&l, samples == 0 ? "-" : count_text(&l, samples), NULL);
        add_cell(&l, f->remark[0] == '\0' ? "-" : excerpt(&l, f->remark, longest), NULL);
    }
    return finish(&l, columns, sizeof columns / sizeof *columns, stream);
}

/* --- limits --- */

static const char *range_text(listing *l, const thresh_judged *m)
{
    char a[THRESH_TEXT_MAX], t[THRESH_TEXT_MAX];
    const thresh_rule *r = m->rule;

    if (!r->has_range)
        return "-";
    thresh_change_text(a, m, r->accept);
    thresh_change_text(t, m, r->tolerate);
    if (strcmp(a, t) == 0 && r->accept_exclusive == r->tolerate_exclusive)
        return arena_printf(&l->arena, "%s%s", r->tolerate_exclusive ? "<" : "", t);
    return arena_printf(&l->arena, "%s%s / %s%s", r->accept_exclusive ? "<" : "", a,
                        r->tolerate_exclusive ? "<" : "", t);
}

static const char *and_more(listing *l, const char *so_far, const char *what, const char *value)
{
    return so_far == NULL
               ? NULL
               : arena_printf(&l->arena, "%s%s%s %s", so_far, so_far[0] ? ", " : "", what, value);
}

/* floor, ceiling, gain and the rest in one cell */
static const char *hard_text(listing *l, const thresh_judged *m)
{
    const thresh_rule *r = m->rule;
    thresh_judged relative = *m;
    char text[THRESH_TEXT_MAX];
    const char *out = "";

    relative.measure = THRESH_RELATIVE;
    if (r->has_floor)
        out = and_more(l, out, "floor", thresh_value_text(text, m, r->floor));
    if (r->has_ceiling)
        out = and_more(l, out, "ceiling", thresh_value_text(text, m, r->ceiling));
    if (r->has_gain)
        out = and_more(l, out, "gain",
                       r->gain_measure == THRESH_RELATIVE
                           ? thresh_change_text(text, &relative, r->gain)
                           : thresh_value_text(text, m, r->gain));
    if (r->has_surprise)
        out = and_more(l, out, "surprise",
                       r->surprise_measure == THRESH_RELATIVE
                           ? thresh_change_text(text, &relative, r->surprise)
                           : thresh_value_text(text, m, r->surprise));
    if (r->has_ignore_below)
        out = and_more(l, out, "ignore below", thresh_value_text(text, m, r->ignore_below));
    if (r->has_absolute)
        out = and_more(l, out, "from zero", thresh_value_text(text, m, r->absolute));
    if (r->fault != NULL && out != NULL)
        out = and_more(l, out, "fault:", r->fault);
    return out != NULL && out[0] == '\0' ? "-" : out;
}

static const char *origin_text(listing *l, const thresh_rule *r)
{
    if (!r->has_range)
        return r->has_floor ? r->floor_from : r->has_ceiling ? r->ceiling_from : "-";
    if (strcmp(r->accept_from, r->tolerate_from) == 0)
        return r->tolerate_from;
    return arena_printf(&l->arena, "%s / %s", r->accept_from, r->tolerate_from);
}

static void add_limits_row(listing *l, const char *label, const thresh_judged *m,
                           const char *remark)
{
    add_cell(l, label, NULL);
    add_cell(l, m->kind->name, NULL);
    add_cell(l, range_text(l, m), NULL);
    add_cell(l, hard_text(l, m), NULL);
    add_cell(l, origin_text(l, m->rule), NULL);
    add_cell(l, remark, NULL);
}

/* The limits of a kind, or of a metric that a profile names, without a file: where a limit has to
 * be converted, as if the baseline were 1. */
static void add_general_row(listing *l, const thresh_policy *policy, const char *scope,
                            const char *name, const thresh_kind *kind)
{
    thresh_rule rule;
    thresh_judged m = { .scope = scope,
                        .name = name,
                        .kind = kind,
                        .unit = kind->scale == THRESH_SCALE_NONE ? kind->unit : "",
                        .baseline = 1,
                        .rule = &rule };

    thresh_policy_resolve(
        policy,
        &(thresh_query){ scope, name, kind, 1,
                         kind->family == THRESH_SIZE || kind->family == THRESH_MEMORY ? 1e6 : 1,
                         0 },
        &rule);
    m.measure = rule.has_range ? rule.measure : kind->measure;
    add_limits_row(l, path_of(l, scope, name), &m,
                   kind->direction == THRESH_HIGHER ? "higher" : "lower");
}

static void add_named_row(listing *l, const thresh_policy *policy, const char *pattern)
{
    const char *slash = strrchr(pattern, '/');
    const char *scope =
        slash == NULL ? "" : arena_strndup(&l->arena, pattern, (size_t)(slash - pattern));
    const char *name = slash == NULL ? pattern : slash + 1;
    const thresh_kind *kind = thresh_catalog_resolve(thresh_policy_catalog(policy), name).kind;

    if (scope != NULL && kind != NULL && strcmp(kind->name, name) != 0)
        add_general_row(l, policy, scope, name, kind);
    else if (kind == NULL) {
        add_cell(l, pattern, NULL);
        for (int i = 0; i < 4; i++)
            add_cell(l, i == 1 ? "see --for FILE" : "-", NULL);
        add_cell(l, "-", NULL);
    }
}

static void print_about(listing *l, const thresh_policy *policy, FILE *f)
{
    thresh_evidence e = thresh_policy_evidence(policy);
    thresh_slice_rule s = thresh_policy_slices(policy);
    const thresh_required *q;

    for (size_t i = 0; i < thresh_policy_count(policy); i++) {
        const thresh_profile_info *p = thresh_policy_at(policy, i);
        fprintf(f, "%s %s: %s\n", p->axis, show(l, p->name), show(l, p->title));
        if (p->why != NULL) {
            fprintf(f, "%*s", INDENT, "");
            print_wrapped(f, show(l, p->why), INDENT, INDENT, (size_t)l->o->width);
        }
        fprintf(f, "%*sorigin %s, sha256 %s\n", INDENT, "", show(l, p->origin), p->sha256);
        if (!p->served)
            fprintf(f, "%*snever served by a compressed model: every candidate is rejected\n",
                    INDENT, "");
    }
    if (thresh_policy_count(policy) == 0)
        fputs("no profile: the catalog's ranges\n", f);
    fprintf(f, "%*sburden of proof %s at %g %%%s; slices: ", INDENT, "",
            thresh_burden_name(e.burden), e.confidence * 100, e.strict ? ", strict" : "");
    if (s.tolerate.unit != THRESH_LIMIT_NONE)
        fputs("own limit", f);
    else
        fprintf(f, "%g times tolerate", s.times);
    fprintf(f, ", beyond it %s, fewer than %g samples never reject\n",
            s.rejects ? "reject" : "warn", s.min_samples);
    for (size_t i = 0; (q = thresh_policy_required(policy, i)) != NULL; i++)
        fprintf(f, "%s%s", i == 0 ? "  required: " : ", ", show(l, q->name));
    if (thresh_policy_required(policy, 0) != NULL)
        fputs(thresh_policy_required(policy, 0)->group > 0 ? " (at least one)\n" : "\n", f);
}

static thresh_status add_set_rows(listing *l, const thresh_policy *policy, const thresh_set *set)
{
    thresh_result *r = NULL;
    thresh_status rc = thresh_judge(&r, set, set, NULL, policy, NULL, NULL);

    /* compared with itself nothing is worse than anything else: the order is that of the file */
    for (size_t i = 0; rc == THRESH_OK && i < r->metric_count; i++) {
        const thresh_judged *m = &r->metrics[i];
        add_limits_row(l, path_of(l, m->scope, m->name), m,
                       m->whole != NULL                      ? "slice"
                       : m->kind->direction == THRESH_HIGHER ? "higher"
                                                             : "lower");
    }
    thresh_result_free(r);
    return rc;
}

thresh_status thresh_report_policy(const thresh_policy *policy, const thresh_set *set,
                                   const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { "METRIC", 0, false },       { "KIND", 3, false }, { "ACCEPT / TOLERATE", 0, false },
        { "OTHER LIMITS", 1, false }, { "FROM", 2, false }, { "BETTER", 4, false },
    };
    listing l = { .o = options };
    const thresh_catalog *catalog = thresh_policy_catalog(policy);
    const char *pattern;
    thresh_status rc = THRESH_OK, done;

    print_about(&l, policy, stream);
    if (set != NULL)
        rc = add_set_rows(&l, policy, set);
    for (size_t i = 0; set == NULL && (pattern = thresh_policy_named(policy, i)) != NULL; i++)
        add_named_row(&l, policy, pattern);
    for (size_t i = 0; set == NULL && i < thresh_catalog_count(catalog); i++) {
        const thresh_kind *kind = thresh_catalog_at(catalog, i);
        /* a kind that a profile replaced stands in the list once, as it now is */
        if (!kind->informational && thresh_catalog_resolve(catalog, kind->name).kind == kind)
            add_general_row(&l, policy, "", kind->name, kind);
    }
    done = finish(&l, columns, sizeof columns / sizeof *columns, stream);
    return rc != THRESH_OK ? rc : done;
}

static const char *range_of_kind(listing *l, const thresh_policy *policy, const char *name)
{
    const thresh_kind *kind = thresh_catalog_resolve(thresh_policy_catalog(policy), name).kind;
    thresh_rule rule;
    thresh_judged m = {
        .scope = "", .name = name, .kind = kind, .unit = "", .baseline = 1, .rule = &rule
    };

    if (kind == NULL)
        return "-";
    thresh_policy_resolve(policy, &(thresh_query){ "", name, kind, 1, 1, 0 }, &rule);
    m.measure = rule.has_range ? rule.measure : kind->measure;
    return range_text(l, &m);
}

thresh_status thresh_report_profiles(const thresh_policy *const *policies, size_t count,
                                     const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { "NAME", 0, false },   { "AXIS", 1, false },     { "ACCURACY", 2, false },
        { "NDCG", 4, false },   { "EVIDENCE", 3, false }, { "TITLE", 6, false },
        { "ORIGIN", 5, false },
    };
    listing l = { .o = options };

    for (size_t i = 0; i < count; i++) {
        const thresh_profile_info *p = thresh_policy_at(policies[i], 0);
        thresh_evidence e = thresh_policy_evidence(policies[i]);

        add_cell(&l, p->name, NULL);
        add_cell(&l, p->axis, NULL);
        add_cell(&l, p->served ? range_of_kind(&l, policies[i], "accuracy") : "never served", NULL);
        add_cell(&l, p->served ? range_of_kind(&l, policies[i], "ndcg") : "never served", NULL);
        add_cell(&l,
                 e.strict ? arena_printf(&l.arena, "%s, strict", thresh_burden_name(e.burden))
                          : thresh_burden_name(e.burden),
                 NULL);
        add_cell(&l, p->title, NULL);
        add_cell(&l, p->origin, NULL);
    }
    return finish(&l, columns, sizeof columns / sizeof *columns, stream);
}

/* --- proof --- */

thresh_status thresh_report_probes(const thresh_probe *probes, size_t count,
                                   const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { "METRIC", 0, false },   { "LIMIT", 0, false },    { "SIDE", 0, false },
        { "CANDIDATE", 1, true }, { "EXPECTED", 2, false }, { "JUDGED", 0, false },
        { "PROOF", 0, false },
    };
    listing l = { .o = options };
    size_t failed = 0;
    thresh_status rc;

    for (size_t i = 0; i < count; i++) {
        const thresh_probe *p = &probes[i];

        failed += !p->ok;
        add_cell(&l, path_of(&l, p->scope, p->name), NULL);
        add_cell(&l, p->limit, NULL);
        add_cell(&l, p->inside ? "inside" : "outside", NULL);
        add_cell(&l, number_or_dash(&l, !isnan(p->candidate), p->candidate), NULL);
        add_cell(&l, thresh_verdict_name(p->expected), NULL);
        add_cell(&l, thresh_verdict_name(p->got), NULL);
        add_cell(&l,
                 !p->ok              ? "FAILED"
                 : p->closer != NULL ? arena_printf(&l.arena, "ok, %s lies closer", p->closer)
                                     : "ok",
                 p->ok ? "\033[32m" : "\033[31m");
    }
    rc = finish(&l, columns, sizeof columns / sizeof *columns, stream);
    if (failed > 0)
        fprintf(stream, "%zu of %zu probes came out wrong\n", failed, count);
    else
        fprintf(stream, "%zu probe%s, each came out as it must\n", count, count == 1 ? "" : "s");
    return rc;
}

/* --- plan --- */

/* 1234567 → "1,234,567" */
static const char *grouped(listing *l, double n)
{
    char digits[32], out[48];
    int len, at = 0;

    if (!(n >= 0) || n > 1e15)
        return "-";
    len = snprintf(digits, sizeof digits, "%.0f", n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return arena_strdup(&l->arena, out);
}

static const char *spread_text(listing *l, const thresh_planned *p)
{
    char text[THRESH_TEXT_MAX];

    if (!isnan(p->disagreement))
        return arena_printf(&l->arena, "%.3g %% differ%s", p->disagreement * 100,
                            p->counted ? "" : " (supposed)");
    if (!isnan(p->sd))
        return arena_printf(&l->arena, "sd %s", thresh_value_text(text, p->metric, p->sd));
    return "-";
}

static void add_plan_row(listing *l, const thresh_planned *p)
{
    char text[THRESH_TEXT_MAX];
    const thresh_judged *m = p->metric;
    bool have = p->have > 0;

    add_cell(l, path_of(l, m->scope, m->name), NULL);
    add_cell(l, isnan(m->baseline) ? "-" : thresh_value_text(text, m, m->baseline), NULL);
    add_cell(l,
             arena_printf(&l->arena, "%s%s", m->rule->tolerate_exclusive ? "<" : "",
                          thresh_change_text(text, m, m->rule->tolerate)),
             NULL);
    add_cell(l, spread_text(l, p), NULL);
    add_cell(l, isnan(p->needed) ? "-" : grouped(l, p->needed), NULL);
    add_cell(l, have ? grouped(l, p->have) : "-", NULL);
    add_cell(l, isnan(p->can_show) ? "-" : thresh_change_text(text, m, p->can_show), NULL);
    add_cell(l,
             p->why != NULL         ? p->why
             : !have                ? p->method
             : p->needed <= p->have ? "enough"
                                    : "too few",
             NULL);
}

thresh_status thresh_report_plan(const thresh_planned *plans, size_t count,
                                 const thresh_result *result, const thresh_plan_options *plan,
                                 const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { "METRIC", 0, false },  { "BASELINE", 3, true }, { "LIMIT", 0, true },
        { "PAIRS", 2, false },   { "NEEDED", 0, true },   { "HAVE", 0, true },
        { "CAN SHOW", 1, true }, { "REMARK", 0, false },
    };
    listing l = { .o = options };

    for (size_t i = 0; i < count; i++)
        add_plan_row(&l, &plans[i]);
    print_wrapped(
        stream,
        show(&l, arena_printf(&l.arena,
                              "Samples%s to show that a degradation is within its limit: "
                              "confidence %g %% one-sided, power %g %%, %s",
                              plan->unpaired ? " of each model" : ", seen by both models,",
                              result->evidence.confidence * 100,
                              (plan->power > 0 ? plan->power : 0.8) * 100,
                              plan->expected != 0 ? "if it is as expected" : "if there is none")),
        0, 2, (size_t)options->width);
    return finish(&l, columns, sizeof columns / sizeof *columns, stream);
}
