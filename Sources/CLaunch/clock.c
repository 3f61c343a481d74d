#define _GNU_SOURCE
#include "CLaunch.h"

#include <errno.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/timerfd.h>

int claunch_wall_timer(void) {
  return timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
}

int claunch_set_wall_timer(int timer, int64_t seconds) {
  struct itimerspec time = {.it_value = {.tv_sec = seconds}};
  // A clock that is set makes it readable too: what was to happen at a time has to be looked at anew.
  return timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &time, NULL);
}

void claunch_take_wall_timer(int timer) {
  uint64_t count;
  ssize_t result = read(timer, &count, sizeof count);
  (void)result;
}
#else
int claunch_wall_timer(void) {
  errno = ENOTSUP;
  return -1;
}

int claunch_set_wall_timer(int timer, int64_t seconds) {
  (void)timer;
  (void)seconds;
  errno = ENOTSUP;
  return -1;
}

void claunch_take_wall_timer(int timer) { (void)timer; }
#endif
