/*
 * A line of CSV or TSV. A record ends with its line, so that a stray quote costs one row and not
 * all that follow; a header that comes again, as rotated files have it, is passed over.
 */
#include "base/decimal.h"
#include "base/language.h"
#include "input/csv.h"
#include "input/events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A cell, and where the next one begins. */
typedef struct cell {
    const char *at, *text;
    size_t len;
    bool quoted, more;
} cell;

/* Takes one quote of two, as texts of the row. */
static thresh_status unquote(thresh_events *e, cell *c)
{
    char *to = events_row_text(&e->row, c->len), *out = to;

    if (to == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < c->len; i++) {
        *out++ = c->text[i];
        i += c->text[i] == '"';
    }
    c->text = to;
    c->len = (size_t)(out - to);
    e->row.texts_len += c->len;
    return THRESH_OK;
}

static thresh_status read_quoted(thresh_events *e, const char **at, const char *end, cell *c)
{
    const char *p = *at + 1;
    bool doubled = false;

    for (c->text = p; *p != '"' || p[1] == '"'; p++) {
        if (p == end)
            return events_refuse(e, *at, N_("a quoted field that its line does not end"));
        if (*p == '"') {
            doubled = true;
            p++;
        }
    }
    c->len = (size_t)(p - c->text);
    p++;
    while (p < end && (*p == ' ' || *p == '\r'))
        p++;
    if (p < end && *p != e->delimiter)
        return events_refuse(e, p, N_("expected the next field behind a quoted one, found %s"));
    *at = p;
    return doubled ? unquote(e, c) : THRESH_OK;
}

/* The cell at `*at`, which moves to behind its delimiter. */
static thresh_status read_cell(thresh_events *e, const char **at, const char *end, cell *c)
{
    const char *p = *at, *stop;
    thresh_status rc = THRESH_OK;

    *c = (cell){ .at = p, .text = p };
    if (p < end && *p == '"') {
        c->quoted = true;
        rc = read_quoted(e, &p, end, c);
    } else {
        while (p < end && *p != e->delimiter)
            p++;
        stop = p;
        while (c->text < stop && *c->text == ' ')
            c->text++;
        while (stop > c->text && (stop[-1] == ' ' || stop[-1] == '\r'))
            stop--;
        c->at = c->text;
        c->len = (size_t)(stop - c->text);
    }
    c->more = p < end;
    *at = p + c->more;
    return rc;
}

static thresh_status no_header(thresh_events *e, const char *what)
{
    thresh_diags_add(e->diags, THRESH_ERROR, e->options.path, (uint32_t)e->counts.lines, 0, "%s",
                     diag_text(e->diags, what));
    return THRESH_EFORMAT;
}

static bool is_column_already(const thresh_events *e, uint32_t column)
{
    for (size_t i = 0; i < e->column_count; i++)
        if (e->columns[i] == column)
            return true;
    return false;
}

thresh_status events_csv_header(thresh_events *e, const char *text, size_t len)
{
    const char *p = text, *end = text + len;
    line l = { text, len, 0 };
    bool named = false;
    cell c = { .more = true };
    thresh_status rc;

    if (memchr(text, 0, len) != NULL)
        return no_header(e, N_("a NUL character in the header; expected JSON Lines or CSV"));
    free(e->header);
    e->header = malloc(len + 1);
    if (e->header == NULL)
        return THRESH_ENOMEM;
    memcpy(e->header, text, len);
    e->header_len = len;
    e->delimiter = csv_delimiter(&l);
    e->column_count = 0;
    if (e->columns == NULL && (e->columns = malloc(EVENTS_COLUMNS * sizeof *e->columns)) == NULL)
        return THRESH_ENOMEM;
    while (c.more) {
        uint32_t column;
        if ((rc = read_cell(e, &p, end, &c)) != THRESH_OK)
            return rc == THRESH_EFORMAT ? no_header(e, N_("a header of CSV that cannot be read"))
                                        : rc;
        if (c.len > EVENTS_NAME)
            return no_header(e, N_("a column with a name of more than 1,024 bytes"));
        if (e->column_count == EVENTS_COLUMNS)
            return no_header(e, N_("more than 1,024 columns"));
        if ((rc = events_field(&column, e, TOP_FIELD, c.text, c.len)) != THRESH_OK)
            return rc;
        if (column != NO_FIELD && c.len > 0 && is_column_already(e, column))
            return no_header(e, N_("a header of CSV that names a column twice"));
        named = named || c.len > 0;
        /* a column without a name, as pandas writes its index, is none of a metric */
        e->columns[e->column_count++] = c.len > 0 ? column : NO_FIELD;
    }
    return named ? THRESH_OK : no_header(e, N_("a header of CSV that names no column"));
}

