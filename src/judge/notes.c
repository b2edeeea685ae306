/* Remarks on a run: the same file twice, scales, names that changed, the worst slices. */
#include "judge/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void see_scale(seen_kind *seen, const thresh_metric *m)
{
    if (!is_number(m) || m->value == 0 || m->unit != NULL)
        return;
    const thresh_metric **place = fabs(m->value) > 1 ? &seen->percent : &seen->fraction;
    if (*place == NULL)
        *place = m;
}

void note_scale(scale_notes *n, const bench *on, const thresh_metric *b, const thresh_metric *c,
                const thresh_kind *kind)
{
    size_t k = n->last;

    if (kind->scale == THRESH_SCALE_NONE
        || thresh_policy_scale(on->policy, b->scope, b->name, kind) != THRESH_AS_SEEN)
        return;
    if (k >= n->kinds || n->baseline[k].kind != kind) {
        for (k = 0; k < n->kinds && n->baseline[k].kind != kind; k++)
            ;
        if (k == n->kinds)
            n->baseline[n->kinds++].kind = kind;
        n->last = k;
    }
    see_scale(&n->baseline[k], b);
    see_scale(&n->candidate[k], c);
    if (is_number(b) && is_number(c) && scales_differ(on, b, c, kind)) {
        n->first = n->differing++ == 0 ? b : n->first;
    }
}

/* A metric that the candidate lacks under this name, and has under another one of the same kind. */
static thresh_status note_renamed(document *d, const bench *on)
{
    enum { ENOUGH = 3 };
    const thresh_catalog *catalog = thresh_policy_catalog(on->policy);
    thresh_result *r = &d->result;
    size_t said = 0;

    if (r->candidate_only_count == 0)
        return THRESH_OK;
    for (size_t i = 0; i < r->metric_count && said < ENOUGH; i++) {
        const thresh_judged *m = &r->metrics[i];
        if (m->reason_count == 0 || m->reasons[0] != THRESH_REASON_MISSING_METRIC)
            continue;
        for (size_t k = 0; k < thresh_set_count(on->candidate); k++) {
            const thresh_metric *c = thresh_set_at(on->candidate, k);
            if (!is_measured(c) || strcmp(c->scope, m->scope) != 0
                || thresh_set_find(on->baseline, c->scope, c->name) != NULL
                || thresh_catalog_resolve(catalog, c->name).kind != m->kind)
                continue;
            thresh_status rc = add_note(
                d, SAY(&d->arena,
                       N_("the candidate lacks '%s' but has '%s' of the same kind (%s); "
                          "only equal names are compared"),
                       phrase_word(m->name), phrase_word(c->name), phrase_word(m->kind->name)));
            if (rc != THRESH_OK)
                return rc;
            said++;
            break;
        }
    }
    return THRESH_OK;
}

static thresh_status note_scales(document *d)
{
    const scale_notes *n = &d->scales;

    if (n->differing == 0)
        return THRESH_OK;
    return add_note(d, SAY(&d->arena,
                           n->differing == 1
                               ? N_("one file writes fractions and the other percentages in %s "
                                    "metric, first in '%s'; each is read as it looks")
                               : N_("one file writes fractions and the other percentages in %s "
                                    "metrics, first in '%s'; each is read as it looks"),
                           phrase_count(&d->arena, n->differing), phrase_word(n->first->name)));
}

/* "'gsm8k/acc' 94.2" */
static thresh_phrase written(document *d, const thresh_metric *m)
{
    char number[THRESH_NUMBER_MAX];

    return phrase_word(arena_printf(&d->arena, "'%s%s%s' %s", m->scope, m->scope[0] ? "/" : "",
                                    m->name, thresh_format_number(number, m->value)));
}

/* 94.2 and 0.5 under one kind in one file: is the 0.5 a half of a percent? */
static thresh_status note_mixed(document *d, const seen_kind *seen, size_t count,
                                const char *template)
{
    thresh_status rc = THRESH_OK;

    for (size_t k = 0; k < count && rc == THRESH_OK; k++)
        if (seen[k].fraction != NULL && seen[k].percent != NULL)
            rc = add_note(d, SAY(&d->arena, template, written(d, seen[k].percent),
                                 written(d, seen[k].fraction)));
    return rc;
}

