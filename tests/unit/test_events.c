/* The stream of events: rows come out the same however the bytes are cut, and nothing is lost that
 * is not counted. */
#include "unit.h"

#include <thresh/events.h>

#include <stdbool.h>
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

/* A key is guessed from the line before: with other blanks, in another order, as part of another.
 */
static void guesses(void **state)
{
    (void)state;
    assert_string_equal(
        rows("{\"a\":1,\"b\":2}\n{\"a\": 2, \"b\": 3}\n{ \"a\" :\t3 , \"b\" : 4 }\t\n"
             "{\"b\":1,\"a\":2}\n{\"b\":{\"a\":1},\"a\":{\"a\":2,\"b\":3}}\n{\"b\":{},\"a\":4}\n"
             "{}\n{\"a\\u0062\":1}\n{\"ab\":2}\n{\"a\":3}\n",
             NULL),
        "1 a=1 b=2\n2 a=2 b=3\n3 a=3 b=4\n4 b=1 a=2\n5 b/a=1 a/a=2 a/b=3\n6 a=4\n8 ab=1\n"
        "9 ab=2\n10 a=3\n");
    assert_int_equal(counts.malformed, 0);
    assert_int_equal(counts.bad_values, 3);
    assert_int_equal(counts.empty, 1);
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
        { "{\"a\": 1, \"a\": 2}", "2:10: the key 'a' is there already" },
        { "{\"a\": \"\xC3\"}", "2:8: invalid UTF-8; expected the input in UTF-8" },
        { "[1]", "2:1: expected a JSON object on each line, found '['" },
        { "hello", "2:1: expected a JSON object on each line, found 'h'" },
        { "{\"a\": 1, \"ts\": \"yesterday\"}",
          "2:16: 'yesterday' is no time; expected RFC 3339 with a zone, or a count since 1970" },
        { "{\"a\": 1, \"ts\": \"2026-11-25T04:00:00\"}",
          "2:16: the time '2026-11-25T04:00:00' has no zone; --utc says that such times are UTC" },
        { "{\"a\": 1, \"ts\": 1e300}",
          "2:16: '1e300' is no time; expected RFC 3339 with a zone, or a count since 1970" },
        { "{\"\\u0000\": 1}", "2:3: a NUL or half a character, written as an escape, in a name" },
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

/* --- what is no number --- */

static void bad_values(void **state)
{
    (void)state;
    assert_string_equal(
        rows("{\"a\": 1, \"note\": \"x\", \"list\": [1, {\"b\": [null]}], \"n\": null}\n"
             "{\"a\": null, \"b\": 1}\n"
             "{\"a\": NaN, \"b\": 2}\n"
             "{\"a\": -Infinity, \"b\": 1e999}\n"
             "{\"a\": \"n/a\", \"b\": [2]}\n"
             "{\"a\": {\"c\": 5}, \"b\": 3}\n"
             "{\"note\": 7}\n",
             NULL),
        "1 a=1\n2 b=1\n3 b=2\n6 a/c=5 b=3\n7 note=7\n");
    assert_int_equal(counts.missing, 1);
    assert_int_equal(counts.bad_values, 7);
    assert_int_equal(counts.empty, 2);
    assert_string_equal(message(0), "3:7: 'a' holds no finite number");
    assert_string_equal(message(2), "4:23: 'b' holds no finite number");
    assert_string_equal(message(3), "5:7: 'a' holds a text; expected a number");
    assert_string_equal(message(4), "5:19: 'b' holds a list or an object; expected a number");
    assert_int_equal(thresh_diags_count(diags), THRESH_EVENTS_SHOWN);

    rows("{\"note\": \"x\"}\n{\"note\": null}\n{\"note\": 7}\n", NULL);
    assert_int_equal(counts.bad_values, 1);
    assert_int_equal(counts.missing, 1);
    assert_string_equal(message(0),
                        "3:0: 'note' has its first number here; what it held before counts "
                        "as bad values");

    rows("a,b\n1,2\nnan,\nx,inf\n", NULL);
    assert_int_equal(counts.bad_values, 3);
    assert_int_equal(counts.missing, 1);
}

static void csv_is_refused(void **state)
{
    (void)state;
    assert_string_equal(rows("a,b\n1,2\n1\n1,2,3\n\"1,2\n\"1\"x,2\n3,4\n", NULL),
                        "2 a=1 b=2\n7 a=3 b=4\n");
    assert_int_equal(counts.malformed, 4);
    assert_string_equal(message(0),
                        "3:2: fewer fields than the header has, before the end of the line");
    assert_string_equal(message(1), "4:5: more fields than the header has, from '3' on");
    assert_string_equal(message(2), "5:1: a quoted field that its line does not end");
    assert_string_equal(message(3), "6:4: expected the next field behind a quoted one, found 'x'");
}

static thresh_status feed_all(const char *text, size_t len, const thresh_events_options *options)
{
    static dump d;
    thresh_status rc = THRESH_OK;

    d.len = 0;
    thresh_diags_free(diags);
    diags = thresh_diags_new();
    assert_int_equal(thresh_events_new(&d.events, options, diags), THRESH_OK);
    rc = thresh_events_feed(d.events, text, len, take, &d);
    thresh_events_free(d.events);
    return rc;
}

static void no_events_at_all(void **state)
{
    static const struct {
        const char *text, *message;
    } inputs[] = {
        { "\x1F\x8B\x08 \n", "1:0: a compressed file; expected JSON Lines or CSV" },
        { "[{\"a\": 1}]\n", "1:0: a JSON list; expected an object on each line" },
        { ",,\n", "1:0: a header of CSV that names no column" },
        { "a,b,a\n", "1:0: a header of CSV that names a column twice" },
        { "\"a,b\n", "1:0: a header of CSV that cannot be read" },
        { "a,\xFF\n", "1:0: invalid UTF-8 in the header; expected JSON Lines or CSV" },
    };

    (void)state;
    assert_int_equal(feed_all("a\0b,c\n", 6, NULL), THRESH_EFORMAT);
    assert_string_equal(rows_in("a,b\n1,\0\n2,3\n", 12, NULL, 12), "3 a=2 b=3\n");
    assert_string_equal(message(0), "2:3: expected text, found U+0000");
    for (size_t i = 0; i < COUNT(inputs); i++) {
        assert_int_equal(feed_all(inputs[i].text, strlen(inputs[i].text), NULL), THRESH_EFORMAT);
        assert_string_equal(message(thresh_diags_count(diags) - 1), inputs[i].message);
    }
}

/* --- names and limits --- */

static void escapes(void **state)
{
    (void)state;
    assert_string_equal(rows("{\"a\\u00e4\\/\\ud83d\\ude00\": 1, \"slice\": \"x\\n\\\"y\"}\n"
                             "{\"a\\u00e4\\/\\ud83d\\ude00\": 2, \"note\": \"\\ud83d\"}\n",
                             NULL),
                        "1 x\n\"y:a\xC3\xA4/\xF0\x9F\x98\x80=1\n2 a\xC3\xA4/\xF0\x9F\x98\x80=2\n");
    assert_string_equal(rows("{\"\\ud83d\": 1}\n", NULL), "");
    assert_int_equal(counts.malformed, 1);
}

static void slices(void **state)
{
    static const char *const by[] = { "region", "user/tier", NULL };
    const thresh_events_options options = { .by = by };

    (void)state;
    assert_string_equal(
        rows("{\"a\": 1, \"region\": \"eu\", \"user\": {\"tier\": 2, \"age\": 30}}\n"
             "{\"a\": 2, \"region\": null}\n"
             "{\"a\": 3, \"region\": \"eu\", \"scope\": \"s\"}\n",
             &options),
        "1 a=1 user/age=30 region=eu:a=1 region=eu:user/age=30 user/tier=2:a=1 "
        "user/tier=2:user/age=30\n"
        "2 a=2\n"
        "3 s:a=3\n");
    assert_int_equal(counts.missing, 0);
}

static void bounded(void **state)
{
    const thresh_events_options two = { .max_series = 2 };
    char *text = calloc(1, 2 * THRESH_EVENTS_LINE + 100);
    size_t len = 0;

    (void)state;
    assert_string_equal(
        rows("{\"a\": 1, \"slice\": \"x\"}\n{\"b\": 2, \"slice\": \"y\"}\n"
             "{\"a\": 3, \"slice\": \"z\"}\n{\"a\": 4, \"c\": 5, \"slice\": \"x\"}\n",
             &two),
        "1 x:a=1\n2 y:b=2\n4 x:a=4\n");
    assert_int_equal(counts.dropped, 2);
    assert_string_equal(message(0), "3:0: more than 2 series; what belongs to others is left out");

    /* a line of the longest length, and one that is longer */
    memset(text, ' ', 2 * THRESH_EVENTS_LINE + 50);
    memcpy(text, "{\"a\": 1}", 8);
    text[THRESH_EVENTS_LINE] = '\n';
    memcpy(text + THRESH_EVENTS_LINE + 1, "{\"a\": 2}", 8);
    memcpy(text + 2 * THRESH_EVENTS_LINE + 2, "\n{\"a\": 3}", 9);
    for (size_t piece = 7; piece < 1 << 23; piece = piece * 64 + 1) {
        assert_string_equal(rows_in(text, strlen(text), NULL, piece), "1 a=1\n3 a=3\n");
        assert_int_equal(counts.malformed, 1);
        assert_string_equal(message(0), "2:0: a line of more than 1 MiB");
    }

    /* fields beyond the limit */
    for (size_t i = 0; i < THRESH_EVENTS_FIELDS + 10; i++)
        len += (size_t)sprintf(text + len, "{\"f%zu\": 1}\n", i);
    rows_in(text, len, NULL, 1000);
    assert_int_equal(counts.dropped, 10);
    assert_int_equal(counts.rows, 4096);
    assert_string_equal(message(0),
                        "4097:11: more than 4096 different fields; this one is left out");
    free(text);

    /* names */
    char *name = calloc(1, 1026);
    memset(name, 'n', 1025);
    static const char *const forms[] = { "{\"id\": \"%s\", \"a\": 1}",
                                         "{\"slice\": \"%s\", \"a\": 1}",
                                         "{\"metric\": \"%s\", \"value\": 1}", "{\"%s\": 1}",
                                         "{\"region\": \"%s\", \"a\": 1}" };
    for (size_t i = 0; i < COUNT(forms); i++)
        for (size_t fits = 0; fits < 2; fits++) {
            char one[1200];
            static const char *const by[] = { "region", NULL };
            snprintf(one, sizeof one, forms[i], name + fits);
            rows(one, &(thresh_events_options){ .by = by });
            assert_int_equal(counts.malformed, 1 - fits);
            assert_int_equal(counts.rows, fits);
        }
    free(name);

    /* depth */
    char deep[400] = "{\"a\": ";
    memset(deep + 6, '[', 100);
    rows(deep, NULL);
    assert_int_equal(counts.malformed, 1);
    deep[0] = '\0';
    for (size_t i = 0; i < 70; i++)
        strcat(deep, "{\"a\":");
    rows(deep, NULL);
    assert_int_equal(counts.malformed, 1);
}

/* --- times --- */

static void times(void **state)
{
    static const struct {
        const char *time;
        long long ts;
    } all[] = {
        { "0", 0 },
        { "1795579200", 1795579200000000 },
        { "1795579200.123456", 1795579200123456 },
        { "1795579200123", 1795579200123000 },
        { "1795579200123456", 1795579200123456 },
        { "1795579200123456789", 1795579200123457 },
        { "\"1795579200\"", 1795579200000000 },
        { "-1.5", -1500000 },
        { "\"1970-01-01T00:00:00Z\"", 0 },
        { "\"2026-11-25T04:00:00.123456789Z\"", 1795579200123456 },
        { "\"2026-11-25t05:30:00+01:30\"", 1795579200000000 },
        { "\"2026-11-24 20:00:00-08:00\"", 1795579200000000 },
        { "\"2024-02-29T12:00:00Z\"", 1709208000000000 },
        { "\"2000-02-29T12:00:00Z\"", 951825600000000 },
        { "\"1969-12-31T23:59:59.999999Z\"", -1 },
        { "\"2016-12-31T23:59:60Z\"", 1483228800000000 },
        { "\"0001-01-01T00:00:00Z\"", -62135596800000000 },
        { "\"9999-12-31T23:59:59Z\"", 253402300799000000 },
        { "\"2026-11-25T05:00:00+0100\"", 1795579200000000 },
        { "\"2026-11-24T20:00:00-08\"", 1795579200000000 },
        { "\"2026-11-25 04:00:00,123 +0000\"", 1795579200123000 },
        { "\"2026-11-25 04:00:00.5 UTC\"", 1795579200500000 },
        { "\"25/Nov/2026:04:00:00 +0000\"", 1795579200000000 },
        { "\"[24/Nov/2026:20:00:00.25 -0800]\"", 1795579200250000 },
        { "\"29/Feb/2024:12:00:00 GMT\"", 1709208000000000 },
    };
    static const char *const none[] = {
        "\"2026-11-25\"",
        "\"2026-11-25T04:00:00\"",
        "\"2026-13-25T04:00:00Z\"",
        "\"2026-02-29T04:00:00Z\"",
        "\"2100-02-29T04:00:00Z\"",
        "\"2026-11-25T24:00:00Z\"",
        "\"2026-11-25T04:60:00Z\"",
        "\"2026-11-25T04:00:00.Z\"",
        "\"2026-11-25T04:00:00+010\"",
        "\"2026-11-25T04:00:00,Z\"",
        "\"2026-11-25T04:00:00  Z\"",
        "\"2026-11-25T04:00:00 CET\"",
        "\"25/Nov/2026:04:00:00\"",
        "\"25/Nox/2026:04:00:00 +0000\"",
        "\"31/Feb/2026:04:00:00 +0000\"",
        "\"25/Nov/26:04:00:00 +0000\"",
        "\"[2026-11-25T04:00:00Z\"",
        "\"[]\"",
        "\"0000-01-01T00:00:00Z\"",
        "\"2026-11-25T04:00:00Zx\"",
        "\"\"",
        "\"nan\"",
        "1e22",
        "true x",
    };
    char text[200], expected[200];

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        snprintf(text, sizeof text, "{\"ts\": %s, \"a\": 1}\n", all[i].time);
        snprintf(expected, sizeof expected, "1 @%lld a=1\n", all[i].ts);
        assert_string_equal(rows(text, NULL), expected);
    }
    for (size_t i = 0; i < COUNT(none); i++) {
        snprintf(text, sizeof text, "{\"ts\": %s, \"a\": 1}\n", none[i]);
        assert_string_equal(rows(text, NULL), "");
        assert_int_equal(counts.malformed, 1);
    }
    /* of several the first by rank; the others are fields like any */
    static const char *const local[] = { "2026-11-25T04:00:00", "2026-11-25 04:00:00,0",
                                         "25/Nov/2026:04:00:00" };
    for (size_t i = 0; i < COUNT(local); i++) {
        snprintf(text, sizeof text, "{\"ts\": \"%s\", \"a\": 1}\n", local[i]);
        assert_string_equal(rows(text, &(thresh_events_options){ .utc = true }),
                            "1 @1795579200000000 a=1\n");
    }
    assert_string_equal(rows("{\"time\": 5, \"timestamp\": 6, \"ts\": 7, \"a\": 1}\n", NULL),
                        "1 @7000000 time=5 timestamp=6 a=1\n");
    assert_string_equal(
        rows("{\"ts\": 7, \"when\": 8, \"a\": 1}\n",
             &(thresh_events_options){ .time = "when", .unit = THRESH_TIME_MILLISECONDS }),
        "1 @8000 ts=7 a=1\n");
}

