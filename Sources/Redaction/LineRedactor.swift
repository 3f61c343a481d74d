package import Secrets

/// Replaces secrets in the lines that a server writes to its standard output.
///
/// A line that shows no secret, as nearly all do, is read once and not copied. In a message that
/// does, each string and number is looked at by itself, so that the line stays JSON and its
/// structure stays what it was: a secret is replaced where one string or one number holds the whole
/// of it. Left alone is what the host needs to make sense of the message and what is no place for a
/// secret: the keys that JSON-RPC knows, the value of `id`, without which an answer would reach
/// nobody, and a `method` that is one of the specification's. Whoever asks has to see to it that
/// an `id` shows no secret that the host does not know. All other lines are plain text.
package struct LineRedactor: ~Copyable {
  package enum Outcome {
    /// The line can be passed on as it is.
    case unchanged
    /// What to pass on in its place; valid until the next call.
    case changed(UnsafeBufferPointer<UInt8>)
  }

  var scanner: Scanner
  var output = OutputBuffer()
  /// Since the redactor was made.
  package private(set) var counts = RedactionCounts()

  package init() throws(SecretMemoryError) { scanner = try Scanner() }

  /// - Parameters:
  ///   - line: one line, with or without its line end.
  ///   - isMessage: whether it is a message, or a batch of them, that is to stay one. What is not
  ///     JSON is taken for plain text nevertheless.
  ///   - patterns: the values to look for.
  package mutating func redact(
    _ line: UnsafeBufferPointer<UInt8>, isMessage: Bool, _ patterns: borrowing SecretPatterns
  ) -> Outcome {
    if output.count > 0 { output.clear() }
    guard scanner.finds(ScanContext(line, patterns, stopsAtFirst: true)) else { return .unchanged }
    var replaced = RedactionCounts()
    if !isMessage || !redactMessage(line, patterns, &replaced) {
      output.clear()
      replaced = RedactionCounts()
      scanner.findAll(ScanContext(line, patterns))
      appendRedacted(line, patterns, &replaced)
    }
    if replaced.total == 0 {
      output.clear()
      return .unchanged
    }
    counts.add(replaced)
    return .changed(output.bytes)
  }

  /// Appends `text` with a marker in place of each cluster that the scanner found in it.
  mutating func appendRedacted(
    _ text: UnsafeBufferPointer<UInt8>, _ patterns: borrowing SecretPatterns,
    _ replaced: inout RedactionCounts
  ) {
    var copied = 0
    for cluster in scanner.found.clusters {
      output.append(UnsafeBufferPointer(rebasing: text[copied..<cluster.start]))
      output.append(patterns.values.markers[cluster.name])
      replaced.note(cluster.name)
      copied = cluster.end
    }
    output.append(UnsafeBufferPointer(rebasing: text[copied...]))
  }
}
