/* Two verdicts side by side: what one says and the other does not. */
#include "report/figures.h"

#include <string.h>

typedef struct comparison {
    listing l;
    FILE *stream;
    const char *const *names; /* of the two */
    bool differ;
} comparison;

/* A sentence for what differs; nothing where it does not. */
static void compare(comparison *c, const char *sentence, const char *before, const char *after)
{
    listing *l = &c->l;

    if (before == NULL || after == NULL || strcmp(before, after) == 0) /* NULL: memory ran out */
        return;
    c->differ = true;
    fprintf(c->stream, "%*s", LISTING_INDENT, "");
    print_wrapped(c->stream,
                  listing_text(l, say(&l->w, SAY(&l->arena, sentence, phrase_word(before),
                                                 phrase_word(after)))),
                  LISTING_INDENT, 2 * LISTING_INDENT, (size_t)l->o->width);
}

/* "search 60cc9060703d + iot 0123456789ab": what the limits came from. */
static const char *profiles_of(comparison *c, const thresh_result *r)
{
    arena *a = &c->l.arena;
    const char *text = "";

    for (size_t i = 0; i < r->profile_count && text != NULL; i++)
        text = arena_printf(a, "%s%s%s %.12s", text, i > 0 ? " + " : "", r->profiles[i]->name,
                            r->profiles[i]->sha256);
    return text == NULL ? "?" : text[0] == '\0' ? "-" : text;
}

static const char *side_of(comparison *c, const thresh_side *side)
{
    const char *text =
        arena_printf(&c->l.arena, "%s %.12s", side_name(&c->l.w, side), side->sha256);

    return text != NULL ? text : "?";
}

static const char *code_of(comparison *c, const thresh_result *r)
{
    const char *text = arena_printf(&c->l.arena, "%d", r->exit_code);

    return text != NULL ? text : "?";
}

/* --- metrics --- */

enum { CELLS = 5 };

static void cells_of(comparison *c, const char *cells[CELLS], const thresh_judged *m)
{
    const words *w = &c->l.w;

    for (size_t i = 0; i < CELLS; i++)
        cells[i] = "-";
    if (m == NULL)
        return;
    cells[0] = baseline_words(w, m);
    cells[1] = candidate_words(w, m);
    cells[2] = degradation_words(w, m);
    cells[3] = limits_words(w, m);
    cells[4] = verdict_word(w, m->verdict);
}

static void compare_metric(comparison *c, const thresh_judged *before, const thresh_judged *after)
{
    const thresh_judged *any = before != NULL ? before : after;
    const char *cells[2][CELLS];
    bool same = before != NULL && after != NULL;

    cells_of(c, cells[0], before);
    cells_of(c, cells[1], after);
    for (size_t i = 0; i < CELLS && same; i++)
        same = strcmp(cells[0][i], cells[1][i]) == 0;
    if (same)
        return;
    c->differ = true;
    for (size_t side = 0; side < 2; side++) {
        add_cell(&c->l, listing_path(&c->l, any->scope, any->name), NULL);
        add_cell(&c->l, c->names[side], NULL);
        for (size_t i = 0; i < CELLS; i++)
            add_cell(&c->l, cells[side][i], NULL);
    }
}

static const thresh_judged *find_metric(const thresh_result *r, const thresh_judged *m)
{
    for (size_t i = 0; i < r->metric_count; i++)
        if (strcmp(r->metrics[i].name, m->name) == 0 && strcmp(r->metrics[i].scope, m->scope) == 0)
            return &r->metrics[i];
    return NULL;
}

