/* A matrix for terminals. Where there is room each cell says its verdict and what it comes from;
 * where there is less, the verdict alone; and where names do not fit either, columns are numbered,
 * and stand below each other in blocks where they are many. */
#include "report/matrix_words.h"
#include "report/table.h"
#include "thresh/report.h"

#include <string.h>

enum {
    INDENT = 2,
    MOST_REASONS = 24,
    LEAST_NAME = 16,
    FIXED = 2,
    MOST_SHOWN = MAX_COLUMNS - FIXED
};

typedef enum layout { WITH_REASONS, WITH_WORDS, WITH_MARKS } layout;

static const struct {
    const char *symbol, *ascii, *colour;
} looks[] = {
    [THRESH_ACCEPT] = { "\xE2\x9C\x93", "ok", "\033[32m" },
    [THRESH_WARN] = { "!", "!", "\033[33m" },
    [THRESH_REVIEW] = { "?", "?", "\033[36m" },
    [THRESH_REJECT] = { "\xE2\x9C\x97", "x", "\033[31m" },
};

typedef struct printer {
    const thresh_matrix *m;
    const thresh_text_options *o;
    FILE *f;
    arena arena;
    matrix_words mw;
} printer;

static const char *fit_to_print(printer *p, const char *text)
{
    const char *out = text == NULL ? NULL : printable(&p->arena, text, p->o->ascii);

    return out != NULL ? out : "?";
}

static const char *mark_of(const printer *p, thresh_verdict v)
{
    return p->o->ascii ? looks[v].ascii : looks[v].symbol;
}

static void print_headline(printer *p)
{
    static const thresh_verdict by_exit_code[] = { THRESH_ACCEPT, THRESH_REJECT, THRESH_REJECT,
                                                   THRESH_REVIEW };
    thresh_verdict v = by_exit_code[p->m->exit_code];
    const char *mark = mark_of(p, v);

    fprintf(p->f, "%s%s%s ", p->o->colour ? looks[v].colour : "", mark,
            p->o->colour ? "\033[0m" : "");
    print_wrapped(p->f, fit_to_print(p, matrix_headline(&p->mw)), cell_width(mark) + 1, INDENT,
                  p->o->quiet ? 0 : (size_t)p->o->width);
}

/* --- the table --- */

static const char *number_of(printer *p, size_t c)
{
    return arena_printf(&p->arena, "%zu", c + 1);
}

static const char *column_title(printer *p, layout l, size_t c)
{
    return fit_to_print(p, l == WITH_MARKS ? number_of(p, c) : matrix_candidate(&p->mw, c));
}

static const char *serves(printer *p, layout l, const thresh_matrix_row *row)
{
    if (row->recommended == THRESH_MATRIX_BASELINE)
        return word(&p->mw.w, N_("baseline"));
    return column_title(p, l, row->recommended);
}

static cell matrix_cell(printer *p, layout l, const thresh_matrix_cell *c)
{
    const char *mark = mark_of(p, c->verdict), *text;

    text =
        l == WITH_MARKS ? mark
        : l == WITH_REASONS
            ? arena_printf(&p->arena, "%s %s", mark, fit_to_print(p, matrix_cell_words(&p->mw, c)))
            : arena_printf(&p->arena, "%s %s", mark, verdict_word(&p->mw.w, c->verdict));
    return (cell){ text != NULL ? text : "?", p->o->colour ? looks[c->verdict].colour : NULL };
}

/* Candidates [from, from + count) as a table. */
static table make_table(printer *p, layout l, size_t from, size_t count, column *columns)
{
    const thresh_matrix *m = p->m;
    cell *cells = arena_alloc(&p->arena, m->row_count * (count + FIXED) * sizeof *cells),
         *at = cells;

    columns[0] = (column){ word(&p->mw.w, N_("SCENARIO")), 0, false };
    for (size_t c = 0; c < count; c++)
        columns[1 + c] = (column){ column_title(p, l, from + c), 0, false };
    columns[1 + count] = (column){ word(&p->mw.w, N_("SERVE BY")), 0, false };
    for (size_t i = 0; i < m->row_count && cells != NULL; i++) {
        const thresh_matrix_row *row = &m->rows[i];
        *at++ = (cell){ fit_to_print(p, row->name), NULL };
        for (size_t c = 0; c < count; c++)
            *at++ = matrix_cell(p, l, &row->cells[from + c]);
        *at++ = (cell){ serves(p, l, row), NULL };
    }
    return (table){ columns,
                    count + FIXED,
                    cells,
                    cells != NULL ? m->row_count : 0,
                    INDENT,
                    (size_t)p->o->width,
                    p->o->ascii,
                    p->o->colour ? "\033[2m" : "",
                    p->o->colour ? "\033[0m" : "" };
}

