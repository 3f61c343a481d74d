#pragma once

// Our own declarations of the few functions of GLib, GIO and libsecret that we call, so that
// building needs none of their headers and starting needs none of their libraries: a launch that
// asks no keyring does not pay for them. `Tests/Peers/libsecret_declarations.c` holds every line
// against the real headers.

#include <stddef.h>
#include <stdint.h>

#if !defined(__clang__)
#define _Nullable
#define _Nonnull
#endif

typedef struct _GObject GObject;
typedef struct _GMainContext GMainContext;
typedef struct _GSource GSource;
typedef struct _GCancellable GCancellable;
typedef struct _GAsyncResult GAsyncResult;
typedef struct _GIOStream GIOStream;
typedef struct _GSocket GSocket;
typedef struct _GSocketConnection GSocketConnection;
typedef struct _GDBusConnection GDBusConnection;
typedef struct _GVariant GVariant;
typedef struct _GVariantType GVariantType;
typedef struct _SecretService SecretService;
typedef struct _SecretValue SecretValue;
typedef struct _GError GError;

// How a `GError` lies in memory: the one structure that we look into.
struct valet_error {
  uint32_t domain;
  int code;
  char *_Nonnull message;
};

typedef int (*valet_source_function)(void *_Nullable data);
typedef void (*valet_ready_function)(GObject *_Nullable source, GAsyncResult *_Nonnull result,
                                     void *_Nullable data);
typedef void (*valet_signal_function)(
    GDBusConnection *_Nonnull connection, const char *_Nullable sender,
    const char *_Nonnull object_path, const char *_Nonnull interface, const char *_Nonnull signal,
    GVariant *_Nonnull parameters, void *_Nullable data);
typedef void (*valet_destroy_function)(void *_Nullable data);

enum {
  // GBusType: G_BUS_TYPE_SESSION
  valet_session_bus = 2,
  // SecretServiceFlags: SECRET_SERVICE_NONE
  valet_service_flags = 0,
};

