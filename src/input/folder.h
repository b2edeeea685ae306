/* Folders as inputs. */
#ifndef INPUT_FOLDER_H
#define INPUT_FOLDER_H

#include "base/arena.h"
#include "thresh/input.h"

bool is_folder(const char *path);
/* Finds the results in a folder and reads them. */
thresh_status read_folder(thresh_set **out, const char *path, const thresh_read_options *options,
                          thresh_diags *diags);
/* Reads a file that is no folder; `scope` is that of its samples. */
thresh_status read_one_file(thresh_set **out, const char *path, FILE *standard_input,
                            const char *scope, const thresh_read_options *options,
                            thresh_diags *diags);

#endif
