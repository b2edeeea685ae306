/*
 * Which rows are handed out. A time far from the newest is not believed: one broken clock would
 * make every later row late. Rows with such times wait; when several in succession agree with each
 * other the clock has really moved, forwards or back, and they are handed out with nothing lost. A
 * row with a time as before shows that it has not, and drops them.
 */
#include "base/language.h"
#include "input/events.h"

#include <stdlib.h>
#include <string.h>

/* --- ids that were here, newest last; found by open addressing --- */

static uint64_t hash_id(const char *id, size_t len, uint32_t named)
{
    uint64_t h = 14695981039346656037ull ^ named;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)id[i]) * 1099511628211ull;
    h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCDull;
    h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53ull;
    return h ^ (h >> 33);
}

static size_t slot_of(const event_clock *c, uint64_t hash)
{
    size_t i = (size_t)hash & c->slot_mask;

    while (c->slots[i] != 0 && c->ids[c->slots[i] - 1].hash != hash)
        i = (i + 1) & c->slot_mask;
    return i;
}

/* Empties a slot and moves those behind it up, so that no search breaks off there. */
static void empty_slot(event_clock *c, size_t at)
{
    size_t hole = at;

    for (size_t i = (at + 1) & c->slot_mask; c->slots[i] != 0; i = (i + 1) & c->slot_mask) {
        size_t home = (size_t)c->ids[c->slots[i] - 1].hash & c->slot_mask;
        if (((i - home) & c->slot_mask) >= ((i - hole) & c->slot_mask)) {
            c->slots[hole] = c->slots[i];
            hole = i;
        }
    }
    c->slots[hole] = 0;
}

static void forget_oldest(event_clock *c, size_t most)
{
    empty_slot(c, slot_of(c, c->ids[c->id_first].hash));
    c->id_first = (c->id_first + 1) % most;
    c->id_count--;
}

static bool make_room_for_ids(event_clock *c, size_t most)
{
    size_t size = 2;

    if (c->slots != NULL)
        return true;
    while (size < 2 * most)
        size *= 2;
    c->ids = malloc(most * sizeof *c->ids);
    c->slots = calloc(size, sizeof *c->slots);
    c->slot_mask = size - 1;
    return c->ids != NULL && c->slots != NULL;
}

bool events_clock_remember(thresh_events *e, uint64_t hash, int64_t ts)
{
    event_clock *c = &e->clock;
    size_t most = e->options.max_ids, at, slot;

    if (!make_room_for_ids(c, most))
        return false;
    if (c->id_count == most) {
        e->counts.forgotten += c->ids[c->id_first].ts != THRESH_NO_TIME;
        forget_oldest(c, most);
    }
    slot = slot_of(c, hash);
    at = (c->id_first + c->id_count++) % most;
    c->ids[at] = (recent_id){ hash, ts };
    c->slots[slot] = (uint32_t)at + 1;
    return true;
}

bool events_clock_remembers(const event_clock *c, uint64_t hash)
{
    return c->slots != NULL && c->slots[slot_of(c, hash)] != 0;
}

/* A row as old as those would be late. */
static void forget_what_is_late(thresh_events *e)
{
    event_clock *c = &e->clock;
    int64_t watermark = thresh_events_watermark(e);

    while (watermark != THRESH_NO_TIME && c->id_count > 0 && c->ids[c->id_first].ts < watermark
           && c->ids[c->id_first].ts != THRESH_NO_TIME)
        forget_oldest(c, e->options.max_ids);
}

/* --- handing out --- */

static thresh_status hand_out(thresh_events *e, thresh_event *event, uint32_t named)
{
    event_clock *c = &e->clock;

    if (event->id != NULL) {
        uint64_t hash = hash_id(event->id, event->id_len, named);
        if (events_clock_remembers(c, hash)) {
            char shown[EVENTS_SHOWN_TEXT];
            e->counts.duplicate++;
            events_complain(e, COMPLAIN_DUPLICATE, event->line, NULL,
                            N_("the id '%s' was there already"),
                            events_shown(shown, event->id, event->id_len));
            return THRESH_OK;
        }
        forget_what_is_late(e);
        if (!events_clock_remember(e, hash, event->ts))
            return THRESH_ENOMEM;
    }
    event->watermark = thresh_events_watermark(e);
    event->moved = c->moved;
    c->moved = false;
    e->counts.timeless += event->ts == THRESH_NO_TIME;
    e->counts.rows++;
    e->counts.readings += event->count;
    return e->take(e->context, event);
}

