/* What every reader of a format shares. A new format is one file and one row in input.c. */
#ifndef INPUT_READER_H
#define INPUT_READER_H

#include "base/tree.h"
#include "thresh/input.h"

/* An input before its format is known. */
typedef struct input {
    const char *path;
    const char *text; /* byte order mark removed */
    size_t len;
    const node *root; /* the document, when `text` is JSON or YAML */
    bool json;
    thresh_diags *diags;
} input;

typedef struct reader {
    thresh_format format;
    bool (*detect)(const input *in);
    thresh_status (*read)(const input *in, thresh_set *set);
} reader;

extern const reader lm_eval_reader, json_reader, yaml_reader;

/* Reads a JSON document into the arena. */
thresh_status json_read(const node **root, arena *a, const char *text, size_t len, const char *path,
                        thresh_diags *diags);

/* Fills state, value, unit and text from a scalar; false for a list or a map. */
bool metric_from_node(thresh_metric *m, const node *n);

/* Adds a metric and reports it when the file had it before. */
thresh_status add_metric(const input *in, thresh_set *set, const thresh_metric *m);

/* scope + '/' + key, or the one that is not empty; NULL when it grew beyond the limit (reported).
 */
const char *join_scope(const input *in, arena *a, const char *scope, const char *key,
                       const node *at);

enum { MAX_SCOPE_LENGTH = 4096 };

#endif
