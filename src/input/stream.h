/* An input as it comes: bytes from a file, standard input or memory, unpacked and hashed on the
 * way. */
#ifndef INPUT_STREAM_H
#define INPUT_STREAM_H

#include "base/file.h"
#include "input/reader.h"

typedef struct stream stream;

/* Longest line of a streamed input, and the most that one may unpack to. */
enum { MAX_LINE = 64 << 20 };
#define MAX_UNPACKED ((uint64_t)64 << 30)

/* Opens the file at `path`, or `standard_input` when that is given and path is "-". */
thresh_status stream_open(stream **out, const char *path, FILE *standard_input,
                          const thresh_read_options *options, thresh_diags *diags);
/* The same over `text`, which must outlive the stream. */
thresh_status stream_over(stream **out, const char *text, size_t len, const char *path,
                          thresh_diags *diags);
void stream_close(stream *s);

/* The next `want` bytes, fewer at the end; borrowed until the next call. Nothing is consumed. */
thresh_status stream_peek(stream *s, size_t want, const char **text, size_t *len);
void stream_skip(stream *s, size_t len); /* at most what was peeked */
/* All that is left; borrowed until the stream is closed. More than THRESH_MAX_INPUT is refused. */
thresh_status stream_rest(stream *s, const char **text, size_t *len);
/* SHA-256 of the bytes as they were stored; what is left of them is read first. */
thresh_status stream_hash(stream *s, char out[SHA256_HEX]);

#endif
