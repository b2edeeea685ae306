/* Manual pages, from the tables of commands and options. */
#include "cli.h"
#include "man.h"

#include <string.h>

/* --- writing roff --- */

void put_roff(FILE *f, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\\')
            fputs("\\e", f);
        else if (text[i] == '-')
            fputs("\\-", f);
        else
            fputc(text[i], f);
}

/* Words in lines of usual length, none of which begins like a request of roff's. */
static void put_filled(FILE *f, const char *text, size_t len)
{
    enum { LONGEST_LINE = 76 };
    size_t at = 0;

    for (size_t i = 0; i < len;) {
        size_t word = 0, written = 0;

        for (; i + word < len && text[i + word] != ' '; word++)
            written += text[i + word] == '-' || text[i + word] == '\\' ? 2 : 1;
        if (at > 0) {
            fputc(at + 1 + written > LONGEST_LINE ? '\n' : ' ', f);
            at = at + 1 + written > LONGEST_LINE ? 0 : at + 1;
        }
        if (at == 0 && (text[i] == '.' || text[i] == '\''))
            fputs("\\&", f);
        put_roff(f, text + i, word);
        at += written;
        i += word;
        while (i < len && text[i] == ' ')
            i++;
    }
    fputc('\n', f);
}

void roff_text(FILE *f, const char *text)
{
    put_filled(f, text, strlen(text));
}

/* The lines of a text, each after `before`, with `between` among them. */
static void roff_lines(FILE *f, const char *text, const char *before, const char *between)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        fputs(before, f);
        put_filled(f, text, len);
        text += len + (text[len] == '\n');
        if (*text != '\0')
            fputs(between, f);
    }
}

void roff_item(FILE *f, const char *term, const char *value, const char *text)
{
    fputs(".TP\n.B ", f);
    put_roff(f, term, strlen(term));
    if (value != NULL) {
        fputs(" \\fI", f);
        put_roff(f, value, strlen(value));
        fputs("\\fP", f);
    }
    fputc('\n', f);
    roff_text(f, text);
}

/* What stands on a line of its own, as it is typed. */
void roff_example(FILE *f, const char *help, const char *lines)
{
    roff_text(f, help);
    fputs(".PP\n.RS 4\n.nf\n", f);
    while (*lines != '\0') {
        size_t len = strcspn(lines, "\n");
        put_roff(f, lines, len);
        fputc('\n', f);
        lines += len + (lines[len] == '\n');
    }
    fputs(".fi\n.RE\n", f);
}

/* --- what all pages share --- */

static const char *const environment[][2] = {
    { "THRESH_PROFILE_PATH", "Folders of profiles, separated by colons; they come first." },
    { "THRESH_PROMETHEUS_TOKEN, THRESH_PROMETHEUS_PASSWORD",
      "What thresh monitor tells a Prometheus server that asks who comes, without --token-file and "
      "--password-file." },
    { "THRESH_LOG", "The log that decisions are put into, and read from, without --record." },
    { "GITHUB_ACTOR, GITLAB_USER_LOGIN, LOGNAME", "Who decides, for the log." },
    { "TMPDIR", "Folder of what a replay puts back for as long as it takes; /tmp." },
    { "XDG_CONFIG_HOME", "The user's folder of configuration, instead of ~/.config." },
    { "HOME", "Where ~ is." },
    { "PATH", "Where the commands of a profile's actions are looked for." },
    { "LC_ALL, LC_CTYPE, LANG",
      "The first that is set says whether the terminal shows more than ASCII." },
    { "LC_ALL, LC_MESSAGES, LANG",
      "The first that is set names the language, where it is of UTF-8; --lang wins." },
    { "LANGUAGE", "Languages in their order, separated by colons, before that of the locale." },
    { "NO_COLOR", "Not empty: no colour, whatever the terminal." },
    { "TERM", "dumb: no colour." },
    { "GITHUB_ACTIONS", "true: without --output the report is the one for GitHub, and in colour." },
    { "GITHUB_STEP_SUMMARY, GITHUB_OUTPUT",
      "Files that the report for GitHub adds its summary and its outputs to." },
    { "GITLAB_CI, BUILDKITE, CIRCLECI, TF_BUILD, TRAVIS, DRONE, CIRRUS_CI",
      "Set: a CI system whose log shows colours." },
    { "COLUMNS", "The width of the report, instead of the terminal's." },
    { "GITHUB_ACTIONS", "true: without -o, the report for GitHub Actions." },
    { "GITHUB_STEP_SUMMARY, GITHUB_OUTPUT",
      "Files that the report for GitHub Actions is appended to." },
    { "GITLAB_CI and the like", "The log of the CI system shows colours." },
};

static const char *const files[][2] = {
    { ".thresh/profiles/", "Profiles of a project, in the working folder." },
    { "~/.config/thresh/profiles/", "Profiles of the user." },
};

static void roff_pairs(FILE *f, const char *title, const char *const pairs[][2], size_t count)
{
    fprintf(f, ".SH %s\n", title);
    for (size_t i = 0; i < count; i++)
        roff_item(f, pairs[i][0], NULL, pairs[i][1]);
}

void roff_surroundings(FILE *f)
{
    roff_pairs(f, "ENVIRONMENT", environment, sizeof environment / sizeof *environment);
    roff_pairs(f, "FILES", files, sizeof files / sizeof *files);
}

