/* A calibration as HTML: the rows and the curves through them, with the points that limits come
 * from. The drawing is as wide as the page: what is placed has a share of the width, and curves
 * have a drawing of their own inside that is stretched to it. */
#include "report/calibration.h"

#include <math.h>
#include <string.h>

/* heights in pixels: room for the names of points, the drawing, and the numbers below it */
enum { TOP = 38, HEIGHT = 276, END = TOP + HEIGHT, MOST_ROWS = 200 };

typedef struct plot {
    page *p;
    const thresh_calibration *c;
    const thresh_calibrated *of;
    plot_axis x, y;
} plot;

static int down(const plot *d, double outcome)
{
    return HEIGHT - (int)lround(HEIGHT * (double)axis_place(&d->y, outcome) / 1000);
}

/* --- what it spans --- */

static void widen(plot_axis *a, double value)
{
    if (isfinite(value)) {
        a->low = fmin(a->low, value);
        a->high = fmax(a->high, value);
    }
}

static void find_axes(plot *d)
{
    const thresh_calibrated *of = d->of;
    plot_axis x = { INFINITY, -INFINITY }, y = x;

    for (size_t i = 0; i < of->point_count; i++) {
        widen(&x, of->points[i].dose);
        widen(&y, of->points[i].curve);
        widen(&y, of->points[i].low);
        widen(&y, of->points[i].high);
        widen(&y, of->points[i].monotone);
    }
    for (size_t i = 0; i < of->bin_count; i++)
        widen(&y, of->bins[i].outcome);
    for (size_t i = 0; i < of->drawn_count; i++)
        widen(&y, of->drawn[i].outcome);
    /* to the left there is room for the numbers of the outcome */
    d->x = axis_padded(x.low, x.high, 0.12, 0.03);
    d->y = axis_padded(y.low, y.high, 0.04, 0.06);
}

/* --- its parts --- */

static void put_grid_lines(const plot *d)
{
    page *p = d->p;
    double ticks[MOST_AXIS_TICKS];
    size_t count = axis_ticks(&d->y, 6, ticks);

    for (size_t i = 0; i < count; i++)
        fprintf(p->f, "<line class=grid x2=\"100%%\" y1=%d y2=%d />", TOP + down(d, ticks[i]),
                TOP + down(d, ticks[i]));
}

static void put_rungs(const plot *d)
{
    page *p = d->p;
    double ticks[MOST_AXIS_TICKS];
    size_t count = axis_ticks(&d->y, 6, ticks);

    for (size_t i = 0; i < count; i++)
        fprintf(p->f, "<text class=\"tick rung\" y=%d>%s</text>", TOP + down(d, ticks[i]) - 4,
                esc(p, outcome_words(&p->w, d->of, ticks[i])));
    put_axis_ticks(p, &d->x, 6, END + 18, three_digits);
}

/* Rows by the root of their weight, so that areas tell it. */
static void put_rows(const plot *d)
{
    const thresh_calibrated *of = d->of;
    page *p = d->p;
    double most = 0;

    for (size_t i = 0; i < of->drawn_count; i++)
        most = fmax(most, of->drawn[i].weight);
    for (size_t i = 0; i < of->drawn_count; i++) {
        const thresh_dose_row *row = &of->drawn[i];
        int tenths = 15 + (int)lround(30 * sqrt(row->weight / most));

        fprintf(p->f, "<circle cx=\"" PLACE "\" cy=%d r=\"%d.%d\"/>",
                PLACED(axis_place(&d->x, row->dose)), TOP + down(d, row->outcome), tenths / 10,
                tenths % 10);
    }
    for (size_t i = 0; i < of->bin_count; i++)
        fprintf(p->f, "<circle class=bin cx=\"" PLACE "\" cy=%d r=4 />",
                PLACED(axis_place(&d->x, of->bins[i].dose)), TOP + down(d, of->bins[i].outcome));
}

static void put_corner(const plot *d, double dose, double outcome)
{
    fprintf(d->p->f, "%d,%d ", axis_place(&d->x, dose), 1000 - axis_place(&d->y, outcome));
}

static void put_curves(const plot *d)
{
    const thresh_calibrated *of = d->of;
    FILE *f = d->p->f;

    fprintf(f,
            "<svg y=%d width=\"100%%\" height=%d viewBox=\"0 0 1000 1000\" "
            "preserveAspectRatio=none>",
            TOP, HEIGHT);
    if (of->point_count > 0 && !isnan(of->points[0].curve)) {
        fputs("<polygon points=\"", f);
        for (size_t i = 0; i < of->point_count; i++)
            put_corner(d, of->points[i].dose, of->points[i].low);
        for (size_t i = of->point_count; i-- > 0;)
            put_corner(d, of->points[i].dose, of->points[i].high);
        fputs("\"/><polyline points=\"", f);
        for (size_t i = 0; i < of->point_count; i++)
            put_corner(d, of->points[i].dose, of->points[i].curve);
        fputs("\"/>", f);
    }
    fputs("<polyline class=steps points=\"", f);
    for (size_t i = 0; i < of->point_count; i++)
        put_corner(d, of->points[i].dose, of->points[i].monotone);
    fputs("\"/></svg>", f);
}

