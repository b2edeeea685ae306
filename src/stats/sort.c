/* Radix sort, least significant byte first: qsort() takes several times as long for millions. */
#include "stats/sort.h"

#include <math.h>
#include <stdlib.h>

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

/* The keys of a sample; false where one is not a number. */
static bool keys_of(uint64_t *keys, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            return false;
        keys[i] = key_of(x[i]);
    }
    return true;
}

thresh_status sort_two(two_samples *out, const double *b, size_t n_b, const double *c, size_t n_c)
{
    size_t n = n_b + n_c, most = n_b > n_c ? n_b : n_c;
    uint64_t *keys;

    if (n_b == 0 || n_c == 0 || n_b > UINT32_MAX || n_c > UINT32_MAX - n_b)
        return THRESH_EDOMAIN;
    if (n > SIZE_MAX / 2 / sizeof *keys || (keys = malloc((n + most) * sizeof *keys)) == NULL)
        return THRESH_ENOMEM;
    if (!keys_of(keys, b, n_b) || !keys_of(keys + n_b, c, n_c)) {
        free(keys);
        return THRESH_EDOMAIN;
    }
    sort_keys(keys, keys + n, n_b);
    sort_keys(keys + n_b, keys + n, n_c);
    *out = (two_samples){ keys, keys + n_b, n_b, n_c };
    return THRESH_OK;
}
