internal import ArgumentParser
internal import Broker
internal import Hosts
internal import Importing
internal import JSONText
internal import Platform
internal import Presets
internal import Scanning
internal import Secrets
internal import Vault

/// What is said at the end of an import.
struct ImportEnd {
  let planner: ImportPlanner

  init(_ planner: ImportPlanner) { self.planner = planner }

  /// What was not moved, where it stands, and what to do about it.
  ///
  /// - Parameters:
  ///   - written: files that were changed as planned.
  ///   - store: as it is now; `nil` where there is none, or it cannot be opened.
  ///   - isPlanOnly: whether what is not stored now would be.
  func showRest(written: [String], _ store: VaultStore?, isPlanOnly: Bool) {
    for file in planner.files where file.hasRemarks {
      var places = file.places(isWritten: written.contains(file.file.path))
      func place(_ path: ValuePath) -> String {
        let position = places.position(of: path).map { ":\($0.line):\($0.column)" } ?? ""
        return "\(file.file.path)\(position)"
      }
      for remark in file.leftAlone {
        Report.warning(
          "\(place(remark.path)): \(printable(remark.server)) is left as it is: \(remark.text)")
      }
      for key in file.staying {
        let words = ImportWords.staying(
          key, isStored: isStored(key.secret, store), isPlanOnly: isPlanOnly)
        Report.note("\(place(key.path)): \(printable(key.server)): \(words)")
      }
    }
    for (path, text) in planner.snippets {
      Report.note("\(path) is not written by this version; paste this:")
      Report.output(text)
    }
    showLeftKeys(written: written, isPlanOnly: isPlanOnly)
  }

  private func isStored(_ name: SecretName?, _ store: VaultStore?) -> Bool {
    guard let name, let store else { return false }
    return (try? store.read([.vault(name)]).contains(.vault(name))) == true
  }

  /// Every key that was on the disk: whoever could read the file has it.
  ///
  /// - Parameter hosts: whose copies are looked at.
  func showKeys(_ stored: [ImportSecret], of hosts: [String]) {
    // Of a file of one's own and a project's, a key may be here twice.
    let keys = stored.filter { !$0.isAskedFor }.reduce(into: [ImportSecret]()) { keys, key in
      if !keys.contains(where: { $0.name == key.name }) { keys.append(key) }
    }
    guard !keys.isEmpty else { return }
    Report.note("these keys were on the disk in plain text; replace them with new ones:")
    for key in keys {
      let page = key.shape?.revocationPage.map { "  \($0)" } ?? ""
      let provider = key.shape.map { " (\($0.provider))" } ?? ""
      Report.output("  \(key.name)  \(printable(key.masked))\(provider)\(page)")
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
