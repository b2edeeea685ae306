/* The objects of the verdict document, one row a key: json.c writes by these tables, and stored.c
 * reads by them, so that what is read is what was written. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "base/file.h"
#include "judge/judge.h"
#include "thresh/report.h"
#include "thresh/rivals.h"
#include "thresh/roi.h"
#include "thresh/score.h"

#define DOCUMENT_SCHEMA "thresh/result/v1"
#define ROI_SCHEMA "thresh/roi-result/v1"
/* What stands before the last value, the SHA-256 of all before this. */
#define DOCUMENT_SEAL ",\n\"sha256\": \""

typedef enum field_type {
    FIELD_TEXT,         /* const char * */
    FIELD_TEXT_OR_NULL, /* const char *, NULL is null */
    FIELD_NUMBER,       /* double, NaN is null */
    FIELD_POSITIVE,     /* double, 0 is null */
    FIELD_COUNT,        /* size_t */
    FIELD_SEED,         /* uint64_t */
    FIELD_FLAG,         /* bool */
    FIELD_WORD          /* an enum */
} field_type;

typedef struct field {
    const char *key; /* NULL behind the last */
    field_type type;
    size_t offset;
    const char *(*word)(int value); /* FIELD_WORD: NULL behind the last value */
} field;

/* Of a thresh_judged, in the order of the document; what stands between them has tables of its own.
 */
extern const field name_fields[], value_fields[], degradation_fields[], interval_fields[],
    slice_fields[], flips_fields[], outcome_fields[], anchor_fields[];
/* Of a thresh_kind. */
extern const field kind_fields[];
/* What stood where a number was expected, of a thresh_judged. */
extern const field written_fields[];
/* Of a thresh_unjudged, a thresh_profile_info, a thresh_evidence, a thresh_side, a thresh_pairing.
 */
extern const field unjudged_fields[], unjudged_value_fields[], profile_fields[], evidence_fields[],
    side_fields[], pairing_fields[];

/* Of a thresh_rival, a thresh_compared. */
extern const field rival_fields[], compared_fields[];

/* Of a thresh_score, a thresh_scored_group, a thresh_scored. */
extern const field score_fields[], score_group_fields[], scored_fields[];

/* Of a thresh_roi, a thresh_roi_part, a thresh_roi_tie, a thresh_roi_swing, a thresh_roi_mapping. */
extern const field roi_fields[], roi_distribution_fields[], roi_verdict_fields[], roi_part_fields[],
    roi_tie_fields[], roi_swing_fields[], roi_bars_fields[], roi_mapping_fields[];

/* The limits of a rule as the document has them: NaN is no limit. */
typedef struct document_limits {
    double accept, tolerate, floor, ceiling, gain, surprise;
    bool exclusive; /* the tolerate limit itself is out */
    const char *from;
    bool accept_exclusive, floor_exclusive, ceiling_exclusive;
    thresh_measure gain_measure, surprise_measure;
    const char *accept_from, *tolerate_from, *floor_from, *ceiling_from, *gain_from, *surprise_from;
} document_limits;
extern const field limit_fields[], limit_detail_fields[], origin_fields[];
document_limits limits_of_rule(const thresh_rule *rule);
/* The rule that has these limits; `measure` is that of the range. */
thresh_rule rule_of_limits(const document_limits *limits, thresh_measure measure);

/* Is a value of this kind shown as a percentage? As the document says it, and back. */
const char *shown_as(const thresh_kind *kind);
bool show_as(thresh_kind *kind, const char *word);

#endif
