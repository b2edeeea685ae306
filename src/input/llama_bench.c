/*
 * llama.cpp's llama-bench: its table, CSV, JSON and JSON Lines. Each row is a test (pp512, tg128,
 * "tg128 @ d4096"), the scope; models and settings that differ between rows are part of it.
 */
#include "input/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 128, LOOK_AT = 200 };

/* Rows of any of the four, as maps of what stands in the columns. */
typedef struct bench {
    const input *in;
    arena arena;
    const node **rows;
    size_t count, capacity;
    const char **differing; /* columns that tell rows apart */
    size_t differing_count, differing_capacity;
    const char *model_column; /* NULL: all rows are of one model */
} bench;

static thresh_status keep_row(bench *b, const node *row)
{
    if (row == NULL || !array_reserve(&b->rows, &b->capacity, b->count + 1, sizeof *b->rows))
        return THRESH_ENOMEM;
    b->rows[b->count++] = row;
    return THRESH_OK;
}

/* --- what it looks like --- */

/* "| model | size | … | test | t/s |" */
static bool is_table_header(const line *l)
{
    return l->len > 0 && l->text[0] == '|' && line_contains(l, " test ")
           && line_contains(l, " t/s ");
}

static bool is_csv_header(const line *l)
{
    return line_contains(l, "build_commit,") && line_contains(l, ",n_gen,")
           && line_contains(l, ",avg_ts,");
}

/* Behind the white space at `at`. The text is not terminated. */
static size_t skip_space(const input *in, size_t at)
{
    while (at < in->len && strchr(" \t\r\n", in->text[at]) != NULL)
        at++;
    return at;
}

static bool is_list(const input *in)
{
    size_t at = skip_space(in, 0);

    return at < in->len && in->text[at] == '[';
}

/* The first key of the first record: other files hold such records too, deeper inside. */
static bool is_json(const input *in)
{
    static const char key[] = "\"build_commit\"";
    size_t at = skip_space(in, 0);
    line l = { 0 };

    if (is_list(in))
        at = skip_space(in, at + 1);
    if (at >= in->len || in->text[at] != '{')
        return false;
    at = skip_space(in, at + 1);
    if (in->len - at < sizeof key || memcmp(in->text + at, key, sizeof key - 1) != 0)
        return false;
    while (l.number < LOOK_AT && next_line(in, &at, &l))
        if (line_contains(&l, "\"avg_ts\""))
            return true;
    return false;
}

typedef bool line_test(const line *l);

/* Messages of the program may stand above its table. */
static bool find_header(const input *in, line_test *is_header, size_t *at, line *l)
{
    *at = 0;
    *l = (line){ 0 };
    while (l->number < LOOK_AT && next_full_line(in, at, l))
        if (is_header(l))
            return true;
    return false;
}

static bool detect(const input *in)
{
    size_t at;
    line l;

    return in->json ? is_json(in)
                    : find_header(in, is_table_header, &at, &l)
                          || find_header(in, is_csv_header, &at, &l);
}

/* --- table and CSV: lines to cells to maps --- */

/* "| a | b |" @return how many */
static size_t split_table(arena *a, const line *l, const char **cells)
{
    size_t count = 0, at = 1;

    while (at < l->len && count < MOST_CELLS) {
        const char *bar = memchr(l->text + at, '|', l->len - at);
        field f;

        if (bar == NULL)
            break;
        f = trimmed((field){ l->text + at, (size_t)(bar - l->text) - at });
        cells[count++] = arena_strndup(a, f.text, f.len);
        at = (size_t)(bar - l->text) + 1;
    }
    return count;
}

static size_t split_commas(arena *a, const line *l, const char **cells)
{
    return split_csv(a, l, ',', cells, MOST_CELLS);
}

typedef size_t splitter(arena *a, const line *l, const char **cells);

static const node *make_row(arena *a, const char *const *titles, const char *const *cells,
                            size_t count, uint32_t line_number)
{
    node *map = arena_alloc(a, sizeof *map), **tail;

    if (map == NULL)
        return NULL;
    *map = (node){ .type = NODE_MAP, .line = line_number };
    tail = &map->child;
    for (size_t i = 0; i < count; i++) {
        node *n = arena_alloc(a, sizeof *n);

        if (n == NULL)
            return NULL;
        *n = (node){ .key = titles[i], .text = cells[i], .type = NODE_TEXT, .line = line_number };
        *tail = n;
        tail = &n->next;
    }
    return map;
}

