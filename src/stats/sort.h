/* Numbers as integers that order alike, and their sorting. */
#ifndef STATS_SORT_H
#define STATS_SORT_H

#include "thresh/base.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An integer that orders as the number does: negative numbers have all their bits turned, the
 * others their sign. Adding 0 makes -0 the 0 that it equals. */
static inline uint64_t key_of(double value)
{
    uint64_t bits;

    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ (bits >> 63 != 0 ? UINT64_MAX : UINT64_C(1) << 63);
}

/* The number of a key. One key is that of -0, which key_of() never gives. */
static inline double value_of(uint64_t key)
{
    uint64_t bits = key ^ (key >> 63 != 0 ? UINT64_C(1) << 63 : UINT64_MAX);
    double value;

    memcpy(&value, &bits, sizeof value);
    return value + 0.0;
}

/*
 * Sorts n keys, ascending, and, unless `positions` is NULL, what stands beside each; those of equal
 * keys keep their order. The spare arrays have room for as many. Cost: O(n).
 */
void sort_with(uint64_t *keys, uint64_t *spare, uint32_t *positions, uint32_t *spare_positions,
               size_t n);
void sort_keys(uint64_t *keys, uint64_t *spare, size_t n);

/* Two samples as keys, each ascending, in one block that is freed by `b`. */
typedef struct two_samples {
    uint64_t *b, *c;
    size_t n_b, n_c;
} two_samples;
/* THRESH_EDOMAIN: a sample without values, a NaN, or more than 32 bits count, so that pairs, and
 * twice as many, are counted in 64. */
thresh_status sort_two(two_samples *out, const double *b, size_t n_b, const double *c, size_t n_c);

#endif
