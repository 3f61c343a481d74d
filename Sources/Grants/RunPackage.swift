/// The package or image that a package runner is told to run, as far as its words tell.
package struct RunPackage: Equatable, Sendable {
  /// As it was written, version included.
  package let text: String
  /// How to name one version of it; `nil` where one is named already, or nothing can be named.
  package let pinnedForm: String?

  /// - Returns: `nil` where the words name none.
  package init?(_ runner: PackageRunner, arguments: [[UInt8]]) {
    let words = (runner.tail(of: arguments) ?? []).map { String(decoding: $0, as: UTF8.self) }
    guard let text = Self.package(of: runner, words[...]) else { return nil }
    self.text = text
    pinnedForm = Self.pinnedForm(of: text, runner)
  }

  private static func package(
    of runner: PackageRunner, _ words: ArraySlice<String>
  ) -> String? {
    switch runner {
    case .npx, .bunx, .npmExec, .pnpx, .pnpmDlx, .yarnDlx, .bunX:
      named(by: ["--package", "-p"], words) ?? firstWord(words, taking: npmOptions)
    case .uvx, .uvToolRun: named(by: ["--from"], words) ?? firstWord(words, taking: uvOptions)
    case .pipxRun: named(by: ["--spec"], words) ?? firstWord(words, taking: pipxOptions)
    case .dockerRun, .podmanRun: firstWord(words, taking: nil)
    case .denoRun: firstWord(words, taking: [])
    case .pythonModule:
      words.firstIndex(of: "-m").flatMap { words[($0 + 1)...].first }
    }
  }

  /// The word behind an option, before the first word that is none.
  private static func named(by options: [String], _ words: ArraySlice<String>) -> String? {
    var rest = words
    while let word = rest.popFirst(), word.utf8.first == UInt8(ascii: "-") {
      for option in options {
        if word == option { return rest.first }
        if word.utf8.starts(with: "\(option)=".utf8) {
          return String(word.dropFirst(option.count + 1))
        }
      }
    }
    return nil
  }

  /// Options that take a word of their own, of those that are seen in servers' instructions.
  private static let npmOptions = ["--registry", "--cache", "--prefix", "-w", "--workspace"]
  private static let uvOptions = [
    "--with", "--python", "-p", "--index-url", "-i", "--extra-index-url", "--index",
    "--default-index", "--directory", "--cache-dir",
  ]
  private static let pipxOptions = ["--python", "--index-url", "-i", "--pip-args"]
  /// Those of `docker run` that take none; all the others take one, written behind them or `=`.
  private static let dockerFlags = [
    "-i", "-t", "-it", "-ti", "-d", "-P", "--rm", "--init", "--interactive", "--tty", "--detach",
    "--privileged", "--read-only", "--no-healthcheck", "--publish-all", "--oom-kill-disable",
    "--quiet", "-q", "--sig-proxy", "--disable-content-trust",
  ]

  /// - Parameter options: those that take a word; `nil` for docker's.
  private static func firstWord(
    _ words: ArraySlice<String>, taking options: [String]?
  ) -> String? {
    var rest = words
    while let word = rest.popFirst() {
      if word == "--" { return rest.first }
      guard word.utf8.first == UInt8(ascii: "-") else { return word }
      let takesWord = options?.contains(word) ?? !dockerFlags.contains(word)
      if takesWord, !word.utf8.contains(UInt8(ascii: "=")) { _ = rest.popFirst() }
    }
    return nil
  }

  private static func pinnedForm(of text: String, _ runner: PackageRunner) -> String? {
    let bytes = text.utf8
    switch runner {
    case .npx, .bunx, .npmExec, .pnpx, .pnpmDlx, .yarnDlx, .bunX, .denoRun:
      // The first character may be the `@` of a scope.
      // `npm:@scope/name`, as deno writes it.
      let scope = text.utf8.starts(with: "npm:@".utf8) || text.utf8.starts(with: "jsr:@".utf8)
      let at = bytes.dropFirst(scope ? 5 : 1).lastIndex(of: UInt8(ascii: "@"))
      guard let at else { return "\(text)@VERSION" }
      return isVersion(text[text.utf8.index(after: at)...]) ? nil : "\(text[..<at])@VERSION"
    case .uvx, .uvToolRun, .pipxRun:
      if let equals = text.firstRange(of: "==") {
        let name = text[..<equals.lowerBound]
        return isVersion(text[equals.upperBound...]) ? nil : "\(name)==VERSION"
      }
      let end = bytes.firstIndex { "@<>~!;".utf8.contains($0) } ?? text.endIndex
      if end < text.endIndex, bytes[end] == UInt8(ascii: "@"),
        isVersion(text[bytes.index(after: end)...])
      {
        return nil
      }
      return "\(text[..<end])==VERSION"
    case .dockerRun, .podmanRun:
      if text.firstRange(of: "@sha256:") != nil { return nil }
      return "\(text)@sha256:DIGEST"
    case .pythonModule: return nil
    }
  }

  /// Not `latest`, `^1` or `1.x`: a name that always means the same.
  private static func isVersion(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count >= 2 && parts.allSatisfy { !$0.isEmpty && $0 != "x" && $0 != "*" }
      && !text.utf8.contains(UInt8(ascii: " ")) && !text.utf8.contains(UInt8(ascii: "|"))
  }
}

extension String {
  /// The first place of an ASCII text; what the library has for it needs its regular expressions.
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    let wanted = Array(text.utf8)
    for index in utf8.indices where utf8[index...].starts(with: wanted) {
      return index..<utf8.index(index, offsetBy: wanted.count)
    }
    return nil
  }
}