static thresh_status read_lines(bench *b, line_test *is_header, splitter *split)
{
    const char *titles[MOST_CELLS], *cells[MOST_CELLS];
    size_t at, count;
    line l;
    thresh_status rc = THRESH_OK;

    if (!find_header(b->in, is_header, &at, &l))
        return text_fault(b->in, 1,
                          "not of llama-bench: no header with 'test' and 't/s', none "
                          "with 'n_gen' and 'avg_ts'");
    count = split(&b->arena, &l, titles);
    while (rc == THRESH_OK && next_full_line(b->in, &at, &l)) {
        if (is_header == is_table_header && l.text[0] != '|')
            break; /* "build: 3469684 (1275)" */
        if (is_header == is_table_header && line_contains(&l, "---"))
            continue;
        if (split(&b->arena, &l, cells) != count)
            return text_fault(b->in, l.number, "a row with more or fewer columns than the header");
        rc = b->arena.failed ? THRESH_ENOMEM
                             : keep_row(b, make_row(&b->arena, titles, cells, count, l.number));
    }
    return rc;
}

/* --- JSON and JSON Lines --- */

static thresh_status keep_map(bench *b, const node *n)
{
    return n->type == NODE_MAP ? keep_row(b, n)
                               : tree_fault(b->in, n, "found %s, expected the map of a test",
                                            node_type_name(b->in->diags, n->type));
}

static thresh_status read_json(bench *b)
{
    const input *in = b->in;
    const node *root = NULL;
    size_t at = 0;
    line l = { 0 };
    thresh_status rc = THRESH_OK;

    if (is_list(in)) {
        rc = json_read(&root, &b->arena, in->text, in->len, in->path, 1, in->diags);
        for (const node *n = root != NULL ? root->child : NULL; n != NULL && rc == THRESH_OK;
             n = n->next)
            rc = keep_map(b, n);
        return rc;
    }
    while (rc == THRESH_OK && next_full_line(in, &at, &l)) {
        rc = json_read(&root, &b->arena, l.text, l.len, in->path, l.number, in->diags);
        if (rc == THRESH_OK)
            rc = keep_map(b, root);
    }
    return rc;
}

/* --- what tells rows apart --- */

/* Columns of results, of the program, and of what is said otherwise; ends with NULL. */
static const char *const no_settings[] = {
    "test",     "t/s",          "n_prompt",   "n_gen",          "n_depth",      "test_time",
    "size",     "params",       "model_size", "model_n_params", "model",        "model_type",
    "cpu_info", "build_number", "gpu_info",   "model_filename", "build_commit", NULL
};
static const char *const result_prefixes[] = { "avg_", "stddev_", "samples_", NULL };

/* As the table names them: the same test has the same scope, whatever it was written in. */
static const char *const short_names[][2] = {
    { "n_gpu_layers", "ngl" },   { "n_threads", "threads" }, { "split_mode", "sm" },
    { "flash_attn", "fa" },      { "use_mmap", "mmap" },     { "no_kv_offload", "nkvo" },
    { "embeddings", "embd" },    { "tensor_split", "ts" },   { "tensor_buft_overrides", "ot" },
    { "no_op_offload", "nopo" }, { "main_gpu", "mg" },       { "backends", "backend" },
};

static bool is_setting(const char *key)
{
    for (size_t i = 0; no_settings[i] != NULL; i++)
        if (strcmp(key, no_settings[i]) == 0)
            return false;
    for (size_t i = 0; result_prefixes[i] != NULL; i++)
        if (strncmp(key, result_prefixes[i], strlen(result_prefixes[i])) == 0)
            return false;
    return true;
}

static const char *short_name(const char *key)
{
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++)
        if (strcmp(key, short_names[i][0]) == 0)
            return short_names[i][1];
    return key;
}

