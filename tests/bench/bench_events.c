/* Reads events from standard input and prints the sum of their values and the time it took; for
 * tests/bench/events, built on demand. */
#include <thresh/events.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHUNK = 1 << 17 };

static thresh_status take(void *context, const thresh_event *event)
{
    double *sum = context;

    for (size_t i = 0; i < event->count; i++)
        *sum += event->readings[i].value;
    return THRESH_OK;
}

int main(void)
{
    static char bytes[CHUNK];
    thresh_events *events = NULL;
    const thresh_events_counts *counts;
    struct timespec begun, ended;
    double sum = 0, seconds;
    size_t len;

    if (thresh_events_new(&events, NULL, NULL) != THRESH_OK)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    while ((len = fread(bytes, 1, sizeof bytes, stdin)) > 0)
        if (thresh_events_feed(events, bytes, len, take, &sum) != THRESH_OK)
            return 1;
    if (thresh_events_end(events, take, &sum) != THRESH_OK)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    seconds = (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
    counts = thresh_events_counted(events);
    printf("%llu rows, %llu readings, sum %.17g, %.3f s, %.0f MB/s, %.2f million rows/s\n",
           (unsigned long long)counts->rows, (unsigned long long)counts->readings, sum, seconds,
           (double)counts->bytes / seconds / 1e6, (double)counts->rows / seconds / 1e6);
    thresh_events_free(events);
    return 0;
}
