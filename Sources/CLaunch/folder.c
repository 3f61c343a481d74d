#define _GNU_SOURCE
#include "CLaunch.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int claunch_lock(int folder) { return flock(folder, LOCK_EX | LOCK_NB); }

#ifdef __linux__
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

int claunch_is_in_memory(int folder) {
  struct statfs status;
  if (fstatfs(folder, &status) != 0) return 0;
  return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
}

int claunch_unnamed_file(int folder) {
  return openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int claunch_name_file(int file, int folder, const char *name) {
  // AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH.
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW);
}

struct entry {  // getdents64(2)
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

void claunch_each_entry(int folder, void (*body)(const char *name, void *context), void *context) {
  // readdir allocates, which the guardian, forked and never executed, does not.
  char buffer[4096] __attribute__((aligned(8)));
  long count;
  while ((count = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0)
    for (long offset = 0; offset < count;) {
      struct entry *entry = (struct entry *)(buffer + offset);
      offset += entry->length;
      body(entry->name, context);
    }
}

static void remove_entry(const char *name, void *context) {
  unlinkat(*(int *)context, name, 0);  // "." and ".." are refused
}

static void remove_files(int folder) {
  lseek(folder, 0, SEEK_SET);
  claunch_each_entry(folder, remove_entry, &folder);
}

void claunch_remove_folder(int folder, const char *path) {
  // Removing while listing may skip an entry: another pass, as long as the folder is not empty.
  for (int pass = 0; pass < 8; pass++) {
    remove_files(folder);
    if (rmdir(path) == 0 || (errno != ENOTEMPTY && errno != EEXIST)) return;
  }
}

static void sweep_entry(const char *name, void *context) {
  int parent = *(int *)context;
  if (name[0] < '0' || name[0] > '9') return;
  int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return;
  if (claunch_lock(folder) == 0)
    for (int pass = 0; pass < 8; pass++) {
      remove_files(folder);
      if (unlinkat(parent, name, AT_REMOVEDIR) == 0) break;
    }
  close(folder);
}

void claunch_sweep(int parent) { claunch_each_entry(parent, sweep_entry, &parent); }
#else
int claunch_is_in_memory(int folder) { return (void)folder, 0; }

int claunch_unnamed_file(int folder) { return (void)folder, errno = ENOTSUP, -1; }

int claunch_name_file(int file, int folder, const char *name) {
  return (void)file, (void)folder, (void)name, errno = ENOTSUP, -1;
}

void claunch_remove_folder(int folder, const char *path) { (void)folder, (void)path; }

void claunch_sweep(int parent) { (void)parent; }

int claunch_guard(const struct claunch_server *server, pid_t *guardian) {
  return (void)server, (void)guardian, errno = ENOTSUP, -1;
}
#endif
