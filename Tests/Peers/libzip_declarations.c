// Compiled, never run: holds `CLibzip.h` against the header of the installed library.

#include <zip.h>

#define zip_t valet_zip_t_again
#define zip_error_t valet_zip_error_t_again
#define zip_file_t valet_zip_file_t_again
#define zip_source_t valet_zip_source_t_again
#include "CLibzip.h"
#undef zip_t
#undef zip_error_t
#undef zip_file_t
#undef zip_source_t

#define VALET_CHECK(result, name, parameters) \
  _Static_assert(__builtin_types_compatible_p(__typeof__(&name), result(*) parameters), #name);
VALET_LIBZIP_FUNCTIONS(VALET_CHECK)

_Static_assert(valet_zip_create == ZIP_CREATE, "ZIP_CREATE");
_Static_assert(valet_zip_exclusive == ZIP_EXCL, "ZIP_EXCL");
_Static_assert(valet_zip_consistent == ZIP_CHECKCONS, "ZIP_CHECKCONS");
_Static_assert(valet_zip_read_only == ZIP_RDONLY, "ZIP_RDONLY");
_Static_assert(valet_zip_compressed == ZIP_FL_COMPRESSED, "ZIP_FL_COMPRESSED");
_Static_assert(valet_zip_utf8 == ZIP_FL_ENC_UTF_8, "ZIP_FL_ENC_UTF_8");
_Static_assert(valet_zip_unix == ZIP_OPSYS_UNIX, "ZIP_OPSYS_UNIX");
