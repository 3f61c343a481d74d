#pragma once

// add_key(2) and keyctl(2), for which the C library has no functions, and which Swift cannot reach
// through the variadic syscall(2). Both return what the kernel returned, or -errno.

#include <stddef.h>
#include <stdint.h>

long valet_add_key(const char *_Nonnull type, const char *_Nonnull description,
                   const void *_Nonnull payload, size_t length, int32_t keyring);
long valet_keyctl(int operation, uintptr_t second, uintptr_t third, uintptr_t fourth,
                  uintptr_t fifth);
