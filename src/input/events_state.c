/*
 * The state of a parser as bytes. What follows from the options or from a look-up is not written;
 * what is read is checked as any input, for a checkpoint may be damaged.
 */
#include "base/bytes.h"
#include "base/language.h"
#include "input/events.h"

#include <stdlib.h>
#include <string.h>

static const char tag[4] = { 'E', 'V', 'T', '2' };
enum { COUNTERS = sizeof(thresh_events_counts) / sizeof(uint64_t) };

/* --- writing --- */

/* What has to be the same where the state is read. */
static void put_options(bytes *b, const thresh_events *e)
{
    const thresh_events_options *o = &e->options;

    bytes_put_u8(b, (uint8_t)o->format);
    bytes_put_u8(b, (uint8_t)o->unit);
    bytes_put_u8(b, o->utc);
    bytes_put_text(b, o->time);
    bytes_put_text(b, o->id);
    bytes_put_u64(b, o->max_series);
    bytes_put_u64(b, o->max_ids);
    bytes_put_u64(b, e->by_count);
    for (size_t i = 0; i < e->by_count; i++)
        bytes_put_text(b, o->by[i]);
}

static void put_counts(bytes *b, const thresh_events *e)
{
    uint64_t counts[COUNTERS];

    memcpy(counts, &e->counts, sizeof counts);
    for (size_t i = 0; i < COUNTERS; i++)
        bytes_put_u64(b, counts[i]);
    for (size_t i = 0; i < COMPLAINTS; i++)
        bytes_put_u32(b, e->complaints[i]);
}

static void put_input(bytes *b, const thresh_events *e)
{
    bytes_put_block(b, e->partial, e->partial_len);
    bytes_put_u8(b, e->too_long);
    bytes_put_u8(b, e->begun);
    bytes_put_u64(b, e->guessed);
    bytes_put_u64(b, e->line_offset);
    bytes_put_u8(b, (uint8_t)e->format);
    bytes_put_u8(b, (uint8_t)e->delimiter);
    bytes_put_block(b, e->header, e->header_len);
    bytes_put_u64(b, e->column_count);
    for (size_t i = 0; i < e->column_count; i++)
        bytes_put_u32(b, e->columns[i]);
}

static void put_texts(bytes *b, const event_texts *t)
{
    bytes_put_u64(b, t->count);
    for (size_t i = 0; i < t->count; i++)
        bytes_put_text(b, t->items[i]);
}

static void put_fields(bytes *b, const event_fields *f)
{
    bytes_put_u64(b, f->count);
    for (size_t i = 0; i < f->count; i++) {
        const event_field *one = &f->items[i];
        bytes_put_u32(b, one->parent);
        bytes_put_block(b, one->path + one->path_len - one->own_len, one->own_len);
        bytes_put_u8(b, one->is_number);
        bytes_put_u64(b, one->texts);
        bytes_put_u64(b, one->nulls);
    }
    put_texts(b, &f->names);
    put_texts(b, &f->scopes);
    bytes_put_u64(b, f->series_count);
    for (size_t i = 0; i < f->series_count; i++) {
        bytes_put_u32(b, f->series[i].scope);
        bytes_put_u32(b, f->series[i].name);
        bytes_put_u64(b, f->series[i].missing);
    }
}

static void put_clock(bytes *b, const thresh_events *e)
{
    const event_clock *c = &e->clock;

    bytes_put_i64(b, c->newest);
    bytes_put_u8(b, c->moved);
    bytes_put_u64(b, c->agreed);
    bytes_put_u64(b, c->held_count);
    for (size_t i = 0; i < c->held_count; i++) {
        const held_row *h = &c->held[i];
        bytes_put_i64(b, h->ts);
        bytes_put_u64(b, h->line);
        bytes_put_u64(b, h->offset);
        bytes_put_u32(b, h->named);
        bytes_put_u8(b, h->id_at != SIZE_MAX);
        bytes_put_block(b, h->id_at == SIZE_MAX ? NULL : c->texts + h->id_at, h->id_len);
        bytes_put_u64(b, h->count);
        for (size_t k = 0; k < h->count; k++) {
            bytes_put_u32(b, c->readings[h->first + k].series);
            bytes_put_double(b, c->readings[h->first + k].value);
        }
    }
    bytes_put_u64(b, c->id_count);
    for (size_t i = 0; i < c->id_count; i++) {
        const recent_id *id = &c->ids[(c->id_first + i) % e->options.max_ids];
        bytes_put_u64(b, id->hash);
        bytes_put_i64(b, id->ts);
    }
}

thresh_status thresh_events_save(const thresh_events *e, void **data, size_t *len)
{
    bytes b = BYTES_INIT;

    *data = NULL;
    *len = 0;
    bytes_put_tag(&b, tag);
    put_options(&b, e);
    put_counts(&b, e);
    put_input(&b, e);
    put_fields(&b, &e->fields);
    put_clock(&b, e);
    *data = bytes_give(&b, len);
    return *data != NULL ? THRESH_OK : THRESH_ENOMEM;
}

