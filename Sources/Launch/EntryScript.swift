/// The script that an interpreter is told to run: as much what gets the secrets as the interpreter.
package enum EntryScript {
  private static let interpreters = [
    "node", "nodejs", "deno", "bun", "tsx", "ts-node", "ruby", "perl", "php", "java", "sh", "bash",
    "dash", "zsh", "ksh", "fish",
  ]

  /// Refuses a script that others can change, as ``Command/checkTrust()`` does a program.
  ///
  /// - Parameters:
  ///   - command: as it was written; of a path its last part counts.
  ///   - arguments: behind the command. The first of them that is a file counts: which options of
  ///     an interpreter take a word is its own affair.
  ///   - folder: the working folder; absolute.
  /// - Throws: ``LaunchError/untrusted(path:reason:)``.
  package static func checkTrust(
    command: [UInt8], arguments: [[UInt8]], folder: [UInt8]
  ) throws(LaunchError) {
    let name = command.split(separator: UInt8(ascii: "/")).last ?? []
    guard
      name.starts(with: "python".utf8)
        || interpreters.contains(where: { name.elementsEqual($0.utf8) })
    else { return }
    for word in arguments where word.first != UInt8(ascii: "-") && !word.contains(0) {
      let isAbsolute = word.first == UInt8(ascii: "/")
      let path = isAbsolute ? word : folder + [UInt8(ascii: "/")] + word
      let script = Command(path: path.map { CChar(bitPattern: $0) } + [0])
      if script.isFile { return try script.checkTrust() }
    }
  }
}
