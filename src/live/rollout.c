/* An observation: the counts of the stage that runs, judged, and the step that follows. */
#include "live/rollout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef rollout_making making;

const char *thresh_step_name(thresh_step step)
{
    static const char *const names[] = {
        [THRESH_ADVANCE] = "advance", [THRESH_HOLD] = "hold", [THRESH_ROLLBACK] = "rollback"
    };
    return names[step];
}

const char *thresh_step_reason_slug(thresh_step_reason_code code)
{
    static const char *const slugs[] = {
#define X(id, slug, meaning) [THRESH_STEP_##id] = slug,
        THRESH_STEP_REASONS(X)
#undef X
    };
    return slugs[code];
}

/* --- the whole --- */

/* Samples of the candidate, of the metric that has least. */
static double least_samples(const making *m)
{
    double least = INFINITY;

    for (size_t i = 0; i < m->plan->metric_count; i++) {
        metric_rows r = rows_of_metric(m->rows, m->row_count, m->plan->metrics[i].name);
        tally arms[2] = { { 0 } };

        tally_rows(arms, r);
        least = fmin(least, arms[1].n);
    }
    return least;
}

/* Is a look of the plan due? */
static thresh_status find_look(making *m)
{
    const thresh_rollout_state *s = m->state;
    double looks = (double)m->plan->looks;
    double last = s->fraction_count > 0 ? s->fractions[s->fraction_count - 1] : 0;

    m->looks_now = true;
    if (m->plan->method == THRESH_ALWAYS_VALID)
        return THRESH_OK;
    m->fraction = m->o.samples / m->stage->samples;
    m->looks_now =
        last < 1 && floor(fmin(1, m->fraction) * looks + 1e-9) > floor(last * looks + 1e-9);
    m->o.looks = s->fraction_count + m->looks_now;
    if (m->looks_now)
        return THRESH_OK;
    if (s->look_safe)
        return rollout_reason(m, THRESH_STEP_WITHIN_LIMIT, THRESH_ADVANCE, "", "",
                              SAID(N_("every metric was within its limits at the last look of this "
                                      "stage")));
    if (last >= 1)
        return rollout_reason(
            m, THRESH_STEP_NO_LOOKS_LEFT, THRESH_HOLD, "", "",
            SAID(N_("the looks of this stage are used up, and its limits are not sure: "
                    "abort, and plan one with more samples")));
    double next = (floor(last * looks + 1e-9) + 1) / looks * m->stage->samples;
    return rollout_reason(m, THRESH_STEP_NO_LOOK, THRESH_HOLD, "", "",
                          SAY(&m->arena, N_("the next look is due at %s samples of the candidate"),
                              phrase_count(&m->arena, (size_t)ceil(next - 1e-9))));
}

static thresh_status check_least(making *m)
{
    thresh_status rc = THRESH_OK;

    m->o.seconds_left = fmax(0, m->stage->seconds - (double)(m->o.now - m->o.since));
    m->o.samples_left = fmax(0, m->stage->samples - m->o.samples);
    if (m->o.seconds_left > 0) {
        char hours[THRESH_NUMBER_MAX];
        thresh_format_number(hours, ceil(m->o.seconds_left / 360) / 10);
        rc = rollout_reason(m, THRESH_STEP_TOO_EARLY, THRESH_HOLD, "", "",
                            SAY(&m->arena, N_("the stage lasts %s hours more at least"),
                                phrase_word(arena_strdup(&m->arena, hours))));
    }
    if (rc == THRESH_OK && m->o.samples_left > 0)
        rc = rollout_reason(m, THRESH_STEP_TOO_FEW_SAMPLES, THRESH_HOLD, "", "",
                            SAY(&m->arena, N_("the stage takes %s samples of the candidate more"),
                                phrase_count(&m->arena, (size_t)m->o.samples_left)));
    return rc;
}

