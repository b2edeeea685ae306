/* The forest plot: one row a metric, its degradation and interval in units of its own limit, so
 * that percentage points, milliseconds and megabytes stand on one axis. Each row is a small drawing
 * of its own, as wide as the page allows, with its text beside it: it can be read on a phone and by
 * ear. */
#include "report/html.h"

#include <math.h>

enum {
    OPEN_ROWS = 30,  /* worst first */
    MOST_ROWS = 300, /* the others stand in the table only */
    WORST_SLICES = 10,
    MIDDLE = 12 /* of the height of a row, in pixels */
};

/* The axis: 0 is unchanged, 1 the tolerate limit. What lies outside is drawn as an arrow at the
 * edge. */
static const double axis_low = -1, axis_high = 3;

/* Where a change lies, in tenths of a per cent of the width. */
static int place(double units)
{
    double share = (units - axis_low) / (axis_high - axis_low);

    return (int)lround(1000 * (share < 0 ? 0 : share > 1 ? 1 : share));
}

void put_shapes(page *p)
{
    fputs("<svg class=shapes aria-hidden=true><defs>"
          "<circle id=va r=\"5\"/><path id=vw d=\"M0-6 6.5 5.5H-6.5z\"/>"
          "<path id=vr d=\"M0-7 7 0 0 7-7 0z\"/><path id=vx d=\"M-5-5H5V5H-5z\"/>"
          "<path id=hi d=\"M-8-6 0 0-8 6z\"/><path id=lo d=\"M8-6 0 0 8 6z\"/>"
          "</defs></svg>\n",
          p->f);
}

/* Why a metric has no place on the axis; NULL when it has one. */
static const char *unplaced(page *p, const thresh_judged *m)
{
    if (isnan(m->degradation))
        return esc_word(p, thresh_reason_meaning(m->reasons[0]));
    if (!m->rule->has_range)
        return esc_word(p, N_("no limit on the change, only on the value"));
    if (isnan(m->budget_used))
        return esc_word(p, N_("the limit is zero: no scale"));
    return NULL;
}

static void put_zones(page *p, double accept)
{
    int a = place(accept), t = place(1);

    fprintf(p->f,
            "<rect class=za width=\"" PLACE "\" y=4 height=16 />"
            "<rect class=zw x=\"" PLACE "\" width=\"" PLACE "\" y=4 height=16 />"
            "<rect class=zx x=\"" PLACE "\" width=\"" PLACE "\" y=4 height=16 />",
            PLACED(a), PLACED(a), PLACED(t - a), PLACED(t), PLACED(1000 - t));
    fprintf(p->f,
            "<line class=zero x1=\"" PLACE "\" x2=\"" PLACE "\" y2=\"100%%\"/>"
            "<line class=limit x1=\"" PLACE "\" x2=\"" PLACE "\" y2=\"100%%\"/>",
            PLACED(place(0)), PLACED(place(0)), PLACED(t), PLACED(t));
}

static void put_interval(page *p, const thresh_judged *m)
{
    double low = m->low / m->rule->tolerate, high = m->high / m->rule->tolerate;

    fprintf(p->f, "<line class=\"ci %s\" x1=\"" PLACE "\" x2=\"" PLACE "\" y1=%d y2=%d />",
            verdict_class(m->verdict), PLACED(place(low)), PLACED(place(high)), MIDDLE, MIDDLE);
    if (low < axis_low)
        fprintf(p->f, "<use class=%s href=\"#lo\" y=%d />", verdict_class(m->verdict), MIDDLE);
    if (high > axis_high)
        fprintf(p->f, "<use class=%s href=\"#hi\" x=\"100%%\" y=%d />", verdict_class(m->verdict),
                MIDDLE);
}

static void put_point(page *p, const thresh_judged *m)
{
    double at = m->budget_used;

    fprintf(p->f, "<use class=%s href=\"#%s\" x=\"" PLACE "\" y=%d />", verdict_class(m->verdict),
            at < axis_low    ? "lo"
            : at > axis_high ? "hi"
                             : verdict_class(m->verdict),
            PLACED(place(at)), MIDDLE);
}

static void put_drawing(page *p, const thresh_judged *m)
{
    const char *path = path_words(&p->w, m->scope, m->name);
    const char *title = say(&p->w, SAY(&p->arena, N_("%s: %s, %s"), phrase_word(path),
                                       phrase_word(degradation_words(&p->w, m)),
                                       phrase_word(verdict_word(&p->w, m->verdict))));
    thresh_phrase limits = phrase_word(limits_words(&p->w, m)),
                  used = phrase_word(budget_words(&p->w, m));
    const char *details = say(
        &p->w, m->has_interval
                   ? SAY(&p->arena, N_("limits: %s; share of the limit used: %s; interval: %s"),
                         limits, used, phrase_word(interval_words(&p->w, m)))
                   : SAY(&p->arena, N_("limits: %s; share of the limit used: %s"), limits, used));

    fprintf(p->f, "<svg class=strip role=img><title>%s</title><desc>%s</desc>", esc(p, title),
            esc(p, details));
    put_zones(p, m->rule->accept / m->rule->tolerate);
    if (m->has_interval)
        put_interval(p, m);
    put_point(p, m);
    fputs("</svg>", p->f);
}

