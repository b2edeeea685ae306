/*
 * PostgreSQL, by libpq, which is loaded when the first such store is opened: most runs never need
 * it.
 */
#include "base/language.h"
#include "store/database.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X)                                                                               \
    X(PQconnectdbParams)                                                                           \
    X(PQstatus)                                                                                    \
    X(PQerrorMessage)                                                                              \
    X(PQfinish)                                                                                    \
    X(PQreset)                                                                                     \
    X(PQexecParams)                                                                                \
    X(PQresultStatus)                                                                              \
    X(PQresultErrorField)                                                                          \
    X(PQntuples)                                                                                   \
    X(PQnfields)                                                                                   \
    X(PQftype)                                                                                     \
    X(PQgetvalue)                                                                                  \
    X(PQgetlength)                                                                                 \
    X(PQcmdTuples)                                                                                 \
    X(PQclear)                                                                                     \
    X(PQsetNoticeProcessor)

typedef struct libpq {
    void *library;
#define DECLARE(name) __typeof__(&name) name;
    FUNCTIONS(DECLARE)
#undef DECLARE
} libpq;

typedef struct postgres {
    database base;
    libpq pq;
    PGconn *connection;
} postgres;

static thresh_status load(libpq *pq, const char *name, thresh_diags *diags)
{
    pq->library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (pq->library == NULL) {
        thresh_diags_add(
            diags, THRESH_ERROR, name, 0, 0,
            "PostgreSQL needs its library libpq.so.5, which is not installed (Debian's "
            "package libpq5)");
        return THRESH_EIO;
    }
    const struct {
        const char *name;
        void *to;
    } functions[] = {
#define ROW(name) { #name, &pq->name },
        FUNCTIONS(ROW)
#undef ROW
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(pq->library, functions[i].name);
        if (found == NULL) {
            thresh_diags_add(diags, THRESH_ERROR, name, 0, 0,
                             "libpq.so.5 has no function %s: another version is needed",
                             functions[i].name);
            return THRESH_EIO;
        }
        memcpy(functions[i].to, &found, sizeof found);
    }
    return THRESH_OK;
}

/* --- failures --- */

/* A message of the server or of libpq, in one line. */
static void one_line(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; *text != '\0' && n + 1 < size; text++)
        if (*text != '\n')
            out[n++] = *text;
        else if (text[1] != '\0')
            out[n++] = ' ';
    out[n] = '\0';
}

static thresh_status say(postgres *p, const char *what, const char *text)
{
    database *d = &p->base;
    char line[1024];

    one_line(line, sizeof line, text);
    thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0, "%s: %s", diag_text(d->diags, what),
                     line);
    return THRESH_EIO;
}

static const struct {
    const char *state; /* SQLSTATE, or its class */
    const char *text;
} faults[] = {
    { "55P03", N_("locked: another process has been writing for 30 seconds") },
    { "53100", N_("the server's disk is full; nothing was written") },
    { "25006", N_("cannot be written: it is read-only") },
    { "42501", N_("the server does not permit it") },
};

static thresh_status fail(postgres *p, const PGresult *result)
{
    const char *state = p->pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = p->pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (p->pq.PQstatus(p->connection) != CONNECTION_OK) {
        p->base.lost = true;
        return say(p, N_("the connection to PostgreSQL was lost"),
                   p->pq.PQerrorMessage(p->connection));
    }
    for (size_t i = 0; state != NULL && i < sizeof faults / sizeof *faults; i++)
        if (strcmp(state, faults[i].state) == 0)
            return say(p, faults[i].text, text != NULL ? text : state);
    return say(p, N_("PostgreSQL"), text != NULL ? text : p->pq.PQerrorMessage(p->connection));
}

/* --- statements --- */

enum { MOST_PARAMETERS = 16, MOST_COLUMNS = 16 };
/* Of pg_type: what the columns of our tables are. */
enum { TYPE_BYTES = 17, TYPE_BIG = 20, TYPE_INTEGER = 23, TYPE_TEXT = 25 };

static int64_t big_endian(const unsigned char *bytes, size_t len)
{
    uint64_t n = 0;

    for (size_t i = 0; i < len; i++)
        n = n << 8 | bytes[i];
    return len == 4 ? (int32_t)n : (int64_t)n;
}

