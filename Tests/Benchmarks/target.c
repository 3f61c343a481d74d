// What every contender ends in: about the cheapest program there is, and it refuses to count a
// launch that did not deliver.
//
//   target N        exits 0 when S1 … SN are set and hold a value rather than a reference, else 3
//   target N hold   then says "ready" and stays until its standard input ends
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 0;
  for (int i = 1; i <= count; i++) {
    char name[16];
    snprintf(name, sizeof name, "S%d", i);
    const char *value = getenv(name);
    if (value == NULL || value[0] == '\0' || strstr(value, "://") != NULL) return 3;
  }
  if (argc > 2 && strcmp(argv[2], "hold") == 0) {
    char byte;
    // A message: a relay passes nothing else on.
    static const char ready[] = "{\"jsonrpc\":\"2.0\",\"method\":\"ready\"}\n";
    if (write(STDOUT_FILENO, ready, sizeof ready - 1) != sizeof ready - 1) return 1;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
  }
  return 0;
}
