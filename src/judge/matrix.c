/* Several candidates under several policies. Each is judged as a run of its own would; what is
 * shared is the reading, which lies before, and the measuring of samples, which is most of the
 * work. */
#include "judge/judge.h"
#include "metric/catalog.h"
#include "metric/set.h"
#include "thresh/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Both sides of one candidate, as they are measured under some policies. Borrowed by results. */
typedef struct measured {
    thresh_set *baseline, *candidate;
    thresh_pairing pairing;
    const thresh_policy *policy; /* the first of them */
    struct measured *next;
} measured;

typedef struct matrix {
    thresh_matrix out; /* the caller sees this one */
    arena arena;
    const thresh_matrix_input *in;
    const thresh_result **results; /* row by row */
    thresh_ranking **rankings;     /* one for each row */
    measured *measured;            /* of all candidates */
    thresh_diags *diags;
} matrix;

const char *thresh_matrix_state_name(thresh_matrix_state state)
{
    static const char *const names[] = { [THRESH_MATRIX_SERVED] = "served",
                                         [THRESH_MATRIX_REVIEW] = "review",
                                         [THRESH_MATRIX_REFUSED] = "refused",
                                         [THRESH_MATRIX_CLOSED] = "closed" };
    return names[state];
}

void thresh_matrix_free(thresh_matrix *out)
{
    matrix *m = (matrix *)out;

    if (m == NULL)
        return;
    for (size_t i = 0; m->rankings != NULL && i < m->out.row_count; i++)
        thresh_ranking_free(m->rankings[i]);
    for (size_t i = 0; m->results != NULL && i < m->out.row_count * m->out.candidate_count; i++)
        thresh_result_free((thresh_result *)m->results[i]);
    for (measured *k = m->measured; k != NULL; k = k->next) {
        thresh_set_free(k->baseline);
        thresh_set_free(k->candidate);
    }
    free(m->results);
    free(m->rankings);
    arena_free(&m->arena);
    free(m);
}

/* --- samples --- */

/* Figures of a set, with its samples, which are lent: they go back by set_move_samples(). */
static thresh_status copy_figures(thresh_set **out, thresh_set *set)
{
    thresh_selection all = { 0 };
    thresh_status rc = thresh_set_select(out, set, &all);

    return rc == THRESH_OK ? set_move_samples(*out, set) : rc;
}

/* Kinds say which columns are latencies, and confidence how wide intervals are: the same of both
 * gives the same metrics. */
static bool measure_alike(const thresh_policy *a, const thresh_policy *b)
{
    return !catalog_is_extended(thresh_policy_catalog(a))
           && !catalog_is_extended(thresh_policy_catalog(b))
           && thresh_policy_evidence(a).confidence == thresh_policy_evidence(b).confidence;
}

static thresh_status measure_copies(matrix *m, measured *k, thresh_set *candidate)
{
    thresh_set *baseline = m->in->baseline;
    thresh_status rc = copy_figures(&k->baseline, baseline), back = THRESH_OK;

    if (rc == THRESH_OK)
        rc = copy_figures(&k->candidate, candidate);
    if (rc == THRESH_OK)
        rc = thresh_measure_samples(&k->pairing, k->baseline, k->candidate, NULL, k->policy, NULL,
                                    m->diags);
    if (k->baseline != NULL)
        back = set_move_samples(baseline, k->baseline);
    if (k->candidate != NULL && back == THRESH_OK)
        back = set_move_samples(candidate, k->candidate);
    return rc != THRESH_OK ? rc : back;
}

/* What candidate `c` and the baseline are under a policy; `*known` are those of this candidate. */
static thresh_status measure(matrix *m, size_t c, const thresh_policy *policy,
                             const measured **known, const measured *end, const measured **out)
{
    thresh_set *candidate = m->in->candidates[c];
    measured *k;

    for (const measured *old = *known; old != end; old = old->next)
        if (measure_alike(old->policy, policy)) {
            *out = old;
            return THRESH_OK;
        }
    if ((k = arena_alloc(&m->arena, sizeof *k)) == NULL)
        return THRESH_ENOMEM;
    *k = (measured){ .policy = policy, .next = m->measured };
    *known = *out = m->measured = k;
    return measure_copies(m, k, candidate);
}

