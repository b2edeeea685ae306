/* Answers of Prometheus's HTTP API, version 1: vectors and matrices of floats. */
#include "input/prometheus_api.h"

#include "base/language.h"
#include "base/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_SCOPE = 4096,
    MOST_WORDS = 300 /* of an error; what a server says may be long */
};

typedef struct reading {
    api_result *result;
    const char *file;
    thresh_diags *diags;
} reading;

void api_result_free(api_result *r)
{
    arena_free(&r->arena);
    free(r->list);
    free(r->samples);
}

static thresh_status rubbish(const reading *r, const node *at, const char *expected)
{
    thresh_diags_add(r->diags, THRESH_ERROR, r->file, at == NULL ? 0 : at->line,
                     at == NULL ? 0 : at->column, "no answer of Prometheus: expected %s",
                     diag_text(r->diags, expected));
    return THRESH_EFORMAT;
}

static const char *text_of(const node *map, const char *key)
{
    const node *n = node_get(map, key);

    return n != NULL && n->type == NODE_TEXT ? n->text : NULL;
}

/* Labels but for the name, which the query's own metric replaces. */
static const char *scope_of(const reading *r, const node *labels)
{
    arena *a = &r->result->arena;
    const char *scope = "";

    for (const node *l = labels->child; l != NULL && scope != NULL; l = l->next) {
        if (strcmp(l->key, "__name__") == 0)
            continue;
        if (l->type != NODE_TEXT || strlen(scope) + strlen(l->key) + strlen(l->text) > MOST_SCOPE)
            return NULL;
        scope = arena_printf(a, "%s%s%s=%s", scope, scope[0] == '\0' ? "" : "/", l->key, l->text);
    }
    return scope;
}

/* All of them but the name; the texts die with the answer, so these are copies. */
static bool keep_labels(const reading *r, api_series *s, const node *labels)
{
    arena *a = &r->result->arena;
    size_t count = 0;

    for (const node *l = labels->child; l != NULL; l = l->next)
        count++;
    api_label *kept = arena_alloc(a, count * sizeof *kept);
    if (kept == NULL)
        return false;
    for (const node *l = labels->child; l != NULL; l = l->next)
        if (l->type == NODE_TEXT)
            kept[s->label_count++] =
                (api_label){ arena_strdup(a, l->key), arena_strdup(a, l->text) };
    s->labels = kept;
    return !a->failed;
}

const char *api_label_of(const api_series *series, const char *name)
{
    for (size_t i = 0; i < series->label_count; i++)
        if (strcmp(series->labels[i].name, name) == 0)
            return series->labels[i].value;
    return NULL;
}

/* As Go writes it: of all numbers only infinity has its plus. */
static bool read_value(double *out, const char *text)
{
    const char *number = strcmp(text, "+Inf") == 0 ? text + 1 : text;

    return thresh_parse_number(out, number, strlen(number));
}

/* [time, "value"] */
static thresh_status read_sample(const reading *r, const node *pair)
{
    const node *time = pair->type == NODE_LIST ? pair->child : NULL;
    const node *value = time == NULL ? NULL : time->next;
    api_result *result = r->result;
    double number;

    if (value == NULL || value->next != NULL || time->type != NODE_NUMBER
        || !(fabs(time->number) < 9e12) || value->type != NODE_TEXT
        || !read_value(&number, value->text))
        return rubbish(r, pair, N_("a time and a number as text"));
    if (!isfinite(number)) {
        result->not_numbers++;
        return THRESH_OK;
    }
    if (!array_reserve(&result->samples, &result->samples_room, result->count + 1,
                       sizeof *result->samples))
        return THRESH_ENOMEM;
    result->samples[result->count++] = (api_sample){ (int64_t)llround(time->number * 1e6), number,
                                                     (uint32_t)(result->series - 1) };
    return THRESH_OK;
}

static thresh_status read_series(const reading *r, const node *series)
{
    api_result *result = r->result;
    const node *labels = node_get(series, "metric"), *values, *value;
    thresh_status rc = THRESH_OK;

    if (series->type != NODE_MAP || labels == NULL || labels->type != NODE_MAP)
        return rubbish(r, series, N_("a series with its labels"));
    if (!array_reserve(&result->list, &result->list_room, result->series + 1, sizeof *result->list))
        return THRESH_ENOMEM;
    api_series *s = &result->list[result->series++];
    *s = (api_series){ .scope = scope_of(r, labels) };
    if (s->scope == NULL || !keep_labels(r, s, labels))
        return result->arena.failed
                   ? THRESH_ENOMEM
                   : rubbish(r, labels,
                             N_("labels that are texts, of at most 4,096 bytes together"));
    values = node_get(series, "values");
    value = node_get(series, "value");
    if (value != NULL)
        return read_sample(r, value);
    if (values == NULL || values->type != NODE_LIST)
        return rubbish(r, series,
                       N_("values (a native histogram has none: ask for a quantile of it)"));
    for (const node *v = values->child; v != NULL && rc == THRESH_OK; v = v->next)
        rc = read_sample(r, v);
    return rc;
}

/* What the server has to say, in one line and not too long. */
static void tell(const reading *r, const node *root)
{
    const char *type = text_of(root, "errorType"), *error = text_of(root, "error");

    thresh_diags_add(r->diags, THRESH_ERROR, r->file, 0, 0, "the server says: %.60s: %.*s",
                     type == NULL ? "error" : type, MOST_WORDS, error == NULL ? "" : error);
}

static thresh_status read_root(const reading *r, api_kind *kind, const node *root)
{
    const char *status = root->type == NODE_MAP ? text_of(root, "status") : NULL, *type;
    const node *data, *list;
    thresh_status rc = THRESH_OK;

    if (status != NULL && strcmp(status, "error") == 0) {
        type = text_of(root, "errorType");
        *kind = type != NULL && strcmp(type, "bad_data") == 0 ? API_REFUSED : API_ERROR;
        tell(r, root);
        return THRESH_OK;
    }
    if (status == NULL || strcmp(status, "success") != 0)
        return rubbish(r, root, N_("a status of success or error"));
    *kind = API_SUCCESS;
    data = node_get(root, "data");
    type = data != NULL && data->type == NODE_MAP ? text_of(data, "resultType") : NULL;
    list = type == NULL ? NULL : node_get(data, "result");
    if (list == NULL || list->type != NODE_LIST
        || (strcmp(type, "matrix") != 0 && strcmp(type, "vector") != 0))
        return rubbish(r, data == NULL ? root : data, N_("a matrix or a vector"));
    for (const node *series = list->child; series != NULL && rc == THRESH_OK; series = series->next)
        rc = read_series(r, series);
    return rc;
}

thresh_status prometheus_api_read(api_result *result, api_kind *kind, const char *body, size_t len,
                                  const char *file, thresh_diags *diags)
{
    const reading r = { result, file, diags };
    arena a = ARENA_INIT;
    const node *root;
    thresh_status rc;

    if ((rc = json_read(&root, &a, body, len, file, 1, diags)) == THRESH_OK)
        rc = read_root(&r, kind, root);
    arena_free(&a);
    return rc;
}
