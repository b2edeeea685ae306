/* Which columns of a history are what. */
#include "judge/calibrate.h"
#include "judge/calibrate_names.h"

#include "base/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t line_of(const calibration *c, size_t row)
{
    char id[THRESH_ID_MAX];

    return row == SIZE_MAX ? 0 : (uint32_t)strtoul(thresh_samples_id(id, c->table, row), NULL, 10);
}

thresh_status row_fault(const calibration *c, size_t row, const char *format, ...)
{
    size_t before = thresh_diags_count(c->diags);
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(c->diags, format), args);
    va_end(args);
    thresh_diags_add(c->diags, THRESH_ERROR, c->seen.path, line_of(c, row), 0, "%s", text);
    /* a message that was lost for want of memory must not go unsaid */
    return c->diags != NULL && thresh_diags_count(c->diags) == before ? THRESH_ENOMEM
                                                                      : THRESH_EFORMAT;
}

thresh_status find_column(const calibration *c, const char *name, const thresh_column **out)
{
    enum { MOST = 64 };
    const char *names[MOST + 1];
    char hint[THRESH_HINT_MAX];
    const thresh_column *column;
    size_t n = 0;

    if ((*out = thresh_samples_find(c->table, name)) == NULL) {
        while (n < MOST && (column = thresh_samples_column_at(c->table, n)) != NULL)
            names[n++] = column->name;
        names[n] = NULL;
        return row_fault(
            c, SIZE_MAX, "no column '%.80s'%s", name,
            thresh_hint(hint, thresh_nearest_word(name, names), thresh_diags_language(c->diags)));
    }
    if ((*out)->numbers == NULL)
        return row_fault(c, SIZE_MAX, "column '%.80s' holds texts; expected numbers", name);
    return THRESH_OK;
}

static const thresh_column *column_where(calibration *c, bool (*fits)(calibration *, const char *))
{
    const thresh_column *column;

    for (size_t i = 0; (column = thresh_samples_column_at(c->table, i)) != NULL; i++)
        if (column->numbers != NULL && fits(c, column->name))
            return column;
    return NULL;
}

static bool is_trial_name(calibration *c, const char *name)
{
    (void)c;
    return is_any(name, trial_names);
}

static thresh_status set_unit(calibration *c, const char *of_name, const char *otherwise)
{
    const char *wanted = c->options->unit != NULL ? c->options->unit
                         : of_name != NULL        ? of_name
                                                  : otherwise;
    const unit *u = wanted == NULL ? NULL : unit_find(wanted, strlen(wanted));

    if (wanted == NULL)
        return row_fault(c, SIZE_MAX,
                         "in which unit is '%.80s'? Name it with --unit pp or --unit %%, or in the "
                         "title: '%.80s_pp'",
                         c->seen.dose, c->seen.dose);
    if (u == NULL)
        return row_fault(c, SIZE_MAX,
                         "--unit: found '%.40s', expected pp, %%, points, ms, MB and the like",
                         wanted);
    c->seen.unit = u->name;
    return THRESH_OK;
}

static thresh_status doses_of_column(calibration *c)
{
    const char *name = c->options->dose, *written;
    const thresh_column *column = NULL;
    thresh_status rc;
    size_t len;

    if (name == NULL && (column = column_where(c, is_dose_name)) == NULL)
        return row_fault(
            c, SIZE_MAX,
            "no column of a degradation, such as 'degradation' or 'accuracy_drop_pp': name "
            "it with --dose, or the metric's two values with --baseline and --candidate");
    if (column == NULL && (rc = find_column(c, name, &column)) != THRESH_OK)
        return rc;
    c->seen.dose = column->name;
    written = unit_of_name(column->name, &len);
    if ((rc = set_unit(c, written != NULL ? written : column->unit, NULL)) != THRESH_OK)
        return rc;
    if (c->seen.metric == NULL)
        c->seen.metric = metric_of_name(c, column->name);
    memcpy(c->doses, column->numbers, thresh_samples_count(c->table) * sizeof *c->doses);
    return THRESH_OK;
}

