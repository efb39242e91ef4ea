/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside export --prometheus`: an HTTP server that reads the lists whenever it is asked, or
 * prints once what it would answer.
 *
 * libmicrohttpd serves from one thread of its own, so that two scrapes follow each other; the main
 * thread waits for the signal that ends it. */
#include "exposition.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define MOST_CONNECTIONS 16
#define PATIENCE 30 /* seconds for a connection that says nothing */

static const char description[] =
    "Serve the figures of lookaside lists to Prometheus, at http://ADDRESS:PORT/metrics."
    "\vADDRESS is the loopback, 127.0.0.1, unless it is given; an IPv6 address stands in brackets. "
    "PORT 0 takes a free one and tells which. There is neither encryption nor a password: serve "
    "other addresses only where everybody may see the figures.\n\n"
    "Without --pid, all processes are read that may be.\n\n"
    "Exit status: 0 when a signal ended it; the others are those of `lookaside show`.";

enum option_key { KEY_PROMETHEUS = 256, KEY_ONCE };

static const struct argp_option options[] = {
    {"prometheus", KEY_PROMETHEUS, "[ADDRESS:]PORT", 0, "where to serve", 0},
    {"once", KEY_ONCE, NULL, 0, "print the figures once, and serve nothing", 0},
    {"pid", 'p', "PID", 0, "only this process; may be given several times", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    bool serve;
    bool once;
    pid_t *pids;
    size_t count;
    size_t capacity;
};

/* [ADDRESS:]PORT, in which an IPv6 address stands in brackets. */
static void set_address(struct settings *settings, struct argp_state *state, const char *text)
{
    const char *colon = strrchr(text, ':');
    const char *port = colon != NULL ? colon + 1 : text;
    char host[INET6_ADDRSTRLEN + 2] = "127.0.0.1";
    in_port_t number = htons((in_port_t)arguments_number(state, port, 0, 65535));

    if (colon != NULL) {
        bool brackets = text[0] == '[' && colon > text && colon[-1] == ']';
        snprintf(host, sizeof(host), "%.*s", (int)(colon - text) - 2 * brackets, text + brackets);
    }
    if (strcmp(host, "localhost") == 0) {
        snprintf(host, sizeof(host), "127.0.0.1");
    }
    if (inet_pton(AF_INET, host, &settings->address.v4.sin_addr) == 1) {
        settings->address.v4.sin_family = AF_INET;
        settings->address.v4.sin_port = number;
    } else if (inet_pton(AF_INET6, host, &settings->address.v6.sin6_addr) == 1) {
        settings->address.v6.sin6_family = AF_INET6;
        settings->address.v6.sin6_port = number;
    } else {
        argp_error(state, "'%s' is no address; as in 127.0.0.1:9301 or [::1]:9301", host);
    }
    settings->serve = true;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case KEY_PROMETHEUS:
        set_address(settings, state, argument);
        return 0;
    case KEY_ONCE:
        settings->once = true;
        return 0;
    case 'p':
        settings->pids = tool_grow(settings->pids, settings->count, &settings->capacity,
                                   sizeof(*settings->pids));
        settings->pids[settings->count++] = arguments_process(state, argument);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s'? Processes are named with --pid", argument);
        return 0;
    case ARGP_KEY_END:
        if (!settings->serve && !settings->once) {
            argp_error(state, "--prometheus [ADDRESS:]PORT, or --once?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- HTTP ------------------------------------------------------------------------------------ */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type,
                              char *text, size_t length)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);

    if (response == NULL) {
        free(text);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", type);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    }
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    static int seen;
    const struct settings *settings = context;
    char *text;
    size_t length;

    (void)version;
    (void)upload;
    if (*state == NULL) { /* the headers are there; what is uploaded is thrown away */
        *state = &seen;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        text = tool_format("There is only GET /metrics.\n");
        return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", text, strlen(text));
    }
    if (strcmp(url, "/metrics") != 0) {
        text = tool_format("The figures are at /metrics.\n");
        unsigned status = strcmp(url, "/") == 0 ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND;
        return answer(connection, status, "text/plain", text, strlen(text));
    }
    exposition_of(settings->pids, settings->count, &text, &length);
    return answer(connection, MHD_HTTP_OK, CONTENT_TYPE, text, length);
}

static void tell_address(struct MHD_Daemon *daemon, const struct settings *settings)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    unsigned port = info != NULL ? info->port : 0;
    char host[INET6_ADDRSTRLEN];
    bool six = settings->address.any.sa_family == AF_INET6;
    const void *address = six ? (const void *)&settings->address.v6.sin6_addr
                              : (const void *)&settings->address.v4.sin_addr;

    inet_ntop(settings->address.any.sa_family, address, host, sizeof(host));
    printf(six ? "http://[%s]:%u/metrics\n" : "http://%s:%u/metrics\n", host, port);
    fflush(stdout);
}

static void serve(struct settings *settings)
{
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
    sigset_t ends;
    int number;

    /* Before there is another thread, so that the signals come here. */
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    if (settings->address.any.sa_family == AF_INET6) {
        flags |= MHD_USE_IPv6;
    }
    struct MHD_Daemon *daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, handle, settings, MHD_OPTION_SOCK_ADDR,
                         &settings->address, MHD_OPTION_CONNECTION_LIMIT, MOST_CONNECTIONS,
                         MHD_OPTION_CONNECTION_TIMEOUT, PATIENCE, MHD_OPTION_END);
    if (daemon == NULL) {
        tool_fail("cannot serve there: %s", errno != 0 ? strerror(errno) : "is the port in use?");
    }
    tell_address(daemon, settings);
    sigwait(&ends, &number);
    MHD_stop_daemon(daemon);
}

int export_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, NULL, description, NULL, NULL, NULL};
    struct settings settings = {.once = false};

    arguments_parse(&argp, argc, argv, 0, &settings);
    for (size_t i = 0; i < settings.count; i++) { /* a mistyped PID should not be served for long */
        struct inspect_error error;
        struct inspect_target *target = inspect_open_process(settings.pids[i], &error);
        if (target == NULL) {
            look_fail(&error);
        }
        inspect_close(target);
    }
    if (settings.once) {
        char *text;
        size_t length;
        exposition_of(settings.pids, settings.count, &text, &length);
        fwrite(text, 1, length, stdout);
        look_finish(stdout);
        free(text);
    } else {
        serve(&settings);
    }
    free(settings.pids);
    return 0;
}
