/* Other systems beside baseline and candidate: their values on the candidate's scale, and who is
 * better.
 */
#include "thresh/rivals.h"

#include "judge/document.h"

#include <math.h>

const char *thresh_better_name(thresh_better better)
{
    static const char *const names[] = { [THRESH_BETTER_CANDIDATE] = "candidate",
                                         [THRESH_BETTER_RIVAL] = "rival",
                                         [THRESH_BETTER_TIE] = "tie" };
    return names[better];
}

/* As the candidate's degradation is measured, so that its interval holds for both. */
static double degradation_of(const thresh_judged *m, double value)
{
    double worse = m->kind->direction == THRESH_HIGHER ? m->baseline - value : value - m->baseline;

    return m->measure == THRESH_RELATIVE ? worse / fabs(m->baseline) : worse;
}

thresh_better thresh_stands(const thresh_judged *m, double other)
{
    int side = compare_with_limit(other, m->candidate, other, m->candidate);
    double degradation = degradation_of(m, other);

    if (side == 0 || (m->has_interval && degradation >= m->low && degradation <= m->high))
        return THRESH_BETTER_TIE;
    return (side > 0) == (m->kind->direction == THRESH_HIGHER) ? THRESH_BETTER_RIVAL
                                                               : THRESH_BETTER_CANDIDATE;
}

/* A value that may be off by its scale is compared with nothing. */
static bool in_doubt(const thresh_judged *m)
{
    for (unsigned i = 0; i < m->reason_count; i++)
        if (m->reasons[i] == THRESH_REASON_SCALE_DISAGREES)
            return true;
    return false;
}

/* How many metrics of a rival were compared, and how many were not for their unit or scale. */
typedef struct tally {
    size_t compared, left_out;
} tally;

static thresh_compared compare(const bench *on, const thresh_set *rival, const thresh_judged *m,
                               tally *count)
{
    const thresh_metric *b = thresh_set_find(on->baseline, m->scope, m->name);
    const thresh_metric *r = m->whole != NULL ? NULL : thresh_set_find(rival, m->scope, m->name);
    thresh_compared out = { NAN, THRESH_BETTER_TIE };

    if (!is_number(r) || isnan(m->baseline) || isnan(m->candidate))
        return out;
    if (in_doubt(m) || r->conflicting || !scale_beside(&out.value, on, b, r, m->kind)) {
        count->left_out++;
        return (thresh_compared){ NAN, THRESH_BETTER_TIE };
    }
    count->compared++;
    out.better = thresh_stands(m, out.value);
    return out;
}

static thresh_status note_rival(document *d, const bench *on, const thresh_rival_input *rival,
                                const tally *count)
{
    thresh_phrase name = phrase_word(rival->name);
    thresh_status rc = THRESH_OK;

    if (is_same_source(rival->set, on->candidate))
        rc =
            add_note(d, SAY(&d->arena,
                            N_("rival %s is the same file as the candidate (same SHA-256)"), name));
    if (rc == THRESH_OK && count->left_out > 0)
        rc = add_note(d, SAY(&d->arena,
                             count->left_out == 1
                                 ? N_("%s metric of rival %s is not compared: its unit or scale is "
                                      "in doubt")
                                 : N_("%s metrics of rival %s are not compared: their units or "
                                      "scales are in doubt"),
                             phrase_count(&d->arena, count->left_out), name));
    return rc;
}

static thresh_status compare_rival(document *d, const bench *on, const thresh_rival_input *rival,
                                   thresh_rival *out, thresh_diags *diags)
{
    const thresh_result *r = &d->result;
    const thresh_side side = side_of(rival->set);
    tally count = { 0, 0 };

    *out = (thresh_rival){ .path = side.path, .format = side.format, .sha256 = side.sha256 };
    out->name = arena_strdup(&d->arena, rival->name);
    out->metrics = arena_alloc(&d->arena, (r->metric_count + 1) * sizeof *out->metrics);
    if (d->arena.failed)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < r->metric_count; i++)
        out->metrics[i] = compare(on, rival->set, &r->metrics[i], &count);
    if (count.compared == 0) {
        thresh_diags_add(diags, THRESH_ERROR, side.path, 0, 0,
                         count.left_out > 0
                             ? N_("rival '%s' says nothing: the units or scales of its metrics are "
                                  "in doubt")
                             : N_("rival '%s' says nothing: it has a number for none of the judged "
                                  "metrics"),
                         rival->name);
        return THRESH_EINVAL;
    }
    return note_rival(d, on, rival, &count);
}

thresh_status compare_rivals(document *d, const bench *on, const thresh_judge_options *options,
                             thresh_diags *diags)
{
    thresh_rival *rivals = arena_alloc(&d->arena, (options->rival_count + 1) * sizeof *rivals);
    thresh_status rc = rivals == NULL ? THRESH_ENOMEM : THRESH_OK, one;

    for (size_t i = 0; i < options->rival_count && rc != THRESH_ENOMEM; i++)
        if ((one = compare_rival(d, on, &options->rivals[i], &rivals[i], diags)) != THRESH_OK)
            rc = one;
    d->result.rivals = rivals;
    d->result.rival_count = options->rival_count;
    return rc;
}
