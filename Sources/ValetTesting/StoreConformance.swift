package import Secrets
internal import Synchronization

/// The rules that every ``SecretStore`` keeps, checked against a real store.
///
/// The result is a list of broken rules rather than a failed expectation, so that the same suite
/// runs in a test (`#expect(conformance.brokenRules() == [])`) and in a driver program that needs
/// a process of its own. The store must be writable; secrets of other names may be in it. All names
/// used begin with `conformance/` and are removed again.
package struct StoreConformance: Sendable {
  let open: @Sendable () throws -> any SecretStore
  let writerCount: Int
  let writesPerWriter: Int

  /// - Parameters:
  ///   - writerCount: concurrent writers, each with a store instance and a thread of its own.
  ///   - writesPerWriter: names that each of them writes.
  ///   - open: opens the store under test anew; called on several threads.
  package init(
    writerCount: Int = 8, writesPerWriter: Int = 100,
    open: @escaping @Sendable () throws -> any SecretStore
  ) {
    self.writerCount = writerCount
    self.writesPerWriter = writesPerWriter
    self.open = open
  }

  /// One sentence for every rule that the store broke; empty when it conforms.
  package func brokenRules() -> [String] {
    let rules: [(String, (any SecretStore, Findings) throws -> Void)] = [
      ("values of every kind come back unchanged", valuesComeBack),
      ("a second write replaces the value", overwrites),
      ("details that are nil stay", keepsDetails),
      ("names are exact", keepsNamesApart),
      ("list is sorted and complete", lists),
      ("remove removes one secret", removes),
      ("missing secrets are left out of a read", leavesOutMissing),
      ("a repeated reference is read once", readsRepeatedOnce),
      ("an empty read is answered", readsNothing),
      ("another instance sees what was written", isSeenByOthers),
      ("values and notes beyond the limits are refused", refusesBeyondLimits),
      ("concurrent writers lose nothing", keepsConcurrentWrites),
      ("concurrent writers of one name leave one whole value", keepsOneWholeValue),
    ]
    var broken: [String] = []
    for (rule, check) in rules {
      let findings = Findings()
      do {
        let store = try open()
        try check(store, findings)
      } catch {
        findings.add("threw \(error)")
      }
      for finding in findings.texts { broken.append("\(rule): \(finding)") }
      removeAll(findings: &broken)
    }
    return broken
  }

  private func removeAll(findings broken: inout [String]) {
    do {
      let store = try open()
      for summary in try store.list() where Self.isOurs(summary.name) {
        try store.remove(summary.name)
      }
      let left = try store.list().filter { Self.isOurs($0.name) }
      if !left.isEmpty { broken.append("cleaning up: \(left.count) secrets are left") }
    } catch {
      broken.append("cleaning up: threw \(error)")
    }
  }
}

/// What one rule found, from any thread.
final class Findings: Sendable {
  private let found = Mutex<[String]>([])
  var texts: [String] { found.withLock { $0 } }
  func add(_ text: String) { found.withLock { $0.append(text) } }
  func require(_ holds: Bool, _ text: @autoclosure () -> String) { if !holds { add(text()) } }
}

extension StoreConformance {
  static func isOurs(_ name: SecretName) -> Bool { name.text.hasPrefix("conformance/") }

  static func name(_ text: String) throws -> SecretName { try SecretName("conformance/\(text)") }

  static func reference(_ name: SecretName, in store: any SecretStore) -> SecretReference {
    switch store.scheme {
    case .valet: .vault(name)
    case .keyring: .keyring(name)
    case .oauth: preconditionFailure("connections have names of one segment")
    }
  }

  /// Test values are no secrets: they may be arrays.
  static func write(
    _ bytes: [UInt8], as name: SecretName, to store: any SecretStore, note: String? = nil,
    expires: Int64? = nil
  ) throws {
    var value = try SecretBytes(count: bytes.count)
    value.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    try store.write(name, value: value, details: SecretDetails(note: note, expires: expires))
  }

  static func read(_ name: SecretName, from store: any SecretStore) throws -> [UInt8]? {
    let reference = reference(name, in: store)
    return try store.read([reference]).withValue(of: reference) { Array($0) }
  }

  static func summary(_ name: SecretName, in store: any SecretStore) throws -> SecretSummary? {
    try store.list().first { $0.name == name }
  }

  /// Bytes that a store which cuts, pads or decodes cannot give back by luck.
  static func pattern(count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
  }
}