thresh_status thresh_report_difference(const thresh_result *before, const thresh_result *after,
                                       const char *const names[2],
                                       const thresh_text_options *options, bool *differ,
                                       FILE *stream)
{
    static const column columns[] = {
        { N_("METRIC"), 0, false },   { N_("ENTRY"), 0, true },  { N_("BASELINE"), 2, true },
        { N_("CANDIDATE"), 0, true }, { N_("CHANGE"), 1, true }, { N_("LIMITS"), 3, true },
        { N_("VERDICT"), 0, false },
    };
    comparison c = { .stream = stream, .names = names };
    const words *w = &c.l.w;
    thresh_status rc;

    open_listing(&c.l, options);
    compare(&c, N_("verdict: %s, then %s"), verdict_word(w, before->verdict),
            verdict_word(w, after->verdict));
    compare(&c, N_("exit code: %s, then %s"), code_of(&c, before), code_of(&c, after));
    compare(&c, N_("profiles: %s, then %s"), profiles_of(&c, before), profiles_of(&c, after));
    compare(&c, N_("baseline: %s, then %s"), side_of(&c, &before->baseline),
            side_of(&c, &after->baseline));
    compare(&c, N_("candidate: %s, then %s"), side_of(&c, &before->candidate),
            side_of(&c, &after->candidate));
    compare(&c, N_("version of thresh: %s, then %s"), before->version, after->version);
    for (size_t i = 0; i < before->metric_count; i++)
        compare_metric(&c, &before->metrics[i], find_metric(after, &before->metrics[i]));
    for (size_t i = 0; i < after->metric_count; i++)
        if (find_metric(before, &after->metrics[i]) == NULL)
            compare_metric(&c, NULL, &after->metrics[i]);
    *differ = c.differ;
    rc = finish_listing(&c.l, columns, sizeof columns / sizeof *columns, stream);
    return rc;
}

/* --- decisions of other commands, by their entries and the figures of their documents --- */

/* "search 60cc9060703d + iot 0123456789ab": profiles, or what else was read. */
static const char *files_of(comparison *c, const thresh_log_entry *e, bool profiles)
{
    const char *text = "";

    for (size_t i = 0; i < e->file_count && text != NULL; i++) {
        const thresh_log_file *f = &e->files[i];
        bool profile = strcmp(f->role, "profile") == 0 || strcmp(f->role, "built-in") == 0;

        /* where a rollout stood, and the time, are another each time */
        if (strcmp(f->role, "clock") == 0 || strcmp(f->role, "state") == 0)
            continue;
        if (profile == profiles)
            text = arena_printf(&c->l.arena, "%s%s%s %.12s", text, text[0] != '\0' ? " + " : "",
                                f->asked, f->sha256);
    }
    return text == NULL ? "?" : text[0] == '\0' ? "-" : text;
}

/* Figures of two schemas have nothing in common. */
static const char *schema_of(const figures *f)
{
    return f->count > 0 && strcmp(f->list[0].name, "schema") == 0 ? f->list[0].value : "-";
}

static void compare_figure(comparison *c, const char *name, const char *before, const char *after,
                           size_t *left_out)
{
    enum { MOST = 40 };
    const size_t columns = 3;

    if (strcmp(before, after) == 0 || strcmp(name, "exit_code") == 0) /* which was said */
        return;
    c->differ = true;
    if (!c->l.o->all && c->l.count >= MOST * columns) {
        ++*left_out;
        return;
    }
    add_cell(&c->l, name, NULL);
    add_cell(&c->l, before, NULL);
    add_cell(&c->l, after, NULL);
}

/* Length of the name of the outermost item of a list that this figure is of and the other document
 * has nothing of; 0: it has something of all of them. */
static size_t item_length(const char *name, const figures *sorted_other)
{
    for (const char *end = strchr(name, ']'); end != NULL; end = strchr(end + 1, ']'))
        if (!figures_any(sorted_other, name, (size_t)(end - name) + 1))
            return (size_t)(end - name) + 1;
    return 0;
}

/* The one word that says most of an item. */
static const char *item_word(comparison *c, const figures *sorted, const char *item)
{
    static const char *const keys[] = { "verdict", "step", "level", "status", "code", "value" };
    const figure *found = NULL;

    for (size_t i = 0; i < sizeof keys / sizeof *keys && found == NULL; i++) {
        const char *name = arena_printf(&c->l.arena, "%s.%s", item, keys[i]);
        found = name != NULL ? figures_find(sorted, name) : NULL;
    }
    return found != NULL ? found->value : "+";
}

/* What `one` has: beside what `other` has under the same name, an item that only one of them has in
 * a single row. Of the second document only what the first one lacks is left to be said. */
