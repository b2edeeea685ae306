/* For check_prometheus.py: asks a server, and prints what became of it.
 * usage: prometheus_probe URL AFTER UNTIL STEP TIMEOUT MAX_BYTES POLLS HEADER METRIC PROMQL [...]
 * Times are microseconds; HEADER may be empty. A poll that hands out less than it was asked for is
 * followed by the next, POLLS at most. Prints "row TS METRIC SCOPE VALUE" of the rows, "event ..."
 * of the same through the parser of events, "poll OUTCOME STATUS ROWS NOT_NUMBERS UPTO WAIT RC",
 * and "said FILE: TEXT". */
#include "thresh/prometheus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 20 };

static thresh_status print_row(void *context, const thresh_prometheus_row *row)
{
    char number[THRESH_NUMBER_MAX];

    (void)context;
    printf("row\t%lld\t%s\t%s\t%s\n", (long long)row->ts, row->metric, row->scope,
           thresh_format_number(number, row->value));
    return THRESH_OK;
}

static thresh_status print_event(void *context, const thresh_event *event)
{
    char number[THRESH_NUMBER_MAX];

    for (size_t i = 0; i < event->count; i++) {
        thresh_series s = thresh_events_series(context, event->readings[i].series);
        printf("event\t%lld\t%s\t%s\t%s\n", (long long)event->ts, s.name, s.scope,
               thresh_format_number(number, event->readings[i].value));
    }
    return THRESH_OK;
}

static void print_said(const thresh_diags *diags)
{
    for (size_t i = 0; i < thresh_diags_count(diags); i++) {
        const thresh_diag *d = thresh_diags_at(diags, i);
        printf("said\t%s: %s\n", d->file == NULL ? "" : d->file, d->text);
    }
}

int main(int argc, char **argv)
{
    thresh_prometheus_query queries[MOST];
    const char *headers[] = { NULL, NULL };
    thresh_prometheus_options o = { .queries = queries };
    thresh_prometheus *source;
    thresh_events *events;
    thresh_diags *diags = thresh_diags_new();
    thresh_prometheus_poll poll;

    if (argc < 9)
        return 2;
    o.url = argv[1];
    int64_t after = strtoll(argv[2], NULL, 10), until = strtoll(argv[3], NULL, 10);
    o.step = atof(argv[4]);
    o.timeout = atof(argv[5]);
    o.max_bytes = strtoul(argv[6], NULL, 10);
    headers[0] = argv[8][0] != '\0' ? argv[8] : NULL;
    o.headers = headers;
    for (int i = 9; i + 1 < argc && o.count < MOST; i += 2)
        queries[o.count++] = (thresh_prometheus_query){ argv[i], argv[i + 1] };
    if (thresh_prometheus_new(&source, &o, diags) != THRESH_OK
        || thresh_events_new(&events, NULL, diags) != THRESH_OK) {
        print_said(diags);
        thresh_diags_free(diags);
        return 2;
    }
    for (int i = atoi(argv[7]); i > 0; i--) {
        thresh_status rc =
            thresh_prometheus_poll_rows(&poll, source, after, until, print_row, NULL, diags);
        printf("poll\t%s\t%d\t%llu\t%llu\t%lld\t%g\t%d\n",
               thresh_prometheus_outcome_slug(poll.outcome), poll.status,
               (unsigned long long)poll.rows, (unsigned long long)poll.not_numbers,
               (long long)poll.upto, poll.wait, (int)rc);
        if (rc == THRESH_OK)
            thresh_prometheus_feed(&poll, source, after, until, events, print_event, events, diags);
        if (rc == THRESH_OK && poll.upto == after)
            break;
        after = poll.upto;
    }
    thresh_events_end(events, print_event, events);
    print_said(diags);
    thresh_events_free(events);
    thresh_prometheus_free(source);
    thresh_diags_free(diags);
    return 0;
}
