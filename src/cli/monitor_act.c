/*
 * What alerts set going. Calls of one action go one after another, so that the end of an incident
 * does not reach a server before its beginning; those of several go side by side. A call stays
 * among those that are due, and in every checkpoint, until its end was seen.
 */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

/* What the server is told is no command's business. */
static bool is_of_server(const char *variable)
{
    static const char *const names[] = { "THRESH_PROMETHEUS_TOKEN=",
                                         "THRESH_PROMETHEUS_PASSWORD=" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* What an action is sent; the levels are those it is for. */
static thresh_status write_body(const watching *w, const thresh_alert_action *one,
                                const thresh_alert *alert, FILE *f)
{
    return one->alertmanager != NULL ? thresh_report_alertmanager(alert, one->on, &w->words, f)
                                     : thresh_report_alert_json(alert, NULL, f);
}

static thresh_status write_variables(const watching *w, const thresh_alert_action *one,
                                     const thresh_alert *alert, FILE *f)
{
    (void)w;
    return thresh_report_alert_variables(alert, one->name, f);
}

typedef thresh_status write_fn(const watching *w, const thresh_alert_action *one,
                               const thresh_alert *alert, FILE *f);

/* The text to be freed, or NULL when memory ran out. */
static char *text_of(write_fn *write, const watching *w, const thresh_alert_action *one,
                     const thresh_alert *alert)
{
    char *text;
    FILE *f = open_room(&text);

    close_room(f, &text, f != NULL ? write(w, one, alert, f) : THRESH_ENOMEM);
    return text;
}

bool is_called(const thresh_alert_action *one, const thresh_alert *alert)
{
    bool up = alert->level > alert->from;

    if (one->textfile != NULL)
        return false; /* it shows how things stand, and is written whenever something is told */
    if (one->alertmanager != NULL) /* it has to hear of the end of what it was told */
        return one->on[alert->level] || (alert->from != THRESH_LEVEL_NONE && one->on[alert->from]);
    if (one->every)
        return one->on[alert->level];
    if (!up)
        return alert->ends && one->on[THRESH_LEVEL_NONE];
    for (int l = (int)alert->begins_from; alert->begins && l <= (int)alert->level; l++)
        if (one->on[l]) /* a rise past a level reaches it, too */
            return true;
    return false;
}

static void free_due(const struct due *due)
{
    free(due->body);
    free(due->variables);
}

bool add_due(watching *w, const struct due *due)
{
    if (due->body == NULL || due->variables == NULL
        || !make_room(&w->due, &w->due_capacity, w->due_count, sizeof *w->due)) {
        free_due(due);
        return false;
    }
    w->due[w->due_count++] = *due;
    return true;
}

/* An incident calls an action once: its key is the incident's. */
thresh_status call_actions(watching *w, const thresh_alert *alert,
                           const thresh_alert_action *const *called, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const thresh_alert_action *one = called[i];
        const char *of = one->every || alert->ends ? alert->id : alert->incident;
        struct due due = { .action = one,
                           .body = text_of(write_body, w, one, alert),
                           .variables = text_of(write_variables, w, one, alert) };

        thresh_action_key(due.key, w->source, of, one->name);
        if (!add_due(w, &due))
            return THRESH_ENOMEM;
    }
    return THRESH_OK;
}

/* Our own surroundings and the alert's, which are cut out of their text. */
static const char **environment_of(char *variables)
{
    size_t count = 0, more = 1;
    const char **out;

    while (environ[count] != NULL)
        count++;
    for (const char *p = variables; *p != '\0'; p++)
        more += *p == '\n';
    if ((out = malloc((count + more) * sizeof *out)) == NULL)
        return NULL;
    count = 0;
    for (size_t i = 0; environ[i] != NULL; i++)
        if (!is_of_server(environ[i]))
            out[count++] = environ[i];
    for (char *end; (end = strchr(variables, '\n')) != NULL; variables = end + 1) {
        *end = '\0';
        out[count++] = variables;
    }
    out[count] = NULL;
    return out;
}

/* A call whose secrets cannot be had waits, and stays in the state, until they can. */
static thresh_status start(watching *w, struct due *due)
{
    const thresh_alert_action *one = due->action;
    struct request with;
    char *variables = strdup(due->variables); /* the text itself is kept, for a checkpoint */
    const char **environment = variables != NULL ? environment_of(variables) : NULL;
    char address[4096];
    thresh_action_call call = { .key = due->key,
                                .argv = one->argv,
                                .environment = environment,
                                .url = one->url,
                                .body = due->body,
                                .body_length = strlen(due->body),
                                .timeout = one->timeout,
                                .tls = one->tls,
                                .retries = one->retries,
                                .backoff = one->backoff };
    thresh_status rc = THRESH_ENOMEM;

    if (!find_request(w, one, &with, due->held ? NULL : w->diags)) {
        due->held = true;
        rc = THRESH_OK;
        goto done;
    }
    call.headers = (const char *const *)with.headers;
    if (with.url != NULL)
        call.url = with.url;
    if (one->alertmanager != NULL) {
        size_t len = strlen(one->alertmanager);
        while (len > 0 && one->alertmanager[len - 1] == '/')
            len--;
        snprintf(address, sizeof address, "%.*s/api/v2/alerts", (int)len, one->alertmanager);
        call.url = address;
    }
    if (environment != NULL)
        rc = thresh_action_start(w->actions, &call, w->diags);
    due->running = rc == THRESH_OK;
    free_request(&with);
done:
    free(environment);
    free(variables);
    return rc;
}

static bool is_still_due(void *context, const char *key)
{
    const watching *w = context;

    for (size_t i = 0; i < w->due_count; i++)
        if (strcmp(w->due[i].key, key) == 0)
            return true;
    return false;
}

thresh_status tidy_actions(watching *w)
{
    enum { KEPT = 1000, BETWEEN = 100 };

    if (w->actions == NULL || w->ended < BETWEEN)
        return THRESH_OK;
    w->ended = 0;
    return thresh_actions_tidy(w->actions, w->source, KEPT, is_still_due, w, w->diags);
}

/* How things stand, for who reads it at times of its own; a file that cannot be written stops
 * nothing. */
thresh_status write_textfiles(watching *w)
{
    const thresh_alert_action *one;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; (one = thresh_policy_alert_action(w->policy, i)) != NULL; i++) {
        output_file out = { 0 };
        bool written = false;

        if (one->textfile == NULL || w->actions == NULL)
            continue;
        if (open_output_file(&out, w->io, one->textfile) == EXIT_OK) {
            rc = thresh_report_textfile(w->monitor, thresh_events_counted(w->events), w->failed,
                                        out.file);
            written = rc == THRESH_OK;
        }
        close_output_file(&out, w->io, written);
        if (rc == THRESH_ENOMEM)
            return rc;
    }
    return THRESH_OK;
}

