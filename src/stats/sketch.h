/* The sketch's own form, for the files that it is made of. */
#ifndef STATS_SKETCH_H
#define STATS_SKETCH_H

#include "thresh/sketch.h"

enum {
    SKETCH_LEVELS = 52,    /* 2^top <= 2 n / k <= 2^50 */
    SKETCH_FIRST_ROOM = 32 /* of a block */
};
static const uint64_t SKETCH_MOST_VALUES = UINT64_C(1) << 53;

struct thresh_sketch {
    uint32_t k;
    unsigned top; /* the highest level; 0: nothing was compacted */
    uint64_t seed, coins;
    uint64_t waiting, heads; /* a bit a level: waits for the second of a pair; the first's coin */
    double variance;         /* V of the promise */
    uint64_t n;
    uint64_t least, most;         /* keys */
    uint32_t size[SKETCH_LEVELS]; /* of levels 1 to top; the base is the rest */
    uint64_t *items;              /* owned */
    size_t base, used, room;
};

/* Values of level h. */
static inline size_t sketch_size_of(const thresh_sketch *s, unsigned h)
{
    return h == 0 ? s->used - s->base : s->size[h];
}

/* What each level up to `top` may have, and the sum of it. */
size_t sketch_capacities(uint32_t *out, uint32_t k, unsigned top);
/* Makes the block as long as that. */
thresh_status sketch_resize(thresh_sketch *s, size_t room);

#endif
