/* The decision log: appending to the chain, and reading it. */
#include "store/entry.h"

#include "base/language.h"

#include <stdlib.h>
#include <string.h>

/* --- appending --- */

typedef struct last {
    int64_t id;
    char hash[SHA256_HEX];
} last;

static thresh_status take_last(void *context, const value *columns)
{
    last *l = context;

    l->id = columns[0].integer;
    snprintf(l->hash, sizeof l->hash, "%.*s", (int)columns[1].len, columns[1].data);
    return THRESH_OK;
}

/* The entry gets its place behind the last, which stays the last until the end of the transaction.
 */
static thresh_status link_entry(database *d, thresh_log_entry *entry)
{
    last l = { .hash = NO_HASH };
    thresh_status rc = d->kind->run(d, "SELECT id, hash FROM thresh_entry ORDER BY id DESC LIMIT 1",
                                    NULL, 0, take_last, &l);

    entry->id = l.id + 1;
    memcpy(entry->previous, l.hash, sizeof entry->previous);
    return rc;
}

static thresh_status insert_entry(database *d, thresh_log_entry *entry)
{
    value values[ENTRY_FIELDS + 1];
    entry_texts texts;
    arena a = ARENA_INIT;
    thresh_status rc = THRESH_ENOMEM;

    if (texts_of(&texts, &a, entry)) {
        hash_of(entry->hash, &texts);
        for (size_t i = 0; i < ENTRY_FIELDS; i++)
            values[i] = TEXT(texts.fields[i]);
        values[FIELD_ID] = INTEGER(entry->id);
        values[FIELD_EXIT_CODE] = INTEGER(entry->exit_code);
        values[ENTRY_FIELDS] = TEXT(entry->hash);
        rc = db_run(d,
                    "INSERT INTO thresh_entry (" ENTRY_COLUMNS ", hash) VALUES"
                    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                    values, ENTRY_FIELDS + 1);
    }
    arena_free(&a);
    return rc;
}

/* An id that was there before says that the entry is on record. The mark is no part of the chain:
 * who takes it away gets an entry twice, and loses none. */
static thresh_status mark(database *d, const char *id, bool *there)
{
    thresh_status rc = id == NULL
                           ? THRESH_OK
                           : db_run(d,
                                    "INSERT INTO thresh_alert (key, id, text) VALUES"
                                    " ('on record', $1, $2) ON CONFLICT (key, id) DO NOTHING",
                                    (const value[]){ TEXT(id), BYTES("", 0) }, 2);

    *there = rc == THRESH_OK && id != NULL && d->changed == 0;
    return rc;
}

/* @param id  see mark(), or NULL */
static thresh_status append(packing *p, thresh_log_entry *entry, const char *id)
{
    bool there = false, known;
    database *d = p->db;
    thresh_status rc = d->kind->begin(d);

    if (rc == THRESH_OK)
        rc = mark(d, id, &there);
    if (there) {
        d->kind->rollback(d);
        return THRESH_OK;
    }
    if (rc == THRESH_OK)
        rc = write_parts(p);
    for (size_t i = 0; i < entry->file_count && rc == THRESH_OK; i++)
        rc = finish_content(d, &entry->files[i]);
    if (rc == THRESH_OK)
        rc = finish_content(d, &entry->document);
    if (rc == THRESH_OK)
        rc = link_entry(d, entry);
    if (rc == THRESH_OK)
        rc = insert_entry(d, entry);
    if (rc != THRESH_OK) {
        d->kind->rollback(d);
        return rc;
    }
    rc = db_commit(d, &known, entry->id, "SELECT id FROM thresh_entry WHERE id = $1 AND hash = $2",
                   (const value[]){ INTEGER(entry->id), TEXT(entry->hash) }, 2);
    if (!known)
        thresh_diags_add(
            d->diags, THRESH_ERROR, d->name, 0, 0,
            "it is not known whether the decision is on record: as entry %lld with hash "
            "%.12s, if it is",
            (long long)entry->id, entry->hash);
    return rc;
}

static thresh_status append_once(thresh_store *store, thresh_log_entry *entry, const char *id,
                                 thresh_diags *diags)
{
    packing p = { .db = begin_call(store, diags) };
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < entry->file_count && rc == THRESH_OK; i++)
        rc = keep_content(&p, &entry->files[i]);
    if (rc == THRESH_OK)
        rc = keep_content(&p, &entry->document);
    if (rc == THRESH_OK)
        rc = append(&p, entry, id);
    packing_free(&p);
    return rc;
}

thresh_status thresh_log_append(thresh_store *store, thresh_log_entry *entry, thresh_diags *diags)
{
    return append_once(store, entry, NULL, diags);
}

thresh_status thresh_log_append_packed(thresh_store *store, const char *id, const void *bytes,
                                       size_t len, thresh_diags *diags)
{
    thresh_log_entry entry;
    arena a = ARENA_INIT;
    thresh_status rc = unpack_entry(&entry, &a, bytes, len);

    if (rc == THRESH_OK)
        rc = append_once(store, &entry, id, diags);
    else if (rc == THRESH_EFORMAT)
        thresh_diags_add(diags, THRESH_ERROR, thresh_store_name(store), 0, 0,
                         "a decision that waits to be put on record is damaged");
    arena_free(&a);
    return rc;
}

