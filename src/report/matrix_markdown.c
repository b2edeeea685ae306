/* A matrix as Markdown, for a comment on a pull request: the table stands open, reasons are folded.
 */
#include "report/markdown.h"
#include "report/matrix_words.h"
#include "thresh/report.h"

#include <stdlib.h>

enum { MOST_COLUMNS = 20 };

typedef struct writer {
    const thresh_matrix *m;
    const thresh_text_options *o;
    arena memory, row; /* the second is emptied after each row */
    matrix_words mw, rw;
    buffer out;
} writer;

static void add_safe(writer *wr, const char *text, size_t most)
{
    add_text(&wr->out, inert(&wr->row, wr->o->ascii, text, most));
}

static void add_mark(writer *wr, thresh_verdict v)
{
    if (wr->o->ascii)
        return;
    add_text(&wr->out, markdown_look(v));
    add_text(&wr->out, " ");
}

static void end_row(writer *wr)
{
    add_text(&wr->out, "\n");
    if (wr->row.failed)
        wr->memory.failed = true;
    arena_free(&wr->row);
}

static void add_headline(writer *wr)
{
    static const thresh_verdict by_exit_code[] = { THRESH_ACCEPT, THRESH_REJECT, THRESH_REJECT,
                                                   THRESH_REVIEW };

    add_text(&wr->out, "<!-- thresh-report -->\n<!-- thresh-report-key: matrix: ");
    add_key(&wr->out, wr->m->baseline.path);
    add_text(&wr->out, " -->\n### ");
    add_mark(wr, by_exit_code[wr->m->exit_code]);
    add_safe(wr, matrix_headline(&wr->rw), LONGEST_SENTENCE);
    end_row(wr);
}

static void add_table_head(writer *wr, const matrix_columns *columns)
{
    add_text(&wr->out, "\n| ");
    add_text(&wr->out, word(&wr->rw.w, N_("Scenario")));
    for (size_t k = 0; k < columns->count; k++) {
        add_text(&wr->out, " | ");
        add_safe(wr, matrix_candidate(&wr->rw, columns->list[k]), LONGEST_CELL);
    }
    add_text(&wr->out, " | ");
    add_text(&wr->out, word(&wr->rw.w, N_("Serve by")));
    add_text(&wr->out, " |\n|");
    for (size_t k = 0; k < columns->count + 2; k++)
        add_text(&wr->out, " :--- |");
    end_row(wr);
}

static void add_row(writer *wr, const thresh_matrix_row *row, const matrix_columns *columns)
{
    bool baseline = row->recommended == THRESH_MATRIX_BASELINE;

    add_text(&wr->out, "| ");
    add_safe(wr, row->name, LONGEST_CELL);
    for (size_t k = 0; k < columns->count; k++) {
        const thresh_matrix_cell *c = &row->cells[columns->list[k]];
        add_text(&wr->out, " | ");
        add_mark(wr, c->verdict);
        add_safe(wr, matrix_cell_words(&wr->rw, c), LONGEST_CELL);
    }
    add_text(&wr->out, baseline ? " | " : " | **");
    add_safe(wr, matrix_serves(&wr->rw, row), LONGEST_CELL);
    add_text(&wr->out, baseline ? " |" : "** |");
    end_row(wr);
}

static bool fits(writer *wr, size_t before, size_t room)
{
    if (!wr->out.failed && wr->out.used <= room)
        return true;
    if (!wr->out.failed)
        wr->out.text[wr->out.used = before] = '\0';
    return false;
}

static void add_left_out(writer *wr, const char *one, const char *several, size_t count)
{
    if (count == 0)
        return;
    add_text(&wr->out, "\n");
    add_safe(
        wr,
        say(&wr->rw.w, SAY(&wr->row, count == 1 ? one : several, phrase_count(&wr->row, count))),
        LONGEST_SENTENCE);
    end_row(wr);
}