static const struct {
    const char *name, *class;
} looks[2] = { { N_("perceptible: %s"), "vw" }, { N_("unacceptable: %s"), "vx" } };

/* Has the drawing room for it? What lies beyond the data stands in the table. */
static bool has_point(const plot *d, const thresh_threshold *t)
{
    return t->chosen.estimate >= d->x.low && t->chosen.estimate <= d->x.high;
}

static void put_point_spans(const plot *d)
{
    for (size_t i = 0; i < 2; i++) {
        const thresh_threshold *t = &d->of->thresholds[i];
        char class[16];

        snprintf(class, sizeof class, "%s span", looks[i].class);
        if (has_point(d, t))
            put_stretch(d->p, &d->x, class, t->chosen.low, t->chosen.high, TOP, HEIGHT);
    }
}

static void put_points(const plot *d)
{
    page *p = d->p;

    for (size_t i = 0; i < 2; i++) {
        const thresh_threshold *t = &d->of->thresholds[i];
        int y = 12 + 16 * (int)i;
        char class[16];

        if (!has_point(d, t))
            continue;
        snprintf(class, sizeof class, "%s known", looks[i].class);
        put_upright(p, &d->x, class, t->chosen.estimate, y - 8, END);
        put_label(p, axis_place(&d->x, t->chosen.estimate), y,
                  say(&p->w, SAY(&p->arena, looks[i].name,
                                 phrase_word(estimate_words(&p->w, d->c, &t->chosen)))));
    }
}

static void put_change(const plot *d)
{
    const thresh_change *c = &d->of->change;
    page *p = d->p;

    if (!d->of->has_change)
        return;
    int low = axis_place(&d->x, c->at.low), high = axis_place(&d->x, c->at.high);
    fprintf(p->f,
            "<line class=\"ci vr\" x1=\"" PLACE "\" x2=\"" PLACE "\" y1=%d y2=%d />"
            "<use class=vr href=\"#vr\" x=\"" PLACE "\" y=%d />",
            PLACED(low), PLACED(high), END + 34, END + 34,
            PLACED(axis_place(&d->x, c->at.estimate)), END + 34);
}

static void put_legend(const plot *d)
{
    const struct {
        const char *drawing, *text;
        bool shown;
    } items[] = {
        { "<circle cx=13 cy=7 r=4 />", N_("rows, the larger the more trials"),
          d->of->drawn_count > 0 },
        { "<circle class=bin cx=13 cy=7 r=4 />", N_("bins"), true },
        { "<rect class=band y=1 width=26 height=12 /><polyline points=\"0,7 26,7\"/>",
          N_("curve with its band"), !d->of->curve.separated },
        { "<polyline class=steps points=\"0,7 26,7\"/>", N_("monotone curve"), true },
        { "<line class=\"ci vr\" x2=26 y1=7 y2=7 /><use class=vr href=\"#vr\" x=13 y=7 />",
          N_("change point, with its interval"), d->of->has_change },
    };
    page *p = d->p;

    fputs("<ul class=legend>\n", p->f);
    for (size_t i = 0; i < COUNT_OF(items); i++)
        if (items[i].shown)
            fprintf(p->f, "<li><svg class=\"dose key\" aria-hidden=true>%s</svg>%s</li>\n",
                    items[i].drawing, esc_word(p, items[i].text));
    fputs("</ul>\n", p->f);
}

static void put_drawing(page *p, const thresh_calibration *c, const thresh_calibrated *of)
{
    plot d = { p, c, of, { 0, 1 }, { 0, 1 } };
    thresh_phrase metric = phrase_word(c->metric != NULL ? c->metric : c->dose);

    find_axes(&d);
    fprintf(p->f, "<section>\n<h2>%s</h2>\n<figure>\n",
            esc(p, say(&p->w, SAY(&p->arena, N_("%s, by how much %s degrades (%s)"),
                                  phrase_word(of->name), metric, phrase_word(c->unit)))));
    put_legend(&d);
    fprintf(p->f, "<svg class=dose role=img><title>%s</title>",
            esc(p, say(&p->w, SAY(&p->arena, N_("%s: perceptible %s, unacceptable %s"),
                                  phrase_word(of->name),
                                  phrase_word(dose_words(&p->w, c, &of->thresholds[0].chosen)),
                                  phrase_word(dose_words(&p->w, c, &of->thresholds[1].chosen))))));
    put_grid_lines(&d);
    put_point_spans(&d);
    put_rows(&d);
    put_curves(&d);
    put_rungs(&d);
    put_points(&d);
    put_change(&d);
    fputs("</svg>\n", p->f);
    if (of->drawn_count > 0 && of->drawn_count < of->rows)
        fprintf(
            p->f, "<figcaption>%s</figcaption>\n",
            esc(p, say(&p->w, SAY(&p->arena, N_("%s of %s rows are drawn; the curves are of all."),
                                  phrase_count(&p->arena, of->drawn_count),
                                  phrase_count(&p->arena, of->rows)))));
    fputs("</figure>\n</section>\n", p->f);
    recycle(p);
}

