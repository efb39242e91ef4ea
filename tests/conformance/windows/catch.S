/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* NTSTATUS world_catch(VOID (*function)(PVOID argument), PVOID argument)
 *
 * What __try and __except would be, which gcc does not have: a frame whose scope table tells the
 * kernel's own __C_specific_handler that every exception of the guarded call ends here.
 *
 *     rsp + 32   the code of the exception, a status: where the filter left it
 *     rsp        home space of the called function */

    .text
    .globl world_catch
    .def world_catch; .scl 2; .type 32; .endef
    .seh_proc world_catch
world_catch:
    subq $40, %rsp
    .seh_stackalloc 40
    .seh_endprologue
    movq %rcx, %rax
    movq %rdx, %rcx
guarded:
    call *%rax
    nop                 /* the return address lies inside the guarded range */
guarded_end:
    movl $0, 32(%rsp)
caught:
    movl 32(%rsp), %eax
    addq $40, %rsp
    ret
    .seh_handler __C_specific_handler, @except
    .seh_handlerdata
    .long 1                   /* one scope: */
    .rva guarded, guarded_end /* from, to, */
    .rva filter, caught       /* who decides, and where to go */
    .text
    .seh_endproc

/* LONG filter(EXCEPTION_POINTERS *exception, PVOID frame) */
filter:
    movq (%rcx), %rax   /* the exception's record begins with its code */
    movl (%rax), %eax
    movl %eax, 32(%rdx) /* the frame is where rsp stands in world_catch */
    movl $1, %eax       /* EXCEPTION_EXECUTE_HANDLER */
    ret
