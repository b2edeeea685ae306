/*
 * CSV and TSV with a row for each sample: a column of ids, or labels beside predictions. Rows are
 * read as they come; of a row only the cells of one line are looked at at a time.
 */
#include "base/language.h"
#include "input/csv.h"
#include "input/samples.h"
#include "input/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FIELDS = 1024, LONGEST_TITLE = 256 };

/* What a field of each row is. */
typedef enum field_use { USE_COLUMN, USE_ID, USE_NOTHING } field_use;

typedef struct csv_field {
    field_use use;
    size_t column;
    char title[LONGEST_TITLE];
} csv_field;

typedef struct row_reader {
    const input *in;
    thresh_samples *samples;
    char delimiter;
    csv_field *fields;
    size_t count;
    bool has_id;
    char *record; /* a row that goes on over several lines, or cells that are changed */
    size_t record_capacity;
    field cells[MOST_FIELDS];

} row_reader;

/* --- detection --- */

static bool is_unquoted(field *f)
{
    *f = trimmed(*f);
    if (f->len >= 2 && f->text[0] == '"' && f->text[f->len - 1] == '"')
        *f = (field){ f->text + 1, f->len - 2 };
    return f->len > 0;
}

/* Ids, or labels beside predictions, and no names of metrics. */
static bool names_samples(const input *in, const line *header, char delimiter)
{
    bool id = false, label = false, prediction = false, metric = false;
    size_t start = 0;

    for (size_t i = 0; i <= header->len; i++) {
        char title[LONGEST_TITLE];
        field f;

        if (i < header->len && header->text[i] != delimiter)
            continue;
        f = (field){ header->text + start, i - start };
        start = i + 1;
        if (!is_unquoted(&f) || f.len >= sizeof title)
            continue;
        memcpy(title, f.text, f.len);
        title[f.len] = '\0';
        id = id || is_id_title(in, f.text, f.len);
        label = label || thresh_role_of(title) == THRESH_ROLE_LABEL;
        prediction = prediction || thresh_role_of(title) == THRESH_ROLE_PREDICTION;
        metric = metric || csv_names_metrics(title);
    }
    return !metric && (id || (label && prediction));
}

static bool detect(const input *in)
{
    size_t at = 0;
    line header = { 0 }, first = { 0 };
    char delimiter;

    if (in->json || !next_full_line(in, &at, &header))
        return false;
    delimiter = csv_delimiter(&header);
    first.number = header.number;
    /* a header alone is that of a run that died */
    return delimiter != '\0' && names_samples(in, &header, delimiter)
           && (!next_full_line(in, &at, &first)
               || csv_count(&first, delimiter) == csv_count(&header, delimiter)
               || memchr(first.text, '"', first.len) != NULL);
}

/* --- records --- */

/* Is a quote open behind the text, when one was (`open`) or was not before it? */
static bool leaves_open(bool open, const char *text, size_t len)
{
    for (const char *q = memchr(text, '"', len); q != NULL;
         q = memchr(q + 1, '"', len - (size_t)(q + 1 - text)))
        open = !open;
    return open;
}

/* The next row, with the line on which it begins; a quoted field may go on over several. */
static thresh_status next_record(row_reader *r, line *out)
{
    line l;
    size_t len = 0;
    bool open = false;
    thresh_status rc = stream_line(r->in->stream, &l);

    if (rc != THRESH_OK)
        return rc;
    *out = l;
    if (!leaves_open(false, l.text, l.len))
        return THRESH_OK;
    do {
        if (len + l.len > MAX_LINE)
            return text_fault(r->in, out->number, "a quoted field longer than 64 MiB");
        if (!array_reserve(&r->record, &r->record_capacity, len + l.len + 1, 1))
            return THRESH_ENOMEM;
        memcpy(r->record + len, l.text, l.len);
        len += l.len;
        if (!(open = leaves_open(open, l.text, l.len)))
            break;
        r->record[len++] = '\n';
        rc = stream_line(r->in->stream, &l);
    } while (rc == THRESH_OK);
    if (rc == THRESH_EEMPTY)
        return text_fault(r->in, out->number, "a quoted field that begins here does not end");
    out->text = r->record;
    out->len = len;
    return rc;
}