/* --- reading --- */

/* The parser has the options; they have to be those that were written. */
static thresh_status take_options(bytes_reader *r, const thresh_events *e)
{
    bytes own = BYTES_INIT;
    const unsigned char *other;
    thresh_status rc = THRESH_ENOMEM;

    put_options(&own, e);
    if (!own.failed) {
        other = bytes_take(r, own.len);
        rc = other != NULL && memcmp(other, own.data, own.len) == 0 ? THRESH_OK : THRESH_EFORMAT;
    }
    bytes_free(&own);
    return rc;
}

static void take_counts(bytes_reader *r, thresh_events *e)
{
    uint64_t counts[COUNTERS];

    for (size_t i = 0; i < COUNTERS; i++)
        counts[i] = bytes_take_u64(r);
    memcpy(&e->counts, counts, sizeof counts);
    for (size_t i = 0; i < COMPLAINTS; i++)
        e->complaints[i] = bytes_take_u32(r);
}

/* A block as memory of its own, with room for one more. */
static thresh_status take_copy(bytes_reader *r, char **out, size_t *len)
{
    bytes_reader part = bytes_take_block(r);

    if (part.failed)
        return THRESH_EFORMAT;
    *len = (size_t)(part.end - part.at);
    *out = malloc(*len + 1);
    if (*out == NULL)
        return THRESH_ENOMEM;
    if (*len > 0)
        memcpy(*out, part.at, *len);
    return THRESH_OK;
}

static thresh_status take_input(bytes_reader *r, thresh_events *e)
{
    thresh_status rc = take_copy(r, &e->partial, &e->partial_len);
    uint8_t format;

    if (rc != THRESH_OK)
        return rc;
    e->partial_capacity = e->partial_len + 1;
    e->too_long = bytes_take_u8(r) != 0;
    e->begun = bytes_take_u8(r) != 0;
    e->guessed = bytes_take_u64(r);
    e->line_offset = bytes_take_u64(r);
    format = bytes_take_u8(r);
    e->format = (thresh_events_format)format;
    e->delimiter = (char)bytes_take_u8(r);
    if ((rc = take_copy(r, &e->header, &e->header_len)) != THRESH_OK)
        return rc;
    e->column_count = bytes_take_count(r, 4, EVENTS_COLUMNS);
    if (format > THRESH_EVENTS_CSV || e->partial_len > THRESH_EVENTS_LINE
        || (e->begun && format == THRESH_EVENTS_DETECT))
        return THRESH_EFORMAT;
    if (e->column_count > 0 && (e->columns = malloc(EVENTS_COLUMNS * sizeof *e->columns)) == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < e->column_count; i++)
        e->columns[i] = bytes_take_u32(r); /* checked when the fields are there */
    return THRESH_OK;
}

static thresh_status take_texts(bytes_reader *r, event_fields *f, event_texts *t, size_t most)
{
    size_t count = bytes_take_count(r, 9, most);

    for (size_t i = 0; i < count; i++) {
        size_t len;
        uint32_t number;
        const char *text = bytes_take_text(r, &len);
        thresh_status rc;

        if (text == NULL)
            return THRESH_EFORMAT;
        if ((rc = events_number_text(&number, f, t, text, len)) != THRESH_OK)
            return rc;
        if (number != i)
            return THRESH_EFORMAT;
    }
    return THRESH_OK;
}

static thresh_status take_one_field(bytes_reader *r, thresh_events *e, uint32_t number)
{
    uint32_t parent = bytes_take_u32(r), made;
    bytes_reader own = bytes_take_block(r);
    size_t len = own.failed ? 0 : (size_t)(own.end - own.at);
    event_field *f;
    thresh_status rc;

    if (own.failed || len > EVENTS_NAME || memchr(own.at, 0, len) != NULL
        || (parent != TOP_FIELD && parent >= number))
        return THRESH_EFORMAT;
    if ((rc = events_field(&made, e, parent, (const char *)own.at, len)) != THRESH_OK)
        return rc;
    if (made != number)
        return THRESH_EFORMAT;
    f = &e->fields.items[number];
    f->is_number = bytes_take_u8(r) != 0;
    f->texts = bytes_take_u64(r);
    f->nulls = bytes_take_u64(r);
    return f->path_len <= EVENTS_NAME ? THRESH_OK : THRESH_EFORMAT;
}

