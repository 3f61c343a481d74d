#include "CLibzip.h"

#include <dlfcn.h>
#include <stddef.h>

static struct valet_libzip table;

const struct valet_libzip *valet_libzip_load(const char **problem) {
  // By name only: where the system's linker looks, which no bundle and no working folder decides.
  static const char *const names[] = {
#if defined(__APPLE__)
      "/opt/homebrew/opt/libzip/lib/libzip.5.dylib",
      "/usr/local/opt/libzip/lib/libzip.5.dylib",
#else
      // The functions are the same in both; Debian 12 has the first.
      "libzip.so.4",
      "libzip.so.5",
#endif
  };
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    *problem = dlerror();
    return NULL;
  }
#define VALET_FIND(result, name, parameters)       \
  *(void **)&table.name = dlsym(library, #name);   \
  if (!table.name) {                               \
    *problem = "libzip lacks the function " #name; \
    return NULL;                                   \
  }
  VALET_LIBZIP_FUNCTIONS(VALET_FIND)
  return &table;
}
