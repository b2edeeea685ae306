/* Reading of one profile: what load.c finds, sections.c reads. */
#ifndef PROFILE_LOADER_H
#define PROFILE_LOADER_H

#include "profile/profile.h"

typedef struct loader {
    thresh_policy *policy;
    const thresh_lookup *lookup;
    thresh_diags *diags;
    const char *chain[MAX_EXTENDS]; /* what is being read, for cycles */
    size_t depth;
} loader;

/* A file being read into `p`. */
typedef struct profile_document {
    loader *l;
    profile *p;
    const char *file;
    const char *name;
    bool failed;
    thresh_status status; /* of the first failure */
} profile_document;

extern const char *const profile_axes[]; /* ends with NULL */

/* --- load.c --- */
/* Finds a profile by name or path, beside `from_file` first, and reads it into `p`; `at` is where
 * it was asked for, or NULL. */
thresh_status load_into(loader *l, profile *p, const char *name, const char *axis,
                        const char *from_file, const node *at);

/* --- sections.c --- */
void read_document(profile_document *d, const node *root);

#endif
