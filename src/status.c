/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a status or a bugcheck is called and means: the tables of <lookaside/status.h>, looked up. */
#include <lookaside/status.h>

#include <errno.h>
#include <stddef.h>

#define UNSUCCESSFUL 0xC0000001u /* STATUS_UNSUCCESSFUL */

struct status_row {
    lookaside_status status;
    const char *name;
    uint32_t ntstatus;
    int error;
    const char *message;
};

static const struct status_row status_rows[] = {
#define ROW(name, value, ntstatus, error, sentence)                                                \
    {LOOKASIDE_##name, "LOOKASIDE_" #name, ntstatus, error, sentence},
    LOOKASIDE_STATUS_TABLE(ROW)
#undef ROW
};

static const struct status_row *row_of(lookaside_status status)
{
    static const struct status_row unknown = {LOOKASIDE_OK, "LOOKASIDE_UNKNOWN_STATUS",
                                              UNSUCCESSFUL, EINVAL,
                                              "The value is not a status of this library."};

    for (size_t i = 0; i < sizeof(status_rows) / sizeof(status_rows[0]); i++) {
        if (status_rows[i].status == status) {
            return &status_rows[i];
        }
    }
    return &unknown;
}

const char *lookaside_status_name(lookaside_status status)
{
    return row_of(status)->name;
}

const char *lookaside_status_message(lookaside_status status)
{
    return row_of(status)->message;
}

uint32_t lookaside_ntstatus(lookaside_status status)
{
    return row_of(status)->ntstatus;
}

int lookaside_errno(lookaside_status status)
{
    return row_of(status)->error;
}

const char *lookaside_bugcheck_message(lookaside_bugcheck_code code)
{
    switch (code) {
#define CASE(name, value, sentence)                                                                \
    case LOOKASIDE_BUGCHECK_##name:                                                                \
        return sentence;
        LOOKASIDE_BUGCHECK_TABLE(CASE)
#undef CASE
    }
    return "the contract was broken in a way that this library does not know";
}
