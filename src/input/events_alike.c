/*
 * What a line has in common with the line before: mostly its keys, their order, the blanks between
 * them and how many digits a number has. Where that is so a key is one comparison and a number one
 * step, and the place of the next one is known before this one is read. The first thing that is
 * different is left to those who read with more care, and who find what is wrong with it.
 */
#include "input/events.h"

#include <math.h>
#include <string.h>

/* Room for a token and the number behind it, which are read in steps of eight bytes. */
enum { AHEAD = 8 * GUESS_WORDS + 1 + DECIMAL_ROOM };

void events_guess(thresh_events *e, size_t position, uint32_t parent, uint32_t field,
                  const char *token, size_t len)
{
    event_guess *g;

    if (position >= EVENTS_GUESSES)
        return;
    g = &e->guesses[position];
    *g = (event_guess){ .parent = NO_PARENT };
    if (field == NO_FIELD || len > sizeof g->token)
        return;
    g->parent = parent;
    g->field = field;
    g->len = (uint32_t)len;
    g->plain = events_is_plain(&e->fields.items[field]);
    memcpy(g->token, token, len);
    memset(g->mask, 0xFF, len < sizeof g->mask ? len : sizeof g->mask);
}

/* Does its token stand at `p`? All words are compared before it is asked whether they are alike. */
static inline bool is_token(const event_guess *g, const char *p)
{
    uint64_t differ = 0, word;

    for (size_t i = 0; i < GUESS_MASKS; i++) {
        memcpy(&word, p + 8 * i, sizeof word);
        differ |= (word ^ g->token[i]) & g->mask[i];
    }
    return differ == 0
           && (g->len <= sizeof g->mask
               || memcmp(p + sizeof g->mask, &g->token[GUESS_MASKS], g->len - sizeof g->mask) == 0);
}

const event_guess *events_guessed(const thresh_events *e, const char *p, uint32_t parent,
                                  size_t position)
{
    const event_guess *g = &e->guesses[position < EVENTS_GUESSES ? position : EVENTS_GUESSES];

    return g->parent == parent && e->limit - p >= AHEAD && is_token(g, p) ? g : NULL;
}

static inline bool is_alike(const decimal_shape *shape, const char **at, char behind,
                            char or_behind, double *out)
{
    const char *end = *at + shape->length;

    if (shape->length == 0 || (*end != behind && *end != or_behind)
        || !decimal_alike(shape, *at, out))
        return false;
    *at = end;
    return true;
}

/* A number as this place had it lately, or else any other; `*at` moves to behind it. */
static inline bool read_alike(event_guess *g, const char **at, const char *limit, char behind,
                              char or_behind, double *out)
{
    const char *value = *at;

    if (is_alike(&g->shape, at, behind, or_behind, out)
        || is_alike(&g->other_shape, at, behind, or_behind, out))
        return true;
    if (!decimal_read(at, limit, out))
        return false;
    if (g->shape.length > 0)
        g->other_shape = g->shape;
    decimal_shape_of(&g->shape, value, *at);
    return isfinite(*out);
}

/* A text without escapes, and something else behind it; `*at` moves to behind it. */
static inline bool find_text(const char **at, const char *limit, event_value *v)
{
    const char *close = events_text_end(*at + 1, limit);

    if (*close != '"' || (close[1] != ',' && close[1] != '}'))
        return false;
    *v = (event_value){
        .type = VALUE_TEXT, .at = *at, .text = *at + 1, .len = (size_t)(close - *at - 1)
    };
    *at = close + 1;
    return true;
}

/* Room for what stands in a line that is like others. */
static event_item *more_items(event_row *r)
{
    return array_reserve(&r->items, &r->capacity, r->count + EVENTS_GUESSES, sizeof *r->items)
               ? r->items + r->count
               : NULL;
}

thresh_status events_json_alike(thresh_events *e, const char **at, uint32_t parent,
                                size_t *position)
{
    event_row *r = &e->row;
    event_field *fields = e->fields.items;
    const uint64_t line = e->counts.lines;
    const char *p = *at, *limit = e->limit;
    event_guess *g = &e->guesses[*position < EVENTS_GUESSES ? *position : EVENTS_GUESSES],
                *from = g;
    event_item *item;
    event_value text;
    thresh_status rc = THRESH_OK;

    if (g->parent != parent)
        return THRESH_OK;
    if ((item = more_items(r)) == NULL)
        return THRESH_ENOMEM;
    for (; g->parent == parent && limit - p >= AHEAD && is_token(g, p); g++) {
        event_field *f = &fields[g->field];
        const char *value = p + g->len;

        if (f->line == line)
            break;
        if (g->plain && read_alike(g, &value, limit, ',', '}', &item->value)) {
            item->field = g->field;
            item++;
            r->news |= !f->is_number;
        } else if (*value == '"' && find_text(&value, limit, &text)) {
            r->count = (size_t)(item - r->items);
            if ((rc = events_row_put(e, g->field, &text)) != THRESH_OK)
                return rc;
            if ((item = more_items(r)) == NULL)
                return THRESH_ENOMEM;
        } else {
            break;
        }
        f->line = line;
        p = value;
    }
    r->count = (size_t)(item - r->items);
    *position += (size_t)(g - from);
    *at = p;
    return THRESH_OK;
}

thresh_status events_csv_alike(thresh_events *e, const char **at, size_t *column)
{
    event_row *r = &e->row;
    event_field *fields = e->fields.items;
    const char *p = *at, *limit = e->limit;
    size_t i = *column, count = e->column_count < EVENTS_GUESSES ? e->column_count : EVENTS_GUESSES;
    char delimiter = e->delimiter;
    event_item *item;
    bool news = false;

    if ((item = more_items(r)) == NULL)
        return THRESH_ENOMEM;
    for (; i < count && limit - p >= AHEAD; i++, item++) {
        uint32_t field = e->columns[i];
        const char *value = p;

        if (field == NO_FIELD || !events_is_plain(&fields[field])
            || !read_alike(&e->guesses[i], &value, limit, delimiter, delimiter, &item->value)
            || *value != delimiter)
            break;
        item->field = field;
        news |= !fields[field].is_number;
        p = value + 1;
    }
    r->count = (size_t)(item - r->items);
    r->news |= news;
    *column = i;
    *at = p;
    return THRESH_OK;
}
