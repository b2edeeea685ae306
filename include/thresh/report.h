/**
 * @file report.h
 * Verdict document → text, JSON and what CI systems read. No figure is computed here.
 */
#ifndef THRESH_REPORT_H
#define THRESH_REPORT_H

#include <stdio.h>
#include <thresh/calibrate.h>
#include <thresh/language.h>
#include <thresh/matrix.h>
#include <thresh/monitor.h>
#include <thresh/log.h>
#include <thresh/plan.h>
#include <thresh/rank.h>
#include <thresh/roi.h>
#include <thresh/rollout.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct thresh_text_options {
    int width;   /**< columns of the terminal; 0: no limit */
    bool colour; /**< ANSI colours */
    bool ascii;  /**< plain ASCII symbols */
    bool quiet;  /**< the verdict line only */
    bool all;    /**< every metric, not only what matters */
    const thresh_language *language; /**< of words and sentences; NULL: English */
} thresh_text_options;

/** A format of the verdict. */
typedef struct thresh_report_format {
    const char *name; /**< as `-o` takes it */
    const char *help; /**< what it is for, in a few words */
    thresh_status (*write)(const thresh_result *result, const thresh_text_options *options,
                           FILE *stream); /**< THRESH_EIO when the stream is in error */
} thresh_report_format;
/** @return format `i`, or NULL behind the last. */
THRESH_API const thresh_report_format *thresh_report_format_at(size_t i);
/** @return the format of that name, or NULL. */
THRESH_API const thresh_report_format *thresh_report_format_find(const char *name);

/**
 * Writes text[0, len) broken into lines of `width` cells (0: one line): at spaces, and between
 * Chinese characters, which take two cells each. The cursor stands at column `start`; every further
 * line begins with `indent` spaces. Ends with a line break.
 */
THRESH_API void thresh_print_wrapped(FILE *stream, const char *text, size_t len, size_t start,
                                     size_t indent, size_t width);

/** Writes the text report. @return THRESH_EIO when the stream is in error. */
THRESH_API thresh_status thresh_report_text(const thresh_result *result,
                                            const thresh_text_options *options, FILE *stream);
/** Writes the verdict document, schema thresh/result/v1. One metric a line; memory does not grow. */
THRESH_API thresh_status thresh_report_json(const thresh_result *result, FILE *stream);
/**
 * Writes Markdown as GitHub reads it, for a comment or a job's summary: never more than 65,536
 * characters, and what is left out is counted. It begins with the comment `<!-- thresh-report -->`
 * and one that names profiles and candidate, by which a bot finds what it wrote before. Names from
 * files become no markup, link, mention, reference to an issue or emoji.
 */
THRESH_API thresh_status thresh_report_markdown(const thresh_result *result,
                                                const thresh_text_options *options, FILE *stream);
/**
 * Writes JUnit XML: a test case for each metric, a rejection as failure, a review as error (as
 * skipped where the verdict is a review that passes), a warning as passed with a text; and one for each reason that no metric shows.
 */
THRESH_API thresh_status thresh_report_junit(const thresh_result *result,
                                             const thresh_text_options *options, FILE *stream);
/** Writes TAP version 14, with the same test points as thresh_report_junit() has cases. */
THRESH_API thresh_status thresh_report_tap(const thresh_result *result,
                                           const thresh_text_options *options, FILE *stream);
/** Writes CSV (RFC 4180): a head, and a row for each metric, judged or not. Numbers round-trip; a text
 * that a spreadsheet would take for a formula begins with an apostrophe. */
THRESH_API thresh_status thresh_report_csv(const thresh_result *result,
                                           const thresh_text_options *options, FILE *stream);
/**
 * Writes SARIF 2.1.0: a rule for each reason code, and a result for each metric that was not accepted
 * (error, warning or note), worst first, 25,000 at most; the candidate's path is its place.
 */
THRESH_API thresh_status thresh_report_sarif(const thresh_result *result,
                                             const thresh_text_options *options, FILE *stream);
/**
 * Writes what a step of GitHub Actions prints: the text report in a group of the log, and annotations,
 * as many of a kind as GitHub shows. Nothing in a file can become a command to the runner.
 */
THRESH_API thresh_status thresh_report_github(const thresh_result *result,
                                              const thresh_text_options *options, FILE *stream);
/**
 * Writes an annotation of GitHub Actions for each error of the list, up to the ten that GitHub shows
 * of a step: for a run that came to no verdict.
 */
