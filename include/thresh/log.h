/**
 * @file log.h
 * The decision log: every decision with who made it, from what, and what came out. It is only ever
 * added to, and each entry holds the hash of the one before, so that an edit, a removal or a change
 * of order is found by thresh_log_verify().
 *
 * The hash of an entry is the SHA-256, in lower-case hexadecimal digits, of these bytes: the line
 * "thresh/log/v1", and for each field, in this order, a line "NAME LENGTH", LENGTH bytes of UTF-8,
 * and a line break: previous, id, time, kind, verdict, exit_code, who, host, folder, revision,
 * version, command, files, document. `command` is a JSON array of texts, `files` one of objects, both
 * without white space; `previous` of the first entry is 64 zeros.
 *
 * Contents are kept beside the chain, each once, by their SHA-256, which the entries name.
 */
#ifndef THRESH_LOG_H
#define THRESH_LOG_H

#include <stdio.h>
#include <thresh/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Digits of a SHA-256 and a NUL. */
#define THRESH_SHA256_MAX 65

/** What a decision was made from, or the document it came out as. */
typedef struct thresh_log_file {
    /** "input", "profile", "built-in" (a profile), "file"; of a rollout also "plan", "state" (where it
     * stood before) and "clock" (what the clock said) */
    const char *role;
    const char *asked; /**< as it was asked for: an argument, the name of a profile */
    const char *axis;  /**< of a profile that was asked for by its axis; "" otherwise */
    const char *path;  /**< where it was found */
    /** When appended: what the content has to have, or "": whatever it has, which is put here. */
    char sha256[THRESH_SHA256_MAX];
    uint64_t size; /**< bytes; set */
    /* Where the content is when it is appended; the file at `path` where both are NULL. */
    const char *bytes; /**< of `size` bytes */
    FILE *stream;      /**< read from its beginning */
} thresh_log_file;

/** One decision. Read, all texts are owned by the entry. */
typedef struct thresh_log_entry {
    int64_t id;          /**< 1, 2, 3, …; set */
    const char *time;    /**< "2026-11-25T04:12:48.123456Z" */
    const char *kind;    /**< the command: "eval", "rank", … */
    /** "accept", "review", "reject", or a word of the command's own: a step of a rollout, a level */
    const char *verdict;
    int exit_code;
    const char *who, *host, *folder;
    const char *revision; /**< commit of the folder, "" where there is none */
    const char *version;  /**< of thresh */
    const char *const *command; /**< arguments, `command_count` of them */
    size_t command_count;
    thresh_log_file *files;
    size_t file_count;
    thresh_log_file document; /**< its SHA-256 and, when it is appended, its bytes */
    char previous[THRESH_SHA256_MAX], hash[THRESH_SHA256_MAX]; /**< set */
} thresh_log_entry;

/**
 * Appends a decision, and what of its contents is not in the log yet.
 *
 * @param entry  all but what is set; texts in UTF-8, what is none becomes U+FFFD
 * @return THRESH_EINVAL: a content does not have the SHA-256 that it has to have: it was changed. On
 *         failure the log has no entry of it
 * Cost: does not depend on how much is on record.
 */
THRESH_API thresh_status thresh_log_append(thresh_store *store, thresh_log_entry *entry,
                                           thresh_diags *diags);

/* --- decisions that belong to a state: packed, kept together with it, and appended after that --- */

/**
 * Puts contents on record ahead of the entry that is to name them, so that it can be appended when the
 * files are no longer there. @param files  their sha256 and size are set
 */
THRESH_API thresh_status thresh_log_keep(thresh_store *store, thresh_log_file *files, size_t count,
                                         thresh_diags *diags);
/**
 * An entry as bytes: its texts, what its files are called, and the bytes of its document, but not the
 * contents of its files. @param[out] out  free with free()
 */
THRESH_API thresh_status thresh_log_pack(void **out, size_t *len, const thresh_log_entry *entry);
/**
 * Appends a packed entry, unless one was appended under the same id before: however often it is tried,
 * also after a kill, it is there once.
 *
 * @param id  of the caller's own making, unique among all that ever append to this log
 * @return THRESH_EFORMAT, with a message: the bytes are no entry; else as thresh_log_append()
 */
THRESH_API thresh_status thresh_log_append_packed(thresh_store *store, const char *id,
                                                  const void *bytes, size_t len,
                                                  thresh_diags *diags);

/** Which entries; zero means all, from the first. */
typedef struct thresh_log_query {
    const char *since;   /**< a beginning of a time: "2026-11-25", or NULL */
    const char *verdict; /**< or NULL */
    const char *profile; /**< one was asked for by this name, or is of this file; or NULL */
    bool newest_first;
    size_t limit; /**< 0: none */
} thresh_log_query;

/** Is told of an entry, which is borrowed. Anything but THRESH_OK ends the reading, and is returned. */
typedef thresh_status thresh_log_fn(void *context, const thresh_log_entry *entry);
/** Reads entries one after the other, as they are, whether they hold or not. Memory does not grow. */
THRESH_API thresh_status thresh_log_each(thresh_store *store, const thresh_log_query *query,
                                         thresh_log_fn *each, void *context, thresh_diags *diags);

/**
 * Reads one entry; `id` 0 is the last. @param[out] out  free with thresh_log_entry_free()
 * @return THRESH_ENOENT, with a message: there is none
 */
THRESH_API thresh_status thresh_log_get(thresh_log_entry **out, thresh_store *store, int64_t id,
                                        thresh_diags *diags);
THRESH_API void thresh_log_entry_free(thresh_log_entry *entry);

/**
 * Writes a content to a stream. @return THRESH_EFORMAT, with a message: it is missing or does not have
 * that SHA-256 (what was written is not to be trusted); THRESH_EIO: the stream is in error
 */
THRESH_API thresh_status thresh_log_content(thresh_store *store, const char *sha256, FILE *stream,
                                            thresh_diags *diags);

/** Writes an entry as a line of JSON; the fields of the chain as they were hashed. */
THRESH_API thresh_status thresh_log_export(const thresh_log_entry *entry, FILE *stream);

/** What is wrong with an entry. */
typedef enum thresh_log_fault {
    THRESH_LOG_HOLDS,
    THRESH_LOG_NUMBER,   /**< its number is not the next: one was removed, or put in between */
    THRESH_LOG_PREVIOUS, /**< it does not follow from the one before: removed, edited or reordered */
    THRESH_LOG_EDITED,   /**< it does not have its hash */
    THRESH_LOG_MISSING,  /**< a content is missing */
    THRESH_LOG_CONTENT,  /**< a content does not have its hash */
    THRESH_LOG_CUT       /**< all that is there holds, but no entry has the head that was given */
} thresh_log_fault;

/** What thresh_log_verify() found. */
typedef struct thresh_log_check {
    thresh_log_fault fault;
    int64_t entry;    /**< the first that is bad */
    char content[THRESH_SHA256_MAX]; /**< the content that is bad, or "" */
    uint64_t entries, contents, bytes; /**< looked at */
    char head[THRESH_SHA256_MAX];      /**< hash of the last entry that holds; zeros: none */
    int64_t head_entry;                /**< that the given head is the hash of */
} thresh_log_check;

/**
 * Goes through the whole log: numbers, chain, hashes, and every content that an entry names.
 *
 * @param head  hash that an entry has to have, such as the head of an earlier check: finds that the
 *              end was cut off, or that all was written anew; NULL: not known
 * @return THRESH_OK, also where it does not hold: see `fault`
 */
THRESH_API thresh_status thresh_log_verify(thresh_store *store, const char *head,
                                           thresh_log_check *out, thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
