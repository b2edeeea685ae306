/*
 * Checkpoints of thresh monitor: the state and the alerts that came since the last one, put into
 * the database in one transaction before a line of them is written. After a SIGKILL the end of the
 * output tells how many of those bytes are there already, and the rest is written then.
 */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BYTES_BETWEEN = 64 << 20, SECONDS_BETWEEN = 10 };

double machine_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The second one comes soon: by then there are bytes by which the file is known again. */
bool is_due(const watching *w)
{
    return w->store != NULL && w->fed > 0
           && (w->fed >= BYTES_BETWEEN
               || machine_seconds() - w->kept >= (w->version < 2 ? 1 : SECONDS_BETWEEN));
}

/* The end of standard output, where that is a regular file. */
static void find_output(const watching *w, uint64_t *device, uint64_t *inode, uint64_t *offset)
{
    struct stat st;
    off_t at;

    *device = *inode = *offset = 0;
    if (fstat(fileno(w->io->out), &st) != 0 || !S_ISREG(st.st_mode))
        return;
    at = lseek(fileno(w->io->out), 0, SEEK_END);
    *device = (uint64_t)st.st_dev;
    *inode = (uint64_t)st.st_ino;
    *offset = at >= 0 ? (uint64_t)at : (uint64_t)st.st_size;
}

thresh_status keep_state(watching *w)
{
    thresh_monitor_checkpoint c = { .fingerprint = w->fingerprint,
                                    .lines = w->out.text,
                                    .lines_len = w->out.len };
    thresh_due_action *due = NULL;
    thresh_kept_alert *kept = NULL;
    char waiting[THRESH_KEY_MAX + 1];
    size_t kept_count = 0;
    unsigned char *data = NULL;
    size_t len = 0;
    thresh_status rc;

    if (w->store == NULL)
        return deliver(w);
    c.input = w->server != NULL ? (thresh_position){ .offset = (uint64_t)w->upto }
                                : thresh_follow_position(w->input);
    find_output(w, &c.output_device, &c.output_inode, &c.output_offset);
    due = calloc(w->due_count + 1, sizeof *due);
    kept = calloc(2 * w->told_count + 1, sizeof *kept);
    rc = due == NULL || kept == NULL ? THRESH_ENOMEM : THRESH_OK;
    for (size_t i = 0; rc == THRESH_OK && i < w->due_count; i++)
        due[i] = (thresh_due_action){ w->due[i].action->name, w->due[i].key, w->due[i].body,
                                      w->due[i].variables };
    waiting_key(waiting, w->key);
    for (size_t i = 0; rc == THRESH_OK && i < w->told_count; i++) {
        const struct told *told = &w->told[i];
        size_t text = strlen(told->json);

        kept[kept_count++] = (thresh_kept_alert){
            .id = told->id, .text = told->json, .len = text > 0 ? text - 1 : 0
        }; /* without its line's end */
        if (told->decision.bytes != NULL)
            kept[kept_count++] = (thresh_kept_alert){ .id = told->decision.id,
                                                      .text = told->decision.bytes,
                                                      .len = told->decision.len,
                                                      .key = waiting };
    }
    c.due = due;
    c.due_count = w->due_count;
    if (rc == THRESH_OK)
        rc = thresh_monitor_pack(&data, &len, w->monitor, w->events, &c);
    if (rc == THRESH_OK)
        rc = thresh_checkpoint_put(w->store, w->key, data, len, kept, kept_count, &w->version,
                                   w->diags);
    free(data);
    free(due);
    free(kept);
    if (rc != THRESH_OK)
        return rc;
    w->fed = 0;
    w->kept = machine_seconds();
    rc = tidy_actions(w);
    if (rc != THRESH_OK)
        return rc;
    return deliver(w);
}

/* What of the last lines is not in the output yet. A pipe does not say: there they come twice at
 * worst, with the same id. */
static thresh_status finish_lines(watching *w, const thresh_monitor_checkpoint *c)
{
    uint64_t device, inode, end;
    size_t there = 0;

    find_output(w, &device, &inode, &end);
    if (inode != 0 && device == c->output_device && inode == c->output_inode
        && end >= c->output_offset)
        there =
            end - c->output_offset < c->lines_len ? (size_t)(end - c->output_offset) : c->lines_len;
    return write_lines(w, c->lines + there, c->lines_len - there);
}

static const thresh_alert_action *action_named(const watching *w, const char *name)
{
    const thresh_alert_action *one;

    for (size_t i = 0; (one = thresh_policy_alert_action(w->policy, i)) != NULL; i++)
        if (strcmp(one->name, name) == 0)
            return one;
    return NULL;
}

/* Starts what was due when the last process ended; what had been started is not started again. */
static thresh_status finish_actions(watching *w, const thresh_monitor_checkpoint *c)
{
    for (size_t i = 0; i < c->due_count && w->actions != NULL; i++) {
        struct due due = { .action = action_named(w, c->due[i].name) };

        if (due.action == NULL)
            continue; /* no longer in the profile */
        snprintf(due.key, sizeof due.key, "%s", c->due[i].key);
        due.body = strdup(c->due[i].body);
        due.variables = strdup(c->due[i].variables);
        if (!add_due(w, &due))
            return THRESH_ENOMEM;
    }
    return deliver(w);
}

thresh_status take_up(watching *w, thresh_position *position, bool *found)
{
    thresh_monitor_checkpoint c;
    void *data = NULL;
    size_t len = 0;
    thresh_status rc = thresh_store_open(&w->store, option_value(w->a, "state"), w->diags);

    *found = false;
    if (rc != THRESH_OK)
        return rc;
    w->kept = machine_seconds();
    w->ended = SIZE_MAX / 2; /* whatever the last run left: tidied with the first checkpoint */
    rc = thresh_checkpoint_get(w->store, w->key, &data, &len, &w->version, w->diags);
    if (rc == THRESH_ENOENT) {
        w->version = 0;
        return THRESH_OK;
    }
    if (rc == THRESH_OK)
        rc = thresh_monitor_unpack(w->monitor, &w->events, &c, data, len, w->fingerprint,
                                   &w->reading, w->diags);
    free(data);
    if (rc == THRESH_EFORMAT)
        thresh_diags_add(w->diags, THRESH_ERROR, option_value(w->a, "state"), 0, 0,
                         "its state is damaged: a byte of it was changed, or it was cut off");
    if (rc != THRESH_OK)
        return rc;
    *found = true;
    *position = c.input;
    rc = finish_lines(w, &c);
    return rc == THRESH_OK ? finish_actions(w, &c) : rc;
}
