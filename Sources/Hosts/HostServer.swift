/// A text of a host's file, and where it stands.
package struct HostSlot: Hashable, Sendable {
  /// What the file says, escapes resolved. Of a value that is no string (a number, `true`), as it
  /// is written.
  package let text: String
  /// Whether it is a string in the file. What is none (a number, `true`) cannot hold a reference.
  package let isString: Bool
  /// In bytes of the file, quotes included. Means nothing after an edit; ``path`` does.
  package let span: Range<Int>
  /// The way to it; means the same after edits elsewhere.
  package let path: ValuePath
}

/// A slot with a name: a variable, a header, a member.
package struct HostVariable: Hashable, Sendable {
  /// As the file has it, escapes resolved; of a text deep within a server, names joined by dots.
  package let name: String
  /// Its value.
  package let slot: HostSlot
}

/// One server of a host's file.
package struct HostServer: Sendable {
  /// As the host shows it; empty for an element of a list that has none.
  package let name: String
  /// The project's folder, for hosts that keep several projects in one file.
  package let project: String?
  /// The way to the server's table.
  package let path: ValuePath
  /// Names the members, for writing.
  package let members: ServerMembers
  /// In bytes: the server's table, or its header.
  package let span: Range<Int>
  /// `nil` for a remote server, and where none can be read.
  package let command: HostSlot?
  /// Strings, and numbers and the like as they are written; tables and arrays are left out.
  package let arguments: [HostSlot]
  /// Variables that the host sets for it, in the order of the file.
  package let environment: [HostVariable]
  /// HTTP headers of a remote server, in the order of the file.
  package let headers: [HostVariable]
  /// Under the name of the member that holds it.
  package let urls: [HostVariable]
  /// `stdio`, `http`, `local` … as it stands.
  package let type: String?
  /// Whether the host leaves it unstarted; its secrets stand in the file all the same.
  package let isDisabled: Bool
  /// All other strings within the server, under their names from the server on, joined by dots.
  package let others: [HostVariable]
}
