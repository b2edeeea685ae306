/*
 * ROUGE with its precision and recall: of py-rouge ({"rouge-1": {"r", "p", "f"}}), of rouge_score
 * ({"rouge1": {"precision", "recall", "fmeasure"}}) and of its bootstrap ({"low", "mid", "high"} of
 * these; as tuples [[p, r, f], …]). The F measure is what ROUGE means where nothing else is said.
 */
#include "input/reader.h"

#include <string.h>

enum { PRECISION, RECALL, FMEASURE, PARTS };

static const char *const words[PARTS] = { "precision", "recall", "fmeasure" };
static const char *const letters[PARTS] = { "p", "r", "f" };

/* The n-th of a list; NULL when it is none or shorter. */
static const node *nth(const node *list, size_t n)
{
    const node *c = list != NULL && list->type == NODE_LIST ? list->child : NULL;

    while (c != NULL && n-- > 0)
        c = c->next;
    return c;
}

/* Precision, recall or F of a score; NULL when it has none. */
static const node *part_of(const node *score, size_t part)
{
    const node *n = node_get(score, words[part]);

    if (n == NULL)
        n = node_get(score, letters[part]);
    return n == NULL && score != NULL && node_count(score) == PARTS ? nth(score, part) : n;
}

static bool in_order(const node *low, const node *high)
{
    for (size_t i = 0; i < PARTS; i++)
        if (part_of(low, i) == NULL || part_of(high, i) == NULL
            || part_of(low, i)->number > part_of(high, i)->number)
            return false;
    return true;
}

/* Low, mid or high of a bootstrap. Three tuples may be those of three samples too, but then they
 * hardly ever rise in all their parts. */
static const node *bound_of(const node *score, size_t bound)
{
    static const char *const bounds[] = { "low", "mid", "high" };
    const node *n = node_get(score, bounds[bound]);

    if (n != NULL || score->type != NODE_LIST || node_count(score) != 3)
        return n;
    return in_order(nth(score, 0), nth(score, 1)) && in_order(nth(score, 1), nth(score, 2))
               ? nth(score, bound)
               : NULL;
}

/* NULL for what is none: a list may be that of single samples. */
static const node *middle_of(const node *n)
{
    const node *mid = bound_of(n, 1);

    return mid == NULL && n->type == NODE_MAP ? n : mid;
}

static bool is_named(const node *n)
{
    return strncmp(n->key, "rouge", 5) == 0 || strncmp(n->key, "ROUGE", 5) == 0;
}

/* Beside the scores only scalars: in anything larger the generic readers keep the paths. */
static bool detect(const input *in)
{
    bool found = false;

    if (in->root->type != NODE_MAP)
        return false;
    for (const node *c = in->root->child; c != NULL; c = c->next) {
        if (is_named(c) && part_of(middle_of(c), FMEASURE) != NULL)
            found = true;
        else if (!is_named(c) && (c->type == NODE_LIST || c->type == NODE_MAP))
            return false;
    }
    return found;
}

static thresh_status add_part(const input *in, thresh_set *set, const char *scope, const char *name,
                              const node *n)
{
    return n == NULL ? THRESH_OK
                     : add_node(in, set, &(thresh_metric){ .scope = scope, .name = name }, n);
}

static thresh_status read_score(const input *in, thresh_set *set, const node *n)
{
    const node *mid = bound_of(n, 1), *score = middle_of(n), *f = part_of(score, FMEASURE);
    thresh_status rc;

    if (f == NULL || f->type != NODE_NUMBER)
        return tree_fault(
            in, f != NULL ? f : n,
            "%s: expected its F measure ('f' or 'fmeasure'), or low, mid and high of it", n->key);
    if ((rc = add_part(in, set, "", n->key, f)) != THRESH_OK)
        return rc;
    for (size_t i = PRECISION; i < FMEASURE && rc == THRESH_OK; i++)
        rc = add_part(in, set, n->key, words[i], part_of(score, i));
    if (rc == THRESH_OK && mid != NULL)
        rc = add_part(in, set, n->key, "ci_low", part_of(bound_of(n, 0), FMEASURE));
    if (rc == THRESH_OK && mid != NULL)
        rc = add_part(in, set, n->key, "ci_high", part_of(bound_of(n, 2), FMEASURE));
    return rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    thresh_status rc = THRESH_OK;

    if (in->root->type != NODE_MAP)
        return tree_fault(in, in->root, "not of ROUGE: expected a map of scores such as 'rouge1'");
    for (const node *c = in->root->child; c != NULL && rc == THRESH_OK; c = c->next)
        rc = c->type == NODE_MAP || c->type == NODE_LIST ? read_score(in, set, c)
                                                         : add_part(in, set, "", c->key, c);
    return rc;
}

const reader rouge_reader = {
    .format = { "rouge", N_("py-rouge and rouge_score, with precision and recall") },
    .source = FROM_TREE,
    .detect = detect,
    .read = read,
};
