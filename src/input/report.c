/* scikit-learn's classification_report(), printed: classes as scopes, support as n. */
#include "input/reader.h"

#include <string.h>

static const char *const columns[] = { "precision", "recall", "f1-score", "support" };
enum { COLUMNS = 4, MOST_FIELDS = 64 };

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
    return rc;
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

const reader report_reader = { { "classification_report",
                                 "scikit-learn's classification_report, printed" },
                               FROM_TEXT,
                               detect,
                               read };
