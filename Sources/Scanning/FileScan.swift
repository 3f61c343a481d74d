internal import Files
package import Hosts
internal import Presets
package import Secrets

/// What was found in one file.
package struct FileScan: Sendable {
  /// More of one file are not looked for.
  package static let maximumFindings = 500

  /// What was asked for.
  package let target: ScanTarget
  /// Server by server in the order of the file, at most ``maximumFindings``.
  package let findings: [Finding]
  /// How many servers the file names, and how many of them are started by us.
  package let servers: Int
  /// See ``servers``.
  package let serversBehindValet: Int
  /// Whether anybody but the owner can read it; `false` where it could not be read.
  package let isReadableByOthers: Bool
  /// The user id of an owner who is neither this user nor root, else `nil`.
  package let belongsToAnother: UInt32?
  /// Whether the path is a symbolic link. What it points to was read.
  package let isLink: Bool
  /// Why the file could not be read or understood; the findings are then those of a search for
  /// known shapes.
  package let problem: (any ReportableError)?

  /// Reads and looks through a file; `nil` when there is none.
  package static func run(_ target: ScanTarget) -> FileScan? {
    let file: HostFile
    do throws(FileError) {
      file = try HostFile.read(target.path)
    } catch {
      if case .missing = error { return nil }
      return FileScan(target, problem: error)
    }
    var problem: HostError?
    for format in formats(of: target) {
      do throws(HostError) {
        let document = try HostDocument(parsing: file.bytes, format: format, path: target.path)
        return FileScan(target, file, document)
      } catch {
        // The first is the likeliest: its complaint is the one to read.
        if problem == nil { problem = error }
      }
    }
    return FileScan(
      target, file, ShapeSearch.findings(in: file.bytes), servers: 0, behind: 0,
      // Nobody is to mend a copy.
      problem: target.origin == .copy ? nil : problem)
  }

  private static func formats(of target: ScanTarget) -> [HostFormat] {
    target.places.map(\.format).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private init(_ target: ScanTarget, _ file: HostFile, _ document: HostDocument) {
    let sections = target.places.filter { $0.format == document.format }.flatMap(\.sections)
      .reduce(into: [ServerSection]()) { if !$0.contains($1) { $0.append($1) } }
    var paths: Set<ValuePath> = []
    let servers = document.servers(in: sections).filter { paths.insert($0.path).inserted }
    let findings = ServerScan.findings(
      in: servers, of: document, limit: Self.maximumFindings)
    let comments = ShapeSearch.findings(inCommentsOf: document)
    self.init(
      target, file, Array((findings + comments).prefix(Self.maximumFindings)),
      servers: servers.count,
      behind: servers.count(where: ServerScan.isBehindValet), problem: nil)
  }

  private init(
    _ target: ScanTarget, _ file: HostFile, _ findings: [Finding], servers: Int, behind: Int,
    problem: HostError?
  ) {
    self.target = target
    self.findings = findings
    self.servers = servers
    serversBehindValet = behind
    isReadableByOthers = file.isReadableByOthers
    belongsToAnother = file.belongsToAnother ? file.owner : nil
    isLink = file.isLink
    self.problem = problem
  }

  private init(_ target: ScanTarget, problem: FileError) {
    self.target = target
    findings = []
    servers = 0
    serversBehindValet = 0
    isReadableByOthers = false
    belongsToAnother = nil
    isLink = false
    self.problem = problem
  }
}

/// Known shapes, whatever stands around them.
package enum ShapeSearch {
  /// 100: a file full of keys needs no more said.
  private static let maximumFindings = 100

  /// In a file that is of no known format.
  static func findings(in bytes: [UInt8]) -> [Finding] { findings(in: bytes, .text) { _ in true } }

  /// Where a server was commented out, or a key noted: it is as good as one that is used.
  package static func findings(inCommentsOf document: HostDocument) -> [Finding] {
    let comments = document.comments
    return findings(in: document.bytes, .comment, where: comments.contains)
  }

  private static func findings(
    in bytes: [UInt8], _ spot: Finding.Spot, where isMeant: (Int) -> Bool
  ) -> [Finding] {
    var findings: [Finding] = []
    var positions = PositionReader(bytes)
    var start = 0
    while findings.count < maximumFindings, let found = SecretShape.first(in: bytes, from: start) {
      start = found.range.upperBound
      guard isMeant(found.range.lowerBound) else { continue }
      let value = String(decoding: bytes[found.range], as: UTF8.self)
      guard case .shape? = SecretDetector.shapeHit(in: value)?.reason else { continue }
      findings.append(
        Finding(
          server: nil, project: nil, spot: spot, reason: .shape(found.shape),
          masked: MaskedValue.text(value),
          position: positions.position(of: found.range.lowerBound)))
    }
    return findings
  }
}
