#if canImport(Darwin)
  extension RunningHosts {
    /// Not asked for here.
    static func processes() -> [(name: String, id: Int32)] { [] }
  }
#endif
