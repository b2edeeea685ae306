/* The candidates on two axes, with the front as a line: what one gives up for the other. The
 * drawing is made twice, for a wide page and for a phone, so that its names can be read on both;
 * the style shows one of them. */
#include "report/html.h"
#include "report/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_POINTS = 1000,
    MOST_BARS = 60, /* with more points only those of the front show their intervals */
    MOST_TICKS = 24,
    CELL = 7, /* width of a character cell, with room to spare */
    LINE = 16,
    MARK = 7, /* half of a mark */
    RING = MARK + 4,
    EDGE = 4
};

typedef struct sheet {
    const char *class;
    int width, height, top, right, bottom;
    int ticks[THRESH_PLOT_AXES]; /* about as many */
    size_t longest;              /* of a name, in cells */
    size_t labels;
} sheet;

static const sheet sheets[] = {
    { "wide", 840, 470, 34, 18, 50, { 7, 6 }, 26, 60 },
    { "narrow", 360, 420, 34, 14, 50, { 3, 6 }, 20, 24 },
};

/* In units of the drawing; y grows downwards. */
typedef struct box {
    int left, top, right, bottom;
} box;

typedef struct scale {
    double low, high, step; /* the axis, and between two ticks */
    double least, most;     /* of the data */
} scale;

typedef struct drawing {
    ranking_page *rp;
    const sheet *sheet;
    scale scales[THRESH_PLOT_AXES];
    box area;
    const thresh_ranked **points, **line;
    size_t point_count, line_count;
    box *marks, *names, *strokes; /* what names keep off; the strokes if they can */
    size_t name_count, stroke_count, stroke_capacity;
    size_t nameless;
    bool all_bars;
    arena memory; /* of what outlives the texts of a point */
} drawing;

/* --- scales --- */

static bool is_drawn(const thresh_ranked *c)
{
    return isfinite(c->plot[THRESH_ACROSS].value) && isfinite(c->plot[THRESH_UP].value);
}

static bool shows_bars(const drawing *d, const thresh_ranked *c)
{
    return d->all_bars || c->on_line;
}

static void widen(scale *s, double value)
{
    s->least = fmin(s->least, value);
    s->most = fmax(s->most, value);
}

/* Where the original stands; NaN where it has no place on the axis. */
static double original_on(const thresh_axis *axis)
{
    return axis->metric != NULL ? axis->metric->baseline : NAN;
}

static double step_of(double span, int wanted)
{
    double raw = span / wanted, ten = pow(10, floor(log10(raw)));

    return raw <= ten ? ten : raw <= 2 * ten ? 2 * ten : raw <= 5 * ten ? 5 * ten : 10 * ten;
}

static void find_scale(drawing *d, size_t axis)
{
    scale *s = &d->scales[axis];
    double original = original_on(&d->rp->r->plot[axis]), room;

    *s = (scale){ .least = INFINITY, .most = -INFINITY };
    for (size_t i = 0; i < d->point_count; i++) {
        const thresh_span *span = &d->points[i]->plot[axis];
        widen(s, span->value);
        if (shows_bars(d, d->points[i]) && has_bounds(span)) {
            widen(s, span->low);
            widen(s, span->high);
        }
    }
    /* an original far away would press the candidates together */
    if (isfinite(original)
        && fmax(s->most, original) - fmin(s->least, original) <= 4 * (s->most - s->least))
        widen(s, original);
    room = s->most > s->least ? (s->most - s->least) * 0.08
                              : fmax(fabs(s->most) * 0.05, s->most == 0 ? 1 : 1e-300);
    s->low = s->least - room;
    s->high = s->most + room;
    s->step = step_of(s->high - s->low, d->sheet->ticks[axis]);
}

/* Ticks at which there can be something: no share above 1, and nothing below 0 that never is. */
static size_t find_ticks(const drawing *d, size_t axis, double ticks[MOST_TICKS])
{
    const scale *s = &d->scales[axis];
    const thresh_axis *a = &d->rp->r->plot[axis];
    bool share = a->kind == THRESH_AXIS_SCORE
                 || (a->metric != NULL && a->metric->kind->scale == THRESH_SCALE_FRACTION);
    double first = ceil(s->low / s->step);
    size_t n = 0;

    for (double k = first; k * s->step <= s->high && n < MOST_TICKS; k++) {
        double at = k * s->step;
        if ((at < 0 && s->least >= 0) || (share && at > 1 + s->step / 100 && s->most <= 1))
            continue;
        ticks[n++] = at;
    }
    return n;
}

