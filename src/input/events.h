/* The parts of the reader of events: lines, fields, rows and their time. */
#ifndef INPUT_EVENTS_H
#define INPUT_EVENTS_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/decimal.h"
#include "thresh/events.h"

enum {
    EVENTS_DEPTH = 64,              /* of objects and lists in a row */
    EVENTS_NAME = 1024,             /* longest name, scope, id or value that makes a slice */
    EVENTS_BY = 16,                 /* fields that make slices */
    EVENTS_COLUMNS = 1024,          /* of a CSV */
    EVENTS_HELD = 256,              /* rows kept back while their time is not believed */
    EVENTS_HELD_READINGS = 1 << 17, /* and readings of them: more than any one row has */
    EVENTS_AGREE = 5,               /* different times in succession that make it believed */
    EVENTS_GUESSES = 256            /* positions of a line whose key is guessed */
};
#define NO_FIELD UINT32_MAX
#define NO_SERIES UINT32_MAX
#define TOP_FIELD UINT32_MAX /* parent of the fields of the row itself */

typedef enum field_role {
    FIELD_PLAIN,
    FIELD_TIME,
    FIELD_ID,
    FIELD_SCOPE,
    FIELD_NAME, /* of the metric whose value is in a field of FIELD_VALUE */
    FIELD_VALUE
} field_role;

/* A key of the rows, or a column. */
typedef struct event_field {
    const char *path;                   /* "a/b" */
    uint32_t path_len, own_len, parent; /* lengths of the path and of its last part */
    uint8_t role, rank;    /* of several fields of a role that of the lowest rank is taken */
    uint8_t dimension;     /* from 1, of options.by; 0: none */
    bool is_number;        /* has held one */
    uint32_t name;         /* the path among the names, or NO_FIELD until it is needed */
    uint32_t series;       /* its series in the whole, or NO_SERIES */
    uint64_t line;         /* that had it last */
    uint64_t texts, nulls; /* of these before its first number */
} event_field;

typedef struct event_texts { /* texts that are numbered */
    const char **items;
    size_t count, capacity;
    index_table index;
} event_texts;

typedef struct event_series {
    uint32_t scope, name;
    uint64_t missing; /* values that were no numbers */
} event_series;

typedef struct event_fields {
    arena arena;
    event_field *items;
    size_t count, capacity;
    index_table index;
    event_texts names, scopes;
    event_series *series;
    size_t series_count, series_capacity;
    index_table series_index;
} event_fields;

/* What a field holds in a row. */
typedef enum value_type { VALUE_NUMBER, VALUE_TEXT, VALUE_NULL, VALUE_NAN, VALUE_LIST } value_type;

typedef struct event_value {
    value_type type;
    bool escaped;     /* a text of JSON with a backslash */
    const char *at;   /* where it stands in the line */
    const char *text; /* as written, a text without its quotes and escapes */
    size_t len;
    double number;
} event_value;

typedef struct event_item { /* a number of the row */
    uint32_t field;
    double value;
} event_item;

typedef struct event_odd { /* what is no number, where one may have been expected */
    uint32_t field;
    value_type type;
    const char *at;
} event_odd;

typedef struct event_text {
    const char *text; /* NULL: none */
    size_t len;
    uint8_t rank;
} event_text;

typedef struct event_minute {
    char text[17]; /* "2026-11-25T04:00:" */
    int64_t seconds;
} event_minute;

/* A row in the making. */
typedef struct event_row {
    const char *line; /* its first byte */
    event_item *items;
    size_t count, capacity;
    bool news; /* one of them is the first number of its field */
    event_odd *odd;
    size_t odd_count, odd_capacity;
    event_value time;
    uint32_t time_field;
    event_text id, scope, name;
    uint32_t value_field;
    event_text by[EVENTS_BY];
    char *texts; /* what was unescaped; as long as the line at least */
    size_t texts_len, texts_capacity;
    thresh_event_reading *readings;
    size_t reading_count, reading_capacity;
} event_row;

/* A key as the line before had it at this place, and how its number was written. In a CSV, where
 * keys are columns, the number alone. */
enum { GUESS_WORDS = 7, GUESS_MASKS = 3 };
#define NO_PARENT (UINT32_MAX - 1)
typedef struct event_guess {
    uint32_t parent; /* NO_PARENT: no guess */
    uint32_t field;
    uint32_t len;
    bool plain;                  /* its field is */
    uint64_t token[GUESS_WORDS]; /* from the bracket or comma to behind the colon and the space */
    uint64_t mask[GUESS_MASKS];  /* bytes of the first words that are of it */
    decimal_shape shape, other_shape; /* of the last numbers: 9.8 and 10.1 take turns */
} event_guess;

