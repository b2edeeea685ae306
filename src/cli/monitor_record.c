/*
 * What a monitor decides, on record: that it began, each change of a level when it happens, and how
 * it ended. An alert is packed when it is told, kept in the transaction that keeps the state, and
 * put on record when it has gone out and its actions have started. A log that cannot be written
 * stops neither of them: it is tried again, and what is not there at the end is said, with exit
 * code 2.
 */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>

/* Without a state, what waits is in memory: there is room for an hour of alerts each second. */
enum { MOST_WAITING = 3600, SECONDS_BETWEEN_TRIES = 60 };

static int code_of_level(thresh_level level)
{
    return level == THRESH_LEVEL_RED      ? EXIT_REJECT
           : level == THRESH_LEVEL_ORANGE ? EXIT_REVIEW
                                          : EXIT_OK;
}

thresh_status pack_alert(const watching *w, packed_decision *out, const thresh_alert *alert,
                         const char *json)
{
    if (!is_recorded(w->a))
        return THRESH_OK;
    return pack_decision(out, w->a, thresh_level_name(alert->level), code_of_level(alert->level),
                         json, strlen(json));
}

/* A document of how things stand: as the run begins, and as it ends. */
static thresh_status pack_status(const watching *w, packed_decision *out, bool ended, int code)
{
    const char *word = ended ? thresh_level_name(thresh_monitor_level(w->monitor)) : "running";
    const thresh_monitor_run run = { .input = w->reading.path != NULL ? w->reading.path : "-",
                                     .baseline = w->baseline,
                                     .policy = w->policy,
                                     .monitor = w->monitor,
                                     .events = thresh_events_counted(w->events),
                                     .ended = ended,
                                     .exit_code = code };
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    thresh_status rc = f == NULL ? THRESH_ENOMEM : thresh_report_monitor_json(&run, f);

    rc = close_memory(f, &text, rc);
    if (rc == THRESH_OK)
        rc = pack_decision(out, w->a, word, code, text, len);
    free(text);
    return rc;
}

static thresh_status record_status(watching *w, bool ended, int code, thresh_diags *diags)
{
    packed_decision packed = { .bytes = NULL };
    thresh_status rc = pack_status(w, &packed, ended, code);

    if (rc == THRESH_OK)
        rc = record_packed(w->a, &packed, diags);
    free(packed.bytes);
    return rc;
}

thresh_status record_beginning(watching *w)
{
    thresh_status rc;

    if (!is_recorded(w->a))
        return THRESH_OK;
    rc = keep_noted(w->a, w->diags);
    if (rc == THRESH_OK && w->store != NULL)
        rc = record_waiting(w->a, w->store, w->key, w->diags);
    return rc == THRESH_OK ? record_status(w, false, EXIT_OK, w->diags) : rc;
}

/* --- alerts --- */

static void take_over_told(watching *w)
{
    struct record *r = &w->record;

    for (size_t i = 0; i < w->told_count; i++) {
        packed_decision *one = &w->told[i].decision;

        if (one->bytes == NULL)
            continue;
        if (r->count == MOST_WAITING
            || !make_room(&r->list, &r->capacity, r->count, sizeof *r->list)) {
            r->lost++;
            continue;
        }
        r->list[r->count++] = *one;
        one->bytes = NULL;
    }
}

static thresh_status record_listed(watching *w, thresh_diags *diags)
{
    struct record *r = &w->record;
    thresh_status rc = THRESH_OK;
    size_t done = 0;

    while (done < r->count && (rc = record_packed(w->a, &r->list[done], diags)) == THRESH_OK)
        free(r->list[done++].bytes);
    memmove(r->list, r->list + done, (r->count - done) * sizeof *r->list);
    r->count -= done;
    return rc;
}

static thresh_status record_all(watching *w, thresh_diags *diags)
{
    thresh_status rc = reopen_record(w->a, diags);

    if (rc != THRESH_OK)
        return rc;
    return w->store != NULL ? record_waiting(w->a, w->store, w->key, diags)
                            : record_listed(w, diags);
}

/* The first failure is said, and when it is over. */
static void try_to_record(watching *w)
{
    struct record *r = &w->record;
    thresh_diags *diags = new_diags(w->io);
    thresh_status rc = diags == NULL ? THRESH_ENOMEM : record_all(w, diags);

    if (rc != THRESH_OK && !r->failing) {
        failure(w->io, diags, rc);
        complain(w->io, "alerts cannot be put on record; the watch goes on, and every minute that "
                        "is tried again");
    } else if (rc == THRESH_OK && r->failing) {
        complain(w->io, "the alerts are on record now");
    }
    r->failing = rc != THRESH_OK;
    if (r->failing)
        close_record(w->a);
    r->again_at = machine_seconds() + SECONDS_BETWEEN_TRIES;
    thresh_diags_free(diags);
}

void record_told(watching *w)
{
    bool any = false;

    if (!is_recorded(w->a))
        return;
    for (size_t i = 0; i < w->told_count; i++)
        any = any || w->told[i].decision.bytes != NULL;
    if (w->store == NULL)
        take_over_told(w);
    if (w->record.failing ? machine_seconds() >= w->record.again_at : any)
        try_to_record(w);
}

int record_end(watching *w, int code)
{
    struct record *r = &w->record;
    thresh_diags *diags;
    thresh_status rc;

    if (!is_recorded(w->a))
        return code;
    if (r->failing)
        try_to_record(w);
    if (r->failing || r->lost > 0)
        return complain(
            w->io, w->store != NULL
                       ? N_("alerts of this run are not on record; they wait in its state, and "
                            "the next run with --state and --record puts them there")
                       : N_("alerts of this run are not on record"));
    if (code == EXIT_TROUBLE)
        return code;
    diags = new_diags(w->io);
    rc = diags == NULL ? THRESH_ENOMEM : record_status(w, true, code, diags);
    if (rc != THRESH_OK) {
        code = failure(w->io, diags, rc);
        complain(w->io, "the end of this run could not be put on record");
    }
    thresh_diags_free(diags);
    return code;
}

void forget_record(watching *w)
{
    for (size_t i = 0; i < w->record.count; i++)
        free(w->record.list[i].bytes);
    free(w->record.list);
}
