/* Memory for what is read together and dies together, and an index of what lies in it. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct arena_block arena_block;
typedef struct arena {
    arena_block *head;
    bool failed; /* sticky: an allocation failed since arena_init */
} arena;

#define ARENA_INIT                                                                                 \
    {                                                                                              \
        NULL, false                                                                                \
    }

/* NULL (and `failed`) when memory ran out; zeroed and aligned for any type otherwise. */
void *arena_alloc(arena *a, size_t size);
/* NUL-terminated copy of text[0, len). */
char *arena_strndup(arena *a, const char *text, size_t len);
char *arena_strdup(arena *a, const char *text);
char *arena_printf(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void arena_free(arena *a);

/* Grows a malloc'ed array to hold `need` items of `size` bytes; false, and nothing changed, on
 * failure. */
bool array_reserve(void *array, size_t *capacity, size_t need, size_t size);

/*
 * Open-addressing index from a hash to a position in somebody's array. Own code, not uthash: an
 * entry costs 8 bytes instead of 56, and running out of memory is a status instead of an exit.
 */
typedef struct index_slot {
    uint32_t hash;
    uint32_t pos_plus_1; /* 0: empty */
} index_slot;
typedef struct index_table {
    index_slot *slots;
    size_t mask, used;
} index_table;

typedef bool index_equal(const void *context, uint32_t pos, const void *key);

uint32_t hash_bytes(uint32_t seed, const void *data, size_t len);
/* Position of the entry with this hash that `equal` accepts, or UINT32_MAX. */
uint32_t index_find(const index_table *t, uint32_t hash, index_equal *equal, const void *context,
                    const void *key);
bool index_add(index_table *t, uint32_t hash, uint32_t pos);
void index_free(index_table *t);

#endif
