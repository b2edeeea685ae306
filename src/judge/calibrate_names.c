/* What the names of a history's columns say. */
#include "judge/calibrate_names.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains(const char *name, const char *part)
{
    for (; *name != '\0'; name++) {
        size_t i = 0;
        while (part[i] != '\0' && lower(name[i]) == part[i])
            i++;
        if (part[i] == '\0')
            return true;
    }
    return false;
}

bool contains_any(const char *name, const char *const *parts)
{
    for (; *parts != NULL; parts++)
        if (contains(name, *parts))
            return true;
    return false;
}

bool is_any(const char *name, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(name) == strlen(*words) && contains(name, *words))
            return true;
    return false;
}

/* What is more, the worse; looked for before the others, for "unsatisfied" has "satisf" in it. */
const char *const bad_names[] = { "complain", "churn",    "bounce",   "abandon",  "escalat",
                                  "refund",   "unsubscr", "unsatisf", "dissatis", "unresolv",
                                  "error",    "report",   "dislike",  "negative", "return",
                                  "投诉",     "流失",     "跳出",     "退款",     "差评",
                                  NULL };
const char *const good_names[] = { "retention",  "retain",  "satisf", "csat",  "nps",
                                   "conversion", "convert", "click",  "ctr",   "purchas",
                                   "order",      "revenue", "engag",  "resol", "rating",
                                   "score",      "like",    "留存",   "满意",  "转化",
                                   "点击",       "收入",    "评分",   NULL };
/* Of these a number above 1 is a mean of answers, even where it is whole. */
const char *const mean_names[] = { "satisf",  "csat", "nps",  "rating", "score",
                                   "revenue", "满意", "评分", "收入",   NULL };
const char *const trial_names[] = { "n",       "users",    "sessions",      "requests",
                                    "visits",  "visitors", "conversations", "impressions",
                                    "samples", "count",    "queries",       "orders_n",
                                    "用户数",  "会话数",   "请求数",        NULL };

/* A unit at the end of a name: "accuracy_drop_pp", "ndcg drop (%)"; *len is the name without. */
const char *unit_of_name(const char *name, size_t *len)
{
    static const struct {
        const char *end, *unit;
    } ends[] = {
        { "_pp", "pp" }, { " pp", "pp" },         { "(pp)", "pp" },
        { "_pct", "%" }, { "_percent", "%" },     { "(%)", "%" },
        { "%", "%" },    { "_ms", "ms" },         { "(ms)", "ms" },
        { "_mb", "MB" }, { "_points", "points" }, { "(points)", "points" },
    };

    *len = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i].end);
        if (*len > n && contains(name + *len - n, ends[i].end)) {
            *len -= n;
            while (*len > 0 && name[*len - 1] == ' ')
                --*len;
            return ends[i].unit;
        }
    }
    return NULL;
}

/* "accuracy_drop_pp" is of accuracy. */
const char *metric_of_name(calibration *c, const char *name)
{
    static const char *const ends[] = { "_drop", "_degradation", "_loss", "_increase", "_rise",
                                        " drop", " degradation", " loss", " increase", "_dose" };
    size_t len;

    unit_of_name(name, &len);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (len > n && strncmp(name + len - n, ends[i], n) == 0) {
            const char *metric = arena_strndup(&c->arena, name, len - n);
            if (metric == NULL || thresh_catalog_resolve(c->catalog, metric).kind != NULL)
                return metric;
        }
    }
    return NULL;
}

bool is_dose_name(calibration *c, const char *name)
{
    static const char *const names[] = { "degradation", "drop", "dose", NULL };
    char bare[64];
    size_t len;

    unit_of_name(name, &len);
    if (len < sizeof bare) {
        memcpy(bare, name, len);
        bare[len] = '\0';
        if (is_any(bare, names))
            return true;
    }
    return metric_of_name(c, name) != NULL;
}

/* The value of an outcome in a list of "[OUTCOME=]VALUE"; the last that is for it counts. */
const char *wish_for(const char *const *list, const char *outcome)
{
    const char *found = NULL;
    size_t len = strlen(outcome);

    for (; list != NULL && *list != NULL; list++)
        if (strncmp(*list, outcome, len) == 0 && (*list)[len] == '=')
            found = *list + len + 1;
        else if (strchr(*list, '=') == NULL)
            found = *list;
    return found;
}
