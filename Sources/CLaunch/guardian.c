#ifdef __linux__
#define _GNU_SOURCE
#include "CLaunch.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// The guardian stands between the broker and the server:
//
//   broker ── socket ── guardian (own session, sub-reaper) ── server (own group) ── its children
//
// It exists because PR_SET_PDEATHSIG reaches only a direct child: when the broker is killed, the
// node behind npx would live on. As sub-reaper of everything below it, the guardian can find and
// end all of it, and it alone knows for certain whether the server's process id is still its own.

struct guardian {
  int broker;       // the socket
  int exec_result;  // yields errno of a failed exec, or end of file; -1 when known
  pid_t server;     // 0 when there is none, or none any more
  int forced;       // the broker asked for SIGKILL
  int keeps_folder;
};

static void report(struct guardian *guardian, int kind, int value) {
  struct claunch_event event = {.kind = kind, .value = value};
  // A broker that has gone is noticed by reading.
  send(guardian->broker, &event, sizeof event, MSG_NOSIGNAL);
}

static void ignore(int number) { (void)number; }

/// Everything that the guardian is, set up once; all signals were blocked before the fork.
static int set_up(void) {
  // Out of the broker's session: what is sent to its process group or terminal does not get here.
  setsid();
  // A handler, for ppoll to be interrupted by; SIG_IGN might have been inherited and would make
  // children vanish before their status is known.
  struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_NOCLDSTOP};
  sigaction(SIGCHLD, &action, NULL);
  prctl(PR_SET_NAME, "valet-guardian");
  prctl(PR_SET_DUMPABLE, 0);
  return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static _Noreturn void become_server(
    const struct claunch_server *server, pid_t guardian, int exec_result) {
  setpgid(0, 0);
  // Should the guardian be killed, at least the server itself goes with it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != guardian) _exit(127);
  claunch_execute(server->path, server->argv, server->envp, server->core_limit);
  int error = errno;
  ssize_t written = write(exec_result, &error, sizeof error);
  (void)written;
  _exit(127);
}

static void start(struct guardian *guardian, const struct claunch_server *server) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    report(guardian, claunch_guardian_failed, errno);
    return;
  }
  pid_t self = getpid();
  pid_t child = fork();
  if (child == 0) become_server(server, self, ends[1]);
  int error = errno;
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    report(guardian, claunch_guardian_failed, error);
    return;
  }
  setpgid(child, child);  // whichever of the two comes first
  guardian->server = child;
  guardian->exec_result = ends[0];
}

/// Waits until the server was executed or could not be, and tells the broker.
///
/// The secrets are wiped here and not right after the fork: until then they lie in pages shared
/// with the broker, which has them locked.
static void learn_exec_result(struct guardian *guardian, const struct claunch_server *server) {
  int error = 0;
  ssize_t count;
  do count = read(guardian->exec_result, &error, sizeof error);
  while (count < 0 && errno == EINTR);
  close(guardian->exec_result);
  guardian->exec_result = -1;
  explicit_bzero(server->block, server->block_length);
  if (count == sizeof error)
    report(guardian, claunch_exec_failed, error);
  else
    report(guardian, claunch_started, guardian->server);
}

static void reap(struct guardian *guardian, const struct claunch_server *server) {
  int status;
  pid_t ended;
  while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
    if (ended != guardian->server) continue;
    // The pipe's other end is closed by now, so this does not wait.
    if (guardian->exec_result >= 0) learn_exec_result(guardian, server);
    guardian->server = 0;
    report(guardian, claunch_exited, status);
  }
}

/// Only while the server is not reaped: its id cannot have become another's.
static void pass_on(struct guardian *guardian, int number) {
  if (number == claunch_keep_folder) guardian->keeps_folder = 1;
  if (guardian->server == 0 || number >= NSIG) return;
  if (number == SIGKILL) guardian->forced = 1;
  kill(-guardian->server, number);
  // It may have moved itself to another group.
  if (getpgid(guardian->server) != guardian->server) kill(guardian->server, number);
}

/// Serves commands until the broker has gone.
static void watch(struct guardian *guardian, const struct claunch_server *server) {
  sigset_t mask;
  sigfillset(&mask);
  sigdelset(&mask, SIGCHLD);
  for (;;) {
    reap(guardian, server);
    struct pollfd waits[2] = {{.fd = guardian->broker, .events = POLLIN},
                              {.fd = guardian->exec_result, .events = POLLIN}};
    // SIGCHLD is let in only here, together with the wait, so that none is missed.
    if (ppoll(waits, 2, NULL, &mask) < 0) continue;
    if (waits[1].revents) learn_exec_result(guardian, server);
    if (waits[0].revents) {
      unsigned char command;
      ssize_t count = recv(guardian->broker, &command, 1, MSG_DONTWAIT);
      if (count == 1)
        pass_on(guardian, command);
      else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        return;
    }
  }
}

