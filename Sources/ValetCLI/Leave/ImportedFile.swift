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
  /// Its servers that are to be undone: their host starts them through us, where the import was.
  private(set) var pending: [UndoRecord.Server] = []
  /// The same, as the file has them now.
  private var calling: [HostServer] = []
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
      let found = try Self.servers(try Host.named(host), bytes, record.path).filter(\.callsUs)
      for server in steps.flatMap(\.servers) {
        if let place = found.first(where: { server.isAt($0) }) {
          pending.append(server)
          calling.append(place)
        } else {
          missing.append(server)
        }
      }
    } catch FileError.missing {
      missing = record.steps.flatMap(\.servers)
    } catch {
      problem = Report.reportable(error)
    }
  }

  /// Whether a server that is there now is one that is to be undone: a file may have several of one
  /// name, each for a project of its own.
  func returns(_ server: ConfiguredServer) -> Bool {
    record.path == server.path
      && calling.contains { $0.name == server.name && $0.project == server.project }
  }

  /// A server for a person: with its project, where its host keeps those of several in one file.
  func title(of server: UndoRecord.Server) -> String {
    guard let path = server.edits.first?.path, let host = try? Host.named(host) else {
      return server.name
    }
    let project = host.places.flatMap(\.sections).lazy.compactMap { $0.project(of: path) }.first
    return project.map { "\(server.name) (\($0))" } ?? server.name
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

extension UndoRecord.Server {
  /// Its name alone does not say which it is: a file may have several of one name.
  fileprivate func isAt(_ server: HostServer) -> Bool {
    name == server.name && edits.contains { $0.path.steps.starts(with: server.path.steps) }
  }
}

extension ServerSection {
  /// The project's folder on the way to something of a server in this section.
  fileprivate func project(of path: ValuePath) -> String? {
    var project: String?
    guard path.steps.count > steps.count else { return nil }
    for (step, found) in zip(steps, path.steps) {
      guard case .member(let name) = found else { return nil }
      switch step {
      case .anyProject: project = name
      case .member(let wanted): if wanted != name { return nil }
      }
    }
    return project
  }
}
