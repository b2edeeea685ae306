/* thresh-profile(5): the format of profiles. Its keys are those that the loader knows. */
#include "man.h"

#include <string.h>

/* Titles of places whose name alone does not say where their keys stand. */
static const char *const titles[][2] = {
    { "profile", "Keys of the profile" },           { "limits", "Keys of a metric or family" },
    { "groups", "Keys of each of score's groups" }, { "tradeoffs", "Keys of each of tradeoffs" },
    { "kinds", "Keys of each of kinds" },           { "levels", "Keys of a metric's levels" },
    { "actions", "Keys of each of actions" },
};

static const char *const limits[][2] = {
    { "2%", "relative to the baseline" },
    { "2pp", "percentage points" },
    { "3 points", "points of a score on 0 to 100" },
    { "20ms", "a time: ns, us, ms, s or min" },
    { "50MB", "a size: B, KB, MB, GB, TB, or KiB, MiB, GiB" },
    { "0.02", "the metric's own unit" },
    { "\"<1pp\"", "1 pp itself is already out" },
};

static const char *const lookup[] = {
    "A name that ends in .yaml or .yml, or begins with . or /, is a path.",
    "Folders of $THRESH_PROFILE_PATH, separated by colons.",
    "The folder .thresh/profiles/ of the working folder.",
    "The folder thresh/profiles/ of $XDG_CONFIG_HOME, or of ~/.config.",
    ("The profiles that are built in: thresh profiles list names them. tier/iot names the axis "
     "too; iot alone is the scenario."),
};

static const char *const profile_example =
    "schema: thresh/profile/v1\n"
    "name: shop-search\n"
    "title: Product search of the shop\n"
    "why: users are sensitive to ranking, with room for error\n"
    "extends: [search]\n"
    "evidence: {burden: point, confidence: 0.95}\n"
    "families:\n"
    "  ranking: {accept: 2%, tolerate: 3%}\n"
    "metrics:\n"
    "  ndcg@10: {accept: 1%, tolerate: 3%}\n"
    "  latency_p99: {ceiling: 200ms, ignore_below: 1ms}\n"
    "slices: {tolerate: 5pp, min_samples: 30}\n"
    "required: [ndcg@10]\n"
    "tradeoffs:\n"
    "  - {gain: {latency: 40%}, widen: {accuracy: 1pp}, cap: 4pp}\n"
    "kinds:\n"
    "  my_score: {family: points, direction: higher, aliases: [MyScore]}\n"
    "aliases: {my_acc: accuracy}\n";

/* The keys of the loader's table, which has those of a place together: no place can be forgotten.
 */
static void put_keys(FILE *f)
{
    const char *place = "";
    const thresh_key *k;

    for (size_t i = 0; (k = thresh_profile_key_at(i)) != NULL; i++) {
        if (strcmp(k->place, place) != 0) {
            const char *title = NULL;
            for (size_t n = 0; title == NULL && n < sizeof titles / sizeof *titles; n++)
                title = strcmp(titles[n][0], k->place) == 0 ? titles[n][1] : NULL;
            fprintf(f, ".SS %s%s\n", title != NULL ? title : "Keys of ",
                    title != NULL ? "" : k->place);
            place = k->place;
        }
        roff_item(f, k->name, k->form, k->help);
    }
}

void man_profile(FILE *f, const manual_page *page)
{
    roff_title(f, page);
    fputs(".SH DESCRIPTION\n", f);
    roff_text(f, "A profile is a YAML file of the limits that hold where a model will serve. Only "
                 "schema and name are required. An unknown key is an error, and so is the name of "
                 "a metric that is of no known kind: a slip of the pen must not become a rule that "
                 "never bites.");
    fputs(".PP\n", f);
    roff_text(f, "Where several profiles are named, the strictest limit wins, units brought "
                 "together by the value of the baseline. What no profile governs has the range of "
                 "the catalog.");
    put_keys(f);
    fputs(".SH LIMITS\n", f);
    roff_text(f, "A limit is a number with its unit, which decides how the degradation is "
                 "measured: 1% on an accuracy is relative, though its kind is usually measured in "
                 "points.");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        roff_item(f, limits[i][0], NULL, limits[i][1]);
    fputs(".SH LOOK\\-UP\n", f);
    roff_text(f, "A profile is looked for in this order:");
    for (size_t i = 0; i < sizeof lookup / sizeof *lookup; i++) {
        fprintf(f, ".IP %zu. 4\n", i + 1);
        roff_text(f, lookup[i]);
    }
    fputs(".PP\n", f);
    roff_text(f, "The verdict records the origin and the SHA-256 of each; --pin-profile refuses "
                 "any other.");
    fputs(".SH EDITORS\n", f);
    roff_text(f, "thresh help --schema profile-v1 prints a JSON Schema. An editor with a YAML "
                 "language server checks and completes a profile whose first line is "
                 "'# yaml-language-server: $schema=' with the path of that schema.");
    roff_surroundings(f);
    fputs(".SH EXAMPLES\n", f);
    roff_example(f, "Limits of a shop's search:", profile_example);
    roff_see_also(f, page->name);
}