THRESH_API thresh_status thresh_report_github_errors(const thresh_diags *diags,
                                                     const thresh_text_options *options,
                                                     FILE *stream);
/** Writes a step's outputs, name=value: verdict, exit-code, accept, warn, review, reject, ungoverned. */
THRESH_API thresh_status thresh_report_step_outputs(const thresh_result *result, FILE *stream);
/**
 * Writes one HTML page that asks nothing of the network: what a browser shows, with scripts or without.
 * Of the options only the language counts. The same document gives the same bytes.
 */
THRESH_API thresh_status thresh_report_html(const thresh_result *result,
                                            const thresh_text_options *options, FILE *stream);

/** Writes a return as text: what adds up to it, its metrics, its assumptions. @return as above. */
THRESH_API thresh_status thresh_report_roi(const thresh_roi *roi, const thresh_text_options *options,
                                           FILE *stream);
/** Writes it as Markdown for a comment, as thresh_report_markdown() does. */
THRESH_API thresh_status thresh_report_roi_markdown(const thresh_roi *roi,
                                                    const thresh_text_options *options, FILE *stream);
/** Writes it as one HTML page, as thresh_report_html() does, with its distribution drawn. */
THRESH_API thresh_status thresh_report_roi_html(const thresh_roi *roi,
                                                const thresh_text_options *options, FILE *stream);
/** Writes a return as a document of its own, schema thresh/roi-result/v1. */
THRESH_API thresh_status thresh_report_roi_json(const thresh_roi *roi, int exit_code, FILE *stream);

/** Writes an observation of a rollout: the step, why, and the metrics of both arms. */
THRESH_API thresh_status thresh_report_observed(const thresh_observed *observed,
                                                const thresh_text_options *options, FILE *stream);
/** Writes the same as a document, schema thresh/rollout-result/v1. */
THRESH_API thresh_status thresh_report_observed_json(const thresh_observed *observed, int exit_code,
                                                     FILE *stream);
/** Writes where a rollout stands, and how it came there; where the plan was edited since it began, by the
    numbers of its stages. */
THRESH_API thresh_status thresh_report_rollout(const thresh_rollout_plan *plan,
                                               const thresh_rollout_info *info,
                                               const thresh_text_options *options, FILE *stream);
/** Writes the same as a document, schema thresh/rollout-status/v1. */
THRESH_API thresh_status thresh_report_rollout_json(const thresh_rollout_plan *plan,
                                                    const thresh_rollout_info *info, int exit_code,
                                                    FILE *stream);
/** Writes how a plan plays: how long it takes, and how often it errs. */
THRESH_API thresh_status
thresh_report_rollout_simulation(const thresh_rollout_simulation *simulation,
                                 const thresh_text_options *options, FILE *stream);
/** Writes the same as a document, schema thresh/rollout-simulation/v1. */
THRESH_API thresh_status
thresh_report_rollout_simulation_json(const thresh_rollout_simulation *simulation, FILE *stream);

/** Writes candidates in order: the recommended one, the table, why the others are out. */
THRESH_API thresh_status thresh_report_ranking(const thresh_ranking *ranking,
                                               const thresh_text_options *options, FILE *stream);
/** Writes it as Markdown, as thresh_report_markdown() does: never more than 65,536 characters. */
THRESH_API thresh_status thresh_report_ranking_markdown(const thresh_ranking *ranking,
                                                        const thresh_text_options *options,
                                                        FILE *stream);
/** Writes it as one HTML page, as thresh_report_html() does, with the candidates drawn by two axes. */
THRESH_API thresh_status thresh_report_ranking_html(const thresh_ranking *ranking,
                                                    const thresh_text_options *options,
                                                    FILE *stream);
/** Writes the same for programs, schema thresh/rank/v1. */
THRESH_API thresh_status thresh_report_ranking_json(const thresh_ranking *ranking, FILE *stream);

/**
 * Writes a matrix: a row for each scenario, a column for each candidate, as wide or as narrow as the
 * options say; then why a candidate is not accepted.
 */
THRESH_API thresh_status thresh_report_matrix(const thresh_matrix *matrix,
                                              const thresh_text_options *options, FILE *stream);
/** Writes the same for programs, schema thresh/matrix/v1. */
THRESH_API thresh_status thresh_report_matrix_json(const thresh_matrix *matrix,
                                                   const thresh_text_options *options,
                                                   FILE *stream);