/* All pages but `self`. */
void roff_see_also(FILE *f, const char *self)
{
    manual_page page;
    const char *separator = "";

    fputs(".SH SEE ALSO\n", f);
    for (size_t i = 0; manual_at(&page, i); i++) {
        if (strcmp(page.name, self) == 0)
            continue;
        fprintf(f, "%s.BR ", separator);
        put_roff(f, page.name, strlen(page.name));
        fprintf(f, " (%d)", page.section);
        separator = ",\n";
    }
    fputc('\n', f);
}

void roff_title(FILE *f, const manual_page *page)
{
    fputs(".TH ", f);
    for (const char *c = page->name; *c != '\0'; c++)
        fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, f);
    fprintf(f, " %d %s \"thresh %s\" \"%s\"\n.SH NAME\n", page->section, THRESH_DATE,
            thresh_version(), page->section == 1 ? "User Commands" : "File Formats");
    put_roff(f, page->name, strlen(page->name));
    fputs(" \\- ", f);
    roff_text(f, page->summary);
}

/* --- the pages --- */

static void roff_options(FILE *f, const option *o)
{
    char term[128];

    for (; o->name != NULL; o++) {
        if (o->letter != 0)
            snprintf(term, sizeof term, "-%c, --%s", o->letter, o->name);
        else
            snprintf(term, sizeof term, "--%s", o->name);
        roff_item(f, term, o->argument, o->help);
    }
}

static void roff_exits(FILE *f, const exit_code *e)
{
    char code[16];

    fputs(".SH EXIT STATUS\n", f);
    for (; e->meaning != NULL; e++) {
        snprintf(code, sizeof code, "%d", e->code);
        roff_item(f, code, NULL, e->meaning);
    }
}

static void roff_examples(FILE *f, const command *c)
{
    fputs(".SH EXAMPLES\n", f);
    for (const example *e = c->examples; e->line != NULL; e++) {
        if (e != c->examples)
            fputs(".PP\n", f);
        roff_example(f, e->help, e->line);
    }
}

static void man_command(FILE *f, const manual_page *page, const command *c)
{
    roff_title(f, page);
    fputs(".SH SYNOPSIS\n", f);
    roff_lines(f, c->synopsis, ".B thresh\n", ".br\n");
    fputs(".SH DESCRIPTION\n", f);
    roff_lines(f, c->description, "", ".PP\n");
    if (c->actions != NULL)
        fputs(".SH ACTIONS\n", f);
    for (const action *a = c->actions; a != NULL && a->name != NULL; a++)
        roff_item(f, a->name, NULL, a->help);
    fputs(".SH OPTIONS\n", f);
    roff_options(f, c->options);
    roff_options(f, common_options);
    roff_exits(f, c->exits);
    roff_surroundings(f);
    roff_examples(f, c);
    roff_see_also(f, page->name);
}

static void man_overview(FILE *f, const manual_page *page)
{
    char name[64];

    roff_title(f, page);
    fputs(".SH SYNOPSIS\n.B thresh\nCOMMAND [ARGUMENTS]\n.SH DESCRIPTION\n", f);
    roff_text(f, "thresh compares the evaluation results of an original model and a compressed "
                 "one, applies the limits of the scenario that the model will serve, and says "
                 "accept, review or reject, with the reason for every metric and the strength of "
                 "the evidence.");
    fputs(".SH COMMANDS\n", f);
    for (size_t i = 0; commands[i] != NULL; i++) {
        snprintf(name, sizeof name, "thresh-%s", commands[i]->name);
        fputs(".TP\n.BR ", f);
        put_roff(f, name, strlen(name));
        fputs(" (1)\n", f);
        roff_text(f, commands[i]->summary);
    }
    fputs(".SH OPTIONS\n", f);
    roff_item(f, "-h, --help", NULL, "name the commands; behind a command, explain it");
    roff_item(f, "--version", NULL, "print the version");
    /* it is eval that the exit codes of all are made for */
    roff_exits(f, eval_command.exits);
    roff_surroundings(f);
    roff_examples(f, &eval_command);
    roff_see_also(f, page->name);
}

bool manual_at(manual_page *out, size_t i)
{
    size_t count = 0;

    while (commands[count] != NULL)
        count++;
    if (i > count + 1)
        return false;
    if (i == 0) {
        *out =
            (manual_page){ "thresh", 1, "may this compressed model replace the original, here?" };
    } else if (i <= count) {
        *out = (manual_page){ "", 1, commands[i - 1]->summary };
        snprintf(out->name, sizeof out->name, "thresh-%s", commands[i - 1]->name);
    } else {
        *out = (manual_page){ "thresh-profile", 5, "limits of a scenario, tier, layer or group" };
    }
    return true;
}

int print_man(const streams *io, const char *name)
{
    manual_page page;

    for (size_t i = 0; manual_at(&page, i); i++) {
        if (strcmp(page.name, name) != 0)
            continue;
        if (page.section == 5)
            man_profile(io->out, &page);
        else if (i == 0)
            man_overview(io->out, &page);
        else
            man_command(io->out, &page, commands[i - 1]);
        return EXIT_OK;
    }
    return complain(io, "help: no manual page '%s' (thresh help --pages lists them)", name);
}
