/* What labels give, beside predictions or scores: the metrics of classification and of regression.
 */
#include "base/language.h"
#include "judge/measure.h"
#include "thresh/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CLASSES = 10000, FEW_CLASSES = 50, NO_CLASS = -1 };

/* A column of texts or numbers of one file, and the class of each of its texts. */
typedef struct coded {
    size_t side;                 /* whose rows it has: labels may be taken from the baseline */
    const thresh_column *column; /* NULL: the file has none */
    uint32_t *class_of;          /* by code - 1 */
} coded;

struct classes {
    bool regression;
    coded labels[MOST_SIDES], predictions[MOST_SIDES];
    const thresh_column *scores[MOST_SIDES];
    const char **names;
    size_t count; /* classes; predictions that say nothing are of one class more */
    index_table index;
    size_t capacity;
    thresh_class_counts *counts; /* of one file */
    unsigned char *positive;     /* of each pair */
    size_t greater;              /* of two classes the positive one */
    bool few;                    /* few enough for a metric of each */
};

void classes_free(classes *c)
{
    if (c == NULL)
        return;
    for (size_t side = 0; side < MOST_SIDES; side++) {
        free(c->labels[side].class_of);
        free(c->predictions[side].class_of);
    }
    index_free(&c->index);
    free(c->names);
    free(c->counts);
    free(c->positive);
    free(c);
}

/* --- what there is --- */

static bool has_fraction(const series *s, const coded *column)
{
    const double *v = column->column->numbers;

    for (size_t i = 0; i < s->whole[column->side]; i++)
        if (!isnan(v[i]) && v[i] != floor(v[i]))
            return true;
    return false;
}

/* Labels are numbers, and numbers that are predicted: whole ones alone may be names of classes. */
static bool is_regression(const classes *c, const series *s)
{
    bool fraction = false;

    for (size_t side = 0; side < s->sides; side++)
        if (c->labels[side].column->numbers == NULL)
            return false;
    for (size_t side = 0; side < s->sides && !fraction; side++) {
        const thresh_column *p = c->predictions[side].column;
        fraction = p != NULL && p->numbers != NULL
                   && (has_fraction(s, &c->labels[side]) || has_fraction(s, &c->predictions[side]));
    }
    return fraction;
}

static bool same_class(const void *context, uint32_t pos, const void *key)
{
    const char *const *names = context;

    return strcmp(names[pos], key) == 0;
}

/* UINT32_MAX: no memory. */
static uint32_t class_of(classes *c, const char *name)
{
    uint32_t hash = hash_bytes(0, name, strlen(name));
    uint32_t pos = index_find(&c->index, hash, same_class, c->names, name);

    if (pos != UINT32_MAX)
        return pos;
    if (!array_reserve(&c->names, &c->capacity, c->count + 1, sizeof *c->names)
        || !index_add(&c->index, hash, (uint32_t)c->count))
        return UINT32_MAX;
    c->names[c->count] = name;
    return (uint32_t)c->count++;
}

static thresh_status code_column(classes *c, series *s, coded *column)
{
    thresh_status rc;

    if (column->column == NULL)
        return THRESH_OK;
    rc = thresh_samples_make_texts(s->tables[column->side], column->column);
    if (rc == THRESH_EFORMAT)
        thresh_diags_add(s->diags, THRESH_ERROR, thresh_set_source(s->sets[column->side])->path, 0,
                         0, "'%s': more than 1,000,000 different values", column->column->name);
    if (rc != THRESH_OK)
        return rc;
    column->class_of = malloc((column->column->text_count + 1) * sizeof *column->class_of);
    if (column->class_of == NULL)
        return THRESH_ENOMEM;
    for (size_t i = 0; i < column->column->text_count; i++)
        if ((column->class_of[i] = class_of(c, column->column->texts[i])) == UINT32_MAX)
            return THRESH_ENOMEM;
    return THRESH_OK;
}

static long class_at(const series *s, const coded *column, size_t i)
{
    uint32_t code = column->column->codes[series_row(s, column->side, i)];

    return code == 0 ? NO_CLASS : (long)column->class_of[code - 1];
}