static void late_rows(void **state)
{
    const thresh_events_options ten = { .lateness = 10000000 };

    (void)state;
    assert_string_equal(
        rows("{\"ts\": 100, \"a\": 1}\n{\"ts\": 90, \"a\": 2}\n{\"ts\": 89.9, \"a\": 3}\n"
             "{\"ts\": 105, \"a\": 4}\n{\"ts\": 94, \"a\": 5}\n{\"a\": 6}\n",
             &ten),
        "1 @100000000 a=1\n2 @90000000 a=2\n4 @105000000 a=4\n6 a=6\n");
    assert_int_equal(counts.late, 2);
    assert_string_equal(message(0), "3:0: late by 10 s, with 10 s allowed; the row is left out");
    rows("{\"ts\": 100, \"a\": 1}\n{\"ts\": 99.9, \"a\": 2}\n",
         &(thresh_events_options){ .lateness = THRESH_EVENTS_NONE });
    assert_int_equal(counts.late, 1);
    rows("{\"ts\": 100000, \"a\": 1}\n{\"ts\": 20000, \"a\": 2}\n",
         &(thresh_events_options){ .lateness = THRESH_EVENTS_ANY });
    assert_int_equal(counts.late, 0);
}

static void clock_jumps(void **state)
{
    (void)state;
    /* one row of the year 3000 leaves the others alone */
    assert_string_equal(
        rows("{\"ts\": 100, \"a\": 1}\n{\"ts\": 32503680000, \"a\": 2}\n{\"ts\": 101, \"a\": 3}\n",
             NULL),
        "1 @100000000 a=1\n3 @101000000 a=3\n");
    assert_int_equal(counts.jumped, 1);
    assert_int_equal(counts.late, 0);
    assert_string_equal(message(0),
                        "2:0: a time 32503679900 s from the newest, which no other confirms; "
                        "the row is left out");
    /* nor does it when it is the first */
    assert_string_equal(
        rows("{\"ts\": 32503680000, \"a\": 1}\n{\"ts\": 1, \"a\": 2}\n{\"ts\": 2, \"a\": 3}\n"
             "{\"ts\": 3, \"a\": 4}\n{\"ts\": 3, \"a\": 5}\n{\"ts\": 4, \"a\": 6}\n"
             "{\"ts\": 5, \"a\": 7, \"id\": \"x\"}\n{\"ts\": 5, \"a\": 8, \"id\": \"x\"}\n",
             NULL),
        "1 @32503680000000000 a=1\n2 @1000000 moved a=2\n3 @2000000 a=3\n4 @3000000 a=4\n"
        "5 @3000000 a=5\n6 @4000000 a=6\n7 @5000000 #x a=7\n");
    assert_int_equal(counts.moved, 1);
    assert_int_equal(counts.jumped, 0);
    assert_int_equal(counts.duplicate, 1);
    assert_string_equal(message(0),
                        "2:0: the clock moved by -32503679999 s: the rows from here on agree "
                        "on it");
    /* two days without a row are no reason to lose any */
    assert_string_equal(
        rows("{\"ts\": 0, \"a\": 1}\n{\"ts\": 200000, \"a\": 2}\n{\"ts\": 200001, \"a\": 3}\n"
             "{\"ts\": 200002, \"a\": 4}\n{\"ts\": 200003, \"a\": 5}\n{\"ts\": 200004, \"a\": 6}\n",
             NULL),
        "1 @0 a=1\n2 @200000000000 moved a=2\n3 @200001000000 a=3\n4 @200002000000 a=4\n"
        "5 @200003000000 a=5\n6 @200004000000 a=6\n");
    /* an end drops what waits */
    rows("{\"ts\": 0, \"a\": 1}\n{\"ts\": 200000, \"a\": 2}\n", NULL);
    assert_int_equal(counts.jumped, 1);
    /* many rows of one event are one opinion, until there is no room for more */
    char text[300 * 30 + 100] = "{\"ts\": 0, \"a\": 1}\n";
    for (size_t i = 0; i < 255; i++)
        strcat(text, "{\"ts\": 200000, \"a\": 2}\n");
    rows(text, NULL);
    assert_int_equal(counts.rows, 1);
    assert_int_equal(counts.jumped, 255);
    strcat(text, "{\"ts\": 200000, \"a\": 2}\n");
    rows(text, NULL);
    assert_int_equal(counts.rows, 257);
}

