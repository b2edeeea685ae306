/* The whole: every metric of the baseline judged, what was not judged, and the verdict. */
#include "judge/document.h"
#include "judge/roi.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool is_number(const thresh_metric *m)
{
    return m != NULL && m->state == THRESH_VALUE_NUMBER;
}

bool is_measured(const thresh_metric *m)
{
    return m != NULL && (m->state == THRESH_VALUE_NUMBER || m->state == THRESH_VALUE_NAN);
}

thresh_status add_note(document *d, thresh_phrase phrase)
{
    thresh_result *r = &d->result;

    if (d->arena.failed
        || !array_reserve(&r->notes, &d->note_capacity, r->note_count + 1, sizeof *r->notes))
        return THRESH_ENOMEM;
    r->notes[r->note_count++] = phrase;
    return THRESH_OK;
}

thresh_status add_whole(document *d, const thresh_whole_reason *reason)
{
    thresh_result *r = &d->result;

    if (d->arena.failed
        || !array_reserve(&r->reasons, &d->reason_capacity, r->reason_count + 1,
                          sizeof *r->reasons))
        return THRESH_ENOMEM;
    r->reasons[r->reason_count++] = *reason;
    return THRESH_OK;
}

thresh_status add_whole_phrase(document *d, thresh_verdict verdict, thresh_reason_code code,
                               thresh_phrase phrase)
{
    return add_whole(d, &(thresh_whole_reason){ verdict, code, "", "", NULL, phrase });
}

static thresh_status out_of_memory(bool ok)
{
    return ok ? THRESH_OK : THRESH_ENOMEM;
}

void thresh_result_free(thresh_result *result)
{
    document *d = (document *)result;

    if (d == NULL)
        return;
    free(result->metrics);
    free(result->ungoverned);
    free(result->candidate_only);
    free(result->reasons);
    free(result->notes);
    free(d->rules.items);
    index_free(&d->rules.index);
    arena_free(&d->arena);
    free(d);
}

static double number_of(const thresh_metric *m)
{
    return is_number(m) ? m->value : NAN;
}

static const char *path_of(arena *a, const char *scope, const char *name)
{
    return arena_printf(a, "%s%s%s", scope, scope[0] ? "/" : "", name);
}

/* --- one pass over the baseline (or the anchor) --- */

static thresh_status add_unjudged(document *d, const thresh_metric *b, const thresh_metric *c,
                                  const thresh_kind *kind)
{
    thresh_result *r = &d->result;

    if (!array_reserve(&r->ungoverned, &d->ungoverned_capacity, r->ungoverned_count + 1,
                       sizeof *r->ungoverned))
        return THRESH_ENOMEM;
    r->ungoverned[r->ungoverned_count++] =
        (thresh_unjudged){ b->scope, b->name, kind, number_of(b), number_of(c) };
    return THRESH_OK;
}

/* Files of one tool list their metrics in the same order: the place beside is the likeliest. */
static const thresh_metric *counterpart(const thresh_set *set, const thresh_metric *m,
                                        size_t position)
{
    const thresh_metric *beside =
        position < thresh_set_count(set) ? thresh_set_at(set, position) : NULL;

    if (beside != NULL && strcmp(beside->name, m->name) == 0
        && strcmp(beside->scope, m->scope) == 0)
        return beside;
    return thresh_set_find(set, m->scope, m->name);
}

/* "0,94" or "94 of 100" under the name of a judged kind: a number that could not be read, and not
 * metadata. */
static bool is_lost_number(const thresh_metric *m)
{
    const char *text = m->state == THRESH_VALUE_TEXT && m->text != NULL ? m->text : "";

    text += strspn(text, "+-.");
    return *text >= '0' && *text <= '9';
}

/* A set keeps a text that recurs once, and a file has few names: mostly the address tells them. */
static thresh_resolved resolve(document *d, const bench *on, const char *name)
{
    seen_name *seen = &d->seen_names[((uintptr_t)name >> 3) % SEEN_NAMES];

    if (seen->name != name)
        *seen =
            (seen_name){ name, thresh_catalog_resolve(thresh_policy_catalog(on->policy), name) };
    return seen->known;
}

