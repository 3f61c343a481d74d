internal import Secrets

extension VaultSnapshot {
  /// Where one wanted value lies.
  private struct Found {
    let reference: SecretReference
    let name: SecretName
    let version: VersionView
    let offset: Int
    let length: Int
  }

  /// Reads the present values of the secrets that are there, in one pass over the index and one
  /// read for each value.
  ///
  /// - Throws: as ``open(_:at:name:into:key:valueKey:)``; ``VaultError/malformed(_:)``,
  ///   ``VaultError/notEnoughMemory(byteCount:)``.
  func values(
    of references: [SecretReference], key: borrowing VaultKey
  ) throws(VaultError) -> SecretValues {
    // The views point into the index, which `self` keeps.
    let found = try find(references)
    let total = found.reduce(0) { $0 + $1.length }
    var memory = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: total)
    }
    var places: [SecretValues.Place] = []
    guard !found.isEmpty else { return SecretValues(memory: memory, places: places) }
    var valueKey = try ValueKey()
    var end = 0
    for value in found {
      let range = end..<end + value.length
      try memory.withUnsafeMutableBytes { (memory) throws(VaultError) in
        try open(
          value.version.seal, at: value.offset, name: value.name,
          into: memory.part(range.lowerBound, range.count), key: key, valueKey: &valueKey)
      }
      places.append(.init(value.reference, range, version: value.version.number))
      end = range.upperBound
    }
    return SecretValues(memory: memory, places: places)
  }

  private func find(_ references: [SecretReference]) throws(VaultError) -> [Found] {
    var wanted: [(SecretReference, SecretName)] = []
    for reference in references {
      guard case .vault(let name) = reference else { continue }
      if !wanted.contains(where: { $0.1 == name }) { wanted.append((reference, name)) }
    }
    var found: [Found] = []
    found.reserveCapacity(wanted.count)
    try withIndex { (index) throws(VaultError) in
      let lookup = SecretLookup(wanted.map(\.1))
      try lookup.run(over: index) { (position, secret) throws(VaultError) in
        let (reference, name) = wanted[position]
        let version = secret.version(0)
        let offset = try version.checkedOffset(
          valuesLength: header.valuesLength, name: name)
        found.append(
          Found(
            reference: reference, name: name, version: version, offset: offset,
            length: Int(version.length)))
      }
    }
    return found
  }
}

extension VaultSnapshot {
  /// Reads and opens one value given as a writer holds it.
  ///
  /// - Parameter target: secret memory of the value's length.
  /// - Throws: as ``open(_:at:name:into:key:valueKey:)``.
  func open(
    _ version: SecretVersion, name: SecretName, into target: UnsafeMutableRawBufferPointer,
    key: borrowing VaultKey, valueKey: inout ValueKey
  ) throws(VaultError) {
    let opened: Void? = try version.withStoredSeal { (seal, offset) throws(VaultError) in
      try open(seal, at: offset, name: name, into: target, key: key, valueKey: &valueKey)
    }
    precondition(opened != nil, "a value in memory is not opened again")
  }
}