/* Whether a call of the same action comes before. */
static bool has_to_wait(const watching *w, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (w->due[k].action == w->due[i].action)
            return true;
    return false;
}

thresh_status start_due(watching *w)
{
    thresh_status rc = THRESH_OK;

    /* whatever happens to one, the others are started */
    for (size_t i = 0; i < w->due_count; i++) {
        thresh_status one;

        if (w->due[i].running || has_to_wait(w, i))
            continue;
        one = start(w, &w->due[i]);
        rc = rc == THRESH_OK ? one : rc;
    }
    return rc;
}

static void forget_due(watching *w, const char *key)
{
    for (size_t i = 0; i < w->due_count; i++)
        if (strcmp(w->due[i].key, key) == 0) {
            free_due(&w->due[i]);
            memmove(&w->due[i], &w->due[i + 1], (w->due_count - i - 1) * sizeof *w->due);
            w->due_count--;
            return;
        }
}

void forget_all_due(watching *w)
{
    for (size_t i = 0; i < w->due_count; i++)
        free_due(&w->due[i]);
    w->due_count = 0;
}

/* Whether the alert that a call was for is red; a call of an earlier process has its text alone. */
static bool is_for_red(const watching *w, const char *key)
{
    for (size_t i = 0; i < w->due_count; i++)
        if (strcmp(w->due[i].key, key) == 0)
            return strstr(w->due[i].variables, "THRESH_LEVEL=red\n") != NULL;
    return false;
}

static void tell_end(watching *w, const thresh_action_run *run)
{
    if (thresh_action_succeeded(run)) {
        complain(w->io, N_("action %s: %s, %d, after %.1f s"), run->key,
                 thresh_action_outcome_name(run->outcome), run->code, run->seconds);
        return;
    }
    w->failed++;
    w->failed_at_red += is_for_red(w, run->key);
    if (run->outcome == THRESH_ACTION_NOT_STARTED)
        complain(w->io, N_("action %s FAILED: it could not be started: %s"), run->key,
                 thresh_translate(w->io->language, strerror(run->code)));
    else
        complain(w->io, N_("action %s FAILED: %s, %d, after %.1f s"), run->key,
                 thresh_action_outcome_name(run->outcome), run->code, run->seconds);
}

thresh_status gather(watching *w, double wait)
{
    const thresh_action_run *run;
    uint64_t failed;
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && w->actions != NULL && thresh_actions_pending(w->actions) > 0) {
        rc = thresh_actions_next(&run, w->actions, wait, w->diags);
        if (rc != THRESH_OK || run == NULL)
            break;
        failed = w->failed;
        tell_end(w, run);
        forget_due(w, run->key);
        w->ended++;
        rc = start_due(w);
        if (rc == THRESH_OK && w->failed > failed)
            rc = write_textfiles(w);
    }
    return rc;
}
