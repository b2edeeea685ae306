/*
 * From the fields of a line to a row of readings: which of them is the time, the id, the scope, and
 * which metric a value belongs to. Nothing of a line counts before the line is known to be whole.
 */
#include "base/language.h"
#include "input/events.h"

#include <stdlib.h>
#include <string.h>

void events_row_begin(thresh_events *e, const char *line)
{
    event_row *r = &e->row;

    r->line = line;
    r->count = r->odd_count = r->texts_len = r->reading_count = 0;
    r->news = false;
    r->time_field = r->value_field = NO_FIELD;
    r->id.text = r->scope.text = r->name.text = NULL;
    for (size_t i = 0; i < e->by_count; i++)
        r->by[i].text = NULL;
}

char *events_row_text(event_row *r, size_t more)
{
    /* texts that were handed out lie in it, so that it may not move within a row */
    if (r->texts == NULL) {
        r->texts = malloc(THRESH_EVENTS_LINE);
        r->texts_capacity = r->texts == NULL ? 0 : THRESH_EVENTS_LINE;
    }
    return r->texts != NULL && r->texts_capacity - r->texts_len >= more ? r->texts + r->texts_len
                                                                        : NULL;
}

/* --- what stands in a field --- */

static thresh_status put_plain(thresh_events *e, uint32_t field, const event_value *v)
{
    event_row *r = &e->row;

    if (v->type == VALUE_NUMBER)
        return events_row_add(e, field, v->number);
    if (!array_reserve(&r->odd, &r->odd_capacity, r->odd_count + 1, sizeof *r->odd))
        return THRESH_ENOMEM;
    r->odd[r->odd_count++] = (event_odd){ field, v->type, v->at };
    return THRESH_OK;
}

/* Of several times that of the lowest rank is the time; the others are fields like any. */
static thresh_status put_time(thresh_events *e, uint32_t field, const event_value *v)
{
    event_row *r = &e->row;
    const event_field *all = e->fields.items;
    bool better = r->time_field == NO_FIELD || all[field].rank < all[r->time_field].rank;
    thresh_status rc = THRESH_OK;

    if (!better)
        return put_plain(e, field, v);
    if (r->time_field != NO_FIELD)
        rc = put_plain(e, r->time_field, &r->time);
    r->time_field = field;
    r->time = *v;
    return rc;
}

static void keep_text(event_text *to, const event_field *f, const event_value *v)
{
    if (to->text == NULL || f->rank < to->rank)
        *to = (event_text){ v->text, v->len, f->rank };
}

static thresh_status drop_readings(thresh_events *e, uint64_t count, const char *format)
{
    if (count > 0)
        events_complain(e, COMPLAIN_DROPPED, e->counts.lines, NULL, format, e->options.max_series);
    e->counts.dropped += count;
    return THRESH_OK;
}

thresh_status events_row_put(thresh_events *e, uint32_t field, const event_value *v)
{
    event_row *r = &e->row;
    const event_field *f = field == NO_FIELD ? NULL : &e->fields.items[field];
    bool said = v->type == VALUE_TEXT || v->type == VALUE_NUMBER; /* names something */

    if (f == NULL) {
        e->counts.dropped++;
        events_complain(e, COMPLAIN_DROPPED, e->counts.lines, v->at,
                        N_("more than %d different fields; this one is left out"),
                        THRESH_EVENTS_FIELDS);
        return THRESH_OK;
    }
    if (f->dimension > 0 && said) {
        r->by[f->dimension - 1] = (event_text){ v->text, v->len, 0 };
        return THRESH_OK;
    }
    if (f->role == FIELD_TIME && said)
        return put_time(e, field, v);
    if (f->role == FIELD_ID && said) {
        keep_text(&r->id, f, v);
        return THRESH_OK;
    }
    if (f->role == FIELD_SCOPE && said) {
        keep_text(&r->scope, f, v);
        return THRESH_OK;
    }
    if (f->role == FIELD_NAME && v->type == VALUE_TEXT) {
        keep_text(&r->name, f, v);
        return THRESH_OK;
    }
    if (f->role == FIELD_VALUE && v->type == VALUE_NUMBER
        && (r->value_field == NO_FIELD || f->rank < e->fields.items[r->value_field].rank))
        r->value_field = field;
    return put_plain(e, field, v);
}

/* --- the whole row --- */

