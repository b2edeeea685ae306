/*
 * What was run, by key: a file for each, locked by the supervisor for as long as it lives.
 *
 * The file is empty until the call begins, then says so, and at last how it ended. A lock on it
 * that can be had therefore tells all: nothing in it, and the call may begin; an end, and it ended;
 * a beginning alone, and the supervisor was killed. Whoever starts takes the lock first and hands
 * it to the supervisor, so that two that are restarted at once do not both begin.
 */
#include "thresh/actions.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "live/supervise.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How soon the end of a call is seen. */
static const double LOOK_EVERY = 0.01;
static const char BEGUN[] = "begun\n";
/* The longest line of an end. */
enum { END_MAX = 128, LONGEST_RETRIES = 100 };
/* Descriptors are handed out from the lowest, and a monitor has few. */
enum { MOST_DESCRIPTORS = 1024 };

typedef struct pending_call {
    char key[THRESH_ACTION_KEY_MAX + 1];
    pid_t supervisor; /* 0: of an earlier process */
} pending_call;

struct thresh_actions {
    char *folder;
    pending_call *pending;
    size_t count, capacity;
    thresh_action_run last; /* with what it points to: */
    char key[THRESH_ACTION_KEY_MAX + 1];
    char output[THRESH_ACTION_OUTPUT_MAX + 1];
};

static const char *const outcome_names[] = {
    [THRESH_ACTION_EXITED] = "exited",           [THRESH_ACTION_SIGNALLED] = "signalled",
    [THRESH_ACTION_TIMED_OUT] = "timed-out",     [THRESH_ACTION_NOT_STARTED] = "not-started",
    [THRESH_ACTION_ANSWERED] = "answered",       [THRESH_ACTION_UNREACHABLE] = "unreachable",
    [THRESH_ACTION_INTERRUPTED] = "interrupted",
};
enum { OUTCOMES = sizeof outcome_names / sizeof *outcome_names };

const char *thresh_action_outcome_name(thresh_action_outcome outcome)
{
    return outcome_names[outcome];
}

bool thresh_action_succeeded(const thresh_action_run *run)
{
    return (run->outcome == THRESH_ACTION_EXITED && run->code == 0)
           || (run->outcome == THRESH_ACTION_ANSWERED && run->code >= 200 && run->code < 300);
}

static thresh_status fail(const char *path, const char *what, thresh_diags *diags)
{
    thresh_diags_add(diags, THRESH_ERROR, path, 0, 0, "%s: %s", diag_text(diags, what),
                     diag_text(diags, strerror(errno)));
    return THRESH_EIO;
}

thresh_status thresh_actions_open(thresh_actions **out, const char *folder, thresh_diags *diags)
{
    thresh_actions *a = calloc(1, sizeof *a);
    thresh_status rc = THRESH_OK;

    *out = NULL;
    if (a == NULL || (a->folder = strdup(folder)) == NULL) {
        rc = THRESH_ENOMEM;
        goto done;
    }
    if ((mkdir(folder, 0700) != 0 && errno != EEXIST) || access(folder, R_OK | W_OK | X_OK) != 0) {
        rc = fail(folder, N_("cannot use this folder for what actions do"), diags);
        goto done;
    }
    *out = a;
    a = NULL;
done:
    thresh_actions_free(a);
    return rc;
}

void thresh_actions_free(thresh_actions *actions)
{
    if (actions == NULL)
        return;
    free(actions->pending);
    free(actions->folder);
    free(actions);
}

size_t thresh_actions_pending(const thresh_actions *actions)
{
    return actions->count;
}

static bool is_key(const char *key)
{
    size_t len = strlen(key);

    return len > 0 && len <= THRESH_ACTION_KEY_MAX && key[0] != '.'
           && strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
                  == len;
}

