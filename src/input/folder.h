/* Folders as inputs. */
#ifndef INPUT_FOLDER_H
#define INPUT_FOLDER_H

#include "base/arena.h"
#include "thresh/input.h"

bool is_folder(const char *path);
/* Finds the results in a folder and reads them. */
thresh_status read_folder(thresh_set **out, const char *path, const char *format,
                          thresh_diags *diags);

#endif
