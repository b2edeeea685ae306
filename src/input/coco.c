/* The summary that COCO's evaluation prints:
 * " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.503" */
#include "input/reader.h"

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

const reader coco_reader = { { "coco", "COCO evaluation, printed" }, FROM_TEXT, detect, read };
