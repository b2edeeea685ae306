/*
 * SQLite. A rollback journal and not a write-ahead log: one file holds all when nobody is writing,
 * so that it can be copied and attached, and it works where a file system is shared but memory is
 * not (as far as that file system's locks work at all). Every commit waits for the disk, the folder
 * of the journal included: a decision that was said to be on record is, even if the power fails
 * then.
 */
#include "base/language.h"
#include "store/database.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct sqlite {
    database base;
    sqlite3 *handle;
    struct timespec since; /* it waits for others */
} sqlite;

/* Short sleeps: with SQLite's own, which grow to a tenth of a second, those who come late overtake
 * those who have waited long. */
static int wait_a_little(void *context, int times)
{
    const struct timespec nap = { .tv_nsec = 5000000 };
    sqlite *s = context;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (times == 0)
        s->since = now;
    if (now.tv_sec - s->since.tv_sec >= THRESH_STORE_WAIT)
        return 0;
    nanosleep(&nap, NULL);
    return 1;
}

static const struct {
    int code; /* primary, of sqlite3_errcode() */
    thresh_status status;
    const char *text;
    bool with_errno;
} faults[] = {
    { SQLITE_BUSY, THRESH_EIO, N_("locked: another process has been writing for 30 seconds"),
      false },
    { SQLITE_LOCKED, THRESH_EIO, N_("locked: another process has been writing for 30 seconds"),
      false },
    { SQLITE_CORRUPT, THRESH_EFORMAT,
      N_("the database is damaged; it is left as it is: take a copy of it, and begin another"),
      false },
    { SQLITE_NOTADB, THRESH_EFORMAT, N_("not a database of SQLite; it is left as it is"), false },
    { SQLITE_FULL, THRESH_EIO, N_("the disk is full; nothing was written"), false },
    { SQLITE_READONLY, THRESH_EIO, N_("cannot be written: it is read-only"), false },
    { SQLITE_NOMEM, THRESH_ENOMEM, N_("memory ran out"), false },
    { SQLITE_CANTOPEN, THRESH_EIO, N_("cannot open"), true },
    { SQLITE_IOERR, THRESH_EIO, N_("cannot read or write"), true },
    { SQLITE_PERM, THRESH_EIO, N_("cannot open"), true },
};

static thresh_status fail(sqlite *s)
{
    int code = sqlite3_errcode(s->handle) & 0xFF, number = sqlite3_system_errno(s->handle);
    database *d = &s->base;

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (faults[i].code != code)
            continue;
        if (faults[i].with_errno && number != 0)
            thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0, "%s: %s",
                             diag_text(d->diags, faults[i].text),
                             diag_text(d->diags, strerror(number)));
        else
            thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0, "%s",
                             diag_text(d->diags, faults[i].text));
        return faults[i].status;
    }
    thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0, "SQLite: %s",
                     sqlite3_errmsg(s->handle));
    return THRESH_EIO;
}

static void sqlite_close(database *d)
{
    sqlite *s = (sqlite *)d;

    sqlite3_close(s->handle);
    free(s);
}