static int compare_names(const char *a, const char *b)
{
    double x, y;

    if (thresh_parse_number(&x, a, strlen(a)) && thresh_parse_number(&y, b, strlen(b)))
        return (x > y) - (x < y);
    return strcmp(a, b);
}

static thresh_status code_all(classes *c, series *s)
{
    thresh_status rc = THRESH_OK;
    size_t labels;

    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++)
        rc = code_column(c, s, &c->labels[side]);
    labels = c->count;
    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++)
        rc = code_column(c, s, &c->predictions[side]);
    if (rc != THRESH_OK)
        return rc;
    /* answers in free text: each is a class of its own, of which nothing can be said */
    c->few = c->count <= MOST_CLASSES && (c->count <= FEW_CLASSES || c->count <= s->count / 2);
    if (labels == 2)
        c->greater = compare_names(c->names[0], c->names[1]) > 0 ? 0 : 1;
    else
        memset(c->scores, 0, sizeof c->scores); /* of more than two, one score says too little */
    c->counts = malloc((c->count + 1) * sizeof *c->counts);
    c->positive = malloc(s->count + 1);
    return c->counts == NULL || c->positive == NULL ? THRESH_ENOMEM : THRESH_OK;
}

/* The labels of a file, or NULL. */
static const thresh_column *labels_of(const series *s, size_t side)
{
    const thresh_column *l = thresh_samples_of_role(s->tables[side], THRESH_ROLE_LABEL);

    return l != NULL && l->missing < s->whole[side] ? l : NULL;
}

/* Those of the first file that has any. */
static coded find_labels(const series *s)
{
    for (size_t side = 0; side < s->sides; side++)
        if (labels_of(s, side) != NULL)
            return (coded){ side, labels_of(s, side), NULL };
    return (coded){ 0, NULL, NULL };
}

/* Samples that say nothing are not left out in silence. */
static void note_unlabelled(const series *s, const thresh_column *labels)
{
    if (labels->missing > 0)
        thresh_diags_add(s->diags, THRESH_WARNING, thresh_set_source(s->sets[0])->path, 0, 0,
                         labels->missing == 1 ? N_("%zu sample without a '%s' left out")
                                              : N_("%zu samples without a '%s' left out"),
                         labels->missing, labels->name);
}

thresh_status classes_new(classes **out, series *s)
{
    classes *c;
    bool any = false;
    coded labels = find_labels(s);
    thresh_status rc = THRESH_OK;

    *out = NULL;
    if (labels.column == NULL)
        return THRESH_OK;
    if ((c = calloc(1, sizeof *c)) == NULL)
        return THRESH_ENOMEM;
    for (size_t side = 0; side < s->sides; side++) {
        const thresh_column *l = labels_of(s, side);
        const thresh_column *p = thresh_samples_of_role(s->tables[side], THRESH_ROLE_PREDICTION);
        const thresh_column *score = thresh_samples_of_role(s->tables[side], THRESH_ROLE_SCORE);

        /* a file may leave the labels to another */
        c->labels[side] = l != NULL ? (coded){ side, l, NULL } : labels;
        c->predictions[side] = (coded){ side, p, NULL };
        c->scores[side] = score;
        any = any || p != NULL || score != NULL;
    }
    if (any)
        note_unlabelled(s, labels.column);
    if (any && !(c->regression = is_regression(c, s)))
        rc = code_all(c, s);
    if (any && rc == THRESH_OK)
        *out = c;
    else
        classes_free(c);
    return rc;
}

/* --- classification --- */

static bool is_right(const classes *c, const series *s, size_t side, size_t i)
{
    long label = class_at(s, &c->labels[side], i);

    return label != NO_CLASS && class_at(s, &c->predictions[side], i) == label;
}

