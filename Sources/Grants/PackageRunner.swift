/// A program that fetches or finds a package and runs it.
///
/// Code of the working folder runs before, or in the place of, the package (`./node_modules`,
/// `.npmrc`, a module of that name), however well its version is pinned: so these start in an
/// empty folder unless a grant says otherwise.
package enum PackageRunner: UInt8, CaseIterable, Sendable {
  case npx = 1
  case uvx = 2
  case bunx = 3
  case pipxRun = 4
  case dockerRun = 5
  case pythonModule = 6

  /// - Parameters:
  ///   - command: as it was written; of a path its last part counts.
  ///   - arguments: behind the command.
  package init?(command: [UInt8], arguments: [[UInt8]]) {
    let name = command.split(separator: UInt8(ascii: "/")).last ?? []
    func first(is word: String) -> Bool { arguments.first?.elementsEqual(word.utf8) == true }
    if name.elementsEqual("npx".utf8) {
      self = .npx
    } else if name.elementsEqual("uvx".utf8) {
      self = .uvx
    } else if name.elementsEqual("bunx".utf8) {
      self = .bunx
    } else if name.elementsEqual("pipx".utf8), first(is: "run") {
      self = .pipxRun
    } else if name.elementsEqual("docker".utf8), first(is: "run") {
      self = .dockerRun
    } else if Self.isPython(name), Self.runsModule(arguments) {
      self = .pythonModule
    } else {
      return nil
    }
  }

  /// `python`, `python3`, `python3.11`.
  private static func isPython(_ name: ArraySlice<UInt8>) -> Bool {
    name.starts(with: "python".utf8)
      && name.dropFirst(6).allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
      }
  }

  /// Whether `-m` comes before any script; `-W` and `-X` take a word of their own.
  private static func runsModule(_ arguments: [[UInt8]]) -> Bool {
    var rest = arguments[...]
    while let word = rest.popFirst(), word.first == UInt8(ascii: "-"), word.count > 1 {
      if word.starts(with: "--".utf8) { continue }
      for (position, letter) in word.dropFirst().enumerated() {
        if letter == UInt8(ascii: "m") { return true }
        if letter == UInt8(ascii: "c") { return false }
        if letter == UInt8(ascii: "W") || letter == UInt8(ascii: "X") {
          if position + 2 == word.count { _ = rest.popFirst() }
          break
        }
      }
    }
    return false
  }

  /// As it is typed.
  package var name: String {
    switch self {
    case .npx: "npx"
    case .uvx: "uvx"
    case .bunx: "bunx"
    case .pipxRun: "pipx run"
    case .dockerRun: "docker run"
    case .pythonModule: "python -m"
    }
  }
}
