/* Reading of kinds, families and limits from YAML: for the generator of the built-in catalog and
 * for the `kinds:` of a profile. */
#include "base/language.h"
#include "base/words.h"
#include "metric/catalog.h"

#include <math.h>
#include <string.h>

static const char *const family_names[THRESH_FAMILIES] = {
    [THRESH_PROPORTION] = "proportion",
    [THRESH_AREA] = "area",
    [THRESH_RANKING] = "ranking",
    [THRESH_ERROR_RATE] = "error_rate",
    [THRESH_PERPLEXITY] = "perplexity",
    [THRESH_POINTS] = "points",
    [THRESH_RATING] = "rating",
    [THRESH_BUSINESS_RATE] = "business_rate",
    [THRESH_LATENCY] = "latency",
    [THRESH_THROUGHPUT] = "throughput",
    [THRESH_SIZE] = "size",
    [THRESH_MEMORY] = "memory",
    [THRESH_COST] = "cost",
    [THRESH_LOSS] = "loss",
};

const char *thresh_family_name(thresh_family family)
{
    return family < THRESH_FAMILIES ? family_names[family] : "";
}

thresh_family family_find(const char *name)
{
    int f = 0;

    while (f < THRESH_FAMILIES && strcmp(family_names[f], name) != 0)
        f++;
    return (thresh_family)f;
}

const char *limit_read(thresh_limit *out, const node *n)
{
    static const char *const expected =
        /* xgettext:no-c-format */
        N_("a limit such as 2% (of the baseline), 2pp, 0.02, 3 points, 20ms or 50MB");
    thresh_limit limit = { 0, THRESH_LIMIT_OWN, false };

    if (n->type == NODE_NUMBER) {
        limit.value = n->number;
    } else if (n->type == NODE_TEXT) {
        const char *p = n->text;
        size_t len;
        const unit *u;

        p += strspn(p, " ");
        if (*p == '<') {
            limit.exclusive = true;
            p += 1 + strspn(p + 1, " ");
        }
        len = strspn(p, "+-0123456789.");
        /* an exponent, unless it is the start of a unit */
        if ((p[len] == 'e' || p[len] == 'E') && strspn(p + len + 1, "+-0123456789") > 0)
            len += 1 + strspn(p + len + 1, "+-0123456789");
        if (!thresh_parse_number(&limit.value, p, len))
            return expected;
        p += len + strspn(p + len, " ");
        len = strlen(p);
        while (len > 0 && p[len - 1] == ' ')
            len--;
        if (len > 0) {
            static const thresh_limit_unit by_dimension[] = { [UNIT_TIME] = THRESH_LIMIT_TIME,
                                                              [UNIT_BYTES] = THRESH_LIMIT_BYTES,
                                                              [UNIT_RATIO] = THRESH_LIMIT_PERCENT,
                                                              [UNIT_PP] = THRESH_LIMIT_PP,
                                                              [UNIT_POINTS] = THRESH_LIMIT_POINTS };
            if ((u = unit_find(p, len)) == NULL)
                return expected;
            limit.unit = by_dimension[u->dimension];
            /* dividing keeps 2 % the double nearest to 0.02, multiplying would not */
            limit.value =
                u->factor < 1 ? limit.value / round(1 / u->factor) : limit.value * u->factor;
        }
    } else {
        return expected;
    }
    if (!isfinite(limit.value))
        return N_("a finite limit");
    *out = limit;
    return NULL;
}

static thresh_status unexpected(const node *n, const char *file, thresh_diags *diags,
                                const char *key, const char *expected)
{
    expected = diag_text(diags, expected);
    if (n->text != NULL)
        thresh_diags_add(diags, THRESH_ERROR, file, n->line, n->column,
                         "%s: found '%s', expected %s", key, n->text, expected);
    else
        thresh_diags_add(diags, THRESH_ERROR, file, n->line, n->column, "%s: found %s, expected %s",
                         key, node_type_name(diags, n->type), expected);
    return THRESH_EINVAL;
}

