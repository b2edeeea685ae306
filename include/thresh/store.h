/**
 * @file store.h
 * A database that keeps what must not be lost: the decision log (see log.h), and checkpoints of
 * what runs for long. SQLite, in a file, or PostgreSQL, by a URL.
 *
 * What a function returned THRESH_OK for is on the disk, and outlives a SIGKILL and a loss of power;
 * on anything else nothing of the call is there, unless a message says that this is not known: a server
 * of PostgreSQL went away while it ended the transaction, and did not come back. Every failure leaves a message in `diags`: a database
 * that is locked, damaged, read-only, on a full disk, or not of this program is left as it is.
 *
 * A store belongs to one thread at a time. Any number of processes may use one database: they wait
 * for one another, at most THRESH_STORE_WAIT seconds.
 */
#ifndef THRESH_STORE_H
#define THRESH_STORE_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Seconds that a call waits for other processes that write, before it fails with THRESH_EIO. */
#define THRESH_STORE_WAIT 30

typedef struct thresh_store thresh_store;

/**
 * Opens a store for reading and writing, and makes it where there is none.
 *
 * @param[out] out  free with thresh_store_close()
 * @param where     path of a file of SQLite, or a URL that begins with "postgresql://" or
 *                  "postgres://", as libpq takes it. libpq is loaded when the first such URL is opened.
 * @return THRESH_EIO: cannot be opened, locked, read-only; THRESH_EFORMAT: damaged, or not a database of
 *         this program (it is never overwritten), or one of a later version
 */
THRESH_API thresh_status thresh_store_open(thresh_store **out, const char *where,
                                           thresh_diags *diags);
/** The same of a store that is there, to be read only. @return also THRESH_ENOENT: there is none */
THRESH_API thresh_status thresh_store_open_read(thresh_store **out, const char *where,
                                                thresh_diags *diags);
/** Closes the store; NULL is allowed. */
THRESH_API void thresh_store_close(thresh_store *store);
/** @return what a store would be called in messages, before it is opened: its path, or its URL without the
 * password; free with free(). NULL: memory ran out. */
THRESH_API char *thresh_store_shown(const char *where);
/** @return what the store is called in messages: its path, or its URL without the password. */
THRESH_API const char *thresh_store_name(const thresh_store *store);

/* --- checkpoints: the state of what runs for long, and the alerts that it gave --- */

/** An alert, which is kept together with the state that gave it. */
typedef struct thresh_kept_alert {
    /** The same in a replay; one that is there already is not kept twice. Of THRESH_KEY_MAX bytes at most:
     * what is longer is cut when it is read. */
    const char *id;
    const char *text; /**< of `len` bytes */
    size_t len;
    const char *key; /**< under which it is kept; NULL: that of the state */
    int64_t number;  /**< rises in the order they were kept, over all keys; set when read */
} thresh_kept_alert;

/** Longest key of a checkpoint, in bytes. */
#define THRESH_KEY_MAX 512

/**
 * Puts the state of `key` in the place of the one before, and appends alerts: both, or neither.
 *
 * @param version  what thresh_checkpoint_get() gave, 0 for a key that has none yet; on success it is
 *                 one more. NULL: whatever stands there is replaced
 * @return THRESH_ECONFLICT, with a message: another process put a state since it was read
 * Cost: one transaction, of about three waits for the disk.
 */
THRESH_API thresh_status thresh_checkpoint_put(thresh_store *store, const char *key,
                                               const void *state, size_t len,
                                               const thresh_kept_alert *alerts, size_t count,
                                               uint64_t *version, thresh_diags *diags);
/**
 * Reads the state of `key`.
 *
 * @param[out] state    free with free()
 * @param[out] version  may be NULL
 * @return THRESH_ENOENT, without a message: there is none; THRESH_EFORMAT: it does not fit its hash
 */
THRESH_API thresh_status thresh_checkpoint_get(thresh_store *store, const char *key, void **state,
                                               size_t *len, uint64_t *version, thresh_diags *diags);

/** Is told of an alert, which is borrowed. Anything but THRESH_OK ends the reading, and is returned. */
typedef thresh_status thresh_alert_fn(void *context, const thresh_kept_alert *alert);
/** Reads the alerts of `key` behind number `after`, in their order. */
THRESH_API thresh_status thresh_alerts_each(thresh_store *store, const char *key, int64_t after,
                                            thresh_alert_fn *each, void *context,
                                            thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
