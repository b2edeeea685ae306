/**
 * @file base.h
 * Status codes and collected messages: what every other header of the library uses.
 */
#ifndef THRESH_BASE_H
#define THRESH_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define THRESH_API __attribute__((visibility("default")))
#define THRESH_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define THRESH_API
#define THRESH_PRINTF(fmt, args)
#endif

/** What a function returns; on anything but THRESH_OK its `out` parameter is NULL or untouched. */
typedef enum thresh_status {
    THRESH_OK = 0,
    THRESH_ENOMEM,  /**< memory ran out */
    THRESH_EIO,     /**< a file could not be opened, read or written */
    THRESH_EFORMAT, /**< the input breaks its format, or a stated limit */
    THRESH_EINVAL,  /**< an argument or a profile makes no sense */
    THRESH_ENOENT,  /**< nothing of that name */
    THRESH_EDOMAIN, /**< a number lies outside a function's domain */
    THRESH_EEMPTY,  /**< nothing that could be judged */
    THRESH_ECONFLICT /**< another process was there first */
} thresh_status;

/** Weight of a message. */
typedef enum thresh_severity { THRESH_NOTE, THRESH_WARNING, THRESH_ERROR } thresh_severity;

/** One message with its place; `line` and `column` count from 1, 0 means unknown. */
typedef struct thresh_diag {
    thresh_severity severity;
    const char *file; /**< may be NULL; owned by the list */
    uint32_t line, column;
    const char *text; /**< owned by the list */
} thresh_diag;

/** A list of messages, owned by the caller. Every function that takes one also takes NULL. */
typedef struct thresh_diags thresh_diags;

/** @return a new, empty list, or NULL when memory ran out. Free with thresh_diags_free(). */
THRESH_API thresh_diags *thresh_diags_new(void);
/** Frees the list and every text in it; NULL is allowed. */
THRESH_API void thresh_diags_free(thresh_diags *diags);
/** @return how many messages there are. */
THRESH_API size_t thresh_diags_count(const thresh_diags *diags);
/** @return message `i` (< count), borrowed until the list changes. */
THRESH_API const thresh_diag *thresh_diags_at(const thresh_diags *diags, size_t i);
/** @return how many messages are errors; messages lost for want of memory count as errors. */
THRESH_API size_t thresh_diags_errors(const thresh_diags *diags);
/** Appends a printf-formatted message; `file` is copied and may be NULL. */
THRESH_API void thresh_diags_add(thresh_diags *diags, thresh_severity severity, const char *file,
                                 uint32_t line, uint32_t column, const char *format, ...)
    THRESH_PRINTF(6, 7);

/** Appends the messages of another list, such as one that a thread had for itself; either may be NULL. */
THRESH_API void thresh_diags_append(thresh_diags *diags, const thresh_diags *from);

/** @return the version of the library, such as "0.1.0". */
THRESH_API const char *thresh_version(void);

/** Longest text that thresh_format_number() writes, its NUL included. */
#define THRESH_NUMBER_MAX 40

/**
 * Writes the shortest decimal that reads back as exactly `value` ("NaN", "Infinity", "-Infinity"
 * for what is not finite; -0 as "0"), whatever the locale. @return `out`.
 */
THRESH_API const char *thresh_format_number(char out[THRESH_NUMBER_MAX], double value);

/**
 * Reads the whole of `text[0, len)` as a decimal number ("12", "-3.5e-2", "NaN", "Infinity", "inf"),
 * whatever the locale; white space is not skipped. @return false, and `out` untouched, on anything else.
 */
THRESH_API bool thresh_parse_number(double *out, const char *text, size_t len);

/** @return the word of a list that ends with NULL nearest to `wanted`, for a "did you mean"; or NULL. */
THRESH_API const char *thresh_nearest_word(const char *wanted, const char *const *words);

/** Files (PEM) of a connection by TLS; each may be NULL. */
typedef struct thresh_tls {
    const char *ca_file;   /**< whom to trust, instead of the system's authorities */
    const char *cert_file; /**< who we are */
    const char *key_file;  /**< the key of it, if not in the same file */
} thresh_tls;

#ifdef __cplusplus
}
#endif
#endif
