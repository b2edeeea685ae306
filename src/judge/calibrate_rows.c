/* Which columns of a history are what, and the rows of each outcome. */
#include "judge/calibrate.h"

#include "base/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t line_of(const calibration *c, size_t row)
{
    char id[THRESH_ID_MAX];

    return row == SIZE_MAX ? 0 : (uint32_t)strtoul(thresh_samples_id(id, c->table, row), NULL, 10);
}

thresh_status row_fault(const calibration *c, size_t row, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(c->diags, format), args);
    va_end(args);
    thresh_diags_add(c->diags, THRESH_ERROR, c->seen.path, line_of(c, row), 0, "%s", text);
    return THRESH_EFORMAT;
}

/* --- names --- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains(const char *name, const char *part)
{
    for (; *name != '\0'; name++) {
        size_t i = 0;
        while (part[i] != '\0' && lower(name[i]) == part[i])
            i++;
        if (part[i] == '\0')
            return true;
    }
    return false;
}

static bool contains_any(const char *name, const char *const *parts)
{
    for (; *parts != NULL; parts++)
        if (contains(name, *parts))
            return true;
    return false;
}

static bool is_any(const char *name, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(name) == strlen(*words) && contains(name, *words))
            return true;
    return false;
}

/* What is more, the worse; looked for before the others, for "unsatisfied" has "satisf" in it. */
static const char *const bad_names[] = { "complain", "churn",    "bounce",   "abandon",  "escalat",
                                         "refund",   "unsubscr", "unsatisf", "dissatis", "unresolv",
                                         "error",    "report",   "dislike",  "negative", "return",
                                         "投诉",     "流失",     "跳出",     "退款",     "差评",
                                         NULL };
static const char *const good_names[] = { "retention",  "retain",  "satisf", "csat",  "nps",
                                          "conversion", "convert", "click",  "ctr",   "purchas",
                                          "order",      "revenue", "engag",  "resol", "rating",
                                          "score",      "like",    "留存",   "满意",  "转化",
                                          "点击",       "收入",    "评分",   NULL };
/* Of these a number above 1 is a mean of answers, even where it is whole. */
static const char *const mean_names[] = { "satisf",  "csat", "nps",  "rating", "score",
                                          "revenue", "满意", "评分", "收入",   NULL };
static const char *const trial_names[] = { "n",       "users",    "sessions",      "requests",
                                           "visits",  "visitors", "conversations", "impressions",
                                           "samples", "count",    "queries",       "orders_n",
                                           "用户数",  "会话数",   "请求数",        NULL };

/* A unit at the end of a name: "accuracy_drop_pp", "ndcg drop (%)"; *len is the name without. */
static const char *unit_of_name(const char *name, size_t *len)
{
    static const struct {
        const char *end, *unit;
    } ends[] = {
        { "_pp", "pp" }, { " pp", "pp" },         { "(pp)", "pp" },
        { "_pct", "%" }, { "_percent", "%" },     { "(%)", "%" },
        { "%", "%" },    { "_ms", "ms" },         { "(ms)", "ms" },
        { "_mb", "MB" }, { "_points", "points" }, { "(points)", "points" },
    };

    *len = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i].end);
        if (*len > n && contains(name + *len - n, ends[i].end)) {
            *len -= n;
            while (*len > 0 && name[*len - 1] == ' ')
                --*len;
            return ends[i].unit;
        }
    }
    return NULL;
}

/* "accuracy_drop_pp" is of accuracy. */
static const char *metric_of_name(calibration *c, const char *name)
{
    static const char *const ends[] = { "_drop", "_degradation", "_loss", "_increase", "_rise",
                                        " drop", " degradation", " loss", " increase", "_dose" };
    size_t len;

    unit_of_name(name, &len);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (len > n && strncmp(name + len - n, ends[i], n) == 0) {
            const char *metric = arena_strndup(&c->arena, name, len - n);
            if (metric == NULL || thresh_catalog_resolve(c->catalog, metric).kind != NULL)
                return metric;
        }
    }
    return NULL;
}

