/* What thresh monitor has to say of a run as a whole: what nothing was seen of, and whether it was
 * a run at all. */
#include "monitor.h"

/* A column that is misspelt drifts never. */
void name_unseen(const watching *w)
{
    const char *column;

    for (size_t i = 0; (column = thresh_monitor_unseen(w->monitor, i)) != NULL; i++)
        thresh_diags_add(w->diags, THRESH_WARNING, w->reading.path, 0, 0,
                         "drift: no row has a number in '%s'", column);
}

/* A rule that meets no metric is a limit that cannot be broken. */
void name_unmet(const watching *w)
{
    const char *pattern;

    for (size_t i = 0; (pattern = thresh_monitor_unmet(w->monitor, i)) != NULL; i++)
        thresh_diags_add(w->diags, THRESH_WARNING, NULL, 0, 0,
                         "alerts: a rule of the profiles met no metric: %s", pattern);
}

/* Slices that were asked for, and that the baseline has none of. */
void name_unsliced(const watching *w)
{
    thresh_watched one;

    if (w->by[0] == NULL)
        return;
    for (size_t i = 0; thresh_monitor_watched(w->monitor, i, &one); i++)
        if (one.scope[0] != '\0')
            return;
    thresh_diags_add(w->diags, THRESH_WARNING, NULL, 0, 0,
                     "--by: no slice is watched: the baseline has none such as '%s=VALUE'",
                     w->by[0]);
}

/* What a profile requires, and the stream never had; or what is in doubt. */
static const char *find_metric(const watching *w, bool in_doubt)
{
    thresh_watched one;

    for (size_t i = 0; thresh_monitor_watched(w->monitor, i, &one); i++)
        if (in_doubt ? one.doubted : one.required && !one.seen)
            return one.metric;
    return NULL;
}

/* What little could be read says nothing of the rest. */
bool is_unreadable(const watching *w)
{
    const thresh_events_counts *now = thresh_events_counted(w->events);
    uint64_t bad = now->malformed - w->before.malformed;
    uint64_t all = now->lines - now->blank - (w->before.lines - w->before.blank);

    if (bad * 2 <= all)
        return false;
    complain(w->io, N_("%llu of %llu lines could not be read"), (unsigned long long)bad,
             (unsigned long long)all);
    return true;
}

/* Of a stream that is in disorder the few rows that were judged say little. */
bool is_blind(const watching *w)
{
    const thresh_monitor_counts *counts = thresh_monitor_counted(w->monitor);
    const thresh_events_counts *events = thresh_events_counted(w->events);
    const char *missing = find_metric(w, false);

    if (counts->windows == 0)
        complain(w->io, events->lines == 0  ? N_("nothing was read, and so nothing was judged")
                        : counts->rows == 0 ? N_(
                              "nothing was judged: no row that was read has a number in a column")
                        : counts->readings == 0 ? N_("nothing was judged: nothing that was read is "
                                                     "of a metric that is watched")
                                                : N_("nothing was judged: no window was filled"));
    else if (missing != NULL)
        complain(w->io, N_("'%s' is required, and no row has it"), missing);
    else if (events->late + events->jumped > counts->rows)
        complain(w->io, N_("more rows were left out for their time than were judged: are they in "
                           "order, and is --lateness long enough?"));
    else
        return false;
    return true;
}

bool is_doubtful(const watching *w)
{
    const char *metric = find_metric(w, true);

    if (metric != NULL)
        complain(w->io,
                 N_("'%s' seems to be on another scale, or in another unit, than its baseline: a "
                    "review (--scale decides for shares)"),
                 metric);
    return metric != NULL;
}
