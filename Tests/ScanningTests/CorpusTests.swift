import HostConfigs
import Hosts
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

  static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Corpus"

  static func all(in half: String) throws -> [CorpusFile] {
    try TemporaryFolder.names(in: "\(folder)/\(half)").map { name in
      let folder = "\(folder)/\(half)/\(name)"
      let expected = try JSONDocument(parsing: TemporaryFolder.read("\(folder)/expected.json"))
      func text(_ node: JSONDocument.Node?) -> String { node.flatMap(expected.string) ?? "" }
      let secrets = expected.value(at: ["secrets"]).map { expected.elements(of: $0) } ?? []
      return CorpusFile(
        name: name, path: "\(folder)/\(text(expected.value(at: ["file"])))",
        secrets: secrets.map { node in
          let line = expected.member("line", of: node).map { expected.bytes[expected.span(of: $0.value)] }
          return Secret(
            value: text(expected.member("secret", of: node)?.value),
            place: text(expected.member("where", of: node)?.value),
            line: Int(String(decoding: line ?? [], as: UTF8.self)) ?? 0)
        })
    }
  }
}

@Suite struct CorpusTests {
  @Test(arguments: ["first", "second"])
  func findsWhatIsThereAndNothingElse(half: String) throws {
    var (found, missed, wrong) = (0, 0, 0)
    for file in try CorpusFile.all(in: half) {
      let match = try #require(HostFileNames.match(file.path), "\(file.path)")
      let scan = try #require(
        FileScan.run(ScanTarget(path: file.path, host: match.host, places: match.places)))
      #expect(scan.problem == nil, "\(file.path)")
      var rest = scan.findings.map { "\($0.spot.text) \($0.masked)" }
      for secret in file.secrets {
        let wanted = "\(secret.place) \(MaskedValue.text(secret.value))"
        if let index = rest.firstIndex(where: { $0.hasPrefix(secret.place) && $0.hasSuffix(" " + MaskedValue.text(secret.value)) }) {
          rest.remove(at: index)
          found += 1
        } else {
          missed += 1
          print("missed in \(half)/\(file.name): \(wanted)")
        }
      }
      for finding in rest { print("wrong in \(half)/\(file.name): \(finding)") }
      wrong += rest.count
    }
    print("\(half): found \(found), missed \(missed), wrong \(wrong)")
    #expect(missed == 0 && wrong == 0)
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
    case .text: "text"
    }
  }
}
