#define _GNU_SOURCE
#include "CLaunch.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

extern char **environ;

char **claunch_environment(void) { return environ; }

uint64_t claunch_harden(void) {
  claunch_open_stdio();
#ifdef __linux__
  prctl(PR_SET_DUMPABLE, 0);
#endif
  // Swift's runtime may have set up a crash handler that starts a program to read our memory and
  // print what it finds, where one is installed.
  static const int crashes[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
  struct rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return 0;
  uint64_t before = limit.rlim_cur;
  // 1 and not 0: a handler that core_pattern pipes to ignores 0 and honours 1, and no file is
  // written for less than a page either way.
  limit.rlim_cur = limit.rlim_max < 1 ? limit.rlim_max : 1;
  setrlimit(RLIMIT_CORE, &limit);
  return before;
}

int claunch_waiting(int descriptor) {
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -1;
}

static int signal_pipe = -1;

static void note_signal(int number) {
  int before = errno;
  unsigned char byte = (unsigned char)number;
  // The pipe does not block: what does not fit comes behind thousands of others of its kind.
  ssize_t written = write(signal_pipe, &byte, 1);
  (void)written;
  errno = before;
}

// Handlers and not signalfd: that needs the signals blocked in every thread, and a library (GLib
// behind libsecret) may have started threads of its own that do not block them.
int claunch_catch_signals(void) {
  static const int passed_on[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                                  SIGUSR1, SIGUSR2, SIGWINCH};
  int ends[2];
  if (claunch_pipe(ends) != 0) return -1;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  signal_pipe = ends[1];
  struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
    sigaction(passed_on[i], &action, NULL);
  // A host may have left them blocked.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_DFL);
  return ends[0];
}
