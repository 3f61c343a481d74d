#if canImport(Darwin)
  extension BrowserOpener {
    /// A person at the machine has one, whatever the environment says.
    static let needsDisplay = false

    static let programs = [["/usr/bin/open", "--"]]
  }
#endif
