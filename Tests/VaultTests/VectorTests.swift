import Grants
import Platform
import Secrets
import Testing

@testable import Vault

@Suite struct VectorTests {
  @Test(arguments: Vector.names) func vector(name: String) throws {
    let text = try RawFile.read("\(Vector.folder)/\(name).txt")
    let vector = try Vector(text: String(decoding: text, as: UTF8.self))
    let expected = try vector.expectation
    let fixture = try Fixture()
    try fixture.create()
    try RawFile.write(try RawFile.read("\(Vector.folder)/\(name).vault"), to: fixture.vaultPath)
    do {
      let sealed = try VaultStore.peek(fixture.location)
      let key = try sealed.unlock(with: try vector.slotSecret())
      let store = try sealed.open(key)
      _ = try store.verify()
      #expect(expected == .ok)
      try check(vector, store)
    } catch let error as VaultError {
      #expect(Vector.Expectation(error) == expected, "\(error)")
      if case .tampered(.value(let name)) = error { #expect(name.text == vector["name"]) }
      if case .corrupt(.value(let name)) = error { #expect(name.text == vector["name"]) }
    }
  }

  private func check(_ vector: Vector, _ store: VaultStore) throws {
    #expect(store.header.vaultID.description == vector["vault-id"])
    #expect(String(store.header.generation) == vector["generation"])
    #expect(try Self.describe(store).repeated == vector.repeated)
    #expect(try Self.describe(store)["settings"] == vector["settings"])
    #expect(try Self.describe(store)["audit"] == vector["audit"])
    // By the way of a launch as well.
    for line in vector.repeated["value"] ?? [] {
      let parts = line.split(separator: " ")
      let secret = try SecretName(parts[0])
      guard try store.versions(of: secret).first?.number == UInt32(parts[1]) else { continue }
      let value = try store.read([.vault(secret)]).withValue(of: .vault(secret)) { Array($0) }
      #expect(value == (try Vector.bytes(hex: String(parts[2]))))
    }
  }

  /// Everything in a vault, as the lines of a vector.
  static func describe(_ store: VaultStore) throws -> Vector {
    var vector = Vector(about: "", open: "", secret: "", expect: .ok)
    let contents = try store.contents()
    for record in contents.records {
      switch record {
      case .secret(let secret):
        for version in secret.versions {
          let value = try store.read(secret.name, version: version.number).array()
          vector.append("value", "\(secret.name) \(version.number) \(Vector.hex(value))")
        }
        if !secret.note.isEmpty { vector.append("note", "\(secret.name) \(secret.note)") }
        if secret.expires != 0 { vector.append("expires", "\(secret.name) \(secret.expires)") }
      case .settings(let record):
        let settings = record.settings
        var words: [String] = []
        if settings.isUnattended { words.append("unattended") }
        if settings.isRecoveryKeyShown { words.append("recovery-key-shown") }
        vector["settings"] = words.joined(separator: " ")
      case .auditHead(let record):
        if let head = record.head {
          vector["audit"] = "\(Vector.hex(head.logID)) \(head.number) \(Vector.hex(head.digest))"
        }
        record.forEachRoot { vector.append("audit-root", Vector.hex($0)) }
      case .connection(let record):
        let entry = record.entry
        let key = entry.key.withBytes { Vector.hex($0) }
        let rest = record.rest.isEmpty ? "-" : Vector.hex(record.rest)
        vector.append(
          "connection",
          "\(entry.name) \(entry.key.connectionID) \(entry.created) \(key) \(rest)")
      case .grant(let grant, _): vector.append("grant", describe(grant))
      case .other(let type, let payload):
        vector.append("record", "\(type) \(Vector.hex(payload))")
      }
    }
    return vector
  }

  /// The fields of a grant, what may be any bytes as hexadecimal digits.
  private static func describe(_ grant: Grant) -> String {
    let terms = grant.terms
    var folder: (kind: Int, path: [UInt8]) = (1, [])
    if case .at(let path) = grant.folder { folder = (0, path) }
    if case .any = grant.folder { folder.kind = 2 }
    var program: (kind: UInt8, path: [UInt8]) = (0, [])
    switch terms.program {
    case .file(let path): program.path = path
    case .runner(let runner): program.kind = runner.rawValue
    }
    var flags = terms.options.executesInPlace ? 1 : 0
    if terms.options.allowsValuesInArguments { flags |= 2 }
    if terms.options.passesSecrets { flags |= 4 }
    if terms.home != nil { flags |= 8 }
    if grant.pin != nil { flags |= 16 }
    let variables = terms.variables.map { variable in
      switch variable.content {
      case .plain(let value): "\(Vector.hex(variable.name)):0:\(Vector.hex(value))"
      case .template(let text): "\(Vector.hex(variable.name)):1:\(Vector.hex(text.utf8))"
      }
    }
    let substitutions = grant.substitutions.map { "\($0.written)>\($0.given)" }
    let words = [
      "\(terms.serverName) \(grant.created) \(folder.kind) \(program.kind) \(flags)",
      "program=\(Vector.hex(program.path))", "folder=\(Vector.hex(folder.path))",
      "home=\(Vector.hex(terms.home ?? []))",
      "arguments=" + terms.arguments.map { Vector.hex($0) }.joined(separator: ","),
      "variables=" + variables.joined(separator: ","),
      "unredacted=" + terms.options.unredacted.joined(separator: ","),
      "kept=" + terms.options.kept.joined(separator: ","),
      "substitutions=" + substitutions.joined(separator: ","),
    ]
    let pin = grant.pin.map { "pin=\(Vector.hex($0.path)):\(Vector.hex($0.digest))" }
    return (words + [pin].compactMap { $0 }).joined(separator: " ")
  }

  @Test func everyExpectationHasAVector() throws {
    let seen = try Set(
      Vector.names.map {
        try Vector(
          text: String(decoding: try RawFile.read("\(Vector.folder)/\($0).txt"), as: UTF8.self)
        ).expectation
      })
    #expect(seen == Set(Vector.Expectation.allCases))
  }

  @Test func everyVectorHasBothFiles() {
    let texts = RawFile.names(in: Vector.folder).filter { $0.hasSuffix(".txt") }
    #expect(texts.map { String($0.dropLast(4)) }.sorted() == Vector.names)
  }

  /// `MCP_VALET_TEST_VENV` names an environment with PyNaCl and argon2-cffi.
  static let python =
    getenv("MCP_VALET_TEST_VENV").map { String(cString: $0) + "/bin/python" } ?? "python3"
  static let canRunReader: Bool =
    (try? ChildProcess.run([python, "-c", "import argon2, nacl"]))?.status == 0

  @Test(.enabled(if: canRunReader, "PyNaCl and argon2-cffi are needed"))
  func aReaderWrittenFromTheDocumentAgrees() throws {
    let outcome = try ChildProcess.run([Self.python, "\(Vector.folder)/read_vault.py"])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output == "\(Vector.names.count) vectors, 0 come out differently\n")
  }

  @Test func unknownLinesFail() {
    for text in ["expects: ok\n", "about\n", "about: a\nabout: b\n", "value:x\n"] {
      #expect(throws: Vector.UnknownLine.self) { _ = try Vector(text: text) }
    }
    #expect(throws: Vector.UnknownLine.self) {
      _ = try Vector(text: "expect: fine\n").expectation
    }
  }
}
