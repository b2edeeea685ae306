/* What the readers of a tree share: looking into it, and saying what is wrong with it. */
#include "base/language.h"
#include "input/reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double number_in(const node *map, const char *key)
{
    const node *n = node_get(map, key);

    return n != NULL && n->type == NODE_NUMBER ? n->number : NAN;
}

const char *text_in(const node *map, const char *key)
{
    const node *n = node_get(map, key);

    return n != NULL && n->text != NULL && n->type != NODE_NULL ? n->text : "";
}

thresh_status tree_fault(const input *in, const node *at, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(in->diags, format), args);
    va_end(args);
    thresh_diags_add(in->diags, THRESH_ERROR, in->path, at->line, at->column, "%s", text);
    return THRESH_EFORMAT;
}

void not_understood(const input *in, const node *n)
{
    thresh_diags_add(in->diags, THRESH_NOTE, in->path, n->line, n->column,
                     "not understood: '%s' is %s",
                     n->key != NULL ? n->key : diag_text(in->diags, N_("an entry")),
                     node_type_name(in->diags, n->type));
}

thresh_status add_node(const input *in, thresh_set *set, const thresh_metric *about, const node *n)
{
    thresh_metric m = *about;

    if (metric_from_node(&m, n))
        return add_metric(in, set, &m);
    not_understood(in, n);
    return THRESH_OK;
}

bool is_of_step(const node *entry, double step)
{
    static const char *const keys[] = { "step", "_step", "global_step", "epoch" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (number_in(entry, keys[i]) == step)
            return true;
    return false;
}