typedef struct held_row {
    int64_t ts;
    uint64_t line, offset;
    size_t id_at, id_len; /* in `texts`; SIZE_MAX: none */
    size_t first, count;  /* of `readings` */
    uint32_t named;       /* series of a row that names its metric, else NO_SERIES */
} held_row;

typedef struct recent_id {
    uint64_t hash;
    int64_t ts;
} recent_id;

/* Which time is believed, which rows are late, and which were here before. */
typedef struct event_clock {
    int64_t newest; /* or THRESH_NO_TIME */
    held_row *held;
    size_t held_count, held_capacity, agreed;
    thresh_event_reading *readings;
    size_t reading_count, reading_capacity;
    char *texts;
    size_t texts_len, texts_capacity;

    recent_id *ids; /* a ring */
    size_t id_first, id_count;
    bool moved;      /* which the next row tells */
    uint32_t *slots; /* position in the ring plus 1; 0: empty */
    size_t slot_mask;
} event_clock;

typedef enum event_complaint {
    COMPLAIN_MALFORMED,
    COMPLAIN_VALUE,
    COMPLAIN_LATE,
    COMPLAIN_JUMP,
    COMPLAIN_DUPLICATE,
    COMPLAIN_DROPPED,
    COMPLAINTS
} event_complaint;

struct thresh_events {
    thresh_events_options options;
    arena arena; /* texts of the options */
    size_t by_count;
    thresh_diags *diags;
    thresh_events_counts counts;
    uint32_t complaints[COMPLAINTS];

    const char *limit; /* what is readable ends here, at the end of the line or later */
    char *partial;     /* the beginning of a line */
    size_t partial_len, partial_capacity;
    bool too_long; /* of which is known that it is too long */
    bool begun;    /* a first line was seen of this file */
    uint64_t
        guessed; /* line that was taken for the header of a CSV, until another speaks for it; 0 */
    uint64_t line_offset;

    thresh_events_format format; /* as found */
    char delimiter;
    char *header; /* of the CSV, to know it again */
    size_t header_len;
    uint32_t *columns;
    size_t column_count;

    event_fields fields;
    event_guess *guesses; /* what the next line may be like */
    event_minute minute;
    event_row row;
    event_clock clock;

    thresh_event_fn *take;
    void *context;
};

/* --- events.c --- */

/* A message with its place, unless enough were given of this kind; `at` lies in the line that is
 * read, or is NULL. */
void events_complain(thresh_events *e, event_complaint kind, uint64_t line, const char *at,
                     const char *format, ...) THRESH_PRINTF(5, 6);
/* The line that is read is refused: counts it and says why; a %s in the format is what stands at
 * `at`.
 * @return THRESH_EFORMAT */
thresh_status events_refuse(thresh_events *e, const char *at, const char *format);
/* A text of the input as a message shows it: clipped, and with nothing that a terminal obeys. */
enum { EVENTS_SHOWN_TEXT = 160 };
const char *events_shown(char out[EVENTS_SHOWN_TEXT], const char *text, size_t len);
/* Room for `more` bytes behind those that were unescaped in this row; NULL: no memory. */
char *events_row_text(event_row *r, size_t more);

/* --- events_json.c, events_csv.c: one line into the row, where text[len] is readable and '\n' ---
 * THRESH_EFORMAT: the line was refused, and said so. THRESH_EEMPTY: it is no row. */
thresh_status events_json_line(thresh_events *e, const char *text, size_t len);
thresh_status events_csv_header(thresh_events *e, const char *text, size_t len);
thresh_status events_csv_line(thresh_events *e, const char *text, size_t len);
/* Is this first line of another file a row, of the columns as before? */
bool events_csv_goes_on(const thresh_events *e, const char *text, size_t len);

/* The first byte from `p` on that is a quote, a backslash or a control character, in a line, which
 * has one at its end at the latest; bytes are readable up to `limit`. */
