import Files
import Grants
import Secrets

@testable import Vault

#if canImport(Glibc)
  import Glibc
#endif

/// What libFuzzer calls with each input. The first byte chooses what is changed, and how much of
/// what protects it is made right again.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = FuzzInput(data, count)
  let mode = input.byte()
  do {
    switch mode & 3 {
    case 0: try checkHeader(input, hasKey: mode & 4 == 0)
    case 1: try checkIndex(changed(whole.index, by: &input))
    case 2:
      try checkFile(
        changed(whole.bytes, by: &input), original: whole.bytes, isFixed: mode & 4 == 0)
    default: try checkPayload(Array(input.bytes))
    }
  } catch {
    require(false, "\(error)")
  }
  return 0
}

/// Bytes that are exchanged, removed and put in, four bytes of input each: often a single one, since
/// each change hides the others.
private func changed(_ original: [UInt8], by input: inout FuzzInput) -> [UInt8] {
  var bytes = original
  for _ in 0...input.number(below: 3) where !bytes.isEmpty {
    let kind = input.byte()
    // Most of an index is padding; records lie in front of it, values and checksums behind.
    let part = min(bytes.count, 700)
    var place = input.number(below: kind & 8 == 0 ? bytes.count : part)
    if kind & 24 == 24 { place = bytes.count - 1 - input.number(below: min(bytes.count, 100)) }
    let value = input.byte()
    switch kind & 7 {
    case 0: bytes[place] ^= value
    case 1: bytes[place] = value
    case 2: bytes.insert(value, at: place)
    case 3: bytes.remove(at: place)
    case 4: bytes.removeSubrange(place..<min(place + Int(value), bytes.count))
    case 5: bytes.insert(contentsOf: bytes[place..<min(place + Int(value), bytes.count)], at: place)
    default: bytes[place] = kind & 32 == 0 ? 0xFF : 0
    }
  }
  return bytes
}

/// In place only: its length is known from its first bytes.
private func checkHeader(_ input: FuzzInput, hasKey: Bool) throws {
  var input = input
  var forge = Forge(whole.bytes)
  let length = forge.headerLength
  for _ in 0...input.number(below: 3) {
    forge.bytes[input.number(below: length - 64)] ^= input.byte()
  }
  let isChanged = forge.bytes != whole.bytes
  let places = Forge(forge.bytes).headerLength == length
  // Whoever has no key makes the digest right, which anybody can.
  if places { if hasKey { forge.fixHeader(whole.key) } else { forge.fixDigest() } }
  let header = try? forge.bytes.withUnsafeBytes { bytes throws(VaultError) in
    try VaultHeader(start: bytes, fileLength: bytes.count, path: "/v")
  }
  guard let header else { return }
  require(places && (1...8).contains(header.slots.count), "an impossible header")
  require(header.fileLength == forge.bytes.count, "lengths that do not fit")
  require(forge.bytes.starts(with: header.bytes), "other bytes than those of the file")
  let isGenuine = (try? header.check(whole.key)) != nil
  require(isGenuine == (hasKey || !isChanged), "a header that nobody with the key wrote")
}

/// Two readers go over an index: a writer's, of all of it, and a launch's, which looks for a few
/// names.
private func checkIndex(_ index: [UInt8]) throws {
  index.withUnsafeBytes { index in
    let contents = try? VaultContents(index, valuesLength: Whole.valuesLength)
    for name in whole.names {
      var found: [(number: UInt32, offset: Int)] = []
      let isRead: Void? = try? SecretLookup([name]).run(over: index) {
        (_, secret) throws(VaultError) in
        let version = secret.version(0)
        let offset = try version.checkedOffset(valuesLength: Whole.valuesLength, name: name)
        found.append((version.number, offset))
      }
      guard let contents else { continue }
      let record = contents[name]
      require(
        isRead != nil && found.count == (record == nil ? 0 : 1), "found by one alone: \(name)")
      guard let record, let first = record.versions.first else { continue }
      guard case .stored(let offset) = first.source else { continue }
      require(found[0] == (first.number, offset), "another value: \(name)")
    }
    if let contents { checkWriting(contents, from: Array(index)) }
  }
}

/// What is written from records reads back as the same records.
private func checkWriting(_ contents: VaultContents, from index: [UInt8]) {
  let written = encoded(contents)
  // Where the values lie as a writer lays them out, nothing else may differ.
  var end = 0
  for version in contents.secrets.flatMap(\.versions) {
    require((1...SecretLimits.maximumValueLength).contains(version.length), "a length of none")
    if case .stored(let offset) = version.source, end >= 0 {
      end = offset == end ? end + version.length : -1
    }
  }
  if end >= 0, written.count == index.count { require(written == index, "written otherwise") }
  let again = written.withUnsafeBytes {
    try? VaultContents($0, valuesLength: contents.valuesLength)
  }
  guard let again else { return require(false, "what was written cannot be read") }
  require(again.records.count == contents.records.count, "records are lost")
  require(encoded(again) == written, "what was read is written otherwise")
}

