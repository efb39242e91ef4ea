/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What someone who uses the library writes first; each project beside this file builds it. */

#include <stdio.h>
#include <string.h>

#include <lookaside/lookaside.h>

struct session {
    char user[56];
};

LOOKASIDE_TYPED_LIST(session, struct session);

int main(void)
{
    char header_version[32];
    snprintf(header_version, sizeof(header_version), "%d.%d.%d", LOOKASIDE_VERSION_MAJOR,
             LOOKASIDE_VERSION_MINOR, LOOKASIDE_VERSION_PATCH);
    if (strcmp(header_version, lookaside_version()) != 0 || strcmp(header_version, VERSION) != 0) {
        fprintf(stderr, "the header is %s, the library %s, the package %s\n", header_version,
                lookaside_version(), VERSION);
        return 1;
    }
    lookaside_status status = session_init(LOOKASIDE_PAGED, NULL);
    struct session *session = status == LOOKASIDE_OK ? session_alloc() : NULL;
    if (session == NULL) {
        fprintf(stderr, "no session: %s\n", lookaside_status_message(status));
        return 1;
    }
    strcpy(session->user, "somebody");
    session_free(session);
    return session_destroy() != LOOKASIDE_OK;
}
