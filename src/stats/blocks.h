/*
 * Drawing n of n samples with replacement, block by block. How many of the draws fall into a block
 * of 2^bits samples is binomial, and within it an index is a few bits of a random word: six indices
 * come from one word, and the block stays in the first cache while BATCH replicates draw from it.
 */
#ifndef STATS_BLOCKS_H
#define STATS_BLOCKS_H

#include "stats/random.h"

#include <string.h>

enum {
    MOST_BITS = 10,
    CHUNK = 1536 /* indices drawn at once: nearly always all of a block, 1024 on average */
};

/* The draws of one replicate that have still to fall, and the samples that they may fall on. */
typedef struct drawing {
    random_stream random;
    uint64_t draws, samples;
} drawing;

static inline drawing begin_drawing(uint64_t seed, size_t replicate, size_t n)
{
    return (drawing){ random_start(seed, replicate), n, n };
}

/* How many fall on the next `samples`. */
static inline uint64_t fall_on(drawing *d, uint64_t samples)
{
    uint64_t hits = random_binomial(&d->random, d->draws, samples, d->samples);

    d->draws -= hits;
    d->samples -= samples;
    return hits;
}

/* The next block of samples up to `end`: as many as a power of 2 allows. */
static inline unsigned block_bits(size_t from, size_t end, unsigned most)
{
    unsigned bits = most;

    while (end - from < (size_t)1 << bits)
        bits--;
    return bits;
}

/* Draws up to CHUNK of the hits in a block; returns how many. In a block of one all hit it. */
static inline size_t draw_chunk(drawing *d, uint16_t *index, uint64_t hits, unsigned bits)
{
    size_t count = hits < CHUNK ? (size_t)hits : CHUNK;

    if (bits > 0)
        random_indices(&d->random, index, count, bits);
    else
        memset(index, 0, count * sizeof *index);
    return count;
}

#endif
