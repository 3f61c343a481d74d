import Files
import Platform
import Testing
import ValetTesting

@testable import Audit

/// A state folder for one test, and a vault that is played.
final class AuditHome {
  let folder: TemporaryFolder?
  let path: String
  let state: String
  let vaultID = [UInt8](repeating: 7, count: 16)
  /// The present one first.
  var roots = [[UInt8](repeating: 9, count: 32)]

  init() throws {
    let folder = try TemporaryFolder()
    path = folder.path
    state = "\(folder.path)/state"
    self.folder = consume folder
  }

  /// A state folder that lies elsewhere.
  init(state: String) {
    path = state
    self.state = state
    folder = nil
  }

  func identity(_ anchor: AuditAnchor? = nil) -> AuditIdentity {
    let root = roots[0]
    return AuditIdentity(vaultID: vaultID, anchor: anchor) { body in root.withUnsafeBytes(body) }
  }

  static var event: AuditEvent {
    var event = AuditEvent(.released)
    event.server = "github"
    event.command = "/usr/bin/node"
    event.secrets = [AuditEvent.Secret("valet://github/token", version: 3)]
    return event
  }

  /// Sessions of one record each.
  @discardableResult func write(_ count: Int, anchor: AuditAnchor? = nil) throws -> AuditAnchor {
    var last = AuditAnchor(logID: [], number: 0, digest: [])
    for _ in 0..<count {
      let log = try AuditLog.open(in: state, identity: identity(anchor))
      try log.record([Self.event])
      last = log.anchor
    }
    return last
  }

  func verify(_ anchor: AuditAnchor? = nil) throws -> AuditVerification {
    let roots = roots
    return AuditVerifier(
      try AuditSnapshot.read(in: state), anchors: anchor.map { [($0, .vault)] } ?? []
    ) { body in
      for root in roots { root.withUnsafeBytes(body) }
    }.run()
  }

  func read(_ name: String) throws -> [UInt8] {
    try OwnedFolder.open(state, create: false).readFile(name, limit: 64 << 20)
  }

  func replace(_ name: String, _ bytes: [UInt8]) throws {
    try OwnedFolder.open(state, create: false).replaceFile(name, with: bytes)
  }

  /// The lines of the log without their newlines.
  func lines() throws -> [[UInt8]] {
    try read("audit.log").split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  func setLines(_ lines: [[UInt8]]) throws {
    try replace("audit.log", Array(lines.map { $0 + [UInt8(ascii: "\n")] }.joined()))
  }
}

enum AuditFilesOnDisk {
  static func names(_ path: String) throws -> [String] {
    try OwnedFolder.open(path, create: false).names().sorted()
  }
}

extension AuditVerification {
  static func intact(_ last: UInt64) -> AuditVerification {
    var result = AuditVerification()
    result.recordCount = Int(last)
    result.last = last
    return result
  }
}