static void take_row(const postgres *p, const PGresult *result, int row, value *columns)
{
    int count = p->pq.PQnfields(result);

    for (int i = 0; i < count && i < MOST_COLUMNS; i++) {
        Oid type = p->pq.PQftype(result, i);
        const char *data = p->pq.PQgetvalue(result, row, i);
        size_t len = (size_t)p->pq.PQgetlength(result, row, i);
        bool number = type == TYPE_BIG || type == TYPE_INTEGER;

        columns[i] = (value){ .type = number              ? VALUE_INTEGER
                                      : type == TYPE_TEXT ? VALUE_TEXT
                                                          : VALUE_BYTES,
                              .integer = number ? big_endian((const unsigned char *)data, len) : 0,
                              .data = data,
                              .len = len };
    }
}

/* libpq wants texts that end, and numbers in the order of the network. */
static PGresult *execute(postgres *p, const char *sql, const value *parameters, size_t count)
{
    Oid types[MOST_PARAMETERS];
    const char *values[MOST_PARAMETERS];
    int lengths[MOST_PARAMETERS], formats[MOST_PARAMETERS];
    unsigned char numbers[MOST_PARAMETERS][8];

    for (size_t i = 0; i < count; i++) {
        const value *v = &parameters[i];

        types[i] = v->type == VALUE_INTEGER ? TYPE_BIG
                   : v->type == VALUE_TEXT  ? TYPE_TEXT
                                            : TYPE_BYTES;
        values[i] = v->len > 0 ? v->data : "";
        lengths[i] = (int)v->len;
        formats[i] = 1;
        if (v->type == VALUE_INTEGER) {
            for (int b = 0; b < 8; b++)
                numbers[i][b] = (unsigned char)((uint64_t)v->integer >> (56 - 8 * b));
            values[i] = (const char *)numbers[i];
            lengths[i] = 8;
        }
    }
    return p->pq.PQexecParams(p->connection, sql, (int)count, types, values, lengths, formats, 1);
}

static thresh_status postgres_run(database *d, const char *sql, const value *parameters,
                                  size_t count, row_fn *each, void *context)
{
    postgres *p = (postgres *)d;
    PGresult *result = execute(p, sql, parameters, count);
    ExecStatusType status = p->pq.PQresultStatus(result);
    thresh_status rc = THRESH_OK;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        rc = fail(p, result);
    else
        d->changed = strtoll(p->pq.PQcmdTuples(result), NULL, 10);
    for (int i = 0; rc == THRESH_OK && each != NULL && i < p->pq.PQntuples(result); i++) {
        value columns[MOST_COLUMNS];

        take_row(p, result, i, columns);
        rc = each(context, columns);
    }
    p->pq.PQclear(result);
    return rc;
}

/* The lock is of the tables, so that records in other schemas of the database do not wait. */
static thresh_status postgres_begin(database *d)
{
    thresh_status rc = db_run(d, "BEGIN ISOLATION LEVEL READ COMMITTED", NULL, 0);

    return rc == THRESH_OK ? db_run(d, "LOCK TABLE thresh_meta IN EXCLUSIVE MODE", NULL, 0) : rc;
}

static thresh_status postgres_commit(database *d)
{
    return db_run(d, "COMMIT", NULL, 0);
}

static void postgres_rollback(database *d)
{
    postgres *p = (postgres *)d;

    if (p->pq.PQstatus(p->connection) == CONNECTION_OK)
        p->pq.PQclear(p->pq.PQexecParams(p->connection, "ROLLBACK", 0, NULL, NULL, NULL, NULL, 1));
}

static void postgres_close(database *d)
{
    postgres *p = (postgres *)d;

    if (p->connection != NULL)
        p->pq.PQfinish(p->connection);
    /* OpenSSL, which libpq brings along, does not survive being unloaded: the library stays */
    free(p);
}

/* --- opening --- */

static thresh_status set_up(database *d)
{
    static const char *const settings[] = { "SET lock_timeout = '30s'",
                                            "SET client_encoding = 'UTF8'",
                                            "SET synchronous_commit = on" };
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; i < sizeof settings / sizeof *settings && rc == THRESH_OK; i++)
        rc = db_run(d, settings[i], NULL, 0);
    return rc;
}

