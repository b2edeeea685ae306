/* A run of thresh monitor: what it reads, what it watches with, and what it has to tell. */
#ifndef CLI_MONITOR_H
#define CLI_MONITOR_H

#include "cli.h"

/* A growing text. */
typedef struct lines {
    char *text;
    size_t len, capacity;
} lines;

typedef struct watching {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    size_t printed; /* messages */
    thresh_policy *policy;
    thresh_set *baseline;
    thresh_events_options reading;
    thresh_monitor_options options;
    const char *by[17]; /* of reading.by */
    const char *drift[MAX_PATTERNS + 1];
    char *fingerprint; /* of all that a state depends on */
    bool text, follow, quiet;
    double most_bad; /* malformed lines; infinite: any number */
    thresh_text_options words;
    thresh_events *events;
    thresh_monitor *monitor;
    thresh_monitor_sink sink;
    thresh_follow *input;      /* or: */
    thresh_prometheus *server; /* which was asked for all */
    int64_t upto, step;        /* up to here, in such steps; microseconds */
    thresh_store *store; /* NULL: nothing is kept */
    char key[THRESH_KEY_MAX];
    char server_name[480];
    uint64_t version;        /* of the checkpoint */
    uint64_t fed;            /* bytes since the last one */
    double kept;             /* when it was put, in seconds of the machine's clock */
    thresh_actions *actions; /* NULL: none is run */
    /* since the last checkpoint: lines of standard output and of standard error, alerts to be kept
     * and what they set going */
    lines out, err;
    struct told {
        char id[THRESH_ACTION_KEY_MAX + 1];
        char *json;
    } * told;
    size_t told_count, told_capacity;
    struct due {
        const thresh_alert_action *action;
        char key[THRESH_ACTION_KEY_MAX + 1];
        char *body, *variables;
        bool running;
    } * due;
    size_t due_count, due_capacity;
    bool held_back; /* an action was due, and is not allowed */
} watching;

/* --- monitor.c --- */
/* Takes a row of the input; the context is the watching. */
thresh_status take_row(void *context, const thresh_event *row);
/* After a piece of a living input: silence, a checkpoint where it is time, actions, messages. */
thresh_status settle(watching *w);
bool is_stopped(void);

/* --- monitor_prometheus.c: a server instead of a file --- */
/* Its address without a name and password. */
void name_server(char *out, size_t size, const char *url);
/* @param from  where a state stood, or NULL */
thresh_status open_server(watching *w, const char *url, const thresh_position *from);
thresh_status watch_server(watching *w);

/* --- monitor_tell.c: alerts into lines and actions --- */
/* What the monitor calls. */
thresh_monitor_sink telling_sink(watching *w);
/* Writes what is pending to standard output and standard error, and starts what is due. */
thresh_status deliver(watching *w);
/* A text that is written like a file. It has a fixed room, more than any alert takes: a stream that
 * grows loses bytes, and says nothing, when memory runs out. */
enum { ROOM = 65536 };
FILE *open_room(char **text);
/* Closes it; on anything but THRESH_OK, which is returned, *text is freed and NULL. */
thresh_status close_room(FILE *f, char **text, thresh_status status);
thresh_status write_lines(watching *w, const char *text, size_t len);
bool append(lines *l, const char *text, size_t len);
void forget_told(watching *w);

/* --- monitor_act.c: what alerts set going --- */
enum { MOST_ACTIONS = 32 };
bool is_called(const thresh_alert_action *one, const thresh_alert *alert);
/* Adds a call of each to what is due. */
thresh_status call_actions(watching *w, const thresh_alert *alert,
                           const thresh_alert_action *const *called, size_t count);
/* Adds one, with texts that it owns from here on; false when memory ran out. */
bool add_due(watching *w, const struct due *due);
/* Starts what is due and has not to wait for another call of its action. */
thresh_status start_due(watching *w);
/* Tells how calls ended, and starts those that waited for them; waits up to so many seconds. */
thresh_status gather(watching *w, double wait);
/* How things stand, for Prometheus' textfile collector. */
thresh_status write_textfiles(watching *w);
void forget_all_due(watching *w);
/* Makes room for one more item. */
bool make_room(void *array, size_t *capacity, size_t count, size_t size);

/* --- monitor_keep.c: checkpoints --- */
/* Opens the store, and goes on where its state stands; *position is where the input is to begin. */
thresh_status take_up(watching *w, thresh_position *position, bool *found);
/* Puts everything away, and then delivers it. */
thresh_status keep_state(watching *w);
/* Whether it is time for a checkpoint, without anything to tell. */
bool is_due(const watching *w);
double machine_seconds(void);

#endif
