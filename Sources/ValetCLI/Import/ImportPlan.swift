internal import Broker
internal import Files
internal import Grants
internal import Hosts
internal import Importing
internal import Launch
internal import Platform
internal import Scanning
internal import Secrets
internal import Vault

/// Works out an import: reads files and changes nothing.
struct ImportPlanner {
  private let store: VaultStore?
  private(set) var book: SecretBook
  private(set) var files: [PlannedFile] = []
  /// Files of which nothing is to be said; a key may stand there too.
  private(set) var untouched: [PlannedFile] = []
  /// Files that stay as they are, and why.
  private(set) var problems: [any ReportableError] = []
  /// Of hosts whose files are not written: what to paste.
  private(set) var snippets: [(path: String, text: String)] = []
  private var granted: [Grant] = []
  /// Of ``snippets``.
  private var advised: SecretBook
  private var advisedNames: Set<String> = []
  private let canAsk: Bool

  /// - Parameters:
  ///   - store: `nil` where there is none yet, or it is locked and nobody is to be asked.
  ///   - canAsk: whether a person is there to be asked for values.
  init(_ store: VaultStore?, canAsk: Bool) {
    self.store = store
    self.canAsk = canAsk
    book = SecretBook { name, value in Self.isFree(name, value, store) }
    advised = book
  }

  /// Whether a name is free for a value: nothing has it, or that value does.
  private static func isFree(_ name: SecretName, _ value: String?, _ store: VaultStore?) -> Bool {
    guard let store, let present = try? store.read([.vault(name)]) else { return true }
    guard present.contains(.vault(name)) else { return true }
    guard var value else { return false }
    let isSame = value.withUTF8 { bytes in
      present.withValue(of: .vault(name)) { isEqual($0, to: UnsafeRawBufferPointer(bytes)) }
    }
    return isSame == true
  }

  mutating func add(_ file: ImportFile) {
    let (book, granted) = (book, granted)
    do {
      guard let planned = try plan(file) else { return }
      files.append(planned)
    } catch FileError.missing {
      return
    } catch {
      // Of a file that is not changed, nothing is stored.
      (self.book, self.granted) = (book, granted)
      problems.append(Report.reportable(error))
    }
  }

  private mutating func plan(_ file: ImportFile) throws -> PlannedFile? {
    try Self.checkPlace(of: file)
    let content = try HostFile.read(file.path)
    let document = try HostDocument(
      parsing: content.bytes, format: file.place.format, path: file.path)
    var planned = PlannedFile(file, document)
    for server in document.servers(in: file.place.sections) {
      do throws(LeftAlone) {
        if file.place.format.isEditable {
          try add(server, to: &planned)
        } else {
          try advise(server, file)
        }
      } catch {
        planned.leftAlone.append(
          .init(server: server.name, path: error.slot?.path ?? server.path, text: error.reason))
      }
      if let stuck = StuckKey.of(server) {
        planned.leftAlone.append(.init(server: server.name, path: stuck.path, text: stuck.text))
      }
      keep(server, in: &planned)
    }
    guard planned.changes || planned.hasRemarks else {
      untouched.append(planned)
      return nil
    }
    if planned.changes { try HostFileReplacement.check(file.path) }
    return planned
  }

  /// Each is written into the file, which is then read again: 800 of them would take half a minute.
  private static let serverLimit = 200

  private mutating func advise(
    _ server: HostServer, _ file: ImportFile
  ) throws(LeftAlone) {
    for name in Self.names(server, file.host) where name.utf8.count <= ServerNameLimit.count {
      if advisedNames.contains(name) { continue }
      guard
        let text = try HostSnippet.advice(server, as: name, surroundings(server, file), &advised)
      else { return }
      advisedNames.insert(name)
      snippets.append((file.path, text))
      return
    }
    throw LeftAlone("no name is left for it behind 'run'")
  }

  /// What a server can be called, the best first.
  private static func names(_ server: HostServer, _ host: Host) -> [String] {
    let base = SecretBook.segment(server.name, otherwise: "server")
    return [base, "\(base)-\(host.id)"] + (2...50).map { "\(base)-\(host.id)-\($0)" }
  }

  /// A link in a project may lead to a file of the reader's own.
  private static func checkPlace(of file: ImportFile) throws(CommandError) {
    guard file.isShared, let project = file.project, let whole = resolved(file.path),
      let folder = resolved(project)
    else { return }
    guard whole.utf8.starts(with: (folder == "/" ? folder : "\(folder)/").utf8) else {
      throw .configuration(
        "\(file.path) is a link that leads out of its project, and is left alone",
        hint: "where you made it, import from where it leads to")
    }
  }

