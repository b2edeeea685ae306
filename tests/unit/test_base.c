/* Numbers, words, units, and the index. */
#include "unit.h"

#include "base/arena.h"
#include "base/decimal.h"
#include "base/words.h"
#include "thresh/base.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void numbers_come_back(void **state)
{
    static const double values[] = { 0,
                                     1,
                                     -1,
                                     0.1,
                                     0.942,
                                     1.0 / 3,
                                     5e-324,
                                     2.2250738585072014e-308,
                                     1.7976931348623157e308,
                                     123456789012345680.0,
                                     9007199254740993.0,
                                     1e21,
                                     1e-7 };
    char text[THRESH_NUMBER_MAX];
    double back;

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        thresh_format_number(text, values[i]);
        assert_true(thresh_parse_number(&back, text, strlen(text)));
        assert_memory_equal(&back, &values[i], sizeof back);
    }
    /* and none of a million bit patterns is lost */
    for (uint64_t i = 0, bits = 1; i < 100000; i++) {
        double value;
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        thresh_format_number(text, value);
        assert_true(thresh_parse_number(&back, text, strlen(text)));
        assert_memory_equal(&back, &value, sizeof back);
    }
}

static void numbers_are_short(void **state)
{
    char text[THRESH_NUMBER_MAX];

    (void)state;
    assert_string_equal(thresh_format_number(text, 0.1), "0.1");
    assert_string_equal(thresh_format_number(text, 0.942), "0.942");
    assert_string_equal(thresh_format_number(text, 42), "42");
    assert_string_equal(thresh_format_number(text, NAN), "NaN");
    assert_string_equal(thresh_format_number(text, INFINITY), "Infinity");
    assert_string_equal(thresh_format_number(text, -INFINITY), "-Infinity");
}

static void what_is_no_number(void **state)
{
    static const char *const wrong[] = { "",    " ",     " 1",   "1 ",      "1x",    "0x10",
                                         "1,5", "1e",    "e5",   "--1",     "+-1",   ".",
                                         "-",   "1.2.3", "nano", "infinit", "1_000", "\xD9\xA1" };
    double value = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (thresh_parse_number(&value, wrong[i], strlen(wrong[i])))
            fail_msg("'%s' was read as %g", wrong[i], value);
    assert_true(value == 7);
    assert_true(thresh_parse_number(&value, "12rest", 2) && value == 12);
    assert_true(thresh_parse_number(&value, "NaN", 3) && isnan(value));
    assert_true(thresh_parse_number(&value, "-inf", 4) && isinf(value) && value < 0);
    assert_true(thresh_parse_number(&value, "1e999", 5) && isinf(value));
}

/* A shape fits a text that has digits and the point where it has them, and no other. */
static void shapes_of_numbers(void **state)
{
    static const char *const all[] = { "0",    "7",      "42",        "12345678",  "0.5", "0.9417",
                                       "29.5", "1011.5", "1.0000000", "1234567.8", "0.0", "10.00" };
    static const char *const none[] = { "-1", "1e5", "123456789", "0.12345678", "12.3456789" };

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        size_t len = strlen(all[i]);
        bool leading = len > 1 && all[i][1] != '.';
        char text[DECIMAL_ROOM + 1], *at;
        decimal_shape shape;
        double value = NAN;

        memset(text, '9', sizeof text); /* what is behind it is none of it */
        memcpy(text, all[i], len);
        decimal_shape_of(&shape, text, text + len);
        assert_int_equal(shape.length, len);
        for (at = text; at < text + len; at++)
            for (int c = 0; c < 256; c++) {
                char before = *at, number[16] = "";
                bool fits = before == '.' ? c == '.' : c >= '0' && c <= '9';

                *at = (char)c;
                fits = fits && !(leading && text[0] == '0');
                assert_int_equal(decimal_alike(&shape, text, &value), fits);
                memcpy(number, text, len);
                if (fits)
                    assert_true(value >= strtod(number, NULL) && value <= strtod(number, NULL));
                *at = before;
            }
    }
    for (size_t i = 0; i < COUNT(none); i++) {
        decimal_shape shape;
        decimal_shape_of(&shape, none[i], none[i] + strlen(none[i]));
        assert_int_equal(shape.length, 0);
    }
}

/* Divisions by powers of ten, near the middle between two doubles as well, where it is left to
 * others. */
static void quotients_are_rounded_once(void **state)
{
    uint64_t drawn = 3;
    size_t left = 0, count = 400000;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        char text[40];
        double value, expected;
        uint64_t mantissa;
        int exponent = -1 - (int)(i % 27);

        drawn = drawn * 6364136223846793005u + 1442695040888963407u;
        mantissa = (drawn ^ drawn >> 29) >> (i / 27 % 60);
        if (i % 5 == 0 && mantissa >> 12 > 0) /* 53 bits, a half, and next to nothing */
            mantissa = ((mantissa >> 11) << 11 | 0x400) + i % 3 - 1;
        if (mantissa == 0)
            continue;
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)mantissa, exponent);
        expected = strtod(text, NULL);
        if (!decimal_divide(&value, mantissa, exponent))
            left++;
        else
            assert_memory_equal(&value, &expected, sizeof value);
    }
    assert_true(left < count / 50);
}

