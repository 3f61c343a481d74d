#include "CLaunch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

int claunch_is_socket(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

int claunch_reopen_pipe(int descriptor, int for_writing) {
#ifdef __linux__
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !S_ISFIFO(status.st_mode)) return -1;
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return open(path, (for_writing ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
#else
  return (void)descriptor, (void)for_writing, -1;
#endif
}

ssize_t claunch_read_ready(int descriptor, int is_socket, void *buffer, size_t size) {
  if (is_socket) return recv(descriptor, buffer, size, MSG_DONTWAIT);
  return read(descriptor, buffer, size);
}

ssize_t claunch_write_ready(int descriptor, int is_socket, const void *bytes, size_t count) {
  if (is_socket) return send(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  return write(descriptor, bytes, count < PIPE_BUF ? count : PIPE_BUF);
}

int claunch_command(int socket, unsigned char command) {
  return send(socket, &command, 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int claunch_next_event(int socket, struct claunch_event *event) {
  ssize_t count;
  do count = recv(socket, event, sizeof *event, 0);
  while (count < 0 && errno == EINTR);
  if (count == sizeof *event) return 1;
  return count == 0 || errno == ECONNRESET ? 0 : -1;
}
