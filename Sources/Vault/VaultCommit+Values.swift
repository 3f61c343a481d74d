internal import Secrets

extension VaultCommit {
  /// Writes the values in the order of the index: stored ones as they are, neighbours in one go.
  func writeValues(to writer: VaultFileWriter, key: SharedKey) throws(VaultError) {
    var run = 0..<0
    func finishRun() throws(VaultError) {
      if let base, !run.isEmpty {
        try writer.copy(
          from: base.file, at: base.header.valuesOffset + run.lowerBound, length: run.count)
      }
      run = 0..<0
    }
    var resealer: Resealer?
    if let base, let oldKey {
      resealer = try Resealer(base: base, oldKey: oldKey, newKey: key)
    }
    for secret in contents.secrets {
      for version in secret.versions {
        switch version.source {
        case .stored(let offset):
          if run.isEmpty || run.upperBound != offset {
            try finishRun()
            run = offset..<offset
          }
          run = run.lowerBound..<offset + version.length
        case .fresh(let sealed):
          try finishRun()
          let result = sealed.withUnsafeBytes { sealed in
            Result { () throws(VaultError) in try writer.write(sealed) }
          }
          try result.get()
        case .resealed:
          try finishRun()
          try resealer?.write(version, of: secret.name, to: writer)
        }
      }
    }
    try finishRun()
  }

  /// Gives every stored value a nonce and a tag under the new key. The values themselves are
  /// sealed a second time while they are written: holding them would take as much memory as all
  /// secrets together.
  mutating func reseal(from oldKey: SharedKey, to key: SharedKey) throws(VaultError) {
    guard let base else { return }
    let resealer = try Resealer(base: base, oldKey: oldKey, newKey: key)
    try contents.updateVersions { (name, version) throws(VaultError) in
      try resealer.prepare(&version, of: name)
    }
  }

  /// Opens the values that this write sealed.
  func checkNewValues(in snapshot: VaultSnapshot, key: SharedKey) throws(VaultError) {
    var valueKey = try ValueKey()
    let written = try snapshot.contents()
    for secret in contents.secrets {
      let versions = written[secret.name]?.versions ?? []
      guard versions.count == secret.versions.count else {
        throw .corrupt(.index)
      }
      for (intended, version) in zip(secret.versions, versions) {
        if case .stored = intended.source { continue }
        var value = try inMemory { () throws(SecretMemoryError) in
          try SecretBytes(count: version.length)
        }
        try value.withUnsafeMutableBytes { (value) throws(VaultError) in
          try snapshot.open(
            version, name: secret.name, into: value, key: key.key, valueKey: &valueKey)
        }
      }
    }
  }
}

/// Opens values under the old key and seals them under the new one, one at a time.
private final class Resealer {
  private let base: VaultSnapshot
  private let oldKey: SharedKey
  private let newKey: SharedKey
  private var value: SecretBytes
  private var valueKey: ValueKey
  private let sealed: WipedBuffer

  init(base: VaultSnapshot, oldKey: SharedKey, newKey: SharedKey) throws(VaultError) {
    self.base = base
    self.oldKey = oldKey
    self.newKey = newKey
    value = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: SecretLimits.maximumValueLength)
    }
    valueKey = try ValueKey()
    sealed = try WipedBuffer(count: SecretLimits.maximumValueLength)
  }

  /// Moves a stored version to the new key.
  func prepare(_ version: inout SecretVersion, of name: SecretName) throws(VaultError) {
    guard case .stored(let offset) = version.source else { return }
    let (nonce, tag) = (version.nonce, version.tag)
    try open(version, of: name)
    let target = sealed.mutableBytes.part(0, version.length)
    value.withUnsafeBytes { value in
      version.seal(
        value.part(0, version.length), into: target, vaultID: base.header.vaultID,
        key: newKey.key, valueKey: &valueKey)
    }
    version.source = .resealed(offset: offset, nonce: nonce, tag: tag)
  }

  /// Writes a version that was prepared.
  func write(
    _ version: SecretVersion, of name: SecretName, to writer: VaultFileWriter
  ) throws(VaultError) {
    try open(version, of: name)
    let target = sealed.mutableBytes.part(0, version.length)
    let tag = value.withUnsafeBytes { value in
      version.sealAgain(
        value.part(0, version.length), into: target, vaultID: base.header.vaultID,
        key: newKey.key, valueKey: &valueKey)
    }
    // The old value opened twice under the same tag, so it was the same twice.
    guard tag == version.tag else { throw .changedMeanwhile }
    try writer.write(UnsafeRawBufferPointer(target))
  }

  private func open(_ version: SecretVersion, of name: SecretName) throws(VaultError) {
    try value.withUnsafeMutableBytes { (value) throws(VaultError) in
      try base.open(
        version, name: name, into: value.part(0, version.length), key: oldKey.key,
        valueKey: &valueKey)
    }
  }
}
