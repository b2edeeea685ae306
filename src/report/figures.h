/* A document of any schema as a list of names and values. */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "base/tree.h"
#include "report/listing.h"

/* A leaf: "candidates[int8.json].score.value", and its value as a text. */
typedef struct figure {
    const char *name, *value;
} figure;

typedef struct figures {
    figure *list;
    size_t count, capacity;
} figures;

/* In the order of the document; texts lie in the arena. figures_free() is due whatever is returned.
 */
thresh_status figures_of(figures *out, arena *a, const thresh_document *document,
                         thresh_diags *diags);
void figures_free(figures *f);
void figures_sort(figures *f);
/* Of a list that is sorted; NULL: there is none. */
const figure *figures_find(const figures *sorted, const char *name);
/* Whether any of them has a name that begins so. */
bool figures_any(const figures *sorted, const char *name, size_t len);

#endif