static thresh_status judge_one(document *d, const bench *on, const thresh_metric *b,
                               const thresh_metric *c)
{
    thresh_resolved known = resolve(d, on, b->name);
    bool judged = known.kind != NULL && !known.kind->informational;
    thresh_result *r = &d->result;

    if (!is_measured(b) && !is_measured(c) && !(judged && is_lost_number(b)))
        /* metadata; but under the name of a judged kind it may be a value that got lost */
        return judged ? add_unjudged(d, b, c, known.kind) : THRESH_OK;
    if (!judged)
        return add_unjudged(d, b, c, known.kind);
    note_scale(&d->scales, on, b, c, known.kind);
    return judge_metric(on, b, c, known.kind, known.unit, 0, &r->metrics[r->metric_count++]);
}

static thresh_status judge_all(document *d, const bench *on)
{
    size_t kinds = thresh_catalog_count(thresh_policy_catalog(on->policy));
    thresh_status rc = THRESH_OK;

    d->scales.baseline = arena_alloc(&d->arena, kinds * sizeof(seen_kind));
    d->scales.candidate = arena_alloc(&d->arena, kinds * sizeof(seen_kind));
    if (d->arena.failed
        || !array_reserve(&d->result.metrics, &d->metric_capacity, thresh_set_count(on->baseline),
                          sizeof *d->result.metrics))
        return THRESH_ENOMEM;
    for (size_t i = 0; i < thresh_set_count(on->baseline) && rc == THRESH_OK; i++) {
        const thresh_metric *b = thresh_set_at(on->baseline, i);
        rc = judge_one(d, on, b, counterpart(on->candidate, b, i));
    }
    return rc;
}

/* --- trade-offs --- */

static bool tradeoff_holds(const thresh_tradeoff *t, const thresh_judged *metrics, size_t count)
{
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        const thresh_judged *m = &metrics[i];
        if (m->whole != NULL
            || thresh_pattern_rank(t->gain_metric, m->scope, m->name, m->kind) == 0)
            continue;
        if (!gained(m, t->gain))
            return false;
        any = true;
    }
    return any;
}

static thresh_status apply_tradeoffs(const bench *on, thresh_judged *metrics, size_t count)
{
    const thresh_catalog *catalog = thresh_policy_catalog(on->policy);
    const thresh_tradeoff *t;
    uint64_t mask = 0;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; (t = thresh_policy_tradeoff(on->policy, i)) != NULL; i++)
        if (tradeoff_holds(t, metrics, count))
            mask |= (uint64_t)1 << i;
    for (size_t i = 0; (t = thresh_policy_tradeoff(on->policy, i)) != NULL; i++)
        for (size_t k = 0; (mask >> i & 1) != 0 && k < count && rc == THRESH_OK; k++) {
            thresh_judged *m = &metrics[k];
            if (m->kind == NULL
                || thresh_pattern_rank(t->widen_metric, m->scope, m->name, m->kind) == 0)
                continue;
            const thresh_metric *b = thresh_set_find(on->baseline, m->scope, m->name);
            rc = judge_metric(on, b, thresh_set_find(on->candidate, m->scope, m->name), m->kind,
                              thresh_catalog_resolve(catalog, m->name).unit, mask, m);
        }
    return rc;
}

/* --- the anchor --- */

static thresh_status judge_anchor_metric(const bench *on, const thresh_judged *m,
                                         thresh_judged *out)
{
    const thresh_metric *a = thresh_set_find(on->baseline, m->scope, m->name);
    const thresh_metric *c = thresh_set_find(on->candidate, m->scope, m->name);

    if (a == NULL || c == NULL) { /* a lack is the baseline's affair, and judged there */
        *out = (thresh_judged){ .scope = m->scope,
                                .name = m->name,
                                .baseline = NAN,
                                .candidate = NAN,
                                .degradation = NAN,
                                .shrunk = NAN,
                                .mcnemar = NAN,
                                .rule = m->rule };
        return THRESH_OK;
    }
    return judge_metric(on, a, c, m->kind,
                        thresh_catalog_resolve(thresh_policy_catalog(on->policy), m->name).unit, 0,
                        out);
}

