import Secrets
import Synchronization
import Testing
import ValetTesting

/// The suite itself: it lets a good store pass, and finds each fault that it is there to find.
struct StoreConformanceTests {
  @Test func acceptsAStoreThatKeepsTheRules() {
    #expect(brokenRules(nil) == [])
  }

  @Test(arguments: Fault.allCases)
  func finds(_ fault: Fault) {
    #expect(brokenRules(fault) != [])
  }

  private func brokenRules(_ fault: Fault?) -> [String] {
    let contents = Contents()
    return StoreConformance(writerCount: 4, writesPerWriter: 25) {
      FaultyStore(contents: contents, fault: fault)
    }.brokenRules()
  }
}

enum Fault: CaseIterable {
  case cutsAtNUL, trimsNewlines, cutsLongValues, keepsOldValue, dropsDetails, keepsDetailsOnRemoval
  case listsUnsorted, ignoresCase, throwsForMissing, removesMissingSilently, acceptsEmpty
  case acceptsTooLarge, acceptsLongNote, losesWrites, removesByPrefix
}

final class Contents: Sendable {
  struct Entry {
    var bytes: [UInt8]
    var details = SecretDetails()
  }
  let entries = Mutex<[String: Entry]>([:])
}

struct FaultyStore: SecretStore {
  let contents: Contents
  let fault: Fault?
  let scheme = SecretReference.Scheme.valet

  private func key(_ name: SecretName) -> String {
    fault == .ignoresCase ? name.text.lowercased() : name.text
  }

  func list() throws -> [SecretSummary] {
    let all = contents.entries.withLock { $0 }.map { text, entry in
      (text, entry.details)
    }
    let sorted = all.sorted { fault == .listsUnsorted ? $0.0 > $1.0 : $0.0 < $1.0 }
    return try sorted.map {
      SecretSummary(
        name: try SecretName($0.0), stored: nil, expires: $0.1.expires, note: $0.1.note ?? "")
    }
  }

  func read(_ references: [SecretReference]) throws -> SecretValues {
    var bytes: [UInt8] = []
    var places: [SecretValues.Place] = []
    for reference in Set(references) {
      guard let name = reference.name,
        let entry = contents.entries.withLock({ $0[key(name)] })
      else {
        if fault == .throwsForMissing { throw StoreError.missing(reference) }
        continue
      }
      places.append(.init(reference, bytes.count..<bytes.count + entry.bytes.count))
      bytes += entry.bytes
    }
    var memory = try SecretBytes(count: bytes.count)
    memory.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    return SecretValues(memory: memory, places: places)
  }

  func write(_ name: SecretName, value: borrowing SecretBytes, details: SecretDetails) throws {
    var bytes = value.withUnsafeBytes { Array($0) }
    if bytes.isEmpty, fault != .acceptsEmpty { throw StoreError.emptyValue(name) }
    if bytes.count > SecretLimits.maximumValueLength, fault != .acceptsTooLarge {
      throw StoreError.valueTooLarge(name, byteCount: bytes.count)
    }
    let noteLength = details.note?.utf8.count ?? 0
    if noteLength > SecretLimits.maximumNoteLength, fault != .acceptsLongNote {
      throw StoreError.noteTooLong(name, byteCount: noteLength)
    }
    switch fault {
    case .cutsAtNUL: bytes = Array(bytes.prefix { $0 != 0 })
    case .trimsNewlines: while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    case .cutsLongValues: bytes = Array(bytes.prefix(8192))
    default: break
    }
    let before = contents.entries.withLock { $0[key(name)] }
    var entry = before ?? Contents.Entry(bytes: bytes)
    if fault != .keepsOldValue { entry.bytes = bytes }
    let old = fault == .dropsDetails ? SecretDetails() : entry.details
    entry.details = SecretDetails(
      note: details.note ?? old.note, expires: details.expires ?? old.expires)
    contents.entries.withLock {
      if fault == .losesWrites, name.text.hasSuffix("/24") { return }
      $0[key(name)] = entry
    }
  }

  func remove(_ name: SecretName) throws {
    let found = contents.entries.withLock { entries in
      if fault == .removesByPrefix {
        for text in Array(entries.keys) where text.hasPrefix(name.text + "/") {
          entries[text] = nil
        }
      }
      if fault == .keepsDetailsOnRemoval, let old = entries[key(name)] {
        entries[key(name)] = Contents.Entry(bytes: [], details: old.details)
        return true
      }
      return entries.removeValue(forKey: key(name)) != nil
    }
    if !found, fault != .removesMissingSilently { throw StoreError.missing(.vault(name)) }
  }
}
