#if canImport(Darwin)
  extension HostPlatform {
    static let isDarwin = true
  }
#endif
