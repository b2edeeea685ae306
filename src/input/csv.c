/*
 * CSV and TSV with a header. Long: a column names the metric, another has its value. Crossed: a
 * column names the metric, each column of numbers is a model. Wide: each column of numbers is a
 * metric, each row a scope that its columns of text name. Comma, semicolon
 * or tab; quoted fields; "94.2%", "5.79 +/- 0.03"; units in the header, as in "Latency (ms)".
 */
#include "base/language.h"
#include "base/words.h"
#include "input/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 1024, MOST_ROWS = 1000000 };

typedef enum column_role {
    COLUMN_LABEL,
    COLUMN_NUMBER,
    COLUMN_NAME,
    COLUMN_VALUE,
    COLUMN_STDERR,
    COLUMN_N,
    COLUMN_SCOPE,
    COLUMN_CONSTANT,
    COLUMN_EMPTY
} column_role;

typedef enum layout { WIDE, LONG, CROSSED } layout;

typedef struct column {
    const char *name;
    const char *unit; /* of the header, or NULL */
    column_role role;
} column;

typedef struct row {
    const char **cells;
    uint32_t line;
} row;

typedef struct table {
    arena arena;
    const input *in;
    char delimiter;
    size_t at;
    uint32_t line;
    column *columns;
    size_t column_count;
    row *rows;
    size_t row_count, row_capacity;
} table;

/* How often a delimiter stands outside of quotes on a line. */
size_t csv_count(const line *l, char delimiter)
{
    size_t count = 0;
    bool quoted = false;

    for (size_t i = 0; i < l->len; i++)
        if (l->text[i] == '"')
            quoted = !quoted;
        else if (!quoted && l->text[i] == delimiter)
            count++;
    return count;
}

char csv_delimiter(const line *header)
{
    static const char delimiters[] = "\t;,";
    size_t best = 0, most = 0;

    for (size_t i = 0; delimiters[i] != '\0'; i++)
        if (csv_count(header, delimiters[i]) > most) {
            most = csv_count(header, delimiters[i]);
            best = i;
        }
    return most > 0 ? delimiters[best] : '\0';
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
    if (delimiter == '\0' || header.text[0] == '-' || header.text[0] == '#'
        || !next_full_line(in, &at, &first))
        return false;
    /* "key: [a, b]" is YAML, unless the colon stands in quotes */
    for (size_t i = 0; i + 1 < header.len; i++)
        if (header.text[i] == ':' && header.text[i + 1] == ' '
            && memchr(header.text, '"', i) == NULL)
            return false;
    return csv_count(&first, delimiter) == csv_count(&header, delimiter)
           || memchr(first.text, '"', first.len) != NULL;
}

/* Where semicolons part the fields a comma is the decimal point: "0,94", "94,2%". */
void csv_decimal_point(char *cell)
{
    size_t whole, behind;

    cell += *cell == '-' || *cell == '+';
    whole = strspn(cell, "0123456789");
    if (whole == 0 || cell[whole] != ',')
        return;
    behind = strspn(cell + whole + 1, "0123456789");
    if (behind > 0 && strpbrk(cell + whole + 1 + behind, ",.0123456789") == NULL)
        cell[whole] = '.';
}

/* One field; `*more` says whether another one follows on this row. NULL: reported, or no memory. */
static const char *read_cell(table *t, bool *more)
{
    const input *in = t->in;
    size_t start = t->at;
    uint32_t opened = t->line;
    char *out, *to;

    if (start < in->len && in->text[start] == '"') {
        size_t i = start + 1;
        while (i < in->len && (in->text[i] != '"' || (i + 1 < in->len && in->text[i + 1] == '"')))
            i += in->text[i] == '"' ? 2 : 1;
        if (i >= in->len) {
            text_fault(in, opened, "a quoted field that begins here does not end");
            return NULL;
        }
        if ((to = out = arena_alloc(&t->arena, i - start)) == NULL)
            return NULL;
        for (size_t k = start + 1; k < i; k++) {
            t->line += in->text[k] == '\n';
            *to++ = in->text[k];
            k += in->text[k] == '"'; /* two stand for one */
        }
        t->at = i + 1;
    } else {
        while (t->at < in->len && in->text[t->at] != t->delimiter && in->text[t->at] != '\n')
            t->at++;
        field f = trimmed((field){ in->text + start, t->at - start });
        if (f.len > 0 && f.text[f.len - 1] == '\r')
            f = trimmed((field){ f.text, f.len - 1 });
        if ((out = arena_strndup(&t->arena, f.text, f.len)) == NULL)
            return NULL;
    }
    if (t->delimiter == ';')
        csv_decimal_point(out);
    while (t->at < in->len && (in->text[t->at] == '\r' || in->text[t->at] == ' '))
        t->at++;
    *more = t->at < in->len && in->text[t->at] == t->delimiter;
    if (t->at < in->len && !*more && in->text[t->at] != '\n') {
        text_fault(in, t->line, "text behind the end of a quoted field");
        return NULL;
    }
    t->at += t->at < in->len;
    return out;
}

