/* Counts and means of two arms, from the result of a query: CSV with a header, or JSON. */
#include "thresh/rollout_data.h"

#include "base/file.h"
#include "input/csv.h"
#include "input/reader.h"
#include "input/rollout_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_FILE = 64 << 20, LONGEST_NAME = 256, MOST_ERRORS = 20 };

typedef enum column {
    COLUMN_ARM,
    COLUMN_METRIC,
    COLUMN_N,
    COLUMN_SUCCESSES,
    COLUMN_MEAN,
    COLUMN_SD,
    COLUMN_STDERR,
    COLUMN_STRATUM,
    COLUMN_TIME,
    COLUMNS
} column;

static const char *const titles[COLUMNS + 1] = { "arm", "metric", "n",       "successes", "mean",
                                                 "sd",  "stderr", "stratum", "time",      NULL };

typedef struct reading {
    thresh_observations list; /* first: the caller sees it only */
    arena arena;
    thresh_observation *rows;
    size_t capacity, errors;
    struct thresh_observed_file *files;
    const char *file;
    thresh_diags *diags;
} reading;

static void rows_fault(reading *r, uint32_t at, const char *format, ...) THRESH_PRINTF(3, 4);

static void rows_fault(reading *r, uint32_t at, const char *format, ...)
{
    char text[512];
    va_list args;

    if (r->errors++ >= MOST_ERRORS)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(r->diags, format), args);
    va_end(args);
    thresh_diags_add(r->diags, THRESH_ERROR, r->file, at, 0, "%s", text);
}

/* --- a row, whatever it was written in --- */

typedef struct written {
    const char *cell[COLUMNS]; /* NULL or "": nothing */
    uint32_t line;
} written;

/* NULL, as some databases print it, is no number; of a stratum it may be the name. */
static bool has(const written *w, column c)
{
    const char *cell = w->cell[c];

    if (cell == NULL || cell[0] == '\0')
        return false;
    return c < COLUMN_SUCCESSES || c > COLUMN_STDERR || strcasecmp(cell, "null") != 0;
}

bool observed_arm(bool *candidate, const char *text)
{
    static const struct {
        const char *name;
        bool candidate;
    } arms[] = { { "baseline", false },  { "control", false },  { "original", false },
                 { "a", false },         { "candidate", true }, { "treatment", true },
                 { "compressed", true }, { "variant", true },   { "b", true } };

    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++)
        if (strcasecmp(arms[i].name, text) == 0) {
            *candidate = arms[i].candidate;
            return true;
        }
    return false;
}

static bool number_at(reading *r, const written *w, column c, double *out)
{
    if (thresh_parse_number(out, w->cell[c], strlen(w->cell[c])) && isfinite(*out))
        return true;
    rows_fault(r, w->line, "%s: found '%.40s', expected a number", titles[c], w->cell[c]);
    return false;
}

static bool whole_at(reading *r, const written *w, column c, double *out)
{
    if (!number_at(r, w, c, out))
        return false;
    if (*out >= 0 && *out <= 9007199254740992.0 && *out == floor(*out))
        return true;
    rows_fault(r, w->line,
               "%s: found '%.40s', expected a count: a whole number that is not negative",
               titles[c], w->cell[c]);
    return false;
}

static bool read_values(reading *r, const written *w, thresh_observation *o)
{
    if (!whole_at(r, w, COLUMN_N, &o->n))
        return false;
    if (has(w, COLUMN_SUCCESSES)) {
        o->what = THRESH_OBSERVED_COUNT;
        if (has(w, COLUMN_MEAN)) {
            rows_fault(r, w->line, "'%.80s' has both successes and a mean; expected one of them",
                       o->metric);
            return false;
        }
        if (!whole_at(r, w, COLUMN_SUCCESSES, &o->successes))
            return false;
        if (o->successes > o->n)
            rows_fault(r, w->line, "'%.80s': %.40s successes of only %.40s", o->metric,
                       w->cell[COLUMN_SUCCESSES], w->cell[COLUMN_N]);
        return o->successes <= o->n;
    }
    if (!has(w, COLUMN_MEAN))
        return true;
    o->what = THRESH_OBSERVED_MEAN;
    column spread = has(w, COLUMN_SD) ? COLUMN_SD : COLUMN_STDERR;
    if (!has(w, spread)) {
        if (o->n >= 1)
            rows_fault(r, w->line, "'%.80s' has a mean, and neither sd nor stderr", o->metric);
        return o->n < 1;
    }
    if (!number_at(r, w, COLUMN_MEAN, &o->mean) || !number_at(r, w, spread, &o->sd))
        return false;
    if (o->sd < 0) {
        rows_fault(r, w->line, "%s: found '%.40s', expected a number that is not negative",
                   titles[spread], w->cell[spread]);
        return false;
    }
    if (spread == COLUMN_STDERR)
        o->sd *= sqrt(o->n);
    return true;
}

