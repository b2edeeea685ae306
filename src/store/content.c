/* Contents, kept by their SHA-256 in parts that are packed by zstd each by itself. A part is always
 * of the same bytes, so that what a killed process left of a content is as good as written again.
 */
#include "store/entry.h"

#include "base/language.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* What waits in memory for the transaction that writes it. */
enum { PART_SIZE = 4 << 20, MOST_WAITING = 16 << 20, LEVEL = 3 };

/* --- packing --- */

void packing_free(packing *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->parts[i].data);
    free(p->parts);
    free(p->owners);
    *p = (packing){ .db = p->db };
}

thresh_status write_parts(packing *p)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < p->count && rc == THRESH_OK; i++)
        rc = db_run(p->db,
                    "INSERT INTO thresh_part (sha256, part, data) VALUES ($1, $2, $3)"
                    " ON CONFLICT (sha256, part) DO NOTHING",
                    (const value[]){ TEXT(p->owners[i]), INTEGER((int64_t)p->parts[i].number),
                                     BYTES(p->parts[i].data, p->parts[i].len) },
                    3);
    return rc;
}

/* In a transaction of its own, so that others need not wait until a large content is packed. */
static thresh_status flush_parts(packing *p)
{
    database *d = p->db;
    thresh_status rc = d->kind->begin(d);

    if (rc == THRESH_OK)
        rc = write_parts(p);
    if (rc == THRESH_OK)
        rc = d->kind->commit(d);
    if (rc != THRESH_OK)
        d->kind->rollback(d);
    packing_free(p);
    return rc;
}

static thresh_status add_part(packing *p, const char *owner, size_t number, const char *raw,
                              size_t len)
{
    packed_part part = { .data = malloc(ZSTD_compressBound(len)), .number = number };

    if (part.data == NULL || !array_reserve(&p->parts, &p->capacity, p->count + 1, sizeof *p->parts)
        || !array_reserve(&p->owners, &p->owner_capacity, p->count + 1, sizeof *p->owners)) {
        free(part.data);
        return THRESH_ENOMEM;
    }
    part.len = ZSTD_compress(part.data, ZSTD_compressBound(len), raw, len, LEVEL);
    if (ZSTD_isError(part.len)) {
        free(part.data);
        return THRESH_ENOMEM;
    }
    memcpy(p->owners[p->count], owner, SHA256_HEX);
    p->parts[p->count++] = part;
    p->bytes += part.len;
    return p->bytes > MOST_WAITING ? flush_parts(p) : THRESH_OK;
}

/* --- where bytes come from --- */

typedef struct source {
    const thresh_log_file *file;
    FILE *stream; /* NULL: its bytes */
    bool own;
    size_t at;
} source;

static thresh_status cannot_read(const source *s, thresh_diags *diags)
{
    thresh_diags_add(diags, THRESH_ERROR, s->file->path, 0, 0, "cannot read: %s",
                     diag_text(diags, strerror(errno)));
    return THRESH_EIO;
}

static thresh_status open_source(source *s, const thresh_log_file *file, thresh_diags *diags)
{
    *s = (source){ .file = file, .stream = file->stream };
    errno = 0;
    if (file->bytes == NULL && file->stream == NULL) {
        s->stream = fopen(file->path, "rb");
        s->own = true;
    }
    if (file->bytes == NULL && (s->stream == NULL || fseek(s->stream, 0, SEEK_SET) != 0))
        return cannot_read(s, diags);
    return THRESH_OK;
}

static thresh_status take(source *s, char *to, size_t most, size_t *got, thresh_diags *diags)
{
    if (s->stream == NULL) {
        *got = s->file->size - s->at < most ? (size_t)s->file->size - s->at : most;
        memcpy(to, s->file->bytes + s->at, *got);
        s->at += *got;
        return THRESH_OK;
    }
    errno = 0;
    *got = fread(to, 1, most, s->stream);
    return *got < most && ferror(s->stream) ? cannot_read(s, diags) : THRESH_OK;
}

static void close_source(source *s)
{
    if (s->own && s->stream != NULL)
        fclose(s->stream);
}

/* --- keeping --- */

static thresh_status take_size(void *context, const value *columns)
{
    *(int64_t *)context = columns[0].integer;
    return THRESH_OK;
}

static thresh_status hash_source(thresh_log_file *file, char *buffer, thresh_diags *diags)
{
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    source s;
    size_t got = 1;
    thresh_status rc = open_source(&s, file, diags);

    sha256_init(&hash);
    while (rc == THRESH_OK && got > 0) {
        rc = take(&s, buffer, PART_SIZE, &got, diags);
        sha256_update(&hash, rc == THRESH_OK ? got : 0, (const uint8_t *)buffer);
    }
    close_source(&s);
    sha256_digest(&hash, sizeof digest, digest);
    if (rc == THRESH_OK)
        hex_of(file->sha256, digest, sizeof digest);
    return rc;
}

