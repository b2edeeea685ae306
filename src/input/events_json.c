/*
 * A line of JSON, read once from left to right. What a line may be is strict; what makes it fast is
 * that each line ends with '\n', which stops every loop, and that its keys are mostly those of the
 * line before, so that one comparison finds a field.
 */
#include "base/decimal.h"
#include "base/language.h"
#include "input/events.h"

#include <math.h>
#include <string.h>

#define EXPECTED_VALUE N_("expected a value, found %s")

/* One character of a number, a blank, or the end of a text each. */
static inline bool is_digit(char c)
{
    return (unsigned)(unsigned char)c - '0' < 10;
}

static inline const char *skip_space(const char *p)
{
    while (*p == ' ' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* --- texts --- */

static int hex_digit(char c)
{
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool read_hex(const char *p, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return false;
        *out = *out << 4 | (unsigned)digit;
    }
    return true;
}

/* From an opening quote to the closing one. */
static thresh_status scan_text(thresh_events *e, const char *p, const char **close, bool *escaped)
{
    unsigned code;

    *escaped = false;
    for (p++;; p++) {
        p = events_text_end(p, e->limit);
        if (*p == '"')
            break;
        if (*p != '\\')
            return events_refuse(e, p,
                                 *p == '\n' ? N_("expected the quote that ends a text, found %s")
                                            : N_("expected a text without control characters, "
                                                 "found %s"));
        *escaped = true;
        p++;
        if (memchr("\"\\/bfnrtu", *p, 9) == NULL)
            return events_refuse(e, p, N_("expected an escape of JSON, found %s"));
        if (*p == 'u') {
            if (!read_hex(p + 1, &code))
                return events_refuse(e, p, N_("expected four digits of base 16 behind %s"));
            p += 4;
        }
    }
    *close = p;
    return THRESH_OK;
}

static size_t put_utf8(char *to, unsigned code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xE0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3F));
        to[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 0x3F));
    to[2] = (char)(0x80 | (code >> 6 & 0x3F));
    to[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* \uXXXX, or two of them for what lies beyond; `*p` is at the u and moves to the last digit. */
static bool read_code(const char **p, unsigned *code)
{
    unsigned low;

    if (!read_hex(*p + 1, code) || *code == 0 || (*code >= 0xDC00 && *code < 0xE000))
        return false;
    *p += 4;
    if (*code < 0xD800 || *code >= 0xE000)
        return true;
    if ((*p)[1] != '\\' || (*p)[2] != 'u' || !read_hex(*p + 3, &low) || low < 0xDC00
        || low >= 0xE000)
        return false;
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    *p += 6;
    return true;
}

/* A text that was scanned, without its escapes; it never grows. */
static thresh_status unescape(thresh_events *e, const char **text, size_t *len)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char *to = events_row_text(&e->row, *len), *out = to;
    const char *p = *text, *end = p + *len;

    if (to == NULL)
        return THRESH_ENOMEM;
    for (; p < end; p++) {
        unsigned code;
        if (*p != '\\') {
            *out++ = *p;
        } else if (*++p != 'u') {
            *out++ = into[strchr(from, *p) - from];
        } else {
            const char *at = p - 1;
            if (!read_code(&p, &code))
                return events_refuse(
                    e, at, N_("a NUL or half a character, written as an escape, in a name"));
            out += put_utf8(out, code);
        }
    }
    *text = to;
    *len = (size_t)(out - to);
    e->row.texts_len += *len;
    return THRESH_OK;
}

/* --- numbers --- */

static const char *skip_digits(const char *p)
{
    while (is_digit(*p))
        p++;
    return p;
}

/* What decimal_read() did not take: a number that is none, or one that takes longer. */
static thresh_status read_hard_number(thresh_events *e, const char **at, double *out)
{
    const char *p = *at + (**at == '-');

    if (*p == '0' && is_digit(p[1]))
        return events_refuse(e, p, N_("a number that begins with %s and goes on"));
    if (!is_digit(*p))
        return events_refuse(e, p, N_("expected a digit, found %s"));
    p = skip_digits(p);
    if (*p == '.') {
        if (!is_digit(*++p))
            return events_refuse(e, p, N_("expected a digit, found %s"));
        p = skip_digits(p);
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '-' || *p == '+';
        if (!is_digit(*p))
            return events_refuse(e, p, N_("expected a digit, found %s"));
        p = skip_digits(p);
    }
    if (!thresh_parse_number(out, *at, (size_t)(p - *at)))
        return THRESH_ENOMEM;
    *at = p;
    return THRESH_OK;
}

