/* From a metric's name to its kind: built-in rows first made by tools/mkcatalog, and the kinds that
 * profiles add. */
#include "base/language.h"
#include "metric/catalog.h"

#include "base/words.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 256 };

typedef struct alias_row {
    const char *alias;
    const thresh_kind *kind;
} alias_row;

struct thresh_catalog {
    arena arena;
    const thresh_kind **added; /* kinds of profiles */
    size_t added_count, added_capacity;
    alias_row *aliases, *exact;
    size_t alias_count, alias_capacity, exact_count, exact_capacity;
};

bool name_normalise(char *out, size_t size, const char *name)
{
    size_t i;

    for (i = 0; name[i] != '\0' && i + 1 < size; i++) {
        char c = name[i];
        out[i] = c >= 'A' && c <= 'Z'               ? (char)(c - 'A' + 'a')
                 : c == '-' || c == ' ' || c == '.' ? '_'
                                                    : c;
    }
    out[i] = '\0';
    return name[i] == '\0';
}

thresh_status thresh_catalog_new(thresh_catalog **out)
{
    *out = calloc(1, sizeof **out);
    return *out == NULL ? THRESH_ENOMEM : THRESH_OK;
}

void thresh_catalog_free(thresh_catalog *catalog)
{
    if (catalog == NULL)
        return;
    arena_free(&catalog->arena);
    free(catalog->added);
    free(catalog->aliases);
    free(catalog->exact);
    free(catalog);
}

size_t thresh_catalog_count(const thresh_catalog *catalog)
{
    return builtin_kind_count + catalog->added_count;
}

const thresh_kind *thresh_catalog_at(const thresh_catalog *catalog, size_t i)
{
    return i < builtin_kind_count ? &builtin_kinds[i] : catalog->added[i - builtin_kind_count];
}

static const char *text_of(const builtin_alias *row)
{
    return builtin_texts + row->text;
}

static int compare_alias(const void *key, const void *row)
{
    return strcmp(key, text_of(row));
}

static const thresh_kind *look_up(const alias_row *added, size_t added_count,
                                  const builtin_alias *rows, size_t count, const char *name)
{
    for (size_t i = added_count; i-- > 0;)
        if (strcmp(added[i].alias, name) == 0)
            return added[i].kind;
    const builtin_alias *row =
        count == 0 ? NULL : bsearch(name, rows, count, sizeof *rows, compare_alias);
    return row == NULL ? NULL : &builtin_kinds[row->kind];
}

static const thresh_kind *normal(const thresh_catalog *c, const char *name)
{
    return look_up(c->aliases, c->alias_count, builtin_aliases, builtin_alias_count, name);
}

/* "ndcg@10", "ndcg_cut_10", "ndcg_at_10", "P_5" → without the k; false when there is none. */
static bool cut_k(char *name)
{
    size_t len = strlen(name), end = len;

    while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9')
        end--;
    if (end == len || end < 2 || (name[end - 1] != '@' && name[end - 1] != '_'))
        return false;
    name[end - 1] = '\0';
    static const char *const words[] = { "_cut", "_at" };
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        size_t have = end - 1, want = strlen(words[w]);
        if (have > want && strcmp(name + have - want, words[w]) == 0)
            name[have - want] = '\0';
    }
    return true;
}

/* "latency_p99_ms" → "latency_p99", "ms" */
const char *name_cut_unit(char *name)
{
    char *last = strrchr(name, '_');
    const unit *u;

    if (last == NULL || last == name)
        return NULL;
    u = unit_find(last + 1, strlen(last + 1));
    if (u == NULL || (u->dimension != UNIT_TIME && u->dimension != UNIT_BYTES))
        return NULL;
    *last = '\0';
    return u->name;
}

