/// The names that we give files, each with the `.new` of one that was being written.
enum OwnName {
  /// Held by whoever writes the vault.
  static let vaultLock = "vault.lock"

  static func isConfiguration(_ name: Substring) -> Bool {
    [
      "servers.json", "servers.json.lock", "audit.sync", "net-proxy", "net-certificates",
      "presets.json", "key-file", "pinentry",
    ].contains(withoutNew(name))
  }

  static func isData(_ name: Substring) -> Bool {
    let name = withoutNew(name)
    return ["vault", vaultLock[...], "vault.bak", "rotate.lock"].contains(name)
      || isBackup(name)
  }

  /// A copy that somebody made may have a date in that place.
  private static func isBackup(_ name: Substring) -> Bool {
    guard isNumber(name, behind: "vault.bak."), let digit = name.last else { return false }
    return name.utf8.count == "vault.bak.".utf8.count + 1 && digit != "0"
  }

  static func isConnection(_ name: Substring) -> Bool {
    let name = withoutNew(name)
    return isID(name.hasSuffix(".lock") ? name.dropLast(".lock".count) : name)
  }

  static func isState(_ name: Substring) -> Bool {
    let name = withoutNew(name)
    return ["audit.key", "audit.log", "vault-generation", "import.lock", "rotate.lock"]
      .contains(name) || name == LeaveMarker.fileName || isNumber(name, behind: "audit.log.")
  }

  /// Sockets are `PID.sock`, `PID-N.sock` and, before they have their name, `.PID-RANDOM.sock.new`.
  static func isRuntime(_ name: Substring) -> Bool {
    let plain = withoutNew(name)
    for suffix in [".sock", ".exec"] where plain.hasSuffix(suffix) {
      let number = plain.dropLast(suffix.count).drop { $0 == "." }
      return number.first?.isNumber == true && number.allSatisfy { $0.isHexDigit || $0 == "-" }
    }
    return [
      "control.lock", "rotate.lock", "unlock.lock", "unlock.prompt", "unlock.prompt-failed",
      "unlock.keyring-failed",
    ].contains(plain)
  }

  static func isEmptyFolder(_ name: Substring) -> Bool {
    name == "empty" || isNumber(name, behind: "empty-")
  }

  /// A connection's, or a vault's: 16 bytes in hexadecimal digits.
  static func isID(_ name: Substring) -> Bool {
    name.utf8.count == 32 && name.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  static func isNumber(_ name: Substring, behind prefix: String = "") -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let digits = withoutNew(name.dropFirst(prefix.count))
    return !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }

  private static func withoutNew(_ name: Substring) -> Substring {
    name.hasSuffix(".new") ? name.dropLast(".new".count) : name
  }
}
