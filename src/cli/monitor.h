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
    thresh_events_counts before; /* when this run began */
    thresh_monitor *monitor;
    thresh_monitor_sink sink;
    thresh_follow *input;      /* or: */
    thresh_prometheus *server; /* which was asked for all */
    int64_t upto, step;        /* up to here, in such steps; microseconds */
    char *token;               /* what it is sent, as a header; NULL: none */
    thresh_store *store;       /* NULL: nothing is kept */
    char key[THRESH_KEY_MAX];
    char server_name[480];
    uint64_t version;        /* of the checkpoint */
    uint64_t fed;            /* bytes since the last one */
    double kept;             /* when it was put, in seconds of the machine's clock */
    thresh_actions *actions; /* NULL: none is run */
    char source[4608];       /* of its calls: the input, from wherever it was named */
    size_t ended;            /* calls since the folder of actions was tidied */
    /* since the last checkpoint: lines of standard output and of standard error, alerts to be kept
     * and what they set going */
    lines out, err;
    struct told {
        char id[THRESH_ACTION_KEY_MAX + 1];
        char *json;
        packed_decision decision; /* of an alert, where that goes on record */
    } * told;
    size_t told_count, told_capacity;
    struct due {
        const thresh_alert_action *action;
        char key[THRESH_ACTION_KEY_MAX + 1];
        char *body, *variables;
        bool running;
        bool held; /* a secret of it cannot be had, which was told */
    } * due;
    size_t due_count, due_capacity;
    bool held_back; /* an action was due, and is not allowed */
    struct record {
        packed_decision *list; /* without a state: those that are not on record yet */
        size_t count, capacity;
        uint64_t lost;   /* that there was no room for */
        bool failing;    /* the log cannot be written: it is tried again */
        double again_at; /* by the machine's clock */
    } record;
    uint64_t failed, failed_at_red; /* actions of this run, and those of them for a red alert */
} watching;

/* --- monitor.c --- */
/* Takes a row of the input; the context is the watching. */
thresh_status take_row(void *context, const thresh_event *row);
/* After a piece of a living input: silence, a checkpoint where it is time, actions, messages. */
thresh_status settle(watching *w);
bool is_stopped(void);

/* --- monitor_end.c --- */
/* Warns of columns of drift that no row has. */
void name_unseen(const watching *w);
/* Rules under `alerts: metrics:` that meet no metric. */
void name_unmet(const watching *w);
/* --by of which no slice is watched. */
void name_unsliced(const watching *w);
/* Most of the lines of this run: says so. */
bool is_unreadable(const watching *w);
/* Whether a run that raised nothing is not to be taken for a good one; says why. */
bool is_blind(const watching *w);
/* Whether stream and baseline may not be comparable; says so. */
bool is_doubtful(const watching *w);

/* --- monitor_prometheus.c: a server instead of a file --- */
/* Its address without a name and password. */
void name_server(char *out, size_t size, const char *url);
/* @param from  where a state stood, or NULL */
thresh_status open_server(watching *w, const char *url, const thresh_position *from);
thresh_status watch_server(watching *w);
void close_server(watching *w);

/* --- monitor_secret.c --- */
/* What it is, to be freed; NULL, and a message (which may be NULL) without it. */
char *read_secret(const watching *w, const thresh_secret *secret, thresh_diags *diags);
/* What an action is posted with. */
struct request {
    char **headers; /* "Name: value", ends with NULL */
    char *url;      /* NULL: the profile has it */
};
/* False, and a message, where a secret cannot be had; free_request() in any case. */
bool find_request(const watching *w, const thresh_alert_action *action, struct request *out,
                  thresh_diags *diags);
void free_request(struct request *r);
/* Can all that actions need be had now? Better told at the start than in an incident. */
bool check_secrets(const watching *w);

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
/* Removes what actions left long ago; for when a checkpoint knows what is due. */
thresh_status tidy_actions(watching *w);
/* How things stand, for Prometheus' textfile collector. */
thresh_status write_textfiles(watching *w);
void forget_all_due(watching *w);
/* Makes room for one more item. */
bool make_room(void *array, size_t *capacity, size_t count, size_t size);

/* --- monitor_record.c: alerts on record --- */
/* Puts the run on record as it begins, with profiles and baseline, and what an earlier one left. */
thresh_status record_beginning(watching *w);
/* Packs an alert; nothing where none is recorded. */
thresh_status pack_alert(const watching *w, packed_decision *out, const thresh_alert *alert,
                         const char *json);
/* Takes over what was told without a state, and puts on record what waits: whatever comes of it,
 * the watch goes on. */
void record_told(watching *w);
/* Puts the rest on record, and the end of the run: EXIT_TROUBLE, and a message, where that cannot
 * be done. */
int record_end(watching *w, int code);
void forget_record(watching *w);

/* --- monitor_keep.c: checkpoints --- */
/* Opens the store, and goes on where its state stands; *position is where the input is to begin. */
thresh_status take_up(watching *w, thresh_position *position, bool *found);
/* Puts everything away, and then delivers it. */
thresh_status keep_state(watching *w);
/* Whether it is time for a checkpoint, without anything to tell. */
bool is_due(const watching *w);
double machine_seconds(void);

#endif
