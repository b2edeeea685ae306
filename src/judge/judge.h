/* Shared by the files of the judge's room. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "base/language.h"
#include "thresh/judge.h"

/* Rules, each kept once: a million metrics share a handful. */
typedef struct rule_store {
    arena *arena;
    index_table index;
    const thresh_rule **items;
    size_t count, capacity;
    const thresh_rule *last;
} rule_store;

/* Where the rule of a metric comes from, when it is not thresh_policy_resolve(). */
typedef void rule_source(const void *context, const thresh_query *query, thresh_rule *rule);

/* What is the same for every metric of a run. */
typedef struct bench {
    rule_store *rules;
    const thresh_policy *policy;
    thresh_evidence evidence;
    thresh_slice_rule slices;
    const thresh_set *baseline, *candidate;
    rule_source *resolve; /* NULL: the policy's rules */
    const void *resolve_context;
} bench;

/* Whether `name` is required by a profile, itself and not as one of several. */
bool is_required(const thresh_policy *policy, const char *scope, const char *name,
                 const thresh_kind *kind);

/* Two metrics and what brings each to the unit and scale of the judged one. */
typedef struct uncertainty {
    const thresh_metric *b, *c;
    double factor_b, factor_c;
} uncertainty;

/* --- evidence.c --- */
/* The interval of the degradation, where what is known of the two values gives one. */
void find_interval(thresh_judged *m, const uncertainty *u, double confidence);
/* Samples that would settle what is inconclusive; 0: not known. */
double samples_to_settle(const thresh_metric *b, const thresh_metric *c, const thresh_judged *m);

/* Judges one metric of the baseline; `c` is NULL when the candidate lacks it. */
thresh_status judge_metric(const bench *on, const thresh_metric *b, const thresh_metric *c,
                           const thresh_kind *kind, const char *unit, uint64_t tradeoffs,
                           thresh_judged *out);
/* Judges the slices by size, once all of them are known: Holm over those with an interval. */
thresh_status judge_slices(const bench *on, thresh_judged *metrics, size_t count);

/* The value of a rival beside the baseline's metric `b`, read as a candidate's; false, and `out`
 * untouched, where it cannot be known for its unit or scale. */
bool scale_beside(double *out, const bench *on, const thresh_metric *b, const thresh_metric *r,
                  const thresh_kind *kind);

/* Do the two files write this metric on different scales (0.94 beside 93)? */
bool scales_differ(const bench *on, const thresh_metric *b, const thresh_metric *c,
                   const thresh_kind *kind);

/* --- text.c: sentences, from the figures --- */
/* Are values of this kind shown in per cent? */
bool shown_as_percent(const thresh_kind *kind);
thresh_phrase change_phrase(arena *a, const thresh_judged *m, double change);
thresh_phrase value_phrase(arena *a, const thresh_judged *m, double value);
/* A plain number, of digits enough to tell it from another one (NaN: there is none). */
thresh_phrase number_phrase(arena *a, double value, double other);
/* "gsm8k/acc", each part cut where it is very long */
thresh_phrase metric_label(arena *a, const char *scope, const char *name);
/* Reason `i` without and with the metric's name before it. */
thresh_phrase reason_sentence(arena *a, const thresh_judged *m, unsigned i);
thresh_phrase reason_phrase(arena *a, const thresh_judged *m, unsigned i);
thresh_phrase whole_phrase(arena *a, const thresh_whole_reason *r);

/* Improvement of a judged metric by at least `gain`? */
bool gained(const thresh_judged *m, thresh_limit gain);

/* `phrase` is NULL where the sentence follows from the figures. */
void add_reason(thresh_judged *m, thresh_verdict verdict, thresh_reason_code code,
                const thresh_phrase *phrase);
/* A phrase that lives as long as the arena; NULL when memory ran out, and the arena has failed. */
const thresh_phrase *keep_phrase(arena *a, thresh_phrase phrase);

/* -1, 0, 1: below, on, above a limit, on being within a few ulp of the operands. */
int compare_with_limit(double change, double limit, double b, double c);

#endif