/* Right or not, of the samples at `positions` (NULL: all) that have a label; how many those are. */
static size_t gather_right(const classes *c, series *s, const uint32_t *positions, size_t count)
{
    size_t n = 0;

    for (size_t k = 0; k < count; k++) {
        size_t i = positions == NULL ? k : positions[k];
        bool labelled = true;
        for (size_t side = 0; side < s->sides; side++) {
            if (s->absent[side])
                continue;
            labelled = labelled && class_at(s, &c->labels[side], i) != NO_CLASS;
            s->values[side][n] = is_right(c, s, side, i);
        }
        if (s->kept != NULL)
            s->kept[n] = (uint32_t)i;
        n += labelled;
    }
    return n;
}

static size_t count_classes(classes *c, const series *s, size_t side)
{
    size_t n = 0;

    memset(c->counts, 0, (c->count + 1) * sizeof *c->counts);
    for (size_t i = 0; i < s->count; i++) {
        long label = class_at(s, &c->labels[side], i);
        long said = class_at(s, &c->predictions[side], i);
        if (label == NO_CLASS)
            continue;
        n++;
        c->counts[label].actual++;
        c->counts[said == NO_CLASS ? c->count : (size_t)said].predicted++;
        c->counts[label].correct += said == label;
    }
    return n;
}

/* Figures over all classes: where they stand, and how they are called, as scikit-learn's report has
 * it. Of a slice the F1 says enough beside the accuracy. */
typedef enum figure {
    MACRO_F1,
    MACRO_PRECISION,
    MACRO_RECALL,
    MICRO_F1,
    WEIGHTED_F1,
    BALANCED,
    MCC,
    FIGURES
} figure;

static const struct {
    const char *group, *name;
} figure_names[FIGURES] = {
    [MACRO_F1] = { "macro avg", "f1-score" },
    [MACRO_PRECISION] = { "macro avg", "precision" },
    [MACRO_RECALL] = { "macro avg", "recall" },
    [MICRO_F1] = { "micro avg", "f1-score" },
    [WEIGHTED_F1] = { "weighted avg", "f1-score" },
    [BALANCED] = { "", "balanced_accuracy" },
    [MCC] = { "", "mcc" },
};

static void read_figures(double *out, const thresh_classification *k)
{
    out[MACRO_F1] = k->macro.f1;
    out[MACRO_PRECISION] = k->macro.precision;
    out[MACRO_RECALL] = k->macro.recall;
    out[MICRO_F1] = k->micro.f1;
    out[WEIGHTED_F1] = k->weighted.f1;
    out[BALANCED] = k->balanced_accuracy;
    out[MCC] = k->mcc;
}

/* A prediction that says nothing is of a class that no label has. */
static bool classes_of(const void *context, const series *s, size_t i, uint32_t of[3])
{
    const classes *c = context;
    long label = class_at(s, &c->labels[0], i);

    if (label == NO_CLASS || class_at(s, &c->labels[1], i) != label)
        return false;
    of[0] = (uint32_t)label;
    for (size_t side = 0; side < 2; side++) {
        long said = class_at(s, &c->predictions[side], i);
        of[1 + side] = (uint32_t)(said == NO_CLASS ? (long)c->count : said);
    }
    return true;
}

static thresh_status add_over_all(classes *c, series *s, size_t count)
{
    const class_table table = { c->count + 1, FIGURES, read_figures, classes_of, c };
    double figures[FIGURES][MOST_SIDES] = { { 0 } };
    thresh_paired evidence[FIGURES];
    thresh_classification k;
    size_t n = 0;
    thresh_status rc;

    for (size_t side = 0; side < s->sides; side++) {
        double own[FIGURES];
        if (s->absent[side])
            continue;
        n = count_classes(c, s, side);
        if (thresh_classification_scores(&k, c->counts, c->count + 1) != THRESH_OK)
            return THRESH_OK; /* no sample has a label */
        read_figures(own, &k);
        for (size_t f = 0; f < FIGURES; f++)
            figures[f][side] = own[f];
    }
    rc = resample_classes(s, &table, evidence);
    for (size_t f = 0; f < count && rc == THRESH_OK; f++)
        rc = add_figures(s, series_scope(s, figure_names[f].group),
                         series_name(s, figure_names[f].name), NULL, n, figures[f], &evidence[f]);
    return rc;
}