/* A copy, or that of the row before, `last`: most rows repeat what stands above them. */
static const char *keep(reading *r, const char *text, const char *last)
{
    const char *kept = text == NULL              ? ""
                       : strcmp(text, last) == 0 ? last
                                                 : arena_strdup(&r->arena, text);

    return kept != NULL ? kept : "";
}

/* Texts are copied, but for the file, which is kept already. */
static thresh_status put_row(reading *r, const thresh_observation *row)
{
    static const thresh_observation none = { .metric = "", .stratum = "", .time = "" };
    thresh_observation o = *row;

    if (r->list.count == THRESH_MOST_OBSERVATIONS) {
        rows_fault(r, row->line, "more than 200,000 rows");
        return THRESH_EFORMAT;
    }
    if (!array_reserve(&r->rows, &r->capacity, r->list.count + 1, sizeof *r->rows))
        return THRESH_ENOMEM;
    const thresh_observation *last = r->list.count > 0 ? &r->rows[r->list.count - 1] : &none;
    o.metric = keep(r, o.metric, last->metric);
    o.stratum = keep(r, o.stratum, last->stratum);
    o.time = keep(r, o.time, last->time);
    r->rows[r->list.count++] = o;
    r->list.rows = r->rows;
    return THRESH_OK;
}

static thresh_status add_row(reading *r, const written *w)
{
    thresh_observation o = { .what = THRESH_OBSERVED_TRAFFIC, .file = r->file, .line = w->line };

    for (column c = COLUMN_ARM; c <= COLUMN_N; c++)
        if (!has(w, c)) {
            rows_fault(r, w->line, "no %s in this row", titles[c]);
            return THRESH_OK;
        }
    for (column c = COLUMN_ARM; c < COLUMNS; c++)
        if (has(w, c) && strlen(w->cell[c]) >= LONGEST_NAME) {
            rows_fault(r, w->line, "%s: longer than %d bytes", titles[c], LONGEST_NAME - 1);
            return THRESH_OK;
        }
    o.metric = w->cell[COLUMN_METRIC];
    o.stratum = has(w, COLUMN_STRATUM) ? w->cell[COLUMN_STRATUM] : "";
    o.time = has(w, COLUMN_TIME) ? w->cell[COLUMN_TIME] : "";
    if (!observed_arm(&o.candidate, w->cell[COLUMN_ARM])) {
        rows_fault(r, w->line,
                   "arm: found '%.40s', expected baseline (control) or candidate (treatment)",
                   w->cell[COLUMN_ARM]);
        return THRESH_OK;
    }
    if (!read_values(r, w, &o))
        return THRESH_OK;
    return put_row(r, &o);
}

/* --- CSV --- */

static bool read_header(reading *r, const line *l, char delimiter, column *order, size_t *count)
{
    const char *cells[COLUMNS * 4];
    bool seen[COLUMNS] = { false };
    arena a = ARENA_INIT;
    size_t before = r->errors;

    *count = split_csv(&a, l, delimiter, cells, sizeof cells / sizeof *cells);
    for (size_t i = 0; i < *count; i++) {
        column c = COLUMN_ARM;
        while (c < COLUMNS && strcasecmp(titles[c], cells[i]) != 0)
            c++;
        order[i] = c;
        if (c == COLUMNS) {
            char hint[THRESH_HINT_MAX];
            rows_fault(r, l->number, "unknown column '%.40s'%s", cells[i],
                       thresh_hint(hint, thresh_nearest_word(cells[i], titles),
                                   thresh_diags_language(r->diags)));
        } else if (seen[c]) {
            rows_fault(r, l->number, "column '%s' stands twice", titles[c]);
        } else {
            seen[c] = true;
        }
    }
    for (column c = COLUMN_ARM; c <= COLUMN_N; c++)
        if (!seen[c])
            rows_fault(r, l->number,
                       "no column '%s'; expected arm, metric, n, and successes, or mean and sd",
                       titles[c]);
    arena_free(&a);
    return r->errors == before;
}

/* As many as there are lines, but not more than will be read. */
static size_t rows_left(const input *in, size_t at)
{
    size_t rows = 0;
    line l = { 0 };

    while (rows < THRESH_MOST_OBSERVATIONS && next_line(in, &at, &l))
        rows++;
    return rows;
}

/* Where semicolons part the cells a comma is the decimal point; not of a count: whoever writes 5,000
 * there means no 5. */