/* "" inside of quotes stands for one; the cell shrinks in place, in a copy of the row. */
static thresh_status unquote(row_reader *r, const line *l, size_t *at, field *cell)
{
    size_t i = *at + 1, len = 0;
    char *to;

    if (l->text != r->record) {
        if (!array_reserve(&r->record, &r->record_capacity, l->len + 1, 1))
            return THRESH_ENOMEM;
    }
    to = r->record + *at;
    while (i < l->len && (l->text[i] != '"' || (i + 1 < l->len && l->text[i + 1] == '"'))) {
        to[len++] = l->text[i];
        i += l->text[i] == '"' ? 2 : 1;
    }
    for (i++;
         i < l->len && (l->text[i] == ' ' || l->text[i] == '\t') && l->text[i] != r->delimiter;)
        i++;
    if (i < l->len && l->text[i] != r->delimiter)
        return text_fault(r->in, l->number, "text behind the end of a quoted field");
    *cell = (field){ to, len };
    *at = i;
    return THRESH_OK;
}

/* Splits a row into `cells`; *count may be one more than `most`. */
static thresh_status split(row_reader *r, const line *l, size_t most, size_t *count)
{
    bool any_quote = memchr(l->text, '"', l->len) != NULL;
    size_t at = 0;

    for (*count = 0;; at++) {
        field *cell = &r->cells[*count];

        if (*count == most) {
            ++*count;
            return THRESH_OK;
        }
        if (any_quote && at < l->len && l->text[at] == '"') {
            thresh_status rc = unquote(r, l, &at, cell);
            if (rc != THRESH_OK)
                return rc;
        } else {
            const char *end = at < l->len ? memchr(l->text + at, r->delimiter, l->len - at) : NULL;
            size_t stop = end == NULL ? l->len : (size_t)(end - l->text);
            *cell = trimmed((field){ l->text + at, stop - at });
            at = stop;
        }
        ++*count;
        if (at >= l->len)
            return THRESH_OK;
    }
}

/* --- header and rows --- */

static thresh_status check_text(const row_reader *r, const line *l)
{
    size_t bad;

    if (!is_utf8(l->text, l->len, &bad))
        return text_fault(r->in, l->number, "invalid UTF-8; expected the file in UTF-8");
    if (memchr(l->text, 0, l->len) != NULL)
        return text_fault(r->in, l->number, "a NUL character; expected text");
    return THRESH_OK;
}

/* Which field of the header has the ids; SIZE_MAX: none. */
static size_t find_id(const row_reader *r, size_t count)
{
    size_t least = SIZE_MAX, best = SIZE_MAX;

    for (size_t i = 0; i < count; i++) {
        const unit *u;
        field name = csv_title(r->cells[i], &u);
        size_t rank = id_rank(r->in, name.text, name.len);
        if (rank < least) {
            least = rank;
            best = i;
        }
    }
    return best;
}

static thresh_status read_header(row_reader *r, const line *l)
{
    bool label = false, prediction = false;
    size_t count, id;
    thresh_status rc = check_text(r, l);

    if (rc != THRESH_OK || (rc = split(r, l, MOST_FIELDS - 1, &count)) != THRESH_OK)
        return rc;
    if (count == MOST_FIELDS)
        return text_fault(r->in, l->number, "more than 1,023 columns");
    if ((r->fields = calloc(count, sizeof *r->fields)) == NULL)
        return THRESH_ENOMEM;
    r->count = count;
    id = r->in->options->table ? SIZE_MAX : find_id(r, count);
    for (size_t i = 0; i < count; i++) {
        csv_field *f = &r->fields[i];
        const unit *u = NULL;
        /* of any table a title is what somebody names the column by */
        field name = r->in->options->table ? r->cells[i] : csv_title(r->cells[i], &u);

        if (name.len >= sizeof f->title)
            return text_fault(r->in, l->number, "a title longer than 255 bytes");
        memcpy(f->title, name.text, name.len);
        if (i == id) {
            f->use = USE_ID;
            r->has_id = true;
        } else if (name.len == 0) {
            f->use = USE_NOTHING; /* the numbers of the rows, as data frames write them first */
            if (i > 0)
                thresh_diags_add(r->in->diags, THRESH_NOTE, r->in->path, l->number, 0,
                                 "field %zu is not used: it has no title", i + 1);
        } else {
            for (size_t k = 0; k < i; k++)
                if (strcmp(r->fields[k].title, f->title) == 0)
                    return text_fault(r->in, l->number, "two columns of the same title");
            rc = sample_column(r->in, r->samples, name, l->number, &f->column);
            if (rc != THRESH_OK)
                return rc;
            if (u != NULL)
                thresh_samples_set_unit(r->samples, f->column, u->name);
            label = label || thresh_role_of(f->title) == THRESH_ROLE_LABEL;
            prediction = prediction || thresh_role_of(f->title) == THRESH_ROLE_PREDICTION;
        }
    }
    if (r->has_id || r->in->options->table)
        return THRESH_OK;
    if (!label || !prediction || r->in->options->id != NULL)
        return text_fault(
            r->in, l->number,
            "expected a column of ids (id, sample_id, query_id, ...; --id names another), "
            "or a label and a prediction");
    thresh_diags_add(r->in->diags, THRESH_NOTE, r->in->path, l->number, 0,
                     "no ids: samples are paired by their position");
    return THRESH_OK;
}

