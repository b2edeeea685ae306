/* The tables, in the words of each database. What is on record is only ever added to: triggers
 * refuse the rest, and an entry that is not the next one of the chain. They keep off mistakes; who
 * owns the database can take them away, which is what the chain is for. */
#include "store/database.h"

#include <stddef.h>

/* A content is kept once, in parts of PART_SIZE bytes, each compressed by itself. It is whole when
 * its row in thresh_content is there. */
#define TABLES(number, bytes)                                                                      \
    "CREATE TABLE thresh_entry (id " number                                                        \
    " PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL,"                                        \
    " verdict TEXT NOT NULL, exit_code " number                                                    \
    " NOT NULL, who TEXT NOT NULL, host TEXT NOT NULL,"                                            \
    " folder TEXT NOT NULL, revision TEXT NOT NULL, version TEXT NOT NULL, command TEXT NOT NULL," \
    " files TEXT NOT NULL, document TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)",   \
        "CREATE TABLE thresh_content (sha256 TEXT PRIMARY KEY, size " number " NOT NULL,"          \
        " parts " number " NOT NULL)",                                                             \
        "CREATE TABLE thresh_part (sha256 TEXT NOT NULL, part " number " NOT NULL,"                \
        " data " bytes " NOT NULL, PRIMARY KEY (sha256, part))",                                   \
        "CREATE TABLE thresh_checkpoint (key TEXT PRIMARY KEY, version " number " NOT NULL,"       \
        " sha256 TEXT NOT NULL, state " bytes " NOT NULL)"

#define REFUSE(table, what)                                                                        \
    "CREATE TRIGGER " table "_" what " BEFORE " what " ON " table                                  \
    " BEGIN SELECT RAISE(ABORT, 'the record is only ever added to'); END"

const char *const sqlite_schema[] = {
    TABLES("INTEGER", "BLOB"),
    "CREATE TABLE thresh_alert (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL,"
    " id TEXT NOT NULL, text BLOB NOT NULL, UNIQUE (key, id))",
    REFUSE("thresh_entry", "UPDATE"),
    REFUSE("thresh_entry", "DELETE"),
    REFUSE("thresh_content", "UPDATE"),
    REFUSE("thresh_content", "DELETE"),
    REFUSE("thresh_part", "UPDATE"),
    REFUSE("thresh_part", "DELETE"),
    /* also what INSERT OR REPLACE would put in the place of a row */
    "CREATE TRIGGER thresh_entry_next BEFORE INSERT ON thresh_entry"
    " WHEN NEW.id <> (SELECT coalesce(max(id), 0) + 1 FROM thresh_entry)"
    " BEGIN SELECT RAISE(ABORT, 'the record is only ever added to'); END",
    NULL,
};

#define REFUSE_ALL(table)                                                                          \
    "CREATE TRIGGER " table "_kept BEFORE UPDATE OR DELETE ON " table                              \
    " FOR EACH ROW EXECUTE FUNCTION thresh_refuse()",                                              \
        "CREATE TRIGGER " table "_whole BEFORE TRUNCATE ON " table                                 \
        " FOR EACH STATEMENT EXECUTE FUNCTION thresh_refuse()"

const char *const postgres_schema[] = {
    TABLES("BIGINT", "BYTEA"),
    "CREATE TABLE thresh_alert (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " key TEXT NOT NULL, id TEXT NOT NULL, text BYTEA NOT NULL, UNIQUE (key, id))",
    "CREATE FUNCTION thresh_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the record is only ever added to'; END $$",
    "CREATE FUNCTION thresh_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.id <> (SELECT coalesce(max(id), 0) + 1 FROM thresh_entry) THEN"
    " RAISE EXCEPTION 'the record is only ever added to'; END IF; RETURN NEW; END $$",
    REFUSE_ALL("thresh_entry"),
    REFUSE_ALL("thresh_content"),
    REFUSE_ALL("thresh_part"),
    "CREATE TRIGGER thresh_entry_next BEFORE INSERT ON thresh_entry"
    " FOR EACH ROW EXECUTE FUNCTION thresh_next()",
    /* the last: where it is there, all are */
    "CREATE TABLE thresh_meta (mark BIGINT NOT NULL, version BIGINT NOT NULL)",
    "INSERT INTO thresh_meta VALUES (1953002099, 1)",
    NULL,
};
