/* Build step: configs/metrics.yaml → C tables, so that the program starts without parsing it.
 * usage: mkcatalog metrics.yaml out.c */
#include "base/language.h"
#include "metric/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* what the generated file defines is not there yet */
const thresh_kind builtin_families[THRESH_FAMILIES];
const thresh_kind builtin_kinds[1];
const size_t builtin_kind_count = 0;
const char builtin_texts[1];
const builtin_alias builtin_aliases[1];
const size_t builtin_alias_count = 0;
const builtin_alias builtin_exact[1];
const size_t builtin_exact_count = 0;
const thresh_language builtin_languages[1];
const size_t builtin_languages_count = 0;

typedef struct row {
    char *alias;
    size_t kind;
} row;
typedef struct rows {
    row *items;
    size_t count, capacity;
} rows;
typedef struct pool {
    char *bytes; /* texts, one after another, each with its NUL */
    size_t len, capacity;
    bool failed;
} pool;

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const row *)a)->alias, ((const row *)b)->alias);
}

static void print_text(FILE *f, const char *text)
{
    fputc('"', f);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        if (*p < 0x20 || *p >= 0x7f || *p == '"' || *p == '\\' || *p == '?')
            fprintf(f, "\\%03o", *p);
        else
            fputc(*p, f);
    fputc('"', f);
}

static void print_limit(FILE *f, const char *field, thresh_limit l)
{
    fprintf(f, ", .%s = { %.17g, (thresh_limit_unit)%d, %s }", field, l.value, (int)l.unit,
            l.exclusive ? "true" : "false");
}

static void print_kind(FILE *f, const thresh_kind *k)
{
    fputs("    { .name = ", f);
    print_text(f, k->name == NULL ? "" : k->name);
    fputs(", .title = ", f);
    print_text(f, k->title == NULL ? "" : k->title);
    fputs(", .unit = ", f);
    print_text(f, k->unit == NULL ? "" : k->unit);
    fprintf(f,
            ", .family = (thresh_family)%d, .direction = (thresh_direction)%d, .measure = "
            "(thresh_measure)%d, .scale = (thresh_scale)%d",
            (int)k->family, (int)k->direction, (int)k->measure, (int)k->scale);
    print_limit(f, "accept", k->accept);
    print_limit(f, "tolerate", k->tolerate);
    fprintf(f, ", .informational = %s, .share = %s },\n", k->informational ? "true" : "false",
            k->share ? "true" : "false");
}

/* Where it begins. */
static size_t put_text(pool *t, const char *text)
{
    size_t len = strlen(text) + 1, at = t->len;

    if (!array_reserve(&t->bytes, &t->capacity, at + len, 1)) {
        t->failed = true;
        return 0;
    }
    memcpy(t->bytes + at, text, len);
    t->len += len;
    return at;
}

/* In numbers: a literal of C is at most 4095 characters long. */
static void print_texts(FILE *f, const pool *t)
{
    fputs("const char builtin_texts[] = {", f);
    for (size_t i = 0; i < t->len; i++)
        fprintf(f, "%s(char)%d,", i % 20 == 0 ? "\n    " : " ", t->bytes[i]);
    fputs("\n};\n", f);
}

static bool print_rows(FILE *f, const char *name, const char *count_name, rows *r, pool *texts)
{
    bool ok = true;

    if (r->count > 0)
        qsort(r->items, r->count, sizeof *r->items, compare_rows);
    fprintf(f, "const builtin_alias %s[] = {\n", name);
    for (size_t i = 0; i < r->count; i++) {
        if (i > 0 && strcmp(r->items[i].alias, r->items[i - 1].alias) == 0) {
            if (r->items[i].kind == r->items[i - 1].kind)
                continue;
            fprintf(stderr, "mkcatalog: the alias '%s' stands under two kinds\n",
                    r->items[i].alias);
            ok = false;
        }
        fprintf(f, "    { %zu, %zu },\n", put_text(texts, r->items[i].alias), r->items[i].kind);
    }
    fprintf(f, "};\nconst size_t %s = sizeof %s / sizeof *%s;\n", count_name, name, name);
    return ok;
}

