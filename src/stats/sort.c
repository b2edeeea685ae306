/* Radix sort, least significant byte first: qsort() takes several times as long for millions. */
#include "stats/sort.h"

/* A byte that all keys share, such as the low ones of scores that were floats, costs no move. */
void sort_with(uint64_t *keys, uint64_t *spare, uint32_t *positions, uint32_t *spare_positions,
               size_t n)
{
    uint64_t *from = keys, *to = spare;
    uint32_t *from_position = positions, *to_position = spare_positions;

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
        for (size_t i = 0; i < n; i++) {
            size_t at = place[from[i] >> shift & 255]++;
            to[at] = from[i];
            if (positions != NULL)
                to_position[at] = from_position[i];
        }
        uint64_t *done = to;
        to = from;
        from = done;
        uint32_t *done_position = to_position;
        to_position = from_position;
        from_position = done_position;
    }
    if (from == keys)
        return;
    memcpy(keys, from, n * sizeof *keys);
    if (positions != NULL)
        memcpy(positions, from_position, n * sizeof *positions);
}

void sort_keys(uint64_t *keys, uint64_t *spare, size_t n)
{
    sort_with(keys, spare, NULL, NULL, n);
}
