/* Making of phrases, and what marks a text for the catalog of translations. */
#ifndef BASE_LANGUAGE_H
#define BASE_LANGUAGE_H

#include "base/arena.h"
#include "thresh/language.h"

/* A catalog of translations as msgfmt writes it, made from po/ and embedded by tools/mkembed. */
struct thresh_language {
    const char *file; /* "zh_CN.mo" */
    const char *data;
    size_t len;
};
extern const thresh_language builtin_languages[];
extern const size_t builtin_languages_count;

/* Marks a text that is translated where it is shown, for xgettext. */
#define N_(text) text

/*
 * A phrase of a template and a part for each of its %s, copied into the arena:
 *     SAY(a, "%s worse (%s to %s)", change, before, after)
 * Its text is NULL when memory ran out; a part that has none is shown as "?".
 */
#define SAY(a, format, ...)                                                                        \
    phrase_make(a, format, (const thresh_phrase[]){ __VA_ARGS__ },                                 \
                sizeof((const thresh_phrase[]){ __VA_ARGS__ }) / sizeof(thresh_phrase))
#define SAID(format) ((thresh_phrase){ .text = (format) })
thresh_phrase phrase_make(arena *a, const char *format, const thresh_phrase *parts, size_t count);

/* A name or a number; the text has to live as long as the phrase. */
thresh_phrase phrase_word(const char *text);
/* The same, of no more than `most` bytes. */
thresh_phrase phrase_clipped(arena *a, const char *text, size_t most);
thresh_phrase phrase_count(arena *a, size_t n);

/* A text in the language of the messages, to stand in one of them. */
const char *diag_text(const thresh_diags *diags, const char *text);

/* The sentence as a text of the arena; NULL when memory ran out. */
const char *phrase_said(arena *a, const thresh_phrase *p, const thresh_language *language);

#endif
