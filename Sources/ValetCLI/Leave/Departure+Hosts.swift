internal import ArgumentParser
internal import Broker
internal import Hosts
internal import Importing
internal import Secrets
internal import Vault

/// What stands between a person's keys and their end.
extension Departure {
  /// What was shown to the person is what is there still.
  ///
  /// - Throws: ``CommandError/failed(_:hint:)``.
  func checkContents(_ store: VaultStore) throws {
    guard let contents, try contents.isSame(as: VaultContents(context, store)) else {
      throw Self.changed
    }
  }

  /// As ``checkContents(_:)``, when hosts have their keys back.
  func checkSecrets(_ store: VaultStore) throws {
    guard let contents, try contents.secrets == VaultContents(context, store).secrets else {
      throw Self.changed
    }
  }

  private static let changed = CommandError.failed(
    "the vault was changed after you were asked, so it is not removed", hint: "mcp-valet leave")

  /// - Throws: ``CommandError/failed(_:hint:)`` when a server is left that its host still starts
  ///   through us, unless `--force` was given.
  mutating func undoHosts(_ store: VaultStore) throws {
    var isWhole = true
    let imports = Dictionary(grouping: try VaultContents(context, store).imports, by: \.host)
    for (id, entries) in imports.sorted(by: { $0.key < $1.key }) {
      // Of a file that is gone nothing can be put back; that was said.
      let records = entries.filter { !ImportedFile($0).pending.isEmpty }
      if records.isEmpty { continue }
      do {
        let host = try Host.named(id)
        try UndoCommand.parse([id])
          .carryOut(records.map { ($0.name, $0.record) }, host, context, store, isAgreed: true)
      } catch is ArgumentParser.ExitCode {
        // It has said why.
        isWhole = false
      } catch {
        Report.error(error)
        isWhole = false
      }
    }
    let failed = try VaultContents(context, store).imports.map { ImportedFile($0) }
      .filter { !$0.pending.isEmpty }
    if failed.isEmpty, isWhole { return }
    try stop(for: failed)
  }

  /// - Parameter failed: what has no keys; empty where something else went wrong, such as a file that
  ///   may not outlast a power failure.
  private mutating func stop(for failed: [ImportedFile]) throws {
    let servers = failed.map { file in
      let names = file.pending.map { printable(file.title(of: $0)) }.joined(separator: ", ")
      return "\(names) in \(printable(file.record.path, limit: .max))"
    }
    guard isForced else {
      throw CommandError.failed(
        servers.isEmpty
          ? "not every host's file is as it should be, so nothing is removed"
          : "the keys of \(servers.joined(separator: "; ")) are not back, so nothing is removed",
        hint: "mend what is named above, then: mcp-valet leave; or mcp-valet leave --force")
    }
    for server in servers {
      Report.warning("lost by --force: the keys of \(server)")
      leave(
        "\(server): no key was put back; write it there by hand", isForAnotherRun: false)
    }
    if isUnattended { return }
    guard let terminal = Terminal.open(), terminal.confirm("Remove everything all the same?") else {
      throw CommandError.refused("nothing was removed", hint: nil)
    }
  }
}
