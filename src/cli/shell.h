/* The parts of the completions that are the same for all commands, embedded by tools/mkembed. */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

#include <stddef.h>

typedef struct embedded_file {
    const char *name; /* "completion.bash" */
    const char *data;
    size_t len;
} embedded_file;

extern const embedded_file shell_files[];
extern const size_t shell_files_count;

#endif
