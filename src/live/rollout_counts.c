/* Counts of a stage as they come: all since its beginning, or what came since the last look. */
#include "live/rollout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void tally_add(tally *t, const thresh_observation *o)
{
    if (!(o->n > 0))
        return;
    double n = t->n + o->n, off = o->mean - t->mean;

    /* Chan, Golub & LeVeque (1983), Am. Stat. 37:242-247: two sums of squares become one */
    t->squares += o->sd * o->sd * (o->n - 1) + off * off * t->n * o->n / n;
    t->mean += off * o->n / n;
    t->successes += o->successes;
    t->n = n;
    t->what = o->what;
}

bool tally_arm(thresh_arm *out, const tally *t, const thresh_kind *kind)
{
    /* values between 0 and 1 whose mean is an end of it are all there: successes, or none */
    bool all_or_none = t->what == THRESH_OBSERVED_MEAN && kind->scale == THRESH_SCALE_FRACTION
                       && (t->mean == 0 || t->mean == 1);

    if (!(t->n >= 2) || t->what == THRESH_OBSERVED_TRAFFIC)
        return false;
    if (all_or_none)
        return thresh_arm_of_count(out, t->mean * t->n, t->n) == THRESH_OK;
    if (t->what == THRESH_OBSERVED_COUNT)
        return thresh_arm_of_count(out, t->successes, t->n) == THRESH_OK;
    return thresh_arm_of_mean(out, t->n, t->mean, sqrt(fmax(t->squares, 0) / (t->n - 1)))
           == THRESH_OK;
}

static int in_order(const thresh_observation *a, const thresh_observation *b)
{
    int by = strcmp(a->metric, b->metric);

    if (by == 0)
        by = strcmp(a->stratum, b->stratum);
    if (by == 0)
        by = strcmp(a->time, b->time);
    return by != 0 ? by : (int)a->candidate - (int)b->candidate;
}

static const char *arm_name(const thresh_observation *o, const thresh_diags *diags)
{
    return diag_text(diags, o->candidate ? N_("candidate") : N_("baseline"));
}

/* "ctr of the candidate, stratum mobile, time 2026-11-25" would be one template for each: the place
 * of the row says the rest. */
static void shrunk(const thresh_observation *was, const thresh_observation *is, const char *what,
                   double before, double now, thresh_diags *diags)
{
    char a[THRESH_NUMBER_MAX], b[THRESH_NUMBER_MAX];

    thresh_diags_add(diags, THRESH_ERROR, is->file, is->line, 0,
                     "'%.80s' of the %s: %s fell from %s to %s since the last look; counts are all "
                     "since the stage began (--increment adds what came since)",
                     was->metric, arm_name(was, diags), what, thresh_format_number(a, before),
                     thresh_format_number(b, now));
}

static bool check_growth(const thresh_observation *was, const thresh_observation *is,
                         thresh_diags *diags)
{
    if (is->n < was->n - is->slack)
        shrunk(was, is, "n", was->n, is->n, diags);
    else if (is->what == THRESH_OBSERVED_COUNT && is->successes < was->successes - is->slack)
        shrunk(was, is, "successes", was->successes, is->successes, diags);
    else if (is->what == THRESH_OBSERVED_COUNT
             && is->n - is->successes < was->n - was->successes - is->slack)
        shrunk(was, is, "n - successes", was->n - was->successes, is->n - is->successes, diags);
    else
        return true;
    return false;
}

static void say_gone(const thresh_observation *first, size_t gone, const thresh_observations *given,
                     thresh_diags *diags)
{
    thresh_diags_add(
        diags, THRESH_ERROR, given->count > 0 ? given->rows[0].file : NULL, 0, 0,
        gone == 1 ? N_("%zu row of the last look is gone: '%.80s' of the %s, stratum '%.80s', "
                       "time '%.80s'; counts are all since the stage began (--increment adds "
                       "what came since)")
                  : N_("%zu rows of the last look are gone, the first: '%.80s' of the %s, "
                       "stratum '%.80s', time '%.80s'; counts are all since the stage began "
                       "(--increment adds what came since)"),
        gone, first->metric, arm_name(first, diags), first->stratum, first->time);
}

