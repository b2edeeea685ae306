/* Tables of texts, set for a terminal, for Markdown and for HTML. */
#include "report/grid.h"

#include "report/table.h"

enum { INDENT = 2 };

static const char *fit_to_print(const words *w, const char *text, bool ascii)
{
    const char *out = text == NULL ? NULL : printable(w->arena, text, ascii);

    return out != NULL ? out : "?";
}

thresh_status print_grid(FILE *f, const words *w, const thresh_text_options *o, const grid *g)
{
    column columns[MOST_GRID_COLUMNS];
    cell *cells = arena_alloc(w->arena, (g->rows * g->column_count + 1) * sizeof *cells), *at;

    if ((at = cells) == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < g->column_count; k++)
        columns[k] = (column){ fit_to_print(w, word(w, g->columns[k].head), o->ascii),
                               g->columns[k].drop, g->columns[k].right };
    for (size_t i = 0; i < g->rows; i++) {
        const char *texts[MOST_GRID_COLUMNS];

        g->row(w, g->of, i, texts);
        for (size_t k = 0; k < g->column_count; k++)
            *at++ = (cell){ fit_to_print(w, texts[k], o->ascii), NULL };
    }
    print_table(f, w->arena,
                &(table){ columns, g->column_count, cells, g->rows, INDENT, (size_t)o->width,
                          o->ascii, o->colour ? "\033[2m" : "", o->colour ? "\033[0m" : "" });
    return w->arena->failed ? THRESH_ENOMEM : THRESH_OK;
}

/* --- Markdown --- */

static const char *safe(const words *w, const thresh_text_options *o, const char *text, size_t most)
{
    return text == NULL ? "?" : inert(w->arena, o->ascii, text, most);
}

void add_line(buffer *b, const words *w, const thresh_text_options *o, const char *mark,
              const char *text)
{
    if (text == NULL)
        return;
    add_text(b, mark);
    add_text(b, safe(w, o, text, LONGEST_SENTENCE));
    add_text(b, "\n");
}

void add_bullet(buffer *b, const words *w, const thresh_text_options *o, const char *mark,
                const char *text)
{
    if (text == NULL)
        return;
    add_text(b, "- ");
    add_text(b, mark);
    add_line(b, w, o, mark[0] != '\0' ? " " : "", text);
}

static void add_cells(buffer *b, const words *w, const thresh_text_options *o,
                      const char *const *texts, size_t count)
{
    add_text(b, "|");
    for (size_t k = 0; k < count; k++) {
        add_text(b, " ");
        add_text(b, safe(w, o, texts[k], LONGEST_CELL));
        add_text(b, " |");
    }
    add_text(b, "\n");
}

void add_grid(buffer *b, const words *w, const thresh_text_options *o, const grid *g, size_t room)
{
    const char *texts[MOST_GRID_COLUMNS];
    size_t shown = 0;

    for (size_t k = 0; k < g->column_count; k++)
        texts[k] = word(w, g->columns[k].title);
    add_text(b, "\n");
    add_cells(b, w, o, texts, g->column_count);
    add_text(b, "|");
    for (size_t k = 0; k < g->column_count; k++)
        add_text(b, g->columns[k].right ? " ---: |" : " :--- |");
    add_text(b, "\n");
    for (; shown < g->rows; shown++) {
        size_t before = b->used;

        g->row(w, g->of, shown, texts);
        add_cells(b, w, o, texts, g->column_count);
        if (!b->failed && b->used > room) {
            b->used = before;
            b->text[before] = '\0';
            break;
        }
    }
    if (shown < g->rows) {
        add_text(b, "\n");
        add_bullet(b, w, o, "",
                   say(w, SAY(w->arena,
                              g->rows - shown == 1 ? N_("%s more row is not shown")
                                                   : N_("%s more rows are not shown"),
                              phrase_count(w->arena, g->rows - shown))));
    }
}

/* --- HTML --- */

void put_grid(page *p, const char *class, const grid *g, size_t most)
{
    size_t shown = g->rows < most ? g->rows : most;

    open_table(p, class, word(&p->w, g->caption));
    fputs("<thead><tr>", p->f);
    for (size_t k = 0; k < g->column_count; k++)
        fprintf(p->f, "<th scope=col%s>%s</th>", g->columns[k].right ? " class=n" : "",
                esc_word(p, g->columns[k].title));
    fputs("</tr></thead>\n<tbody>\n", p->f);
    for (size_t i = 0; i < shown; i++) {
        const char *texts[MOST_GRID_COLUMNS];

        g->row(&p->w, g->of, i, texts);
        fprintf(p->f, "<tr><th scope=row>%s", esc(p, texts[0] != NULL ? texts[0] : "?"));
        for (size_t k = 1; k < g->column_count; k++)
            fprintf(p->f, "<td%s>%s", g->columns[k].right ? " class=n" : "",
                    esc(p, texts[k] != NULL ? texts[k] : "?"));
        fputs("\n", p->f);
        recycle(p);
    }
    close_table(p);
    put_left_out(p, N_("Left out here: %s"), g->rows - shown);
}
