/// A run of text to be replaced: matches that overlap or touch one another.
struct Cluster {
  private(set) var start: Int
  private(set) var end: Int
  /// The longest match in it, which gives the name: where it begins, its length, its needle.
  private var longestStart: Int
  private var longest: Int
  private var needle: Int
  private(set) var name: Int

  /// Of one match.
  init(_ range: Range<Int>, needle: Int, name: Int) {
    start = range.lowerBound
    end = range.upperBound
    longestStart = start
    longest = range.count
    self.needle = needle
    self.name = name
  }

  func touches(_ other: Cluster) -> Bool { start <= other.end && other.start <= end }

  /// The outcome does not depend on the order in which matches come.
  mutating func absorb(_ other: Cluster) {
    start = min(start, other.start)
    end = max(end, other.end)
    let mine = (-longest, longestStart, needle)
    let others = (-other.longest, other.longestStart, other.needle)
    if others < mine {
      (longest, longestStart, needle) = (other.longest, other.longestStart, other.needle)
      name = other.name
    }
  }

  mutating func widen(to range: Range<Int>) {
    start = min(start, range.lowerBound)
    end = max(end, range.upperBound)
  }

  /// After `offset` bytes were dropped from the beginning of the text.
  mutating func shift(by offset: Int) {
    start -= offset
    end -= offset
    longestStart -= offset
  }
}

/// The clusters of one scan.
struct ClusterList {
  private(set) var clusters: [Cluster] = []

  /// Matches come nearly in order within each view, so that a text made of matches stays short.
  mutating func add(_ cluster: Cluster) {
    if let last = clusters.indices.last, clusters[last].touches(cluster) {
      clusters[last].absorb(cluster)
    } else {
      clusters.append(cluster)
    }
  }

  /// In order and apart.
  mutating func merge() {
    guard clusters.count > 1 else { return }
    clusters.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    var kept = 0
    for index in 1..<clusters.count {
      if clusters[kept].touches(clusters[index]) {
        clusters[kept].absorb(clusters[index])
      } else {
        kept += 1
        clusters[kept] = clusters[index]
      }
    }
    clusters.removeSubrange((kept + 1)...)
  }

  /// Widens every cluster, which may make some touch.
  mutating func widen(_ body: (Cluster) -> Range<Int>) {
    for index in clusters.indices { clusters[index].widen(to: body(clusters[index])) }
    merge()
  }

  /// Room for 1024 is kept.
  mutating func clear() { clusters.removeAll(keepingCapacity: clusters.capacity <= 1024) }
}
