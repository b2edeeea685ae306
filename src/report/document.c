/* The objects of the verdict document. */
#include "report/document.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* enums are read and written as int */
_Static_assert(sizeof(thresh_verdict) == sizeof(int), "an enum of another size");

static const char *verdict_at(int v)
{
    return v <= THRESH_REJECT ? thresh_verdict_name((thresh_verdict)v) : NULL;
}

static const char *family_at(int v)
{
    return v < THRESH_FAMILIES ? thresh_family_name((thresh_family)v) : NULL;
}

static const char *direction_at(int v)
{
    static const char *const names[] = { [THRESH_HIGHER] = "higher", [THRESH_LOWER] = "lower" };

    return v < 2 ? names[v] : NULL;
}

static const char *measure_at(int v)
{
    static const char *const names[] = {
        [THRESH_ABSOLUTE] = "absolute", [THRESH_RELATIVE] = "relative"
    };

    return v < 2 ? names[v] : NULL;
}

static const char *burden_at(int v)
{
    return v <= THRESH_PROVE_SAFE ? thresh_burden_name((thresh_burden)v) : NULL;
}

static const char *better_at(int v)
{
    return v <= THRESH_BETTER_TIE ? thresh_better_name((thresh_better)v) : NULL;
}

static const char *pair_mode_at(int v)
{
    static const char *const names[] = { [THRESH_PAIR_REVIEW] = "review",
                                         [THRESH_PAIR_INNER] = "inner",
                                         [THRESH_PAIR_STRICT] = "strict" };

    return v < (int)(sizeof names / sizeof *names) ? names[v] : NULL;
}

#define AT(type, member) offsetof(type, member), NULL
#define WORD(type, member, word) FIELD_WORD, offsetof(type, member), word

const field name_fields[] = {
    { "name", FIELD_TEXT, AT(thresh_judged, name) },
    { "scope", FIELD_TEXT, AT(thresh_judged, scope) },
    { 0 },
};

const field kind_fields[] = {
    { "kind", FIELD_TEXT, AT(thresh_kind, name) },
    { "family", WORD(thresh_kind, family, family_at) },
    { "direction", WORD(thresh_kind, direction, direction_at) },
    { 0 },
};

const field value_fields[] = {
    { "slice_of", FIELD_TEXT_OR_NULL, AT(thresh_judged, whole) },
    { "unit", FIELD_TEXT, AT(thresh_judged, unit) },
    { "baseline", FIELD_NUMBER, AT(thresh_judged, baseline) },
    { "candidate", FIELD_NUMBER, AT(thresh_judged, candidate) },
    { 0 },
};

const field written_fields[] = {
    { "baseline", FIELD_TEXT_OR_NULL, AT(thresh_judged, baseline_text) },
    { "candidate", FIELD_TEXT_OR_NULL, AT(thresh_judged, candidate_text) },
    { 0 },
};

const field degradation_fields[] = {
    { "value", FIELD_NUMBER, AT(thresh_judged, degradation) },
    { "measure", WORD(thresh_judged, measure, measure_at) },
    { 0 },
};

const field interval_fields[] = {
    { "low", FIELD_NUMBER, AT(thresh_judged, low) },
    { "high", FIELD_NUMBER, AT(thresh_judged, high) },
    { "confidence", FIELD_NUMBER, AT(thresh_judged, confidence) },
    { "method", FIELD_TEXT, AT(thresh_judged, method) },
    { "pairs", FIELD_POSITIVE, AT(thresh_judged, pairs) },
    { 0 },
};

const field slice_fields[] = {
    { "shrunk", FIELD_NUMBER, AT(thresh_judged, shrunk) },
    { "surely_worse", FIELD_FLAG, AT(thresh_judged, surely_worse) },
    { 0 },
};

const field flips_fields[] = {
    { "broken", FIELD_COUNT, AT(thresh_judged, broken) },
    { "mended", FIELD_COUNT, AT(thresh_judged, mended) },
    { "golden_broken", FIELD_COUNT, AT(thresh_judged, golden_broken) },
    { "mcnemar", FIELD_NUMBER, AT(thresh_judged, mcnemar) },
    { 0 },
};

