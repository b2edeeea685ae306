/* The document in the making: what judge.c fills, and notes.c and required.c add to. */
#ifndef JUDGE_DOCUMENT_H
#define JUDGE_DOCUMENT_H

#include "judge/judge.h"

/* For each kind, a metric written as a fraction and one written as a percentage. */
typedef struct seen_kind {
    const thresh_kind *kind;
    const thresh_metric *fraction, *percent;
} seen_kind;

/* How the numbers were written, noted while they are judged. */
typedef struct scale_notes {
    seen_kind *baseline, *candidate; /* room for every kind of the catalog; same order in both */
    size_t kinds, last;
    size_t differing; /* fraction in one file, percentage in the other */
    const thresh_metric *first;
} scale_notes;

/* What a name resolved to, for the next metric of that name. */
typedef struct seen_name {
    const char *name;
    thresh_resolved known;
} seen_name;
enum { SEEN_NAMES = 32 };

/* The document and what its texts live in; the caller sees the first member only. */
typedef struct document {
    thresh_result result;
    arena arena;
    rule_store rules;
    scale_notes scales;
    seen_name seen_names[SEEN_NAMES];
    size_t metric_capacity, ungoverned_capacity, only_capacity, reason_capacity, note_capacity;
} document;

bool is_number(const thresh_metric *m); /* NULL is none */
/* A number, or NaN or an infinity where one was to be expected. */
bool is_measured(const thresh_metric *m);

/* THRESH_ENOMEM too when the phrase could not be made. */
thresh_status add_note(document *d, thresh_phrase phrase);
thresh_status add_whole(document *d, const thresh_whole_reason *reason);
/* A reason that is not of one metric. */
thresh_status add_whole_phrase(document *d, thresh_verdict verdict, thresh_reason_code code,
                               thresh_phrase phrase);

/* What the document says of a file. */
thresh_side side_of(const thresh_set *set);

/* --- notes.c --- */
/* Sees how a pair is written; add_notes() says what was odd. */
void note_scale(scale_notes *n, const bench *on, const thresh_metric *b, const thresh_metric *c,
                const thresh_kind *kind);
thresh_status add_notes(document *d, const bench *on);
/* The same bytes, and the same row of them. */
bool is_same_source(const thresh_set *a, const thresh_set *b);

/* --- required.c --- */
thresh_status check_served(document *d, const thresh_policy *policy);
/* Samples that one file lacks, has twice, or has with another label. */
thresh_status check_pairing(document *d);
thresh_status check_required(document *d, const bench *on);

/* --- score.c --- */
thresh_status score_result(document *d, const thresh_policy *policy);

/* --- rivals.c --- */
/* Once the metrics are in their order. */
thresh_status compare_rivals(document *d, const bench *on, const thresh_judge_options *options,
                             thresh_diags *diags);

#endif