/* Does a row fit its metric's kind? */
static bool check_kind(const thresh_rollout_plan *plan, const thresh_observation *o,
                       thresh_diags *diags)
{
    for (size_t i = 0; i < plan->metric_count; i++) {
        const thresh_kind *kind = plan->metrics[i].kind;

        if (strcmp(plan->metrics[i].name, o->metric) != 0)
            continue;
        if (o->what == THRESH_OBSERVED_COUNT && kind->scale != THRESH_SCALE_FRACTION)
            thresh_diags_add(diags, THRESH_ERROR, o->file, o->line, 0,
                             "'%.80s' is no share of its samples: expected mean and sd", o->metric);
        else if (o->what == THRESH_OBSERVED_MEAN && o->n > 0 && kind->scale == THRESH_SCALE_FRACTION
                 && !(o->mean >= 0 && o->mean <= 1))
            thresh_diags_add(diags, THRESH_ERROR, o->file, o->line, 0,
                             "'%.80s': a share is given as a fraction between 0 and 1", o->metric);
        else if (o->what == THRESH_OBSERVED_MEAN && o->n >= 2
                 && kind->scale == THRESH_SCALE_FRACTION && o->sd > 0.71)
            thresh_diags_add(diags, THRESH_ERROR, o->file, o->line, 0,
                             "'%.80s': no values between 0 and 1 have a standard deviation of %g; "
                             "is it one of percentages?",
                             o->metric, o->sd);
        else
            return true;
        return false;
    }
    return true;
}

static void counted_otherwise(const thresh_observation *o, thresh_diags *diags)
{
    thresh_diags_add(diags, THRESH_ERROR, o->file, o->line, 0,
                     "'%.80s' has successes in one row and a mean, or neither, in another",
                     o->metric);
}

/* Rows of the last look stay where others are added: all of a metric are counted alike, or neither
 * its successes nor its mean would be those of its n. */
static bool check_alike(const thresh_observation *rows, size_t count, thresh_diags *diags)
{
    const thresh_observation *counted = NULL; /* the last row that has samples */

    for (size_t i = 0; i < count; i++) {
        const thresh_observation *o = &rows[i];

        if (!(o->n > 0))
            continue;
        if (counted != NULL && counted->what != o->what
            && strcmp(counted->metric, o->metric) == 0) {
            /* a row of the state is of no file any more */
            counted_otherwise(o->file != NULL ? o : counted, diags);
            return false;
        }
        counted = o;
    }
    return true;
}

/* An increment that is all since the stage began would count an hour again at each look. */
static bool check_new(const thresh_observation *was, const thresh_observation *is,
                      thresh_diags *diags)
{
    if (was->n > 0 && is->n > 0 && was->what != is->what) {
        counted_otherwise(is, diags);
        return false;
    }
    if (is->time[0] == '\0' || !(is->n > 0) || is->what != was->what || is->n != was->n
        || (is->what == THRESH_OBSERVED_COUNT && is->successes != was->successes)
        || (is->what == THRESH_OBSERVED_MEAN && (is->mean != was->mean || is->sd != was->sd)))
        return true;
    thresh_diags_add(diags, THRESH_ERROR, is->file, is->line, 0,
                     "time: '%.40s' was counted before with the very same figures: it would count "
                     "twice (without --increment rows are all since the stage began)",
                     is->time);
    return false;
}

static bool is_same(const thresh_observation *a, const thresh_observation *b)
{
    return in_order(a, b) == 0 && a->what == b->what && a->n == b->n && a->successes == b->successes
           && a->mean == b->mean && a->sd == b->sd;
}

bool counts_are_known(const thresh_observations *given, const thresh_rollout_state *state)
{
    size_t at = 0, found = 0;

    for (size_t i = 0; i < given->count; i++) {
        const thresh_observation *o = &given->rows[i];

        if (!(o->n > 0))
            continue;
        /* both in their order */
        while (at < state->info.rows && in_order(&state->rows[at], o) < 0)
            at++;
        if (at == state->info.rows || !is_same(&state->rows[at], o))
            return false;
        found++;
    }
    return found > 1;
}

bool counts_are_before(const thresh_observations *given, const thresh_rollout_state *state)
{
    size_t found = 0;

    for (size_t i = 0; i < given->count; i++) {
        if (given->rows[i].candidate)
            continue;
        if (found == state->before_count || !is_same(&state->before[found], &given->rows[i]))
            return false;
        found++;
    }
    return found > 0 && found == state->before_count;
}

/* --- the time of rows --- */

enum { DATE = 10, A_DAY = 86400 };

/* Does it begin in this form? */
static bool is_like(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++)
        if (*form == 'd' ? *text < '0' || *text > '9' : *text != *form)
            return false;
    return true;
}

