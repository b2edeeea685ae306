/* The built-in profiles and the schemas, embedded by tools/mkembed from configs/. */
#ifndef PROFILE_BUILTIN_H
#define PROFILE_BUILTIN_H

#include <stddef.h>

typedef struct embedded_file {
    const char *name; /* "scenario/search.yaml", "profile-v1.schema.json" */
    const char *data;
    size_t len;
} embedded_file;

extern const embedded_file builtin_profiles[], builtin_schemas[];
extern const size_t builtin_profiles_count, builtin_schemas_count;

#endif
