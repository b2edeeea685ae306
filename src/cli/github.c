/* The files of a step of GitHub Actions that the report for it goes to besides the log: the job's
 * summary and the step's outputs. Both are appended to, since earlier steps and commands wrote
 * there. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* GitHub refuses the whole summary of a step that is larger. */
enum { MOST_OF_SUMMARY = 1024 * 1024 };

static thresh_status write_step_outputs(const thresh_result *result,
                                        const thresh_text_options *options, FILE *f)
{
    (void)options;
    return thresh_report_step_outputs(result, f);
}

static const struct {
    const char *variable; /* names the file */
    thresh_status (*write)(const thresh_result *result, const thresh_text_options *options,
                           FILE *f);
    long most; /* bytes of the file; 0: no limit */
} kinds[STEP_FILES] = {
    { "GITHUB_STEP_SUMMARY", thresh_report_markdown, MOST_OF_SUMMARY },
    { "GITHUB_OUTPUT", write_step_outputs, 0 },
};

static int cannot_append(const streams *io, const char *path)
{
    return errno != 0 ? complain(io, "cannot write '%s': %s", path,
                                 thresh_translate(io->language, strerror(errno)))
                      : complain(io, "cannot write '%s'", path);
}

int open_step_files(step_files *files, const streams *io)
{
    for (size_t i = 0; i < STEP_FILES; i++) {
        const char *path = getenv(kinds[i].variable);

        if (path == NULL || path[0] == '\0')
            continue;
        errno = 0;
        if ((files->list[i] = fopen(path, "ab")) == NULL)
            return cannot_append(io, path);
    }
    return EXIT_OK;
}

/* The whole text at once, so that a failure to make it leaves nothing of it. */
static int append(FILE *f, size_t kind, const streams *io, const thresh_result *result,
                  const thresh_text_options *options)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    thresh_status rc = memory == NULL ? THRESH_ENOMEM : kinds[kind].write(result, options, memory);
    struct stat st;
    int code = EXIT_OK;

    rc = close_memory(memory, &text, rc);
    if (rc != THRESH_OK)
        code = out_of_memory(io);
    else if (kinds[kind].most > 0 && fstat(fileno(f), &st) == 0
             && st.st_size + (long)size > kinds[kind].most)
        complain(io, "the summary of this step has no room for the report: it holds 1 MiB at most");
    else
        fwrite(text, 1, size, f); /* what went wrong is said when it is closed */
    free(text);
    return code;
}

int write_step_files(const step_files *files, const streams *io, const thresh_result *result,
                     const thresh_text_options *options)
{
    thresh_text_options plain = *options;
    int code = EXIT_OK;

    plain.colour = false;
    for (size_t i = 0; i < STEP_FILES && code == EXIT_OK; i++)
        if (files->list[i] != NULL)
            code = append(files->list[i], i, io, result, &plain);
    return code;
}

int close_step_files(step_files *files, const streams *io)
{
    int code = EXIT_OK;

    for (size_t i = 0; i < STEP_FILES; i++) {
        bool failed = files->list[i] != NULL && ferror(files->list[i]) != 0;

        errno = 0;
        if (files->list[i] != NULL && (fclose(files->list[i]) != 0 || failed))
            code = cannot_append(io, getenv(kinds[i].variable));
        files->list[i] = NULL;
    }
    return code;
}
