/* Completions for bash, zsh and fish: tables from the commands and options, and behind them the
 * functions in shell/, which use the tables. */
#include "cli.h"
#include "shell.h"

#include <string.h>

/* Functions of the shells are called by these names, with _thresh_ or __thresh_ before them. */
static const char *const functions[VALUE_KINDS] = {
    [VALUE_WORDS] = "words",   [VALUE_FILE] = "file",     [VALUE_PROFILE] = "profile",
    [VALUE_FORMAT] = "format", [VALUE_OUTPUT] = "output", [VALUE_COMMAND] = "command",
    [VALUE_PAGE] = "page",     [VALUE_SCHEMA] = "schema", [VALUE_NAMED_FILE] = "named_file",
};

/* --- lists that are known when the completions are made --- */

typedef struct entry {
    char name[64]; /* "": there is none */
    const char *help;
} entry;

static entry make_entry(const char *name, size_t len, const char *help)
{
    entry e = { "", help };

    snprintf(e.name, sizeof e.name, "%.*s", (int)len, name);
    return e;
}

static entry nth_format(size_t i)
{
    const thresh_format *f = thresh_format_at(i);

    return f == NULL ? make_entry("", 0, "") : make_entry(f->name, strlen(f->name), f->title);
}

static entry nth_output(size_t i)
{
    const thresh_report_format *f = thresh_report_format_at(i);

    return f == NULL ? make_entry("", 0, "") : make_entry(f->name, strlen(f->name), f->help);
}

static entry nth_command(size_t i)
{
    const command *c = commands[i];

    return c == NULL ? make_entry("", 0, "") : make_entry(c->name, strlen(c->name), c->summary);
}

static entry nth_page(size_t i)
{
    manual_page page;

    return manual_at(&page, i) ? make_entry(page.name, strlen(page.name), page.summary)
                               : make_entry("", 0, "");
}

/* "profile-v1" of "profile-v1.schema.json" */
static entry nth_schema(size_t i)
{
    const char *name = thresh_schema_at(i, NULL, NULL);

    return name == NULL ? make_entry("", 0, "") : make_entry(name, strcspn(name, "."), "schema");
}

static const struct {
    const char *function;
    entry (*nth)(size_t i);
} lists[] = {
    { "format", nth_format }, { "output_format", nth_output }, { "command", nth_command },
    { "page", nth_page },     { "schema", nth_schema },
};
enum { LISTS = sizeof lists / sizeof *lists };

/* --- writing --- */

/* In single quotes; what stands in `escaped` gets a backslash. */
static void put_escaped(FILE *f, const char *text, const char *escaped)
{
    fputc('\'', f);
    for (; *text != '\0'; text++) {
        if (strchr(escaped, *text) != NULL)
            fputc('\\', f);
        if (*text == '\'')
            fputs("'\\''", f);
        else
            fputc(*text, f);
    }
    fputc('\'', f);
}

static void put_quoted(FILE *f, const char *text)
{
    put_escaped(f, text, "");
}

static void put_words(FILE *f, const value_set *v)
{
    for (size_t i = 0; v->words[i] != NULL; i++)
        fprintf(f, "%s%s", i > 0 ? " " : "", v->words[i]);
}

/* The function that completes these values, with its arguments. */
static void put_call(FILE *f, const value_set *v)
{
    fputs(functions[v->kind], f);
    if (v->words != NULL) {
        fputc(' ', f);
        put_words(f, v);
    } else if (v->axis != NULL) {
        fprintf(f, " %s", v->axis);
    }
}

static void put_functions(FILE *f, const char *name)
{
    for (size_t i = 0; i < shell_files_count; i++)
        if (strcmp(shell_files[i].name, name) == 0)
            fwrite(shell_files[i].data, 1, shell_files[i].len, f);
}

/* Calls `put` for every option of a command, those that all commands share included. */
static void each_option(FILE *f, const command *c,
                        void (*put)(FILE *f, const command *c, const option *o))
{
    const option *const both[] = { c->options, common_options };

    for (size_t l = 0; l < 2; l++)
        for (const option *o = both[l]; o->name != NULL; o++)
            put(f, c, o);
}

/* --- bash --- */

static void bash_value(FILE *f, const command *c, const option *o)
{
    if (o->argument == NULL)
        return;
    fprintf(f, "    %s:--%s", c->name, o->name);
    if (o->letter != 0)
        fprintf(f, " | %s:-%c", c->name, o->letter);
    fputs(") values='", f);
    if (o->values != NULL)
        put_call(f, o->values);
    fputs("' ;;\n", f);
}

static void bash_option(FILE *f, const command *c, const option *o)
{
    (void)c;
    fprintf(f, " --%s", o->name);
}

static void bash_position(FILE *f, const command *c, const char *pattern, const value_set *v)
{
    if (v == NULL)
        return;
    fprintf(f, "    %s:%s) values='", c->name, pattern);
    put_call(f, v);
    fputs("' ;;\n", f);
}