const field limit_fields[] = {
    { "accept", FIELD_NUMBER, AT(document_limits, accept) },
    { "tolerate", FIELD_NUMBER, AT(document_limits, tolerate) },
    { "exclusive", FIELD_FLAG, AT(document_limits, exclusive) },
    { "floor", FIELD_NUMBER, AT(document_limits, floor) },
    { "ceiling", FIELD_NUMBER, AT(document_limits, ceiling) },
    { "gain", FIELD_NUMBER, AT(document_limits, gain) },
    { "surprise", FIELD_NUMBER, AT(document_limits, surprise) },
    { "from", FIELD_TEXT_OR_NULL, AT(document_limits, from) },
    { 0 },
};

const field limit_detail_fields[] = {
    { "accept_exclusive", FIELD_FLAG, AT(document_limits, accept_exclusive) },
    { "floor_exclusive", FIELD_FLAG, AT(document_limits, floor_exclusive) },
    { "ceiling_exclusive", FIELD_FLAG, AT(document_limits, ceiling_exclusive) },
    { "gain_measure", WORD(document_limits, gain_measure, measure_at) },
    { "surprise_measure", WORD(document_limits, surprise_measure, measure_at) },
    { 0 },
};

const field origin_fields[] = {
    { "accept", FIELD_TEXT_OR_NULL, AT(document_limits, accept_from) },
    { "tolerate", FIELD_TEXT_OR_NULL, AT(document_limits, tolerate_from) },
    { "floor", FIELD_TEXT_OR_NULL, AT(document_limits, floor_from) },
    { "ceiling", FIELD_TEXT_OR_NULL, AT(document_limits, ceiling_from) },
    { "gain", FIELD_TEXT_OR_NULL, AT(document_limits, gain_from) },
    { "surprise", FIELD_TEXT_OR_NULL, AT(document_limits, surprise_from) },
    { 0 },
};

const field outcome_fields[] = {
    { "budget_used", FIELD_NUMBER, AT(thresh_judged, budget_used) },
    { "would_pass", FIELD_NUMBER, AT(thresh_judged, would_pass) },
    { "needs_proof", FIELD_FLAG, AT(thresh_judged, needs_proof) },
    { "samples_needed", FIELD_POSITIVE, AT(thresh_judged, samples_needed) },
    { "verdict", WORD(thresh_judged, verdict, verdict_at) },
    { 0 },
};

const field anchor_fields[] = {
    { "baseline", FIELD_NUMBER, AT(thresh_judged, anchor_baseline) },
    { "degradation", FIELD_NUMBER, AT(thresh_judged, anchor_degradation) },
    { "verdict", WORD(thresh_judged, anchor_verdict, verdict_at) },
    { 0 },
};

const field unjudged_fields[] = {
    { "name", FIELD_TEXT, AT(thresh_unjudged, name) },
    { "scope", FIELD_TEXT, AT(thresh_unjudged, scope) },
    { 0 },
};

const field unjudged_value_fields[] = {
    { "baseline", FIELD_NUMBER, AT(thresh_unjudged, baseline) },
    { "candidate", FIELD_NUMBER, AT(thresh_unjudged, candidate) },
    { 0 },
};

const field profile_fields[] = {
    { "name", FIELD_TEXT, AT(thresh_profile_info, name) },
    { "axis", FIELD_TEXT, AT(thresh_profile_info, axis) },
    { "origin", FIELD_TEXT, AT(thresh_profile_info, origin) },
    { "sha256", FIELD_TEXT, AT(thresh_profile_info, sha256) },
    { 0 },
};

const field evidence_fields[] = {
    { "burden", WORD(thresh_evidence, burden, burden_at) },
    { "confidence", FIELD_NUMBER, AT(thresh_evidence, confidence) },
    { "strict", FIELD_FLAG, AT(thresh_evidence, strict) },
    { "weakened", FIELD_FLAG, AT(thresh_evidence, weakened) },
    { 0 },
};

