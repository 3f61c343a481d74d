internal import HostConfigs

/// `entries.json` of VS Code's local history: which file its folder holds versions of.
struct LocalHistory {
  /// 1 MiB, which tells of more versions than an editor keeps.
  static let maximumLength = 1 << 20

  /// Of the file, without `file://` and its escapes.
  let path: String
  let names: [String]

  init?(_ bytes: [UInt8]) {
    guard let document = try? JSONDocument(parsing: bytes),
      let resource = document.value(at: ["resource"]).flatMap(document.string),
      let entries = document.value(at: ["entries"])
    else { return nil }
    path = Self.path(of: resource)
    names = document.elements(of: entries).compactMap { entry in
      guard let name = document.member("id", of: entry).flatMap({ document.string(of: $0.value) }),
        !name.contains("/"), name != "..", name != "."
      else { return nil }
      return name
    }
  }

  private static func path(of resource: String) -> String {
    let text =
      resource.firstRange(ofText: "://").map { resource[$0.upperBound...] } ?? resource[...]
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