/* How much of the limit a slice uses; of a small one as much as its samples let one expect. */
static double budget_of(const thresh_judged *m)
{
    return isnan(m->shrunk) || !(m->rule->tolerate > 0) ? m->budget_used
                                                        : m->shrunk / m->rule->tolerate;
}

enum { NAMED_SLICES = 3 };

static void keep_worst(const thresh_judged *worst[NAMED_SLICES], const thresh_judged *m)
{
    if (isnan(m->budget_used) || !(m->degradation > 0))
        return;
    for (size_t k = 0; k < NAMED_SLICES; k++)
        if (worst[k] == NULL || budget_of(m) > budget_of(worst[k])
            || (budget_of(m) == budget_of(worst[k]) && m->budget_used > worst[k]->budget_used)) {
            memmove(worst + k + 1, worst + k, (NAMED_SLICES - k - 1) * sizeof *worst);
            worst[k] = m;
            return;
        }
}

/* "language=de/accuracy (3 pp worse), …" */
static thresh_phrase list_slices(arena *a, const thresh_judged *const worst[NAMED_SLICES])
{
    thresh_phrase list = phrase_word("");

    for (size_t k = 0; k < NAMED_SLICES && worst[k] != NULL; k++) {
        const thresh_judged *m = worst[k];
        const char *path = arena_printf(a, "%s%s%s", m->scope, m->scope[0] ? "/" : "", m->name);
        thresh_phrase change = change_phrase(a, m, m->degradation);
        thresh_phrase one = isnan(m->shrunk)
                                ? SAY(a, N_("%s (%s worse)"), phrase_word(path), change)
                                : SAY(a, N_("%s (%s worse, %s drawn to its whole)"),
                                      phrase_word(path), change, change_phrase(a, m, m->shrunk));
        list = k == 0 ? one : SAY(a, N_("%s, %s"), list, one);
    }
    return list;
}

/* Which slices are the worst, and which got worse for sure. */
static thresh_status note_slices(document *d)
{
    const thresh_judged *worst[NAMED_SLICES] = { NULL }, *surest[NAMED_SLICES] = { NULL };
    thresh_result *r = &d->result;
    arena *a = &d->arena;
    size_t slices = 0, tested = 0, sure = 0;
    thresh_phrase text;

    for (size_t i = 0; i < r->metric_count; i++) {
        const thresh_judged *m = &r->metrics[i];

        if (m->whole == NULL)
            continue;
        slices++;
        tested += m->has_interval;
        sure += m->surely_worse;
        keep_worst(worst, m);
        if (m->surely_worse)
            keep_worst(surest, m);
    }
    if (slices == 0)
        return THRESH_OK;
    text = SAY(a,
               slices == 1 ? N_("%s slice judged by the slice rule")
                           : N_("%s slices judged by the slice rule"),
               phrase_count(a, slices));
    if (worst[0] == NULL)
        return add_note(d, SAY(a, N_("%s, none worse than before"), text));
    text = SAY(a, N_("%s; the worst: %s"), text, list_slices(a, worst));
    if (tested > 0 && sure == 0)
        text = SAY(a, N_("%s; of the %s with an interval 0 got worse for sure (Holm)"), text,
                   phrase_count(a, tested));
    else if (tested > 0)
        text = SAY(a, N_("%s; of the %s with an interval %s got worse for sure: %s (Holm)"), text,
                   phrase_count(a, tested), phrase_count(a, sure), list_slices(a, surest));
    return add_note(d, text);
}

static thresh_status note_left_out(document *d, const bench *on)
{
    size_t b = thresh_set_left_out(on->baseline), c = thresh_set_left_out(on->candidate);

    if (b + c == 0)
        return THRESH_OK;
    return add_note(
        d, SAY(&d->arena,
               N_("left out by --select and --ignore: %s of the baseline, %s of the candidate"),
               phrase_count(&d->arena, b), phrase_count(&d->arena, c)));
}