static thresh_status merge_anchor(document *d, thresh_judged *m, const thresh_judged *against)
{
    const thresh_phrase *kept;

    if (against->reason_count == 0)
        return THRESH_OK;
    m->has_anchor = true;
    m->anchor_baseline = against->baseline;
    m->anchor_degradation = against->degradation;
    m->anchor_verdict = against->verdict;
    if (against->verdict <= m->verdict)
        return THRESH_OK;
    kept = keep_phrase(&d->arena, SAY(&d->arena, N_("against the anchor %s"),
                                      reason_sentence(&d->arena, against, 0)));
    add_reason(m, against->verdict, against->reasons[0], kept);
    m->would_pass = against->would_pass;
    return out_of_memory(kept != NULL);
}

static thresh_status judge_against_anchor(document *d, const bench *on)
{
    thresh_result *r = &d->result;
    thresh_judged *against;
    thresh_status rc = THRESH_OK;
    size_t unknown = 0;

    if (r->metric_count == 0)
        return THRESH_OK;
    if ((against = malloc(r->metric_count * sizeof *against)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->metric_count && rc == THRESH_OK; i++)
        rc = judge_anchor_metric(on, &r->metrics[i], &against[i]);
    if (rc == THRESH_OK)
        rc = apply_tradeoffs(on, against, r->metric_count);
    if (rc == THRESH_OK)
        rc = judge_slices(on, against, r->metric_count);
    for (size_t i = 0; i < r->metric_count && rc == THRESH_OK; i++)
        rc = merge_anchor(d, &r->metrics[i], &against[i]);
    free(against);
    for (size_t i = 0; i < thresh_set_count(on->baseline); i++) {
        const thresh_metric *a = thresh_set_at(on->baseline, i);
        thresh_resolved known = thresh_catalog_resolve(thresh_policy_catalog(on->policy), a->name);
        unknown +=
            known.kind != NULL && !known.kind->informational && a->state == THRESH_VALUE_NUMBER;
    }
    for (size_t i = 0; i < r->metric_count; i++)
        unknown -= r->metrics[i].has_anchor && unknown > 0;
    if (rc == THRESH_OK && unknown > 0)
        rc = add_note(d, SAY(&d->arena,
                             unknown == 1 ? N_("%s metric of the anchor could not be judged: the "
                                               "baseline or the candidate lacks it")
                                          : N_("%s metrics of the anchor could not be judged: the "
                                               "baseline or the candidate lacks them"),
                             phrase_count(&d->arena, unknown)));
    return rc;
}

static thresh_status check_unknown(document *d, thresh_verdict verdict)
{
    thresh_result *r = &d->result;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; verdict > THRESH_ACCEPT && i < r->ungoverned_count && rc == THRESH_OK; i++) {
        const thresh_unjudged *u = &r->ungoverned[i];
        if (u->kind == NULL)
            rc = add_whole(d, &(thresh_whole_reason){
                                  verdict, THRESH_REASON_INCONCLUSIVE, u->name, u->scope, NULL,
                                  SAY(&d->arena, N_("%s: of no known kind, so no limit governs it"),
                                      phrase_word(path_of(&d->arena, u->scope, u->name))) });
    }
    return rc;
}

static thresh_status find_candidate_only(document *d, const bench *on)
{
    const thresh_catalog *catalog = thresh_policy_catalog(on->policy);
    thresh_result *r = &d->result;

    for (size_t i = 0; i < thresh_set_count(on->candidate); i++) {
        const thresh_metric *c = thresh_set_at(on->candidate, i);
        thresh_resolved known;

        if (!is_measured(c) || counterpart(on->baseline, c, i) != NULL)
            continue;
        known = thresh_catalog_resolve(catalog, c->name);
        if (known.kind != NULL && known.kind->informational)
            continue;
        if (!array_reserve(&r->candidate_only, &d->only_capacity, r->candidate_only_count + 1,
                           sizeof *r->candidate_only))
            return THRESH_ENOMEM;
        r->candidate_only[r->candidate_only_count] = path_of(&d->arena, c->scope, c->name);
        if (r->candidate_only[r->candidate_only_count++] == NULL)
            return THRESH_ENOMEM;
    }
    return THRESH_OK;
}

