/* Sorting of the command line into options and positional arguments. */
#include "cli.h"

#include <math.h>
#include <string.h>

const value_set a_file = { .kind = VALUE_FILE }, a_named_file = { .kind = VALUE_NAMED_FILE },
                a_profile = { .kind = VALUE_PROFILE },
                a_tier = { .kind = VALUE_PROFILE, .axis = "tier" },
                a_layer = { .kind = VALUE_PROFILE, .axis = "layer" },
                a_group = { .kind = VALUE_PROFILE, .axis = "group" },
                a_format = { .kind = VALUE_FORMAT }, an_output = { .kind = VALUE_OUTPUT },
                a_page_output = { .kind = VALUE_OUTPUT,
                                  .words = (const char *const[]){ "text", "json", "markdown",
                                                                  "html", NULL } };

static const value_set colours = { .words =
                                       (const char *const[]){ "auto", "always", "never", NULL } };

const option common_options[] = {
    { "color", 0, "WHEN", &colours,
      N_("colour in the text report: auto (on a terminal, unless NO_COLOR is set), always or "
         "never") },
    { "lang", 0, "TAG", NULL,
      N_("language of reports, messages and help: en, or zh for Chinese; default: that of the "
         "locale (LC_ALL, LC_MESSAGES or LANG, and LANGUAGE)") },
    { "ascii", 0, NULL, NULL, N_("plain ASCII and English, whatever the locale says") },
    { "help", 'h', NULL, NULL, N_("show this help") },
    { NULL, 0, NULL, NULL, NULL },
};

static const option *find_option(const command *c, const char *name, size_t len, char letter)
{
    const option *const lists[] = { c->options, common_options };

    for (size_t l = 0; l < 2; l++)
        for (const option *o = lists[l]; o->name != NULL; o++)
            if (letter != 0 ? o->letter == letter
                            : strlen(o->name) == len && strncmp(o->name, name, len) == 0)
                return o;
    return NULL;
}

static bool unknown_option(const streams *io, const command *c, const char *text)
{
    const option *const lists[] = { c->options, common_options };
    const char *words[64], *near;
    char bare[64];
    size_t n = 0, len = strcspn(text, "=");

    for (size_t l = 0; l < 2; l++)
        for (const option *o = lists[l]; o->name != NULL && n < 63; o++)
            words[n++] = o->name;
    words[n] = NULL;
    if (len >= sizeof bare)
        len = sizeof bare - 1;
    memcpy(bare, text, len);
    bare[len] = '\0';
    near = strncmp(bare, "--", 2) == 0 ? thresh_nearest_word(bare + 2, words) : NULL;
    if (near != NULL)
        complain(io, "%s: unknown option '%s'; did you mean '--%s'?", c->name, bare, near);
    else
        complain(io, "%s: unknown option '%s'", c->name, bare);
    return false;
}

static bool check_choice(const streams *io, const command *c, const option *o, const char *value)
{
    const char *near, *word;
    char list[256] = "", hint[THRESH_HINT_MAX];

    if (o->values == NULL || o->values->kind != VALUE_WORDS)
        return true;
    for (size_t i = 0; (word = o->values->words[i]) != NULL; i++) {
        if (strcmp(word, value) == 0)
            return true;
        if (strlen(list) + strlen(word) + 3 < sizeof list) {
            strcat(list, i > 0 ? ", " : "");
            strcat(list, word);
        }
    }
    near = thresh_nearest_word(value, o->values->words);
    complain(io, "%s: --%s: found '%s', expected %s%s", c->name, o->name, value, list,
             thresh_hint(hint, near, io->language));
    return false;
}

