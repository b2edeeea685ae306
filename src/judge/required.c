/* What a profile demands of the whole: that it is served at all, and metrics that must be there. */
#include "judge/document.h"

#include <math.h>
#include <string.h>

static bool has_pattern(const thresh_set *set, const thresh_catalog *catalog, const char *pattern)
{
    for (size_t i = 0; i < thresh_set_count(set); i++) {
        const thresh_metric *m = thresh_set_at(set, i);
        if (is_measured(m)
            && thresh_pattern_rank(pattern, m->scope, m->name,
                                   thresh_catalog_resolve(catalog, m->name).kind)
                   > 0)
            return true;
    }
    return false;
}

/* Present: judged on both sides. A pattern whose metric the candidate lost has its own rejection.
 */
static bool requirement_met(const document *d, const char *pattern, bool *rejected)
{
    bool met = false;

    for (size_t i = 0; i < d->result.metric_count; i++) {
        const thresh_judged *m = &d->result.metrics[i];
        if (thresh_pattern_rank(pattern, m->scope, m->name, m->kind) == 0)
            continue;
        met = met || (!isnan(m->baseline) && !isnan(m->candidate));
        *rejected = *rejected || m->verdict == THRESH_REJECT;
    }
    return met;
}

static const char *alternatives(document *d, const thresh_policy *policy, unsigned group,
                                const char *from)
{
    const thresh_required *q;
    const char *list = "";

    for (size_t i = 0; list != NULL && (q = thresh_policy_required(policy, i)) != NULL; i++)
        if (q->group == group && strcmp(q->from, from) == 0)
            list = arena_printf(&d->arena, "%s%s%s", list, list[0] ? ", " : "", q->name);
    return list;
}

thresh_status check_required(document *d, const bench *on)
{
    const thresh_catalog *catalog = thresh_policy_catalog(on->policy);
    const thresh_required *q;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; rc == THRESH_OK && (q = thresh_policy_required(on->policy, i)) != NULL;
         i++) {
        bool rejected = false, met = false, first = true;
        const thresh_required *other;

        if (q->group == 0) {
            if (requirement_met(d, q->name, &rejected) || rejected)
                continue;
            const char *template = has_pattern(on->candidate, catalog, q->name)
                                       ? N_("%s: required by %s; the baseline lacks it")
                                   : has_pattern(on->baseline, catalog, q->name)
                                       ? N_("%s: required by %s; the candidate lacks it")
                                       : N_("%s: required by %s; neither file has it");
            rc = add_whole(d, &(thresh_whole_reason){ THRESH_REJECT, THRESH_REASON_MISSING_METRIC,
                                                      q->name, "", NULL,
                                                      SAY(&d->arena, template, phrase_word(q->name),
                                                          phrase_word(q->from)) });
            continue;
        }
        for (size_t k = 0; (other = thresh_policy_required(on->policy, k)) != NULL; k++) {
            if (other->group != q->group || strcmp(other->from, q->from) != 0)
                continue;
            first = first && k >= i;
            met = met || requirement_met(d, other->name, &rejected);
        }
        if (met || !first)
            continue;
        const char *list = alternatives(d, on->policy, q->group, q->from);
        rc = add_whole_phrase(d, THRESH_REJECT, THRESH_REASON_MISSING_METRIC,
                              SAY(&d->arena, N_("%s asks for at least one of: %s"),
                                  phrase_word(q->from), phrase_word(list)));
    }
    return rc;
}

thresh_status check_served(document *d, const thresh_policy *policy)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < thresh_policy_count(policy) && rc == THRESH_OK; i++) {
        const thresh_profile_info *p = thresh_policy_at(policy, i);
        if (!p->served)
            rc = add_whole_phrase(d, THRESH_REJECT, THRESH_REASON_GROUP_NOT_SERVED,
                                  SAY(&d->arena, N_("%s %s is never served by a compressed model"),
                                      phrase_word(p->axis), phrase_word(p->name)));
    }
    return rc;
}

/* One sentence for one, and one for several. */
typedef struct counted {
    const char *one, *several;
} counted;

/* "%s samples … (first: %s)": what is odd about them leaves the whole to review. */
static thresh_status add_pairing(document *d, thresh_reason_code code, counted template,
                                 size_t count, const char *first)
{
    return add_whole_phrase(d, THRESH_REVIEW, code,
                            SAY(&d->arena, count == 1 ? template.one : template.several,
                                phrase_count(&d->arena, count), phrase_word(first)));
}

