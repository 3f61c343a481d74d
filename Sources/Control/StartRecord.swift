package import Files
internal import Platform

/// A launch with `--exec`: nobody stays in front of the server who could be asked, so a small file
/// in the runtime folder says what was started. Names and versions only.
package struct StartRecord: Equatable, Sendable {
  /// The process that wrote it and became the server.
  package let process: ProcessInstance
  package let serverName: String?
  /// As it was written, without arguments.
  package let command: String
  /// Of the process that started it; empty where it is not known.
  package let hostName: String
  /// In seconds since 1970-01-01T00:00:00Z.
  package let started: Int64
  package let secrets: [HeldSecret]

  private static let suffix = ".exec"
  /// 1 MiB, as a status.
  private static let maximumLength = ControlFormat.maximumAnswerLength

  /// Writes the record of this process; to be called right before it becomes the server.
  ///
  /// Seven system calls, and none that waits for a disk: half a record, or one of a process that
  /// is gone, is removed by whoever finds it.
  ///
  /// - Parameter secrets: what the server is given.
  /// - Throws: ``ControlError``; a launch goes on without a record.
  package static func write(
    serverName: String?, command: String, secrets: [HeldSecret], in locations: Locations
  ) throws(ControlError) {
    guard let process = ProcessInstance.current() else {
      throw .system(operation: "learn when this process started", code: ENOENT)
    }
    var writer = FieldWriter()
    writer.write(ControlFormat.version)
    process.write(to: &writer)
    writer.write(serverName)
    writer.write(command)
    writer.write(ProcessInstance.name(of: getppid()))
    writer.write(Int64(time(nil)))
    writer.write(secrets)
    let folder = try ControlFolder.open(locations.runtime, create: true)
    let name = "\(process.processID)\(suffix)"
    do throws(FileError) {
      // Of an earlier process of that number.
      try folder.removeFile(name)
      let file = try folder.createFile(name)
      let bytes = writer.bytes
      let result = bytes.withUnsafeBytes { bytes in
        Result { () throws(FileError) in try file.writeAll(bytes, path: folder.path(of: name)) }
      }
      try result.get()
    } catch {
      throw .file(error)
    }
  }

  /// The launches whose process still runs, oldest first; records of processes that are gone are
  /// removed, those of another container are left alone.
  package static func list(in locations: Locations) throws(ControlError) -> [StartRecord] {
    guard let folder = try ControlFolder.openIfThere(locations.runtime) else { return [] }
    var records: [StartRecord] = []
    for name in ControlFolder.names(withSuffix: suffix, in: folder) {
      guard let record = read(name, in: folder) else {
        removeDamaged(name, in: folder)
        continue
      }
      if record.process.isRunning {
        records.append(record)
      } else if record.process.isVisible {
        try? ControlFolder.remove(name, in: folder, wait: .zero) {
          () throws(ControlError) in read(name, in: folder)?.process.isRunning == false
        }
      }
    }
    return records.sorted {
      ($0.started, $0.process.processID) < ($1.started, $1.process.processID)
    }
  }

  private static func read(_ name: String, in folder: borrowing OwnedFolder) -> StartRecord? {
    guard let bytes = try? folder.readFile(name, limit: maximumLength, privacy: .secret) else {
      return nil
    }
    return bytes.withUnsafeBytes { try? StartRecord($0) }
  }

  /// Half a record may be one that is being written.
  private static func removeDamaged(_ name: String, in folder: borrowing OwnedFolder) {
    guard let processID = Int32(name.dropLast(suffix.count)),
      ProcessInstance.running(processID) == nil
    else { return }
    _ = try? folder.removeFile(name)
  }

  private init(_ bytes: UnsafeRawBufferPointer) throws(ControlError) {
    var reader = FieldReader(bytes)
    let version = try reader.integer(UInt8.self)
    guard version == ControlFormat.version else { throw .otherVersion(version) }
    process = try ProcessInstance(&reader)
    serverName = try reader.optionalText()
    command = try reader.text()
    hostName = try reader.text()
    started = try reader.integer()
    secrets = try reader.heldSecrets()
  }
}
