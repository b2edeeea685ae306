/* What a monitor leaves behind: taken up anywhere it goes on as if nothing had been, and what was cut
 * off or changed is refused, whoever did it. */
#include "unit.h"

#include "base/bytes.h"
#include "thresh/monitor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1200, BEGIN = 1795579200 };

typedef struct fixture {
    thresh_policy *policy;
    thresh_set *baseline;
    thresh_monitor_options options;
    thresh_events_options reading;
    thresh_monitor *monitor;
    thresh_events *events;
    thresh_diags *diags;
    uint64_t told; /* a hash of all that was told */
    size_t alerts, changes;
} fixture;

static void add_to(uint64_t *hash, const char *text)
{
    *hash = *hash * 31 + bytes_sum(text, strlen(text));
}

static thresh_status take_alert(void *context, const thresh_alert *alert)
{
    fixture *f = context;

    add_to(&f->told, alert->id);
    add_to(&f->told, alert->incident);
    f->told += (uint64_t)alert->level;
    f->alerts++;
    return THRESH_OK;
}

static thresh_status take_event(void *context, const thresh_monitor_event *event)
{
    fixture *f = context;
    char text[128];

    snprintf(text, sizeof text, "%s %s %.17g %.17g %.17g", event->id, event->detector, event->value,
             event->from, event->to);
    add_to(&f->told, text);
    f->changes++;
    return THRESH_OK;
}

static thresh_status take_row(void *context, const thresh_event *row)
{
    fixture *f = context;
    thresh_monitor_sink to = { take_alert, take_event, f };

    return thresh_monitor_row(f->monitor, f->events, row, &to);
}

static void begin(fixture *f, const char *profile)
{
    static const struct {
        const char *name;
        double value;
    } expected[] = { { "accuracy", 0.9 }, { "latency_p95_ms", 25 } };

    memset(f, 0, sizeof *f);
    f->diags = thresh_diags_new();
    assert_int_equal(thresh_policy_new(&f->policy), THRESH_OK);
    if (thresh_policy_add_text(f->policy, profile, strlen(profile), "mine.yaml", NULL, f->diags)
        != THRESH_OK)
        fail_msg("%s", thresh_diags_at(f->diags, 0)->text);
    f->options.settings = thresh_policy_alert_settings(f->policy);
    assert_int_equal(thresh_set_new(&f->baseline), THRESH_OK);
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(thresh_set_add(f->baseline,
                                        &(thresh_metric){ .scope = "",
                                                          .name = expected[i].name,
                                                          .value = expected[i].value },
                                        NULL),
                         THRESH_OK);
    assert_int_equal(thresh_events_new(&f->events, &f->reading, f->diags), THRESH_OK);
    assert_int_equal(
        thresh_monitor_new(&f->monitor, f->policy, f->baseline, &f->options, f->diags), THRESH_OK);
}

static void finish(fixture *f)
{
    thresh_monitor_free(f->monitor);
    thresh_events_free(f->events);
    thresh_set_free(f->baseline);
    thresh_policy_free(f->policy);
    thresh_diags_free(f->diags);
}

/* A number for each row that looks drawn. */
static double noise(int i)
{
    uint64_t x = (uint64_t)i * 6364136223846793005u + 1442695040888963407u;

    x ^= x >> 31;
    x *= 0x9e3779b97f4a7c15u;
    return (double)(x >> 11) / 9007199254740992.0;
}

/* Rows in which accuracy falls and the length of prompts drifts. */
static void feed(fixture *f, int from, int to)
{
    for (int i = from; i < to; i++) {
        char line[160];
        bool bad = i > 500 && i < 800;
        snprintf(line, sizeof line,
                 "{\"ts\": %d, \"accuracy\": %d, \"latency_ms\": %.6f, \"length\": %.6f, "
                 "\"up\": %d}\n",
                 BEGIN + i, noise(i) < (bad ? 0.6 : 0.9), 20 + (bad ? 15 : 6) * noise(i + 5000),
                 (i > 700 ? 140 : 100) + 30 * noise(i + 9000), i % 500 != 350);
        assert_int_equal(thresh_events_feed(f->events, line, strlen(line), take_row, f), THRESH_OK);
    }
}

static void pack(const fixture *f, unsigned char **data, size_t *len)
{
    const thresh_due_action due = { "roll", "0123-roll", "{}", "A=1\n" };
    const thresh_monitor_checkpoint c = { .fingerprint = "mine",
                                          .input = { 1, 2, 3, 4 },
                                          .lines = "one\n",
                                          .lines_len = 4,
                                          .due = &due,
                                          .due_count = 1 };

    assert_int_equal(thresh_monitor_pack(data, len, f->monitor, f->events, &c), THRESH_OK);
}

/* Into a monitor of the same making. */
static thresh_status unpack(fixture *f, thresh_monitor **monitor, thresh_events **events,
                            const unsigned char *data, size_t len)
{
    thresh_monitor_checkpoint c;
    unsigned char *own = malloc(len > 0 ? len : 1); /* so that a sanitizer sees its end */
    thresh_status rc;

    assert_non_null(own);
    memcpy(own, data, len);
    assert_int_equal(thresh_monitor_new(monitor, f->policy, f->baseline, &f->options, f->diags),
                     THRESH_OK);
    rc = thresh_monitor_unpack(*monitor, events, &c, own, len, "mine", &f->reading, f->diags);
    free(own);
    if (rc != THRESH_OK)
        thresh_monitor_free(*monitor);
    return rc;
}

