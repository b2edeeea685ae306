/* Several candidates in order, for people. */
#include "report/ranking_words.h"
#include "report/table.h"

#include <math.h>
#include <string.h>

enum { INDENT = 2, DEFAULT_ROWS = 50, DEFAULT_REFUSED = 20 };

typedef struct printer {
    const thresh_ranking *r;
    const thresh_text_options *o;
    FILE *f;
    arena arena;
    ranking_words rw;
    size_t rows; /* candidates that the tables show */
} printer;

static const char *fit_to_print(printer *p, const char *text)
{
    const char *out = printable(&p->arena, text, p->o->ascii);

    return out != NULL ? out : "?";
}

static const char *name_of(printer *p, const thresh_ranked *c)
{
    return fit_to_print(p, candidate_name(&p->rw, c));
}

static void print_headline(printer *p)
{
    const char *mark = p->r->recommended == NULL ? (p->o->ascii ? "x" : "\xE2\x9C\x97")
                                                 : (p->o->ascii ? "ok" : "\xE2\x9C\x93");

    fprintf(p->f, "%s ", mark);
    print_wrapped(p->f, fit_to_print(p, recommendation_words(&p->rw)), cell_width(mark) + 1, INDENT,
                  (size_t)p->o->width);
}

static void print_cells(printer *p, const column *columns, size_t count, const cell *cells)
{
    fputc('\n', p->f);
    print_table(p->f, &p->arena,
                &(table){ columns, count, cells, p->rows, INDENT, (size_t)p->o->width, p->o->ascii,
                          p->o->colour ? "\033[2m" : "", p->o->colour ? "\033[0m" : "" });
}

/* What the tables do not show. */
static void print_left_out(printer *p)
{
    size_t counts[] = { 0, 0, 0, 0 };

    for (size_t i = p->rows; i < p->r->count; i++)
        counts[p->r->candidates[i].result->verdict]++;
    if (p->rows < p->r->count)
        fprintf(p->f, "%*s%s\n", INDENT, "",
                say(&p->rw.w, SAY(&p->arena, N_("... and %s more (%s); --all shows every one"),
                                  phrase_count(&p->arena, p->r->count - p->rows),
                                  phrase_word(counted_verdicts(&p->rw.w, counts)))));
}

