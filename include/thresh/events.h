/**
 * @file events.h
 * Rows of metrics as a running service writes them: JSON Lines, CSV or TSV, wide or long. A push
 * parser: bytes go in in any pieces, rows come out; it reads no file and no clock.
 *
 * Wide rows hold a metric in each field, long ones name it (in JSON the two may be mixed):
 *
 *     {"ts": "2026-11-25T04:00:00Z", "accuracy": 0.93, "latency_ms": 31, "slice": "class=cat"}
 *     {"ts": 1795579200, "metric": "accuracy", "value": 0.93, "scope": "class=cat"}
 *
 * - A record is one line, of at most THRESH_EVENTS_LINE bytes, in UTF-8. A quoted field of CSV ends
 *   with its line, so that a stray quote costs one row.
 * - JSON is strict but for NaN and Infinity, which are values that are no numbers. Objects inside
 * of the row become names such as "a/b". true and false are 1 and 0.
 * - Time is the first there is of `ts`, `timestamp`, `time`, `@timestamp`; RFC 3339 with a zone
 *   (also +0000 or +00, a blank for the T, a comma before the fraction, and 25/Nov/2026:09:00:00 +0000),
 *   or a count since 1970 whose unit shows in its size. The id is the first of `id`, `event_id`,
 *   `request_id`; the scope of `scope`, `slice`.
 * - A field that has held text only is none of a metric. Once it has held a number, everything else
 *   in it is counted: as missing (null, an empty cell) or as a bad value (NaN, text, a list).
 * - Names, scopes, ids and values that make slices have at most 1,024 bytes; a row with a longer
 * one is refused. Memory is bounded: with the usual options at most 24 MiB whatever comes, and
 * about 1.5 MiB in practice where rows have ids.
 * - Nothing is passed over in silence: each row and value that is not handed out is in a counter,
 *   and the first THRESH_EVENTS_SHOWN of each kind are in the messages, with line and column.
 */
#ifndef THRESH_EVENTS_H
#define THRESH_EVENTS_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Longest line, in bytes. */
#define THRESH_EVENTS_LINE ((size_t)1 << 20)
/** Most different fields of all rows together; readings of more are counted as dropped. */
#define THRESH_EVENTS_FIELDS 4096
/** How many faults of each kind are told in the messages. */
#define THRESH_EVENTS_SHOWN 5
/** The time of a row that has none. */
#define THRESH_NO_TIME INT64_MIN
/** A lateness or a jump that is never too large. */
#define THRESH_EVENTS_ANY INT64_MAX
/** A lateness of nought; 0 stands for the default. */
#define THRESH_EVENTS_NONE (-1)

typedef enum thresh_events_format {
    THRESH_EVENTS_DETECT, /**< by the first line: JSON begins with '{' */
    THRESH_EVENTS_JSON,
    THRESH_EVENTS_CSV /**< comma, semicolon or tab, whichever the header has most */
} thresh_events_format;

/** Unit of times that are numbers. */
typedef enum thresh_time_unit {
    THRESH_TIME_BY_SIZE, /**< below 10^11 seconds, below 10^14 milli-, below 10^17 microseconds */
    THRESH_TIME_SECONDS,
    THRESH_TIME_MILLISECONDS,
    THRESH_TIME_MICROSECONDS,
    THRESH_TIME_NANOSECONDS
} thresh_time_unit;

/** How to read; zero means the default. Texts and lists are copied. */
typedef struct thresh_events_options {
    const char *path; /**< for messages, or NULL */
    thresh_events_format format;
    thresh_time_unit unit;
    bool utc;              /**< times without a zone are in UTC; else they are refused */
    const char *time;      /**< field of the time, or NULL: one of the usual names */
    const char *id;        /**< field of the id, or NULL: one of the usual names */
    const char *const *by; /**< fields whose values make slices, ends with NULL; or NULL. Each value
                                counts in the whole, scope "", and in "field=value". At most 16. */
    size_t max_series;     /**< series, a name in a scope each; default 4096 */
    size_t max_ids;   /**< ids kept for the search of duplicates; default 65536 (24 bytes each) */
    int64_t lateness; /**< microseconds that a row may be older than the newest; default 60 s */
    uint64_t mark_every; /**< after each so many lines a row without readings is handed out, so that
                              the caller can look at the counts at places that depend on nothing but
                              the input; 0: never */
    int64_t max_jump; /**< microseconds from the newest row beyond which a time is not believed
                           until others confirm it; default 1 day */
} thresh_events_options;

/** A number of one metric in one scope. */
typedef struct thresh_event_reading {
    uint32_t series; /**< see thresh_events_series() */
    double value;    /**< finite */
} thresh_event_reading;

/** A row; all of it is borrowed until the callback returns. */
typedef struct thresh_event {
    int64_t ts; /**< microseconds since 1970, or THRESH_NO_TIME */
    int64_t
        watermark;  /**< no row with a smaller time follows, but for `moved`; or THRESH_NO_TIME */
    bool moved;     /**< the clock was believed to have moved: the watermark may be smaller than
                         that of the row before */
    const char *id; /**< not terminated; NULL when the row has none */
    size_t id_len;
    const thresh_event_reading *readings;
    size_t count;    /**< >= 1; 0: no row, but a mark of `mark_every`, with nothing but its line */
    uint64_t line;   /**< from 1, over all that was fed */
    uint64_t offset; /**< of the line's first byte, over all that was fed */
} thresh_event;

