package import Secrets

/// A new value for a running server.
package final class NewValue {
  package let reference: SecretReference
  /// `nil` where the store counts none.
  package let version: UInt32?
  let bytes: SecretBytes

  package init(_ reference: SecretReference, version: UInt32?, bytes: consuming SecretBytes) {
    self.reference = reference
    self.version = version
    self.bytes = bytes
  }
}

/// The values of one store as they were at the launch.
package final class LaunchValues {
  private(set) var values: SecretValues

  package init(_ values: consuming SecretValues) { self.values = values }

  /// Wipes one that was replaced for good.
  fileprivate func forget(_ reference: SecretReference) { values.forget(reference) }
}

/// The values that a relay needs to start its server anew, in locked memory: those of its launch,
/// and in front of them the ones that came later.
package struct HeldValues {
  private struct Entry {
    let value: NewValue
    /// The swap that brought it; `nil` once that has succeeded.
    var swap: Int?
  }

  private let stores: [LaunchValues]
  /// Newest last.
  private var entries: [Entry] = []

  package init(_ stores: [LaunchValues]) { self.stores = stores }

  /// Lends the newest value of a reference; `false` when there is none.
  package func withValue(
    of reference: SecretReference, _ body: (UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    for entry in entries.reversed() where entry.value.reference == reference {
      entry.value.bytes.withUnsafeBytes(body)
      return true
    }
    for store in stores where store.values.withValue(of: reference, body) != nil { return true }
    return false
  }

  /// Lends every value of a reference that a server may yet be given, which depends on the swaps that
  /// are under way; the newest first.
  package func forEachValue(
    of reference: SecretReference, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    for entry in entries.reversed() where entry.value.reference == reference {
      entry.value.bytes.withUnsafeBytes(body)
    }
    for store in stores where store.values.withValue(of: reference, body) != nil { return }
  }

  /// Which version a server that is started now gets; `nil` where the store counts none.
  package func version(of reference: SecretReference) -> UInt32? {
    for entry in entries.reversed() where entry.value.reference == reference {
      return entry.value.version
    }
    for store in stores {
      if let version = store.values.version(of: reference) { return version }
    }
    return nil
  }

  /// Which version stays should every swap fail that is under way; `nil` where the store counts
  /// none.
  package func settledVersion(of reference: SecretReference) -> UInt32? {
    var settled = self
    settled.entries.removeAll { $0.swap != nil }
    return settled.version(of: reference)
  }

  /// What a server that is started now would get of a value that is offered.
  package enum Standing: Equatable, Sendable {
    /// This very value and version, for good.
    case present
    /// The same, of a swap that may yet fail.
    case tried(swap: Int)
    case news
  }

  package func standing(of value: NewValue) -> Standing {
    // A connection is written without getting another token, too.
    let isConnection = if case .oauth = value.reference { true } else { false }
    guard isConnection || version(of: value.reference) == value.version else { return .news }
    var isSame = false
    _ = withValue(of: value.reference) { isSame = value.bytes.isEqual(to: $0) }
    guard isSame else { return .news }
    let newest = entries.last { $0.value.reference == value.reference }
    return newest?.swap.map { .tried(swap: $0) } ?? .present
  }

  /// Puts values in front, to be taken back should the swap fail.
  package mutating func stage(_ values: [NewValue], for swap: Int) {
    for value in values { entries.append(Entry(value: value, swap: swap)) }
  }

  /// The swap has succeeded: what its values have replaced is wiped.
  package mutating func keep(_ swap: Int) {
    for index in entries.indices where entries[index].swap == swap { entries[index].swap = nil }
    var kept: [Entry] = []
    for (index, entry) in entries.enumerated() {
      // One that was staged may yet be taken back, and the one below it is the present one then.
      let isReplaced = entries[(index + 1)...].contains {
        $0.swap == nil && $0.value.reference == entry.value.reference
      }
      if !isReplaced { kept.append(entry) }
    }
    entries = kept
    // Those of the launch lie below all others.
    for entry in entries where entry.swap == nil {
      for store in stores { store.forget(entry.value.reference) }
    }
  }

  /// The swap has failed.
  package mutating func drop(_ swap: Int) { entries.removeAll { $0.swap == swap } }
}
