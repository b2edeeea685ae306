/* What the commands share: streams, surroundings, parsed arguments. Only public headers here. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <thresh/thresh.h>

struct session;
typedef struct dossier dossier;

enum { EXIT_OK = 0, EXIT_REJECT = 1, EXIT_TROUBLE = 2, EXIT_REVIEW = 3 };

/* Marks a text that is translated where it is shown, for xgettext. */
#define N_(text) text

typedef struct streams {
    FILE *in, *out, *err;
    const thresh_language *language; /* of all that is written; NULL: English */
} streams;

/* What may stand in the place of an argument: the completions offer it. */
typedef struct value_set {
    enum {
        VALUE_WORDS, /* one of `words`; anything else is refused */
        VALUE_FILE,
        VALUE_NAMED_FILE, /* NAME=FILE */
        VALUE_PROFILE,    /* a profile of `axis`, or, where that is NULL, of any, or its file */
        VALUE_FORMAT,     /* a format that can be read */
        VALUE_OUTPUT, /* a format of the verdict, or one of `words`, and behind a colon a file */
        VALUE_COMMAND,
        VALUE_PAGE, /* of the manual */
        VALUE_SCHEMA,
        VALUE_KINDS
    } kind;
    const char *const *words; /* ends with NULL */
    const char *axis;
} value_set;

extern const value_set a_file, a_named_file, a_profile, a_tier, a_layer, a_group, a_format,
    an_output, a_page_output;

typedef struct option {
    const char *name;        /* without the dashes */
    char letter;             /* 0: none */
    const char *argument;    /* NULL: a switch */
    const value_set *values; /* what the argument may be; NULL: anything */
    const char *help;
} option;

typedef struct arguments arguments;

/* A command's first argument may be an action, with arguments of its own. */
typedef struct action {
    const char *name, *help;
    const char *wanted; /* its arguments, for "expected ..." */
    size_t least, most;
    const value_set *first, *rest;
    int (*run)(struct session *s); /* `session` is the command's own */
} action;

/* A line to be typed and what it is for. */
typedef struct example {
    const char *line, *help;
} example;

typedef struct exit_code {
    int code;
    const char *meaning;
} exit_code;

typedef struct command {
    const char *name;
    const char *synopsis;       /* one line for each form, separated by '\n', without "thresh" */
    const char *summary;        /* this and all that follows is translated where it is shown */
    const char *description;    /* paragraphs, separated by '\n' */
    const action *actions;      /* ends with a NULL name; NULL: none */
    const option *options;      /* as `actions`; --help and the like come from common_options */
    const exit_code *exits;     /* ends with a NULL meaning */
    const example *examples;    /* ends with a NULL line */
    size_t least, most;         /* positional arguments */
    const char *wanted;         /* what they are, for "expected ..." */
    const value_set *arguments; /* NULL: anything */
    bool endless;               /* its input may never end, and is not kept for the record */
    bool (*decides)(const arguments *a); /* whether there is anything to record; NULL: always */
    int (*run)(const streams *io, const arguments *a);
} command;

extern const command *const commands[]; /* ends with NULL */
extern const command eval_command, inspect_command, plan_command, profiles_command, report_command,
    rank_command, calibrate_command, roi_command, monitor_command, rollout_command, log_command,
    help_command;
extern const option common_options[];

enum { MAX_ARGUMENTS = 4096 };

typedef struct given_option {
    const option *option;
    const char *value;
} given_option;

struct arguments {
    const command *command;
    const char *const *positional;
    size_t count;
    const given_option *given;
    size_t given_count;
    dossier *dossier; /* what is judged goes on record, or comes from there; NULL: neither */
};

/* --- command.c --- */
/* The program: returns the exit code. */
int run(const streams *io, int argc, const char *const *argv);
const command *find_command(const char *name);

/* --- options.c --- */
/* Sorts argv into `out`; false when a message was printed. The arrays hold `argc` entries each. */
bool parse_arguments(const streams *io, const command *c, int argc, const char *const *argv,
                     arguments *out, const char **positional, given_option *given);