static bool is_dose_name(calibration *c, const char *name)
{
    static const char *const names[] = { "degradation", "drop", "dose", NULL };
    char bare[64];
    size_t len;

    unit_of_name(name, &len);
    if (len < sizeof bare) {
        memcpy(bare, name, len);
        bare[len] = '\0';
        if (is_any(bare, names))
            return true;
    }
    return metric_of_name(c, name) != NULL;
}

/* The value of an outcome in a list of "[OUTCOME=]VALUE"; the last that is for it counts. */
static const char *wish_for(const char *const *list, const char *outcome)
{
    const char *found = NULL;
    size_t len = strlen(outcome);

    for (; list != NULL && *list != NULL; list++)
        if (strncmp(*list, outcome, len) == 0 && (*list)[len] == '=')
            found = *list + len + 1;
        else if (strchr(*list, '=') == NULL)
            found = *list;
    return found;
}

/* --- columns --- */

static thresh_status find_column(const calibration *c, const char *name, const thresh_column **out)
{
    enum { MOST = 64 };
    const char *names[MOST + 1], *near;
    const thresh_column *column;
    size_t n = 0;

    if ((*out = thresh_samples_find(c->table, name)) == NULL) {
        while (n < MOST && (column = thresh_samples_column_at(c->table, n)) != NULL)
            names[n++] = column->name;
        names[n] = NULL;
        near = thresh_nearest_word(name, names);
        return row_fault(c, SIZE_MAX, "no column '%.80s'%s%.80s%s", name,
                         near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                         near != NULL ? "'?" : "");
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
        const char *near = thresh_catalog_nearest(c->catalog, metric);
        return row_fault(c, SIZE_MAX, "--metric: '%.80s' is of no known kind%s%s%s", metric,
                         near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                         near != NULL ? "'?" : "");
    }
    c->doses = arena_alloc(&c->arena, (thresh_samples_count(c->table) + 1) * sizeof *c->doses);
    if (c->doses == NULL)
        return THRESH_ENOMEM;
    rc = c->options->baseline != NULL || c->options->candidate != NULL ? doses_of_pair(c)
                                                                       : doses_of_column(c);
    return rc == THRESH_OK ? find_trials(c) : rc;
}

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
        return row_fault(
            c, SIZE_MAX,
            "'%.80s' is a %s of how many? Name the column of users or sessions with --trials",
            column->name, thresh_reading_of_name(*out));
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
            "%zu row%s not used for '%.80s', this is the first: no degradation, no outcome, "
            "or none of the trials",
            skipped, skipped == 1 ? " is" : "s are", column->name);
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
        rc = row_fault(c, SIZE_MAX, "'%.80s': %zu row%s; expected %zu or more", of->name, d->n,
                       d->n == 1 ? "" : "s", THRESH_CALIBRATE_LEAST_ROWS);
    else if (same_dose)
        rc = row_fault(c, SIZE_MAX, "'%.80s' is the same in every row: nothing depends on it",
                       c->seen.dose);
    else if (same && (!share || d->outcome[0] == 0 || d->outcome[0] == 1))
        rc = row_fault(c, SIZE_MAX,
                       "'%.80s' is the same in every row%s: nothing can be learned from it",
                       of->name,
                       !share                                    ? ""
                       : (d->outcome[0] == 1) == r->worse_higher ? ", all of the trials"
                                                                 : ", none of the trials");
    else if (c->seen.largest <= 0)
        rc = row_fault(
            c, SIZE_MAX,
            "'%.80s' is never above 0: it has to be positive where the candidate is worse",
            c->seen.dose);
    return rc == THRESH_OK ? rc : THRESH_EEMPTY;
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
        return row_fault(c, SIZE_MAX, "%s: found '%.40s', expected %s", option, text,
                         share ? "percentage points such as 2pp, or 10% of the outcome's value"
                               : "a number in the outcome's unit, or 10% of its value");
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