static thresh_status note_unknown(making *m)
{
    const char *last = "";
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < m->row_count && rc == THRESH_OK; i++) {
        const char *name = m->rows[i].metric;
        bool known = m->plan->traffic != NULL && strcmp(name, m->plan->traffic) == 0;

        if (strcmp(name, last) == 0)
            continue;
        for (size_t k = 0; k < m->plan->metric_count; k++)
            known = known || strcmp(name, m->plan->metrics[k].name) == 0;
        if (!known)
            rc = rollout_note(m, SAY(&m->arena,
                                     N_("%s is not a metric of the plan, and is not judged"),
                                     phrase_clipped(&m->arena, name, 80)));
        last = name;
    }
    return rc;
}

/* Whoever reads the first lines has to learn that harm is seen, although it decides nothing. */
static thresh_status name_rollback(making *m)
{
    bool asked = false;

    for (size_t i = 0; i < m->o.reason_count; i++)
        asked = asked || m->reasons[i].step == THRESH_ROLLBACK;
    if (!m->o.split.blocks || !asked)
        return THRESH_OK;
    return rollout_reason(m, THRESH_STEP_SAMPLE_RATIO, THRESH_HOLD, "", "",
                          SAID(N_("metrics ask for a rollback, which such a split cannot decide: "
                                  "look at once, and take it back by thresh rollout abort")));
}

/* What decides stands first, and traffic that was split otherwise decides everything. */
static void decide(making *m)
{
    thresh_step step = THRESH_ADVANCE;

    for (size_t i = 0; i < m->o.reason_count; i++)
        step = m->reasons[i].step > step ? m->reasons[i].step : step;
    if (m->o.split.blocks)
        step = THRESH_HOLD;
    m->o.step = step;
    for (size_t i = 1; i < m->o.reason_count; i++) {
        thresh_step_reason r = m->reasons[i];
        size_t at = i;
        bool first = r.code == THRESH_STEP_SAMPLE_RATIO;

        while (at > 0 && m->reasons[at - 1].code != THRESH_STEP_SAMPLE_RATIO
               && (first || m->reasons[at - 1].step < r.step)) {
            m->reasons[at] = m->reasons[at - 1];
            at--;
        }
        m->reasons[at] = r;
    }
}

/* Slugs of what decided, each once. */
static const char *deciding(making *m)
{
    bool seen[THRESH_STEP_REASON_COUNT] = { false };
    const char *list = "";

    for (size_t i = 0; i < m->o.reason_count && list != NULL; i++) {
        const thresh_step_reason *r = &m->reasons[i];
        if (seen[r->code] || r->step < m->o.step)
            continue;
        seen[r->code] = true;
        list = arena_printf(&m->arena, "%s%s%s", list, list[0] != '\0' ? " " : "",
                            thresh_step_reason_slug(r->code));
    }
    return list != NULL ? list : "";
}

/* NULL: memory ran out. */
static const char *own_text(thresh_rollout_state *s, const char *text, const char *last)
{
    return last != NULL && strcmp(text, last) == 0 ? last : arena_strdup(&s->arena, text);
}

/* Counts that no decision can be made by are not kept: the right ones might seem to have shrunk. An
 * increment is, or it could be left out until the split looks right. */
static bool are_kept(const making *m)
{
    return !m->o.split.blocks || m->added[0] != '\0';
}