/* The hash is known, and what is read now has to have it. */
static thresh_status pack(packing *p, thresh_log_file *file, char *buffer)
{
    thresh_diags *diags = p->db->diags;
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char found[SHA256_HEX];
    uint64_t size = 0;
    size_t got = 1;
    source s;
    thresh_status rc = open_source(&s, file, diags);

    sha256_init(&hash);
    for (size_t part = 0; rc == THRESH_OK; part++) {
        rc = take(&s, buffer, PART_SIZE, &got, diags);
        if (rc != THRESH_OK || (got == 0 && part > 0))
            break;
        sha256_update(&hash, got, (const uint8_t *)buffer);
        size += got;
        rc = add_part(p, file->sha256, part, buffer, got);
    }
    close_source(&s);
    sha256_digest(&hash, sizeof digest, digest);
    hex_of(found, digest, sizeof digest);
    file->size = size;
    if (rc == THRESH_OK && strcmp(found, file->sha256) != 0) {
        thresh_diags_add(diags, THRESH_ERROR, file->path, 0, 0,
                         "changed while it was judged: nothing is put on record");
        rc = THRESH_EINVAL;
    }
    return rc;
}

thresh_status keep_content(packing *p, thresh_log_file *file)
{
    char *buffer = malloc(PART_SIZE);
    int64_t size = -1;
    thresh_status rc = buffer == NULL ? THRESH_ENOMEM : THRESH_OK;

    if (rc == THRESH_OK && file->sha256[0] == '\0')
        rc = hash_source(file, buffer, p->db->diags);
    if (rc == THRESH_OK)
        rc = p->db->kind->run(p->db, "SELECT size FROM thresh_content WHERE sha256 = $1",
                              &TEXT(file->sha256), 1, take_size, &size);
    if (rc == THRESH_OK && size >= 0)
        file->size = (uint64_t)size;
    else if (rc == THRESH_OK)
        rc = pack(p, file, buffer);
    free(buffer);
    return rc;
}

thresh_status finish_content(database *d, const thresh_log_file *file)
{
    uint64_t parts = file->size == 0 ? 1 : (file->size + PART_SIZE - 1) / PART_SIZE;

    return db_run(d,
                  "INSERT INTO thresh_content (sha256, size, parts) VALUES ($1, $2, $3)"
                  " ON CONFLICT (sha256) DO NOTHING",
                  (const value[]){ TEXT(file->sha256), INTEGER((int64_t)file->size),
                                   INTEGER((int64_t)parts) },
                  3);
}

/* --- reading --- */

thresh_status unpacker_init(unpacker *u)
{
    *u = (unpacker){ ZSTD_createDCtx(), malloc(PART_SIZE) };
    if (u->context != NULL && u->buffer != NULL)
        return THRESH_OK;
    unpacker_free(u);
    return THRESH_ENOMEM;
}

void unpacker_free(unpacker *u)
{
    ZSTD_freeDCtx(u->context);
    free(u->buffer);
    *u = (unpacker){ NULL, NULL };
}

typedef struct unpacking {
    unpacker *with;
    struct sha256_ctx hash;
    uint64_t size;
    int64_t wanted_size, wanted_parts;
    bool found; /* the part */
    bytes_fn *each;
    void *each_context;
} unpacking;

/* Nothing that a part claims is believed: it unpacks to PART_SIZE at most. */
static thresh_status unpack(unpacking *u, const value *data)
{
    size_t len;

    if (data->len == 0) /* also what is NULL */
        return THRESH_OK;
    len = ZSTD_decompressDCtx(u->with->context, u->with->buffer, PART_SIZE, data->data, data->len);
    u->found = true;
    if (ZSTD_isError(len))
        return THRESH_EFORMAT;
    sha256_update(&u->hash, len, (const uint8_t *)u->with->buffer);
    u->size += len;
    return u->each != NULL ? u->each(u->each_context, u->with->buffer, len) : THRESH_OK;
}

static thresh_status take_first(void *context, const value *columns)
{
    unpacking *u = context;

    u->wanted_size = columns[0].integer;
    u->wanted_parts = columns[1].integer;
    return unpack(u, &columns[2]);
}

static thresh_status take_part(void *context, const value *columns)
{
    return unpack(context, &columns[0]);
}

/* Most contents have one part: it comes with the head. */
thresh_status read_content(database *d, unpacker *with, const char *sha256, uint64_t *size,
                           bytes_fn *each, void *context)
{
    unpacking u = { .with = with, .wanted_size = -1, .each = each, .each_context = context };
    uint8_t digest[SHA256_DIGEST_SIZE];
    char found[SHA256_HEX];
    thresh_status rc;

    sha256_init(&u.hash);
    rc = d->kind->run(d,
                      "SELECT c.size, c.parts, p.data FROM thresh_content c LEFT JOIN thresh_part p"
                      " ON p.sha256 = c.sha256 AND p.part = 0 WHERE c.sha256 = $1",
                      &TEXT(sha256), 1, take_first, &u);
    if (rc == THRESH_OK && !u.found)
        rc = THRESH_ENOENT;
    for (int64_t part = 1; rc == THRESH_OK && part < u.wanted_parts; part++) {
        u.found = false;
        rc = d->kind->run(d, "SELECT data FROM thresh_part WHERE sha256 = $1 AND part = $2",
                          (const value[]){ TEXT(sha256), INTEGER(part) }, 2, take_part, &u);
        if (rc == THRESH_OK && !u.found)
            rc = THRESH_ENOENT;
    }
    sha256_digest(&u.hash, sizeof digest, digest);
    hex_of(found, digest, sizeof digest);
    if (rc == THRESH_OK && (strcmp(found, sha256) != 0 || u.size != (uint64_t)u.wanted_size))
        rc = THRESH_EFORMAT;
    *size = u.size;
    return rc;
}
