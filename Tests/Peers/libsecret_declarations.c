// Compiled, never run: holds `CLibsecret.h` against the headers of the installed libraries.

#include <gio/gio.h>

#define SECRET_API_SUBJECT_TO_CHANGE
#include <libsecret/secret.h>

#include "CLibsecret.h"

// `g_object_ref` is a type-casting macro in the headers; its function is what we call.
#undef g_object_ref

// Enumerations count as the integers that they are stored in; everything else must be equal.
#define VALET_CHECK(result, name, parameters)                                               \
  _Static_assert(__builtin_types_compatible_p(__typeof__(&name), result(*) parameters), #name);
VALET_LIBSECRET_FUNCTIONS(VALET_CHECK)

#define SAME_MEMBER(member)                                                                 \
  _Static_assert(offsetof(GError, member) == offsetof(struct valet_error, member), #member); \
  _Static_assert(sizeof(((GError *)0)->member) == sizeof(((struct valet_error *)0)->member), \
                 #member)
SAME_MEMBER(domain);
SAME_MEMBER(code);
SAME_MEMBER(message);
_Static_assert(sizeof(GError) == sizeof(struct valet_error), "GError");
_Static_assert(__builtin_types_compatible_p(GSourceFunc, valet_source_function), "GSourceFunc");
_Static_assert(__builtin_types_compatible_p(GAsyncReadyCallback, valet_ready_function), "ready");
_Static_assert(__builtin_types_compatible_p(GDBusSignalCallback, valet_signal_function), "signal");
_Static_assert(__builtin_types_compatible_p(GDestroyNotify, valet_destroy_function), "destroy");

_Static_assert(valet_session_bus == G_BUS_TYPE_SESSION, "GBusType");
_Static_assert(valet_service_flags == SECRET_SERVICE_NONE, "SecretServiceFlags");