static void numbers_do_not_know_the_locale(void **state)
{
    char text[THRESH_NUMBER_MAX];
    double value = 0;

    (void)state;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "fr_FR.UTF-8") == NULL)
        skip();
    assert_string_equal(thresh_format_number(text, 0.5), "0.5");
    assert_true(thresh_parse_number(&value, "0.5", 3) && value == 0.5);
    assert_false(thresh_parse_number(&value, "0,5", 3));
    setlocale(LC_ALL, "C");
}

static void distances(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = { { "search", "search", 0 },   { "serach", "search", 1 },  { "edge", "egde", 1 },
                 { "acc", "ac", 1 },          { "kitten", "sitting", 3 }, { "", "abc", 3 },
                 { "accuracy", "latency", 4 } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t d = word_distance(rows[i].a, rows[i].b, 3);
        assert_int_equal(d, rows[i].distance > 3 ? 4 : rows[i].distance);
    }
}

static void nearest_words(void **state)
{
    static const char *const words[] = { "search", "speech", "medical" };
    nearest best = NEAREST_INIT, none = NEAREST_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        nearest_offer(&best, "serach", words[i]);
        nearest_offer(&none, "zzzzzz", words[i]);
    }
    assert_string_equal(best.word, "search");
    assert_null(none.word);
}

static void globs(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool match;
    } rows[] = { { "gsm8k/*", "gsm8k/acc", true },
                 { "gsm8k/*", "gsm8/acc", false },
                 { "*", "", true },
                 { "?", "", false },
                 { "*_acc", "val_acc", true },
                 { "*_acc", "val_acc2", false },
                 { "a*b*c", "aXbYc", true },
                 { "a*b*c", "aXcYb", false },
                 { "latency_p??", "latency_p99", true },
                 { "", "", true },
                 { "", "a", false },
                 { "**a", "bba", true } };
    char text[5001];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(glob_match(rows[i].pattern, rows[i].text), rows[i].match);
    /* exponential matchers do not come back from this one */
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(glob_match("a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void units(void **state)
{
    (void)state;
    assert_int_equal(unit_find("MS", 2)->dimension, UNIT_TIME);
    assert_true(unit_find("s", 1)->factor == 1000);
    assert_true(unit_find("MB", 2)->factor == 1e6);
    assert_true(unit_find("MiB", 3)->factor == 1048576);
    assert_int_equal(unit_find("%", 1)->dimension, UNIT_RATIO);
    assert_null(unit_find("parsecs", 7));
    assert_null(unit_find("m", 1));
    assert_null(unit_find("", 0));
}

static bool same_number(const void *context, uint32_t pos, const void *key)
{
    return ((const uint32_t *)context)[pos] == *(const uint32_t *)key;
}

static void index_finds_what_was_added(void **state)
{
    enum { MANY = 20000 };
    uint32_t *values = malloc(MANY * sizeof *values), absent = MANY + 1;
    index_table t = { 0 };

    (void)state;
    assert_non_null(values);
    for (uint32_t i = 0; i < MANY; i++) {
        values[i] = i;
        /* a hash of few values makes long runs */
        assert_true(index_add(&t, i % 97, i));
    }
    for (uint32_t i = 0; i < MANY; i += 7)
        assert_int_equal(index_find(&t, i % 97, same_number, values, &i), i);
    assert_int_equal(index_find(&t, absent % 97, same_number, values, &absent), UINT32_MAX);
    index_free(&t);
    free(values);
}

static void array_sizes_do_not_overflow(void **state)
{
    int *array = NULL;
    size_t capacity = 0;

    (void)state;
    assert_false(array_reserve(&array, &capacity, SIZE_MAX / 2, sizeof *array));
    assert_null(array);
    assert_int_equal(capacity, 0);
    assert_true(array_reserve(&array, &capacity, 3, sizeof *array));
    assert_true(capacity >= 3);
    free(array);
}

static void arena_fails_once_and_for_all(void **state)
{
    arena a = ARENA_INIT;

    (void)state;
    assert_string_equal(arena_printf(&a, "%s-%d", "x", 3), "x-3");
    assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
    assert_false(a.failed);
    assert_null(arena_alloc(&a, SIZE_MAX - 8));
    assert_true(a.failed);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(shapes_of_numbers),
        cmocka_unit_test(quotients_are_rounded_once),
        cmocka_unit_test(numbers_do_not_know_the_locale),
        cmocka_unit_test(distances),
        cmocka_unit_test(nearest_words),
        cmocka_unit_test(globs),
        cmocka_unit_test(units),
        cmocka_unit_test(index_finds_what_was_added),
        cmocka_unit_test(array_sizes_do_not_overflow),
        cmocka_unit_test(arena_fails_once_and_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
