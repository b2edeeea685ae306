/* Columns, wrapping and widths for the text report. */
#include "report/table.h"
#include "thresh/report.h"

#include <string.h>
#include <utf8proc.h>

static int32_t next_character(const char **p)
{
    utf8proc_int32_t code;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)*p, -1, &code);

    if (n <= 0) {
        (*p)++;
        return -1;
    }
    *p += n;
    return code;
}

static size_t width_of(int32_t code)
{
    int w = code < 0 ? 1 : utf8proc_charwidth(code);

    return w < 0 ? 0 : (size_t)w;
}

static size_t width_up_to(const char *text, const char *end)
{
    size_t width = 0;

    while (text < end)
        width += width_of(next_character(&text));
    return width;
}

size_t cell_width(const char *text)
{
    return width_up_to(text, text + strlen(text));
}

/* What moves the cursor, turns the text round or does not show at all. */
static bool is_harmful(int32_t code)
{
    utf8proc_category_t c;

    if (code < 0)
        return true;
    c = utf8proc_category(code);
    return c == UTF8PROC_CATEGORY_CC || c == UTF8PROC_CATEGORY_CF || c == UTF8PROC_CATEGORY_ZL
           || c == UTF8PROC_CATEGORY_ZP || c == UTF8PROC_CATEGORY_CS || c == UTF8PROC_CATEGORY_CN;
}

const char *printable(arena *a, const char *text, bool ascii)
{
    enum { LONGEST_ESCAPE = 10 };
    const char *p = text;
    char *out, *to;
    bool fine = true;

    while (*p != '\0') {
        int32_t code = next_character(&p);
        fine = fine && !is_harmful(code) && !(ascii && code >= 0x80);
    }
    if (fine)
        return arena_strdup(a, text);
    if ((to = out = arena_alloc(a, strlen(text) * LONGEST_ESCAPE + 1)) == NULL)
        return NULL;
    for (p = text; *p != '\0';) {
        const char *start = p;
        int32_t code = next_character(&p);
        if (is_harmful(code)) {
            *to++ = '?';
        } else if (ascii && code >= 0x80) {
            to += snprintf(to, LONGEST_ESCAPE + 1, code > 0xFFFF ? "\\U%08X" : "\\u%04X",
                           (unsigned)code);
        } else {
            memcpy(to, start, (size_t)(p - start));
            to += p - start;
        }
    }
    *to = '\0';
    return out;
}

/* Cells of a unit that has to stay on the line of the number before it. */
static size_t next_unit(const char *text)
{
    return strncmp(text, " %", 2) == 0 ? 3 : strncmp(text, " pp", 3) == 0 ? 4 : 0;
}

/* Chinese has no spaces between words: a line may end beside any of its characters, but not before
 * what ends a clause, nor behind what opens one. A plain quote may be either. */
static bool may_break(int32_t before, int32_t behind)
{
    utf8proc_category_t b, c;

    if (before < 0 || behind < 0 || (width_of(before) < 2 && width_of(behind) < 2))
        return false;
    b = utf8proc_category(before);
    c = utf8proc_category(behind);
    return c != UTF8PROC_CATEGORY_PO && c != UTF8PROC_CATEGORY_PE && c != UTF8PROC_CATEGORY_PF
           && b != UTF8PROC_CATEGORY_PS && b != UTF8PROC_CATEGORY_PI && before != '\''
           && before != '"';
}

/* To where a line may end next. */
static const char *end_of_piece(const char *text, const char *end, size_t *cells)
{
    const char *p = text;
    int32_t before = next_character(&p);

    *cells = width_of(before);
    while (p < end && *p != ' ') {
        const char *behind = p;
        int32_t code = next_character(&behind);

        if (may_break(before, code))
            break;
        *cells += width_of(code);
        before = code;
        p = behind;
    }
    return p < end ? p : end;
}

void thresh_print_wrapped(FILE *f, const char *text, size_t len, size_t start, size_t indent,
                          size_t width)
{
    const char *end = text + len;
    size_t at = start, cells;
    bool first = true;

    while (text < end) {
        size_t spaces = strspn(text, " ");
        const char *piece = text + spaces, *behind;

        if (piece >= end)
            break;
        behind = end_of_piece(piece, end, &cells);
        /* "95 %" and "1.2 pp" stay together */
        bool unit = spaces > 0 && (piece[0] == '%' || strncmp(piece, "pp", 2) == 0);
        bool space = spaces > 0 && !first;

        if (width > 0 && !first && at + space + cells + next_unit(behind) > width && !unit) {
            fprintf(f, "\n%*s", (int)indent, "");
            at = indent;
        } else if (space) {
            fputc(' ', f);
            at++;
        }
        fwrite(piece, 1, (size_t)(behind - piece), f);
        at += cells;
        first = false;
        text = behind;
    }
    fputc('\n', f);
}

void print_wrapped(FILE *f, const char *text, size_t start, size_t indent, size_t width)
{
    thresh_print_wrapped(f, text, strlen(text), start, indent, width);
}

/* "a/very/long/name" → "a/very…name": both ends tell most. */
static const char *shortened(arena *a, const char *text, size_t width, bool ascii)
{
    const char *dots = ascii ? ".." : "\xE2\x80\xA6";
    size_t dot_cells = ascii ? 2 : 1, head, tail_cells = 0;
    const char *p = text, *tail = text + strlen(text);

    if (cell_width(text) <= width || width < dot_cells + 2)
        return text;
    head = (width - dot_cells) / 2;
    for (size_t cells = 0; *p != '\0';) {
        const char *before = p;
        cells += width_of(next_character(&p));
        if (cells > head) {
            p = before;
            break;
        }
    }
    while (tail > p) {
        const char *back = tail - 1;
        while (back > p && ((unsigned char)*back & 0xC0) == 0x80)
            back--;
        const char *end = back;
        size_t w = width_of(next_character(&end));
        if (tail_cells + w > width - dot_cells - head)
            break;
        tail_cells += w;
        tail = back;
    }
    const char *out = arena_printf(a, "%.*s%s%s", (int)(p - text), text, dots, tail);
    return out != NULL ? out : text;
}

