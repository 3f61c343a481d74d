// The arguments of the process, for the Swift runtime.
//
// The runtime's own version finds them by reading /proc/self/maps before `main`, line by line, for
// the bounds of the stack: 0.1 ms of each launch. The C library hands them to every constructor.
// The linker takes these definitions and leaves the runtime's out; should a later runtime want a
// third function from the same file, linking fails with two definitions of these.

#if defined(__linux__)

static int argument_count;
static char **arguments;

__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  argument_count = count;
  arguments = values;
}

char **_swift_stdlib_getUnsafeArgvArgc(int *count) {
  *count = argument_count;
  return arguments;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **values, int count) {
  argument_count = count;
  arguments = values;
}

#endif
