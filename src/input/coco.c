/* The summary that COCO's evaluation prints:
 * " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.503"
 * and what detectron2 makes of it: {"bbox": {"AP": 38.1, "APs": 21.2, "AP-person": 55.1}} */
#include "input/reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const titles[] = { "Average Precision", "Average Recall" };

static const char *title_of(const line *l)
{
    field f = trimmed((field){ l->text, l->len });

    for (size_t i = 0; i < 2; i++)
        if (f.len > strlen(titles[i]) && memcmp(f.text, titles[i], strlen(titles[i])) == 0)
            return titles[i];
    return NULL;
}

static bool detect(const input *in)
{
    size_t at = 0;
    line l = { 0 };

    while (l.number < 40 && next_full_line(in, &at, &l))
        if (title_of(&l) != NULL && memchr(l.text, '@', l.len) != NULL)
            return true;
    return false;
}

/* "IoU=0.50:0.95 | area=   all | maxDets=100" without its white space, with '/' for its bars */
static const char *conditions(arena *a, const char *text, size_t len)
{
    char *out = arena_alloc(a, len + 1), *to = out;

    for (size_t i = 0; out != NULL && i < len; i++)
        if (text[i] == '|')
            *to++ = '/';
        else if (text[i] != ' ' && text[i] != '\t')
            *to++ = text[i];
    return out;
}

static thresh_status read_row(const input *in, thresh_set *set, arena *a, const line *l,
                              const char *title)
{
    const char *open = memchr(l->text, '[', l->len), *close = memchr(l->text, ']', l->len);
    const char *equals =
        close == NULL ? NULL : memchr(close, '=', l->len - (size_t)(close - l->text));
    thresh_metric m = { .name = title, .line = l->number };

    if (open == NULL || equals == NULL || open > close)
        return text_fault(in, l->number,
                          "expected '@[ IoU=... | area=... | maxDets=... ] = value'");
    field value = trimmed((field){ equals + 1, l->len - (size_t)(equals + 1 - l->text) });
    if (!field_number(value, &m.value))
        return text_fault(in, l->number, "expected a number behind the last '='");
    if ((m.scope = conditions(a, open + 1, (size_t)(close - open - 1))) == NULL)
        return THRESH_ENOMEM;
    if (m.value < 0) {
        thresh_diags_add(in->diags, THRESH_NOTE, in->path, l->number, 0,
                         "-1 stands for no such objects: not taken");
        return THRESH_OK;
    }
    return add_measured(in, set, &m);
}

static thresh_status read(const input *in, thresh_set *set)
{
    arena a = ARENA_INIT;
    size_t at = 0, rows = 0;
    line l = { 0 };
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && next_full_line(in, &at, &l)) {
        const char *title = title_of(&l);
        if (title == NULL)
            continue;
        rows++;
        rc = read_row(in, set, &a, &l, title);
    }
    arena_free(&a);
    return rc == THRESH_OK && rows == 0 ? text_fault(in, 1, "no line 'Average Precision ...'") : rc;
}

const reader coco_reader = {
    .format = { "coco", N_("COCO evaluation, printed") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};

/* --- detectron2 --- */

static bool is_task(const node *n)
{
    return n->type == NODE_MAP && node_get(n, "AP") != NULL && node_get(n, "AP50") != NULL
           && node_get(n, "APl") != NULL;
}

static bool detect_tree(const input *in)
{
    bool found = false;

    if (in->root->type != NODE_MAP)
        return false;
    for (const node *c = in->root->child; c != NULL; c = c->next) {
        if (c->type != NODE_MAP)
            return false;
        found = found || is_task(c);
    }
    return found;
}

/* Always of 100; "AP-person" is the AP of the class person, a slice. */
static thresh_status read_task(const input *in, thresh_set *set, arena *a, const node *task)
{
    bool no_result = isnan(number_in(task, "AP"));
    thresh_status rc = THRESH_OK;

    for (const node *c = task->child; c != NULL && rc == THRESH_OK; c = c->next) {
        const char *dash = strchr(c->key, '-');
        thresh_metric m = { .scope = task->key, .name = c->key, .unit = "%" };

        if (dash != NULL && dash[1] != '\0' && strncmp(c->key, "AP", 2) == 0) {
            m.name = arena_strndup(a, c->key, (size_t)(dash - c->key));
            m.scope = join_scope(in, a, task->key, dash + 1, c);
        }
        if (m.name == NULL || m.scope == NULL)
            return a->failed ? THRESH_ENOMEM : THRESH_EFORMAT;
        if (c->type == NODE_NUMBER && isnan(c->number) && !no_result)
            thresh_diags_add(in->diags, THRESH_NOTE, in->path, c->line, c->column,
                             "NaN stands for no such objects: '%s' is not taken", c->key);
        else
            rc = add_node(in, set, &m, c);
    }
    return rc;
}

static thresh_status read_tree(const input *in, thresh_set *set)
{
    arena a = ARENA_INIT;
    thresh_status rc = THRESH_OK;

    if (in->root->type != NODE_MAP || in->root->child == NULL)
        return tree_fault(in, in->root, "not of detectron2: expected maps such as 'bbox'");
    for (const node *c = in->root->child; c != NULL && rc == THRESH_OK; c = c->next)
        rc = c->type == NODE_MAP ? read_task(in, set, &a, c)
                                 : tree_fault(in, c, "expected the map of a task such as 'bbox'");
    arena_free(&a);
    return rc;
}

const reader detectron2_reader = {
    .format = { "detectron2", N_("detectron2, COCO figures as JSON") },
    .source = FROM_TREE,
    .detect = detect_tree,
    .read = read_tree,
};
