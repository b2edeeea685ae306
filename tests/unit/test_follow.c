/* Files that grow, are rotated, truncated and written anew; and where reading goes on. */
#include "unit.h"

#include <thresh/follow.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char folder[64], path[96], rotated[96];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/thresh-follow-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/app.log", folder);
    snprintf(rotated, sizeof rotated, "%s/app.log.1", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    unlink(rotated);
    return rmdir(folder);
}

static void put(const char *name, const char *mode, const char *text)
{
    FILE *file = fopen(name, mode);

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* All that is there, with | for a cut, up to the end ("$") or until it gives nothing `waits` times
 * in succession. */
static const char *read_all(thresh_follow *f, size_t waits)
{
    static char text[1 << 16];
    size_t len = 0;

    while (waits > 0) {
        thresh_followed what;
        const char *bytes;
        size_t n;

        assert_int_equal(thresh_follow_read(f, &what, &bytes, &n), THRESH_OK);
        assert_int_equal(n > 0, what == THRESH_FOLLOWED_BYTES);
        memcpy(text + len, bytes, n);
        len += n;
        if (what == THRESH_FOLLOWED_CUT)
            text[len++] = '|';
        if (what == THRESH_FOLLOWED_END) {
            text[len++] = '$';
            break;
        }
        waits -= what == THRESH_FOLLOWED_WAIT;
    }
    text[len] = '\0';
    return text;
}

static thresh_follow *open_at(bool follow, const thresh_position *from)
{
    thresh_follow *f = NULL;

    assert_int_equal(thresh_follow_open(&f, path, NULL, follow, from, NULL), THRESH_OK);
    return f;
}

static void whole_file(void **state)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_follow *f;

    (void)state;
    assert_int_equal(thresh_follow_open(&f, path, NULL, false, NULL, diags), THRESH_EIO);
    assert_string_equal(thresh_diags_at(diags, 0)->text, "cannot open: No such file or directory");
    assert_int_equal(thresh_follow_open(&f, folder, NULL, false, NULL, diags), THRESH_EIO);
    put(path, "w", "one\ntwo");
    f = open_at(false, NULL);
    assert_string_equal(read_all(f, 1), "one\ntwo$");
    thresh_follow_free(f);
    thresh_follow_free(NULL);
    thresh_diags_free(diags);
}

static void grows(void **state)
{
    thresh_follow *f = open_at(true, NULL);

    (void)state;
    assert_string_equal(read_all(f, 2), "");
    put(path, "w", "on");
    assert_string_equal(read_all(f, 1), "on");
    put(path, "a", "e\nt");
    assert_string_equal(read_all(f, 2), "e\nt");
    put(path, "a", "wo\n");
    assert_string_equal(read_all(f, 2), "wo\n");
    thresh_follow_wait(f, 1);
    thresh_follow_free(f);
}

static void rotation(void **state)
{
    thresh_follow *f;
    FILE *writer;

    (void)state;
    put(path, "w", "one\n");
    f = open_at(true, NULL);
    assert_string_equal(read_all(f, 1), "one\n");
    /* the writer still has the old one open when the new one is there */
    writer = fopen(path, "a");
    assert_int_equal(rename(path, rotated), 0);
    assert_string_equal(read_all(f, 1), "");
    put(path, "w", "");
    assert_string_equal(read_all(f, 3), "");
    fputs("two\n", writer);
    fflush(writer);
    assert_string_equal(read_all(f, 1), "two\n");
    put(path, "a", "four\n");
    assert_string_equal(read_all(f, 1), "");
    fputs("three\n", writer);
    fclose(writer);
    assert_string_equal(read_all(f, 3), "three\n|four\n");
    put(path, "a", "five\n");
    assert_string_equal(read_all(f, 1), "five\n");
    /* one that is gone for a while */
    unlink(path);
    assert_string_equal(read_all(f, 3), "");
    put(path, "w", "six\n");
    assert_string_equal(read_all(f, 3), "|six\n");
    thresh_follow_free(f);
}

