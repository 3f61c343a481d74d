internal import Broker
internal import CSodium
internal import NetClient
internal import Platform
internal import Secrets

extension Check {
  /// What a support thread asks first.
  static let versions = Check("versions", [.system], needsHome: false) { _ in
    var findings = [
      CheckFinding(
        .ok,
        "mcp-valet \(ProductVersion.text), libsodium \(String(cString: sodium_version_string())), "
          + "\(SystemName.text)")
    ]
    let ours = OwnProgram.path ?? ""
    // Installed, the others lie in libexec/mcp-valet of the prefix, and this one is in its bin.
    let programs = [
      (
        "mcp-valet", ["run", "--version"],
        OwnProgram.candidates("mcp-valet") + InstalledProgram.candidates
      ),
      (
        NetProcess.programName, ["--version"], OwnProgram.candidates(NetProcess.programName)
      ),
    ]
    for (name, words, candidates) in programs {
      guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else {
        findings.append(
          CheckFinding(
            .failure, "\(name) is missing beside \(ours)", next: OwnProgram.installationHint))
        continue
      }
      let version = VersionQuestion.ask([path] + words)
      guard version != ProductVersion.text else { continue }
      findings.append(
        CheckFinding(
          .failure,
          "\(path) is \(version.map { "of version \($0)" } ?? "of no known version"), and the "
            + "commands are of \(ProductVersion.text)", next: OwnProgram.installationHint))
    }
    return findings
  }
}

/// The program that hosts start, as it was installed with this one.
enum InstalledProgram {
  static var candidates: [String] {
    OwnProgram.candidates("../../bin/mcp-valet")
  }

  /// Absolute, without links; `nil` when it is not there.
  static var path: String? {
    for candidate in OwnProgram.candidates("mcp-valet") + candidates {
      guard access(candidate, X_OK) == 0, let resolved = realpath(candidate, nil) else { continue }
      defer { free(resolved) }
      return String(validatingCString: resolved)
    }
    return nil
  }
}

/// The system's name and version, as `uname -srm` says it.
private enum SystemName {
  static var text: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "an unknown system" }
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    return "\(text(name.sysname)) \(text(name.release)) \(text(name.machine))"
  }
}
