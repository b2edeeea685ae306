/* scikit-learn's classification_report(), printed or as the dictionary that output_dict makes of
 * it: classes as scopes, support as n. Each class is a part of the macro average, its slice. */
#include "input/reader.h"

#include <string.h>

static const char *const columns[] = { "precision", "recall", "f1-score", "support" };
static const char macro[] = "macro avg";
static const char *const averages[] = { "micro avg", "macro avg", "weighted avg", "samples avg" };
enum { COLUMNS = 4, SUPPORT = 3, MOST_FIELDS = 64, AVERAGES = 4 };

static thresh_status nest(thresh_set *set, const char *label)
{
    for (size_t i = 0; i < AVERAGES; i++)
        if (strcmp(label, averages[i]) == 0)
            return THRESH_OK;
    return thresh_set_nest(set, label, macro);
}

/* --- printed --- */

static bool is_header(const line *l)
{
    field f[COLUMNS + 1];

    if (split_fields(l, f, COLUMNS + 1) != COLUMNS)
        return false;
    for (size_t i = 0; i < COLUMNS; i++)
        if (!field_is(f[i], columns[i]))
            return false;
    return true;
}

static bool detect(const input *in)
{
    size_t at = 0;
    line l = { 0 };

    while (l.number < 40 && next_full_line(in, &at, &l))
        if (is_header(&l))
            return true;
    return false;
}

static thresh_status read_row(const input *in, thresh_set *set, arena *a, const line *l)
{
    field f[MOST_FIELDS];
    size_t count = split_fields(l, f, MOST_FIELDS), numbers = 0;
    double value[COLUMNS];
    thresh_status rc = THRESH_OK;

    /* the label may hold spaces: the figures are the last fields */
    while (numbers < COLUMNS && numbers + 1 < count
           && field_number(f[count - 1 - numbers], &value[COLUMNS - 1 - numbers]))
        numbers++;
    if (numbers != COLUMNS && numbers != 2)
        return text_fault(in, l->number,
                          "expected a label with precision, recall, f1-score and support");
    field last = f[count - numbers - 1];
    const char *label = arena_strndup(a, f[0].text, (size_t)(last.text + last.len - f[0].text));
    double n = value[COLUMNS - 1];
    if (label == NULL)
        return THRESH_ENOMEM;
    if (numbers == 2) { /* "accuracy  0.82  10770" */
        thresh_metric m = { .scope = "",
                            .name = label,
                            .value = value[2],
                            .n = n,
                            .has_n = n >= 1,
                            .line = l->number };
        return add_measured(in, set, &m);
    }
    for (size_t i = 0; i + 1 < COLUMNS && rc == THRESH_OK; i++) {
        thresh_metric m = { .scope = label,
                            .name = columns[i],
                            .value = value[i],
                            .n = n,
                            .has_n = n >= 1,
                            .line = l->number };
        rc = add_measured(in, set, &m);
    }
    return rc == THRESH_OK ? nest(set, label) : rc;
}

static thresh_status read(const input *in, thresh_set *set)
{
    arena a = ARENA_INIT;
    size_t at = 0;
    line l = { 0 };
    bool inside = false;
    thresh_status rc = THRESH_OK;

    while (rc == THRESH_OK && next_full_line(in, &at, &l)) {
        if (inside)
            rc = read_row(in, set, &a, &l);
        inside = inside || is_header(&l);
    }
    arena_free(&a);
    if (rc == THRESH_OK && !inside)
        rc = text_fault(in, 1, "no header 'precision recall f1-score support'");
    return rc;
}

/* --- output_dict --- */

static bool is_row(const node *n)
{
    bool row = n != NULL && n->type == NODE_MAP;

    for (size_t i = 0; i < COLUMNS; i++)
        row = row && node_get(n, columns[i]) != NULL;
    return row;
}

static bool detect_tree(const input *in)
{
    return is_row(node_get(in->root, macro)) || is_row(node_get(in->root, "weighted avg"));
}

static thresh_status read_label(const input *in, thresh_set *set, const node *row)
{
    const node *support = node_get(row, columns[SUPPORT]);
    thresh_status rc = THRESH_OK;

    if (support == NULL)
        return tree_fault(in, row, "'%s' has no 'support': expected the rows of a report",
                          row->key);
    if (support->type != NODE_NUMBER || !(support->number >= 0))
        return tree_fault(in, support, "support: found %s, expected a number of samples",
                          node_type_name(in->diags, support->type));
    for (const node *c = row->child; c != NULL && rc == THRESH_OK; c = c->next) {
        thresh_metric m = {
            .scope = row->key, .name = c->key, .n = support->number, .has_n = support->number >= 1
        };
        if (c != support)
            rc = add_node(in, set, &m, c);
    }
    return rc == THRESH_OK ? nest(set, row->key) : rc;
}

static thresh_status read_tree(const input *in, thresh_set *set)
{
    const node *average = node_get(in->root, macro);
    thresh_status rc = THRESH_OK;

    if (average == NULL)
        average = node_get(in->root, "weighted avg");
    if (average == NULL)
        return tree_fault(in, in->root,
                          "not a classification_report: expected a map with 'macro avg'");
    double total = number_in(average, columns[SUPPORT]);
    for (const node *c = in->root->child; c != NULL && rc == THRESH_OK; c = c->next) {
        thresh_metric m = { .scope = "", .name = c->key };

        m.has_n = strcmp(c->key, "accuracy") == 0 && total >= 1;
        m.n = m.has_n ? total : 0;
        rc = c->type == NODE_MAP ? read_label(in, set, c) : add_node(in, set, &m, c);
    }
    return rc;
}

const reader report_reader = {
    .format = { "classification_report", N_("scikit-learn's classification_report, printed") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
};
const reader report_tree_reader = {
    .format = { "classification_dict",
                N_("scikit-learn's classification_report, output_dict=True") },
    .source = FROM_TREE,
    .detect = detect_tree,
    .read = read_tree,
};