static void put_row(page *p, const thresh_judged *m)
{
    const char *why = unplaced(p, m);

    fprintf(p->f, "<li><span class=name>%s</span>", esc(p, path_words(&p->w, m->scope, m->name)));
    if (why == NULL)
        put_drawing(p, m);
    else
        fprintf(p->f, "<span class=unplaced>%s</span>", why);
    fprintf(p->f, "<span class=figure>%s", esc(p, degradation_words(&p->w, m)));
    if (m->has_interval)
        fprintf(p->f, " <small>%s</small>", esc(p, interval_words(&p->w, m)));
    fprintf(p->f, "</span>%s</li>\n", verdict_chip(p, m->verdict));
    recycle(p);
}

static void put_axis(page *p)
{
    static const struct {
        double at;
        const char *class, *figure, *text;
    } ticks[] = {
        { -1, "first",
          "\xE2\x88\x92"
          "1",
          "" },
        { 0, "", "0", N_("unchanged") },
        { 1, "", "1", N_("tolerated") },
        { 2, "", "2", "" },
        { 3, "last", "3", "" },
    };

    fprintf(p->f, "<div class=axis aria-hidden=true><svg class=strip>");
    for (size_t i = 0; i < COUNT_OF(ticks); i++) {
        int at = place(ticks[i].at);
        fprintf(p->f, "<text class=\"%s\" x=\"" PLACE "\" y=24>%s</text>", ticks[i].class,
                PLACED(at), ticks[i].figure);
        if (ticks[i].text[0] != '\0')
            fprintf(p->f, "<text x=\"" PLACE "\" y=11>%s</text>", PLACED(at),
                    esc_word(p, ticks[i].text));
    }
    fputs("</svg></div>\n", p->f);
}

static void put_legend(page *p)
{
    fprintf(p->f, "<figcaption>%s</figcaption>\n",
            esc_word(p, N_("How much worse each metric became, in units of its own limit: 0 is "
                           "unchanged, 1 is the most that is tolerated, and to the left of 0 it "
                           "became better. The ground changes at the accept limit and at the "
                           "tolerate limit. A line is the interval of the measurement; an arrow "
                           "points at what lies outside the plot.")));
}

void put_plot(page *p)
{
    const thresh_result *r = p->r;
    size_t open = r->metric_count < OPEN_ROWS ? r->metric_count : OPEN_ROWS;
    size_t folded = r->metric_count < MOST_ROWS ? r->metric_count : MOST_ROWS;
    size_t counts[] = { 0, 0, 0, 0 };

    if (r->metric_count == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n<figure class=forest>\n",
            esc_word(p, N_("Change against the limits")));
    put_legend(p);
    put_axis(p);
    fputs("<ol>\n", p->f);
    for (size_t i = 0; i < open; i++)
        put_row(p, &r->metrics[i]);
    fputs("</ol>\n", p->f);
    if (folded > open) {
        fprintf(p->f, "<details>\n<summary>%s</summary>\n",
                esc(p, say(&p->w, SAY(&p->arena, N_("further metrics (%s)"),
                                      phrase_count(&p->arena, folded - open)))));
        put_axis(p);
        fputs("<ol>\n", p->f);
        for (size_t i = open; i < folded; i++)
            put_row(p, &r->metrics[i]);
        fputs("</ol>\n</details>\n", p->f);
    }
    for (size_t i = folded; i < r->metric_count; i++)
        counts[r->metrics[i].verdict]++;
    if (folded < r->metric_count)
        fprintf(
            p->f, "<p class=left-out>%s</p>\n",
            esc(p, say(&p->w, SAY(&p->arena, N_("Left out here, and in the table only: %s (%s)"),
                                  phrase_count(&p->arena, r->metric_count - folded),
                                  phrase_word(counted_verdicts(&p->w, counts))))));
    fputs("</figure>\n</section>\n", p->f);
}

void put_slices(page *p)
{
    const thresh_result *r = p->r;
    size_t slices = 0, shown = 0;

    for (size_t i = 0; i < r->metric_count; i++)
        slices += r->metrics[i].whole != NULL;
    if (slices == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Worst slices")));
    fprintf(p->f, "<p>%s</p>\n",
            esc(p, say(&p->w, SAY(&p->arena,
                                  slices == 1 ? N_("%s slice was judged by the slice rule.")
                                              : N_("%s slices were judged by the slice rule; the "
                                                   "worst come first."),
                                  phrase_count(&p->arena, slices)))));
    fputs("<figure class=forest>\n", p->f);
    put_axis(p);
    fputs("<ol>\n", p->f);
    /* the metrics are ordered, the worst first */
    for (size_t i = 0; i < r->metric_count && shown < WORST_SLICES; i++)
        if (r->metrics[i].whole != NULL) {
            put_row(p, &r->metrics[i]);
            shown++;
        }
    fputs("</ol>\n</figure>\n</section>\n", p->f);
}