static void bash_positions(FILE *f, const command *c)
{
    char pattern[64];

    if (c->actions == NULL) {
        bash_position(f, c, "*", c->arguments);
        return;
    }
    fprintf(f, "    %s:0:*) values='words", c->name);
    for (const action *a = c->actions; a->name != NULL; a++)
        fprintf(f, " %s", a->name);
    fputs("' ;;\n", f);
    for (const action *a = c->actions; a->name != NULL; a++) {
        snprintf(pattern, sizeof pattern, "1:%s", a->name);
        bash_position(f, c, pattern, a->first);
        snprintf(pattern, sizeof pattern, "*:%s", a->name);
        bash_position(f, c, pattern, a->rest);
    }
}

static void complete_bash(FILE *f)
{
    entry e;

    fputs("# bash completion of thresh, made by: thresh help --completion bash\n", f);
    for (size_t l = 0; l < LISTS; l++) {
        fprintf(f, "\n_thresh_%s()\n{\n    _thresh_words", lists[l].function);
        for (size_t i = 0; (e = lists[l].nth(i)).name[0] != '\0'; i++)
            fprintf(f, " %s", e.name);
        fputs("\n}\n", f);
    }
    fputs("\n# What the option $2 of the command $1 takes; false: nothing.\n_thresh_value()\n{\n"
          "    case $1:$2 in\n",
          f);
    for (size_t i = 0; commands[i] != NULL; i++)
        each_option(f, commands[i], bash_value);
    fputs("    *) return 1 ;;\n    esac\n}\n\n_thresh_option()\n{\n    case $1 in\n", f);
    for (size_t i = 0; commands[i] != NULL; i++) {
        fprintf(f, "    %s) _thresh_words", commands[i]->name);
        each_option(f, commands[i], bash_option);
        fputs(" ;;\n", f);
    }
    fputs("    esac\n}\n\n# The argument behind $2 others of the command $1, whose first is $3.\n"
          "_thresh_positional()\n{\n    values=\n    case $1:$2:$3 in\n",
          f);
    for (size_t i = 0; commands[i] != NULL; i++)
        bash_positions(f, commands[i]);
    fputs("    esac\n}\n", f);
    put_functions(f, "completion.bash");
}

/* --- zsh --- */

static void zsh_list(FILE *f, const char *function, entry (*nth)(size_t i))
{
    entry e;

    fprintf(f, "\n_thresh_%s()\n{\n    local -a entries=(\n", function);
    for (size_t i = 0; (e = nth(i)).name[0] != '\0'; i++) {
        fprintf(f, "        %s:", e.name);
        put_quoted(f, e.help);
        fputc('\n', f);
    }
    fprintf(f, "    )\n    _describe -t %s %s entries\n}\n", function, function);
}

/* ":what it is called:what completes it" */
static void zsh_values(FILE *f, const char *called, const value_set *v)
{
    fputc(':', f);
    put_escaped(f, called, ":");
    if (v == NULL) {
        fputs("': '", f);
    } else if (v->kind == VALUE_WORDS) {
        fputs("':(", f);
        put_words(f, v);
        fputs(")'", f);
    } else {
        fputs("': _thresh_", f);
        put_call(f, v);
        fputc('\'', f);
    }
}

static void zsh_option(FILE *f, const command *c, const option *o)
{
    const char *equals = o->argument != NULL ? "=" : "";

    (void)c;
    fputs("            '*'", f);
    if (o->letter != 0)
        fprintf(f, "{-%c%s,--%s%s}", o->letter, o->argument != NULL ? "+" : "", o->name, equals);
    else
        fprintf(f, "--%s%s", o->name, equals);
    fputc('\'', f);
    fputc('[', f);
    fputc('\'', f);
    put_escaped(f, o->help, "[]\\");
    fputs("']'", f);
    if (o->argument != NULL)
        zsh_values(f, o->argument, o->values);
    fputc('\n', f);
}

static void zsh_positions(FILE *f, const command *c)
{
    if (c->actions == NULL) {
        fputs("        positional=('*'", f);
        zsh_values(f, c->wanted, c->arguments);
        fputs(")\n", f);
        return;
    }
    fputs("        case $words[2] in\n", f);
    for (const action *a = c->actions; a->name != NULL; a++) {
        fprintf(f, "        %s) positional=(1:action:", a->name);
        fputs("'('", f);
        for (const action *b = c->actions; b->name != NULL; b++)
            fprintf(f, "%s%s", b == c->actions ? "" : "\\ ", b->name);
        fputs("')'", f);
        if (a->first != NULL) {
            fputs(" 2", f);
            zsh_values(f, a->wanted, a->first);
        }
        if (a->rest != NULL) {
            fputs(" '*'", f);
            zsh_values(f, a->wanted, a->rest);
        }
        fputs(") ;;\n", f);
    }
    fprintf(f, "        *) positional=(1:action:_thresh_%s_action) ;;\n        esac\n", c->name);
}