/* --- judging --- */

static thresh_status judge_candidate(matrix *m, size_t c)
{
    const thresh_matrix_input *in = m->in;
    const measured *end = m->measured, *known = end, *k = NULL;
    bool samples = thresh_set_samples(in->baseline, 0) != NULL
                   || thresh_set_samples(in->candidates[c], 0) != NULL;
    thresh_pairing none = { 0 };
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < in->policy_count && rc == THRESH_OK; i++) {
        thresh_judge_options options =
            in->judge != NULL ? *in->judge : (thresh_judge_options){ .score = true };
        thresh_result *result = NULL;

        if (samples)
            rc = measure(m, c, in->policies[i], &known, end, &k);
        options.score = true;
        options.pairing = samples && k != NULL ? &k->pairing : &none;
        if (rc == THRESH_OK)
            rc = thresh_judge(&result, samples ? k->baseline : in->baseline,
                              samples ? k->candidate : in->candidates[c], NULL, in->policies[i],
                              &options, m->diags);
        m->results[i * in->candidate_count + c] = result;
    }
    return rc;
}

/* --- rows --- */

static thresh_matrix_cell make_cell(const thresh_ranked *ranked)
{
    const thresh_result *r = ranked->result;
    thresh_matrix_cell cell = { .result = r,
                                .verdict = r->verdict,
                                .value = ranked->order.value,
                                .place = ranked->place,
                                .tied = ranked->tied };

    if (r->verdict == THRESH_ACCEPT && r->warns > 0)
        cell.verdict = THRESH_WARN;
    if (cell.verdict != THRESH_ACCEPT && r->reason_count > 0)
        cell.reason = &r->reasons[0];
    if (cell.reason != NULL)
        cell.binding = cell.reason->judged;
    else if (r->metric_count > 0 && !isnan(r->metrics[0].budget_used)
             && r->metrics[0].degradation > 0)
        cell.binding = &r->metrics[0];
    return cell;
}

static const thresh_profile_info *closing_profile(const thresh_result *r)
{
    for (size_t i = 0; i < r->profile_count; i++)
        if (!r->profiles[i]->served)
            return r->profiles[i];
    return NULL;
}

static const char *joined_names(arena *a, const thresh_matrix_row *row, bool origins)
{
    const char *out = row->profile_count == 0 ? "catalog" : "";

    for (size_t i = 0; i < row->profile_count && out != NULL; i++) {
        const thresh_profile_info *info = row->profiles[i];
        bool built_in = strcmp(info->origin, "built in") == 0;

        out = arena_printf(a, "%s%s%s", out, i > 0 ? " + " : "",
                           origins && !built_in ? info->origin : info->name);
    }
    return out;
}

static thresh_status name_rows(matrix *m)
{
    thresh_matrix *out = &m->out;
    bool *twice = arena_alloc(&m->arena, out->row_count * sizeof *twice);

    for (size_t i = 0; i < out->row_count; i++)
        if ((out->rows[i].name = joined_names(&m->arena, &out->rows[i], false)) == NULL)
            return THRESH_ENOMEM;
    if (twice == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < out->row_count; i++) {
        twice[i] = false;
        for (size_t k = 0; k < out->row_count; k++)
            twice[i] = twice[i] || (k != i && strcmp(out->rows[i].name, out->rows[k].name) == 0);
    }
    for (size_t i = 0; i < out->row_count; i++)
        if (twice[i] && (out->rows[i].name = joined_names(&m->arena, &out->rows[i], true)) == NULL)
            return THRESH_ENOMEM;
    return THRESH_OK;
}