static inline const char *events_text_end(const char *p, const char *limit)
{
    const uint64_t ones = 0x0101010101010101u, highest = 0x8080808080808080u;

    for (; limit - p >= 8; p += 8) {
        uint64_t word = decimal_load(p), quote = word ^ ones * '"', slash = word ^ ones * '\\';
        /* a byte below n has its highest bit set once n is subtracted, and not before; a borrow can
         * come only from such a byte, and goes to those behind it */
        uint64_t found =
            (((word - ones * ' ') & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash))
            & highest;
        if (found != 0)
            return p + __builtin_ctzll(found) / 8;
    }
    while ((unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* --- events_alike.c --- */

/* What the next line may have at this position: a key with all that stands round it. */
void events_guess(thresh_events *e, size_t position, uint32_t parent, uint32_t field,
                  const char *token, size_t len);
/* The guess for this position, where its token stands at `p`; else NULL. */
const event_guess *events_guessed(const thresh_events *e, const char *p, uint32_t parent,
                                  size_t position);
/* Takes keys and their numbers into the row as long as they are like those of the line before.
 * `*at` is at the bracket or comma before a key, and moves to behind the last number taken. */
thresh_status events_json_alike(thresh_events *e, const char **at, uint32_t parent,
                                size_t *position);
/* The same with cells; `*at` is at a cell, and moves to behind the delimiter of the last one taken.
 */
thresh_status events_csv_alike(thresh_events *e, const char **at, size_t *column);

/* --- events_fields.c --- */

/* The field of that name in `parent`, made when it is new; NO_FIELD beyond the limit. */
thresh_status events_field(uint32_t *out, thresh_events *e, uint32_t parent, const char *name,
                           size_t len);
/* The number of a text, numbered when it is new. */
thresh_status events_number_text(uint32_t *out, event_fields *f, event_texts *t, const char *text,
                                 size_t len);
/* The number of a scope, or NO_SERIES when it is new and there is no room for another series. */
thresh_status events_scope(uint32_t *out, thresh_events *e, const char *text, size_t len);
/* The series of a field, or of a name where that is not NULL, in a scope, made when it is new;
 * NO_SERIES beyond the limit. */
thresh_status events_series_in(uint32_t *out, thresh_events *e, uint32_t scope, event_field *field,
                               const event_text *name);
/* Numbers a series that is not there yet. */
thresh_status events_add_series(event_fields *f, const event_series *s);
void events_fields_free(event_fields *f);

/* --- events_row.c --- */

void events_row_begin(thresh_events *e, const char *line);
/* Anything in any field. */
thresh_status events_row_put(thresh_events *e, uint32_t field, const event_value *value);
/* Most of what there is: a finite number in a plain field. */
static inline bool events_is_plain(const event_field *f)
{
    return f->role == FIELD_PLAIN && f->dimension == 0;
}
static inline thresh_status events_row_add(thresh_events *e, uint32_t column, double value)
{
    event_row *r = &e->row;

    r->news |= !e->fields.items[column].is_number;
    if (r->count == r->capacity
        && !array_reserve(&r->items, &r->capacity, r->count + 1, sizeof *r->items))
        return THRESH_ENOMEM;
    r->items[r->count++] = (event_item){ column, value };
    return THRESH_OK;
}
/* The line is complete and well-formed: hands the row on. */
thresh_status events_row_end(thresh_events *e);

/* --- events_time.c --- */

/* RFC 3339, with a blank for the T as well, in microseconds since 1970; what is less is cut off.
 * False for a text that is no time, or one out of 0001 to 9999. `last` is the minute of the time
 * before, which mostly is that of this one. */
bool events_time_text(int64_t *out, const char *text, size_t len, event_minute *last);
bool events_time_number(int64_t *out, double value, thresh_time_unit unit);
/* Years 0001 to 9999: what is further off would overflow when it is reckoned with. */
bool events_is_time(int64_t microseconds);

/* --- events_dates.c: other forms of it, where that gives false --- */

/* Zones as +0000, +00 and UTC, a comma before the fraction, 25/Nov/2026:09:00:00 +0000. `utc`: what
 * has no zone is in UTC; else *zoneless says of what gives false that a zone is all it wants. */
bool events_time_other(int64_t *out, const char *text, size_t len, bool utc, bool *zoneless);

/* --- events_clock.c --- */

/* Hands out the row, keeps it back or drops it; the row's readings are complete. `named`: the
 * series of the metric that it names, so that rows of one event may share its id. */
thresh_status events_clock_take(thresh_events *e, thresh_event *event, uint32_t named);
/* Keeps a row back. */
thresh_status events_clock_hold(thresh_events *e, const thresh_event *event, uint32_t named);
/* Nothing will confirm what is kept back. */
void events_clock_end(thresh_events *e);
void events_clock_free(event_clock *c);
/* Ids that were here, by their hashes: enters one, newest last, for which the oldest may have to
 * go. */
bool events_clock_remember(thresh_events *e, uint64_t hash, int64_t ts);
bool events_clock_remembers(const event_clock *c, uint64_t hash);

#endif