/* Positions of the samples by the class of their label in the baseline: those of class k stand from
 * starts[k] to starts[k + 1]. */
static uint32_t *order_by_label(const classes *c, const series *s, size_t *starts)
{
    uint32_t *order = malloc((s->count + 1) * sizeof *order);

    memset(starts, 0, (c->count + 2) * sizeof *starts);
    for (size_t i = 0; i < s->count && order != NULL; i++) {
        long label = class_at(s, &c->labels[0], i);
        if (label != NO_CLASS)
            starts[label + 2]++;
    }
    for (size_t k = 1; k <= c->count; k++)
        starts[k + 1] += starts[k];
    for (size_t i = 0; i < s->count && order != NULL; i++) {
        long label = class_at(s, &c->labels[0], i);
        if (label != NO_CLASS)
            order[starts[label + 1]++] = (uint32_t)i;
    }
    return order;
}

/* Precision and F1 of each class, by file: one pass over the counts of each. */
static thresh_class_score *score_classes(classes *c, const series *s)
{
    thresh_class_score *scores = malloc(MOST_SIDES * (c->count + 1) * sizeof *scores);

    for (size_t side = 0; side < s->sides && scores != NULL; side++) {
        if (s->absent[side])
            continue;
        count_classes(c, s, side);
        for (size_t k = 0; k < c->count; k++)
            scores[side * c->count + k] = thresh_class_scores(c->counts[k]);
    }
    return scores;
}

static thresh_status add_class(classes *c, series *s, size_t k, const uint32_t *samples,
                               size_t count, const thresh_class_score *scores)
{
    static const losses none;
    double precision[MOST_SIDES] = { 0 }, f1[MOST_SIDES] = { 0 };
    const char *group = arena_printf(s->arena, "class=%s", c->names[k]);
    const char *scope = group == NULL ? NULL : series_scope(s, group);
    const char *whole = series_scope(s, "macro avg");
    thresh_status rc = scope == NULL || whole == NULL ? THRESH_ENOMEM : THRESH_OK;
    size_t n;

    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++) {
        precision[side] = scores[side * c->count + k].precision;
        f1[side] = scores[side * c->count + k].f1;
        if (!s->absent[side])
            rc = thresh_set_nest(s->sets[side], scope, whole);
    }
    if (rc == THRESH_OK)
        rc = add_figures(s, scope, series_name(s, "precision"), NULL, count, precision, NULL);
    if (rc == THRESH_OK) {
        /* the recall of a class is a mean over its samples, and the pairs say how sure it is */
        n = gather_right(c, s, samples, count);
        rc = add_mean(s, scope, series_name(s, "recall"), NULL, n, &none);
    }
    return rc == THRESH_OK
               ? add_figures(s, scope, series_name(s, "f1-score"), NULL, count, f1, NULL)
               : rc;
}

static thresh_status add_each(classes *c, series *s)
{
    size_t *starts = malloc((c->count + 2) * sizeof *starts);
    uint32_t *order = starts == NULL ? NULL : order_by_label(c, s, starts);
    thresh_class_score *scores = score_classes(c, s);
    thresh_status rc = order == NULL || scores == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t k = 0; k < c->count && rc == THRESH_OK; k++)
        if (starts[k + 1] > starts[k])
            rc = add_class(c, s, k, order + starts[k], starts[k + 1] - starts[k], scores);
    free(starts);
    free(order);
    free(scores);
    return rc;
}

static thresh_status measure_predictions(classes *c, series *s, bool each)
{
    static const losses none;
    size_t n;
    thresh_status rc;

    for (size_t side = 0; side < s->sides; side++)
        s->absent[side] = c->predictions[side].column == NULL;
    s->kept = s->kept_room;
    s->tell_flips = s->slice[0] == '\0';
    n = gather_right(c, s, NULL, s->count);
    rc = add_mean(s, series_scope(s, ""), series_name(s, "accuracy"), NULL, n, &none);
    s->tell_flips = false;
    if (rc == THRESH_OK && c->few)
        rc = add_over_all(c, s, each ? FIGURES : MACRO_F1 + 1);
    if (rc == THRESH_OK && c->few && each)
        rc = add_each(c, s);
    forget_sides(s);
    return rc;
}

