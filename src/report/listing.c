/* Listings: what a file holds, what limits apply, what a proof found. */
#include "report/table.h"
#include "report/words.h"

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
    words w;
} listing;

/* The arena is the listing's own, so that it has to stay where it is. */
static void open_listing(listing *l, const thresh_text_options *options)
{
    *l = (listing){ .o = options, .w = { &l->arena, options->language } };
}

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

static thresh_status finish(listing *l, const column *titled, size_t column_count, FILE *f)
{
    bool ok = !l->failed && !l->arena.failed;
    column columns[MAX_COLUMNS];

    for (size_t i = 0; i < column_count; i++) {
        columns[i] = titled[i];
        columns[i].title = word(&l->w, titled[i].title);
    }

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
                      ? word(&l->w, N_("unclear: over 100"))
                      : say(&l->w, SAY(&l->arena, N_("%s, %s"),
                                       phrase_word(arena_strdup(
                                           &l->arena, thresh_value_text(value, &as, r.value))),
                                       SAID(r.scale)));
    } else if (m->state == THRESH_VALUE_TEXT) {
        reading = word(&l->w, N_("text: metadata"));
    } else if (!is_number) {
        reading = word(&l->w, N_("not a number"));
    }
    add_cell(l, path_of(l, m->scope, m->name), NULL);
    add_cell(l,
             is_number ? arena_printf(&l->arena, "%s%s%s", thresh_format_number(number, m->value),
                                      unit[0] ? " " : "", unit)
             : m->text != NULL ? excerpt(l, m->text, LONGEST_VALUE)
                               : "null",
             NULL);
    add_cell(l,
             known.kind == NULL          ? "-"
             : known.kind->informational ? say(
                   &l->w, SAY(&l->arena, N_("%s (informational)"), phrase_word(known.kind->name)))
                                         : known.kind->name,
             NULL);
    add_cell(l, reading != NULL && reading[0] ? reading : "-", NULL);
    add_cell(l, number_or_dash(l, m->has_stderr, m->stderr_value), NULL);
    add_cell(l, number_or_dash(l, m->has_n, m->n), NULL);
    add_cell(l, number_or_dash(l, m->line > 0, m->line), NULL);
}

/* How many values of a file are what. */
typedef struct value_counts {
    size_t judged, informational, texts;
} value_counts;

