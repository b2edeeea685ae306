/* A sketch as bytes, and back. */
#include "stats/sketch.h"

#include "base/bytes.h"
#include "stats/sort.h"

#include <math.h>

static const char TAG[4] = "KLL1";

thresh_status thresh_sketch_save(unsigned char **out, size_t *len, const thresh_sketch *s)
{
    bytes b = BYTES_INIT;

    bytes_put_tag(&b, TAG);
    bytes_put_u32(&b, s->k);
    bytes_put_u32(&b, s->top);
    bytes_put_u32(&b, (uint32_t)(s->used - s->base));
    for (unsigned h = 1; h <= s->top; h++)
        bytes_put_u32(&b, s->size[h]);
    bytes_put_u64(&b, s->seed);
    bytes_put_u64(&b, s->coins);
    bytes_put_u64(&b, s->waiting);
    bytes_put_u64(&b, s->heads);
    bytes_put_double(&b, s->variance);
    bytes_put_u64(&b, s->n);
    bytes_put_u64(&b, s->least);
    bytes_put_u64(&b, s->most);
    for (size_t i = 0; i < s->used; i++)
        bytes_put_u64(&b, s->items[i]);
    bytes_put_u64(&b, b.failed ? 0 : bytes_sum(b.data, b.len));
    *out = bytes_give(&b, len);
    return *out != NULL ? THRESH_OK : THRESH_ENOMEM;
}

/* The items are sorted where they have to be, no NaN, within the extremes, and stand for n. */
static bool is_sound(const thresh_sketch *s)
{
    const uint64_t *item = s->items, lowest = key_of(-INFINITY), highest = key_of(INFINITY);
    uint64_t weight = 0;

    for (unsigned h = s->top + 1; h-- > 0;) {
        size_t size = sketch_size_of(s, h);
        if (size > SKETCH_MOST_VALUES >> h)
            return false;
        weight += (uint64_t)size << h;
        if (weight > SKETCH_MOST_VALUES)
            return false;
        for (size_t i = 0; i < size; i++, item++)
            if (*item < s->least || *item > s->most || (h > 0 && i > 0 && *item < item[-1])
                || *item != key_of(value_of(*item)))
                return false;
    }
    if (weight != s->n)
        return false;
    if (s->n == 0)
        return s->top == 0 && s->least == UINT64_MAX && s->most == 0;
    return s->least >= lowest && s->most <= highest && isfinite(s->variance) && s->variance >= 0
           && (s->top > 0) == (s->variance > 0) && (s->waiting | s->heads) >> s->top == 0;
}

static thresh_status take(thresh_sketch *s, bytes_reader *r)
{
    uint32_t capacity[SKETCH_LEVELS], base;
    size_t most;
    thresh_status rc;

    s->top = bytes_take_u32(r);
    if (r->failed || s->top >= SKETCH_LEVELS)
        return THRESH_EFORMAT;
    most = sketch_capacities(capacity, s->k, s->top);
    base = bytes_take_u32(r);
    for (unsigned h = 1; h <= s->top; h++) {
        s->size[h] = bytes_take_u32(r);
        if (s->size[h] > most)
            return THRESH_EFORMAT;
        s->base += s->size[h];
    }
    s->used = s->base + base;
    s->seed = bytes_take_u64(r);
    s->coins = bytes_take_u64(r);
    s->waiting = bytes_take_u64(r);
    s->heads = bytes_take_u64(r);
    s->variance = bytes_take_double(r);
    s->n = bytes_take_u64(r);
    s->least = bytes_take_u64(r);
    s->most = bytes_take_u64(r);
    if (r->failed || s->used > most || (size_t)(r->end - r->at) != (s->used + 1) * sizeof *s->items)
        return THRESH_EFORMAT;
    if ((rc = sketch_resize(s, s->used < SKETCH_FIRST_ROOM ? SKETCH_FIRST_ROOM : s->used))
        != THRESH_OK)
        return rc;
    for (size_t i = 0; i < s->used; i++)
        s->items[i] = bytes_take_u64(r);
    return is_sound(s) ? THRESH_OK : THRESH_EFORMAT;
}

thresh_status thresh_sketch_load(thresh_sketch **out, const void *data, size_t len)
{
    bytes_reader r = bytes_read(data, len), end;
    thresh_sketch *s = NULL;
    thresh_status rc;

    *out = NULL;
    if (len < sizeof(uint64_t))
        return THRESH_EFORMAT;
    end = bytes_read((const unsigned char *)data + len - sizeof(uint64_t), sizeof(uint64_t));
    bytes_take_tag(&r, TAG);
    uint32_t k = bytes_take_u32(&r);
    if (r.failed || bytes_take_u64(&end) != bytes_sum(data, len - sizeof(uint64_t)))
        return THRESH_EFORMAT;
    if ((rc = thresh_sketch_new(&s, k, 0)) != THRESH_OK)
        return rc == THRESH_EDOMAIN ? THRESH_EFORMAT : rc;
    if ((rc = take(s, &r)) != THRESH_OK) {
        thresh_sketch_free(s);
        return rc;
    }
    *out = s;
    return THRESH_OK;
}
