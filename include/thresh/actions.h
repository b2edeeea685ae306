/**
 * @file actions.h
 * What an alert sets going: a command, or a POST to a web hook. Each call has a key, and one folder
 * keeps what became of each key, so that a rollback is fired once whatever is killed and restarted.
 *
 * A call runs in a process of its own (the supervisor), which outlives the one that started it:
 * when that is killed, the command still ends, keeps its time limit, and its outcome is on file.
 * POSIX.
 */
#ifndef THRESH_ACTIONS_H
#define THRESH_ACTIONS_H

#include "thresh/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Longest key; letters, digits, '-', '_' and '.' (not first) are allowed. */
#define THRESH_ACTION_KEY_MAX 128
/** Bytes of output (of a command, or of a server's answer) that are kept; the rest is counted. */
#define THRESH_ACTION_OUTPUT_MAX 65536

/** What to run: `argv` or `url`, one of the two. Borrowed until thresh_action_start() returns. */
typedef struct thresh_action_call {
    const char *key;
    const char *const *argv;        /**< a command and its arguments, ends with NULL; no shell */
    const char *const *environment; /**< of the command, "NAME=value", ends with NULL */
    const char *const *headers;     /**< of the POST, "Name: value", besides ours; ends with NULL; or
                                         NULL. They are kept nowhere. */
    thresh_tls tls;                 /**< of the POST */
    const char *url;                /**< where to POST the body, as application/json with the key as
                                         Idempotency-Key */
    const char *body;               /**< also the command's standard input; may hold anything */
    size_t body_length;
    double timeout;   /**< seconds, of the command or of each try of the POST; > 0 */
    unsigned retries; /**< of a POST that met no server, 429 or 5xx */
    double backoff;   /**< seconds before the first of them; doubles with each */
} thresh_action_call;

/** How a call ended. */
typedef enum thresh_action_outcome {
    THRESH_ACTION_EXITED,      /**< `code` is the command's exit status */
    THRESH_ACTION_SIGNALLED,   /**< `code` is the signal */
    THRESH_ACTION_TIMED_OUT,   /**< `code` is 0 */
    THRESH_ACTION_NOT_STARTED, /**< `code` is the errno of exec or fork */
    THRESH_ACTION_ANSWERED,    /**< `code` is the HTTP status */
    THRESH_ACTION_UNREACHABLE, /**< no answer after all tries; `output` says why */
    THRESH_ACTION_INTERRUPTED  /**< the supervisor itself was killed: what the command did is not
                                    known, and it is not run again */
} thresh_action_outcome;

/** What became of a call; owned by the thresh_actions, valid until its next function is called. */
typedef struct thresh_action_run {
    const char *key;
    thresh_action_outcome outcome;
    int code;
    unsigned tries;     /**< 1 or more */
    double seconds;     /**< wall-clock time from first to last */
    const char *output; /**< what it wrote to standard output and error, NUL-terminated */
    size_t output_length;
    uint64_t output_total; /**< what it wrote in all; more than output_length where that was cut */
} thresh_action_run;

/** @return whether it did its work: exit status 0, or an HTTP status of 200 to 299. */
THRESH_API bool thresh_action_succeeded(const thresh_action_run *run);
/** @return the outcome's name, such as "exited" or "timed-out". */
THRESH_API const char *thresh_action_outcome_name(thresh_action_outcome outcome);

/**
 * The key of a call: the same whenever the same incident of the same source calls the same action,
 * and no other. @param source  whatever tells streams apart, such as the path of the input
 */
THRESH_API void thresh_action_key(char out[THRESH_ACTION_KEY_MAX + 1], const char *source,
                                  const char *incident, const char *action);

typedef struct thresh_actions thresh_actions;

/**
 * Opens the folder of what was run, and makes it (mode 0700) where it does not exist.
 * @return THRESH_EIO where it cannot be made or written.
 */
THRESH_API thresh_status thresh_actions_open(thresh_actions **out, const char *folder,
                                             thresh_diags *diags);
/** Does not wait: what still runs goes on without us. NULL is allowed. */
THRESH_API void thresh_actions_free(thresh_actions *actions);

/**
 * Starts a call, unless its key is on file: then the one that ran or still runs is what
 * thresh_actions_next() will tell of. A POST whose supervisor was killed is started again (at least
 * once, with the same key); a command is not (at most once).
 * Only one thread may run when this is called: it forks.
 *
 * @return THRESH_EINVAL for a key, a time limit or a call that makes no sense, THRESH_EIO where the
 *         folder or a new process cannot be had.
 */
THRESH_API thresh_status thresh_action_start(thresh_actions *actions,
                                             const thresh_action_call *call, thresh_diags *diags);

/** @return how many calls were started and not yet told of. */
THRESH_API size_t thresh_actions_pending(const thresh_actions *actions);

/**
 * Waits up to `wait` seconds (0: not at all) for a call to end.
 * @param[out] out  the call that ended, each one once, in no promised order; or NULL
 */
THRESH_API thresh_status thresh_actions_next(const thresh_action_run **out, thresh_actions *actions,
                                             double wait, thresh_diags *diags);

/** Whether a key may still be asked for. */
typedef bool thresh_action_needed_fn(void *context, const char *key);
/**
 * Removes what ended of a source, but for the newest `most` and for what is needed: of the keys that
 * thresh_action_key() makes. For a caller that keeps by itself which calls are still due: a key that
 * is asked for again would run again.
 */
THRESH_API thresh_status thresh_actions_tidy(thresh_actions *actions, const char *source,
                                             size_t most, thresh_action_needed_fn *needed,
                                             void *context, thresh_diags *diags);

/**
 * Forgets a key that ended: its file is removed, and the same key would run again. For when the
 * outcome is recorded elsewhere for good. A key that is not on file is no error.
 */
THRESH_API thresh_status thresh_action_forget(thresh_actions *actions, const char *key,
                                              thresh_diags *diags);

#ifdef __cplusplus
}
#endif
#endif
