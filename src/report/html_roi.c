/* A return as HTML: what adds up to it, step by step, how its draws are spread, the drop that it
 * pays for, and how far each assumption moves it. */
#include "report/html.h"
#include "report/roi_words.h"

#include <math.h>

enum { MOST_PARTS = 60, MOST_SWINGS = 40, MOST_TIES = 200, MOST_NOTES = 200 };
/* heights of the drawing of the draws, in pixels */
enum { BARS_TOP = 38, BARS_HEIGHT = 116, BARS_END = BARS_TOP + BARS_HEIGHT };

static void open_section(page *p, const char *title)
{
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, title));
}

static void put_caption(page *p, const char *text)
{
    fprintf(p->f, "<figcaption>%s</figcaption>\n", esc(p, text));
}

/* "<li>name <drawing>": the drawing begins here, and ends with its figure. */
static void open_row(page *p, const char *name, const char *title)
{
    fprintf(p->f, "<li><span class=name>%s</span><svg class=strip role=img><title>%s</title>",
            esc(p, name), esc(p, title));
}

static void close_row(page *p, const char *figure, const char *small)
{
    fprintf(p->f, "</svg><span class=figure>%s", esc(p, figure));
    if (small[0] != '\0')
        fprintf(p->f, " <small>%s</small>", esc(p, small));
    fputs("</span></li>\n", p->f);
    recycle(p);
}

static void put_axis(page *p, const plot_axis *a, size_t wanted,
                     const char *(*number)(const words *w, double value))
{
    fputs("<div class=axis aria-hidden=true><svg class=strip>", p->f);
    put_axis_ticks(p, a, wanted, 22, number);
    fputs("</svg></div>\n", p->f);
}

/* --- what adds up to it --- */

static double signed_amount(const thresh_roi_part *part)
{
    return part->group == THRESH_ROI_SAVING ? part->amount : -part->amount;
}

static plot_axis axis_of_parts(const thresh_roi *r)
{
    double at = 0, low = 0, high = 0;

    for (size_t i = 0; i < r->part_count; i++) {
        at += signed_amount(&r->parts[i]);
        low = fmin(low, at);
        high = fmax(high, at);
    }
    return axis_padded(low, high, 0.02, 0.02);
}

static void put_step(page *p, const plot_axis *a, const char *class, const char *name,
                     const char *kind, const char *amount, double from, double to)
{
    open_row(p, name,
             say(&p->w, SAY(&p->arena, N_("%s: %s"), phrase_word(name), phrase_word(amount))));
    put_upright(p, a, "zero", 0, 0, 24);
    put_stretch(p, a, class, from, to, 5, 14);
    close_row(p, amount, kind);
}

static void put_parts(page *p, const thresh_roi *r)
{
    static const char *const classes[] = {
        [THRESH_ROI_SAVING] = "saving", [THRESH_ROI_LOSS] = "loss", [THRESH_ROI_COST] = "cost"
    };
    const plot_axis a = axis_of_parts(r);
    size_t shown = r->part_count < MOST_PARTS ? r->part_count : MOST_PARTS;
    double at = 0;

    fputs("<figure class=\"forest three\">\n", p->f);
    put_caption(p,
                word(&p->w, N_("Each step from 0 on: what is saved to the right, what is lost and "
                               "what is spent back to the left; the last is what remains.")));
    put_axis(p, &a, 4, amount_words);
    fputs("<ol>\n", p->f);
    for (size_t i = 0; i < shown; i++) {
        const thresh_roi_part *part = &r->parts[i];
        double to = at + signed_amount(part);

        put_step(p, &a, classes[part->group], part->name, roi_group_words(&p->w, part->group),
                 money_words(&p->w, r, signed_amount(part)), at, to);
        at = to;
    }
    put_step(p, &a, "net", word(&p->w, N_("net value")), word(&p->w, N_("total")),
             money_words(&p->w, r, r->net), 0, r->net);
    fputs("</ol>\n", p->f);
    put_left_out(p, N_("Left out here: %s"), r->part_count - shown);
    fputs("</figure>\n", p->f);
}

static void put_sum(page *p, const thresh_roi *r)
{
    open_section(p, N_("What adds up to the return"));
    fprintf(p->f, "<p>%s</p>\n<p>%s</p>\n", esc(p, roi_title_words(&p->w, r)),
            esc(p, payback_words(&p->w, r)));
    put_parts(p, r);
    fputs("</section>\n", p->f);
}

/* --- its distribution --- */

/* The minimum has its place beside the draws, unless they would shrink to a line. */
static plot_axis axis_of_draws(const thresh_roi *r)
{
    double low = r->bar_low, high = r->bar_high, width = high - low;

    if (r->has_minimum) {
        low = fmin(low, fmax(r->minimum, low - 2 * width));
        high = fmax(high, fmin(r->minimum, high + 2 * width));
    }
    return axis_padded(low, high, 0.03, 0.03);
}

