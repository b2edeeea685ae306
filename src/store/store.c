/* A store: which database it is in, by its name, and what both kinds share. */
#include "base/language.h"
#include "store/database.h"

#include <stdlib.h>
#include <string.h>

thresh_status db_run(database *d, const char *sql, const value *parameters, size_t count)
{
    return d->kind->run(d, sql, parameters, count, NULL, NULL);
}

static thresh_status take_integer(void *context, const value *columns)
{
    *(int64_t *)context = columns[0].integer;
    return THRESH_OK;
}

thresh_status db_integer(database *d, int64_t *out, int64_t otherwise, const char *sql,
                         const value *parameters, size_t count)
{
    *out = otherwise;
    return d->kind->run(d, sql, parameters, count, take_integer, out);
}

/* The server may not have noticed, and be ending the transaction still: it is waited for. */
static thresh_status find_out(database *d, int64_t *there, const char *sql, const value *parameters,
                              size_t count)
{
    thresh_status rc = d->kind->reconnect(d);

    if (rc == THRESH_OK)
        rc = d->kind->begin(d);
    if (rc == THRESH_OK)
        rc = db_integer(d, there, 0, sql, parameters, count);
    d->kind->rollback(d);
    return rc;
}

thresh_status db_commit(database *d, bool *known, int64_t wanted, const char *sql,
                        const value *parameters, size_t count)
{
    /* what is said of the end counts only if it is one */
    thresh_diags *diags = d->diags, *of_commit = thresh_diags_new();
    int64_t there = 0;
    thresh_status rc;

    *known = true;
    if (of_commit == NULL) {
        d->kind->rollback(d);
        return THRESH_ENOMEM;
    }
    thresh_diags_set_language(of_commit, thresh_diags_language(diags));
    d->diags = of_commit;
    rc = d->kind->commit(d);
    if (rc != THRESH_OK && d->lost) {
        *known = find_out(d, &there, sql, parameters, count) == THRESH_OK;
        rc = *known && there == wanted ? THRESH_OK : THRESH_EIO;
    } else if (rc != THRESH_OK) {
        d->kind->rollback(d);
    }
    d->diags = diags;
    if (rc != THRESH_OK)
        thresh_diags_append(diags, of_commit);
    thresh_diags_free(of_commit);
    return rc;
}

/* --- names --- */

static bool is_postgres(const char *where)
{
    return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

char *thresh_store_shown(const char *where)
{
    char *name = strdup(where);
    char *host, *at, *colon;
    size_t authority;

    if (name == NULL || !is_postgres(where))
        return name;
    host = strstr(name, "://") + 3;
    authority = strcspn(host, "/?");
    for (at = NULL; authority-- > 0 && at == NULL;)
        at = host[authority] == '@' ? host + authority : NULL;
    colon = at == NULL ? NULL : memchr(host, ':', (size_t)(at - host));
    if (colon != NULL)
        memmove(colon, at, strlen(at) + 1);
    /* the password may be a parameter, too: none of them is needed to tell one store from another
     */
    name[strcspn(name, "?")] = '\0';
    return name;
}

/* --- opening --- */

static thresh_status open_store(thresh_store **out, const char *where, bool writing,
                                thresh_diags *diags)
{
    thresh_store *s = calloc(1, sizeof *s);
    thresh_status rc;

    *out = NULL;
    if (s == NULL)
        return THRESH_ENOMEM;
    s->writing = writing;
    if ((s->name = thresh_store_shown(where)) == NULL)
        rc = THRESH_ENOMEM;
    else if (is_postgres(where))
        rc = postgres_open(&s->db, where, s->name, writing, diags);
    else if (where[0] == '\0' || strstr(where, "://") != NULL) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "found '%s', expected the path of a database of SQLite, or a URL of "
                         "PostgreSQL (postgresql://HOST/DATABASE)",
                         where);
        rc = THRESH_EINVAL;
    } else
        rc = sqlite_open(&s->db, where, s->name, writing, diags);
    if (rc != THRESH_OK) {
        thresh_store_close(s);
        return rc;
    }
    *out = s;
    return THRESH_OK;
}

thresh_status thresh_store_open(thresh_store **out, const char *where, thresh_diags *diags)
{
    return open_store(out, where, true, diags);
}

thresh_status thresh_store_open_read(thresh_store **out, const char *where, thresh_diags *diags)
{
    return open_store(out, where, false, diags);
}

void thresh_store_close(thresh_store *store)
{
    if (store == NULL)
        return;
    if (store->db != NULL)
        store->db->kind->close(store->db);
    free(store->name);
    free(store);
}

const char *thresh_store_name(const thresh_store *store)
{
    return store->name;
}

database *begin_call(thresh_store *store, thresh_diags *diags)
{
    store->db->diags = diags;
    return store->db;
}