bool parse_arguments(const streams *io, const command *c, int argc, const char *const *argv,
                     arguments *out, const char **positional, given_option *given)
{
    bool only_positional = false;

    *out = (arguments){ .command = c, .positional = positional, .given = given };
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i], *value = NULL;
        const option *o;

        if (only_positional || text[0] != '-' || text[1] == '\0') {
            positional[out->count++] = text;
            continue;
        }
        if (strcmp(text, "--") == 0) {
            only_positional = true;
            continue;
        }
        if (text[1] == '-') {
            size_t len = strcspn(text + 2, "=");
            o = find_option(c, text + 2, len, 0);
            value = text[2 + len] == '=' ? text + 3 + len : NULL;
        } else {
            o = find_option(c, NULL, 0, text[1]);
            value = text[2] != '\0' ? text + 2 : NULL;
        }
        if (o == NULL)
            return unknown_option(io, c, text);
        if (o->argument == NULL && value != NULL) {
            complain(io, "%s: --%s takes no value, found '%s'", c->name, o->name, value);
            return false;
        }
        if (o->argument != NULL && value == NULL) {
            if (i + 1 == argc) {
                complain(io, "%s: --%s needs a value: %s", c->name, o->name, o->argument);
                return false;
            }
            value = argv[++i];
        }
        if (value != NULL && !check_choice(io, c, o, value))
            return false;
        given[out->given_count].option = o;
        given[out->given_count++].value = value;
    }
    return true;
}

const char *option_at(const arguments *a, const char *name, size_t i)
{
    for (size_t g = 0; g < a->given_count; g++)
        if (strcmp(a->given[g].option->name, name) == 0 && i-- == 0)
            return a->given[g].value;
    return NULL;
}

const char *option_value(const arguments *a, const char *name)
{
    for (size_t g = a->given_count; g-- > 0;)
        if (strcmp(a->given[g].option->name, name) == 0)
            return a->given[g].value;
    return NULL;
}

bool whole_option(const arguments *a, const char *name, uint64_t least, uint64_t most,
                  uint64_t *out, thresh_diags *diags)
{
    const char *text = option_value(a, name);
    double value;

    if (text == NULL)
        return true;
    if (thresh_parse_number(&value, text, strlen(text)) && value >= (double)least
        && value <= (double)most && value == floor(value)) {
        *out = (uint64_t)value;
        return true;
    }
    if (least == 0 && most == MOST_WHOLE)
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "--%s: found '%s', expected a whole number", name, text);
    else
        thresh_diags_add(diags, THRESH_ERROR, NULL, 0, 0,
                         "--%s: found '%s', expected a whole number from %.0f to %.0f", name, text,
                         (double)least, (double)most);
    return false;
}

bool option_given(const arguments *a, const char *name)
{
    for (size_t g = 0; g < a->given_count; g++)
        if (strcmp(a->given[g].option->name, name) == 0)
            return true;
    return false;
}

static const action *unknown_action(const streams *io, const arguments *a)
{
    enum { MOST = 16 };
    const char *names[MOST + 1], *near;
    char list[256] = "", hint[THRESH_HINT_MAX];
    size_t n = 0;

    for (const action *x = a->command->actions; x->name != NULL && n < MOST; x++) {
        if (strlen(list) + strlen(x->name) + 3 < sizeof list)
            strcat(strcat(list, n > 0 ? ", " : ""), x->name);
        names[n++] = x->name;
    }
    names[n] = NULL;
    near = thresh_nearest_word(a->positional[0], names);
    complain(io, "%s: unknown action '%s'; expected %s%s", a->command->name, a->positional[0], list,
             thresh_hint(hint, near, io->language));
    return NULL;
}

const action *choose_action(const streams *io, const arguments *a)
{
    const action *x = a->command->actions;
    size_t given = a->count > 0 ? a->count - 1 : 0;

    while (x->name != NULL && a->count > 0 && strcmp(x->name, a->positional[0]) != 0)
        x++;
    if (x->name == NULL)
        return unknown_action(io, a);
    if (given >= x->least && given <= x->most)
        return x;
    complain(io,
             given == 1 ? N_("%s %s: expected %s, found %zu argument (thresh %s --help)")
                        : N_("%s %s: expected %s, found %zu arguments (thresh %s --help)"),
             a->command->name, x->name, thresh_translate(io->language, x->wanted), given,
             a->command->name);
    return NULL;
}
