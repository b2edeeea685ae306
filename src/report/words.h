/* What every report says of a verdict: headline, cells, names, in the reader's language. Each
 * function gives a text of the arena, "?" when memory ran out: then the arena has failed, and the
 * status says so. Nothing is escaped: names come as the files write them. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "base/language.h"
#include "thresh/report.h"
#include "thresh/rivals.h"
#include "thresh/score.h"

typedef struct words {
    arena *arena;
    const thresh_language *language;
} words;

/* A phrase, said. */
const char *say(const words *w, thresh_phrase phrase);
/* A word or sentence without parts, in the language. */
const char *word(const words *w, const char *text);
/* Texts with `separator` between them. A list may be of every metric there is: linear. */
const char *joined_words(const words *w, const char *const *texts, size_t count,
                         const char *separator);

/* "accept", "reject"; in capitals for a headline. */
const char *verdict_word(const words *w, thresh_verdict v);
const char *verdict_headword(const words *w, thresh_verdict v);

/* "results.csv", or "int8 of results.csv" */
const char *side_name(const words *w, const thresh_side *side);
/* "compressed.json may replace baseline.json for search + core" */
const char *headline(const words *w, const thresh_result *r);
/* "4 metrics: 1 reject, 3 accept; 2 not judged" */
const char *tally(const words *w, const thresh_result *r);
/* "1 reject, 3 accept" of counts by verdict */
const char *counted_verdicts(const words *w, const size_t counts[THRESH_REJECT + 1]);

/* "gsm8k/acc" */
const char *path_words(const words *w, const char *scope, const char *name);
/* Cells of the table of metrics; "-" for nothing. */
const char *baseline_words(const words *w, const thresh_judged *m);
const char *candidate_words(const words *w, const thresh_judged *m);
const char *degradation_words(const words *w, const thresh_judged *m); /* "1.2 pp worse" */
const char *limits_words(const words *w, const thresh_judged *m);      /* "1 pp / <3 pp, >= 90 %" */
const char *interval_words(const words *w, const thresh_judged *m);    /* "1.66 to 5.18 pp" */
const char *budget_words(const words *w, const thresh_judged *m);      /* "33 %" */
const char *from_words(const words *w, const thresh_judged *m);        /* who set the limits */

/* Reason `i` of a metric with the metric's name before it, and without. */
const char *reason_words(const words *w, const thresh_judged *m, unsigned i);
/* Reason `i` of the whole, and remark `i`. */
const char *whole_words(const words *w, const thresh_result *r, size_t i);
const char *note_words(const words *w, const thresh_result *r, size_t i);

/* "score 0.82 (0.74 to 0.9), 0.7 needed"; of a result that has a score. */
const char *score_words(const words *w, const thresh_result *r);
/* "0.82" */
const char *score_value_words(const words *w, double value);
/* Of a group: "0.82", or "-" without metrics; and "accuracy 0.8, ctr 1". */
const char *group_score_words(const words *w, const thresh_scored_group *g);
const char *scored_words(const words *w, const thresh_scored_group *g, size_t most);

/* Is there a rival with a value of metric `i`? Then each rival's value, "-" for none, and where the
 * candidate stands among baseline, candidate and rivals: "1st of 4", "behind A". */
bool has_rival(const thresh_result *r, size_t i);
const char *rival_words(const words *w, const thresh_result *r, size_t rival, size_t i);
const char *standing_words(const words *w, const thresh_result *r, size_t i);

/* Which of the metrics that were not judged. */
typedef enum unjudged_class {
    UNJUDGED_UNKNOWN,       /* of no known kind */
    UNJUDGED_LOST,          /* of a kind, but no number on either side */
    UNJUDGED_INFORMATIONAL, /* they describe the run and not the model */
    UNJUDGED_CLASSES
} unjudged_class;
unjudged_class class_of_unjudged(const thresh_unjudged *u);
/* "not judged, of no known kind" */
const char *unjudged_title(const words *w, unjudged_class c);

/* "limits from scenario search (built in, sha256 60cc9060703d); burden of proof: point, 95 %
 * one-sided" */
const char *origin_words(const words *w, const thresh_result *r);
/* "intervals by Tango score, paired samples; …", or NULL without intervals */
const char *methods_words(const words *w, const thresh_result *r);

#endif
