/*
 * The stream of events: cuts what is fed into lines, tells the format and counts what is wrong.
 * Lines are read where they lie; only one that was cut by the feeding is copied.
 */
#include "base/language.h"
#include "input/events.h"
#include "input/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND ((int64_t)1000000)

/* --- options --- */

static const char *copy_text(thresh_events *e, const char *text)
{
    return text == NULL ? NULL : arena_strdup(&e->arena, text);
}

static thresh_status refuse_option(const thresh_events_options *o, thresh_diags *diags,
                                   const char *what)
{
    thresh_diags_add(diags, THRESH_ERROR, o->path, 0, 0, "%s", diag_text(diags, what));
    return THRESH_EINVAL;
}

static thresh_status copy_options(thresh_events *e, const thresh_events_options *from)
{
    thresh_events_options *o = &e->options;
    const char **by;

    *o = *from;
    while (from->by != NULL && from->by[e->by_count] != NULL)
        if (++e->by_count > EVENTS_BY)
            return refuse_option(from, e->diags, N_("slices by more than 16 fields"));
    for (size_t i = 0; i < e->by_count; i++)
        if (strlen(from->by[i]) > EVENTS_NAME)
            return refuse_option(from, e->diags,
                                 N_("the name of a field of more than 1,024 bytes"));
    if (from->lateness < THRESH_EVENTS_NONE || from->max_jump < 0)
        return refuse_option(from, e->diags,
                             N_("a lateness or a jump of time is less than nought"));
    if (from->max_series > UINT32_MAX / 2 || from->max_ids > UINT32_MAX / 4)
        return refuse_option(from, e->diags, N_("a limit of series or ids is beyond reason"));
    o->path = copy_text(e, from->path);
    o->time = copy_text(e, from->time);
    o->id = copy_text(e, from->id);
    by = arena_alloc(&e->arena, (e->by_count + 1) * sizeof *by);
    for (size_t i = 0; by != NULL && i < e->by_count; i++)
        by[i] = copy_text(e, from->by[i]);
    o->by = by;
    o->max_series = from->max_series == 0 ? 4096 : from->max_series;
    o->max_ids = from->max_ids == 0 ? 65536 : from->max_ids;
    o->lateness = from->lateness == 0 ? 60 * SECOND : from->lateness < 0 ? 0 : from->lateness;
    o->max_jump = from->max_jump == 0 ? 86400 * SECOND : from->max_jump;
    return e->arena.failed ? THRESH_ENOMEM : THRESH_OK;
}

thresh_status thresh_events_new(thresh_events **out, const thresh_events_options *options,
                                thresh_diags *diags)
{
    static const thresh_events_options usual = { 0 };
    thresh_status rc = THRESH_ENOMEM;
    thresh_events *e = calloc(1, sizeof *e);
    uint32_t whole;

    *out = NULL;
    if (e == NULL)
        goto done;
    e->diags = diags;
    e->clock.newest = THRESH_NO_TIME;
    rc = copy_options(e, options != NULL ? options : &usual);
    e->format = e->options.format;
    if (rc == THRESH_OK) /* the scope of the whole is number 0 */
        rc = events_number_text(&whole, &e->fields, &e->fields.scopes, "", 0);
    if (rc != THRESH_OK)
        goto done;
    e->guesses = calloc(EVENTS_GUESSES + 1, sizeof *e->guesses);
    if (e->guesses == NULL) {
        rc = THRESH_ENOMEM;
        goto done;
    }
    for (size_t i = 0; i <= EVENTS_GUESSES; i++)
        e->guesses[i].parent = NO_PARENT;
    *out = e;
    e = NULL;
done:
    thresh_events_free(e);
    return rc;
}

void thresh_events_free(thresh_events *e)
{
    if (e == NULL)
        return;
    events_fields_free(&e->fields);
    events_clock_free(&e->clock);
    free(e->row.items);
    free(e->row.odd);
    free(e->row.texts);
    free(e->row.readings);
    free(e->guesses);
    free(e->columns);
    free(e->header);
    free(e->partial);
    arena_free(&e->arena);
    free(e);
}

/* --- messages --- */

static uint32_t clamped(uint64_t number)
{
    return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

void events_complain(thresh_events *e, event_complaint kind, uint64_t number, const char *at,
                     const char *format, ...)
{
    char text[EVENTS_NAME + 512];
    va_list args;
    uint32_t column = 0;

    if (e->complaints[kind] == THRESH_EVENTS_SHOWN)
        return;
    e->complaints[kind]++;
    if (at != NULL) { /* columns count characters, as editors do */
        column = 1;
        for (const char *p = e->row.line; p < at; p++)
            column += ((unsigned char)*p & 0xC0) != 0x80;
    }
    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(e->diags, format), args);
    va_end(args);
    thresh_diags_add(e->diags, THRESH_WARNING, e->options.path, clamped(number), column, "%s",
                     text);
}

