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
    let programs = [
      ("mcp-valet", ["run", "--version"], OwnProgram.launcher),
      (
        NetProcess.programName, ["--version"],
        OwnProgram.candidates(NetProcess.programName).first { access($0, X_OK) == 0 }
      ),
    ]
    for (name, words, path) in programs {
      guard let path else {
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
