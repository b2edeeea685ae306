/* The section of a return in a text report. */
#ifndef REPORT_ROI_H
#define REPORT_ROI_H

#include "report/roi_words.h"

thresh_status print_roi(FILE *f, const words *w, const thresh_text_options *o, const thresh_roi *r);

#endif
