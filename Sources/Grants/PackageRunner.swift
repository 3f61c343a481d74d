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
  // Not one with those above: `npx exec a` runs the package `exec`, and `npm exec a` runs `a`.
  case npmExec = 7
  case pnpx = 8
  case pnpmDlx = 9
  case yarnDlx = 10
  case bunX = 11
  case uvToolRun = 12
  case podmanRun = 13
  case denoRun = 14

  /// - Parameters:
  ///   - command: as it was written; of a path its last part counts.
  ///   - arguments: behind the command.
  package init?(command: [UInt8], arguments: [[UInt8]]) {
    let name = command.split(separator: UInt8(ascii: "/")).last ?? []
    if Self.isPython(name) {
      guard Self.runsModule(arguments) else { return nil }
      self = .pythonModule
      return
    }
    for runner in Self.allCases where name.elementsEqual(runner.program.utf8) {
      guard runner.tail(of: arguments) != nil else { continue }
      self = runner
      return
    }
    return nil
  }

  /// The arguments that name the package and what follows it.
  ///
  /// - Returns: `nil` where the words in front of it ask the program for something else.
  func tail(of arguments: [[UInt8]]) -> ArraySlice<[UInt8]>? {
    var rest = arguments[...]
    switch self {
    case .npx, .uvx, .bunx, .pnpx, .pythonModule: break
    case .npmExec: guard Self.take(["exec", "x"], &rest) else { return nil }
    case .pnpmDlx, .yarnDlx: guard Self.take(["dlx"], &rest) else { return nil }
    case .bunX: guard Self.take(["x"], &rest) else { return nil }
    case .pipxRun: guard Self.take(["run"], &rest) else { return nil }
    case .uvToolRun:
      guard Self.take(["tool"], &rest), Self.take(["run"], &rest) else { return nil }
    case .dockerRun, .podmanRun:
      _ = Self.take(["container"], &rest)
      guard Self.take(["run"], &rest) else { return nil }
    case .denoRun:
      _ = Self.take(["run", "x", "serve"], &rest)
      let script = rest.first { $0.first != UInt8(ascii: "-") } ?? []
      guard ["npm:", "jsr:", "http:", "https:"].contains(where: { script.starts(with: $0.utf8) })
      else { return nil }
    }
    return rest
  }

  /// Drops all up to one of some words, if only options and what may be their values stand before
  /// it. Which options take a word of their own changes from version to version: what is taken for
  /// a runner and is none starts in an empty folder, which shows; the reverse would not.
  private static func take(_ words: [String], _ rest: inout ArraySlice<[UInt8]>) -> Bool {
    var mayBeValue = false
    for index in rest.indices {
      let word = rest[index]
      if words.contains(where: { word.elementsEqual($0.utf8) }) {
        rest = rest[(index + 1)...]
        return true
      }
      let isOption = word.first == UInt8(ascii: "-")
      guard isOption || mayBeValue else { return false }
      mayBeValue = isOption
    }
    return false
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

  /// What is looked for along `PATH`.
  private var program: String {
    switch self {
    case .npx: "npx"
    case .uvx: "uvx"
    case .bunx: "bunx"
    case .pipxRun: "pipx"
    case .dockerRun: "docker"
    case .pythonModule: "python"
    case .npmExec: "npm"
    case .pnpx: "pnpx"
    case .pnpmDlx: "pnpm"
    case .yarnDlx: "yarn"
    case .bunX: "bun"
    case .uvToolRun: "uv"
    case .podmanRun: "podman"
    case .denoRun: "deno"
    }
  }

  /// As it is typed.
  package var name: String {
    switch self {
    case .npx, .uvx, .bunx, .pnpx: program
    case .pipxRun, .dockerRun, .podmanRun, .denoRun: "\(program) run"
    case .pythonModule: "python -m"
    case .npmExec: "npm exec"
    case .pnpmDlx, .yarnDlx: "\(program) dlx"
    case .bunX: "bun x"
    case .uvToolRun: "uv tool run"
    }
  }
}