static thresh_status find_time(thresh_events *e, int64_t *ts)
{
    const event_row *r = &e->row;
    const event_value *v = &r->time;
    char shown[EVENTS_SHOWN_TEXT];
    double number;
    bool zoneless = false;

    *ts = THRESH_NO_TIME;
    if (r->time_field == NO_FIELD)
        return THRESH_OK;
    if (v->type == VALUE_NUMBER ? events_time_number(ts, v->number, e->options.unit)
                                : events_time_text(ts, v->text, v->len, &e->minute))
        return THRESH_OK;
    if (v->type == VALUE_TEXT && thresh_parse_number(&number, v->text, v->len)
        && events_time_number(ts, number, e->options.unit))
        return THRESH_OK;
    if (v->type == VALUE_TEXT && events_time_other(ts, v->text, v->len, e->options.utc, &zoneless))
        return THRESH_OK;
    e->counts.malformed++;
    events_complain(e, COMPLAIN_MALFORMED, e->counts.lines, v->at,
                    zoneless
                        ? N_("the time '%s' has no zone; --utc says that such times are UTC")
                        : N_("'%s' is no time; expected RFC 3339 with a zone, or a count since "
                             "1970"),
                    events_shown(shown, v->text, v->len));
    return THRESH_EFORMAT;
}

/* A field shows to be of a metric: what it held before counts from now on. */
static void become_number(thresh_events *e, event_field *f)
{
    f->is_number = true;
    e->counts.missing += f->nulls;
    e->counts.bad_values += f->texts;
    if (f->texts > 0)
        events_complain(e, COMPLAIN_VALUE, e->counts.lines, NULL,
                        N_("'%s' has its first number here; what it held before counts as bad "
                           "values"),
                        f->path);
    f->nulls = f->texts = 0;
}

/* A metric that had something else than a number; in the place where the number would have been. */
static thresh_status count_missing(thresh_events *e, const event_odd *o)
{
    const event_row *r = &e->row;
    event_field *f = &e->fields.items[o->field];
    bool named = f->role == FIELD_VALUE && r->name.text != NULL;
    uint32_t scope = 0, series = NO_SERIES;
    thresh_status rc = THRESH_OK;

    if (!f->is_number)
        return THRESH_OK;
    if (r->scope.text != NULL)
        rc = events_scope(&scope, e, r->scope.text, r->scope.len);
    if (rc == THRESH_OK && scope != NO_SERIES)
        rc = events_series_in(&series, e, scope, f, named ? &r->name : NULL);
    if (rc == THRESH_OK && series != NO_SERIES)
        e->fields.series[series].missing++;
    return rc;
}

static void count_odd(thresh_events *e, const event_odd *o)
{
    static const char *const what[] = {
        [VALUE_TEXT] = N_("'%s' holds a text; expected a number"),
        [VALUE_NAN] = N_("'%s' holds no finite number"),
        [VALUE_LIST] = N_("'%s' holds a list or an object; expected a number"),
    };
    event_field *f = &e->fields.items[o->field];

    if (!f->is_number && o->type == VALUE_NAN)
        become_number(e, f);
    if (!f->is_number) {
        *(o->type == VALUE_NULL ? &f->nulls : &f->texts) += 1;
    } else if (o->type == VALUE_NULL) {
        e->counts.missing++;
    } else {
        e->counts.bad_values++;
        events_complain(e, COMPLAIN_VALUE, e->counts.lines, o->at, what[o->type], f->path);
    }
}

/* Readings of the whole, when each of them has its series already: most rows are such. */
static bool take_known(thresh_events *e)
{
    event_row *r = &e->row;
    const event_field *fields = e->fields.items;
    thresh_event_reading *out = r->readings + r->reading_count;

    for (size_t i = 0; i < r->count; i++) {
        out[i].series = fields[r->items[i].field].series;
        out[i].value = r->items[i].value;
        if (out[i].series == NO_SERIES)
            return false;
    }
    r->reading_count += r->count;
    return true;
}

