import HostConfigs
import Hosts
import JSONText
import Presets
import Testing
import ValetTesting

@testable import Scanning

/// Configurations as people have them, with what is to be found in each. The first half was written
/// before the detector was tuned, the second after.
struct CorpusFile {
  struct Secret {
    let value: String
    let place: String
    let line: Int
  }

  let name: String
  let path: String
  let secrets: [Secret]

  static let folder =
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Corpus"

  static func all(in half: String) throws -> [CorpusFile] {
    try TemporaryFolder.names(in: "\(folder)/\(half)").map { name in
      let folder = "\(folder)/\(half)/\(name)"
      let expected = try JSONDocument(parsing: TemporaryFolder.read("\(folder)/expected.json"))
      func text(_ node: JSONDocument.Node?) -> String { node.flatMap(expected.string) ?? "" }
      let secrets = expected.value(at: ["secrets"]).map { expected.elements(of: $0) } ?? []
      return CorpusFile(
        name: name, path: "\(folder)/\(text(expected.value(at: ["file"])))",
        secrets: secrets.map { node in
          let line = expected.member("line", of: node).map {
            expected.bytes[expected.span(of: $0.value)]
          }
          return Secret(
            value: text(expected.member("secret", of: node)?.value),
            place: text(expected.member("where", of: node)?.value),
            line: Int(String(decoding: line ?? [], as: UTF8.self)) ?? 0)
        })
    }
  }
}

@Suite struct CorpusTests {
  /// How many secrets of a half may be missed: what was measured when the test was written.
  private static let mayMiss = ["first": 0, "second": 1]

  @Test(arguments: ["first", "second"])
  func findsWhatIsThereAndNothingElse(half: String) throws {
    var missed: [String] = []
    var wrong: [String] = []
    let files = try CorpusFile.all(in: half)
    #expect(files.count >= 30)
    for file in files {
      let match = try #require(HostFileNames.match(file.path), "\(file.path)")
      let scan = try #require(
        FileScan.run(ScanTarget(path: file.path, host: match.host, places: match.places)))
      #expect(scan.problem == nil, "\(file.path)")
      var rest = scan.findings.map { "\($0.spot.text) \($0.masked) line \($0.position.line)" }
      for secret in file.secrets {
        let wanted = "\(secret.place) \(MaskedValue.text(secret.value)) line \(secret.line)"
        if let index = rest.firstIndex(of: wanted) {
          rest.remove(at: index)
        } else {
          missed.append("\(file.name): \(wanted)")
        }
      }
      wrong += rest.map { "\(file.name): \($0)" }
    }
    #expect(wrong == [])
    #expect(missed.count <= Self.mayMiss[half] ?? 0, "\(missed)")
  }
}

extension Finding.Spot {
  /// As the expectations have it.
  fileprivate var text: String {
    switch self {
    case .environment(let name): "env \(name)"
    case .header(let name): "headers \(name)"
    case .argument: "args"
    case .command: "command"
    case .url: "url"
    case .member(let name): name
    case .comment: "comment"
    case .text: "text"
    }
  }
}
