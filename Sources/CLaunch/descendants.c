#ifdef __linux__
#define _GNU_SOURCE
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// How the tree below a sub-reaper ends. Only *direct* children are ever signalled one by one: we
// alone can reap those, so their ids cannot have passed to a stranger. The children of a child
// that was killed become ours at once, so a tree of depth n is gone after n rounds, whatever
// sessions and groups it is spread over. A group is signalled as a whole while a child of ours
// pins its id: the kernel lets no member fork past that, which is what stops a fork bomb.

enum {
  // What a server leaves behind may clean up for so long (milliseconds). With what the broker
  // waits for, it must fit into the 2 s between a host's SIGTERM and its SIGKILL.
  polite_wait = 250,
  // A process of another user (sudo) or in uninterruptible sleep does not end: then give up.
  forced_wait = 2000,
  // Between two rounds, unless a child ends before.
  round_wait = 10,
  // Groups that are asked politely once and not once for every member; more are asked again.
  group_limit = 64,
};

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

struct round {
  int signal;
  pid_t own_group;
  pid_t asked[group_limit];
  int asked_count;
};

static void signal_child(struct round *round, pid_t child) {
  // A killed child cannot change its group any more, so its group is read after that.
  if (round->signal == SIGKILL) kill(child, SIGKILL);
  pid_t group = getpgid(child);
  if (group <= 1 || group == round->own_group) {
    kill(child, round->signal);
    return;
  }
  for (int i = 0; i < round->asked_count; i++)
    if (round->asked[i] == group) return;
  if (round->asked_count < group_limit) round->asked[round->asked_count++] = group;
  kill(-group, round->signal);
}

/// Reads the kernel's list of our children; 0 when it keeps none.
static int each_listed_child(struct round *round) {
  int list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (list < 0) return 0;
  char text[4096];
  ssize_t count = read(list, text, sizeof text);
  close(list);
  pid_t child = 0;
  // A number is taken only with the space behind it: the last may be cut, and is met next round.
  for (ssize_t i = 0; i < count; i++) {
    if (isdigit((unsigned char)text[i])) {
      child = child * 10 + (text[i] - '0');
    } else {
      if (child > 1) signal_child(round, child);
      child = 0;
    }
  }
  return count >= 0;
}

static void signal_if_child(const char *name, void *context) {
  if (!isdigit((unsigned char)name[0])) return;
  char path[64], text[512];
  if (snprintf(path, sizeof path, "/proc/%s/stat", name) >= (int)sizeof path) return;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return;
  text[count] = 0;
  // "pid (name) state parent …", where the name may hold anything, parentheses too.
  char *behind_name = strrchr(text, ')');
  int parent;
  if (behind_name && sscanf(behind_name + 1, " %*c %d", &parent) == 1 && parent == getpid())
    signal_child(context, atoi(name));
}

static void signal_children(int number, int scan_processes) {
  struct round round = {.signal = number, .own_group = getpgrp()};
  if (!scan_processes && each_listed_child(&round)) return;
  int processes = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (processes < 0) return;
  claunch_each_entry(processes, signal_if_child, &round);
  close(processes);
}

/// Reaps whatever has ended; 1 when no child is left.
static int are_all_gone(void) {
  pid_t ended;
  do ended = waitpid(-1, NULL, WNOHANG);
  while (ended > 0);
  return ended < 0 && errno == ECHILD;
}

static void wait_for_child(int milliseconds) {
  sigset_t mask;
  sigfillset(&mask);
  sigdelset(&mask, SIGCHLD);
  struct timespec time = {.tv_sec = 0, .tv_nsec = milliseconds * 1000000L};
  ppoll(NULL, 0, &time, &mask);
}

void claunch_end_descendants(int polite, int scan_processes) {
  if (polite && !are_all_gone()) {
    signal_children(SIGTERM, scan_processes);
    for (long long end = now() + polite_wait; !are_all_gone() && now() < end;)
      wait_for_child(round_wait);
  }
  for (long long end = now() + forced_wait; !are_all_gone() && now() < end;) {
    signal_children(SIGKILL, scan_processes);
    wait_for_child(round_wait);
  }
}
#endif
