internal import Platform
package import Secrets

/// Everything the program says to a person: standard error only, so that a host which reads our
/// standard output sees MCP messages and nothing else (protocol S2).
package enum Report {
  /// An error, and what to type next.
  package static func error(_ error: any Error) {
    let reported = reportable(error)
    write("error", reported.message)
    if let hint = reported.hint { write("hint", hint) }
  }

  /// A remark that changes nothing: what was dropped, what to do soon.
  package static func note(_ text: String) { write("note", text) }

  /// Something that is to be looked into soon.
  package static func warning(_ text: String) { write("warning", text) }

  /// Lines that a person is to read or to copy as they are, such as the address of a page, with an
  /// empty line around them.
  package static func show(_ lines: [String]) {
    let shown = lines.map { "  " + printable($0, limit: .max) }.joined(separator: "\n")
    writeAll("\n\(shown)\n\n", to: STDERR_FILENO)
  }

  /// What the argument parser has to say: help and versions were asked for, the rest is an error.
  package static func parserMessage(_ text: String, isError: Bool) {
    // It repeats words of the command line as they are; its lines are its own.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = lines.map { printable(String($0), limit: .max) }.joined(separator: "\n")
    writeAll(shown + "\n", to: isError ? STDERR_FILENO : STDOUT_FILENO)
  }

  /// What a command was asked for; for commands whose result is not an MCP message.
  package static func output(_ text: String) { writeAll(text + "\n", to: STDOUT_FILENO) }

  /// Any error as one that a person can read.
  package static func reportable(_ error: any Error) -> any ReportableError {
    (error as? any ReportableError) ?? UnexpectedError(text: "\(error)")
  }

  /// One line, whatever it names: words of a command line or a file must not move the cursor.
  private static func write(_ kind: String, _ text: String) {
    writeAll("mcp-valet: \(kind): \(printable(text, limit: .max))\n", to: STDERR_FILENO)
  }

  private static func writeAll(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let slice = UnsafeRawBufferPointer(rebasing: rest)
        let count = Platform.write(descriptor, slice.baseAddress, slice.count)
        if count < 0, errno == EINTR { continue }
        // A reader that went away is no reason to fail: there is nobody left to tell.
        if count <= 0 { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}

/// An error of a library that has no message of its own.
private struct UnexpectedError: ReportableError {
  let text: String
  var message: String { text }
  var hint: String? { nil }
  var exitCode: ExitCode { .software }
}