const field side_fields[] = {
    { "path", FIELD_TEXT, AT(thresh_side, path) },
    { "format", FIELD_TEXT, AT(thresh_side, format) },
    { "sha256", FIELD_TEXT, AT(thresh_side, sha256) },
    { "row", FIELD_TEXT_OR_NULL, AT(thresh_side, row) },
    { "metrics", FIELD_COUNT, AT(thresh_side, metrics) },
    { 0 },
};

const field pairing_fields[] = {
    { "mode", WORD(thresh_pairing, mode, pair_mode_at) },
    { "seed", FIELD_SEED, AT(thresh_pairing, seed) },
    { "pairs", FIELD_COUNT, AT(thresh_pairing, pairs) },
    { "baseline_only", FIELD_COUNT, AT(thresh_pairing, baseline_only) },
    { "candidate_only", FIELD_COUNT, AT(thresh_pairing, candidate_only) },
    { "baseline_twice", FIELD_COUNT, AT(thresh_pairing, baseline_twice) },
    { "candidate_twice", FIELD_COUNT, AT(thresh_pairing, candidate_twice) },
    { "differing", FIELD_COUNT, AT(thresh_pairing, differing) },
    { "golden", FIELD_COUNT, AT(thresh_pairing, golden) },
    { "golden_missing", FIELD_COUNT, AT(thresh_pairing, golden_missing) },
    { 0 },
};

const field rival_fields[] = {
    { "name", FIELD_TEXT, AT(thresh_rival, name) },
    { "path", FIELD_TEXT, AT(thresh_rival, path) },
    { "format", FIELD_TEXT, AT(thresh_rival, format) },
    { "sha256", FIELD_TEXT, AT(thresh_rival, sha256) },
    { 0 },
};

const field compared_fields[] = {
    { "value", FIELD_NUMBER, AT(thresh_compared, value) },
    { "better", WORD(thresh_compared, better, better_at) },
    { 0 },
};

const field score_fields[] = {
    { "value", FIELD_NUMBER, AT(thresh_score, value) },
    { "low", FIELD_NUMBER, AT(thresh_score, low) },
    { "high", FIELD_NUMBER, AT(thresh_score, high) },
    { "pass", FIELD_NUMBER, AT(thresh_score, pass) },
    { "passed", FIELD_FLAG, AT(thresh_score, passed) },
    { 0 },
};

const field score_group_fields[] = {
    { "name", FIELD_TEXT, AT(thresh_scored_group, name) },
    { "weight", FIELD_NUMBER, AT(thresh_scored_group, weight) },
    { "share", FIELD_NUMBER, AT(thresh_scored_group, share) },
    { "value", FIELD_NUMBER, AT(thresh_scored_group, value) },
    { "low", FIELD_NUMBER, AT(thresh_scored_group, low) },
    { "high", FIELD_NUMBER, AT(thresh_scored_group, high) },
    { 0 },
};

const field scored_fields[] = {
    { "value", FIELD_NUMBER, AT(thresh_scored, value) },
    { "low", FIELD_NUMBER, AT(thresh_scored, low) },
    { "high", FIELD_NUMBER, AT(thresh_scored, high) },
    { "target", FIELD_NUMBER, AT(thresh_scored, target) },
    { "would_pass", FIELD_NUMBER, AT(thresh_scored, would_pass) },
    { 0 },
};

static const char *roi_group_at(int v)
{
    static const char *const names[] = {
        [THRESH_ROI_SAVING] = "saving", [THRESH_ROI_LOSS] = "loss", [THRESH_ROI_COST] = "cost"
    };

    return v < (int)(sizeof names / sizeof *names) ? names[v] : NULL;
}

const field roi_fields[] = {
    { "model", FIELD_TEXT, AT(thresh_roi, model) },
    { "model_sha256", FIELD_TEXT, AT(thresh_roi, sha256) },
    { "title", FIELD_TEXT, AT(thresh_roi, title) },
    { "currency", FIELD_TEXT, AT(thresh_roi, currency) },
    { "months", FIELD_NUMBER, AT(thresh_roi, months) },
    { "discount", FIELD_NUMBER, AT(thresh_roi, discount) },
    { "savings", FIELD_NUMBER, AT(thresh_roi, savings) },
    { "loss", FIELD_NUMBER, AT(thresh_roi, loss) },
    { "cost", FIELD_NUMBER, AT(thresh_roi, cost) },
    { "net", FIELD_NUMBER, AT(thresh_roi, net) },
    { "roi", FIELD_NUMBER, AT(thresh_roi, roi) },
    { "payback_months", FIELD_NUMBER, AT(thresh_roi, payback) },
    { "uncertain", FIELD_FLAG, AT(thresh_roi, uncertain) },
    { 0 },
};