/* A word of a fixed choice; `choices` ends with NULL. */
static bool choose(int *out, const node *n, const char *const *choices)
{
    for (int i = 0; choices[i] != NULL; i++)
        if (n->text != NULL && strcmp(n->text, choices[i]) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static const char *const directions[] = { "higher", "lower", NULL };
static const char *const measures[] = { "absolute", "relative", NULL };
static const char *const scales[] = { "none", "fraction", "hundred", NULL };

/* One key that families and kinds share; true when it was one. */
static bool read_shared(thresh_kind *out, const node *n, const char *file, thresh_diags *diags,
                        thresh_status *rc)
{
    const char *expected = NULL;
    int choice = 0;

    if (strcmp(n->key, "direction") == 0) {
        expected = choose(&choice, n, directions) ? NULL : N_("higher or lower");
        out->direction = (thresh_direction)choice;
    } else if (strcmp(n->key, "measure") == 0) {
        expected = choose(&choice, n, measures) ? NULL : N_("absolute or relative");
        out->measure = (thresh_measure)choice;
    } else if (strcmp(n->key, "scale") == 0) {
        expected = choose(&choice, n, scales) ? NULL : N_("none, fraction or hundred");
        out->scale = (thresh_scale)choice;
    } else if (strcmp(n->key, "accept") == 0) {
        expected = limit_read(&out->accept, n);
    } else if (strcmp(n->key, "tolerate") == 0) {
        expected = limit_read(&out->tolerate, n);
    } else if (strcmp(n->key, "unit") == 0) {
        out->unit = n->text;
        expected = n->type == NODE_TEXT ? NULL : N_("a unit such as ms or MB");
    } else {
        return false;
    }
    if (expected != NULL)
        *rc = unexpected(n, file, diags, n->key, expected);
    return true;
}

const thresh_key kind_keys[] = {
    { "kinds", "title", "a text", "The name in full, for people." },
    { "kinds", "family", "the name of a family",
      "Kinds judged alike; it gives what is not said here. Required, unless the kind is "
      "informational." },
    { "kinds", "direction", "higher or lower", "Which way is better." },
    { "kinds", "measure", "absolute or relative",
      "How a change is measured: as a difference, or as a share of the baseline." },
    { "kinds", "scale", "none, fraction or hundred",
      "What the numbers run to: fraction is 0 to 1 and may be written as a percentage, hundred is "
      "0 to 100." },
    { "kinds", "unit", "a unit such as ms or MB", "The unit of bare numbers." },
    { "kinds", "accept", "a limit", "The accept of whatever no profile governs." },
    { "kinds", "tolerate", "a limit", "The tolerate of whatever no profile governs." },
    { "kinds", "informational", "true or false",
      "true: shown and never judged, for it says nothing of the model that will serve." },
    { "kinds", "share", "true or false",
      "true: a share of the samples, each right or wrong, so that their number alone says how sure "
      "it is." },
    { "kinds", "aliases", "a list of names",
      "What tools and people call it, compared without case, with - . and space read as _, without "
      "@k, a unit or an eval_ before it. *_acc and loss_* stand for any beginning and any end." },
    { "kinds", "exact", "a list of names", "Names that count only as written." },
};
const size_t kind_key_count = sizeof kind_keys / sizeof *kind_keys;

/* Whatever the table does not have is refused, so that none stays undescribed. */
static bool is_known(const node *n, const char *file, thresh_diags *diags)
{
    nearest best = NEAREST_INIT;
    char hint[THRESH_HINT_MAX];

    for (size_t i = 0; i < kind_key_count; i++) {
        if (strcmp(kind_keys[i].name, n->key) == 0)
            return true;
        nearest_offer(&best, n->key, kind_keys[i].name);
    }
    thresh_diags_add(diags, THRESH_ERROR, file, n->key_line, n->key_column, "unknown key '%s'%s",
                     n->key, thresh_hint(hint, best.word, thresh_diags_language(diags)));
    return false;
}

thresh_status family_read(thresh_kind *out, const node *n, const char *file, thresh_diags *diags)
{
    thresh_status rc = THRESH_OK;

    *out = (thresh_kind){ .family = family_find(n->key), .unit = "" };
    if (out->family == THRESH_FAMILIES || n->type != NODE_MAP)
        return unexpected(n, file, diags, n->key, "a family with its keys");
    for (const node *c = n->child; c != NULL; c = c->next)
        if (!is_known(c, file, diags))
            rc = THRESH_EINVAL;
        else if (!read_shared(out, c, file, diags, &rc))
            rc = unexpected(c, file, diags, c->key, "a key that families have too");
    return rc;
}

thresh_status kind_read(thresh_kind *out, const node *n, const thresh_kind *families, arena *a,
                        const char *file, thresh_diags *diags)
{
    const node *family = node_get(n, "family"), *informational = node_get(n, "informational");
    const node *share = node_get(n, "share");
    thresh_status rc = THRESH_OK;
    thresh_kind kind = { .unit = "" };

    if (n->type != NODE_MAP)
        return unexpected(n, file, diags, n->key, "a map of the kind's keys");
    kind.informational = informational != NULL && informational->number != 0;
    if (family == NULL && !kind.informational) {
        thresh_diags_add(diags, THRESH_ERROR, file, n->key_line, n->key_column,
                         "kind '%s' names no family", n->key);
        return THRESH_EINVAL;
    }
    if (family != NULL) {
        thresh_family f = family->text == NULL ? THRESH_FAMILIES : family_find(family->text);
        nearest best = NEAREST_INIT;
        char hint[THRESH_HINT_MAX];

        if (f == THRESH_FAMILIES) {
            for (int i = 0; i < THRESH_FAMILIES && family->text != NULL; i++)
                nearest_offer(&best, family->text, family_names[i]);
            thresh_diags_add(diags, THRESH_ERROR, file, family->line, family->column,
                             "unknown family '%s'%s", family->text ? family->text : "",
                             thresh_hint(hint, best.word, thresh_diags_language(diags)));
            return THRESH_EINVAL;
        }
        bool informs = kind.informational;
        kind = families[f];
        kind.informational = informs;
    }
    kind.share = share != NULL && share->number != 0;
    kind.name = arena_strdup(a, n->key);
    kind.title = kind.name;
    for (const node *c = n->child; c != NULL; c = c->next) {
        if (!is_known(c, file, diags))
            rc = THRESH_EINVAL;
        else if (strcmp(c->key, "title") == 0 && c->text != NULL)
            kind.title = arena_strdup(a, c->text);
        else if (strcmp(c->key, "title") == 0)
            rc = unexpected(c, file, diags, c->key, "a text");
        else if (strcmp(c->key, "aliases") == 0 || strcmp(c->key, "exact") == 0) {
            if (c->type != NODE_LIST)
                rc = unexpected(c, file, diags, c->key, "a list of names");
            for (const node *i = c->child; i != NULL; i = i->next)
                if (i->text == NULL)
                    rc = unexpected(i, file, diags, c->key, "a name");
        } else if (strcmp(c->key, "informational") == 0 || strcmp(c->key, "share") == 0) {
            if (c->type != NODE_BOOL)
                rc = unexpected(c, file, diags, c->key, "true or false");
        } else if (strcmp(c->key, "family") != 0) {
            read_shared(&kind, c, file, diags, &rc);
        }
    }
    if (rc != THRESH_OK)
        return rc;
    if (kind.unit[0] != '\0')
        kind.unit = arena_strdup(a, kind.unit);
    if (kind.accept.unit != kind.tolerate.unit || kind.accept.value > kind.tolerate.value) {
        thresh_diags_add(diags, THRESH_ERROR, file, n->key_line, n->key_column,
                         "kind '%s': accept must not exceed tolerate, and both need one unit",
                         n->key);
        return THRESH_EINVAL;
    }
    *out = kind;
    return a->failed ? THRESH_ENOMEM : THRESH_OK;
}
