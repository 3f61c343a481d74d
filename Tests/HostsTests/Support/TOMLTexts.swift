import ValetTesting

/// Texts that TOML readers stumble over, good and bad.
let tomlTexts: [String] =
  [
    "", "a = 1", "a=1\r\nb=2\r\n", "\u{FEFF}a = 1", "a = 1\rb = 2", "a = 1 b = 2", "= 1", "a =",
    "a = \"\\u00e9\\U0001F600\\t\\\\\"", "a = \"\\x41\"", "a = \"\\uD800\"", "a = \"\\u00g0\"",
    "a = 'C:\\new'", "a = '''x'y''z'''''", "a = \"\"\"\"\"x\"\"\"\"\"", "a = \"\"\"x\"\"\"\"\"\"",
    "a = \"\"\"\\\n  x \\  \n  y\"\"\"", "a = \"\"\"\r\nx\r\ny\"\"\"", "a = \"\"\"\\ x\"\"\"",
    "a = \"x\ny\"", "a = 'x", "a = \"\"\"x", "a = \"\u{1}\"", "a = 1 # \u{7f}", "# \u{0}",
    "a = '\t'",
    "a = [1, 'x', [true], {b = 2}]", "a = [1,\n # c\n 2,\n]", "a = [,]", "a = [1 2]", "a = [1,,2]",
    "a = [ # , ]\n]", "a = {}", "a = { b = 1, c.d = 2 }", "a = { b = 1, }", "a = { b = 1\n}",
    "a = { b = 1, b = 2 }", "a = { b.c = 1, b.d = 2 }", "a = { b = {}, b.c = 1 }", "a = {,}",
    "a = { b = [1,\n2] }", "a = 1\na = 2", "a.b = 1\na.c = 2", "a.b = 1\na = 2", "a = 1\na.b = 2",
    "[a]\nb = 1\n[a]\nc = 2", "[a.b]\n[a]\nc = 1", "[a]\nb.c = 1\n[a.b]", "[a]\nb.c = 1\n[a.b.d]",
    "[a.b.c]\nz = 1\n[a]\nb.c.t = 2", "[a.b.c.d]\nz = 1\n[a]\nb.c.d.k.t = 2",
    "[a.b.c]\n[a]\nb.d = 1",
    "[a.b.c]\n[a]\nb.d = 1\n[a.b]", "[a]\n[a.b]\n[[a.b]]", "[[a]]\nb = 1\n[[a]]\nb = 2",
    "[[a]]\n[a]",
    "[a]\n[[a]]", "[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2", "a = []\n[[a]]", "a = {}\n[a.b]",
    "a = [{}]\n[a.b]", "[[a.b]]\n[a]\nb.c = 1", "[[a.b]]\n[a]\nc = 1", "[a]\nb = {c = 1}\n[a.b.d]",
    "[a]]", "[[a]", "[ a . 'b' ]\nc = 1", "[]", "[a.]", "[.a]", "[a] b = 1", "[a]# c",
    "['']\n'' = ''",
    "\"a.b\" = 1\na.b = 2", "a.'b'.\"c\" = 1", "3.14 = 1", "a-b_C1 = 1", "é = 1", "\"é\" = 1",
    "e\u{301} = 1", "\"\"\"a\"\"\" = 1", "a . b = 1", "a = 1979-05-27", "a = 1979-05-27T07:32:00Z",
    "a = 1979-05-27 07:32:00.5-07:00", "a = 1979-05-27 # x", "a = 1979-02-30", "a = 07:32:00.999",
    "a = 07:32", "a = 24:00:00", "a = 1979-05-27T07:32", "a = 1979-05-27 a", "a = 2000-02-29",
    "a = 1900-02-29", "a = 0000-01-01", "a = 1_000", "a = 1__0", "a = _1", "a = 1_", "a = 01",
    "a = +0",
    "a = -0", "a = 0xDEAD_beef", "a = 0xg", "a = -0x1", "a = 0o17", "a = 0o8", "a = 0b11",
    "a = 0b2",
    "a = 0x", "a = 0x1", "a = 1.5", "a = .5", "a = 5.", "a = 1e5", "a = 1.0E-5", "a = 1e",
    "a = 1.e5", "a = 00.5",
    "a = 6.02_2e2_3", "a = inf", "a = +nan", "a = Inf", "a = True", "a = true", "a = truee",
    "a = null",
    "a = 1 , 2", "a = \"x\" \"y\"", "a", "a b = 1", "a = #", "[a]\n=1", "a = 'x' # 'y'",
    "a = [\n]\n",
    "a = \"\\\n\"", "a = \"\"\"\\", "a = 1\n\n\n# end", "\t a\t=\t1\t", "a = [ [ ], [\t], ]",
  ]

/// A text with something taken out, put in, doubled or moved.
func mutated(_ text: String, _ generator: inout SeededGenerator) -> String {
  var bytes = Array(text.unicodeScalars)
  let pieces = [
    "\"", "'", "[", "]", "[[", "]]", "{", "}", ",", ".", "=", "\n", "\r\n", "#", "\\", " ", "a",
    "b",
    "1", "_", "-", ":", "T", "\"\"\"", "'''", "\\u0041", "e", "é", "[a]\n", "a.b = 1\n", "0x",
  ]
  for _ in 0...generator.below(3) {
    let place = generator.below(bytes.count + 1)
    switch generator.below(4) {
    case 0: bytes.insert(contentsOf: generator.pick(pieces).unicodeScalars, at: place)
    case 1 where place < bytes.count: bytes.remove(at: place)
    case 2 where place < bytes.count:
      let end = min(bytes.count, place + generator.below(8))
      bytes.insert(contentsOf: Array(bytes[place..<end]), at: generator.below(bytes.count))
    default:
      bytes.insert(contentsOf: generator.pick(tomlTexts).unicodeScalars + ["\n"], at: place)
    }
  }
  return String(String.UnicodeScalarView(bytes))
}