/* The state after the step; it takes the rows. */
static thresh_status take_step(making *m, thresh_rollout_state *s)
{
    const char *why = deciding(m), *kept = arena_strdup(&s->arena, why);
    const char *added = arena_printf(&s->arena, "%s%s", s->added, m->added);
    thresh_observation *before = NULL;
    size_t before_count = 0;

    /* texts of new rows belong to the caller; rows that stand together share theirs */
    for (size_t i = 0; i < m->row_count; i++) {
        thresh_observation *o = &m->rows[i];
        const thresh_observation *last = i > 0 ? o - 1 : NULL;

        o->metric = own_text(s, o->metric, last != NULL ? last->metric : NULL);
        o->stratum = own_text(s, o->stratum, last != NULL ? last->stratum : NULL);
        o->time = own_text(s, o->time, last != NULL ? last->time : NULL);
        o->file = NULL;
    }
    if (s->arena.failed || m->arena.failed)
        return THRESH_ENOMEM;
    bool last = s->info.stage + 1 == m->plan->stage_count;
    bool moves = m->o.step == THRESH_ADVANCE && !last;
    if (moves && (before = malloc((m->row_count + 1) * sizeof *before)) == NULL)
        return THRESH_ENOMEM;
    if (are_kept(m)) {
        free(s->rows);
        s->rows = m->rows;
        s->info.rows = m->row_count;
        s->capacity = m->row_count;
        m->rows = NULL;
    }
    s->info.looks++;
    s->info.last = m->o.now;
    if (m->added[0] != '\0')
        s->added = added;
    if (m->plan->method == THRESH_OBRIEN_FLEMING && m->looks_now && are_kept(m)) {
        s->fractions[s->fraction_count++] = m->fraction;
        s->look_safe = true;
        for (size_t i = 0; i < m->plan->metric_count; i++)
            s->look_safe = s->look_safe && m->metrics[i].whole.step == THRESH_ADVANCE;
    }
    m->o.next = s->info.stage;
    if (moves) {
        for (size_t i = 0; i < s->info.rows; i++)
            if (!s->rows[i].candidate)
                before[before_count++] = s->rows[i];
        for (size_t i = 0; i < m->plan->metric_count; i++)
            s->effects[i] = m->metrics[i].whole.degradation;
        free(s->before);
        s->before = before;
        s->before_count = before_count;
        s->info.rows = 0;
        s->fraction_count = 0;
        s->look_safe = false;
        s->info.since = m->o.now;
        m->o.next = ++s->info.stage;
    } else if (m->o.step == THRESH_ADVANCE) {
        s->info.status = THRESH_ROLLOUT_DONE;
    } else if (m->o.step == THRESH_ROLLBACK) {
        s->info.status = THRESH_ROLLOUT_ROLLED_BACK;
    }
    m->o.status = s->info.status;
    if (m->o.step != THRESH_HOLD)
        s->history[s->info.history_count++] =
            (thresh_transition){ m->o.now, s->info.status, s->info.stage, kept };
    return THRESH_OK;
}

/* Whatever runs no more gives its last answer again, or none. */
static thresh_status ended(making *m)
{
    const thresh_rollout_info *info = &m->state->info;

    m->o.status = info->status;
    m->o.step = THRESH_ROLLBACK;
    if (info->status == THRESH_ROLLOUT_DONE) {
        thresh_diags_add(m->diags, THRESH_ERROR, m->plan->path, 0, 0,
                         "the rollout '%.200s' is done: there is nothing to be judged any more",
                         info->name);
        return THRESH_EINVAL;
    }
    return rollout_reason(
        m, THRESH_STEP_ENDED, THRESH_ROLLBACK, "", "",
        info->status == THRESH_ROLLOUT_ABORTED
            ? SAID(N_("the rollout was aborted, for good; begin one of another name"))
            : SAID(N_("the rollout was rolled back, for good; begin one of another "
                      "name")));
}

/* "5%" is the stage that is called "5 %" where the plan gives it no name. */
static bool same_but_blanks(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b)
            return false;
        if (*a == '\0')
            return true;
    }
}

static thresh_status clock_before(making *m, const thresh_observe_options *options)
{
    const thresh_rollout_info *info = &m->state->info;
    bool begun = options->now >= info->since;
    char now[ROLLOUT_INSTANT], then[ROLLOUT_INSTANT];
    bool shown = rollout_instant(now, options->now)
                 && rollout_instant(then, begun ? info->last : info->since);

    thresh_diags_add(
        m->diags, THRESH_ERROR, m->plan->path, 0, 0,
        begun ? N_("%s says %s, which is before the last look at the stage '%.80s', of %s")
              : N_("%s says %s, which is before the beginning of the stage '%.80s', at %s"),
        options->now_from != NULL ? options->now_from : diag_text(m->diags, N_("the clock")),
        shown ? now : "?", m->stage->name, shown ? then : "?");
    return THRESH_EINVAL;
}

