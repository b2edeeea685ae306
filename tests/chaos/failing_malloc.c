/* Preloaded: the allocation number $FAIL_AT (from 1) fails, and with $FAIL_COUNT naming a file, the
 * number of allocations is left there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long made, fail_at;
static int ready;

static void get_ready(void)
{
    const char *at = getenv("FAIL_AT");

    ready = 1;
    fail_at = at == NULL ? 0 : strtoul(at, NULL, 10);
}

static int fails(void)
{
    if (!ready)
        get_ready();
    if (++made != fail_at)
        return 0;
    errno = ENOMEM;
    return 1;
}

/* glibc's own names: dlsym() allocates, and would ask for itself. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

__attribute__((destructor)) static void leave_count(void)
{
    const char *name = getenv("FAIL_COUNT");
    FILE *f = name == NULL ? NULL : fopen(name, "w");

    if (f != NULL) {
        fprintf(f, "%lu\n", made);
        fclose(f);
    }
}
