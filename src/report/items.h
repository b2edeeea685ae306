/* What reports for test runners and scanners list one by one: each metric, each reason of the whole
 * that no metric shows, and the verdict itself where none of these is as bad. So a list never looks
 * better than its verdict. */
#ifndef REPORT_ITEMS_H
#define REPORT_ITEMS_H

#include "report/words.h"

typedef struct item {
    thresh_verdict verdict;
    const thresh_judged *metric; /* NULL: of the whole */
    const char *scope, *name;
    const char *code; /* slug of the reason that decided; "verdict" of the verdict itself */
    size_t whole;     /* of a reason of the whole: which */
} item;

typedef struct items {
    const thresh_result *result;
    size_t *lone; /* reasons of the whole that no metric shows */
    size_t lone_count;
    size_t count;
    size_t counts[THRESH_REJECT + 1];
    bool skip_reviews; /* the verdict is a review that passes: reviews are not failures */
} items;

/* Free with items_free(), whatever is returned. */
thresh_status items_init(items *out, const thresh_result *r);
void items_free(items *list);
item items_at(const items *list, size_t i);

/* How many reasons the item has (at least one), and each as a sentence. */
unsigned item_reasons(const item *it);
const char *item_words(const words *w, const items *list, const item *it, unsigned i);
/* All of them. */
const char *item_sentences(const words *w, const items *list, const item *it,
                           const char *separator);

#endif
