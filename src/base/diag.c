/* The list of messages that a reader, a profile or the judge collects for its caller. */
#include "base/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* More of one severity than this help nobody; the rest are counted, not kept. Each severity has its
 * own, so that no error is lost behind many warnings. */
enum { MAX_DIAGS = 50, SEVERITIES = 3 };

struct thresh_diags {
    arena arena;
    thresh_diag *items;
    size_t count, capacity, errors, kept[SEVERITIES];
    const thresh_language *language;
};

thresh_diags *thresh_diags_new(void)
{
    return calloc(1, sizeof(thresh_diags));
}

void thresh_diags_free(thresh_diags *diags)
{
    if (diags == NULL)
        return;
    arena_free(&diags->arena);
    free(diags->items);
    free(diags);
}

void thresh_diags_set_language(thresh_diags *diags, const thresh_language *language)
{
    if (diags != NULL)
        diags->language = language;
}

const thresh_language *thresh_diags_language(const thresh_diags *diags)
{
    return diags == NULL ? NULL : diags->language;
}

const char *diag_text(const thresh_diags *diags, const char *text)
{
    return thresh_translate(thresh_diags_language(diags), text);
}

size_t thresh_diags_count(const thresh_diags *diags)
{
    return diags == NULL ? 0 : diags->count;
}

const thresh_diag *thresh_diags_at(const thresh_diags *diags, size_t i)
{
    return &diags->items[i];
}

size_t thresh_diags_errors(const thresh_diags *diags)
{
    return diags == NULL ? 0 : diags->errors;
}

void thresh_diags_add(thresh_diags *diags, thresh_severity severity, const char *file,
                      uint32_t line, uint32_t column, const char *format, ...)
{
    char text[2048];
    va_list args;

    if (diags == NULL)
        return;
    if (severity == THRESH_ERROR)
        diags->errors++;
    if (diags->kept[severity] == MAX_DIAGS)
        return;
    if (!array_reserve(&diags->items, &diags->capacity, diags->count + 1, sizeof *diags->items)) {
        diags->errors++;
        return;
    }
    va_start(args, format);
    vsnprintf(text, sizeof text, thresh_translate(diags->language, format), args);
    va_end(args);

    thresh_diag d = { severity, NULL, line, column, arena_strdup(&diags->arena, text) };
    if (file != NULL)
        d.file = arena_strdup(&diags->arena, file);
    if (d.text != NULL) {
        diags->items[diags->count++] = d;
        diags->kept[severity]++;
    }
    if (diags->arena.failed)
        diags->errors++;
}

void thresh_diags_append(thresh_diags *diags, const thresh_diags *from)
{
    size_t told = 0;

    for (size_t i = 0; i < thresh_diags_count(from); i++) {
        const thresh_diag *d = thresh_diags_at(from, i);
        told += d->severity == THRESH_ERROR;
        thresh_diags_add(diags, d->severity, d->file, d->line, d->column, "%s", d->text);
    }
    if (diags != NULL && from != NULL)
        diags->errors += from->errors - told; /* those that got lost there are lost here too */
}
