/* Texts that come from files, written so that a format reads them as text and nothing else. Bytes
 * that are no UTF-8 become U+FFFD. */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include <stdio.h>

/* Of an element or, in double quotes, of an attribute; what XML 1.0 cannot hold becomes U+FFFD. */
void put_xml(FILE *f, const char *text);
/* With its quotes: a string of JSON, and of YAML, which takes each of those. */
void put_json(FILE *f, const char *text);
/* A number as both write it: null where it is not finite. */
void put_json_number(FILE *f, double value);
/* A path as the path of a URI: all but letters, digits and -._~/ is percent-encoded. */
void put_uri_path(FILE *f, const char *path);

#endif
