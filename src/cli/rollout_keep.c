/*
 * Where a rollout stands, between two commands: the plan, the state in its database, and the record
 * of what was decided. Judged again, all of it comes from the record.
 */
#include "rollout.h"

#include "dossier.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Judged again, from what is on record. */
bool is_again(const session *s)
{
    return s->a->dossier != NULL && is_replay(s->a->dossier);
}

/* --- the clock --- */

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    /* from 1 March on, so that the day that may be missing is the last one */
    int64_t y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* "2026-11-25T10:00:00Z", and no other form. */
static bool read_instant(int64_t *out, const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    static const int from[] = { 0, 5, 8, 11, 14, 17 }, digits[] = { 4, 2, 2, 2, 2, 2 };
    static const int most[] = { 9999, 12, 31, 23, 59, 59 };
    int64_t part[6] = { 0 };

    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < digits[i]; k++)
            part[i] = part[i] * 10 + text[from[i] + k] - '0';
        if (part[i] > most[i])
            return false;
    }
    if (part[0] < 1970 || part[1] < 1 || part[2] < 1)
        return false;
    int64_t day = days_of(part[0], part[1], part[2]);
    bool december = part[1] == 12;
    /* 31 November would be 1 December */
    if (day >= days_of(part[0] + december, december ? 1 : part[1] + 1, 1))
        return false;
    *out = day * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
    return true;
}

static void write_instant(char out[32], int64_t at)
{
    struct tm parts;

    gmtime_r(&(time_t){ (time_t)at }, &parts);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* Clocks of machines are not the same to the second. */
enum { APART = 60 };

/* What the clock says is a part of the decision, and comes from there where that is judged again.
 */
int read_clock(session *s)
{
    const char *text = option_value(s->a, "at");
    const noted_file *then = is_again(s) ? noted_as(s->a->dossier, "clock") : NULL;
    const int64_t clock = (int64_t)time(NULL);
    char now[32];

    s->now = clock;
    if (text == NULL && then != NULL && then->len + 1 < sizeof now) {
        memcpy(now, then->bytes, then->len);
        now[then->len] = '\0';
        text = now;
    } else if (text == NULL && is_recorded(s->a)) {
        write_instant(now, clock);
        note_only(s->a->dossier, "clock", "--at", "clock", strdup(now), strlen(now));
    }
    if (text != NULL && !read_instant(&s->now, text))
        return complain(s->io, "--at: found '%s', expected a time such as 2026-11-25T10:00:00Z",
                        text);
    /* it would skip the least time of a stage, and then lock the rollout until it has come */
    if (s->now - clock > APART && !is_again(s)) {
        write_instant(now, clock);
        return complain(s->io,
                        "--at: found '%s', expected no time that is yet to come; the clock says %s",
                        text, now);
    }
    return EXIT_OK;
}

/* Judged again, it is what it was then. */
int64_t clock_after(const session *s, int64_t last)
{
    int64_t now = s->now;

    if (option_given(s->a, "at") || is_again(s))
        return now;
    return now < last && last - now <= APART ? last : now;
}

/* --- plan and state --- */

thresh_status read_plan(session *s)
{
    char buffer[4096];
    thresh_lookup lookup = profile_lookup(buffer);
    const char *path = s->a->positional[1];
    const noted_file *then = is_again(s) ? noted_as(s->a->dossier, "plan") : NULL;
    thresh_status rc;

    note_profiles(s->a, &lookup);
    if (then != NULL)
        return thresh_rollout_plan_text(&s->plan, then->bytes, then->len, path, &lookup, s->diags);
    rc = thresh_rollout_plan_read(&s->plan, path, s->io->in, &lookup, s->diags);
    if (rc == THRESH_OK && is_recorded(s->a))
        note_only(s->a->dossier, "plan", path, path, strdup(s->plan->text), strlen(s->plan->text));
    return rc;
}

/* rollout.yaml keeps its state in rollout.db. */
thresh_status find_store(session *s)
{
    const char *given = option_value(s->a, "state"), *path = s->plan->path;
    size_t len = strlen(path);

    if (given == NULL && strcmp(path, "-") == 0) {
        thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                         "a plan from standard input: --state says where its state is");
        return THRESH_EINVAL;
    }
    if (given == NULL && len > 5 && strcmp(path + len - 5, ".yaml") == 0)
        len -= 5;
    if ((s->where = malloc((given != NULL ? strlen(given) : len) + 4)) == NULL)
        return THRESH_ENOMEM;
    if (given != NULL)
        strcpy(s->where, given);
    else
        sprintf(s->where, "%.*s.db", (int)len, path);
    snprintf(s->key, sizeof s->key, "rollout/%s", s->plan->name);
    s->shown = thresh_store_shown(s->where);
    return s->shown != NULL ? THRESH_OK : THRESH_ENOMEM;
}

const char *name_of_store(const session *s)
{
    return s->store != NULL ? thresh_store_name(s->store) : s->shown;
}

static thresh_status no_rollout(session *s)
{
    thresh_diags_add(s->diags, THRESH_ERROR, name_of_store(s), 0, 0,
                     "there is no rollout '%s' (thresh rollout init %s begins it)", s->plan->name,
                     s->plan->path);
    return THRESH_EINVAL;
}