static void truncation(void **state)
{
    thresh_follow *f;

    (void)state;
    put(path, "w", "one\ntwo\n");
    f = open_at(true, NULL);
    assert_string_equal(read_all(f, 1), "one\ntwo\n");
    put(path, "w", "three\n");
    assert_string_equal(read_all(f, 1), "|three\n");
    /* longer than before, which its size does not tell */
    put(path, "w", "four\nfive\nsix\n");
    assert_string_equal(read_all(f, 1), "|four\nfive\nsix\n");
    put(path, "w", "");
    assert_string_equal(read_all(f, 2), "|");
    put(path, "a", "seven\n");
    assert_string_equal(read_all(f, 1), "seven\n");
    thresh_follow_free(f);
}

static void goes_on(void **state)
{
    thresh_follow *f;
    thresh_position place, later;
    thresh_diags *diags = thresh_diags_new();
    char big[5000];

    (void)state;
    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = '\0';
    put(path, "w", big);
    f = open_at(false, NULL);
    assert_int_equal(strlen(read_all(f, 1)), sizeof big);
    place = thresh_follow_position(f);
    assert_int_equal(place.offset, sizeof big - 1);
    thresh_follow_free(f);

    /* more of the same */
    put(path, "a", "more");
    f = open_at(true, &place);
    assert_string_equal(read_all(f, 1), "more");
    later = thresh_follow_position(f);
    thresh_follow_free(f);
    /* rotated since */
    put(path, "a", "rest");
    assert_int_equal(rename(path, rotated), 0);
    f = open_at(true, &later);
    assert_string_equal(read_all(f, 1), "rest");
    put(path, "w", "new");
    assert_string_equal(read_all(f, 3), "|new");
    thresh_follow_free(f);
    f = open_at(true, &later);
    assert_string_equal(read_all(f, 3), "rest|new");
    thresh_follow_free(f);
    /* the same content in another file, as on another machine */
    unlink(path);
    put(path, "w", big);
    put(path, "a", "moved");
    unlink(rotated);
    f = open_at(true, &place);
    assert_string_equal(read_all(f, 1), "moved");
    thresh_follow_free(f);
    /* the same file with another content */
    big[sizeof big - 2] = 'y';
    put(path, "w", big);
    assert_int_equal(thresh_follow_open(&f, path, NULL, false, &place, diags), THRESH_OK);
    assert_int_equal(strlen(read_all(f, 1)), sizeof big - 1 + 2);
    assert_int_equal(thresh_diags_count(diags), 1);
    thresh_follow_free(f);
    /* before the first byte */
    put(path, "w", "a");
    f = open_at(true, NULL);
    place = thresh_follow_position(f);
    thresh_follow_free(f);
    assert_int_equal(rename(path, rotated), 0);
    put(path, "w", "b");
    f = open_at(true, &place);
    assert_string_equal(read_all(f, 3), "a|b");
    thresh_follow_free(f);
    /* nothing there any more */
    unlink(rotated);
    unlink(path);
    f = open_at(true, &later);
    assert_string_equal(read_all(f, 1), "|");
    put(path, "w", "c");
    assert_string_equal(read_all(f, 1), "c");
    thresh_follow_free(f);
    thresh_diags_free(diags);
}

static void packed(void **state)
{
    gzFile z = gzopen(path, "wb");
    thresh_follow *f;
    thresh_position place, half;
    thresh_followed what;
    const char *bytes;
    size_t len, all = 0;

    (void)state;
    for (size_t i = 0; i < 100000; i++)
        gzprintf(z, "line %zu\n", i);
    gzclose(z);
    f = open_at(false, NULL);
    assert_int_equal(thresh_follow_read(f, &what, &bytes, &len), THRESH_OK);
    all = len;
    half = thresh_follow_position(f);
    assert_int_equal(half.offset, len);
    do {
        assert_int_equal(thresh_follow_read(f, &what, &bytes, &len), THRESH_OK);
        all += len;
    } while (what == THRESH_FOLLOWED_BYTES);
    place = thresh_follow_position(f);
    assert_int_equal(place.offset, all);
    assert_int_equal(all, 100000 * 6 + 10 + 90 * 2 + 900 * 3 + 9000 * 4 + 90000 * 5);
    thresh_follow_free(f);
    f = open_at(false, &half);
    assert_int_equal(thresh_follow_read(f, &what, &bytes, &len), THRESH_OK);
    assert_int_equal(what, THRESH_FOLLOWED_BYTES);
    assert_int_equal(thresh_follow_position(f).offset, half.offset + len);
    thresh_follow_free(f);
    f = open_at(false, &place);
    assert_int_equal(thresh_follow_read(f, &what, &bytes, &len), THRESH_OK);
    assert_int_equal(what, THRESH_FOLLOWED_END);
    thresh_follow_free(f);
    place.hash++;
    f = open_at(false, &place);
    assert_int_equal(thresh_follow_read(f, &what, &bytes, &len), THRESH_OK);
    assert_int_equal(what, THRESH_FOLLOWED_CUT);
    thresh_follow_free(f);
}

