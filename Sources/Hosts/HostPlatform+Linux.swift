#if !canImport(Darwin)
  extension HostPlatform {
    static let isDarwin = false
  }
#endif