static thresh_status pass(thresh_events *e, thresh_event *event, uint32_t named)
{
    event_clock *c = &e->clock;

    if (c->newest == THRESH_NO_TIME || event->ts > c->newest)
        c->newest = event->ts;
    if (c->newest - event->ts > e->options.lateness) {
        e->counts.late++;
        events_complain(e, COMPLAIN_LATE, event->line, NULL,
                        N_("late by %.0f s, with %.0f s allowed; the row is left out"),
                        (double)(c->newest - event->ts) / 1e6, (double)e->options.lateness / 1e6);
        return THRESH_OK;
    }
    return hand_out(e, event, named);
}

/* --- times that are not believed --- */

static bool is_far(const thresh_events *e, int64_t a, int64_t b)
{
    return (a > b ? a - b : b - a) > e->options.max_jump;
}

static void drop_held(thresh_events *e)
{
    event_clock *c = &e->clock;

    for (size_t i = 0; i < c->held_count; i++)
        events_complain(
            e, COMPLAIN_JUMP, c->held[i].line, NULL,
            N_("a time %.0f s from the newest, which no other confirms; the row is left "
               "out"),
            (double)(c->held[i].ts - c->newest) / 1e6);
    e->counts.jumped += c->held_count;
    c->held_count = c->reading_count = c->texts_len = c->agreed = 0;
}

thresh_status events_clock_hold(thresh_events *e, const thresh_event *event, uint32_t named)
{
    event_clock *c = &e->clock;
    size_t id_len = event->id == NULL ? 0 : event->id_len;
    held_row *h;

    if (!array_reserve(&c->held, &c->held_capacity, c->held_count + 1, sizeof *c->held)
        || !array_reserve(&c->readings, &c->reading_capacity, c->reading_count + event->count,
                          sizeof *c->readings)
        || !array_reserve(&c->texts, &c->texts_capacity, c->texts_len + id_len + 1, 1))
        return THRESH_ENOMEM;
    h = &c->held[c->held_count++];
    *h = (held_row){ event->ts, event->line,      event->offset, c->texts_len,
                     id_len,    c->reading_count, event->count,  named };
    if (event->id == NULL)
        h->id_at = SIZE_MAX;
    else
        memcpy(c->texts + c->texts_len, event->id, id_len);
    memcpy(c->readings + c->reading_count, event->readings, event->count * sizeof *event->readings);
    c->texts_len += id_len;
    c->reading_count += event->count;
    return THRESH_OK;
}

static thresh_status believe(thresh_events *e)
{
    event_clock *c = &e->clock;
    thresh_status rc = THRESH_OK;

    e->counts.moved++;
    events_complain(e, COMPLAIN_JUMP, c->held[0].line, NULL,
                    N_("the clock moved by %.0f s: the rows from here on agree on it"),
                    (double)(c->held[0].ts - c->newest) / 1e6);
    c->newest = THRESH_NO_TIME;
    c->moved = true;
    for (size_t i = 0; i < c->held_count && rc == THRESH_OK; i++) {
        const held_row *h = &c->held[i];
        thresh_event event = { .ts = h->ts,
                               .id = h->id_at == SIZE_MAX ? NULL : c->texts + h->id_at,
                               .id_len = h->id_len,
                               .readings = c->readings + h->first,
                               .count = h->count,
                               .line = h->line,
                               .offset = h->offset };
        rc = pass(e, &event, h->named);
    }
    c->held_count = c->reading_count = c->texts_len = c->agreed = 0;
    return rc;
}

thresh_status events_clock_take(thresh_events *e, thresh_event *event, uint32_t named)
{
    event_clock *c = &e->clock;
    thresh_status rc;
    int64_t last;

    if (event->ts == THRESH_NO_TIME)
        return hand_out(e, event, named);
    if (c->newest == THRESH_NO_TIME || !is_far(e, event->ts, c->newest)) {
        if (c->held_count > 0)
            drop_held(e);
        return pass(e, event, named);
    }
    last = c->held_count == 0 ? event->ts : c->held[c->held_count - 1].ts;
    if (is_far(e, event->ts, last))
        drop_held(e);
    c->agreed += c->held_count == 0 || event->ts != last;
    rc = events_clock_hold(e, event, named);
    if (rc == THRESH_OK && (c->agreed == EVENTS_AGREE || c->held_count == EVENTS_HELD))
        rc = believe(e);
    return rc;
}

void events_clock_end(thresh_events *e)
{
    if (e->clock.held_count > 0)
        drop_held(e);
}

void events_clock_free(event_clock *c)
{
    free(c->held);
    free(c->readings);
    free(c->texts);
    free(c->ids);
    free(c->slots);
}
