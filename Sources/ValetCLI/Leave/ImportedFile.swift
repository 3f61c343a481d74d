internal import Broker
internal import Files
internal import Hosts
internal import Importing
internal import Secrets

/// What has become of a file that an import changed.
struct ImportedFile {
  let record: UndoRecord
  /// As `undo` takes it.
  let host: String
  /// Why it cannot be looked at.
  private(set) var problem: (any ReportableError)?
  /// Its servers that are to be undone: their host starts them through us.
  private(set) var pending: [UndoRecord.Server] = []
  /// Its servers that are not there any more, or have another command: nothing can be put back.
  private(set) var missing: [UndoRecord.Server] = []

  init(_ entry: VaultContents.Import) {
    record = entry.record
    host = entry.host
    do {
      let bytes = try HostFile.read(record.path).bytes
      let digest = FileDigest.of(bytes)
      // A step that was never carried out, or taken back by another hand: the file has its keys.
      let steps = record.steps.prefix { $0.oldDigest != digest }
      if steps.isEmpty { return }
      let calling = try Self.servers(try Host.named(host), bytes, record.path).filter(\.callsUs)
      let names = Set(calling.map(\.name))
      for server in steps.flatMap(\.servers) {
        if names.contains(server.name) { pending.append(server) } else { missing.append(server) }
      }
    } catch FileError.missing {
      missing = record.steps.flatMap(\.servers)
    } catch {
      problem = Report.reportable(error)
    }
  }

  /// - Throws: `HostError` of the first of the host's formats, where none fits.
  private static func servers(
    _ host: Host, _ bytes: [UInt8], _ path: String
  ) throws(HostError) -> [HostServer] {
    var failure: HostError?
    for place in host.places {
      do throws(HostError) {
        let document = try HostDocument(parsing: bytes, format: place.format, path: path)
        return document.servers(in: host.places.flatMap(\.sections))
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return []
  }
}