/** A metric in a scope; the texts live as long as the parser. */
typedef struct thresh_series {
    const char *scope; /**< "" for the whole, or "class=cat" */
    const char *name;
} thresh_series;

/** What came in, and what of it did not come out. */
typedef struct thresh_events_counts {
    uint64_t bytes, lines;
    uint64_t rows;       /**< handed out */
    uint64_t readings;   /**< handed out */
    uint64_t malformed;  /**< lines that break their format */
    uint64_t late;       /**< rows older than the watermark */
    uint64_t duplicate;  /**< rows whose id was there already */
    uint64_t jumped;     /**< rows whose time was not believed */
    uint64_t moved;      /**< how often the clock was believed to have moved */
    uint64_t timeless;   /**< rows without a time, handed out all the same */
    uint64_t empty;      /**< rows without a single number */
    uint64_t blank;      /**< lines without a row: blank, or a header of CSV */
    uint64_t missing;    /**< values that are null or an empty cell */
    uint64_t bad_values; /**< values of a metric that are no finite number */
    uint64_t dropped;    /**< readings of fields and series beyond the limits */
    uint64_t forgotten;  /**< ids forgotten for want of room before the watermark passed them */
} thresh_events_counts;

/** A parser of one stream. */
typedef struct thresh_events thresh_events;

/** Takes a row; anything but THRESH_OK ends the feeding with that status. */
typedef thresh_status thresh_event_fn(void *context, const thresh_event *event);

/**
 * @param[out] out  free with thresh_events_free()
 * @param options   may be NULL
 * @param diags     receives what is wrong with the input, as warnings; may be NULL, else it has to
 *                  outlive the parser
 * @return THRESH_EINVAL for options that make no sense, with a message; THRESH_ENOMEM
 */
THRESH_API thresh_status thresh_events_new(thresh_events **out,
                                           const thresh_events_options *options,
                                           thresh_diags *diags);
/** NULL is allowed. */
THRESH_API void thresh_events_free(thresh_events *events);

/**
 * Reads the next `len` bytes, whatever was cut where; each row whose line is complete is handed to
 * `take`. Rows whose time is not believed yet are kept back, at most 256 of them.
 * @return what `take` returned if that was not THRESH_OK; THRESH_ENOMEM; THRESH_EFORMAT for what is
 *         no text at all (a compressed file, a header of CSV that names no field), with a message.
 *         After a failure the parser may only be freed.
 */
THRESH_API thresh_status thresh_events_feed(thresh_events *events, const char *bytes, size_t len,
                                            thresh_event_fn *take, void *context);

/**
 * A file ends here, and so does a last line without its end; another one follows, as after a
 * rotation. The format stays; a CSV may begin with a header, the same or another one, or go on with
 * a row, which has a number. Everything else goes on.
 */
THRESH_API thresh_status thresh_events_cut(thresh_events *events, thresh_event_fn *take,
                                           void *context);
/** All ends here: as thresh_events_cut(), and what was kept back is dropped and counted as jumped.
 */
THRESH_API thresh_status thresh_events_end(thresh_events *events, thresh_event_fn *take,
                                           void *context);

/** @return the counts so far, borrowed. */
THRESH_API const thresh_events_counts *thresh_events_counted(const thresh_events *events);
/** @return the greatest believed time less the lateness, or THRESH_NO_TIME before the first. */
THRESH_API int64_t thresh_events_watermark(const thresh_events *events);

/** @return how many series there are; their numbers are 0, 1, …, in the order of their first row.
 */
THRESH_API size_t thresh_events_series_count(const thresh_events *events);
/** @return series `i` (< count). */
THRESH_API thresh_series thresh_events_series(const thresh_events *events, uint32_t i);

/** @return how often series `i` (< count) had something else than a finite number: null, an empty
 * cell, a text. Of slices by `by` it is not known: they have 0. */
THRESH_API uint64_t thresh_events_missing(const thresh_events *events, uint32_t i);

/**
 * Writes all that the parser knows between two feedings: the beginning of a line, fields and
 * series, counts, times and ids, some 16 bytes for each id that it remembers.
 * @param[out] data  to be freed with free()
 */
THRESH_API thresh_status thresh_events_save(const thresh_events *events, void **data, size_t *len);
/**
 * Makes a parser of what thresh_events_save() wrote; it goes on with the next byte as the other one
 * would have.
 * @param options  as the other one had them, but for `path`, `lateness`, `max_jump` and
 *                 `mark_every`
 * @return THRESH_EFORMAT, with a message, for bytes that are no such state or one of other options
 */
THRESH_API thresh_status thresh_events_load(thresh_events **out,
                                            const thresh_events_options *options, const void *data,
                                            size_t len, thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