static thresh_status failed(const table *t)
{
    return t->arena.failed ? THRESH_ENOMEM : THRESH_EFORMAT;
}

/* Reads one record into `cells`; `*count` 0 at the end of the file and for a blank line. */
static thresh_status read_record(table *t, const char **cells, size_t most, size_t *count)
{
    bool more = true;

    *count = 0;
    t->line++;
    while (more) {
        if (*count == most) {
            text_fault(t->in, t->line, "field %zu where the header has %zu", most + 1, most);
            return THRESH_EFORMAT;
        }
        if ((cells[*count] = read_cell(t, &more)) == NULL)
            return failed(t);
        ++*count;
    }
    if (*count == 1 && cells[0][0] == '\0')
        *count = 0;
    return THRESH_OK;
}

field csv_title(field title, const unit **u)
{
    size_t open = title.len;

    *u = NULL;
    if (title.len <= 2 || title.text[title.len - 1] != ')')
        return title;
    while (open > 0 && title.text[open - 1] != '(')
        open--;
    if (open <= 1)
        return title;
    *u = unit_find(title.text + open, title.len - 1 - open);
    if (*u == NULL && memchr(title.text + open, '/', title.len - open) == NULL)
        return title;
    if (*u != NULL && ((*u)->dimension == UNIT_PP || (*u)->dimension == UNIT_POINTS))
        *u = NULL;
    return trimmed((field){ title.text, open - 1 });
}

static thresh_status read_title(table *t, column *c, const char *title)
{
    const unit *u;
    field name = csv_title((field){ title, strlen(title) }, &u);

    c->unit = u == NULL ? NULL : u->name;
    c->name = arena_strndup(&t->arena, name.text, name.len);
    return c->name == NULL ? THRESH_ENOMEM : THRESH_OK;
}

static thresh_status read_table(table *t)
{
    const char **cells = malloc(MOST_COLUMNS * sizeof *cells);
    size_t count = 0;
    thresh_status rc = cells == NULL ? THRESH_ENOMEM : THRESH_OK;

    while (rc == THRESH_OK && count == 0 && t->at < t->in->len)
        rc = read_record(t, cells, MOST_COLUMNS, &count);
    t->column_count = count;
    t->columns = arena_alloc(&t->arena, (count + 1) * sizeof *t->columns);
    if (t->columns == NULL)
        rc = THRESH_ENOMEM;
    for (size_t i = 0; i < count && rc == THRESH_OK; i++)
        rc = read_title(t, &t->columns[i], cells[i]);
    while (rc == THRESH_OK && t->at < t->in->len) {
        rc = read_record(t, cells, t->column_count, &count);
        if (rc != THRESH_OK || count == 0)
            continue;
        if (count < t->column_count) {
            rc = text_fault(t->in, t->line,
                            count == 1 ? N_("%zu field where the header has %zu")
                                       : N_("%zu fields where the header has %zu"),
                            count, t->column_count);
        } else if (t->row_count == MOST_ROWS) {
            rc = text_fault(t->in, t->line, "more than 1,000,000 rows");
        } else if (!array_reserve(&t->rows, &t->row_capacity, t->row_count + 1, sizeof *t->rows)) {
            rc = THRESH_ENOMEM;
        } else {
            const char **kept = arena_alloc(&t->arena, count * sizeof *kept);
            if (kept == NULL) {
                rc = THRESH_ENOMEM;
            } else {
                memcpy(kept, cells, count * sizeof *kept);
                t->rows[t->row_count++] = (row){ kept, t->line };
            }
        }
    }
    free(cells);
    return rc;
}

/* --- what the columns are --- */

static bool title_is(const char *title, const char *const *words)
{
    for (; *words != NULL; words++) {
        const char *a = title, *b = *words;
        while (*a != '\0' && *b != '\0'
               && ((*a >= 'A' && *a <= 'Z'   ? *a - 'A' + 'a'
                    : *a == ' ' || *a == '-' ? '_'
                                             : *a)
                   == *b)) {
            a++;
            b++;
        }
        if (*a == '\0' && *b == '\0')
            return true;
    }
    return false;
}

static const char *const name_titles[] = { "metric", "metric_name", "measure",
                                           "\xE6\x8C\x87\xE6\xA0\x87", NULL };
