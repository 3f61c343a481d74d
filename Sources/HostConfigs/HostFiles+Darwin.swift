#if canImport(Darwin)
  extension HostFiles {
    static func applicationFolder(home: String) -> String {
      "\(home)/Library/Application Support"
    }
  }
#endif