static const thresh_kind *wildcard(const thresh_catalog *c, const char *name)
{
    char pattern[LONGEST_NAME + 2];
    const thresh_kind *kind;

    /* prefixes first: train_accuracy says nothing of the model's quality */
    for (const char *p = strchr(name, '_'); p != NULL; p = strchr(p + 1, '_')) {
        size_t len = (size_t)(p - name) + 1;
        memcpy(pattern, name, len);
        memcpy(pattern + len, "*", 2);
        if ((kind = normal(c, pattern)) != NULL)
            return kind;
    }
    for (const char *p = strchr(name, '_'); p != NULL; p = strchr(p + 1, '_')) {
        pattern[0] = '*';
        memcpy(pattern + 1, p, strlen(p) + 1);
        if ((kind = normal(c, pattern)) != NULL)
            return kind;
    }
    return NULL;
}

static const thresh_kind *without_prefix(const thresh_catalog *c, const char *name)
{
    static const char *const prefixes[] = { "eval_",       "test_", "val_",    "valid_",
                                            "validation_", "dev_",  "predict_" };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t len = strlen(prefixes[i]);
        const thresh_kind *kind;

        if (strncmp(name, prefixes[i], len) == 0 && (kind = normal(c, name + len)) != NULL)
            return kind;
    }
    return NULL;
}

/* "p99_response_time" is a latency as response_time is; of other families nothing is known. */
static const thresh_kind *without_percentile(const thresh_catalog *c, const char *name)
{
    static const char *const prefixes[] = { "p50_", "p75_",  "p90_",   "p95_",
                                            "p99_", "mean_", "median_" };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t len = strlen(prefixes[i]);
        const thresh_kind *kind =
            strncmp(name, prefixes[i], len) == 0 ? normal(c, name + len) : NULL;

        if (kind != NULL && kind->family == THRESH_LATENCY)
            return kind;
    }
    return NULL;
}

static const thresh_kind *plain(const thresh_catalog *c, const char *name)
{
    const thresh_kind *kind = normal(c, name);

    if (kind == NULL)
        kind = without_prefix(c, name);
    return kind != NULL ? kind : without_percentile(c, name);
}

thresh_resolved thresh_catalog_resolve(const thresh_catalog *c, const char *name)
{
    char text[LONGEST_NAME], shorter[LONGEST_NAME];
    thresh_resolved r = { NULL, NULL };
    size_t len = strcspn(name, ",");

    if (len >= sizeof text)
        return r;
    /* a profile may mean one filter: "exact_match,strict-match" */
    if (name[len] == ',' && (r.kind = look_up(c->exact, c->exact_count, NULL, 0, name)) != NULL)
        return r;
    memcpy(text, name, len);
    text[len] = '\0';
    if ((r.kind = look_up(c->exact, c->exact_count, builtin_exact, builtin_exact_count, text))
        != NULL)
        return r;
    memcpy(shorter, text, len + 1);
    if (!name_normalise(text, sizeof text, shorter))
        return r;
    if ((r.kind = plain(c, text)) != NULL) {
        /* the full name is an alias, yet it may end with the unit all the same */
        memcpy(shorter, text, strlen(text) + 1);
        r.unit = name_cut_unit(shorter);
        return r;
    }
    memcpy(shorter, text, strlen(text) + 1);
    r.unit = name_cut_unit(shorter);
    if (r.unit != NULL && (r.kind = plain(c, shorter)) != NULL)
        return r;
    if (cut_k(shorter) && (r.kind = plain(c, shorter)) != NULL)
        return r;
    if ((r.kind = wildcard(c, text)) != NULL)
        return r;
    if ((r.kind = wildcard(c, shorter)) != NULL)
        return r;
    r.unit = NULL;
    return r;
}

const char *thresh_catalog_nearest(const thresh_catalog *c, const char *name)
{
    char text[LONGEST_NAME];
    nearest best = NEAREST_INIT;

    name_normalise(text, sizeof text, name);
    cut_k(text); /* "ndgc@10" is near "ndcg" */
    for (size_t i = 0; i < c->alias_count; i++)
        nearest_offer(&best, text, c->aliases[i].alias);
    for (size_t i = 0; i < builtin_alias_count; i++)
        if (!glob_is_pattern(text_of(&builtin_aliases[i])))
            nearest_offer(&best, text, text_of(&builtin_aliases[i]));
    return best.word;
}

