/// Goes over a whole log, record by record.
package final class AuditVerifier {
  private let snapshot: AuditSnapshot
  private let anchors: [(anchor: AuditAnchor, witness: AuditVerification.Witness)]
  private let withRoots: (((UnsafeRawBufferPointer) -> Void) -> Void)?

  private var result = AuditVerification()
  private var expected: UInt64?
  /// Of the line before; `nil` where that is in doubt.
  private var previous: [UInt8]?
  private var epoch: AuditRecord.Chain?
  private var chain: AuditChain?
  private var wasProved = false
  /// What holds if the epoch that begins here is one of which the key file never heard.
  private var fallback: Fallback?
  /// Bytes in a row that are no record.
  private var foreign = 0
  private var foreignPlace = (file: "", line: 0)
  private var missing: [ClosedRange<UInt64>] = []
  private var unproved: ClosedRange<UInt64>?
  private var place = (file: "", line: 0)
  /// 16 million keys: seconds.
  private var work: UInt64 = 1 << 24

  private struct Fallback {
    var chain: AuditChain?
    var epoch: AuditRecord.Chain?
    var previous: [UInt8]?
    var number: UInt64
    var byteCount: Int
  }

  /// - Parameters:
  ///   - anchors: what is known of the log elsewhere.
  ///   - withRoots: calls its argument with each root that the vault has had; `nil` while it is
  ///     locked.
  package init(
    _ snapshot: AuditSnapshot, anchors: [(AuditAnchor, AuditVerification.Witness)],
    withRoots: (((UnsafeRawBufferPointer) -> Void) -> Void)?
  ) {
    self.snapshot = snapshot
    self.anchors = anchors
    self.withRoots = withRoots
  }

  /// - Returns: all that is wrong, in the order of the log.
  package func run() -> AuditVerification {
    for file in snapshot.files { take(file) }
    finish()
    return result
  }

  private func take(_ file: AuditSnapshot.File) {
    // A first file starts with the first record; of a later one nobody knows with which.
    if expected == nil, file.segment == 1 || file.segment == nil && snapshot.state?.segment == 1 {
      expected = 1
      previous = AuditState.noDigest
    }
    file.bytes.withUnsafeBytes { bytes in
      var start = 0
      var number = 0
      while start < bytes.count {
        number += 1
        place = (file.name, number)
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
        let line = UnsafeRawBufferPointer(rebasing: bytes[start..<(end ?? bytes.count)])
        // A line without its newline was not finished, whatever it says.
        if end != nil, let record = AuditRecord(line) {
          take(record, line)
        } else {
          addForeign(line.count + (end == nil ? 0 : 1))
        }
        start = (end ?? bytes.count) + 1
      }
    }
  }

  private func addForeign(_ byteCount: Int) {
    if foreign == 0 { foreignPlace = place }
    foreign += byteCount
  }

  private func take(_ record: AuditRecord, _ line: UnsafeRawBufferPointer) {
    if let epoch = record.chain, epoch.epochID != self.epoch?.epochID || record.event == "begun" {
      if enter(epoch, record, line) { return }
    }
    if let chain {
      guard isAuthentic(record, line, chain) else {
        if returnsFromLostEpoch(record, line) { return }
        return reject()
      }
    } else if let range = unproved, record.number == range.upperBound + 1 {
      unproved = range.lowerBound...record.number
    } else {
      closeUnproved()
      unproved = record.number...record.number
    }
    fallback = nil
    // The first record of a file that goes on with the epoch: which files are kept by now.
    if let epoch = record.chain { self.epoch = epoch }
    accept(record, line)
  }

  /// A record of a new chain of keys.
  ///
  /// - Returns: whether the record is dealt with.
  private func enter(
    _ epoch: AuditRecord.Chain, _ record: AuditRecord, _ line: UnsafeRawBufferPointer
  ) -> Bool {
    let next = withRoots.flatMap { AuditChain(epoch, $0) }
    if let next {
      guard isAuthentic(record, line, next) else {
        reject()
        return true
      }
      closeUnproved()
    } else if withRoots != nil, let chain, isAuthentic(record, line, chain) {
      // Says that it begins an epoch and is one of the old one: no writer does that.
      reject()
      return true
    }
    let before = Fallback(
      chain: chain, epoch: self.epoch, previous: previous, number: record.number,
      byteCount: line.count + 1)
    if chain != nil { wasProved = true }
    chain = next
    self.epoch = epoch
    if next == nil, let unproved {
      self.unproved = unproved.lowerBound...max(unproved.upperBound, record.number)
    }
    if next == nil, unproved == nil { unproved = record.number...record.number }
    accept(record, line)
    fallback = before
    return true
  }

  private func isAuthentic(
    _ record: AuditRecord, _ line: UnsafeRawBufferPointer, _ chain: AuditChain
  ) -> Bool {
    chain.withKey(of: record.number, &work) { record.isAuthentic(line, key: $0) } ?? false
  }

  /// A writer that is killed before the key file hears of a new epoch leaves the epoch's first
  /// record; the next writer marks it as torn, under the key that it finds.
  private func returnsFromLostEpoch(_ record: AuditRecord, _ line: UnsafeRawBufferPointer) -> Bool {
    guard let fallback, let chain = fallback.chain, record.event == "torn", foreign == 0,
      record.byteCount == UInt64(fallback.byteCount), record.number == fallback.number,
      isAuthentic(record, line, chain)
    else { return false }
    self.fallback = nil
    self.chain = chain
    epoch = fallback.epoch
    previous = fallback.previous
    expected = fallback.number
    unproved = nil
    foreign = fallback.byteCount
    result.recordCount -= 1
    accept(record, line)
    return true
  }

  /// A record that is not what was written.
  private func reject() {
    fallback = nil
    closeForeign()
    let number = expected ?? 0
    result.findings.append(.changed(number, file: place.file, line: place.line))
    result.recordCount += 1
    previous = nil
    if let expected {
      self.expected = expected + 1
      result.last = expected
    }
  }

  private func accept(_ record: AuditRecord, _ line: UnsafeRawBufferPointer) {
    if record.event == "torn" || record.event == "begun", foreign > 0,
      record.byteCount == UInt64(foreign)
    {
      result.notes.append(.torn(byteCount: foreign, record.number))
      foreign = 0
    }
    closeForeign()
    result.recordCount += 1
    let digest = AuditHash.digest(line)
    let number = record.number
    if let expected, number < expected { return acceptEarlier(number) }
    if let expected, number > expected {
      missing.append(expected...number - 1)
    } else if let previous, previous != record.previous {
      // Where codes are checked, both records are genuine; else the one before may be changed.
      result.findings.append(
        chain == nil
          ? .changed(number - 1, file: place.file, line: max(place.line - 1, 1))
          : .forked(number, file: place.file, line: place.line))
    }
    for (anchor, _) in anchors where anchor.number == number && anchor.digest != digest {
      result.findings.append(.changed(number, file: place.file, line: place.line))
    }
    expected = number + 1
    previous = digest
    result.last = number
  }

  /// Behind a later one: it was missed there, or it is there twice.
  private func acceptEarlier(_ number: UInt64) {
    guard let index = missing.firstIndex(where: { $0.contains(number) }) else {
      result.findings.append(.repeated(number, file: place.file, line: place.line))
      return
    }
    let range = missing.remove(at: index)
    if range.upperBound > number { missing.insert(number + 1...range.upperBound, at: index) }
    if range.lowerBound < number { missing.insert(range.lowerBound...number - 1, at: index) }
    result.findings.append(.reordered(number, file: place.file, line: place.line))
  }

  private func closeForeign() {
    if foreign > 0 {
      result.findings.append(
        .foreign(byteCount: foreign, file: foreignPlace.file, line: foreignPlace.line))
    }
    foreign = 0
  }

  private func closeUnproved() {
    if let unproved, withRoots != nil {
      if wasProved {
        result.findings.append(.unproved(unproved))
      } else {
        result.notes.append(.unproved(unproved))
      }
    }
    unproved = nil
  }

  private func finish() {
    if foreign > 0 {
      result.notes.append(.tornEnd(byteCount: foreign))
      foreign = 0
    }
    closeUnproved()
    for range in missing { result.findings.append(.missing(range)) }
    checkFiles()
    var isCut = false
    for (anchor, witness) in anchors where anchor.number > result.last {
      isCut = true
      result.findings.append(.cut(after: result.last, known: anchor.number, witness))
    }
    if let epoch, anchors.contains(where: { $0.anchor.logID != epoch.logID }) {
      result.findings.append(.otherLog)
    }
    if withRoots == nil, result.recordCount > 0 { result.notes.append(.codesNotChecked) }
    checkKey(isCut: isCut)
  }

  private func checkFiles() {
    guard let epoch else { return }
    let lowest = snapshot.files.first?.segment ?? epoch.segment
    if lowest > epoch.firstSegment {
      for segment in epoch.firstSegment..<min(lowest, epoch.firstSegment + 100) {
        result.findings.append(.missingFile(segment))
      }
    } else if lowest > 1, let first = snapshot.records.first {
      result.notes.append(.dropped(before: first.number))
    }
  }

  private func checkKey(isCut: Bool) {
    guard let state = snapshot.state else {
      // A writer that is killed while it begins the first log leaves no more than that it did so.
      let isMore = !anchors.isEmpty || snapshot.records.contains { $0.event != "begun" }
      if result.recordCount > 0 && isMore || snapshot.hasKeyFile && !snapshot.files.isEmpty {
        result.findings.append(.keyMissing)
      }
      return
    }
    if state.next - 1 > result.last {
      if !isCut {
        result.findings.append(.cut(after: result.last, known: state.next - 1, .keyFile))
      }
      return
    }
    guard let epoch else { return }
    var isSame = state.epochID == epoch.epochID && state.logID == epoch.logID
    if isSame, let chain {
      let key = UnsafeRawBufferPointer(snapshot.memory.key)
      isSame = chain.withKey(of: state.next, &work) { $0.elementsEqual(key) } ?? false
    }
    if !isSame, fallback == nil { result.findings.append(.keyDiffers) }
  }
}