static bool is_met(const thresh_set *set, const thresh_catalog *catalog, const char *pattern)
{
    for (size_t i = 0; i < thresh_set_count(set); i++) {
        const thresh_metric *m = thresh_set_at(set, i);
        if (thresh_pattern_rank(pattern, m->scope, m->name,
                                thresh_catalog_resolve(catalog, m->name).kind)
            > 0)
            return true;
    }
    return false;
}

/* A rule that never meets a metric is a gate that cannot fail. */
static thresh_status note_unmet_rules(document *d, const bench *on)
{
    enum { NAMED = 8 };
    const thresh_catalog *catalog = thresh_policy_catalog(on->policy);
    arena *a = &d->arena;
    thresh_phrase list = { 0 };
    const char *pattern;
    size_t count = 0;

    for (size_t i = 0; (pattern = thresh_policy_written(on->policy, i)) != NULL; i++) {
        if (is_met(on->baseline, catalog, pattern))
            continue;
        if (count++ < NAMED)
            list = count == 1 ? phrase_word(pattern)
                              : SAY(a, N_("%s, %s"), list, phrase_word(pattern));
    }
    if (count == 0)
        return THRESH_OK;
    if (count > NAMED)
        list = SAY(a, N_("%s and %s more"), list, phrase_count(a, count - NAMED));
    if (count == 1)
        return add_note(d, SAY(a, N_("a rule of the profiles met no metric: %s"), list));
    return add_note(
        d, SAY(a, N_("%s rules of the profiles met no metric: %s"), phrase_count(a, count), list));
}

/* Position of the same setting in another set, or NULL; files list them alike, so the search goes
 * on where the last one ended. */
static const thresh_setting *same_setting(const thresh_set *set, const thresh_setting *wanted,
                                          size_t *at)
{
    const thresh_setting *s;

    for (size_t tries = 0; tries < 2; tries++) {
        size_t end = tries == 0 ? SIZE_MAX : *at;
        for (size_t i = tries == 0 ? *at : 0; i < end && (s = thresh_set_setting(set, i)) != NULL;
             i++)
            if (strcmp(s->name, wanted->name) == 0 && strcmp(s->scope, wanted->scope) == 0) {
                *at = i + 1;
                return s;
            }
    }
    return NULL;
}

/* Another number of examples, and the difference is not the compression's. */
static thresh_status note_settings(document *d, const bench *on)
{
    enum { NAMED = 4 };
    arena *a = &d->arena;
    thresh_phrase list = { 0 };
    const thresh_setting *b, *c;
    size_t count = 0, at = 0;

    for (size_t i = 0; (b = thresh_set_setting(on->baseline, i)) != NULL; i++) {
        if ((c = same_setting(on->candidate, b, &at)) == NULL || strcmp(b->value, c->value) == 0)
            continue;
        if (count++ >= NAMED)
            continue;
        const char *path =
            arena_printf(a, "%s%s%s", b->scope, b->scope[0] != '\0' ? "/" : "", b->name);
        thresh_phrase one = SAY(a, N_("%s (%s, then %s)"), phrase_word(path), phrase_word(b->value),
                                phrase_word(c->value));
        list = count == 1 ? one : SAY(a, N_("%s, %s"), list, one);
    }
    if (count == 0)
        return THRESH_OK;
    if (count > NAMED)
        list = SAY(a, N_("%s and %s more"), list, phrase_count(a, count - NAMED));
    return add_note(d, SAY(a,
                           N_("the two were not evaluated alike, and what differs may come from "
                              "that: %s"),
                           list));
}

/* How many samples the metrics are of, and which are not among them. */
static thresh_status note_pairing(document *d)
{
    /* paired by position; more than one */
    static const char *const templates[2][2] = {
        { N_("%s sample paired by id"), N_("%s samples paired by id") },
        { N_("%s sample paired by position"), N_("%s samples paired by position") },
    };
    const thresh_pairing *p = &d->result.pairing;
    arena *a = &d->arena;
    thresh_phrase text;

    if (p->series == 0)
        return THRESH_OK;
    text = SAY(a, templates[p->by_position][p->pairs != 1], phrase_count(a, p->pairs));
    if (p->baseline_only > 0)
        text = SAY(a, N_("%s; %s only in the baseline (first: %s)"), text,
                   phrase_count(a, p->baseline_only), phrase_word(p->first_missing));
    if (p->candidate_only > 0)
        text = SAY(a, N_("%s; %s only in the candidate (first: %s)"), text,
                   phrase_count(a, p->candidate_only), phrase_word(p->first_extra));
    if (p->golden > 0)
        text = SAY(a, N_("%s; %s golden"), text, phrase_count(a, p->golden));
    return add_note(d, text);
}