static bool any_flips(const thresh_result *r)
{
    for (size_t i = 0; i < r->metric_count; i++)
        if (r->metrics[i].has_flips)
            return true;
    return false;
}

thresh_status check_pairing(document *d)
{
    static const counted alone = {
        N_("the baseline's figures are of %s sample, and the candidate has none: nothing says that "
           "its figures are of the same; --pair=inner judges them as they are"),
        N_("the baseline's figures are of %s samples, and the candidate has none: nothing says "
           "that its figures are of the same; --pair=inner judges them as they are"),
    };
    static const counted not_in_anchor = {
        N_("%s sample of the baseline missing from the anchor (first: %s); --pair=inner judges the "
           "others alone"),
        N_("%s samples of the baseline missing from the anchor (first: %s); --pair=inner judges "
           "the others alone"),
    };
    static const counted not_in_candidate = {
        N_("%s sample of the baseline missing from the candidate (first: %s); --pair=inner judges "
           "the others alone"),
        N_("%s samples of the baseline missing from the candidate (first: %s); --pair=inner judges "
           "the others alone"),
    };
    static const counted twice = {
        N_("%s sample with an id that stood there before (first: %s); the first of each is judged"),
        N_("%s samples with an id that stood there before (first: %s); the first of each is "
           "judged"),
    };
    static const counted golden_unjudged = {
        N_("no metric that is judged says of the %s golden sample whether it is right"),
        N_("no metric that is judged says of the %s golden samples whether it is right"),
    };
    static const counted golden_missing = {
        N_("%s golden sample missing from the candidate (first: %s)"),
        N_("%s golden samples missing from the candidate (first: %s)"),
    };
    static const counted other_content = {
        N_("%s sample with one id but another label or content in the two files (first: %s)"),
        N_("%s samples with one id but another label or content in the two files (first: %s)"),
    };
    const thresh_pairing *p = &d->result.pairing;
    arena *a = &d->arena;
    thresh_status rc = THRESH_OK;

    if (p->baseline_alone > 0 && p->mode == THRESH_PAIR_REVIEW)
        rc = add_whole_phrase(d, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE,
                              SAY(a, p->baseline_alone == 1 ? alone.one : alone.several,
                                  phrase_count(a, p->baseline_alone)));
    if (rc != THRESH_OK || p->series == 0)
        return rc;
    if (p->anchor_lacks > 0 && p->mode == THRESH_PAIR_REVIEW)
        rc = add_pairing(d, THRESH_REASON_MISSING_METRIC, not_in_anchor, p->anchor_lacks,
                         p->first_anchor_lacks);
    if (rc == THRESH_OK && p->baseline_only > 0 && p->mode == THRESH_PAIR_REVIEW)
        rc = add_pairing(d, THRESH_REASON_MISSING_METRIC, not_in_candidate, p->baseline_only,
                         p->first_missing);
    /* the part that is left has to be the larger one, whoever asked for it */
    if (rc == THRESH_OK && p->baseline_only > p->pairs && p->mode == THRESH_PAIR_INNER)
        rc = add_whole_phrase(d, THRESH_REVIEW, THRESH_REASON_TOO_FEW_SAMPLES,
                              SAY(a, N_("only %s of %s samples of the baseline are judged"),
                                  phrase_count(a, p->pairs),
                                  phrase_count(a, p->pairs + p->baseline_only)));
    if (rc == THRESH_OK && p->baseline_twice + p->candidate_twice > 0)
        rc = add_pairing(d, THRESH_REASON_INCONCLUSIVE, twice,
                         p->baseline_twice + p->candidate_twice, p->first_twice);
    if (rc == THRESH_OK && p->golden > 0 && !any_flips(&d->result))
        rc = add_whole_phrase(d, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE,
                              SAY(a, p->golden == 1 ? golden_unjudged.one : golden_unjudged.several,
                                  phrase_count(a, p->golden)));
    if (rc == THRESH_OK && p->golden_missing > 0)
        rc = add_whole_phrase(
            d, THRESH_REJECT, THRESH_REASON_GOLDEN_BROKEN,
            SAY(a, p->golden_missing == 1 ? golden_missing.one : golden_missing.several,
                phrase_count(a, p->golden_missing), phrase_word(p->first_golden_missing)));
    if (rc == THRESH_OK && p->differing > 0)
        rc = add_pairing(d, THRESH_REASON_INCONCLUSIVE, other_content, p->differing,
                         p->first_differing);
    return rc;
}
