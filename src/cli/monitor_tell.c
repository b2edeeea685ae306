/* What thresh monitor tells: lines of JSON or sentences, and the actions that alerts set going. */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>

bool append(lines *l, const char *text, size_t len)
{
    if (l->len + len + 1 > l->capacity) {
        size_t capacity = (l->len + len + 1) * 2;
        char *grown = realloc(l->text, capacity);
        if (grown == NULL)
            return false;
        l->text = grown;
        l->capacity = capacity;
    }
    memcpy(l->text + l->len, text, len);
    l->len += len;
    l->text[l->len] = '\0';
    return true;
}

FILE *open_room(char **text)
{
    FILE *f = (*text = malloc(ROOM)) != NULL ? fmemopen(*text, ROOM, "w") : NULL;

    if (f == NULL) {
        free(*text);
        *text = NULL;
    }
    return f;
}

thresh_status close_room(FILE *f, char **text, thresh_status status)
{
    bool whole = f != NULL && fflush(f) == 0 && !ferror(f) && ftell(f) < ROOM;

    if ((f != NULL && fclose(f) != 0) || !whole)
        status = THRESH_ENOMEM;
    if (status != THRESH_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

/* --- what is said of one thing --- */

/* An alert or an event, whichever is there. */
typedef struct thing {
    const thresh_alert *alert;
    const thresh_monitor_event *event;
    const char *const *actions;
} thing;

static thresh_status write_thing(const watching *w, const thing *t, bool json, FILE *f)
{
    if (t->alert != NULL)
        return json ? thresh_report_alert_json(t->alert, t->actions, f)
                    : thresh_report_alert(t->alert, &w->words, f);
    return json ? thresh_report_event_json(t->event, f)
                : thresh_report_event(t->event, &w->words, f);
}

static thresh_status say_thing(const watching *w, const thing *t, bool json, char **out)
{
    FILE *f = open_room(out);

    return close_room(f, out, f != NULL ? write_thing(w, t, json, f) : THRESH_ENOMEM);
}

bool make_room(void *array, size_t *capacity, size_t count, size_t size)
{
    void *old, *grown;

    if (count < *capacity)
        return true;
    memcpy(&old, array, sizeof old);
    grown = realloc(old, (*capacity * 2 + 8) * size);
    if (grown == NULL)
        return false;
    memcpy(array, &grown, sizeof grown);
    *capacity = *capacity * 2 + 8;
    return true;
}

/* Keeps a line of JSON under its id, and shows it. */
static thresh_status tell_thing(watching *w, const thing *t, const char *id)
{
    char *json = NULL, *text = NULL;
    packed_decision decision = { .bytes = NULL };
    thresh_status rc = say_thing(w, t, true, &json);
    const char *shown;

    if (rc == THRESH_OK && t->alert != NULL)
        rc = pack_alert(w, &decision, t->alert, json);

    if (rc == THRESH_OK && (w->text || !w->quiet))
        rc = say_thing(w, t, false, &text);
    if (rc != THRESH_OK)
        goto done;
    shown = w->text ? text : json;
    if (!append(&w->out, shown, strlen(shown))
        || (!w->text && text != NULL && !append(&w->err, text, strlen(text)))
        || !make_room(&w->told, &w->told_capacity, w->told_count, sizeof *w->told)) {
        rc = THRESH_ENOMEM;
        goto done;
    }
    struct told *told = &w->told[w->told_count++];
    snprintf(told->id, sizeof told->id, "%s", id);
    told->json = json;
    told->decision = decision;
    json = NULL;
    decision.bytes = NULL;
done:
    free(decision.bytes);
    free(json);
    free(text);
    return rc;
}

static thresh_status take_alert(void *context, const thresh_alert *alert)
{
    watching *w = context;
    const thresh_alert_action *one, *called[MOST_ACTIONS];
    const char *names[MOST_ACTIONS + 1] = { NULL };
    size_t count = 0;
    thresh_status rc;

    for (size_t i = 0; (one = thresh_policy_alert_action(w->policy, i)) != NULL; i++)
        if (count < MOST_ACTIONS && is_called(one, alert)) {
            names[count] = one->name;
            called[count++] = one;
        }
    w->held_back = w->held_back || (count > 0 && w->actions == NULL);
    if (w->actions == NULL)
        names[0] = NULL;
    rc = tell_thing(w, &(thing){ .alert = alert, .actions = names }, alert->id);
    return rc == THRESH_OK && w->actions != NULL ? call_actions(w, alert, called, count) : rc;
}

static thresh_status take_event(void *context, const thresh_monitor_event *event)
{
    return tell_thing(context, &(thing){ .event = event }, event->id);
}

thresh_monitor_sink telling_sink(watching *w)
{
    return (thresh_monitor_sink){ .alert = take_alert, .event = take_event, .context = w };
}

/* --- delivering --- */

thresh_status write_lines(watching *w, const char *text, size_t len)
{
    if (len > 0 && (fwrite(text, 1, len, w->io->out) != len || fflush(w->io->out) != 0))
        return THRESH_EIO;
    return THRESH_OK;
}

void forget_told(watching *w)
{
    for (size_t i = 0; i < w->told_count; i++) {
        free(w->told[i].json);
        free(w->told[i].decision.bytes);
    }
    w->told_count = 0;
    w->out.len = w->err.len = 0;
}

thresh_status deliver(watching *w)
{
    thresh_status rc = write_lines(w, w->out.text, w->out.len);

    if (w->err.len > 0)
        fwrite(w->err.text, 1, w->err.len, w->io->err);
    if (rc == THRESH_OK)
        rc = start_due(w);
    if (rc == THRESH_OK)
        rc = write_textfiles(w);
    /* last: a log that is locked makes nobody wait for an alert, nor a broken pipe the log */
    record_told(w);
    forget_told(w);
    return rc;
}