static thresh_status postgres_reconnect(database *d)
{
    postgres *p = (postgres *)d;

    p->pq.PQreset(p->connection);
    d->lost = p->pq.PQstatus(p->connection) != CONNECTION_OK;
    return d->lost ? THRESH_EIO : set_up(d);
}

static const database_kind postgres_kind = {
    postgres_close,  postgres_run,      postgres_begin,
    postgres_commit, postgres_rollback, postgres_reconnect
};

/* What the server remarks is nothing that our user has to know. */
static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static thresh_status look(database *d, int64_t *version)
{
    int64_t there = 0, mark = 0;
    thresh_status rc =
        db_integer(d, &there, 0,
                   "SELECT count(*) FROM pg_class WHERE oid = to_regclass('thresh_meta')", NULL, 0);

    *version = 0;
    if (rc != THRESH_OK || there == 0)
        return rc;
    rc = db_integer(d, &mark, 0, "SELECT max(mark) FROM thresh_meta", NULL, 0);
    if (rc == THRESH_OK)
        rc = db_integer(d, version, 0, "SELECT max(version) FROM thresh_meta", NULL, 0);
    if (rc == THRESH_OK && mark != SCHEMA_MARK) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0,
                         "its table thresh_meta is not of thresh; it is left as it is");
        return THRESH_EFORMAT;
    }
    if (rc == THRESH_OK && *version != SCHEMA_VERSION) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0,
                         "a record of version %lld; this program knows version %d",
                         (long long)*version, SCHEMA_VERSION);
        return THRESH_EFORMAT;
    }
    return rc;
}

/* Two processes may do so at once: the second waits, and finds the tables made. */
static thresh_status make_tables(database *d)
{
    int64_t version = 0;
    thresh_status rc = db_run(d, "BEGIN", NULL, 0);

    if (rc == THRESH_OK)
        rc = db_run(d, "SELECT pg_advisory_xact_lock($1)", &INTEGER(SCHEMA_MARK), 1);
    if (rc == THRESH_OK)
        rc = look(d, &version);
    for (size_t i = 0; rc == THRESH_OK && version == 0 && postgres_schema[i] != NULL; i++)
        rc = db_run(d, postgres_schema[i], NULL, 0);
    if (rc == THRESH_OK)
        rc = postgres_commit(d);
    if (rc != THRESH_OK)
        postgres_rollback(d);
    return rc;
}

static thresh_status prepare(database *d, bool writing)
{
    int64_t version = 0;
    thresh_status rc = set_up(d);

    if (rc == THRESH_OK)
        rc = look(d, &version);
    if (rc == THRESH_OK && version == 0 && !writing) {
        thresh_diags_add(d->diags, THRESH_ERROR, d->name, 0, 0, "there is no record here");
        return THRESH_ENOENT;
    }
    return rc == THRESH_OK && version == 0 ? make_tables(d) : rc;
}

static thresh_status open_connection(postgres *p, const char *url)
{
    /* what the URL says wins over what stands before it */
    static const char *const keywords[] = { "connect_timeout", "application_name", "dbname", NULL };
    const char *values[] = { "10", "thresh", url, NULL };

    p->connection = p->pq.PQconnectdbParams(keywords, values, 1);
    if (p->connection == NULL)
        return THRESH_ENOMEM;
    if (p->pq.PQstatus(p->connection) != CONNECTION_OK)
        return say(p, N_("cannot connect"), p->pq.PQerrorMessage(p->connection));
    p->pq.PQsetNoticeProcessor(p->connection, ignore_notice, NULL);
    return THRESH_OK;
}

thresh_status postgres_open(database **out, const char *url, const char *name, bool writing,
                            thresh_diags *diags)
{
    postgres *p = calloc(1, sizeof *p);
    thresh_status rc;

    *out = NULL;
    if (p == NULL)
        return THRESH_ENOMEM;
    p->base = (database){ .kind = &postgres_kind, .name = name, .diags = diags };
    rc = load(&p->pq, name, diags);
    if (rc == THRESH_OK)
        rc = open_connection(p, url);
    if (rc == THRESH_OK)
        rc = prepare(&p->base, writing);
    if (rc == THRESH_OK)
        *out = &p->base;
    else
        postgres_close(&p->base);
    return rc;
}