static void zsh_actions(FILE *f, const command *c)
{
    fprintf(f, "\n_thresh_%s_action()\n{\n    local -a entries=(\n", c->name);
    for (const action *a = c->actions; a->name != NULL; a++) {
        fprintf(f, "        %s:", a->name);
        put_quoted(f, a->help);
        fputc('\n', f);
    }
    fputs("    )\n    _describe -t actions action entries\n}\n", f);
}

static void complete_zsh(FILE *f)
{
    fputs("#compdef thresh\n# Made by: thresh help --completion zsh\n", f);
    for (size_t l = 0; l < LISTS; l++)
        zsh_list(f, lists[l].function, lists[l].nth);
    for (size_t i = 0; commands[i] != NULL; i++)
        if (commands[i]->actions != NULL)
            zsh_actions(f, commands[i]);
    fputs("\n_thresh_arguments()\n{\n    local -a options positional\n    case $words[1] in\n", f);
    for (size_t i = 0; commands[i] != NULL; i++) {
        fprintf(f, "    %s)\n", commands[i]->name);
        zsh_positions(f, commands[i]);
        fputs("        options=(\n", f);
        each_option(f, commands[i], zsh_option);
        fputs("        )\n", f);
        fputs("        ;;\n", f);
    }
    fputs("    esac\n    _arguments -s -S : $options $positional\n}\n", f);
    put_functions(f, "completion.zsh");
}

/* --- fish --- */

static void fish_list(FILE *f, const char *function, entry (*nth)(size_t i))
{
    entry e;

    fprintf(f, "\nfunction __thresh_%s\n    printf '%%s\\t%%s\\n'", function);
    for (size_t i = 0; (e = nth(i)).name[0] != '\0'; i++) {
        fprintf(f, " \\\n        %s ", e.name);
        put_escaped(f, e.help, "\\");
    }
    fputs("\nend\n", f);
}

static void fish_condition(FILE *f, const char *test, const command *c, const action *a)
{
    fprintf(f, "complete -c thresh -n '__thresh_%s %s%s%s'", test, c->name, a != NULL ? " " : "",
            a != NULL ? a->name : "");
}

static void fish_values(FILE *f, const value_set *v)
{
    if (v->kind == VALUE_FILE) {
        fputs(" -F", f);
        return;
    }
    fputs(" -a '", f);
    if (v->kind == VALUE_WORDS) {
        put_words(f, v);
    } else {
        fputs("(__thresh_", f);
        put_call(f, v);
        fputc(')', f);
    }
    fputc('\'', f);
}

static void fish_option(FILE *f, const command *c, const option *o)
{
    fish_condition(f, "is", c, NULL);
    fprintf(f, " -l %s", o->name);
    if (o->letter != 0)
        fprintf(f, " -s %c", o->letter);
    if (o->argument != NULL)
        fputs(o->values != NULL && o->values->kind == VALUE_FILE ? " -r" : " -x", f);
    if (o->argument != NULL && o->values != NULL)
        fish_values(f, o->values);
    fputs(" -d ", f);
    put_escaped(f, o->help, "\\");
    fputc('\n', f);
}

static void fish_position(FILE *f, const command *c, const action *a, const char *test,
                          const value_set *v)
{
    if (v == NULL)
        return;
    fish_condition(f, test, c, a);
    fish_values(f, v);
    fputc('\n', f);
}

static void complete_fish(FILE *f)
{
    fputs("# fish completion of thresh, made by: thresh help --completion fish\n", f);
    for (size_t l = 0; l < LISTS; l++)
        fish_list(f, lists[l].function, lists[l].nth);
    put_functions(f, "completion.fish");
    fputs("\ncomplete -c thresh -f\n"
          "complete -c thresh -n 'test (count (commandline -opc)) -eq 1' -a '(__thresh_command)'\n"
          "complete -c thresh -n 'test (count (commandline -opc)) -eq 1' -l help -s h\n"
          "complete -c thresh -n 'test (count (commandline -opc)) -eq 1' -l version\n",
          f);
    for (size_t i = 0; commands[i] != NULL; i++) {
        const command *c = commands[i];

        fish_position(f, c, NULL, "is", c->arguments);
        for (const action *a = c->actions; a != NULL && a->name != NULL; a++) {
            fish_condition(f, "begins", c, NULL);
            fprintf(f, " -a %s -d ", a->name);
            put_escaped(f, a->help, "\\");
            fputc('\n', f);
            fish_position(f, c, a, "begins", a->first);
            fish_position(f, c, a, a->first == NULL ? "is" : "goes_on", a->rest);
        }
        each_option(f, c, fish_option);
    }
}

void print_completion(FILE *f, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        complete_bash(f);
    else if (strcmp(shell, "zsh") == 0)
        complete_zsh(f);
    else
        complete_fish(f);
}
