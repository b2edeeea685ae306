/* Where reports go: opened before the work, so that it is not done in vain, written beside the file
 * that is meant, and put in its place when they are whole. */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- what a signal finds half written --- */

/* Files beside others, which somebody who stops a long run shall not find. A slot is taken and
 * given back outside the handler, by one pointer: there is nothing to be found half done. */
enum { MOST_UNFINISHED = MAX_OUTPUTS + 4 };
static char *volatile unfinished[MOST_UNFINISHED];

static void take_away(int number)
{
    for (size_t i = 0; i < MOST_UNFINISHED; i++)
        if (unfinished[i] != NULL)
            unlink(unfinished[i]);
    signal(number, SIG_DFL);
    raise(number);
}

static void watch(char *path)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction old, taking = { .sa_handler = take_away };
    size_t i = 0;

    sigemptyset(&taking.sa_mask);
    /* what is ignored, as by nohup, stays so */
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        if (sigaction(numbers[k], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(numbers[k], &taking, NULL);
    while (i < MOST_UNFINISHED && unfinished[i] != NULL)
        i++;
    if (i < MOST_UNFINISHED)
        unfinished[i] = path;
}

static void stop_watching(const char *path)
{
    for (size_t i = 0; i < MOST_UNFINISHED; i++)
        if (unfinished[i] == path)
            unfinished[i] = NULL;
}

/* --- one file --- */

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;

    return strcmp(b, "-") != 0 && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev
           && x.st_ino == y.st_ino && S_ISREG(x.st_mode);
}

/* Would the two be written to one place? Neither has to be there yet. */
static bool same_place(const char *a, const char *b)
{
    const char *const paths[] = { a, b };
    char *folders[2] = { NULL, NULL };
    const char *names[2];
    bool same;

    for (int i = 0; i < 2; i++) {
        const char *slash = strrchr(paths[i], '/');
        char *folder =
            slash == NULL ? strdup(".") : strndup(paths[i], (size_t)(slash - paths[i]) + 1);
        names[i] = slash == NULL ? paths[i] : slash + 1;
        folders[i] = folder == NULL ? NULL : realpath(folder, NULL);
        free(folder);
    }
    same = folders[0] != NULL && folders[1] != NULL && strcmp(folders[0], folders[1]) == 0
           && strcmp(names[0], names[1]) == 0;
    free(folders[0]);
    free(folders[1]);
    return same || same_file(a, b);
}

/* The file that a path means, where it exists and is more than a name: links that lead
 * somewhere stay links; a device or a pipe cannot be replaced. */
static char *target_of(const char *path, bool *special, mode_t *mode)
{
    struct stat st;

    *special = false;
    if (stat(path, &st) != 0) {
        mode_t mask = umask(0);
        umask(mask);
        *mode = 0666 & ~mask;
        return strdup(path);
    }
    *special = !S_ISREG(st.st_mode);
    *mode = st.st_mode & 0777;
    return *special ? strdup(path) : realpath(path, NULL);
}

static int cannot_write(const streams *io, const char *path)
{
    return errno != 0 ? complain(io, "cannot write '%s': %s", path,
                                 thresh_translate(io->language, strerror(errno)))
                      : complain(io, "cannot write '%s'", path);
}

int open_output_file(output_file *f, const streams *io, const char *path)
{
    static const char suffix[] = ".XXXXXX";
    bool special;
    mode_t mode;
    int fd;

    *f = (output_file){ .path = path };
    errno = 0;
    if ((f->target = target_of(path, &special, &mode)) == NULL)
        return cannot_write(io, path);
    if (special) {
        f->file = fopen(path, "wb");
        return f->file != NULL ? EXIT_OK : cannot_write(io, path);
    }
    /* the folder may be writable where the file is not meant to be written */
    if (access(f->target, F_OK) == 0 && access(f->target, W_OK) != 0)
        return cannot_write(io, path);
    if ((f->beside = malloc(strlen(f->target) + sizeof suffix)) == NULL)
        return out_of_memory(io);
    strcat(strcpy(f->beside, f->target), suffix);
    errno = 0;
    if ((fd = mkstemp(f->beside)) < 0) {
        free(f->beside);
        f->beside = NULL;
        return cannot_write(io, path);
    }
    watch(f->beside);
    if (fchmod(fd, mode) != 0 || (f->file = fdopen(fd, "wb")) == NULL) {
        close(fd);
        return cannot_write(io, path);
    }
    return EXIT_OK;
}

int close_output_file(output_file *f, const streams *io, bool whole)
{
    int code = EXIT_OK;
    bool failed = f->file != NULL && ferror(f->file) != 0;

    errno = 0;
    if (f->file != NULL && (fclose(f->file) != 0 || failed))
        code = cannot_write(io, f->path);
    if (f->beside != NULL && f->file != NULL && whole && code == EXIT_OK
        && rename(f->beside, f->target) != 0)
        code = cannot_write(io, f->path);
    if (f->beside != NULL && (f->file == NULL || !whole || code != EXIT_OK))
        unlink(f->beside);
    if (f->beside != NULL)
        stop_watching(f->beside);
    free(f->beside);
    free(f->target);
    *f = (output_file){ .path = NULL };
    return code;
}

/* --- the reports that -o asks for --- */

static int unknown_format(const outputs *o, const char *text, size_t len)
{
    enum { MOST = 32 };
    const char *names[MOST + 1], *near;
    char list[512] = "", name[32] = "", hint[THRESH_HINT_MAX];
    size_t n = 0;

    if (len < sizeof name)
        memcpy(name, text, len);
    for (; n < MOST && (names[n] = o->format_at(n)) != NULL; n++)
        if (strlen(list) + strlen(names[n]) + 3 < sizeof list)
            strcat(strcat(list, n > 0 ? ", " : ""), names[n]);
    names[n] = NULL;
    near = thresh_nearest_word(name, names);
    return complain(o->io, "%s: unknown output format '%.*s'; expected %s%s", o->a->command->name,
                    (int)len, text, list, thresh_hint(hint, near, o->io->language));
}

