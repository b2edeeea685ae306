/* Hugging Face's trainer_state.json: the last evaluation of its log, or that of --step. */
#include "input/reader.h"

#include <string.h>

static bool detect(const input *in)
{
    const node *log = node_get(in->root, "log_history");

    return log != NULL && log->type == NODE_LIST && node_get(in->root, "global_step") != NULL;
}

static bool is_evaluation(const node *entry)
{
    for (const node *n = entry->child; n != NULL; n = n->next)
        if (n->key != NULL && strncmp(n->key, "eval_", 5) == 0)
            return true;
    return false;
}

static thresh_status read(const input *in, thresh_set *set)
{
    const node *log = node_get(in->root, "log_history"), *last = NULL;
    size_t evaluations = 0;
    thresh_status rc = THRESH_OK;

    if (log == NULL || log->type != NODE_LIST) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, in->root->line, in->root->column,
                         "not a trainer state: expected a list 'log_history'");
        return THRESH_EFORMAT;
    }
    for (const node *entry = log->child; entry != NULL; entry = entry->next)
        if (is_evaluation(entry)) {
            if (!in->options->has_step || is_of_step(entry, in->options->step))
                last = entry;
            evaluations++;
        }
    if (last == NULL && evaluations > 0)
        return no_such_step(in);
    if (last == NULL) {
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, log->line, log->column,
                         "the log holds no evaluation (no key that begins with eval_)");
        return THRESH_EFORMAT;
    }
    for (const node *n = last->child; n != NULL && rc == THRESH_OK; n = n->next) {
        thresh_metric m = { .scope = "", .name = n->key };
        if (metric_from_node(&m, n))
            rc = add_metric(in, set, &m);
    }
    if (evaluations > 1 && !in->options->has_step)
        thresh_diags_add(in->diags, THRESH_NOTE, in->path, last->line, last->column,
                         "%zu evaluations in the log, of which the last is taken", evaluations);
    return rc;
}

const reader trainer_reader = {
    .format = { "trainer", N_("Hugging Face, trainer_state.json") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
    .steps = true,
};
