/* What the store asks of a database, and the two there are. Statements are written once, in the SQL
 * that both understand; parameters are $1, $2, … in the order of their first appearance. */
#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include "thresh/store.h"

typedef enum value_type { VALUE_INTEGER, VALUE_TEXT, VALUE_BYTES } value_type;

/* A parameter, or a column of a row, which is borrowed until the next row. */
typedef struct value {
    value_type type;
    int64_t integer;
    const char *data;
    size_t len;
} value;

#define INTEGER(number) ((value){ .type = VALUE_INTEGER, .integer = (number) })
#define TEXT(text) ((value){ .type = VALUE_TEXT, .data = (text), .len = strlen(text) })
#define BYTES(bytes, count) ((value){ .type = VALUE_BYTES, .data = (bytes), .len = (count) })

/* Anything but THRESH_OK ends the reading, and is returned. */
typedef thresh_status row_fn(void *context, const value *columns);

typedef struct database database;

/* Every function leaves a message where it fails, and after a failure within a transaction nothing
 * is left of it once it is rolled back. */
typedef struct database_kind {
    void (*close)(database *d);
    thresh_status (*run)(database *d, const char *sql, const value *parameters, size_t count,
                         row_fn *each, void *context);
    /* Waits until nobody else writes, and keeps it so until the end. */
    thresh_status (*begin)(database *d);
    /* THRESH_EIO with `lost` set: the connection went away, and it is not known whether it held. */
    thresh_status (*commit)(database *d);
    void (*rollback)(database *d);
    /* Opens again what was lost; without a message where it cannot. */
    thresh_status (*reconnect)(database *d);
} database_kind;

struct database {
    const database_kind *kind;
    const char *name;    /* for messages; owned by the store */
    thresh_diags *diags; /* of the call that runs */
    int64_t changed;     /* rows that the last statement wrote */
    bool lost;
};

thresh_status sqlite_open(database **out, const char *path, const char *name, bool writing,
                          thresh_diags *diags);
thresh_status postgres_open(database **out, const char *url, const char *name, bool writing,
                            thresh_diags *diags);

/* A statement that gives no rows, with `count` parameters. */
thresh_status db_run(database *d, const char *sql, const value *parameters, size_t count);
/* The one integer of the one row; `otherwise` where there is no row. */
thresh_status db_integer(database *d, int64_t *out, int64_t otherwise, const char *sql,
                         const value *parameters, size_t count);

/* Ends a transaction; anything but THRESH_OK: nothing is left of it. Where the connection goes away
 * meanwhile, it held if the one integer that `sql` selects is `wanted`; not `known`: that could not
 * be asked either. */
thresh_status db_commit(database *d, bool *known, int64_t wanted, const char *sql,
                        const value *parameters, size_t count);

/* --- the tables --- */

enum { SCHEMA_VERSION = 1 };
#define SCHEMA_MARK 0x74687273 /* "thrs" */
/* Statements that make them, ends with NULL. */
extern const char *const sqlite_schema[], *const postgres_schema[];

struct thresh_store {
    database *db;
    char *name;
    bool writing;
};

/* Begins a call of the public functions: its messages go to `diags`. */
database *begin_call(thresh_store *store, thresh_diags *diags);

#endif
