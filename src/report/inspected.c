/* What a file holds, and how it was understood. */
#include "report/listing.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_VALUE = 24, LONGEST_REMARK = 60 };

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
        thresh_scaled r = thresh_read_scale(policy, m, known.kind);
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
    add_cell(l, listing_path(l, m->scope, m->name), NULL);
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
    fprintf(stream, "%*s- ", LISTING_INDENT, "");
    print_wrapped(stream, listing_text(l, say(&l->w, text)), LISTING_INDENT + 2, LISTING_INDENT + 2,
                  (size_t)l->o->width);
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
                phrase_word(listing_text(l, source->path != NULL ? source->path : "-")),
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
        fprintf(stream, "%*s- ", LISTING_INDENT, "");
        /* a log beside the results of a folder */
        if (d->file != NULL && source->path != NULL && strcmp(d->file, source->path) != 0) {
            const char *slash = strrchr(d->file, '/');
            fprintf(stream, "%s: ", listing_text(&l, slash != NULL ? slash + 1 : d->file));
        }
        if (d->line > 0)
            fputs(say(&l.w, SAY(&l.arena, N_("line %s: "), phrase_count(&l.arena, d->line))),
                  stream);
        print_wrapped(stream, listing_text(&l, d->text), LISTING_INDENT + 2, LISTING_INDENT + 2,
                      (size_t)options->width);
    }
    for (size_t i = 0; thresh_set_samples(set, i) != NULL; i++)
        print_samples(&l, thresh_set_samples(set, i), stream);
    rc = finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
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
    return finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
}
