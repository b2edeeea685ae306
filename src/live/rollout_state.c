/* Where a rollout stands, as bytes and back; a state that contradicts its own history is refused.
 */
#include "base/bytes.h"
#include "base/file.h"
#include "live/rollout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char tag[4] = { 'R', 'O', 'L', '2' };

const char *thresh_rollout_status_name(thresh_rollout_status status)
{
    static const char *const names[] = { [THRESH_ROLLOUT_RUNNING] = "running",
                                         [THRESH_ROLLOUT_DONE] = "done",
                                         [THRESH_ROLLOUT_ROLLED_BACK] = "rolled-back",
                                         [THRESH_ROLLOUT_ABORTED] = "aborted" };
    return names[status];
}

static thresh_rollout_state *new_state(void)
{
    thresh_rollout_state *s = calloc(1, sizeof *s);

    for (size_t i = 0; s != NULL && i < THRESH_MOST_ROLLOUT_METRICS; i++)
        s->effects[i] = NAN;
    return s;
}

thresh_status thresh_rollout_begin(thresh_rollout_state **out, const thresh_rollout_plan *plan,
                                   int64_t now)
{
    thresh_rollout_state *s = new_state();

    *out = NULL;
    if (s == NULL)
        return THRESH_ENOMEM;
    s->info = (thresh_rollout_info){ .name = arena_strdup(&s->arena, plan->name),
                                     .sha256 = arena_strdup(&s->arena, plan->sha256),
                                     .since = now,
                                     .last = now,
                                     .history_count = 1 };
    s->added = "";
    s->history[0] = (thresh_transition){ now, THRESH_ROLLOUT_RUNNING, 0, "" };
    if (s->arena.failed) {
        thresh_rollout_state_free(s);
        return THRESH_ENOMEM;
    }
    *out = s;
    return THRESH_OK;
}

void thresh_rollout_state_free(thresh_rollout_state *s)
{
    if (s == NULL)
        return;
    free(s->rows);
    free(s->before);
    arena_free(&s->arena);
    free(s);
}

thresh_rollout_info thresh_rollout_state_info(const thresh_rollout_state *state)
{
    thresh_rollout_info info = state->info;

    info.history = state->history;
    return info;
}

/* --- bytes --- */

/* A row begins with what it is, and which of its texts are those of the row before: thousands of
 * rows share a few, and what is kept is hashed at each look. */
enum { ROW_CANDIDATE = 1, ROW_WHAT = 2, ROW_METRIC = 8, ROW_STRATUM = 16, ROW_TIME = 32 };

static void put_rows(bytes *b, const thresh_observation *rows, size_t count)
{
    static const thresh_observation none = { .metric = "", .stratum = "", .time = "" };

    bytes_put_u64(b, count);
    for (size_t i = 0; i < count; i++) {
        const thresh_observation *o = &rows[i], *last = i > 0 ? o - 1 : &none;
        bool metric = strcmp(o->metric, last->metric) == 0,
             stratum = strcmp(o->stratum, last->stratum) == 0,
             time = strcmp(o->time, last->time) == 0;

        bytes_put_u8(b, (uint8_t)((o->candidate ? ROW_CANDIDATE : 0) + (int)o->what * ROW_WHAT
                                  + (metric ? ROW_METRIC : 0) + (stratum ? ROW_STRATUM : 0)
                                  + (time ? ROW_TIME : 0)));
        if (!metric)
            bytes_put_text(b, o->metric);
        if (!stratum)
            bytes_put_text(b, o->stratum);
        if (!time)
            bytes_put_text(b, o->time);
        bytes_put_double(b, o->n);
        if (o->what == THRESH_OBSERVED_COUNT)
            bytes_put_double(b, o->successes);
        if (o->what == THRESH_OBSERVED_MEAN) {
            bytes_put_double(b, o->mean);
            bytes_put_double(b, o->sd);
        }
    }
}

thresh_status hash_of_rows(char out[ROWS_HASH], const thresh_observation *rows, size_t count)
{
    bytes b = BYTES_INIT;

    put_rows(&b, rows, count);
    if (!b.failed)
        sha256_hex(out, (const char *)b.data, b.len);
    thresh_status rc = b.failed ? THRESH_ENOMEM : THRESH_OK;
    bytes_free(&b);
    return rc;
}

