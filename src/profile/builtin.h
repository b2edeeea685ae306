/* The built-in profiles and the schemas, embedded by tools/mkembed from configs/. */
#ifndef PROFILE_BUILTIN_H
#define PROFILE_BUILTIN_H

#include "base/embedded.h"

extern const embedded_file builtin_profiles[], builtin_schemas[];
extern const size_t builtin_profiles_count, builtin_schemas_count;

#endif