static const char *const value_titles[] = { "value", "metric_value", "score",
                                            "mean",  "\xE5\x80\xBC", "\xE6\x95\xB0\xE5\x80\xBC",
                                            NULL };
static const char *const stderr_titles[] = { "stderr", "std_err", "standard_error",
                                             "se",     "sem",     NULL };
static const char *const n_titles[] = {
    "n",       "n_samples",    "num_samples",
    "support", "dataset_size", "\xE6\xA0\xB7\xE6\x9C\xAC\xE6\x95\xB0",
    NULL
};
static const char *const scope_titles[] = { "scope", "task",  "dataset", "class",
                                            "slice", "model", NULL };

/* A number, with or without a unit and an error behind it; false for any other text. */
static bool is_number_cell(const char *cell)
{
    thresh_metric m = { .name = "" };
    node n = { .type = NODE_TEXT, .text = cell };

    metric_from_node(&m, &n);
    return m.state == THRESH_VALUE_NUMBER || m.state == THRESH_VALUE_NAN
           || strstr(cell, "\xC2\xB1") != NULL;
}

static column_role role_in_long(const table *t, size_t i)
{
    const char *title = t->columns[i].name;

    return title_is(title, name_titles)     ? COLUMN_NAME
           : title_is(title, value_titles)  ? COLUMN_VALUE
           : title_is(title, stderr_titles) ? COLUMN_STDERR
           : title_is(title, n_titles)      ? COLUMN_N
           : title_is(title, scope_titles)  ? COLUMN_SCOPE
                                            : COLUMN_CONSTANT;
}

static column_role role_in_wide(const table *t, size_t i)
{
    size_t numbers = 0, texts = 0;
    bool constant = true;

    for (size_t r = 0; r < t->row_count; r++) {
        const char *cell = t->rows[r].cells[i];
        if (is_number_cell(cell))
            numbers++;
        else
            texts += cell[0] != '\0';
        constant = constant && strcmp(cell, t->rows[0].cells[i]) == 0;
    }
    /* a few "N/A" do not make a column of numbers a label, nor a few numbers a label a metric */
    if (numbers > 0 && numbers >= texts)
        return COLUMN_NUMBER;
    if (texts == 0)
        return COLUMN_EMPTY;
    return constant && t->row_count > 1 ? COLUMN_CONSTANT : COLUMN_LABEL;
}

bool csv_names_metrics(const char *title)
{
    return title_is(title, name_titles);
}

/* Long where columns hold name and value; crossed where rows are metrics and columns models, as
 * people set two models side by side; else wide. */
static layout find_layout(const table *t)
{
    size_t names = 0, values = 0;

    for (size_t i = 0; i < t->column_count; i++) {
        names += title_is(t->columns[i].name, name_titles);
        values += title_is(t->columns[i].name, value_titles);
    }
    return names == 0 ? WIDE : values > 0 ? LONG : CROSSED;
}

static layout find_roles(table *t)
{
    layout found = find_layout(t);
    size_t numbers = 0;

    for (size_t i = 0; i < t->column_count; i++) {
        column *c = &t->columns[i];

        c->role = found == WIDE ? role_in_wide(t, i) : role_in_long(t, i);
        if (found == CROSSED && c->role == COLUMN_CONSTANT) {
            c->role = role_in_wide(t, i);
            c->role = c->role == COLUMN_LABEL ? COLUMN_SCOPE : c->role;
        }
        numbers += c->role == COLUMN_NUMBER;
    }
    if (found != CROSSED || numbers > 1)
        return found;
    /* one model alone: its name is none of a scope, and another file may call it otherwise */
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].role == COLUMN_NUMBER)
            t->columns[i].role = COLUMN_VALUE;
    return LONG;
}

/* --- metrics --- */

/* The cells of that role, joined with '/'. */
static const char *joined_cells(table *t, const row *r, column_role role)
{
    const char *out = "";

    for (size_t i = 0; i < t->column_count && out != NULL; i++)
        if (t->columns[i].role == role && r->cells[i][0] != '\0')
            out = out[0] == '\0' ? r->cells[i] : arena_printf(&t->arena, "%s/%s", out, r->cells[i]);
    return out;
}

/* "5.79 ± 0.03" holds its standard error; a column's unit belongs to each of its numbers. */
static void read_value(table *t, thresh_metric *m, const char *cell, const char *usual,
                       uint32_t number)
{
    const char *sign = strstr(cell, "\xC2\xB1");
    node n = { .type = NODE_TEXT, .text = cell, .line = number };

    if (sign != NULL) {
        field value = trimmed((field){ cell, (size_t)(sign - cell) });
        const char *behind = sign + 2 + strspn(sign + 2, " ");
        field error = { behind, strcspn(behind, " %") };
        const char *copy = arena_strndup(&t->arena, value.text, value.len);
        if (copy != NULL)
            n.text = copy;
        m->has_stderr = field_number(error, &m->stderr_value) && m->stderr_value >= 0;
    }
    metric_from_node(m, &n);
    if (m->unit == NULL && m->state == THRESH_VALUE_NUMBER)
        m->unit = usual;
}