static void put_bars(page *p, const thresh_roi *r, const plot_axis *a)
{
    double width = (r->bar_high - r->bar_low) / THRESH_ROI_BARS;
    size_t most = 1;

    for (size_t i = 0; i < THRESH_ROI_BARS; i++)
        most = r->bars[i] > most ? r->bars[i] : most;
    for (size_t i = 0; i < THRESH_ROI_BARS; i++) {
        int height = (int)lround(BARS_HEIGHT * (double)r->bars[i] / (double)most);
        double from = r->bar_low + width * (double)i;

        put_stretch(p, a, "draws", from, from + width, BARS_END - height, height);
    }
}

static void put_draws(page *p, const thresh_roi *r)
{
    const plot_axis a = axis_of_draws(r);

    fprintf(p->f, "<svg class=histogram role=img><title>%s</title><desc>%s</desc>",
            esc(p, roi_sentence_words(&p->w, r)), esc(p, roi_quantile_words(&p->w, r)));
    if (r->has_minimum) {
        put_stretch(p, &a, "zx", a.low, r->minimum, BARS_TOP, BARS_HEIGHT);
        put_stretch(p, &a, "za", r->minimum, a.high, BARS_TOP, BARS_HEIGHT);
    }
    put_bars(p, r, &a);
    fprintf(p->f, "<line class=zero x2=\"100%%\" y1=%d y2=%d />", BARS_END, BARS_END);
    put_upright(p, &a, "central", r->roi, 20, BARS_END);
    put_label(
        p, axis_place(&a, r->roi), 30,
        say(&p->w, SAY(&p->arena, N_("return %s"), phrase_word(return_words(&p->w, r->roi)))));
    if (r->has_minimum) {
        put_upright(p, &a, "limit", r->minimum, 2, BARS_END);
        put_label(p, axis_place(&a, r->minimum), 12,
                  say(&p->w, SAY(&p->arena, N_("minimum %s"),
                                 phrase_word(return_words(&p->w, r->minimum)))));
    }
    put_stretch(p, &a, "bounds", r->low, r->high, BARS_END + 5, 4);
    put_axis_ticks(p, &a, 6, BARS_END + 24, return_words);
    fputs("</svg>\n", p->f);
}

static void put_distribution(page *p, const thresh_roi *r)
{
    if (!r->uncertain)
        return;
    open_section(p, N_("Distribution of the return"));
    fprintf(p->f, "<p>%s</p>\n", esc(p, roi_minimum_words(&p->w, r)));
    if (!isnan(r->bar_low)) {
        fputs("<figure class=spread>\n", p->f);
        put_draws(p, r);
        put_caption(p,
                    say(&p->w, SAY(&p->arena,
                                   N_("How often each return was drawn. The line below is the "
                                      "interval from %s to %s, each bound at %s one-sided; draws "
                                      "farther out than the middle 99 %% are not drawn here."),
                                   phrase_word(return_words(&p->w, r->low)),
                                   phrase_word(return_words(&p->w, r->high)),
                                   chance_phrase_of(&p->w, r->confidence))));
        fputs("</figure>\n", p->f);
    }
    fprintf(p->f, "<ul class=notes>\n<li>%s</li>\n<li>%s</li>\n</ul>\n</section>\n",
            esc(p, roi_chance_words(&p->w, r)), esc(p, roi_quantile_words(&p->w, r)));
}

/* --- metrics and assumptions --- */

static void put_ties(page *p, const thresh_roi *r)
{
    const grid g = roi_ties_grid(r);

    if (r->tie_count == 0)
        return;
    open_section(p, N_("How much drop the savings pay for"));
    put_grid(p, "ties", &g, MOST_TIES);
    if (r->mapping_count > 0)
        fputs("<ul class=notes>\n", p->f);
    for (size_t i = 0; i < r->mapping_count && i < MOST_TIES; i++)
        fprintf(p->f, "<li>%s</li>\n", esc(p, mapped_words(&p->w, &r->mappings[i])));
    fputs(r->mapping_count > 0 ? "</ul>\n</section>\n" : "</section>\n", p->f);
}

static plot_axis axis_of_swings(const thresh_roi *r, size_t shown)
{
    double low = r->roi, high = r->roi;

    for (size_t i = 0; i < shown; i++) {
        low = fmin(low, fmin(r->swings[i].roi_low, r->swings[i].roi_high));
        high = fmax(high, fmax(r->swings[i].roi_low, r->swings[i].roi_high));
    }
    return axis_padded(low, high, 0.04, 0.04);
}

