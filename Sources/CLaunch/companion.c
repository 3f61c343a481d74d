#define _GNU_SOURCE
#include "CLaunch.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

int claunch_open_program(const char *path) {
#ifdef __linux__
  return open(path, O_PATH | O_CLOEXEC);
#else
  return open(path, O_RDONLY | O_CLOEXEC);
#endif
}

static void execute(const char *path, int file) {
  char name[] = "mcp-valet-net";
  char *const argv[] = {name, NULL};
  char *const envp[] = {NULL};
#ifdef __linux__
  if (file >= 0) execveat(file, "", argv, envp, AT_EMPTY_PATH);
#else
  (void)file;
#endif
  // Also for a script, whose interpreter could not open what is closed on exec.
  execve(path, argv, envp);
}

static _Noreturn void become_companion(const char *path, int file, int theirs) {
  // Out of our process group and off the terminal: a Ctrl-C is for us, who end the companion in
  // order, and not between a server's answer and our having it.
  setsid();
  // Nothing of a host's messages is the companion's to read, and nothing is its to write there.
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0) _exit(126);
  // Out of the way of what has a number of its own.
  if (file >= 0) file = fcntl(file, F_DUPFD_CLOEXEC, claunch_companion_descriptor + 1);
  if (theirs == claunch_companion_descriptor)
    fcntl(theirs, F_SETFD, 0);
  else if (dup2(theirs, claunch_companion_descriptor) < 0)
    _exit(126);
  const int keep[5] = {0, 1, 2, claunch_companion_descriptor, file};
  claunch_close_others(keep, file >= 0 ? 5 : 4, 0);
  claunch_reset_signals();
  execute(path, file);
  _exit(errno == ENOENT ? 127 : 126);
}

int claunch_start_companion(const char *path, int file, pid_t *process) {
  int ends[2];
  claunch_open_stdio();
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
  int on = 1;
  setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  // No signal of ours may be handled in the copy.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  *process = fork();
  if (*process == 0) become_companion(path, file, ends[1]);
  int code = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (*process > 0) return ends[0];
  close(ends[0]);
  errno = code;
  return -1;
}

ssize_t claunch_send(int socket, const void *bytes, size_t count) {
#ifdef MSG_NOSIGNAL
  return send(socket, bytes, count, MSG_NOSIGNAL);
#else
  return send(socket, bytes, count, 0);
#endif
}
