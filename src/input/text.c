/* Lines and fields, for the formats that are plain text. */
#include "base/language.h"
#include "input/reader.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

bool next_line(const input *in, size_t *at, line *out)
{
    const char *start = in->text + *at, *end;

    if (*at >= in->len)
        return false;
    end = memchr(start, '\n', in->len - *at);
    out->text = start;
    out->len = end == NULL ? in->len - *at : (size_t)(end - start);
    out->number++;
    *at += out->len + (end != NULL);
    if (out->len > 0 && out->text[out->len - 1] == '\r')
        out->len--;
    return true;
}

static inline uint64_t eight_bytes(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
    return word;
}

/* How much of a text is ASCII: most of what is read is, all of it. */
static size_t ascii_length(const char *text, size_t len)
{
    const uint64_t highest = 0x8080808080808080u;
    size_t i = 0;

    for (; len - i >= 32; i += 32) {
        const char *p = text + i;
        if (((eight_bytes(p) | eight_bytes(p + 8) | eight_bytes(p + 16) | eight_bytes(p + 24))
             & highest)
            != 0)
            break;
    }
    while (len - i >= 8 && (eight_bytes(text + i) & highest) == 0)
        i += 8;
    while (i < len && (unsigned char)text[i] < 0x80)
        i++;
    return i;
}

bool is_utf8(const char *text, size_t len, size_t *at)
{
    size_t i = 0;

    while ((i += ascii_length(text + i, len - i)) < len) {
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i,
                                              (utf8proc_ssize_t)(len - i), &code);
        if (n <= 0) {
            *at = i;
            return false;
        }
        i += (size_t)n;
    }
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

bool next_full_line(const input *in, size_t *at, line *out)
{
    while (next_line(in, at, out))
        for (size_t i = 0; i < out->len; i++)
            if (!is_space(out->text[i]))
                return true;
    return false;
}

size_t split_fields(const line *l, field *out, size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < l->len && count < most;) {
        size_t start = i;
        if (is_space(l->text[i])) {
            i++;
            continue;
        }
        while (i < l->len && !is_space(l->text[i]))
            i++;
        out[count++] = (field){ l->text + start, i - start };
    }
    return count;
}

size_t split_csv(arena *a, const line *l, char delimiter, const char **cells, size_t most)
{
    size_t count = 0, at = 0;

    while (at <= l->len && count < most) {
        while (at < l->len && is_space(l->text[at]))
            at++;
        char *out = arena_alloc(a, l->len - at + 1), *to = out;
        bool quoted = at < l->len && l->text[at] == '"', was_quoted = quoted;

        if (out == NULL)
            return count;
        for (at += quoted; at < l->len && (quoted || l->text[at] != delimiter); at++)
            if (!was_quoted || (quoted && l->text[at] != '"'))
                *to++ = l->text[at];
            else if (quoted && at + 1 < l->len && l->text[at + 1] == '"')
                *to++ = l->text[at++]; /* two stand for one */
            else
                quoted = false;
        while (!was_quoted && to > out && is_space(to[-1]))
            to--;
        *to = '\0';
        cells[count++] = out;
        at++;
    }
    return count;
}

bool line_contains(const line *l, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + len <= l->len; i++)
        if (memcmp(l->text + i, text, len) == 0)
            return true;
    return false;
}

bool field_is(field f, const char *text)
{
    return strlen(text) == f.len && memcmp(f.text, text, f.len) == 0;
}

bool field_number(field f, double *out)
{
    return thresh_parse_number(out, f.text, f.len);
}

field trimmed(field f)
{
    while (f.len > 0 && is_space(f.text[0])) {
        f.text++;
        f.len--;
    }
    while (f.len > 0 && is_space(f.text[f.len - 1]))
        f.len--;
    return f;
}

thresh_status add_measured(const input *in, thresh_set *set, const thresh_metric *m)
{
    thresh_metric copy = *m;

    if (!isfinite(copy.value)) {
        copy.state = THRESH_VALUE_NAN;
        copy.text = isnan(copy.value) ? "NaN" : copy.value > 0 ? "Infinity" : "-Infinity";
    }
    return add_metric(in, set, &copy);
}

thresh_status add_field(const input *in, thresh_set *set, arena *a, const char *scope,
                        const char *name, field value, uint32_t line_number)
{
    field f = trimmed(value);
    node n = { .type = NODE_TEXT, .text = arena_strndup(a, f.text, f.len), .line = line_number };
    thresh_metric m = { .scope = scope, .name = name };

    if (n.text == NULL)
        return THRESH_ENOMEM;
    metric_from_node(&m, &n);
    return add_metric(in, set, &m);
}

thresh_status text_fault(const input *in, uint32_t line_number, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, diag_text(in->diags, format), args);
    va_end(args);
    thresh_diags_add(in->diags, THRESH_ERROR, in->path, line_number, 0, "%s", text);
    return THRESH_EFORMAT;
}