static int bind(sqlite3_stmt *statement, int at, const value *v)
{
    switch (v->type) {
    case VALUE_INTEGER:
        return sqlite3_bind_int64(statement, at, v->integer);
    case VALUE_TEXT:
        return sqlite3_bind_text64(statement, at, v->data, v->len, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BYTES:
        /* no bytes are not NULL */
        return sqlite3_bind_blob64(statement, at, v->len > 0 ? v->data : "", v->len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

enum { MOST_COLUMNS = 16 };

static void take_row(sqlite3_stmt *statement, value columns[MOST_COLUMNS])
{
    int count = sqlite3_column_count(statement);

    for (int i = 0; i < count && i < MOST_COLUMNS; i++) {
        int type = sqlite3_column_type(statement, i);
        const char *data =
            type == SQLITE_INTEGER ? NULL : (const char *)sqlite3_column_blob(statement, i);

        columns[i] =
            (value){ .type = type == SQLITE_INTEGER ? VALUE_INTEGER
                             : type == SQLITE_TEXT  ? VALUE_TEXT
                                                    : VALUE_BYTES,
                     .integer = sqlite3_column_int64(statement, i),
                     .data = data != NULL ? data : "",
                     .len = data != NULL ? (size_t)sqlite3_column_bytes(statement, i) : 0 };
    }
}

static thresh_status sqlite_run(database *d, const char *sql, const value *parameters, size_t count,
                                row_fn *each, void *context)
{
    sqlite *s = (sqlite *)d;
    sqlite3_stmt *statement = NULL;
    thresh_status rc = THRESH_OK;
    int step = sqlite3_prepare_v2(s->handle, sql, -1, &statement, NULL);

    for (size_t i = 0; i < count && step == SQLITE_OK; i++)
        step = bind(statement, (int)i + 1, &parameters[i]);
    if (step != SQLITE_OK) {
        rc = fail(s);
        sqlite3_finalize(statement);
        return rc;
    }
    while (rc == THRESH_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        value columns[MOST_COLUMNS];

        take_row(statement, columns);
        if (each != NULL)
            rc = each(context, columns);
    }
    if (rc == THRESH_OK && step != SQLITE_DONE)
        rc = fail(s);
    d->changed = sqlite3_changes64(s->handle);
    sqlite3_finalize(statement);
    return rc;
}

static thresh_status sqlite_begin(database *d)
{
    return db_run(d, "BEGIN IMMEDIATE", NULL, 0);
}

static thresh_status sqlite_commit(database *d)
{
    return db_run(d, "COMMIT", NULL, 0);
}

static void sqlite_rollback(database *d)
{
    sqlite *s = (sqlite *)d;

    /* some failures have rolled back already */
    if (s->handle != NULL && !sqlite3_get_autocommit(s->handle))
        sqlite3_exec(s->handle, "ROLLBACK", NULL, NULL, NULL);
}

static thresh_status sqlite_reconnect(database *d)
{
    (void)d;
    return THRESH_OK; /* a file is never lost */
}

static const database_kind sqlite_kind = { sqlite_close,  sqlite_run,      sqlite_begin,
                                           sqlite_commit, sqlite_rollback, sqlite_reconnect };

/* --- whose database it is --- */

enum { OURS, EMPTY, NOT_OURS };

static thresh_status look(database *d, int *whose)
{
    int64_t mark = 0, version = 0, tables = 0;
    thresh_status rc = db_integer(d, &mark, 0, "PRAGMA application_id", NULL, 0);

    if (rc == THRESH_OK)
        rc = db_integer(d, &version, 0, "PRAGMA user_version", NULL, 0);
    if (rc == THRESH_OK)
        rc = db_integer(d, &tables, 0, "SELECT count(*) FROM sqlite_master", NULL, 0);
    if (rc != THRESH_OK)
        return rc;
    *whose = mark == SCHEMA_MARK && tables > 0          ? OURS
             : mark == 0 && version == 0 && tables == 0 ? EMPTY
                                                        : NOT_OURS;
    if (*whose == NOT_OURS) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0,
                         "a database of SQLite that thresh did not make; it is left as it is");
        return THRESH_EFORMAT;
    }
    if (*whose == OURS && version != SCHEMA_VERSION) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0,
                         "a record of version %lld; this program knows version %d",
                         (long long)version, SCHEMA_VERSION);
        return THRESH_EFORMAT;
    }
    return THRESH_OK;
}

/* At one moment: in between another process may make the tables. */
static thresh_status look_once(database *d, int *whose)
{
    thresh_status rc = db_run(d, "BEGIN", NULL, 0);

    if (rc == THRESH_OK)
        rc = look(d, whose);
    sqlite_rollback(d);
    return rc;
}

/* Two processes may do so at once: the second finds the tables made. */
static thresh_status make_tables(database *d)
{
    int whose = EMPTY;
    thresh_status rc = sqlite_begin(d);

    if (rc == THRESH_OK)
        rc = look(d, &whose);
    for (size_t i = 0; rc == THRESH_OK && whose == EMPTY && sqlite_schema[i] != NULL; i++)
        rc = db_run(d, sqlite_schema[i], NULL, 0);
    if (rc == THRESH_OK && whose == EMPTY)
        rc = db_run(d, "PRAGMA application_id = 1953002099", NULL, 0);
    if (rc == THRESH_OK && whose == EMPTY)
        rc = db_run(d, "PRAGMA user_version = 1", NULL, 0);
    if (rc == THRESH_OK)
        rc = sqlite_commit(d);
    if (rc != THRESH_OK)
        sqlite_rollback(d);
    return rc;
}

