/* What a decision is made from: noted while it is judged, or given back in a replay. */
#ifndef CLI_DOSSIER_H
#define CLI_DOSSIER_H

#include "cli.h"

#include <pthread.h>

/* Owns its texts. */
typedef struct noted_file {
    char *role, *asked, *axis, *path;
    char sha256[THRESH_SHA256_MAX]; /* "": not known yet */
    char *bytes;                    /* of what is not a file any more: its content, else NULL */
    size_t len;
} noted_file;

struct dossier {
    pthread_mutex_t lock; /* files are read by several threads */
    noted_file *files;
    size_t count, capacity;
    bool failed; /* memory ran out */

    /* of what is recorded */
    const char *where; /* the log is */
    thresh_store *store;
    FILE *standard_input; /* a copy, where it is an input */
    int argc;
    const char *const *argv;

    /* of a replay */
    const thresh_log_entry *entry; /* NULL: this is none */
    char **restored;               /* a path for each argument that is on record */
    char **restored_as;
    size_t restored_count;
};

/* --- entry.c --- */
/* An entry of the log with the room that its texts take. */
typedef struct entry_text {
    thresh_log_entry entry;
    char time[64], who[512], host[256], folder[4096], revision[64];
    thresh_log_file *files;
    const char **words;
    char **masked; /* those that held a password; each may be NULL */
} entry_text;

/* All but the document: time, who, where, the command line, and the files that were noted.
 * free_entry_text() is due whatever is returned. */
thresh_status write_entry(entry_text *out, const arguments *a, const char *verdict, int code);
void free_entry_text(entry_text *text);

/* --- record.c --- */
void free_noted(dossier *d);
/* Takes over `bytes`, which may be NULL. */
void note_file(dossier *d, const char *role, const char *asked, const char *axis, const char *path,
               const char *sha256, char *bytes, size_t len);
/* Takes over `bytes` of what is one of its kind, in the place of those before. */
void note_only(dossier *d, const char *role, const char *asked, const char *path, char *bytes,
               size_t len);
/* A file that a replay has no content of: THRESH_ENOENT, and a message. */
thresh_status not_on_record(const char *path, thresh_diags *diags);
/* What was noted in this role, in a replay what is on record; NULL: nothing, or not in memory. */
const noted_file *noted_as(const dossier *d, const char *role);

#endif