/** Writes it as Markdown, as thresh_report_markdown() does: never more than 65,536 characters. */
THRESH_API thresh_status thresh_report_matrix_markdown(const thresh_matrix *matrix,
                                                       const thresh_text_options *options,
                                                       FILE *stream);
/** Writes it as one HTML page, as thresh_report_html() does. */
THRESH_API thresh_status thresh_report_matrix_html(const thresh_matrix *matrix,
                                                   const thresh_text_options *options, FILE *stream);

/**
 * Reads a verdict document that thresh_report_json() wrote; "-" is `standard_input`, which may be NULL.
 * The result gives the same reports, byte for byte, as the one it was written from.
 *
 * @param[out] out  free with thresh_result_free()
 * @return THRESH_EFORMAT, with a message: not a verdict document, of another schema, or changed since
 *         it was written (its seal, a SHA-256, keeps off slips of the hand; it is no signature)
 */
THRESH_API thresh_status thresh_result_read(thresh_result **out, const char *path,
                                            FILE *standard_input, thresh_diags *diags);

/**
 * Writes what was read from a file: each metric with its kind, scale, standard error and count, and
 * from `diags` what was not understood. @param policy gives the catalog and the chosen scales
 */
THRESH_API thresh_status thresh_report_set(const thresh_set *set, const thresh_policy *policy,
                                           const thresh_diags *diags,
                                           const thresh_text_options *options, FILE *stream);
/** A file that was looked at: what was read, or why it was not. */
typedef struct thresh_inspected {
    const char *path;
    const thresh_set *set; /**< NULL: refused */
    const char *remark;    /**< why it was refused, or what else is to be said; "" for nothing */
} thresh_inspected;
/** Writes a table of files, one a row: format, values, how many are judged, samples, remark. */
THRESH_API thresh_status thresh_report_files(const thresh_inspected *files, size_t count,
                                             const thresh_policy *policy,
                                             const thresh_text_options *options, FILE *stream);

/** Writes the limits of a policy: of every kind, or, unless `set` is NULL, of the metrics of a file. */
THRESH_API thresh_status thresh_report_policy(const thresh_policy *policy, const thresh_set *set,
                                              const thresh_text_options *options, FILE *stream);
/**
 * Prints what thresh_monitor would raise alerts for with this policy: windows, drift and actions, and
 * the levels of each metric of a baseline. @return as thresh_monitor_new()
 */
THRESH_API thresh_status thresh_report_levels(const thresh_policy *policy, const thresh_set *set,
                                              const thresh_text_options *options,
                                              thresh_diags *diags, FILE *stream);
/** Writes one line for each policy (of one profile each), with what it tolerates. */
THRESH_API thresh_status thresh_report_profiles(const thresh_policy *const *policies, size_t count,
                                                const thresh_text_options *options, FILE *stream);
/** Writes the table of thresh_plan(). */
THRESH_API thresh_status thresh_report_plan(const thresh_planned *plans, size_t count,
                                            const thresh_result *result,
                                            const thresh_plan_options *plan,
                                            const thresh_text_options *options, FILE *stream);
/** Writes what thresh_calibrate() found. */
THRESH_API thresh_status thresh_report_calibration(const thresh_calibration *calibration,
                                                   const thresh_text_options *options, FILE *stream);
/** Writes it as Markdown for a comment, as thresh_report_markdown() does. */
THRESH_API thresh_status thresh_report_calibration_markdown(const thresh_calibration *calibration,
                                                            const thresh_text_options *options,
                                                            FILE *stream);
/** Writes it as one HTML page, as thresh_report_html() does, with rows, curves and points drawn. */
THRESH_API thresh_status thresh_report_calibration_html(const thresh_calibration *calibration,
                                                        const thresh_text_options *options,
                                                        FILE *stream);
/** Writes the same as a document, schema thresh/calibration/v1, with bins and curves for a plot. */
THRESH_API thresh_status thresh_report_calibration_json(const thresh_calibration *calibration,
                                                        FILE *stream);
/**
 * Writes the limits as a profile, with what they were made of in comments.
 * @param calibration  known, and of a metric that is named
 * @param command      how it was made, for the comments
 */
THRESH_API thresh_status thresh_report_calibration_profile(const thresh_calibration *calibration,
                                                           const char *name, const char *command,
                                                           FILE *stream);
/**
 * Writes an alert as one line of JSON, schema thresh/alert/v1.
 * @param actions  names of what it sets going, ends with NULL; or NULL
 */
