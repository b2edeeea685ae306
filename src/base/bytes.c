/* State as bytes. Byte by byte: the compiler makes one move of it, whatever the machine's order. */
#include "base/bytes.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

void bytes_put(bytes *b, const void *data, size_t len)
{
    if (b->failed)
        return;
    if (len > SIZE_MAX - b->len || !array_reserve(&b->data, &b->capacity, b->len + len, 1)) {
        b->failed = true;
        return;
    }
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
}

void bytes_put_u8(bytes *b, uint8_t v)
{
    bytes_put(b, &v, 1);
}

void bytes_put_u32(bytes *b, uint32_t v)
{
    unsigned char c[4];

    for (size_t i = 0; i < sizeof c; i++)
        c[i] = (unsigned char)(v >> (8 * i));
    bytes_put(b, c, sizeof c);
}

void bytes_put_u64(bytes *b, uint64_t v)
{
    unsigned char c[8];

    for (size_t i = 0; i < sizeof c; i++)
        c[i] = (unsigned char)(v >> (8 * i));
    bytes_put(b, c, sizeof c);
}

void bytes_put_i64(bytes *b, int64_t v)
{
    bytes_put_u64(b, (uint64_t)v);
}

void bytes_put_double(bytes *b, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    bytes_put_u64(b, bits);
}

void bytes_put_doubles(bytes *b, const double *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes_put_double(b, v[i]);
}

void bytes_put_block(bytes *b, const void *data, size_t len)
{
    bytes_put_u64(b, len);
    bytes_put(b, data, len);
}

void bytes_put_text(bytes *b, const char *text)
{
    bytes_put_u8(b, text != NULL);
    if (text != NULL)
        bytes_put_block(b, text, strlen(text));
}

void bytes_put_tag(bytes *b, const char tag[4])
{
    bytes_put(b, tag, 4);
}

void *bytes_give(bytes *b, size_t *len)
{
    void *data = b->failed ? NULL : b->data;

    *len = data != NULL ? b->len : 0;
    if (data == NULL)
        bytes_free(b);
    *b = (bytes)BYTES_INIT;
    return data;
}

void bytes_free(bytes *b)
{
    free(b->data);
    *b = (bytes)BYTES_INIT;
}

bytes_reader bytes_read(const void *data, size_t len)
{
    const unsigned char *at = data;

    return (bytes_reader){ at, len > 0 ? at + len : at, false };
}

const unsigned char *bytes_take(bytes_reader *r, size_t len)
{
    const unsigned char *at = r->at;

    if (r->failed || len > (size_t)(r->end - r->at)) {
        r->failed = true;
        return NULL;
    }
    r->at += len;
    return at;
}

static uint64_t take_number(bytes_reader *r, size_t size)
{
    const unsigned char *c = bytes_take(r, size);
    uint64_t v = 0;

    for (size_t i = 0; c != NULL && i < size; i++)
        v |= (uint64_t)c[i] << (8 * i);
    return v;
}

uint8_t bytes_take_u8(bytes_reader *r)
{
    return (uint8_t)take_number(r, 1);
}

uint32_t bytes_take_u32(bytes_reader *r)
{
    return (uint32_t)take_number(r, 4);
}

uint64_t bytes_take_u64(bytes_reader *r)
{
    return take_number(r, 8);
}

int64_t bytes_take_i64(bytes_reader *r)
{
    return (int64_t)take_number(r, 8);
}

double bytes_take_double(bytes_reader *r)
{
    uint64_t bits = take_number(r, 8);
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

void bytes_take_doubles(bytes_reader *r, double *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = bytes_take_double(r);
}

bytes_reader bytes_take_block(bytes_reader *r)
{
    size_t len = bytes_take_count(r, 1, SIZE_MAX);
    const unsigned char *at = bytes_take(r, len);
    bytes_reader part = bytes_read(at != NULL ? at : r->end, len);

    part.failed = r->failed;
    return part;
}

const char *bytes_take_text(bytes_reader *r, size_t *len)
{
    bytes_reader part = { NULL, NULL, false };

    *len = 0;
    if (bytes_take_u8(r) == 0)
        return NULL;
    part = bytes_take_block(r);
    if (part.failed)
        return NULL;
    *len = (size_t)(part.end - part.at);
    return (const char *)part.at;
}

const char *bytes_take_string(bytes_reader *r, arena *a)
{
    size_t len;
    const char *text = bytes_take_text(r, &len), *copy;

    if (text == NULL || memchr(text, '\0', len) != NULL) {
        r->failed = true;
        return "";
    }
    copy = arena_strndup(a, text, len);
    return copy != NULL ? copy : "";
}

size_t bytes_take_count(bytes_reader *r, size_t size, size_t limit)
{
    uint64_t count = bytes_take_u64(r);

    if (r->failed || count > limit || count > (size_t)(r->end - r->at) / size) {
        r->failed = true;
        return 0;
    }
    return (size_t)count;
}

void bytes_take_tag(bytes_reader *r, const char tag[4])
{
    const unsigned char *c = bytes_take(r, 4);

    if (c == NULL || memcmp(c, tag, 4) != 0)
        r->failed = true;
}

/* Fowler, Noll & Vo. */
uint64_t bytes_sum(const void *data, size_t len)
{
    const unsigned char *c = data;
    uint64_t sum = UINT64_C(0xCBF29CE484222325);

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ c[i]) * UINT64_C(0x100000001B3);
    return sum;
}

bool bytes_done(const bytes_reader *r)
{
    return !r->failed && r->at == r->end;
}