  private static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(validatingCString: pointer)
  }

  private func surroundings(_ server: HostServer, _ file: ImportFile) -> ServerSurroundings {
    var surroundings = ServerSurroundings(
      host: file.host, path: file.path, scope: file.place.scope,
      project: server.project ?? file.project, program: ProgramName.text(isShared: file.isShared),
      home: Context.variable("HOME") ?? "/", variable: Context.variable)
    surroundings.canAsk = canAsk
    return surroundings
  }

  private mutating func add(
    _ server: HostServer, to planned: inout PlannedFile
  ) throws(LeftAlone) {
    let surroundings = surroundings(server, planned.file)
    for name in Self.names(server, planned.file.host) where name.utf8.count <= ServerNameLimit.count
    {
      var book = book
      guard let rewrite = try ServerRewriter.plan(server, as: name, surroundings, &book) else {
        return
      }
      guard planned.rewrites.count < Self.serverLimit else {
        throw LeftAlone(
          "\(Self.serverLimit) servers of a file are moved at once: import again for the others")
      }
      let grant = try Self.grant(rewrite)
      if isTaken(by: grant) { continue }
      var document = planned.document
      do throws(HostError) {
        try document.make(rewrite.edits)
      } catch {
        throw LeftAlone(error.message)
      }
      planned.document = document
      planned.rewrites.append(rewrite)
      planned.grants.append(grant)
      granted.append(grant)
      self.book = book
      return
    }
    throw LeftAlone("no name is left for it behind 'run'")
  }

  /// Whether a server of that name is another one, or its content was pinned by hand: the import's
  /// grant would take that one's place.
  private func isTaken(by grant: Grant) -> Bool {
    let present = granted + ((try? store?.grants(of: grant.terms.serverName)) ?? [])
    return present.contains {
      $0.terms.serverName == grant.terms.serverName
        && ($0.terms != grant.terms || $0.pin != nil)
    }
  }

  /// The grant of the launch as its host will make it.
  private static func grant(_ rewrite: ServerRewrite) throws(LeftAlone) -> Grant {
    let grant: Grant
    do {
      let arguments = try RunArguments(rewrite.words.dropFirst())
      var folder: String?
      switch rewrite.folder {
      case .usual: break
      case .empty: folder = "empty"
      case .at(let path): folder = path
      }
      // What is relative is found from where the host starts it.
      let here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer {
        _ = fchdir(here)
        close(here)
      }
      if case .at(let path) = rewrite.folder, chdir(path) != 0 {
        throw CommandError.configuration("its folder \(printable(path)) is not there", hint: nil)
      }
      grant = try GrantProposal(
        arguments, folder: folder, inherited: HostEnvironment.inherited(rewrite.hostVariables)
      ).grant
    } catch {
      throw LeftAlone(Report.reportable(error).message)
    }
    // Whatever a file says: it gets what was found in it, and nothing else of the vault.
    let stored = rewrite.secrets.map { SecretReference.vault($0) }
    guard grant.references.allSatisfy(stored.contains) else {
      throw LeftAlone("it would get a secret that does not stand in its file")
    }
    return grant
  }

  /// Secrets that no launch of ours carries: stored where the file is one that is written, and the
  /// host's other way is named.
  private mutating func keep(_ server: HostServer, in planned: inout PlannedFile) {
    if ServerScan.isBehindValet(server) { return }
    let host = planned.file.host
    for secret in ServerScan.secrets(in: server) {
      let variable: String
      var advice = RemoteAdvice.text(host, secret.spot)
      var isStored = planned.file.place.format.isEditable
      switch secret.spot {
      case .header(let name): variable = name
      case .url(_, let part): variable = part
      case .member(let name):
        variable = name
        isStored = false
        advice = "'\(printable(name))' is read by the host alone"
      case .environment, .argument, .command, .comment, .text: continue
      }
      let stored =
        isStored
        ? book.name(
          .text(secret.value), server: SecretBook.segment(server.name, otherwise: "server"),
          variable: variable, shape: secret.shape, masked: secret.masked) : nil
      planned.staying.append(
        .init(
          server: server.name, path: secret.slot.path, masked: secret.masked, secret: stored,
          advice: advice))
    }
  }
}

/// 64 characters, as `ServerName` has it.
private enum ServerNameLimit {
  static let count = 64
}
