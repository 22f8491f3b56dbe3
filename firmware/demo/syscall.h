// System calls of the demo kernel: number in a7, arguments from a0, result in a0.
#ifndef SYSCALL_H
#define SYSCALL_H

enum { SYS_EXIT, SYS_WRITE, SYS_YIELD, SYS_TIME, SYS_TASK, SYS_HART, SYS_FORK, SYS_EXEC, SYS_WAIT };

#endif
