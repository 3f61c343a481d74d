#pragma once

#include <sys/types.h>

// Shared by the files of this module only.

/// Calls body with the name of every entry of an open folder, without allocating memory.
void claunch_each_entry(int folder, void (*body)(const char *name, void *context), void *context);

/// Sets close-on-exec on, or closes, every descriptor but those in keep, which ascend.
void claunch_close_others(const int *keep, int count, int on_exec_only);

/// Ignored signals and the mask survive exec: a program that we start must not see what a host, or
/// a library of ours, did to them.
void claunch_reset_signals(void);

/// Opens /dev/null for those of 0, 1 and 2 that are closed.
void claunch_open_stdio(void);

/// Ends every descendant of this sub-reaper and returns when none is left, or when those that are
/// left cannot be ended. When polite, they are first asked to end.
void claunch_end_descendants(int polite, int scan_processes);
