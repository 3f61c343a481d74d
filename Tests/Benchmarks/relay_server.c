// The server of `packaging/bench.sh relay`: an MCP server in the handshake era with one tool, and
// nothing of its own that takes time.
//
//   tools/call echo   answers with the text that it was given
//   tools/call flood  sends as many notifications, of 1,000 bytes each, as `count` says, then answers
//
// It trusts its client to write as `relay_client.c` does: no spaces, nothing escaped.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written <= 0) exit(1);
    bytes += written;
    count -= (size_t)written;
  }
}

static void flood(long count) {
  enum { line_length = 1000, lines = 64 };
  static char block[line_length * lines];
  if (!block[0]) {
    char line[line_length + 1];
    int length = snprintf(line, sizeof line,
                          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
                          "{\"level\":\"info\",\"data\":\"");
    // Text as logs have it: words, and no character that would have to be escaped.
    const char words[] = "a request for /items/4711 was answered in 12 ms with status 200; ";
    while (length < line_length - 4) {
      line[length] = words[(size_t)length % (sizeof words - 1)];
      length++;
    }
    memcpy(line + length, "\"}}\n", 4);
    for (int i = 0; i < lines; i++) memcpy(block + i * line_length, line, line_length);
  }
  for (; count > 0; count -= lines) put(block, (size_t)(count < lines ? count : lines) * line_length);
}

int main(void) {
  // Where a secret is wanted, it has to be there: the relay then searches for as many values.
  const char *wanted = getenv("BENCHMARK_SECRETS");
  for (long i = wanted ? atol(wanted) : 0; i > 0; i--) {
    char name[32];
    snprintf(name, sizeof name, "S%ld", i);
    if (!getenv(name)) return 3;
  }
  char *line = NULL, *answer = NULL;
  size_t capacity = 0, room = 0;
  ssize_t length;
  while ((length = getline(&line, &capacity, stdin)) > 0) {
    char *id = strstr(line, "\"id\":");
    if (!id) continue;
    id += 5;
    size_t id_length = strcspn(id, ",}");
    if (room < (size_t)length + 512) answer = realloc(answer, room = (size_t)length + 512);
    if (!answer) return 1;
    int start = sprintf(answer, "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":", (int)id_length, id);
    char *end = answer + start;
    char *text = strstr(line, "\"text\":\"");
    if (strstr(line, "\"initialize\"")) {
      end = stpcpy(end, "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                        "\"serverInfo\":{\"name\":\"benchmark\",\"version\":\"1\"}}");
    } else if (strstr(line, "\"tools/list\"")) {
      end = stpcpy(end, "{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}");
    } else if (strstr(line, "\"flood\"")) {
      flood(atol(strstr(line, "\"count\":") + 8));
      end = stpcpy(end, "{\"content\":[]}");
    } else if (text) {
      text += 8;
      size_t text_length = strcspn(text, "\"");
      end = stpcpy(end, "{\"content\":[{\"type\":\"text\",\"text\":\"");
      end = (char *)mempcpy(end, text, text_length);
      end = stpcpy(end, "\"}]}");
    } else {
      end = stpcpy(end, "{}");
    }
    end = stpcpy(end, "}\n");
    put(answer, (size_t)(end - answer));
  }
  return 0;
}