/* `*at` moves behind it. */
static inline thresh_status read_number(thresh_events *e, const char **at, double *out)
{
    return decimal_read(at, e->limit, out) ? THRESH_OK : read_hard_number(e, at, out);
}

/* --- values --- */

static bool read_word(const char **at, const char *end, event_value *v)
{
    static const struct {
        const char *word;
        size_t len;
        value_type type;
        double number;
    } words[] = {
        { "true", 4, VALUE_NUMBER, 1 },  { "false", 5, VALUE_NUMBER, 0 },
        { "null", 4, VALUE_NULL, 0 },    { "NaN", 3, VALUE_NAN, 0 },
        { "Infinity", 8, VALUE_NAN, 0 }, { "-Infinity", 9, VALUE_NAN, 0 },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((size_t)(end - *at) >= words[i].len && memcmp(*at, words[i].word, words[i].len) == 0) {
            v->type = words[i].type;
            v->number = words[i].number;
            *at += words[i].len;
            return true;
        }
    return false;
}

/* A value that is no object and no list; `*p` moves behind it. */
static thresh_status read_value(thresh_events *e, const char **p, const char *end, event_value *v)
{
    const char *start = *p, *close;
    thresh_status rc = THRESH_OK;

    v->at = v->text = start;
    v->escaped = false;
    if (*start == '"') {
        v->type = VALUE_TEXT;
        rc = scan_text(e, start, &close, &v->escaped);
        if (rc != THRESH_OK)
            return rc;
        v->text = start + 1;
        v->len = (size_t)(close - v->text);
        *p = close + 1;
        return THRESH_OK;
    }
    if (is_digit(*start) || (*start == '-' && start[1] != 'I')) {
        rc = read_number(e, p, &v->number);
        v->type = rc == THRESH_OK && isinf(v->number) ? VALUE_NAN : VALUE_NUMBER;
    } else if (!read_word(p, end, v)) {
        return events_refuse(e, start, EXPECTED_VALUE);
    }
    v->len = (size_t)(*p - start);
    return rc;
}

/* Checks a value that nobody asked for, whatever it is. */
static thresh_status skip_value(thresh_events *e, const char **at, const char *end, size_t depth)
{
    const char *p = *at;
    bool object = *p == '{';
    char close = object ? '}' : ']';
    thresh_status rc;
    event_value v;

    if (*p != '{' && *p != '[')
        return read_value(e, at, end, &v);
    if (depth == EVENTS_DEPTH)
        return events_refuse(e, p, N_("nested more than 64 deep"));
    p = skip_space(p + 1);
    for (bool first = true; first ? *p != close : true; first = false) {
        if (object) {
            bool escaped;
            const char *quote;
            if (*p != '"')
                return events_refuse(e, p, N_("expected a key in quotes, found %s"));
            if ((rc = scan_text(e, p, &quote, &escaped)) != THRESH_OK)
                return rc;
            p = skip_space(quote + 1);
            if (*p != ':')
                return events_refuse(e, p, N_("expected ':', found %s"));
            p = skip_space(p + 1);
        }
        if ((rc = skip_value(e, &p, end, depth + 1)) != THRESH_OK)
            return rc;
        p = skip_space(p);
        if (*p == close)
            break;
        if (*p != ',')
            return events_refuse(e, p,
                                 object ? N_("expected ',' or '}', found %s")
                                        : N_("expected ',' or ']', found %s"));
        p = skip_space(p + 1);
    }
    *at = p + 1;
    return THRESH_OK;
}

/* --- keys --- */

/* The key behind the bracket or comma at `lead`, and its colon; `*at` is at the key, and moves to
 * behind them. Tells the field at this position of the next line as well. */
static thresh_status read_key(thresh_events *e, const char *lead, const char **at, uint32_t parent,
                              size_t position, uint32_t *field)
{
    const char *p = *at, *close, *name = p + 1;
    bool escaped;
    size_t len, above = parent == TOP_FIELD ? 0 : e->fields.items[parent].path_len + 1u;
    thresh_status rc;

    if (*p != '"')
        return events_refuse(e, p, N_("expected a key in quotes, found %s"));
    if ((rc = scan_text(e, p, &close, &escaped)) != THRESH_OK)
        return rc;
    len = (size_t)(close - name);
    if (escaped && (rc = unescape(e, &name, &len)) != THRESH_OK)
        return rc;
    if (above + len > EVENTS_NAME)
        return events_refuse(e, p, N_("a key of more than 1,024 bytes"));
    p = skip_space(close + 1);
    if (*p != ':')
        return events_refuse(e, p, N_("expected ':', found %s"));
    p = skip_space(p + 1);
    if ((rc = events_field(field, e, parent, name, len)) != THRESH_OK)
        return rc;
    events_guess(e, position, parent, *field, lead, (size_t)(p - lead));
    *at = p;
    return THRESH_OK;
}

/* --- the row --- */

/* What is in a field, but for an object: into the row. */
static inline thresh_status take_value(thresh_events *e, const char **p, const char *end,
                                       uint32_t field, size_t depth)
{
    const event_field *f = field == NO_FIELD ? NULL : &e->fields.items[field];
    const char *start = *p;
    double number;
    event_value v;
    thresh_status rc;

    if (f != NULL && events_is_plain(f) && is_digit(**p)) {
        /* most of what there is */
        if ((rc = read_number(e, p, &number)) != THRESH_OK)
            return rc;
        if (!isinf(number))
            return events_row_add(e, field, number);
        v = (event_value){ .type = VALUE_NAN, .at = start, .text = start, .len = 1 };
        return events_row_put(e, field, &v);
    }
    if (**p == '[' || **p == '{') {
        rc = skip_value(e, p, end, depth);
        v = (event_value){ .type = VALUE_LIST, .at = start, .text = start, .len = 1 };
    } else {
        rc = read_value(e, p, end, &v);
    }
    if (rc == THRESH_OK && v.escaped && f != NULL && !events_is_plain(f))
        rc = unescape(e, &v.text, &v.len);
    return rc == THRESH_OK ? events_row_put(e, field, &v) : rc;
}

/* An object inside of the row: its keys stand below its own. */
static thresh_status open_object(thresh_events *e, const char *p, uint32_t field, size_t depth)
{
    event_value v = { .type = VALUE_LIST, .at = p, .text = p, .len = 1 };

    if (depth == EVENTS_DEPTH)
        return events_refuse(e, p, N_("nested more than 64 deep"));
    return e->fields.items[field].is_number ? events_row_put(e, field, &v) : THRESH_OK;
}

static thresh_status refuse_again(thresh_events *e, const char *key, uint32_t field)
{
    e->counts.malformed++;
    events_complain(e, COMPLAIN_MALFORMED, e->counts.lines, key,
                    N_("the key '%s' is there already"), e->fields.items[field].path);
    return THRESH_EFORMAT;
}

thresh_status events_json_line(thresh_events *e, const char *text, size_t len)
{
    uint32_t parents[EVENTS_DEPTH], parent = TOP_FIELD, field;
    const char *end = text + len, *p = skip_space(text);
    size_t depth = 0, position = 0;
    bool first = true; /* nothing was read of the object yet */
    thresh_status rc;

    if (*p != '{')
        return events_refuse(e, p, N_("expected a JSON object on each line, found %s"));
    for (;;) {
        const char *lead = p;

        if ((rc = events_json_alike(e, &p, parent, &position)) != THRESH_OK)
            return rc;
        if (p == lead && (*(p = skip_space(p + 1)) != '}' || !first)) {
            const event_guess *g = events_guessed(e, lead, parent, position);
            const char *key = p;
            if (g != NULL) {
                field = g->field;
                p = skip_space(lead + g->len); /* this line may have more of it */
            } else if ((rc = read_key(e, lead, &p, parent, position, &field)) != THRESH_OK) {
                return rc;
            }
            position++;
            if (field != NO_FIELD && e->fields.items[field].line == e->counts.lines)
                return refuse_again(e, key, field);
            if (field != NO_FIELD)
                e->fields.items[field].line = e->counts.lines;
            first = *p == '{' && field != NO_FIELD;
            if (first) {
                if ((rc = open_object(e, p, field, depth)) != THRESH_OK)
                    return rc;
                parents[depth++] = parent;
                parent = field;
                continue;
            }
            if ((rc = take_value(e, &p, end, field, depth + 1)) != THRESH_OK)
                return rc;
        }
        first = false;
        p = skip_space(p);
        while (*p == '}' && depth > 0) {
            parent = parents[--depth];
            p = skip_space(p + 1);
        }
        if (*p == '}')
            break;
        if (*p != ',')
            return events_refuse(e, p, N_("expected ',' or '}', found %s"));
    }
    p = skip_space(p + 1);
    return p == end ? THRESH_OK : events_refuse(e, p, N_("expected the end of the line, found %s"));
}
