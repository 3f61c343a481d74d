#include "CKernelKeys.h"

#include <errno.h>

#if defined(__linux__)

#include <sys/syscall.h>
#include <unistd.h>

long valet_add_key(const char *type, const char *description, const void *payload, size_t length,
                   int32_t keyring) {
  long result = syscall(SYS_add_key, type, description, payload, length, keyring);
  return result < 0 ? -errno : result;
}

long valet_keyctl(int operation, uintptr_t second, uintptr_t third, uintptr_t fourth,
                  uintptr_t fifth) {
  long result = syscall(SYS_keyctl, operation, second, third, fourth, fifth);
  return result < 0 ? -errno : result;
}

#else

long valet_add_key(const char *type, const char *description, const void *payload, size_t length,
                   int32_t keyring) {
  (void)type, (void)description, (void)payload, (void)length, (void)keyring;
  return -ENOSYS;
}

long valet_keyctl(int operation, uintptr_t second, uintptr_t third, uintptr_t fourth,
                  uintptr_t fifth) {
  (void)operation, (void)second, (void)third, (void)fourth, (void)fifth;
  return -ENOSYS;
}

#endif
