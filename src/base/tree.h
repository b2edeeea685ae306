/* A document in memory, whatever it was written in: the common ground of the JSON and YAML fronts.
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include "base/arena.h"
#include "thresh/base.h"

typedef enum node_type {
    NODE_NULL,
    NODE_BOOL,
    NODE_NUMBER,
    NODE_TEXT,
    NODE_LIST,
    NODE_MAP
} node_type;

typedef struct node {
    const char *key;  /* in a map; else NULL */
    const char *text; /* a scalar as written (a JSON number: NULL) */
    double number;    /* NODE_NUMBER; NODE_BOOL: 0 or 1 */
    struct node *child, *next;
    uint32_t line, column;         /* of the value, from 1 */
    uint32_t key_line, key_column; /* of the key; of the value where the front does not know */
    node_type type;
} node;

/* Limits that every front keeps, named in its messages. */
enum { TREE_MAX_DEPTH = 200, TREE_MAX_KEY = 1024, TREE_MAX_NODES_BY_ALIAS = 1000000 };

const node *node_get(const node *map, const char *key); /* linear: for small maps only */
/* "a list", "a number", …, in the language of the messages */
const char *node_type_name(const thresh_diags *diags, node_type type);
size_t node_count(const node *n); /* children */

/*
 * Reads one YAML document into the arena. Aliases share the anchored node; a document that they
 * would blow up beyond TREE_MAX_NODES_BY_ALIAS nodes is refused, and so are duplicate keys.
 */
thresh_status yaml_read(const node **out, arena *a, const char *text, size_t len, const char *file,
                        thresh_diags *diags);

/* Reads a JSON document into the arena; its first line is line `first_line` of the file. */
thresh_status json_read(const node **root, arena *a, const char *text, size_t len, const char *path,
                        uint32_t first_line, thresh_diags *diags);

/* The text between two quotes, its escapes resolved; NULL: no memory, or an escape that
 * is broken or stands for NUL. */
const char *json_unescape(arena *a, const char *text, size_t len);

#endif