static int place(const drawing *d, size_t axis, double value)
{
    const scale *s = &d->scales[axis];
    double share = fmin(fmax((value - s->low) / (s->high - s->low), 0), 1);

    return axis == THRESH_ACROSS
               ? (int)lround(d->area.left + share * (d->area.right - d->area.left))
               : (int)lround(d->area.bottom - share * (d->area.bottom - d->area.top));
}

static int across(const drawing *d, const thresh_ranked *c)
{
    return place(d, THRESH_ACROSS, c->plot[THRESH_ACROSS].value);
}

static int up(const drawing *d, const thresh_ranked *c)
{
    return place(d, THRESH_UP, c->plot[THRESH_UP].value);
}

/* --- strokes --- */

/* A straight one, from a corner to the other; names keep off it if they can. */
static void note_stroke(drawing *d, int x1, int y1, int x2, int y2)
{
    if (d->stroke_count < d->stroke_capacity)
        d->strokes[d->stroke_count++] =
            (box){ x1 < x2 ? x1 : x2, y1 < y2 ? y1 : y2, x1 < x2 ? x2 : x1, y1 < y2 ? y2 : y1 };
}

static void put_stroke(drawing *d, const char *class, int x1, int y1, int x2, int y2)
{
    fprintf(d->rp->p.f, "<line class=\"%s\" x1=%d y1=%d x2=%d y2=%d />", class, x1, y1, x2, y2);
    note_stroke(d, x1, y1, x2, y2);
}

static void put_ticks(drawing *d, size_t axis)
{
    const thresh_axis *a = &d->rp->r->plot[axis];
    page *p = &d->rp->p;
    double ticks[MOST_TICKS];
    size_t count = find_ticks(d, axis, ticks);

    for (size_t i = 0; i < count; i++) {
        const char *text = esc(p, on_axis_words(&d->rp->rw, a, ticks[i]));
        int at = place(d, axis, ticks[i]);
        if (axis == THRESH_ACROSS)
            fprintf(p->f,
                    "<line class=grid x1=%d x2=%d y1=%d y2=%d /><text class=tick x=%d y=%d "
                    "text-anchor=middle>%s</text>",
                    at, at, d->area.top, d->area.bottom, at, d->area.bottom + LINE, text);
        else
            fprintf(p->f,
                    "<line class=grid x1=%d x2=%d y1=%d y2=%d /><text class=tick x=%d y=%d "
                    "text-anchor=end>%s</text>",
                    d->area.left, d->area.right, at, at, d->area.left - EDGE - 2, at + EDGE, text);
    }
}

static const char *cut(page *p, const char *name, size_t most)
{
    const char *text =
        strlen(name) <= most
            ? name
            : arena_printf(&p->arena, "%s\xE2\x80\xA6", phrase_clipped(&p->arena, name, most).text);

    return text != NULL ? text : "?";
}

/* "latency_p99, lower is better" */
static const char *title_of(drawing *d, size_t axis)
{
    const thresh_axis *a = &d->rp->r->plot[axis];
    page *p = &d->rp->p;
    size_t most = d->sheet->longest + 10;

    return esc(p, say(&p->w, SAY(&p->arena,
                                 a->higher ? N_("%s, higher is better") : N_("%s, lower is better"),
                                 phrase_word(cut(p, axis_words(&d->rp->rw, a), most)))));
}

static void put_frame(drawing *d)
{
    page *p = &d->rp->p;

    put_ticks(d, THRESH_ACROSS);
    put_ticks(d, THRESH_UP);
    fprintf(p->f, "<text class=title x=%d y=%d>\xE2\x86\x91 %s</text>", EDGE, LINE,
            title_of(d, THRESH_UP));
    fprintf(p->f, "<text class=title x=%d y=%d text-anchor=end>%s \xE2\x86\x92</text>\n",
            d->area.right, d->sheet->height - EDGE - 2, title_of(d, THRESH_ACROSS));
}