thresh_status thresh_log_keep(thresh_store *store, thresh_log_file *files, size_t count,
                              thresh_diags *diags)
{
    database *d = begin_call(store, diags);
    packing p = { .db = d };
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < count && rc == THRESH_OK; i++)
        rc = keep_content(&p, &files[i]);
    if (rc == THRESH_OK)
        rc = d->kind->begin(d);
    if (rc == THRESH_OK)
        rc = write_parts(&p);
    for (size_t i = 0; i < count && rc == THRESH_OK; i++)
        rc = finish_content(d, &files[i]);
    if (rc == THRESH_OK)
        rc = d->kind->commit(d);
    if (rc != THRESH_OK)
        d->kind->rollback(d);
    packing_free(&p);
    return rc;
}

/* --- reading --- */

/* "scenario/search.yaml" and "search" name one profile, "my/search.yaml" another. */
static bool has_profile(const thresh_log_entry *e, const char *name)
{
    for (size_t i = 0; i < e->file_count; i++) {
        const thresh_log_file *f = &e->files[i];
        bool profile = strcmp(f->role, "profile") == 0 || strcmp(f->role, "built-in") == 0;

        if (profile && (strcmp(f->asked, name) == 0 || strcmp(f->path, name) == 0))
            return true;
    }
    return false;
}

static bool is_wanted(const thresh_log_query *q, const thresh_log_entry *e)
{
    return (q->since == NULL || strcmp(e->time, q->since) >= 0)
           && (q->verdict == NULL || strcmp(e->verdict, q->verdict) == 0)
           && (q->profile == NULL || has_profile(e, q->profile));
}

thresh_status thresh_log_each(thresh_store *store, const thresh_log_query *query,
                              thresh_log_fn *each, void *context, thresh_diags *diags)
{
    static const char *const pages[] = { SELECT_ENTRY " WHERE id > $1 ORDER BY id LIMIT 100",
                                         SELECT_ENTRY " WHERE id < $1 ORDER BY id DESC LIMIT 100" };
    static const thresh_log_query all;
    const thresh_log_query *q = query != NULL ? query : &all;
    database *d = begin_call(store, diags);
    int64_t at = q->newest_first ? INT64_MAX : INT64_MIN;
    page *p = calloc(1, sizeof *p);
    size_t given = 0;
    thresh_status rc = p == NULL ? THRESH_ENOMEM : THRESH_OK;

    while (rc == THRESH_OK && (q->limit == 0 || given < q->limit)
           && (rc = read_page(p, d, pages[q->newest_first], at)) == THRESH_OK && p->count > 0) {
        for (size_t i = 0; rc == THRESH_OK && i < p->count; i++)
            if ((q->limit == 0 || given < q->limit) && is_wanted(q, &p->entries[i])) {
                given++;
                rc = each(context, &p->entries[i]);
            }
        at = p->entries[p->count - 1].id;
    }
    if (p != NULL)
        arena_free(&p->arena);
    free(p);
    return rc;
}

/* An entry with the memory that it lies in. */
typedef struct kept_entry {
    thresh_log_entry entry; /* the first: it is what callers hold */
    entry_texts texts;
    arena arena;
    database *db;
    bool any;
} kept_entry;

static thresh_status keep_entry(void *context, const value *columns)
{
    kept_entry *k = context;

    k->any = true;
    return entry_of_row(&k->entry, &k->texts, &k->arena, columns, k->db->name, k->db->diags);
}

thresh_status thresh_log_get(thresh_log_entry **out, thresh_store *store, int64_t id,
                             thresh_diags *diags)
{
    database *d = begin_call(store, diags);
    kept_entry *k = calloc(1, sizeof *k);
    thresh_status rc;

    *out = NULL;
    if (k == NULL)
        return THRESH_ENOMEM;
    k->db = d;
    rc = id != 0
             ? d->kind->run(d, SELECT_ENTRY " WHERE id = $1", &INTEGER(id), 1, keep_entry, k)
             : d->kind->run(d, SELECT_ENTRY " ORDER BY id DESC LIMIT 1", NULL, 0, keep_entry, k);
    if (rc == THRESH_OK && !k->any) {
        if (id != 0)
            thresh_diags_add(diags, THRESH_ERROR, d->name, 0, 0, "no entry %lld", (long long)id);
        else
            thresh_diags_add(diags, THRESH_ERROR, d->name, 0, 0, "no entry is on record");
        rc = THRESH_ENOENT;
    }
    if (rc == THRESH_OK)
        *out = &k->entry;
    else
        thresh_log_entry_free(&k->entry);
    return rc;
}

void thresh_log_entry_free(thresh_log_entry *entry)
{
    kept_entry *k = (kept_entry *)entry;

    if (k == NULL)
        return;
    arena_free(&k->arena);
    free(k);
}

static thresh_status write_bytes(void *context, const char *bytes, size_t len)
{
    return fwrite(bytes, 1, len, context) == len ? THRESH_OK : THRESH_EIO;
}

thresh_status thresh_log_content(thresh_store *store, const char *sha256, FILE *stream,
                                 thresh_diags *diags)
{
    database *d = begin_call(store, diags);
    unpacker u;
    uint64_t size;
    thresh_status rc = unpacker_init(&u);

    if (rc != THRESH_OK)
        return rc;
    rc = read_content(d, &u, sha256, &size, write_bytes, stream);
    unpacker_free(&u);
    if (rc == THRESH_ENOENT || (rc == THRESH_EFORMAT && thresh_diags_errors(diags) == 0)) {
        thresh_diags_add(diags, THRESH_ERROR, d->name, 0, 0,
                         rc == THRESH_ENOENT
                             ? N_("the content %s is missing (thresh log verify says since when)")
                             : N_("the content %s is damaged: it does not have that SHA-256"),
                         sha256);
        rc = THRESH_EFORMAT;
    }
    return rc;
}
