/* Texts that come from files, made inert. */
#include "report/escape.h"

#include "thresh/base.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

static const char replacement[] = "\xEF\xBF\xBD";

/* Length of the valid sequence that `text` begins with, 0 when there is none. */
static size_t sequence(const char *text, int32_t *code)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n;

    if ((unsigned char)*text < 0x80) {
        *code = *text;
        return 1;
    }
    n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
    *code = n > 0 ? c : -1;
    return n > 0 ? (size_t)n : 0;
}

void put_xml(FILE *f, const char *text)
{
    static const char *const escapes[0x80] = {
        ['&'] = "&amp;", ['<'] = "&lt;",   ['>'] = "&gt;",   ['"'] = "&quot;",
        ['\t'] = "&#9;", ['\n'] = "&#10;", ['\r'] = "&#13;",
    };

    while (*text != '\0') {
        int32_t code;
        size_t n = sequence(text, &code);

        if (n == 1 && escapes[code] != NULL)
            fputs(escapes[code], f);
        else if (n == 0 || code < 0x20 || code == 0xFFFE || code == 0xFFFF)
            fputs(replacement, f);
        else
            fwrite(text, 1, n, f);
        text += n > 0 ? n : 1;
    }
}

/* Most of a text stands in JSON as it is; what comes behind that. */
static const char *put_plain_json(FILE *f, const char *text)
{
    size_t n = 0;

    while (text[n] >= 0x20 && text[n] < 0x7F && text[n] != '"' && text[n] != '\\')
        n++;
    fwrite(text, 1, n, f);
    return text + n;
}

void put_json(FILE *f, const char *text)
{
    static const char *const escapes[0x80] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
        ['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t",
    };

    fputc('"', f);
    while (*(text = put_plain_json(f, text)) != '\0') {
        int32_t code;
        size_t n = sequence(text, &code);

        if (n == 1 && escapes[code] != NULL)
            fputs(escapes[code], f);
        else if (n == 0)
            fputs(replacement, f);
        /* YAML 1.1 breaks lines at three characters that JSON takes as they are */
        else if (code < 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0x2028 || code == 0x2029
                 || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF)
            fprintf(f, "\\u%04X", (unsigned)code);
        else
            fwrite(text, 1, n, f);
        text += n > 0 ? n : 1;
    }
    fputc('"', f);
}

void put_json_number(FILE *f, double value)
{
    char text[THRESH_NUMBER_MAX];

    fputs(isfinite(value) ? thresh_format_number(text, value) : "null", f);
}

void put_uri_path(FILE *f, const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

    for (; *path != '\0'; path++)
        fprintf(f, strchr(plain, *path) != NULL ? "%c" : "%%%02X", (unsigned char)*path);
}
