/* Sorting of doubles by their bits. */
#ifndef STATS_RADIX_H
#define STATS_RADIX_H

#include <stddef.h>
#include <stdint.h>

/* An integer that orders as the finite number does; -0 and 0 have the same. */
uint64_t radix_key(double x);

/*
 * Sorts n keys, ascending, and, unless `positions` is NULL, what stands beside each; those of equal
 * keys keep their order. The spare arrays have room for as many. Cost: O(n).
 */
void radix_sort(uint64_t *keys, uint64_t *spare, uint32_t *positions, uint32_t *spare_positions,
                size_t n);

#endif