static thresh_status add_readings(thresh_events *e, uint32_t scope)
{
    event_row *r = &e->row;
    uint64_t dropped = 0;

    if (r->reading_count + r->count > r->reading_capacity
        && !array_reserve(&r->readings, &r->reading_capacity, r->reading_count + r->count,
                          sizeof *r->readings))
        return THRESH_ENOMEM;
    if (scope == 0 && r->name.text == NULL && take_known(e))
        return THRESH_OK;
    for (size_t i = 0; i < r->count; i++) {
        event_field *f = &e->fields.items[r->items[i].field];
        bool named = r->items[i].field == r->value_field && r->name.text != NULL;
        uint32_t series = f->series;

        if (scope != 0 || named || series == NO_SERIES) {
            thresh_status rc = events_series_in(&series, e, scope, f, named ? &r->name : NULL);
            if (rc != THRESH_OK)
                return rc;
        }
        if (series == NO_SERIES)
            dropped++;
        else
            r->readings[r->reading_count++] = (thresh_event_reading){ series, r->items[i].value };
    }
    return drop_readings(e, dropped,
                         N_("more than %zu series; what belongs to others is left out"));
}

static thresh_status add_scope(thresh_events *e, const char *text, size_t len)
{
    uint32_t scope;
    thresh_status rc = events_scope(&scope, e, text, len);

    if (rc == THRESH_OK && scope == NO_SERIES)
        return drop_readings(e, e->row.count,
                             N_("more than %zu series; what belongs to others is left out"));
    return rc == THRESH_OK ? add_readings(e, scope) : rc;
}

/* "field=value" */
static thresh_status add_slice(thresh_events *e, size_t dimension)
{
    const char *field = e->options.by[dimension];
    const event_text *value = &e->row.by[dimension];
    char scope[2 * EVENTS_NAME + 2];
    size_t len = strlen(field);

    if (value->text == NULL)
        return THRESH_OK;
    memcpy(scope, field, len);
    scope[len] = '=';
    memcpy(scope + len + 1, value->text, value->len);
    return add_scope(e, scope, len + 1 + value->len);
}

/* A row that says its scope belongs to that alone; any other to the whole and to its slices. */
static thresh_status add_scopes(thresh_events *e)
{
    const event_row *r = &e->row;
    thresh_status rc =
        r->scope.text != NULL ? add_scope(e, r->scope.text, r->scope.len) : add_readings(e, 0);

    for (size_t i = 0; i < e->by_count && rc == THRESH_OK && r->scope.text == NULL; i++)
        rc = add_slice(e, i);
    return rc;
}

/* Names are kept, so they are bounded. */
static thresh_status check_names(thresh_events *e)
{
    const event_text *own[] = { &e->row.id, &e->row.scope, &e->row.name };
    size_t count = sizeof own / sizeof *own;

    for (size_t i = 0; i < count + e->by_count; i++) {
        const event_text *t = i < count ? own[i] : &e->row.by[i - count];
        if (t->text != NULL && t->len > EVENTS_NAME) {
            e->counts.malformed++;
            events_complain(
                e, COMPLAIN_MALFORMED, e->counts.lines, NULL,
                N_("an id, or the name of a metric or a slice, of more than 1,024 bytes"));
            return THRESH_EFORMAT;
        }
    }
    return THRESH_OK;
}

thresh_status events_row_end(thresh_events *e)
{
    event_row *r = &e->row;
    thresh_event event = { .line = e->counts.lines,
                           .offset = e->line_offset,
                           .id = r->id.text,
                           .id_len = r->id.text != NULL ? r->id.len : 0 };
    thresh_status rc = find_time(e, &event.ts);
    bool named = r->name.text != NULL && r->value_field != NO_FIELD;

    if (rc == THRESH_OK)
        rc = check_names(e);
    if (rc != THRESH_OK)
        return rc == THRESH_EFORMAT ? THRESH_OK : rc; /* refused, counted and said */
    for (size_t i = 0; i < r->odd_count; i++) {
        count_odd(e, &r->odd[i]);
        if ((rc = count_missing(e, &r->odd[i])) != THRESH_OK)
            return rc;
    }
    for (size_t i = 0; r->news && i < r->count; i++) {
        event_field *f = &e->fields.items[r->items[i].field];
        if (!f->is_number)
            become_number(e, f);
    }
    if (r->count > 0 && (rc = add_scopes(e)) != THRESH_OK)
        return rc;
    if (r->reading_count == 0) {
        e->counts.empty++;
        return THRESH_OK;
    }
    event.readings = r->readings;
    event.count = r->reading_count;
    /* rows of one event may each name a metric under its id */
    return events_clock_take(e, &event, named ? r->readings[0].series : NO_SERIES);
}
