package import Hosts
package import JSONText

/// Where the servers of a file stand, and their texts, as an editor shows it: for messages.
package struct ServerPlaces {
  private var offsets: [ValuePath: Int] = [:]
  private var positions: PositionReader

  /// Reads the servers of those sections; later edits of the document are not seen.
  package init(_ document: HostDocument, _ sections: [ServerSection]) {
    positions = PositionReader(document.bytes)
    for server in document.servers(in: sections) {
      offsets[server.path] = server.span.lowerBound
      let named = server.environment + server.headers + server.urls + server.others
      let slots = [server.command].compactMap { $0 } + server.arguments + named.map(\.slot)
      for slot in slots { offsets[slot.path] = slot.span.lowerBound }
    }
  }

  /// `nil` for what is not there.
  ///
  /// - Parameter path: of a server, or of a slot of one.
  package mutating func position(of path: ValuePath) -> TextPosition? {
    offsets[path].map { positions.position(of: $0) }
  }
}
