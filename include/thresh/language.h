/**
 * @file language.h
 * Words in the reader's language, and sentences that can be said in another one than they were made
 * in. English is what the code and the verdict document are written in; every other language is a
 * catalog of translations that is part of the library.
 */
#ifndef THRESH_LANGUAGE_H
#define THRESH_LANGUAGE_H

#include <thresh/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A catalog of translations: constant data of the library. NULL stands for English everywhere. */
typedef struct thresh_language thresh_language;

/** Longest tag of a language, its NUL included. */
#define THRESH_TAG_MAX 16

/**
 * Finds a language by its tag, as `LANG` and `--lang` write it ("zh", "zh_CN.UTF-8", "zh-Hans").
 * @return NULL for English, and for a language there is no catalog of
 */
THRESH_API const thresh_language *thresh_language_find(const char *tag);
/** @return whether the tag means English: "en", "en_GB.UTF-8", "C", "POSIX", "C.UTF-8". */
THRESH_API bool thresh_language_is_english(const char *tag);
/** @return language `i` of those there is a catalog of, or NULL behind the last. */
THRESH_API const thresh_language *thresh_language_at(size_t i);
/** Writes the tag of a language, as HTML has it ("zh-CN", "en"), cut where it does not fit. @return
 * `out` */
THRESH_API const char *thresh_language_tag(char out[THRESH_TAG_MAX],
                                           const thresh_language *language);
/** @return the translation of `text`, or `text` itself where the language has none. Never fails. */
THRESH_API const char *thresh_translate(const thresh_language *language, const char *text);

/** The language that messages added from now on are written in; their formats are translated. */
THRESH_API void thresh_diags_set_language(thresh_diags *diags, const thresh_language *language);
/** @return the language of a list, NULL for English; `diags` may be NULL. */
THRESH_API const thresh_language *thresh_diags_language(const thresh_diags *diags);

/** Longest text that thresh_hint() writes, its NUL included. */
#define THRESH_HINT_MAX 256
/**
 * Writes what a message about an unknown word ends with: "; did you mean 'search'?", or "" where
 * `near` is NULL. @return `out`
 */
THRESH_API const char *thresh_hint(char out[THRESH_HINT_MAX], const char *near,
                                   const thresh_language *language);

/**
 * A sentence that is not yet text: a template in English, in which each `%s` stands for the next
 * part. A literal (a name, a number, an id) is never translated, and has no parts.
 */
typedef struct thresh_phrase {
    const char *text; /**< NULL: memory ran out while it was made */
    bool literal;
    const struct thresh_phrase *parts; /**< as many as `text` has `%s` */
    size_t part_count;
} thresh_phrase;

/**
 * Writes the sentence into out[0, size), cut where it does not fit, always terminated.
 * @return the length of the whole sentence without its NUL, whether it fitted or not
 */
THRESH_API size_t thresh_phrase_text(char *out, size_t size, const thresh_phrase *phrase,
                                     const thresh_language *language);

#ifdef __cplusplus
}
#endif
#endif
