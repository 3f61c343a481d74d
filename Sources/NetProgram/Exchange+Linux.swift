#if os(Linux)
  internal import Platform

  extension Exchange {
    /// A reader that went away is an error of the call and not our end.
    static let noSignal = Int32(MSG_NOSIGNAL)
  }

  /// Nothing of the environment is trusted: a host's configuration can set it, and names of hosts,
  /// name servers and libraries can be changed by it.
  func forgetEnvironment() { clearenv() }
#endif
