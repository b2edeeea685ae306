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
      "count "
      "from this file." },
    { "profile", "strict", "true or false",
      "Whatever the profile does not govern has the catalog's accept as its tolerate, and half of "
      "it "
      "as its accept; trade-offs do not count." },
    { "profile", "serve", "true or false",
      "false: those it is for are never served by a compressed model, whatever the figures say." },
    { "profile", "evidence", "a map", "What has to be proved, and how surely." },
    { "profile", "families", "a map from a family to its limits",
      "Limits for every metric of a family: proportion, area, ranking, error_rate, perplexity, "
      "points, rating, business_rate, latency, throughput, size, memory, cost or loss." },
    { "profile", "metrics", "a map from a metric to its limits",
      "Limits by kind (accuracy), by name (ndcg@10) or by scope/name (gsm8k/exact_match); globs "
      "are "
      "allowed. The most exact entry wins, key by key, and any of them over families." },
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
    { "profile", "kinds", "a map from a name to a kind",
      "Kinds of metrics that the catalog does not know, or knows otherwise." },
    { "profile", "aliases", "a map from a name to a kind's name",
      "What files call a kind. They win over the names that the catalog knows; *_acc and loss_* "
      "stand "
      "for any beginning and any end." },

    { "limits", "accept", "a limit",
      "A degradation up to it is not perceived: accepted. Alone it stands for tolerate too." },
    { "limits", "tolerate", "a limit",
      "A degradation up to it is perceived and still acceptable: a warning. Beyond it: a "
      "rejection. "
      "It has the unit of accept and is not below it." },
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
      "profiles "
      "the last one with groups decides." },
    { "score", "gains", "a map from a family or metric to a limit",
      "Improvements that are worth something: such a metric scores 1 at this improvement and 0.5 "
      "where nothing changed." },
    { "groups", "weight", "a number", "Of the group; groups without metrics are left out." },
    { "groups", "metrics", "a list of families and metrics",
      "What belongs to the group; the first group that names a metric has it." },

    { "roi", "minimum", "a number",
      "The least return that thresh eval --roi accepts; the larger one counts where the model of "
      "the "
      "return sets one too. Without --roi the verdict is review." },

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
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].place, place) != 0)
            continue;
        if (strcmp(keys[i].name, name) == 0)
            return true;
        nearest_offer(near, name, keys[i].name);
    }
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
