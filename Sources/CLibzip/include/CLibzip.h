#pragma once

// Our own declarations of the few functions of libzip that we call, so that building needs none of
// its headers and starting needs none of its libraries (it brings OpenSSL): only the commands about
// bundles open it. `Tests/Peers/libzip_declarations.c` holds every line against the real header.

#include <stdint.h>

#if !defined(__clang__)
#define _Nullable
#define _Nonnull
#endif

typedef struct zip zip_t;
typedef struct zip_error zip_error_t;
typedef struct zip_file zip_file_t;
typedef struct zip_source zip_source_t;

enum {
  valet_zip_create = 1,      // ZIP_CREATE
  valet_zip_exclusive = 2,   // ZIP_EXCL
  valet_zip_consistent = 4,  // ZIP_CHECKCONS
  valet_zip_read_only = 16,  // ZIP_RDONLY
  valet_zip_compressed = 4,  // ZIP_FL_COMPRESSED
  valet_zip_utf8 = 2048,     // ZIP_FL_ENC_UTF_8
  valet_zip_unix = 3,        // ZIP_OPSYS_UNIX
};

// X(result, name, parameters). Results and parameters that may be null say so.
#define VALET_LIBZIP_FUNCTIONS(X)                                                                 \
  X(zip_source_t *_Nullable, zip_source_buffer_create,                                            \
    (const void *_Nullable, uint64_t, int, zip_error_t *_Nullable))                               \
  X(void, zip_source_free, (zip_source_t * _Nullable))                                            \
  X(zip_source_t *_Nullable, zip_source_buffer,                                                   \
    (zip_t * _Nonnull, const void *_Nullable, uint64_t, int))                                     \
  X(zip_source_t *_Nullable, zip_source_zip,                                                      \
    (zip_t * _Nonnull, zip_t *_Nonnull, uint64_t, uint32_t, uint64_t, int64_t))                   \
  X(zip_t *_Nullable, zip_open_from_source,                                                       \
    (zip_source_t * _Nonnull, int, zip_error_t *_Nullable))                                       \
  X(zip_t *_Nullable, zip_open, (const char *_Nonnull, int, int *_Nullable))                      \
  X(int, zip_close, (zip_t * _Nonnull))                                                           \
  X(void, zip_discard, (zip_t * _Nonnull))                                                        \
  X(const char *_Nonnull, zip_strerror, (zip_t * _Nonnull))                                       \
  X(int64_t, zip_get_num_entries, (zip_t * _Nonnull, uint32_t))                                   \
  X(zip_file_t *_Nullable, zip_fopen_index, (zip_t * _Nonnull, uint64_t, uint32_t))               \
  X(int64_t, zip_fread, (zip_file_t * _Nonnull, void *_Nonnull, uint64_t))                        \
  X(int, zip_fclose, (zip_file_t * _Nonnull))                                                     \
  X(int64_t, zip_file_add,                                                                        \
    (zip_t * _Nonnull, const char *_Nonnull, zip_source_t *_Nonnull, uint32_t))                   \
  X(int64_t, zip_dir_add, (zip_t * _Nonnull, const char *_Nonnull, uint32_t))                     \
  X(int, zip_file_set_external_attributes,                                                        \
    (zip_t * _Nonnull, uint64_t, uint32_t, uint8_t, uint32_t))                                    \
  X(int, zip_file_set_dostime, (zip_t * _Nonnull, uint64_t, uint16_t, uint16_t, uint32_t))

struct valet_libzip {
#define VALET_MEMBER(result, name, parameters) result(*_Nonnull name) parameters;
  VALET_LIBZIP_FUNCTIONS(VALET_MEMBER)
#undef VALET_MEMBER
};

// Opens libzip and fills the table; null, with a text that stays in `problem`, when the library or
// one of the functions is not there. Not thread-safe; nothing is ever unloaded.
const struct valet_libzip *_Nullable valet_libzip_load(const char *_Nullable *_Nonnull problem);