thresh_status thresh_rollout_state_save(void **out, size_t *len, const thresh_rollout_state *s)
{
    bytes b = BYTES_INIT;

    bytes_put_tag(&b, tag);
    bytes_put_text(&b, s->info.name);
    bytes_put_text(&b, s->info.sha256);
    bytes_put_u8(&b, (uint8_t)s->info.status);
    bytes_put_u32(&b, (uint32_t)s->info.stage);
    bytes_put_i64(&b, s->info.since);
    bytes_put_i64(&b, s->info.last);
    bytes_put_u64(&b, s->info.looks);
    bytes_put_u64(&b, s->info.history_count);
    for (size_t i = 0; i < s->info.history_count; i++) {
        bytes_put_i64(&b, s->history[i].at);
        bytes_put_u8(&b, (uint8_t)s->history[i].status);
        bytes_put_u32(&b, (uint32_t)s->history[i].stage);
        bytes_put_text(&b, s->history[i].why);
    }
    bytes_put_doubles(&b, s->effects, THRESH_MOST_ROLLOUT_METRICS);
    bytes_put_u64(&b, s->fraction_count);
    bytes_put_doubles(&b, s->fractions, s->fraction_count);
    bytes_put_u8(&b, s->look_safe);
    bytes_put_text(&b, s->added);
    put_rows(&b, s->rows, s->info.rows);
    put_rows(&b, s->before, s->before_count);
    *out = bytes_give(&b, len);
    return *out != NULL ? THRESH_OK : THRESH_ENOMEM;
}

static void take_rows(bytes_reader *r, arena *a, thresh_observation **out, size_t *count)
{
    enum { LEAST_ROW = 1 + 8 };
    static const thresh_observation none = { .metric = "", .stratum = "", .time = "" };
    size_t n = bytes_take_count(r, LEAST_ROW, THRESH_MOST_OBSERVATIONS);

    *out = malloc((n + 1) * sizeof **out);
    if (*out == NULL) {
        a->failed = true;
        return;
    }
    *count = n;
    for (size_t i = 0; i < n; i++) {
        thresh_observation *o = &(*out)[i];
        const thresh_observation *last = i > 0 ? o - 1 : &none;
        uint8_t is = bytes_take_u8(r);

        *o = (thresh_observation){ .candidate = (is & ROW_CANDIDATE) != 0,
                                   .what = (thresh_counted)(is / ROW_WHAT % 4) };
        o->metric = (is & ROW_METRIC) != 0 ? last->metric : bytes_take_string(r, a);
        o->stratum = (is & ROW_STRATUM) != 0 ? last->stratum : bytes_take_string(r, a);
        o->time = (is & ROW_TIME) != 0 ? last->time : bytes_take_string(r, a);
        o->n = bytes_take_double(r);
        if (o->what == THRESH_OBSERVED_COUNT)
            o->successes = bytes_take_double(r);
        if (o->what == THRESH_OBSERVED_MEAN) {
            o->mean = bytes_take_double(r);
            o->sd = bytes_take_double(r);
        }
        if (o->what > THRESH_OBSERVED_MEAN || is >= 2 * ROW_TIME)
            r->failed = true;
    }
}

/* Every stage but the first was led to by an advance from the one before, and an end is an end. */
static bool follows(const thresh_rollout_state *s)
{
    const thresh_transition *h = s->history;
    size_t n = s->info.history_count;

    if (n == 0 || h[0].stage != 0 || h[0].status != THRESH_ROLLOUT_RUNNING || h[0].at < 0)
        return false;
    for (size_t i = 1; i < n; i++) {
        bool runs = h[i].status == THRESH_ROLLOUT_RUNNING;
        if (h[i - 1].status != THRESH_ROLLOUT_RUNNING || h[i].at < h[i - 1].at
            || h[i].stage != h[i - 1].stage + (runs ? 1 : 0))
            return false;
    }
    if (h[n - 1].status > THRESH_ROLLOUT_ABORTED)
        return false;
    const thresh_transition *begun =
        h[n - 1].status == THRESH_ROLLOUT_RUNNING ? h + n - 1 : h + n - 2;
    return s->info.status == h[n - 1].status && s->info.stage == h[n - 1].stage
           && s->info.stage < THRESH_MOST_STAGES && s->info.since == begun->at
           && s->info.last >= s->info.since;
}

/* Every look of the plan takes one more of the parts of a stage at least. */
static bool looks_follow(const thresh_rollout_state *s, const thresh_rollout_plan *plan)
{
    double before = 0, parts;

    for (size_t i = 0; i < s->fraction_count; i++) {
        if (!(s->fractions[i] > before))
            return false;
        before = s->fractions[i];
    }
    parts = floor(fmin(1, before) * (double)plan->looks + 1e-9);
    return (double)s->fraction_count <= parts;
}

