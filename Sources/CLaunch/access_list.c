#define _GNU_SOURCE
#include "CLaunch.h"

#include <errno.h>

#ifdef __linux__
#include <sys/xattr.h>

int claunch_copy_access_list(int from, int to) {
  static const char name[] = "system.posix_acl_access";
  // No attribute is longer (XATTR_SIZE_MAX in linux/limits.h).
  char list[65536];
  ssize_t length = fgetxattr(from, name, list, sizeof list);
  if (length >= 0) return fsetxattr(to, name, list, (size_t)length, 0) == 0 ? 1 : -1;
  if (errno != ENODATA && errno != ENOTSUP) return -1;
  // The folder may have given the new file one.
  if (fremovexattr(to, name) == 0 || errno == ENODATA || errno == ENOTSUP) return 0;
  return -1;
}
#elif defined(__APPLE__)
#include <copyfile.h>

int claunch_copy_access_list(int from, int to) {
  // They are apart from the mode there.
  return fcopyfile(from, to, NULL, COPYFILE_ACL);
}
#else
int claunch_copy_access_list(int from, int to) {
  (void)from;
  (void)to;
  errno = ENOTSUP;
  return -1;
}
#endif
