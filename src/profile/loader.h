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

typedef profile_document document;

/* What the readers of sections share. Each that finds a fault says so, and marks the document. */
void fault_at(document *d, uint32_t line, uint32_t column, const char *text);
void expected(document *d, const node *n, const char *what);
bool need(document *d, const node *n, node_type type, const char *what);
/* Position of a word in a list that ends with NULL, or -1. */
int position_of(const char *word, const char *const *known);
/* Whatever the table of keys does not have is refused, so that none stays undescribed. */
bool is_known(document *d, const node *n, const char *place);
/* A copy that lives as long as the policy; "" where memory ran out. */
const char *keep(document *d, const char *text);
bool grow(document *d, void *array, size_t *capacity, size_t count, size_t size);
/* The kind of a metric that a key names; NULL for a glob, and with a fault for what is unknown. */
const thresh_kind *check_pattern(document *d, const char *pattern, uint32_t line, uint32_t column);
/* The family that a key names; THRESH_FAMILIES and a fault where there is none. */
thresh_family check_family(document *d, const node *n);

/* --- alerts_read.c --- */
void read_alerts(document *d, const node *map);
bool read_span(document *d, const node *n, bool count_allowed, thresh_span *out);

/* --- actions_read.c --- */
void read_actions(document *d, const node *map);

/* --- alerts_adapt.c --- */
/* "5%": a share up to 1, and not 0. */
bool read_share(const node *n, double *out);
void read_adaptive(document *d, const node *n);
void read_tolerance(document *d, const node *map);
void read_drift(document *d, const node *map);

#endif