static thresh_status begin_row(row_reader *r, const line *l)
{
    if (!r->has_id)
        return begin_numbered(r->in, r->samples, l->number);
    for (size_t i = 0; i < r->count; i++)
        if (r->fields[i].use == USE_ID) {
            field id = r->cells[i];
            if (id.len == 0)
                return text_fault(r->in, l->number, "a row without an id");
            return begin_sample(r->in, r->samples, id.text, id.len, false, l->number);
        }
    return THRESH_OK;
}

/* A decimal comma is changed in a copy; few files need it. */
static thresh_status put_decimal(row_reader *r, size_t column, field cell, const cell_place *at)
{
    char copy[64];

    memcpy(copy, cell.text, cell.len);
    copy[cell.len] = '\0';
    csv_decimal_point(copy);
    return put_cell(r->in, r->samples, column, (field){ copy, cell.len }, at);
}

static thresh_status read_row(row_reader *r, const line *l)
{
    size_t count;
    thresh_status rc = check_text(r, l);

    if (rc != THRESH_OK || (rc = split(r, l, r->count, &count)) != THRESH_OK)
        return rc;
    if (count > r->count)
        return text_fault(r->in, l->number,
                          r->count == 1 ? N_("more than %zu field where the header has %zu")
                                        : N_("more than %zu fields where the header has %zu"),
                          r->count, r->count);
    if (count < r->count)
        return text_fault(r->in, l->number,
                          count == 1 ? N_("%zu field where the header has %zu")
                                     : N_("%zu fields where the header has %zu"),
                          count, r->count);
    rc = begin_row(r, l);
    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        const csv_field *f = &r->fields[i];
        cell_place at = { l->number, i + 1, f->title };
        field cell = r->cells[i];

        if (f->use != USE_COLUMN)
            continue;
        rc = r->delimiter == ';' && cell.len < 64 && memchr(cell.text, ',', cell.len) != NULL
                 ? put_decimal(r, f->column, cell, &at)
                 : put_cell(r->in, r->samples, f->column, cell, &at);
    }
    return rc;
}

static bool is_blank(const line *l)
{
    return trimmed((field){ l->text, l->len }).len == 0;
}

static thresh_status read(const input *in, thresh_set *set)
{
    row_reader *r = calloc(1, sizeof *r);
    line l = { 0 };
    thresh_status rc = r == NULL ? THRESH_ENOMEM : THRESH_OK;

    if (rc != THRESH_OK)
        return rc;
    r->in = in;
    rc = thresh_samples_new(&r->samples, in->scope, "", in->options->keep);
    do {
        if (rc == THRESH_OK)
            rc = next_record(r, &l);
    } while (rc == THRESH_OK && is_blank(&l));
    if (rc == THRESH_OK && (r->delimiter = csv_delimiter(&l)) == '\0')
        rc = text_fault(in, l.number,
                        "expected a header of fields between commas, semicolons or tabs");
    if (rc == THRESH_OK)
        rc = read_header(r, &l);
    while (rc == THRESH_OK && (rc = next_record(r, &l)) == THRESH_OK)
        if (!is_blank(&l))
            rc = read_row(r, &l);
    if (rc == THRESH_EEMPTY)
        rc = thresh_samples_count(r->samples) > 0
                 ? THRESH_OK
                 : text_fault(in, l.number, "a header without rows");
    if (rc == THRESH_OK)
        rc = end_samples(set, r->samples);
    else
        thresh_samples_free(r->samples);
    free(r->fields);
    free(r->record);
    free(r);
    return rc;
}

const reader samples_csv_reader = {
    .format = { "samples-csv",
                N_("CSV and TSV of samples: ids and values, or labels and predictions") },
    .source = FROM_STREAM,
    .detect = detect,
    .read = read,
};
