// The host of `packaging/bench.sh relay`: talks to several servers, each behind another relay, in
// turns, so that what else the machine does at a time is the same for all.
//
//   relay_client ROUNDS FLOOD_MB COMMAND…
//
// Each COMMAND is a line for sh; one that begins with "slow:" gets a twentieth of the work. With 0
// for ROUNDS or FLOOD_MB that part is left out. Prints, for each, by its place from 0 on:
//   rtt PLACE SIZE P50_US P99_US COUNT     round trips of `tools/call echo` with SIZE bytes of text
//   flood PLACE MB_PER_S CPU_S_PER_GB      one way, server to host
//   memory PLACE PID ANONYMOUS_KB PSS_KB   of the relay, after its round trips; -1: not allowed
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Odd, so that the median is one of them.
enum { maximum_contenders = 24, size_count = 4, buffer_size = 4 << 20, flood_rounds = 15 };
static const size_t sizes[size_count] = {100, 4096, 30 * 1024, 1 << 20};
// Round trips of each size in a turn.
static const int batch[size_count] = {200, 100, 40, 4};

struct contender {
  pid_t pid;
  int is_slow;
  int to, from;
  char *buffer;
  size_t start, end;
  double *times[size_count];
  int counts[size_count];
  double rates[64];
  int rate_count;
};

static char *message;
static long last_id;

