/* Arena, growing arrays and the hash index: the only places that ask for memory in bulk. */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 - 32, ALIGN = 16, FIRST_BLOCK = 4096 - 32 };

struct arena_block {
    arena_block *next;
    size_t used, size;
    _Alignas(ALIGN) unsigned char data[];
};

void *arena_alloc(arena *a, size_t size)
{
    arena_block *b = a->head;

    if (size > SIZE_MAX - sizeof *b - ALIGN)
        goto fail;
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
#ifdef THRESH_ARENA_DEBUG
    b = NULL; /* one malloc a block, so that the sanitizers see each overrun */
#endif
    if (b == NULL || b->size - b->used < size) {
        size_t want = b == NULL ? FIRST_BLOCK : BLOCK_SIZE;
#ifdef THRESH_ARENA_DEBUG
        want = size;
#endif
        if (want < size)
            want = size;
        b = malloc(sizeof *b + want);
        if (b == NULL)
            goto fail;
        b->next = a->head;
        b->used = 0;
        b->size = want;
        a->head = b;
    }
    void *p = b->data + b->used;
    b->used += size;
    return memset(p, 0, size);
fail:
    a->failed = true;
    return NULL;
}

char *arena_strndup(arena *a, const char *text, size_t len)
{
    char *p = len < SIZE_MAX ? arena_alloc(a, len + 1) : NULL;

    if (p != NULL && len > 0)
        memcpy(p, text, len);
    return p;
}

char *arena_strdup(arena *a, const char *text)
{
    return arena_strndup(a, text, strlen(text));
}

char *arena_printf(arena *a, const char *format, ...)
{
    va_list args;
    char *p = NULL;

    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        a->failed = true;
        return NULL;
    }
    p = arena_alloc(a, (size_t)len + 1);
    if (p == NULL)
        return NULL;
    va_start(args, format);
    vsnprintf(p, (size_t)len + 1, format, args);
    va_end(args);
    return p;
}

void arena_free(arena *a)
{
    for (arena_block *b = a->head, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    a->head = NULL;
    a->failed = false;
}

bool array_reserve(void *array, size_t *capacity, size_t need, size_t size)
{
    void *old, *grown;
    size_t cap = *capacity;

    if (need <= cap)
        return true;
    cap = cap < 8 ? 8 : cap + cap / 2;
    if (cap < need)
        cap = need;
    if (cap > SIZE_MAX / size)
        return false;
    memcpy(&old, array, sizeof old);
    grown = realloc(old, cap * size);
    if (grown == NULL)
        return false;
    memcpy(array, &grown, sizeof grown);
    *capacity = cap;
    return true;
}

/* FNV-1a folded by a multiplication: short keys, and good enough for a table that is half empty. */
uint32_t hash_bytes(uint32_t seed, const void *data, size_t len)
{
    const unsigned char *p = data;
    uint64_t h = 14695981039346656037ull ^ seed;

    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * 1099511628211ull;
    h ^= h >> 32;
    h *= 0x9E3779B97F4A7C15ull;
    return (uint32_t)(h >> 32);
}

uint32_t index_find(const index_table *t, uint32_t hash, index_equal *equal, const void *context,
                    const void *key)
{
    if (t->slots == NULL)
        return UINT32_MAX;
    for (size_t i = hash & t->mask; t->slots[i].pos_plus_1 != 0; i = (i + 1) & t->mask)
        if (t->slots[i].hash == hash && equal(context, t->slots[i].pos_plus_1 - 1, key))
            return t->slots[i].pos_plus_1 - 1;
    return UINT32_MAX;
}

static void index_put(index_table *t, index_slot slot)
{
    size_t i = slot.hash & t->mask;

    while (t->slots[i].pos_plus_1 != 0)
        i = (i + 1) & t->mask;
    t->slots[i] = slot;
}

bool index_add(index_table *t, uint32_t hash, uint32_t pos)
{
    if (pos == UINT32_MAX)
        return false;
    if (t->slots == NULL || t->used >= (t->mask + 1) / 2) {
        size_t size = t->slots == NULL ? 32 : (t->mask + 1) * 2;
        index_table grown = { calloc(size, sizeof *grown.slots), size - 1, t->used };

        if (grown.slots == NULL)
            return false;
        for (size_t i = 0; t->slots != NULL && i <= t->mask; i++)
            if (t->slots[i].pos_plus_1 != 0)
                index_put(&grown, t->slots[i]);
        free(t->slots);
        *t = grown;
    }
    index_put(t, (index_slot){ hash, pos + 1 });
    t->used++;
    return true;
}

void index_free(index_table *t)
{
    free(t->slots);
    *t = (index_table){ 0 };
}
