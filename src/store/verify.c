/* Going through the whole log: does the chain hold, and does everything have its hash? */
#include "store/entry.h"

#include <stdlib.h>
#include <string.h>

/* Contents that were looked at already. */
typedef struct seen {
    char (*hashes)[SHA256_HEX];
    size_t count, capacity;
    index_table index;
} seen;

typedef struct walk {
    database *db;
    thresh_log_check *check;
    const char *head;
    seen seen;
    unpacker unpacker;
} walk;

static bool equals_hash(const void *context, uint32_t pos, const void *key)
{
    const seen *s = context;

    return strcmp(s->hashes[pos], key) == 0;
}

/* Is this content new? */
static thresh_status note_content(seen *s, const char *sha256, bool *is_new)
{
    uint32_t hash = hash_bytes(0, sha256, strlen(sha256));

    *is_new = index_find(&s->index, hash, equals_hash, s, sha256) == UINT32_MAX;
    if (!*is_new)
        return THRESH_OK;
    if (!array_reserve(&s->hashes, &s->capacity, s->count + 1, sizeof *s->hashes)
        || !index_add(&s->index, hash, (uint32_t)s->count))
        return THRESH_ENOMEM;
    strcpy(s->hashes[s->count++], sha256);
    return THRESH_OK;
}

/* Ends the walk with what was found, by a status that no function of it returns otherwise. */
static thresh_status found(walk *w, int64_t entry, thresh_log_fault fault)
{
    w->check->fault = fault;
    w->check->entry = entry;
    return THRESH_EEMPTY;
}

static thresh_status check_content(walk *w, int64_t entry, const thresh_log_file *file, bool sized)
{
    thresh_log_check *c = w->check;
    uint64_t size = 0;
    bool is_new;
    thresh_status rc = note_content(&w->seen, file->sha256, &is_new);

    if (rc != THRESH_OK || !is_new)
        return rc;
    rc = read_content(w->db, &w->unpacker, file->sha256, &size, NULL, NULL);
    c->contents++;
    c->bytes += size;
    if (rc == THRESH_OK && (!sized || size == file->size))
        return THRESH_OK;
    /* damage that the database itself found has its own message */
    if ((rc == THRESH_EFORMAT && thresh_diags_errors(w->db->diags) > 0)
        || (rc != THRESH_OK && rc != THRESH_ENOENT && rc != THRESH_EFORMAT))
        return rc;
    memcpy(c->content, file->sha256, sizeof c->content);
    return found(w, entry, rc == THRESH_ENOENT ? THRESH_LOG_MISSING : THRESH_LOG_CONTENT);
}

static thresh_status check_entry(walk *w, const thresh_log_entry *e, const entry_texts *texts)
{
    thresh_log_check *c = w->check;
    char hash[SHA256_HEX];
    thresh_status rc = THRESH_OK;

    if (e->id != (int64_t)c->entries + 1)
        return found(w, (int64_t)c->entries + 1, THRESH_LOG_NUMBER);
    if (strcmp(e->previous, c->head) != 0)
        return found(w, e->id, THRESH_LOG_PREVIOUS);
    hash_of(hash, texts);
    if (strcmp(hash, e->hash) != 0)
        return found(w, e->id, THRESH_LOG_EDITED);
    for (size_t i = 0; i < ENTRY_FIELDS; i++)
        c->bytes += strlen(texts->fields[i]);
    for (size_t i = 0; i < e->file_count && rc == THRESH_OK; i++)
        rc = check_content(w, e->id, &e->files[i], true);
    if (rc == THRESH_OK)
        rc = check_content(w, e->id, &e->document, false);
    if (rc != THRESH_OK)
        return rc;
    c->entries++;
    memcpy(c->head, e->hash, sizeof c->head);
    if (w->head != NULL && strcmp(w->head, e->hash) == 0)
        c->head_entry = e->id;
    return THRESH_OK;
}

static thresh_status walk_pages(walk *w, page *p)
{
    int64_t at = INT64_MIN;
    thresh_status rc;

    while ((rc = read_page(p, w->db, SELECT_ENTRY " WHERE id > $1 ORDER BY id LIMIT 100", at))
               == THRESH_OK
           && p->count > 0) {
        for (size_t i = 0; rc == THRESH_OK && i < p->count; i++)
            rc = check_entry(w, &p->entries[i], &p->texts[i]);
        if (rc != THRESH_OK)
            break;
        at = p->entries[p->count - 1].id;
    }
    return rc;
}

thresh_status thresh_log_verify(thresh_store *store, const char *head, thresh_log_check *out,
                                thresh_diags *diags)
{
    walk w = { .db = begin_call(store, diags), .check = out, .head = head };
    page *p = calloc(1, sizeof *p);
    thresh_status rc;

    *out = (thresh_log_check){ .head = NO_HASH };
    rc = p == NULL ? THRESH_ENOMEM : unpacker_init(&w.unpacker);
    if (rc == THRESH_OK)
        rc = walk_pages(&w, p);
    if (rc == THRESH_EEMPTY && out->fault != THRESH_LOG_HOLDS)
        rc = THRESH_OK;
    if (rc == THRESH_OK && out->fault == THRESH_LOG_HOLDS && head != NULL && out->head_entry == 0) {
        out->fault = THRESH_LOG_CUT;
        out->entry = (int64_t)out->entries + 1;
    }
    if (p != NULL)
        arena_free(&p->arena);
    free(p);
    unpacker_free(&w.unpacker);
    free(w.seen.hashes);
    index_free(&w.seen.index);
    return rc;
}
