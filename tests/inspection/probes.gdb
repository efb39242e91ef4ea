# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# Runs a program and prints what each probe says when it comes by.
set pagination off

break -probe-stap lookaside:alloc_miss
commands
    silent
    printf "probe alloc_miss %p %s %d\n", $_probe_arg0, (char *)$_probe_arg1, (int)$_probe_arg2
    continue
end

break -probe-stap lookaside:free_miss
commands
    silent
    printf "probe free_miss %p %s %d\n", $_probe_arg0, (char *)$_probe_arg1, (int)$_probe_arg2
    continue
end

break -probe-stap lookaside:refill
commands
    silent
    printf "probe refill %p %s %d\n", $_probe_arg0, (char *)$_probe_arg1, (int)$_probe_arg2
    continue
end

break -probe-stap lookaside:flush
commands
    silent
    printf "probe flush %p %s %d\n", $_probe_arg0, (char *)$_probe_arg1, (int)$_probe_arg2
    continue
end

break -probe-stap lookaside:depth
commands
    silent
    printf "probe depth %p %s %d %d\n", $_probe_arg0, (char *)$_probe_arg1, (int)$_probe_arg2, (int)$_probe_arg3
    continue
end

break -probe-stap lookaside:bugcheck
commands
    silent
    printf "probe bugcheck %#x %p %p\n", (int)$_probe_arg0, $_probe_arg1, $_probe_arg2
    continue
end

run
