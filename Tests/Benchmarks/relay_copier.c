// The floor for any relay: starts a program and copies bytes in both directions, one thread each,
// without a look at them.
//
//   relay_copier PROGRAM [ARGUMENT…]
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct way {
  int from, to;
};

static void *copy(void *argument) {
  const struct way *way = argument;
  static __thread char buffer[65536];
  ssize_t count;
  while ((count = read(way->from, buffer, sizeof buffer)) > 0) {
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(way->to, buffer + done, (size_t)(count - done));
      if (written <= 0) return NULL;
      done += written;
    }
  }
  close(way->to);
  return NULL;
}

int main(int count, char **arguments) {
  int in[2], out[2];
  if (count < 2 || pipe(in) || pipe(out)) return 1;
  pid_t child = fork();
  if (child == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    for (int i = 0; i < 2; i++) {
      close(in[i]);
      close(out[i]);
    }
    execvp(arguments[1], arguments + 1);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  struct way to_server = {STDIN_FILENO, in[1]}, to_host = {out[0], STDOUT_FILENO};
  pthread_t thread;
  if (child < 0 || pthread_create(&thread, NULL, copy, &to_server)) return 1;
  copy(&to_host);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
