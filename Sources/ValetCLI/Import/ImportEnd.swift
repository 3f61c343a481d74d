internal import ArgumentParser
internal import Broker
internal import Hosts
internal import Importing
internal import Platform
internal import Presets
internal import Scanning
internal import Secrets

/// What is said at the end of an import.
struct ImportEnd {
  private let planner: ImportPlanner

  init(_ planner: ImportPlanner) { self.planner = planner }

  /// What was not moved, and what to do about it.
  func showRest() {
    for file in planner.files {
      ImportWords.leftAlone(file)
      for (server, what) in file.staying {
        Report.note("\(file.file.path): \(printable(server)): \(what)")
      }
    }
    for (path, text) in planner.snippets {
      Report.note("\(path) is not written by this version; paste this:")
      Report.output(text)
    }
  }

  /// Every key that was on the disk: whoever could read the file has it.
  ///
  /// - Parameter hosts: whose copies are looked at.
  func showKeys(_ stored: [ImportSecret], of hosts: [String]) {
    let keys = stored.filter { !$0.isAskedFor }
    guard !keys.isEmpty else { return }
    Report.note("these keys were on the disk in plain text; replace them with new ones:")
    for key in keys {
      let page = key.shape?.revocationPage.map { "  \($0)" } ?? ""
      let provider = key.shape.map { " (\($0.provider))" } ?? ""
      Report.output("  \(key.name)  \(key.masked)\(provider)\(page)")
    }
    Report.note("then: mcp-valet rotate NAME")
    showCopies(hosts)
  }

  /// Older versions of the files that hosts and editors keep.
  private func showCopies(_ hosts: [String]) {
    guard let surroundings = try? ImportFiles.surroundings() else { return }
    var targets = ScanTargets()
    targets.addUser(surroundings)
    for target in targets.targets
    where target.origin == .copy && hosts.contains(target.host.id) {
      guard let scan = FileScan.run(target), !scan.findings.isEmpty else { continue }
      Report.warning("a copy with keys in it is left: \(target.path)")
    }
  }

  /// Says all of them, and ends with the code of the first.
  func throwFirst(_ failures: [any ReportableError]) throws {
    for failure in failures { Report.error(failure) }
    if let first = failures.first { throw ArgumentParser.ExitCode(first.exitCode.rawValue) }
  }
}

extension ImportSecret {
  /// Never stood in a file.
  var isAskedFor: Bool { if case .input = source { true } else { false } }
}
