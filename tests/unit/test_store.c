/* The store: checkpoints and alerts, and databases that are in the way. */
#include "thresh/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static char folder[32], path[64];
static const char *url; /* of a server of PostgreSQL, in the place of the file */

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

    assert_int_equal(thresh_store_open(&s, url != NULL ? url : path, NULL), THRESH_OK);
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
    assert_int_equal(thresh_checkpoint_put(one, "c", "1", 1, NULL, 0, &known, NULL), THRESH_OK);
    assert_int_equal(thresh_checkpoint_put(other, "c", "2", 1, NULL, 0, &late, diags),
                     THRESH_ECONFLICT);
    assert_int_equal(late, 0);
    assert_non_null(strstr(thresh_diags_at(diags, 0)->text, "another process"));
    late = 7;
    assert_int_equal(thresh_checkpoint_put(other, "c", "2", 1, NULL, 0, &late, NULL),
                     THRESH_ECONFLICT);
    assert_state(other, "c", "1", 1);
    thresh_diags_free(diags);
    thresh_store_close(one);
    thresh_store_close(other);
}

static int64_t first; /* number of the alert x */

static thresh_status note_alert(void *context, const thresh_kept_alert *alert)
{
    char *to = context;

    if (strcmp(alert->id, "x") == 0)
        first = alert->number;

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
    assert_int_equal(thresh_checkpoint_put(s, "d", "1", 1, alerts, 1, NULL, NULL), THRESH_OK);
    /* a replay gives the first again; the state that is refused takes its alerts along */
    assert_int_equal(thresh_checkpoint_put(s, "e", "1", 1, alerts, 2, &stale, NULL),
                     THRESH_ECONFLICT);
    assert_int_equal(thresh_checkpoint_put(s, "d", "2", 1, alerts, 2, NULL, NULL), THRESH_OK);
    assert_int_equal(thresh_alerts_each(s, "d", 0, note_alert, seen, NULL), THRESH_OK);
    assert_int_equal(thresh_alerts_each(s, "e", 0, note_alert, seen, NULL), THRESH_OK);
    assert_string_equal(seen, "x red\ny orange\n");
    seen[0] = '\0';
    assert_int_equal(thresh_alerts_each(s, "d", first, note_alert, seen, NULL), THRESH_OK);
    assert_string_equal(seen, "y orange\n");
    thresh_store_close(s);
}

static void an_alert_may_have_a_key_of_its_own(void **state)
{
    const thresh_kept_alert alerts[] = { { .id = "x", .text = "red", .len = 3 },
                                         { .id = "x", .text = "packed", .len = 6, .key = "g" } };
    thresh_store *s = open_it();
    char seen[200] = "";

    (void)state;
    assert_int_equal(thresh_checkpoint_put(s, "f", "1", 1, alerts, 2, NULL, NULL), THRESH_OK);
    assert_int_equal(thresh_alerts_each(s, "g", 0, note_alert, seen, NULL), THRESH_OK);
    assert_int_equal(thresh_alerts_each(s, "f", 0, note_alert, seen, NULL), THRESH_OK);
    assert_string_equal(seen, "x packed\nx red\n");
    thresh_store_close(s);
}

/* --- entries that wait --- */

static thresh_status count_entry(void *context, const thresh_log_entry *entry)
{
    (void)entry;
    ++*(int *)context;
    return THRESH_OK;
}

static int entries_in(thresh_store *s)
{
    int count = 0;

    assert_int_equal(thresh_log_each(s, NULL, count_entry, &count, NULL), THRESH_OK);
    return count;
}