static void duplicates(void **state)
{
    const thresh_events_options three = { .max_ids = 3, .lateness = 10000000 };
    char text[4000] = "";

    (void)state;
    assert_string_equal(
        rows("{\"id\": \"x\", \"a\": 1}\n{\"id\": \"x\", \"a\": 2}\n{\"id\": 5, \"a\": 3}\n"
             "{\"id\": \"5\", \"a\": 4}\n",
             NULL),
        "1 #x a=1\n3 #5 a=3\n");
    assert_int_equal(counts.duplicate, 2);
    assert_string_equal(message(0), "2:0: the id 'x' was there already");
    /* rows of one event share its id */
    assert_string_equal(rows("{\"id\": 1, \"metric\": \"a\", \"value\": 1}\n{\"id\": 1, "
                             "\"metric\": \"b\", \"value\": 2}\n"
                             "{\"id\": 1, \"metric\": \"a\", \"value\": 3}\n",
                             NULL),
                        "1 #1 a=1\n2 #1 b=2\n");
    /* the oldest are forgotten for want of room, and without a word where they would be late */
    for (size_t i = 0; i < 10; i++)
        sprintf(text + strlen(text), "{\"ts\": %zu, \"id\": %zu, \"a\": 1}\n", i, i);
    rows(text, &three);
    assert_int_equal(counts.forgotten, 7);
    text[0] = '\0';
    for (size_t i = 0; i < 10; i++)
        sprintf(text + strlen(text), "{\"ts\": %zu, \"id\": %zu, \"a\": 1}\n", i * 100, i);
    rows(text, &three);
    assert_int_equal(counts.forgotten, 0);
}