bool events_csv_goes_on(const thresh_events *e, const char *text, size_t len)
{
    const char *end = text + len, *p = text;
    size_t numbers = 0;

    /* a log that was copied and truncated has no header: its writer knows nothing of it */
    for (bool more = e->column_count > 0; more;) {
        const char *stop = memchr(p, e->delimiter, (size_t)(end - p));
        field f = trimmed((field){ p, (size_t)((stop == NULL ? end : stop) - p) });
        double number;
        numbers += thresh_parse_number(&number, f.text, f.len);
        more = stop != NULL;
        p = more ? stop + 1 : end;
    }
    return numbers > 0;
}

/* "0,93" where semicolons part the fields. */
static bool parse_with_comma(double *out, const char *text, size_t len)
{
    char copy[64];

    if (len >= sizeof copy || memchr(text, ',', len) == NULL)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    csv_decimal_point(copy);
    return thresh_parse_number(out, copy, len);
}

static void read_cell_value(const thresh_events *e, const cell *c, event_value *v)
{
    static const struct {
        const char *word;
        double number;
    } words[] = { { "true", 1 },  { "false", 0 }, { "True", 1 },
                  { "False", 0 }, { "TRUE", 1 },  { "FALSE", 0 } };

    *v = (event_value){ .type = VALUE_TEXT, .at = c->at, .text = c->text, .len = c->len };
    if (c->len == 0) {
        v->type = VALUE_NULL;
    } else if (thresh_parse_number(&v->number, c->text, c->len)
               || (e->delimiter == ';' && parse_with_comma(&v->number, c->text, c->len))) {
        v->type = isfinite(v->number) ? VALUE_NUMBER : VALUE_NAN;
    } else {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strlen(words[i].word) == c->len && memcmp(words[i].word, c->text, c->len) == 0) {
                v->type = VALUE_NUMBER;
                v->number = words[i].number;
            }
    }
}

/* Most cells: a number and nothing else, in a plain field. `*at` moves to behind its delimiter. */
static inline bool read_plain_cell(thresh_events *e, const char **at, const char *end,
                                   uint32_t column, cell *c, thresh_status *rc)
{
    const char *p = *at;
    double number;

    if (column == NO_FIELD || !events_is_plain(&e->fields.items[column])
        || !decimal_read(&p, e->limit, &number) || isinf(number))
        return false;
    if (*p != e->delimiter && p != end && !(*p == '\r' && p + 1 == end))
        return false;
    c->more = *p == e->delimiter;
    *at = p + c->more;
    *rc = events_row_add(e, column, number);
    return true;
}

thresh_status events_csv_line(thresh_events *e, const char *text, size_t len)
{
    const char *p = text, *end = text + len;
    size_t count = 0;
    cell c = { .more = true };
    event_value v;
    thresh_status rc;

    if (len == e->header_len && memcmp(text, e->header, len) == 0) {
        e->counts.blank++;
        return THRESH_EEMPTY;
    }
    if (memchr(text, 0, len) != NULL)
        return events_refuse(e, memchr(text, 0, len), N_("expected text, found %s"));
    for (; c.more; count++) {
        uint32_t column;
        if ((rc = events_csv_alike(e, &p, &count)) != THRESH_OK)
            return rc;
        if (count == e->column_count)
            return events_refuse(e, p, N_("more fields than the header has, from %s on"));
        column = e->columns[count];
        if (!read_plain_cell(e, &p, end, column, &c, &rc)) {
            rc = read_cell(e, &p, end, &c);
            if (rc == THRESH_OK && column != NO_FIELD) {
                read_cell_value(e, &c, &v);
                rc = events_row_put(e, column, &v);
            }
        }
        if (rc != THRESH_OK)
            return rc;
    }
    return count == e->column_count
               ? THRESH_OK
               : events_refuse(e, p, N_("fewer fields than the header has, before %s"));
}
