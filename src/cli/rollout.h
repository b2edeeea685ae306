/* A run of thresh rollout: what it was asked for, its plan, and where the rollout stands. */
#ifndef CLI_ROLLOUT_H
#define CLI_ROLLOUT_H

#include "cli.h"

typedef struct session {
    const streams *io;
    const arguments *a;
    thresh_diags *diags;
    thresh_text_options options;
    bool json;
    int64_t now;
    thresh_rollout_plan *plan;
    thresh_store *store;
    char *where, *shown, key[THRESH_KEY_MAX];
    thresh_rollout_state *state;
    uint64_t version;
    bool kept; /* a step was taken */
} session;

/* A decision as it comes out: a word, an exit code, and its document. */
typedef struct step_taken {
    const char *word;
    int code;
    const char *text;
    size_t len;
} step_taken;

/* --- rollout_keep.c --- */
/* Whether it is judged again, from what is on record. */
bool is_again(const session *s);
/* The clock, unless --at said what it is; another machine may have read it before, and found it a
 * little further. */
int64_t clock_after(const session *s, int64_t last);
/* By --at, else by the clock; EXIT_TROUBLE and a message for what is no time. */
int read_clock(session *s);
thresh_status read_plan(session *s);
/* The data of these files. @param[out] out  free with thresh_observations_free() */
thresh_status read_rows(session *s, thresh_observations **out, const char *const *asked,
                        size_t count);
/* Where the state of the plan is, and its key there. */
thresh_status find_store(session *s);
/* Reads plan and state. */
thresh_status open_rollout(session *s, bool to_read);
/* Keeps the state and what was decided, both or neither, and puts that on record. */
thresh_status keep_step(session *s, const step_taken *step, thresh_diags *diags);
/* Puts on record what changes no state. */
thresh_status record_only(session *s, const step_taken *step);
/* What the state's database is called, without a password. */
const char *name_of_store(const session *s);

#endif