#define HEAD "schema: thresh/profile/v1\nname: mine\n"
static const char *const profiles[] = {
    HEAD "alerts: {window: 100, no_data: 60s, adaptive: true, tolerance: {window: 100}, "
         "drift: {columns: [length, latency_ms, accuracy], window: 150}}\n",
    HEAD "alerts: {window: 200s, slide: 20s, lateness: 5s, drift: {columns: [length], "
         "methods: [psi, adwin], window: 60, psi: 0.5}}\n",
};

static void goes_on(void **state)
{
    (void)state;
    for (size_t p = 0; p < COUNT(profiles); p++) {
        fixture once, again;

        begin(&once, profiles[p]);
        feed(&once, 0, ROWS);
        assert_true(once.alerts > 2 && once.changes > 1);
        begin(&again, profiles[p]);
        for (int i = 0; i < ROWS; i += 17) {
            unsigned char *data;
            size_t len;
            thresh_monitor *monitor;
            thresh_events *events;

            feed(&again, i, i + 17 < ROWS ? i + 17 : ROWS);
            pack(&again, &data, &len);
            assert_int_equal(unpack(&again, &monitor, &events, data, len), THRESH_OK);
            free(data);
            thresh_monitor_free(again.monitor);
            thresh_events_free(again.events);
            again.monitor = monitor;
            again.events = events;
        }
        assert_true(once.told == again.told);
        assert_int_equal(once.alerts, again.alerts);
        assert_int_equal(once.changes, again.changes);
        /* and ends as the same bytes */
        unsigned char *data[2];
        size_t len[2];
        pack(&once, &data[0], &len[0]);
        pack(&again, &data[1], &len[1]);
        assert_int_equal(len[0], len[1]);
        assert_memory_equal(data[0], data[1], len[0]);
        free(data[0]);
        free(data[1]);
        finish(&once);
        finish(&again);
    }
}

static void is_refused(void **state)
{
    fixture f;
    unsigned char *data;
    size_t len;
    thresh_monitor *monitor;
    thresh_events *events;

    (void)state;
    begin(&f, profiles[0]);
    feed(&f, 0, 777);
    pack(&f, &data, &len);
    for (size_t n = 0; n < len; n++)
        assert_int_equal(unpack(&f, &monitor, &events, data, n), THRESH_EFORMAT);
    for (size_t i = 4; i < len; i++) { /* the version in front has a message of its own */
        unsigned char was = data[i];
        data[i] = (unsigned char)(was ^ (1 << i % 8));
        assert_int_equal(unpack(&f, &monitor, &events, data, len), THRESH_EFORMAT);
        data[i] = was;
    }
    assert_int_equal(thresh_diags_count(f.diags), 0);
    data[3] = '1';
    assert_int_equal(unpack(&f, &monitor, &events, data, len), THRESH_EINVAL);
    assert_non_null(strstr(thresh_diags_at(f.diags, 0)->text, "another version"));
    free(data);
    finish(&f);
}

/* Somebody who can add up: refused, or a state that can be gone on with and saved again. */
static void is_sound_or_refused(void **state)
{
    uint64_t drawn = 7;
    size_t taken = 0;

    (void)state;
    for (size_t p = 0; p < COUNT(profiles); p++) {
        fixture f;
        unsigned char *data, *again;
        size_t len, again_len;

        begin(&f, profiles[p]);
        feed(&f, 0, 777);
        pack(&f, &data, &len);
        for (int round = 0; round < 20000; round++) {
            unsigned char was[8];
            size_t at, size;
            uint64_t sum;
            thresh_monitor *monitor;
            thresh_events *events;

            drawn = drawn * 6364136223846793005u + 1442695040888963407u;
            size = (size_t)1 << (drawn >> 60 & 3);
            at = 4 + (size_t)(drawn >> 20) % (len - 8 - size - 4);
            memcpy(was, data + at, size);
            if (drawn >> 33 & 1)
                memset(data + at, drawn >> 34 & 1 ? 0xff : 0, size);
            else
                data[at] ^= (unsigned char)(1 << (drawn >> 35 & 7));
            sum = bytes_sum(data, len - 8);
            for (int i = 0; i < 8; i++)
                data[len - 8 + (size_t)i] = (unsigned char)(sum >> (8 * i));
            thresh_status rc = unpack(&f, &monitor, &events, data, len);
            if (rc == THRESH_OK) {
                fixture other = f;
                other.monitor = monitor;
                other.events = events;
                feed(&other, 777, 800);
                pack(&other, &again, &again_len);
                free(again);
                thresh_monitor_free(monitor);
                thresh_events_free(events);
                taken++;
            } else {
                assert_true(rc == THRESH_EFORMAT || rc == THRESH_EINVAL);
            }
            memcpy(data + at, was, size);
        }
        free(data);
        finish(&f);
    }
    assert_true(taken > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(goes_on), cmocka_unit_test(is_refused),
                                        cmocka_unit_test(is_sound_or_refused) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