const field roi_distribution_fields[] = {
    { "seed", FIELD_SEED, AT(thresh_roi, seed) },
    { "draws", FIELD_COUNT, AT(thresh_roi, draws) },
    { "undefined", FIELD_COUNT, AT(thresh_roi, undefined) },
    { "mean", FIELD_NUMBER, AT(thresh_roi, mean) },
    { "sd", FIELD_NUMBER, AT(thresh_roi, sd) },
    { "confidence", FIELD_NUMBER, AT(thresh_roi, confidence) },
    { "low", FIELD_NUMBER, AT(thresh_roi, low) },
    { "high", FIELD_NUMBER, AT(thresh_roi, high) },
    { "net_low", FIELD_NUMBER, AT(thresh_roi, net_low) },
    { "net_high", FIELD_NUMBER, AT(thresh_roi, net_high) },
    { "p_positive", FIELD_NUMBER, AT(thresh_roi, p_positive) },
    { "p_pays", FIELD_NUMBER, AT(thresh_roi, p_pays) },
    { "p_minimum", FIELD_NUMBER, AT(thresh_roi, p_minimum) },
    { 0 },
};

const field roi_bars_fields[] = {
    { "low", FIELD_NUMBER, AT(thresh_roi, bar_low) },
    { "high", FIELD_NUMBER, AT(thresh_roi, bar_high) },
    { "below", FIELD_COUNT, AT(thresh_roi, bar_below) },
    { "above", FIELD_COUNT, AT(thresh_roi, bar_above) },
    { 0 },
};

const field roi_mapping_fields[] = {
    { "item", FIELD_TEXT, AT(thresh_roi_mapping, item) },
    { "metric", FIELD_TEXT, AT(thresh_roi_mapping, metric) },
    { "unit", FIELD_TEXT, AT(thresh_roi_mapping, unit) },
    { "per", FIELD_NUMBER, AT(thresh_roi_mapping, per) },
    { "of", FIELD_TEXT, AT(thresh_roi_mapping, of) },
    { "slope", FIELD_NUMBER, AT(thresh_roi_mapping, slope) },
    { "low", FIELD_NUMBER, AT(thresh_roi_mapping, low) },
    { "high", FIELD_NUMBER, AT(thresh_roi_mapping, high) },
    { "confidence", FIELD_NUMBER, AT(thresh_roi_mapping, confidence) },
    { 0 },
};

const field roi_verdict_fields[] = {
    { "minimum", FIELD_NUMBER, AT(thresh_roi, minimum) },
    { "minimum_from", FIELD_TEXT_OR_NULL, AT(thresh_roi, minimum_from) },
    { "verdict", WORD(thresh_roi, verdict, verdict_at) },
    { 0 },
};

const field roi_part_fields[] = {
    { "group", WORD(thresh_roi_part, group, roi_group_at) },
    { "name", FIELD_TEXT, AT(thresh_roi_part, name) },
    { "amount", FIELD_NUMBER, AT(thresh_roi_part, amount) },
    { 0 },
};

const field roi_tie_fields[] = {
    { "metric", FIELD_TEXT, AT(thresh_roi_tie, metric) },
    { "unit", FIELD_TEXT, AT(thresh_roi_tie, unit) },
    { "measured", FIELD_FLAG, AT(thresh_roi_tie, measured) },
    { "degradation", FIELD_NUMBER, AT(thresh_roi_tie, degradation) },
    { "low", FIELD_NUMBER, AT(thresh_roi_tie, low) },
    { "high", FIELD_NUMBER, AT(thresh_roi_tie, high) },
    { "loss", FIELD_NUMBER, AT(thresh_roi_tie, loss) },
    { "break_even", FIELD_NUMBER, AT(thresh_roi_tie, break_even) },
    { "at_minimum", FIELD_NUMBER, AT(thresh_roi_tie, at_minimum) },
    { "pays", FIELD_FLAG, AT(thresh_roi_tie, pays) },
    { 0 },
};

