/*
 * Preloaded: one allocation of the program fails, then another, and what it does is looked at.
 *
 * With $CHAOS_RESULT naming a file, the process that was started never reaches main(). It forks,
 * as often as there are allocations to fail, and each child goes on into the program. So the
 * program is loaded and linked once, which takes many times as long as most runs. The file says how
 * it ended: "fine ALLOCATIONS RUNS NOTICED", or what went wrong.
 *
 * $CHAOS_FRESH names a file that is removed before each run.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The allocations of a run are many and alike: all of the first, then every seventh. */
enum { ALL_OF = 400, STEP = 7, SECONDS = 60 };

static unsigned long fail_at;
static unsigned long *made; /* shared with the process that forks; NULL in that one */

/* glibc's own names: dlsym() allocates, and would ask for itself. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static bool fails(void)
{
    if (made == NULL || ++*made != fail_at)
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
static bool run(outcome *o, unsigned long *count, unsigned long n)
{
    const char *fresh = getenv("CHAOS_FRESH");
    int out = memfd_create("out", 0), err = memfd_create("err", 0);
    pid_t child;

    if (out < 0 || err < 0)
        give_up("memfd_create");
    if (fresh != NULL)
        unlink(fresh);
    *count = 0;
    if ((child = fork()) < 0)
        give_up("fork");
    if (child == 0) {
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        close(out);
        close(err);
        alarm(SECONDS);
        fail_at = n;
        made = count;
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

__attribute__((constructor)) static void run_all(void)
{
    const char *result = getenv("CHAOS_RESULT");
    unsigned long *count, total, runs = 0, noticed = 0;
    outcome normal, o;
    FILE *f;

    if (result == NULL)
        return;
    count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == MAP_FAILED)
        give_up("mmap");
    if (run(&normal, count, 0))
        return;
    total = *count;
    if ((f = fopen(result, "w")) == NULL)
        give_up(result);
    setvbuf(f, NULL, _IONBF, 0); /* nothing of it is written again by a child */
    for (unsigned long n = 1; n <= total; n += n <= ALL_OF ? 1 : STEP, runs++) {
        if (run(&o, count, n))
            return;
        if (!is_told(&o) && !is_same(&o, &normal)) {
            fprintf(f, "allocation %lu of %lu: %s %d\nerror: %s\noutput: %s\n", n, total,
                    WIFEXITED(o.status) ? "exit" : "signal",
                    WIFEXITED(o.status) ? WEXITSTATUS(o.status) : WTERMSIG(o.status), o.err, o.out);
            _exit(1);
        }
        noticed += !is_same(&o, &normal);
        free_outcome(&o);
    }
    fprintf(f, "fine %lu %lu %lu\n", total, runs, noticed);
    _exit(0);
}
