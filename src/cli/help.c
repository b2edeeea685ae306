/* Help, manual pages and completions, all from the tables of commands and options. */
#include "cli.h"

#include <string.h>

enum { HELP_WIDTH = 80, OPTION_INDENT = 6 };

/* text[0, len) in lines of HELP_WIDTH. */
static void print_filled(FILE *f, const char *text, size_t len, int indent)
{
    fprintf(f, "%*s", indent, "");
    thresh_print_wrapped(f, text, len, (size_t)indent, (size_t)indent, HELP_WIDTH);
}

static void print_options(const streams *io, const option *o)
{
    FILE *f = io->out;

    for (; o->name != NULL; o++) {
        const char *help = thresh_translate(io->language, o->help);

        fprintf(f, "  ");
        if (o->letter != 0)
            fprintf(f, "-%c, ", o->letter);
        fprintf(f, "--%s%s%s\n", o->name, o->argument != NULL ? " " : "",
                o->argument != NULL ? o->argument : "");
        print_filled(f, help, strlen(help), OPTION_INDENT);
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

    fprintf(f, thresh_translate(io->language, N_("thresh %s: %s")), c->name,
            thresh_translate(io->language, c->summary));
    fputs("\n\n", f);
    each_line(f, c->synopsis, print_form);
    each_line(f, thresh_translate(io->language, c->description), print_paragraph);
    fprintf(f, "\n%s\n", thresh_translate(io->language, N_("Options:")));
    print_options(io, c->options);
    print_options(io, common_options);
}

void print_overview(const streams *io, FILE *f)
{
    static const char *const after[] = {
        N_("thresh COMMAND --help says more; thresh --version prints the version."),
        N_("Exit codes: 0 accept, 1 reject, 2 trouble, 3 review."),
    };

    fprintf(f, "%s\n\n  thresh eval baseline.json compressed.json --profile search\n\n%s\n",
            thresh_translate(io->language,
                             N_("thresh: may this compressed model replace the original, here?")),
            thresh_translate(io->language, N_("Commands:")));
    for (size_t i = 0; commands[i] != NULL; i++)
        fprintf(f, "  %-10s %s\n", commands[i]->name,
                thresh_translate(io->language, commands[i]->summary));
    fputc('\n', f);
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        fprintf(f, "%s\n", thresh_translate(io->language, after[i]));
}

/* --- manual pages --- */

static void put_roff(FILE *f, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '-' || text[i] == '\\')
            fputc('\\', f);
        if ((text[i] == '.' || text[i] == '\'') && i == 0)
            fputs("\\&", f);
        fputc(text[i], f);
    }
}

static void roff_form(FILE *f, const char *text, size_t len)
{
    fputs(".B thresh\n", f);
    put_roff(f, text, len);
    fputs("\n.br\n", f);
}

static void roff_paragraph(FILE *f, const char *text, size_t len)
{
    fputs(".PP\n", f);
    put_roff(f, text, len);
    fputc('\n', f);
}

static void roff_options(FILE *f, const option *o)
{
    for (; o->name != NULL; o++) {
        fputs(".TP\n.B ", f);
        if (o->letter != 0)
            fprintf(f, "\\-%c, ", o->letter);
        fputs("\\-\\-", f);
        put_roff(f, o->name, strlen(o->name));
        fprintf(f, "%s%s\n", o->argument != NULL ? " " : "",
                o->argument != NULL ? o->argument : "");
        put_roff(f, o->help, strlen(o->help));
        fputc('\n', f);
    }
}

static void roff_exit_codes(FILE *f)
{
    fputs(".SH EXIT STATUS\n.TP\n.B 0\naccept, with or without warnings\n.TP\n.B "
          "1\nreject\n.TP\n.B 2\n"
          "trouble: usage, unreadable or malformed input, nothing that could be judged\n.TP\n.B "
          "3\nreview: the data cannot decide\n"
          ".SH ENVIRONMENT\n.TP\n.B THRESH_PROFILE_PATH\nfolders of profiles, separated by "
          "colons\n.TP\n.B NO_COLOR\n"
          "no colour, whatever the terminal\n.TP\n.B COLUMNS\nwidth of the report\n",
          f);
}

static int print_man(const streams *io, const char *page)
{
    FILE *f = io->out;
    const command *c = strncmp(page, "thresh-", 7) == 0 ? find_command(page + 7) : NULL;

    if (c == NULL && strcmp(page, "thresh") != 0)
        return complain(io, "help: no manual page '%s'", page);
    fprintf(f, ".TH %s 1 \"\" \"thresh %s\" \"User Commands\"\n.SH NAME\n", page, thresh_version());
    if (c == NULL) {
        fputs("thresh \\- may this compressed model replace the original, here?\n.SH SYNOPSIS\n.B "
              "thresh\n"
              "COMMAND [ARGUMENTS]\n.SH DESCRIPTION\nthresh compares the evaluation results of an "
              "original model and a "
              "compressed one, applies the limits of the scenario that the model will serve, and "
              "says accept, review or "
              "reject, with the reason for every metric and the strength of the evidence.\n.SH "
              "COMMANDS\n",
              f);
        for (size_t i = 0; commands[i] != NULL; i++)
            fprintf(f, ".TP\n.BR thresh\\-%s (1)\n%s\n", commands[i]->name, commands[i]->summary);
        roff_exit_codes(f);
        return EXIT_OK;
    }
    fprintf(f, "thresh\\-%s \\- %s\n.SH SYNOPSIS\n", c->name, c->summary);
    each_line(f, c->synopsis, roff_form);
    fputs(".SH DESCRIPTION\n", f);
    each_line(f, c->description, roff_paragraph);
    fputs(".SH OPTIONS\n", f);
    roff_options(f, c->options);
    roff_options(f, common_options);
    roff_exit_codes(f);
    fputs(".SH SEE ALSO\n.BR thresh (1)\n", f);
    return EXIT_OK;
}

