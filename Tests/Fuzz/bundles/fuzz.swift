import HostConfigs
import ValetTesting

@testable import Bundles

/// What libFuzzer calls with each input. The first byte chooses: bytes as an archive, an archive that
/// is made and then damaged, bytes as a manifest, or a manifest that is made, and wrapped.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = FuzzInput(data, count)
  switch input.byte() & 7 {
  case 0: readArchive(Array(input.bytes))
  case 1, 2, 3:
    var maker = ArchiveMaker(input: input)
    readArchive(maker.archive())
  case 4: readManifest(Array(input.bytes))
  default:
    var maker = ManifestMaker(input: input)
    readManifest(Array(maker.manifest().utf8))
  }
  return 0
}

/// An archive that is accepted can be read in one way only: checked by a reader of its own, which goes
/// from entry to entry as they lie and never looks at the directory.
private func readArchive(_ bytes: [UInt8]) {
  _ = bytes.withUnsafeBytes { BundleSignature.start(in: $0) }
  guard let layout = bytes.withUnsafeBytes({ try? ArchiveLayout(of: $0) }) else { return }
  var position = 0
  for entry in layout.entries.sorted(by: { $0.start < $1.start }) {
    require(entry.start == position, "a gap or an overlap at \(position)")
    require(bytes[position..<position + 4].elementsEqual([0x50, 0x4B, 3, 4]), "no entry there")
    let nameLength = Int(bytes[position + 26]) | Int(bytes[position + 27]) << 8
    let name = bytes[position + 30..<position + 30 + nameLength]
    require(
      name.elementsEqual((entry.name + (entry.isFolder ? "/" : "")).utf8), "another name: \(entry)")
    let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
    require(
      !parts.contains { ["", ".", ".."].contains($0) } && !entry.name.contains("\\")
        && !entry.name.utf8.contains(0), "a name that leads elsewhere: \(entry.name)")
    require(entry.packedSize <= bytes.count, "more bytes than there are")
    require(entry.mode.map { $0 <= 0o777 } != false, "more than permissions")
    position = entry.end
  }
  require(
    bytes[position...].starts(
      with: layout.entries.isEmpty ? [0x50, 0x4B, 5, 6] : [0x50, 0x4B, 1, 2]), "no directory")
  let names = Set(layout.entries.map { $0.name.lowercased() })
  require(names.count == layout.entries.count, "two entries of one name")
}

private func readManifest(_ bytes: [UInt8]) {
  // The reference recurses.
  guard bytes.count(where: { $0 == 0x5B || $0 == 0x7B }) < 100 else { return }
  guard let manifest = try? Manifest(parsing: bytes, path: "x") else { return }
  guard case .object(let members)? = ReferenceJSON.parse(bytes) else {
    return require(false, "what is no object is a manifest")
  }
  func value(_ name: String) -> ReferenceJSON.Tree? { members.first { $0.name == name }?.value }
  require(value("name") == .string(manifest.bundleName), "another name")
  require(value("server") != nil && value("author") != nil, "what is required is not there")
  let wrapping = Wrapping()
  guard let result = try? wrapping.wrap(manifest, name: "server", path: "x") else { return }
  guard case .object(let after)? = ReferenceJSON.parse(result.0.bytes) else {
    return require(false, "wrapped, it is no object")
  }
  let story =
    String(decoding: bytes, as: UTF8.self) + "\n--\n"
    + String(decoding: result.0.bytes, as: UTF8.self)
  require(members.map(\.name) == after.map(\.name), "other members: \(story)")
  for (one, other) in zip(members, after) where one.name != "server" {
    require(one.raw == other.raw, "other bytes: \(story)")
  }
  for platform in ["darwin", "win32", "x"] {
    require(
      manifest.serverConfig(for: platform) == result.0.serverConfig(for: platform),
      "\(platform) changed: \(story)")
  }
  let server = result.0.wrappedServer(for: "linux")
  require(server?.name == "server", "not wrapped: \(story)")
  require(server?.config == manifest.serverConfig(for: "linux"), "another server: \(story)")
}

/// Makes archives that are nearly always good.
private struct ArchiveMaker {
  var input: FuzzInput
  private static let names = [
    "a", "A", "b/c", "b", "b/", "manifest.json", "../x", "/x", "é", "e\u{301}", "a.", "x\\y", "",
  ]