static thresh_status add_long_row(table *t, thresh_set *set, const row *r)
{
    thresh_metric m = { .scope = joined_cells(t, r, COLUMN_SCOPE),
                        .name = joined_cells(t, r, COLUMN_NAME) };

    for (size_t i = 0; i < t->column_count; i++) {
        const char *cell = r->cells[i];
        double number;
        bool is_number = thresh_parse_number(&number, cell, strlen(cell));

        if (t->columns[i].role == COLUMN_VALUE)
            read_value(t, &m, cell, t->columns[i].unit, r->line);
        else if (t->columns[i].role == COLUMN_STDERR && is_number && number >= 0) {
            m.stderr_value = number;
            m.has_stderr = true;
        } else if (t->columns[i].role == COLUMN_N && is_number && number >= 1) {
            m.n = number;
            m.has_n = true;
        }
    }
    if (t->arena.failed)
        return THRESH_ENOMEM;
    if (m.name[0] == '\0')
        return text_fault(t->in, r->line, "a row without the name of a metric");
    return add_metric(t->in, set, &m);
}

/* The columns are models, and each a scope. */
static thresh_status add_crossed_row(table *t, thresh_set *set, const row *r)
{
    const char *name = joined_cells(t, r, COLUMN_NAME), *scope = joined_cells(t, r, COLUMN_SCOPE);
    thresh_status rc = name == NULL || scope == NULL ? THRESH_ENOMEM : THRESH_OK;

    if (rc == THRESH_OK && name[0] == '\0')
        return text_fault(t->in, r->line, "a row without the name of a metric");
    for (size_t i = 0; i < t->column_count && rc == THRESH_OK; i++) {
        const char *model = t->columns[i].name;
        thresh_metric m = { .name = name };

        if (t->columns[i].role != COLUMN_NUMBER)
            continue;
        m.scope = scope[0] == '\0' ? model : arena_printf(&t->arena, "%s/%s", model, scope);
        read_value(t, &m, r->cells[i], t->columns[i].unit, r->line);
        rc = t->arena.failed ? THRESH_ENOMEM : add_metric(t->in, set, &m);
    }
    return rc;
}

static thresh_status add_wide_row(table *t, thresh_set *set, const row *r)
{
    /* one row alone needs no name */
    const char *scope = t->row_count == 1 ? "" : joined_cells(t, r, COLUMN_LABEL);
    thresh_status rc = scope == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t i = 0; i < t->column_count && rc == THRESH_OK; i++) {
        thresh_metric m = { .scope = scope, .name = t->columns[i].name };

        if (t->columns[i].role != COLUMN_NUMBER || m.name[0] == '\0')
            continue;
        read_value(t, &m, r->cells[i], t->columns[i].unit, r->line);
        rc = t->arena.failed ? THRESH_ENOMEM : add_metric(t->in, set, &m);
    }
    return rc;
}

static thresh_status (*const add[])(table *t, thresh_set *set, const row *r) = {
    [WIDE] = add_wide_row, [LONG] = add_long_row, [CROSSED] = add_crossed_row
};

static thresh_status read(const input *in, thresh_set *set)
{
    table t = { .arena = ARENA_INIT, .in = in };
    line header = { 0 };
    size_t at = 0;
    layout found = WIDE;
    thresh_status rc = THRESH_OK;

    if (!next_full_line(in, &at, &header) || (t.delimiter = csv_delimiter(&header)) == '\0')
        return text_fault(in, header.number,
                          "expected a header of fields between commas, semicolons or tabs");
    rc = read_table(&t);
    if (rc == THRESH_OK && t.row_count == 0)
        rc = text_fault(in, t.line, "a header without rows");
    if (rc == THRESH_OK)
        found = find_roles(&t);
    for (size_t r = 0; r < t.row_count && rc == THRESH_OK; r++)
        rc = add[found](&t, set, &t.rows[r]);
    for (size_t i = 0; i < t.column_count && rc == THRESH_OK; i++)
        if (t.columns[i].role == COLUMN_CONSTANT)
            thresh_diags_add(in->diags, THRESH_NOTE, in->path, 1, 0, "column '%s' is not used",
                             t.columns[i].name);
    free(t.rows);
    arena_free(&t.arena);
    return rc;
}

const reader csv_reader = {
    .format = { "csv", N_("CSV and TSV: wide, long, or a column for each model") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};
