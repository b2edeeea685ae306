/* The sorting of keys. */
#include "stats/sort.h"

/*
 * Least significant byte first: qsort() takes several times as long for millions. A byte that all
 * keys share, such as the low ones of scores that were floats, costs no move.
 */
void sort_keys(uint64_t *keys, uint64_t *spare, size_t n)
{
    uint64_t *from = keys, *to = spare;

    if (n < 2)
        return;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t place[256] = { 0 }, before = 0;

        for (size_t i = 0; i < n; i++)
            place[from[i] >> shift & 255]++;
        if (place[from[0] >> shift & 255] == n)
            continue;
        for (size_t digit = 0; digit < 256; digit++) {
            size_t here = place[digit];
            place[digit] = before;
            before += here;
        }
        for (size_t i = 0; i < n; i++)
            to[place[from[i] >> shift & 255]++] = from[i];
        uint64_t *done = to;
        to = from;
        from = done;
    }
    if (from != keys)
        memcpy(keys, from, n * sizeof *keys);
}
