/* What reports say of candidates in order, in the reader's language; as words.h. */
#ifndef REPORT_RANKING_WORDS_H
#define REPORT_RANKING_WORDS_H

#include "report/words.h"
#include "thresh/rank.h"

typedef struct ranking_words {
    const thresh_ranking *r;
    words w;
    bool whole_paths; /* two files of one name */
} ranking_words;

ranking_words ranking_words_of(const thresh_ranking *r, arena *a, const thresh_language *language);

/* "int8.json is recommended: the highest score (0.725) of the 1 accepted" */
const char *recommendation_words(const ranking_words *rw);
/* "3 candidates: 1 reject, 2 accept" */
const char *candidates_words(const ranking_words *rw);
/* Name of a candidate: the file, or its path where two are called alike. */
const char *candidate_name(const ranking_words *rw, const thresh_ranked *c);
/* "=2"; "-" for none */
const char *place_words(const ranking_words *rw, const thresh_ranked *c);
const char *axis_words(const ranking_words *rw, const thresh_axis *axis);
/* A value on an axis, "-" for none. */
const char *on_axis_words(const ranking_words *rw, const thresh_axis *axis, double value);
/* "0.72", or "0.72 (0.6 to 0.8)" */
const char *span_words(const ranking_words *rw, const thresh_axis *axis, const thresh_span *span);
bool has_bounds(const thresh_span *span);

/* Axes without the one they are ordered by, which has a column already: the next from `i` on, or
 * the count of all. */
size_t next_axis(const thresh_ranking *r, size_t i);

/* "2 other candidates cannot be told from the first: …"; NULL for none */
const char *ties_words(const ranking_words *rw);

/* Why a candidate is not accepted: reason `i` of the few that a report shows, behind the last how
 * many more there are, then NULL. Its warnings are no reasons for that. */
const char *ranked_reason_words(const ranking_words *rw, const thresh_ranked *c, size_t i);

/* Do the scores have groups worth a table: more than one of them with metrics? */
bool has_score_parts(const thresh_ranking *r);
/* "business (50 %)": group `g` with its share, as the first candidate has it. */
const char *score_group_title(const ranking_words *rw, size_t g);

/* Where the limits come from, and what the return comes from. */
const char *ranking_origin_words(const ranking_words *rw);
/* "return of each by roi.yaml (…)" ; NULL where none was judged */
const char *ranking_model_words(const ranking_words *rw);

#endif
