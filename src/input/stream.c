/*
 * Bytes on their way from a file to a reader. gzip and zstd are told by their first bytes. A window
 * of the text is kept, which grows to the longest line, or to the whole where a reader wants it.
 */
#include "base/language.h"
#include "input/stream.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

enum { CHUNK = 1 << 20, PACKED_CHUNK = 1 << 18 };

typedef enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD } packing;

struct stream {
    const char *path;
    thresh_diags *diags;
    FILE *file;
    bool own_file;
    const char *memory; /* where there is no file */
    size_t memory_len, memory_at;
    uint64_t taken, total; /* bytes as stored; total 0: not known */
    struct sha256_ctx hash;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;

    packing packing;
    char *packed; /* bytes that wait to be unpacked */
    size_t packed_at, packed_len, packed_size;
    z_stream z;
    bool z_open, member_open;
    ZSTD_DCtx *zstd;
    uint64_t unpacked;

    char *text; /* the window: text[start, end) is not consumed yet */
    size_t start, end, capacity;
    bool ended;
    uint32_t lines;
};

static thresh_status refuse(const stream *s, const char *what)
{
    thresh_diags_add(s->diags, THRESH_ERROR, s->path, 0, 0, "%s", diag_text(s->diags, what));
    return THRESH_EFORMAT;
}

static thresh_status fail_errno(const stream *s)
{
    thresh_diags_add(s->diags, THRESH_ERROR, s->path, 0, 0, "cannot read: %s",
                     diag_text(s->diags, strerror(errno)));
    return THRESH_EIO;
}

void stream_close(stream *s)
{
    if (s == NULL)
        return;
    if (s->own_file && s->file != NULL)
        fclose(s->file);
    if (s->z_open)
        inflateEnd(&s->z);
    ZSTD_freeDCtx(s->zstd);
    free(s->packed);
    free(s->text);
    free(s);
}

/* Room for `chunk` bytes as they are stored, or for all where there are fewer: a thousand small
 * files shall not take and give back megabytes each. */
static size_t at_most(const stream *s, size_t chunk)
{
    enum { LEAST = 4096 };
    size_t all = s->total > 0 && s->total < chunk ? (size_t)s->total + 1 : chunk;

    return all > LEAST ? all : LEAST;
}

/* Bytes as they are stored; 0 at the end. */
static thresh_status take(stream *s, char *to, size_t most, size_t *got)
{
    if (s->file != NULL) {
        errno = 0;
        *got = fread(to, 1, most, s->file);
        if (*got == 0 && ferror(s->file))
            return fail_errno(s);
    } else {
        size_t left = s->memory_len - s->memory_at;
        *got = left < most ? left : most;
        memcpy(to, s->memory + s->memory_at, *got);
        s->memory_at += *got;
    }
    sha256_update(&s->hash, *got, (const uint8_t *)to);
    s->taken += *got;
    if (s->progress != NULL)
        s->progress(s->progress_context, s->taken, s->total);
    return THRESH_OK;
}

/* --- unpacking --- */

static thresh_status take_packed(stream *s)
{
    s->packed_at = 0;
    return take(s, s->packed, s->packed_size, &s->packed_len);
}

/* Fills `to` as far as one call does; *got stays 0 only at the end of the file. */
static thresh_status inflate_some(stream *s, char *to, size_t most, size_t *got)
{
    while (*got == 0) {
        thresh_status rc = THRESH_OK;
        int state;

        if (s->packed_at == s->packed_len && (rc = take_packed(s)) != THRESH_OK)
            return rc;
        if (s->packed_len == 0)
            return s->member_open ? refuse(s, "a gzip file that ends before its end") : THRESH_OK;
        if (!s->member_open && inflateReset(&s->z) != Z_OK) /* another member follows */
            return refuse(s, "a gzip file that is damaged");
        s->member_open = true;
        s->z.next_in = (Bytef *)s->packed + s->packed_at;
        s->z.avail_in = (uInt)(s->packed_len - s->packed_at);
        s->z.next_out = (Bytef *)to;
        s->z.avail_out = (uInt)most;
        state = inflate(&s->z, Z_NO_FLUSH);
        s->packed_at = s->packed_len - s->z.avail_in;
        *got = most - s->z.avail_out;
        if (state == Z_MEM_ERROR)
            return THRESH_ENOMEM;
        if (state == Z_STREAM_END)
            s->member_open = false;
        else if (state != Z_OK && state != Z_BUF_ERROR)
            return refuse(s, "a gzip file that is damaged");
    }
    return THRESH_OK;
}

