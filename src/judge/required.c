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
            const char *lacks =
                has_pattern(on->candidate, catalog, q->name)  ? "the baseline lacks it"
                : has_pattern(on->baseline, catalog, q->name) ? "the candidate lacks it"
                                                              : "neither file has it";
            rc = add_whole(
                d, THRESH_REJECT, THRESH_REASON_MISSING_METRIC, "", q->name,
                arena_printf(&d->arena, "%s: required by %s; %s", q->name, q->from, lacks));
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
        rc = list == NULL ? THRESH_ENOMEM
                          : add_whole(d, THRESH_REJECT, THRESH_REASON_MISSING_METRIC, "", "",
                                      arena_printf(&d->arena, "%s asks for at least one of: %s",
                                                   q->from, list));
    }
    return rc;
}

thresh_status check_served(document *d, const thresh_policy *policy)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < thresh_policy_count(policy) && rc == THRESH_OK; i++) {
        const thresh_profile_info *p = thresh_policy_at(policy, i);
        if (!p->served)
            rc = add_whole(d, THRESH_REJECT, THRESH_REASON_GROUP_NOT_SERVED, "", "",
                           arena_printf(&d->arena, "%s %s is never served by a compressed model",
                                        p->axis, p->name));
    }
    return rc;
}

/* A first id in a sentence, however it is written. */
static thresh_status add_pairing(document *d, thresh_reason_code code, size_t count,
                                 const char *what, const char *first, const char *rest)
{
    return add_whole(d, THRESH_REVIEW, code, "", "",
                     arena_printf(&d->arena, "%zu sample%s %s (first: %s)%s", count,
                                  count == 1 ? "" : "s", what, first, rest));
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
    const thresh_pairing *p = &d->result.pairing;
    thresh_status rc = THRESH_OK;

    if (p->baseline_alone > 0 && p->mode == THRESH_PAIR_REVIEW)
        rc = add_whole(d, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE, "", "",
                       arena_printf(&d->arena,
                                    "the baseline's figures are of %zu sample%s, and the candidate "
                                    "has none: nothing says that its figures are of the same; "
                                    "--pair=inner judges them as they are",
                                    p->baseline_alone, p->baseline_alone == 1 ? "" : "s"));
    if (rc != THRESH_OK || p->series == 0)
        return rc;
    if (p->anchor_lacks > 0 && p->mode == THRESH_PAIR_REVIEW)
        rc = add_pairing(d, THRESH_REASON_MISSING_METRIC, p->anchor_lacks,
                         "of the baseline missing from the anchor", p->first_anchor_lacks,
                         "; --pair=inner judges the others alone");
    if (rc == THRESH_OK && p->baseline_only > 0 && p->mode == THRESH_PAIR_REVIEW)
        rc = add_pairing(d, THRESH_REASON_MISSING_METRIC, p->baseline_only,
                         "of the baseline missing from the candidate", p->first_missing,
                         "; --pair=inner judges the others alone");
    /* the part that is left has to be the larger one, whoever asked for it */
    if (rc == THRESH_OK && p->baseline_only > p->pairs && p->mode == THRESH_PAIR_INNER)
        rc = add_whole(d, THRESH_REVIEW, THRESH_REASON_TOO_FEW_SAMPLES, "", "",
                       arena_printf(&d->arena, "only %zu of %zu samples of the baseline are judged",
                                    p->pairs, p->pairs + p->baseline_only));
    if (rc == THRESH_OK && p->baseline_twice + p->candidate_twice > 0)
        rc = add_pairing(d, THRESH_REASON_INCONCLUSIVE, p->baseline_twice + p->candidate_twice,
                         "with an id that stood there before", p->first_twice,
                         "; the first of each is judged");
    if (rc == THRESH_OK && p->golden > 0 && !any_flips(&d->result))
        rc = add_whole(d, THRESH_REVIEW, THRESH_REASON_INCONCLUSIVE, "", "",
                       arena_printf(&d->arena,
                                    "no metric that is judged says of the %zu golden sample%s "
                                    "whether it is right",
                                    p->golden, p->golden == 1 ? "" : "s"));
    if (rc == THRESH_OK && p->golden_missing > 0)
        rc = add_whole(d, THRESH_REJECT, THRESH_REASON_GOLDEN_BROKEN, "", "",
                       arena_printf(&d->arena,
                                    "%zu golden sample%s missing from the candidate (first: %s)",
                                    p->golden_missing, p->golden_missing == 1 ? "" : "s",
                                    p->first_golden_missing));
    if (rc == THRESH_OK && p->differing > 0)
        rc = add_pairing(d, THRESH_REASON_INCONCLUSIVE, p->differing,
                         "with one id but another label or content in the two files",
                         p->first_differing, "");
    return rc;
}
