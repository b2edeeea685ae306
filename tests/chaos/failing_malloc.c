/*
 * Preloaded: one allocation of the program fails, then another, and what it does is looked at.
 *
 * With $CHAOS_RESULT naming a file, the process that was started never reaches main(). It forks,
 * as often as there are allocations to fail, and each child goes on into the program. So the
 * program is loaded and linked once, which takes many times as long as most runs. The file says how
 * it ended: "fine ALLOCATIONS RUNS NOTICED", or what went wrong.
 *
 * Allocations with the same calls above them are alike: the first two of each are made to fail. Of
 * the calls those count that are nearest to main(): what lies deeper is inside of SQLite, and all
 * of it comes back to us as one failed call. $CHAOS_SEEN names a file of those that had their turn,
 * in this command or in one before.
 *
 * $CHAOS_FRESH names a file that is removed before each run.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ALIKE = 2, MOST = 1 << 16, FRAMES = 128, NEAREST = 16, SECONDS = 60 };

/* Shared between the process that forks and its children. */
typedef struct shared {
    unsigned long made;
    uint64_t calls[MOST]; /* above each allocation, in a run in which none fails */
} shared;

static unsigned long fail_at;
static shared *in_child; /* NULL in the process that forks */

/* glibc's own names: dlsym() allocates, and would ask for itself. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

/* The calls above an allocation, wherever their code was loaded to. */
static uint64_t hash_of_calls(void)
{
    void *frames[FRAMES];
    int count = backtrace(frames, FRAMES);
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    Dl_info of;

    for (int i = count > NEAREST ? count - NEAREST : 0; i < count; i++)
        if (dladdr(frames[i], &of) != 0)
            hash = (hash ^ ((uintptr_t)frames[i] - (uintptr_t)of.dli_fbase)) * 1099511628211u;
    return hash;
}

static bool fails(void)
{
    unsigned long n;

    if (in_child == NULL)
        return false;
    n = in_child->made++;
    if (fail_at == 0 && n < MOST)
        in_child->calls[n] = hash_of_calls();
    if (n + 1 != fail_at)
        return false;
    errno = ENOMEM;
    return true;
}

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

/* --- the runs --- */

typedef struct outcome {
    int status; /* of wait() */
    char *out, *err;
    size_t out_len, err_len;
} outcome;

static void give_up(const char *what)
{
    fprintf(stderr, "failing_malloc: %s: %s\n", what, strerror(errno));
    _exit(99);
}

static char *read_back(int fd, size_t *len)
{
    struct stat s;
    char *text;

    if (fstat(fd, &s) != 0 || (text = __libc_malloc((size_t)s.st_size + 1)) == NULL
        || pread(fd, text, (size_t)s.st_size, 0) != s.st_size)
        give_up("reading what was printed");
    close(fd);
    text[s.st_size] = '\0';
    *len = (size_t)s.st_size;
    return text;
}

/* True in the child, which has to go on into main(). */
static bool run(outcome *o, shared *with, unsigned long n)
{
    const char *fresh = getenv("CHAOS_FRESH");
    int out = memfd_create("out", 0), err = memfd_create("err", 0);
    pid_t child;

    if (out < 0 || err < 0)
        give_up("memfd_create");
    if (fresh != NULL)
        unlink(fresh);
    with->made = 0;
    if ((child = fork()) < 0)
        give_up("fork");
    if (child == 0) {
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        close(out);
        close(err);
        alarm(SECONDS);
        fail_at = n;
        in_child = with;
        return true;
    }
    while (waitpid(child, &o->status, 0) < 0)
        if (errno != EINTR)
            give_up("waitpid");
    o->out = read_back(out, &o->out_len);
    o->err = read_back(err, &o->err_len);
    return false;
}

static bool is_same(const outcome *a, const outcome *b)
{
    return a->status == b->status && a->out_len == b->out_len && a->err_len == b->err_len
           && memcmp(a->out, b->out, a->out_len) == 0 && memcmp(a->err, b->err, a->err_len) == 0;
}

static bool is_told(const outcome *o)
{
    static const char *const made_good[] = {
        "here are the figures of its document", /* instead of judging again what is on record */
        "the alerts are on record now",         /* at the second try */
    };

    if (o->err_len == 0 || !WIFEXITED(o->status))
        return false;
    for (size_t i = 0; i < sizeof made_good / sizeof *made_good; i++)
        if (strstr(o->err, made_good[i]) != NULL)
            return true;
    return WEXITSTATUS(o->status) == 2;
}

static void free_outcome(outcome *o)
{
    free(o->out);
    free(o->err);
}

/* --- which are alike --- */

typedef struct kind {
    uint64_t calls;
    uint64_t times;
} kind;

static kind *kinds;
static size_t kind_count;

/* Has it not had its turn often enough? */
static bool is_due(uint64_t calls)
{
    for (size_t i = 0; i < kind_count; i++)
        if (kinds[i].calls == calls)
            return kinds[i].times++ < ALIKE;
    if (kind_count == MOST)
        give_up("more kinds of allocations than there is room for");
    kinds[kind_count++] = (kind){ calls, 1 };
    return true;
}

static void read_kinds(const char *name)
{
    FILE *f = fopen(name, "rb");

    if ((kinds = __libc_malloc(MOST * sizeof *kinds)) == NULL)
        give_up("kinds");
    if (f == NULL)
        return; /* the first command */
    kind_count = fread(kinds, sizeof *kinds, MOST, f);
    fclose(f);
}

static void write_kinds(const char *name)
{
    FILE *f = fopen(name, "wb");

    if (f == NULL || fwrite(kinds, sizeof *kinds, kind_count, f) != kind_count || fclose(f) != 0)
        give_up(name);
}

__attribute__((constructor)) static void run_all(void)
{
    const char *result = getenv("CHAOS_RESULT"), *seen = getenv("CHAOS_SEEN");
    unsigned long total, runs = 0, noticed = 0;
    shared *with;
    outcome normal, o;
    FILE *f;

    if (result == NULL || seen == NULL)
        return;
    with = mmap(NULL, sizeof *with, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (with == MAP_FAILED)
        give_up("mmap");
    backtrace((void *[1]){ NULL }, 1); /* the first call loads a library */
    if (run(&normal, with, 0))
        return;
    if ((total = with->made) > MOST)
        give_up("more allocations than there is room for");
    read_kinds(seen);
    if ((f = fopen(result, "w")) == NULL)
        give_up(result);
    setvbuf(f, NULL, _IONBF, 0); /* nothing of it is written again by a child */
    for (unsigned long n = 1; n <= total; n++) {
        if (!is_due(with->calls[n - 1]))
            continue;
        if (run(&o, with, n))
            return;
        runs++;
        if (!is_told(&o) && !is_same(&o, &normal)) {
            fprintf(f, "allocation %lu of %lu: %s %d\nerror: %s\noutput: %s\n", n, total,
                    WIFEXITED(o.status) ? "exit" : "signal",
                    WIFEXITED(o.status) ? WEXITSTATUS(o.status) : WTERMSIG(o.status), o.err, o.out);
            _exit(1);
        }
        noticed += !is_same(&o, &normal);
        free_outcome(&o);
    }
    write_kinds(seen);
    fprintf(f, "fine %lu %lu %lu\n", total, runs, noticed);
    _exit(0);
}
