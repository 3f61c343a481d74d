internal import Secrets

// A grant as bytes: the payload of a record in the vault's index, and of a recorded refusal. The
// fields are those of the table in `VaultFormat.md`.

/// Numbers of the layout.
package enum GrantFormat {
  static let layout: UInt16 = 1
  static let headLength = 16
  static let digestLength = 32
  /// 1 MiB: half of what the kernel takes for arguments and environment in all.
  package static let maximumLength = 1 << 20

  static let executesInPlace: UInt32 = 1
  static let allowsValuesInArguments: UInt32 = 2
  static let passesSecrets: UInt32 = 4
  static let hasHome: UInt32 = 8
  static let hasPin: UInt32 = 16
  static let hasPlaces: UInt32 = 32
  static let known: UInt32 = 63
}

/// Why bytes are no grant.
package enum GrantFormatError: Error, Equatable, Sendable {
  /// In a layout, or with a flag, that this version does not know. Such a grant may forbid what
  /// could not be told, so it allows nothing; it is kept as it is.
  case unknown
  /// Not what any writer makes; the text says in what.
  case malformed(String)
}

extension Grant {
  /// The bytes of a grant; `nil` when there would be more than ``GrantFormat/maximumLength``.
  package func encoded() -> [UInt8]? {
    var writer = GrantWriter()
    writer.write(GrantFormat.layout)
    switch folder {
    case .at: writer.write(UInt8(0))
    case .empty: writer.write(UInt8(1))
    case .any: writer.write(UInt8(2))
    }
    switch terms.program {
    case .file: writer.write(UInt8(0))
    case .runner(let runner): writer.write(runner.rawValue)
    }
    writer.write(flags)
    writer.write(UInt64(bitPattern: created))
    writer.write(Array(terms.serverName.utf8))
    if case .file(let path) = terms.program { writer.write(path) } else { writer.write([]) }
    if case .at(let path) = folder { writer.write(path) } else { writer.write([]) }
    writer.write(terms.home ?? [])
    writer.write(list: terms.arguments)
    writer.write(count: terms.variables.count)
    for variable in terms.variables {
      writer.write(variable.name)
      switch variable.content {
      case .plain(let value):
        writer.write(UInt8(0))
        writer.write(value)
      case .template(let text):
        writer.write(UInt8(1))
        writer.write(Array(text.utf8))
      }
    }
    writer.write(list: terms.options.unredacted.map { Array($0.utf8) })
    writer.write(list: terms.options.kept.map { Array($0.utf8) })
    writer.write(count: substitutions.count)
    for substitution in substitutions {
      writer.write(Array(substitution.written.description.utf8))
      writer.write(Array(substitution.given.description.utf8))
    }
    if !terms.places.isEmpty { writer.write(list: terms.places) }
    if let pin {
      writer.write(pin.path)
      precondition(pin.digest.count == GrantFormat.digestLength)
      writer.bytes += pin.digest
    }
    return writer.bytes.count <= GrantFormat.maximumLength ? writer.bytes : nil
  }

  private var flags: UInt32 {
    var flags: UInt32 = 0
    if terms.options.executesInPlace { flags |= GrantFormat.executesInPlace }
    if terms.options.allowsValuesInArguments { flags |= GrantFormat.allowsValuesInArguments }
    if terms.options.passesSecrets { flags |= GrantFormat.passesSecrets }
    if terms.home != nil { flags |= GrantFormat.hasHome }
    if pin != nil { flags |= GrantFormat.hasPin }
    if !terms.places.isEmpty { flags |= GrantFormat.hasPlaces }
    return flags
  }

  /// The name of the server that a grant is for, without reading the rest.
  ///
  /// - Returns: `false` also for bytes that are no grant of a known layout.
  package static func isGrant(_ bytes: UnsafeRawBufferPointer, for serverName: String) -> Bool {
    var reader = GrantReader(bytes)
    do {
      _ = try reader.head()
      return try reader.string().elementsEqual(serverName.utf8)
    } catch {
      return false
    }
  }

  /// - Throws: ``GrantFormatError``.
  package init(_ bytes: UnsafeRawBufferPointer) throws(GrantFormatError) {
    var reader = GrantReader(bytes)
    let head = try reader.head()
    let serverName = try reader.text()
    if serverName.isEmpty { throw .malformed("a grant names no server") }
    let path = try reader.string()
    let folder = try reader.string()
    let home = try reader.string()
    let arguments = try reader.list()
    let variables = try reader.variables()
    var options = LaunchTerms.Options()
    options.executesInPlace = head.flags & GrantFormat.executesInPlace != 0
    options.allowsValuesInArguments = head.flags & GrantFormat.allowsValuesInArguments != 0
    options.passesSecrets = head.flags & GrantFormat.passesSecrets != 0
    options.unredacted = try reader.texts()
    options.kept = try reader.texts()
    let substitutions = try reader.substitutions()
    let places = head.flags & GrantFormat.hasPlaces == 0 ? [] : try reader.places()
    let hasHome = head.flags & GrantFormat.hasHome != 0
    guard hasHome || home.isEmpty else { throw .malformed("a grant has a home that it has not") }
    terms = LaunchTerms(
      serverName: serverName, program: try Self.program(head.runner, path), arguments: arguments,
      home: hasHome ? home : nil, variables: variables, places: places, options: options)
    self.folder = try Self.folder(head.folder, folder)
    self.substitutions = substitutions
    pin = head.flags & GrantFormat.hasPin == 0 ? nil : try reader.pin()
    created = head.created
    guard reader.isAtEnd else { throw .malformed("a grant is longer than its fields") }
  }

