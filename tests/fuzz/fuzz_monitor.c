/*
 * Watches any bytes as a stream, packed and unpacked in between: what is told has to be the same. Its
 * state, changed where the bytes say so, is another input. See mutate.c.
 */
#include "base/bytes.h"

#include <thresh/thresh.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char profile[] =
    "schema: thresh/profile/v1\nname: fuzz\n"
    "alerts: {window: 4, no_data: 60s, adaptive: true, tolerance: {window: 8},\n"
    "  drift: {columns: [latency_ms, accuracy, a], window: 50}}\n";

typedef struct run {
    thresh_policy *policy;
    thresh_monitor_options options;
    thresh_events_options reading;
    thresh_monitor *monitor;
    thresh_events *events;
    uint64_t hash;
} run;

static thresh_status take_alert(void *context, const thresh_alert *alert)
{
    run *r = context;

    r->hash = r->hash * 31 + bytes_sum(alert->id, strlen(alert->id)) + (uint64_t)alert->level;
    return THRESH_OK;
}

static thresh_status take_event(void *context, const thresh_monitor_event *event)
{
    run *r = context;

    r->hash = r->hash * 31 + bytes_sum(event->id, strlen(event->id));
    return THRESH_OK;
}

static thresh_status take_row(void *context, const thresh_event *row)
{
    run *r = context;
    const thresh_monitor_sink to = { take_alert, take_event, r };

    return thresh_monitor_row(r->monitor, r->events, row, &to);
}

static void begin(run *r)
{
    *r = (run){ .reading = { .max_series = 20, .max_ids = 4 } };
    if (thresh_policy_new(&r->policy) != THRESH_OK
        || thresh_policy_add_text(r->policy, profile, sizeof profile - 1, "fuzz", NULL, NULL)
               != THRESH_OK)
        abort();
    r->options.settings = thresh_policy_alert_settings(r->policy);
    if (thresh_monitor_new(&r->monitor, r->policy, NULL, &r->options, NULL) != THRESH_OK
        || thresh_events_new(&r->events, &r->reading, NULL) != THRESH_OK)
        abort();
}

static void finish(run *r)
{
    thresh_monitor_free(r->monitor);
    thresh_events_free(r->events);
    thresh_policy_free(r->policy);
}

static void pack(const run *r, unsigned char **state, size_t *len)
{
    const thresh_monitor_checkpoint c = { .fingerprint = "fuzz" };

    if (thresh_monitor_pack(state, len, r->monitor, r->events, &c) != THRESH_OK)
        abort();
}

static thresh_status unpack(run *r, const unsigned char *state, size_t len)
{
    thresh_monitor_checkpoint c;
    thresh_monitor *monitor;
    thresh_events *events = NULL;
    thresh_status rc;

    if (thresh_monitor_new(&monitor, r->policy, NULL, &r->options, NULL) != THRESH_OK)
        abort();
    rc = thresh_monitor_unpack(monitor, &events, &c, state, len, "fuzz", &r->reading, NULL);
    if (rc != THRESH_OK) {
        thresh_monitor_free(monitor);
        return rc;
    }
    thresh_monitor_free(r->monitor);
    thresh_events_free(r->events);
    r->monitor = monitor;
    r->events = events;
    return THRESH_OK;
}

/* In pieces; packed and unpacked after every third where `again`. */
static uint64_t watch(run *r, const uint8_t *data, size_t size, bool again)
{
    size_t piece = 1 + size % 97;
    thresh_status rc = THRESH_OK;

    for (size_t at = 0; at < size && rc == THRESH_OK; at += piece) {
        rc = thresh_events_feed(r->events, (const char *)data + at,
                                size - at < piece ? size - at : piece, take_row, r);
        if (rc == THRESH_OK && again && at / piece % 3 == 2) {
            unsigned char *state;
            size_t len;
            pack(r, &state, &len);
            if (unpack(r, state, len) != THRESH_OK)
                abort();
            free(state);
        }
    }
    return rc == THRESH_OK ? r->hash : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run once, again;
    unsigned char *state;
    size_t len;
    uint64_t sum;

    begin(&once);
    begin(&again);
    if (watch(&once, data, size, false) != watch(&again, data, size, true))
        abort();
    pack(&once, &state, &len);
    for (size_t i = 0; i < size && i < 4; i++)
        state[4 + (data[i] * 257u + data[size - 1 - i]) % (len - 12)] ^= data[size / 2];
    sum = bytes_sum(state, len - 8); /* as somebody would who can add up */
    for (size_t i = 0; i < 8; i++)
        state[len - 8 + i] = (unsigned char)(sum >> (8 * i));
    if (unpack(&again, state, len) == THRESH_OK)
        watch(&again, data, size, true);
    unpack(&again, data, size);
    free(state);
    finish(&once);
    finish(&again);
    return 0;
}