static value_counts count_values(const thresh_set *set, const thresh_policy *policy)
{
    value_counts t = { 0, 0, 0 };

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

/* "gold (label, 3 different, 1 missing)" */
static const char *column_text(listing *l, const thresh_column *c)
{
    arena *a = &l->arena;
    thresh_phrase about =
        SAID(c->texts_unkept ? N_("text, --slice-by keeps it") : thresh_role_name(c->role));

    if (c->codes != NULL)
        about = SAY(a, N_("%s, %s different"), about, phrase_count(a, c->text_count));
    if (c->missing > 0 && !c->texts_unkept)
        about = SAY(a, N_("%s, %s missing"), about, phrase_count(a, c->missing));
    return say(&l->w, SAY(a, N_("%s (%s)"), phrase_word(c->name), about));
}

/* "gsm8k: 7 samples, columns: acc (value), gold (label, 3 different)" */
static void print_samples(listing *l, const thresh_samples *s, FILE *stream)
{
    const thresh_column *c;
    arena *a = &l->arena;
    size_t count = thresh_samples_count(s);
    const char *scope = thresh_samples_scope(s), *suffix = thresh_samples_suffix(s), *list = "";

    for (size_t i = 0; (c = thresh_samples_column_at(s, i)) != NULL && list != NULL; i++)
        list =
            arena_printf(a, "%s%s%s", list, i > 0 ? word(&l->w, N_(", ")) : "", column_text(l, c));
    thresh_phrase text =
        SAY(a, count == 1 ? N_("%s sample, columns: %s") : N_("%s samples, columns: %s"),
            phrase_count(a, count), phrase_word(list));
    if (scope[0] != '\0' || suffix[0] != '\0')
        text = SAY(a, N_("%s: %s"),
                   phrase_word(arena_printf(a, "%s%s", scope, suffix + (scope[0] == '\0'))), text);
    fprintf(stream, "%*s- ", INDENT, "");
    print_wrapped(stream, show(l, say(&l->w, text)), INDENT + 2, INDENT + 2, (size_t)l->o->width);
}

/* "results.json: format json, 7 values (5 of a judged kind, …), sha256 0123456789ab" */
static void print_source(listing *l, const thresh_source *source, size_t count,
                         const value_counts *t, FILE *stream)
{
    arena *a = &l->arena;
    const char *sha256 = source->sha256 != NULL ? source->sha256 : "";

    fprintf(
        stream, "%s\n",
        say(&l->w,
            SAY(a,
                count == 1
                    ? N_("%s: format %s, %s value (%s of a judged kind, %s informational, %s "
                         "of no known kind, %s text), sha256 %s")
                    : N_("%s: format %s, %s values (%s of a judged kind, %s informational, "
                         "%s of no known kind, %s text), sha256 %s"),
                phrase_word(show(l, source->path != NULL ? source->path : "-")),
                phrase_word(source->format != NULL ? source->format : "?"), phrase_count(a, count),
                phrase_count(a, t->judged), phrase_count(a, t->informational),
                phrase_count(a, count - t->judged - t->informational - t->texts),
                phrase_count(a, t->texts), phrase_clipped(a, sha256, 12))));
}

thresh_status thresh_report_set(const thresh_set *set, const thresh_policy *policy,
                                const thresh_diags *diags, const thresh_text_options *options,
                                FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false },  { N_("VALUE"), 0, true },  { N_("KIND"), 1, false },
        { N_("READ AS"), 3, false }, { N_("STDERR"), 4, true }, { N_("N"), 5, true },
        { N_("LINE"), 6, true },
    };
    listing l;
    const thresh_source *source = thresh_set_source(set);
    size_t count = thresh_set_count(set);
    value_counts t = count_values(set, policy);
    thresh_status rc;

    open_listing(&l, options);
    for (size_t i = 0; i < count; i++)
        add_metric_row(&l, thresh_set_at(set, i), policy);
    print_source(&l, source, count, &t, stream);
    for (size_t i = 0; i < thresh_diags_count(diags); i++) {
        const thresh_diag *d = thresh_diags_at(diags, i);
        fprintf(stream, "%*s- ", INDENT, "");
        /* a log beside the results of a folder */
        if (d->file != NULL && source->path != NULL && strcmp(d->file, source->path) != 0) {
            const char *slash = strrchr(d->file, '/');
            fprintf(stream, "%s: ", show(&l, slash != NULL ? slash + 1 : d->file));
        }
        if (d->line > 0)
            fputs(say(&l.w, SAY(&l.arena, N_("line %s: "), phrase_count(&l.arena, d->line))),
                  stream);
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
static size_t remark_room(const thresh_inspected *files, size_t count, const char *refused,
                          size_t width)
{
    enum { LEAST_REMARK = 24, OTHER_COLUMNS = 34 };
    size_t path = 0, format = 0;

    for (size_t i = 0; i < count; i++) {
        const thresh_set *set = files[i].set;
        size_t len = cell_width(set == NULL ? refused : thresh_set_source(set)->format);
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
        { N_("FILE"), 0, false },  { N_("FORMAT"), 0, false }, { N_("VALUES"), 2, true },
        { N_("JUDGED"), 0, true }, { N_("SAMPLES"), 1, true }, { N_("REMARK"), 0, false },
    };
    listing l;
    const char *refused = thresh_translate(options->language, N_("refused"));
    size_t longest = remark_room(files, count, refused, (size_t)options->width);

    open_listing(&l, options);
    for (size_t i = 0; i < count; i++) {
        const thresh_inspected *f = &files[i];
        size_t samples = 0;

        for (size_t k = 0; f->set != NULL && thresh_set_samples(f->set, k) != NULL; k++)
            samples += thresh_samples_count(thresh_set_samples(f->set, k));
        add_cell(&l, f->path, NULL);
        add_cell(&l, f->set == NULL ? refused : thresh_set_source(f->set)->format, NULL);
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
    add_limits_row(l, path_of(l, scope, name), &m, better_text(l, kind));
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
    fprintf(f, "%*s%s\n", INDENT, "", say(&l->w, text));
}

static thresh_phrase shown(listing *l, const char *text)
{
    return phrase_word(show(l, text));
}

static void print_profile(listing *l, const thresh_profile_info *p, FILE *f)
{
    arena *a = &l->arena;
    const char *origin =
        strcmp(p->origin, "built in") == 0 ? word(&l->w, N_("built in")) : p->origin;

    fprintf(f, "%s %s: %s\n", p->axis, show(l, p->name), show(l, p->title));
    if (p->why != NULL) {
        fprintf(f, "%*s", INDENT, "");
        print_wrapped(f, show(l, p->why), INDENT, INDENT, (size_t)l->o->width);
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
                            show(l, q->name));
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
        add_limits_row(l, path_of(l, m->scope, m->name), m,
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
    return finish(&l, columns, sizeof columns / sizeof *columns, stream);
}

/* --- proof --- */

thresh_status thresh_report_probes(const thresh_probe *probes, size_t count,
                                   const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false },   { N_("LIMIT"), 0, false },    { N_("SIDE"), 0, false },
        { N_("CANDIDATE"), 1, true }, { N_("EXPECTED"), 2, false }, { N_("JUDGED"), 0, false },
        { N_("PROOF"), 0, false },
    };
    listing l;
    size_t failed = 0;
    thresh_status rc;

    open_listing(&l, options);
    for (size_t i = 0; i < count; i++) {
        const thresh_probe *p = &probes[i];

        failed += !p->ok;
        add_cell(&l, path_of(&l, p->scope, p->name), NULL);
        add_cell(&l, word(&l.w, p->limit), NULL);
        add_cell(&l, word(&l.w, p->inside ? N_("inside") : N_("outside")), NULL);
        add_cell(&l, number_or_dash(&l, !isnan(p->candidate), p->candidate), NULL);
        add_cell(&l, verdict_word(&l.w, p->expected), NULL);
        add_cell(&l, verdict_word(&l.w, p->got), NULL);
        add_cell(&l,
                 !p->ok ? word(&l.w, N_("FAILED"))
                 : p->closer != NULL
                     ? say(&l.w, SAY(&l.arena, N_("ok, %s lies closer"), SAID(p->closer)))
                     : word(&l.w, N_("ok")),
                 p->ok ? "\033[32m" : "\033[31m");
    }
    if ((rc = finish(&l, columns, sizeof columns / sizeof *columns, stream)) != THRESH_OK)
        return rc;
    open_listing(&l, options);
    fprintf(stream, "%s\n",
            failed > 0
                ? say(&l.w, SAY(&l.arena, N_("%s of %s probes came out wrong"),
                                phrase_count(&l.arena, failed), phrase_count(&l.arena, count)))
                : say(&l.w, SAY(&l.arena,
                                count == 1 ? N_("%s probe, each came out as it must")
                                           : N_("%s probes, each came out as it must"),
                                phrase_count(&l.arena, count))));
    return finish(&l, NULL, 0, stream);
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
        return say(&l->w,
                   SAY(&l->arena, p->counted ? N_("%s %% differ") : N_("%s %% differ (supposed)"),
                       phrase_word(arena_printf(&l->arena, "%.3g", p->disagreement * 100))));
    if (!isnan(p->sd))
        return say(
            &l->w,
            SAY(&l->arena, N_("sd %s"),
                phrase_word(arena_strdup(&l->arena, thresh_value_text(text, p->metric, p->sd)))));
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
             word(&l->w, p->why != NULL         ? p->why
                         : !have                ? p->method
                         : p->needed <= p->have ? N_("enough")
                                                : N_("too few")),
             NULL);
}

