/* What reports say of a return, in the reader's language; as words.h. */
#ifndef REPORT_ROI_WORDS_H
#define REPORT_ROI_WORDS_H

#include "report/grid.h"
#include "thresh/roi.h"

/* "12,500" */
const char *amount_words(const words *w, double amount);
/* "2.41" */
const char *return_words(const words *w, double value);
/* "95 %"; what happens now and then is neither never nor always */
thresh_phrase chance_phrase_of(const words *w, double p);
/* "chance that the return is 1.5 or more: 96.8 %" */
const char *roi_minimum_words(const words *w, const thresh_roi *r);
/* "12,500 USD" */
const char *money_words(const words *w, const thresh_roi *r, double amount);
/* "INT8 for search, over 24 months, discounted by 8 % a year" */
const char *roi_title_words(const words *w, const thresh_roi *r);
/* The verdict in a sentence. */
const char *roi_sentence_words(const words *w, const thresh_roi *r);
/* "saving", "loss" or "cost" */
const char *roi_group_words(const words *w, thresh_roi_group group);
/* "paid back after 4.2 months" */
const char *payback_words(const words *w, const thresh_roi *r);
/* "above 0 with a chance of 99 %, 1 or more with one of 96 %: savings exceed ..." ; NULL of a sure
 * one */
const char *roi_chance_words(const words *w, const thresh_roi *r);
/* "quantiles of the return: 5 % 1.2, ..."; NULL of a sure one */
const char *roi_quantile_words(const words *w, const thresh_roi *r);
/* "1.2 pp" */
const char *roi_change_words(const words *w, double change, const char *unit);
/* "1.2 pp (0.8 to 1.6 pp)" */
const char *tie_words(const words *w, const thresh_roi_tie *t);
/* How much it may degrade until the savings are used up; and until the return is at its minimum. */
const char *break_even_words(const words *w, const thresh_roi_tie *t);
const char *at_minimum_words(const words *w, const thresh_roi_tie *t);
/* "servers: count"; "12"; "1.6 to 2.4" */
const char *swing_name_words(const words *w, const thresh_roi_swing *s);
const char *swing_value_words(const words *w, const thresh_roi_swing *s, double value);
const char *swing_return_words(const words *w, const thresh_roi_swing *s);

/* "clicks: a business metric that falls by 0.8 % for each 1 pp that accuracy degrades (...)" */
const char *mapped_words(const words *w, const thresh_roi_mapping *m);

/* A return in Markdown, without its verdict, in about so many bytes. */
void add_return(buffer *b, const words *w, const thresh_text_options *o, const thresh_roi *r,
                size_t room);

/* What adds up to it; its metrics; its assumptions. */
grid roi_parts_grid(const thresh_roi *r);
grid roi_ties_grid(const thresh_roi *r);
grid roi_swings_grid(const thresh_roi *r);

#endif
