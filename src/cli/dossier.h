/* What a decision is made from: noted while it is judged, or given back in a replay. */
#ifndef CLI_DOSSIER_H
#define CLI_DOSSIER_H

#include "cli.h"

#include <pthread.h>

/* Owns its texts. */
typedef struct noted_file {
    char *role, *asked, *axis, *path;
    char sha256[THRESH_SHA256_MAX]; /* "": not known yet */
    char *bytes;                    /* of a profile: its text, else NULL */
    size_t len;
} noted_file;

struct dossier {
    pthread_mutex_t lock; /* files are read by several threads */
    noted_file *files;
    size_t count, capacity;
    bool failed; /* memory ran out */

    /* of what is recorded */
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

void free_noted(dossier *d);
/* Takes over `bytes`, which may be NULL. */
void note_file(dossier *d, const char *role, const char *asked, const char *axis, const char *path,
               const char *sha256, char *bytes, size_t len);

#endif
