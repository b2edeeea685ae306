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

/* Head of a page, with style and script, up to its body; and its end. */
void open_page(page *p, const char *title);
void close_page(page *p, const char *judged_by);

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
