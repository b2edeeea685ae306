/* Manual pages, from the tables of commands and options. */
#include "cli.h"

#include <string.h>

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

int print_man(const streams *io, const char *page)
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
