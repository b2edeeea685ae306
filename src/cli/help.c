/* Help, from the tables of commands and options. */
#include "cli.h"

#include <string.h>

enum { HELP_WIDTH = 80, OPTION_INDENT = 6 };

/* text[0, len) in lines of HELP_WIDTH. */
static void print_filled(FILE *f, const char *text, size_t len, int indent)
{
    fprintf(f, "%*s", indent, "");
    thresh_print_wrapped(f, text, len, (size_t)indent, (size_t)indent, HELP_WIDTH);
}

/* A text under what it explains. */
static void print_help(const streams *io, const char *text)
{
    text = thresh_translate(io->language, text);
    print_filled(io->out, text, strlen(text), OPTION_INDENT);
}

static void print_title(const streams *io, const char *title)
{
    fprintf(io->out, "\n%s\n", thresh_translate(io->language, title));
}

static void print_actions(const streams *io, const action *a)
{
    print_title(io, N_("Actions:"));
    for (; a->name != NULL; a++) {
        fprintf(io->out, "  %s\n", a->name);
        print_help(io, a->help);
    }
}

static void print_exits(const streams *io, const exit_code *e)
{
    print_title(io, N_("Exit codes:"));
    for (; e->meaning != NULL; e++)
        fprintf(io->out, "  %d  %s\n", e->code, thresh_translate(io->language, e->meaning));
}

static void print_examples(const streams *io, const example *e)
{
    print_title(io, N_("Examples:"));
    for (; e->line != NULL; e++) {
        fprintf(io->out, "  %s\n", e->line);
        print_help(io, e->help);
    }
}

static void print_options(const streams *io, const option *o)
{
    for (; o->name != NULL; o++) {
        fputs("  ", io->out);
        if (o->letter != 0)
            fprintf(io->out, "-%c, ", o->letter);
        fprintf(io->out, "--%s%s%s\n", o->name, o->argument != NULL ? " " : "",
                o->argument != NULL ? o->argument : "");
        print_help(io, o->help);
    }
}

typedef void line_printer(FILE *f, const char *text, size_t len);

static void each_line(FILE *f, const char *text, line_printer *print)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        print(f, text, len);
        text += len + (text[len] == '\n');
    }
}

static void print_paragraph(FILE *f, const char *text, size_t len)
{
    fputc('\n', f);
    print_filled(f, text, len, 0);
}

static void print_form(FILE *f, const char *text, size_t len)
{
    fprintf(f, "  thresh %.*s\n", (int)len, text);
}

void print_usage(const streams *io, const command *c)
{
    FILE *f = io->out;

    fprintf(f, thresh_translate(io->language, N_("thresh %s: %s\n\n")), c->name,
            thresh_translate(io->language, c->summary));
    each_line(f, c->synopsis, print_form);
    each_line(f, thresh_translate(io->language, c->description), print_paragraph);
    if (c->actions != NULL)
        print_actions(io, c->actions);
    print_title(io, N_("Options:"));
    print_options(io, c->options);
    print_options(io, common_options);
    print_exits(io, c->exits);
    print_examples(io, c->examples);
}

void print_overview(const streams *io, FILE *f)
{
    fprintf(f, "%s\n\n  thresh eval baseline.json compressed.json --profile search\n\n%s\n",
            thresh_translate(io->language,
                             N_("thresh: may this compressed model replace the original, here?")),
            thresh_translate(io->language, N_("Commands:")));
    for (size_t i = 0; commands[i] != NULL; i++)
        fprintf(f, "  %-10s %s\n", commands[i]->name,
                thresh_translate(io->language, commands[i]->summary));
    fprintf(f, "\n%s",
            thresh_translate(
                io->language,
                N_("thresh COMMAND --help says more; thresh --version prints the version.\n"
                   "Exit codes: 0 accept, 1 reject, 2 trouble, 3 review.\n")));
}

/* The documents of the program itself, each by an option. */

static int list_pages(const streams *io)
{
    manual_page page;

    for (size_t i = 0; manual_at(&page, i); i++)
        fprintf(io->out, "%s.%d\n", page.name, page.section);
    return EXIT_OK;
}

static int print_schema(const streams *io, const char *wanted)
{
    static const char ending[] = ".schema.json";
    const char *name, *text;
    char known[256] = "";
    size_t len;

    for (size_t i = 0; (name = thresh_schema_at(i, &text, &len)) != NULL; i++) {
        size_t bare = strlen(name) - strlen(ending);

        if (strncmp(name, wanted, bare) != 0
            || (wanted[bare] != '\0' && strcmp(wanted + bare, ending) != 0))
            continue;
        fwrite(text, 1, len, io->out);
        return EXIT_OK;
    }
    for (size_t i = 0; (name = thresh_schema_at(i, NULL, NULL)) != NULL; i++) {
        len = strlen(known);
        snprintf(known + len, sizeof known - len, "%s%.*s", i > 0 ? ", " : "",
                 (int)strcspn(name, "."), name);
    }
    return complain(io, "help: no schema '%s'; expected one of %s", wanted, known);
}

static int run_help(const streams *io, const arguments *a)
{
    const char *page = option_value(a, "man"), *shell = option_value(a, "completion"),
               *schema = option_value(a, "schema");
    const command *c;

    if (page != NULL)
        return print_man(io, page);
    if (option_given(a, "pages"))
        return list_pages(io);
    if (schema != NULL)
        return print_schema(io, schema);
    if (shell != NULL) {
        print_completion(io->out, shell);
        return EXIT_OK;
    }
    if (a->count == 0) {
        print_overview(io, io->out);
        return EXIT_OK;
    }
    if ((c = find_command(a->positional[0])) == NULL)
        return complain(io, "help: no command '%s' (thresh --help names them)", a->positional[0]);
    print_usage(io, c);
    return EXIT_OK;
}

static const value_set a_command = { .kind = VALUE_COMMAND }, a_page = { .kind = VALUE_PAGE },
                       a_schema = { .kind = VALUE_SCHEMA },
                       shells = { .words = (const char *const[]){ "bash", "zsh", "fish", NULL } };

static const option options[] = {
    { "man", 0, "PAGE", &a_page, N_("print a manual page, such as thresh-eval or thresh-profile") },
    { "pages", 0, NULL, NULL, N_("list the manual pages") },
    { "completion", 0, "SHELL", &shells, N_("print the completions for bash, zsh or fish") },
    { "schema", 0, "NAME", &a_schema,
      N_("print a JSON Schema, by which an editor checks and completes what is written, such as "
         "profile-v1") },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, N_("printed") },
    { EXIT_TROUBLE, N_("trouble: usage, or nothing of that name") },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh help eval", N_("What eval does, and its options.") },
    { "thresh help --man thresh-profile | man -l -",
      N_("The manual page, where it is not installed.") },
    { "source <(thresh help --completion bash)",
      N_("Completions for this shell, where they are not installed.") },
    { "thresh help --schema profile-v1 > profile-v1.schema.json",
      N_("The schema of profiles, for an editor.") },
    { NULL, NULL },
};

const command help_command = {
    .name = "help",
    .synopsis = "help [COMMAND]\nhelp --man PAGE\nhelp --pages\nhelp --completion SHELL\n"
                "help --schema NAME",
    .summary = N_("say more about a command"),
    .description =
        N_("The same text as thresh COMMAND --help. The program carries its manual pages, its "
           "completions and the schemas of its files with it, and prints them too."),
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = 1,
    .wanted = N_("at most one COMMAND"),
    .arguments = &a_command,
    .run = run_help,
};
