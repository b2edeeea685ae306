/* The HTML report: what its parts share. Every text goes through esc(): names and paths come from
 * strangers' files. Colours and shapes are classes, for the page's policy allows no style of an
 * element. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/embedded.h"
#include "report/ranking_words.h"

/* Style and script, embedded by tools/mkembed from src/report/html. */
extern const embedded_file html_assets[];
extern const size_t html_assets_count;

typedef struct page {
    const thresh_result *r; /* NULL: the page is of something else */
    FILE *f;
    arena arena; /* of the texts of a row or two; see recycle() */
    words w;
} page;

/* Gives back what the texts made so far took: ten thousand rows need the memory of one. */
void recycle(page *p);

/* Head of a page, with style and script, up to its body; and its end. NULL: nothing was judged. */
void open_page(page *p, const char *title);
void close_page(page *p, const char *judged_by);
/* What the page says in large letters, in the colour of a class; further elements may follow. */
void open_header(page *p, const char *class, const char *word, const char *sentence);

/* A text of the page: escaped, and without characters that turn the line round or do not show. */
const char *esc(page *p, const char *text);
/* A word or sentence of ours, in the reader's language, escaped. */
const char *esc_word(page *p, const char *text);
/* Class of a verdict: colour, and with it the mark before its word. */
const char *verdict_class(thresh_verdict v);
/* "✗ reject" as an element. */
const char *verdict_chip(page *p, thresh_verdict v);
/* Who set a limit: a profile's name, or the catalog. */
const char *origin_name(page *p, const char *from);

/* Items of a list: how many have each verdict. */
void put_verdict_counts(page *p, const size_t counts[THRESH_REJECT + 1]);

/* A table that scrolls by itself where it is too wide; the caption says what it holds. Its class
 * tells the style how it is set. */
void open_table(page *p, const char *class, const char *caption);
void put_columns(page *p, const char *const *titles, size_t count);
void close_table(page *p);
/* What is not shown, unless that is nothing: a template with the count. */
void put_left_out(page *p, const char *template, size_t count);

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Where something stands in a drawing, in tenths of a per cent of its width: a drawing is as wide as
 * the page allows, and all that lies beside each other in it is placed so. */
#define PLACE "%d.%d%%"
#define PLACED(at) (at) / 10, (at) % 10

/* --- html_axis.c --- */
typedef struct plot_axis {
    double low, high;
} plot_axis;
/* From 0 to 1000; what lies outside stands at the edge. */
int axis_place(const plot_axis *a, double value);
/* A little wider, so that what stands at its ends is seen. */
plot_axis axis_padded(double low, double high, double left, double right);
enum { MOST_AXIS_TICKS = 16 };
/* Round numbers on it, about `wanted`. @return how many */
size_t axis_ticks(const plot_axis *a, size_t wanted, double ticks[MOST_AXIS_TICKS]);
/* The numbers, as texts of a drawing at this height. */
void put_axis_ticks(page *p, const plot_axis *a, size_t wanted, int y,
               const char *(*number)(const words *w, double value));
/* A text beside a line of a drawing, on the side that has room. */
void put_label(page *p, int at, int y, const char *text);
/* A bar between two values, whichever is the larger. */
void put_stretch(page *p, const plot_axis *a, const char *class, double from, double to, int y, int height);
/* A line across at a value. */
void put_upright(page *p, const plot_axis *a, const char *class, double at, int from, int to);

/* --- html_roi.c --- */
/* Of a return, what adds up to it, its distribution, its metrics and its assumptions. */
void put_return(page *p, const thresh_roi *r);
void put_roi(page *p); /* of a result that has one */

/* --- html_plot.c --- */
/* Shapes that the plots use; once, before them. */
void put_shapes(page *p);
/* Every metric's degradation and interval in units of its limit; what does not fit is said. */
void put_plot(page *p);
/* The slices that are worst off. */
void put_slices(page *p);

/* --- html_score.c --- */
/* A share in [0, 1] as a bar, with a line at `pass`, which is NaN where there is no mark. */
void put_bar(page *p, double value, double pass, const char *title);
/* Where a score was asked for. */
void put_score(page *p);

/* --- html_rivals.c --- */
/* Where the candidate stands among the rivals. */
void put_rivals(page *p);

/* --- html_table.c --- */
void put_metrics(page *p);
/* What the script sorts and filters is the one table of class "metrics": the controls before it, a
 * body of its own for later rows, which the script lays out when asked, and what follows it. */
void put_filter(page *p, const size_t counts[THRESH_REJECT + 1]);
void put_later_rows(page *p, size_t i); /* before row i */
void put_more(page *p);
void put_unjudged(page *p);

/* --- html_sources.c --- */
/* The limits, who set each, and for which metrics they hold. */
void put_limits(page *p);
/* Profiles, files and samples that the verdict comes from. */
void put_sources(page *p);
void put_profiles(page *p);

/* --- html_ranking.c --- */
typedef struct ranking_page {
    page p;
    const thresh_ranking *r;
    ranking_words rw;
} ranking_page;

/* --- html_scatter.c --- */
/* The candidates on two axes, where there are two. */
void put_scatter(ranking_page *p);

#endif
