internal import Broker
internal import Importing
internal import JSONText
internal import Secrets

extension ImportEnd {
  /// Where keys stand in plain text still, by file, line and column: in comments, and copies of what
  /// moved where nothing shows that it is a key.
  ///
  /// - Parameters:
  ///   - written: files that were changed as planned.
  ///   - isPlanOnly: whether all of them would be.
  func showLeftKeys(written: [String], isPlanOnly: Bool) {
    func isChanged(_ file: PlannedFile) -> Bool { isPlanOnly || written.contains(file.file.path) }
    let names = Set(planner.files.filter(isChanged).flatMap(\.rewrites).flatMap(\.secrets))
    let moved = planner.book.secrets.filter { names.contains($0.name) }
    for file in planner.files + planner.untouched {
      let document = isChanged(file) ? file.document : file.old
      var places = file.places(isWritten: isChanged(file))
      let known = file.staying.compactMap { places.position(of: $0.path) }
      let keys = LeftKey.find(moved, in: document, besides: known)
      for key in keys {
        let place = "\(file.file.path):\(key.position.line):\(key.position.column)"
        Report.warning("\(place): \(Self.text(key.kind, isPlanOnly: isPlanOnly))")
      }
      if keys.count == LeftKey.maximumCount {
        Report.warning("\(file.file.path) may hold more of them; the rest is not shown")
      }
    }
  }

  private static func text(_ kind: LeftKey.Kind, isPlanOnly: Bool) -> String {
    switch kind {
    case .moved(let name):
      "the value of valet://\(name) \(isPlanOnly ? "would stand" : "stands") here still, in plain "
        + "text: take it out by hand"
    case .comment(let masked):
      "a key stands in a comment, \(printable(masked)): take it out by hand, and replace it with a "
        + "new one"
    }
  }
}
