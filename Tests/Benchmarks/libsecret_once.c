// The least that a launcher with the desktop's keyring costs: one libsecret look-up in C, its value
// into S1, then exec.
//
//   libsecret_once ACCOUNT PROGRAM [ARGUMENT...]
#include <libsecret/secret.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const SecretSchema schema = {
    "mcp-valet.benchmark",
    SECRET_SCHEMA_DONT_MATCH_NAME,
    {{"service", SECRET_SCHEMA_ATTRIBUTE_STRING},
     {"account", SECRET_SCHEMA_ATTRIBUTE_STRING},
     {NULL, 0}}};

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  GError *error = NULL;
  gchar *value = secret_password_lookup_sync(&schema, NULL, &error, "service", "benchmark",
                                             "account", argv[1], NULL);
  if (value == NULL) {
    fprintf(stderr, "libsecret: %s\n", error != NULL ? error->message : "no such item");
    return 69;
  }
  setenv("S1", value, 1);
  secret_password_free(value);
  execv(argv[2], argv + 2);
  perror(argv[2]);
  return 127;
}
