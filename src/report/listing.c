/* A table that is made row by row. */
#include "report/listing.h"

#include <stdlib.h>

void open_listing(listing *l, const thresh_text_options *options)
{
    *l = (listing){ .o = options, .w = { &l->arena, options->language } };
}

const char *listing_text(listing *l, const char *text)
{
    const char *out = text == NULL ? NULL : printable(&l->arena, text, l->o->ascii);

    return out != NULL ? out : "?";
}

void add_cell(listing *l, const char *text, const char *colour)
{
    if (!array_reserve(&l->cells, &l->capacity, l->count + 1, sizeof *l->cells)) {
        l->failed = true;
        return;
    }
    l->cells[l->count++] = (cell){ listing_text(l, text), l->o->colour ? colour : NULL };
}

thresh_status finish_listing(listing *l, const column *titled, size_t column_count, FILE *f)
{
    bool ok = !l->failed && !l->arena.failed;
    column columns[MAX_COLUMNS];

    for (size_t i = 0; i < column_count; i++) {
        columns[i] = titled[i];
        columns[i].title = word(&l->w, titled[i].title);
    }

    if (ok && l->count > 0)
        print_table(f, &l->arena,
                    &(table){ columns, column_count, l->cells, l->count / column_count,
                              LISTING_INDENT, (size_t)l->o->width, l->o->ascii,
                              l->o->colour ? "\033[2m" : "", l->o->colour ? "\033[0m" : "" });
    ok = ok && !l->arena.failed;
    free(l->cells);
    arena_free(&l->arena);
    return !ok ? THRESH_ENOMEM : ferror(f) ? THRESH_EIO : THRESH_OK;
}

const char *listing_path(listing *l, const char *scope, const char *name)
{
    return arena_printf(&l->arena, "%s%s%s", scope, scope[0] ? "/" : "", name);
}

const char *number_or_dash(listing *l, bool has, double value)
{
    char text[THRESH_NUMBER_MAX];

    return has ? arena_strdup(&l->arena, thresh_format_number(text, value)) : "-";
}
