/* Commands that an alert sets going: run once for each key, whoever is killed. */
#include "unit.h"

#include "thresh/actions.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "THRESH_LEVEL=red",
                                           NULL };
/* Longer than anything here takes. */
static const double LONG = 60;

typedef struct fixture {
    char folder[64], mark[96]; /* a command appends to `mark` each time it runs */
    thresh_actions *actions;
    thresh_diags *diags;
} fixture;

static int open_folder(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    strcpy(f->folder, "/tmp/thresh-actions-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->mark, sizeof f->mark, "%s/mark", f->folder);
    f->diags = thresh_diags_new();
    assert_int_equal(thresh_actions_open(&f->actions, f->folder, f->diags), THRESH_OK);
    *state = f;
    return 0;
}

static int remove_folder(void **state)
{
    fixture *f = *state;
    char command[128];

    thresh_actions_free(f->actions);
    thresh_diags_free(f->diags);
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static thresh_action_call call_of(const char *key, const char *const *argv)
{
    return (thresh_action_call){ .key = key,
                                 .argv = argv,
                                 .environment = environment,
                                 .body = "{\"level\": \"red\"}\n",
                                 .body_length = 17,
                                 .timeout = LONG };
}

static const thresh_action_run *finish(fixture *f)
{
    const thresh_action_run *run = NULL;

    assert_int_equal(thresh_actions_next(&run, f->actions, LONG, f->diags), THRESH_OK);
    assert_non_null(run);
    return run;
}

static const thresh_action_run *run_script(fixture *f, const char *key, const char *script)
{
    const char *argv[] = { "sh", "-c", script, f->mark, NULL }; /* $0 is the mark */
    thresh_action_call call = call_of(key, argv);

    assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
    return finish(f);
}

static off_t times_run(const fixture *f)
{
    struct stat st;

    return stat(f->mark, &st) == 0 ? st.st_size : 0;
}

static void test_outcomes(void **state)
{
    fixture *f = *state;
    const thresh_action_run *run = run_script(f, "a", "cat; echo $THRESH_LEVEL >&2");

    assert_true(thresh_action_succeeded(run));
    assert_string_equal(run->key, "a");
    assert_string_equal(run->output, "{\"level\": \"red\"}\nred\n");
    assert_int_equal(run->output_total, run->output_length);
    assert_int_equal(thresh_actions_pending(f->actions), 0);

    run = run_script(f, "b", "exit 7");
    assert_int_equal(run->outcome, THRESH_ACTION_EXITED);
    assert_int_equal(run->code, 7);
    assert_false(thresh_action_succeeded(run));

    run = run_script(f, "c", "kill -9 $$");
    assert_int_equal(run->outcome, THRESH_ACTION_SIGNALLED);
    assert_int_equal(run->code, SIGKILL);

    /* its own process group is gone with it, and what it wrote is told */
    {
        const char *argv[] = { "sh", "-c", "echo begins; sleep 600 & sleep 600", NULL };
        thresh_action_call call = call_of("d", argv);
        call.timeout = 0.3;
        assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
        run = finish(f);
        assert_int_equal(run->outcome, THRESH_ACTION_TIMED_OUT);
        assert_string_equal(run->output, "begins\n");
        assert_true(run->seconds >= 0.3 && run->seconds < 10);
    }
    /* one that does not want to end is ended */
    {
        const char *argv[] = { "sh", "-c", "trap '' TERM; while :; do sleep 0.1; done", NULL };
        thresh_action_call call = call_of("e", argv);
        call.timeout = 0.1;
        assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
        assert_int_equal(finish(f)->outcome, THRESH_ACTION_TIMED_OUT);
    }
    {
        const char *argv[] = { "/nonexistent/rollback", NULL };
        thresh_action_call call = call_of("f", argv);
        assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
        run = finish(f);
        assert_int_equal(run->outcome, THRESH_ACTION_NOT_STARTED);
        assert_int_equal(run->code, ENOENT);
    }
    assert_int_equal(thresh_diags_count(f->diags), 0);
}

/* A child that goes on in the background does not hold up the outcome, though it has the output. */
static void test_background(void **state)
{
    fixture *f = *state;
    const thresh_action_run *run = run_script(f, "a", "sleep 30 & echo started");

    assert_true(thresh_action_succeeded(run));
    assert_string_equal(run->output, "started\n");
    assert_true(run->seconds < 10);
}

static void test_much_output(void **state)
{
    fixture *f = *state;
    const thresh_action_run *run =
        run_script(f, "a", "head -c 1000000000 /dev/zero | tr '\\0' x; echo end >&2");

    assert_true(thresh_action_succeeded(run));
    assert_int_equal(run->output_length, THRESH_ACTION_OUTPUT_MAX);
    assert_int_equal(run->output_total, 1000000004);
    assert_int_equal(strlen(run->output), THRESH_ACTION_OUTPUT_MAX);
}

static void test_once(void **state)
{
    fixture *f = *state;

    for (int i = 0; i < 3; i++) {
        const thresh_action_run *run = run_script(f, "incident-1", "printf x >>\"$0\"; echo done");
        assert_true(thresh_action_succeeded(run));
        assert_string_equal(run->output, "done\n"); /* of the one that ran */
        assert_int_equal(times_run(f), 1);
    }
    run_script(f, "incident-2", "printf x >>\"$0\"");
    assert_int_equal(times_run(f), 2);
    assert_int_equal(thresh_action_forget(f->actions, "incident-1", f->diags), THRESH_OK);
    assert_int_equal(thresh_action_forget(f->actions, "incident-1", f->diags), THRESH_OK);
    run_script(f, "incident-1", "printf x >>\"$0\"");
    assert_int_equal(times_run(f), 3);
}

static bool is_third(void *context, const char *key)
{
    return strcmp(key, context) == 0;
}

static bool is_there(const fixture *f, const char *key)
{
    char path[sizeof f->folder + THRESH_ACTION_KEY_MAX + 2];

    snprintf(path, sizeof path, "%s/%s", f->folder, key);
    return access(path, F_OK) == 0;
}

/* Of a source what is newest, what is needed and what still runs stays; and all of another source. */
static void test_tidy(void **state)
{
    enum { CALLS = 8 };
    fixture *f = *state;
    char keys[CALLS][THRESH_ACTION_KEY_MAX + 1], other[THRESH_ACTION_KEY_MAX + 1],
        runs[THRESH_ACTION_KEY_MAX + 1];
    const char *const sleeps[] = { "sleep", "5", NULL };
    struct timespec pause = { .tv_nsec = 15000000 };

    thresh_action_key(runs, "/a/b", "0", "roll");
    thresh_action_call call = call_of(runs, sleeps);
    assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
    nanosleep(&pause, NULL);
    for (int i = 0; i < CALLS; i++) {
        char incident[16];
        const char *argv[] = { "true", NULL };
        snprintf(incident, sizeof incident, "%d", i + 1);
        thresh_action_key(keys[i], "/a/b", incident, "roll");
        call = call_of(keys[i], argv);
        assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
        finish(f);
        nanosleep(&pause, NULL); /* so that one is older */
    }
    thresh_action_key(other, "/a/c", "1", "roll");
    assert_string_not_equal(other, keys[0]);
    run_script(f, other, "true");
    run_script(f, "incident-1", "true");
    assert_int_equal(thresh_actions_tidy(f->actions, "/a/b", 3, is_third, keys[2], f->diags),
                     THRESH_OK);
    for (int i = 0; i < CALLS; i++)
        assert_int_equal(is_there(f, keys[i]), i == 2 || i >= CALLS - 3);
    assert_true(is_there(f, other) && is_there(f, "incident-1") && is_there(f, runs));
    /* what stays is not run again */
    run_script(f, keys[2], "printf x >>\"$0\"");
    assert_int_equal(times_run(f), 0);
    run_script(f, keys[0], "printf x >>\"$0\"");
    assert_int_equal(times_run(f), 1);
}

/* Killed at any moment after the start, and started again: it runs once, and its end is told. */
static void test_killed_starter(void **state)
{
    fixture *f = *state;
    const char *argv[] = { "sh", "-c", "printf x >>\"$0\"; sleep 0.05; echo done", f->mark, NULL };

    for (int i = 0; i < 40; i++) {
        char key[16];
        thresh_action_call call;
        const thresh_action_run *run;
        pid_t child;

        snprintf(key, sizeof key, "k%d", i);
        call = call_of(key, argv);
        child = fork();
        if (child == 0) {
            thresh_action_start(f->actions, &call, NULL);
            pause();
        }
        nanosleep(&(struct timespec){ .tv_nsec = i * 100000L }, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
        run = finish(f);
        assert_true(thresh_action_succeeded(run));
        assert_string_equal(run->output, "done\n");
        assert_int_equal(times_run(f), i + 1);
    }
}

static void test_many_at_once(void **state)
{
    fixture *f = *state;
    const char *argv[] = { "sh", "-c", "printf x >>\"$0\"; sleep 0.2", f->mark, NULL };
    thresh_action_call call = call_of("one", argv);
    int status;

    for (int i = 0; i < 16; i++)
        if (fork() == 0) {
            const thresh_action_run *run = NULL;
            bool well = thresh_action_start(f->actions, &call, NULL) == THRESH_OK
                        && thresh_actions_next(&run, f->actions, LONG, NULL) == THRESH_OK
                        && run != NULL && thresh_action_succeeded(run);
            _exit(well ? 0 : 1);
        }
    for (int i = 0; i < 16; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(times_run(f), 1);
}

/* What a command did whose supervisor was killed is not known: it is said, and not done again. */
static void test_interrupted(void **state)
{
    fixture *f = *state;
    const char *argv[] = { "sh", "-c", "printf x >>\"$0\"; kill -9 $PPID; sleep 1", f->mark, NULL };
    thresh_action_call call = call_of("a", argv);

    for (int i = 0; i < 2; i++) {
        assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
        assert_int_equal(finish(f)->outcome, THRESH_ACTION_INTERRUPTED);
        assert_int_equal(times_run(f), 1);
    }
}

static void test_refused(void **state)
{
    fixture *f = *state;
    static const char *const argv[] = { "true", NULL }, *const nothing[] = { NULL };
    thresh_action_call calls[] = {
        call_of("", argv),    call_of("../a", argv), call_of(".a", argv),
        call_of("a b", argv), call_of("a", NULL),    call_of("a", nothing),
        call_of("a", argv),   call_of("a", argv),    call_of("a", argv),
    };
    thresh_actions *other;

    calls[6].url = "http://localhost/";
    calls[7].timeout = 0;
    calls[8].environment = NULL;
    for (size_t i = 0; i < COUNT(calls); i++) {
        assert_int_equal(thresh_action_start(f->actions, &calls[i], f->diags), THRESH_EINVAL);
        assert_int_equal(thresh_diags_errors(f->diags), i + 1);
    }
    assert_int_equal(thresh_actions_pending(f->actions), 0);
    assert_int_equal(thresh_actions_open(&other, "/dev/null/x", f->diags), THRESH_EIO);
    assert_null(other);
    assert_int_equal(thresh_actions_open(&other, "/dev/null", f->diags), THRESH_EIO);
}

/* A server that gives these answers, a connection each, and ends; what it was sent goes to `mark`.
 * "": it closes without one; "hang": it says nothing, and does not close. */
static pid_t serve(const fixture *f, char url[64], const char *const *answers)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    pid_t child;

    assert_int_equal(bind(listening, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listening, 8), 0);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&address, &size), 0);
    snprintf(url, 64, "http://127.0.0.1:%d/hook", (int)ntohs(address.sin_port));
    if ((child = fork()) != 0) {
        close(listening);
        return child;
    }
    signal(SIGPIPE, SIG_IGN);
    for (; *answers != NULL; answers++) {
        char request[4096] = "";
        size_t used = 0;
        FILE *mark = fopen(f->mark, "a");
        int connection = accept(listening, NULL, NULL);

        while (strstr(request, "\r\n\r\n{") == NULL && used + 1 < sizeof request) {
            ssize_t got = read(connection, request + used, sizeof request - 1 - used);
            if (got <= 0)
                break;
            used += (size_t)got;
        }
        fputs(request, mark);
        fclose(mark);
        if (strcmp(*answers, "hang") == 0)
            continue;
        if (write(connection, *answers, strlen(*answers)) < 0)
            _exit(1);
        close(connection);
    }
    _exit(0);
}

#define ANSWER(status, body)                                                                       \
    "HTTP/1.1 " status "\r\nConnection: close\r\nContent-Length: 2\r\n\r\n" body

static thresh_action_call post_of(const char *key, const char *url)
{
    thresh_action_call call = call_of(key, NULL);

    call.environment = NULL;
    call.url = url;
    call.retries = 3;
    call.backoff = 0.01;
    return call;
}

static const thresh_action_run *post(fixture *f, const char *key, const char *url, double timeout)
{
    thresh_action_call call = post_of(key, url);

    call.timeout = timeout;
    assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
    return finish(f);
}

static void test_posts(void **state)
{
    static const struct {
        const char *answers[6];
        double timeout;
        thresh_action_outcome outcome;
        int code;
        unsigned tries;
    } rows[] = {
        { { ANSWER("200 OK", "ok") }, 30, THRESH_ACTION_ANSWERED, 200, 1 },
        { { ANSWER("503 Busy", "no"), ANSWER("429 Slow", "no"), ANSWER("204 Fine", "ok") },
          30,
          THRESH_ACTION_ANSWERED,
          204,
          3 },
        { { "", ANSWER("200 OK", "ok") }, 30, THRESH_ACTION_ANSWERED, 200, 2 },
        /* what would be refused again is not sent again */
        { { ANSWER("400 Bad", "no") }, 30, THRESH_ACTION_ANSWERED, 400, 1 },
        { { ANSWER("500 A", "no"), ANSWER("500 B", "no"), ANSWER("500 C", "no"),
            ANSWER("500 D", "no") },
          30,
          THRESH_ACTION_ANSWERED,
          500,
          4 },
        { { "hang", ANSWER("200 OK", "ok") }, 3, THRESH_ACTION_ANSWERED, 200, 2 },
        { { "rubbish", "rubbish", "rubbish", "rubbish" }, 30, THRESH_ACTION_UNREACHABLE, 0, 4 },
    };
    fixture *f = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        char url[64], key[8];
        pid_t server = serve(f, url, rows[i].answers);
        const thresh_action_run *run;

        snprintf(key, sizeof key, "p%zu", i);
        run = post(f, key, url, rows[i].timeout);
        assert_int_equal(run->outcome, rows[i].outcome);
        assert_int_equal(run->code, rows[i].code);
        assert_int_equal(run->tries, rows[i].tries);
        kill(server, SIGKILL);
        assert_int_equal(waitpid(server, NULL, 0), server);
    }
}