/* Many ids come and go; each is found as long as it is remembered, and no other. */
static void many_ids(void **state)
{
    const thresh_events_options few = { .max_ids = 100 };
    char *text = calloc(1, 20000 * 30);
    size_t len = 0, expected = 0, count = 0;
    uint64_t drawn = 1, ring[100];

    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        bool known = false;
        drawn = drawn * 6364136223846793005u + 1442695040888963407u;
        uint64_t id = drawn >> 56; /* 256 of them, of which 100 are remembered */
        for (size_t k = 0; k < count && k < 100; k++)
            known = known || ring[k] == id;
        if (!known)
            ring[count++ % 100] = id;
        expected += known;
        len += (size_t)sprintf(text + len, "{\"id\": %u, \"a\": 1}\n", (unsigned)id);
    }
    rows_in(text, len, &few, 4096);
    assert_int_equal(counts.duplicate, expected);
    free(text);
}

/* --- the same whatever the cuts --- */

static const char corpus[] =
    "\xEF\xBB\xBF{\"ts\": 1795579200, \"accuracy\": 0.93, \"p\": {\"q\": 2}, \"id\": \"a\"}\r\n"
    "\n"
    "{\"ts\": 1795579201, \"metric\": \"accuracy\", \"value\": 9007199254740993, \"scope\": "
    "\"c=d\"}\n"
    "{\"ts\": 1795579201, \"accuracy\": 0.1234567890123456789, \"id\": \"a\"}\n"
    "{\"ts\": 1795579000, \"accuracy\": 1}\n"
    "{\"ts\": 32503680000, \"accuracy\": 2, \"id\": \"held\"}\n"
    "{\"ts\": 32503680001, \"accuracy\": 3}\n"
    "{\"ts\": 1795579202, \"accuracy\": \"\\u00e4\xC3\xA4\", \"latency\": 1e-3}\n"
    "{\"ts\": 1795579202, \"accuracy\": 1 \"x\"}\n"
    "\xC3{\"a\": 1}\n"
    "{\"ts\": 1895579203, \"accuracy\": 4}\n"
    "{\"ts\": 1895579204, \"accuracy\": 5, \"note\": \"\"}\n"
    "{\"ts\": 1895579205, \"accuracy\": 6, \"note\": 5}\n"
    "{\"ts\": 1895579206, \"accuracy\": null, \"latency\": 7}\n"
    "{\"ts\": 1895579207, \"accuracy\": 8, \"latency\": -0.0}";

