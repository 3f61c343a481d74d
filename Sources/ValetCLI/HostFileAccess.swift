internal import Files
internal import HostConfigs
internal import Platform

/// Reads hosts' files, for looking only.
enum HostFileAccess {
  /// The working folder and those above it, the nearest first; at most 32.
  static func projectFolders() -> [String] {
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

  /// The files of a place; at most 256 of a folder.
  static func files(of place: HostFiles.Place) -> [String] {
    guard place.isFolder else { return [place.path] }
    guard let stream = opendir(place.path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < 256, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().map { "\(place.path)/\($0)" }
  }

  /// `nil` for what is not there, is no regular file, or is longer than
  /// `TextSearch.maximumLength`. Links are followed: many people keep such files elsewhere.
  static func read(_ path: String) -> [UInt8]? {
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else { return nil }
    let descriptor = Descriptor(owning: raw)
    var status = stat()
    guard fstat(raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= TextSearch.maximumLength
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let isWhole = bytes.withUnsafeMutableBytes { buffer in
      (try? descriptor.readExactly(into: buffer, at: 0, path: path)) == true
    }
    return isWhole ? bytes : nil
  }
}