/* Last value of an option, or NULL. */
const char *option_value(const arguments *a, const char *name);
bool option_given(const arguments *a, const char *name);
/* A whole number of that range; where the option is not given, `*out` stays as it is. False when a
 * message was added. */
bool whole_option(const arguments *a, const char *name, uint64_t least, uint64_t most,
                  uint64_t *out, thresh_diags *diags);
#define MOST_WHOLE (UINT64_C(1) << 53) /* beyond it not every whole number can be written */
/* The i-th value of an option that may be repeated, or NULL. */
const char *option_at(const arguments *a, const char *name, size_t i);

/* The action that the first argument names, without one the first; NULL, and a message, where it is
 * none, or has other arguments than it takes. */
const action *choose_action(const streams *io, const arguments *a);

/* Is it the address of a server, and no file? */
bool is_prometheus(const char *path);

/* --- surroundings and messages, command.c --- */
thresh_text_options text_options(const streams *io, const arguments *a, bool to_standard_output);
bool is_utf8_locale(void);
thresh_lookup profile_lookup(char buffer[4096]);
/* A list of messages in the language of the streams; NULL when memory ran out. */
thresh_diags *new_diags(const streams *io);
/* The format is translated; returns EXIT_TROUBLE. */
int complain(const streams *io, const char *format, ...) THRESH_PRINTF(2, 3);
/* Prints messages of at least `least`; returns EXIT_TROUBLE. */
int print_diags(const streams *io, const thresh_diags *diags, thresh_severity least);
/* Prints the messages, or one for a status that left none; returns EXIT_TROUBLE. */
int failure(const streams *io, const thresh_diags *diags, thresh_status status);
int out_of_memory(const streams *io);
/* Ends a stream of open_memstream(&text, …), which is NULL where there was no memory for it, and
 * gives `rc`, or THRESH_ENOMEM where the text is not whole. */
thresh_status close_memory(FILE *f, char *const *text, thresh_status rc);

/* --- language.c --- */
/* Sets the language from the environment and from --lang, wherever it stands; EXIT_TROUBLE and a
 * message for a language there is none of. */
int choose_language(streams *io, int argc, const char *const *argv);
/* Position of what follows --lang TAG before the command. */
int skip_language(int argc, const char *const *argv);

/* --- policy.c: profiles named by options --- */
/* Rows of the commands that judge. */
#define LIMIT_OPTIONS                                                                              \
    { "profile", 'p', "NAME|FILE", &a_profile,                                                     \
      N_("limits to apply: a built-in name, a name in a folder of profiles, or a file ending in "  \
         ".yaml; repeat for several, the strictest limit wins") },                                 \
        { "tier", 0, "T", &a_tier, N_("a profile of the axis tier: cloud, edge or iot") },         \
        { "layer", 0, "L", &a_layer,                                                               \
          N_("a profile of the axis layer: core, important or auxiliary") },                       \
    {                                                                                              \
        "group", 0, "G", &a_group, N_("a profile of the axis group: vip, regular or free")         \
    }
#define SCALE_OPTION                                                                               \
    {                                                                                              \
        "scale", 0, "NAME=percent|fraction|mixed", NULL,                                           \
            N_("how the numbers of a metric, kind or glob are written: percentages or fractions "  \
               "in both "                                                                          \
               "files, or each as it looks")                                                       \
    }
thresh_status load_policy(thresh_policy **out, const arguments *a, const char *first,
                          thresh_diags *diags);
/* Warns of commands of `actions:` that are not there or may not be run: better now than at night.
 */
void warn_of_commands(const thresh_policy *policy, thresh_diags *diags);

/* --- inputs.c: files named by arguments --- */
/* baseline, candidate, anchor, and systems beside them */
enum { MAX_PATTERNS = 64, MOST_RIVALS = 16, MOST_INPUTS = 3 + MOST_RIVALS };

/* A file to be read, and what came of it; without a path it is none. */
typedef struct input_file {
    const char *path, *format;
    thresh_set *set; /* owned by the caller */
} input_file;

/* Values of an option that may be repeated, as a list that ends with NULL; false: too many. */
bool collect(const arguments *a, const char *name, const char *values[MAX_PATTERNS + 1]);
/* Reads the files, large ones at the same time; faults of all of them go to `diags`. `keep` names
 * columns whose texts are wanted. */
