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
            thresh_status rc =
                add_note(d, arena_printf(&d->arena,
                                         "the candidate lacks '%s' but has '%s' of the same kind "
                                         "(%s); only equal names are compared",
                                         m->name, c->name, m->kind->name));
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
    return add_note(d, arena_printf(&d->arena,
                                    "one file writes fractions and the other percentages in %zu "
                                    "metric%s, first in '%s'; each is read as it looks",
                                    n->differing, n->differing == 1 ? "" : "s", n->first->name));
}

/* 94.2 and 0.5 under one kind in one file: is the 0.5 a half of a percent? */
static thresh_status note_mixed(document *d, const seen_kind *seen, size_t count, const char *which)
{
    thresh_status rc = THRESH_OK;

    for (size_t k = 0; k < count && rc == THRESH_OK; k++)
        if (seen[k].fraction != NULL && seen[k].percent != NULL) {
            char f[THRESH_NUMBER_MAX], p[THRESH_NUMBER_MAX];
            const thresh_metric *a = seen[k].percent, *b = seen[k].fraction;
            rc = add_note(
                d,
                arena_printf(&d->arena,
                             "the %s mixes scales: '%s%s%s' %s is read as a percentage, '%s%s%s' "
                             "%s as a fraction; --scale NAME=percent|fraction|mixed decides",
                             which, a->scope, a->scope[0] ? "/" : "", a->name,
                             thresh_format_number(p, a->value), b->scope, b->scope[0] ? "/" : "",
                             b->name, thresh_format_number(f, b->value)));
        }
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
        if (worst[k] == NULL || budget_of(m) > budget_of(worst[k])) {
            memmove(worst + k + 1, worst + k, (NAMED_SLICES - k - 1) * sizeof *worst);
            worst[k] = m;
            return;
        }
}

/* "language=de/accuracy (3 pp worse), …" */
static const char *list_slices(arena *a, const char *text,
                               const thresh_judged *const worst[NAMED_SLICES])
{
    for (size_t k = 0; k < NAMED_SLICES && worst[k] != NULL && text != NULL; k++) {
        char change[THRESH_TEXT_MAX];
        const thresh_judged *m = worst[k];
        text = arena_printf(a, "%s%s%s%s%s (%s worse)", text, k > 0 ? ", " : "", m->scope,
                            m->scope[0] ? "/" : "", m->name,
                            thresh_change_text(change, m, m->degradation));
    }
    return text;
}

/* Which slices are the worst, and which got worse for sure. */
static thresh_status note_slices(document *d)
{
    const thresh_judged *worst[NAMED_SLICES] = { NULL }, *surest[NAMED_SLICES] = { NULL };
    thresh_result *r = &d->result;
    size_t slices = 0, tested = 0, sure = 0;
    const char *text;

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
    text = arena_printf(&d->arena, "%zu slice%s judged by the slice rule%s", slices,
                        slices == 1 ? "" : "s",
                        worst[0] == NULL ? ", none worse than before" : "; the worst: ");
    if (text != NULL)
        text = list_slices(&d->arena, text, worst);
    if (text != NULL && worst[0] != NULL && tested > 0) {
        text = arena_printf(&d->arena, "%s; of the %zu with an interval %zu got worse for sure%s",
                            text, tested, sure, sure > 0 ? ": " : " (Holm)");
        text = text == NULL ? NULL : list_slices(&d->arena, text, surest);
        if (text != NULL && sure > 0)
            text = arena_printf(&d->arena, "%s (Holm)", text);
    }
    return add_note(d, text);
}

static thresh_status note_left_out(document *d, const bench *on)
{
    size_t b = thresh_set_left_out(on->baseline), c = thresh_set_left_out(on->candidate);

    if (b + c == 0)
        return THRESH_OK;
    return add_note(d, arena_printf(&d->arena,
                                    "left out by --select and --ignore: %zu of the "
                                    "baseline, %zu of the candidate",
                                    b, c));
}

/* How many samples the metrics are of, and which are not among them. */
static thresh_status note_pairing(document *d)
{
    const thresh_pairing *p = &d->result.pairing;
    const char *text;

    if (p->series == 0)
        return THRESH_OK;
    text = arena_printf(&d->arena, "%zu sample%s paired by %s", p->pairs, p->pairs == 1 ? "" : "s",
                        p->by_position ? "position" : "id");
    if (p->baseline_only > 0 && text != NULL)
        text = arena_printf(&d->arena, "%s; %zu only in the baseline (first: %s)", text,
                            p->baseline_only, p->first_missing);
    if (p->candidate_only > 0 && text != NULL)
        text = arena_printf(&d->arena, "%s; %zu only in the candidate (first: %s)", text,
                            p->candidate_only, p->first_extra);
    if (p->golden > 0 && text != NULL)
        text = arena_printf(&d->arena, "%s; %zu golden", text, p->golden);
    return add_note(d, text);
}

/* "accuracy: 12 broken, 4 mended": what the mean hides. */
static thresh_status note_flips(document *d)
{
    enum { NAMED = 4 };
    const char *text = "flips";
    size_t named = 0;

    for (size_t i = 0; i < d->result.metric_count && named < NAMED && text != NULL; i++) {
        const thresh_judged *m = &d->result.metrics[i];
        if (!m->has_flips || m->whole != NULL || m->broken + m->mended == 0)
            continue;
        text = arena_printf(&d->arena, "%s%s %s%s%s %zu broken, %zu mended", text,
                            named++ == 0 ? ":" : ";", m->scope, m->scope[0] ? "/" : "", m->name,
                            m->broken, m->mended);
    }
    return named == 0 && text != NULL ? THRESH_OK : add_note(d, text);
}

thresh_status add_notes(document *d, const bench *on)
{
    const thresh_source *b = thresh_set_source(on->baseline), *c = thresh_set_source(on->candidate);
    thresh_status rc = THRESH_OK;
    bool independent = false;

    if (b->sha256 != NULL && c->sha256 != NULL && strcmp(b->sha256, c->sha256) == 0
        && strcmp(b->row != NULL ? b->row : "", c->row != NULL ? c->row : "") == 0)
        rc = add_note(d, "baseline and candidate are the same file (same SHA-256): nothing was "
                         "compared but a file with itself");
    if (rc == THRESH_OK && on->evidence.weakened)
        rc = add_note(d, "the burden of proof is weaker than the profiles ask for");
    if (rc == THRESH_OK)
        rc = note_left_out(d, on);
    if (rc == THRESH_OK && thresh_policy_count(on->policy) == 0)
        rc = add_note(d, "no profile was named: the catalog's ranges apply (--profile NAME; thresh "
                         "profiles list)");
    if (rc == THRESH_OK)
        rc = note_scales(d);
    if (rc == THRESH_OK)
        rc = note_mixed(d, d->scales.baseline, d->scales.kinds, "baseline");
    if (rc == THRESH_OK)
        rc = note_mixed(d, d->scales.candidate, d->scales.kinds, "candidate");
    if (rc == THRESH_OK)
        rc = note_renamed(d, on);
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
        rc = add_note(
            d, "intervals come from the files' standard errors or counts, taken as independent; "
               "paired per-sample results would make them tighter");
    return rc;
}
