internal import Broker
internal import Files
internal import Importing

/// New files that an import or undo which was killed left beside the old ones, keys and all.
enum Remnants {
  /// - Throws: `FileError.lockTimedOut` where there is one, and it may be of an import under way.
  static func removeUnderLock(beside paths: [String], _ context: Context) throws {
    guard paths.contains(where: { HostFileReplacement.remnant(beside: $0) != nil }) else { return }
    let lock = try ImportLock.acquire(context)
    try remove(beside: paths)
    lock.release()
  }

  /// Only while the ``ImportLock`` is held.
  static func remove(beside paths: [String]) throws {
    for path in paths {
      if let remnant = try HostFileReplacement.removeRemnant(beside: path) {
        Report.note("removed \(remnant), which an import or undo that was killed had left")
      }
    }
  }
}