static thresh_status decompress_some(stream *s, char *to, size_t most, size_t *got)
{
    ZSTD_outBuffer out = { to, most, 0 };

    while (out.pos == 0) {
        thresh_status rc = THRESH_OK;

        if (s->packed_at == s->packed_len && (rc = take_packed(s)) != THRESH_OK)
            return rc;
        if (s->packed_len == 0 && !s->member_open)
            break;
        ZSTD_inBuffer in = { s->packed, s->packed_len, s->packed_at };
        size_t left = ZSTD_decompressStream(s->zstd, &out, &in);
        if (ZSTD_isError(left))
            return refuse(s, "a zstd file that is damaged");
        if (s->packed_len == 0 && out.pos == 0)
            return refuse(s, "a zstd file that ends before its end");
        s->packed_at = in.pos;
        s->member_open = left > 0;
    }
    *got = out.pos;
    return THRESH_OK;
}

static thresh_status start_unpacking(stream *s)
{
    thresh_status rc = THRESH_OK;

    s->packed_size = at_most(s, PACKED_CHUNK);
    if ((s->packed = malloc(s->packed_size)) == NULL)
        return THRESH_ENOMEM;
    if ((rc = take_packed(s)) != THRESH_OK)
        return rc;
    if (s->packed_len >= 2 && memcmp(s->packed, "\x1F\x8B", 2) == 0) {
        s->packing = PACKING_GZIP;
        s->z_open = inflateInit2(&s->z, 15 + 16) == Z_OK;
        return s->z_open ? THRESH_OK : THRESH_ENOMEM;
    }
    if (s->packed_len >= 4 && memcmp(s->packed, "\x28\xB5\x2F\xFD", 4) == 0) {
        s->packing = PACKING_ZSTD;
        s->zstd = ZSTD_createDCtx();
        return s->zstd != NULL ? THRESH_OK : THRESH_ENOMEM;
    }
    return THRESH_OK;
}

/* --- the window --- */

static thresh_status read_some(stream *s, char *to, size_t most, size_t *got)
{
    thresh_status rc;

    *got = 0;
    if (s->packing == PACKING_NONE && s->packed_at < s->packed_len) {
        /* what was looked at to tell the packing */
        *got = s->packed_len - s->packed_at < most ? s->packed_len - s->packed_at : most;
        memcpy(to, s->packed + s->packed_at, *got);
        s->packed_at += *got;
        return THRESH_OK;
    }
    rc = s->packing == PACKING_GZIP   ? inflate_some(s, to, most, got)
         : s->packing == PACKING_ZSTD ? decompress_some(s, to, most, got)
                                      : take(s, to, most, got);
    s->unpacked += *got;
    if (rc == THRESH_OK && s->packing != PACKING_NONE && s->unpacked > MAX_UNPACKED)
        rc = refuse(s, "unpacks to more than the limit of 64 GiB");
    return rc;
}

/* More text behind the window; `room` says how much there may be. */
static thresh_status grow(stream *s, size_t room)
{
    size_t got;
    thresh_status rc;

    if (s->start > 0 && s->end - s->start + room > s->capacity - s->start) {
        memmove(s->text, s->text + s->start, s->end - s->start);
        s->end -= s->start;
        s->start = 0;
    }
    /* a window that has room for a good part of it does: growing may copy all of it */
    if (s->capacity - s->end < room / 2 && !array_reserve(&s->text, &s->capacity, s->end + room, 1))
        return THRESH_ENOMEM;
    if ((rc = read_some(s, s->text + s->end, s->capacity - s->end, &got)) != THRESH_OK)
        return rc;
    s->end += got;
    s->ended = got == 0;
    return THRESH_OK;
}

thresh_status stream_peek(stream *s, size_t want, const char **text, size_t *len)
{
    thresh_status rc = THRESH_OK;

    size_t chunk = s->packing == PACKING_NONE ? at_most(s, CHUNK) : CHUNK;

    if (want > CHUNK)
        chunk = want;
    while (rc == THRESH_OK && !s->ended && s->end - s->start < want)
        rc = grow(s, chunk);
    *text = s->text + s->start;
    *len = s->end - s->start < want ? s->end - s->start : want;
    return rc;
}

void stream_skip(stream *s, size_t len)
{
    s->start += len;
}

