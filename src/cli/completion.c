/* Completions for bash, zsh and fish, from the tables of commands and options. */
#include "cli.h"

#include <string.h>

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

void print_completion(FILE *f, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        complete_bash(f);
    else if (strcmp(shell, "zsh") == 0)
        complete_zsh(f);
    else
        complete_fish(f);
}