static const char *fault_of(const thresh_action_call *call)
{
    if (!is_key(call->key))
        return N_("a key of an action is 1 to 128 letters, digits, '-', '_' or '.'");
    if ((call->argv != NULL) == (call->url != NULL))
        return N_("an action is a command or a web hook, one of the two");
    if (call->argv != NULL && (call->argv[0] == NULL || call->environment == NULL))
        return N_("a command has at least one word, and an environment");
    if (!(call->timeout > 0) || !(call->backoff >= 0) || call->retries > LONGEST_RETRIES)
        return N_("a time limit is more than 0, and retries are 0 to 100");
    return NULL;
}

/* --- the file of a key --- */

static char *path_of(const thresh_actions *a, const char *key)
{
    size_t size = strlen(a->folder) + strlen(key) + 2;
    char *path = malloc(size);

    if (path != NULL)
        snprintf(path, size, "%s/%s", a->folder, key);
    return path;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, data, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return true;
}

/* Up to `size` bytes from the start of the file, or -1. */
static ssize_t read_start(int fd, char *out, size_t size)
{
    size_t used = 0;

    while (used < size) {
        ssize_t got = pread(fd, out + used, size - used, (off_t)used);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

typedef enum stage { ABSENT, BEGINNING, ENDED } stage;

/* What the file of a key says, with `a->last` where it ended. */
static thresh_status read_stage(stage *out, thresh_actions *a, int fd, const char *key,
                                const char *path, thresh_diags *diags)
{
    enum { MOST = sizeof BEGUN - 1 + END_MAX + THRESH_ACTION_OUTPUT_MAX };
    char *text = malloc(MOST + 1);
    ssize_t len = text != NULL ? read_start(fd, text, MOST) : 0;
    thresh_status rc = THRESH_OK;
    unsigned how;
    int head = 0;

    if (text == NULL)
        return THRESH_ENOMEM;
    if (len < 0) {
        rc = fail(path, N_("cannot read"), diags);
        goto done;
    }
    text[len] = '\0';
    *out = len == 0 ? ABSENT : BEGINNING;
    a->last = (thresh_action_run){
        .outcome = THRESH_ACTION_INTERRUPTED, .tries = 1, .key = a->key, .output = a->output
    };
    memmove(a->key, key, strlen(key) + 1);
    a->output[0] = '\0';
    if (sscanf(text, "begun\nended %u %d %u %lf %zu %" SCNu64 "%n", &how, &a->last.code,
               &a->last.tries, &a->last.seconds, &a->last.output_length, &a->last.output_total,
               &head)
            == 6
        && how < OUTCOMES && text[head] == '\n'
        && a->last.output_length == (size_t)(len - head - 1)) {
        a->last.outcome = (thresh_action_outcome)how;
        memcpy(a->output, text + head + 1, a->last.output_length);
        a->output[a->last.output_length] = '\0';
        *out = ENDED;
    } else {
        a->last.code = 0;
        a->last.tries = 1;
        a->last.seconds = 0;
        a->last.output_length = 0;
        a->last.output_total = 0;
    }
done:
    free(text);
    return rc;
}

/* --- the supervisor --- */

/* Nothing of the process that started it stays open: neither its output nor its database. */
static void let_go(int lock)
{
    long limit = sysconf(_SC_OPEN_MAX);
    int null;

    setsid(); /* a terminal's interrupt is for the monitor, not for the rollback */
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    if (limit < 0 || limit > MOST_DESCRIPTORS)
        limit = MOST_DESCRIPTORS;
    for (int fd = 0; fd < limit; fd++)
        if (fd != lock)
            close(fd);
    /* the lowest ones, so that no pipe becomes 0, 1 or 2 */
    while ((null = open("/dev/null", O_RDWR)) >= 0 && null < 2)
        continue;
}

static void supervise(const thresh_action_call *call, int lock)
{
    char output[THRESH_ACTION_OUTPUT_MAX];
    call_end out = { .output = output };
    double from = monotonic_seconds();
    char end[END_MAX];
    int len;

    let_go(lock);
    if (!write_all(lock, BEGUN, sizeof BEGUN - 1))
        _exit(1); /* the disk is full: it did not begin, and the file stays empty */
    (call->argv != NULL ? run_command : run_post)(&out, call);
    len = snprintf(end, sizeof end, "ended %u %d %u %.3f %zu %" PRIu64 "\n", (unsigned)out.what,
                   out.code, out.tries, monotonic_seconds() - from, out.length, out.total);
    if (write_all(lock, end, (size_t)len) && write_all(lock, output, out.length))
        fsync(lock);
    _exit(0);
}

static thresh_status add_pending(thresh_actions *a, const char *key, pid_t supervisor)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->pending[i].key, key) == 0) {
            if (supervisor != 0)
                a->pending[i].supervisor = supervisor;
            return THRESH_OK;
        }
    /* room was made before anything was started */
    a->pending[a->count].supervisor = supervisor;
    memcpy(a->pending[a->count].key, key, strlen(key) + 1);
    a->count++;
    return THRESH_OK;
}