static const char *with_point(arena *a, column c, const char *cell)
{
    char *copy = c >= COLUMN_MEAN && c <= COLUMN_STDERR ? arena_strdup(a, cell) : NULL;

    if (copy == NULL)
        return cell;
    csv_decimal_point(copy);
    return copy;
}

static thresh_status read_csv(reading *r, const char *text, size_t len)
{
    const input in = { .path = r->file, .text = text, .len = len, .diags = r->diags };
    column order[COLUMNS * 4];
    size_t at = 0, count = 0;
    line l = { 0 };
    thresh_status rc = THRESH_OK;

    if (!next_full_line(&in, &at, &l)) {
        rows_fault(r, 0, "the file is empty");
        return THRESH_OK;
    }
    char delimiter = csv_delimiter(&l) == ';' ? ';' : ',';
    if (!read_header(r, &l, delimiter, order, &count))
        return THRESH_OK;
    /* at once: rows that move to a larger place leave the old one behind, touched and of no use */
    if (!array_reserve(&r->rows, &r->capacity, r->list.count + rows_left(&in, at), sizeof *r->rows))
        return THRESH_ENOMEM;
    while (rc == THRESH_OK && next_full_line(&in, &at, &l)) {
        const char *cells[COLUMNS * 4 + 1];
        written w = { .line = l.number };
        arena a = ARENA_INIT;
        size_t found = split_csv(&a, &l, delimiter, cells, count + 1);

        if (a.failed)
            rc = THRESH_ENOMEM;
        else if (found != count)
            rows_fault(r, l.number, "found another number of cells than the header has columns");
        for (size_t i = 0; i < count && found == count; i++)
            w.cell[order[i]] = delimiter == ';' ? with_point(&a, order[i], cells[i]) : cells[i];
        if (rc == THRESH_OK && found == count)
            rc = add_row(r, &w);
        arena_free(&a);
    }
    return rc;
}

/* --- JSON --- */

static thresh_status read_object(reading *r, const node *map)
{
    written w = { .line = map->line };
    char numbers[COLUMNS][THRESH_NUMBER_MAX];

    if (map->type != NODE_MAP) {
        rows_fault(r, map->line, "found %s, expected a row: a map with arm, metric and n",
                   node_type_name(r->diags, map->type));
        return THRESH_OK;
    }
    for (const node *n = map->child; n != NULL; n = n->next) {
        column c = COLUMN_ARM;

        while (c < COLUMNS && strcmp(titles[c], n->key) != 0)
            c++;
        if (c == COLUMNS) {
            char hint[THRESH_HINT_MAX];
            rows_fault(r, n->line, "unknown key '%.40s'%s", n->key,
                       thresh_hint(hint, thresh_nearest_word(n->key, titles),
                                   thresh_diags_language(r->diags)));
            return THRESH_OK;
        }
        if (n->type == NODE_NUMBER)
            w.cell[c] = thresh_format_number(numbers[c], n->number);
        else if (n->type == NODE_TEXT)
            w.cell[c] = n->text;
        else if (n->type != NODE_NULL) {
            rows_fault(r, n->line, "%s: found %s, expected a number or a text", titles[c],
                       node_type_name(r->diags, n->type));
            return THRESH_OK;
        }
    }
    return add_row(r, &w);
}

static thresh_status read_json(reading *r, const char *text, size_t len)
{
    arena a = ARENA_INIT;
    const node *root = NULL, *list;
    thresh_status rc = json_read(&root, &a, text, len, r->file, 1, r->diags);

    if (rc == THRESH_OK) {
        list = root->type == NODE_MAP ? node_get(root, "rows") : root;
        if (list == NULL || list->type != NODE_LIST)
            rows_fault(r, root->line, "expected a list of rows, or one under \"rows\"");
        else
            for (const node *n = list->child; n != NULL && rc == THRESH_OK; n = n->next)
                rc = read_object(r, n);
    }
    arena_free(&a);
    return rc;
}

/* --- the whole --- */

/* For the record: what was read, and not what the file has become since. */
static void note_hash(reading *r, const char *text, size_t len)
{
    struct thresh_observed_file *file = &r->files[r->list.file_count++];

    file->path = r->file;
    sha256_hex(file->sha256, text, len);
}

