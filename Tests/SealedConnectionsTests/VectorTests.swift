import Connections
import Files
import Platform
import Secrets
import Testing
import ValetTesting
import Vault

@testable import SealedConnections

/// The vectors of `Tests/Vectors/sealed-connections`, which another program made from the document.
@Suite struct VectorTests {
  static let folder = "Tests/Vectors/sealed-connections"
  static let names = TemporaryFolder.names(in: folder).filter { $0.hasSuffix(".connection") }
    .map { String($0.dropLast(".connection".count)) }.sorted()
  static let keys: Set = ["about", "expect", "id", "key", "generation", "record"]

  @Test func thereAreVectors() { #expect(Self.names.count >= 24) }

  private static func lines(_ path: String) throws -> [(key: String, value: String)] {
    String(decoding: try TemporaryFolder.read(path), as: UTF8.self).split(separator: "\n").map {
      let parts = $0.split(separator: ":", maxSplits: 1)
      return (String(parts[0]), String(parts[1].dropFirst()))
    }
  }

  private static func bytes(hex: String) -> [UInt8] {
    stride(from: 0, to: hex.utf8.count, by: 2).compactMap {
      let start = hex.index(hex.startIndex, offsetBy: $0)
      return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
    }
  }

  @Test(arguments: names) func vector(name: String) throws {
    let lines = try Self.lines("\(Self.folder)/\(name).txt")
    let text = Dictionary(uniqueKeysWithValues: lines.map { ($0.key, $0.value) })
    #expect(Set(text.keys).isSubset(of: Self.keys))
    let id = try #require(text["id"])
    let key = try connectionKey(
      id: try #require(RandomID(id)), Self.bytes(hex: try #require(text["key"])))
    var file = try TemporaryFolder.read("\(Self.folder)/\(name).connection")
    do {
      let (record, header) = try file.withUnsafeMutableBytes {
        try ConnectionFile.open($0, key: key, path: name)
      }
      #expect(text["expect"] == "ok")
      #expect(String(header.generation) == text["generation"])
      let name = try #require(text["record"])
      let expected = try Self.lines("Tests/Vectors/connections/\(name).txt")
        .filter { $0.key == "bytes" }.flatMap { Self.bytes(hex: $0.value) }
      #expect(try record.encoded().withUnsafeBytes { Array($0) } == expected)
    } catch let error as ConnectionStoreError {
      let found =
        switch error {
        case .corrupt: "corrupt"
        case .unsupportedVersion: "unsupported-version"
        case .unknownFlags: "unknown-flags"
        case .malformed: "malformed"
        case .tampered: "tampered"
        case .record: "record"
        default: "\(error)"
        }
      #expect(found == text["expect"])
    }
  }

  /// Whatever one byte of a file becomes, it is refused.
  @Test func everyFlippedByteIsNoticed() throws {
    let key = try connectionKey(
      id: try #require(RandomID(String(repeating: "01", count: 16))), Array(0..<32))
    let good = try TemporaryFolder.read("\(Self.folder)/smallest.connection")
    for place in good.indices {
      var file = good
      file[place] ^= 0x10
      #expect(throws: ConnectionStoreError.self) {
        _ = try file.withUnsafeMutableBytes {
          try ConnectionFile.open($0, key: key, path: "")
        }
      }
    }
  }

  /// `MCP_VALET_TEST_VENV` names an environment with PyNaCl.
  static let python =
    getenv("MCP_VALET_TEST_VENV").map { String(cString: $0) + "/bin/python" } ?? "python3"
  static let environment = ["PATH": "/usr/bin:/bin"]
  static let canRunReader: Bool =
    (try? ProgramRun.run([python, "-c", "import nacl"], environment: environment))?.exitCode == 0

  @Test(.enabled(if: canRunReader, "PyNaCl is needed"))
  func aReaderWrittenFromTheDocumentsAgrees() throws {
    let run = try ProgramRun.run(
      [Self.python, "\(Self.folder)/read_connections.py"], environment: Self.environment)
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text == "\(Self.names.count) vectors, 0 come out differently\n")
  }
}
