/* The stream of events: rows come out the same however the bytes are cut, and nothing is lost that
 * is not counted. */
#include "unit.h"

#include <thresh/events.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DUMP = 1 << 20 };

/* Rows as text: "LINE ts=…: scope/name=value …" */
typedef struct dump {
    thresh_events *events;
    char text[DUMP];
    size_t len;
    size_t fail_after; /* rows; 0: never */
} dump;

static thresh_status take(void *context, const thresh_event *event)
{
    dump *d = context;

    d->len +=
        (size_t)snprintf(d->text + d->len, DUMP - d->len, "%llu", (unsigned long long)event->line);
    if (event->ts != THRESH_NO_TIME)
        d->len += (size_t)snprintf(d->text + d->len, DUMP - d->len, " @%lld", (long long)event->ts);
    if (event->moved)
        d->len += (size_t)snprintf(d->text + d->len, DUMP - d->len, " moved");
    if (event->id != NULL)
        d->len += (size_t)snprintf(d->text + d->len, DUMP - d->len, " #%.*s", (int)event->id_len,
                                   event->id);
    for (size_t i = 0; i < event->count; i++) {
        thresh_series s = thresh_events_series(d->events, event->readings[i].series);
        d->len += (size_t)snprintf(d->text + d->len, DUMP - d->len, " %s%s%s=%.17g", s.scope,
                                   s.scope[0] == '\0' ? "" : ":", s.name, event->readings[i].value);
    }
    d->len += (size_t)snprintf(d->text + d->len, DUMP - d->len, "\n");
    assert_true(d->len < DUMP);
    return d->fail_after > 0 && --d->fail_after == 0 ? THRESH_EINVAL : THRESH_OK;
}

static thresh_diags *diags;
static thresh_events_counts counts;

/* The rows of an input, fed in pieces of `piece` bytes; each in memory of its own, so that the
 * sanitizers see who reads past it. */
static const char *rows_in(const char *text, size_t len, const thresh_events_options *options,
                           size_t piece)
{
    static dump d;

    thresh_diags_free(diags);
    diags = thresh_diags_new();
    d.len = 0;
    d.text[0] = '\0';
    d.fail_after = 0;
    assert_int_equal(thresh_events_new(&d.events, options, diags), THRESH_OK);
    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        char *copy = malloc(n);
        memcpy(copy, text + at, n);
        assert_int_equal(thresh_events_feed(d.events, copy, n, take, &d), THRESH_OK);
        free(copy);
    }
    assert_int_equal(thresh_events_end(d.events, take, &d), THRESH_OK);
    counts = *thresh_events_counted(d.events);
    thresh_events_free(d.events);
    assert_int_equal(counts.bytes, len);
    return d.text;
}

static const char *rows(const char *text, const thresh_events_options *options)
{
    return rows_in(text, strlen(text), options, SIZE_MAX);
}

static const char *message(size_t i)
{
    static char text[512];

    if (i >= thresh_diags_count(diags))
        return "";
    const thresh_diag *d = thresh_diags_at(diags, i);
    snprintf(text, sizeof text, "%u:%u: %s", d->line, d->column, d->text);
    return text;
}

static void wide_and_long(void **state)
{
    (void)state;
    assert_string_equal(
        rows("{\"ts\": 1795579200, \"accuracy\": 0.93, \"latency_ms\": 31, \"ok\": true}\n"
             "{\"ts\": \"2026-11-25T04:00:01.5Z\", \"metric\": \"accuracy\", \"value\": 0.5}\n"
             "{\"value\": 7, \"scope\": \"class=cat\", \"metric\": \"accuracy\"}\n"
             "{\"slice\": \"class=cat\", \"accuracy\": 1, \"p\": {\"q\": {\"r\": 2}, \"s\": 3}, "
             "\"z\": 4}\n",
             NULL),
        "1 @1795579200000000 accuracy=0.93000000000000005 latency_ms=31 ok=1\n"
        "2 @1795579201500000 accuracy=0.5\n"
        "3 class=cat:accuracy=7\n"
        "4 class=cat:accuracy=1 class=cat:p/q/r=2 class=cat:p/s=3 class=cat:z=4\n");
    assert_int_equal(counts.rows, 4);
    assert_int_equal(counts.readings, 9);
    assert_int_equal(counts.timeless, 2);
    assert_int_equal(thresh_diags_count(diags), 0);
}

