/* A file of the tree that is part of the library, put there by tools/mkembed. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

typedef struct embedded_file {
    const char *name; /* below the folder that was embedded, "scenario/search.yaml" */
    const char *data;
    size_t len;
} embedded_file;

#endif
