/* Golden samples, which must not break whatever the mean does, and the flips of all others. */
#include "judge/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_marked(const thresh_column *c, size_t row)
{
    static const char *const words[] = { "true", "True", "TRUE", "yes", "Yes", "y", "是" };

    if (c->numbers != NULL)
        return !isnan(c->numbers[row]) && c->numbers[row] != 0;
    if (c->codes == NULL || c->codes[row] == 0)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], c->texts[c->codes[row] - 1]) == 0)
            return true;
    return false;
}

/* Marks the rows of one table that a column or the list of ids names. */
static thresh_status mark_rows(series *s, size_t side, unsigned char *rows, unsigned char *found)
{
    const thresh_column *c = thresh_samples_of_role(s->tables[side], THRESH_ROLE_GOLDEN);
    thresh_samples *const both[] = { s->tables[side], s->options->golden };
    thresh_pairs p;
    thresh_status rc;

    for (size_t i = 0; c != NULL && i < s->whole[side]; i++)
        rows[i] = is_marked(c, i);
    if (s->options->golden == NULL)
        return THRESH_OK;
    if ((rc = thresh_samples_pair(&p, both, 2)) != THRESH_OK)
        return rc;
    for (size_t i = 0; i < p.count; i++) {
        rows[p.rows[0] == NULL ? i : p.rows[0][i]] = 1;
        found[p.rows[1] == NULL ? i : p.rows[1][i]] = 1;
    }
    thresh_pairs_dispose(&p);
    return THRESH_OK;
}

static bool may_have_golden(const series *s)
{
    bool any = s->options->golden != NULL;

    for (size_t side = 0; side < s->sides; side++)
        any = any || thresh_samples_of_role(s->tables[side], THRESH_ROLE_GOLDEN) != NULL;
    return any;
}

/* A golden sample that the candidate has not answered is no sample that still holds. */
static void count_missing(const series *s, const unsigned char *rows, thresh_pairing *out)
{
    unsigned char *lone = NULL;
    size_t marked = 0, paired = 0;

    for (size_t i = 0; i < s->whole[0]; i++)
        marked += rows[i];
    for (size_t i = 0; i < s->pairs.count; i++)
        paired += rows[series_row(s, 0, i)];
    out->golden_missing += marked - paired;
    if (marked == paired || out->first_golden_missing[0] != '\0'
        || (lone = malloc(s->whole[0])) == NULL)
        return; /* without memory the id is left out, not the count */
    memcpy(lone, rows, s->whole[0]);
    for (size_t i = 0; i < s->pairs.count; i++)
        lone[series_row(s, 0, i)] = 0;
    thresh_samples_id(out->first_golden_missing, s->tables[0],
                      (size_t)((unsigned char *)memchr(lone, 1, s->whole[0]) - lone));
    free(lone);
}

thresh_status find_golden(series *s, thresh_pairing *out, unsigned char *found)
{
    thresh_status rc = THRESH_OK;

    if (!may_have_golden(s))
        return THRESH_OK;
    if ((s->golden = calloc(s->pairs.count + 1, 1)) == NULL)
        return THRESH_ENOMEM;
    for (size_t side = 0; side < s->sides && rc == THRESH_OK; side++) {
        unsigned char *rows = calloc(s->whole[side] + 1, 1);
        rc = rows == NULL ? THRESH_ENOMEM : mark_rows(s, side, rows, found);
        for (size_t i = 0; i < s->pairs.count && rc == THRESH_OK; i++)
            s->golden[i] |= rows[series_row(s, side, i)];
        if (rc == THRESH_OK && side == 0)
            count_missing(s, rows, out);
        free(rows);
    }
    for (size_t i = 0; i < s->pairs.count; i++)
        out->golden += s->golden[i];
    return rc;
}

void note_flips(series *s, const char *scope, const char *name, size_t n, thresh_paired *paired)
{
    const thresh_kind *kind = thresh_catalog_resolve(s->catalog, name).kind;
    double right = kind != NULL && kind->direction == THRESH_LOWER ? 0 : 1;
    const double *b = s->values[0], *c = s->values[1];

    /* of a name that means nothing nobody knows which value is right */
    if (kind == NULL || kind->informational || (s->golden == NULL && s->options->flip == NULL))
        return;
    for (size_t i = 0; i < n; i++) {
        char id[THRESH_ID_MAX];
        bool broken = b[i] == right, golden;

        if (b[i] == c[i])
            continue;
        golden = s->golden != NULL && s->golden[s->kept[i]];
        thresh_samples_id(id, s->tables[0], series_row(s, 0, s->kept[i]));
        if (golden && broken && paired->golden_broken++ == 0)
            memcpy(paired->first_broken, id, sizeof id);
        if (s->options->flip != NULL)
            s->options->flip(s->options->flip_context,
                             &(thresh_flip){ scope, name, id, broken, golden });
    }
}