/* Dashed lines through where the original stands. */
static void put_original(drawing *d)
{
    page *p = &d->rp->p;

    for (size_t axis = 0; axis < THRESH_PLOT_AXES; axis++) {
        double at = original_on(&d->rp->r->plot[axis]);
        int to;

        if (!(at >= d->scales[axis].low && at <= d->scales[axis].high))
            continue;
        to = place(d, axis, at);
        if (axis == THRESH_ACROSS)
            put_stroke(d, "original", to, d->area.top, to, d->area.bottom);
        else
            put_stroke(d, "original", d->area.left, to, d->area.right, to);
    }
    fputc('\n', p->f);
}

/* From the best in one axis to the best in the other: between two of the front lies the corner that
 * is as bad as the worse of them in each. */
static void put_line(drawing *d)
{
    const thresh_axis *axes = d->rp->r->plot;
    page *p = &d->rp->p;
    int worst_x = axes[THRESH_ACROSS].higher ? d->area.left : d->area.right;
    int worst_y = axes[THRESH_UP].higher ? d->area.bottom : d->area.top, x, y;

    if (d->line_count == 0)
        return;
    x = across(d, d->line[0]);
    y = worst_y;
    fprintf(p->f, "<polyline class=front points=\"%d,%d", x, y);
    for (size_t i = 0; i < d->line_count; i++) {
        int to_x = across(d, d->line[i]), to_y = up(d, d->line[i]);
        if (i > 0) { /* across at the height of the one before, which is the worse */
            fprintf(p->f, " %d,%d", to_x, y);
            note_stroke(d, x, y, to_x, y);
        }
        fprintf(p->f, " %d,%d", to_x, to_y);
        note_stroke(d, to_x, y, to_x, to_y);
        x = to_x;
        y = to_y;
    }
    fprintf(p->f, " %d,%d\"/>\n", worst_x, y);
    note_stroke(d, x, y, worst_x, y);
}

static void put_bars(drawing *d, const thresh_ranked *c)
{
    const thresh_span *x = &c->plot[THRESH_ACROSS], *y = &c->plot[THRESH_UP];
    const char *class = c->eligible ? "bar-in" : "bar-out";

    if (!shows_bars(d, c))
        return;
    if (has_bounds(x))
        put_stroke(d, class, place(d, THRESH_ACROSS, x->low), up(d, c),
                   place(d, THRESH_ACROSS, x->high), up(d, c));
    if (has_bounds(y))
        put_stroke(d, class, across(d, c), place(d, THRESH_UP, y->low), across(d, c),
                   place(d, THRESH_UP, y->high));
}

/* --- points and names --- */

static void put_point(drawing *d, const thresh_ranked *c)
{
    ranking_page *rp = d->rp;
    page *p = &rp->p;
    const char *shape = verdict_class(c->result->verdict);
    int x = across(d, c), y = up(d, c);
    const char *title = say(
        &p->w,
        SAY(&p->arena, N_("%s: %s %s, %s %s; %s"), phrase_word(candidate_name(&rp->rw, c)),
            phrase_word(axis_words(&rp->rw, &rp->r->plot[THRESH_UP])),
            phrase_word(span_words(&rp->rw, &rp->r->plot[THRESH_UP], &c->plot[THRESH_UP])),
            phrase_word(axis_words(&rp->rw, &rp->r->plot[THRESH_ACROSS])),
            phrase_word(span_words(&rp->rw, &rp->r->plot[THRESH_ACROSS], &c->plot[THRESH_ACROSS])),
            phrase_word(verdict_word(&p->w, c->result->verdict))));

    if (c == rp->r->recommended)
        fprintf(p->f, "<circle class=best cx=%d cy=%d r=%d />", x, y, RING);
    fprintf(p->f, "<use class=\"%s%s\" href=\"#%s\" x=%d y=%d><title>%s</title></use>\n", shape,
            !c->eligible  ? " out"
            : c->on_front ? ""
                          : " behind",
            shape, x, y, esc(p, title));
    recycle(p);
}

