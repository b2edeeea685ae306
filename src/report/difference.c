/* Two verdicts side by side: what one says and the other does not. */
#include "report/listing.h"

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

    if (strcmp(before, after) == 0)
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
