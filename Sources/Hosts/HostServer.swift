/// A text of a host's file, and where it stands.
package struct HostSlot: Hashable, Sendable {
  /// What the file says, escapes resolved. Of a value that is no string (a number, `true`), as it
  /// is written.
  package let text: String
  package let isString: Bool
  /// In bytes of the file, quotes included. Means nothing after an edit; ``path`` does.
  package let span: Range<Int>
  package let path: ValuePath
}

/// A slot with a name: a variable, a header, a member.
package struct HostVariable: Hashable, Sendable {
  package let name: String
  package let slot: HostSlot
}

/// One server of a host's file.
package struct HostServer: Sendable {
  package let name: String
  /// The project's folder, for hosts that keep several projects in one file.
  package let project: String?
  /// The way to the server's table.
  package let path: ValuePath
  /// Names the members, for writing.
  package let members: ServerMembers
  /// In bytes: the server's table, or its header.
  package let span: Range<Int>
  package let command: HostSlot?
  package let arguments: [HostSlot]
  package let environment: [HostVariable]
  package let headers: [HostVariable]
  /// Under the name of the member that holds it.
  package let urls: [HostVariable]
  /// `stdio`, `http`, `local` … as it stands.
  package let type: String?
  package let isDisabled: Bool
  /// All other strings within the server, under their names from the server on, joined by dots.
  package let others: [HostVariable]
}
