#include "CLibsecret.h"

#if defined(__linux__)

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static struct valet_libsecret table;

static void scrub_environment(void) {
  static const char *const prefixes[] = {"SECRET_", "GIO_", "G_"};
  if (!environ) return;
  char **kept = environ;
  for (char **entry = environ; *entry; entry++) {
    int drop = 0;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
      if (strncmp(*entry, prefixes[i], strlen(prefixes[i])) == 0) drop = 1;
    if (!drop) *kept++ = *entry;
  }
  *kept = NULL;
}

const struct valet_libsecret *valet_libsecret_load(const char *bus_address,
                                                   const char **problem) {
  scrub_environment();
  if (setenv("DBUS_SESSION_BUS_ADDRESS", bus_address, 1) != 0) {
    *problem = "not enough memory";
    return NULL;
  }
  // The version in the name is the promise that the declarations hold. `dlsym` on the handle also
  // searches what libsecret itself needs: GIO, GObject and GLib.
  void *library = dlopen("libsecret-1.so.0", RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    *problem = dlerror();
    return NULL;
  }
#define VALET_FIND(result, name, parameters)          \
  *(void **)&table.name = dlsym(library, #name);      \
  if (!table.name) {                                  \
    *problem = "libsecret lacks the function " #name; \
    return NULL;                                      \
  }
  VALET_LIBSECRET_FUNCTIONS(VALET_FIND)
  return &table;
}

#else

// No Secret Service elsewhere.
const struct valet_libsecret *valet_libsecret_load(const char *bus_address,
                                                   const char **problem) {
  (void)bus_address;
  *problem = "there is no libsecret on this system";
  return NULL;
}

#endif
