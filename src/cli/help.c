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

void each_line(FILE *f, const char *text, line_printer *print)
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
    fputs("\nOptions:\n", f);
    print_options(f, c->options);
    print_options(f, common_options);
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

static int run_help(const streams *io, const arguments *a)
{
    const char *page = option_value(a, "man"), *shell = option_value(a, "completion");
    const command *c;

    if (page != NULL)
        return print_man(io, page);
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

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static const option options[] = {
    { "man", 0, "PAGE", NULL, "print a manual page: thresh, or thresh-COMMAND" },
    { "completion", 0, "SHELL", shells, "print the completions for bash, zsh or fish" },
    { NULL, 0, NULL, NULL, NULL },
};

const command help_command = {
    .name = "help",
    .synopsis = "help [COMMAND]",
    .summary = "say more about a command",
    .description = "The same text as thresh COMMAND --help; also prints the manual pages and shell "
                   "completions.",
    .options = options,
    .least = 0,
    .most = 1,
    .wanted = "at most one COMMAND",
    .run = run_help,
};