/* --- the page --- */

static void put_limits_of(page *p, const thresh_calibration *c)
{
    const struct {
        const char *name;
        double value;
    } limits[] = { { N_("accept"), c->accept }, { N_("tolerate"), c->tolerate } };

    if (c->known && !c->mapping) {
        fputs("<ul class=\"counts amounts\">\n", p->f);
        for (size_t i = 0; i < COUNT_OF(limits); i++)
            fprintf(p->f, "<li class=some><b>%s %s</b> <span>%s</span></li>\n",
                    esc(p, three_digits(&p->w, limits[i].value)), esc(p, c->unit),
                    esc_word(p, limits[i].name));
        fputs("</ul>\n", p->f);
    }
    fputs("</header>\n", p->f);
}

static void put_why_not(page *p, const thresh_calibration *c)
{
    size_t count = 0;

    for (size_t i = 0; i < c->outcome_count; i++)
        count += c->outcomes[i].reason_count;
    if (count == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n<ul class=reasons>\n", esc_word(p, N_("Reasons")));
    for (size_t i = 0; i < c->outcome_count; i++)
        for (size_t k = 0; k < c->outcomes[i].reason_count; k++)
            fprintf(p->f, "<li>%s <span>%s</span></li>\n", verdict_chip(p, THRESH_REVIEW),
                    esc(p, say(&p->w, c->outcomes[i].reasons[k])));
    fputs("</ul>\n</section>\n", p->f);
}

static void put_table(page *p, const thresh_calibration *c)
{
    const grid g = calibration_grid(c);

    fprintf(p->f, "<section>\n<h2>%s</h2>\n",
            c->mapping ? esc_word(p, N_("Slopes")) : esc_word(p, N_("Points")));
    put_grid(p, "points", &g, MOST_ROWS);
    fputs("</section>\n", p->f);
}

static void put_remarks(page *p, const thresh_calibration *c)
{
    size_t count;
    const char *const *remarks = calibration_remarks(&p->w, c, &count);

    fprintf(p->f, "<section>\n<h2>%s</h2>\n<ul class=notes>\n", esc_word(p, N_("Notes")));
    for (size_t i = 0; i < count; i++)
        fprintf(p->f, "<li>%s</li>\n", esc(p, remarks[i]));
    fputs("</ul>\n</section>\n", p->f);
}

static void put_history(page *p, const thresh_calibration *c)
{
    const struct {
        const char *name, *value, *class;
    } rows[] = {
        { N_("History"), c->path, "" },
        { N_("SHA-256"), c->sha256, " class=hash" },
        { N_("Metric"), c->metric, "" },
        { N_("Column of the degradation"), c->dose, "" },
        { N_("Column of the trials"), c->trials, "" },
        { N_("Rows"), say(&p->w, phrase_count(&p->arena, c->rows)), "" },
        { N_("Rows left out"), say(&p->w, phrase_count(&p->arena, c->skipped)), "" },
    };

    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("What was read")));
    open_table(p, "history", word(&p->w, N_("The history that all this comes from")));
    fputs("<tbody>\n", p->f);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        fprintf(p->f, "<tr><th scope=row>%s<td%s>%s\n", esc_word(p, rows[i].name), rows[i].class,
                rows[i].value != NULL ? esc(p, rows[i].value) : "-");
    close_table(p);
    fputs("</section>\n", p->f);
}

thresh_status thresh_report_calibration_html(const thresh_calibration *c,
                                             const thresh_text_options *options, FILE *stream)
{
    static void (*const sections[])(page *, const thresh_calibration *) = { put_table, put_remarks,
                                                                            put_history };
    page p = { .f = stream, .arena = ARENA_INIT };
    const char *title;
    bool failed;

    p.w = (words){ &p.arena, options->language };
    title = arena_printf(&p.arena, "%s \xC2\xB7 %s", calibration_headword(&p.w, c),
                         calibration_headline(&p.w, c));
    open_page(&p, title != NULL ? title : "?");
    open_header(&p, verdict_class(c->known ? THRESH_ACCEPT : THRESH_REVIEW),
                calibration_headword(&p.w, c), calibration_headline(&p.w, c));
    put_limits_of(&p, c);
    fputs("<main>\n", stream);
    put_shapes(&p);
    put_why_not(&p, c);
    for (size_t i = 0; i < c->outcome_count && !c->mapping; i++)
        put_drawing(&p, c, &c->outcomes[i]);
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        sections[i](&p, c);
        recycle(&p);
    }
    fputs("</main>\n", stream);
    close_page(&p, NULL);
    failed = p.arena.failed;
    arena_free(&p.arena);
    return failed ? THRESH_ENOMEM : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
