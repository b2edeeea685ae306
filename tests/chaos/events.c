/* Follows files of events, in pieces, saved and loaded in between, and prints what came out; for
 * the failing of allocations. usage: chaos_events FILE... */
#include <thresh/thresh.h>

#include <stdio.h>
#include <stdlib.h>

static thresh_status take(void *context, const thresh_event *event)
{
    double *sum = context;

    for (size_t i = 0; i < event->count; i++)
        *sum += event->readings[i].value * (double)(event->readings[i].series + 1);
    return THRESH_OK;
}

static thresh_status reload(thresh_events **events, thresh_diags *diags)
{
    thresh_events *loaded = NULL;
    void *state = NULL;
    size_t len;
    thresh_status rc = thresh_events_save(*events, &state, &len);

    if (rc == THRESH_OK)
        rc = thresh_events_load(&loaded, NULL, state, len, diags);
    free(state);
    if (rc == THRESH_OK) {
        thresh_events_free(*events);
        *events = loaded;
    }
    return rc;
}

static thresh_status read_file(thresh_events **events, const char *path, thresh_diags *diags,
                               double *sum)
{
    thresh_follow *f = NULL;
    thresh_followed what = THRESH_FOLLOWED_BYTES;
    thresh_status rc = thresh_follow_open(&f, path, NULL, false, NULL, diags);

    while (rc == THRESH_OK && what != THRESH_FOLLOWED_END) {
        const char *bytes;
        size_t len;
        rc = thresh_follow_read(f, &what, &bytes, &len);
        for (size_t at = 0; at < len && rc == THRESH_OK; at += 100) {
            rc =
                thresh_events_feed(*events, bytes + at, len - at < 100 ? len - at : 100, take, sum);
            if (rc == THRESH_OK)
                rc = reload(events, diags);
        }
    }
    if (rc == THRESH_OK)
        rc = thresh_events_cut(*events, take, sum);
    thresh_follow_free(f);
    return rc;
}

int main(int argc, char **argv)
{
    thresh_events *events = NULL;
    thresh_diags *diags = thresh_diags_new();
    double sum = 0;
    thresh_status rc = diags == NULL ? THRESH_ENOMEM : thresh_events_new(&events, NULL, diags);

    for (int i = 1; i < argc && rc == THRESH_OK; i++)
        rc = read_file(&events, argv[i], diags, &sum);
    if (rc == THRESH_OK
        && thresh_diags_errors(diags) > 0) /* a message was lost for want of memory */
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK)
        printf("%llu rows, sum %.17g\n", (unsigned long long)thresh_events_counted(events)->rows,
               sum);
    else
        fprintf(stderr, "status %d\n", (int)rc);
    thresh_events_free(events);
    thresh_diags_free(diags);
    return rc == THRESH_OK ? 0 : 2;
}
