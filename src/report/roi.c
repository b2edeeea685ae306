/* A return for people: what adds up to it, what may be lost, and which assumption carries it. */
#include "report/roi.h"

#include "report/table.h"

#include <math.h>
#include <string.h>

enum { INDENT = 2, BAR = 24, DEFAULT_SWINGS = 8 };

typedef struct printer {
    FILE *f;
    const words *w;
    const thresh_text_options *o;
    const thresh_roi *r;
} printer;

static cell shown(const printer *p, const char *text)
{
    const char *out = printable(p->w->arena, text, p->o->ascii);

    return (cell){ out != NULL ? out : "?", NULL };
}

static void print_cells(const printer *p, const column *columns, size_t column_count,
                        const cell *cells, size_t rows)
{
    fputc('\n', p->f);
    print_table(p->f, p->w->arena,
                &(table){ columns, column_count, cells, rows, INDENT, (size_t)p->o->width,
                          p->o->ascii, p->o->colour ? "\033[2m" : "",
                          p->o->colour ? "\033[0m" : "" });
}

static void print_line(const printer *p, const char *mark, const char *text)
{
    size_t at = INDENT + strlen(mark) + 1;

    if (text == NULL)
        return;
    fprintf(p->f, "%*s%s ", INDENT, "", mark);
    print_wrapped(p->f, shown(p, text).text, at, at, (size_t)p->o->width);
}

static thresh_status print_one(const printer *p, grid g)
{
    if (g.rows == 0)
        return THRESH_OK;
    fputc('\n', p->f);
    return print_grid(p->f, p->w, p->o, &g);
}

/* The span of a return on a scale from `least` to `most`, with a line where the central one stands.
 */
static const char *bar(const printer *p, const thresh_roi_swing *s, double least, double most)
{
    const char *full = p->o->ascii ? "#" : "\xE2\x96\x88",
               *middle = p->o->ascii ? "|" : "\xE2\x94\x82";
    double ends[2] = { fmin(s->roi_low, s->roi_high), fmax(s->roi_low, s->roi_high) };
    double scale = most > least ? (BAR - 1) / (most - least) : 0;
    int from = (int)((ends[0] - least) * scale + 0.5), to = (int)((ends[1] - least) * scale + 0.5);
    int centre = (int)((p->r->roi - least) * scale + 0.5);
    char text[BAR * 4 + 1] = "";

    for (int i = 0; i < BAR; i++)
        strcat(text, i == centre            ? middle
                     : i >= from && i <= to ? full
                     : i < to || i < centre ? " "
                                            : "");
    return arena_strdup(p->w->arena, text);
}

static thresh_status print_swings(const printer *p)
{
    enum { COLUMNS = 5 };
    const thresh_roi *r = p->r;
    const words *w = p->w;
    const column columns[COLUMNS] = { { word(w, N_("ASSUMPTION")), 0, false },
                                      { word(w, N_("10 %")), 2, true },
                                      { word(w, N_("90 %")), 2, true },
                                      { word(w, N_("RETURN")), 0, true },
                                      { word(w, N_("SWING")), 1, false } };
    size_t rows = p->o->all || r->swing_count <= DEFAULT_SWINGS ? r->swing_count : DEFAULT_SWINGS;
    cell *cells = arena_alloc(w->arena, (rows + 1) * COLUMNS * sizeof *cells), *row = cells;
    double least = r->roi, most = r->roi;

    if (cells == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->swing_count; i++) {
        least = fmin(least, fmin(r->swings[i].roi_low, r->swings[i].roi_high));
        most = fmax(most, fmax(r->swings[i].roi_low, r->swings[i].roi_high));
    }
    for (size_t i = 0; i < rows; i++) {
        const thresh_roi_swing *s = &r->swings[i];
        const char *drawn = bar(p, s, least, most);
        *row++ = shown(p, swing_name_words(w, s));
        *row++ = shown(p, swing_value_words(w, s, s->low));
        *row++ = shown(p, swing_value_words(w, s, s->high));
        *row++ = shown(p, swing_return_words(w, s));
        *row++ = (cell){ drawn != NULL ? drawn : "?", NULL };
    }
    if (rows > 0)
        print_cells(p, columns, COLUMNS, cells, rows);
    if (rows < r->swing_count)
        print_line(p, "...",
                   say(w, SAY(w->arena, N_("and %s more; --all shows every one"),
                              phrase_count(w->arena, r->swing_count - rows))));
    return THRESH_OK;
}

thresh_status print_roi(FILE *f, const words *w, const thresh_text_options *o, const thresh_roi *r)
{
    const printer p = { f, w, o, r };
    thresh_status rc;

    fputc('\n', f);
    fprintf(f, "%*s", INDENT, "");
    print_wrapped(f, shown(&p, roi_title_words(w, r)).text, INDENT, INDENT, (size_t)o->width);
    rc = print_one(&p, roi_parts_grid(r));
    if (rc == THRESH_OK)
        rc = print_one(&p, roi_ties_grid(r));
    if (rc == THRESH_OK)
        rc = print_swings(&p);
    if (rc != THRESH_OK)
        return rc;
    fputc('\n', f);
    for (size_t i = 0; i < r->mapping_count; i++)
        print_line(&p, "-", mapped_words(w, &r->mappings[i]));
    print_line(&p, "-", payback_words(w, r));
    print_line(&p, "-", roi_chance_words(w, r));
    print_line(&p, "-", roi_quantile_words(w, r));
    for (size_t i = 0; i < r->note_count; i++)
        print_line(&p, word(w, N_("note:")), say(w, r->notes[i]));
    return THRESH_OK;
}

thresh_status thresh_report_roi(const thresh_roi *roi, const thresh_text_options *options,
                                FILE *stream)
{
    static const struct {
        const char *symbol, *ascii, *colour;
    } looks[] = {
        [THRESH_ACCEPT] = { "\xE2\x9C\x93", "ok", "\033[1m\033[32m" },
        [THRESH_WARN] = { "!", "!", "\033[1m\033[33m" },
        [THRESH_REVIEW] = { "?", "?", "\033[1m\033[36m" },
        [THRESH_REJECT] = { "\xE2\x9C\x97", "x", "\033[1m\033[31m" },
    };
    arena a = ARENA_INIT;
    words w = { &a, options->language };
    printer p = { stream, &w, options, roi };
    const char *mark = options->ascii ? looks[roi->verdict].ascii : looks[roi->verdict].symbol;
    const char *head = verdict_headword(&w, roi->verdict);
    thresh_status rc = THRESH_OK;

    fprintf(stream, "%s%s %s%s  ", options->colour ? looks[roi->verdict].colour : "", mark, head,
            options->colour ? "\033[0m" : "");
    print_wrapped(stream, shown(&p, roi_sentence_words(&w, roi)).text,
                  cell_width(mark) + cell_width(head) + 3, INDENT,
                  options->quiet ? 0 : (size_t)options->width);
    if (!options->quiet)
        rc = print_roi(stream, &w, options, roi);
    if (rc == THRESH_OK && a.failed)
        rc = THRESH_ENOMEM;
    arena_free(&a);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
