/*
 * Compactors in one block. Level h holds values that stand for 2^h each. The block begins with the
 * highest level and ends with level 0, the base, which is in the order of arrival and takes what
 * room there is; the others are sorted. So adding is one store, compacting the base, which is what
 * happens most, moves nothing else, and no level has room of its own that it does not use.
 *
 * Values are kept as keys (stats/sort.h): integers sort without branches, and NaN has no place.
 */
#include "stats/sketch.h"

#include "stats/random.h"
#include "stats/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAST_CAPACITY = 8 /* of a level: smaller ones save no memory worth the time */
};

/* --- capacities --- */

size_t sketch_capacities(uint32_t *out, uint32_t k, unsigned top)
{
    uint32_t capacity = k + (k & 1);
    size_t sum = 0;

    for (unsigned h = top + 1; h-- > 0;) {
        out[h] = capacity + (capacity & 1);
        if (h == 0 && out[h] < THRESH_SKETCH_EXACT)
            out[h] = THRESH_SKETCH_EXACT; /* sorted in pieces that are worth it */
        sum += out[h];
        capacity = (2 * capacity + 2) / 3;
        if (capacity < LEAST_CAPACITY)
            capacity = LEAST_CAPACITY;
    }
    return sum;
}

/* The lowest level that is full: there is one when all together are. */
static unsigned full_level(const thresh_sketch *s, const uint32_t *capacity)
{
    unsigned h = 0;

    while (sketch_size_of(s, h) < capacity[h])
        h++;
    return h;
}

/* --- compaction --- */

/* The coin of a compaction at level h; of a pair the second is the opposite of the first. What is
 * compacted has a share in it: sketches of one seed must not all make the same errors. */
static unsigned toss(thresh_sketch *s, unsigned h, uint64_t salt)
{
    uint64_t bit = UINT64_C(1) << h;

    if (s->waiting & bit) {
        s->waiting &= ~bit;
        return (s->heads & bit) == 0;
    }
    s->waiting |= bit;
    s->variance += ldexp(1, 2 * (int)h);
    s->coins ^= salt;
    unsigned coin = (unsigned)(random_splitmix(&s->coins) >> 63);
    s->heads = coin ? s->heads | bit : s->heads & ~bit;
    return coin;
}

/* Every other one of level h, which is sorted, goes up. */
static void compact(thresh_sketch *s, unsigned h)
{
    size_t at = 0, m, half, above, odd;
    uint64_t *level, *upper, *promoted, last;
    unsigned coin;

    if (h == s->top)
        s->size[++s->top] = 0;
    for (unsigned j = s->top; j > h; j--)
        at += s->size[j];
    m = sketch_size_of(s, h);
    half = m / 2;
    odd = m & 1;
    above = s->size[h + 1];
    level = s->items + at;
    upper = level - above;
    promoted = level + half;
    last = level[m - 1];
    coin = toss(s, h, level[half]);
    /* to the right end first: what is read there is not yet written over */
    for (size_t j = half; j-- > 0;)
        promoted[j] = level[2 * j + coin];
    /* then merged from the greatest down, into the gap that is as long as they are many */
    for (size_t i = above, j = half; j > 0;) {
        uint64_t a = i > 0 ? upper[i - 1] : 0, b = promoted[j - 1];
        bool is_upper = i > 0 && a > b;
        upper[i + j - 1] = is_upper ? a : b;
        i -= is_upper;
        j -= !is_upper;
    }
    if (odd)
        level[half] = last;
    memmove(level + half + odd, level + m, (s->used - at - m) * sizeof *level);
    s->used -= half;
    s->size[h + 1] = (uint32_t)(above + half);
    if (h > 0)
        s->size[h] = (uint32_t)odd;
    s->base = 0;
    for (unsigned j = 1; j <= s->top; j++)
        s->base += s->size[j];
}

static thresh_status sort_base(thresh_sketch *s)
{
    size_t n = s->used - s->base;
    uint64_t *spare = malloc((n + 1) * sizeof *spare);

    if (spare == NULL)
        return THRESH_ENOMEM;
    sort_keys(s->items + s->base, spare, n);
    free(spare);
    return THRESH_OK;
}

thresh_status sketch_resize(thresh_sketch *s, size_t room)
{
    uint64_t *items = realloc(s->items, room * sizeof *items);

    if (items == NULL)
        return THRESH_ENOMEM;
    s->items = items;
    s->room = room;
    return THRESH_OK;
}