/* "" where there is nothing; NULL when memory ran out */
static const char *cell(bench *b, const node *row, const char *key)
{
    char number[THRESH_NUMBER_MAX];
    const node *n = node_get(row, key);

    if (n == NULL || n->type == NODE_LIST || n->type == NODE_MAP || n->type == NODE_NULL)
        return "";
    return n->type == NODE_TEXT ? n->text
                                : arena_strdup(&b->arena, thresh_format_number(number, n->number));
}

static bool same_cell(const node *a, const node *b)
{
    if (a == NULL || b == NULL || a->type != b->type)
        return a == b;
    return a->text != NULL && b->text != NULL ? strcmp(a->text, b->text) == 0
                                              : !(a->number < b->number || a->number > b->number);
}

static bool differs(const bench *b, const char *key)
{
    for (size_t i = 1; i < b->count; i++)
        if (!same_cell(node_get(b->rows[0], key), node_get(b->rows[i], key)))
            return true;
    return false;
}

static thresh_status find_differences(bench *b)
{
    static const char *const model_columns[] = { "model", "model_type", "model_filename" };

    for (size_t i = 0; i < 3 && b->model_column == NULL; i++)
        if (differs(b, model_columns[i]))
            b->model_column = model_columns[i];
    for (const node *n = b->rows[0]->child; n != NULL; n = n->next) {
        if (!is_setting(n->key) || !differs(b, n->key))
            continue;
        if (!array_reserve(&b->differing, &b->differing_capacity, b->differing_count + 1,
                           sizeof *b->differing))
            return THRESH_ENOMEM;
        b->differing[b->differing_count++] = n->key;
    }
    return THRESH_OK;
}

/* --- rows to metrics --- */

static double cell_number(const node *row, const char *key)
{
    const node *n = node_get(row, key);
    double number;

    if (n == NULL)
        return NAN;
    if (n->type == NODE_NUMBER)
        return n->number;
    return n->type == NODE_TEXT && thresh_parse_number(&number, n->text, strlen(n->text)) ? number
                                                                                          : NAN;
}

/* "pp 512" as older ones print it → "pp512"; "" when the row does not say */
static const char *test_name(bench *b, const node *row)
{
    const char *test = text_in(row, "test");
    double prompt = cell_number(row, "n_prompt"), gen = cell_number(row, "n_gen"),
           depth = cell_number(row, "n_depth");

    if (strncmp(test, "pp ", 3) == 0 || strncmp(test, "tg ", 3) == 0)
        return arena_printf(&b->arena, "%.2s%s", test, test + 3);
    if (test[0] != '\0' || !(prompt >= 0 && gen >= 0))
        return test;
    test = gen < 1      ? arena_printf(&b->arena, "pp%.0f", prompt)
           : prompt < 1 ? arena_printf(&b->arena, "tg%.0f", gen)
                        : arena_printf(&b->arena, "pp%.0f+tg%.0f", prompt, gen);
    return test != NULL && depth >= 1 ? arena_printf(&b->arena, "%s @ d%.0f", test, depth) : test;
}

/* "131.42 ± 0.59", or avg_ts and stddev_ts with the samples behind them. */
static bool read_speed(const node *row, thresh_metric *m)
{
    const char *text = text_in(row, "t/s"), *sign = strstr(text, "\xC2\xB1");
    const node *samples = node_get(row, "samples_ts");
    double spread = cell_number(row, "stddev_ts");

    if (text[0] != '\0')
        return field_number(
            trimmed((field){ text, sign != NULL ? (size_t)(sign - text) : strlen(text) }),
            &m->value);
    m->value = cell_number(row, "avg_ts");
    m->n = samples != NULL && samples->type == NODE_LIST ? (double)node_count(samples) : 0;
    m->has_n = m->n >= 1;
    m->has_stderr = m->n >= 2 && spread >= 0;
    m->stderr_value = m->has_stderr ? spread / sqrt(m->n) : 0;
    return !isnan(m->value);
}

static thresh_status add_number(bench *b, thresh_set *set, const char *scope, const char *name,
                                const char *unit, double value, const node *row)
{
    thresh_metric m = {
        .scope = scope, .name = name, .unit = unit, .value = value, .line = row->line
    };

    /* each row of a model says it again */
    return isnan(value) || thresh_set_find(set, scope, name) != NULL ? THRESH_OK
                                                                     : add_measured(b->in, set, &m);
}

