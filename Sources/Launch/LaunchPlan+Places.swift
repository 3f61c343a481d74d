internal import Platform

// Whoever chooses a server's `PATH` chooses the interpreter of every script that names one by
// `/usr/bin/env`, and every package runner. That a folder is the user's own says little: so is
// every repository that he cloned. So a grant names the places that are not root's.

extension LaunchPlan {
  /// Where an inherited `PATH` has programs beside root's, each once; none where `PATH` is given to
  /// the server by name.
  ///
  /// A place is what stays the same when a version manager changes a folder: of hidden folders of
  /// the home (`~/.nvm`, `~/.local/share/fnm`) all, of others each folder by itself.
  ///
  /// - Parameter home: the user's.
  package func programPlaces(home: [UInt8]?) -> [[UInt8]] {
    let all = ProgramPlaces(home: home)
    var places: [[UInt8]] = []
    for entry in inheritedSearchPath ?? [] {
      if let place = all.place(of: entry), !places.contains(place) {
        places.append(place)
      }
    }
    return places
  }

  /// Leaves of an inherited `PATH` what is root's, and what lies in some places.
  ///
  /// - Returns: what was left out, as it stood there.
  package mutating func confineSearchPath(
    to places: [[UInt8]], home: [UInt8]?
  ) -> [[UInt8]] {
    guard let entries = inheritedSearchPath else { return [] }
    let all = ProgramPlaces(home: home)
    var kept: [UInt8] = []
    var dropped: [[UInt8]] = []
    for entry in entries {
      if let place = all.place(of: entry), !places.contains(place) {
        dropped.append(entry)
        continue
      }
      if !kept.isEmpty { kept.append(UInt8(ascii: ":")) }
      kept += entry
    }
    if dropped.isEmpty { return [] }
    let name = Array("PATH".utf8)
    if kept.isEmpty { drop(name) } else { setPlain(kept, of: name) }
    return dropped
  }

  private var inheritedSearchPath: [[UInt8]]? {
    let name = Array("PATH".utf8)
    guard variables.contains(where: { $0.name == name && $0.origin == .inherited }) else {
      return nil
    }
    return searchPath?.split(separator: UInt8(ascii: ":")).map { Array($0) }
  }
}

extension Command {
  /// The place of the folder in which a program was found; `nil` for root's.
  package func programPlace(home: [UInt8]?) -> [UInt8]? {
    let end = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
    let folder = end == 0 ? [UInt8(ascii: "/")] : Array(bytes[..<end])
    return ProgramPlaces(home: home).place(of: folder)
  }
}

/// What a grant tells apart of the folders in which programs are found.
private struct ProgramPlaces {
  /// Without links.
  private let home: [UInt8]?

  init(home: [UInt8]?) { self.home = home.flatMap(Self.resolved) }

  /// - Parameter folder: absolute.
  /// - Returns: absolute, links resolved; `nil` for a folder of root's.
  func place(of folder: [UInt8]) -> [UInt8]? {
    let isRoots = Self.isRoots(folder)
    // One look instead of one for each folder above: most of a `PATH` is root's.
    if isRoots, geteuid() != 0 { return nil }
    let path = Self.resolved(folder) ?? folder
    if isRoots, Self.systems.contains(where: { (path + [Self.slash]).starts(with: $0.utf8) }) {
      return nil
    }
    guard let home, path.starts(with: home + [Self.slash]) else { return path }
    let parts = path[(home.count + 1)...].split(separator: Self.slash)
    guard let first = parts.first, first.first == UInt8(ascii: ".") else { return path }
    // `~/.local/share/fnm` is a place, `~/.local` holds those of many programs.
    let isShared = Self.shared.contains { first.elementsEqual($0.utf8) }
    var place = home
    for part in parts.prefix(isShared ? 3 : 1) { place += [Self.slash] + part }
    return place
  }

  private static let slash = UInt8(ascii: "/")
  private static let shared = [".local", ".config", ".cache"]
  /// To root everything is root's: a repository that root cloned as well.
  private static let systems = ["/usr/", "/bin/", "/sbin/", "/opt/", "/nix/", "/snap/"]

  private static func isRoots(_ path: [UInt8]) -> Bool {
    var status = stat()
    return withCString(path) { stat($0, &status) == 0 && status.st_uid == 0 }
  }

  private static func resolved(_ path: [UInt8]) -> [UInt8]? {
    guard let resolved = withCString(path, { realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
  }

  private static func withCString<Result>(
    _ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result
  ) -> Result {
    let string = path.map { CChar(bitPattern: $0) } + [0]
    return string.withUnsafeBufferPointer { buffer in
      // Never empty: the NUL is in it.
      body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }
}
