/* Other systems beside baseline and candidate, and where the candidate stands. */
#include "report/html.h"

enum { MOST_ROWS = 500 };

static void put_row(page *p, size_t i)
{
    const thresh_result *r = p->r;
    const thresh_judged *m = &r->metrics[i];

    fprintf(p->f, "<tr><th scope=row>%s<td>%s<td>%s", esc(p, path_words(&p->w, m->scope, m->name)),
            esc(p, baseline_words(&p->w, m)), esc(p, candidate_words(&p->w, m)));
    for (size_t k = 0; k < r->rival_count; k++)
        fprintf(p->f, "<td>%s", esc(p, rival_words(&p->w, r, k, i)));
    fprintf(p->f, "<td>%s\n", esc(p, standing_words(&p->w, r, i)));
    recycle(p);
}

void put_rivals(page *p)
{
    const thresh_result *r = p->r;
    size_t rows = 0;

    if (r->rival_count == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Rivals")));
    open_table(
        p, "rivals",
        word(&p->w, N_("Other systems beside baseline and candidate: context that changes no "
                       "verdict")));
    fprintf(p->f, "<thead><tr><th scope=col>%s</th><th scope=col>%s</th><th scope=col>%s</th>",
            esc_word(p, N_("Metric")), esc_word(p, N_("Baseline")), esc_word(p, N_("Candidate")));
    for (size_t k = 0; k < r->rival_count; k++)
        fprintf(p->f, "<th scope=col>%s</th>", esc(p, r->rivals[k].name));
    fprintf(p->f, "<th scope=col>%s</th></tr></thead>\n<tbody>\n", esc_word(p, N_("Stands")));
    for (size_t i = 0; i < r->metric_count; i++)
        if (has_rival(r, i) && rows++ < MOST_ROWS)
            put_row(p, i);
    close_table(p);
    put_left_out(p, N_("Left out here: %s; the verdict of each metric stands in the table"),
                 rows > MOST_ROWS ? rows - MOST_ROWS : 0);
    fputs("</section>\n", p->f);
}
