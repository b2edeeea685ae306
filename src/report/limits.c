/* What limits apply, and where each comes from. */
#include "report/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Adds "floor 90 %" to what was said so far. */
static const char *and_more(listing *l, const char *so_far, const char *what, const char *value)
{
    const char *more = say(&l->w, SAY(&l->arena, what, phrase_word(value)));

    return so_far == NULL ? NULL
                          : arena_printf(&l->arena, "%s%s%s", so_far,
                                         so_far[0] ? word(&l->w, N_(", ")) : "", more);
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
        out = and_more(l, out, N_("floor %s"), thresh_value_text(text, m, r->floor));
    if (r->has_ceiling)
        out = and_more(l, out, N_("ceiling %s"), thresh_value_text(text, m, r->ceiling));
    if (r->has_gain)
        out = and_more(l, out, N_("gain %s"),
                       r->gain_measure == THRESH_RELATIVE
                           ? thresh_change_text(text, &relative, r->gain)
                           : thresh_value_text(text, m, r->gain));
    if (r->has_surprise)
        out = and_more(l, out, N_("surprise %s"),
                       r->surprise_measure == THRESH_RELATIVE
                           ? thresh_change_text(text, &relative, r->surprise)
                           : thresh_value_text(text, m, r->surprise));
    if (r->has_ignore_below)
        out = and_more(l, out, N_("ignore below %s"), thresh_value_text(text, m, r->ignore_below));
    if (r->has_absolute)
        out = and_more(l, out, N_("from zero %s"), thresh_value_text(text, m, r->absolute));
    if (r->fault != NULL && out != NULL)
        out = and_more(l, out, N_("fault: %s"), word(&l->w, r->fault));
    return out != NULL && out[0] == '\0' ? "-" : out;
}

/* The name of a profile, or the catalog. */
static const char *from_text(const listing *l, const char *from)
{
    return strcmp(from, "catalog") == 0 ? word(&l->w, N_("catalog")) : from;
}

static const char *origin_text(listing *l, const thresh_rule *r)
{
    if (!r->has_range)
        return r->has_floor     ? from_text(l, r->floor_from)
               : r->has_ceiling ? from_text(l, r->ceiling_from)
                                : "-";
    if (strcmp(r->accept_from, r->tolerate_from) == 0)
        return from_text(l, r->tolerate_from);
    return arena_printf(&l->arena, "%s / %s", from_text(l, r->accept_from),
                        from_text(l, r->tolerate_from));
}

/* Which direction is better. */
static const char *better_text(const listing *l, const thresh_kind *kind)
{
    return word(&l->w, kind->direction == THRESH_HIGHER ? N_("higher") : N_("lower"));
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
    add_limits_row(l, listing_path(l, scope, name), &m, better_text(l, kind));
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
            add_cell(l, i == 1 ? word(&l->w, N_("see --for FILE")) : "-", NULL);
        add_cell(l, "-", NULL);
    }
}

static void print_line(const listing *l, thresh_phrase text, FILE *f)
{
    fprintf(f, "%*s%s\n", LISTING_INDENT, "", say(&l->w, text));
}

static thresh_phrase shown(listing *l, const char *text)
{
    return phrase_word(listing_text(l, text));
}

static void print_profile(listing *l, const thresh_profile_info *p, FILE *f)
{
    arena *a = &l->arena;
    const char *origin =
        strcmp(p->origin, "built in") == 0 ? word(&l->w, N_("built in")) : p->origin;

    fprintf(f, "%s %s: %s\n", p->axis, listing_text(l, p->name), listing_text(l, p->title));
    if (p->why != NULL) {
        fprintf(f, "%*s", LISTING_INDENT, "");
        print_wrapped(f, listing_text(l, p->why), LISTING_INDENT, LISTING_INDENT,
                      (size_t)l->o->width);
    }
    print_line(l, SAY(a, N_("origin %s, sha256 %s"), shown(l, origin), phrase_word(p->sha256)), f);
    if (!p->served)
        print_line(l, SAID(N_("never served by a compressed model: every candidate is rejected")),
                   f);
}

