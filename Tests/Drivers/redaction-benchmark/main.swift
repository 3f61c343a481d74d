// How fast lines are searched for twenty secrets, and what that takes in memory. Prints a table;
// the machine and its other load decide the numbers.
//
//   redaction-benchmark            typical lines
//   redaction-benchmark hostile    64 MiB made to be slow
import Platform
import Redaction
import Secrets
import ValetTesting

private func seconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

private func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// With one decimal.
private func rounded(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}

/// Kilobytes of anonymous memory of this process, locked memory included; 0 where unknown.
private func anonymousKilobytes() -> Int {
  guard let file = fopen("/proc/self/status", "r") else { return 0 }
  defer { fclose(file) }
  var buffer = [CChar](repeating: 0, count: 256)
  while fgets(&buffer, 256, file) != nil {
    let line = String(
      decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    if line.hasPrefix("RssAnon:") { return Int(line.filter(\.isNumber)) ?? 0 }
  }
  return 0
}

private struct KeyMaker {
  private var random = SeededGenerator(seed: 20)

  mutating func key(_ prefix: String, _ count: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    return Array(prefix.utf8) + (0..<count).map { _ in random.pick(alphabet) }
  }
}

private func add(_ values: [[UInt8]], to patterns: inout SecretPatterns) throws {
  try patterns.add { (list) throws(SecretMemoryError) in
    for (number, value) in values.enumerated() {
      var problem: SecretMemoryError?
      value.withUnsafeBytes { bytes in
        do throws(SecretMemoryError) {
          _ = try list.add(name: "secret/\(number)", value: bytes)
        } catch { problem = error }
      }
      if let problem { throw problem }
    }
  }
}

private func repeated(_ text: String, to count: Int) -> [UInt8] {
  let piece = Array(text.utf8)
  return (0..<count).map { piece[$0 % piece.count] }
}

private func message(_ text: [UInt8]) -> [UInt8] {
  Array(#"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":""#.utf8) + text
    + Array(#""}],"isError":false}}"#.utf8)
}

private func measure(
  _ name: String, _ line: [UInt8], _ redactor: inout LineRedactor,
  _ patterns: borrowing SecretPatterns
) {
  // The best of many short runs: what other programs do to the machine is left out.
  let rounds = max(1, 2_000_000 / max(line.count, 200))
  var best = Double.infinity
  var changed = 0
  line.withUnsafeBufferPointer { line in
    for _ in 0..<100 {
      let start = seconds()
      for _ in 0..<rounds {
        if case .changed = redactor.redact(line, isMessage: true, patterns) { changed += 1 }
      }
      best = min(best, (seconds() - start) / Double(rounds))
    }
  }
  print(
    padded(name, 44), padded("\(line.count)", 10), padded(rounded(best * 1e9), 14),
    padded(rounded(Double(line.count) / best / 1e6), 10), changed > 0 ? "  hit" : "")
}

private let prose =
  "The quick brown fox jumps over the lazy dog; https://example.org/a/b?x=1 said: it is so. "
private let code =
  #"  \"name\": \"value\",\n    for (int i = 0; i < count; i++) {\n      printf(\"%d\\n\", i);\n"#

private func typical() throws {
  var maker = KeyMaker()
  let before = anonymousKilobytes()
  var patterns = try SecretPatterns()
  var redactor = try LineRedactor()
  let prefixes = ["sk-ant-api03-", "ghp_", "xoxb-", "AKIA", "sk_live_", ""]
  let secrets = (0..<20).map { maker.key(prefixes[$0 % prefixes.count], 20 + $0 * 2) }
  try add(secrets, to: &patterns)
  print("memory for 20 secrets, kB:", anonymousKilobytes() - before)
  print(padded("line", 44), padded("bytes", 10), padded("ns a line", 14), padded("MB/s", 10))
  for size in [100, 4096, 30_000, 1_000_000] {
    measure("prose", message(repeated(prose, to: size - 90)), &redactor, patterns)
  }
  let blob = maker.key("", 1_000_000)
  for size in [4096, 1_000_000] {
    measure("base64 without +/", message(Array(blob.prefix(size))), &redactor, patterns)
  }
  measure(
    "code: \\\" \\n, some \\\\n and %d", message(repeated(code, to: 88 * 340)), &redactor, patterns)
  let quotes = #"{\"a\": \"some text\", \"b\": \"some more\"},\n"#
  measure("JSON in a string", message(repeated(quotes, to: 43 * 800)), &redactor, patterns)
  measure("\\n only", message(repeated(#"\n"#, to: 100_000)), &redactor, patterns)
  measure("\\u0041 only", message(repeated(#"\u0041"#, to: 120_000)), &redactor, patterns)
  measure("\\\\ only", message(repeated(#"\\"#, to: 100_000)), &redactor, patterns)
  measure("\\\\u0041 only", message(repeated(#"\\u0041"#, to: 140_000)), &redactor, patterns)
  measure("%41 only", message(repeated("%41", to: 99_000)), &redactor, patterns)
  measure(
    "URLs with %20", message(repeated("see https://example.org/a%20b ok ", to: 33_000)), &redactor,
    patterns)
  measure(
    "one secret in prose", message(repeated(prose, to: 30_000) + secrets[3]), &redactor, patterns)
  measure("one secret in 100 B", message(secrets[3]), &redactor, patterns)
  print("memory after that, kB:", anonymousKilobytes() - before)
}

private func hostile() throws {
  let size = 64 << 20
  func run(_ name: String, _ values: [[UInt8]], _ line: [UInt8]) throws {
    var patterns = try SecretPatterns()
    var redactor = try LineRedactor()
    try add(values, to: &patterns)
    let start = seconds()
    let outcome = line.withUnsafeBufferPointer { redactor.redact($0, isMessage: true, patterns) }
    let time = seconds() - start
    var changed = false
    if case .changed = outcome { changed = true }
    print(padded(name, 60), padded(rounded(time), 8), "s", changed ? "hit" : "")
    fflush(nil)
  }
  let letters = [UInt8](repeating: UInt8(ascii: "a"), count: size)
  func a(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "a"), count: count) }
  try run("a×40, in a×64Mi", [a(40)], message(letters))
  try run("a×40 b, in a×64Mi", [a(40) + [98]], message(letters))
  try run("a×1Mi, in a×64Mi", [a(1 << 20)], message(letters))
  try run("a×1Mi b, in a×64Mi", [a(1 << 20) + [98]], message(letters))
  try run(
    "(a×1000 b)×1000 c, in a×64Mi", [(0..<1000).flatMap { _ in a(1000) + [98] } + [99]],
    message(letters))
  try run("20 of a×(20…58) b, in a×64Mi", (0..<20).map { a(20 + 2 * $0) + [98] }, message(letters))
  let escaped = repeated(#"\u0061"#, to: size / 6 * 6)
  try run("a×1Mi b, in \\u0061×11Mi", [a(1 << 20) + [98]], message(escaped))
  let nested = repeated(#"\\u0061"#, to: size / 7 * 7)
  try run("a×1Mi b, in \\\\u0061×9Mi", [a(1 << 20) + [98]], message(nested))
  let backslashes = repeated(#"\\"#, to: size)
  try run(
    "\\×1Mi b, in \\×64Mi", [[UInt8](repeating: 0x5C, count: 1 << 20) + [98]], message(backslashes))
  let dense = repeated("12345678x ", to: size)
  try run("12345678, in (12345678x )×6Mi", [Array("12345678".utf8)], message(dense))
  try run("12345678, in (12345678x )×6Mi, not JSON", [Array("12345678".utf8)], dense)
  let quotes = Array("[".utf8) + repeated(#""","#, to: size / 3 * 3) + Array("1]".utf8)
  try run("(\",\")×20, in (\"\",)×21Mi", [repeated(#"",""#, to: 60)], quotes)
}

if CommandLine.arguments.dropFirst().first == "hostile" { try hostile() } else { try typical() }