static thresh_status add_alias(alias_row **rows, size_t *count, size_t *capacity, const char *alias,
                               const thresh_kind *kind)
{
    if (alias == NULL || !array_reserve(rows, capacity, *count + 1, sizeof **rows))
        return THRESH_ENOMEM;
    (*rows)[(*count)++] = (alias_row){ alias, kind };
    return THRESH_OK;
}

static thresh_status add_normalised(thresh_catalog *c, const char *alias, const thresh_kind *kind)
{
    char text[LONGEST_NAME];

    name_normalise(text, sizeof text, alias);
    return add_alias(&c->aliases, &c->alias_count, &c->alias_capacity,
                     arena_strdup(&c->arena, text), kind);
}

static thresh_status add_kind(thresh_catalog *c, const node *n, const char *file,
                              thresh_diags *diags)
{
    thresh_kind *kind = arena_alloc(&c->arena, sizeof *kind);
    thresh_resolved known = thresh_catalog_resolve(c, n->key);
    thresh_status rc;

    if (kind == NULL)
        return THRESH_ENOMEM;
    if ((rc = kind_read(kind, n, builtin_families, &c->arena, file, diags)) != THRESH_OK)
        return rc;
    if (known.kind != NULL && !known.kind->informational && !kind->informational
        && known.kind->direction != kind->direction)
        thresh_diags_add(diags, THRESH_WARNING, file, n->key_line, n->key_column,
                         kind->direction == THRESH_HIGHER
                             ? N_("kind '%s' is said to be better higher; under this name lower is "
                                  "usual")
                             : N_("kind '%s' is said to be better lower; under this name higher is "
                                  "usual"),
                         n->key);
    if (!array_reserve(&c->added, &c->added_capacity, c->added_count + 1, sizeof *c->added))
        return THRESH_ENOMEM;
    c->added[c->added_count++] = kind;
    /* replaced by its name: every alias of the built-in kind now means this one */
    for (size_t i = 0; i < builtin_alias_count && rc == THRESH_OK; i++)
        if (strcmp(builtin_kinds[builtin_aliases[i].kind].name, kind->name) == 0)
            rc = add_alias(&c->aliases, &c->alias_count, &c->alias_capacity,
                           text_of(&builtin_aliases[i]), kind);
    if (rc == THRESH_OK)
        rc = add_normalised(c, kind->name, kind);
    const node *aliases = node_get(n, "aliases"), *exact = node_get(n, "exact");
    for (const node *i = aliases ? aliases->child : NULL; i != NULL && rc == THRESH_OK; i = i->next)
        rc = add_normalised(c, i->text, kind);
    for (const node *i = exact ? exact->child : NULL; i != NULL && rc == THRESH_OK; i = i->next)
        rc = add_alias(&c->exact, &c->exact_count, &c->exact_capacity,
                       arena_strdup(&c->arena, i->text), kind);
    return rc;
}

thresh_status catalog_add_kinds(thresh_catalog *c, const node *kinds, const char *file,
                                thresh_diags *diags)
{
    thresh_status rc = THRESH_OK;

    for (const node *n = kinds->child; n != NULL; n = n->next) {
        thresh_status one = add_kind(c, n, file, diags);
        if (one == THRESH_ENOMEM)
            return one;
        if (one != THRESH_OK)
            rc = one;
    }
    return rc;
}

static const thresh_kind *find_kind(const thresh_catalog *c, const char *name)
{
    /* a kind of a profile replaces one of the same name */
    for (size_t i = thresh_catalog_count(c); i-- > 0;)
        if (strcmp(thresh_catalog_at(c, i)->name, name) == 0)
            return thresh_catalog_at(c, i);
    return NULL;
}