thresh_status read_inputs(input_file *files, size_t count, const streams *io, const arguments *a,
                          const char *const *keep, thresh_diags *diags);
/* Reads one file and measures its samples. */
thresh_status read_measured(thresh_set **out, const char *path, const streams *io,
                            const arguments *a, const thresh_policy *policy, thresh_diags *diags);

/* --- workers.c: many pieces of work of one kind --- */
/* Calls `work(context, i)` once for each i < count, on as many threads as there are processors, and
 * returns when all are done. Each writes what is its own, so that nothing depends on the threads.
 * On a terminal the progress is shown. */
void work_through(size_t count, void (*work)(void *context, size_t i), void *context,
                  const streams *io);

/* --- record.c: what a decision is made from and what came out, on record where that is asked for
 * ---
 */
#define RECORD_OPTION                                                                              \
    {                                                                                              \
        "record", 0, "FILE|URL", &a_file,                                                          \
            N_("put the decision on record, with all that it was made from: in a file of SQLite, " \
               "or in PostgreSQL (postgresql://...); default: $THRESH_LOG (thresh log --help)")    \
    }
/* Runs the command, with its dossier where it has the option and a record is asked for. */
int run_recorded(const streams *io, arguments *a, int argc, const char *const *argv);
/* Reads a file of results, as thresh_read_file() does. From several threads at once, too. */
thresh_status read_noted(thresh_set **out, const char *path, const streams *io, const arguments *a,
                         const thresh_read_options *options, thresh_diags *diags);
/* Where another file that the arguments name is to be read: what is read that way is noted, too. */
const char *noted_path(const arguments *a, const char *path);
/* The profiles that are looked up are noted. */
void note_profiles(const arguments *a, thresh_lookup *lookup);
/* Puts the decision on record; EXIT_TROUBLE, and a message, where that cannot be done. Nothing
 * where nobody asked for it. */
int record_decision(const streams *io, const arguments *a, const char *verdict, int code_of_it,
                    thresh_status (*write)(const void *decision, FILE *f), const void *decision);

/* Whether what is decided goes on record. */
bool is_recorded(const arguments *a);
/* The log of a command that outlives a failure of it: closed, and opened again for the next try. */
void close_record(const arguments *a);
thresh_status reopen_record(const arguments *a, thresh_diags *diags);

/* --- waiting.c: decisions that belong to a state, and go on record when that is kept --- */
/* A decision on its way; id and bytes are kept together with the state. */
typedef struct packed_decision {
    char id[33]; /* by chance, so that it is known in the log again */
    void *bytes; /* free with free() */
    size_t len;
} packed_decision;
/* Puts the files that were noted into the log, ahead of the decisions that are made from them. */
thresh_status keep_noted(const arguments *a, thresh_diags *diags);
/* Of files that were put there; it does not touch the log. */
thresh_status pack_decision(packed_decision *out, const arguments *a, const char *verdict, int code,
                            const char *document, size_t len);
/* Once, however often it is tried. */
thresh_status record_packed(const arguments *a, const packed_decision *decision,
                            thresh_diags *diags);
/* Under which key the decisions wait that belong to the state of `key`. */
void waiting_key(char out[THRESH_KEY_MAX + 1], const char *key);
/* Puts those on record, in their order. */
thresh_status record_waiting(const arguments *a, thresh_store *store, const char *key,
                             thresh_diags *diags);

/* --- replay.c: the same files, from an entry of the log --- */
/* Judges the stored files of an entry again: the document, to be freed, and the exit code of it. */
int replay_entry(const streams *io, thresh_store *store, const thresh_log_entry *entry,
                 char **document, size_t *len, thresh_diags *diags);
/* Whether all that it was made from is on record: not of a stream. */
bool is_replayable(const thresh_log_entry *entry);
/* Whether its command writes one report, to standard output. */
bool writes_one_report(const thresh_log_entry *entry);
/* Judges it again and writes the reports that the options of `asked` ask for; EXIT_OK or
 * EXIT_TROUBLE. */