/* --- scores of two classes --- */

typedef thresh_status score_function(double *out, const double *score,
                                     const unsigned char *positive, size_t n);

static const struct {
    const char *name;
    score_function *compute;
    bool probability;
} score_metrics[] = { { "roc_auc", thresh_auc_roc, false },
                      { "average_precision", thresh_average_precision, false },
                      { "log_loss", thresh_log_loss, true },
                      { "brier_score", thresh_brier, true } };
enum { SCORE_METRICS = sizeof score_metrics / sizeof *score_metrics };

/* What stands beside a label in each file, or NULL in one that has nothing there. */
typedef const thresh_column *beside[MOST_SIDES];

/* Files without the column are absent; one that has texts in the place of numbers says so. */
static void find_sides(series *s, const beside columns)
{
    for (size_t side = 0; side < s->sides; side++) {
        s->absent[side] = columns[side] == NULL;
        if (columns[side] != NULL && columns[side]->numbers == NULL)
            s->why[side] = "texts";
    }
}

static bool has_numbers(const series *s, size_t side)
{
    return !s->absent[side] && s->why[side] == NULL;
}

/* Samples of which no file has a number are left out; `lost` counts those that only some lack. */
static bool is_number_somewhere(const series *s, const beside columns, size_t i, losses *lost)
{
    bool any = false;

    for (size_t side = 0; side < s->sides && !any; side++)
        any = has_numbers(s, side) && !isnan(columns[side]->numbers[series_row(s, side, i)]);
    for (size_t side = 0; side < s->sides && any; side++)
        lost->of[side] +=
            has_numbers(s, side) && isnan(columns[side]->numbers[series_row(s, side, i)]);
    lost->among += any;
    return any;
}

/* The scores of the labelled samples. */
static size_t gather_scores(const classes *c, series *s, size_t side, losses *lost)
{
    size_t n = 0;

    *lost = (losses){ { 0 }, 0 };
    for (size_t i = 0; i < s->count; i++) {
        long label = class_at(s, &c->labels[side], i);
        if (label == NO_CLASS || !is_number_somewhere(s, c->scores, i, lost))
            continue;
        c->positive[n] = (size_t)label == c->greater;
        s->values[side][n++] = c->scores[side]->numbers[series_row(s, side, i)];
    }
    return n;
}

static bool are_probabilities(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (values[i] < 0 || values[i] > 1)
            return false;
    return true;
}

/* The scores of both files are turned to what each sample costs, and the costs compared. */
static thresh_status compare_costs(const classes *c, series *s, score_function *cost,
                                   thresh_paired *out)
{
    size_t n = 0;

    if (s->sides < 2 || !has_numbers(s, 0) || !has_numbers(s, 1))
        return THRESH_OK;
    for (size_t side = 0; side < 2; side++) {
        losses lost;
        n = gather_scores(c, s, side, &lost);
        for (size_t i = 0; i < n; i++)
            if (cost(&s->values[side][i], &s->values[side][i], &c->positive[i], 1) != THRESH_OK)
                return THRESH_OK;
    }
    return compare_losses(s, n, out);
}

/* A figure that one file has and another lacks is a number that got lost there. What only
 * probabilities have is measured where the first file has them. */
