package import Secrets

/// What a server is started with, before any secret has been fetched.
///
/// Made by ``init(_:inherited:)`` without touching a file or a store; holds templates and
/// addresses of inherited strings, never a value of a store.
package struct LaunchPlan {
  package enum Argument {
    case template(Template)
    /// Not UTF-8.
    case bytes([UInt8])
  }

  package struct Variable {
    package enum Origin: Sendable { case inherited, definition, commandLine }
    package enum Content {
      /// `NAME=value` as the host gave it.
      case inherited(UnsafeBufferPointer<UInt8>)
      case template(Template)
      /// The value itself, where what the host gave us was not good enough.
      case plain([UInt8])
    }
    /// Any bytes but `=` and NUL.
    package let name: [UInt8]
    package let content: Content
    package let origin: Origin
  }

  /// One file that holds a value; several places may name the same one.
  package struct ValueFile: Equatable, Sendable {
    package let reference: SecretReference
    /// Unique in its folder, of `A-Z a-z 0-9 . _ @ + -`.
    package let fileName: String
  }

  package let serverName: String?
  package let options: LaunchRequest.Options
  /// The command first; at least one.
  package internal(set) var arguments: [Argument]
  /// All that the server gets, each name once.
  package internal(set) var variables: [Variable]
  /// Distinct references whose values go into variables or arguments, in order.
  package internal(set) var values: [SecretReference]
  /// Distinct references whose values go into files, in order.
  package internal(set) var files: [ValueFile]
  /// Variables that the server does not get, in order; inherited ones and a `PATH` with nothing
  /// left.
  package internal(set) var droppedVariables: [Variable]

  /// The names of ``droppedVariables``, for a line on stderr.
  package var dropped: [String] {
    droppedVariables.map { String(decoding: $0.name, as: UTF8.self) }
  }

  /// Whether the server is given any secret.
  package var holdsSecrets: Bool { !values.isEmpty || !files.isEmpty }

  /// Every distinct reference that has to be read from a store.
  package var references: [SecretReference] {
    var references = values
    for file in files where !values.contains(file.reference) { references.append(file.reference) }
    return references
  }

  /// The server's `PATH`; `nil` when it gets none.
  package var searchPath: [UInt8]? {
    for variable in variables where variable.name == Array("PATH".utf8) {
      switch variable.content {
      case .inherited(let whole): return Array(whole[(variable.name.count + 1)...])
      case .template(let template): return Array(template.description.utf8)
      case .plain(let value): return value
      }
    }
    return nil
  }

  /// The command as it was written, before it is searched along the path.
  package var commandName: String {
    switch arguments[0] {
    case .template(let template): template.description
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The bytes of the command's name.
  var commandBytes: [UInt8] {
    switch arguments[0] {
    case .template(let template): Array(template.description.utf8)
    case .bytes(let bytes): bytes
    }
  }

  /// What every server gets where it is set: who and where it runs, for whom, and in which
  /// language. Anything else a host has in its environment may be another program's secret.
  package static func isBaseline(_ name: [UInt8]) -> Bool {
    name.starts(with: "LC_".utf8) || baseline.contains { name.elementsEqual($0.utf8) }
  }

  private static let baseline = [
    "HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR",
  ]

  /// Variables that steer mcp-valet itself: a server that starts mcp-valet must not steer it.
  package static func isReserved(_ name: [UInt8]) -> Bool { name.starts(with: "MCP_VALET_".utf8) }
}
