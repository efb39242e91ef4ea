#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
#
# tools/demo.sh BUILD_DIR: the lookaside command at work, in well under a minute. First the story of a
# small driver, then advice on a program that every Debian machine has: perl, which here reads a log of
# 200 000 requests and keeps the last five of each client. Last a look into a server, while it runs and
# after it died.

set -euo pipefail

build=$(cd "${1:?usage: tools/demo.sh BUILD_DIR}" && pwd)
tool=$build/tools/lookaside
server=$build/tests/tools/puppets/server
if [ ! -x "$tool" ]; then
    printf 'demo.sh: there is no %s; build it first (./dev demo does)\n' "$tool" >&2
    exit 1
fi

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT

title() {
    printf '\n==== %s\n\n' "$*"
}

cat >"$output/requests.pl" <<'END'
my (%recent, %seconds);
for my $number (1 .. 200000) {
    my $client = "client" . $number * 7919 % 5003;
    my $line = join " ", $number, $client, "/page/" . $number % 97, $number % 13;
    (my $id, $client, my $page, my $time) = split / /, $line;
    push @{$recent{$client}}, {id => $id, page => $page, time => $time};
    shift @{$recent{$client}} if @{$recent{$client}} > 5;
    $seconds{$client} += $time;
}
my @slowest = sort { $seconds{$b} <=> $seconds{$a} || $a cmp $b } keys %seconds;
for my $client (@slowest[0 .. 2]) {
    my $pages = join " ", map { $_->{page} } @{$recent{$client}};
    printf "%-10s %4d s, the last pages: %s\n", $client, $seconds{$client}, $pages;
}
END

title 'lookaside demo'
"$tool" demo

title 'lookaside advise -- perl requests.pl'
"$tool" advise --top 5 --output "$output/report" -- \
    perl "$output/requests.pl" >"$output/program" 2>&1
printf 'What perl itself printed, unchanged, from its own temporary file:\n\n'
sed 's/^/    /' "$output/program"
printf '\nAnd what the adviser says:\n\n'
cat "$output/report"

title 'lookaside show PID, of a server at work'
cd "$output"
ulimit -c unlimited || true
"$server" 60 >/dev/null &
sleep 1
"$tool" show $!

title 'lookaside show core sessions, once it was aborted'
kill -ABRT $!
wait $! 2>/dev/null || true
core=$(find . -name 'core*' | head -n 1)
if [ -n "$core" ]; then
    "$tool" show "$core" sessions
else
    printf 'This system puts cores elsewhere (/proc/sys/kernel/core_pattern): %s\n' \
        "$(cat /proc/sys/kernel/core_pattern)"
fi