const char *events_shown(char out[EVENTS_SHOWN_TEXT], const char *text, size_t len)
{
    size_t most = EVENTS_SHOWN_TEXT - 4, n = 0;
    bool clipped = len > most;

    if (clipped)
        for (len = most; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;)
            len--;
    for (; n < len; n++)
        out[n] = (unsigned char)text[n] < ' ' || text[n] == 0x7F ? '?' : text[n];
    strcpy(out + n, clipped ? "..." : "");
    return out;
}

/* The character at `at`, or what stands for it. */
static const char *found_at(const thresh_events *e, char out[16], const char *at)
{
    unsigned char c = (unsigned char)*at;
    size_t len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

    if (c == '\n')
        return diag_text(e->diags, N_("the end of the line"));
    if (c < ' ' || c == 0x7F)
        snprintf(out, 16, "U+%04X", c);
    else
        snprintf(out, 16, "'%.*s'", (int)len, at);
    return out;
}

thresh_status events_refuse(thresh_events *e, const char *at, const char *format)
{
    char found[16];

    e->counts.malformed++;
    events_complain(e, COMPLAIN_MALFORMED, e->counts.lines, at, format, found_at(e, found, at));
    return THRESH_EFORMAT;
}

/* --- lines --- */

static thresh_status no_events(thresh_events *e, const char *what)
{
    thresh_diags_add(e->diags, THRESH_ERROR, e->options.path, clamped(e->counts.lines), 0, "%s",
                     diag_text(e->diags, what));
    return THRESH_EFORMAT;
}

static bool begins(const char *text, size_t len, const char *with, size_t with_len)
{
    return len >= with_len && memcmp(text, with, with_len) == 0;
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r')
            return false;
    return true;
}

/* The first line that holds anything, of the input or of another file; THRESH_EEMPTY: a header. */
static thresh_status begin(thresh_events *e, const char *text, size_t len)
{
    size_t at = 0;
    thresh_status rc;

    if (begins(text, len, "\x1F\x8B", 2) || begins(text, len, "\x28\xB5\x2F\xFD", 4))
        return no_events(e, N_("a compressed file; expected JSON Lines or CSV"));
    while (at < len && (text[at] == ' ' || text[at] == '\t'))
        at++;
    if (e->format == THRESH_EVENTS_DETECT && at < len && text[at] == '[')
        return no_events(e, N_("a JSON list; expected an object on each line"));
    if (e->format == THRESH_EVENTS_DETECT) {
        e->format = at < len && text[at] == '{' ? THRESH_EVENTS_JSON : THRESH_EVENTS_CSV;
        e->guessed = e->format == THRESH_EVENTS_CSV ? e->counts.lines : 0;
    }
    e->begun = true;
    if (e->format != THRESH_EVENTS_CSV || events_csv_goes_on(e, text, len))
        return THRESH_OK;
    if (!is_utf8(text, len, &at))
        return no_events(e, N_("invalid UTF-8 in the header; expected JSON Lines or CSV"));
    rc = events_csv_header(e, text, len);
    return rc == THRESH_OK ? THRESH_EEMPTY : rc;
}

/* What was taken for a header is followed by JSON: it was a broken line. */
static void reconsider(thresh_events *e, const char *text, size_t len)
{
    if (begins(text, len, "{\"", 2)) {
        e->format = THRESH_EVENTS_JSON;
        e->counts.blank--;
        e->counts.malformed++;
        events_complain(e, COMPLAIN_MALFORMED, e->guessed, NULL,
                        N_("no JSON object, where those that follow are"));
    }
    e->guessed = 0;
}

