/* The first layer of reading a stored document: maps whose keys are all known, into structs by the
 * tables that they are written by. After the first fault nothing more is said, and what is read
 * means nothing. */
#ifndef REPORT_STORED_H
#define REPORT_STORED_H

#include "base/tree.h"
#include "judge/document.h"
#include "report/document.h"

enum { MOST_KEYS = 40 };

typedef struct stored {
    document *d;
    const char *path;
    const char *version; /* of thresh that wrote it, once known */
    thresh_diags *diags;
    thresh_status status; /* sticky; after the first fault nothing more is said */
} stored;

typedef struct map {
    stored *s;
    const node *node;
    const char *keys[MOST_KEYS + 1]; /* those that were taken, ends with NULL */
    size_t count;
} map;

void fault(stored *s, const node *at, const char *format, ...) THRESH_PRINTF(3, 4);
/* A map that is to be read: every key is wanted, and no other. */
map open_map(stored *s, const node *n);
/* The value of a key; a fault, and a null, where it is missing. */
const node *take(map *m, const char *key);
/* The same of a list. */
const node *take_list(map *m, const char *key);
/* A fault where a key was not taken, or stands there twice. */
void close_map(const map *m);
/* What stands in a node; a fault, and nothing, where it is of another type. */
const char *text_of(stored *s, const node *n);
double number_of(stored *s, const node *n);
uint64_t whole_of(stored *s, const node *n);
bool flag_of(stored *s, const node *n);
int word_of(stored *s, const node *n, const char *(*word)(int value));
/* Keys of a map into a struct, by its table. */
void read_fields(map *m, const field *fields, void *into);
/* A whole object; false where it is null. */
bool read_object(map *m, const char *key, const field *fields, void *into);

#endif