int check_output_path(const outputs *o, const char *path)
{
    for (size_t i = 0; o->inputs[i] != NULL; i++)
        if (same_file(path, o->inputs[i]))
            return complain(o->io, "%s: the output '%s' is one of the inputs", o->a->command->name,
                            path);
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].path != NULL && same_place(path, o->list[i].path))
            return complain(o->io, "%s: two outputs for the file '%s'", o->a->command->name, path);
    return EXIT_OK;
}

static int open_output(outputs *o, const char *text)
{
    size_t len = strcspn(text, ":");
    output *out = &o->list[o->count];
    const char *name;
    int code;

    if (o->count == MAX_OUTPUTS)
        return complain(o->io, "%s: more than %d outputs", o->a->command->name, MAX_OUTPUTS);
    for (out->format = 0; (name = o->format_at(out->format)) != NULL; out->format++)
        if (strlen(name) == len && strncmp(name, text, len) == 0)
            break;
    if (name == NULL)
        return unknown_format(o, text, len);
    /* a variable that was not set is no wish for standard output */
    if (text[len] == ':' && text[len + 1] == '\0')
        return complain(o->io, "%s: no file behind '%s'; expected FORMAT, FORMAT:- or FORMAT:FILE",
                        o->a->command->name, text);
    out->path = text[len] == ':' && strcmp(text + len + 1, "-") != 0 ? text + len + 1 : NULL;
    if (out->path == NULL) {
        for (size_t i = 0; i < o->count; i++)
            if (o->list[i].path == NULL)
                return complain(o->io,
                                "%s: two outputs for standard output; give one of them a file: "
                                "%s:FILE",
                                o->a->command->name, name);
    } else {
        if ((code = check_output_path(o, out->path)) != EXIT_OK)
            return code;
        if ((code = open_output_file(&out->file, o->io, out->path)) != EXIT_OK) {
            close_output_file(&out->file, o->io, false);
            return code;
        }
    }
    o->count++;
    return EXIT_OK;
}

static int open_asked(outputs *o, const char *otherwise)
{
    const char *text;
    int code = EXIT_OK;

    for (size_t i = 0; code == EXIT_OK && (text = option_at(o->a, "output", i)) != NULL; i++)
        code = open_output(o, text);
    return code == EXIT_OK && o->count == 0 ? open_output(o, otherwise) : code;
}

static outputs outputs_of(const streams *io, const arguments *a, const char *const *inputs,
                          const char *(*format_at)(size_t i))
{
    outputs o = { .io = io, .a = a, .format_at = format_at };

    for (size_t i = 0, n = 0; i < MOST_OUTPUT_INPUTS; i++)
        if (inputs[i] != NULL)
            o.inputs[n++] = inputs[i];
    return o;
}

int open_outputs(outputs *o, const streams *io, const arguments *a, const char *const *inputs,
                 const char *(*format_at)(size_t i))
{
    *o = outputs_of(io, a, inputs, format_at);
    return open_asked(o, format_at(0));
}

FILE *output_stream(const outputs *o, size_t i)
{
    return o->list[i].path == NULL ? o->io->out : o->list[i].file.file;
}

/* --- reports of a verdict --- */

static const char *report_name(size_t i)
{
    const thresh_report_format *f = thresh_report_format_at(i);

    return f != NULL ? f->name : NULL;
}

/* CI systems that have a report of their own. */
static const char *default_report(void)
{
    const char *github = getenv("GITHUB_ACTIONS");

    return github != NULL && strcmp(github, "true") == 0 ? "github" : "text";
}

static bool is_for_github(const outputs *o)
{
    for (size_t i = 0; i < o->count; i++)
        if (strcmp(o->format_at(o->list[i].format), "github") == 0)
            return true;
    return false;
}

int open_reports(outputs *o, const streams *io, const arguments *a, const char *const *inputs)
{
    int code;

    *o = outputs_of(io, a, inputs, report_name);
    code = open_asked(o, default_report());
    return code == EXIT_OK && is_for_github(o) ? open_step_files(&o->step, io) : code;
}

void report_trouble(const outputs *o, const thresh_diags *diags)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].path == NULL && strcmp(o->format_at(o->list[i].format), "github") == 0) {
            thresh_text_options options = text_options(o->io, o->a, true);
            thresh_report_github_errors(diags, &options, o->io->out);
        }
}

int write_reports(outputs *o, const thresh_result *result)
{
    int code = EXIT_OK;

    for (size_t i = 0; i < o->count; i++) {
        const thresh_report_format *format = thresh_report_format_at(o->list[i].format);
        thresh_text_options options = text_options(o->io, o->a, o->list[i].path == NULL);

        /* what went wrong with a stream is said when it is closed */
        if (format->write(result, &options, output_stream(o, i)) == THRESH_ENOMEM)
            code = out_of_memory(o->io);
    }
    if (code == EXIT_OK) {
        thresh_text_options options = text_options(o->io, o->a, false);
        code = write_step_files(&o->step, o->io, result, &options);
    }
    return code;
}

/* Standard output is flushed and checked at the very end, in run(). */
int close_outputs(outputs *o, bool whole)
{
    int code = EXIT_OK;

    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].path != NULL && close_output_file(&o->list[i].file, o->io, whole) != EXIT_OK)
            code = EXIT_TROUBLE;
    if (close_step_files(&o->step, o->io) != EXIT_OK)
        code = EXIT_TROUBLE;
    return code;
}