static bool overlap(const box *a, const box *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

static bool is_free(const drawing *d, const box *b, size_t own)
{
    if (b->left < d->area.left + 1 || b->right > d->sheet->width || b->top < d->area.top - LINE / 2
        || b->bottom > d->area.bottom)
        return false;
    for (size_t i = 0; i < d->point_count; i++)
        if (i != own && overlap(b, &d->marks[i]))
            return false;
    for (size_t i = 0; i < d->name_count; i++)
        if (overlap(b, &d->names[i]))
            return false;
    return true;
}

static size_t crossings(const drawing *d, const box *b)
{
    size_t n = 0;

    for (size_t i = 0; i < d->stroke_count; i++)
        n += d->strokes[i].left <= b->right && b->left <= d->strokes[i].right
             && d->strokes[i].top <= b->bottom && b->top <= d->strokes[i].bottom;
    return n;
}

/* Places around a mark, the likeliest first: where the name begins or ends, in half widths, and how
 * far its middle is off, in half lines. */
static const struct {
    int side; /* -1 left of the mark, 0 over or under it, 1 right of it */
    int rise; /* -1 above, 0 beside, 1 below */
} around[] = {
    { 1, 0 }, { 1, -1 }, { 1, 1 }, { -1, 0 }, { -1, -1 }, { -1, 1 }, { 0, -1 }, { 0, 1 }
};

static box box_at(int x, int y, int half, int width, size_t k)
{
    int side = around[k].side, rise = around[k].rise;
    int gap = rise == 0 ? half + EDGE : EDGE;
    int left = side > 0 ? x + gap : side < 0 ? x - gap - width : x - width / 2;
    int middle = y + rise * (LINE / 2 + half + 1);

    return (box){ left, middle - LINE / 2, left + width, middle + LINE / 2 };
}

/* The best place for a name; false where there is none. */
static bool find_place(const drawing *d, size_t i, int half, int width, size_t *best)
{
    int x = across(d, d->points[i]), y = up(d, d->points[i]);
    size_t least = SIZE_MAX;

    for (size_t k = 0; k < COUNT_OF(around) && least > 0; k++) {
        box b = box_at(x, y, half, width, k);
        size_t crossed = is_free(d, &b, i) ? crossings(d, &b) : SIZE_MAX;
        if (crossed < least) {
            least = crossed;
            *best = k;
        }
    }
    return least < SIZE_MAX;
}

static void put_name(drawing *d, size_t i)
{
    const thresh_ranked *c = d->points[i];
    page *p = &d->rp->p;
    const char *whole = printable(&p->arena, candidate_name(&d->rp->rw, c), false), *name = "";
    int half = c == d->rp->r->recommended ? RING : MARK, width = 0;
    size_t at = 0, most = d->sheet->longest;
    bool found = false;

    /* half of a name is better than none */
    for (int attempt = 0; attempt < 2 && !found; attempt++, most /= 2) {
        name = cut(p, whole != NULL ? whole : "?", most);
        width = (int)cell_width(name) * CELL;
        found = find_place(d, i, half, width, &at);
    }
    if (!found) {
        d->nameless++;
        return;
    }
    box b = box_at(across(d, c), up(d, c), half, width, at);
    int side = around[at].side;
    d->names[d->name_count++] = b;
    fprintf(p->f, "<text class=\"%s\" x=%d y=%d text-anchor=%s>%s</text>\n",
            c->eligible ? "name" : "name out",
            side > 0   ? b.left
            : side < 0 ? b.right
                       : across(d, c),
            b.bottom - EDGE,
            side > 0   ? "start"
            : side < 0 ? "end"
                       : "middle",
            esc(p, name));
    recycle(p);
}

/* The recommended one and the front first: they get the best places. */
static void put_names(drawing *d)
{
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < d->point_count; i++) {
            bool first = d->points[i]->on_front || d->points[i] == d->rp->r->recommended;
            if (first != (turn == 0))
                continue;
            if (d->name_count < d->sheet->labels)
                put_name(d, i);
            else
                d->nameless++;
        }
}

/* --- the drawing --- */

static int compare_along(const void *a, const void *b)
{
    const thresh_ranked *x = *(const thresh_ranked *const *)a,
                        *y = *(const thresh_ranked *const *)b;
    double p = x->plot[THRESH_ACROSS].value, q = y->plot[THRESH_ACROSS].value;

    return (p > q) - (p < q);
}

static int compare_back(const void *a, const void *b)
{
    return compare_along(b, a);
}