static const char *nearest_kind(const thresh_catalog *c, const char *name)
{
    thresh_resolved known = thresh_catalog_resolve(c, name);
    nearest best = NEAREST_INIT;

    if (known.kind != NULL) /* "acc" for accuracy */
        return known.kind->name;
    for (size_t i = 0; i < thresh_catalog_count(c); i++)
        nearest_offer(&best, name, thresh_catalog_at(c, i)->name);
    return best.word;
}

/* What keeps a key from ever being met as the name of a metric; NULL: nothing. */
static const char *fault_of_alias(const char *alias)
{
    size_t len = strlen(alias);

    if (len == 0)
        return N_("expected the name of a metric, found nothing");
    if (len >= LONGEST_NAME)
        return N_("a name longer than 255 bytes");
    if (!glob_is_pattern(alias))
        return NULL;
    const char *star = strpbrk(alias, "*?[");
    bool before = strncmp(alias, "*_", 2) == 0,
         behind = len > 2 && strcmp(alias + len - 2, "_*") == 0;
    return *star == '*' && before != behind && star == (before ? alias : alias + len - 1)
                   && strpbrk(star + 1, "*?[") == NULL
               ? NULL
               : N_("expected a name, or a pattern such as *_acc or loss_*");
}

static thresh_status add_profile_alias(thresh_catalog *c, const node *n, const char *file,
                                       thresh_diags *diags)
{
    const char *wrong = fault_of_alias(n->key), *near;
    char hint[THRESH_HINT_MAX];
    const thresh_kind *kind = n->type == NODE_TEXT ? find_kind(c, n->text) : NULL;
    thresh_resolved usual = thresh_catalog_resolve(c, n->key);
    thresh_status rc;

    if (wrong != NULL) {
        thresh_diags_add(diags, THRESH_ERROR, file, n->key_line, n->key_column, "aliases: %s",
                         diag_text(diags, wrong));
        return THRESH_EINVAL;
    }
    if (kind == NULL) {
        near = n->type == NODE_TEXT ? nearest_kind(c, n->text) : NULL;
        if (n->type == NODE_TEXT)
            thresh_diags_add(diags, THRESH_ERROR, file, n->line, n->column, "unknown kind '%s'%s",
                             n->text, thresh_hint(hint, near, thresh_diags_language(diags)));
        else
            thresh_diags_add(diags, THRESH_ERROR, file, n->line, n->column,
                             "%s: found %s, expected the name of a kind", n->key,
                             node_type_name(diags, n->type));
        return THRESH_EINVAL;
    }
    if (usual.kind != NULL && !usual.kind->informational && !kind->informational
        && usual.kind->direction != kind->direction)
        thresh_diags_add(diags, THRESH_WARNING, file, n->key_line, n->key_column,
                         kind->direction == THRESH_HIGHER
                             ? N_("'%s' is said to be %s, better higher; under this name lower is "
                                  "usual")
                             : N_("'%s' is said to be %s, better lower; under this name higher is "
                                  "usual"),
                         n->key, kind->name);
    /* as written too, or an exact name of the catalog would win */
    rc = add_alias(&c->exact, &c->exact_count, &c->exact_capacity, arena_strdup(&c->arena, n->key),
                   kind);
    return rc == THRESH_OK ? add_normalised(c, n->key, kind) : rc;
}

thresh_status catalog_add_aliases(thresh_catalog *c, const node *aliases, const char *file,
                                  thresh_diags *diags)
{
    thresh_status rc = THRESH_OK;

    for (const node *n = aliases->child; n != NULL; n = n->next) {
        thresh_status one = add_profile_alias(c, n, file, diags);
        if (one == THRESH_ENOMEM)
            return one;
        if (one != THRESH_OK)
            rc = one;
    }
    return rc;
}

bool catalog_is_extended(const thresh_catalog *catalog)
{
    return catalog->added_count > 0 || catalog->alias_count > 0;
}
