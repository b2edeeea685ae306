/* The score of the whole and of its groups, each as a bar from 0 to 1 with its figure beside it. */
#include "report/html.h"

#include <math.h>

enum { MOST_METRICS = 20 };

/* Of a share in [0, 1], in tenths of a per cent of the width. */
static int width_of(double share)
{
    return (int)lround(1000 * share);
}

void put_bar(page *p, double value, double pass, const char *title)
{
    int width = width_of(value), mark = isnan(pass) ? 0 : width_of(pass);

    fprintf(p->f,
            "<svg class=bar role=img><title>%s</title><rect width=\"%d.%d%%\" height=\"100%%\"/>",
            title, width / 10, width % 10);
    if (!isnan(pass))
        fprintf(p->f, "<line class=limit x1=\"%d.%d%%\" x2=\"%d.%d%%\" y2=\"100%%\"/>", mark / 10,
                mark % 10, mark / 10, mark % 10);
    fputs("</svg>", p->f);
}

static void put_group(page *p, const thresh_scored_group *g)
{
    const char *name = esc(p, g->name), *value = esc(p, group_score_words(&p->w, g));

    fprintf(p->f, "<tr><th scope=row>%s", name);
    if (g->metric_count == 0) {
        fputs("<td>-<td>-<td>-<td>-\n", p->f);
        return;
    }
    fprintf(p->f, "<td>%.4g %%<td>%s<td>", g->share * 100, value);
    put_bar(p, g->value, NAN, value);
    fprintf(p->f, "<td>%s\n", esc(p, scored_words(&p->w, g, MOST_METRICS)));
}

void put_score(page *p)
{
    static const char *const titles[] = { N_("Group"), N_("Weight"), N_("Score"), N_("From 0 to 1"),
                                          N_("Metrics") };
    const thresh_score *s = p->r->score;
    const char *text;

    if (s == NULL)
        return;
    text = esc(p, score_words(&p->w, p->r));
    fprintf(p->f, "<section>\n<h2>%s</h2>\n<p class=score>%s</p>\n", esc_word(p, N_("Score")),
            text);
    put_bar(p, s->value, s->pass, text);
    open_table(p, "groups",
               word(&p->w, N_("Groups, each with its weight and the mean of its metrics")));
    put_columns(p, titles, COUNT_OF(titles));
    for (size_t i = 0; i < s->group_count; i++)
        put_group(p, &s->groups[i]);
    close_table(p);
    fputs("</section>\n", p->f);
}
