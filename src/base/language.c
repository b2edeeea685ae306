/* Sentences in a language. */
#include "base/language.h"

#include <string.h>
#include <strings.h>

bool thresh_language_is_english(const char *tag)
{
    static const char *const english[] = { "C", "POSIX", "en" };

    for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
        size_t len = strlen(english[i]);
        if (strncasecmp(tag, english[i], len) == 0 && strchr("_-.@", tag[len]) != NULL)
            return true;
    }
    return false;
}

const thresh_language *thresh_language_find(const char *tag)
{
    (void)tag;
    return NULL;
}

const char *thresh_translate(const thresh_language *language, const char *text)
{
    (void)language;
    return text;
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
