/* From the command line to a command, and back to an exit code. */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

const command *const commands[] = { &eval_command,
                                    &rank_command,
                                    &report_command,
                                    &inspect_command,
                                    &plan_command,
                                    &calibrate_command,
                                    &roi_command,
                                    &monitor_command,
                                    &rollout_command,
                                    &log_command,
                                    &profiles_command,
                                    &help_command,
                                    NULL };

const command *find_command(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* Names from files may hold what a terminal would obey. */
static void put_safely(FILE *f, const char *text)
{
    for (; *text != '\0'; text++)
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, f);
}

int complain(const streams *io, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, thresh_translate(io->language, format), args);
    va_end(args);
    fputs("thresh: ", io->err);
    put_safely(io->err, text);
    fputc('\n', io->err);
    return EXIT_TROUBLE;
}

int print_diags(const streams *io, const thresh_diags *diags, thresh_severity least)
{
    enum { ENOUGH = 50 };
    static const char *const names[] = {
        [THRESH_NOTE] = N_("note: "),
        [THRESH_WARNING] = N_("warning: "),
        [THRESH_ERROR] = N_("error: "),
    };
    size_t printed = 0, left = 0;

    for (size_t i = 0; i < thresh_diags_count(diags); i++) {
        const thresh_diag *d = thresh_diags_at(diags, i);

        if (d->severity < least)
            continue;
        if (printed++ >= ENOUGH && d->severity != THRESH_ERROR) {
            left++;
            continue;
        }
        /* a CI system obeys lines that begin so; the path stays the same */
        if (d->file != NULL && (strncmp(d->file, "::", 2) == 0 || strncmp(d->file, "##", 2) == 0))
            fputs("./", io->err);
        put_safely(io->err, d->file != NULL ? d->file : "thresh");
        if (d->line > 0)
            fprintf(io->err, ":%u", (unsigned)d->line);
        if (d->line > 0 && d->column > 0)
            fprintf(io->err, ":%u", (unsigned)d->column);
        fprintf(io->err, ": %s", thresh_translate(io->language, names[d->severity]));
        put_safely(io->err, d->text);
        fputc('\n', io->err);
    }
    if (left > 0)
        complain(io, "%zu more of these were left out", left);
    return EXIT_TROUBLE;
}

int out_of_memory(const streams *io)
{
    return complain(io, "memory ran out");
}

static bool tells_error(const thresh_diags *diags)
{
    for (size_t i = 0; i < thresh_diags_count(diags); i++)
        if (thresh_diags_at(diags, i)->severity == THRESH_ERROR)
            return true;
    return false;
}

int failure(const streams *io, const thresh_diags *diags, thresh_status status)
{
    static const char *const texts[] = {
        [THRESH_OK] = N_("no error"),
        [THRESH_ENOMEM] = N_("memory ran out"),
        [THRESH_EIO] = N_("a file could not be read or written"),
        [THRESH_EFORMAT] = N_("the input is malformed"),
        [THRESH_EINVAL] = N_("an argument makes no sense"),
        [THRESH_ENOENT] = N_("there is nothing of that name"),
        [THRESH_EDOMAIN] = N_("a number lies outside its domain"),
        [THRESH_EEMPTY] = N_("nothing could be judged"),
        [THRESH_ECONFLICT] = N_("another process was there first"),
    };

    print_diags(io, diags, THRESH_WARNING);
    /* a report that could not be written leaves no message: standard output is checked in run() */
    if ((tells_error(diags) && status != THRESH_ENOMEM) || ferror(io->out))
        return EXIT_TROUBLE;
    if (thresh_diags_errors(diags) > 0)
        status = THRESH_ENOMEM; /* there was a message, and no memory for it */
    return complain(io, "%s", thresh_translate(io->language, texts[status]));
}

thresh_status close_memory(FILE *f, char *const *text, thresh_status rc)
{
    /* the C library leaves NULL, and says nothing, when its last allocation fails */
    return f == NULL || fclose(f) != 0 || *text == NULL ? THRESH_ENOMEM : rc;
}

bool is_utf8_locale(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        for (; *value != '\0'; value++)
            if (strncasecmp(value, "utf-8", 5) == 0 || strncasecmp(value, "utf8", 4) == 0)
                return true;
        return false;
    }
    return false;
}

