#define _GNU_SOURCE
#include "CLaunch.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif
#endif

#ifdef NSIG
enum { signal_limit = NSIG };
#else
enum { signal_limit = 65 };
#endif

void claunch_reset_signals(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < signal_limit; number++)
    if (number != SIGKILL && number != SIGSTOP) sigaction(number, &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void limit_core(uint64_t bytes) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = bytes < limit.rlim_max ? (rlim_t)bytes : limit.rlim_max;
  setrlimit(RLIMIT_CORE, &limit);
}

void claunch_execute(const char *path, char *const *argv, char *const *envp, uint64_t core_limit) {
  const int keep[3] = {0, 1, 2};
  claunch_close_others(keep, 3, 1);
  limit_core(core_limit);
  claunch_reset_signals();
  execve(path, argv, envp);
}

static void drop(int descriptor, int on_exec_only) {
  if (on_exec_only)
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  else
    close(descriptor);
}

#ifdef __linux__
struct keeping {
  const int *keep;
  int count;
  int on_exec_only;
  int folder;
};

static void drop_named(const char *name, void *context) {
  struct keeping *keeping = context;
  if (name[0] < '0' || name[0] > '9') return;
  int descriptor = atoi(name);
  if (descriptor == keeping->folder) return;
  for (int i = 0; i < keeping->count; i++)
    if (keeping->keep[i] == descriptor) return;
  drop(descriptor, keeping->on_exec_only);
}

void claunch_close_others(const int *keep, int count, int on_exec_only) {
  unsigned flags = on_exec_only ? CLOSE_RANGE_CLOEXEC : 0;
  unsigned from = 0;
  int failed = 0;
  for (int i = 0; i <= count && !failed; i++) {
    unsigned until = i < count ? (unsigned)keep[i] : ~0U;
    if (i == count || until > from)
      failed = syscall(SYS_close_range, from, i < count ? until - 1 : ~0U, flags) != 0;
    from = until + 1;
  }
  if (!failed) return;
  // Linux before 5.11, or a sandbox that does not know the call.
  int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  struct keeping keeping = {keep, count, on_exec_only, folder};
  claunch_each_entry(folder, drop_named, &keeping);
  close(folder);
}
#else
void claunch_close_others(const int *keep, int count, int on_exec_only) {
  for (int descriptor = 0, kept = 0; descriptor < getdtablesize(); descriptor++) {
    if (kept < count && keep[kept] == descriptor)
      kept++;
    else
      drop(descriptor, on_exec_only);
  }
}
#endif

void claunch_close_on_exec(void) {
  static const int standard[] = {0, 1, 2};
  claunch_close_others(standard, 3, 1);
}

void claunch_open_stdio(void) {
  for (int descriptor = 0; descriptor <= 2; descriptor++)
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
      if (open("/dev/null", O_RDWR) < 0) return;  // takes the lowest number, which is this one
}

int claunch_pipe(int ends[2]) {
  claunch_open_stdio();
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC);
#else
  if (pipe(ends) != 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return 0;
#endif
}
