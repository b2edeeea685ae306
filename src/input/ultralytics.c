/*
 * Ultralytics' results.csv, a row for each epoch of a training: the last epoch, and the one whose
 * weights the tool keeps as best.pt.
 */
#include "input/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 256 };

/* What the tool calls fitness, as a sum over the columns that are there. */
typedef struct weight {
    const char *column;
    double weight;
} weight;

static const weight fitness_weights[] = {
    { "metrics/mAP50(B)", 0.1 },      { "metrics/mAP50-95(B)", 0.9 },
    { "metrics/mAP50(M)", 0.1 },      { "metrics/mAP50-95(M)", 0.9 },
    { "metrics/mAP50(P)", 0.1 },      { "metrics/mAP50-95(P)", 0.9 },
    { "metrics/accuracy_top1", 0.5 }, { "metrics/accuracy_top5", 0.5 },
};
enum { WEIGHTS = sizeof fitness_weights / sizeof *fitness_weights };

static bool has_fitness(const line *l)
{
    for (size_t i = 0; i < WEIGHTS; i++)
        if (line_contains(l, fitness_weights[i].column))
            return true;
    return false;
}

static bool is_header(const line *l)
{
    field f[1];

    return split_fields(l, f, 1) == 1
           && (field_is(f[0], "epoch,") || field_is(f[0], "epoch")
               || (f[0].len > 6 && memcmp(f[0].text, "epoch,", 6) == 0))
           && has_fitness(l);
}

static bool detect(const input *in)
{
    size_t at = 0;
    line l = { 0 };

    return next_full_line(in, &at, &l) && is_header(&l);
}

static double weight_of(const char *title)
{
    for (size_t i = 0; i < WEIGHTS; i++)
        if (strcmp(title, fitness_weights[i].column) == 0)
            return fitness_weights[i].weight;
    return 0;
}

static double fitness(const char *const *titles, const char *const *cells, size_t count)
{
    double sum = 0, value;

    for (size_t i = 0; i < count; i++)
        if (weight_of(titles[i]) > 0)
            sum += thresh_parse_number(&value, cells[i], strlen(cells[i]))
                       ? weight_of(titles[i]) * value
                       : NAN;
    return sum;
}

/* "metrics/mAP50(B)" → "mAP50(B)", "val/box_loss" → "val_box_loss": a scope it is not. */
static const char *name_of(arena *a, const char *title)
{
    static const char prefix[] = "metrics/";
    char *name, *slash;

    if (strncmp(title, prefix, sizeof prefix - 1) == 0)
        return title + sizeof prefix - 1;
    if (strcmp(title, "time") == 0)
        return "train_time"; /* alone it would be anybody's time */
    name = arena_strdup(a, title);
    while (name != NULL && (slash = strchr(name, '/')) != NULL)
        *slash = '_';
    return name;
}

static thresh_status add_epoch(const input *in, thresh_set *set, arena *a, const char *scope,
                               const char *const *titles, const line *l)
{
    const char *cells[MOST_CELLS];
    size_t count = split_csv(a, l, ',', cells, MOST_CELLS);
    thresh_status rc = a->failed ? THRESH_ENOMEM : THRESH_OK;

    for (size_t i = 0; i < count && rc == THRESH_OK; i++) {
        const char *name = name_of(a, titles[i]);

        if (name == NULL)
            return THRESH_ENOMEM;
        if (name[0] != '\0')
            rc = add_field(in, set, a, scope, name, (field){ cells[i], strlen(cells[i]) },
                           l->number);
    }
    return rc;
}

/* `epoch` is the first column. */
static bool is_epoch(const char *cell, double step)
{
    double value;

    return thresh_parse_number(&value, cell, strlen(cell)) && value == step;
}

static thresh_status read(const input *in, thresh_set *set)
{
    const char *titles[MOST_CELLS], *cells[MOST_CELLS];
    arena a = ARENA_INIT, row = ARENA_INIT;
    size_t at = 0, count, epochs = 0;
    line l = { 0 }, best = { 0 }, last = { 0 };
    double most = NAN, now;
    thresh_status rc = THRESH_OK;

    if (!next_full_line(in, &at, &l) || !is_header(&l))
        return text_fault(in, l.number,
                          "not of Ultralytics: expected columns 'epoch' and "
                          "'metrics/mAP50(B)' or 'metrics/accuracy_top1'");
    count = split_csv(&a, &l, ',', titles, MOST_CELLS);
    while (rc == THRESH_OK && !a.failed && next_full_line(in, &at, &l)) {
        if (split_csv(&row, &l, ',', cells, MOST_CELLS) != count) {
            rc = text_fault(in, l.number, "a row with more or fewer columns than the header");
            break;
        }
        if (in->options->has_step && !is_epoch(cells[0], in->options->step))
            continue;
        now = fitness(titles, cells, count);
        /* the tool keeps the latest of equals */
        if (epochs == 0 || isnan(most) || now >= most) {
            best = l;
            most = now;
        }
        last = l;
        epochs++;
        arena_free(&row);
        row = (arena)ARENA_INIT;
    }
    if (rc == THRESH_OK && (a.failed || row.failed))
        rc = THRESH_ENOMEM;
    if (rc == THRESH_OK && epochs == 0 && in->options->has_step)
        rc = no_such_step(in);
    if (rc == THRESH_OK && epochs == 0)
        rc = text_fault(in, l.number, "a training without epochs");
    if (rc == THRESH_OK)
        rc = add_epoch(in, set, &a, "last", titles, &last);
    if (rc == THRESH_OK)
        rc = add_epoch(in, set, &a, "best", titles, &best);
    if (rc == THRESH_OK && epochs > 1)
        thresh_diags_add(in->diags, THRESH_NOTE, in->path, 0, 0,
                         "%zu epochs, of which the last (line %u) and the best (line %u) are taken",
                         epochs, last.number, best.number);
    arena_free(&row);
    arena_free(&a);
    return rc;
}

const reader ultralytics_reader = {
    .format = { "ultralytics", N_("Ultralytics, results.csv of a training") },
    .source = FROM_TEXT,
    .detect = detect,
    .read = read,
    .steps = true,
};