/* --- order, reasons, verdict --- */

typedef struct sort_key {
    double budget;
    size_t position;
    thresh_verdict verdict;
} sort_key;

static bool comes_before(const sort_key *a, const sort_key *b)
{
    if (a->verdict != b->verdict)
        return a->verdict > b->verdict;
    return a->budget > b->budget;
}

/* Merge sort: equals stay as they came. Comparisons by a call, as qsort() makes them, take longer
 * than the judging. `room` holds half of the keys. */
static void sort_keys(sort_key *keys, sort_key *room, size_t n)
{
    enum { FEW = 8 };
    size_t half = n / 2, a = 0, b = half, to = 0;

    for (size_t i = 1; i < n && n <= FEW; i++) {
        sort_key one = keys[i];
        size_t k = i;
        for (; k > 0 && comes_before(&one, &keys[k - 1]); k--)
            keys[k] = keys[k - 1];
        keys[k] = one;
    }
    if (n <= FEW)
        return;
    sort_keys(keys, room, half);
    sort_keys(keys + half, room, n - half);
    memcpy(room, keys, half * sizeof *keys);
    while (a < half)
        keys[to++] = b < n && comes_before(&keys[b], &room[a]) ? keys[b++] : room[a++];
}

/* Moves the metrics into the order of `keys`, in place: a copy of them all would double the memory.
 */
static void permute(thresh_judged *metrics, sort_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i].position == i)
            continue;
        thresh_judged first = metrics[i];
        size_t to = i;
        while (keys[to].position != i) {
            size_t from = keys[to].position;
            metrics[to] = metrics[from];
            keys[to].position = to;
            to = from;
        }
        metrics[to] = first;
        keys[to].position = to;
    }
}

static thresh_status sort_metrics(thresh_result *r)
{
    sort_key *keys;

    if (r->metric_count == 0)
        return THRESH_OK;
    if ((keys = malloc((r->metric_count + r->metric_count / 2) * sizeof *keys)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->metric_count; i++) {
        double budget = r->metrics[i].budget_used;
        keys[i] = (sort_key){ isnan(budget) ? -INFINITY : budget, i, r->metrics[i].verdict };
    }
    sort_keys(keys, keys + r->metric_count, r->metric_count);
    permute(r->metrics, keys, r->metric_count);
    free(keys);
    return THRESH_OK;
}

static thresh_status metric_reasons(document *d)
{
    thresh_result *r = &d->result;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < r->metric_count && rc == THRESH_OK; i++) {
        const thresh_judged *m = &r->metrics[i];
        if (m->verdict != THRESH_ACCEPT)
            rc = add_whole(d,
                           &(thresh_whole_reason){
                               m->verdict, m->reasons[0], m->name, m->scope, m, { .text = NULL } });
    }
    return rc;
}

/* Worst first, else as they came: reasons of the whole stand before those of single metrics. */
static thresh_status sort_reasons(thresh_result *r)
{
    thresh_whole_reason *sorted;
    size_t n = 0;

    if (r->reason_count == 0)
        return THRESH_OK;
    if ((sorted = malloc(r->reason_count * sizeof *sorted)) == NULL)
        return THRESH_ENOMEM;
    for (int v = THRESH_REJECT; v >= THRESH_ACCEPT; v--)
        for (size_t i = 0; i < r->reason_count; i++)
            if ((int)r->reasons[i].verdict == v)
                sorted[n++] = r->reasons[i];
    free(r->reasons);
    r->reasons = sorted;
    return THRESH_OK;
}

