/* The decision log for people: entries in a table, and one with all that it was made from. */
#include "report/listing.h"

#include <string.h>

static const char *verdict_of(const words *w, const thresh_log_entry *e)
{
    for (thresh_verdict v = THRESH_ACCEPT; v <= THRESH_REJECT; v++)
        if (strcmp(e->verdict, thresh_verdict_name(v)) == 0)
            return verdict_word(w, v);
    return e->verdict;
}

/* What is no file: where a rollout stood, and the time that it was. */
static bool is_circumstance(const thresh_log_file *f)
{
    return strcmp(f->role, "state") == 0 || strcmp(f->role, "clock") == 0;
}

static bool is_profile(const thresh_log_file *f)
{
    return strcmp(f->role, "profile") == 0 || strcmp(f->role, "built-in") == 0;
}

/* Names of the profiles, or of the other files, each once. */
static const char *names_of(listing *l, const thresh_log_entry *e, bool profiles)
{
    enum { MOST = 4 };
    const char *names[MOST + 1];
    size_t count = 0;

    for (size_t i = 0; i < e->file_count && count <= MOST; i++) {
        const thresh_log_file *f = &e->files[i];
        bool known = is_profile(f) != profiles || is_circumstance(f);

        for (size_t k = 0; k < count && !known; k++)
            known = strcmp(names[k], f->asked) == 0;
        if (!known) {
            names[count] = count == MOST ? "..." : f->asked;
            count++;
        }
    }
    return count == 0 ? "-" : joined_words(&l->w, names, count, ", ");
}

/* "2026-11-25 04:12:48": the log itself has the fractions. */
static const char *short_time(listing *l, const char *time)
{
    return strlen(time) < 19 || time[10] != 'T'
               ? time
               : arena_printf(&l->arena, "%.10s %.8s", time, time + 11);
}

thresh_status thresh_report_log(const thresh_log_entry *const *entries, size_t count,
                                const thresh_text_options *options, FILE *stream)
{
    static const column columns[] = {
        { N_("FILES"), 0, false },   { N_("ENTRY"), 0, true },    { N_("TIME (UTC)"), 0, false },
        { N_("VERDICT"), 0, false }, { N_("COMMAND"), 2, false }, { N_("PROFILES"), 1, false },
        { N_("WHO"), 3, false },
    };
    listing l;

    open_listing(&l, options);
    for (size_t i = 0; i < count; i++) {
        const thresh_log_entry *e = entries[i];

        add_cell(&l, names_of(&l, e, false), NULL);
        add_cell(&l, arena_printf(&l.arena, "%lld", (long long)e->id), NULL);
        add_cell(&l, short_time(&l, e->time), NULL);
        add_cell(&l, verdict_of(&l.w, e), NULL);
        add_cell(&l, e->kind, NULL);
        add_cell(&l, names_of(&l, e, true), NULL);
        add_cell(&l, e->who, NULL);
    }
    return finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
}

/* --- one entry --- */

/* As a shell takes it, at `to`, where there is room for four times its length and two; its end. */
static char *put_quoted(char *to, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/=:,@%+";

    if (text[0] != '\0' && strspn(text, plain) == strlen(text))
        return stpcpy(to, text);
    *to++ = '\'';
    for (; *text != '\0'; text++)
        if (*text == '\'')
            to = stpcpy(to, "'\\''");
        else
            *to++ = *text;
    return stpcpy(to, "'");
}

static const char *command_of(listing *l, const thresh_log_entry *e)
{
    static const char name[] = "thresh";
    size_t room = sizeof name;
    char *line, *to;

    for (size_t i = 0; i < e->command_count; i++)
        room += 4 * strlen(e->command[i]) + 3;
    if ((line = arena_alloc(&l->arena, room)) == NULL)
        return "?";
    to = stpcpy(line, name);
    for (size_t i = 0; i < e->command_count; i++) {
        *to++ = ' ';
        to = put_quoted(to, e->command[i]);
    }
    return line;
}

static void print_line(listing *l, const char *title, const char *text, FILE *f)
{
    thresh_phrase phrase =
        phrase_make(&l->arena, title, &(thresh_phrase){ .text = text, .literal = true }, 1);

    if (text == NULL || text[0] == '\0')
        return;
    fprintf(f, "%*s", LISTING_INDENT, "");
    print_wrapped(f, listing_text(l, say(&l->w, phrase)), LISTING_INDENT, 2 * LISTING_INDENT,
                  (size_t)l->o->width);
}

thresh_status thresh_report_log_entry(const thresh_log_entry *e, const thresh_text_options *options,
                                      FILE *stream)
{
    static const column columns[] = {
        { N_("FILE"), 0, false },
        { N_("ROLE"), 0, false },
        { N_("SHA-256"), 0, false },
        { N_("BYTES"), 0, true },
    };
    listing l;

    open_listing(&l, options);
    fprintf(stream, "%s\n",
            listing_text(&l, say(&l.w, SAY(&l.arena, N_("entry %s: %s, exit code %s"),
                                           phrase_count(&l.arena, (size_t)e->id),
                                           phrase_word(verdict_of(&l.w, e)),
                                           phrase_count(&l.arena, (size_t)e->exit_code)))));
    if (options->quiet)
        return finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
    print_line(&l, N_("time: %s"), e->time, stream);
    print_line(&l, N_("who: %s"), e->who, stream);
    print_line(&l, N_("host: %s"), e->host, stream);
    print_line(&l, N_("folder: %s"), e->folder, stream);
    print_line(&l, N_("commit: %s"), e->revision, stream);
    print_line(&l, N_("version of thresh: %s"), e->version, stream);
    print_line(&l, N_("command: %s"), command_of(&l, e), stream);
    print_line(&l, N_("hash: %s"), e->hash, stream);
    print_line(&l, N_("hash of the entry before: %s"), e->previous, stream);
    for (size_t i = 0; i < e->file_count; i++) {
        const thresh_log_file *f = &e->files[i];

        add_cell(&l, f->path, NULL);
        add_cell(&l, f->role, NULL);
        add_cell(&l, arena_strndup(&l.arena, f->sha256, 12), NULL);
        add_cell(&l, arena_printf(&l.arena, "%llu", (unsigned long long)f->size), NULL);
    }
    return finish_listing(&l, columns, sizeof columns / sizeof *columns, stream);
}
