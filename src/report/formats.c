/* The formats of the verdict, one row each. */
#include "base/language.h"
#include "thresh/report.h"

#include <stddef.h>
#include <string.h>

static thresh_status write_json(const thresh_result *result, const thresh_text_options *options,
                                FILE *stream)
{
    (void)options;
    return thresh_report_json(result, stream);
}

static const thresh_report_format formats[] = {
    { "text", N_("for people, on a terminal"), thresh_report_text },
    { "json", N_("the verdict document, for programs"), write_json },
    { "markdown", N_("for a comment on a pull request"), thresh_report_markdown },
    { "junit", N_("JUnit XML, for what shows test results"), thresh_report_junit },
    { "tap", N_("TAP version 14, for test harnesses"), thresh_report_tap },
    { "csv", N_("a row for each metric, for spreadsheets"), thresh_report_csv },
    { "sarif", N_("SARIF 2.1.0, for code scanning"), thresh_report_sarif },
    { "github", N_("log group and annotations of GitHub Actions"), thresh_report_github },
    { "html", N_("one page that needs nothing else, for a browser and for printing"),
      thresh_report_html },
};

const thresh_report_format *thresh_report_format_at(size_t i)
{
    return i < sizeof formats / sizeof *formats ? &formats[i] : NULL;
}

const thresh_report_format *thresh_report_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}
