/* Rows of a metric, and their sums by stratum, by time, or in all. */
#include "live/rollout.h"

#include <stdlib.h>
#include <string.h>

typedef rollout_making making;

/* The first row whose metric does not come before this one; `past`: that comes behind it. */
static size_t first_row(const thresh_observation *all, size_t count, const char *metric, bool past)
{
    size_t least = 0;

    /* in the order of their metrics: by halves, as there may be 200,000 */
    while (least < count) {
        size_t middle = least + (count - least) / 2;
        int by = strcmp(all[middle].metric, metric);
        if (by < 0 || (past && by == 0))
            least = middle + 1;
        else
            count = middle;
    }
    return least;
}

metric_rows rows_of_metric(const thresh_observation *all, size_t count, const char *metric)
{
    size_t from = first_row(all, count, metric, false), to = first_row(all, count, metric, true);

    /* of no rows there may be no array */
    return (metric_rows){ count > 0 ? all + from : all, to - from };
}

const char *slot_stratum(const thresh_observation *o)
{
    return o->stratum;
}

const char *slot_time(const thresh_observation *o)
{
    return o->time;
}

const char *slot_all(const thresh_observation *o)
{
    (void)o;
    return "";
}

/* Room for one of each row, of which few are used: what is not is never touched. */
slot *new_slots(size_t rows, size_t most)
{
    return malloc(((rows < most ? rows : most) + 1) * sizeof(slot));
}

static bool is_at(const slot *slots, size_t count, size_t at, const char *key)
{
    return at < count && strcmp(slots[at].key, key) == 0;
}

/* The first slot whose key does not come before this one. */
static size_t place_of(const slot *slots, size_t count, const char *key)
{
    size_t least = 0;

    while (least < count) {
        size_t middle = least + (count - least) / 2;
        if (strcmp(slots[middle].key, key) < 0)
            least = middle + 1;
        else
            count = middle;
    }
    return least;
}

/* The slots, in the order of their keys; false: too many. */
bool sum_up(slot *slots, size_t *count, size_t most, metric_rows r, which_arms arms, slot_key *key)
{
    size_t s = 0;

    for (size_t i = 0; i < r.count; i++) {
        const char *wanted = key(&r.at[i]);

        if (arms == CANDIDATE && !r.at[i].candidate)
            continue;
        /* rows of one key stand together, or the keys come again and again in the same order */
        if (!is_at(slots, *count, s, wanted) && !is_at(slots, *count, ++s, wanted))
            s = place_of(slots, *count, wanted);
        if (!is_at(slots, *count, s, wanted)) {
            if (*count == most)
                return false;
            memmove(&slots[s + 1], &slots[s], (*count - s) * sizeof *slots);
            slots[s] = (slot){ .key = wanted };
            (*count)++;
        }
        tally_add(&slots[s].arms[r.at[i].candidate], &r.at[i]);
    }
    return true;
}

void tally_rows(tally arms[2], metric_rows r)
{
    for (size_t i = 0; i < r.count; i++)
        tally_add(&arms[r.at[i].candidate], &r.at[i]);
}

/* Both arms of a metric; where a stage has no baseline of its own, that of the stage before. */
bool gather_slots(making *m, const char *metric, slot *slots, size_t *count, size_t most,
                  slot_key *key)
{
    metric_rows r = rows_of_metric(m->rows, m->row_count, metric),
                before = rows_of_metric(m->state->before, m->state->before_count, metric);
    tally own[2] = { { 0 } }, old[2] = { { 0 } };

    *count = 0;
    tally_rows(own, r);
    tally_rows(old, before);
    if (m->stage->share < 1 || own[0].n >= old[0].n)
        return sum_up(slots, count, most, r, BOTH, key);
    /* its last users, on their way out, are few and unlike the others */
    return sum_up(slots, count, most, before, BOTH, key)
           && sum_up(slots, count, most, r, CANDIDATE, key);
}