static void put_swing(page *p, const thresh_roi *r, const thresh_roi_swing *s, const plot_axis *a)
{
    const words *w = &p->w;
    thresh_phrase low = phrase_word(swing_value_words(w, s, s->low)),
                  high = phrase_word(swing_value_words(w, s, s->high));

    open_row(p, swing_name_words(w, s), swing_return_words(w, s));
    put_stretch(p, a, "at-low", r->roi, s->roi_low, 5, 14);
    put_stretch(p, a, "at-high", r->roi, s->roi_high, 5, 14);
    put_upright(p, a, "central", r->roi, 0, 24);
    if (r->has_minimum && r->minimum > a->low && r->minimum < a->high)
        put_upright(p, a, "limit", r->minimum, 0, 24);
    close_row(p, swing_return_words(w, s), say(w, SAY(&p->arena, N_("from %s to %s"), low, high)));
}

static void put_swings(page *p, const thresh_roi *r)
{
    size_t shown = r->swing_count < MOST_SWINGS ? r->swing_count : MOST_SWINGS;
    const plot_axis a = axis_of_swings(r, shown);

    if (shown == 0)
        return;
    open_section(p, N_("Which assumption carries the return"));
    fputs("<figure class=\"forest three\">\n", p->f);
    put_caption(p, word(&p->w, /* xgettext:no-c-format */
                        N_("The return with one assumption moved, all else central: light at "
                           "its 10 % quantile, dark at its 90 % quantile. The line is the "
                           "central return, a dotted one the minimum.")));
    put_axis(p, &a, 5, return_words);
    fputs("<ol>\n", p->f);
    for (size_t i = 0; i < shown; i++)
        put_swing(p, r, &r->swings[i], &a);
    fputs("</ol>\n", p->f);
    put_left_out(p, N_("Left out here: %s"), r->swing_count - shown);
    fputs("</figure>\n</section>\n", p->f);
}

void put_return(page *p, const thresh_roi *r)
{
    static void (*const sections[])(page *, const thresh_roi *) = { put_sum, put_distribution,
                                                                    put_ties, put_swings };

    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        sections[i](p, r);
        recycle(p);
    }
}

static void put_roi_notes(page *p, const thresh_roi *r)
{
    for (size_t i = 0; i < r->note_count && i < MOST_NOTES; i++)
        fprintf(p->f, "<li>%s</li>\n", esc(p, say(&p->w, r->notes[i])));
    fprintf(p->f, "<li>%s</li>\n</ul>\n</section>\n",
            esc(p, say(&p->w, SAY(&p->arena, N_("the model: %s, sha256 %s"), phrase_word(r->model),
                                  phrase_word(r->sha256)))));
}

void put_roi(page *p)
{
    const thresh_roi *r = p->r->roi;

    if (r == NULL)
        return;
    open_section(p, N_("Return"));
    fprintf(p->f, "<p class=score>%s</p>\n<ul class=notes>\n",
            esc(p, roi_sentence_words(&p->w, r)));
    put_roi_notes(p, r);
    put_return(p, r);
}

/* --- a page of its own --- */

static void put_amounts(page *p, const thresh_roi *r)
{
    const struct {
        const char *name;
        double amount;
    } amounts[] = { { N_("savings"), r->savings },
                    { N_("loss from degradation"), r->loss },
                    { N_("implementation cost"), r->cost },
                    { N_("net value"), r->net } };

    fputs("<ul class=\"counts amounts\">\n", p->f);
    for (size_t i = 0; i < COUNT_OF(amounts); i++)
        fprintf(p->f, "<li class=some><b>%s</b> <span>%s</span></li>\n",
                esc(p, money_words(&p->w, r, amounts[i].amount)), esc_word(p, amounts[i].name));
    fputs("</ul>\n</header>\n", p->f);
}

thresh_status thresh_report_roi_html(const thresh_roi *roi, const thresh_text_options *options,
                                     FILE *stream)
{
    page p = { .f = stream, .arena = ARENA_INIT };
    const char *title;
    bool failed;

    p.w = (words){ &p.arena, options->language };
    title =
        arena_printf(&p.arena, "%s \xC2\xB7 %s", verdict_headword(&p.w, roi->verdict), roi->title);
    open_page(&p, title != NULL ? title : "?");
    open_header(&p, verdict_class(roi->verdict), verdict_headword(&p.w, roi->verdict),
                roi_sentence_words(&p.w, roi));
    put_amounts(&p, roi);
    fputs("<main>\n", stream);
    put_return(&p, roi);
    open_section(&p, N_("Notes"));
    fputs("<ul class=notes>\n", stream);
    put_roi_notes(&p, roi);
    fputs("</main>\n", stream);
    close_page(&p, thresh_version());
    failed = p.arena.failed;
    arena_free(&p.arena);
    return failed ? THRESH_ENOMEM : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