/* A line, with text[len] readable and '\n'. */
static thresh_status take_line(thresh_events *e, const char *text, size_t len)
{
    size_t at;
    bool first = !e->begun;
    thresh_status rc;

    e->counts.lines++;
    events_row_begin(e, text);
    if (first && begins(text, len, "\xEF\xBB\xBF", 3)) {
        text += 3;
        len -= 3;
    }
    if (is_blank(text, len)) {
        e->counts.blank++;
        return THRESH_OK;
    }
    if (first && (rc = begin(e, text, len)) != THRESH_OK) {
        e->counts.blank += rc == THRESH_EEMPTY;
        return rc == THRESH_EEMPTY ? THRESH_OK : rc;
    }
    if (e->guessed > 0)
        reconsider(e, text, len);
    if (!is_utf8(text, len, &at)) {
        e->counts.malformed++;
        events_complain(e, COMPLAIN_MALFORMED, e->counts.lines, text + at,
                        N_("invalid UTF-8; expected the input in UTF-8"));
        return THRESH_OK;
    }
    rc = e->format == THRESH_EVENTS_CSV ? events_csv_line(e, text, len)
                                        : events_json_line(e, text, len);
    if (rc == THRESH_OK)
        return events_row_end(e);
    /* refused, counted and said; or a header again */
    return rc == THRESH_EFORMAT || rc == THRESH_EEMPTY ? THRESH_OK : rc;
}

static thresh_status take_long_line(thresh_events *e)
{
    e->counts.lines++;
    e->counts.malformed++;
    events_complain(e, COMPLAIN_MALFORMED, e->counts.lines, NULL, N_("a line of more than 1 MiB"));
    return THRESH_OK;
}

/* Keeps the beginning of a line; of one that is too long only that it is. */
static thresh_status keep(thresh_events *e, const char *text, size_t len)
{
    if (!e->too_long && e->partial_len + len > THRESH_EVENTS_LINE)
        e->too_long = true;
    if (e->too_long) {
        e->partial_len = 0;
        return THRESH_OK;
    }
    if (!array_reserve(&e->partial, &e->partial_capacity, e->partial_len + len + 1, 1))
        return THRESH_ENOMEM;
    memcpy(e->partial + e->partial_len, text, len);
    e->partial_len += len;
    return THRESH_OK;
}

static thresh_status take_kept(thresh_events *e)
{
    thresh_status rc;

    if (e->too_long) {
        rc = take_long_line(e);
    } else {
        e->partial[e->partial_len] = '\n';
        e->limit = e->partial + e->partial_len + 1;
        rc = take_line(e, e->partial, e->partial_len);
    }
    e->partial_len = 0;
    e->too_long = false;
    return rc;
}

/* A line is done, whatever became of it. */
static thresh_status mark(thresh_events *e)
{
    thresh_event event = { .ts = THRESH_NO_TIME,
                           .watermark = THRESH_NO_TIME,
                           .line = e->counts.lines,
                           .offset = e->line_offset };

    return e->options.mark_every == 0 || e->counts.lines % e->options.mark_every != 0
               ? THRESH_OK
               : e->take(e->context, &event);
}

thresh_status thresh_events_feed(thresh_events *e, const char *text, size_t len,
                                 thresh_event_fn *take, void *context)
{
    thresh_status rc = THRESH_OK;

    e->take = take;
    e->context = context;
    while (len > 0 && rc == THRESH_OK) {
        const char *end = memchr(text, '\n', len);
        size_t n = end != NULL ? (size_t)(end - text) : len;

        if (end == NULL || e->partial_len > 0 || e->too_long) {
            rc = keep(e, text, n);
            if (rc == THRESH_OK && end != NULL)
                rc = take_kept(e);
        } else {
            e->limit = text + len;
            rc = n > THRESH_EVENTS_LINE ? take_long_line(e) : take_line(e, text, n);
        }
        if (rc == THRESH_OK && end != NULL)
            rc = mark(e);
        n += end != NULL;
        e->counts.bytes += n;
        if (end != NULL)
            e->line_offset = e->counts.bytes;
        text += n;
        len -= n;
    }
    return rc;
}

thresh_status thresh_events_cut(thresh_events *e, thresh_event_fn *take, void *context)
{
    thresh_status rc = THRESH_OK;

    e->take = take;
    e->context = context;
    if (e->partial_len > 0 || e->too_long) {
        rc = take_kept(e);
        rc = rc == THRESH_OK ? mark(e) : rc;
    }
    e->line_offset = e->counts.bytes;
    e->begun = false;
    return rc;
}

thresh_status thresh_events_end(thresh_events *e, thresh_event_fn *take, void *context)
{
    thresh_status rc = thresh_events_cut(e, take, context);

    if (rc == THRESH_OK)
        events_clock_end(e);
    return rc;
}

const thresh_events_counts *thresh_events_counted(const thresh_events *e)
{
    return &e->counts;
}

int64_t thresh_events_watermark(const thresh_events *e)
{
    int64_t newest = e->clock.newest;

    return newest == THRESH_NO_TIME || e->options.lateness == THRESH_EVENTS_ANY
               ? THRESH_NO_TIME
               : newest - e->options.lateness;
}