static thresh_status read_one(reading *r, const char *path, FILE *standard_input)
{
    char *text = NULL;
    const char *begin;
    size_t len = 0, bad;
    thresh_status rc = file_read(&text, &len, path, standard_input, LARGEST_FILE, r->diags);

    if (rc != THRESH_OK)
        return rc;
    r->file = keep(r, path, "");
    note_hash(r, text, len);
    begin = text;
    if (len >= 3 && memcmp(begin, "\xEF\xBB\xBF", 3) == 0) {
        begin += 3;
        len -= 3;
    }
    size_t blank = 0;
    while (blank < len && strchr(" \t\r\n", begin[blank]) != NULL)
        blank++;
    if (!is_utf8(begin, len, &bad) || memchr(begin, '\0', len) != NULL)
        rows_fault(r, 0, "the file is no text in UTF-8");
    else if (blank < len && (begin[blank] == '[' || begin[blank] == '{'))
        rc = read_json(r, begin, len);
    else
        rc = read_csv(r, begin, len);
    free(text);
    return rc;
}

static int in_order(const void *left, const void *right)
{
    const thresh_observation *a = left, *b = right;
    int by = strcmp(a->metric, b->metric);

    if (by == 0)
        by = strcmp(a->stratum, b->stratum);
    if (by == 0)
        by = strcmp(a->time, b->time);
    return by != 0 ? by : (int)a->candidate - (int)b->candidate;
}

/* Rows that say the same again, and metrics that are counted here and averaged there. */
static void check_rows(reading *r)
{
    const thresh_observation *counted = NULL; /* the last row that has samples */

    for (size_t i = 1; i < r->list.count; i++) {
        const thresh_observation *a = &r->rows[i - 1], *b = &r->rows[i];

        r->file = b->file;
        counted = a->n > 0 ? a : counted;
        if (in_order(a, b) == 0)
            rows_fault(r, b->line > a->line ? b->line : a->line,
                       "'%.80s' stands twice for this arm, stratum and time", b->metric);
        else if (counted != NULL && strcmp(counted->metric, b->metric) == 0
                 && counted->what != b->what && b->n > 0)
            rows_fault(r, b->line,
                       "'%.80s' has successes in one row and a mean, or neither, in another",
                       b->metric);
        else if (strcmp(a->metric, b->metric) == 0
                 && ((a->stratum[0] == '\0') != (b->stratum[0] == '\0')
                     || (a->time[0] == '\0') != (b->time[0] == '\0')))
            rows_fault(r, b->line, "'%.80s' has a stratum or a time in one row and none in another",
                       b->metric);
    }
}

thresh_status observations_new(thresh_observations **out)
{
    reading *r = calloc(1, sizeof *r);

    *out = r == NULL ? NULL : &r->list;
    return r == NULL ? THRESH_ENOMEM : THRESH_OK;
}

thresh_status observations_add(thresh_observations *to, const thresh_observation *row,
                               thresh_diags *diags)
{
    reading *r = (reading *)to;
    thresh_observation o = *row;

    r->diags = diags;
    o.file = keep(r, row->file, r->list.count > 0 ? r->rows[r->list.count - 1].file : "");
    r->file = o.file;
    thresh_status rc = put_row(r, &o);
    return r->arena.failed ? THRESH_ENOMEM : rc;
}

thresh_status observations_settle(thresh_observations *list, thresh_diags *diags)
{
    reading *r = (reading *)list;

    r->diags = diags;
    if (r->list.count > 0) {
        qsort(r->rows, r->list.count, sizeof *r->rows, in_order);
        check_rows(r);
    }
    if (r->errors > MOST_ERRORS)
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0, "%zu more faults were left out",
                         r->errors - MOST_ERRORS);
    r->list.rows = r->rows;
    return r->arena.failed ? THRESH_ENOMEM : r->errors > 0 ? THRESH_EFORMAT : THRESH_OK;
}

thresh_status thresh_observations_read(thresh_observations **out, const char *const *paths,
                                       size_t count, FILE *standard_input, thresh_diags *diags)
{
    thresh_status rc = observations_new(out), one;
    reading *r = (reading *)*out;

    if (rc != THRESH_OK)
        return rc;
    r->diags = diags;
    r->list.files = r->files = arena_alloc(&r->arena, (count + 1) * sizeof *r->files);
    if (r->files == NULL)
        rc = THRESH_ENOMEM;
    for (size_t i = 0; i < count && r->files != NULL; i++)
        if ((one = read_one(r, paths[i], standard_input)) != THRESH_OK)
            rc = one;
    if (rc == THRESH_OK && r->list.count == 0 && r->errors == 0 && count > 0)
        rows_fault(r, 0, "no rows");
    one = observations_settle(*out, diags);
    rc = rc != THRESH_OK ? rc : one;
    if (rc != THRESH_OK) {
        thresh_observations_free(*out);
        *out = NULL;
    }
    return rc;
}

void thresh_observations_free(thresh_observations *observations)
{
    reading *r = (reading *)observations;

    if (r == NULL)
        return;
    free(r->rows);
    arena_free(&r->arena);
    free(r);
}