thresh_status thresh_rollout_state_load(thresh_rollout_state **out, const void *data, size_t len,
                                        const char *origin, thresh_diags *diags)
{
    thresh_rollout_state *s = new_state();
    bytes_reader r = bytes_read(data, len);

    *out = NULL;
    if (s == NULL)
        return THRESH_ENOMEM;
    bytes_take_tag(&r, tag);
    s->info.name = bytes_take_string(&r, &s->arena);
    s->info.sha256 = bytes_take_string(&r, &s->arena);
    s->info.status = (thresh_rollout_status)bytes_take_u8(&r);
    s->info.stage = bytes_take_u32(&r);
    s->info.since = bytes_take_i64(&r);
    s->info.last = bytes_take_i64(&r);
    s->info.looks = bytes_take_u64(&r);
    s->info.history_count = bytes_take_count(&r, 1, MOST_TRANSITIONS);
    for (size_t i = 0; i < s->info.history_count; i++) {
        s->history[i].at = bytes_take_i64(&r);
        s->history[i].status = (thresh_rollout_status)bytes_take_u8(&r);
        s->history[i].stage = bytes_take_u32(&r);
        s->history[i].why = bytes_take_string(&r, &s->arena);
    }
    bytes_take_doubles(&r, s->effects, THRESH_MOST_ROLLOUT_METRICS);
    s->fraction_count = bytes_take_count(&r, sizeof(double), THRESH_MOST_LOOKS);
    bytes_take_doubles(&r, s->fractions, s->fraction_count);
    s->look_safe = bytes_take_u8(&r) != 0;
    s->added = bytes_take_string(&r, &s->arena);
    take_rows(&r, &s->arena, &s->rows, &s->info.rows);
    take_rows(&r, &s->arena, &s->before, &s->before_count);
    thresh_status rc = s->arena.failed ? THRESH_ENOMEM : THRESH_OK;
    if (rc == THRESH_OK && !bytes_done(&r)) {
        thresh_diags_add(diags, THRESH_ERROR, origin, 0, 0, "the state of the rollout is damaged");
        rc = THRESH_EFORMAT;
    } else if (rc == THRESH_OK && !follows(s)) {
        thresh_diags_add(diags, THRESH_ERROR, origin, 0, 0,
                         "the state of the rollout was changed by hand: its stage does not follow "
                         "from its history");
        rc = THRESH_EFORMAT;
    }
    if (rc == THRESH_OK)
        *out = s;
    else
        thresh_rollout_state_free(s);
    return rc;
}

/* --- checks and ends --- */

bool thresh_rollout_is_edited(const thresh_rollout_plan *plan, const thresh_rollout_info *info)
{
    return strcmp(info->sha256, plan->sha256) != 0;
}

thresh_status thresh_rollout_state_check(const thresh_rollout_state *state,
                                         const thresh_rollout_plan *plan, thresh_diags *diags)
{
    bool same = !thresh_rollout_is_edited(plan, &state->info);

    if (same && state->info.stage < plan->stage_count && looks_follow(state, plan))
        return THRESH_OK;
    if (same) {
        thresh_diags_add(diags, THRESH_ERROR, plan->path, 0, 0,
                         "the state of the rollout was changed by hand: its stage does not follow "
                         "from its history");
        return THRESH_EINVAL;
    }
    thresh_diags_add(diags, THRESH_ERROR, plan->path, 0, 0,
                     "the plan, or a profile of it, was edited after the rollout '%.200s' began: "
                     "what was agreed on is judged, or nothing; undo the edit, or abort this "
                     "rollout and begin one of another name",
                     state->info.name);
    return THRESH_EINVAL;
}

thresh_status thresh_rollout_abort(thresh_rollout_state *s, int64_t now, const char *why,
                                   thresh_diags *diags)
{
    const char *kept;
    int64_t last;

    if (s->info.status != THRESH_ROLLOUT_RUNNING) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "the rollout '%.200s' has ended already: %s", s->info.name,
                         diag_text(diags, thresh_rollout_status_name(s->info.status)));
        return THRESH_EINVAL;
    }
    if ((kept = arena_strdup(&s->arena, why != NULL ? why : "")) == NULL)
        return THRESH_ENOMEM;
    /* a clock that was put back keeps nobody from ending it */
    last = s->history[s->info.history_count - 1].at;
    s->info.status = THRESH_ROLLOUT_ABORTED;
    s->history[s->info.history_count++] =
        (thresh_transition){ now < last ? last : now, THRESH_ROLLOUT_ABORTED, s->info.stage, kept };
    return THRESH_OK;
}
