import Secrets
import Testing

// The macros of Swift Testing cannot take values that are not copyable: hence these helpers.

private func bytes(_ text: String) throws -> SecretBytes {
  var bytes = try SecretBytes(count: text.utf8.count)
  bytes.withUnsafeMutableBytes { $0.copyBytes(from: text.utf8) }
  return bytes
}

private func areEqual(_ left: String, _ right: String) throws -> Bool {
  let left = try bytes(left)
  let right = try bytes(right)
  return left.isEqual(to: right)
}

private func prefix(_ count: Int, of text: String) throws -> String {
  let prefix = try bytes(text).prefix(count)
  return SecretsTests.text(prefix)
}

private func text(_ bytes: borrowing SecretBytes) -> String {
  bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}

@Suite struct SecretBytesTests {
  @Test func beginsAsZeros() throws {
    let bytes = try SecretBytes(count: 100)
    let count = bytes.count
    #expect(count == 100)
    let isZero = bytes.withUnsafeBytes { $0.count == 100 && $0.allSatisfy { $0 == 0 } }
    #expect(isZero)
  }

  @Test func holdsACopy() throws {
    let original = UnsafeMutableRawBufferPointer.allocate(byteCount: 6, alignment: 1)
    defer { original.deallocate() }
    original.copyBytes(from: "canary".utf8)
    let copy = try SecretBytes(copying: UnsafeRawBufferPointer(original))
    wipe(original)
    #expect(original.allSatisfy { $0 == 0 })
    let held = text(copy)
    #expect(held == "canary")
  }

  @Test func isChangedInPlace() throws {
    var bytes = try SecretBytes(count: 3)
    bytes.withUnsafeMutableBytes { $0.copyBytes(from: "abc".utf8) }
    let held = text(bytes)
    #expect(held == "abc")
  }

  @Test(arguments: ["sEcret", "secre", "secret\0", "secreT", "Secret", ""])
  func comparesContents(other: String) throws {
    #expect(try areEqual("secret", "secret"))
    #expect(try areEqual("", ""))
    #expect(try !areEqual("secret", other))
    #expect(try !areEqual(other, "secret"))
  }

  @Test func cutsToAPrefix() throws {
    #expect(try prefix(3, of: "secret") == "sec")
    #expect(try prefix(6, of: "secret") == "secret")
    #expect(try prefix(99, of: "secret") == "secret")
    #expect(try prefix(0, of: "secret") == "")
  }

  @Test func mayBeEmpty() throws {
    let empty = try SecretBytes(count: 0)
    let count = empty.withUnsafeBytes { $0.count } + empty.count
    #expect(count == 0)
    wipe(UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  @Test func randomBytesDiffer() throws {
    let one = try SecretBytes.random(count: 32)
    let other = try SecretBytes.random(count: 32)
    let zeros = try SecretBytes(count: 32)
    let same = one.isEqual(to: other) || one.isEqual(to: zeros)
    #expect(!same)
  }

  @Test func saysWhenThereIsNotEnoughMemory() {
    let byteCount = Int.max / 4
    #expect(throws: SecretMemoryError.outOfMemory(byteCount: byteCount)) {
      _ = try SecretBytes(count: byteCount)
    }
    #expect(SecretMemoryError.outOfMemory(byteCount: 1).exitCode == .storeUnavailable)
  }
}

@Suite struct SecretValuesTests {
  @Test func lendsEachValue() throws {
    let one = SecretReference.vault(try SecretName("a"))
    let other = SecretReference.vault(try SecretName("b"))
    let missing = SecretReference.vault(try SecretName("c"))
    let values = SecretValues(
      memory: try bytes("xxoneother"), places: [.init(one, 2..<5), .init(other, 5..<10)])
    func value(_ reference: SecretReference) -> String? {
      values.withValue(of: reference) { String(decoding: $0, as: UTF8.self) }
    }
    #expect(value(one) == "one")
    #expect(value(other) == "other")
    #expect(value(missing) == nil)
    let counts = [one, other, missing].map { values.count(of: $0) }
    #expect(counts == [3, 5, nil])
    let contained = [one, other, missing].map { values.contains($0) }
    #expect(contained == [true, true, false])
    let references = Set(values.references)
    #expect(references == [one, other])
  }

  @Test func forgetsOneValue() throws {
    let one = SecretReference.vault(try SecretName("a"))
    let other = SecretReference.vault(try SecretName("b"))
    // Both see the same bytes.
    var values = SecretValues(
      memory: try bytes("oneother"), places: [.init(one, 0..<3, version: 1), .init(other, 0..<8)])
    values.forget(one)
    let (gone, version) = (values.contains(one), values.version(of: one))
    #expect(!gone && version == nil)
    let rest = values.withValue(of: other) { Array($0) }
    #expect(rest == [0, 0, 0] + Array("other".utf8))
  }

  @Test func mayBeEmpty() throws {
    let values = try SecretValues.empty()
    let references = values.references
    #expect(references.isEmpty)
  }
}
