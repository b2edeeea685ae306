/* gzip and zstd, told apart by their first bytes; what they unpack to has the limit of any input.
 */
#include "input/reader.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { CHUNK = 1 << 18 };

typedef struct buffer {
    char *data;
    size_t len, capacity;
} buffer;

bool is_packed(const char *text, size_t len)
{
    return (len >= 2 && memcmp(text, "\x1F\x8B", 2) == 0)
           || (len >= 4 && memcmp(text, "\x28\xB5\x2F\xFD", 4) == 0);
}

static thresh_status refuse(const char *path, thresh_diags *diags, const char *what)
{
    thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "%s", what);
    return THRESH_EFORMAT;
}

/* Room for another chunk; a bomb ends here. */
static thresh_status make_room(buffer *b, const char *path, thresh_diags *diags)
{
    if (b->len > THRESH_MAX_INPUT)
        return refuse(path, diags, "unpacks to more than the limit of 1024 MiB");
    return array_reserve(&b->data, &b->capacity, b->len + CHUNK, 1) ? THRESH_OK : THRESH_ENOMEM;
}

static thresh_status unpack_gzip(buffer *b, const char *text, size_t len, const char *path,
                                 thresh_diags *diags)
{
    z_stream z = { 0 };
    thresh_status rc = THRESH_OK;
    int got = Z_OK;

    if (len > UINT_MAX)
        return refuse(path, diags, "a gzip file larger than 4 GiB");
    if (inflateInit2(&z, 15 + 16) != Z_OK)
        return THRESH_ENOMEM;
    z.next_in = (Bytef *)(uintptr_t)text; /* zlib only reads it */
    z.avail_in = (uInt)len;
    while (rc == THRESH_OK && (got == Z_OK || z.avail_in > 0)) {
        if (got == Z_STREAM_END && inflateReset(&z) != Z_OK) /* another member follows */
            break;
        if ((rc = make_room(b, path, diags)) != THRESH_OK)
            break;
        z.next_out = (Bytef *)b->data + b->len;
        z.avail_out = CHUNK;
        got = inflate(&z, Z_NO_FLUSH);
        b->len += CHUNK - z.avail_out;
        if (got == Z_MEM_ERROR)
            rc = THRESH_ENOMEM;
        else if (got != Z_OK && got != Z_STREAM_END)
            rc = refuse(path, diags,
                        got == Z_BUF_ERROR ? "a gzip file that ends before its end"
                                           : "a gzip file that is damaged");
    }
    inflateEnd(&z);
    return rc;
}

static thresh_status unpack_zstd(buffer *b, const char *text, size_t len, const char *path,
                                 thresh_diags *diags)
{
    ZSTD_DCtx *z = ZSTD_createDCtx();
    ZSTD_inBuffer in = { text, len, 0 };
    size_t left = 1;
    thresh_status rc = z == NULL ? THRESH_ENOMEM : THRESH_OK;

    while (rc == THRESH_OK && (in.pos < in.size || left > 0)) {
        size_t before = in.pos;
        if ((rc = make_room(b, path, diags)) != THRESH_OK)
            break;
        ZSTD_outBuffer out = { b->data + b->len, CHUNK, 0 };
        left = ZSTD_decompressStream(z, &out, &in);
        b->len += out.pos;
        if (ZSTD_isError(left))
            rc = refuse(path, diags, "a zstd file that is damaged");
        else if (left > 0 && out.pos == 0 && in.pos == before)
            rc = refuse(path, diags, "a zstd file that ends before its end");
    }
    ZSTD_freeDCtx(z);
    return rc;
}

thresh_status unpack(char **out, size_t *out_len, const char *text, size_t len, const char *path,
                     thresh_diags *diags)
{
    buffer b = { NULL, 0, 0 };
    thresh_status rc = text[0] == '\x1F' ? unpack_gzip(&b, text, len, path, diags)
                                         : unpack_zstd(&b, text, len, path, diags);

    *out = NULL;
    if (rc != THRESH_OK) {
        free(b.data);
        return rc;
    }
    *out = b.data;
    *out_len = b.len;
    return THRESH_OK;
}