/// What one line of /proc/self/maps says, read digit by digit.
struct mapping {
  uintptr_t bounds[2];
  int place;  // 0 and 1: in a bound; 2: behind them
  char last;  // the byte before
  int is_heap, is_file;
};

/// Takes the next byte; 1 at the end of a line.
static int take_byte(struct mapping *mapping, char byte) {
  if (byte == '\n') return 1;
  if (mapping->place < 2) {
    if (byte == '-' || byte == ' ') {
      mapping->place++;
    } else {
      int digit = byte <= '9' ? byte - '0' : byte - 'a' + 10;
      mapping->bounds[mapping->place] = mapping->bounds[mapping->place] << 4 | (uintptr_t)digit;
    }
  } else if (byte == '/') {
    mapping->is_file = 1;
  } else if (mapping->last == '[' && byte == 'h') {
    mapping->is_heap = 1;
  }
  mapping->last = byte;
  return 0;
}

/// Drops our copy of the broker's heap. Nothing here uses it, nor does what we call of the C
/// library; and where the thread's own block lies in it, as in a static program, it stays.
static void forget_heap(void) {
  int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return;
  uintptr_t thread = (uintptr_t)__builtin_thread_pointer();
  struct mapping mapping = {0};
  char text[4096];
  ssize_t count;
  while ((count = read(maps, text, sizeof text)) > 0)
    for (ssize_t i = 0; i < count; i++) {
      if (!take_byte(&mapping, text[i])) continue;
      uintptr_t start = mapping.bounds[0], end = mapping.bounds[1];
      if (mapping.is_heap && !mapping.is_file && (thread < start || thread >= end))
        madvise((void *)start, end - start, MADV_DONTNEED);
      mapping = (struct mapping){0};
    }
  close(maps);
}

static void forget(const struct claunch_server *server) {
  for (size_t i = 0; i < server->forgotten_count; i++)
    madvise(server->forgotten[i].base, server->forgotten[i].length, MADV_DONTNEED);
  forget_heap();
}

static void keep_only(int broker, int folder) {
  int keep[5] = {0, 1, 2, broker, folder};
  if (folder >= 0 && folder < broker) keep[3] = folder, keep[4] = broker;
  claunch_close_others(keep, folder < 0 ? 4 : 5, 0);
}

static _Noreturn void guard(const struct claunch_server *server, int broker) {
  struct guardian guardian = {.broker = broker, .exec_result = -1};
  int is_set_up = set_up() == 0;
  int error = errno;
  // As 0 and 1 of the guardian, the server's pipes take the place of the host's, which must not
  // be held open by us, and the server inherits them without another step.
  if (dup2(server->input, 0) < 0 || dup2(server->output, 1) < 0 ||
      (server->errors >= 0 && dup2(server->errors, 2) < 0))
    is_set_up = 0, error = errno;
  keep_only(broker, server->folder);
  if (!is_set_up) report(&guardian, claunch_guardian_failed, error);

  unsigned char command = 1;
  if (is_set_up && recv(broker, &command, 1, 0) == 1 && command == 0) start(&guardian, server);
  close(0);
  close(1);
  close(2);
  forget(server);
  if (chdir("/") != 0) { /* keeps a mount busy, no more */
  }
  watch(&guardian, server);
  explicit_bzero(server->block, server->block_length);

  // A broker that was killed can give nobody time. After an orderly end what is left may clean up.
  claunch_end_descendants(guardian.server == 0 && !guardian.forced, server->scan_processes);
  if (server->folder >= 0 && !guardian.keeps_folder)
    claunch_remove_folder(server->folder, server->folder_path);
  _exit(0);
}

/// Copies a path to where the guardian still has it without the heap; 0 when it does not fit.
static int keep_path(const char **path, char *copy) {
  if (*path == NULL) return 1;
  size_t length = strlen(*path);
  if (length >= PATH_MAX) return 0;
  memcpy(copy, *path, length + 1);
  *path = copy;
  return 1;
}

int claunch_guard(const struct claunch_server *given, pid_t *guardian) {
  int pair[2];
  char path[PATH_MAX], folder_path[PATH_MAX];
  struct claunch_server copy = *given;
  const struct claunch_server *server = &copy;
  if (!keep_path(&copy.path, path) || !keep_path(&copy.folder_path, folder_path))
    return errno = ENAMETOOLONG, -1;
  claunch_open_stdio();
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -1;
  // A signal sent to our whole group must not end the guardian before it has left the group.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0) guard(server, pair[1]);
  int error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(pair[1]);
  if (child < 0) {
    close(pair[0]);
    errno = error;
    return -1;
  }
  *guardian = child;
  return pair[0];
}
#endif