static void test_post_is_told_apart(void **state)
{
    fixture *f = *state;
    static const char *const answers[] = { ANSWER("200 OK", "ok"), NULL };
    char url[64], sent[4096] = "";
    pid_t server = serve(f, url, answers);
    const thresh_action_run *run = post(f, "incident-7", url, 30);
    FILE *mark;

    assert_true(thresh_action_succeeded(run));
    assert_string_equal(run->output, "ok");
    assert_int_equal(waitpid(server, NULL, 0), server);
    mark = fopen(f->mark, "r");
    assert_true(fread(sent, 1, sizeof sent - 1, mark) > 0);
    fclose(mark);
    assert_non_null(strstr(sent, "POST /hook HTTP/1.1\r\n"));
    assert_non_null(strstr(sent, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(sent, "Idempotency-Key: incident-7\r\n"));
    assert_non_null(strstr(sent, "{\"level\": \"red\"}"));
}

static void test_nobody_listens(void **state)
{
    fixture *f = *state;
    const thresh_action_run *run = post(f, "a", "http://127.0.0.1:1/", 30);

    assert_int_equal(run->outcome, THRESH_ACTION_UNREACHABLE);
    assert_int_equal(run->tries, 4);
    assert_true(run->output_length > 0);
}

/* Killed in the middle of a POST: it is sent again, at least once, under the same key. */
static void test_post_again(void **state)
{
    fixture *f = *state;
    static const char *const answers[] = { "hang", ANSWER("200 OK", "ok"), NULL };
    char url[64], command[160];
    pid_t server = serve(f, url, answers);
    thresh_action_call call = post_of("again", url);

    assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
    for (int i = 0; i < 1000 && times_run(f) == 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 10000000L }, NULL);
    /* its lock tells who the supervisor is */
    snprintf(command, sizeof command, "fuser -k -KILL '%s/again' >/dev/null 2>&1", f->folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(finish(f)->outcome, THRESH_ACTION_INTERRUPTED);
    assert_int_equal(thresh_action_start(f->actions, &call, f->diags), THRESH_OK);
    assert_int_equal(finish(f)->code, 200);
    assert_int_equal(waitpid(server, NULL, 0), server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_outcomes, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_background, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_much_output, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_once, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_killed_starter, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_tidy, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_many_at_once, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_interrupted, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_posts, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_post_is_told_apart, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_nobody_listens, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_post_again, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_refused, open_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
