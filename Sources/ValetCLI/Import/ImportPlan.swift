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

/// What is to become of one file.
struct PlannedFile {
  let file: ImportFile
  let old: HostDocument
  fileprivate(set) var document: HostDocument
  fileprivate(set) var rewrites: [ServerRewrite] = []
  fileprivate(set) var grants: [Grant] = []
  /// Servers with secrets that stay as they are, and why.
  fileprivate(set) var leftAlone: [(server: String, reason: String)] = []
  /// Secrets that are stored, and stay in the file all the same: where, and what to do.
  fileprivate(set) var staying: [(server: String, what: String)] = []

  /// Whether somebody wrote the file after the import did.
  var isWrittenAgain: Bool { (try? HostFile.read(file.path))?.bytes != document.bytes }

  /// Those of ``staying``.
  fileprivate(set) var stayingSecrets: [SecretName] = []

  var changes: Bool { !rewrites.isEmpty }
}

/// Works out an import: reads files and changes nothing.
struct ImportPlanner {
  private let store: VaultStore?
  private(set) var book: SecretBook
  private(set) var files: [PlannedFile] = []
  /// Files that stay as they are, and why.
  private(set) var problems: [any ReportableError] = []
  /// Of hosts whose files are not written: what to paste.
  private(set) var snippets: [(path: String, text: String)] = []
  private var granted: [Grant] = []
  private let canAsk: Bool

  /// - Parameters:
  ///   - store: `nil` where there is none yet, or it is locked and nobody is to be asked.
  ///   - canAsk: whether a person is there to be asked for values.
  init(_ store: VaultStore?, canAsk: Bool) {
    self.store = store
    self.canAsk = canAsk
    book = SecretBook { name, value in Self.isFree(name, value, store) }
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
    do {
      guard let planned = try plan(file) else { return }
      files.append(planned)
    } catch FileError.missing {
      return
    } catch {
      problems.append(Report.reportable(error))
    }
  }

  private mutating func plan(_ file: ImportFile) throws -> PlannedFile? {
    let content = try HostFile.read(file.path)
    let document = try HostDocument(
      parsing: content.bytes, format: file.place.format, path: file.path)
    let servers = document.servers(in: file.place.sections)
    var planned = PlannedFile(file: file, old: document, document: document)
    guard file.place.format.isEditable else {
      for server in servers where !ServerScan.secrets(in: server).isEmpty {
        snippets.append(
          (
            file.path,
            HostSnippet.advice(
              server, file.host, program: ProgramName.text(isShared: file.isShared))
          ))
      }
      return nil
    }
    for server in servers {
      do throws(LeftAlone) {
        try add(server, to: &planned)
      } catch {
        planned.leftAlone.append((server.name, error.reason))
      }
      keep(server, in: &planned)
    }
    guard planned.changes || !planned.leftAlone.isEmpty || !planned.staying.isEmpty else {
      return nil
    }
    if planned.changes { try HostFileReplacement.check(file.path) }
    return planned
  }

  private mutating func add(
    _ server: HostServer, to planned: inout PlannedFile
  ) throws(LeftAlone) {
    var surroundings = ServerSurroundings(
      host: planned.file.host, scope: planned.file.place.scope,
      project: server.project ?? planned.file.project,
      program: ProgramName.text(isShared: planned.file.isShared),
      home: Context.variable("HOME") ?? "/", variable: Context.variable)
    surroundings.canAsk = canAsk
    let base = SecretBook.segment(server.name, otherwise: "server")
    let host = planned.file.host.id
    let names = [base, "\(base)-\(host)"] + (2...50).map { "\(base)-\(host)-\($0)" }
    for name in names where name.utf8.count <= ServerNameLimit.count {
      var book = book
      guard let rewrite = try ServerRewriter.plan(server, as: name, surroundings, &book) else {
        return
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

  /// Whether a server of that name is another one.
  private func isTaken(by grant: Grant) -> Bool {
    let present = granted + ((try? store?.grants(of: grant.terms.serverName)) ?? [])
    return present.contains {
      $0.terms.serverName == grant.terms.serverName && $0.terms != grant.terms
    }
  }

  /// The grant of the launch as its host will make it.
  private static func grant(_ rewrite: ServerRewrite) throws(LeftAlone) -> Grant {
    do {
      let arguments = try RunArguments(rewrite.words.dropFirst())
      var folder: String?
      switch rewrite.folder {
      case .usual: break
      case .any: folder = "any"
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
      return try GrantProposal(
        arguments, folder: folder, inherited: HostEnvironment.inherited(rewrite.environment)
      ).grant
    } catch {
      throw LeftAlone(Report.reportable(error).message)
    }
  }

  /// Secrets that no launch of ours carries: stored, and the host's other way is named.
  private mutating func keep(_ server: HostServer, in planned: inout PlannedFile) {
    if ServerScan.isBehindValet(server) { return }
    let host = planned.file.host
    for secret in ServerScan.secrets(in: server) {
      let variable: String
      switch secret.spot {
      case .header(let name): variable = name
      case .url(_, let part): variable = part
      case .member(let name):
        planned.staying.append((server.name, "\(secret.masked) stays in '\(printable(name))'"))
        continue
      case .environment, .argument, .command, .text: continue
      }
      let stored = book.name(
        .text(secret.value), server: SecretBook.segment(server.name, otherwise: "server"),
        variable: variable, shape: secret.shape, masked: secret.masked)
      guard let stored else { continue }
      planned.stayingSecrets.append(stored)
      planned.staying.append(
        (server.name, RemoteAdvice.text(host, server, secret.spot, stored, secret.masked)))
    }
  }
}

/// 64 characters, as `ServerName` has it.
private enum ServerNameLimit {
  static let count = 64
}

/// What a file calls us.
enum ProgramName {
  /// The bare name in files that others share, and where every host will find it; else the path,
  /// since hosts that a desktop starts have a PATH of their own.
  static func text(isShared: Bool) -> String {
    let name = "mcp-valet"
    if isShared { return name }
    guard let path = installed else { return name }
    return ["/usr/bin/\(name)", "/usr/local/bin/\(name)"].contains(path) ? name : path
  }

  /// The launcher that was installed with us.
  static var installed: String? {
    OwnProgram.candidates("mcp-valet").first { access($0, X_OK) == 0 }
      ?? ["/usr/local/bin/mcp-valet", "/usr/bin/mcp-valet"].first { access($0, X_OK) == 0 }
  }
}

/// Our environment as a host would pass it on, with the variables that its file sets.
enum HostEnvironment {
  /// `NAME=value`, the host's own first.
  static func entries(_ variables: [ServerRewrite.Variable]) -> [String] {
    var entries = variables.map { "\($0.name)=\($0.value)" }
    var next = environ
    while let entry = next.pointee {
      if let text = String(validatingCString: entry) {
        let name = text.prefix { $0 != "=" }
        if !variables.contains(where: { $0.name == name }) { entries.append(text) }
      }
      next += 1
    }
    return entries
  }

  /// The memory is never freed: plans point into it, and the process ends soon.
  static func inherited(_ variables: [ServerRewrite.Variable]) -> InheritedEnvironment {
    let list = entries(variables).map { strdup($0) } + [nil]
    let copy = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: list.count)
    for (index, entry) in list.enumerated() { (copy + index).initialize(to: entry) }
    return InheritedEnvironment(list: copy)
  }
}