  private static func program(
    _ kind: UInt8, _ path: [UInt8]
  ) throws(GrantFormatError) -> LaunchTerms.Program {
    if kind == 0 {
      guard path.first == UInt8(ascii: "/") else { throw .malformed("a grant names no program") }
      return .file(path)
    }
    guard path.isEmpty else { throw .malformed("a grant names two programs") }
    guard let runner = PackageRunner(rawValue: kind) else { throw .unknown }
    return .runner(runner)
  }

  private static func folder(
    _ kind: UInt8, _ path: [UInt8]
  ) throws(GrantFormatError) -> Folder {
    switch kind {
    case 0:
      guard path.first == UInt8(ascii: "/") else { throw .malformed("a grant names no folder") }
      return .at(path)
    case 1, 2:
      guard path.isEmpty else { throw .malformed("a grant names two folders") }
      return kind == 1 ? .empty : .any
    default: throw .unknown
    }
  }
}

/// Puts fields behind one another: little-endian integers, strings behind their length.
private struct GrantWriter {
  var bytes: [UInt8] = []

  mutating func write<Integer: FixedWidthInteger>(_ value: Integer) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func write(count: Int) { write(UInt32(count)) }

  mutating func write(_ string: [UInt8]) {
    write(count: string.count)
    bytes += string
  }

  mutating func write(list: [[UInt8]]) {
    write(count: list.count)
    for string in list { write(string) }
  }
}

/// Takes fields off the front; nothing is believed of what they say about lengths.
private struct GrantReader {
  struct Head {
    let folder: UInt8
    let runner: UInt8
    let flags: UInt32
    let created: Int64
  }

  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func head() throws(GrantFormatError) -> Head {
    guard bytes.count >= 2, try integer(UInt16.self) == GrantFormat.layout else { throw .unknown }
    guard bytes.count <= GrantFormat.maximumLength else {
      throw .malformed("a grant is longer than any writer makes one")
    }
    let head = Head(
      folder: try integer(UInt8.self), runner: try integer(UInt8.self),
      flags: try integer(UInt32.self), created: Int64(bitPattern: try integer(UInt64.self)))
    guard head.flags & ~GrantFormat.known == 0 else { throw .unknown }
    return head
  }

  mutating func integer<Integer: FixedWidthInteger>(
    _ type: Integer.Type
  ) throws(GrantFormatError) -> Integer {
    let size = Integer.bitWidth / 8
    guard bytes.count - offset >= size else { throw .malformed("a grant is cut short") }
    var value: Integer = 0
    for position in 0..<size {
      value |= Integer(truncatingIfNeeded: bytes[offset + position]) << (8 * position)
    }
    offset += size
    return value
  }

  private mutating func take(_ count: Int) throws(GrantFormatError) -> [UInt8] {
    guard bytes.count - offset >= count else { throw .malformed("a grant is cut short") }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  mutating func string() throws(GrantFormatError) -> [UInt8] {
    try take(Int(try integer(UInt32.self)))
  }

  mutating func text() throws(GrantFormatError) -> String {
    guard let text = String(validating: try string(), as: UTF8.self) else {
      throw .malformed("a text of a grant is no UTF-8")
    }
    return text
  }

  mutating func list() throws(GrantFormatError) -> [[UInt8]] {
    var list: [[UInt8]] = []
    for _ in 0..<(try integer(UInt32.self)) { list.append(try string()) }
    return list
  }

  mutating func texts() throws(GrantFormatError) -> [String] {
    var list: [String] = []
    for _ in 0..<(try integer(UInt32.self)) { list.append(try text()) }
    return list
  }

  mutating func variables() throws(GrantFormatError) -> [LaunchTerms.Variable] {
    var variables: [LaunchTerms.Variable] = []
    for _ in 0..<(try integer(UInt32.self)) {
      let name = try string()
      guard !name.isEmpty, !name.contains(UInt8(ascii: "=")), !name.contains(0),
        !variables.contains(where: { $0.name == name })
      else { throw .malformed("a variable of a grant has an impossible name") }
      switch try integer(UInt8.self) {
      case 0: variables.append(.init(name, .plain(try string())))
      case 1: variables.append(.init(name, .template(try text())))
      default: throw .unknown
      }
    }
    return variables
  }

  mutating func substitutions() throws(GrantFormatError) -> [Grant.Substitution] {
    var substitutions: [Grant.Substitution] = []
    for _ in 0..<(try integer(UInt32.self)) {
      let texts = (try text(), try text())
      substitutions.append(
        .init(written: try reference(texts.0), given: try reference(texts.1)))
    }
    return substitutions
  }

  /// Never none, which is said by leaving the list out.
  mutating func places() throws(GrantFormatError) -> [[UInt8]] {
    let places = try list()
    guard !places.isEmpty, places.allSatisfy({ $0.first == UInt8(ascii: "/") }) else {
      throw .malformed("a grant names no folder of programs")
    }
    return places
  }

  /// In its canonical form only: one grant has one encoding.
  private func reference(_ text: String) throws(GrantFormatError) -> SecretReference {
    guard let reference = try? SecretReference(text), reference.description == text else {
      throw .malformed("a grant holds a reference that is none")
    }
    return reference
  }

  mutating func pin() throws(GrantFormatError) -> Grant.ContentPin {
    let path = try string()
    return Grant.ContentPin(path: path, digest: try take(GrantFormat.digestLength))
  }
}
