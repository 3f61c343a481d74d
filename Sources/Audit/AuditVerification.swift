/// What a verification of the whole log has found.
package struct AuditVerification: Equatable, Sendable {
  /// Something that no crash and no full disk does.
  package enum Finding: Equatable, Sendable {
    /// A record is not what was written.
    case changed(UInt64, file: String, line: Int)
    case missing(ClosedRange<UInt64>)
    /// A record stands behind a later one.
    case reordered(UInt64, file: String, line: Int)
    /// A record is there twice.
    case repeated(UInt64, file: String, line: Int)
    /// A record is a genuine one and does not follow the one in front of it: there were two logs.
    case forked(UInt64, file: String, line: Int)
    /// Bytes that are no record, and that no writer has come upon.
    case foreign(byteCount: Int, file: String, line: Int)
    /// The log ends before a record that is known to have been written.
    case cut(after: UInt64, known: UInt64, Witness)
    /// Records behind proved ones whose codes nobody can check.
    case unproved(ClosedRange<UInt64>)
    /// A full file is missing that should still be there.
    case missingFile(UInt64)
    /// The key file does not go on where the log ends.
    case keyDiffers
    case keyMissing
    /// The log has another id than the vault knows.
    case otherLog
  }

  /// Who knows of a record that is not there.
  package enum Witness: String, Equatable, Sendable {
    case vault = "the vault"
    case keyring = "the OS keyring"
    case keyFile = "the key file"
  }

  /// Something that happens, and is to be known.
  package enum Note: Equatable, Sendable {
    /// A write was interrupted; the number is that of the record that says so.
    case torn(byteCount: Int, UInt64)
    /// The same at the end, where no writer has been since.
    case tornEnd(byteCount: Int)
    /// Records that were written while there was no vault: their order was checked, not their codes.
    case unproved(ClosedRange<UInt64>)
    /// Old files were given up, as they are when the log is too long.
    case dropped(before: UInt64)
    /// The vault is locked: order and links were checked, and no code.
    case codesNotChecked
  }

  package internal(set) var recordCount = 0
  /// The number of the last record; 0 for none.
  package internal(set) var last: UInt64 = 0
  package internal(set) var findings: [Finding] = []
  package internal(set) var notes: [Note] = []
}

extension AuditVerification.Finding {
  /// One clause for people.
  package var message: String {
    switch self {
    case .changed(let number, let file, let line):
      "record \(number) was changed (\(file), line \(line))"
    case .missing(let range):
      range.count == 1
        ? "record \(range.lowerBound) is missing"
        : "records \(range.lowerBound) to \(range.upperBound) are missing"
    case .reordered(let number, let file, let line):
      "record \(number) stands behind a later one (\(file), line \(line))"
    case .repeated(let number, let file, let line):
      "record \(number) is there a second time (\(file), line \(line))"
    case .forked(let number, let file, let line):
      "record \(number) does not follow the one in front of it (\(file), line \(line))"
    case .foreign(let byteCount, let file, let line):
      "\(byteCount) bytes are no record (\(file), line \(line))"
    case .cut(let last, let known, let witness):
      "the log was cut: it ends after record \(last), and \(witness.rawValue) knows of record \(known)"
    case .unproved(let range):
      "nobody can tell who wrote the records \(range.lowerBound) to \(range.upperBound)"
    case .missingFile(let segment): "the file audit.log.\(segment) is missing"
    case .keyDiffers: "audit.key does not belong to the end of this log"
    case .keyMissing: "audit.key is missing or damaged"
    case .otherLog: "this is another log than the one of the vault"
    }
  }
}

extension AuditVerification.Note {
  /// One clause for people.
  package var message: String {
    switch self {
    case .torn(let byteCount, let number):
      "a write was interrupted before record \(number) (\(byteCount) bytes)"
    case .tornEnd(let byteCount): "the last write was interrupted (\(byteCount) bytes)"
    case .unproved(let range):
      "the records \(range.lowerBound) to \(range.upperBound) are from before there was a vault: "
        + "their order is checked, not who wrote them"
    case .dropped(let number): "records before \(number) were given up with the oldest files"
    case .codesNotChecked: "the vault is locked: only the order of the records was checked"
    }
  }
}
