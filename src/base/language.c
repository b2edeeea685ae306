/* Sentences in a language: the catalogs that gettext's msgfmt writes, read without its library,
 * which would ask the environment and need the locale to be installed. */
#include "base/language.h"

#include <stdio.h>
#include <string.h>

static char folded(char c)
{
    return c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is text[0, len) the beginning of the tag, and does a subtag, or the tag, end there? */
static bool begins_with(const char *tag, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (folded(tag[i]) != folded(text[i]))
            return false;
    return strchr("_-.@", tag[len]) != NULL;
}

bool thresh_language_is_english(const char *tag)
{
    static const char *const english[] = { "C", "POSIX", "en" };

    for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
        if (begins_with(tag, english[i], strlen(english[i])))
            return true;
    }
    return false;
}

const thresh_language *thresh_language_find(const char *tag)
{
    /* who reads the one reads the other, though the territories differ */
    static const struct {
        const char *tag, *of;
    } same[] = { { "zh_Hans", "zh_CN" }, { "zh_SG", "zh_CN" } };

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (begins_with(tag, same[i].tag, strlen(same[i].tag)))
            tag = same[i].of;
    for (size_t i = 0; i < builtin_languages_count; i++) {
        const char *file = builtin_languages[i].file;
        size_t language = strcspn(file, "_."), whole = strcspn(file, ".");

        /* "zh" alone is any Chinese, "zh_TW" another than "zh_CN" */
        if (begins_with(tag, file, whole)
            || (begins_with(tag, file, language) && folded(tag[language]) != '_'))
            return &builtin_languages[i];
    }
    return NULL;
}

const thresh_language *thresh_language_at(size_t i)
{
    return i < builtin_languages_count ? &builtin_languages[i] : NULL;
}

const char *thresh_language_tag(char out[THRESH_TAG_MAX], const thresh_language *language)
{
    const char *file = language == NULL ? "en" : language->file;
    size_t len = strcspn(file, ".");

    snprintf(out, THRESH_TAG_MAX, "%.*s", (int)len, file);
    for (char *p = out; *p != '\0'; p++)
        if (*p == '_')
            *p = '-';
    return out;
}

/* Numbers of a catalog: little-endian, wherever they lie. */
static uint32_t number_at(const thresh_language *l, uint32_t at)
{
    const unsigned char *p = (const unsigned char *)l->data + at;

    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The header of a catalog, and a row of its two tables: {length, place}, sorted by the original. */
enum { COUNT_AT = 8, ORIGINALS_AT = 12, TRANSLATIONS_AT = 16, ROW = 8, PLACE = 4 };

static const char *text_of(const thresh_language *l, uint32_t table_at, uint32_t row)
{
    return l->data + number_at(l, number_at(l, table_at) + row * ROW + PLACE);
}

const char *thresh_translate(const thresh_language *language, const char *text)
{
    uint32_t low = 0, high = language == NULL ? 0 : number_at(language, COUNT_AT);

    if (text[0] == '\0') /* the header's key */
        return text;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(text, text_of(language, ORIGINALS_AT, middle));

        if (order == 0)
            return text_of(language, TRANSLATIONS_AT, middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return text;
}

const char *thresh_hint(char out[THRESH_HINT_MAX], const char *near,
                        const thresh_language *language)
{
    thresh_phrase part = { .text = near, .literal = true };
    thresh_phrase hint = { N_("; did you mean '%s'?"), false, &part, 1 };

    out[0] = '\0';
    if (near != NULL)
        thresh_phrase_text(out, THRESH_HINT_MAX, &hint, language);
    return out;
}

typedef struct writer {
    char *out;
    size_t size, len;
} writer;

static void put(writer *w, const char *text, size_t len)
{
    if (w->len < w->size) {
        size_t room = w->size - w->len;
        memcpy(w->out + w->len, text, len < room ? len : room);
    }
    w->len += len;
}

/* A translation may name its parts by their place, "%2$s before %1$s". */
static const thresh_phrase *next_part(const thresh_phrase *p, const char **at, size_t *next)
{
    const char *s = *at + 1;
    size_t place = 0;

    while (*s >= '0' && *s <= '9' && place < 100)
        place = place * 10 + (size_t)(*s++ - '0');
    if (place > 0 && *s == '$')
        s++;
    else
        place = ++*next;
    if (*s != 's' || place > p->part_count)
        return NULL;
    *at = s + 1;
    return &p->parts[place - 1];
}

static void put_phrase(writer *w, const thresh_phrase *p, const thresh_language *language)
{
    const char *text = p->text == NULL ? "?" : p->text;
    size_t next = 0;

    if (p->literal) {
        put(w, text, strlen(text));
        return;
    }
    text = thresh_translate(language, text);
    while (*text != '\0') {
        size_t len = strcspn(text, "%");
        const thresh_phrase *part;

        put(w, text, len);
        text += len;
        if (*text == '\0')
            break;
        if (text[1] == '%') {
            put(w, "%", 1);
            text += 2;
        } else if ((part = next_part(p, &text, &next)) != NULL) {
            put_phrase(w, part, language);
        } else {
            put(w, text++, 1);
        }
    }
}

size_t thresh_phrase_text(char *out, size_t size, const thresh_phrase *phrase,
                          const thresh_language *language)
{
    writer w = { out, size, 0 };

    put_phrase(&w, phrase, language);
    if (size > 0)
        out[w.len < size ? w.len : size - 1] = '\0';
    return w.len;
}

thresh_phrase phrase_make(arena *a, const char *format, const thresh_phrase *parts, size_t count)
{
    thresh_phrase p = { format, false, NULL, count };
    thresh_phrase *copy;

    if (count == 0)
        return p;
    if ((copy = arena_alloc(a, count * sizeof *copy)) == NULL)
        return (thresh_phrase){ 0 };
    memcpy(copy, parts, count * sizeof *copy);
    p.parts = copy;
    return p;
}

thresh_phrase phrase_word(const char *text)
{
    return (thresh_phrase){ .text = text, .literal = true };
}

thresh_phrase phrase_clipped(arena *a, const char *text, size_t most)
{
    if (strlen(text) <= most)
        return phrase_word(text);
    while (most > 0 && ((unsigned char)text[most] & 0xC0) == 0x80)
        most--;
    return phrase_word(arena_strndup(a, text, most));
}

thresh_phrase phrase_count(arena *a, size_t n)
{
    return phrase_word(arena_printf(a, "%zu", n));
}

const char *phrase_said(arena *a, const thresh_phrase *p, const thresh_language *language)
{
    size_t len = thresh_phrase_text(NULL, 0, p, language);
    char *out = p->text == NULL ? NULL : arena_alloc(a, len + 1);

    if (out != NULL)
        thresh_phrase_text(out, len + 1, p, language);
    return out;
}