static void compare_figures(comparison *c, const figures *one, const figures *sorted_one,
                            const figures *sorted_other, bool second, size_t *left_out)
{
    arena *a = &c->l.arena;
    const char *last = "";

    for (size_t i = 0; i < one->count; i++) {
        const char *name = one->list[i].name, *value = one->list[i].value;
        const figure *other = figures_find(sorted_other, name);
        size_t len = other == NULL ? item_length(name, sorted_other) : 0;

        if (second && other != NULL)
            continue;
        if (len > 0) {
            if (strncmp(last, name, len) == 0 && last[len] == '\0')
                continue;
            if ((name = last = arena_strndup(a, name, len)) == NULL)
                return;
            value = item_word(c, sorted_one, name);
        }
        compare_figure(c, name, second ? "-" : value,
                       second          ? value
                       : other != NULL ? other->value
                                       : "-",
                       left_out);
    }
}

static thresh_status compare_documents(comparison *c, const thresh_document documents[2],
                                       size_t *left_out, thresh_diags *diags)
{
    figures of[2] = { { .list = NULL }, { .list = NULL } }, sorted[2];
    const char *schemas[2];
    thresh_status rc = THRESH_OK;

    for (int i = 0; i < 2 && rc == THRESH_OK; i++) {
        rc = figures_of(&of[i], &c->l.arena, &documents[i], diags);
        sorted[i] = of[i];
        sorted[i].list = arena_alloc(&c->l.arena, (of[i].count + 1) * sizeof *of[i].list);
        if (sorted[i].list == NULL)
            rc = THRESH_ENOMEM;
        else if (of[i].count > 0)
            memcpy(sorted[i].list, of[i].list, of[i].count * sizeof *of[i].list);
        if (rc == THRESH_OK)
            figures_sort(&sorted[i]);
        schemas[i] = schema_of(&of[i]);
    }
    if (rc == THRESH_OK) {
        compare(c, N_("document: %s, then %s"), schemas[0], schemas[1]);
        if (strcmp(schemas[0], schemas[1]) == 0)
            for (int i = 0; i < 2; i++)
                compare_figures(c, &of[i], &sorted[i], &sorted[1 - i], i == 1, left_out);
    }
    figures_free(&of[0]);
    figures_free(&of[1]);
    return rc;
}

thresh_status thresh_report_entry_difference(const thresh_log_entry *const entries[2],
                                             const thresh_document documents[2],
                                             const thresh_text_options *options, bool *differ,
                                             FILE *stream, thresh_diags *diags)
{
    static const column columns[] = {
        { N_("FIGURE"), 0, false },
        { N_("BEFORE"), 0, false },
        { N_("AFTER"), 0, false },
    };
    comparison c = { .stream = stream };
    const thresh_log_entry *before = entries[0], *after = entries[1];
    size_t left_out = 0;
    thresh_status rc, written;

    open_listing(&c.l, options);
    compare(&c, N_("verdict: %s, then %s"), before->verdict, after->verdict);
    compare(&c, N_("exit code: %s, then %s"), arena_printf(&c.l.arena, "%d", before->exit_code),
            arena_printf(&c.l.arena, "%d", after->exit_code));
    compare(&c, N_("profiles: %s, then %s"), files_of(&c, before, true), files_of(&c, after, true));
    compare(&c, N_("files: %s, then %s"), files_of(&c, before, false), files_of(&c, after, false));
    compare(&c, N_("version of thresh: %s, then %s"), before->version, after->version);
    rc = compare_documents(&c, documents, &left_out, diags);
    *differ = c.differ;
    written = finish_listing(&c.l, columns, sizeof columns / sizeof *columns, stream);
    if (rc == THRESH_OK && left_out > 0) {
        arena a = ARENA_INIT;
        const words w = { &a, options->language };

        fprintf(stream, "%*s%s\n", LISTING_INDENT, "",
                say(&w, SAY(&a,
                            left_out == 1 ? N_("%s more figure differs (--all shows it)")
                                          : N_("%s more figures differ (--all shows them)"),
                            phrase_count(&a, left_out))));
        arena_free(&a);
    }
    return rc == THRESH_OK ? written : rc;
}
