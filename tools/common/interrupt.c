/* SPDX-License-Identifier: MIT */
#include "common/interrupt.h"

#include <signal.h>
#include <stddef.h>

#include "common/exit_code.h"

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

/* SA_RESETHAND puts the default action back, so that a second signal kills. */
static void catch_once(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void interrupt_install(void)
{
    struct sigaction ending = {.sa_handler = SIG_DFL};
    sigemptyset(&ending.sa_mask);
    sigaction(SIGPIPE, &ending, NULL); /* a parent may have left it ignored */
    catch_once();
}

bool interrupt_came(void)
{
    return caught != 0;
}

int interrupt_exit_code(void)
{
    return caught ? EXIT_CODE_SIGNAL + caught : 0;
}

void interrupt_forget(void)
{
    caught = 0;
    catch_once();
}