int report_entry(const streams *io, thresh_store *store, const thresh_log_entry *entry,
                 const arguments *asked, thresh_diags *diags);
/* Where the file or folder of this name lies now, or NULL: it is not on record. */
const char *replayed_path(dossier *d, const char *asked);
bool replayed_profile(void *context, const char *asked, const char *axis, thresh_profile_file *out);
bool is_replay(const dossier *d);

/* --- revision.c --- */
/* The commit of the working folder, read from .git; "" where there is none. */
void find_revision(char out[64]);

/* --- roi.c: a model of the return, named by an argument or by --roi --- */
/* Reads the model, and --draws and --seed. */
thresh_status read_roi(thresh_roi_model **out, thresh_roi_options *options, const char *path,
                       const streams *io, const arguments *a, const thresh_policy *policy,
                       thresh_diags *diags);

/* --- outputs.c: files that are written beside their place, and put there when they are whole ---
 */
enum { MAX_OUTPUTS = 16, MOST_OUTPUT_INPUTS = MOST_INPUTS + 2 };

typedef struct output_file {
    const char *path; /* as given; NULL: none */
    char *target, *beside;
    FILE *file;
} output_file;

/* Fails, with a message, where it will not be possible to write. */
int open_output_file(output_file *f, const streams *io, const char *path);
/* Puts the file in its place, or takes away what was written of it. Also of one that did not open.
 */
int close_output_file(output_file *f, const streams *io, bool whole);

typedef struct output {
    size_t format;    /* its place among those of the command */
    const char *path; /* NULL: standard output */
    output_file file;
} output;

/* --- github.c: files of a step that the report for GitHub Actions is appended to --- */
enum { STEP_FILES = 2 };
typedef struct step_files {
    FILE *list[STEP_FILES]; /* NULL: the runner gave none */
} step_files;

int open_step_files(step_files *files, const streams *io);
int write_step_files(const step_files *files, const streams *io, const thresh_result *result,
                     const thresh_text_options *options);
int close_step_files(step_files *files, const streams *io);

/* --- outputs.c again: all that a command writes of a verdict --- */
typedef struct outputs {
    const streams *io;
    const arguments *a;
    const char *inputs[MOST_OUTPUT_INPUTS + 1]; /* files that no output may be; ends with NULL */
    const char *(*format_at)(size_t i);         /* names of the formats, NULL behind the last */
    output list[MAX_OUTPUTS];
    size_t count;
    step_files step; /* where a report for GitHub Actions is asked for */
} outputs;

/* Opens what the options -o ask for, of the formats of a command; without any, the first on
 * standard output. `inputs` has MOST_OUTPUT_INPUTS paths, NULL for none. */
int open_outputs(outputs *o, const streams *io, const arguments *a, const char *const *inputs,
                 const char *(*format_at)(size_t i));
FILE *output_stream(const outputs *o, size_t i);
/* The same of reports of a verdict; without -o the one of the CI system that runs this, else text.
 */
int open_reports(outputs *o, const streams *io, const arguments *a, const char *const *inputs);
/* Where no verdict came about: what was wrong, for reports that are read by a CI system. */
void report_trouble(const outputs *o, const thresh_diags *diags);
int write_reports(outputs *o, const thresh_result *result);
/* Fails when the path is an input, or another output. */
int check_output_path(const outputs *o, const char *path);
int close_outputs(outputs *o, bool whole);

/* --- rank.c, and matrix.c for its --matrix --- */
/* What no file has to be read for: EXIT_OK, or a message was printed. */
int check_rank_arguments(const outputs *o, const arguments *a);
int run_matrix(const streams *io, const arguments *a);

/* --- help.c --- */
void print_usage(const streams *io, const command *c);
void print_overview(const streams *io, FILE *f);

/* --- man.c, completion.c --- */
typedef struct manual_page {
    char name[64];
    int section;
    const char *summary;
} manual_page;
/* The i-th page; false behind the last. */
bool manual_at(manual_page *out, size_t i);
int print_man(const streams *io, const char *page);
void print_completion(FILE *f, const char *shell); /* bash, zsh or fish */

#endif