/* "6.74 B" is billions, not bytes. */
static double count_of(const char *text)
{
    static const char suffixes[] = "KMBT";
    const char *space = strchr(text, ' ');
    const char *suffix = space == NULL || space[1] == '\0' ? NULL : strchr(suffixes, space[1]);
    double number;

    if (space == NULL || !thresh_parse_number(&number, text, (size_t)(space - text)))
        return NAN;
    return suffix == NULL ? NAN : number * pow(1000, (double)(suffix - suffixes + 1));
}

static thresh_status add_model(bench *b, thresh_set *set, const char *scope, const node *row)
{
    const node *size = node_get(row, "size");
    thresh_metric m = { .scope = scope, .name = "model_size" };
    double params = cell_number(row, "model_n_params");
    thresh_status rc = THRESH_OK;

    if (size != NULL && thresh_set_find(set, scope, m.name) == NULL)
        rc = add_node(b->in, set, &m, size);
    if (rc == THRESH_OK)
        rc = add_number(b, set, scope, m.name, "B", cell_number(row, "model_size"), row);
    if (isnan(params))
        params = count_of(text_in(row, "params"));
    return rc == THRESH_OK ? add_number(b, set, scope, "n_params", NULL, params, row) : rc;
}

static thresh_status read_row(bench *b, thresh_set *set, const node *row)
{
    const char *model = b->model_column == NULL ? "" : cell(b, row, b->model_column);
    const char *test = test_name(b, row), *scope;
    thresh_metric m = { .name = "tokens_per_second", .line = row->line };
    thresh_status rc;

    if (model == NULL || test == NULL)
        return THRESH_ENOMEM;
    if (test[0] == '\0')
        return tree_fault(b->in, row,
                          "expected the test of the row: 'test', or n_prompt and n_gen");
    if (!read_speed(row, &m))
        return tree_fault(b->in, row, "expected tokens per second: 't/s' or 'avg_ts'");
    if ((rc = add_model(b, set, model, row)) != THRESH_OK)
        return rc;
    scope = join_scope(b->in, &b->arena, model, test, row);
    for (size_t i = 0; i < b->differing_count && scope != NULL; i++) {
        const char *value = cell(b, row, b->differing[i]);
        const char *part =
            value == NULL ? NULL
                          : arena_printf(&b->arena, "%s=%s", short_name(b->differing[i]), value);
        scope = part == NULL ? NULL : join_scope(b->in, &b->arena, scope, part, row);
    }
    if (scope == NULL)
        return b->arena.failed ? THRESH_ENOMEM : THRESH_EFORMAT;
    m.scope = scope;
    return add_measured(b->in, set, &m);
}

static thresh_status read(const input *in, thresh_set *set)
{
    bench b = { .in = in, .arena = ARENA_INIT };
    size_t at;
    line l;
    thresh_status rc;

    if (in->json)
        rc = read_json(&b);
    else if (find_header(in, is_csv_header, &at, &l))
        rc = read_lines(&b, is_csv_header, split_commas);
    else
        rc = read_lines(&b, is_table_header, split_table);
    if (rc == THRESH_OK && b.count == 0)
        rc = text_fault(in, 1, "a benchmark without rows");
    if (rc == THRESH_OK)
        rc = find_differences(&b);
    for (size_t i = 0; i < b.count && rc == THRESH_OK; i++)
        rc = read_row(&b, set, b.rows[i]);
    if (rc == THRESH_OK && node_get(b.rows[0], "samples_ts") == NULL)
        thresh_diags_add(in->diags, THRESH_NOTE, in->path, 0, 0,
                         "how often each test was repeated is not said, so no standard error is "
                         "known; llama-bench -o json says it");
    free(b.rows);
    free(b.differing);
    arena_free(&b.arena);
    return rc;
}

const reader llama_bench_reader = {
    .format = { "llama-bench", N_("llama.cpp llama-bench, table, CSV, JSON, JSONL") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};