thresh_status thresh_action_start(thresh_actions *a, const thresh_action_call *call,
                                  thresh_diags *diags)
{
    const char *fault = fault_of(call);
    char *path = NULL;
    thresh_status rc = THRESH_OK;
    stage at = ABSENT;
    pid_t pid = 0;
    int fd = -1;

    if (fault != NULL) {
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "%s", diag_text(diags, fault));
        return THRESH_EINVAL;
    }
    if ((path = path_of(a, call->key)) == NULL
        || !array_reserve(&a->pending, &a->capacity, a->count + 1, sizeof *a->pending)) {
        rc = THRESH_ENOMEM;
        goto done;
    }
    if ((fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) {
        rc = fail(path, N_("cannot write"), diags);
        goto done;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            rc = fail(path, N_("cannot lock"), diags);
            goto done;
        }
        at = ENDED; /* still runs */
    } else {
        rc = read_stage(&at, a, fd, call->key, path, diags);
    }
    if (rc == THRESH_OK && at == BEGINNING && call->url != NULL) {
        if (ftruncate(fd, 0) != 0)
            rc = fail(path, N_("cannot write"), diags);
        at = ABSENT;
    }
    if (rc == THRESH_OK && at == ABSENT) {
        if ((pid = fork()) < 0)
            rc = fail(call->key, N_("cannot start a process"), diags);
        else if (pid == 0)
            supervise(call, fd);
    }
    if (rc == THRESH_OK)
        rc = add_pending(a, call->key, pid);
done:
    if (fd >= 0)
        close(fd); /* the supervisor's copy keeps the lock */
    free(path);
    return rc;
}

/* Whether call `i` ended; then `a->last` tells how. */
static thresh_status look(bool *ended, thresh_actions *a, size_t i, thresh_diags *diags)
{
    pending_call *p = &a->pending[i];
    char *path = path_of(a, p->key);
    thresh_status rc = THRESH_OK;
    stage at = ABSENT;
    int fd;

    *ended = false;
    if (path == NULL)
        return THRESH_ENOMEM;
    if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
        rc = fail(path, N_("cannot read"), diags);
    } else if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
        rc = read_stage(&at, a, fd, p->key, path, diags);
        *ended = rc == THRESH_OK;
        if (at == ABSENT) { /* it could not even note that it begins */
            a->last.outcome = THRESH_ACTION_NOT_STARTED;
            a->last.code = EIO;
        }
        if (p->supervisor > 0)
            waitpid(p->supervisor, NULL, 0);
    } else if (errno != EWOULDBLOCK && errno != EINTR) {
        rc = fail(path, N_("cannot lock"), diags);
    }
    if (fd >= 0)
        close(fd);
    free(path);
    return rc;
}