/* Room for one more, at least. */
static thresh_status make_room(thresh_sketch *s)
{
    uint32_t capacity[SKETCH_LEVELS];
    size_t most = sketch_capacities(capacity, s->k, s->top), wanted = 2 * s->room;
    unsigned h;

    if (s->room < most) {
        wanted = wanted < SKETCH_FIRST_ROOM ? SKETCH_FIRST_ROOM : wanted;
        return sketch_resize(s, wanted < most ? wanted : most);
    }
    h = full_level(s, capacity);
    if (h == 0 && sort_base(s) != THRESH_OK)
        return THRESH_ENOMEM;
    compact(s, h);
    return THRESH_OK;
}

/* --- values --- */

thresh_status thresh_sketch_new(thresh_sketch **out, uint32_t k, uint64_t seed)
{
    thresh_sketch *s;

    *out = NULL;
    if (k < THRESH_SKETCH_K_LEAST || k > THRESH_SKETCH_K_MOST)
        return THRESH_EDOMAIN;
    if ((s = calloc(1, sizeof *s)) == NULL)
        return THRESH_ENOMEM;
    s->k = k;
    s->seed = seed;
    thresh_sketch_clear(s);
    *out = s;
    return THRESH_OK;
}

void thresh_sketch_free(thresh_sketch *s)
{
    if (s != NULL)
        free(s->items);
    free(s);
}

void thresh_sketch_clear(thresh_sketch *s)
{
    s->top = 0;
    s->coins = s->seed;
    s->waiting = s->heads = s->n = 0;
    s->variance = 0;
    s->least = UINT64_MAX;
    s->most = 0;
    s->base = s->used = 0;
}

thresh_status thresh_sketch_add(thresh_sketch *s, double value)
{
    uint64_t key = key_of(value);

    if (isnan(value) || s->n == SKETCH_MOST_VALUES)
        return THRESH_EDOMAIN;
    if (s->used == s->room && make_room(s) != THRESH_OK)
        return THRESH_ENOMEM;
    s->items[s->used++] = key;
    s->n++;
    s->least = key < s->least ? key : s->least;
    s->most = key > s->most ? key : s->most;
    return THRESH_OK;
}

/* --- merging --- */

static uint64_t *merge_level(uint64_t *out, const uint64_t *a, size_t n, const uint64_t *b,
                             size_t m)
{
    size_t i = 0, j = 0;

    while (i < n || j < m)
        *out++ = j == m || (i < n && a[i] <= b[j]) ? a[i++] : b[j++];
    return out;
}

thresh_status thresh_sketch_merge(thresh_sketch *into, const thresh_sketch *from)
{
    size_t both = into->used + from->used, most;
    /* an empty sketch has no place for items, and none is read of it */
    const uint64_t *a = into->n > 0 ? into->items : from->items, *b = from->items;
    uint32_t capacity[SKETCH_LEVELS];
    thresh_sketch s = *into;
    thresh_status rc;

    if (into == from || into->k != from->k)
        return THRESH_EINVAL;
    if (from->n > SKETCH_MOST_VALUES - into->n)
        return THRESH_EDOMAIN;
    if (from->n == 0)
        return THRESH_OK;
    s.items = NULL;
    if ((rc = sketch_resize(&s, both < SKETCH_FIRST_ROOM ? SKETCH_FIRST_ROOM : both)) != THRESH_OK)
        return rc;
    uint64_t *end = s.items;
    s.top = into->top > from->top ? into->top : from->top;
    for (unsigned h = s.top; h > 0; h--) {
        uint32_t n = h <= into->top ? into->size[h] : 0, m = h <= from->top ? from->size[h] : 0;
        end = merge_level(end, a, n, b, m);
        a += n;
        b += m;
        s.size[h] = n + m;
    }
    s.base = (size_t)(end - s.items);
    s.used = both;
    if (into->used > into->base)
        memcpy(end, a, (into->used - into->base) * sizeof *end);
    if (from->used > from->base)
        memcpy(end + (into->used - into->base), b, (from->used - from->base) * sizeof *end);
    s.n += from->n;
    s.least = from->least < s.least ? from->least : s.least;
    s.most = from->most > s.most ? from->most : s.most;
    s.variance += from->variance;
    /* a pair that waits on either side may be completed; where both wait, one never is */
    uint64_t taken = from->waiting & ~s.waiting;
    s.heads = (s.heads & ~taken) | (from->heads & taken);
    s.waiting |= taken;
    if (both > sketch_capacities(capacity, s.k, s.top) && (rc = sort_base(&s)) != THRESH_OK) {
        free(s.items);
        return rc;
    }
    while (s.used > (most = sketch_capacities(capacity, s.k, s.top)))
        compact(&s, full_level(&s, capacity));
    /* what a level may have decides when it is compacted, here as in a sketch that was loaded */
    if (s.room > most && sketch_resize(&s, most) != THRESH_OK)
        s.room = most;
    free(into->items);
    *into = s;
    return THRESH_OK;
}

