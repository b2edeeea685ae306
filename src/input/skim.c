/*
 * Logs of samples are long texts with a few numbers between them. Only the members of the outer
 * object are told apart; a text is passed over from quote to quote by memchr, which is several
 * times faster than any parser that looks at each byte (measured: tests/bench/samples).
 */
#include "input/skim.h"

#include <string.h>

enum { MAX_DEPTH = 200 };

static bool fail(skim *s, size_t at, const char *what)
{
    s->at = at;
    s->fault = what;
    return false;
}

static void skip_space(skim *s)
{
    while (s->at < s->len
           && (s->text[s->at] == ' ' || s->text[s->at] == '\t' || s->text[s->at] == '\r'))
        s->at++;
}

void skim_open(skim *s, const char *text, size_t len)
{
    *s = (skim){ .text = text, .len = len };
    while (s->len > 0 && strchr(" \t\r", s->text[s->len - 1]) != NULL)
        s->len--;
}

/* A quote behind an odd number of backslashes does not end its text. */
static bool is_escaped(const char *text, size_t start, size_t quote)
{
    size_t i = quote;

    while (i > start && text[i - 1] == '\\')
        i--;
    return (quote - i) % 2 == 1;
}

/* From an opening quote to behind the closing one. */
static bool skip_text(skim *s)
{
    size_t start = s->at + 1, at = start;

    for (;;) {
        const char *quote = at < s->len ? memchr(s->text + at, '"', s->len - at) : NULL;
        if (quote == NULL)
            return fail(s, start - 1, "the line ends inside the text that begins here");
        at = (size_t)(quote - s->text) + 1;
        if (!is_escaped(s->text, start, at - 1))
            break;
    }
    s->at = at;
    return true;
}

static bool skip_nested(skim *s)
{
    char open[MAX_DEPTH];
    size_t depth = 0, start = s->at;

    do {
        char c = s->at < s->len ? s->text[s->at] : '\0';

        if (s->at >= s->len)
            return fail(s, start, "the line ends before the bracket that opens here is closed");
        if (c == '"') {
            if (!skip_text(s))
                return false;
            continue;
        }
        if (c == '{' || c == '[') {
            if (depth == MAX_DEPTH)
                return fail(s, s->at, "nested more than 200 deep");
            open[depth++] = c;
        } else if (c == '}' || c == ']') {
            if (open[depth - 1] != (c == '}' ? '{' : '['))
                return fail(s, s->at, "this bracket closes another kind");
            depth--;
        }
        s->at++;
    } while (depth > 0);
    return true;
}

static bool read_word(skim *s, skim_value *out)
{
    static const struct {
        const char *word;
        skim_type type;
    } words[] = {
        { "true", SKIM_TRUE },  { "false", SKIM_FALSE },     { "null", SKIM_NULL },
        { "NaN", SKIM_NUMBER }, { "Infinity", SKIM_NUMBER }, { "-Infinity", SKIM_NUMBER }
    };
    size_t start = s->at;

    while (s->at < s->len && strchr(" \t,]}:\"{[", s->text[s->at]) == NULL)
        s->at++;
    out->text = s->text + start;
    out->len = s->at - start;
    out->type = SKIM_NUMBER;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == out->len && memcmp(words[i].word, out->text, out->len) == 0) {
            out->type = words[i].type;
            return true;
        }
    if (out->len == 0 || strchr("-0123456789", out->text[0]) == NULL)
        return fail(s, start, "expected a value");
    return true;
}

static bool read_value(skim *s, skim_value *out)
{
    size_t start;

    skip_space(s);
    start = s->at;
    if (start >= s->len)
        return fail(s, start, "the line ends where a value was expected");
    out->escaped = false;
    switch (s->text[start]) {
    case '"':
        if (!skip_text(s))
            return false;
        *out = (skim_value){ SKIM_TEXT, false, s->text + start + 1, s->at - start - 2 };
        out->escaped = memchr(out->text, '\\', out->len) != NULL;
        return true;
    case '{':
    case '[':
        if (!skip_nested(s))
            return false;
        *out = (skim_value){ s->text[start] == '{' ? SKIM_MAP : SKIM_LIST, false, s->text + start,
                             s->at - start };
        return true;
    default:
        return read_word(s, out);
    }
}

bool skim_next(skim *s, skim_value *key, skim_value *value)
{
    bool first = !s->begun;

    skip_space(s);
    if (first) {
        if (s->at >= s->len || s->text[s->at] != '{')
            return fail(s, s->at, "expected a JSON object on each line");
        s->at++;
        s->begun = true;
        skip_space(s);
    }
    if (s->at >= s->len)
        return fail(s, s->at, "the line ends before its object is closed");
    if (s->text[s->at] == '}') {
        if (++s->at < s->len)
            fail(s, s->at, "text behind the end of the object");
        return false;
    }
    if (!first) {
        if (s->text[s->at] != ',')
            return fail(s, s->at, "expected ',' or '}'");
        s->at++;
        skip_space(s);
    }
    if (s->at >= s->len || s->text[s->at] != '"')
        return fail(s, s->at, "expected a key in quotes");
    if (!read_value(s, key))
        return false;
    skip_space(s);
    if (s->at >= s->len || s->text[s->at] != ':')
        return fail(s, s->at, "expected ':'");
    s->at++;
    return read_value(s, value);
}