static void add_matrix(writer *wr, size_t room)
{
    const thresh_matrix *m = wr->m;
    matrix_columns columns = columns_of_matrix(m, MOST_COLUMNS, &wr->memory);
    size_t i = 0;

    add_table_head(wr, &columns);
    for (; i < m->row_count; i++) {
        size_t before = wr->out.used;
        add_row(wr, &m->rows[i], &columns);
        if (!fits(wr, before, room))
            break;
    }
    add_left_out(wr, N_("%s more scenario is not shown"), N_("%s more scenarios are not shown"),
                 m->row_count - i);
    add_left_out(wr, N_("%s more candidate is not shown"), N_("%s more candidates are not shown"),
                 columns.left_out);
}

static void add_reason(writer *wr, const thresh_matrix_row *row, size_t c, const char *reason)
{
    const thresh_matrix_cell *cell = &row->cells[c];

    add_text(&wr->out, "- ");
    add_mark(wr, cell->verdict);
    add_text(&wr->out, "**");
    add_safe(wr, row->name, LONGEST_CELL);
    add_text(&wr->out, "** ");
    add_safe(wr, matrix_candidate(&wr->rw, c), LONGEST_CELL);
    add_text(&wr->out, ": ");
    add_safe(wr, reason, LONGEST_SENTENCE);
    end_row(wr);
}

static void add_reasons(writer *wr, size_t room)
{
    const thresh_matrix *m = wr->m;
    size_t shown = 0, left_out = 0;

    for (size_t i = 0; i < m->row_count; i++)
        for (size_t c = 0; c < m->candidate_count && m->rows[i].state != THRESH_MATRIX_CLOSED;
             c++) {
            const char *reason = matrix_reason(&wr->rw, &m->rows[i].cells[c]);
            size_t before = wr->out.used;

            if (reason != NULL && left_out == 0) {
                if (shown == 0) {
                    add_text(&wr->out, "\n<details>\n<summary>");
                    add_text(&wr->out, word(&wr->rw.w, N_("Reasons")));
                    add_text(&wr->out, "</summary>\n\n");
                }
                add_reason(wr, &m->rows[i], c, reason);
                left_out += !fits(wr, before, room);
                shown += left_out == 0;
            } else if (reason != NULL) {
                left_out++;
            }
            arena_free(&wr->row);
        }
    add_left_out(wr, N_("%s more reason is not shown"), N_("%s more reasons are not shown"),
                 left_out);
    if (shown > 0)
        add_text(&wr->out, "\n</details>\n");
}

static void add_remarks(writer *wr, size_t room)
{
    const char *remark;

    add_text(&wr->out, "\n");
    for (size_t i = 0; (remark = matrix_remark(&wr->rw, i)) != NULL; i++) {
        size_t before = wr->out.used;
        add_text(&wr->out, "- ");
        add_safe(wr, remark, LONGEST_SENTENCE * 4);
        end_row(wr);
        if (!fits(wr, before, room))
            return;
    }
}

thresh_status thresh_report_matrix_markdown(const thresh_matrix *matrix,
                                            const thresh_text_options *options, FILE *stream)
{
    /* room that the parts behind are sure to have */
    enum { FOR_REASONS = 16384, FOR_REMARKS = 12288, FOR_LEFT_OUT = 512 };
    writer wr = { .m = matrix, .o = options, .memory = ARENA_INIT, .row = ARENA_INIT };
    thresh_status rc;

    wr.mw = matrix_words_of(matrix, &wr.memory, options->language);
    wr.rw = wr.mw;
    wr.rw.w.arena = &wr.row;
    add_headline(&wr);
    if (!options->quiet) {
        add_matrix(&wr, MOST_BYTES - FOR_REASONS - FOR_REMARKS - FOR_LEFT_OUT);
        add_reasons(&wr, MOST_BYTES - FOR_REMARKS - FOR_LEFT_OUT);
        add_remarks(&wr, MOST_BYTES);
    }
    rc = wr.out.failed || wr.memory.failed || wr.row.failed ? THRESH_ENOMEM : THRESH_OK;
    if (rc == THRESH_OK)
        fwrite(wr.out.text, 1, wr.out.used, stream);
    free(wr.out.text);
    arena_free(&wr.row);
    arena_free(&wr.memory);
    return rc != THRESH_OK ? rc : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
