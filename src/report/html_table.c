/* The table of all metrics, and the lists of those that were not judged. The script finds in each
 * row what to sort by: data-v the verdict, data-d the degradation, data-u the share of the limit
 * used. */
#include "report/html.h"

#include <math.h>

enum { MOST_UNJUDGED = 1000 };

/* An attribute with a figure to sort by, where there is one. */
static void put_key(page *p, const char *key, double value)
{
    char text[THRESH_NUMBER_MAX];

    if (isfinite(value))
        fprintf(p->f, " %s=%s", key, thresh_format_number(text, value));
}

static void put_row(page *p, const thresh_judged *m, bool intervals)
{
    const words *w = &p->w;

    fprintf(p->f, "<tr data-v=%d", (int)m->verdict);
    put_key(p, "data-d", m->degradation);
    put_key(p, "data-u", m->budget_used);
    fprintf(p->f, "><th scope=row>%s<td>%s<td>%s<td>%s", esc(p, path_words(w, m->scope, m->name)),
            esc(p, baseline_words(w, m)), esc(p, candidate_words(w, m)),
            esc(p, degradation_words(w, m)));
    if (intervals)
        fprintf(p->f, "<td>%s", esc(p, interval_words(w, m)));
    fprintf(p->f, "<td>%s<td>%s<td>%s<td>%s\n", esc(p, limits_words(w, m)),
            esc(p, budget_words(w, m)), esc(p, from_words(w, m)), verdict_chip(p, m->verdict));
    recycle(p);
}

void put_later_rows(page *p, size_t i)
{
    enum { FIRST_ROWS = 500 };

    if (i == FIRST_ROWS)
        fputs("</tbody>\n<tbody>\n", p->f);
}

/* Controls that only work with scripts; the script shows them. */
void put_filter(page *p, const size_t counts[THRESH_REJECT + 1])
{
    fprintf(p->f,
            "<form id=filter class=filter hidden>\n"
            "<label>%s <input type=search id=wanted autocomplete=off spellcheck=false></label>\n"
            "<fieldset><legend>%s</legend>\n",
            esc_word(p, N_("Filter by text")), esc_word(p, N_("Verdict")));
    for (int v = THRESH_REJECT; v >= THRESH_ACCEPT; v--)
        if (counts[v] > 0)
            fprintf(p->f, "<label><input type=checkbox name=verdict value=%d checked> %s</label>\n",
                    v, verdict_chip(p, (thresh_verdict)v));
    fprintf(p->f,
            "</fieldset>\n<output id=count for=wanted data-label=\"%s\"></output>\n"
            "</form>\n",
            esc_word(p, N_("matching: %s of %s")));
}

void put_more(page *p)
{
    fprintf(p->f, "<p id=more class=more data-label=\"%s\" hidden></p>\n",
            esc_word(p, N_("show %s more")));
}

static bool any_interval(const thresh_result *r)
{
    for (size_t i = 0; i < r->metric_count; i++)
        if (r->metrics[i].has_interval)
            return true;
    return false;
}

void put_metrics(page *p)
{
    /* what the script sorts by: "t" the column's text, "n" its number, else a key of the row */
    static const struct {
        const char *title, *sort;
    } columns[] = {
        { N_("Metric"), "t" },      { N_("Baseline"), "n" },  { N_("Candidate"), "n" },
        { N_("Degradation"), "d" }, { N_("Interval"), NULL }, { N_("Limits"), NULL },
        { N_("Used"), "u" },        { N_("From"), "t" },      { N_("Verdict"), "v" },
    };
    enum { INTERVAL = 4 };
    const thresh_result *r = p->r;
    const size_t counts[] = { r->accepts, r->warns, r->reviews, r->rejects };
    bool intervals = any_interval(r);

    if (r->metric_count == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("All metrics")));
    put_filter(p, counts);
    open_table(
        p, intervals ? "\"metrics intervals\"" : "metrics",
        word(&p->w,
             N_("Each metric that was judged, the worst first. Used is the share of the tolerate "
                "limit.")));
    fputs("<thead><tr>", p->f);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (intervals || i != INTERVAL) {
            fputs("<th scope=col", p->f);
            if (columns[i].sort != NULL)
                fprintf(p->f, " data-sort=%s", columns[i].sort);
            fprintf(p->f, ">%s</th>", esc_word(p, columns[i].title));
        }
    fputs("</tr></thead>\n<tbody>\n", p->f);
    for (size_t i = 0; i < r->metric_count; i++) {
        put_later_rows(p, i);
        put_row(p, &r->metrics[i], intervals);
    }
    close_table(p);
    put_more(p);
    fputs("</section>\n", p->f);
}

/* --- not judged --- */

static const char *written(page *p, double value)
{
    char text[THRESH_NUMBER_MAX];

    return isnan(value) ? "-" : esc(p, thresh_format_number(text, value));
}

static void put_unjudged_class(page *p, unjudged_class c)
{
    static const char *const titles[] = { N_("Metric"), N_("Baseline"), N_("Candidate") };
    const thresh_result *r = p->r;
    size_t count = 0, shown = 0;

    for (size_t i = 0; i < r->ungoverned_count; i++)
        count += class_of_unjudged(&r->ungoverned[i]) == c;
    if (count == 0)
        return;
    fprintf(p->f, "<details>\n<summary>%s (%zu)</summary>\n", esc(p, unjudged_title(&p->w, c)),
            count);
    open_table(p, "unjudged",
               say(&p->w, SAY(&p->arena, N_("%s: values as the files write them"),
                              phrase_word(unjudged_title(&p->w, c)))));
    put_columns(p, titles, COUNT_OF(titles));
    for (size_t i = 0; i < r->ungoverned_count && shown < MOST_UNJUDGED; i++) {
        const thresh_unjudged *u = &r->ungoverned[i];
        if (class_of_unjudged(u) != c)
            continue;
        fprintf(p->f, "<tr><th scope=row>%s<td>%s<td>%s\n",
                esc(p, path_words(&p->w, u->scope, u->name)), written(p, u->baseline),
                written(p, u->candidate));
        shown++;
        recycle(p);
    }
    close_table(p);
    put_left_out(p, N_("Left out here: %s"), count - shown);
    fputs("</details>\n", p->f);
}

static void put_candidate_only(page *p)
{
    const thresh_result *r = p->r;
    size_t shown =
        r->candidate_only_count < MOST_UNJUDGED ? r->candidate_only_count : MOST_UNJUDGED;

    if (shown == 0)
        return;
    fprintf(p->f, "<details>\n<summary>%s (%zu)</summary>\n<ul class=names>\n",
            esc_word(p, N_("only in the candidate")), r->candidate_only_count);
    for (size_t i = 0; i < shown; i++) {
        fprintf(p->f, "<li>%s</li>\n", esc(p, r->candidate_only[i]));
        recycle(p);
    }
    fputs("</ul>\n", p->f);
    put_left_out(p, N_("Left out here: %s"), r->candidate_only_count - shown);
    fputs("</details>\n", p->f);
}

void put_unjudged(page *p)
{
    if (p->r->ungoverned_count == 0 && p->r->candidate_only_count == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Not judged")));
    for (int c = 0; c < UNJUDGED_CLASSES; c++)
        put_unjudged_class(p, (unjudged_class)c);
    put_candidate_only(p);
    fputs("</section>\n", p->f);
}