/* Rotated while nobody read it, and packed at once, as logrotate does. */
static void rotated_and_packed(void **state)
{
    char packed_name[128];
    thresh_diags *diags = thresh_diags_new();
    thresh_position place;
    thresh_follow *f;
    gzFile gz;

    (void)state;
    snprintf(packed_name, sizeof packed_name, "%s.1.gz", path);
    put(path, "w", "one\n");
    f = open_at(true, NULL);
    assert_string_equal(read_all(f, 1), "one\n");
    place = thresh_follow_position(f);
    thresh_follow_free(f);
    gz = gzopen(packed_name, "w");
    assert_non_null(gz);
    gzputs(gz, "one\ntwo\n");
    gzclose(gz);
    put(rotated, "w", "three\n"); /* the old file has another inode than this one */
    assert_int_equal(rename(rotated, path), 0);
    for (int follow = 0; follow < 2; follow++) {
        assert_int_equal(thresh_follow_open(&f, path, NULL, follow, &place, diags), THRESH_OK);
        assert_string_equal(read_all(f, 2), follow ? "two\n|three\n" : "two\n|three\n$");
        thresh_follow_free(f);
    }
    assert_int_equal(thresh_diags_count(diags), 0);
    unlink(packed_name);
    /* not to be found */
    assert_int_equal(thresh_follow_open(&f, path, NULL, true, &place, diags), THRESH_OK);
    assert_string_equal(read_all(f, 2), "|three\n");
    assert_non_null(strstr(thresh_diags_at(diags, 0)->text, "may be lost"));
    thresh_follow_free(f);
    thresh_diags_free(diags);
}

/* A place of which nothing was read yet is one all the same; and who does not wait for more goes on
 * with the next file, too. */
static void rotated_at_once(void **state)
{
    thresh_diags *diags = thresh_diags_new();
    thresh_position place;
    thresh_follow *f;

    (void)state;
    put(path, "w", "one\n");
    f = open_at(true, NULL);
    place = thresh_follow_position(f);
    thresh_follow_free(f);
    assert_int_equal(rename(path, rotated), 0);
    put(path, "w", "two\n");
    assert_int_equal(thresh_follow_open(&f, path, NULL, false, &place, diags), THRESH_OK);
    assert_string_equal(read_all(f, 1), "one\n|two\n$");
    thresh_follow_free(f);
    assert_int_equal(thresh_diags_count(diags), 0);
    put(rotated, "w", "");
    place.inode = 1; /* no file */
    assert_int_equal(thresh_follow_open(&f, path, NULL, true, &place, diags), THRESH_OK);
    assert_string_equal(read_all(f, 2), "|two\n");
    assert_int_equal(thresh_diags_count(diags), 1);
    thresh_follow_free(f);
    thresh_diags_free(diags);
}

