/* Help, from the tables of commands and options. */
#include "cli.h"

#include <string.h>

enum { HELP_WIDTH = 80, OPTION_INDENT = 6 };

/* Words of text[0, len) in lines of HELP_WIDTH. */
static void print_filled(FILE *f, const char *text, size_t len, int indent)
{
    int at = 0;

    for (size_t i = 0; i < len;) {
        size_t word = strcspn(text + i, " \n");

        if (word > len - i)
            word = len - i;
        if (at > 0 && at + 1 + (int)word > HELP_WIDTH) {
            fputc('\n', f);
            at = 0;
        }
        at += fprintf(f, "%*s%.*s", at == 0 ? indent : 1, "", (int)word, text + i);
        i += word;
        while (i < len && text[i] == ' ')
            i++;
    }
    fputc('\n', f);
}

static void print_actions(FILE *f, const action *a)
{
    fputs("\nActions:\n", f);
    for (; a->name != NULL; a++) {
        fprintf(f, "  %s\n", a->name);
        print_filled(f, a->help, strlen(a->help), OPTION_INDENT);
    }
}

static void print_exits(FILE *f, const exit_code *e)
{
    fputs("\nExit codes:\n", f);
    for (; e->meaning != NULL; e++)
        fprintf(f, "  %d  %s\n", e->code, e->meaning);
}

static void print_examples(FILE *f, const example *e)
{
    fputs("\nExamples:\n", f);
    for (; e->line != NULL; e++) {
        fprintf(f, "  %s\n", e->line);
        print_filled(f, e->help, strlen(e->help), OPTION_INDENT);
    }
}

static void print_options(FILE *f, const option *o)
{
    for (; o->name != NULL; o++) {
        fprintf(f, "  ");
        if (o->letter != 0)
            fprintf(f, "-%c, ", o->letter);
        fprintf(f, "--%s%s%s\n", o->name, o->argument != NULL ? " " : "",
                o->argument != NULL ? o->argument : "");
        print_filled(f, o->help, strlen(o->help), OPTION_INDENT);
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

void print_usage(FILE *f, const command *c)
{
    fprintf(f, "thresh %s: %s\n\n", c->name, c->summary);
    each_line(f, c->synopsis, print_form);
    each_line(f, c->description, print_paragraph);
    if (c->actions != NULL)
        print_actions(f, c->actions);
    fputs("\nOptions:\n", f);
    print_options(f, c->options);
    print_options(f, common_options);
    print_exits(f, c->exits);
    print_examples(f, c->examples);
}

void print_overview(FILE *f)
{
    fputs("thresh: may this compressed model replace the original, here?\n\n"
          "  thresh eval baseline.json compressed.json --profile search\n\n"
          "Commands:\n",
          f);
    for (size_t i = 0; commands[i] != NULL; i++)
        fprintf(f, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\nthresh COMMAND --help says more; thresh --version prints the version.\n"
          "Exit codes: 0 accept, 1 reject, 2 trouble, 3 review.\n",
          f);
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
    size_t len;

    for (size_t i = 0; (name = thresh_schema_at(i, &text, &len)) != NULL; i++) {
        size_t bare = strlen(name) - strlen(ending);

        if (strncmp(name, wanted, bare) != 0
            || (wanted[bare] != '\0' && strcmp(wanted + bare, ending) != 0))
            continue;
        fwrite(text, 1, len, io->out);
        return EXIT_OK;
    }
    return complain(
        io, "help: no schema '%s'; expected profile-v1, catalog-v1, result-v1 or roi-result-v1",
        wanted);
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
        print_overview(io->out);
        return EXIT_OK;
    }
    if ((c = find_command(a->positional[0])) == NULL)
        return complain(io, "help: no command '%s' (thresh --help names them)", a->positional[0]);
    print_usage(io->out, c);
    return EXIT_OK;
}

static const value_set a_command = { .kind = VALUE_COMMAND }, a_page = { .kind = VALUE_PAGE },
                       a_schema = { .kind = VALUE_SCHEMA },
                       shells = { .words = (const char *const[]){ "bash", "zsh", "fish", NULL } };

static const option options[] = {
    { "man", 0, "PAGE", &a_page, "print a manual page, such as thresh-eval or thresh-profile" },
    { "pages", 0, NULL, NULL, "list the manual pages" },
    { "completion", 0, "SHELL", &shells, "print the completions for bash, zsh or fish" },
    { "schema", 0, "NAME", &a_schema,
      "print a JSON Schema, by which an editor checks and completes what is written: profile-v1, "
      "catalog-v1, result-v1 or roi-result-v1" },
    { NULL, 0, NULL, NULL, NULL },
};

static const exit_code exits[] = {
    { EXIT_OK, "printed" },
    { EXIT_TROUBLE, "trouble: usage, or nothing of that name" },
    { 0, NULL },
};

static const example examples[] = {
    { "thresh help eval", "What eval does, and its options." },
    { "thresh help --man thresh-profile | man -l -",
      "The manual page, where it is not installed." },
    { "source <(thresh help --completion bash)",
      "Completions for this shell, where they are not installed." },
    { "thresh help --schema profile-v1 > profile-v1.schema.json",
      "The schema of profiles, for an editor." },
    { NULL, NULL },
};

const command help_command = {
    .name = "help",
    .synopsis = "help [COMMAND]\nhelp --man PAGE\nhelp --pages\nhelp --completion SHELL\n"
                "help --schema NAME",
    .summary = "say more about a command",
    .description = "The same text as thresh COMMAND --help. The program carries its manual pages, "
                   "its completions and the schemas of its files with it, and prints them too.",
    .options = options,
    .exits = exits,
    .examples = examples,
    .least = 0,
    .most = 1,
    .wanted = "at most one COMMAND",
    .arguments = &a_command,
    .run = run_help,
};
