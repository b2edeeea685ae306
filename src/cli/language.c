/* The language of what is written: that of --lang, else that of the environment. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_TAG = 64 };

/* As gettext does it: a list of languages in LANGUAGE counts before the locale, unless that is C.
 */
static const thresh_language *language_of_environment(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    const char *locale = NULL, *list = getenv("LANGUAGE");

    for (size_t i = 0; i < sizeof names / sizeof *names && locale == NULL; i++) {
        locale = getenv(names[i]);
        if (locale != NULL && locale[0] == '\0')
            locale = NULL;
    }
    /* translations are UTF-8, and go nowhere else */
    if (locale == NULL || locale[0] == 'C' || strncmp(locale, "POSIX", 5) == 0 || !is_utf8_locale())
        return NULL;
    if (list == NULL || list[0] == '\0')
        return thresh_language_find(locale);
    for (const char *at = list; *at != '\0';) {
        size_t len = strcspn(at, ":");
        char tag[LONGEST_TAG] = "";

        if (len < sizeof tag)
            memcpy(tag, at, len);
        const thresh_language *found = thresh_language_find(tag);
        if (found != NULL || thresh_language_is_english(tag))
            return found;
        at += len + (at[len] == ':');
    }
    return NULL;
}

/* "--lang" and "--lang=TAG" */
static bool is_lang(const char *text)
{
    return strncmp(text, "--lang", 6) == 0 && (text[6] == '\0' || text[6] == '=');
}

static int unknown_language(const streams *io, const char *tag)
{
    char list[256] = "en", one[THRESH_TAG_MAX];
    const thresh_language *language;

    for (size_t i = 0; (language = thresh_language_at(i)) != NULL; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), ", %s",
                 thresh_language_tag(one, language));
    return complain(io, "--lang: no language '%s'; those there are: %s", tag, list);
}

int choose_language(streams *io, int argc, const char *const *argv)
{
    const char *tag = NULL;
    bool ascii = false;

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        ascii = ascii || strcmp(argv[i], "--ascii") == 0;
        if (is_lang(argv[i]))
            tag = argv[i][6] == '=' ? argv[i] + 7 : argv[i + 1];
    }
    io->language = ascii ? NULL : language_of_environment();
    if (tag == NULL)
        return EXIT_OK;
    if (thresh_language_is_english(tag))
        io->language = NULL;
    else if (thresh_language_find(tag) == NULL)
        return unknown_language(io, tag);
    else if (!ascii)
        io->language = thresh_language_find(tag);
    return EXIT_OK;
}

int skip_language(int argc, const char *const *argv)
{
    int at = 1;

    while (at < argc && is_lang(argv[at]))
        at += argv[at][6] == '=' ? 1 : 2;
    return at < argc ? at : argc;
}