/* The state before is a part of the decision. */
static thresh_status load_state(session *s, void *bytes, size_t len)
{
    thresh_status rc = thresh_rollout_state_load(&s->state, bytes, len, name_of_store(s), s->diags);
    char *copy = rc == THRESH_OK && is_recorded(s->a) ? malloc(len + 1) : NULL;

    if (copy != NULL)
        memcpy(copy, bytes, len);
    if (rc == THRESH_OK && is_recorded(s->a))
        note_only(s->a->dossier, "state", s->key, thresh_store_name(s->store), copy, len);
    return rc;
}

static thresh_status load_again(session *s)
{
    const noted_file *then = noted_as(s->a->dossier, "state");

    if (then != NULL)
        return thresh_rollout_state_load(&s->state, then->bytes, then->len, then->path, s->diags);
    thresh_diags_add(s->diags, THRESH_ERROR, NULL, 0, 0,
                     "the state of the rollout is not on record with this decision");
    return THRESH_ENOENT;
}

/* Reads plan and state. */
thresh_status open_rollout(session *s, bool to_read)
{
    void *bytes = NULL;
    size_t len = 0;
    thresh_status rc = s->plan == NULL ? read_plan(s) : THRESH_OK;

    if (rc == THRESH_OK && is_again(s))
        return load_again(s);
    if (rc == THRESH_OK && s->where == NULL)
        rc = find_store(s);
    if (rc != THRESH_OK)
        return rc;
    /* a store is made by init alone */
    if (s->store == NULL && strstr(s->where, "://") == NULL && access(s->where, F_OK) != 0)
        return no_rollout(s);
    if (s->store == NULL)
        rc = to_read ? thresh_store_open_read(&s->store, s->where, s->diags)
                     : thresh_store_open(&s->store, s->where, s->diags);
    if (rc != THRESH_OK)
        return rc == THRESH_ENOENT ? no_rollout(s) : rc;
    /* what a killed process left is on record before another step is taken */
    if (!to_read && is_recorded(s->a)
        && (rc = record_waiting(s->a, s->store, s->key, s->diags)) != THRESH_OK)
        return rc;
    rc = thresh_checkpoint_get(s->store, s->key, &bytes, &len, &s->version, s->diags);
    if (rc == THRESH_ENOENT)
        return no_rollout(s);
    if (rc == THRESH_OK)
        rc = load_state(s, bytes, len);
    free(bytes);
    return rc;
}

thresh_status read_rows(session *s, thresh_observations **out, const char *const *asked,
                        size_t count)
{
    const char **paths = calloc(count + 1, sizeof *paths);
    thresh_status rc = paths == NULL ? THRESH_ENOMEM : THRESH_OK;

    *out = NULL;
    for (size_t i = 0; rc == THRESH_OK && i < count; i++) {
        paths[i] = is_again(s) ? replayed_path(s->a->dossier, asked[i]) : asked[i];
        if (paths[i] == NULL)
            rc = not_on_record(asked[i], s->diags);
    }
    if (rc == THRESH_OK)
        rc = thresh_observations_read(out, paths, count, s->io->in, s->diags);
    for (size_t i = 0; rc == THRESH_OK && is_recorded(s->a) && i < (*out)->file_count; i++)
        note_file(s->a->dossier, "input", asked[i], "", asked[i], (*out)->files[i].sha256, NULL, 0);
    free(paths);
    return rc;
}

/* What it was made from is in the log already, so that nothing but the log itself can be missing.
 */
static thresh_status pack(session *s, packed_decision *packed, const step_taken *d,
                          thresh_diags *diags)
{
    thresh_status rc = keep_noted(s->a, diags);

    return rc == THRESH_OK ? pack_decision(packed, s->a, d->word, d->code, d->text, d->len) : rc;
}

/* Puts on record what changes no state. */
thresh_status record_only(session *s, const step_taken *d)
{
    packed_decision packed = { .bytes = NULL };
    thresh_status rc = pack(s, &packed, d, s->diags);

    if (rc == THRESH_OK)
        rc = record_packed(s->a, &packed, s->diags);
    free(packed.bytes);
    return rc;
}

/* The state, and beside it what was decided, both or neither; and then the record of it. */
thresh_status keep_step(session *s, const step_taken *d, thresh_diags *diags)
{
    char id[THRESH_KEY_MAX + 32], waiting[THRESH_KEY_MAX + 1];
    packed_decision packed = { .bytes = NULL };
    void *bytes = NULL;
    size_t size = 0;
    thresh_status rc;

    if (is_again(s))
        return THRESH_OK;
    rc = thresh_rollout_state_save(&bytes, &size, s->state);
    if (rc == THRESH_OK && is_recorded(s->a))
        rc = pack(s, &packed, d, diags);
    snprintf(id, sizeof id, "%s/%llu", s->key, (unsigned long long)s->version + 1);
    waiting_key(waiting, s->key);
    const thresh_kept_alert decided[] = {
        { .id = id, .text = d->text, .len = d->len },
        { .id = packed.id, .text = packed.bytes, .len = packed.len, .key = waiting },
    };
    if (rc == THRESH_OK)
        rc = thresh_checkpoint_put(s->store, s->key, bytes, size, decided,
                                   packed.bytes != NULL ? 2 : 1, &s->version, diags);
    if (rc == THRESH_OK && packed.bytes != NULL
        && (rc = record_waiting(s->a, s->store, s->key, diags)) != THRESH_OK)
        thresh_diags_add(diags, THRESH_ERROR, name_of_store(s), 0, 0,
                         "the step was taken and is kept here, but it is not on record yet: the "
                         "next observe or abort with --record puts it there");
    s->kept = rc == THRESH_OK;
    free(packed.bytes);
    free(bytes);
    return rc;
}
