/* The verdict as one HTML page that needs nothing else. Its head forbids every request and every
 * script and style but the two embedded ones, named by their hash; what a reader needs is in the
 * markup, and the script only sorts and filters. */
#include "report/html.h"

#include "base/file.h"
#include "report/table.h"

#include <string.h>

enum { OPEN_REASONS = 12, MOST_REASONS = 500 };

void recycle(page *p)
{
    bool failed = p->arena.failed;

    arena_free(&p->arena);
    p->arena = (arena)ARENA_INIT;
    p->arena.failed = failed;
}

const char *esc(page *p, const char *text)
{
    static const char *const escapes[0x80] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
    };
    enum { LONGEST_ESCAPE = 6 };
    const char *clean = printable(&p->arena, text, false);
    char *out, *to;

    if (clean == NULL || strpbrk(clean, "&<>\"'") == NULL)
        return clean != NULL ? clean : "?";
    if ((to = out = arena_alloc(&p->arena, strlen(clean) * LONGEST_ESCAPE + 1)) == NULL)
        return "?";
    for (; *clean != '\0'; clean++) {
        unsigned char c = (unsigned char)*clean;
        if (c < 0x80 && escapes[c] != NULL)
            to = stpcpy(to, escapes[c]);
        else
            *to++ = *clean;
    }
    *to = '\0';
    return out;
}

const char *esc_word(page *p, const char *text)
{
    return esc(p, word(&p->w, text));
}

const char *verdict_class(thresh_verdict v)
{
    static const char *const classes[] = {
        [THRESH_ACCEPT] = "va", [THRESH_WARN] = "vw", [THRESH_REVIEW] = "vr", [THRESH_REJECT] = "vx"
    };
    return classes[v];
}

const char *verdict_chip(page *p, thresh_verdict v)
{
    const char *chip = arena_printf(&p->arena, "<b class=%s>%s</b>", verdict_class(v),
                                    esc(p, verdict_word(&p->w, v)));

    return chip != NULL ? chip : "?";
}

void open_table(page *p, const char *class, const char *caption)
{
    const char *text = esc(p, caption);

    fprintf(p->f,
            "<div class=scroll role=region tabindex=0 aria-label=\"%s\">\n<table class=%s>\n"
            "<caption><span>%s</span></caption>\n",
            text, class, text);
}

void put_columns(page *p, const char *const *titles, size_t count)
{
    fputs("<thead><tr>", p->f);
    for (size_t i = 0; i < count; i++)
        fprintf(p->f, "<th scope=col>%s</th>", esc_word(p, titles[i]));
    fputs("</tr></thead>\n<tbody>\n", p->f);
}

void close_table(page *p)
{
    fputs("</tbody>\n</table>\n</div>\n", p->f);
}

void put_left_out(page *p, const char *template, size_t count)
{
    if (count > 0)
        fprintf(p->f, "<p class=left-out>%s</p>\n",
                esc(p, say(&p->w, SAY(&p->arena, template, phrase_count(&p->arena, count)))));
}

const char *origin_name(page *p, const char *from)
{
    return strcmp(from, "catalog") == 0 ? esc_word(p, N_("catalog")) : esc(p, from);
}

/* --- head --- */

static void put_asset(FILE *f, const char *element, const embedded_file *asset)
{
    fprintf(f, "<%s>", element);
    fwrite(asset->data, 1, asset->len, f);
    fprintf(f, "</%s>\n", element);
}

void open_page(page *p, const char *title)
{
    const embedded_file *style = &html_assets[0], *script = &html_assets[1];
    char style_hash[SHA256_BASE64], script_hash[SHA256_BASE64], tag[THRESH_TAG_MAX];

    sha256_base64(style_hash, style->data, style->len);
    sha256_base64(script_hash, script->data, script->len);
    fprintf(
        p->f,
        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta name=\"generator\" content=\"thresh %s\">\n<title>%s</title>\n",
        thresh_language_tag(tag, p->w.language), style_hash, script_hash, esc(p, thresh_version()),
        esc(p, title));
    put_asset(p->f, "style", style);
    put_asset(p->f, "script", script);
    fputs("</head>\n<body>\n", p->f);
}

/* --- at a glance --- */

/* How the verdicts share the metrics, as one bar. */
static void put_shares(page *p, const size_t counts[THRESH_REJECT + 1])
{
    double total = (double)p->r->metric_count, at = 0;

    fprintf(p->f, "<svg class=shares role=img><title>%s</title>", esc(p, tally(&p->w, p->r)));
    for (int v = THRESH_REJECT; v >= THRESH_ACCEPT; v--) {
        double end = at + (double)counts[v] / total * 1000;
        if (counts[v] > 0)
            fprintf(p->f, "<rect class=%s x=\"%d.%d%%\" width=\"%d.%d%%\" height=\"100%%\"/>",
                    verdict_class((thresh_verdict)v), (int)at / 10, (int)at % 10,
                    ((int)end - (int)at) / 10, ((int)end - (int)at) % 10);
        at = end;
    }
    fputs("</svg>\n", p->f);
}

