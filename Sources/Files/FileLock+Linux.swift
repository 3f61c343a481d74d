#if os(Linux)
  internal import Platform

  /// `F_OFD_SETLK`, whose name Glibc hides behind a feature macro (fcntl(2)).
  private let setOpenFileDescriptionLock: Int32 = 37

  /// One attempt; `false` with `errno` set when the lock was not to be had.
  func lockWholeFile(_ descriptor: Int32) -> Bool {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, setOpenFileDescriptionLock, &lock) == 0
  }

  /// Gives the lock back, also for copies of the descriptor that a forked process has.
  func unlockWholeFile(_ descriptor: Int32) {
    var lock = flock()
    lock.l_type = Int16(F_UNLCK)
    lock.l_whence = Int16(SEEK_SET)
    _ = fcntl(descriptor, setOpenFileDescriptionLock, &lock)
  }
#endif
