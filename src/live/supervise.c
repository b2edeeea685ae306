/*
 * A command with its time limit, its input and its output. Runs in the supervisor, a process that
 * has nothing else to do: it may block, and what it leaks ends with it.
 */
#include "live/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Between the request to end and the order. */
static const double GRACE = 2;
/* How soon the end of a command is seen that still has its output open somewhere. */
enum { LOOK_EVERY_MS = 20 };

extern char **environ;

typedef struct running {
    pid_t pid;
    int in, out; /* -1: closed */
    const char *input;
    size_t left; /* of the input */
    double deadline;
    bool asked_to_end, killed;
} running;

double monotonic_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void sleep_seconds(double seconds)
{
    struct timespec left = { .tv_sec = (time_t)seconds,
                             .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) };

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

static void close_both(int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
}

/* In the command's process, up to exec; whatever fails is told through `fault`. */
static void become(const thresh_action_call *call, int in, int out, int fault)
{
    sigset_t none;
    int error;

    setpgid(0, 0); /* so that all it starts can be ended with it */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0
        && dup2(out, STDERR_FILENO) >= 0) {
        environ = (char **)call->environment;
        execvp(call->argv[0], (char *const *)call->argv);
    }
    error = errno;
    while (write(fault, &error, sizeof error) < 0 && errno == EINTR)
        continue;
    _exit(127);
}

/* 0, or the errno that kept it from starting. */
static int start(running *r, const thresh_action_call *call)
{
    int in[2] = { -1, -1 }, out[2] = { -1, -1 }, fault[2] = { -1, -1 };
    int *const pairs[] = { in, out, fault };
    int error = 0;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs && error == 0; i++) {
        if (pipe(pairs[i]) != 0)
            error = errno;
        for (int k = 0; k < 2 && error == 0; k++)
            if (fcntl(pairs[i][k], F_SETFD, FD_CLOEXEC) != 0)
                error = errno;
    }
    if (error == 0 && (r->pid = fork()) < 0)
        error = errno;
    if (error == 0 && r->pid == 0)
        become(call, in[0], out[1], fault[1]);
    if (error == 0) {
        ssize_t got;

        setpgid(r->pid, r->pid); /* whoever comes first */
        close(fault[1]);
        fault[1] = -1;
        while ((got = read(fault[0], &error, sizeof error)) < 0 && errno == EINTR)
            continue;
        if (got > 0) {
            waitpid(r->pid, NULL, 0);
        } else {
            error = 0;
            r->in = in[1];
            r->out = out[0];
            in[1] = out[0] = -1;
            fcntl(r->in, F_SETFL, O_NONBLOCK);
            fcntl(r->out, F_SETFL, O_NONBLOCK);
        }
    }
    close_both(in);
    close_both(out);
    close_both(fault);
    return error;
}

static void feed(running *r)
{
    ssize_t put = r->left > 0 ? write(r->in, r->input, r->left) : 0;

    if (put > 0) {
        r->input += put;
        r->left -= (size_t)put;
    }
    if (r->left == 0 || (put < 0 && errno != EINTR && errno != EAGAIN)) {
        close(r->in); /* all of it, or the command does not want it */
        r->in = -1;
    }
}

/* What is there now; false when there will be no more. */
static bool drain(running *r, call_end *out)
{
    char piece[16384];
    ssize_t got;

    while ((got = read(r->out, piece, sizeof piece)) > 0) {
        size_t room = THRESH_ACTION_OUTPUT_MAX - out->length;
        size_t kept = (size_t)got < room ? (size_t)got : room;

        memcpy(out->output + out->length, piece, kept);
        out->length += kept;
        out->total += (uint64_t)got;
        if (monotonic_seconds() >= r->deadline)
            return true; /* one that never stops writing is ended all the same */
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

static void enforce_limit(running *r)
{
    if (monotonic_seconds() < r->deadline || r->killed)
        return;
    kill(-r->pid, r->asked_to_end ? SIGKILL : SIGTERM);
    r->killed = r->asked_to_end;
    r->asked_to_end = true;
    r->deadline += GRACE;
}

void run_command(call_end *out, const thresh_action_call *call)
{
    running r = { .in = -1, .out = -1, .input = call->body, .left = call->body_length };
    int status = 0;
    pid_t ended = 0;

    out->tries = 1;
    signal(SIGPIPE, SIG_IGN);
    if ((out->code = start(&r, call)) != 0) {
        out->what = THRESH_ACTION_NOT_STARTED;
        return;
    }
    r.deadline = monotonic_seconds() + call->timeout;
    while (ended != r.pid) {
        struct pollfd wanted[2] = { { .fd = r.out, .events = POLLIN },
                                    { .fd = r.in, .events = POLLOUT } };

        poll(wanted, 2, LOOK_EVERY_MS); /* negative ones are passed over */
        if (wanted[1].revents != 0)
            feed(&r);
        if (wanted[0].revents != 0 && !drain(&r, out)) {
            close(r.out);
            r.out = -1;
        }
        enforce_limit(&r);
        ended = waitpid(r.pid, &status, WNOHANG);
    }
    if (r.out >= 0)
        drain(&r, out); /* what it wrote last; its descendants may hold the pipe for ever */
    close_both((int[]){ r.in, r.out });
    if (r.asked_to_end) {
        out->what = THRESH_ACTION_TIMED_OUT;
        kill(-r.pid, SIGKILL); /* those it left behind */
    } else if (WIFSIGNALED(status)) {
        out->what = THRESH_ACTION_SIGNALLED;
        out->code = WTERMSIG(status);
    } else {
        out->what = THRESH_ACTION_EXITED;
        out->code = WEXITSTATUS(status);
    }
}
