/* The store: checkpoints and alerts, and databases that are in the way. */
#include "thresh/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static char folder[32], path[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test_store.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    char journal[160];

    (void)state;
    snprintf(journal, sizeof journal, "%s-journal", path);
    unlink(journal);
    unlink(path);
    return rmdir(folder);
}

static thresh_store *open_it(void)
{
    thresh_store *s = NULL;

    assert_int_equal(thresh_store_open(&s, path, NULL), THRESH_OK);
    return s;
}

static void write_file(const char *text, size_t len)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

/* The message of a store that cannot be opened. */
static void assert_refused(thresh_status status, const char *text)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_store *s = NULL;

    assert_int_equal(thresh_store_open(&s, path, diags), status);
    assert_null(s);
    assert_int_equal(thresh_diags_count(diags), 1);
    assert_non_null(strstr(thresh_diags_at(diags, 0)->text, text));
    thresh_diags_free(diags);
}

static void assert_state(thresh_store *s, const char *key, const char *wanted,
                         uint64_t wanted_version)
{
    void *state = NULL;
    size_t len = 0;
    uint64_t version = 0;

    assert_int_equal(thresh_checkpoint_get(s, key, &state, &len, &version, NULL), THRESH_OK);
    assert_int_equal(len, strlen(wanted));
    assert_memory_equal(state, wanted, len);
    assert_int_equal(version, wanted_version);
    free(state);
}

static void checkpoint_comes_back(void **state)
{
    thresh_store *s = open_it();
    void *bytes = NULL;
    size_t len;
    uint64_t version = 0;

    (void)state;
    assert_int_equal(thresh_checkpoint_get(s, "a", &bytes, &len, NULL, NULL), THRESH_ENOENT);
    assert_int_equal(thresh_checkpoint_put(s, "a", "one", 3, NULL, 0, &version, NULL), THRESH_OK);
    assert_int_equal(version, 1);
    assert_int_equal(thresh_checkpoint_put(s, "a", "second", 6, NULL, 0, &version, NULL),
                     THRESH_OK);
    assert_int_equal(thresh_checkpoint_put(s, "b", "", 0, NULL, 0, NULL, NULL), THRESH_OK);
    thresh_store_close(s);
    s = open_it();
    assert_state(s, "a", "second", 2);
    assert_state(s, "b", "", 1);
    thresh_store_close(s);
}

static void the_second_of_two_is_told(void **state)
{
    thresh_store *one = open_it(), *other = open_it();
    thresh_diags *diags = thresh_diags_new();
    uint64_t known = 0, late = 0;

    (void)state;
    assert_int_equal(thresh_checkpoint_put(one, "a", "1", 1, NULL, 0, &known, NULL), THRESH_OK);
    assert_int_equal(thresh_checkpoint_put(other, "a", "2", 1, NULL, 0, &late, diags),
                     THRESH_ECONFLICT);
    assert_int_equal(late, 0);
    assert_non_null(strstr(thresh_diags_at(diags, 0)->text, "another process"));
    late = 7;
    assert_int_equal(thresh_checkpoint_put(other, "a", "2", 1, NULL, 0, &late, NULL),
                     THRESH_ECONFLICT);
    assert_state(other, "a", "1", 1);
    thresh_diags_free(diags);
    thresh_store_close(one);
    thresh_store_close(other);
}

static thresh_status note_alert(void *context, const thresh_kept_alert *alert)
{
    char *to = context;

    snprintf(to + strlen(to), 200 - strlen(to), "%s %.*s\n", alert->id, (int)alert->len,
             alert->text);
    return THRESH_OK;
}

static void alerts_are_kept_once(void **state)
{
    const thresh_kept_alert alerts[] = { { .id = "x", .text = "red", .len = 3 },
                                         { .id = "y", .text = "orange", .len = 6 } };
    thresh_store *s = open_it();
    char seen[200] = "";
    uint64_t stale = 9;

    (void)state;
    assert_int_equal(thresh_checkpoint_put(s, "a", "1", 1, alerts, 1, NULL, NULL), THRESH_OK);
    /* a replay gives the first again; the state that is refused takes its alerts along */
    assert_int_equal(thresh_checkpoint_put(s, "b", "1", 1, alerts, 2, &stale, NULL),
                     THRESH_ECONFLICT);
    assert_int_equal(thresh_checkpoint_put(s, "a", "2", 1, alerts, 2, NULL, NULL), THRESH_OK);
    assert_int_equal(thresh_alerts_each(s, "a", 0, note_alert, seen, NULL), THRESH_OK);
    assert_int_equal(thresh_alerts_each(s, "b", 0, note_alert, seen, NULL), THRESH_OK);
    assert_string_equal(seen, "x red\ny orange\n");
    seen[0] = '\0';
    assert_int_equal(thresh_alerts_each(s, "a", 1, note_alert, seen, NULL), THRESH_OK);
    assert_string_equal(seen, "y orange\n");
    thresh_store_close(s);
}

static void nothing_is_overwritten(void **state)
{
    static const char text[] = "a file of somebody, that is no database\n";
    char got[sizeof text] = "", command[300];
    FILE *f;

    (void)state;
    write_file(text, strlen(text));
    assert_refused(THRESH_EFORMAT, "not a database of SQLite");
    f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(got, 1, sizeof got, f), strlen(text));
    fclose(f);
    assert_string_equal(got, text);
    assert_int_equal(truncate(path, 0), 0);
    thresh_store_close(open_it());
    snprintf(command, sizeof command, "head -c 2000 %s > %s.part && mv %s.part %s", path, path,
             path, path);
    assert_int_equal(system(command), 0);
    assert_refused(THRESH_EFORMAT, "damaged");
    unlink(path);
    snprintf(path, sizeof path, "%s/none/store.db", folder);
    assert_refused(THRESH_EIO, "No such file or directory");
    snprintf(path, sizeof path, "%s/store.db", folder);
    thresh_store *s = NULL;
    assert_int_equal(thresh_store_open_read(&s, path, NULL), THRESH_ENOENT);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(thresh_store_open(&s, "", NULL), THRESH_EINVAL);
    assert_int_equal(thresh_store_open(&s, "mysql://x/y", NULL), THRESH_EINVAL);
}

static void passwords_are_not_shown(void **state)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_store *s = NULL;

    (void)state;
    assert_int_equal(
        thresh_store_open(&s, "postgresql://ci:secret@127.0.0.1:1/log?sslpassword=hidden", diags),
        THRESH_EIO);
    assert_string_equal(thresh_diags_at(diags, 0)->file, "postgresql://ci@127.0.0.1:1/log");
    assert_null(strstr(thresh_diags_at(diags, 0)->text, "secret"));
    thresh_diags_free(diags);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = { TEST(checkpoint_comes_back),
                                        TEST(the_second_of_two_is_told), TEST(alerts_are_kept_once),
                                        TEST(nothing_is_overwritten),
                                        TEST(passwords_are_not_shown) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
