package import Presets
package import Secrets

/// A secret that is to move into the vault.
package struct ImportSecret: Sendable {
  /// Where its value comes from.
  package enum Source: Equatable, Sendable {
    /// What stands in the file, as ordinary memory like the file's own bytes.
    case text(String)
    /// A value that the host asks for itself, `${input:ID}`: an answer for one file is none for
    /// another, which somebody else may have written.
    case input(String, file: String)
  }

  /// By which the vault will know it.
  package let name: SecretName
  /// What is to be stored.
  package let source: Source
  /// What it was known by, which says where to rotate it; `nil` where only its name or its
  /// randomness gave it away.
  package let shape: SecretShape?
  /// As a person may see it.
  package let masked: String

  package init(name: SecretName, source: Source, shape: SecretShape?, masked: String) {
    self.name = name
    self.source = source
    self.shape = shape
    self.masked = masked
  }
}

/// The secrets of one import, and how they are called: the same value once, by the name of the
/// first place where it was found.
package struct SecretBook {
  /// In the order in which they were first named.
  package private(set) var secrets: [ImportSecret] = []
  private let isFree: (SecretName, String?) -> Bool

  /// - Parameter isFree: whether a name can be given to a value: nothing has it yet, or what has it
  ///   has that very value. `nil` for a value that is not known yet.
  package init(isFree: @escaping (SecretName, String?) -> Bool) { self.isFree = isFree }

  /// The name for a secret; `SERVER/VARIABLE` where that is free.
  ///
  /// - Parameters:
  ///   - server: of characters that a name may have.
  ///   - variable: any text.
  package mutating func name(
    _ source: ImportSecret.Source, server: String, variable: String, shape: SecretShape?,
    masked: String
  ) -> SecretName? {
    if let known = secrets.first(where: { $0.source.isSame(as: source) }) { return known.name }
    var value: String?
    if case .text(let text) = source { value = text }
    let stem = Self.segment(variable, otherwise: "secret")
    for number in 1...1000 {
      let segment = number == 1 ? stem : "\(stem.prefix(58))-\(number)"
      guard let name = try? SecretName("\(server)/\(segment)") else { return nil }
      if secrets.contains(where: { $0.name == name }) || !isFree(name, value) { continue }
      secrets.append(ImportSecret(name: name, source: source, shape: shape, masked: masked))
      return name
    }
    return nil
  }

  /// A text as a segment of a name: what may not stand in one becomes `-`.
  package static func segment(_ text: String, otherwise: String) -> String {
    var segment = ""
    for byte in text.utf8 {
      let isFit =
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
          true
        default: false
        }
      if isFit {
        segment.unicodeScalars.append(Unicode.Scalar(byte))
      } else if !segment.isEmpty, segment.utf8.last != UInt8(ascii: "-") {
        segment += "-"
      }
    }
    segment = String(segment.utf8.prefix(60)) ?? otherwise
    while segment.hasSuffix("-") { segment.removeLast() }
    return segment.utf8.allSatisfy { $0 == UInt8(ascii: ".") } ? otherwise : segment
  }
}

extension ImportSecret.Source {
  /// Byte for byte: canonically equivalent texts are different passwords.
  func isSame(as other: ImportSecret.Source) -> Bool {
    switch (self, other) {
    case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
    case (.input(let one, let file), .input(let other, let otherFile)):
      one.utf8.elementsEqual(other.utf8) && file.utf8.elementsEqual(otherFile.utf8)
    case (.text, _), (.input, _): false
    }
  }
}
