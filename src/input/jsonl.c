/* JSON Lines of metrics: records with their own names, or maps of which the last holds. Logs of
 * single samples are told apart by their ids and refused: a mean over them is not a line of them.
 */
#include "input/reader.h"

#include <string.h>

/* A second line that begins a value where the first ends one. */
static bool detect(const input *in)
{
    size_t at = 0;
    line l = { 0 };

    if (!in->json || !next_full_line(in, &at, &l) || l.text[0] != '{' || l.text[l.len - 1] != '}')
        return false;
    return next_full_line(in, &at, &l) && l.text[0] == '{';
}

static bool is_sample(const node *root)
{
    static const char *const ids[] = { "doc_id", "doc", "sample_id", "example_id", "question_id" };

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (node_get(root, ids[i]) != NULL)
            return true;
    return false;
}

static thresh_status add_line(const input *in, thresh_set *set, const node *root, thresh_set **last)
{
    const node *name =
        node_get(root, "name") != NULL ? node_get(root, "name") : node_get(root, "metric");
    input one = *in;

    one.root = root;
    if (name != NULL && name->type == NODE_TEXT && node_get(root, "value") != NULL) {
        node list = { .type = NODE_LIST, .child = (node *)(uintptr_t)root, .line = root->line };
        one.root = &list;
        return json_reader.read(&one, set);
    }
    thresh_set_free(*last);
    thresh_status rc = thresh_set_new(last);
    return rc == THRESH_OK ? json_reader.read(&one, *last) : rc;
}

/* What the last map holds; where a set was made for an earlier line it is gone. */
static thresh_status take_last(thresh_set *set, const thresh_set *last)
{
    thresh_status rc = THRESH_OK;

    for (size_t i = 0; last != NULL && i < thresh_set_count(last) && rc == THRESH_OK; i++)
        rc = thresh_set_add(set, thresh_set_at(last, i), NULL);
    return rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    size_t at = 0, maps = 0, lines = 0;
    line l = { 0 };
    thresh_set *last = NULL;
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && next_full_line(in, &at, &l)) {
        arena a = ARENA_INIT;
        const node *root = NULL;

        rc = json_read(&root, &a, l.text, l.len, in->path, l.number, in->diags);
        if (rc == THRESH_OK && root->type != NODE_MAP)
            rc = text_fault(in, l.number, "expected a JSON object on each line");
        else if (rc == THRESH_OK && is_sample(root))
            rc = text_fault(in, l.number,
                            "a log of single samples; expected metrics (the results file beside it "
                            "has them)");
        if (rc == THRESH_OK && (!in->options->has_step || is_of_step(root, in->options->step))) {
            rc = add_line(in, set, root, &last);
            maps += last != NULL;
            lines++;
        }
        arena_free(&a);
    }
    if (rc == THRESH_OK && in->options->has_step && lines == 0)
        rc = no_such_step(in);
    if (rc == THRESH_OK && maps > 1)
        thresh_diags_add(in->diags, THRESH_NOTE, in->path, l.number, 0,
                         "%zu lines of metrics, of which the last is taken", maps);
    if (rc == THRESH_OK)
        rc = take_last(set, last);
    thresh_set_free(last);
    return rc;
}

const reader jsonl_reader = {
    .format = { "jsonl", N_("JSON Lines of metrics") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
    .steps = true,
};
