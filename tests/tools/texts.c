/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What is said about lists, of a made-up target: cases that real ones are rarely in.
 *
 * Deliberate breaks that were seen to be caught:
 *   "too shallow" whatever the tuner did      the_tuner_is_idle, the_tuner_found_it_too_deep
 *   99.999 % is rounded                       a_rate_is_cut
 *   a moved list has no mark                  a_list_that_moved_is_marked
 *   overlong UTF-8 is taken                   what_is_no_text_becomes_question_marks
 *   every character takes one column          columns_stand_in_line_whatever_the_names */
#include "../../tools/inspect/printable.h"
#include "../../tools/inspect/text_out.h"
#include "../support/cmocka_test.h"

#include <stdio.h>

/* ---- The target ------------------------------------------------------------------------------ */

struct inspect_target {
    enum inspect_kind kind;
    pid_t pid;
    const char *command;
    const char *signal;
};

enum inspect_kind inspect_kind_of(const struct inspect_target *target)
{
    return target->kind;
}

pid_t inspect_pid(const struct inspect_target *target)
{
    return target->pid;
}

const char *inspect_command(const struct inspect_target *target)
{
    return target->command;
}

const char *inspect_core_signal(const struct inspect_target *target)
{
    return target->signal;
}

void inspect_describe_address(struct inspect_target *target, uint64_t address, char *text,
                              size_t size)
{
    (void)target;
    snprintf(text, size, "libserver.so+0x%x", (unsigned)address);
}

static struct inspect_target server = {INSPECT_PROCESS, 4711, "server", ""};

static struct inspect_list list_of(const char *name)
{
    struct inspect_list list = {
        .handle = 0x7f3a10000940,
        .stride = 288,
        .slabs = 2,
        .slab_free = 7,
        .statistics = {.tag = LOOKASIDE_TAG('S', 'e', 's', 's'),
                       .type = LOOKASIDE_PAGED,
                       .size = 280,
                       .depth = 30,
                       .maximum_depth = 256,
                       .total_allocates = 100000,
                       .allocate_misses = 1,
                       .misses_cold = 1,
                       .live_entries = 2643,
                       .current_depth = 12,
                       .highest_entries = 9120},
    };

    snprintf(list.statistics.name, sizeof(list.statistics.name), "%s", name);
    return list;
}

/* ---- What is said ---------------------------------------------------------------------------- */

static char said[16384];
static size_t length;

static void write_text(void *context, const char *text, size_t size)
{
    (void)context;
    assert_true(length + size < sizeof(said));
    memcpy(said + length, text, size);
    length += size;
    said[length] = '\0';
}

static const struct inspect_text to = {write_text, NULL, false};

static int forget(void **state)
{
    (void)state;
    length = 0;
    said[0] = '\0';
    return 0;
}

static void assert_said(const char *words)
{
    if (strstr(said, words) == NULL) {
        fail_msg("\"%s\" is not in:\n%s", words, said);
    }
}

static void say_list(const struct inspect_list *list)
{
    struct inspect_snapshot snapshot = {.now = 100000};

    inspect_text_list(&to, &server, &snapshot, list);
}

static void say_lists(struct inspect_list *lists, size_t count, bool moved)
{
    struct inspect_copy copy = {.version = "0.1.0", .lists = count};
    struct inspect_snapshot snapshot = {
        .lists = lists, .list_count = count, .copies = &copy, .copy_count = 1, .moved = moved};

    inspect_text_lists(&to, &server, &snapshot, 0);
}

/* ---- Figures --------------------------------------------------------------------------------- */

TEST(a_rate_is_cut)
{
    char figure[TEXT_FIGURE];

    assert_string_equal(text_hit_rate(figure, 0, 0, 2), "-");
    assert_string_equal(text_hit_rate(figure, 5, 0, 2), "100%");
    assert_string_equal(text_hit_rate(figure, 1000000000, 1, 2), "99.99%");
    assert_string_equal(text_hit_rate(figure, UINT64_MAX, 1, 4), "99.9999%");
    assert_string_equal(text_hit_rate(figure, 3, 1, 2), "66.66%");
    assert_string_equal(text_hit_rate(figure, 3, 3, 2), "0.00%");
    assert_string_equal(text_hit_rate(figure, 3, 5, 2), "0.00%");
}

