/* thresh: the program. */
#include "cli.h"

#include <signal.h>

int main(int argc, char **argv)
{
    streams io = { stdin, stdout, stderr, NULL };

    /* a closed pipe has to end in exit code 2 with a message, not in a signal */
    signal(SIGPIPE, SIG_IGN);
    return run(&io, argc, (const char *const *)argv);
}
