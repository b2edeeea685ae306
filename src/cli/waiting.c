/*
 * Decisions that belong to a state: a step of a rollout, an alert of a monitor. Log and state are
 * two databases, and a kill may come between them. So a decision is packed, kept in the one
 * transaction that keeps the state, and put on record after that; what did not come so far is put
 * there the next time. Its id tells the log what it has already.
 */
#include "dossier.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static bool draw_id(char out[33])
{
    unsigned char bytes[16];

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        sprintf(out + 2 * i, "%02x", bytes[i]);
    return true;
}

thresh_status pack_decision(packed_decision *out, const arguments *a, const char *verdict, int code,
                            const char *document, size_t len)
{
    entry_text of;
    thresh_status rc = write_entry(&of, a, verdict, code);

    *out = (packed_decision){ .bytes = NULL };
    if (rc == THRESH_OK && !draw_id(out->id))
        rc = THRESH_EIO;
    of.entry.document = (thresh_log_file){ .path = "", .bytes = document, .size = len };
    if (rc == THRESH_OK)
        rc = thresh_log_pack(&out->bytes, &out->len, &of.entry);
    free_entry_text(&of);
    return rc;
}

thresh_status record_packed(const arguments *a, const packed_decision *decision,
                            thresh_diags *diags)
{
    return thresh_log_append_packed(a->dossier->store, decision->id, decision->bytes, decision->len,
                                    diags);
}

/* --- what waits in a store --- */

enum { AT_ONCE = 50 };

typedef struct found {
    packed_decision list[AT_ONCE];
    int64_t numbers[AT_ONCE];
    size_t count;
} found;

/* Copied before any is appended: state and log may be one database, which cannot be written while
 * it is read. */
static thresh_status take(void *context, const thresh_kept_alert *kept)
{
    found *f = context;
    packed_decision *one = &f->list[f->count];

    if (f->count == AT_ONCE)
        return THRESH_EEMPTY; /* the rest comes the next time */
    if ((one->bytes = malloc(kept->len + 1)) == NULL)
        return THRESH_ENOMEM;
    memcpy(one->bytes, kept->text, kept->len);
    one->len = kept->len;
    snprintf(one->id, sizeof one->id, "%s", kept->id);
    f->numbers[f->count++] = kept->number;
    return THRESH_OK;
}

static void free_found(found *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->list[i].bytes);
    f->count = 0;
}

void waiting_key(char out[THRESH_KEY_MAX + 1], const char *key)
{
    snprintf(out, THRESH_KEY_MAX + 1, "record of %.*s", THRESH_KEY_MAX - 10, key);
}

/* The number of the last that is known to be on record: those before need not be tried again. */
static thresh_status read_place(int64_t *out, thresh_store *store, const char *key,
                                thresh_diags *diags)
{
    char text[24] = "";
    void *bytes = NULL;
    size_t len = 0;
    thresh_status rc = thresh_checkpoint_get(store, key, &bytes, &len, NULL, diags);

    *out = 0;
    if (rc == THRESH_OK && len < sizeof text) {
        memcpy(text, bytes, len);
        *out = strtoll(text, NULL, 10);
    }
    free(bytes);
    return rc == THRESH_ENOENT ? THRESH_OK : rc;
}

thresh_status record_waiting(const arguments *a, thresh_store *store, const char *key,
                             thresh_diags *diags)
{
    char waiting[THRESH_KEY_MAX + 1], text[24];
    int64_t place = 0;
    found f = { .count = 0 };
    thresh_status rc;
    bool more = true;

    waiting_key(waiting, key);
    rc = read_place(&place, store, waiting, diags);
    while (rc == THRESH_OK && more) {
        rc = thresh_alerts_each(store, waiting, place, take, &f, diags);
        more = rc == THRESH_EEMPTY;
        rc = more ? THRESH_OK : rc;
        for (size_t i = 0; rc == THRESH_OK && i < f.count; i++) {
            rc = record_packed(a, &f.list[i], diags);
            place = f.numbers[i];
        }
        snprintf(text, sizeof text, "%lld", (long long)place);
        /* where that fails they are tried again the next time, and the log has them already */
        if (rc == THRESH_OK && f.count > 0)
            thresh_checkpoint_put(store, waiting, text, strlen(text), NULL, 0, NULL, NULL);
        free_found(&f);
    }
    return rc;
}