static const char table[] = "ts,accuracy,\"lat\"\"ency\",region,id\r\n"
                            "2026-11-25T04:00:00Z,0.93,31,eu,1\r\n"
                            "2026-11-25T04:00:01Z,,32,us,2\r\n"
                            "2026-11-25T04:00:02Z,x,33,\"e,u\",2\r\n"
                            "ts,accuracy,\"lat\"\"ency\",region,id\r\n"
                            "2026-11-25T04:00:03Z,0.5,34,\"e\n\"\"u\",3\r\n"
                            "2026-11-25T04:00:04Z,0.6,35,eu,4";

static void cuts(void **state)
{
    static const char *const by[] = { "region", NULL };
    const thresh_events_options options = { .by = by };
    const char *const texts[] = { corpus, table };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        char *whole = strdup(rows(texts[i], &options));
        thresh_events_counts counted = counts;
        char *first = strdup(message(0));

        assert_true(counted.rows > 2 && counted.malformed > 0);
        for (size_t piece = 1; piece < 200; piece++) {
            assert_string_equal(rows_in(texts[i], strlen(texts[i]), &options, piece), whole);
            assert_memory_equal(&counts, &counted, sizeof counts);
            assert_string_equal(message(0), first);
        }
        free(whole);
        free(first);
    }
}

