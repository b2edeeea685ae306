/* The rows of each outcome of a history: which way it is worse, how it is read, and by how much it
 * has to be worse. */
#include "judge/calibrate.h"
#include "judge/calibrate_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- outcomes --- */

/* The column that an outcome is in, where none is named: the only one whose name says which way is
 * worse. */
thresh_status find_outcomes(calibration *c, const char **names, size_t *count)
{
    const thresh_column *column;

    *count = 0;
    for (const char *const *o = c->options->outcomes; o != NULL && *o != NULL; o++) {
        if (*count == THRESH_CALIBRATE_MOST_OUTCOMES)
            return row_fault(c, SIZE_MAX, "more than 16 outcomes");
        names[(*count)++] = *o;
    }
    for (size_t i = 0; *count == 0 && (column = thresh_samples_column_at(c->table, i)) != NULL;
         i++) {
        const char *name = column->name;
        if (column->numbers == NULL || strcmp(name, c->seen.dose) == 0
            || (c->seen.trials != NULL && strcmp(name, c->seen.trials) == 0)
            || (c->options->baseline != NULL
                && (strcmp(name, c->options->baseline) == 0
                    || strcmp(name, c->options->candidate) == 0)))
            continue;
        if (!contains_any(name, bad_names) && !contains_any(name, good_names))
            continue;
        if (names[0] != NULL)
            return row_fault(c, SIZE_MAX,
                             "'%.80s' or '%.80s'? Name the columns of outcomes with --outcome",
                             names[0], name);
        names[0] = name;
    }
    if (*count == 0 && names[0] != NULL)
        *count = 1;
    return *count > 0
               ? THRESH_OK
               : row_fault(c, SIZE_MAX,
                           "no column of an outcome, such as 'complaints' or 'retention': name it "
                           "with --outcome");
}

static thresh_status find_direction(const calibration *c, const char *name, bool *higher)
{
    const char *wish = wish_for(c->options->worse, name);
    const thresh_kind *kind = thresh_catalog_resolve(c->catalog, name).kind;

    if (wish != NULL) {
        *higher = strcmp(wish, "higher") == 0;
        return *higher || strcmp(wish, "lower") == 0
                   ? THRESH_OK
                   : row_fault(c, SIZE_MAX, "--worse: found '%.40s', expected higher or lower",
                               wish);
    }
    *higher = contains_any(name, bad_names);
    if (*higher || contains_any(name, good_names))
        return THRESH_OK;
    if (kind == NULL || kind->informational)
        return row_fault(c, SIZE_MAX,
                         "which way is '%.80s' worse? Say --worse higher or --worse lower", name);
    *higher = kind->direction == THRESH_LOWER;
    return THRESH_OK;
}

/* Has the row all that is needed? */
static bool is_complete(const calibration *c, const thresh_column *column, size_t row)
{
    return !isnan(c->doses[row]) && !isnan(column->numbers[row])
           && (c->trials == NULL || c->trials[row] > 0);
}

typedef struct values {
    bool whole, within_one, truths;
    double most;
} values;

static values look_at(const calibration *c, const thresh_column *column)
{
    values v = { true, true, true, 0 };

    for (size_t i = 0; i < thresh_samples_count(c->table); i++) {
        double y = column->numbers[i];
        if (!is_complete(c, column, i))
            continue;
        v.whole = v.whole && y == floor(y) && y >= 0;
        v.within_one = v.within_one && y >= 0 && y <= 1;
        v.truths = v.truths && (y == 0 || y == 1);
        v.most = fmax(v.most, y);
    }
    return v;
}

static thresh_status find_reading(const calibration *c, const thresh_column *column, bool percent,
                                  thresh_reading_of *out)
{
    static const char *const words[] = { "count", "rate", "mean", NULL };
    const char *wish = wish_for(c->options->reading, column->name);
    values v = look_at(c, column);

    if (wish != NULL && !is_any(wish, words))
        return row_fault(c, SIZE_MAX, "--as: found '%.40s', expected count, rate or mean", wish);
    if (wish != NULL)
        *out = strcmp(wish, "count") == 0  ? THRESH_OUTCOME_COUNT
               : strcmp(wish, "rate") == 0 ? THRESH_OUTCOME_RATE
                                           : THRESH_OUTCOME_MEAN;
    else if (c->trials == NULL)
        *out = v.truths ? THRESH_OUTCOME_TRUTH : THRESH_OUTCOME_MEAN;
    else if (percent || (v.within_one && !v.truths))
        *out = THRESH_OUTCOME_RATE;
    else if (v.whole && !(contains_any(column->name, mean_names) && v.most > 1))
        *out = THRESH_OUTCOME_COUNT;
    else
        *out = THRESH_OUTCOME_MEAN;
    if (c->trials == NULL && (*out == THRESH_OUTCOME_COUNT || *out == THRESH_OUTCOME_RATE))
        return row_fault(c, SIZE_MAX,
                         *out == THRESH_OUTCOME_COUNT
                             ? N_("'%.80s' is a count of how many? Name the column of users or "
                                  "sessions with --trials")
                             : N_("'%.80s' is a rate of how many? Name the column of users or "
                                  "sessions with --trials"),
                         column->name);
    return THRESH_OK;
}