static bool add_row(rows *r, arena *a, const char *alias, size_t kind, bool normalise)
{
    char text[256];

    if (normalise && !name_normalise(text, sizeof text, alias))
        return false;
    if (!array_reserve(&r->items, &r->capacity, r->count + 1, sizeof *r->items))
        return false;
    r->items[r->count++] = (row){ arena_strdup(a, normalise ? text : alias), kind };
    return !a->failed;
}

static bool generate(const node *root, const char *file, FILE *f, arena *a, thresh_diags *diags)
{
    const node *families = node_get(root, "families"), *kinds = node_get(root, "kinds");
    thresh_kind defaults[THRESH_FAMILIES] = { 0 };
    rows aliases = { 0 }, exact = { 0 };
    pool texts = { 0 };
    size_t count = 0;
    bool ok = families != NULL && kinds != NULL;

    for (const node *n = ok ? families->child : NULL; n != NULL; n = n->next) {
        thresh_kind k;
        if (family_read(&k, n, file, diags) == THRESH_OK)
            defaults[k.family] = k;
    }
    fprintf(f,
            "/* Made from %s by tools/mkcatalog.c. */\n#include \"metric/catalog.h\"\n\n"
            "const thresh_kind builtin_families[THRESH_FAMILIES] = {\n",
            "configs/metrics.yaml");
    for (int i = 0; i < THRESH_FAMILIES; i++) {
        defaults[i].family = (thresh_family)i;
        print_kind(f, &defaults[i]);
    }
    fputs("};\nconst thresh_kind builtin_kinds[] = {\n", f);
    for (const node *n = ok ? kinds->child : NULL; n != NULL; n = n->next, count++) {
        const node *list;
        thresh_kind k = { 0 };

        if (kind_read(&k, n, defaults, a, file, diags) != THRESH_OK)
            continue;
        print_kind(f, &k);
        ok &= add_row(&aliases, a, k.name, count, true);
        list = node_get(n, "aliases");
        for (const node *i = list ? list->child : NULL; i != NULL; i = i->next)
            ok &= add_row(&aliases, a, i->text, count, true);
        list = node_get(n, "exact");
        for (const node *i = list ? list->child : NULL; i != NULL; i = i->next)
            ok &= add_row(&exact, a, i->text, count, false);
    }
    fputs("};\nconst size_t builtin_kind_count = sizeof builtin_kinds / sizeof *builtin_kinds;\n",
          f);
    ok &= print_rows(f, "builtin_aliases", "builtin_alias_count", &aliases, &texts);
    ok &= print_rows(f, "builtin_exact", "builtin_exact_count", &exact, &texts);
    print_texts(f, &texts);
    ok &= !texts.failed;
    free(texts.bytes);
    free(aliases.items);
    free(exact.items);
    return ok && thresh_diags_errors(diags) == 0;
}

int main(int argc, char **argv)
{
    static char text[1 << 20];
    arena a = ARENA_INIT;
    thresh_diags *diags = thresh_diags_new();
    const node *root = NULL;
    bool ok = false;

    if (argc != 3)
        return 2;
    FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[2], "wb");
    if (in != NULL && out != NULL && diags != NULL) {
        size_t len = fread(text, 1, sizeof text, in);
        ok = len < sizeof text && yaml_read(&root, &a, text, len, argv[1], diags) == THRESH_OK
             && generate(root, argv[1], out, &a, diags);
    }
    for (size_t i = 0; i < thresh_diags_count(diags); i++) {
        const thresh_diag *d = thresh_diags_at(diags, i);
        fprintf(stderr, "%s:%u:%u: %s\n", d->file ? d->file : argv[1], (unsigned)d->line,
                (unsigned)d->column, d->text);
    }
    if (in != NULL)
        fclose(in);
    if (out != NULL && fclose(out) != 0)
        ok = false;
    if (!ok)
        remove(argv[2]);
    arena_free(&a);
    thresh_diags_free(diags);
    return ok ? 0 : 1;
}
