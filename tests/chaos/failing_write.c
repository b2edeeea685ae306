/* Preloaded: at the write to a database number $WRITE_AT (from 1; syncs and removals count too) the
 * process is killed, or, with $WRITE_FULL set, the disk is full from then on. With $WRITE_COUNT
 * naming a file, the number of them is left there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned long made, at;
static int ready, full;

/* Is it now, or, where a disk is full, later? */
static int reached(void)
{
    if (!ready) {
        const char *text = getenv("WRITE_AT");

        at = text == NULL ? 0 : strtoul(text, NULL, 10);
        full = getenv("WRITE_FULL") != NULL;
        ready = 1;
    }
    made++;
    if (at == 0 || made < at)
        return 0;
    if (!full)
        kill(getpid(), SIGKILL);
    return 1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    static ssize_t (*next)(int fd, const void *bytes, size_t len, off64_t offset);

    if (next == NULL)
        *(void **)&next = dlsym(RTLD_NEXT, "pwrite64");
    if (reached()) {
        errno = ENOSPC;
        return -1;
    }
    return next(fd, bytes, len, offset);
}

int fdatasync(int fd)
{
    static int (*next)(int fd);

    if (next == NULL)
        *(void **)&next = dlsym(RTLD_NEXT, "fdatasync");
    reached();
    return next(fd);
}

int unlink(const char *path)
{
    static int (*next)(const char *path);

    if (next == NULL)
        *(void **)&next = dlsym(RTLD_NEXT, "unlink");
    reached();
    return next(path);
}

__attribute__((destructor)) static void leave_count(void)
{
    const char *name = getenv("WRITE_COUNT");
    FILE *f = name == NULL ? NULL : fopen(name, "w");

    if (f != NULL) {
        fprintf(f, "%lu\n", made);
        fclose(f);
    }
}