static thresh_status print_candidates(printer *p)
{
    const thresh_ranking *r = p->r;
    const words *w = &p->rw.w;
    column columns[MAX_COLUMNS];
    size_t count = 0, axes = 0, shown[MAX_COLUMNS];
    cell *cells, *row;

    columns[count++] = (column){ word(w, N_("CANDIDATE")), 0, false };
    columns[count++] = (column){ word(w, N_("PLACE")), 0, true };
    columns[count++] = (column){ word(w, N_("VERDICT")), 0, false };
    columns[count++] = (column){ fit_to_print(p, r->by), 0, true };
    for (size_t k = next_axis(r, 0); k < r->axis_count && count + 1 < MAX_COLUMNS;
         k = next_axis(r, k + 1)) {
        shown[axes++] = k;
        columns[count++] =
            (column){ fit_to_print(p, axis_words(&p->rw, &r->axes[k])), (int)axes + 1, true };
    }
    columns[count++] = (column){ word(w, N_("FRONT")), 1, false };
    if ((row = cells = arena_alloc(&p->arena, p->rows * count * sizeof *cells)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < p->rows; i++) {
        const thresh_ranked *c = &r->candidates[i];

        *row++ = (cell){ name_of(p, c), NULL };
        *row++ = (cell){ place_words(&p->rw, c), NULL };
        *row++ = (cell){ verdict_word(w, c->result->verdict), NULL };
        *row++ = (cell){ fit_to_print(p, on_axis_words(&p->rw, &r->order, c->order.value)), NULL };
        for (size_t k = 0; k < axes; k++)
            *row++ = (cell){ fit_to_print(p, on_axis_words(&p->rw, &r->axes[shown[k]],
                                                           c->axes[shown[k]].value)),
                             NULL };
        *row++ = (cell){ c->on_front ? word(w, N_("yes")) : "-", NULL };
    }
    print_cells(p, columns, count, cells);
    print_left_out(p);
    return THRESH_OK;
}

/* What each group of metrics adds to the score. */
static thresh_status print_parts(printer *p)
{
    enum { FIXED = 2 };
    const thresh_ranking *r = p->r;
    const words *w = &p->rw.w;
    size_t groups = r->candidates[0].result->score->group_count;
    size_t count = FIXED + (groups < MAX_COLUMNS - FIXED ? groups : MAX_COLUMNS - FIXED);
    column columns[MAX_COLUMNS] = { { word(w, N_("CANDIDATE")), 0, false },
                                    { word(w, N_("SCORE")), 0, true } };
    cell *cells, *row;

    if (!has_score_parts(r))
        return THRESH_OK;
    for (size_t g = 0; g < count - FIXED; g++)
        columns[FIXED + g] =
            (column){ fit_to_print(p, score_group_title(&p->rw, g)), (int)g + 1, true };
    if ((row = cells = arena_alloc(&p->arena, p->rows * count * sizeof *cells)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < p->rows; i++) {
        const thresh_ranked *c = &r->candidates[i];
        const thresh_score *s = c->result->score;

        *row++ = (cell){ name_of(p, c), NULL };
        *row++ = (cell){ score_value_words(w, s->value), NULL };
        for (size_t g = 0; g < count - FIXED; g++)
            *row++ = (cell){ group_score_words(w, &s->groups[g]), NULL };
    }
    print_cells(p, columns, count, cells);
    return THRESH_OK;
}

static void print_remark(printer *p, const char *text)
{
    if (text == NULL)
        return;
    fprintf(p->f, "%*s- ", INDENT, "");
    print_wrapped(p->f, fit_to_print(p, text), INDENT + 2, INDENT + 2, (size_t)p->o->width);
}

static void print_remarks(printer *p)
{
    const thresh_ranking *r = p->r;
    size_t refused = r->count - r->eligible, shown = refused;

    if (!p->o->all && shown > DEFAULT_REFUSED)
        shown = DEFAULT_REFUSED;
    fputc('\n', p->f);
    for (size_t i = r->eligible; i < r->eligible + shown; i++) {
        const thresh_ranked *c = &r->candidates[i];
        const char *reason;
        for (size_t k = 0; (reason = ranked_reason_words(&p->rw, c, k)) != NULL; k++)
            print_remark(p, say(&p->rw.w, SAY(&p->arena, N_("%s: %s"), phrase_word(name_of(p, c)),
                                              phrase_word(reason))));
    }
    if (shown < refused)
        print_remark(
            p, say(&p->rw.w, SAY(&p->arena, N_("%s more that are not accepted; --all says why"),
                                 phrase_count(&p->arena, refused - shown))));
    print_remark(p, ties_words(&p->rw));
    print_remark(p, ranking_model_words(&p->rw));
    print_remark(p, ranking_origin_words(&p->rw));
}

thresh_status thresh_report_ranking(const thresh_ranking *ranking,
                                    const thresh_text_options *options, FILE *stream)
{
    printer p = { .r = ranking, .o = options, .f = stream, .arena = ARENA_INIT };
    thresh_status rc = THRESH_OK;

    p.rows = options->all || ranking->count < DEFAULT_ROWS ? ranking->count : DEFAULT_ROWS;
    p.rw = ranking_words_of(ranking, &p.arena, options->language);
    print_headline(&p);
    if (!options->quiet) {
        rc = print_candidates(&p);
        if (rc == THRESH_OK)
            rc = print_parts(&p);
        print_remarks(&p);
    }
    if (rc == THRESH_OK && p.arena.failed)
        rc = THRESH_ENOMEM;
    arena_free(&p.arena);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