/* Saved and loaded after each byte, it goes on as if nothing had been. */
static void states(void **state)
{
    static const char *const by[] = { "region", NULL };
    const thresh_events_options options = { .by = by, .max_ids = 3 };
    const char *const texts[] = { corpus, table };
    static dump d;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        char *whole = strdup(rows(texts[i], &options));
        thresh_events_counts counted = counts;

        d.len = 0;
        assert_int_equal(thresh_events_new(&d.events, &options, NULL), THRESH_OK);
        for (size_t at = 0; at < strlen(texts[i]); at++) {
            void *data, *again;
            size_t len, len_again;
            thresh_events *old = d.events;

            assert_int_equal(thresh_events_feed(d.events, texts[i] + at, 1, take, &d), THRESH_OK);
            assert_int_equal(thresh_events_save(d.events, &data, &len), THRESH_OK);
            assert_int_equal(thresh_events_load(&d.events, &options, data, len, NULL), THRESH_OK);
            assert_int_equal(thresh_events_save(d.events, &again, &len_again), THRESH_OK);
            assert_int_equal(len, len_again);
            assert_memory_equal(data, again, len);
            thresh_events_free(old);
            free(data);
            free(again);
        }
        assert_int_equal(thresh_events_end(d.events, take, &d), THRESH_OK);
        assert_string_equal(d.text, whole);
        assert_memory_equal(thresh_events_counted(d.events), &counted, sizeof counted);
        thresh_events_free(d.events);
        free(whole);
    }
}

/* A state that is cut or changed is refused, or at least harmless. */
static void damaged_states(void **state)
{
    static dump d;
    thresh_events *e;
    void *data;
    size_t len, refused_count = 0;

    (void)state;
    d.len = 0;
    assert_int_equal(thresh_events_new(&d.events, NULL, NULL), THRESH_OK);
    assert_int_equal(thresh_events_feed(d.events, corpus, 600, take, &d), THRESH_OK);
    assert_int_equal(thresh_events_save(d.events, &data, &len), THRESH_OK);
    thresh_events_free(d.events);
    for (size_t cut = 0; cut < len; cut++) {
        char *part = malloc(cut + 1); /* not one byte more than there is */
        memcpy(part, data, cut);
        thresh_diags_free(diags);
        diags = thresh_diags_new();
        assert_int_equal(thresh_events_load(&e, NULL, part, cut, diags), THRESH_EFORMAT);
        assert_int_equal(thresh_diags_errors(diags), 1);
        free(part);
    }
    for (size_t at = 0; at < len; at++)
        for (unsigned change = 1; change < 256; change = change * 4 + 1) {
            ((unsigned char *)data)[at] ^= (unsigned char)change;
            if (thresh_events_load(&e, NULL, data, len, NULL) == THRESH_OK) {
                d.events = e;
                d.len = 0;
                assert_int_equal(thresh_events_feed(e, "\n", 1, take, &d), THRESH_OK);
                thresh_events_end(e, take, &d);
                thresh_events_free(e);
            } else {
                refused_count++;
            }
            ((unsigned char *)data)[at] ^= (unsigned char)change;
        }
    assert_true(refused_count > 100);
    assert_int_equal(
        thresh_events_load(&e, &(thresh_events_options){ .id = "x" }, data, len, diags),
        THRESH_EFORMAT);
    free(data);
}

/* --- numbers --- */

static void check_number(const char *number)
{
    static dump d;
    char text[600];
    double expected = strtod(number, NULL), got;
    size_t len = (size_t)snprintf(text, sizeof text, "{\"a\": %s}\n", number);
    const char *equals;

    if (d.events == NULL)
        assert_int_equal(thresh_events_new(&d.events, NULL, NULL), THRESH_OK);
    d.len = 0;
    assert_int_equal(thresh_events_feed(d.events, text, len, take, &d), THRESH_OK);
    if (d.len == 0) { /* beyond the largest */
        assert_true(expected - expected != 0);
        return;
    }
    equals = strchr(d.text, '=');
    assert_non_null(equals);
    got = strtod(equals + 1, NULL); /* of 17 digits */
    if (memcmp(&got, &expected, sizeof got) != 0)
        fail_msg("%s: %.17g instead of %.17g", number, got, expected);
}