static size_t width_of_column(const table *t, size_t c)
{
    size_t width = cell_width(t->columns[c].title);

    for (size_t r = 0; r < t->rows; r++) {
        size_t w = cell_width(t->cells[r * t->column_count + c].text);
        width = w > width ? w : width;
    }
    return width;
}

/* Cells that the table needs when its first column gives way as far as it may. */
static size_t least_width(const table *t)
{
    size_t width = INDENT, first = width_of_column(t, 0);

    width += first < LEAST_NAME ? first : LEAST_NAME;
    for (size_t c = 1; c < t->column_count; c++)
        width += 2 + width_of_column(t, c);
    return width;
}

static bool fits(const table *t)
{
    return t->width == 0 || least_width(t) <= t->width;
}

/* Words are worth a shortened name of a scenario, and a reason is worth none. */
static bool fits_whole(const table *t)
{
    size_t first = width_of_column(t, 0);

    return fits(t)
           && (t->width == 0 || first <= LEAST_NAME
               || least_width(t) - LEAST_NAME + first <= t->width);
}

static void print_block(printer *p, layout l, size_t from, size_t count)
{
    column columns[MAX_COLUMNS];
    table t = make_table(p, l, from, count, columns);

    fputc('\n', p->f);
    print_table(p->f, &p->arena, &t);
}

/* Numbered columns, in blocks as wide as there is room. */
static void print_numbered(printer *p)
{
    const thresh_matrix *m = p->m;

    for (size_t from = 0, count; from < m->candidate_count; from += count) {
        column columns[MAX_COLUMNS];
        size_t left = m->candidate_count - from;
        table t;

        count = left < MOST_SHOWN ? left : MOST_SHOWN;
        while (t = make_table(p, WITH_MARKS, from, count, columns), count > 1 && !fits(&t))
            count--;
        print_block(p, WITH_MARKS, from, count);
    }
    fputc('\n', p->f);
    for (size_t c = 0; c < m->candidate_count; c++) {
        const char *number = number_of(p, c);
        fprintf(p->f, "%*s%s ", INDENT, "", number != NULL ? number : "?");
        print_wrapped(p->f, fit_to_print(p, matrix_candidate(&p->mw, c)), INDENT + 3, INDENT + 2,
                      (size_t)p->o->width);
    }
}

static void print_matrix(printer *p)
{
    column columns[MAX_COLUMNS];
    size_t count = p->m->candidate_count;
    table t;

    if (count <= MOST_SHOWN) {
        t = make_table(p, WITH_REASONS, 0, count, columns);
        if (fits_whole(&t)) {
            print_block(p, WITH_REASONS, 0, count);
            return;
        }
        t = make_table(p, WITH_WORDS, 0, count, columns);
        if (fits(&t)) {
            print_block(p, WITH_WORDS, 0, count);
            return;
        }
    }
    print_numbered(p);
}

/* --- below it --- */

static void print_item(printer *p, const char *mark, size_t indent, const char *text)
{
    size_t at = indent + cell_width(mark) + 1;

    fprintf(p->f, "%*s%s ", (int)indent, "", mark);
    print_wrapped(p->f, fit_to_print(p, text), at, at, (size_t)p->o->width);
}

static bool is_shown(const thresh_matrix_row *row, size_t c)
{
    return row->state != THRESH_MATRIX_CLOSED && row->cells[c].reason != NULL;
}

