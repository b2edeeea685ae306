/* Checkpoints: the newest state of each key, and the alerts that were given with it. */
#include "base/file.h"
#include "store/database.h"

#include <stdlib.h>
#include <string.h>

/* The row of the key is written if it still has the version that the caller knows. */
static thresh_status put_state(database *d, const char *key, const void *state, size_t len,
                               const char *hash, const uint64_t *version)
{
    const int64_t known = version != NULL ? (int64_t)*version : -1;
    thresh_status rc;

    if (version == NULL)
        return db_run(d,
                      "INSERT INTO thresh_checkpoint (key, version, sha256, state)"
                      " VALUES ($1, 1, $2, $3) ON CONFLICT (key) DO UPDATE SET"
                      " version = thresh_checkpoint.version + 1, sha256 = excluded.sha256,"
                      " state = excluded.state",
                      (const value[]){ TEXT(key), TEXT(hash), BYTES(state, len) }, 3);
    if (known == 0)
        rc = db_run(d,
                    "INSERT INTO thresh_checkpoint (key, version, sha256, state)"
                    " VALUES ($1, 1, $2, $3) ON CONFLICT (key) DO NOTHING",
                    (const value[]){ TEXT(key), TEXT(hash), BYTES(state, len) }, 3);
    else
        rc = db_run(d,
                    "UPDATE thresh_checkpoint SET version = version + 1, sha256 = $1, state = $2"
                    " WHERE key = $3 AND version = $4",
                    (const value[]){ TEXT(hash), BYTES(state, len), TEXT(key), INTEGER(known) }, 4);
    if (rc == THRESH_OK && d->changed != 1) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0,
                         "the state of '%s' was changed by another process", key);
        rc = THRESH_ECONFLICT;
    }
    return rc;
}

static thresh_status put_alerts(database *d, const char *key, const thresh_kept_alert *alerts,
                                size_t count)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        const thresh_kept_alert *one = &alerts[i];
        const char *under = one->key != NULL ? one->key : key;

        rc = db_run(d,
                    "INSERT INTO thresh_alert (key, id, text) VALUES ($1, $2, $3)"
                    " ON CONFLICT (key, id) DO NOTHING",
                    (const value[]){ TEXT(under), TEXT(one->id), BYTES(one->text, one->len) }, 3);
    }
    return rc;
}

thresh_status thresh_checkpoint_put(thresh_store *store, const char *key, const void *state,
                                    size_t len, const thresh_kept_alert *alerts, size_t count,
                                    uint64_t *version, thresh_diags *diags)
{
    database *d = begin_call(store, diags);
    char hash[SHA256_HEX];
    bool known;
    thresh_status rc;

    if (strlen(key) > THRESH_KEY_MAX) {
        thresh_diags_add(diags, THRESH_ERROR, d->name, 0, 0,
                         "a key of %zu bytes; a checkpoint's has at most %d", strlen(key),
                         THRESH_KEY_MAX);
        return THRESH_EINVAL;
    }
    sha256_hex(hash, state, len);
    rc = d->kind->begin(d);
    if (rc == THRESH_OK)
        rc = put_state(d, key, state, len, hash, version);
    if (rc == THRESH_OK)
        rc = put_alerts(d, key, alerts, count);
    if (rc != THRESH_OK) {
        d->kind->rollback(d);
        return rc;
    }
    /* of a state whose version is not known the same may have been there before */
    rc = db_commit(d, &known, 1,
                   "SELECT count(*) FROM thresh_checkpoint WHERE key = $1 AND version > $2"
                   " AND sha256 = $3",
                   (const value[]){ TEXT(key),
                                    INTEGER(version != NULL ? (int64_t)*version : INT64_MAX),
                                    TEXT(hash) },
                   3);
    if (!known)
        thresh_diags_add(diags, THRESH_ERROR, d->name, 0, 0,
                         "it is not known whether the state of '%s' was kept", key);
    if (rc == THRESH_OK && version != NULL)
        ++*version;
    return rc;
}

typedef struct found {
    void *state;
    size_t len;
    uint64_t version;
    char sha256[SHA256_HEX];
    bool any;
} found;

static thresh_status take_state(void *context, const value *columns)
{
    found *f = context;

    f->any = true;
    f->version = (uint64_t)columns[0].integer;
    snprintf(f->sha256, sizeof f->sha256, "%.*s", (int)columns[1].len, columns[1].data);
    f->len = columns[2].len;
    if ((f->state = malloc(f->len + 1)) == NULL)
        return THRESH_ENOMEM;
    memcpy(f->state, columns[2].data, f->len);
    return THRESH_OK;
}

thresh_status thresh_checkpoint_get(thresh_store *store, const char *key, void **state, size_t *len,
                                    uint64_t *version, thresh_diags *diags)
{
    database *d = begin_call(store, diags);
    found f = { .state = NULL };
    char hash[SHA256_HEX];
    thresh_status rc =
        d->kind->run(d, "SELECT version, sha256, state FROM thresh_checkpoint WHERE key = $1",
                     &TEXT(key), 1, take_state, &f);

    if (rc == THRESH_OK && !f.any)
        rc = THRESH_ENOENT;
    if (rc == THRESH_OK) {
        sha256_hex(hash, f.state, f.len);
        if (strcmp(hash, f.sha256) != 0) {
            thresh_diags_add(diags, THRESH_ERROR, d->name, 0, 0,
                             "the state of '%s' is damaged: it does not fit its SHA-256", key);
            rc = THRESH_EFORMAT;
        }
    }
    if (rc != THRESH_OK) {
        free(f.state);
        return rc;
    }
    *state = f.state;
    *len = f.len;
    if (version != NULL)
        *version = f.version;
    return THRESH_OK;
}

typedef struct reading {
    thresh_alert_fn *each;
    void *context;
} reading;

static thresh_status tell_alert(void *context, const value *columns)
{
    const reading *r = context;
    char id[THRESH_KEY_MAX + 1];
    const thresh_kept_alert alert = {
        .id = id, .text = columns[2].data, .len = columns[2].len, .number = columns[0].integer
    };

    snprintf(id, sizeof id, "%.*s", (int)columns[1].len, columns[1].data);
    return r->each(r->context, &alert);
}

thresh_status thresh_alerts_each(thresh_store *store, const char *key, int64_t after,
                                 thresh_alert_fn *each, void *context, thresh_diags *diags)
{
    database *d = begin_call(store, diags);
    reading r = { each, context };

    return d->kind->run(d,
                        "SELECT number, id, text FROM thresh_alert WHERE key = $1 AND number > $2"
                        " ORDER BY number",
                        (const value[]){ TEXT(key), INTEGER(after) }, 2, tell_alert, &r);
}