  mutating func archive() -> [UInt8] {
    var entries: [ZipForge.Entry] = []
    for number in 0..<input.number(below: 4) {
      let name =
        input.byte() & 3 == 0 ? Self.names[input.number(below: Self.names.count)] : "f\(number)"
      var entry = ZipForge.Entry(name, String(repeating: "x", count: input.number(below: 9)))
      if input.byte() & 1 == 0 { entry = entry.deflated() }
      switch input.byte() & 31 {
      case 0: entry.mode = UInt32(input.number(below: 65536))
      case 1: entry.flags = UInt16(input.number(below: 65536))
      case 2: entry.size = UInt32(input.number(below: 65536))
      case 3: entry.start = UInt32(input.number(below: 300))
      case 4: entry.localName = [0x61]
      case 5: entry.trailer = [1]
      case 6: entry.extra = [0x75, 0x70, UInt8(input.number(below: 12)), 0, 1, 0, 0, 0, 0, 0x61]
      case 7...12: entry.flags = 8
      default: break
      }
      entries.append(entry)
    }
    var forge = ZipForge(entries)
    switch input.byte() & 15 {
    case 0: forge.count = UInt16(input.number(below: 5))
    case 1: forge.comment = [UInt8](repeating: input.byte(), count: input.number(below: 40))
    case 2: forge.gap = [input.byte()]
    case 3: forge.suffix = [input.byte()]
    case 4: forge.prefix = [input.byte()]
    default: break
    }
    var bytes = forge.bytes
    for _ in 0..<input.number(below: 3) {
      bytes[input.number(below: bytes.count)] = input.byte()
    }
    return bytes
  }
}

/// Makes manifests that are nearly always good, in any layout.
private struct ManifestMaker {
  var input: FuzzInput
  private static let values = [
    "\"v\"", "true", "null", "1", "[]", "{}", "[\"x\"]", "[1]", "{\"a\":\"b\"}", "{\"a\":{}}",
    "\"https://a.bc\"", "\"\\u0000\"", "\"${user_config.k}\"", "{\"platforms\":[\"linux\"]}",
  ]
  private static let blanks = ["", " ", "\n", "\n  ", "\t", "\r\n"]

  private mutating func blank() -> String { Self.blanks[input.number(below: Self.blanks.count)] }
  private mutating func value() -> String { Self.values[input.number(below: Self.values.count)] }

  private mutating func object(_ members: [(String, String)]) -> String {
    var text = "{" + blank()
    for (index, (name, value)) in members.enumerated() {
      if input.byte() == 255 { continue }
      text += (index > 0 ? "," + blank() : "") + "\"\(name)\"" + blank() + ":" + blank() + value
    }
    return text + blank() + "}"
  }

  mutating func manifest() -> String {
    let version = ["0.1", "0.2", "0.3", "0.4", "0.5"][input.number(below: 5)]
    var members = [
      ("manifest_version", "\"\(version)\""), ("name", "\"n\""), ("version", "\"1\""),
      ("description", "\"\""), ("author", object([("name", "\"a\"")])), ("server", server()),
    ]
    let others = ["_meta", "icons", "keywords", "homepage", "user_config", "compatibility", "x"]
    for name in others where input.byte() & 7 == 0 {
      members.insert((name, value()), at: input.number(below: members.count))
    }
    return object(members)
  }

  private mutating func server() -> String {
    var members = [("type", ["\"node\"", "\"uv\"", "\"x\""][input.number(below: 3)])]
    members.append(("entry_point", "\"e\""))
    if input.byte() & 7 != 0 { members.append(("mcp_config", config(isWhole: true))) }
    return object(members)
  }

  private mutating func config(isWhole: Bool) -> String {
    var members: [(String, String)] = []
    if isWhole || input.byte() & 1 == 0 { members.append(("command", "\"c\"")) }
    if input.byte() & 1 == 0 { members.append(("args", "[\"x\", \"--\"]")) }
    if input.byte() & 1 == 0 { members.append(("env", object([("A", value()), ("B", "\"b\"")]))) }
    if isWhole, input.byte() & 1 == 0 {
      let platforms = ["linux", "win32", "darwin"].prefix(input.number(below: 4))
      let overrides = platforms.map { ($0, config(isWhole: false)) }
      members.append(("platform_overrides", object(overrides)))
    }
    return object(members)
  }
}