// X(result, name, parameters). Results and parameters that may be null say so.
#define VALET_LIBSECRET_FUNCTIONS(X)                                                              \
  X(void, g_free, (void *_Nullable))                                                              \
  X(void, g_error_free, (GError * _Nonnull))                                                      \
  X(void *_Nonnull, g_object_ref, (void *_Nonnull))                                               \
  X(void, g_object_unref, (void *_Nonnull))                                                       \
  X(GMainContext *_Nonnull, g_main_context_new, (void))                                           \
  X(void, g_main_context_unref, (GMainContext * _Nonnull))                                        \
  X(void, g_main_context_push_thread_default, (GMainContext * _Nonnull))                          \
  X(void, g_main_context_pop_thread_default, (GMainContext * _Nonnull))                           \
  X(int, g_main_context_iteration, (GMainContext * _Nonnull, int))                                \
  X(GSource *_Nonnull, g_timeout_source_new, (unsigned))                                          \
  X(void, g_source_set_callback,                                                                  \
    (GSource * _Nonnull, valet_source_function _Nonnull, void *_Nullable,                         \
     valet_destroy_function _Nullable))                                                           \
  X(unsigned, g_source_attach, (GSource * _Nonnull, GMainContext *_Nonnull))                      \
  X(void, g_source_destroy, (GSource * _Nonnull))                                                 \
  X(void, g_source_unref, (GSource * _Nonnull))                                                   \
  X(GCancellable *_Nonnull, g_cancellable_new, (void))                                            \
  X(void, g_cancellable_cancel, (GCancellable * _Nonnull))                                        \
  X(void, g_bus_get,                                                                              \
    (int, GCancellable *_Nullable, valet_ready_function _Nullable, void *_Nullable))              \
  X(GDBusConnection *_Nullable, g_bus_get_finish,                                                 \
    (GAsyncResult * _Nonnull, GError *_Nullable *_Nullable))                                      \
  X(void, g_dbus_connection_set_exit_on_close, (GDBusConnection * _Nonnull, int))                 \
  X(GIOStream *_Nonnull, g_dbus_connection_get_stream, (GDBusConnection * _Nonnull))              \
  X(GSocket *_Nonnull, g_socket_connection_get_socket, (GSocketConnection * _Nonnull))            \
  X(int, g_socket_get_fd, (GSocket * _Nonnull))                                                   \
  X(void, g_dbus_connection_call,                                                                 \
    (GDBusConnection * _Nonnull, const char *_Nullable, const char *_Nonnull,                     \
     const char *_Nullable, const char *_Nonnull, GVariant *_Nullable,                            \
     const GVariantType *_Nullable, unsigned, int, GCancellable *_Nullable,                       \
     valet_ready_function _Nullable, void *_Nullable))                                            \
  X(GVariant *_Nullable, g_dbus_connection_call_finish,                                           \
    (GDBusConnection * _Nonnull, GAsyncResult *_Nonnull, GError *_Nullable *_Nullable))           \
  X(unsigned, g_dbus_connection_signal_subscribe,                                                 \
    (GDBusConnection * _Nonnull, const char *_Nullable, const char *_Nullable,                    \
     const char *_Nullable, const char *_Nullable, const char *_Nullable, unsigned,               \
     valet_signal_function _Nonnull, void *_Nullable, valet_destroy_function _Nullable))          \
  X(void, g_dbus_connection_signal_unsubscribe, (GDBusConnection * _Nonnull, unsigned))           \
  X(char *_Nullable, g_dbus_error_get_remote_error, (const GError *_Nonnull))                     \
  X(int, g_dbus_error_strip_remote_error, (GError * _Nonnull))                                    \
  X(GVariant *_Nonnull, g_variant_ref_sink, (GVariant * _Nonnull))                                \
  X(void, g_variant_unref, (GVariant * _Nonnull))                                                 \
  X(const char *_Nonnull, g_variant_get_type_string, (GVariant * _Nonnull))                       \
  X(GVariant *_Nonnull, g_variant_new_string, (const char *_Nonnull))                             \
  X(GVariant *_Nonnull, g_variant_new_object_path, (const char *_Nonnull))                        \
  X(GVariant *_Nonnull, g_variant_new_boolean, (int))                                             \
  X(GVariant *_Nonnull, g_variant_new_uint32, (uint32_t))                                         \
  X(GVariant *_Nonnull, g_variant_new_variant, (GVariant * _Nonnull))                             \
  X(GVariant *_Nonnull, g_variant_new_dict_entry, (GVariant * _Nonnull, GVariant *_Nonnull))      \
  X(GVariant *_Nonnull, g_variant_new_array,                                                      \
    (const GVariantType *_Nullable, GVariant *_Nonnull const *_Nullable, size_t))                 \
  X(GVariant *_Nonnull, g_variant_new_tuple, (GVariant * _Nonnull const *_Nullable, size_t))      \
  X(size_t, g_variant_n_children, (GVariant * _Nonnull))                                          \
  X(GVariant *_Nonnull, g_variant_get_child_value, (GVariant * _Nonnull, size_t))                 \
  X(GVariant *_Nonnull, g_variant_get_variant, (GVariant * _Nonnull))                             \
  X(const char *_Nonnull, g_variant_get_string, (GVariant * _Nonnull, size_t *_Nullable))         \
  X(int, g_variant_get_boolean, (GVariant * _Nonnull))                                            \
  X(uint32_t, g_variant_get_uint32, (GVariant * _Nonnull))                                        \
  X(uint64_t, g_variant_get_uint64, (GVariant * _Nonnull))                                        \
  X(size_t, secret_service_get_type, (void))                                                      \
  X(void, secret_service_open,                                                                    \
    (size_t, const char *_Nullable, unsigned, GCancellable *_Nullable,                            \
     valet_ready_function _Nullable, void *_Nullable))                                            \
  X(SecretService *_Nullable, secret_service_open_finish,                                         \
    (GAsyncResult * _Nonnull, GError *_Nullable *_Nullable))                                      \
  X(void, secret_service_ensure_session,                                                          \
    (SecretService * _Nonnull, GCancellable *_Nullable, valet_ready_function _Nullable,           \
     void *_Nullable))                                                                            \
  X(int, secret_service_ensure_session_finish,                                                    \
    (SecretService * _Nonnull, GAsyncResult *_Nonnull, GError *_Nullable *_Nullable))             \
  X(const char *_Nullable, secret_service_get_session_dbus_path, (SecretService * _Nonnull))      \
  X(GVariant *_Nullable, secret_service_encode_dbus_secret,                                       \
    (SecretService * _Nonnull, SecretValue *_Nonnull))                                            \
  X(SecretValue *_Nullable, secret_service_decode_dbus_secret,                                    \
    (SecretService * _Nonnull, GVariant *_Nonnull))                                               \
  X(SecretValue *_Nonnull, secret_value_new,                                                      \
    (const char *_Nonnull, ptrdiff_t, const char *_Nonnull))                                      \
  X(const char *_Nullable, secret_value_get, (SecretValue * _Nonnull, size_t *_Nullable))         \
  X(void, secret_value_unref, (void *_Nonnull))

struct valet_libsecret {
#define VALET_MEMBER(result, name, parameters) result(*_Nonnull name) parameters;
  VALET_LIBSECRET_FUNCTIONS(VALET_MEMBER)
#undef VALET_MEMBER
};

// Makes this process's environment safe for GLib, opens libsecret, and fills the table; null, with a
// text that stays in `problem`, when the library or one of the functions is not there. Call it once:
// it is not thread-safe, and nothing is ever unloaded (GLib cannot be).
//
// `bus_address` becomes DBUS_SESSION_BUS_ADDRESS: the one address that GIO may connect to. Every
// variable whose name begins with `SECRET_`, `GIO_` or `G_` goes: they make libsecret use a file of
// someone else's choice (`SECRET_BACKEND`) or another bus name, GIO load modules from anywhere
// (`GIO_EXTRA_MODULES`), and GLib write to standard output, where a host expects protocol messages
// (`G_DBUS_DEBUG`, `G_MESSAGES_DEBUG`).
//
// `environ` itself is edited, which no other thread may be reading. That holds because this runs
// before the first function of GLib does, and nothing else in `mcp-valet` starts threads. The
// strings stay where they are, so an environment block that was copied from `environ` before
// remains whole.
const struct valet_libsecret *_Nullable valet_libsecret_load(
    const char *_Nonnull bus_address, const char *_Nullable *_Nonnull problem);
