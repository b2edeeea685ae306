/* A matrix as one HTML page: the table, with a column for each candidate, then why not. */
#include "report/html.h"
#include "report/matrix_words.h"

#include <string.h>

enum { MOST_COLUMNS = 100, OPEN_ROWS = 8, MOST_REASONS = 500 };

typedef struct matrix_page {
    page p;
    const thresh_matrix *m;
    matrix_words mw;
} matrix_page;

static void put_headline(matrix_page *mp)
{
    static const char *const titles[] = {
        [THRESH_MATRIX_SERVED] = N_("served by a candidate"),
        [THRESH_MATRIX_REVIEW] = N_("left to review"),
        [THRESH_MATRIX_REFUSED] = N_("served by none"),
        [THRESH_MATRIX_CLOSED] = N_("closed to compressed models"),
    };
    static const char *const classes[] = { [THRESH_MATRIX_SERVED] = "va",
                                           [THRESH_MATRIX_REVIEW] = "vr",
                                           [THRESH_MATRIX_REFUSED] = "vx",
                                           [THRESH_MATRIX_CLOSED] = "some" };
    static const char *const by_exit_code[] = { "va", "vx", "vx", "vr" };
    const thresh_matrix *m = mp->m;
    page *p = &mp->p;

    fprintf(p->f,
            "<header class=%s>\n<p class=kicker>thresh</p>\n"
            "<h1><strong>%zu / %zu</strong> <span>%s</span></h1>\n<ul class=counts>\n",
            by_exit_code[m->exit_code], m->states[THRESH_MATRIX_SERVED], m->row_count,
            esc(p, matrix_headline(&mp->mw)));
    for (size_t s = 0; s < COUNT_OF(titles); s++)
        fprintf(p->f, "<li class=%s><b>%zu</b> <span>%s</span></li>\n",
                m->states[s] > 0 ? classes[s] : "none", m->states[s], esc_word(p, titles[s]));
    fputs("</ul>\n</header>\n", p->f);
}

static void put_cell(matrix_page *mp, const thresh_matrix_row *row, size_t c)
{
    const thresh_matrix_cell *cell = &row->cells[c];
    page *p = &mp->p;

    fprintf(p->f, "<td%s>%s <small>%s</small>", c == row->recommended ? " class=best" : "",
            verdict_chip(p, cell->verdict),
            esc(p, cell->place > 0 ? matrix_value(&mp->mw, cell) : matrix_binding(&mp->mw, cell)));
}

static void put_matrix(matrix_page *mp)
{
    const thresh_matrix *m = mp->m;
    page *p = &mp->p;
    arena kept = ARENA_INIT;
    matrix_columns columns = columns_of_matrix(m, MOST_COLUMNS, &kept);

    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Who may be served by what")));
    open_table(p, "matrix",
               say(&p->w, SAY(&p->arena,
                              N_("A row for each scenario, a column for each candidate: its "
                                 "verdict with its %s, or with the metric that decided. The "
                                 "recommended one is marked."),
                              phrase_word(m->by))));
    fprintf(p->f, "<thead><tr><th scope=col>%s</th><th scope=col>%s</th>",
            esc_word(p, N_("Scenario")), esc_word(p, N_("Serve by")));
    for (size_t k = 0; k < columns.count; k++) {
        fprintf(p->f, "<th scope=col>%s</th>", esc(p, matrix_candidate(&mp->mw, columns.list[k])));
        recycle(p);
    }
    fputs("</tr></thead>\n<tbody>\n", p->f);
    for (size_t i = 0; i < m->row_count; i++) {
        const thresh_matrix_row *row = &m->rows[i];
        fprintf(p->f, "<tr><th scope=row>%s<td>%s", esc(p, row->name),
                esc(p, matrix_serves(&mp->mw, row)));
        for (size_t k = 0; k < columns.count; k++)
            put_cell(mp, row, columns.list[k]);
        fputs("\n", p->f);
        recycle(p);
    }
    close_table(p);
    put_left_out(p, N_("Candidates left out here: %s"), columns.left_out);
    fputs("</section>\n", p->f);
    p->arena.failed = p->arena.failed || kept.failed;
    arena_free(&kept);
}

static size_t reasons_of(const thresh_matrix *m, const thresh_matrix_row *row)
{
    size_t count = 0;

    for (size_t c = 0; c < m->candidate_count && row->state != THRESH_MATRIX_CLOSED; c++)
        count += row->cells[c].reason != NULL;
    return count;
}

