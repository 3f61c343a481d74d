internal import CLaunch
internal import Files
internal import Platform

/// A file system in memory where the folders with value files may lie.
package enum MemoryPlace: Equatable, Sendable {
  /// A folder that belongs to the user alone, such as `/run/user/1000`.
  case session(String)
  /// A folder that everybody may write to, such as `/dev/shm`.
  case shared(String)

  /// In the order in which they are tried.
  ///
  /// - Parameter variable: looks up an environment variable.
  package static func candidates(variable: (String) -> String?) -> [MemoryPlace] {
    var places: [MemoryPlace] = []
    if let session = variable("XDG_RUNTIME_DIR"), session.utf8.first == UInt8(ascii: "/") {
      places.append(.session(session))
    }
    if let session = Locations.derivedSessionFolder(), !places.contains(.session(session)) {
      places.append(.session(session))
    }
    return places + [.shared("/dev/shm")]
  }

  /// The folder `files` in the first place that will do.
  ///
  /// - Throws: ``LaunchError/noMemoryFolder(_:)`` with the reason of each.
  static func open(first places: [MemoryPlace]) throws(LaunchError) -> OwnedFolder {
    var reasons: [String] = []
    for place in places {
      do throws(Refusal) {
        return try place.open(create: true)
      } catch {
        reasons.append(error.reason)
      }
    }
    throw .noMemoryFolder(reasons)
  }

  struct Refusal: Error {
    let reason: String
  }

  /// Opens the folder `files`; each folder above it that is ours is opened by name only after the
  /// one that holds it was found to be writable by nobody else, so that none can be exchanged.
  func open(create: Bool) throws(Refusal) -> OwnedFolder {
    let own: String
    switch self {
    case .session(let path):
      // Not made by us: a session folder that does not exist is none.
      _ = try Self.check(path, create: false)
      own = "\(path)/mcp-valet"
    case .shared(let path):
      guard access(path, F_OK) == 0 else { throw Refusal(reason: "\(path) does not exist") }
      // Anybody could have made it before us; then it is not ours, or open to others.
      own = "\(path)/mcp-valet-\(geteuid())"
    }
    _ = try Self.check(own, create: create)
    let folder = try Self.check("\(own)/files", create: create)
    guard claunch_is_in_memory(folder.rawDescriptor) == 1 else {
      throw Refusal(reason: "\(own) is not on a tmpfs")
    }
    return folder
  }

  /// A folder of ours that nobody else can even list.
  private static func check(_ path: String, create: Bool) throws(Refusal) -> OwnedFolder {
    if create { mkdir(path, 0o700) }
    let folder: OwnedFolder
    do {
      folder = try OwnedFolder.open(path, create: false)
    } catch {
      throw Refusal(reason: error.message)
    }
    var status = stat()
    guard fstat(folder.rawDescriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
      let error = FileError.tooOpen(path: path, mode: UInt32(status.st_mode & 0o7777))
      throw Refusal(reason: error.message)
    }
    return folder
  }
}