static size_t count_reasons(const printer *p, const thresh_matrix_row *row)
{
    size_t count = 0;

    for (size_t c = 0; c < p->m->candidate_count; c++)
        count += is_shown(row, c);
    return count;
}

/* Are the sentences of two scenarios the same? Often a layer or a group makes no difference. */
static bool same_reasons(printer *p, const thresh_matrix_row *a, const thresh_matrix_row *b)
{
    for (size_t c = 0; c < p->m->candidate_count; c++)
        if (is_shown(a, c) != is_shown(b, c)
            || (is_shown(a, c)
                && strcmp(matrix_reason(&p->mw, &a->cells[c]), matrix_reason(&p->mw, &b->cells[c]))
                       != 0))
            return false;
    return true;
}

/* The names of row `i` and of those behind it that have the same reasons, which are marked done. */
static const char *names_of_rows(printer *p, size_t i, bool *done)
{
    const thresh_matrix *m = p->m;
    const char **names = arena_alloc(&p->arena, m->row_count * sizeof *names);
    size_t count = 0;

    for (size_t k = i; k < m->row_count && names != NULL; k++)
        if (k == i || (!done[k] && same_reasons(p, &m->rows[i], &m->rows[k]))) {
            names[count++] = m->rows[k].name;
            done[k] = true;
        }
    return names == NULL ? "?" : joined_words(&p->mw.w, names, count, word(&p->mw.w, N_(", ")));
}

static void print_row_reasons(printer *p, const thresh_matrix_row *row, const char *title,
                              size_t most)
{
    fprintf(p->f, "\n%*s", INDENT, "");
    print_wrapped(p->f, fit_to_print(p, title), INDENT, INDENT, (size_t)p->o->width);
    for (size_t c = 0; c < p->m->candidate_count && most > 0; c++)
        if (is_shown(row, c)) {
            print_item(
                p, mark_of(p, row->cells[c].verdict), INDENT,
                say(&p->mw.w, SAY(&p->arena, N_("%s: %s"), phrase_word(matrix_candidate(&p->mw, c)),
                                  phrase_word(matrix_reason(&p->mw, &row->cells[c])))));
            most--;
        }
}

/* Why not: of each scenario that is open, those that are not accepted as they are. */
static void print_reasons(printer *p)
{
    const thresh_matrix *m = p->m;
    bool *done = arena_alloc(&p->arena, m->row_count * sizeof *done);
    size_t room = MOST_REASONS, left_out = 0;

    if (done == NULL)
        return;
    memset(done, 0, m->row_count * sizeof *done);
    for (size_t i = 0; i < m->row_count; i++) {
        size_t count = count_reasons(p, &m->rows[i]);

        if (count > 0 && !done[i]) {
            if (room > 0)
                print_row_reasons(p, &m->rows[i], names_of_rows(p, i, done), room);
            left_out += count > room ? count - room : 0;
            room -= count < room ? count : room;
        }
    }
    if (left_out > 0) {
        fprintf(p->f, "\n%*s", INDENT, "");
        print_wrapped(
            p->f,
            say(&p->mw.w,
                SAY(&p->arena,
                    left_out == 1 ? N_("... and %s more; -o json, markdown and html have it")
                                  : N_("... and %s more; -o json, markdown and html have all of "
                                       "them"),
                    phrase_count(&p->arena, left_out))),
            INDENT, INDENT, (size_t)p->o->width);
    }
}

thresh_status thresh_report_matrix(const thresh_matrix *matrix, const thresh_text_options *options,
                                   FILE *stream)
{
    printer p = { .m = matrix, .o = options, .f = stream, .arena = ARENA_INIT };
    const char *remark;
    bool failed;

    p.mw = matrix_words_of(matrix, &p.arena, options->language);
    print_headline(&p);
    if (!options->quiet) {
        print_matrix(&p);
        print_reasons(&p);
        fputc('\n', stream);
        for (size_t i = 0; (remark = matrix_remark(&p.mw, i)) != NULL; i++)
            print_item(&p, "-", INDENT, remark);
    }
    failed = p.arena.failed;
    arena_free(&p.arena);
    return failed ? THRESH_ENOMEM : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
