internal import Broker
internal import Hosts
internal import JSONText
internal import Platform
internal import Presets
internal import Scanning
internal import Secrets

/// What a scan found, for people and for programs.
struct ScanReport {
  private let scans: [FileScan]
  private let skipped: [SkippedFolder]

  init(_ scans: [FileScan], skipped: [SkippedFolder]) {
    self.scans = scans
    self.skipped = skipped
  }

  var findingCount: Int { scans.reduce(0) { $0 + $1.findings.count } }
  var hasProblems: Bool { !skipped.isEmpty || scans.contains { $0.problem != nil } }
  private var serverCount: Int { scans.reduce(0) { $0 + $1.servers } }

  func show() {
    let style = TerminalStyle(descriptor: STDOUT_FILENO)
    for scan in scans where !scan.findings.isEmpty {
      let copy = scan.target.origin == .copy ? ", a copy" : ""
      Report.output(
        style.bold(printable(scan.target.path, limit: .max)) + " (\(scan.target.host.name)\(copy))")
      let rows = scan.findings.map { finding in
        [
          "\(finding.position.line):\(finding.position.column)", finding.server ?? "-",
          finding.spot.text, finding.masked, finding.kind,
        ]
      }
      for line in Table(["LINE", "SERVER", "WHERE", "VALUE", "KIND"], rows).text.split(
        separator: "\n")
      {
        Report.output("  " + line)
      }
    }
    for scan in scans { remark(on: scan) }
    for folder in skipped { Report.warning("not looked through: \(folder.message)") }
    sum(style)
    advise()
  }

  private func remark(on scan: FileScan) {
    let path = printable(scan.target.path, limit: .max)
    if let problem = scan.problem {
      Report.warning("not looked through: \(problem.message)")
      return
    }
    guard !scan.findings.isEmpty else { return }
    if scan.findings.count == FileScan.maximumFindings {
      Report.warning(
        "\(path) has \(FileScan.maximumFindings) of them or more; the rest is not shown")
    }
    if scan.isReadableByOthers {
      Report.warning(
        "other users of this machine can read \(path); chmod go-rwx \(shellWord(path))")
    }
    if let owner = scan.belongsToAnother { Report.warning("\(path) belongs to uid \(owner)") }
    if scan.isLink { Report.note("\(path) is a link; the file that it leads to has the secret") }
  }

  private func sum(_ style: TerminalStyle) {
    let files = scans.count
    let behind = scans.reduce(0) { $0 + $1.serversBehindValet }
    let looked =
      "\(files) \(files == 1 ? "file" : "files"), \(serverCount) \(serverCount == 1 ? "server" : "servers")"
      + (behind > 0 ? ", \(behind) of them through mcp-valet" : "")
    switch findingCount {
    case 0: Report.note("no plain-text secret found in \(looked)")
    case 1: Report.output(style.bold("1 plain-text secret") + " in \(looked)")
    default: Report.output(style.bold("\(findingCount) plain-text secrets") + " in \(looked)")
    }
  }

  /// What to do next.
  private func advise() {
    let found = scans.filter { !$0.findings.isEmpty }
    var hosts: [Host] = []
    for scan in found where scan.target.origin == .host && scan.problem == nil {
      if !hosts.contains(where: { $0.id == scan.target.host.id }) { hosts.append(scan.target.host) }
    }
    let isEditable = { (host: Host) in host.places.contains { $0.format.isEditable && !$0.isFolder }
    }
    let importable = hosts.filter(isEditable).map(\.id)
    if !importable.isEmpty {
      Report.note(
        "to move them into the vault: mcp-valet import \(importable.joined(separator: " "))")
    }
    for host in hosts where !isEditable(host) {
      Report.note(
        "\(host.name)'s file is changed by hand: mcp-valet set NAME, then mcp-valet config \(host.id) SERVER"
      )
    }
    if found.contains(where: { $0.target.origin == .copy }) {
      Report.note("copies keep a key as long as they are there: delete them, and revoke the key")
    }
    for (provider, page) in pages { Report.note("revoke at \(provider): \(page)") }
  }

  /// Where the keys that were found are made invalid, each once.
  private var pages: [(provider: String, page: String)] {
    var pages: [(provider: String, page: String)] = []
    for finding in scans.flatMap(\.findings) {
      guard case .shape(let shape) = finding.reason, let page = shape.revocationPage,
        !pages.contains(where: { $0.page == page })
      else { continue }
      pages.append((shape.provider, page))
    }
    return pages
  }

  // MARK: - JSON

  /// What `--json` prints.
  struct Record: Encodable {
    struct File: Encodable {
      var path: String
      var host: String
      /// Whether it is a copy that the host or an editor keeps.
      var copy: Bool
      /// Whether other users can read it.
      var shared: Bool
      /// The user id, where it is another's.
      var owner: UInt32?
      var problem: String?
      var servers: Int
      var throughValet: Int
      var findings: [Entry]
    }
    struct Entry: Encodable {
      var server: String?
      var project: String?
      /// `env`, `header`, `argument`, `command`, `url`, `member`, `comment` or `text`.
      var `where`: String
      var name: String?
      /// `shape`, `name` or `entropy`.
      var reason: String
      var provider: String?
      var masked: String
      var line: Int
      var column: Int
      var revoke: String?
    }
    struct Skipped: Encodable {
      var path: String
      var problem: String
    }
    var files: [File]
    /// Folders that were not looked through, or not wholly.
    var skipped: [Skipped]
  }

  var record: Record {
    Record(
      files: scans.filter { !$0.findings.isEmpty || $0.problem != nil }.map { scan in
        Record.File(
          path: scan.target.path, host: scan.target.host.id, copy: scan.target.origin == .copy,
          shared: scan.isReadableByOthers, owner: scan.belongsToAnother,
          problem: scan.problem?.message, servers: scan.servers,
          throughValet: scan.serversBehindValet, findings: scan.findings.map(\.record))
      },
      skipped: skipped.map { Record.Skipped(path: $0.path, problem: $0.message) })
  }
}

extension Finding {
  fileprivate var kind: String {
    switch reason {
    case .shape(let shape): shape.provider
    case .name: "by its name"
    case .entropy: "looks random"
    }
  }

  fileprivate var record: ScanReport.Record.Entry {
    var entry = ScanReport.Record.Entry(
      server: server, project: project, where: spot.kind, name: spot.name, reason: "",
      masked: masked, line: position.line, column: position.column)
    switch reason {
    case .shape(let shape):
      entry.reason = "shape"
      entry.provider = shape.provider
      entry.revoke = shape.revocationPage
    case .name: entry.reason = "name"
    case .entropy: entry.reason = "entropy"
    }
    return entry
  }
}

extension Finding.Spot {
  fileprivate var kind: String {
    switch self {
    case .environment: "env"
    case .header: "header"
    case .argument: "argument"
    case .command: "command"
    case .url: "url"
    case .member: "member"
    case .comment: "comment"
    case .text: "text"
    }
  }

  fileprivate var name: String? {
    switch self {
    case .environment(let name), .header(let name), .member(let name): name
    case .argument(_, let name): name
    case .url(_, let part): part
    case .command, .comment, .text: nil
    }
  }

  fileprivate var text: String {
    switch self {
    case .environment(let name): "env \(name)"
    case .header(let name): "header \(name)"
    case .argument(let number, let name): "argument \(number)" + (name.map { " (\($0))" } ?? "")
    case .command: "command"
    case .url(let member, let part): "\(member) (\(part))"
    case .member(let name): name
    case .comment: "comment"
    case .text: "text"
    }
  }
}
