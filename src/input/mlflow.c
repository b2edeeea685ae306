/* A metric's file of MLflow's file store: "timestamp value step" on each line, named by the file.
 */
#include "input/reader.h"

#include <string.h>

enum { TIME = 0, VALUE = 1, STEP = 2, FIELDS = 3 };

static bool read_line(const line *l, double *value, double *step)
{
    field f[FIELDS + 1];
    double time;

    /* milliseconds since 1970: nothing else begins with so large an integer */
    return split_fields(l, f, FIELDS + 1) == FIELDS && field_number(f[TIME], &time) && time >= 1e11
           && time < 1e14 && field_number(f[VALUE], value) && field_number(f[STEP], step);
}

static bool detect(const input *in)
{
    size_t at = 0;
    line l = { 0 };
    double value, step;

    while (l.number < 20 && next_full_line(in, &at, &l))
        if (!read_line(&l, &value, &step))
            return false;
    return l.number > 0;
}

static thresh_status read(const input *in, thresh_set *set)
{
    const char *slash = strrchr(in->path, '/');
    thresh_metric m = { .scope = "", .name = slash != NULL ? slash + 1 : in->path };
    size_t at = 0, count = 0;
    line l = { 0 };
    double value, step, last = 0;
    bool found = false;

    while (next_full_line(in, &at, &l)) {
        if (!read_line(&l, &value, &step))
            return text_fault(in, l.number, "expected a time in ms, a value and a step");
        if (count++ > 0 && step < last && !in->options->has_step)
            continue;
        if (in->options->has_step && step != in->options->step)
            continue;
        found = true;
        last = step;
        m.value = value;
        m.line = l.number;
    }
    if (!found)
        return no_such_step(in);
    if (count > 1 && !in->options->has_step)
        thresh_diags_add(in->diags, THRESH_NOTE, in->path, 0, 0,
                         "%zu steps, of which the last is taken", count);
    return add_measured(in, set, &m);
}

const reader mlflow_reader = {
    .format = { "mlflow", N_("MLflow, file of one metric") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
    .steps = true,
};
