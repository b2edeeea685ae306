/* Values of a plan of a rollout that stand alone: texts, times, counts, chances. */
#include "profile/rollout_values.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

enum { SECONDS_A_DAY = 86400, MOST_DAYS = 3660 };

const char *plan_text(roi_reader *r, const node *n)
{
    const char *kept;

    if (!roi_need(r, n, NODE_TEXT, "a text"))
        return NULL;
    if (n->text[0] == '\0') {
        roi_expected(r, n, "a text");
        return NULL;
    }
    if ((kept = arena_strdup(r->arena, n->text)) == NULL)
        roi_out_of_memory(r);
    return kept;
}

double plan_duration(roi_reader *r, const node *n)
{
    static const struct {
        const char *word;
        double seconds;
    } words[] = { { "second", 1 },
                  { "minute", 60 },
                  { "hour", 3600 },
                  { "day", SECONDS_A_DAY },
                  { "week", 7 * SECONDS_A_DAY } };
    const char *text = n->text != NULL ? n->text : "";
    size_t len = strspn(text, "+-0123456789.eE");
    const char *word = text + len + strspn(text + len, " ");
    double value;

    if (len > 0 && thresh_parse_number(&value, text, len) && value >= 0)
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t letters = strlen(words[i].word);
            bool named = strncmp(word, words[i].word, letters) == 0
                         && (word[letters] == '\0' || strcmp(word + letters, "s") == 0);
            if (named && value * words[i].seconds <= (double)MOST_DAYS * SECONDS_A_DAY)
                return value * words[i].seconds;
        }
    if (n->type == NODE_NUMBER && n->number == 0)
        return 0;
    roi_expected(r, n, "a time of no more than 10 years, such as 6 hours or 1 day");
    return NAN;
}

double whole_between(roi_reader *r, const node *n, double least, double most, const char *what)
{
    if (n->type == NODE_NUMBER && n->number >= least && n->number <= most
        && n->number == floor(n->number))
        return n->number;
    roi_expected(r, n, what);
    return NAN;
}

double chance_between(roi_reader *r, const node *n, double least, double most, const char *what)
{
    double value;

    if (!roi_scalar(r, n, NUMBER_CHANCE, &value, NULL))
        return NAN;
    if (value > least && value < most)
        return value;
    roi_expected(r, n, what);
    return NAN;
}
