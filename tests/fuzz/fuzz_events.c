/*
 * Reads any bytes as a stream of events, in pieces of two sizes, saved and loaded in between: the
 * rows have to be the same, and each line has to be in one of the counts. See mutate.c.
 */
#include <thresh/thresh.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A hash of all that came out. */
static thresh_status take(void *context, const thresh_event *event)
{
    uint64_t *hash = context;
    uint64_t parts[] = { (uint64_t)event->ts, event->id_len, event->count,
                         event->line,         event->offset, event->moved };

    if (event->count == 0)
        abort();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        *hash = (*hash ^ parts[i]) * 1099511628211u;
    for (size_t i = 0; i < event->count; i++) {
        uint64_t bits;
        if (event->readings[i].value - event->readings[i].value != 0)
            abort();
        memcpy(&bits, &event->readings[i].value, sizeof bits);
        *hash = (*hash ^ bits ^ event->readings[i].series) * 1099511628211u;
    }
    for (size_t i = 0; i < event->id_len; i++)
        *hash = (*hash ^ (unsigned char)event->id[i]) * 1099511628211u;
    return THRESH_OK;
}

static void reload(thresh_events **events, const thresh_events_options *options,
                   thresh_diags *diags)
{
    thresh_events *loaded = NULL;
    void *state = NULL;
    size_t len;

    if (thresh_events_save(*events, &state, &len) != THRESH_OK
        || thresh_events_load(&loaded, options, state, len, diags) != THRESH_OK)
        abort();
    free(state);
    thresh_events_free(*events);
    *events = loaded;
}

/* What came out, and its counts: in pieces of `piece` bytes, each in memory of its own size. */
static uint64_t read_in(const uint8_t *data, size_t size, size_t piece,
                        const thresh_events_options *options, thresh_events_counts *counts)
{
    thresh_events *events = NULL;
    thresh_diags *diags = thresh_diags_new();
    thresh_status rc = thresh_events_new(&events, options, diags);
    uint64_t hash = 14695981039346656037u;

    for (size_t at = 0; at < size && rc == THRESH_OK; at += piece) {
        size_t n = size - at < piece ? size - at : piece;
        char *copy = malloc(n);
        memcpy(copy, data + at, n);
        rc = thresh_events_feed(events, copy, n, take, &hash);
        free(copy);
        if (rc == THRESH_OK && piece < size && at / piece % 16 == 3)
            reload(&events, options, diags);
    }
    if (rc == THRESH_OK)
        rc = thresh_events_end(events, take, &hash);
    *counts = *thresh_events_counted(events);
    if (rc != THRESH_OK && (rc != THRESH_EFORMAT || thresh_diags_errors(diags) == 0))
        abort();
    if (rc != THRESH_OK)
        *counts = (thresh_events_counts){ 0 };
    thresh_events_free(events);
    thresh_diags_free(diags);
    return rc == THRESH_OK ? hash : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const by[] = { "region", "a/b", NULL };
    const thresh_events_options options = { .by = by, .max_series = 20, .max_ids = 4 };
    thresh_events_counts whole, cut;
    uint64_t hash = read_in(data, size, size + 1, &options, &whole);

    if (read_in(data, size, 1 + size % 61, &options, &cut) != hash
        || memcmp(&whole, &cut, sizeof whole) != 0)
        abort();
    if (whole.lines
        != whole.rows + whole.malformed + whole.late + whole.duplicate + whole.jumped + whole.empty
               + whole.blank)
        abort();
    /* a state is an input as well */
    thresh_events *loaded = NULL;
    if (thresh_events_load(&loaded, NULL, data, size, NULL) == THRESH_OK)
        thresh_events_free(loaded);
    return 0;
}