static thresh_status check_asked(making *m, const thresh_observations *given,
                                 const thresh_observe_options *options)
{
    if (options->increment && hash_of_rows(m->added, given->rows, given->count) == THRESH_ENOMEM)
        return THRESH_ENOMEM;
    if (options->increment
        && (strstr(m->state->added, m->added) != NULL || counts_are_known(given, m->state))) {
        thresh_diags_add(m->diags, THRESH_ERROR, given->count > 0 ? given->rows[0].file : NULL, 0,
                         0,
                         "these very rows were added at an earlier look: they would count twice");
        return THRESH_EINVAL;
    }
    if (options->stage != NULL && !same_but_blanks(options->stage, m->stage->name)) {
        thresh_diags_add(
            m->diags, THRESH_ERROR, m->plan->path, 0, 0,
            "the rollout '%.200s' is at the stage '%.80s', and not at '%.80s': no stage "
            "is skipped",
            m->state->info.name, m->stage->name, options->stage);
        return THRESH_EINVAL;
    }
    if (options->now < m->state->info.since || options->now < m->state->info.last)
        return clock_before(m, options);
    if (counts_are_before(given, m->state)) {
        thresh_diags_add(m->diags, THRESH_ERROR, given->rows[0].file, 0, 0,
                         "these are the counts of the stage before: the baseline has the very same "
                         "ones; expected what happened since the stage '%.80s' began",
                         m->stage->name);
        return THRESH_EINVAL;
    }
    return counts_check_times(given, m->state->info.since, options->now, m->diags);
}

static thresh_status observe(making *m, thresh_rollout_state *state,
                             const thresh_observations *given,
                             const thresh_observe_options *options)
{
    thresh_status rc = thresh_rollout_state_check(state, m->plan, m->diags);

    if (rc != THRESH_OK)
        return rc;
    m->stage = &m->plan->stages[state->info.stage];
    m->o.stage = m->o.next = state->info.stage;
    m->o.since = state->info.since;
    m->o.now = options->now;
    m->o.split = (thresh_split){ .planned = m->stage->share, .found = NAN, .p = NAN };
    if (state->info.status != THRESH_ROLLOUT_RUNNING)
        return ended(m);
    if ((rc = check_asked(m, given, options)) != THRESH_OK)
        return rc;
    rc = counts_merge(&m->rows, &m->row_count, state, m->plan, given, options->increment, m->diags);
    if (rc != THRESH_OK)
        return rc;
    m->o.samples = least_samples(m);
    rc = check_split(m);
    if (rc == THRESH_OK)
        rc = check_split_of_strata(m);
    if (rc == THRESH_OK)
        rc = find_look(m);
    m->o.metrics = m->metrics;
    for (size_t i = 0; i < m->plan->metric_count && rc == THRESH_OK; i++) {
        rc = judge_rollout_metric(m, i);
        m->o.metric_count = i + 1;
        if (rc == THRESH_OK)
            rc = check_metric(m, &m->metrics[i]);
    }
    if (rc == THRESH_OK)
        rc = name_rollback(m);
    if (rc == THRESH_OK)
        rc = check_least(m);
    if (rc == THRESH_OK && thresh_policy_count(m->plan->policy) == 0)
        rc = rollout_note(m, SAID(N_("the plan names no profile: the catalog's ranges apply "
                                     "(profiles: [NAME]; thresh profiles list)")));
    if (rc == THRESH_OK)
        rc = note_unknown(m);
    if (rc != THRESH_OK)
        return rc;
    decide(m);
    return m->arena.failed ? THRESH_ENOMEM : take_step(m, state);
}

thresh_status thresh_rollout_observe(thresh_observed **out, thresh_rollout_state *state,
                                     const thresh_rollout_plan *plan,
                                     const thresh_observations *observations,
                                     const thresh_observe_options *options, thresh_diags *diags)
{
    making *m = calloc(1, sizeof *m);
    thresh_status rc;

    *out = NULL;
    if (m == NULL)
        return THRESH_ENOMEM;
    m->o.plan = m->plan = plan;
    m->state = state;
    m->diags = diags;
    rc = observe(m, state, observations, options);
    if (rc == THRESH_OK && m->arena.failed)
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        *out = &m->o;
    else
        thresh_observed_free(&m->o);
    return rc;
}

void thresh_observed_free(thresh_observed *observed)
{
    making *m = (making *)observed;

    if (m == NULL)
        return;
    free(m->rows);
    free(m->reasons);
    free(m->notes);
    arena_free(&m->arena);
    free(m);
}