void put_verdict_counts(page *p, const size_t counts[THRESH_REJECT + 1])
{
    for (int v = THRESH_REJECT; v >= THRESH_ACCEPT; v--)
        fprintf(p->f, "<li class=%s><b>%zu</b> <span>%s</span></li>\n",
                counts[v] > 0 ? verdict_class((thresh_verdict)v) : "none", counts[v],
                esc(p, verdict_word(&p->w, (thresh_verdict)v)));
}

static void put_verdict(page *p)
{
    const thresh_result *r = p->r;
    const size_t counts[] = { r->accepts, r->warns, r->reviews, r->rejects };

    fprintf(p->f,
            "<header class=%s>\n<p class=kicker>thresh</p>\n"
            "<h1><strong>%s</strong> <span>%s</span></h1>\n",
            verdict_class(r->verdict), esc(p, verdict_headword(&p->w, r->verdict)),
            esc(p, headline(&p->w, r)));
    fputs("<ul class=counts>\n", p->f);
    put_verdict_counts(p, counts);
    fprintf(p->f, "<li class=%s><b>%zu</b> <span>%s</span></li>\n</ul>\n",
            r->ungoverned_count > 0 ? "some" : "none", r->ungoverned_count,
            esc_word(p, N_("not judged")));
    if (r->metric_count > 0)
        put_shares(p, counts);
    fputs("</header>\n", p->f);
}

static void put_reason_items(page *p, size_t from, size_t to)
{
    fputs("<ul class=reasons>\n", p->f);
    for (size_t i = from; i < to; i++) {
        fprintf(p->f, "<li>%s <span>%s</span></li>\n", verdict_chip(p, p->r->reasons[i].verdict),
                esc(p, whole_words(&p->w, p->r, i)));
        recycle(p);
    }
    fputs("</ul>\n", p->f);
}

static void put_reasons(page *p)
{
    size_t count = p->r->reason_count, open = count < OPEN_REASONS ? count : OPEN_REASONS;
    size_t folded = count < MOST_REASONS ? count : MOST_REASONS;

    if (count == 0)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n", esc_word(p, N_("Reasons")));
    put_reason_items(p, 0, open);
    if (folded > open) {
        const char *more = say(&p->w, SAY(&p->arena, N_("further reasons (%s)"),
                                          phrase_count(&p->arena, folded - open)));
        fprintf(p->f, "<details>\n<summary>%s</summary>\n", esc(p, more));
        put_reason_items(p, open, folded);
        fputs("</details>\n", p->f);
    }
    put_left_out(p, N_("Left out here: %s; the verdict of each metric stands in the table"),
                 count - folded);
    fputs("</section>\n", p->f);
}

static void put_notes(page *p)
{
    const char *methods = methods_words(&p->w, p->r);

    if (p->r->note_count == 0 && methods == NULL)
        return;
    fprintf(p->f, "<section>\n<h2>%s</h2>\n<ul class=notes>\n", esc_word(p, N_("Notes")));
    for (size_t i = 0; i < p->r->note_count; i++)
        fprintf(p->f, "<li>%s</li>\n", esc(p, note_words(&p->w, p->r, i)));
    if (methods != NULL)
        fprintf(p->f, "<li>%s</li>\n", esc(p, methods));
    fputs("</ul>\n</section>\n", p->f);
}

void close_page(page *p, const char *judged_by)
{
    const char *text =
        strcmp(judged_by, thresh_version()) == 0
            ? say(&p->w,
                  SAY(&p->arena, N_("Judged and written by thresh %s."), phrase_word(judged_by)))
            : say(&p->w, SAY(&p->arena, N_("Judged by thresh %s, written by thresh %s."),
                             phrase_word(judged_by), phrase_word(thresh_version())));

    fprintf(p->f, "<footer><p>%s</p></footer>\n</body>\n</html>\n", esc(p, text));
}

thresh_status thresh_report_html(const thresh_result *result, const thresh_text_options *options,
                                 FILE *stream)
{
    /* the order in which the page is read */
    static void (*const sections[])(page *) = {
        put_reasons, put_plot,     put_slices, put_score,  put_rivals,
        put_metrics, put_unjudged, put_notes,  put_limits, put_sources,
    };
    page p = { .r = result, .f = stream, .arena = ARENA_INIT };
    const char *title;
    bool failed;

    p.w = (words){ &p.arena, options->language };
    title = arena_printf(&p.arena, "%s \xC2\xB7 %s", verdict_headword(&p.w, result->verdict),
                         headline(&p.w, result));
    open_page(&p, title != NULL ? title : "?");
    put_verdict(&p);
    fputs("<main>\n", stream);
    put_shapes(&p);
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        sections[i](&p);
        recycle(&p);
    }
    fputs("</main>\n", stream);
    close_page(&p, result->version);
    failed = p.arena.failed;
    arena_free(&p.arena);
    return failed ? THRESH_ENOMEM : ferror(stream) ? THRESH_EIO : THRESH_OK;
}