static thresh_status take_fields(bytes_reader *r, thresh_events *e)
{
    event_fields *f = &e->fields;
    size_t count = bytes_take_count(r, 29, THRESH_EVENTS_FIELDS), most = e->options.max_series;
    thresh_status rc = THRESH_OK;

    for (uint32_t i = 0; i < count && rc == THRESH_OK; i++)
        rc = take_one_field(r, e, i);
    for (size_t i = 0; i < e->column_count && rc == THRESH_OK; i++)
        if (e->columns[i] != NO_FIELD && e->columns[i] >= f->count)
            rc = THRESH_EFORMAT;
    if (rc == THRESH_OK)
        rc = take_texts(r, f, &f->names, most);
    if (rc == THRESH_OK)
        rc = take_texts(r, f, &f->scopes, most + 1);
    if (rc != THRESH_OK)
        return rc;
    count = bytes_take_count(r, 16, most);
    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        event_series s = { bytes_take_u32(r), 0, 0 };
        s.name = bytes_take_u32(r);
        s.missing = bytes_take_u64(r);
        rc = s.scope < f->scopes.count && s.name < f->names.count ? events_add_series(f, &s)
                                                                  : THRESH_EFORMAT;
    }
    return rc;
}

static thresh_status take_held(bytes_reader *r, thresh_events *e)
{
    thresh_event_reading *readings = e->row.readings;
    thresh_event event = { .ts = bytes_take_i64(r), .line = bytes_take_u64(r) };
    uint32_t named;
    bool has_id;
    bytes_reader id;
    size_t count;

    event.offset = bytes_take_u64(r);
    named = bytes_take_u32(r);
    has_id = bytes_take_u8(r) != 0;
    id = bytes_take_block(r);
    count = bytes_take_count(r, 12, SIZE_MAX);
    if (id.failed || r->failed || count == 0 || !events_is_time(event.ts))
        return THRESH_EFORMAT;
    if (!array_reserve(&e->row.readings, &e->row.reading_capacity, count, sizeof *readings))
        return THRESH_ENOMEM;
    readings = e->row.readings;
    for (size_t i = 0; i < count; i++) {
        readings[i].series = bytes_take_u32(r);
        readings[i].value = bytes_take_double(r);
        if (readings[i].series >= e->fields.series_count)
            return THRESH_EFORMAT;
    }
    event.id = has_id ? (const char *)id.at : NULL;
    event.id_len = (size_t)(id.end - id.at);
    event.readings = readings;
    event.count = count;
    return events_clock_hold(e, &event, named);
}

static thresh_status take_clock(bytes_reader *r, thresh_events *e)
{
    event_clock *c = &e->clock;
    size_t count;
    thresh_status rc = THRESH_OK;
    uint64_t agreed;

    c->newest = bytes_take_i64(r);
    if (c->newest != THRESH_NO_TIME && !events_is_time(c->newest))
        return THRESH_EFORMAT;
    c->moved = bytes_take_u8(r) != 0;
    agreed = bytes_take_u64(r);
    count = bytes_take_count(r, 50, EVENTS_HELD - 1);
    for (size_t i = 0; i < count && rc == THRESH_OK; i++)
        rc = take_held(r, e);
    if (rc != THRESH_OK)
        return rc;
    c->agreed = (size_t)agreed;
    count = bytes_take_count(r, 16, e->options.max_ids);
    if (agreed >= EVENTS_AGREE || (c->held_count > 0 && c->newest == THRESH_NO_TIME))
        return THRESH_EFORMAT;
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = bytes_take_u64(r);
        int64_t ts = bytes_take_i64(r);
        if (events_clock_remembers(c, hash) || (ts != THRESH_NO_TIME && !events_is_time(ts)))
            return THRESH_EFORMAT;
        if (!events_clock_remember(e, hash, ts))
            return THRESH_ENOMEM;
    }
    return THRESH_OK;
}

thresh_status thresh_events_load(thresh_events **out, const thresh_events_options *options,
                                 const void *data, size_t len, thresh_diags *diags)
{
    bytes_reader r = bytes_read(data, len);
    thresh_events *e = NULL;
    thresh_status rc = thresh_events_new(&e, options, diags);

    *out = NULL;
    if (rc != THRESH_OK)
        goto done;
    bytes_take_tag(&r, tag);
    if ((rc = take_options(&r, e)) == THRESH_OK) {
        take_counts(&r, e);
        rc = take_input(&r, e);
    }
    if (rc == THRESH_OK)
        rc = take_fields(&r, e);
    if (rc == THRESH_OK)
        rc = take_clock(&r, e);
    if (rc == THRESH_OK && !bytes_done(&r))
        rc = THRESH_EFORMAT;
    if (rc == THRESH_EFORMAT)
        thresh_diags_add(diags, THRESH_ERROR, e->options.path, 0, 0,
                         "no state of events, or one of other options; expected what was saved");
    if (rc != THRESH_OK)
        goto done;
    *out = e;
    e = NULL;
done:
    thresh_events_free(e);
    return rc;
}