/* --- completions --- */

static void put_quoted(FILE *f, const char *text)
{
    fputc('\'', f);
    for (; *text != '\0'; text++)
        if (*text == '\'')
            fputs("'\\''", f);
        else
            fputc(*text, f);
    fputc('\'', f);
}

static void put_words(FILE *f, const option *o)
{
    for (; o->name != NULL; o++)
        fprintf(f, " --%s", o->name);
}

static void complete_bash(FILE *f)
{
    fputs("_thresh() {\n    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} "
          "words=\n"
          "    case $prev in\n"
          "    --profile|-p) COMPREPLY=($(compgen -W \"$(thresh profiles list 2>/dev/null | awk "
          "'NR>1{print $1}')\" -- \"$cur\") $(compgen -f -- \"$cur\")); return ;;\n",
          f);
    for (size_t i = 0; commands[i] != NULL; i++)
        for (const option *o = commands[i]->options; o->name != NULL; o++) {
            if (o->choices == NULL)
                continue;
            fprintf(f, "    --%s) COMPREPLY=($(compgen -W \"", o->name);
            for (size_t k = 0; o->choices[k] != NULL; k++)
                fprintf(f, "%s%s", k > 0 ? " " : "", o->choices[k]);
            fputs("\" -- \"$cur\")); return ;;\n", f);
        }
    fputs("    esac\n    if [ \"$COMP_CWORD\" = 1 ]; then\n        words='--help --version", f);
    for (size_t i = 0; commands[i] != NULL; i++)
        fprintf(f, " %s", commands[i]->name);
    fputs("'\n    else\n        case ${COMP_WORDS[1]} in\n", f);
    for (size_t i = 0; commands[i] != NULL; i++) {
        fprintf(f, "        %s) words='", commands[i]->name);
        put_words(f, commands[i]->options);
        put_words(f, common_options);
        fputs("' ;;\n", f);
    }
    fputs("        esac\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\") $(compgen -f "
          "-- \"$cur\"))\n}\n"
          "complete -o filenames -F _thresh thresh\n",
          f);
}

static void complete_zsh(FILE *f)
{
    fputs("#compdef thresh\n_thresh() {\n    if (( CURRENT == 2 )); then\n        local -a names=(",
          f);
    for (size_t i = 0; commands[i] != NULL; i++) {
        fputc(' ', f);
        fprintf(f, "%s:", commands[i]->name);
        put_quoted(f, commands[i]->summary);
    }
    fputs(" )\n        _describe command names\n        return\n    fi\n    case $words[2] in\n",
          f);
    for (size_t i = 0; commands[i] != NULL; i++) {
        fprintf(f, "    %s) compadd -- ", commands[i]->name);
        put_words(f, commands[i]->options);
        put_words(f, common_options);
        fputs(" ;;\n", f);
    }
    fputs("    esac\n    _files\n}\n_thresh \"$@\"\n", f);
}

static void complete_fish(FILE *f)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        const option *const lists[] = { commands[i]->options, common_options };

        fprintf(f, "complete -c thresh -n __fish_use_subcommand -a %s -d ", commands[i]->name);
        put_quoted(f, commands[i]->summary);
        fputc('\n', f);
        for (size_t l = 0; l < 2; l++)
            for (const option *o = lists[l]; o->name != NULL; o++) {
                fprintf(f, "complete -c thresh -n '__fish_seen_subcommand_from %s' -l %s",
                        commands[i]->name, o->name);
                if (o->letter != 0)
                    fprintf(f, " -s %c", o->letter);
                if (o->argument != NULL)
                    fputs(" -r", f);
                if (o->choices != NULL) {
                    fputs(" -f -a '", f);
                    for (size_t k = 0; o->choices[k] != NULL; k++)
                        fprintf(f, "%s%s", k > 0 ? " " : "", o->choices[k]);
                    fputc('\'', f);
                }
                fputs(" -d ", f);
                put_quoted(f, o->help);
                fputc('\n', f);
            }
    }
}

static int run_help(const streams *io, const arguments *a)
{
    const char *page = option_value(a, "man"), *shell = option_value(a, "completion");
    const command *c;

    if (page != NULL)
        return print_man(io, page);
    if (shell != NULL) {
        if (strcmp(shell, "bash") == 0)
            complete_bash(io->out);
        else if (strcmp(shell, "zsh") == 0)
            complete_zsh(io->out);
        else
            complete_fish(io->out);
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

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static const option options[] = {
    { "man", 0, "PAGE", NULL, N_("print a manual page: thresh, or thresh-COMMAND") },
    { "completion", 0, "SHELL", shells, N_("print the completions for bash, zsh or fish") },
    { NULL, 0, NULL, NULL, NULL },
};

const command help_command = {
    .name = "help",
    .synopsis = "help [COMMAND]",
    .summary = N_("say more about a command"),
    .description =
        N_("The same text as thresh COMMAND --help; also prints the manual pages and shell "
           "completions."),
    .options = options,
    .least = 0,
    .most = 1,
    .wanted = N_("at most one COMMAND"),
    .run = run_help,
};