/* The end of the first line of a name that is set in lines of `width` cells: before a blank or
 * behind what parts a name, unless that leaves the line nearly empty. */
static const char *end_of_line(const char *name, size_t width)
{
    const char *p = name, *parted = NULL;
    size_t cells = 0;

    while (*p != '\0') {
        const char *behind = p;
        int32_t code = next_character(&behind);

        cells += width_of(code);
        if (cells > width && p > name)
            return code == ' ' ? p : parted != NULL ? parted : p;
        if (code > 0 && code < 0x80 && strchr(" /_-=,:@", code) != NULL && cells > width / 3)
            parted = code == ' ' ? p : behind;
        p = behind;
    }
    return p;
}

static void print_cell(FILE *f, const table *t, const char *text, const char *end,
                       const char *colour, size_t width, bool right, bool last)
{
    size_t cells = width_up_to(text, end), pad = width > cells ? width - cells : 0;

    if (right)
        fprintf(f, "%*s", (int)pad, "");
    fprintf(f, "%s%.*s%s", colour != NULL ? colour : "", (int)(end - text), text,
            colour != NULL ? t->reset : "");
    if (!right && !last)
        fprintf(f, "%*s", (int)pad, "");
    if (!last)
        fputs("  ", f);
}

static size_t total_width(const table *t, const size_t *widths, const bool *shown)
{
    size_t total = t->indent;

    for (size_t c = 0; c < t->column_count; c++)
        if (shown[c])
            total += widths[c] + 2;
    return total - 2;
}

static void fit(const table *t, size_t *widths, bool *shown)
{
    enum { LEAST_NAME = 12 };

    while (t->width > 0 && total_width(t, widths, shown) > t->width) {
        size_t over = total_width(t, widths, shown) - t->width, drop = 0;

        /* a few cells less of the name cost less than a column */
        if (widths[0] > over && widths[0] - over >= LEAST_NAME * 2) {
            widths[0] -= over;
            return;
        }
        for (size_t c = 1; c < t->column_count; c++)
            if (shown[c] && t->columns[c].drop > t->columns[drop].drop)
                drop = c;
        if (drop == 0) {
            widths[0] = widths[0] > over + LEAST_NAME ? widths[0] - over
                        : LEAST_NAME < widths[0]      ? LEAST_NAME
                                                      : widths[0];
            return;
        }
        if (widths[0] > over && widths[0] - over >= LEAST_NAME && t->columns[drop].drop <= 2) {
            widths[0] -= over;
            return;
        }
        shown[drop] = false;
    }
}

/* What did not fit on the first line of a name, below it; of much text the middle is left out. */
static void print_rest(FILE *f, arena *a, const table *t, const char *rest, const char *colour,
                       size_t width)
{
    enum { MOST_LINES = 5, HANGING = 2 };

    for (size_t line = 1; *(rest += strspn(rest, " ")) != '\0'; line++) {
        const char *text =
            line == MOST_LINES ? shortened(a, rest, width - HANGING, t->ascii) : rest;
        const char *end = end_of_line(text, width - HANGING);

        fprintf(f, "%*s%s%.*s%s\n", (int)(t->indent + HANGING), "", colour, (int)(end - text), text,
                *colour != '\0' ? t->reset : "");
        if (line == MOST_LINES)
            return;
        rest = end;
    }
}

static void print_row(FILE *f, arena *a, const table *t, const char *const *texts,
                      const char *const *colours, const size_t *widths, const bool *shown)
{
    const char *rest = end_of_line(texts[0], widths[0]);
    size_t last = t->column_count - 1;

    while (!shown[last])
        last--;
    fprintf(f, "%*s", (int)t->indent, "");
    for (size_t c = 0; c <= last; c++)
        if (shown[c])
            print_cell(f, t, texts[c], c == 0 ? rest : texts[c] + strlen(texts[c]), colours[c],
                       widths[c], t->columns[c].right, c == last);
    fputc('\n', f);
    print_rest(f, a, t, rest, colours[0] != NULL ? colours[0] : "", widths[0]);
}

void print_table(FILE *f, arena *a, const table *t)
{
    size_t widths[MAX_COLUMNS] = { 0 };
    const char *texts[MAX_COLUMNS], *colours[MAX_COLUMNS];
    bool shown[MAX_COLUMNS];

    for (size_t c = 0; c < t->column_count; c++) {
        shown[c] = true;
        widths[c] = cell_width(t->columns[c].title);
        for (size_t r = 0; r < t->rows; r++) {
            size_t w = cell_width(t->cells[r * t->column_count + c].text);
            if (w > widths[c])
                widths[c] = w;
        }
    }
    fit(t, widths, shown);
    for (size_t r = 0; r <= t->rows; r++) {
        for (size_t c = 0; c < t->column_count; c++) {
            const cell *at = r == 0 ? NULL : &t->cells[(r - 1) * t->column_count + c];
            texts[c] = at == NULL ? t->columns[c].title : at->text;
            colours[c] = at == NULL ? t->dim : at->colour;
        }
        print_row(f, a, t, texts, colours, widths, shown);
    }
}
