#if canImport(Darwin)
  internal import Platform

  /// One attempt; `false` with `errno` set when the lock was not to be had.
  func lockWholeFile(_ descriptor: Int32) -> Bool {
    var lock = Platform.flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0
  }

  /// Gives the lock back, also for copies of the descriptor that a forked process has.
  func unlockWholeFile(_ descriptor: Int32) {
    var lock = Platform.flock()
    lock.l_type = Int16(F_UNLCK)
    lock.l_whence = Int16(SEEK_SET)
    _ = fcntl(descriptor, F_OFD_SETLK, &lock)
  }
#endif