static void conclude(thresh_result *r, const thresh_judge_options *options)
{
    thresh_verdict verdict = THRESH_ACCEPT;

    for (size_t i = 0; i < r->metric_count; i++) {
        size_t *const counts[] = { &r->accepts, &r->warns, &r->reviews, &r->rejects };
        ++*counts[r->metrics[i].verdict];
    }
    for (size_t i = 0; i < r->reason_count; i++) {
        thresh_verdict v = r->reasons[i].verdict;
        if (v == THRESH_WARN)
            v = options->warn;
        if (v > verdict)
            verdict = v;
    }
    r->verdict = verdict;
    r->exit_code = verdict == THRESH_REJECT   ? 1
                   : verdict == THRESH_ACCEPT ? 0
                   : options->review_passes   ? 0
                   : options->review != 0     ? options->review
                                              : 3;
}

/* Two files without a common metric, or without one of a known kind, were not judged at all. */
static thresh_status check_judged(const document *d, const bench *on, thresh_diags *diags)
{
    const thresh_result *r = &d->result;
    size_t compared = 0;
    const thresh_source *b = thresh_set_source(on->baseline), *c = thresh_set_source(on->candidate);

    for (size_t i = 0; i < r->metric_count; i++)
        compared += r->metrics[i].reasons[0] != THRESH_REASON_MISSING_METRIC;
    for (size_t i = 0; i < r->reason_count && compared == 0; i++)
        compared += r->reasons[i].verdict == THRESH_REJECT
                    && r->reasons[i].code != THRESH_REASON_INCONCLUSIVE;
    if (compared > 0)
        return THRESH_OK;
    const char *base = b->path != NULL ? b->path : diag_text(diags, N_("the baseline"));
    const char *cand = c->path != NULL ? c->path : diag_text(diags, N_("the candidate"));
    const thresh_judged *m = r->metrics;
    if (r->metric_count > 0 && r->candidate_only_count > 0)
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "nothing could be judged: no metric is in both files; '%s%s%s' of %s is "
                         "not in %s, which has '%s'",
                         m->scope, m->scope[0] ? "/" : "", m->name, base, cand,
                         r->candidate_only[0]);
    else if (r->metric_count > 0)
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "nothing could be judged: no metric is in both files; '%s%s%s' of %s is "
                         "not in %s",
                         m->scope, m->scope[0] ? "/" : "", m->name, base, cand);
    else if (r->ungoverned_count > 0)
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         r->ungoverned_count == 1
                             ? N_("nothing could be judged: none of the %zu metric of %s is of a "
                                  "kind with limits, such as '%s'; a profile's kinds: can add it")
                             : N_("nothing could be judged: none of the %zu metrics of %s is of a "
                                  "kind with limits, such as '%s'; a profile's kinds: can add it"),
                         r->ungoverned_count, base, r->ungoverned[0].name);
    else
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "nothing could be judged: %s holds no metric", base);
    return THRESH_EEMPTY;
}

thresh_side side_of(const thresh_set *set)
{
    const thresh_source *s = thresh_set_source(set);

    return (thresh_side){ s->path != NULL ? s->path : "", s->format != NULL ? s->format : "",
                          s->sha256 != NULL ? s->sha256 : "", s->row, thresh_set_count(set) };
}

static thresh_status take_profiles(document *d, const thresh_policy *policy)
{
    size_t count = thresh_policy_count(policy);
    const thresh_profile_info **profiles = arena_alloc(&d->arena, (count + 1) * sizeof *profiles);

    if (profiles == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < count; i++)
        profiles[i] = thresh_policy_at(policy, i);
    d->result.profiles = profiles;
    d->result.profile_count = count;
    return THRESH_OK;
}