static void fail(const char *what, int place) {
  fprintf(stderr, "relay_client: contender %d: %s\n", place, what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int share(const struct contender *it, int work) {
  return it->is_slow ? (work + 19) / 20 : work;
}

static void start(struct contender *it, char *command, int place) {
  it->is_slow = strncmp(command, "slow:", 5) == 0;
  if (it->is_slow) command += 5;
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) fail("no pipe", place);
  it->pid = fork();
  if (it->pid == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  it->to = in[1];
  it->from = out[0];
  it->buffer = malloc(buffer_size);
}

static void put(struct contender *it, const char *bytes, size_t count, int place) {
  while (count > 0) {
    ssize_t written = write(it->to, bytes, count);
    if (written <= 0) fail("does not take what it is sent", place);
    bytes += written;
    count -= (size_t)written;
  }
}

// Reads to the end of a line that holds the answer to the last request; other lines are skipped.
// Returns how many bytes were read in all.
static size_t await(struct contender *it, int place) {
  char wanted[32];
  snprintf(wanted, sizeof wanted, "\"id\":%ld", last_id);
  size_t total = 0;
  size_t searched = it->start;
  for (;;) {
    char *end = memchr(it->buffer + searched, '\n', it->end - searched);
    if (end) {
      char *line = it->buffer + it->start;
      size_t length = (size_t)(end - line) + 1;
      it->start += length;
      searched = it->start;
      total += length;
      size_t looked_at = length < 120 ? length : 120;
      // Some answer with the id at the end, some with a space in front of it.
      char *found = memmem(line, looked_at, wanted, strlen(wanted));
      if (!found) found = memmem(line + length - looked_at, looked_at, wanted, strlen(wanted));
      if (found) return total;
      continue;
    }
    searched = it->end;
    if (it->start == it->end) it->start = it->end = searched = 0;
    if (it->end == buffer_size) {
      memmove(it->buffer, it->buffer + it->start, it->end - it->start);
      it->end -= it->start;
      searched -= it->start;
      it->start = 0;
      if (it->end == buffer_size) fail("sent a line that is too long", place);
    }
    ssize_t count = read(it->from, it->buffer + it->end, buffer_size - it->end);
    if (count <= 0) fail("ended", place);
    it->end += (size_t)count;
  }
}

static void request(struct contender *it, const char *text, int place) {
  put(it, text, strlen(text), place);
}

static void shake_hands(struct contender *it, int place) {
  char text[512];
  snprintf(text, sizeof text,
           "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"initialize\",\"params\":{"
           "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
           "\"clientInfo\":{\"name\":\"benchmark\",\"version\":\"1\"}}}\n",
           ++last_id);
  request(it, text, place);
  await(it, place);
  request(it, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n", place);
}

static void time_round_trips(struct contender *it, int size, int count, int place) {
  for (int i = 0; i < count; i++) {
    int length = sprintf(message,
                         "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"tools/call\",\"params\":{"
                         "\"name\":\"echo\",\"arguments\":{\"text\":\"",
                         ++last_id);
    memset(message + length, 'x', sizes[size]);
    length += (int)sizes[size];
    length += sprintf(message + length, "\"}}}\n");
    double before = now();
    put(it, message, (size_t)length, place);
    await(it, place);
    it->times[size][it->counts[size]++] = now() - before;
  }
}

static void time_flood(struct contender *it, long megabytes, int place) {
  char text[256];
  snprintf(text, sizeof text,
           "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"tools/call\",\"params\":{"
           "\"name\":\"flood\",\"arguments\":{\"count\":%ld}}}\n",
           ++last_id, megabytes * 1000);
  double before = now();
  request(it, text, place);
  size_t total = await(it, place);
  it->rates[it->rate_count++] = (double)total / (now() - before);
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double part(double *values, int count, double share) {
  qsort(values, (size_t)count, sizeof *values, ascending);
  int index = (int)(share * count);
  return values[index < count ? index : count - 1];
}

// What /proc/PID/smaps_rollup says, in KiB; of `sh -c` nothing is left, it execs its last command.
static long memory(pid_t pid, const char *format) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
  FILE *file = fopen(path, "r");
  long kilobytes = -1;
  while (file && fgets(line, sizeof line, file)) sscanf(line, format, &kilobytes);
  if (file) fclose(file);
  return kilobytes;
}

int main(int count, char **arguments) {
  if (count < 4 || count - 3 > maximum_contenders) return 64;
  signal(SIGPIPE, SIG_IGN);
  // Nobody waits for ever for a relay that loses a message.
  alarm(600);
  int rounds = atoi(arguments[1]), number = count - 3;
  long megabytes = atol(arguments[2]);
  static struct contender all[maximum_contenders];
  message = malloc(sizes[size_count - 1] + 1024);
  for (int place = 0; place < number; place++) {
    struct contender *it = &all[place];
    start(it, arguments[3 + place], place);
    for (int size = 0; size < size_count; size++)
      it->times[size] = malloc(sizeof(double) * (size_t)(batch[size] * rounds + 1));
    shake_hands(it, place);
    // Warm: caches, and buffers at their lasting size.
    for (int size = 0; size < size_count; size++) {
      time_round_trips(it, size, 1, place);
      it->counts[size] = 0;
    }
  }
  for (int round = 0; round < rounds; round++)
    for (int size = 0; size < size_count; size++)
      for (int i = 0; i < number; i++) {
        int place = (i + round) % number;
        time_round_trips(&all[place], size, share(&all[place], batch[size]), place);
      }
  for (int place = 0; place < number; place++)
    printf("memory %d %d %ld %ld\n", place, (int)all[place].pid,
           memory(all[place].pid, "Anonymous: %ld"), memory(all[place].pid, "Pss: %ld"));
  if (megabytes > 0)
    for (int round = 0; round < flood_rounds; round++)
      for (int i = 0; i < number; i++) {
        int place = (i + round) % number;
        time_flood(&all[place], share(&all[place], (int)megabytes), place);
      }
  for (int place = 0; place < number; place++) {
    struct contender *it = &all[place];
    for (int size = 0; size < size_count && rounds > 0; size++)
      printf("rtt %d %zu %.2f %.2f %d\n", place, sizes[size],
             part(it->times[size], it->counts[size], 0.5),
             part(it->times[size], it->counts[size], 0.99), it->counts[size]);
    struct rusage before, after;
    getrusage(RUSAGE_CHILDREN, &before);
    close(it->to);
    close(it->from);
    int status;
    waitpid(it->pid, &status, 0);
    getrusage(RUSAGE_CHILDREN, &after);
    double cpu = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) +
                 (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1e6 +
                 (double)(after.ru_stime.tv_sec - before.ru_stime.tv_sec) +
                 (double)(after.ru_stime.tv_usec - before.ru_stime.tv_usec) / 1e6;
    if (it->rate_count > 0)
      printf("flood %d %.0f %.3f\n", place, part(it->rates, it->rate_count, 0.5),
             cpu * 1000 / ((double)share(it, (int)megabytes) * it->rate_count));
  }
  return 0;
}
