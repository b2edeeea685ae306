/* The members of a JSON object on one line, without a tree: what nobody asks for is passed over. */
#ifndef INPUT_SKIM_H
#define INPUT_SKIM_H

#include <stdbool.h>
#include <stddef.h>

typedef enum skim_type {
    SKIM_TEXT,
    SKIM_NUMBER, /* NaN and Infinity, as Python writes them, included */
    SKIM_TRUE,
    SKIM_FALSE,
    SKIM_NULL,
    SKIM_LIST,
    SKIM_MAP
} skim_type;

/* A value as it stands in the text: a text without its quotes, a list or a map with its brackets.
 */
typedef struct skim_value {
    skim_type type;
    bool escaped; /* a text that holds a backslash */
    const char *text;
    size_t len;
} skim_value;

typedef struct skim {
    const char *text;
    size_t len, at;
    const char *fault; /* what was wrong at `at`, or NULL */
    bool begun;
} skim;

/* Over text[0, len), which has to be an object and nothing else. */
void skim_open(skim *s, const char *text, size_t len);
/* The next member; false at the end, or with `fault` set. What stands inside of lists and maps is
 * checked for its brackets and the ends of its texts only. */
bool skim_next(skim *s, skim_value *key, skim_value *value);

#endif