thresh_status thresh_actions_next(const thresh_action_run **out, thresh_actions *a, double wait,
                                  thresh_diags *diags)
{
    double until = monotonic_seconds() + wait;

    *out = NULL;
    for (;;) {
        for (size_t i = 0; i < a->count; i++) {
            bool ended;
            thresh_status rc = look(&ended, a, i, diags);

            if (rc != THRESH_OK)
                return rc;
            if (ended) {
                a->pending[i] = a->pending[--a->count];
                *out = &a->last;
                return THRESH_OK;
            }
        }
        if (a->count == 0 || monotonic_seconds() >= until)
            return THRESH_OK;
        sleep_seconds(LOOK_EVERY);
    }
}

thresh_status thresh_action_forget(thresh_actions *a, const char *key, thresh_diags *diags)
{
    char *path = is_key(key) ? path_of(a, key) : NULL;
    thresh_status rc = THRESH_OK;

    if (path == NULL)
        return is_key(key) ? THRESH_ENOMEM : THRESH_EINVAL;
    if (unlink(path) != 0 && errno != ENOENT)
        rc = fail(path, N_("cannot remove"), diags);
    free(path);
    return rc;
}

/* --- keys of a source --- */

enum { SOURCE_HEX = 12 };

static void name_source(char out[SOURCE_HEX + 2], const char *source)
{
    char hash[SHA256_HEX];

    sha256_hex(hash, source, strlen(source));
    snprintf(out, SOURCE_HEX + 2, "%.*s-", SOURCE_HEX, hash);
}

void thresh_action_key(char out[THRESH_ACTION_KEY_MAX + 1], const char *source,
                       const char *incident, const char *action)
{
    char prefix[SOURCE_HEX + 2];

    name_source(prefix, source);
    snprintf(out, THRESH_ACTION_KEY_MAX + 1, "%s%s-%s", prefix, incident, action);
}

typedef struct old_call {
    char key[THRESH_ACTION_KEY_MAX + 1];
    struct timespec at;
} old_call;

static int newer_first(const void *a, const void *b)
{
    const old_call *x = a, *y = b;

    if (x->at.tv_sec != y->at.tv_sec)
        return x->at.tv_sec > y->at.tv_sec ? -1 : 1;
    if (x->at.tv_nsec != y->at.tv_nsec)
        return x->at.tv_nsec > y->at.tv_nsec ? -1 : 1;
    return strcmp(x->key, y->key);
}

/* One that still runs holds its lock, and stays. */
static thresh_status remove_ended(thresh_actions *a, const char *key, thresh_diags *diags)
{
    char *path = path_of(a, key);
    thresh_status rc = path == NULL ? THRESH_ENOMEM : THRESH_OK;
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        rc = thresh_action_forget(a, key, diags);
    if (fd >= 0)
        close(fd);
    free(path);
    return rc;
}

thresh_status thresh_actions_tidy(thresh_actions *a, const char *source, size_t most,
                                  thresh_action_needed_fn *needed, void *context,
                                  thresh_diags *diags)
{
    char prefix[SOURCE_HEX + 2];
    old_call *calls = NULL;
    size_t count = 0, capacity = 0;
    const struct dirent *entry;
    struct stat st;
    DIR *folder = opendir(a->folder);
    thresh_status rc = folder == NULL ? fail(a->folder, N_("cannot read"), diags) : THRESH_OK;

    name_source(prefix, source);
    while (rc == THRESH_OK && (entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 || !is_key(entry->d_name)
            || fstatat(dirfd(folder), entry->d_name, &st, 0) != 0 || !S_ISREG(st.st_mode))
            continue;
        if (!array_reserve(&calls, &capacity, count + 1, sizeof *calls)) {
            rc = THRESH_ENOMEM;
            break;
        }
        calls[count].at = st.st_mtim;
        memcpy(calls[count++].key, entry->d_name, strlen(entry->d_name) + 1);
    }
    if (folder != NULL)
        closedir(folder);
    if (count > most)
        qsort(calls, count, sizeof *calls, newer_first);
    for (size_t i = most; i < count && rc == THRESH_OK; i++)
        if (!needed(context, calls[i].key))
            rc = remove_ended(a, calls[i].key, diags);
    free(calls);
    return rc;
}
