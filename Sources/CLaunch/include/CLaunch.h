#pragma once

// The few lines of a launch that cannot be Swift: what runs between fork and exec, the guardian,
// which must stay small for as long as a server runs, and system calls that Swift does not import.
//
// Functions that can fail return -1 and set errno. On systems other than Linux everything that
// has no counterpart yet fails with ENOTSUP.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A server to be started. The pointers stay the caller's.
struct claunch_server {
  /// The file to execute, as the command was resolved.
  const char *path;
  char *const *argv;
  char *const *envp;
  /// The memory that holds argv and envp with the secrets in them; the guardian wipes its copy as
  /// soon as the server has been executed.
  void *block;
  size_t block_length;
  /// Descriptors that become the server's 0, 1 and 2; all must be 3 or above. With -1 for errors,
  /// its 2 is ours.
  int input, output, errors;
  /// Soft limit for core dumps in bytes; the hard limit stays.
  uint64_t core_limit;
  /// The folder with the value files, open and as an absolute path, removed at the end; -1 and
  /// NULL when there is none.
  int folder;
  const char *folder_path;
  /// Find children by reading all of /proc, as where the kernel lists no children.
  int scan_processes;
  /// Memory that the guardian must not keep a copy of, in whole pages; for kernels that cannot be
  /// told so when the memory is allocated.
  const struct claunch_memory *forgotten;
  size_t forgotten_count;
};

struct claunch_memory {
  void *base;
  size_t length;
};

enum {
  /// What to send to a guardian, beside the numbers of signals, so that it leaves the folder with
  /// the value files to another one.
  claunch_keep_folder = 255,
};

enum claunch_event_kind {
  /// The server was executed; value: its process id.
  claunch_started = 1,
  /// execve failed; value: errno.
  claunch_exec_failed = 2,
  /// The guardian could not be set up or could not fork; value: errno.
  claunch_guardian_failed = 3,
  /// The server ended; value: its wait status.
  claunch_exited = 4,
};

/// What the guardian reports, one message each.
struct claunch_event {
  int32_t kind;
  int32_t value;
};

/// Forks the guardian, which waits for its first command before it starts the server.
///
/// Returns our end of a socket. Each byte sent is a command: the first must be 0 and starts the
/// server; every later one is the number of a signal for the server's process group, or
/// claunch_keep_folder. Closing the socket, by will or by death, ends the server and everything
/// that descends from it.
///
/// Once the server is started, the guardian gives up its copy of our heap: what traffic between
/// host and server has left there is none of its business.
int claunch_guard(const struct claunch_server *server, pid_t *guardian);

/// Replaces this process, with nothing inherited but 0, 1 and 2; returns only with errno set.
void claunch_execute(const char *path, char *const *argv, char *const *envp, uint64_t core_limit);

/// Makes every descriptor but 0, 1 and 2 close when a program is executed.
void claunch_close_on_exec(void);

/// Makes the process unreadable to others of the same user, lowers its soft limit for core dumps
/// to 1 byte, and opens /dev/null for those of 0, 1 and 2 that are closed.
///
/// Returns the soft limit for core dumps as it was, in bytes.
uint64_t claunch_harden(void);

/// The environment of this process.
char **claunch_environment(void);

/// A pipe whose ends are closed on exec and lie above 2; ends[0] is for reading.
int claunch_pipe(int ends[2]);

/// Catches the signals that are passed on and ignores SIGPIPE. Returns a descriptor from which
/// each arriving signal is read as one byte.
int claunch_catch_signals(void);

/// Bytes that wait in a pipe.
int claunch_waiting(int descriptor);

/// 1 when an open folder lies on a file system that exists in memory only, else 0.
int claunch_is_in_memory(int folder);

/// Takes the lock of an open folder, which lasts until every copy of the descriptor is closed;
/// fails with EWOULDBLOCK when another has it.
int claunch_lock(int folder);

/// A new file without a name in an open folder, mode 0600: it is gone with its last descriptor.
/// EOPNOTSUPP where the file system has no such files.
int claunch_unnamed_file(int folder);

/// Gives a file without a name its name.
int claunch_name_file(int file, int folder, const char *name);

/// Removes the files in an open folder, and the folder by its path.
void claunch_remove_folder(int folder, const char *path);

/// Removes, with the files in them, those folders in an open folder whose name begins with a digit
/// and whose lock nobody holds.
void claunch_sweep(int parent);

/// 1 for a socket, else 0.
int claunch_is_socket(int descriptor);

/// Opens the pipe behind a descriptor once more, for reading or for writing, with O_NONBLOCK: that
/// flag belongs to the new open file, and nobody who shares the descriptor sees it. Returns -1 for
/// anything but a pipe, and where the system does not let us.
int claunch_reopen_pipe(int descriptor, int for_writing);

/// Reads or writes without waiting, once poll has promised that something can be moved.
///
/// The descriptor may be one that the host shares with others, so O_NONBLOCK, which belongs to the
/// open file and not to the descriptor, is never set on it. A socket can be told for this one call
/// not to wait. A pipe that poll calls writable takes PIPE_BUF bytes without waiting, and one that
/// it calls readable gives what it has; both hold as long as no other process takes the room, or
/// the bytes, in between. One that does can delay us and not block us for good: the room comes
/// back when the host reads, whatever we do.
ssize_t claunch_read_ready(int descriptor, int is_socket, void *buffer, size_t size);
ssize_t claunch_write_ready(int descriptor, int is_socket, const void *bytes, size_t count);

enum {
  /// Where a companion finds its end of the socket.
  claunch_companion_descriptor = 3,
};

/// Opens a program to be started, and closes it on exec; -1 and an errno when it cannot be. Where no
/// opened file can be executed it only reserves a number.
int claunch_open_program(const char *path);

/// Starts a program of ours that works for this process: in a session of its own, without
/// arguments and environment, with nothing open but /dev/null as 0 and 1, our 2, and one end of a
/// stream socket as claunch_companion_descriptor.
///
/// `file` is the opened program, or -1: on Linux that one is started, whatever lies at `path` by now.
///
/// Returns the other end, which does not block. Who cannot be executed ends with 126 or 127.
int claunch_start_companion(const char *path, int file, pid_t *process);

/// As send, and an error where SIGPIPE would come.
ssize_t claunch_send(int socket, const void *bytes, size_t count);

/// A descriptor that becomes readable at a time of the wall clock, and when that clock is set; -1
/// where there is nothing of the kind.
int claunch_wall_timer(void);

/// Unix seconds.
int claunch_set_wall_timer(int timer, int64_t seconds);

/// Makes it unreadable again.
void claunch_take_wall_timer(int timer);

/// Gives one file the access control list of another, or takes it away where that one has none; 1 when
/// it has one that the mode's bits for the group are the limit of, 0 when it has none.
int claunch_copy_access_list(int from, int to);

/// Sends one byte on the guardian's socket.
int claunch_command(int socket, unsigned char command);

/// Waits for the next report of the guardian; 0 when it has gone.
int claunch_next_event(int socket, struct claunch_event *event);
