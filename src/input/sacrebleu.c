/*
 * sacreBLEU's JSON: one score ({"name": "BLEU", "score": 33.6, "signature": …}) or a list of them.
 * Its bootstrap gives half the width of the middle 95 % of the resampled scores: divided by the
 * normal quantile it is their standard error.
 */
#include "input/reader.h"

#include <math.h>
#include <string.h>

static const double normal_975 = 1.959963984540054;

static bool is_score(const node *n)
{
    return n != NULL && n->type == NODE_MAP && text_in(n, "name")[0] != '\0'
           && node_get(n, "score") != NULL && node_get(n, "signature") != NULL;
}

static bool detect(const input *in)
{
    return is_score(in->root->type == NODE_LIST ? in->root->child : in->root);
}

/* Written with one decimal unless -w asks for more: a small width may be rounded to nothing. */
static void read_interval(const input *in, const node *score, thresh_metric *m)
{
    double half = number_in(score, "confidence_var");

    if (!(half > 0))
        return;
    m->stderr_value = half / normal_975;
    m->has_stderr = true;
    thresh_diags_add(in->diags, THRESH_NOTE, in->path, score->line, score->column,
                     "standard error of %s from its bootstrap: confidence_var / 1.96", m->name);
}

static thresh_status read_score(const input *in, thresh_set *set, const node *score)
{
    static const char *const known[] = { "name", "score", "confidence_mean", "confidence_var",
                                         "confidence" };
    const node *value = node_get(score, "score");
    /* always of 100: a hopeless 0.6 is no 60 */
    thresh_metric m = { .scope = "", .name = text_in(score, "name"), .unit = "%" };
    thresh_status rc = THRESH_OK;

    if (!is_score(score))
        return tree_fault(in, score, "expected a score of sacreBLEU: name, score and signature");
    if (value->type != NODE_NUMBER)
        return tree_fault(in, value, "score: found %s, expected a number",
                          node_type_name(in->diags, value->type));
    read_interval(in, score, &m);
    if ((rc = add_node(in, set, &m, value)) != THRESH_OK)
        return rc;
    /* how it was computed: signature, tokenizer, version … are no metrics */
    for (const node *c = score->child; c != NULL && rc == THRESH_OK; c = c->next) {
        bool is_known = false;

        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            is_known = is_known || strcmp(c->key, known[i]) == 0;
        if (!is_known && c->type == NODE_TEXT) {
            thresh_metric text = { .scope = m.name,
                                   .name = c->key,
                                   .text = c->text,
                                   .state = THRESH_VALUE_TEXT,
                                   .line = c->line };
            rc = add_metric(in, set, &text);
        } else if (!is_known) {
            rc = add_node(in, set, &(thresh_metric){ .scope = m.name, .name = c->key }, c);
        }
    }
    return rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    const node *first = in->root->type == NODE_LIST ? in->root->child : in->root;
    thresh_status rc = THRESH_OK;

    if (first == NULL)
        return tree_fault(in, in->root, "an empty list; expected scores of sacreBLEU");
    for (const node *n = first; n != NULL && rc == THRESH_OK; n = n->next)
        rc = read_score(in, set, n);
    return rc;
}

const reader sacrebleu_reader = {
    .format = { "sacrebleu", N_("sacreBLEU, JSON") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
};
