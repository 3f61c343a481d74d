#if canImport(Darwin)
  internal import Platform

  extension Exchange {
    static let noSignal: Int32 = 0
  }

  /// Nothing of the environment is trusted: a host's configuration can set it.
  func forgetEnvironment() {
    while let entry = environ[0] {
      let text = String(cString: entry)
      unsetenv(String(text.prefix { $0 != "=" }))
    }
  }
#endif
