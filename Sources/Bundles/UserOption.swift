internal import HostConfigs

/// An entry of `user_config`: what a host asks its user for.
package struct UserOption: Equatable, Sendable {
  /// What may be entered: the words of `type`.
  package enum Kind: String, Sendable {
    case string, number, boolean, directory, file
  }

  /// Its name in `user_config`, by which ``placeholder`` refers to it.
  package let key: String
  /// Of a checked manifest always what it says.
  package let kind: Kind
  /// What the host shows beside the field.
  package let title: String
  /// Whether a value must be entered; `false` where nothing is said.
  package let isRequired: Bool
  /// Whether the value is a secret: the host masks it and stores it securely. `false` where nothing
  /// is said.
  package let isSensitive: Bool
  /// Several values may be given.
  package let isMultiple: Bool
  /// One value, or several; `nil` without a default.
  package let defaultValue: UserValue?
  let minimum: Double?
  let maximum: Double?

  /// What stands for it in a configuration.
  package var placeholder: String { "${user_config.\(key)}" }
}

/// What a user, or a default, says for an option.
package enum UserValue: Equatable, Sendable {
  /// Numbers and truth values as they are written.
  case one(String)
  /// Of an array; those that are no strings are left out.
  case several([String])
}

extension Manifest {
  /// In the order of the file.
  package var options: [UserOption] {
    guard let node = document.value(at: ["user_config"]) else { return [] }
    return document.members(of: node).map { member in
      func value(_ name: String) -> JSONDocument.Node? {
        document.member(name, of: member.value)?.value
      }
      func isTrue(_ name: String) -> Bool {
        value(name).map { document.kind(of: $0) == .true } == true
      }
      let kind = value("type").flatMap { document.string(of: $0) } ?? ""
      return UserOption(
        key: document.string(of: member.key) ?? "", kind: .init(rawValue: kind) ?? .string,
        title: value("title").flatMap { document.string(of: $0) } ?? "",
        isRequired: isTrue("required"), isSensitive: isTrue("sensitive"),
        isMultiple: isTrue("multiple"), defaultValue: value("default").map(userValue),
        minimum: value("min").flatMap { Double(raw($0)) },
        maximum: value("max").flatMap { Double(raw($0)) })
    }
  }

  private func userValue(_ node: JSONDocument.Node) -> UserValue {
    document.kind(of: node) == .array
      ? .several(texts(node)) : .one(document.string(of: node) ?? raw(node))
  }

  private func raw(_ node: JSONDocument.Node) -> String {
    String(decoding: document.bytes[document.span(of: node)], as: UTF8.self)
  }
}