THRESH_API thresh_status thresh_report_alert_json(const thresh_alert *alert,
                                                  const char *const *actions, FILE *stream);
/** Writes the same as a sentence. */
THRESH_API thresh_status thresh_report_alert(const thresh_alert *alert,
                                             const thresh_text_options *options, FILE *stream);
/**
 * Writes an alert as Prometheus' Alertmanager takes it at /api/v2/alerts: the level it leaves resolved,
 * the one it reaches firing, each where `levels` has it.
 */
THRESH_API thresh_status thresh_report_alertmanager(const thresh_alert *alert,
                                                    const bool levels[THRESH_LEVELS],
                                                    const thresh_text_options *options,
                                                    FILE *stream);
/** Writes an alert as variables, THRESH_LEVEL=red and the like, a line each. */
THRESH_API thresh_status thresh_report_alert_variables(const thresh_alert *alert, const char *action,
                                                       FILE *stream);
/** Writes where every metric stands, and how many actions failed, for the textfile collector of Prometheus'
 * node exporter. */
THRESH_API thresh_status thresh_report_textfile(const thresh_monitor *monitor,
                                                const thresh_events_counts *events,
                                                uint64_t failed_actions, FILE *stream);
/** Writes what changed and is no level as one line of JSON, of the same schema. */
THRESH_API thresh_status thresh_report_event_json(const thresh_monitor_event *event, FILE *stream);
/** Writes the same as a sentence. */
THRESH_API thresh_status thresh_report_event(const thresh_monitor_event *event,
                                             const thresh_text_options *options, FILE *stream);
/** Writes where every metric stands, and what was read, of `events`, and what was not. */
THRESH_API thresh_status thresh_report_monitor(const thresh_monitor *monitor,
                                               const thresh_events_counts *events,
                                               const thresh_text_options *options, FILE *stream);
/** A run of a monitor, as it begins or ends. */
typedef struct thresh_monitor_run {
    const char *input;          /**< what it is called */
    const thresh_set *baseline; /**< NULL: the stream's own beginning */
    const thresh_policy *policy;
    const thresh_monitor *monitor;
    const thresh_events_counts *events;
    bool ended;
    int exit_code; /**< of the run; 0 while it runs */
} thresh_monitor_run;
/** Writes it as a document, schema thresh/monitor-status/v1. */
THRESH_API thresh_status thresh_report_monitor_json(const thresh_monitor_run *run, FILE *stream);
/** Writes a table of entries of the decision log. */
THRESH_API thresh_status thresh_report_log(const thresh_log_entry *const *entries, size_t count,
                                           const thresh_text_options *options, FILE *stream);
/** Writes one entry, with the files that it was made from. */
THRESH_API thresh_status thresh_report_log_entry(const thresh_log_entry *entry,
                                                 const thresh_text_options *options, FILE *stream);
/**
 * Writes what two verdicts do not have in common. @param names  of the two, for the table
 * @param[out] differ  whether that is anything
 */
THRESH_API thresh_status thresh_report_difference(const thresh_result *before,
                                                  const thresh_result *after,
                                                  const char *const names[2],
                                                  const thresh_text_options *options, bool *differ,
                                                  FILE *stream);
/** A document as it is on record; `text` of `len` bytes of JSON, of any schema. */
typedef struct thresh_document {
    const char *name; /**< for messages and tables: the number of its entry */
    const char *text;
    size_t len;
} thresh_document;
/** Writes a document as a table, a row for each figure in it: for those without a report of their own.
 * @return THRESH_EFORMAT, with a message: it is no JSON */
THRESH_API thresh_status thresh_report_figures(const thresh_document *document,
                                               const thresh_text_options *options, FILE *stream,
                                               thresh_diags *diags);
/**
 * Writes what two decisions of one command do not have in common: verdict, profiles, files, and each figure
 * of their documents. @param[out] differ  whether that is anything
 */
THRESH_API thresh_status thresh_report_entry_difference(const thresh_log_entry *const entries[2],
                                                        const thresh_document documents[2],
                                                        const thresh_text_options *options,
                                                        bool *differ, FILE *stream,
                                                        thresh_diags *diags);
/** Writes the table of thresh_prove(). */
THRESH_API thresh_status thresh_report_probes(const thresh_probe *probes, size_t count,
                                              const thresh_text_options *options, FILE *stream);

#ifdef __cplusplus
}
#endif
#endif
