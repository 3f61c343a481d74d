internal import Broker

/// The commands of a rotation, as they stand on its command line.
///
/// `--from` and `--check VAR` each take a command behind `--`, as it would be typed alone. The first
/// one reaches to the end of the line or to a word `---`, behind which the other one may stand:
///
///     rotate NAME --from -- CMD… --- --check VAR -- CMD…
struct RotationWords: Equatable {
  /// What `--check` takes.
  struct Check: Equatable {
    var variable: String
    var command: TypedCommand
  }

  var from: TypedCommand?
  var check: Check?

  private static let separator = "---"
  private static let hint = "rotate NAME --from -- COMMAND… --- --check VAR -- COMMAND…"

  /// - Parameters:
  ///   - isFrom: whether `--from` stands before the first `--`.
  ///   - check: the variable of a `--check` that stands there.
  ///   - words: what stands behind the first `--`.
  /// - Throws: ``CommandError/usage(_:hint:)``.
  init(isFrom: Bool, check variable: String?, words: [String]) throws(CommandError) {
    guard isFrom || variable != nil else {
      guard words.isEmpty else {
        throw .usage("a command, and neither --from nor --check before it", hint: Self.hint)
      }
      return
    }
    guard !isFrom || variable == nil else {
      throw .usage("--from and --check want a command each, behind its own '--'", hint: Self.hint)
    }
    let end = words.firstIndex(of: Self.separator) ?? words.endIndex
    try take(isFrom: isFrom, variable: variable, command: Array(words[..<end]))
    var rest = words[end...].dropFirst()
    guard !rest.isEmpty else { return }
    switch rest.popFirst() {
    case "--from":
      guard !isFrom else { throw .usage("--from stands there twice", hint: Self.hint) }
      guard rest.popFirst() == "--" else { throw .usage("--from wants '--'", hint: Self.hint) }
      try take(isFrom: true, variable: nil, command: Array(rest))
    case "--check":
      guard variable == nil else { throw .usage("--check stands there twice", hint: Self.hint) }
      guard let variable = rest.popFirst(), rest.popFirst() == "--" else {
        throw .usage("--check wants VAR and '--'", hint: Self.hint)
      }
      try take(isFrom: false, variable: variable, command: Array(rest))
    default: throw .usage("behind '---' stands --from or --check", hint: Self.hint)
    }
  }

  private mutating func take(
    isFrom: Bool, variable: String?, command: [String]
  ) throws(CommandError) {
    guard !command.isEmpty, command[0] != "" else {
      throw .usage("\(isFrom ? "--from" : "--check") wants a command", hint: Self.hint)
    }
    let command = TypedCommand(words: command)
    if isFrom { from = command }
    guard let variable else { return }
    let bytes = variable.utf8
    guard !bytes.isEmpty, !bytes.contains(UInt8(ascii: "=")), !variable.hasPrefix("MCP_VALET_")
    else { throw .usage("--check wants the name of a variable", hint: Self.hint) }
    check = Check(variable: variable, command: command)
  }
}
