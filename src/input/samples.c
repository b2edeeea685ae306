/* What the readers of samples share. */
#include "base/language.h"
#include "input/samples.h"

#include "base/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

size_t id_rank(const input *in, const char *name, size_t len)
{
    static const char *const titles[] = {
        "id",     "doc_id",     "sample_id", "example_id", "question_id", "query_id",
        "qid",    "item_id",    "image_id",  "request_id", "prompt_id",   "utterance_id",
        "utt_id", "segment_id", "uid",       "uuid",       "idx",         "guid",
        "编号",   "样本编号",   "样本id",    "请求编号",
    };

    if (in->options->id != NULL)
        return strlen(in->options->id) == len && memcmp(in->options->id, name, len) == 0 ? 0
                                                                                         : SIZE_MAX;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        size_t k = 0;
        while (k < len && titles[i][k] != '\0') {
            char c = name[k] >= 'A' && name[k] <= 'Z'   ? (char)(name[k] - 'A' + 'a')
                     : name[k] == ' ' || name[k] == '-' ? '_'
                                                        : name[k];
            if (c != titles[i][k])
                break;
            k++;
        }
        if (k == len && titles[i][k] == '\0')
            return i;
    }
    return SIZE_MAX;
}

bool is_id_title(const input *in, const char *name, size_t len)
{
    return id_rank(in, name, len) < SIZE_MAX;
}

thresh_status begin_sample(const input *in, thresh_samples *s, const char *id, size_t len,
                           bool quoted, uint32_t line_number)
{
    thresh_status rc = thresh_samples_add_row(s, id, len, quoted);

    return rc == THRESH_EFORMAT ? text_fault(in, line_number, "more than 200,000,000 samples") : rc;
}

thresh_status begin_numbered(const input *in, thresh_samples *s, uint32_t line_number)
{
    char text[16];

    if (!in->options->table)
        return begin_sample(in, s, NULL, 0, false, line_number);
    int len = snprintf(text, sizeof text, "%u", (unsigned)line_number);
    return begin_sample(in, s, text, (size_t)len, false, line_number);
}

thresh_status sample_column(const input *in, thresh_samples *s, field name, uint32_t line_number,
                            size_t *out)
{
    *out = thresh_samples_column(s, name.text, name.len);
    if (*out != SIZE_MAX)
        return THRESH_OK;
    return thresh_samples_column_at(s, THRESH_MAX_COLUMNS - 1) != NULL
               ? text_fault(in, line_number, "more than 1,024 columns")
               : THRESH_ENOMEM;
}

static thresh_status refuse_cell(const input *in, const cell_place *at, field text,
                                 const char *what)
{
    int len = text.len < 60 ? (int)text.len : 60;

    what = diag_text(in->diags, what);
    if (at->field > 0)
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, at->line, 0,
                         "field %zu, '%s': found '%.*s', %s", at->field, at->column, len, text.text,
                         what);
    else
        thresh_diags_add(in->diags, THRESH_ERROR, in->path, at->line, 0, "'%s': found '%.*s', %s",
                         at->column, len, text.text, what);
    return THRESH_EFORMAT;
}

thresh_status put_text(const input *in, thresh_samples *s, size_t column, field text,
                       const cell_place *at)
{
    thresh_status rc = thresh_samples_put_text(s, column, text.text, text.len);

    if (rc == THRESH_EDOMAIN)
        return refuse_cell(in, at, text, "expected a number as in the rows before");
    if (rc == THRESH_EFORMAT)
        return refuse_cell(in, at, text, "which is more than 1,000,000 different texts");
    return rc;
}

/* What stands for nothing; where classes are named, "None" is the name of one. */
bool is_nothing(const thresh_column *c, field f)
{
    static const char *const words[] = { "", "NA", "N/A", "n/a", "null", "NULL", "None", "-" };
    bool named = c->role == THRESH_ROLE_LABEL || c->role == THRESH_ROLE_PREDICTION;

    for (size_t i = 0; i < sizeof words / sizeof *words - (named ? 2 : 0); i++)
        if (field_is(f, words[i]))
            return true;
    return false;
}

static bool read_truth(field f, double *out)
{
    if (field_is(f, "true") || field_is(f, "True") || field_is(f, "TRUE"))
        *out = 1;
    else if (field_is(f, "false") || field_is(f, "False") || field_is(f, "FALSE"))
        *out = 0;
    else
        return false;
    return true;
}

/* "31 ms", "94 %": the unit has to be that of the whole column. */
static bool read_with_unit(field f, double *value, const unit **u)
{
    size_t digits = f.len;

    while (digits > 0 && strchr("0123456789.", f.text[digits - 1]) == NULL)
        digits--;
    field number = trimmed((field){ f.text, digits });
    field rest = trimmed((field){ f.text + digits, f.len - digits });
    if (rest.len == 0 || !field_number(number, value))
        return false;
    *u = unit_find(rest.text, rest.len);
    return *u != NULL && (*u)->dimension != UNIT_PP && (*u)->dimension != UNIT_POINTS;
}

thresh_status put_cell(const input *in, thresh_samples *s, size_t column, field text,
                       const cell_place *at)
{
    const thresh_column *c = thresh_samples_column_at(s, column);
    const unit *u = NULL;
    double value;

    if (field_number(text, &value))
        return thresh_samples_put_number(s, column, value);
    if (is_nothing(c, text))
        return THRESH_OK; /* a cell that is left empty is filled as such */
    if (c->role == THRESH_ROLE_VALUE && read_truth(text, &value))
        return thresh_samples_put_number(s, column, value);
    if (c->role == THRESH_ROLE_VALUE && read_with_unit(text, &value, &u)) {
        if (c->unit == NULL)
            thresh_samples_set_unit(s, column, u->name);
        else if (strcmp(c->unit, u->name) != 0)
            return refuse_cell(in, at, text, "in another unit than the rows before");
        return thresh_samples_put_number(s, column, value);
    }
    return put_text(in, s, column, text, at);
}

thresh_status end_samples(thresh_set *set, thresh_samples *s)
{
    thresh_status rc = thresh_samples_finish(s);

    if (rc != THRESH_OK) {
        thresh_samples_free(s);
        return rc;
    }
    return thresh_set_take_samples(set, s);
}