static void find_points(drawing *d)
{
    const thresh_ranking *r = d->rp->r;

    d->points = arena_alloc(&d->memory, 2 * MOST_POINTS * sizeof *d->points);
    d->marks = arena_alloc(&d->memory, 2 * MOST_POINTS * sizeof *d->marks);
    d->stroke_capacity = 4 * MOST_POINTS + 16;
    d->strokes = arena_alloc(&d->memory, d->stroke_capacity * sizeof *d->strokes);
    if (d->memory.failed)
        return;
    d->line = d->points + MOST_POINTS;
    d->names = d->marks + MOST_POINTS;
    for (size_t i = 0; i < r->count && d->point_count < MOST_POINTS; i++) {
        const thresh_ranked *c = &r->candidates[i];
        if (!is_drawn(c))
            continue;
        d->points[d->point_count++] = c;
        if (c->on_line)
            d->line[d->line_count++] = c;
    }
    d->all_bars = d->point_count <= MOST_BARS;
    qsort(d->line, d->line_count, sizeof *d->line,
          r->plot[THRESH_ACROSS].higher ? compare_back : compare_along);
}

/* The area between the axes: to the left as much room as the longest figure takes. */
static void find_area(drawing *d)
{
    const sheet *s = d->sheet;
    double ticks[MOST_TICKS];
    size_t count, longest = 0;

    find_scale(d, THRESH_ACROSS);
    find_scale(d, THRESH_UP);
    count = find_ticks(d, THRESH_UP, ticks);
    for (size_t i = 0; i < count; i++) {
        size_t cells = cell_width(on_axis_words(&d->rp->rw, &d->rp->r->plot[THRESH_UP], ticks[i]));
        longest = cells > longest ? cells : longest;
    }
    d->area =
        (box){ 2 * EDGE + (int)longest * CELL, s->top, s->width - s->right, s->height - s->bottom };
    for (size_t i = 0; i < d->point_count; i++) {
        int x = across(d, d->points[i]), y = up(d, d->points[i]);
        int half = d->points[i] == d->rp->r->recommended ? RING : MARK;
        d->marks[i] = (box){ x - half, y - half, x + half, y + half };
    }
}

static void put_drawing(drawing *d, const sheet *s)
{
    page *p = &d->rp->p;

    d->sheet = s;
    d->name_count = d->stroke_count = d->nameless = 0;
    find_area(d);
    fprintf(p->f, "<svg class=\"scatter %s\" role=img viewBox=\"0 0 %d %d\"><title>%s</title>\n",
            s->class, s->width, s->height,
            esc(p, say(&p->w,
                       SAY(&p->arena, N_("The candidates by %s and %s"),
                           phrase_word(axis_words(&d->rp->rw, &d->rp->r->plot[THRESH_UP])),
                           phrase_word(axis_words(&d->rp->rw, &d->rp->r->plot[THRESH_ACROSS]))))));
    put_frame(d);
    put_original(d);
    put_line(d);
    for (size_t i = d->point_count; i-- > 0;)
        put_bars(d, d->points[i]);
    for (size_t i = d->point_count; i-- > 0;)
        put_point(d, d->points[i]);
    put_names(d);
    fputs("</svg>\n", p->f);
    if (d->nameless > 0)
        fprintf(p->f, "<p class=\"left-out %s\">%s</p>\n", s->class,
                esc(p, say(&p->w, SAY(&p->arena,
                                      N_("Marks without a name here, for want of room: %s; the "
                                         "table names all"),
                                      phrase_count(&p->arena, d->nameless)))));
    recycle(p);
}

static void put_legend(const drawing *d)
{
    page *p = &d->rp->p;

    fprintf(p->f, "<figcaption>%s</figcaption>\n",
            esc_word(p, N_("Each mark is a candidate. The line joins those that are accepted and "
                           "that no other accepted one surpasses in both of these; solid marks "
                           "lie on the front of all that is weighed, pale ones behind it, and "
                           "hollow ones are not accepted. A ring marks the recommended one, thin "
                           "bars the intervals, and dashed lines where the original stands.")));
}

void put_scatter(ranking_page *rp)
{
    drawing d = { .rp = rp, .memory = ARENA_INIT };
    page *p = &rp->p;

    if (!rp->r->has_plot)
        return;
    find_points(&d);
    if (!d.memory.failed && d.point_count > 0) {
        fprintf(p->f, "<section>\n<h2>%s</h2>\n<figure class=trade>\n",
                esc_word(p, N_("What each trades for what")));
        put_legend(&d);
        for (size_t i = 0; i < COUNT_OF(sheets); i++)
            put_drawing(&d, &sheets[i]);
        put_left_out(p, N_("Not drawn, for want of a value or of room: %s"),
                     rp->r->count - d.point_count);
        fputs("</figure>\n</section>\n", p->f);
    }
    p->arena.failed = p->arena.failed || d.memory.failed;
    arena_free(&d.memory);
}
