/// How often each secret was replaced.
package struct RedactionCounts: Sendable {
  private var counts: [Int] = []

  /// For a secret by the index of its name in ``SearchedValues/names``.
  package subscript(name: Int) -> Int { name < counts.count ? counts[name] : 0 }

  /// Of all secrets together.
  package var total: Int { counts.reduce(0, +) }

  mutating func note(_ name: Int) {
    while counts.count <= name { counts.append(0) }
    counts[name] += 1
  }

  mutating func add(_ other: RedactionCounts) {
    for (name, count) in other.counts.enumerated() {
      while counts.count <= name { counts.append(0) }
      counts[name] += count
    }
  }
}