static thresh_status measure_scores(classes *c, series *s)
{
    double figures[SCORE_METRICS][MOST_SIDES];
    bool known[SCORE_METRICS] = { false }, probabilities = false, first = true;
    losses lost = { { 0 }, 0 };
    size_t n = 0;
    thresh_status rc = THRESH_OK;

    find_sides(s, c->scores);
    for (size_t side = 0; side < s->sides; side++) {
        bool numbers = has_numbers(s, side), inside = false;
        if (numbers) {
            n = gather_scores(c, s, side, &lost);
            inside = are_probabilities(s->values[side], n);
            probabilities = first ? inside : probabilities;
            first = false;
        }
        for (size_t m = 0; m < SCORE_METRICS; m++) {
            thresh_status one =
                !numbers || lost.of[side] > 0 || (score_metrics[m].probability && !inside)
                    ? THRESH_EDOMAIN
                    : score_metrics[m].compute(&figures[m][side], s->values[side], c->positive, n);
            if (one == THRESH_ENOMEM)
                return one;
            if (one != THRESH_OK)
                figures[m][side] = NAN;
            known[m] = known[m] || one == THRESH_OK;
        }
        if (numbers && !inside && lost.of[side] == 0)
            s->why[side] = "scores outside of [0, 1]";
    }
    explain_losses(s, &lost);
    for (size_t m = 0; m < SCORE_METRICS && rc == THRESH_OK; m++) {
        thresh_paired evidence = { 0 };
        if (!known[m] || (!probabilities && score_metrics[m].probability))
            continue;
        if (score_metrics[m].compute == thresh_auc_roc)
            rc = compare_aucs(s, c->positive, n, &evidence);
        else if (score_metrics[m].probability) /* a mean of what each sample costs */
            rc = compare_costs(c, s, score_metrics[m].compute, &evidence);
        if (rc == THRESH_OK)
            rc = add_figures(s, series_scope(s, ""), series_name(s, score_metrics[m].name), NULL, n,
                             figures[m], &evidence);
    }
    forget_sides(s);
    return rc;
}

/* --- regression --- */

static thresh_status measure_regression(classes *c, series *s)
{
    static const char *const names[] = { "mae", "rmse", "r2" };
    double figures[3][MOST_SIDES], *actual = malloc((s->count + 1) * sizeof *actual);
    beside predictions = { NULL };
    losses lost = { { 0 }, 0 };
    thresh_paired evidence = { 0 };
    size_t n = 0;
    thresh_status rc = actual == NULL ? THRESH_ENOMEM : THRESH_OK;

    for (size_t side = 0; side < s->sides; side++)
        predictions[side] = c->predictions[side].column;
    find_sides(s, predictions);
    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++) {
        thresh_regression r = { NAN, NAN, NAN };
        if (has_numbers(s, side)) {
            lost = (losses){ { 0 }, 0 };
            n = 0;
        }
        for (size_t i = 0; i < s->count && has_numbers(s, side); i++) {
            const coded *l = &c->labels[side];
            actual[n] = l->column->numbers[series_row(s, l->side, i)];
            if (isnan(actual[n]) || !is_number_somewhere(s, predictions, i, &lost))
                continue;
            s->values[side][n++] = predictions[side]->numbers[series_row(s, side, i)];
        }
        if (has_numbers(s, side) && lost.of[side] == 0
            && thresh_regression_scores(&r, actual, s->values[side], n) == THRESH_ENOMEM)
            rc = THRESH_ENOMEM;
        for (size_t i = 0; i < n; i++)
            s->values[side][i] = fabs(actual[i] - s->values[side][i]);
        figures[0][side] = r.mae;
        figures[1][side] = r.rmse;
        figures[2][side] = r.r2;
    }
    explain_losses(s, &lost);
    if (rc == THRESH_OK && n > 0)
        rc = compare_losses(s, n, &evidence);
    for (size_t m = 0; m < 3 && n > 0 && rc == THRESH_OK; m++)
        rc = add_figures(s, series_scope(s, ""), series_name(s, names[m]), NULL, n, figures[m],
                         m == 0 ? &evidence : NULL);
    free(actual);
    forget_sides(s);
    return rc;
}

thresh_status classes_measure(classes *c, series *s, bool each)
{
    bool predictions = false, scores = false;
    thresh_status rc = THRESH_OK;

    if (c->regression)
        return measure_regression(c, s);
    for (size_t side = 0; side < s->sides; side++) {
        predictions = predictions || c->predictions[side].column != NULL;
        scores = scores || c->scores[side] != NULL;
    }
    if (predictions)
        rc = measure_predictions(c, s, each);
    if (rc == THRESH_OK && scores)
        rc = measure_scores(c, s);
    return rc;
}
