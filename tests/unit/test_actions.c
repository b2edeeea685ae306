/* Commands that an alert sets going: run once for each key, whoever is killed. */
#include "unit.h"

#include "thresh/actions.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_outcomes, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_background, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_much_output, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_once, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_killed_starter, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_many_at_once, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_interrupted, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_refused, open_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
