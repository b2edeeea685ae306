/* The built-in profiles, embedded by tools/mkembed from configs/profiles. */
#ifndef PROFILE_BUILTIN_H
#define PROFILE_BUILTIN_H

#include <stddef.h>

typedef struct builtin_file {
    const char *name; /* "scenario/search.yaml" */
    const char *data;
    size_t len;
} builtin_file;

extern const builtin_file builtin_files[];
extern const size_t builtin_file_count;

#endif