static void numbers(void **state)
{
    static const char *const hard[] = {
        "9007199254740993",
        "9007199254740992.99999999",
        "0.30000000000000004",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999",
        "0.000000000000000000000000000000000000000001",
        "1e22",
        "1e23",
        "8.5e22",
        "123456789012345678e27",
        "1e-400",
        "1e400",
        "-0",
        "-0.0",
        "1E+2",
        "5e-324",
        "0e99999999999",
        "1e99999999999999999999",
        "7205759403792793.5",
        "7205759403792794.5",
        "0.500000000000000166533453693773481063544750213623046875",
    };
    uint64_t drawn = 42;
    char text[64];

    (void)state;
    for (size_t i = 0; i < COUNT(hard); i++)
        check_number(hard[i]);
    for (size_t i = 0; i < 1000000; i++) {
        double value;
        drawn = drawn * 6364136223846793005u + 1442695040888963407u;
        uint64_t a = drawn ^ (drawn >> 29);
        switch (i % 5) {
        case 0: /* any double, of 17 digits */
            memcpy(&value, &a, sizeof value);
            if (value - value != 0)
                continue;
            snprintf(text, sizeof text, "%.17g", value);
            break;
        case 1: /* as many digits as metrics have, and more than a double can tell */
            snprintf(text, sizeof text, "%llu.%0*llu", (unsigned long long)(a % 1000),
                     (int)(i % 15) + 1, (unsigned long long)(a >> 20) % 10);
            break;
        case 2:
            snprintf(text, sizeof text, "0.%019llu", (unsigned long long)(a >> 1));
            break;
        case 3:
            snprintf(text, sizeof text, "%llue%d", (unsigned long long)(a >> (i % 60)),
                     (int)(a % 61) - 30);
            break;
        default: /* near the middle between two doubles */
            memcpy(&value, &a, sizeof value);
            value = (double)(a >> 11) / 4503599627370496.0 + 1;
            snprintf(text, sizeof text, "%.18g", value + 1.1102230246251565e-16);
        }
        check_number(text);
    }
}

/* A callback's failure ends the feeding. */
/* A number as a stream may have it, or something that is none. */
static void draw_number(char text[32], uint64_t *drawn)
{
    static const char *const odd[] = { "0",    "-1",     "01.5",  "1.",    ".5",   "1e5",
                                       "true", "1.5e-3", "null",  "12.x5", "1..5", "00.5",
                                       "1.5 ", "-0.0",   "\"1\"", "[1]" };
    uint64_t a = *drawn = *drawn * 6364136223846793005u + 1442695040888963407u;

    a ^= a >> 31;
    switch (a % 7) {
    case 0:
        snprintf(text, 32, "%llu", (unsigned long long)(a >> 40) % 10000);
        break;
    case 1:
        snprintf(text, 32, "%s", odd[(a >> 20) % COUNT(odd)]);
        break;
    case 2: /* as many digits as it takes */
        snprintf(text, 32, "%.*g", (int)(a >> 20) % 17 + 1, (double)(a >> 11) / 9007199254740992.0);
        break;
    case 3: /* a byte of it is another */
        snprintf(text, 32, "%.4f", (double)(a >> 50) / 100);
        text[(a >> 20) % 3] = (char)(' ' + (a >> 30) % 64);
        break;
    default: /* most are alike */
        snprintf(text, 32, "%.*f", a % 5 == 0 ? 2 : 4, (double)(a >> 50) / 1000);
    }
}

/* Lines of a whole are read by what they have in common; cut into bytes each is read for itself. */
static void alike(void **state)
{
    static char text[200000], together[DUMP];
    uint64_t drawn = 1;

    (void)state;
    for (size_t turn = 0; turn < 20; turn++) {
        thresh_events_counts of_all;
        size_t len = 0;
        bool is_table = turn % 4 == 3;

        if (is_table)
            len = (size_t)snprintf(text, sizeof text, "a,b,name,c\n");
        for (size_t i = 0; i < 2000; i++) {
            char a[32], b[32], c[32];
            draw_number(a, &drawn);
            draw_number(b, &drawn);
            draw_number(c, &drawn);
            len += (size_t)snprintf(
                text + len, sizeof text - len,
                is_table          ? "%s,%s,t%zu,%s\n"
                : drawn >> 33 & 8 ? "{\"a\":%s,\"b\":%s,\"n\":\"t%zu\",\"c\":%s}\n"
                : drawn >> 40 & 7 ? "{\"a\":%s, \"b\": %s,\"n\":\"t\\\"%zu\",\"c\":%s}\n"
                                  : "{\"b\":%s,\"a\":%s,\"n\":{\"a\":%zu},\"c\":%s}\n",
                a, b, i, c);
        }
        assert_true(len < sizeof text - 1);
        strcpy(together, rows(text, NULL));
        of_all = counts;
        assert_string_equal(rows_in(text, len, NULL, 1), together);
        assert_memory_equal(&of_all, &counts, sizeof counts);
        assert_true(counts.rows > 500 && (is_table || counts.malformed > 50));
    }
}

