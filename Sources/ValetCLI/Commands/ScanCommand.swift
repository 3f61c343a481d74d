internal import ArgumentParser
internal import Broker
internal import Hosts
internal import Platform
internal import Scanning
internal import Secrets

struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Find plain-text secrets in the hosts' configurations.",
    discussion: """
      Looks at the files in which the hosts of this user keep their MCP servers, at those of the \
      working folder and the folders above it, and at the copies that hosts and editors keep. With \
      PATH, at that file, or at the hosts' files in that folder. Changes nothing, and shows only \
      the beginning and the end of a value.

      Exit code: 0 when nothing was found, 1 when something was, 78 when nothing was found but a \
      file or folder could not be read or understood. A JSON file has at most 256 MiB, one in TOML \
      or YAML 4 MiB.

      Examples:
        mcp-valet scan
        mcp-valet scan . --json
      """)

  @Argument(help: "Files or folders; the user's own files unless told.", completion: .file())
  var paths: [String] = []

  @Flag(
    help: """
      Print JSON: {files: [{path, host, copy, shared, owner, problem, servers, throughValet, \
      findings: [{server, project, where, name, reason, provider, masked, line, column, revoke}]}], \
      skipped: [{path, problem}]}. Files with neither findings nor a problem are left out, and so is \
      what is not known. where: env, header, argument, command, url, member or text; reason: shape, \
      name or entropy; skipped: folders.
      """)
  var json = false

  func run() throws {
    let progress = ScanProgress()
    let targets = try self.targets(progress)
    var scans: [FileScan] = []
    for target in targets.targets {
      progress.show(target.path)
      if let scan = FileScan.run(target) { scans.append(scan) }
    }
    progress.clear()
    let report = ScanReport(scans, skipped: targets.skipped)
    if json {
      try JSONOutput.print(report.record)
    } else {
      report.show()
    }
    if report.findingCount > 0 { throw ArgumentParser.ExitCode.failure }
    if report.hasProblems {
      throw ArgumentParser.ExitCode(Secrets.ExitCode.configuration.rawValue)
    }
  }

  private func targets(_ progress: ScanProgress) throws -> ScanTargets {
    var targets = ScanTargets()
    if paths.isEmpty {
      if let home = Context.variable("HOME"), home.utf8.first == UInt8(ascii: "/") {
        targets.addUser(HostSurroundings(home: home, variable: Context.variable))
      }
      for folder in ProjectFolders.upwards() { targets.addProject(folder) }
      return targets
    }
    for path in paths {
      if HostFolder.isFolder(path) {
        targets.add(
          FolderSearch(path == "/" ? path : Self.withoutSlash(path), visit: progress.show))
      } else if access(path, F_OK) != 0 {
        throw CommandError.configuration("\(printable(path)) does not exist", hint: nil)
      } else if let match = HostFileNames.guess(path) {
        targets.add(ScanTarget(path: path, host: match.host, places: match.places))
      } else {
        throw CommandError.usage(
          "\(printable(path)) is no JSON, TOML or YAML file",
          hint: "name a host's file, or the folder that it lies in")
      }
    }
    return targets
  }

  private static func withoutSlash(_ path: String) -> String {
    path.hasSuffix("/") ? withoutSlash(String(path.dropLast())) : path
  }
}

/// Which file it is at, on a terminal, after the first second.
final class ScanProgress {
  private let start = MonotonicInstant.now
  private let isShown = isatty(STDERR_FILENO) == 1
  private var shown = false

  func show(_ path: String) {
    guard isShown, MonotonicInstant.now - start > .seconds(1) else { return }
    shown = true
    let name = printable(path, limit: 60)
    write("\r\u{1B}[Klooking at \(name)")
  }

  func clear() {
    if shown { write("\r\u{1B}[K") }
    shown = false
  }

  private func write(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { Platform.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