/* The share or mean of a row. */
static thresh_status value_of(const calibration *c, const thresh_column *column, bool percent,
                              thresh_reading_of reading, size_t row, double *out)
{
    double y = column->numbers[row];
    char text[THRESH_NUMBER_MAX], of[THRESH_NUMBER_MAX];

    if (reading == THRESH_OUTCOME_MEAN) {
        *out = y;
        return THRESH_OK;
    }
    if (reading == THRESH_OUTCOME_COUNT && y != floor(y))
        return row_fault(c, row, "'%.80s': found %s, expected a count", column->name,
                         thresh_format_number(text, y));
    if (reading == THRESH_OUTCOME_COUNT)
        *out = y / c->trials[row];
    else
        *out = percent ? y / 100 : y;
    if (*out >= 0 && *out <= 1)
        return THRESH_OK;
    if (reading == THRESH_OUTCOME_COUNT)
        return row_fault(c, row, "'%.80s': found %s of %s %.80s; if it is a mean, say --as mean",
                         column->name, thresh_format_number(text, y),
                         thresh_format_number(of, c->trials[row]), c->seen.trials);
    return row_fault(c, row, "'%.80s': found %s, expected a share between 0 and 1", column->name,
                     thresh_format_number(text, y));
}

void free_outcome(outcome_rows *rows)
{
    free(rows->dose);
    free(rows->outcome);
    free(rows->weight);
    *rows = (outcome_rows){ .dose = NULL };
}

static void note_skipped(const calibration *c, const thresh_column *column, size_t skipped,
                         size_t first)
{
    if (skipped > 0)
        thresh_diags_add(
            c->diags, THRESH_WARNING, c->seen.path, line_of(c, first), 0,
            skipped == 1
                ? N_("%zu row is not used for '%.80s': no degradation, no outcome, or none of the "
                     "trials")
                : N_("%zu rows are not used for '%.80s', this is the first: no degradation, no "
                     "outcome, or none of the trials"),
            skipped, column->name);
}

/* Numbers that cannot tell anything, whatever is made of them. */
static thresh_status check_rows(const calibration *c, const thresh_calibrated *of,
                                const outcome_rows *r)
{
    const thresh_doses *d = &r->doses;
    bool same_dose = true, same = true, share = d->response == THRESH_RESPONSE_SHARE;
    thresh_status rc = THRESH_OK;

    for (size_t i = 1; i < d->n; i++) {
        same_dose = same_dose && d->dose[i] == d->dose[0];
        same = same && d->outcome[i] == d->outcome[0];
    }
    if (d->n < THRESH_CALIBRATE_LEAST_ROWS)
        rc = row_fault(c, SIZE_MAX,
                       d->n == 1 ? N_("'%.80s': %zu row; expected %zu or more")
                                 : N_("'%.80s': %zu rows; expected %zu or more"),
                       of->name, d->n, THRESH_CALIBRATE_LEAST_ROWS);
    else if (same_dose)
        rc = row_fault(c, SIZE_MAX, "'%.80s' is the same in every row: nothing depends on it",
                       c->seen.dose);
    else if (same && (!share || d->outcome[0] == 0 || d->outcome[0] == 1))
        rc = row_fault(c, SIZE_MAX,
                       !share
                           ? N_("'%.80s' is the same in every row: nothing can be learned from it")
                       : (d->outcome[0] == 1) == r->worse_higher
                           ? N_("'%.80s' is the same in every row, all of the trials: nothing can "
                                "be learned from it")
                           : N_("'%.80s' is the same in every row, none of the trials: nothing can "
                                "be learned from it"),
                       of->name);
    else if (c->seen.largest <= 0)
        rc = row_fault(
            c, SIZE_MAX,
            "'%.80s' is never above 0: it has to be positive where the candidate is worse",
            c->seen.dose);
    return rc == THRESH_EFORMAT ? THRESH_EEMPTY : rc;
}