static void failing_take(void **state)
{
    static dump d;

    (void)state;
    d.len = 0;
    d.fail_after = 2;
    assert_int_equal(thresh_events_new(&d.events, NULL, NULL), THRESH_OK);
    assert_int_equal(
        thresh_events_feed(d.events, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", 24, take, &d),
        THRESH_EINVAL);
    assert_string_equal(d.text, "1 a=1\n2 a=2\n");
    thresh_events_free(d.events);
}

static void options_are_checked(void **state)
{
    static const char *const many[] = { "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",
                                        "10", "11", "12", "13", "14", "15", "16", "17", NULL };
    thresh_events *e;

    (void)state;
    assert_int_equal(thresh_events_new(&e, &(thresh_events_options){ .by = many }, NULL),
                     THRESH_EINVAL);
    assert_null(e);
    assert_int_equal(thresh_events_new(&e, &(thresh_events_options){ .lateness = -2 }, NULL),
                     THRESH_EINVAL);
    thresh_events_free(NULL);
}

/* A file ends and another one follows. */
static const char *rows_of_files(const char *first, const char *second)
{
    static dump d;

    d.len = 0;
    d.fail_after = 0;
    thresh_diags_free(diags);
    diags = thresh_diags_new();
    assert_int_equal(thresh_events_new(&d.events, NULL, diags), THRESH_OK);
    assert_int_equal(thresh_events_feed(d.events, first, strlen(first), take, &d), THRESH_OK);
    assert_int_equal(thresh_events_cut(d.events, take, &d), THRESH_OK);
    assert_int_equal(thresh_events_feed(d.events, second, strlen(second), take, &d), THRESH_OK);
    assert_int_equal(thresh_events_end(d.events, take, &d), THRESH_OK);
    counts = *thresh_events_counted(d.events);
    thresh_events_free(d.events);
    return d.text;
}

static void several_files(void **state)
{
    (void)state;
    /* the rest of a line is no header of a CSV */
    assert_string_equal(rows_of_files("{\"a\": 1}\n{\"a\": 2", "3}\n{\"a\": 4}"), "1 a=1\n4 a=4\n");
    assert_int_equal(counts.malformed, 2);
    assert_string_equal(rows_of_files("\xEF\xBB\xBF{\"a\": 1}", "\xEF\xBB\xBF{\"a\": 4}"),
                        "1 a=1\n2 a=4\n");
    /* the same header, another one, none */
    assert_string_equal(rows_of_files("a,b\n1,2", "a,b\n3,4"), "2 a=1 b=2\n4 a=3 b=4\n");
    assert_string_equal(rows_of_files("a,b\n1,2", "b;c\n3;4"), "2 a=1 b=2\n4 b=3 c=4\n");
    assert_string_equal(rows_of_files("a,b\n1,2", "x,4\n"), "2 a=1 b=2\n3 b=4\n");
    assert_int_equal(counts.lines, counts.rows + counts.blank);
}

/* A broken first line is not taken for the header of a CSV. */
static void broken_first_line(void **state)
{
    (void)state;
    assert_string_equal(rows("hello, world\n\n{\"a\": 1}\n{\"a\": 2}\n", NULL), "3 a=1\n4 a=2\n");
    assert_int_equal(counts.malformed, 1);
    assert_int_equal(counts.blank, 1);
    assert_string_equal(message(0), "1:0: no JSON object, where those that follow are");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_and_long),
        cmocka_unit_test(guesses),
        cmocka_unit_test(csv),
        cmocka_unit_test(refused),
        cmocka_unit_test(csv_is_refused),
        cmocka_unit_test(no_events_at_all),
        cmocka_unit_test(bad_values),
        cmocka_unit_test(escapes),
        cmocka_unit_test(slices),
        cmocka_unit_test(bounded),
        cmocka_unit_test(times),
        cmocka_unit_test(late_rows),
        cmocka_unit_test(clock_jumps),
        cmocka_unit_test(duplicates),
        cmocka_unit_test(many_ids),
        cmocka_unit_test(cuts),
        cmocka_unit_test(states),
        cmocka_unit_test(damaged_states),
        cmocka_unit_test(numbers),
        cmocka_unit_test(alike),
        cmocka_unit_test(failing_take),
        cmocka_unit_test(several_files),
        cmocka_unit_test(broken_first_line),
        cmocka_unit_test(options_are_checked),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    thresh_diags_free(diags);
    return failed;
}
