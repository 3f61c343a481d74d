// Where the Swift runtime finds `swift-backtrace`: nowhere.
//
// Before `main` the runtime asks for the path of that program, whether or not it will ever be run,
// and looks for it beside ours: ten system calls of each launch. A process that holds secrets must
// not start a program that happens to lie there anyway, to read its memory when it crashes.
//
// Of the programs as they are shipped only: a crash in a test may well be explained.

#if defined(__linux__) && defined(MCP_VALET_RELEASE)

#include <stddef.h>

char *swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return NULL;
}

#endif