static thresh_status fill_row(matrix *m, size_t i)
{
    const thresh_matrix_input *in = m->in;
    const thresh_result *const *results = m->results + i * in->candidate_count;
    const thresh_rank_options options = { .by = in->by };
    thresh_matrix_row *row = &m->out.rows[i];
    thresh_status rc =
        thresh_rank(&m->rankings[i], results, in->candidate_count, &options, m->diags);
    const thresh_ranking *ranking = m->rankings[i];

    if (rc != THRESH_OK)
        return rc;
    *row = (thresh_matrix_row){
        .profiles = results[0]->profiles,
        .profile_count = results[0]->profile_count,
        .evidence = results[0]->evidence,
        .closed_by = closing_profile(results[0]),
        .cells = arena_alloc(&m->arena, in->candidate_count * sizeof *row->cells),
        .recommended = THRESH_MATRIX_BASELINE,
        .ties = ranking->ties,
    };
    if (row->cells == NULL)
        return THRESH_ENOMEM;
    for (size_t k = 0; k < ranking->count; k++) {
        const thresh_ranked *ranked = &ranking->candidates[k];
        size_t c = 0;

        while (results[c] != ranked->result)
            c++;
        row->cells[c] = make_cell(ranked);
        if (ranked == ranking->recommended)
            row->recommended = c;
    }
    row->state = row->closed_by != NULL                       ? THRESH_MATRIX_CLOSED
                 : row->recommended != THRESH_MATRIX_BASELINE ? THRESH_MATRIX_SERVED
                 : ranking->exit_code == 3                    ? THRESH_MATRIX_REVIEW
                                                              : THRESH_MATRIX_REFUSED;
    m->out.states[row->state]++;
    return THRESH_OK;
}

/* --- the whole --- */

static thresh_status fill(matrix *m)
{
    const thresh_matrix_input *in = m->in;
    thresh_matrix *out = &m->out;
    thresh_side *sides = arena_alloc(&m->arena, in->candidate_count * sizeof *sides);
    thresh_status rc = THRESH_OK, one;

    out->row_count = in->policy_count;
    out->candidate_count = in->candidate_count;
    out->rows = arena_alloc(&m->arena, out->row_count * sizeof *out->rows);
    m->results = calloc(out->row_count * out->candidate_count, sizeof *m->results);
    m->rankings = calloc(out->row_count, sizeof *m->rankings);
    if (sides == NULL || out->rows == NULL || m->results == NULL || m->rankings == NULL)
        return THRESH_ENOMEM;
    for (size_t c = 0; c < in->candidate_count; c++)
        if ((one = judge_candidate(m, c)) != THRESH_OK)
            rc = one;
    for (size_t i = 0; i < out->row_count && rc == THRESH_OK; i++)
        rc = fill_row(m, i);
    if (rc == THRESH_OK)
        rc = name_rows(m);
    if (rc != THRESH_OK)
        return rc;
    for (size_t c = 0; c < in->candidate_count; c++)
        sides[c] = m->results[c]->candidate;
    out->candidates = sides;
    out->baseline = m->results[0]->baseline;
    out->by = m->rankings[0]->by;
    out->by_metric = m->rankings[0]->order.metric;
    out->exit_code = out->states[THRESH_MATRIX_REFUSED] > 0                ? 1
                     : out->states[THRESH_MATRIX_REVIEW] > 0               ? 3
                     : out->states[THRESH_MATRIX_CLOSED] == out->row_count ? 1
                                                                           : 0;
    return THRESH_OK;
}

thresh_status thresh_judge_matrix(thresh_matrix **out, const thresh_matrix_input *input,
                                  thresh_diags *diags)
{
    matrix *m = calloc(1, sizeof *m);
    thresh_status rc;

    *out = NULL;
    if (m == NULL)
        return THRESH_ENOMEM;
    m->in = input;
    m->diags = diags;
    rc = fill(m);
    m->in = NULL; /* the caller's own */
    m->diags = NULL;
    if (rc == THRESH_OK)
        *out = &m->out;
    else
        thresh_matrix_free(&m->out);
    return rc;
}
