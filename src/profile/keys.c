/* The keys of a profile: what may stand where, in what form, and what it means. The loader refuses
 * every other; the manual page and the schema for editors say the same of each. */
#include "metric/catalog.h"
#include "profile/builtin.h"
#include "profile/profile.h"

#include <string.h>

/* Those of a kind stand with its reader, in metric/kind.c. */
static const thresh_key keys[] = {
    { "profile", "schema", "thresh/profile/v1", "The format of this file. Required, with name." },
    { "profile", "name", "a text", "What reports call the profile. Required, with schema." },
    { "profile", "axis", "scenario, task, norm, tier, layer or group",
      "What the profile is about; scenario where nothing is said." },
    { "profile", "title", "a text", "The name in full, for people." },
    { "profile", "why", "a text", "Why the limits are what they are." },
    { "profile", "extends", "a list of names or paths",
      "Profiles to inherit from; what stands in this file overrides theirs, key by key. Paths "
      "count from this file." },
    { "profile", "strict", "true or false",
      "Whatever the profile does not govern has the catalog's accept as its tolerate, and half of "
      "it as its accept; trade-offs do not count." },
    { "profile", "serve", "true or false",
      "false: those it is for are never served by a compressed model, whatever the figures say." },
    { "profile", "evidence", "a map", "What has to be proved, and how surely." },
    { "profile", "families", "a map from a family to its limits",
      "Limits for every metric of a family: proportion, area, ranking, error_rate, perplexity, "
      "points, rating, business_rate, latency, throughput, size, memory, cost or loss." },
    { "profile", "metrics", "a map from a metric to its limits",
      "Limits by kind (accuracy), by name (ndcg@10) or by scope/name (gsm8k/exact_match); globs "
      "are allowed. The most exact entry wins, key by key, and any of them over families." },
    { "profile", "slices", "a map",
      "The rule for the metrics of a part: a class of a report, a subtask of a group, a "
      "language." },
    { "profile", "required", "a list of metrics",
      "Metrics that both files must have; one that is missing rejects." },
    { "profile", "require_any", "a list of metrics", "At least one of these must be there." },
    { "profile", "scale", "a map from a metric to percent, fraction or mixed",
      "How the numbers of a metric are written: percentages or fractions in both files, or each as "
      "it looks." },
    { "profile", "tradeoffs", "a list of maps",
      "When one metric improves enough, another may lose more than it usually may." },
    { "profile", "score", "a map",
      "A score over groups of metrics, and what it has to reach. It never outvotes a rejection." },
    { "profile", "roi", "a map", "What the return on bringing the candidate out has to be." },
    { "profile", "alerts", "a map",
      "What thresh monitor raises alerts for after release: windows, levels, and what is done." },
    { "profile", "kinds", "a map from a name to a kind",
      "Kinds of metrics that the catalog does not know, or knows otherwise." },
    { "profile", "aliases", "a map from a name to a kind's name",
      "What files call a kind. They win over the names that the catalog knows; *_acc and loss_* "
      "stand for any beginning and any end." },

    { "limits", "accept", "a limit",
      "A degradation up to it is not perceived: accepted. Alone it stands for tolerate too." },
    { "limits", "tolerate", "a limit",
      "A degradation up to it is perceived and still acceptable: a warning. Beyond it: a "
      "rejection. It has the unit of accept and is not below it." },
    { "limits", "floor", "a limit",
      "The least that the candidate's own value may be; nothing offsets it." },
    { "limits", "ceiling", "a limit",
      "The most that the candidate's own value may be; nothing offsets it." },
    { "limits", "gain", "a limit", "An improvement that is required: the target of compressing." },
    { "limits", "surprise", "a limit", "A larger improvement is suspicious: a review." },
    { "limits", "ignore_below", "a limit", "A smaller change is none, whatever its percentage." },
    { "limits", "absolute", "a limit",
      "The limit where the baseline is zero, from which no relative change exists." },

    { "evidence", "burden", "point, prove-safe or prove-harm",
      "point: the measured values are judged. prove-safe: the candidate has to show that it is no "
      "worse. prove-harm: noise must not block." },
    { "evidence", "confidence", "a number between 0.5 and 1",
      "The confidence of each bound of an interval, one-sided." },

    { "slices", "tolerate", "a limit",
      "The limit of every slice, instead of a multiple of the metric's own; beyond it a slice "
      "rejects, unless beyond says warn." },
    { "slices", "times", "a number from 1 to 100",
      "The limit of a slice is so many times the metric's own tolerate; 2 where nothing is said." },
    { "slices", "min_samples", "a count",
      "A slice of fewer samples never rejects alone; 30 where nothing is said." },
    { "slices", "beyond", "warn or reject", "What a slice beyond its limit is." },

    { "score", "pass", "a number up to 1", "A score below it rejects." },
    { "score", "groups", "a map from a name to a group",
      "Groups of metrics; by default business 0.5, experience 0.3 and cost 0.2. Of several "
      "profiles the last one with groups decides." },
    { "score", "gains", "a map from a family or metric to a limit",
      "Improvements that are worth something: such a metric scores 1 at this improvement and 0.5 "
      "where nothing changed." },
    { "groups", "weight", "a number", "Of the group; groups without metrics are left out." },
    { "groups", "metrics", "a list of families and metrics",
      "What belongs to the group; the first group that names a metric has it." },

    { "roi", "minimum", "a number",
      "The least return that thresh eval --roi accepts; the larger one counts where the model of "
      "the return sets one too. Without --roi the verdict is review." },

    { "alerts", "window", "a count or a time",
      "How many readings of a metric, or how much time, are summed up and judged together; 1000 "
      "where nothing is said." },
    { "alerts", "slide", "a count or a time",
      "How far the window moves on each time; as far as it is long where nothing is said. It has "
      "to divide the window." },
    { "alerts", "lateness", "a time",
      "How much older than the newest a row may be and still count; 60s where nothing is said." },
    { "alerts", "max_bad", "a percentage, or none",
      "Red when more of the lines cannot be read; 5% where nothing is said." },
    { "alerts", "max_late", "a percentage, or none",
      "Red when more of the lines come too late; 5% where nothing is said." },
    { "alerts", "adaptive", "true, false or tighten-only",
      "Whether yellow and orange follow drift; floors and red never do." },
    { "alerts", "tolerance", "a map", "How far yellow and orange follow drift, and how fast." },
    { "alerts", "drift", "a map",
      "Which columns are followed for drift, and by what; --drift adds columns." },
    { "alerts", "for", "a number of windows",
      "So many windows in a row have to be beyond a limit; 1 where nothing is said." },
    { "alerts", "clear", "a map", "When a level is left again." },
    { "alerts", "no_data", "a time, or never",
      "A metric that was there and is not seen for so long is red, while others are seen." },
    { "alerts", "max_missing", "a percentage, or none",
      "A metric is red when more of its values are null, empty or no numbers; 50% where nothing is "
      "said." },
    { "alerts", "confidence", "a number between 0.5 and 1",
      "How surely the degradation has to lie beyond a limit; 0.99 where nothing is said." },
    { "alerts", "statistic", "mean, median or a percentile such as p95",
      "What a window is summed up by; where nothing is said the percentile in a metric's name, "
      "else the mean." },
    { "alerts", "families", "a map from a family to its levels",
      "Levels for every metric of a family." },
    { "alerts", "metrics", "a map from a metric to its levels",
      "Levels by kind, by name or by scope/name; globs are allowed." },
    { "alerts", "actions", "a map from a name to an action",
      "What an alert sets going, when thresh monitor is given --allow-actions." },

    { "levels", "yellow", "a limit, or none", "A degradation beyond it is to be watched." },
    { "levels", "orange", "a limit, or none", "Beyond it traffic is to be limited." },
    { "levels", "red", "a limit, or none", "Beyond it the model is to be rolled back." },
    { "levels", "floor", "a limit", "A value below it is red, whatever the baseline says." },
    { "levels", "ceiling", "a limit", "A value above it is red, whatever the baseline says." },
    { "levels", "for", "a number of windows", "The same of this metric alone." },
    { "levels", "clear", "a map", "The same of this metric alone." },
    { "levels", "no_data", "a time, or never", "The same of this metric alone." },
    { "levels", "max_missing", "a percentage, or none", "The same of this metric alone." },
    { "levels", "confidence", "a number between 0.5 and 1", "The same of this metric alone." },
    { "levels", "statistic", "mean, median or a percentile such as p95",
      "The same of this metric alone." },

    { "clear", "below", "a percentage",
      "A level is left when the degradation lies this share of the limit below it; 10% where "
      "nothing is said." },
    { "clear", "windows", "a number of windows",
      "So many windows in a row; 2 where nothing is said." },

    { "tolerance", "start", "a percentage",
      "The tolerance that limits are written for; 2% where nothing is said." },
    { "tolerance", "least", "a percentage",
      "It never falls below this; 1% where nothing is said." },
    { "tolerance", "most", "a percentage", "It never rises above this; 5% where nothing is said." },
    { "tolerance", "widen", "a factor above 1",
      "What it is multiplied by after a window with drift; 1.2 where nothing is said." },
    { "tolerance", "tighten", "a factor below 1",
      "What it is multiplied by after a stable window; 0.95 where nothing is said." },
    { "tolerance", "window", "a number of rows",
      "How many rows are one window of drift; 1000 where nothing is said." },

    { "drift", "columns", "a list of columns",
      "What is followed; it need not be a metric. The whole stream's, and no slice's." },
    { "drift", "methods", "a list of page-hinkley, adwin, kolmogorov-smirnov and psi",
      "By what; by all of them where nothing is said." },
    { "drift", "page-hinkley", "a number above 0",
      "How far values may stray from their mean, summed up in standard deviations of the first "
      "window; 40 where nothing is said. Less is seen sooner, and more often without cause." },
    { "drift", "adwin", "a number between 0 and 1",
      "The chance that one look at the values cuts off the older ones without cause; 0.002 where "
      "nothing is said." },
    { "drift", "kolmogorov-smirnov", "a number between 0 and 1",
      "The p value below which a window differs from the first one; 0.0001 where nothing is "
      "said." },
    { "drift", "psi", "a number above 0",
      "The population stability index above which it does, where chance alone gives none such; "
      "0.25 where nothing is said." },
    { "drift", "window", "a count from 50 to 10000",
      "How many values are compared with the first so many; 1000 where nothing is said." },

    { "actions", "at", "a level, or a list of levels",
      "The levels that set it going when they, or worse ones, are reached; none stands for the end "
      "of an incident." },
    { "actions", "each", "incident or alert",
      "Once an incident, or for every alert; a command runs once an incident where nothing is "
      "said." },
    { "actions", "command", "a list of texts",
      "A program and its arguments, run without a shell; the alert is its standard input." },
    { "actions", "url", "an address, or a secret", "A web hook: the alert is posted there." },
    { "actions", "alertmanager", "an address", "An Alertmanager of Prometheus." },
    { "actions", "textfile", "a path", "A file for the textfile collector of Prometheus." },
    { "actions", "headers", "a map from a name to a text, or a secret",
      "Headers of what is posted; Authorization and Cookie have to be secrets." },
    { "actions", "ca_file", "a path",
      "Certificates (PEM) that are trusted instead of the system's." },
    { "actions", "cert_file", "a path", "The certificate (PEM) to show to the server." },
    { "actions", "key_file", "a path", "Its key, where that is not in the same file." },
    { "actions", "timeout", "a time", "What takes longer is ended; 60s where nothing is said." },
    { "actions", "retries", "a count from 0 to 20",
      "How often a post that failed is tried again; 5 where nothing is said." },
    { "actions", "backoff", "a time",
      "What is waited before the first retry, and twice as long before each further one; 1s where "
      "nothing is said." },

    { "secrets", "file", "a path", "The file whose first line it is; read for each post." },
    { "secrets", "env", "a name", "The variable of the environment that it is." },
    { "secrets", "before", "a text", "What comes before it, such as \"Bearer \"." },

    { "tradeoffs", "gain", "one metric with a limit",
      "The metric that has to improve, and by how much." },
    { "tradeoffs", "widen", "one metric with a limit",
      "The metric whose tolerate grows, and by how much." },
    { "tradeoffs", "cap", "a limit", "What tolerate never grows beyond." },
};
enum { KEYS = sizeof keys / sizeof *keys };

const thresh_key *thresh_profile_key_at(size_t i)
{
    return i < KEYS ? &keys[i] : i - KEYS < kind_key_count ? &kind_keys[i - KEYS] : NULL;
}

bool key_is_known(const char *place, const char *name, nearest *near)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].place, place) == 0 && strcmp(keys[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].place, place) == 0)
            nearest_offer(near, name, keys[i].name);
    return false;
}

const char *thresh_schema_at(size_t i, const char **text, size_t *len)
{
    if (i >= builtin_schemas_count)
        return NULL;
    if (text != NULL)
        *text = builtin_schemas[i].data;
    if (len != NULL)
        *len = builtin_schemas[i].len;
    return builtin_schemas[i].name;
}
