/* Whole files in memory, and their hash. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "thresh/base.h"

#include <stdio.h>

enum { SHA256_HEX = 65, SHA256_BASE64 = 45 };

/* Two digits a byte, and a NUL: `out` holds 2 * len + 1. */
void hex_of(char *out, const unsigned char *bytes, size_t len);
void sha256_hex(char out[SHA256_HEX], const char *data, size_t len);
/* The same as a Content-Security-Policy has it. */
void sha256_base64(char out[SHA256_BASE64], const char *data, size_t len);

/* Reads `path`, or `standard_input` when that is given and path is "-"; `*out` is malloc'ed and not
 * terminated. More than `limit` bytes are refused, regular files before they are read. */
thresh_status file_read(char **out, size_t *len, const char *path, FILE *standard_input,
                        size_t limit, thresh_diags *diags);

/* Ends a stream of open_memstream(&text, …), which is NULL where there was no memory for it, and
 * gives `rc`, or THRESH_ENOMEM where the text is not whole. */
thresh_status memory_close(FILE *f, char *const *text, thresh_status rc);

#endif