static void pipes(void **state)
{
    thresh_follow *f;
    int ends[2], writer;
    FILE *in;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    in = fdopen(ends[0], "r");
    assert_int_equal(thresh_follow_open(&f, "-", in, true, NULL, NULL), THRESH_OK);
    assert_string_equal(read_all(f, 1), "");
    assert_int_equal(write(ends[1], "one\n", 4), 4);
    thresh_follow_wait(f, 60000); /* returns at once */
    assert_string_equal(read_all(f, 1), "one\n");
    close(ends[1]);
    assert_string_equal(read_all(f, 1), "$");
    assert_int_equal(thresh_follow_position(f).inode, 0);
    thresh_follow_free(f);
    fclose(in);

    /* a named one outlives its writers */
    assert_int_equal(mkfifo(path, 0600), 0);
    f = open_at(true, NULL);
    assert_string_equal(read_all(f, 2), "");
    writer = open(path, O_WRONLY);
    assert_int_equal(write(writer, "one\n", 4), 4);
    close(writer);
    assert_string_equal(read_all(f, 2), "one\n");
    thresh_follow_wait(f, 1);
    writer = open(path, O_WRONLY);
    assert_int_equal(write(writer, "two\n", 4), 4);
    close(writer);
    assert_string_equal(read_all(f, 2), "two\n");
    thresh_follow_free(f);
}

/* What there is now, into `text`; 'C' for a cut. */
static size_t take_some(thresh_follow *f, char *text, size_t reads)
{
    size_t len = 0;

    for (size_t i = 0; i < reads; i++) {
        thresh_followed what;
        const char *bytes;
        size_t n;

        assert_int_equal(thresh_follow_read(f, &what, &bytes, &n), THRESH_OK);
        memcpy(text + len, bytes, n);
        len += n;
        if (what == THRESH_FOLLOWED_CUT)
            text[len++] = 'C';
    }
    return len;
}

/* Appended, rotated, truncated and restarted in any order: each byte comes once, and a cut between
 * two files. A rotation or a truncation comes when the reader has seen the end, for what comes
 * before is lost to anybody. */
static void any_order(void **state)
{
    static char written[1 << 18], got[1 << 18];
    size_t wrote = 0, len = 0;
    uint64_t drawn = 7;
    thresh_follow *f = NULL;
    thresh_position place = { 0 };
    bool rotated_once = false; /* since the reader was at the end of the newest */

    (void)state;
    put(path, "w", "");
    f = open_at(true, NULL);
    for (size_t i = 0; i < 6000; i++) {
        char piece[40];

        drawn = drawn * 6364136223846793005u + 1442695040888963407u;
        switch (drawn >> 33 & 15) {
        case 0: /* rename, and a new one that is not empty */
        case 1: /* copied and truncated, and written anew */
            len += take_some(f, got + len, 5);
            if (rotated_once) {
                rotated_once = false;
                break;
            }
            if ((drawn >> 33 & 15) == 0)
                assert_int_equal(rename(path, rotated), 0);
            else if (thresh_follow_position(f).offset == 0)
                break; /* nobody can tell an empty file from one that was emptied */
            put(path, "w", "");
            written[wrote++] = 'C';
            rotated_once = true;
            snprintf(piece, sizeof piece, "first of %zu\n", i);
            put(path, "a", piece);
            wrote += (size_t)sprintf(written + wrote, "%s", piece);
            break;
        case 2: /* a restart */
            place = thresh_follow_position(f);
            thresh_follow_free(f);
            f = open_at(true, place.inode == 0 ? NULL : &place);
            break;
        case 3:
        case 4:
        case 5:
            len += take_some(f, got + len, 1 + (drawn >> 40) % 3);
            break;
        default:
            snprintf(piece, sizeof piece, "%zu%s", i, (drawn >> 41 & 1) != 0 ? "\n" : ",");
            put(path, "a", piece);
            wrote += (size_t)sprintf(written + wrote, "%s", piece);
        }
        assert_true(wrote + 100 < sizeof written);
    }
    len += take_some(f, got + len, 10);
    thresh_follow_free(f);
    written[wrote] = got[len] = '\0';
    for (size_t i = 0; i <= wrote; i++)
        if (got[i] != written[i])
            fail_msg("from byte %zu: '%.60s' instead of '%.60s'", i, got + (i > 20 ? i - 20 : 0),
                     written + (i > 20 ? i - 20 : 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(grows, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(rotation, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(rotated_and_packed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(rotated_at_once, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(truncation, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(goes_on, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(packed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(any_order, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(pipes, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
