/* Entries as bytes, which wait in a checkpoint until they are on record. */
#include "base/bytes.h"
#include "store/entry.h"

#include <stdlib.h>
#include <string.h>

static const char tag[4] = { 'L', 'O', 'G', '1' };

/* The texts of an entry, and those of a file. */
enum { TEXTS = 8, FILE_TEXTS = 5, MOST_ITEMS = 1 << 20 };

thresh_status thresh_log_pack(void **out, size_t *len, const thresh_log_entry *e)
{
    const char *const texts[TEXTS] = { e->time, e->kind,   e->verdict,  e->who,
                                       e->host, e->folder, e->revision, e->version };
    bytes b = BYTES_INIT;

    bytes_put_tag(&b, tag);
    for (size_t i = 0; i < TEXTS; i++)
        bytes_put_text(&b, texts[i]);
    bytes_put_i64(&b, e->exit_code);
    bytes_put_u64(&b, e->command_count);
    for (size_t i = 0; i < e->command_count; i++)
        bytes_put_text(&b, e->command[i]);
    bytes_put_u64(&b, e->file_count);
    for (size_t i = 0; i < e->file_count; i++) {
        const thresh_log_file *f = &e->files[i];
        const char *const of[FILE_TEXTS] = { f->role, f->asked, f->axis, f->path, f->sha256 };

        for (size_t k = 0; k < FILE_TEXTS; k++)
            bytes_put_text(&b, of[k]);
        bytes_put_u64(&b, f->size);
    }
    bytes_put_block(&b, e->document.bytes, (size_t)e->document.size);
    *out = bytes_give(&b, len);
    return *out != NULL ? THRESH_OK : THRESH_ENOMEM;
}

static void take_command(thresh_log_entry *e, bytes_reader *r, arena *a)
{
    size_t count = bytes_take_count(r, 1, MOST_ITEMS);
    const char **command = arena_alloc(a, (count + 1) * sizeof *command);

    e->command = command;
    for (size_t i = 0; i < count && command != NULL; i++)
        command[e->command_count++] = bytes_take_string(r, a);
}

static void take_files(thresh_log_entry *e, bytes_reader *r, arena *a)
{
    size_t count = bytes_take_count(r, 1, MOST_ITEMS);

    e->files = arena_alloc(a, (count + 1) * sizeof *e->files);
    for (size_t i = 0; i < count && e->files != NULL; i++) {
        thresh_log_file *f = &e->files[e->file_count++];

        f->role = bytes_take_string(r, a);
        f->asked = bytes_take_string(r, a);
        f->axis = bytes_take_string(r, a);
        f->path = bytes_take_string(r, a);
        const char *sha256 = bytes_take_string(r, a);
        if (sha256 != NULL && strlen(sha256) == SHA256_HEX - 1)
            memcpy(f->sha256, sha256, SHA256_HEX);
        else
            r->failed = true;
        f->size = bytes_take_u64(r);
    }
}

thresh_status unpack_entry(thresh_log_entry *out, arena *a, const void *data, size_t len)
{
    bytes_reader r = bytes_read(data, len), document;
    thresh_log_entry e = { .id = 0 };
    const char **const texts[TEXTS] = { &e.time, &e.kind,   &e.verdict,  &e.who,
                                        &e.host, &e.folder, &e.revision, &e.version };

    bytes_take_tag(&r, tag);
    for (size_t i = 0; i < TEXTS; i++)
        *texts[i] = bytes_take_string(&r, a);
    e.exit_code = (int)bytes_take_i64(&r);
    take_command(&e, &r, a);
    take_files(&e, &r, a);
    document = bytes_take_block(&r);
    e.document = (thresh_log_file){ .path = "document",
                                    .bytes = (const char *)document.at,
                                    .size = (uint64_t)(document.end - document.at) };
    if (a->failed)
        return THRESH_ENOMEM;
    if (!bytes_done(&r) || document.failed || document.at == NULL)
        return THRESH_EFORMAT;
    *out = e;
    return THRESH_OK;
}
