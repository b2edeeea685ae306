/* Inside of the catalog: rows made at build time from configs/metrics.yaml, and reading of kinds.
 */
#ifndef METRIC_CATALOG_H
#define METRIC_CATALOG_H

#include "base/tree.h"
#include "thresh/metric.h"

/* Places and not pointers: these rows are many, and a start would have to relocate each of them. */
typedef struct builtin_alias {
    uint32_t text; /* where the alias begins in builtin_texts */
    uint32_t kind; /* of builtin_kinds */
} builtin_alias;

/* Made by tools/mkcatalog. Both alias lists are sorted by strcmp. */
extern const thresh_kind builtin_families[THRESH_FAMILIES]; /* defaults of each family */
extern const thresh_kind builtin_kinds[];
extern const size_t builtin_kind_count;
extern const char builtin_texts[];
extern const builtin_alias builtin_aliases[]; /* normalised */
extern const size_t builtin_alias_count;
extern const builtin_alias builtin_exact[]; /* as written */
extern const size_t builtin_exact_count;

/* Lower case, with '-', ' ' and '.' as '_'. Cuts at `size` - 1 bytes and then returns false. */
bool name_normalise(char *out, size_t size, const char *name);

/* Cuts the unit of a normalised name: "latency_p99_ms" → "latency_p99", "ms"; NULL: it has none. */
const char *name_cut_unit(char *name);

/* The family of that name, or THRESH_FAMILIES. */
thresh_family family_find(const char *name);

/* "2%", "<1pp", "0.02", "3 points", "20ms", 0.5; NULL when read, else what was expected. */
const char *limit_read(thresh_limit *out, const node *n);

/* The keys of a kind. */
extern const thresh_key kind_keys[];
extern const size_t kind_key_count;

/* Reads one entry of `kinds:`; `families` holds each family's defaults. Texts go to the arena. */
thresh_status kind_read(thresh_kind *out, const node *n, const thresh_kind *families, arena *a,
                        const char *file, thresh_diags *diags);
/* Reads one entry of the catalog's `families:`. */
thresh_status family_read(thresh_kind *out, const node *n, const char *file, thresh_diags *diags);

/* Adds the kinds of a profile; a kind of a known name replaces it. */
thresh_status catalog_add_kinds(thresh_catalog *catalog, const node *kinds, const char *file,
                                thresh_diags *diags);
/* Adds the aliases of a profile, a map from what a file calls something to the name of a kind. They
 * win over those of the catalog. */
thresh_status catalog_add_aliases(thresh_catalog *catalog, const node *aliases, const char *file,
                                  thresh_diags *diags);

/* Did a profile add kinds or aliases? */
bool catalog_is_extended(const thresh_catalog *catalog);

#endif
