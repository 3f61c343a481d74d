import HostConfigs

@testable import Broker

/// What libFuzzer calls with each input: the words behind `run`, each on a line of its own.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = FuzzInput(data, count)
  // Options that no random bytes spell.
  let known = [
    "--", "--env", "--file", "--keep", "--exec", "--in-argv", "--no-redact", "--help", "-h", "-",
    "--swap", "--swap=never", "stop-first",
    "--env=A=b", "--keep=", "--exec=1", "A=b", "=", "name",
    // A mark that makes one character of itself and the sign in front of it.
    "A=\u{301}b", "--keep=\u{301}", "-\u{301}", "--env=A=\u{301}", "\u{301}=x",
  ]
  var words: [String] = []
  for _ in 0..<input.number(below: 8) { words.append(known[input.number(below: known.count)]) }
  words += input.texts
  let read = try? RunArguments(words[...])
  require(read == plainlyRead(words), "not as the plain reading: \(words)")
  return 0
}

/// As the manual has it, in two steps: what stands behind `--`, then pairs of option and value.
private func plainlyRead(_ words: [String]) -> RunArguments? {
  var own = words
  var read = RunArguments()
  var pairs: [(option: String, value: String?)] = []
  // `--` as an option's value is the end as well, and an option without a value then.
  if let end = words.firstIndex(where: { Array($0.utf8) == Array("--".utf8) }) {
    own = Array(words[..<end])
    read.command = Array(words[(end + 1)...])
  }
  var index = 0
  while index < own.count {
    let bytes = Array(own[index].utf8)
    index += 1
    guard bytes.first == 45, bytes.count > 1 else {
      if read.serverName != nil { return nil }
      read.serverName = String(decoding: bytes, as: UTF8.self)
      continue
    }
    let equals = bytes.firstIndex(of: 61)
    let option = String(decoding: bytes[..<(equals ?? bytes.count)], as: UTF8.self)
    var value = equals.map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) }
    if ["--env", "--file", "--keep", "--swap"].contains(option), value == nil {
      guard index < own.count else { return nil }
      value = own[index]
      index += 1
    }
    pairs.append((option, value))
  }
  for (option, value) in pairs {
    switch (option, value) {
    case ("--env", let value?):
      guard let assignment = assignment(value) else { return nil }
      read.environment.append(assignment)
    case ("--file", let value?):
      guard let assignment = assignment(value) else { return nil }
      read.files.append(assignment)
    case ("--keep", let value?): read.kept.append(value)
    case ("--swap", "overlap"?): read.swap = .overlap
    case ("--swap", "stop-first"?): read.swap = .stopFirst
    case ("--swap", "never"?): read.swap = .never
    case ("--exec", nil): read.executesInPlace = true
    case ("--in-argv", nil): read.allowsInArguments = true
    case ("--no-redact", nil): read.passesSecrets = true
    case ("--help", nil), ("-h", nil): read.wantsHelp = true
    default: return nil
    }
  }
  return read.serverName == nil && read.command == nil && !read.wantsHelp ? nil : read
}

private func assignment(_ text: String) -> RunArguments.Assignment? {
  let parts = Array(text.utf8).split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2, !parts[0].isEmpty else { return nil }
  return .init(
    name: String(decoding: parts[0], as: UTF8.self), text: String(decoding: parts[1], as: UTF8.self)
  )
}
