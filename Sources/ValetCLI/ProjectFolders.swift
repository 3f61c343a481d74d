internal import Platform

/// Where a project may be.
enum ProjectFolders {
  /// The working folder and those above it, the nearest first; at most 32.
  static func upwards() -> [String] {
    guard let start = getcwd(nil, 0) else { return [] }
    defer { free(start) }
    var path = String(cString: start)
    var folders: [String] = []
    while !path.isEmpty, folders.count < 32 {
      folders.append(path)
      path = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
    return folders
  }
}
