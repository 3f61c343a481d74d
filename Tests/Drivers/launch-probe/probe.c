// Stands for a server in tests: tells what it was started with, or misbehaves as servers do.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void pause_ms(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/// Says something as a server does: in a message.
static void tell(const char *text) {
  char line[128];
  int length = snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"method\":\"%s\"}\n", text);
  if (write(1, line, length) < 0) _exit(1);
}

/// On standard error, which is passed on as it is: everything that a process inherits, one `kind value` a line; variables last, closed by NUL.
static int report(int argc, char **argv) {
  DIR *folder = opendir("/proc/self/fd");
  struct dirent *entry;
  while ((entry = readdir(folder)))
    if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(folder))
      fprintf(stderr, "fd %s\n", entry->d_name);
  closedir(folder);
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigismember(&mask, number) == 1) fprintf(stderr, "blocked %d\n", number);
    // Handlers are this program's own: only what is ignored survives an exec.
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
      fprintf(stderr, "ignored %d\n", number);
  }
  struct rlimit limit;
  getrlimit(RLIMIT_CORE, &limit);
  fprintf(stderr, "core %llu\n", (unsigned long long)limit.rlim_cur);
  fprintf(stderr, "leads-group %d\n", getpgrp() == getpid());
  for (int i = 0; i < argc; i++) fprintf(stderr, "arg %s\n", argv[i]);
  fprintf(stderr, "variables\n");
  for (char **variable = environ; *variable; variable++) {
    fputs(*variable, stderr);
    fputc(0, stderr);
  }
  return 0;
}

/// Copies input to output; `delay` milliseconds before each piece of at most `size` bytes.
static int echo(long delay, size_t size) {
  static char buffer[1 << 16];
  ssize_t count;
  while ((count = read(0, buffer, size)) > 0) {
    if (delay) pause_ms(delay);
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(1, buffer + done, count - done);
      if (written < 0) return 1;
      done += written;
    }
  }
  return 0;
}

/// Becomes the parent of npx-like relatives; all keep this command line, by which they are found.
static int tree(void) {
  if (fork() == 0)
    for (;;) pause();
  if (fork() == 0) {  // its own group, which ignores polite requests
    setpgid(0, 0);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
    for (;;) pause();
  }
  if (fork() == 0) {  // its own session, with a child in yet another
    setsid();
    if (fork() == 0) {
      setsid();
      for (;;) pause();
    }
    for (;;) pause();
  }
  if (fork() == 0) {  // a daemon: double-forked, its parent gone
    setsid();
    if (fork() != 0) _exit(0);
    for (;;) pause();
  }
  pause_ms(50);
  tell("ready");
  for (;;) pause();
}

/// Replaced by its own child again and again; says so when nobody has stopped it. The number of
/// hops bounds what a failing test leaves.
static void hop(int count, int own_sessions) {
  while (count-- > 0) {
    if (fork() > 0) _exit(0);
    if (own_sessions) setsid();
  }
  fputs("survived\n", stderr);
  _exit(0);
}

/// Never the same process for long, each in a session of its own.
static int runner(void) {
  tell("ready");
  if (fork() == 0) hop(20000, 1);
  for (;;) pause();
}

/// Several of them in one group, too many to be met one by one.
static int bomb(void) {
  tell("ready");
  for (int i = 0; i < 64; i++)
    if (fork() == 0) hop(4000, 0);  // some seconds: a busy machine may be late to stop them
  for (;;) pause();
}

static void say(int number) {
  char text[16];
  snprintf(text, sizeof text, "got %d", number);
  tell(text);
}

/// Writes at least `total` bytes in messages of `length` bytes each, and ends.
static int flood(int descriptor, long total, long length) {
  static const char head[] = "{\"jsonrpc\":\"2.0\",\"method\":\"flood\",\"params\":{\"x\":\"";
  static const char tail[] = "\"}}\n";
  long each = length > (1 << 16) ? 1 : (1 << 16) / length;
  char *buffer = malloc(length * each);
  if (!buffer) return 1;
  memset(buffer, 'x', length * each);
  for (long i = 0; i < each; i++) {
    memcpy(buffer + i * length, head, sizeof head - 1);
    memcpy(buffer + (i + 1) * length - sizeof tail + 1, tail, sizeof tail - 1);
  }
  for (long left = total; left > 0; left -= length * each)
    for (long done = 0; done < length * each;) {
      ssize_t count = write(descriptor, buffer + done, length * each - done);
      if (count < 0) return errno == EPIPE ? 3 : 1;
      done += count;
    }
  return 0;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (!strcmp(mode, "report")) return report(argc, argv);
  if (!strcmp(mode, "echo")) return echo(0, 1 << 16);
  if (!strcmp(mode, "slow-echo")) return echo(1, 1 << 16);
  if (!strcmp(mode, "tree")) return tree();
  if (!strcmp(mode, "runner")) return runner();
  if (!strcmp(mode, "bomb")) return bomb();
  if (!strcmp(mode, "exit")) return atoi(argv[2]);
  if (!strcmp(mode, "die")) {
    signal(atoi(argv[2]), SIG_DFL);  // a language's runtime may catch crashes
    return raise(atoi(argv[2])), 1;
  }
  if (!strcmp(mode, "sleep")) {
    tell("ready");
    for (;;) pause();
  }
  if (!strcmp(mode, "stubborn") || !strcmp(mode, "catch")) {
    for (int number = 1; number < NSIG; number++) signal(number, say);
    tell("ready");
    for (;;) pause();
  }
  if (!strcmp(mode, "leave")) {  // ends and leaves relatives behind, one of which holds the pipe
    if (fork() == 0) {
      pause_ms(atoi(argv[2]));
      tell("late");
      for (;;) pause();
    }
    tell("early");
    return 5;
  }
  if (!strcmp(mode, "flood")) return flood(1, atol(argv[2]), argc > 3 ? atol(argv[3]) : 100);
  if (!strcmp(mode, "flood-errors")) return flood(2, atol(argv[2]), 100);
  return 99;
}
