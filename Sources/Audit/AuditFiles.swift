internal import Files

/// The names of the log's files, all in the state folder.
enum AuditFiles {
  /// The present key, and the lock.
  static let key = "audit.key"
  static let log = "audit.log"
  /// A file that is full.
  static func log(_ segment: UInt64) -> String { "audit.log.\(segment)" }

  /// The numbers of the full files that are there, in order.
  static func segments(in folder: borrowing OwnedFolder) throws(FileError) -> [UInt64] {
    let names = try folder.names()
    var numbers: [UInt64] = []
    for name in names where name.hasPrefix("\(log).") {
      let digits = name.dropFirst(log.count + 1)
      // Only as we write them: `audit.log.01` is none of ours.
      if let number = UInt64(digits), number > 0, number < 1 << 62, "\(number)" == digits {
        numbers.append(number)
      }
    }
    return numbers.sorted()
  }

  /// 4 MiB: some ten thousand launches; what a verification reads in an instant.
  static let maximumSegmentLength: UInt64 = 4 << 20
  /// Full files that are kept beside the present one: 20 MiB in all.
  static let keptSegments: UInt64 = 4
  /// What a reader takes into memory of one file: far above what a writer leaves.
  static let maximumReadLength = 64 << 20

  /// The oldest file that is kept when `segment` is the present one.
  static func first(keptWith segment: UInt64) -> UInt64 {
    segment > keptSegments ? segment - keptSegments : 1
  }
}

/// Calls that throw `FileError` in functions that throw ``AuditError``.
func onFiles<Result: ~Copyable>(
  _ body: () throws(FileError) -> Result
) throws(AuditError) -> Result {
  do { return try body() } catch { throw .file(error) }
}