TEST(bytes_are_short)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {{0, "0"},
                 {999, "999"},
                 {1000, "0.98K"},
                 {1024, "1.00K"},
                 {10240, "10.0K"},
                 {102400, "100K"},
                 {1048576, "1.00M"},
                 {3145728, "3.00M"},
                 {(uint64_t)5 << 30, "5.00G"},
                 {UINT64_MAX, "16.0E"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char figure[TEXT_FIGURE];
        assert_string_equal(text_bytes(figure, cases[i].bytes), cases[i].text);
    }
}

TEST(durations_are_as_people_say_them)
{
    char figure[TEXT_FIGURE];

    assert_string_equal(text_duration(figure, 40), "40 ms");
    assert_string_equal(text_duration(figure, 1250), "1.2 s");
    assert_string_equal(text_duration(figure, 200000), "3 min 20 s");
    assert_string_equal(text_duration(figure, 18180000), "5 h 3 min");
}

TEST(what_is_no_text_becomes_question_marks)
{
    static const struct {
        const char *text, *clean;
    } cases[] = {
        {"plain", "plain"},
        {"\033[31m", "?[31m"},
        {"a\nb\tc\177", "a?b?c?"},
        {"gr\303\274n \342\202\254 \360\237\230\200", "gr\303\274n \342\202\254 \360\237\230\200"},
        {"\302\233", "??"},                           /* a control character of two bytes */
        {"\300\257\340\200\257", "?????"},            /* overlong */
        {"\355\240\200", "???"},                      /* a surrogate */
        {"\364\220\200\200", "????"},                 /* beyond the last character */
        {"\342\200\256fdp\342\201\246", "???fdp???"}, /* turns the line round */
        {"\303", "?"},                                /* cut */
        {"\377\376", "??"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[64];
        snprintf(text, sizeof(text), "%s", cases[i].text);
        printable_make(text);
        assert_string_equal(text, cases[i].clean);
    }
}

/* ---- The table ------------------------------------------------------------------------------- */

TEST(all_lists_are_a_table)
{
    struct inspect_list lists[] = {list_of("sessions"), list_of("")};

    say_lists(lists, 2, false);
    assert_said(
        "server, process 4711: 2 lists of lookaside 0.1.0\n\n"
        "LIST            TAG   SIZE  LIVE  CACHED  FREE  HIGHEST   DEPTH     HIT  MAPPED\n"
        "sessions        Sess   280  2643      12     7     9120  30/256  99.99%       0\n"
        "0x7f3a10000940  Sess   280  2643      12     7     9120  30/256  99.99%       0\n"
        "2 lists                     5286      24    14                                0\n");
}

TEST(columns_stand_in_line_whatever_the_names)
{
    struct inspect_list lists[] = {list_of("abc"), list_of("\346\227\245\346\234\254"),
                                   list_of("e\314\201t\303\251")};

    say_lists(lists, 3, false);
    assert_said("\nLIST     TAG ");
    assert_said("\nabc      Sess ");
    assert_said("\n\346\227\245\346\234\254     Sess "); /* two characters of two columns */
    assert_said("\ne\314\201t\303\251      Sess ");      /* four, one on top of another */
}

TEST(a_list_that_moved_is_marked)
{
    struct inspect_list lists[] = {list_of("sessions")};

    say_lists(lists, 1, false);
    assert_null(strstr(said, "~"));
    lists[0].moved = true;
    say_lists(lists, 1, true);
    assert_said("sessions ~ ");
    assert_said("~ changed while it was read");
    assert_said("some may be missing");
    forget(NULL);
    say_list(&lists[0]);
    assert_said("~ changed while it was read");
}

TEST(a_program_without_lists_has_no_table)
{
    say_lists(NULL, 0, false);
    assert_said("server, process 4711: 0 lists");
    assert_null(strstr(said, "HIGHEST"));
}

TEST(a_core_tells_its_signal)
{
    struct inspect_target core = {INSPECT_CORE, 12, "server", "SIGSEGV"};
    struct inspect_target unknown = {INSPECT_CORE, 0, "", ""};

    inspect_text_target(&to, &core);
    assert_string_equal(said, "server, core of process 12, SIGSEGV");
    forget(NULL);
    inspect_text_target(&to, &unknown);
    assert_string_equal(said, "a core");
}

TEST(copies_and_newer_libraries_are_named)
{
    struct inspect_copy copies[] = {
        {.version = "0.1.0", .module = "/usr/bin/server", .lists = 1},
        {.version = "0.9.0", .lists = 1, .unknown = "a record called naps"},
    };
    struct inspect_list lists[] = {list_of("one"), list_of("two")};
    struct inspect_snapshot snapshot = {
        .lists = lists, .list_count = 2, .copies = copies, .copy_count = 2};

    lists[1].copy = 1;
    inspect_text_lists(&to, &server, &snapshot, 0);
    assert_said("1 list of lookaside 0.1.0 in /usr/bin/server\n");
    assert_said("1 list of lookaside 0.9.0 in an unknown module\n");
    assert_said("lookaside 0.9.0 tells more than this tool knows: a record called naps\n");
    inspect_text_list(&to, &server, &snapshot, &lists[0]);
    assert_said(", with lookaside 0.1.0 in /usr/bin/server\n");
}

/* ---- One list -------------------------------------------------------------------------------- */

TEST(the_tuner_has_done_nothing)
{
    struct inspect_list list = list_of("sessions");

    say_list(&list);
    assert_said("Tuner          = has not changed the depth; the maximum is 256\n");
}

TEST(the_tuner_is_idle)
{
    struct inspect_list list = list_of("sessions");

    list.tuning = (struct inspect_tuning){40, 30, 74, 74, 98800};
    say_list(&list);
    assert_said("Tuner          = depth 40 -> 30, 1.2 s ago: idle, only 74 allocations\n");
}

TEST(the_tuner_found_it_too_deep)
{
    struct inspect_list list = list_of("sessions");

    list.tuning = (struct inspect_tuning){31, 30, 1000, 4, 99960};
    say_list(&list);
    assert_said("31 -> 30, 40 ms ago: deeper than needed, 4 of 1000 allocations missed\n");
}

TEST(the_tuner_found_it_too_shallow)
{
    struct inspect_list list = list_of("sessions");

    list.tuning = (struct inspect_tuning){250, 256, 75, 30, 100001}; /* in the future: no age */
    say_list(&list);
    assert_said("250 -> 256 (the maximum): too shallow, 30 of 75 allocations missed\n");
}

TEST(what_a_newer_library_tells_is_passed_on)
{
    struct inspect_unknown unknown[] = {{"naps", "ms", 42}, {"moods", "", 7}};
    struct inspect_list list = list_of("sessions");

    list.unknown = unknown;
    list.unknown_count = 2;
    say_list(&list);
    assert_said("    naps           =         42  ms (this tool does not know it)\n");
    assert_said("    moods          =          7  (this tool does not know it)\n");
}

TEST(an_owner_is_told_if_it_is_known)
{
    struct inspect_list list = list_of("sessions");

    say_list(&list);
    assert_said("Owner          = not known\n");
    list.initialized_by = 0x4e120;
    say_list(&list);
    assert_said("Owner          = libserver.so+0x4e120\n");
}

TEST(threads_are_told_as_far_as_they_are_known)
{
    struct inspect_magazine magazines[] = {
        {.tid = 12, .thread = 0x7f00, .thread_name = "worker", .entries = 28, .capacity = 30},
        {.thread = 0x7f00, .entries = 1, .capacity = 0},
        {.entries = 0, .capacity = 4},
    };
    struct inspect_list list = list_of("sessions");

    list.magazines = magazines;
    list.magazine_count = 3;
    say_list(&list);
    assert_said("28  of 30, thread 12 \"worker\": 0 allocated, 0 freed\n");
    assert_said("1  of 0, thread 0x7f00: ");
    assert_said("0  of 4, a thread: ");
}

TEST(a_list_fits_into_a_line)
{
    struct inspect_list list = list_of("sessions");

    inspect_text_brief(&to, &list);
    assert_string_equal(said, "\"sessions\" 280 B, depth 30/256, live 2643, cached 12, hit 99.99%");
}

/* ---- Answers --------------------------------------------------------------------------------- */

TEST(each_kind_of_place_has_its_words)
{
    static const char *const words[] = {
        [INSPECT_NOWHERE] = "0x1234 is in no list\n",
        [INSPECT_LIVE] = "live: it is out\n",
        [INSPECT_IN_MAGAZINE] = "free, in a magazine of thread 12 \"worker\"\n",
        [INSPECT_IN_DEPOT] = "free, in the depot\n",
        [INSPECT_IN_RESERVE] = "free, held in reserve\n",
        [INSPECT_IN_SLAB] = "free, in its slab\n",
        [INSPECT_NEVER_USED] = "free: it was never handed out\n",
        [INSPECT_BETWEEN] = "in slab 0x1000 of list \"sessions\" (tag \"Sess\", 280 B), but in no",
        [INSPECT_A_LIST] = "0x1234 is +0x34 in the lookaside_list of list \"sessions\"",
    };
    struct inspect_magazine magazine = {.tid = 12, .thread_name = "worker"};
    struct inspect_list list = list_of("sessions");

    for (int kind = INSPECT_NOWHERE; kind <= INSPECT_A_LIST; kind++) {
        struct inspect_place place = {.kind = (enum inspect_place_kind)kind,
                                      .address = 0x1234,
                                      .list = &list,
                                      .entry = 0x1200,
                                      .offset = 0x34,
                                      .slab = 0x1000,
                                      .moved = kind == INSPECT_LIVE};
        place.magazine = kind == INSPECT_IN_MAGAZINE ? &magazine : NULL;
        forget(NULL);
        inspect_text_place(&to, &place);
        assert_said(words[kind]);
        assert_int_equal(strstr(said, "~") != NULL, place.moved);
    }
}

TEST(a_verdict_says_what_was_found)
{
    struct inspect_verdict verdict = {.lists = 2, .live = 5, .cached = 3, .free = 1};
    struct inspect_list list = list_of("sessions");

    inspect_text_verdict(&to, &verdict);
    assert_string_equal(said, "clean: 2 lists, 5 live, 3 cached and 1 free entries\n");
    verdict.faults = 1;
    verdict.moved = 1;
    forget(NULL);
    inspect_text_finding(&to, &list, true, "entry 0x10 is cached twice");
    inspect_text_finding(&to, NULL, false, "lists come and go");
    inspect_text_verdict(&to, &verdict);
    assert_string_equal(
        said, "fault: list \"sessions\" (tag \"Sess\", 280 B): entry 0x10 is cached twice\n"
              "moved: lists come and go\n"
              "corrupt: 1 fault in 2 lists, 5 live, 3 cached and 1 free entries; "
              "1 list did not hold still\n");
}

#define SAID(test) cmocka_unit_test_setup(test, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SAID(a_rate_is_cut),
        SAID(bytes_are_short),
        SAID(durations_are_as_people_say_them),
        SAID(what_is_no_text_becomes_question_marks),
        SAID(all_lists_are_a_table),
        SAID(columns_stand_in_line_whatever_the_names),
        SAID(a_list_that_moved_is_marked),
        SAID(a_program_without_lists_has_no_table),
        SAID(a_core_tells_its_signal),
        SAID(copies_and_newer_libraries_are_named),
        SAID(the_tuner_has_done_nothing),
        SAID(the_tuner_is_idle),
        SAID(the_tuner_found_it_too_deep),
        SAID(the_tuner_found_it_too_shallow),
        SAID(what_a_newer_library_tells_is_passed_on),
        SAID(an_owner_is_told_if_it_is_known),
        SAID(threads_are_told_as_far_as_they_are_known),
        SAID(a_list_fits_into_a_line),
        SAID(each_kind_of_place_has_its_words),
        SAID(a_verdict_says_what_was_found),
    };

    return RUN_TESTS(tests);
}
