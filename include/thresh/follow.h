/**
 * @file follow.h
 * The bytes of a file that grows: of a log that is rotated or truncated while it is read, of one
 * that does not exist yet, of a pipe; and where to go on after a restart.
 */
#ifndef THRESH_FOLLOW_H
#define THRESH_FOLLOW_H

#include <stdio.h>
#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A place in a file, to be kept across restarts. All zero: the beginning. */
typedef struct thresh_position {
    uint64_t device, inode;
    uint64_t offset; /**< of the next byte, as unpacked */
    uint64_t hash;   /**< of the 1,024 bytes before it, or of as many as there are: a file that was
                          replaced or written anew is noticed by it */
} thresh_position;

/** What thresh_follow_read() found. */
typedef enum thresh_followed {
    THRESH_FOLLOWED_BYTES, /**< bytes */
    THRESH_FOLLOWED_CUT,   /**< the file was rotated, truncated or replaced: what comes next is the
                                beginning of another; see thresh_events_cut() */
    THRESH_FOLLOWED_WAIT,  /**< nothing for now: see thresh_follow_wait() */
    THRESH_FOLLOWED_END    /**< nothing will follow */
} thresh_followed;

typedef struct thresh_follow thresh_follow;

/**
 * Opens `path`, "-" for `standard_input`.
 *
 * @param[out] out  free with thresh_follow_free()
 * @param follow    whether to wait for more at the end of a file, and for a file that does not
 * exist. Where not, the file may be packed by gzip or zstd.
 * @param from      where to go on, or NULL. A file of that device and inode is looked for in the
 * folder of `path` as well, for it may have been rotated, and then a packed one (`path`.1.gz) with the same
 * content before that place; the rest of it is read first. Where there is none, reading begins at the beginning of `path`, with THRESH_FOLLOWED_CUT and a warning. Of
 * standard input it is ignored.
 * @param diags     may be NULL, else it has to outlive the follower
 * @return THRESH_EIO with a message
 */
THRESH_API thresh_status thresh_follow_open(thresh_follow **out, const char *path,
                                            FILE *standard_input, bool follow,
                                            const thresh_position *from, thresh_diags *diags);
/** NULL is allowed. */
THRESH_API void thresh_follow_free(thresh_follow *f);

/**
 * Reads what there is, without waiting.
 *
 * A file is rotated when `path` is another one that is not empty; it is left when it has given
 * nothing twice in succession since. Of two rotations between two readings the file in the middle
 * is not read. It is truncated when it is shorter than what was read, or when the bytes before the
 * end are not those that were read: copytruncate loses what was written between its copy and its
 * truncation, which nobody can see.
 *
 * @param[out] bytes, len  with THRESH_FOLLOWED_BYTES: borrowed until the next call
 * @return THRESH_EIO or, of a damaged packed file, THRESH_EFORMAT, with a message
 */
THRESH_API thresh_status thresh_follow_read(thresh_follow *f, thresh_followed *what,
                                            const char **bytes, size_t *len);

/** Waits until there may be more, at most so long, or until a signal comes. Files are looked at
 * anew at the end of that time: it is the delay with which their lines are seen. */
THRESH_API void thresh_follow_wait(thresh_follow *f, unsigned milliseconds);

/** @return the place behind what thresh_follow_read() gave out; all zero of standard input. */
THRESH_API thresh_position thresh_follow_position(const thresh_follow *f);

#ifdef __cplusplus
}
#endif
#endif
