internal import Broker
internal import Files
internal import Keyring
internal import Platform
internal import Secrets
internal import Vault

extension Check {
  /// Whether the vault is there, whole, and open.
  static let vault = Check("vault", [.files, .bus]) { examination in
    do {
      let location = VaultAccess(try examination.home()).location
      let header = try VaultStore.peek(location).header
      let start = MonotonicInstant.now
      let opened = try QuietVault.open(examination)
      let time = milliseconds(since: start)
      var findings: [CheckFinding] = []
      if let opened {
        let count = try opened.store.list().count
        findings.append(
          CheckFinding(
            .ok,
            "unlocked in \(time) ms by \(opened.way.rawValue): \(count) "
              + "\(count == 1 ? "secret" : "secrets"), generation \(header.generation)"))
        findings += opened.store.takeWarnings().map(CheckFinding.init(_:))
      } else {
        findings.append(CheckFinding(.note, "it is locked", next: "mcp-valet unlock"))
      }
      findings += interruptedLeave(try examination.home())
      if findings.allSatisfy({ !$0.outcome.wantsAction }),
        let (found, seen) = try VaultStore.rollback(location)
      {
        findings.append(
          CheckFinding(
            opened == nil
              ? .looksRolledBack(found: found, seen: seen) : .rolledBack(found: found, seen: seen)))
      }
      return findings
    } catch VaultError.missing {
      return [noVault(try? examination.home())]
    } catch {
      return [CheckFinding(error)]
    }
  }

  private static func noVault(_ context: Context?) -> CheckFinding {
    if let lost = context.flatMap(LostVault.init) {
      return CheckFinding(
        .failure, lost.isLeft ? "\(lost.message): a 'leave' was interrupted" : lost.message,
        next: lost.next)
    }
    return interruptedLeave(context).first
      ?? CheckFinding(.note, "there is none yet", next: "mcp-valet set NAME")
  }

  /// One that was agreed to, and has not come to its end.
  private static func interruptedLeave(_ context: Context?) -> [CheckFinding] {
    guard let context, LeaveMarker.isThere(context) else { return [] }
    if LeaveMarker.read(context) != nil {
      return [CheckFinding(.warning, "a 'leave' was interrupted", next: "mcp-valet leave")]
    }
    return [CheckFinding(.note, "a 'leave' of another vault, or an earlier state, was interrupted")]
  }

  /// Whether it opens where there is no desktop, and when all else is lost.
  static let slots = Check("slots", [.files]) { examination in
    guard let context = examination.context,
      let header = try? VaultStore.peek(VaultAccess(context).location).header
    else { return [CheckFinding(.ok, "there is no vault to open")] }
    let kinds = header.slots.compactMap(\.kind)
    var findings: [CheckFinding] = []
    let hasKeyFile = kinds.contains(.keyFile)
    if hasKeyFile || kinds.contains(.passphrase) {
      let titles = kinds.filter { $0 != .recoveryKey }.map(\.title).joined(separator: ", ")
      findings.append(CheckFinding(.ok, "it opens with: \(titles)"))
    } else {
      findings.append(
        CheckFinding(
          .warning,
          "it opens with the desktop's keyring only: not over SSH, in a container, or as a service",
          next: "mcp-valet vault slot add --passphrase"))
    }
    if !hasKeyFile, !kinds.contains(.keyring), Pinentry.find(context.locations) == nil {
      findings.append(
        CheckFinding(
          .note,
          "a host that starts a server cannot ask for the passphrase here: unlock the vault first",
          next: "mcp-valet unlock"))
    }
    if !kinds.contains(.recoveryKey) {
      findings.append(
        CheckFinding(
          .note, "there is no recovery key for the day all else is lost",
          next: "mcp-valet vault recovery"))
    }
    return findings
  }

  /// Whether the key file is there and opens the vault.
  static let keyFile = Check("key-file", [.files]) { examination in
    guard let context = examination.context,
      let sealed = try? VaultStore.peek(VaultAccess(context).location),
      sealed.header.slots.contains(where: { $0.kind == .keyFile })
    else { return [CheckFinding(.ok, "the vault needs none")] }
    let candidates = KeySearch.keyFiles(context)
    if candidates.isEmpty {
      return [
        CheckFinding(
          .warning, "the vault opens with a key file, and nothing says where it is",
          next: "echo /path/of/the/key > \(shellWord(context.locations.config + "/key-file"))")
      ]
    }
    return candidates.map { candidate in
      do {
        let secret = try KeyFile.read(candidate.path, privacy: candidate.privacy)
        _ = try sealed.unlock(with: secret)
        return CheckFinding(.ok, "\(candidate.path) opens the vault")
      } catch VaultError.wrongKey {
        return CheckFinding(
          .failure, "\(candidate.path) is not the vault's key file",
          next: "mcp-valet unlock, then mcp-valet vault slot list")
      } catch {
        return CheckFinding(error, about: "the key file: ")
      }
    }
  }

  /// Whether the kernel keeps the key between two commands.
  static let kernelCache = Check("kernel-cache", [.system], needsHome: false) { examination in
    do {
      // Of no vault: the answer is in whether there is one.
      _ = try KeyCache.load(vaultID: String(repeating: "0", count: 32))
      return [CheckFinding(.ok, "the kernel can keep the key of an unlocked vault")]
    } catch {
      return [CheckFinding(error, as: .note)]
    }
  }

  static func milliseconds(since start: MonotonicInstant) -> Int64 {
    let time = (MonotonicInstant.now - start).components
    return time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000
  }
}

extension CheckFinding {
  fileprivate init(_ warning: VaultWarning) {
    self.init(.warning, warning.message, next: warning.hint)
  }
}