/* --- what it knows --- */

uint64_t thresh_sketch_count(const thresh_sketch *s)
{
    return s->n;
}

bool thresh_sketch_is_exact(const thresh_sketch *s)
{
    return s->top == 0;
}

double thresh_sketch_rank_error(const thresh_sketch *s)
{
    return s->top == 0 ? 0 : fmin(1, sqrt(2 * log(200) * s->variance) / (double)s->n);
}

double thresh_sketch_promise(uint32_t k)
{
    return k <= 8 ? 1 : 8.0 / k;
}

/* Values in order, and how many each stands for: the ranks that end with it. */
typedef struct ordered {
    uint64_t *keys, *spare; /* owned */
    uint32_t *levels, *spare_levels;
    size_t count;
} ordered;

static void ordered_free(ordered *o)
{
    free(o->keys);
    free(o->spare);
    free(o->levels);
    free(o->spare_levels);
}

static thresh_status order(ordered *out, const thresh_sketch *s)
{
    size_t n = s->used, at = 0;
    ordered o = { malloc(n * sizeof *o.keys), malloc(n * sizeof *o.spare),
                  malloc(n * sizeof *o.levels), malloc(n * sizeof *o.spare_levels), n };

    if (o.keys == NULL || o.spare == NULL || o.levels == NULL || o.spare_levels == NULL) {
        ordered_free(&o);
        return THRESH_ENOMEM;
    }
    memcpy(o.keys, s->items, n * sizeof *o.keys);
    for (unsigned h = s->top + 1; h-- > 0;)
        for (size_t i = sketch_size_of(s, h); i > 0; i--)
            o.levels[at++] = h;
    sort_with(o.keys, o.spare, o.levels, o.spare_levels, n);
    *out = o;
    return THRESH_OK;
}

static double between(double low, double high, double part)
{
    if (low == high || part == 0 || isinf(low) || isinf(high))
        return low;
    return (1 - part) * low + part * high;
}

thresh_status thresh_sketch_quantiles(double *out, const thresh_sketch *s, const double *levels,
                                      size_t count)
{
    uint64_t upto = 0, last = s->n - 1; /* upto: ranks of the items before `i`, and its own */
    size_t i = 0;
    ordered o;
    thresh_status rc;

    if (s->n == 0)
        return THRESH_EEMPTY;
    for (size_t q = 0; q < count; q++)
        if (!(levels[q] >= (q > 0 ? levels[q - 1] : 0) && levels[q] <= 1))
            return THRESH_EDOMAIN;
    if ((rc = order(&o, s)) != THRESH_OK)
        return rc;
    upto = UINT64_C(1) << o.levels[0];
    for (size_t q = 0; q < count; q++) {
        double at = levels[q] * (double)last;
        uint64_t rank = (uint64_t)at, low, high;

        while (upto <= rank)
            upto += UINT64_C(1) << o.levels[++i];
        low = rank == 0 ? s->least : rank == last ? s->most : o.keys[i];
        high = rank + 1 >= last ? s->most : upto > rank + 1 ? o.keys[i] : o.keys[i + 1];
        out[q] = between(value_of(low), value_of(high), at - (double)rank);
    }
    ordered_free(&o);
    return THRESH_OK;
}

thresh_status thresh_sketch_rank(double *out, const thresh_sketch *s, double value)
{
    uint64_t key = key_of(value), weight = 0;
    const uint64_t *item = s->items;

    if (isnan(value))
        return THRESH_EDOMAIN;
    if (s->n == 0)
        return THRESH_EEMPTY;
    for (unsigned h = s->top + 1; h-- > 0;) {
        uint64_t below = 0;
        for (size_t i = sketch_size_of(s, h); i > 0; i--)
            below += *item++ <= key;
        weight += below << h;
    }
    /* of the extremes it knows better than what was kept of them */
    if (key < s->least)
        weight = 0;
    else if (key >= s->most)
        weight = s->n;
    *out = (double)weight / (double)s->n;
    return THRESH_OK;
}