thresh_status thresh_report_plan(const thresh_planned *plans, size_t count,
                                 const thresh_result *result, const thresh_plan_options *plan,
                                 const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false },  { N_("BASELINE"), 3, true }, { N_("LIMIT"), 0, true },
        { N_("PAIRS"), 2, false },   { N_("NEEDED"), 0, true },   { N_("HAVE"), 0, true },
        { N_("CAN SHOW"), 1, true }, { N_("REMARK"), 0, false },
    };
    listing l;

    open_listing(&l, options);
    for (size_t i = 0; i < count; i++)
        add_plan_row(&l, &plans[i]);
    const char *intro = say(
        &l.w,
        SAY(&l.arena, N_("%s: confidence %s %% one-sided, power %s %%, %s"),
            SAID(plan->unpaired
                     ? N_("Samples of each model to show that a degradation is within its limit")
                     : N_("Samples, seen by both models, to show that a degradation is within "
                          "its limit")),
            phrase_word(arena_printf(&l.arena, "%g", result->evidence.confidence * 100)),
            phrase_word(arena_printf(&l.arena, "%g", (plan->power > 0 ? plan->power : 0.8) * 100)),
            SAID(plan->expected != 0 ? N_("if it is as expected") : N_("if there is none"))));
    print_wrapped(stream, show(&l, intro), 0, 2, (size_t)options->width);
    return finish(&l, columns, sizeof columns / sizeof *columns, stream);
}