/* "accuracy: 12 broken, 4 mended": what the mean hides. */
static thresh_status note_flips(document *d)
{
    enum { NAMED = 4 };
    arena *a = &d->arena;
    thresh_phrase text = { 0 };
    size_t named = 0;

    for (size_t i = 0; i < d->result.metric_count && named < NAMED; i++) {
        const thresh_judged *m = &d->result.metrics[i];
        if (!m->has_flips || m->whole != NULL || m->broken + m->mended == 0)
            continue;
        const char *path = arena_printf(a, "%s%s%s", m->scope, m->scope[0] ? "/" : "", m->name);
        thresh_phrase one = SAY(a, N_("%s %s broken, %s mended"), phrase_word(path),
                                phrase_count(a, m->broken), phrase_count(a, m->mended));
        text = named++ == 0 ? one : SAY(a, N_("%s; %s"), text, one);
    }
    return named == 0 ? THRESH_OK : add_note(d, SAY(a, N_("flips: %s"), text));
}

bool is_same_source(const thresh_set *one, const thresh_set *other)
{
    const thresh_source *a = thresh_set_source(one), *b = thresh_set_source(other);

    return a->sha256 != NULL && b->sha256 != NULL && strcmp(a->sha256, b->sha256) == 0
           && strcmp(a->row != NULL ? a->row : "", b->row != NULL ? b->row : "") == 0;
}

thresh_status add_notes(document *d, const bench *on)
{
    thresh_status rc = THRESH_OK;
    bool independent = false;

    if (is_same_source(on->baseline, on->candidate))
        rc = add_note(d, SAID(N_("baseline and candidate are the same file (same SHA-256): nothing "
                                 "was compared but a file with itself")));
    if (rc == THRESH_OK)
        rc = note_settings(d, on);
    if (rc == THRESH_OK && on->evidence.weakened)
        rc = add_note(d, SAID(N_("the burden of proof is weaker than the profiles ask for")));
    if (rc == THRESH_OK)
        rc = note_left_out(d, on);
    if (rc == THRESH_OK && thresh_policy_count(on->policy) == 0)
        rc =
            add_note(d, SAID(N_("no profile was named: the catalog's ranges apply (--profile NAME; "
                                "thresh profiles list)")));
    if (rc == THRESH_OK)
        rc = note_scales(d);
    if (rc == THRESH_OK)
        rc = note_mixed(d, d->scales.baseline, d->scales.kinds,
                        N_("the baseline mixes scales: %s is read as a percentage, %s as a "
                           "fraction; --scale NAME=percent|fraction|mixed decides"));
    if (rc == THRESH_OK)
        rc = note_mixed(d, d->scales.candidate, d->scales.kinds,
                        N_("the candidate mixes scales: %s is read as a percentage, %s as a "
                           "fraction; --scale NAME=percent|fraction|mixed decides"));
    if (rc == THRESH_OK)
        rc = note_renamed(d, on);
    if (rc == THRESH_OK)
        rc = note_unmet_rules(d, on);
    if (rc == THRESH_OK)
        rc = note_slices(d);
    for (size_t i = 0; i < d->result.metric_count; i++)
        independent =
            independent || (d->result.metrics[i].has_interval && d->result.metrics[i].pairs == 0);
    if (rc == THRESH_OK)
        rc = note_pairing(d);
    if (rc == THRESH_OK)
        rc = note_flips(d);
    if (rc == THRESH_OK && independent)
        rc = add_note(d,
                      SAID(N_("intervals come from the files' standard errors or counts, taken as "
                              "independent; paired per-sample results would make them tighter")));
    return rc;
}