static thresh_status prepare(sqlite *s, bool writing)
{
    static const char *const settings[] = { "PRAGMA synchronous = EXTRA",
                                            "PRAGMA trusted_schema = OFF",
                                            "PRAGMA cell_size_check = ON" };
    database *d = &s->base;
    int whose = OURS;
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < sizeof settings / sizeof *settings && rc == THRESH_OK; i++)
        rc = db_run(d, settings[i], NULL, 0);
    if (rc == THRESH_OK)
        rc = look_once(d, &whose);
    if (rc == THRESH_OK && writing && sqlite3_db_readonly(s->handle, "main") == 1) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0,
                         "cannot be written: it is read-only");
        return THRESH_EIO;
    }
    if (rc == THRESH_OK && whose == EMPTY && !writing) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0, "an empty file, and no record");
        return THRESH_ENOENT;
    }
    return rc == THRESH_OK && whose == EMPTY ? make_tables(d) : rc;
}

/* ":memory:" and "file:" are names like any other. */
static char *plain_path(const char *path)
{
    size_t len = strlen(path);
    char *plain = malloc(len + 3);

    if (plain != NULL)
        strcat(strcpy(plain, path[0] == '/' ? "" : "./"), path);
    return plain;
}

/* A journal stands beside the file while somebody writes, so that the folder has to be writable,
 * too. Asked at once, and of the system: SQLite would say so at the first write, or that the file
 * is not there. */
static thresh_status check_folder(sqlite *s, const char *path)
{
    char *real = realpath(path, NULL), *folder = real != NULL ? real : strdup(path);
    database *d = &s->base;
    int writable;

    if (folder == NULL)
        return THRESH_ENOMEM;
    strrchr(folder, '/')[1] = '\0'; /* plain_path() has one */
    writable = access(folder, W_OK | X_OK);
    if (writable != 0 && real != NULL)
        thresh_diags_add(
            d->diags, THRESH_ERROR, d->name, 0, 0,
            "cannot be written: its folder cannot, and a journal has to be made there");
    else if (writable != 0)
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0, "%s: %s",
                         diag_text(d->diags, "cannot open"), diag_text(d->diags, strerror(errno)));
    free(folder);
    return writable == 0 ? THRESH_OK : THRESH_EIO;
}

static thresh_status open_handle(sqlite *s, const char *path, bool writing)
{
    char *plain = plain_path(path);
    /* to read, too: what a killed process left half done is put right first; a store belongs to one
     * thread at a time */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (writing ? SQLITE_OPEN_CREATE : 0);
    int opened;
    thresh_status rc;

    if (plain == NULL)
        return THRESH_ENOMEM;
    if (writing && (rc = check_folder(s, plain)) != THRESH_OK) {
        free(plain);
        return rc;
    }
    if (!writing && access(plain, F_OK) != 0) {
        thresh_diags_add(s->base.diags, THRESH_ERROR, s->base.name, 0, 0,
                         "there is no record here");
        free(plain);
        return THRESH_ENOENT;
    }
    opened = sqlite3_open_v2(plain, &s->handle, flags, NULL);
    free(plain);
    if (s->handle == NULL)
        return THRESH_ENOMEM;
    if (opened != SQLITE_OK)
        return fail(s);
    sqlite3_busy_handler(s->handle, wait_a_little, s);
    return THRESH_OK;
}

thresh_status sqlite_open(database **out, const char *path, const char *name, bool writing,
                          thresh_diags *diags)
{
    sqlite *s = calloc(1, sizeof *s);
    thresh_status rc;

    *out = NULL;
    if (s == NULL)
        return THRESH_ENOMEM;
    s->base = (database){ .kind = &sqlite_kind, .name = name, .diags = diags };
    rc = open_handle(s, path, writing);
    if (rc == THRESH_OK)
        rc = prepare(s, writing);
    if (rc == THRESH_OK)
        *out = &s->base;
    else
        sqlite_close(&s->base);
    return rc;
}
