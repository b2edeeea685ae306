/* The one place where numbers become text and text becomes numbers, independent of the locale. */
#include "base/decimal.h"
#include "thresh/base.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef THRESH_VERSION
#error "THRESH_VERSION comes from the build"
#endif

const char *thresh_version(void)
{
    return THRESH_VERSION;
}

static void swap_point(char *text, char from, char to)
{
    char *p = strchr(text, from);

    if (p != NULL)
        *p = to;
}

/* The process may run under a locale that writes 0,5; its decimal point may be a single byte only.
 */
static char locale_point(void)
{
    const char *p = localeconv()->decimal_point;

    return p != NULL && p[0] != '\0' && p[1] == '\0' ? p[0] : '.';
}

static double to_double(char *text)
{
    char point = locale_point();

    if (point != '.')
        swap_point(text, '.', point);
    return strtod(text, NULL);
}

const char *thresh_format_number(char out[THRESH_NUMBER_MAX], double value)
{
    if (isnan(value))
        return strcpy(out, "NaN");
    if (isinf(value))
        return strcpy(out, value > 0 ? "Infinity" : "-Infinity");
    if (value == 0)
        return strcpy(out, "0");
    /* counts are many, and need no search for the digits that tell them from their neighbours */
    if (fabs(value) < 1e15 && value == trunc(value)) {
        snprintf(out, THRESH_NUMBER_MAX, "%lld", (long long)value);
        return out;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, THRESH_NUMBER_MAX, "%.*g", digits, value);
        if (digits == 17 || strtod(out, NULL) == value)
            break;
    }
    char point = locale_point();
    if (point != '.')
        swap_point(out, point, '.');
    return out;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool thresh_parse_number(double *out, const char *text, size_t len)
{
    static const struct {
        const char *text;
        double value;
    } words[] = { { "NaN", NAN },           { "nan", NAN },
                  { "Infinity", INFINITY }, { "-Infinity", -INFINITY },
                  { "inf", INFINITY },      { "-inf", -INFINITY },
                  { "Inf", INFINITY },      { "-Inf", -INFINITY },
                  { ".nan", NAN },          { ".NaN", NAN },
                  { ".inf", INFINITY },     { "-.inf", -INFINITY } };
    size_t i = 0, digits = 0, fraction = 0, seen;
    uint64_t mantissa = 0;
    bool negative = false, exponent = false;

    if (i < len && (text[i] == '-' || text[i] == '+'))
        negative = text[i++] == '-';
    /* a number begins with a digit, a word never: few inputs need the look-up */
    for (size_t w = 0; i < len && !is_digit(text[i]) && w < sizeof words / sizeof *words; w++)
        if (strlen(words[w].text) == len && memcmp(words[w].text, text, len) == 0) {
            *out = words[w].value;
            return true;
        }
    size_t first = i;
    for (; i < len && is_digit(text[i]); i++) {
        mantissa = digits < 19 ? mantissa * 10 + (uint64_t)(text[i] - '0') : mantissa;
        digits += mantissa > 0; /* noughts at the head need no room */
    }
    seen = i - first;
    if (i < len && text[i] == '.')
        for (i++; i < len && is_digit(text[i]); i++, fraction++) {
            mantissa = digits < 19 ? mantissa * 10 + (uint64_t)(text[i] - '0') : mantissa;
            digits += mantissa > 0;
        }
    if (seen + fraction == 0)
        return false;
    if (i < len && (text[i] == 'e' || text[i] == 'E')) {
        exponent = true;
        i++;
        if (i < len && (text[i] == '-' || text[i] == '+'))
            i++;
        if (i >= len || !is_digit(text[i]))
            return false;
        while (i < len && is_digit(text[i]))
            i++;
    }
    if (i != len)
        return false;
    double exact;
    if (!exponent && digits <= 19 && fraction <= 27
        && decimal_to_double(&exact, mantissa, -(int)fraction)) {
        *out = negative ? -exact : exact;
        return true;
    }
    char small[128], *copy = len < sizeof small ? small : malloc(len + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    *out = to_double(copy);
    if (copy != small)
        free(copy);
    return true;
}

/* The first `count` of eight bytes, the first one lowest. */
static uint64_t first_bytes(uint64_t value, size_t count)
{
    return count < 8 ? value & ((1ull << (8 * count)) - 1) : value;
}

void decimal_shape_of(decimal_shape *s, const char *text, const char *end)
{
    static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7 };
    size_t length = (size_t)(end - text), whole = 0, part;

    s->length = 0;
    if (length > 9)
        return;
    while (whole < length && is_digit(text[whole]))
        whole++;
    part = whole < length ? length - whole - 1 : 0;
    if (whole == 0 || whole + part > 8 || (whole < length && text[whole] != '.'))
        return;
    for (size_t i = 1; i <= part; i++)
        if (!is_digit(text[whole + i]))
            return;
    *s = (decimal_shape){ .length = (uint32_t)length,
                          .behind = (uint32_t)whole + 1,
                          .move = (uint8_t)(8 * (8 - whole - part)),
                          .move_behind = (uint8_t)(part > 0 ? 8 * (8 - part) : 0),
                          .first = whole > 1 ? 0x80 : 0,
                          .pattern = first_bytes(DECIMAL_NOUGHTS, whole),
                          .mask = first_bytes(UINT64_MAX, whole + (part > 0)),
                          .mask_behind = first_bytes(UINT64_MAX, part),
                          .add = DECIMAL_OVER_NINE,
                          .scale = powers[part] };
    if (part > 0) { /* no other byte becomes 0, which alone stays below 0x80 with 0x7F more */
        s->pattern |= (uint64_t)'.' << (8 * whole);
        s->add |= (uint64_t)0x7F << (8 * whole);
    }
}