/* Packs an entry of one file, whose content is in the log, and in no file. */
static void pack_one(thresh_store *s, void **bytes, size_t *len)
{
    const char *const command[] = { "monitor", "", "\"\xC3\xA9\"" };
    thresh_log_file file = { .role = "profile",
                             .asked = "p",
                             .axis = "",
                             .path = "/none/p.yaml",
                             .bytes = "name: p\n",
                             .size = 8 };
    thresh_log_entry e = { .time = "2026-11-25T04:12:48.123456Z",
                           .kind = "monitor",
                           .verdict = "red",
                           .exit_code = 1,
                           .who = "w",
                           .host = "h",
                           .folder = "/f",
                           .revision = "",
                           .version = "0",
                           .command = command,
                           .command_count = 3,
                           .files = &file,
                           .file_count = 1,
                           .document = { .path = "", .bytes = "{}\n", .size = 3 } };

    assert_int_equal(thresh_log_keep(s, &file, 1, NULL), THRESH_OK);
    file.bytes = NULL;
    assert_int_equal(thresh_log_pack(bytes, len, &e), THRESH_OK);
}

static void a_packed_entry_comes_once(void **state)
{
    thresh_store *s = open_it();
    int before = entries_in(s);
    thresh_log_entry *e = NULL;
    thresh_log_check check;
    void *bytes = NULL;
    size_t len = 0;
    char id[40];

    (void)state;
    snprintf(id, sizeof id, "one %d", before); /* a server has them of the time before */
    pack_one(s, &bytes, &len);
    assert_int_equal(entries_in(s), before);
    for (int i = 0; i < 3; i++)
        assert_int_equal(thresh_log_append_packed(s, id, bytes, len, NULL), THRESH_OK);
    assert_int_equal(entries_in(s), before + 1);
    assert_int_equal(thresh_log_get(&e, s, 0, NULL), THRESH_OK);
    assert_string_equal(e->verdict, "red");
    assert_string_equal(e->time, "2026-11-25T04:12:48.123456Z");
    assert_int_equal(e->command_count, 3);
    assert_string_equal(e->command[2], "\"\xC3\xA9\"");
    assert_string_equal(e->files[0].path, "/none/p.yaml");
    assert_int_equal(e->files[0].size, 8);
    thresh_log_entry_free(e);
    assert_int_equal(thresh_log_verify(s, NULL, &check, NULL), THRESH_OK);
    assert_int_equal(check.fault, THRESH_LOG_HOLDS);
    free(bytes);
    thresh_store_close(s);
}

static void what_is_no_packed_entry_is_refused(void **state)
{
    thresh_store *s = open_it();
    thresh_diags *diags = thresh_diags_new();
    void *bytes = NULL;
    size_t len = 0;

    (void)state;
    pack_one(s, &bytes, &len);
    for (size_t cut = 0; cut < len; cut++)
        assert_int_equal(thresh_log_append_packed(s, "cut", bytes, cut, NULL), THRESH_EFORMAT);
    assert_int_equal(thresh_log_append_packed(s, "cut", "LOG2", 4, diags), THRESH_EFORMAT);
    assert_non_null(strstr(thresh_diags_at(diags, 0)->text, "damaged"));
    assert_int_equal(entries_in(s), 0);
    thresh_diags_free(diags);
    free(bytes);
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

/* usage: test_store [URL] */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { TEST(checkpoint_comes_back),
                                        TEST(the_second_of_two_is_told), TEST(alerts_are_kept_once),
                                        TEST(an_alert_may_have_a_key_of_its_own),
                                        TEST(a_packed_entry_comes_once),
                                        TEST(what_is_no_packed_entry_is_refused),
                                        TEST(nothing_is_overwritten),
                                        TEST(passwords_are_not_shown) };
    const struct CMUnitTest of_server[] = { TEST(checkpoint_comes_back),
                                            TEST(the_second_of_two_is_told),
                                            TEST(alerts_are_kept_once),
                                            TEST(an_alert_may_have_a_key_of_its_own),
                                            TEST(a_packed_entry_comes_once) };

    url = argc > 1 ? argv[1] : NULL;
    return url != NULL ? cmocka_run_group_tests(of_server, NULL, NULL)
                       : cmocka_run_group_tests(tests, NULL, NULL);
}
