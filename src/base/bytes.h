/*
 * State as bytes, and back: what a checkpoint is made of. Numbers are little-endian, so that a
 * file may be read on another machine. Both sides are sticky: write or read everything, then ask
 * once whether it went well.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing buffer. Begin with BYTES_INIT (all zero); free with bytes_free(). */
typedef struct bytes {
    unsigned char *data;
    size_t len, capacity;
    bool failed; /* memory ran out: what was put since is lost, and nothing may be used */
} bytes;

#define BYTES_INIT                                                                                 \
    {                                                                                              \
        NULL, 0, 0, false                                                                          \
    }

void bytes_put(bytes *b, const void *data, size_t len);
void bytes_put_u8(bytes *b, uint8_t v);
void bytes_put_u32(bytes *b, uint32_t v);
void bytes_put_u64(bytes *b, uint64_t v);
void bytes_put_i64(bytes *b, int64_t v);
/* Its bits, so that NaN, -0 and the last digit come back. */
void bytes_put_double(bytes *b, double v);
void bytes_put_doubles(bytes *b, const double *v, size_t count);
/* Length and characters; NULL comes back as NULL. */
void bytes_put_text(bytes *b, const char *text);
/* A length, and so many bytes: for a part with a reader of its own. */
void bytes_put_block(bytes *b, const void *data, size_t len);
void bytes_free(bytes *b);
/* What was put, malloc'ed, which leaves the buffer empty; NULL, and nothing left, when memory ran
 * out. */
void *bytes_give(bytes *b, size_t *len);

/* Reads memory that it does not own. Whoever reads past the end gets zeros, and `failed`. */
typedef struct bytes_reader {
    const unsigned char *at, *end;
    bool failed;
} bytes_reader;

bytes_reader bytes_read(const void *data, size_t len);
/* The next `len` bytes, borrowed; NULL when there are fewer. */
const unsigned char *bytes_take(bytes_reader *r, size_t len);
uint8_t bytes_take_u8(bytes_reader *r);
uint32_t bytes_take_u32(bytes_reader *r);
uint64_t bytes_take_u64(bytes_reader *r);
int64_t bytes_take_i64(bytes_reader *r);
double bytes_take_double(bytes_reader *r);
void bytes_take_doubles(bytes_reader *r, double *out, size_t count);
/* The characters, borrowed and not terminated: see arena_strndup(). NULL was NULL when put (or
 * the read failed). */
const char *bytes_take_text(bytes_reader *r, size_t *len);
/* A copy of them that the arena owns; "" where memory ran out, which the arena knows. One that was
 * NULL, or has a zero in it, fails. */
const char *bytes_take_string(bytes_reader *r, arena *a);
/* A reader of a block alone; an empty, failed one when there is none. */
bytes_reader bytes_take_block(bytes_reader *r);
/* A count of things of at least `size` (>= 1) bytes each, of which at most `limit` may be; what
 * claims more than is there fails and gives 0, before anybody asks for the memory. */
size_t bytes_take_count(bytes_reader *r, size_t size, size_t limit);
/* Fails unless the next four characters are these: each part begins with its own, and its version.
 */
void bytes_put_tag(bytes *b, const char tag[4]);
void bytes_take_tag(bytes_reader *r, const char tag[4]);
/* FNV-1a, 64 bits: no single changed byte keeps it. It tells damage, not malice. */
uint64_t bytes_sum(const void *data, size_t len);
/* Everything read, and nothing left over? */
bool bytes_done(const bytes_reader *r);

#endif