static void csv(void **state)
{
    (void)state;
    assert_string_equal(rows("ts,accuracy,note,latency\r\n1795579200,0.93,fine,31\r\n"
                             "ts,accuracy,note,latency\r\n1795579201,,\"a \"\"b\"\", c\",32",
                             NULL),
                        "2 @1795579200000000 accuracy=0.93000000000000005 latency=31\n"
                        "4 @1795579201000000 latency=32\n");
    assert_int_equal(counts.missing, 1);
    assert_int_equal(counts.blank, 2);
    assert_string_equal(
        rows("time\tmetric\tvalue\tslice\n2026-11-25 04:00:00+01:00\taccuracy\t.5\tc=d\n", NULL),
        "2 @1795575600000000 c=d:accuracy=0.5\n");
    assert_string_equal(rows("a;b\n0,5;1\n", NULL), "2 a=0.5 b=1\n");
}

/* --- what is refused --- */

static void refused(void **state)
{
    static const struct {
        const char *line, *message;
    } lines[] = {
        { "{\"a\": 1,}", "2:9: expected a key in quotes, found '}'" },
        { "{\"a\": 1", "2:8: expected ',' or '}', found the end of the line" },
        { "{\"a\": 01}", "2:7: a number that begins with '0' and goes on" },
        { "{\"a\": 1.}", "2:9: expected a digit, found '}'" },
        { "{\"a\": 1e}", "2:9: expected a digit, found '}'" },
        { "{\"a\": -}", "2:8: expected a digit, found '}'" },
        { "{\"a\": .5}", "2:7: expected a value, found '.'" },
        { "{\"a\": nul}", "2:7: expected a value, found 'n'" },
        { "{\"a\" 1}", "2:6: expected ':', found '1'" },
        { "{\"a\": 1} x", "2:10: expected the end of the line, found 'x'" },
        { "{\"a\": 1}}", "2:9: expected the end of the line, found '}'" },
        { "{\"a\": {\"b\": 1}", "2:15: expected ',' or '}', found the end of the line" },
        { "{\"a\": [1, 2}", "2:12: expected ',' or ']', found '}'" },
        { "{\"a\": [1,]}", "2:10: expected a value, found ']'" },
        { "{\"a\": \"x}", "2:10: expected the quote that ends a text, found the end of the line" },
        { "{\"a\": \"\\x\"}", "2:9: expected an escape of JSON, found 'x'" },
        { "{\"a\": \"\\u12g4\"}", "2:9: expected four digits of base 16 behind 'u'" },
        { "{\"a\": \"\t\"}", "2:8: expected a text without control characters, found U+0009" },
        { "{\"\xC3\xA4\": 1, \"a\" 1}", "2:14: expected ':', found '1'" },
        { "{\"a\": 1, \"a\": 2}", "2:10: a key that is there already: '\"'" },
        { "{\"a\": \"\xC3\"}", "2:8: invalid UTF-8; expected the input in UTF-8" },
        { "[1]", "2:1: expected a JSON object on each line, found '['" },
        { "hello", "2:1: expected a JSON object on each line, found 'h'" },
        { "{\"a\": 1, \"ts\": \"yesterday\"}",
          "2:16: 'yesterday' is no time; expected RFC 3339 with a zone, or a count since 1970" },
        { "{\"a\": 1, \"ts\": \"2026-11-25T04:00:00\"}",
          "2:16: '2026-11-25T04:00:00' is no time; expected RFC 3339 with a zone, or a count since "
          "1970" },
        { "{\"a\": 1, \"ts\": 1e300}",
          "2:16: '1e300' is no time; expected RFC 3339 with a zone, or a count since 1970" },
        { "{\"\\u0000\": 1}",
          "2:3: a NUL or half a character, written as an escape, in a name: '\\'" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        char text[512];
        snprintf(text, sizeof text, "{\"a\": 1}\n%s\n{\"a\": 3}\n", lines[i].line);
        assert_string_equal(rows(text, NULL), "1 a=1\n3 a=3\n");
        assert_int_equal(counts.malformed, 1);
        assert_int_equal(thresh_diags_count(diags), 1);
        assert_string_equal(message(0), lines[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_and_long),
        cmocka_unit_test(csv),
        cmocka_unit_test(refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    thresh_diags_free(diags);
    return failed;
}