thresh_status stream_line(stream *s, line *out)
{
    size_t searched = 0;
    const char *newline = NULL;
    thresh_status rc = THRESH_OK;

    for (;;) {
        size_t have = s->end - s->start;
        if (have > searched)
            newline = memchr(s->text + s->start + searched, '\n', have - searched);
        if (newline != NULL || s->ended)
            break;
        searched = have;
        if (have > MAX_LINE) {
            thresh_diags_add(s->diags, THRESH_ERROR, s->path, s->lines + 1, 0,
                             "a line longer than 64 MiB");
            return THRESH_EFORMAT;
        }
        if ((rc = grow(s, CHUNK)) != THRESH_OK)
            return rc;
    }
    if (s->start == s->end)
        return THRESH_EEMPTY;
    out->text = s->text + s->start;
    out->len = newline != NULL ? (size_t)(newline - out->text) : s->end - s->start;
    s->start += out->len + (newline != NULL);
    out->number = ++s->lines;
    if (out->len > 0 && out->text[out->len - 1] == '\r')
        out->len--;
    return THRESH_OK;
}

static thresh_status refuse_size(const stream *s)
{
    return refuse(s, s->packing != PACKING_NONE ? N_("unpacks to more than the limit of 1024 MiB")
                                                : N_("larger than the limit of 1024 MiB"));
}

thresh_status stream_rest(stream *s, const char **text, size_t *len)
{
    thresh_status rc = THRESH_OK;

    if (s->packing == PACKING_NONE && s->total > THRESH_MAX_INPUT)
        return refuse_size(s);
    /* the size of a plain file is known: one allocation, without what growing leaves over */
    if (s->packing == PACKING_NONE && s->total > 0
        && !array_reserve(&s->text, &s->capacity, (size_t)s->total + 1, 1))
        return THRESH_ENOMEM;
    while (rc == THRESH_OK && !s->ended) {
        size_t room = s->capacity > s->end ? s->capacity - s->end : 0;
        rc = grow(s, room > 0 ? room : CHUNK);
        if (rc == THRESH_OK && s->end - s->start > THRESH_MAX_INPUT)
            rc = refuse_size(s);
    }
    *text = s->text + s->start;
    *len = s->end - s->start;
    return rc;
}

thresh_status stream_hash(stream *s, char out[SHA256_HEX])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && !s->ended) {
        s->start = s->end = 0;
        rc = grow(s, CHUNK);
    }
    if (rc != THRESH_OK)
        return rc;
    sha256_digest(&s->hash, sizeof digest, digest);
    hex_of(out, digest, sizeof digest);
    return THRESH_OK;
}

/* --- opening --- */

static thresh_status new_stream(stream **out, const char *path, thresh_diags *diags)
{
    stream *s = calloc(1, sizeof *s);

    *out = s;
    if (s == NULL)
        return THRESH_ENOMEM;
    s->path = path;
    s->diags = diags;
    sha256_init(&s->hash);
    return THRESH_OK;
}

/* Hands the stream over, or closes it. */
static thresh_status opened(stream **out, stream *s, thresh_status rc)
{
    if (rc == THRESH_OK)
        rc = start_unpacking(s);
    if (rc == THRESH_OK)
        *out = s;
    else
        stream_close(s);
    return rc;
}

thresh_status stream_over(stream **out, const char *text, size_t len, const char *path,
                          thresh_diags *diags)
{
    stream *s = NULL;
    thresh_status rc = new_stream(&s, path, diags);

    *out = NULL;
    if (rc == THRESH_OK) {
        s->memory = text;
        s->memory_len = len;
        s->total = len;
    }
    return opened(out, s, rc);
}

thresh_status stream_open(stream **out, const char *path, FILE *standard_input,
                          const thresh_read_options *options, thresh_diags *diags)
{
    stream *s = NULL;
    struct stat st;
    thresh_status rc = new_stream(&s, path, diags);

    *out = NULL;
    if (rc != THRESH_OK)
        return rc;
    s->progress = options->progress;
    s->progress_context = options->progress_context;
    if (strcmp(path, "-") == 0 && standard_input != NULL) {
        s->file = standard_input;
    } else if (stat(path, &st) != 0 || (s->file = fopen(path, "rb")) == NULL) {
        rc = fail_errno(s);
    } else {
        s->own_file = true;
        s->total = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
        setvbuf(s->file, NULL, _IONBF, 0); /* the window is the buffer */
    }
    return opened(out, s, rc);
}