static void print_rule_of_slices(listing *l, const thresh_policy *policy, FILE *f)
{
    arena *a = &l->arena;
    thresh_evidence e = thresh_policy_evidence(policy);
    thresh_slice_rule s = thresh_policy_slices(policy);
    thresh_phrase limit =
        s.tolerate.unit != THRESH_LIMIT_NONE
            ? SAID(N_("own limit"))
            : SAY(a, N_("%s times tolerate"), phrase_word(arena_printf(a, "%g", s.times)));

    print_line(
        l,
        SAY(a,
            e.strict
                ? N_("burden of proof %s at %s %%, strict; slices: %s, beyond it %s, fewer than "
                     "%s samples never reject")
                : N_("burden of proof %s at %s %%; slices: %s, beyond it %s, fewer than %s "
                     "samples never reject"),
            phrase_word(thresh_burden_name(e.burden)),
            phrase_word(arena_printf(a, "%g", e.confidence * 100)), limit,
            SAID(s.rejects ? N_("reject") : N_("warn")),
            phrase_word(arena_printf(a, "%g", s.min_samples))),
        f);
}

static void print_about(listing *l, const thresh_policy *policy, FILE *f)
{
    const thresh_required *q;
    const char *list = "";

    for (size_t i = 0; i < thresh_policy_count(policy); i++)
        print_profile(l, thresh_policy_at(policy, i), f);
    if (thresh_policy_count(policy) == 0)
        fprintf(f, "%s\n", word(&l->w, N_("no profile: the catalog's ranges")));
    print_rule_of_slices(l, policy, f);
    for (size_t i = 0; (q = thresh_policy_required(policy, i)) != NULL && list != NULL; i++)
        list = arena_printf(&l->arena, "%s%s%s", list, i > 0 ? word(&l->w, N_(", ")) : "",
                            listing_text(l, q->name));
    if ((q = thresh_policy_required(policy, 0)) != NULL)
        print_line(l,
                   SAY(&l->arena,
                       q->group > 0 ? N_("required: %s (at least one)") : N_("required: %s"),
                       phrase_word(list)),
                   f);
}

static thresh_status add_set_rows(listing *l, const thresh_policy *policy, const thresh_set *set)
{
    thresh_result *r = NULL;
    thresh_status rc = thresh_judge(&r, set, set, NULL, policy, NULL, NULL);

    /* compared with itself nothing is worse than anything else: the order is that of the file */
    for (size_t i = 0; rc == THRESH_OK && i < r->metric_count; i++) {
        const thresh_judged *m = &r->metrics[i];
        add_limits_row(l, listing_path(l, m->scope, m->name), m,
                       m->whole != NULL ? word(&l->w, N_("slice")) : better_text(l, m->kind));
    }
    thresh_result_free(r);
    return rc;
}

thresh_status thresh_report_policy(const thresh_policy *policy, const thresh_set *set,
                                   const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false },
        { N_("KIND"), 3, false },
        { N_("ACCEPT / TOLERATE"), 0, false },
        { N_("OTHER LIMITS"), 1, false },
        { N_("FROM"), 2, false },
        { N_("BETTER"), 4, false },
    };
    listing l;
    const thresh_catalog *catalog = thresh_policy_catalog(policy);
    const char *pattern;
    thresh_status rc = THRESH_OK, done;

    open_listing(&l, options);
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
    done = finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
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
        { N_("NAME"), 0, false },   { N_("AXIS"), 1, false },     { N_("ACCURACY"), 2, false },
        { N_("NDCG"), 4, false },   { N_("EVIDENCE"), 3, false }, { N_("TITLE"), 6, false },
        { N_("ORIGIN"), 5, false },
    };
    listing l;

    open_listing(&l, options);
    const char *unserved = word(&l.w, N_("never served"));
    for (size_t i = 0; i < count; i++) {
        const thresh_profile_info *p = thresh_policy_at(policies[i], 0);
        thresh_evidence e = thresh_policy_evidence(policies[i]);

        add_cell(&l, p->name, NULL);
        add_cell(&l, p->axis, NULL);
        add_cell(&l, p->served ? range_of_kind(&l, policies[i], "accuracy") : unserved, NULL);
        add_cell(&l, p->served ? range_of_kind(&l, policies[i], "ndcg") : unserved, NULL);
        add_cell(&l,
                 e.strict ? say(&l.w, SAY(&l.arena, N_("%s, strict"),
                                          phrase_word(thresh_burden_name(e.burden))))
                          : thresh_burden_name(e.burden),
                 NULL);
        add_cell(&l, p->title, NULL);
        add_cell(&l, strcmp(p->origin, "built in") == 0 ? word(&l.w, N_("built in")) : p->origin,
                 NULL);
    }
    return finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
}