/* A return that misses its minimum speaks against the candidate; a good one speaks for nothing. */
static thresh_status judge_roi(document *d, const bench *on, const thresh_judge_options *options,
                               thresh_diags *diags)
{
    thresh_result *r = &d->result;
    thresh_roi_options roi =
        options->roi_options != NULL ? *options->roi_options : (thresh_roi_options){ 0 };
    const char *from = NULL;
    double minimum = thresh_policy_roi_minimum(on->policy, &from);
    thresh_status rc;

    if (options->roi == NULL)
        return isnan(minimum)
                   ? THRESH_OK
                   : add_whole_phrase(d, THRESH_REVIEW, THRESH_REASON_ROI_BELOW_MINIMUM,
                                      SAY(&d->arena,
                                          N_("%s asks for a return of %s or more, and no model of "
                                             "the return was given (--roi)"),
                                          phrase_word(from),
                                          phrase_word(arena_printf(&d->arena, "%g", minimum))));
    if (!isnan(minimum)) {
        roi.has_minimum = true;
        roi.minimum = minimum;
        roi.minimum_from = from;
    }
    rc = roi_make(&r->roi, &d->arena, options->roi, true, r->metrics, r->metric_count, &roi, diags);
    if (rc == THRESH_OK && r->roi->verdict > THRESH_ACCEPT)
        rc =
            add_whole_phrase(d, r->roi->verdict, THRESH_REASON_ROI_BELOW_MINIMUM, r->roi->sentence);
    return rc;
}

static thresh_status fill(document *d, const bench *on, const thresh_set *anchor,
                          const thresh_judge_options *options, thresh_diags *diags)
{
    thresh_result *r = &d->result;
    thresh_status rc = take_profiles(d, on->policy);

    if (rc == THRESH_OK)
        rc = judge_all(d, on);
    if (rc == THRESH_OK)
        rc = apply_tradeoffs(on, r->metrics, r->metric_count);
    if (rc == THRESH_OK)
        rc = judge_slices(on, r->metrics, r->metric_count);
    if (rc == THRESH_OK)
        rc = find_candidate_only(d, on);
    if (rc == THRESH_OK)
        rc = add_notes(d, on);
    if (rc == THRESH_OK && anchor != NULL) {
        bench against = *on;
        against.baseline = anchor;
        rc = judge_against_anchor(d, &against);
    }
    if (rc == THRESH_OK)
        rc = check_served(d, on->policy);
    if (rc == THRESH_OK)
        rc = check_required(d, on);
    if (rc == THRESH_OK)
        rc = check_unknown(d, options->unknown);
    if (rc == THRESH_OK)
        rc = check_pairing(d);
    if (rc == THRESH_OK)
        rc = sort_metrics(r);
    if (rc == THRESH_OK && (options->score || thresh_policy_score(on->policy).asked))
        rc = score_result(d, on->policy);
    if (rc == THRESH_OK)
        rc = metric_reasons(d);
    if (rc == THRESH_OK)
        rc = check_judged(d, on, diags);
    if (rc == THRESH_OK && options->rival_count > 0)
        rc = compare_rivals(d, on, options, diags);
    if (rc == THRESH_OK)
        rc = judge_roi(d, on, options, diags);
    if (rc == THRESH_OK)
        rc = sort_reasons(r);
    if (rc == THRESH_OK)
        conclude(r, options);
    return rc;
}

thresh_status thresh_judge(thresh_result **out, const thresh_set *baseline,
                           const thresh_set *candidate, const thresh_set *anchor,
                           const thresh_policy *policy, const thresh_judge_options *options,
                           thresh_diags *diags)
{
    static const thresh_judge_options defaults = { 0 };
    document *d = calloc(1, sizeof *d);
    thresh_status rc;

    *out = NULL;
    if (d == NULL)
        return THRESH_ENOMEM;
    d->rules.arena = &d->arena;
    bench on = { &d->rules, policy,   thresh_policy_evidence(policy), thresh_policy_slices(policy),
                 baseline,  candidate };
    d->result.version = thresh_version();
    d->result.evidence = on.evidence;
    d->result.baseline = side_of(baseline);
    d->result.candidate = side_of(candidate);
    if (anchor != NULL)
        d->result.anchor = side_of(anchor);
    if (options == NULL)
        options = &defaults;
    if (options->pairing != NULL)
        d->result.pairing = *options->pairing;
    rc = fill(d, &on, anchor, options, diags);
    if (rc != THRESH_OK) {
        thresh_result_free(&d->result);
        return rc;
    }
    *out = &d->result;
    return THRESH_OK;
}