static int width_of(FILE *f)
{
    enum { WITHOUT_TERMINAL = 120 };
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    double value;

    if (columns != NULL && thresh_parse_number(&value, columns, strlen(columns)) && value >= 20
        && value < 10000)
        return (int)value;
    if (isatty(fileno(f)) && ioctl(fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return WITHOUT_TERMINAL;
}

/* Does the log of the CI system that runs this show colours? A file never does. */
static bool is_colourful_log(FILE *f)
{
    static const char *const systems[] = {
        "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI",
        "TF_BUILD",       "TRAVIS",    "DRONE",     "CIRRUS_CI"
    };
    struct stat st;

    if (fstat(fileno(f), &st) != 0 || S_ISREG(st.st_mode))
        return false;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        const char *value = getenv(systems[i]);
        if (value != NULL && value[0] != '\0' && strcasecmp(value, "false") != 0)
            return true;
    }
    return false;
}

thresh_text_options text_options(const streams *io, const arguments *a, bool to_standard_output)
{
    const char *colour = option_value(a, "color"), *term = getenv("TERM"),
               *none = getenv("NO_COLOR");
    bool terminal = isatty(fileno(io->out)) && (term == NULL || strcmp(term, "dumb") != 0);
    bool wanted = to_standard_output && (none == NULL || none[0] == '\0')
                  && (terminal || is_colourful_log(io->out));

    if (colour != NULL && strcmp(colour, "auto") != 0)
        wanted = strcmp(colour, "always") == 0;
    return (thresh_text_options){ .width = to_standard_output ? width_of(io->out) : 120,
                                  .colour = wanted,
                                  /* who asks for Chinese where no locale is set gets UTF-8 */
                                  .ascii = option_given(a, "ascii")
                                           || (to_standard_output && !is_utf8_locale()
                                               && io->language == NULL),
                                  .quiet = option_given(a, "quiet"),
                                  .all = option_given(a, "all"),
                                  .language = io->language };
}

thresh_diags *new_diags(const streams *io)
{
    thresh_diags *diags = thresh_diags_new();

    thresh_diags_set_language(diags, io->language);
    return diags;
}

thresh_lookup profile_lookup(char buffer[4096])
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    thresh_lookup l = { .search_path = getenv("THRESH_PROFILE_PATH"),
                        .local_dir = ".thresh/profiles" };
    int n = -1;

    if (config != NULL && config[0] != '\0')
        n = snprintf(buffer, 4096, "%s/thresh/profiles", config);
    else if (home != NULL && home[0] != '\0')
        n = snprintf(buffer, 4096, "%s/.config/thresh/profiles", home);
    if (n > 0 && n < 4096)
        l.user_dir = buffer;
    return l;
}

static int unknown_command(const streams *io, const char *name)
{
    const char *names[16];
    char hint[THRESH_HINT_MAX];
    size_t n = 0;

    for (; commands[n] != NULL; n++)
        names[n] = commands[n]->name;
    names[n] = NULL;
    const char *near = thresh_nearest_word(name, names);
    return complain(io,
                    near != NULL ? N_("unknown command '%s'%s")
                                 : N_("unknown command '%s'%s (thresh --help names them)"),
                    name, thresh_hint(hint, near, io->language));
}

static int run_command(const streams *io, const command *c, int argc, const char *const *argv)
{
    const char **positional = calloc((size_t)argc + 1, sizeof *positional);
    given_option *given = calloc((size_t)argc + 1, sizeof *given);
    arguments a;
    int code = EXIT_TROUBLE;

    if (positional == NULL || given == NULL)
        out_of_memory(io);
    else if (parse_arguments(io, c, argc, argv, &a, positional, given)) {
        if (option_given(&a, "help")) {
            print_usage(io, c);
            code = EXIT_OK;
        } else if (a.count < c->least || a.count > c->most) {
            complain(io,
                     a.count == 1 ? N_("%s: expected %s, found %zu argument (thresh %s --help)")
                                  : N_("%s: expected %s, found %zu arguments (thresh %s --help)"),
                     c->name, thresh_translate(io->language, c->wanted), a.count, c->name);
        } else {
            code = run_recorded(io, &a, argc, argv);
        }
    }
    free(positional);
    free(given);
    return code;
}

static int run_words(const streams *io, int argc, const char *const *argv)
{
    int at = skip_language(argc, argv), code = EXIT_OK;
    const char *first = at < argc ? argv[at] : NULL;

    if (first == NULL) {
        print_overview(io, io->err);
        return EXIT_TROUBLE;
    }
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        print_overview(io, io->out);
    } else if (strcmp(first, "--version") == 0) {
        fprintf(io->out, "thresh %s\n", thresh_version());
    } else if (first[0] == '-') {
        code = complain(io, "expected a command before '%s' (thresh --help names them)", first);
    } else {
        const command *c = find_command(first);
        code = c == NULL ? unknown_command(io, first)
                         : run_command(io, c, argc - at - 1, argv + at + 1);
    }
    return code;
}

int run(const streams *given, int argc, const char *const *argv)
{
    streams io = *given;
    int code = choose_language(&io, argc, argv);

    if (code == EXIT_OK)
        code = run_words(&io, argc, argv);
    /* a verdict that nobody could read is none */
    errno = 0;
    if (fflush(io.out) != 0 || ferror(io.out))
        code = errno != 0 ? complain(&io, "cannot write to standard output: %s",
                                     thresh_translate(io.language, strerror(errno)))
                          : complain(&io, "cannot write to standard output");
    return code;
}