thresh_status read_outcome(calibration *c, thresh_calibrated *of, outcome_rows *r)
{
    size_t rows = thresh_samples_count(c->table), n = 0, skipped = 0, first = 0, len;
    const thresh_column *column;
    const char *written;
    thresh_status rc;

    *r = (outcome_rows){ .dose = NULL };
    if ((rc = find_column(c, of->name, &column)) != THRESH_OK
        || (rc = find_direction(c, of->name, &r->worse_higher)) != THRESH_OK)
        return rc;
    written = unit_of_name(column->name, &len);
    written = column->unit != NULL ? column->unit : written;
    bool percent = written != NULL && strcmp(written, "%") == 0;
    if ((rc = find_reading(c, column, percent, &r->reading)) != THRESH_OK)
        return rc;
    r->dose = malloc((rows + 1) * sizeof *r->dose);
    r->outcome = malloc((rows + 1) * sizeof *r->outcome);
    r->weight = malloc((rows + 1) * sizeof *r->weight);
    if (r->dose == NULL || r->outcome == NULL || r->weight == NULL)
        return THRESH_ENOMEM;
    bool mean = r->reading == THRESH_OUTCOME_MEAN;
    for (size_t i = 0; i < rows; i++) {
        double y = 0;

        if (!is_complete(c, column, i)) {
            first = skipped++ == 0 ? i : first;
            continue;
        }
        if ((rc = value_of(c, column, percent, r->reading, i, &y)) != THRESH_OK)
            return rc;
        r->dose[n] = c->doses[i];
        r->outcome[n] = r->worse_higher ? y : mean ? -y : 1 - y;
        r->weight[n] = c->trials != NULL && r->reading != THRESH_OUTCOME_TRUTH ? c->trials[i] : 1;
        r->trials += r->weight[n];
        c->seen.largest = fmax(c->seen.largest, r->dose[n]);
        n++;
    }
    note_skipped(c, column, skipped, first);
    r->doses = (thresh_doses){ r->dose, r->outcome, r->weight, n,
                               mean ? THRESH_RESPONSE_MEAN : THRESH_RESPONSE_SHARE };
    of->reading = r->reading;
    of->worse_higher = r->worse_higher;
    of->rows = n;
    of->trials = r->trials;
    c->seen.rows = rows;
    c->seen.skipped = skipped > c->seen.skipped ? skipped : c->seen.skipped;
    return check_rows(c, of, r);
}

/* --- amounts --- */

/* "0.5pp", "5%", "0.1": what an outcome has to be worse by. */
static thresh_status read_amount(calibration *c, const char *option, const char *text, bool share,
                                 bool higher, thresh_threshold *t)
{
    size_t len = strlen(text), digits = len;
    char in[4] = "", number[THRESH_NUMBER_MAX];
    double value;

    while (digits > 0 && strchr("0123456789.", text[digits - 1]) == NULL)
        digits--;
    for (size_t i = digits, k = 0; i < len; i++)
        if (text[i] != ' ' && k + 1 < sizeof in)
            in[k++] = text[i];
    bool relative = strcmp(in, "%") == 0, points = strcmp(in, "pp") == 0;
    if (!thresh_parse_number(&value, text, digits) || !(value > 0) || !isfinite(value)
        || (!relative && !points && in[0] != '\0') || (!relative && share != points))
        return row_fault(c, SIZE_MAX,
                         share
                             ? N_("%s: found '%.40s', expected percentage points such as 2pp, or "
                                  "10%% of the outcome's value")
                             : N_("%s: found '%.40s', expected a number in the outcome's unit, or "
                                  "10%% of its value"),
                         option, text);
    t->rise = relative ? (thresh_rise){ 0, value / 100, 0 }
              : points ? (thresh_rise){ value / 100, 0, 0 }
                       : (thresh_rise){ value, 0, 0 };
    /* of a share that was turned over the value is what is left of it */
    if (relative && share && !higher)
        t->rise = (thresh_rise){ 0, 0, value / 100 };
    t->worse_by = arena_printf(&c->arena, "%s%s%s", thresh_format_number(number, value),
                               in[0] != '\0' ? " " : "", in);
    return t->worse_by != NULL ? THRESH_OK : THRESH_ENOMEM;
}

thresh_status read_amounts(calibration *c, thresh_calibrated *of, const outcome_rows *rows)
{
    static const struct {
        const char *name, *option, *share;
    } amounts[] = { { "perceptible", "--perceptible", "0.5pp" },
                    { "unacceptable", "--unacceptable", "2pp" } };
    const char *const *lists[] = { c->options->perceptible, c->options->unacceptable };
    bool share = rows->doses.response == THRESH_RESPONSE_SHARE;
    thresh_threshold *t = of->thresholds;

    for (size_t i = 0; i < 2; i++) {
        const char *wish = wish_for(lists[i], of->name);
        thresh_status rc;

        if (wish == NULL && !share)
            return row_fault(
                c, SIZE_MAX,
                "'%.80s' is a mean: say with %s by how much it has to be worse, such as "
                "0.1 or 5%%",
                of->name, amounts[i].option);
        wish = wish == NULL ? amounts[i].share : wish;
        if ((rc = read_amount(c, amounts[i].option, wish, share, rows->worse_higher, &t[i]))
            != THRESH_OK)
            return rc;
        t[i].name = amounts[i].name;
    }
    if ((t[0].rise.by > 0) == (t[1].rise.by > 0)
        && t[0].rise.by + t[0].rise.of_base + t[0].rise.of_rest
               >= t[1].rise.by + t[1].rise.of_base + t[1].rise.of_rest)
        return row_fault(c, SIZE_MAX,
                         "'%.80s': --perceptible (%s) has to be less than --unacceptable (%s)",
                         of->name, t[0].worse_by, t[1].worse_by);
    return THRESH_OK;
}