bool rollout_instant(char out[ROLLOUT_INSTANT], int64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm tm;

    return gmtime_r(&at, &tm) != NULL
           && strftime(out, ROLLOUT_INSTANT, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0;
}

/* A day more at both ends: what zone the dates of a query are of is not known, unless they say it.
 * The first hour or day of the stage may have begun before it. */
thresh_status counts_check_times(const thresh_observations *given, int64_t since, int64_t now,
                                 thresh_diags *diags)
{
    char first[ROLLOUT_INSTANT], last[ROLLOUT_INSTANT], exact[ROLLOUT_INSTANT];

    if (!rollout_instant(first, since - A_DAY) || !rollout_instant(last, now + A_DAY)
        || !rollout_instant(exact, now))
        return THRESH_OK;
    for (size_t i = 0; i < given->count; i++) {
        const thresh_observation *o = &given->rows[i];
        bool dated = is_like(o->time, "dddd-dd-dd"),
             zoned = is_like(o->time, "dddd-dd-ddTdd:dd:ddZ");
        bool early = dated && strncmp(o->time, first, DATE) < 0,
             late = zoned   ? strcmp(o->time, exact) > 0
                    : dated ? strncmp(o->time, last, DATE) > 0
                            : false;

        if (!early && !late)
            continue;
        thresh_diags_add(diags, THRESH_ERROR, o->file, o->line, 0,
                         early ? N_("time: '%.40s' lies before the stage began; counts are all "
                                    "since then, and of no stage before")
                               : N_("time: '%.40s' lies in the future"),
                         o->time);
        return THRESH_EINVAL;
    }
    return THRESH_OK;
}

static thresh_observation sum_of(const thresh_observation *was, const thresh_observation *is)
{
    thresh_observation o = *was;
    tally t = { 0 };

    tally_add(&t, was);
    tally_add(&t, is);
    o.n = t.n;
    o.what = is->n > 0 ? is->what : was->what;
    o.successes = t.successes;
    o.mean = t.mean;
    o.sd = t.n >= 2 ? sqrt(fmax(t.squares, 0) / (t.n - 1)) : 0;
    return o;
}

thresh_status counts_merge(thresh_observation **out, size_t *count,
                           const thresh_rollout_state *state, const thresh_rollout_plan *plan,
                           const thresh_observations *given, bool increment, thresh_diags *diags)
{
    size_t old = state->info.rows, i = 0, k = 0, n = 0;
    thresh_observation *rows = malloc((old + given->count + 1) * sizeof *rows);
    enum { TOLD = 5 };
    const thresh_observation *first_gone = NULL;
    size_t gone = 0, faults = 0;
    bool ok = true;

    *out = NULL;
    if (rows == NULL)
        return THRESH_ENOMEM;
    while (i < old || k < given->count) {
        int by = i == old ? 1 : k == given->count ? -1 : in_order(&state->rows[i], &given->rows[k]);

        if (by < 0) {
            const thresh_observation *was = &state->rows[i];
            /* what is gone has shrunk to nothing */
            if (!increment && was->n > 0 && gone++ == 0)
                first_gone = was;
            rows[n++] = state->rows[i++];
            continue;
        }
        ok = check_kind(plan, &given->rows[k], diags) && ok;
        if (by > 0) {
            rows[n++] = given->rows[k++];
            continue;
        }
        /* a file of another stage falls in all of its rows */
        if (faults < TOLD
            && !(increment ? check_new : check_growth)(&state->rows[i], &given->rows[k], diags))
            faults++;
        rows[n++] = increment ? sum_of(&state->rows[i], &given->rows[k]) : given->rows[k];
        i++;
        k++;
    }
    if (faults == TOLD)
        thresh_diags_add(diags, THRESH_ERROR, given->rows[0].file, 0, 0,
                         "%d rows like these are told; those behind them were not looked at", TOLD);
    ok = ok && faults == 0;
    if (gone > 0) {
        say_gone(first_gone, gone, given, diags);
        ok = false;
    }
    ok = ok && check_alike(rows, n, diags);
    if (n > THRESH_MOST_OBSERVATIONS) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "more than 200,000 rows of one stage: sum them up over shorter lists of "
                         "strata and times");
        ok = false;
    }
    if (!ok) {
        free(rows);
        return THRESH_EINVAL;
    }
    *out = rows;
    *count = n;
    return THRESH_OK;
}