/* The degradation between two columns, in the measure that the unit asks for. */
static thresh_status doses_of_pair(calibration *c)
{
    const thresh_calibrate_options *o = c->options;
    const thresh_column *b, *k;
    const thresh_kind *kind;
    size_t n = thresh_samples_count(c->table);
    double most = 0, scale;
    thresh_status rc;

    if (o->baseline == NULL || o->candidate == NULL || o->dose != NULL)
        return row_fault(
            c, SIZE_MAX,
            "--baseline and --candidate name two columns of one metric, instead of --dose");
    if ((rc = find_column(c, o->baseline, &b)) != THRESH_OK
        || (rc = find_column(c, o->candidate, &k)) != THRESH_OK)
        return rc;
    if (c->seen.metric == NULL)
        return row_fault(c, SIZE_MAX,
                         "--baseline and --candidate need --metric NAME, whose values they are");
    kind = thresh_catalog_resolve(c->catalog, c->seen.metric).kind;
    c->seen.dose = arena_printf(&c->arena, "%s - %s", b->name, k->name);
    if (c->seen.dose == NULL)
        return THRESH_ENOMEM;
    bool fraction = kind->scale == THRESH_SCALE_FRACTION;
    if ((rc = set_unit(c, NULL,
                       kind->measure == THRESH_RELATIVE ? "%"
                       : fraction                       ? "pp"
                       : kind->unit != NULL             ? kind->unit
                                                        : "points"))
        != THRESH_OK)
        return rc;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fmax(fabs(b->numbers[i]), fabs(k->numbers[i])));
    /* a value above 1 says that fractions are written as percentages */
    scale = strcmp(c->seen.unit, "pp") == 0 && most <= 1 ? 100 : 1;
    for (size_t i = 0; i < n; i++) {
        double lost = kind->direction == THRESH_HIGHER ? b->numbers[i] - k->numbers[i]
                                                       : k->numbers[i] - b->numbers[i];
        if (strcmp(c->seen.unit, "%") != 0)
            c->doses[i] = scale * lost;
        else if (b->numbers[i] == 0)
            return row_fault(c, i, "'%.80s': a baseline of 0, from which nothing is relative",
                             b->name);
        else
            c->doses[i] = 100 * lost / fabs(b->numbers[i]);
    }
    return THRESH_OK;
}

static thresh_status find_trials(calibration *c)
{
    const thresh_column *column = NULL;
    thresh_status rc;

    if (c->options->trials == NULL)
        column = column_where(c, is_trial_name);
    else if ((rc = find_column(c, c->options->trials, &column)) != THRESH_OK)
        return rc;
    if (column == NULL)
        return THRESH_OK;
    c->seen.trials = column->name;
    c->trials = column->numbers;
    for (size_t i = 0; i < thresh_samples_count(c->table); i++) {
        double n = column->numbers[i];
        if (!isnan(n) && (n < 0 || n != floor(n) || n > 1e15)) {
            char text[THRESH_NUMBER_MAX];
            return row_fault(c, i, "'%.80s': found %s, expected a count", column->name,
                             thresh_format_number(text, n));
        }
    }
    return THRESH_OK;
}

thresh_status find_columns(calibration *c)
{
    const char *metric = c->options->metric;
    thresh_status rc;

    c->seen.metric = metric;
    if (metric != NULL && thresh_catalog_resolve(c->catalog, metric).kind == NULL) {
        char hint[THRESH_HINT_MAX];
        return row_fault(c, SIZE_MAX, "--metric: '%.80s' is of no known kind%s", metric,
                         thresh_hint(hint, thresh_catalog_nearest(c->catalog, metric),
                                     thresh_diags_language(c->diags)));
    }
    c->doses = arena_alloc(&c->arena, (thresh_samples_count(c->table) + 1) * sizeof *c->doses);
    if (c->doses == NULL)
        return THRESH_ENOMEM;
    rc = c->options->baseline != NULL || c->options->candidate != NULL ? doses_of_pair(c)
                                                                       : doses_of_column(c);
    return rc == THRESH_OK ? find_trials(c) : rc;
}
