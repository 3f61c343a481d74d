#if canImport(Darwin)
  extension DesktopPath {
    /// - Parameter home: the user's folder.
    static func current(home: String?) -> DesktopPath {
      // What launchd gives to applications (launchctl(1), `config user path`).
      DesktopPath(text: "/usr/bin:/bin:/usr/sbin:/sbin", source: "as launchd sets it")
    }
  }
#endif