static void put_reasons(matrix_page *mp)
{
    const thresh_matrix *m = mp->m;
    page *p = &mp->p;
    size_t shown = 0, all = 0;

    for (size_t i = 0; i < m->row_count; i++)
        all += reasons_of(m, &m->rows[i]);
    if (all == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Reasons")));
    for (size_t i = 0; i < m->row_count && shown < MOST_REASONS; i++) {
        const thresh_matrix_row *row = &m->rows[i];
        size_t count = reasons_of(m, row);

        if (count == 0)
            continue;
        fprintf(p->f, "<details%s>\n<summary>%s (%zu)</summary>\n<ul class=reasons>\n",
                m->row_count <= OPEN_ROWS ? " open" : "", esc(p, row->name), count);
        for (size_t c = 0; c < m->candidate_count && shown < MOST_REASONS; c++) {
            const char *reason = matrix_reason(&mp->mw, &row->cells[c]);
            if (reason == NULL)
                continue;
            reason =
                say(&p->w, SAY(&p->arena, N_("%s: %s"), phrase_word(matrix_candidate(&mp->mw, c)),
                               phrase_word(reason)));
            fprintf(p->f, "<li>%s <span>%s</span></li>\n", verdict_chip(p, row->cells[c].verdict),
                    esc(p, reason));
            shown++;
            recycle(p);
        }
        fputs("</ul>\n</details>\n", p->f);
    }
    put_left_out(p, N_("Left out here: %s"), all - shown);
    fputs("</section>\n", p->f);
}

static void put_remarks(matrix_page *mp)
{
    page *p = &mp->p;
    const char *remark;

    fprintf(p->f, "<section>\n<h2>%s</h2>\n<ul class=notes>\n", esc_word(p, N_("Notes")));
    for (size_t i = 0; (remark = matrix_remark(&mp->mw, i)) != NULL; i++) {
        fprintf(p->f, "<li>%s</li>\n", esc(p, remark));
        recycle(p);
    }
    fputs("</ul>\n</section>\n", p->f);
}

static void put_profile_table(matrix_page *mp)
{
    static const char *const titles[] = { N_("Profile"), N_("Axis"), N_("Origin"), "SHA-256" };
    page *p = &mp->p;
    arena kept = ARENA_INIT;
    matrix_profiles profiles = profiles_of_matrix(mp->m, &kept);

    open_table(p, "profiles", word(&p->w, N_("Profiles of the scenarios")));
    put_columns(p, titles, COUNT_OF(titles));
    for (size_t i = 0; i < profiles.count; i++) {
        const thresh_profile_info *info = profiles.list[i];
        bool built_in = strcmp(info->origin, "built in") == 0;

        fprintf(p->f, "<tr><th scope=row>%s<td>%s<td>%s<td class=hash>%s\n", esc(p, info->name),
                esc(p, info->axis), built_in ? esc_word(p, info->origin) : esc(p, info->origin),
                esc(p, info->sha256));
        recycle(p);
    }
    close_table(p);
    p->arena.failed = p->arena.failed || kept.failed;
    arena_free(&kept);
}

static void put_side(page *p, const char *role, const thresh_side *side)
{
    fprintf(p->f, "<tr><th scope=row>%s<td>%s<td>%s<td class=hash>%s\n", esc_word(p, role),
            esc(p, side->path), esc(p, side->format), esc(p, side->sha256));
    recycle(p);
}

static void put_matrix_sources(matrix_page *mp)
{
    static const char *const titles[] = { N_("Role"), N_("File"), N_("Format"), "SHA-256" };
    const thresh_matrix *m = mp->m;
    page *p = &mp->p;

    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Sources")));
    put_profile_table(mp);
    open_table(p, "files", word(&p->w, N_("Files that were compared")));
    put_columns(p, titles, COUNT_OF(titles));
    put_side(p, N_("Baseline"), &m->baseline);
    for (size_t c = 0; c < m->candidate_count; c++)
        put_side(p, N_("Candidate"), &m->candidates[c]);
    close_table(p);
    fputs("</section>\n", p->f);
}

thresh_status thresh_report_matrix_html(const thresh_matrix *matrix,
                                        const thresh_text_options *options, FILE *stream)
{
    static void (*const sections[])(matrix_page *) = { put_matrix, put_reasons, put_remarks,
                                                       put_matrix_sources };
    matrix_page mp = { .p = { .f = stream, .arena = ARENA_INIT }, .m = matrix };
    page *p = &mp.p;
    bool failed;

    p->w = (words){ &p->arena, options->language };
    mp.mw = matrix_words_of(matrix, &p->arena, options->language);
    open_page(p, matrix_headline(&mp.mw));
    put_headline(&mp);
    recycle(p);
    fputs("<main>\n", stream);
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        sections[i](&mp);
        recycle(p);
    }
    fputs("</main>\n", stream);
    close_page(p, thresh_version());
    failed = p->arena.failed;
    arena_free(&p->arena);
    return failed ? THRESH_ENOMEM : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