const field roi_swing_fields[] = {
    { "unit", FIELD_TEXT, AT(thresh_roi_swing, unit) },
    { "low", FIELD_NUMBER, AT(thresh_roi_swing, low) },
    { "high", FIELD_NUMBER, AT(thresh_roi_swing, high) },
    { "roi_low", FIELD_NUMBER, AT(thresh_roi_swing, roi_low) },
    { "roi_high", FIELD_NUMBER, AT(thresh_roi_swing, roi_high) },
    { 0 },
};

document_limits limits_of_rule(const thresh_rule *r)
{
    return (document_limits){
        .accept = r->has_range ? r->accept : NAN,
        .tolerate = r->has_range ? r->tolerate : NAN,
        .exclusive = r->has_range && r->tolerate_exclusive,
        .floor = r->has_floor ? r->floor : NAN,
        .ceiling = r->has_ceiling ? r->ceiling : NAN,
        .gain = r->has_gain ? r->gain : NAN,
        .surprise = r->has_surprise ? r->surprise : NAN,
        .from = r->has_range     ? r->tolerate_from
                : r->has_floor   ? r->floor_from
                : r->has_ceiling ? r->ceiling_from
                : r->has_gain    ? r->gain_from
                                 : r->surprise_from,
        .accept_exclusive = r->has_range && r->accept_exclusive,
        .floor_exclusive = r->has_floor && r->floor_exclusive,
        .ceiling_exclusive = r->has_ceiling && r->ceiling_exclusive,
        .gain_measure = r->has_gain ? r->gain_measure : THRESH_ABSOLUTE,
        .surprise_measure = r->has_surprise ? r->surprise_measure : THRESH_ABSOLUTE,
        .accept_from = r->has_range ? r->accept_from : NULL,
        .tolerate_from = r->has_range ? r->tolerate_from : NULL,
        .floor_from = r->has_floor ? r->floor_from : NULL,
        .ceiling_from = r->has_ceiling ? r->ceiling_from : NULL,
        .gain_from = r->has_gain ? r->gain_from : NULL,
        .surprise_from = r->has_surprise ? r->surprise_from : NULL,
    };
}

thresh_rule rule_of_limits(const document_limits *l, thresh_measure measure)
{
    return (thresh_rule){
        .has_range = !isnan(l->accept) && !isnan(l->tolerate),
        .accept = l->accept,
        .tolerate = l->tolerate,
        .accept_exclusive = l->accept_exclusive,
        .tolerate_exclusive = l->exclusive,
        .measure = measure,
        .accept_from = l->accept_from,
        .tolerate_from = l->tolerate_from,
        .has_floor = !isnan(l->floor),
        .floor = l->floor,
        .floor_exclusive = l->floor_exclusive,
        .floor_from = l->floor_from,
        .has_ceiling = !isnan(l->ceiling),
        .ceiling = l->ceiling,
        .ceiling_exclusive = l->ceiling_exclusive,
        .ceiling_from = l->ceiling_from,
        .has_gain = !isnan(l->gain),
        .gain = l->gain,
        .gain_measure = l->gain_measure,
        .gain_from = l->gain_from,
        .has_surprise = !isnan(l->surprise),
        .surprise = l->surprise,
        .surprise_measure = l->surprise_measure,
        .surprise_from = l->surprise_from,
    };
}

const char *shown_as(const thresh_kind *kind)
{
    return shown_as_percent(kind) ? "percent" : "number";
}

bool show_as(thresh_kind *kind, const char *word)
{
    if (strcmp(word, "percent") == 0) {
        kind->scale = THRESH_SCALE_FRACTION;
        kind->accept.unit = THRESH_LIMIT_PP;
    }
    return strcmp(word, shown_as(kind)) == 0;
}
