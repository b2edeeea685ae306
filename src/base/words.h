/* Small helpers on words: nearest match for "did you mean", glob patterns, units. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* How many single-character edits (transpositions included) apart, counted up to `limit` + 1. */
size_t word_distance(const char *a, const char *b, size_t limit);

/* Keeps the nearest of the words offered one after another; start with NEAREST_INIT. */
typedef struct nearest {
    const char *word; /* NULL: nothing near enough */
    size_t distance;
} nearest;
#define NEAREST_INIT                                                                               \
    {                                                                                              \
        NULL, 0                                                                                    \
    }
void nearest_offer(nearest *best, const char *wanted, const char *word);

/* `*` and `?` match within a whole text, `/` included; linear in practice, never exponential. */
bool glob_match(const char *pattern, const char *text);
bool glob_is_pattern(const char *text);

typedef enum unit_dimension {
    UNIT_NONE,
    UNIT_TIME,
    UNIT_BYTES,
    UNIT_RATIO,
    UNIT_PP,
    UNIT_POINTS
} unit_dimension;
typedef struct unit {
    const char *name; /* as printed */
    unit_dimension dimension;
    double factor; /* to the base unit: ms, bytes, or 1 for a ratio's fraction */
} unit;
/* NULL when `text[0, len)` is no unit; case is ignored. */
const unit *unit_find(const char *text, size_t len);

#endif