private func encoded(_ contents: VaultContents) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: contents.encodedLength)
  bytes.withUnsafeMutableBytes { contents.encode(into: $0) }
  return bytes
}

/// A whole file from the disk, every value opened: any change is told, or there is none.
private func checkFile(_ bytes: [UInt8], original: [UInt8], isFixed: Bool) throws {
  var forge = Forge(bytes)
  // Anybody can do that.
  if isFixed, bytes.count == original.count,
    Forge(bytes).headerLength == Forge(original).headerLength
  {
    forge.fixDigest()
    forge.fixTrailer()
  }
  var name = Array("/tmp/mcp-valet-fuzz.XXXXXX".utf8CString)
  let raw = mkstemp(&name)
  unlink(name)
  let descriptor = Descriptor(owning: raw)
  forge.bytes.withUnsafeBytes { _ = write(raw, $0.baseAddress, $0.count) }
  do throws(VaultError) {
    let file = try SealedVault(descriptor, path: "/v", folder: whole.folder)
    let snapshot = try VaultSnapshot(file, key: whole.key)
    let report = try snapshot.verify(SharedKey(try whole.copyOfKey()))
    require(forge.bytes == original, "a change that is not found")
    require(report.versionCount == 3, "values are lost")
  } catch {
    require(forge.bytes != original, "a whole vault is refused: \(error)")
  }
}

/// Records of their own, as their writers have no say in them.
private func checkPayload(_ bytes: [UInt8]) throws {
  bytes.withUnsafeBytes { bytes in
    _ = try? SettingsRecord(bytes)
    _ = try? AuditHeadRecord(bytes)
    _ = (try? SecretView(bytes)).map { try? SecretRecord($0, valuesLength: Whole.valuesLength) }
    guard let grant = try? Grant.read(from: bytes) else { return }
    guard let payload = grant.encoded() else { return require(false, "a grant too long to write") }
    let again = payload.withUnsafeBytes { try? Grant.read(from: $0) }
    require(again == grant, "another grant than was written")
  }
}

/// A vault with two secrets, a grant and more, and the index that a writer makes of it.
private final class Whole {
  static let valuesLength = 64
  let folder: VaultFolder
  let key: VaultKey
  let bytes: [UInt8]
  let index: [UInt8]
  let names: [SecretName]

  init() throws {
    var template = Array("/tmp/mcp-valet-fuzz.XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw VaultError.lastSlot }
    let path = String(cString: made)
    let location = VaultLocation(data: "\(path)/data", state: "\(path)/state")
    _ = try VaultStore.create(location) { try $0.add(.keyFile(try Self.secret(32))) }
    key = try VaultStore.peek(location).unlock(with: .keyFile(try Self.secret(32)))
    let store = try VaultStore.open(location, key: try Self.copy(key))
    names = [try SecretName("a"), try SecretName("service/token"), try SecretName("none")]
    for (name, length) in [(names[0], 5), (names[1], 20), (names[1], 39)] {
      try store.write(
        name, value: try Self.secret(length), details: SecretDetails(note: "a note", expires: 9))
    }
    try store.updateSettings { $0.isUnattended = true }
    folder = try VaultFolder(location, create: false)
    bytes = try folder.folder.readFile("vault", limit: 1 << 20)
    var forge = Forge(bytes)
    let grant = Grant(
      LaunchTerms(
        serverName: "github", program: .runner(.npx), arguments: [Array("-y".utf8)],
        home: Array("/home/me".utf8),
        variables: [.init(Array("TOKEN".utf8), .template("valet://service/token"))],
        options: .init()),
      folder: .empty, created: 1)
    try forge.insertRecords(
      [
        (type: VaultFormat.RecordType.grant, payload: grant.encoded() ?? []),
        (type: 0x7777, payload: [1, 2, 3]),
      ], key)
    index = try forge.openIndex(key)
    for file in ["data/vault", "data/vault.lock", "state/vault-generation"] {
      unlink("\(path)/\(file)")
    }
    for number in 1...3 { unlink("\(path)/data/vault.bak.\(number)") }
    for folder in ["data", "state", "."] { rmdir("\(path)/\(folder)") }
    rmdir(path)
  }

  func copyOfKey() throws(VaultError) -> VaultKey { try Self.copy(key) }

  private static func copy(_ key: borrowing VaultKey) throws(VaultError) -> VaultKey {
    try key.withBytes { (bytes) throws(VaultError) in try VaultKey(copying: bytes) }
  }

  private static func secret(_ count: Int) throws -> SecretBytes {
    var bytes = try SecretBytes(count: count)
    bytes.withUnsafeMutableBytes { bytes in for index in bytes.indices { bytes[index] = 7 } }
    return bytes
  }
}

private nonisolated(unsafe) let whole: Whole = {
  do { return try Whole() } catch { fatalError("\(error)") }
}()
