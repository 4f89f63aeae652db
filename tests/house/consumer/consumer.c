/* SPDX-License-Identifier: MIT */
/* Uses the library as a stranger would: prints its version and the threads of a context. */
#include <stdio.h>
#include <string.h>

#include <edgeai/edgeai.h>

int main(void)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 2;
    edgeai_context *context = NULL;
    if (edgeai_context_create(&context, &options) != EDGEAI_OK) {
        fprintf(stderr, "%s\n", edgeai_last_error());
        return 1;
    }
    char expected[32];
    snprintf(expected, sizeof expected, "%d.%d.%d", EDGEAI_VERSION_MAJOR, EDGEAI_VERSION_MINOR,
             EDGEAI_VERSION_PATCH);
    int n_threads = edgeai_context_threads(context);
    edgeai_context_free(context);
    printf("edgeai %s, %d threads\n", edgeai_version(), n_threads);
    return strcmp(expected, edgeai_version()) == 0 && n_threads == 2 ? 0 : 1;
}
