/// A code that somebody types on another device, in letters of five lines: it is read across a room,
/// and a `0` must not look like an `O`.
enum LargeText {
  /// The lines of a code; `nil` where it has characters without a glyph here, or would be wider than
  /// the terminal.
  ///
  /// - Parameters:
  ///   - width: columns of the terminal.
  ///   - dot: what a letter is made of.
  static func lines(_ code: String, width: Int, dot: Character) -> [String]? {
    let letters = code.compactMap { glyphs[$0] }
    guard !code.isEmpty, letters.count == code.count, letters.count * (size + gap) <= width else {
      return nil
    }
    return (0..<size).map { row in
      letters.map { glyph in
        let line = glyph.dropFirst(row * (size + 1)).prefix(size)
        return String(line.map { $0 == "#" ? dot : " " })
      }.joined(separator: String(repeating: " ", count: gap))
    }
  }

  /// Lines and columns of a glyph.
  private static let size = 5
  private static let gap = 2

  /// Five lines each, one behind the other.
  private static let glyphs: [Character: String] = [
    "A": ".###. #...# ##### #...# #...#",
    "B": "####. #...# ####. #...# ####.",
    "C": ".#### #.... #.... #.... .####",
    "D": "####. #...# #...# #...# ####.",
    "E": "##### #.... ####. #.... #####",
    "F": "##### #.... ####. #.... #....",
    "G": ".#### #.... #..## #...# .####",
    "H": "#...# #...# ##### #...# #...#",
    "I": "##### ..#.. ..#.. ..#.. #####",
    "J": "..### ...#. ...#. #..#. .##..",
    "K": "#...# #..#. ###.. #..#. #...#",
    "L": "#.... #.... #.... #.... #####",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#...# ##..# #.#.# #..## #...#",
    "O": ".###. #...# #...# #...# .###.",
    "P": "####. #...# ####. #.... #....",
    "Q": ".###. #...# #.#.# #..#. .##.#",
    "R": "####. #...# ####. #..#. #...#",
    "S": ".#### #.... .###. ....# ####.",
    "T": "##### ..#.. ..#.. ..#.. ..#..",
    "U": "#...# #...# #...# #...# .###.",
    "V": "#...# #...# #...# .#.#. ..#..",
    "W": "#...# #...# #.#.# ##.## #...#",
    "X": "#...# .#.#. ..#.. .#.#. #...#",
    "Y": "#...# .#.#. ..#.. ..#.. ..#..",
    "Z": "##### ...#. ..#.. .#... #####",
    "0": ".###. #..## #.#.# ##..# .###.",
    "1": "..#.. .##.. ..#.. ..#.. .###.",
    "2": "####. ....# .###. #.... #####",
    "3": "####. ....# .###. ....# ####.",
    "4": "#..#. #..#. ##### ...#. ...#.",
    "5": "##### #.... ####. ....# ####.",
    "6": ".###. #.... ####. #...# .###.",
    "7": "##### ....# ...#. ..#.. ..#..",
    "8": ".###. #...# .###. #...# .###.",
    "9": ".###. #...# .#### ....# .###.",
    "-": "..... ..... .###. ..... .....",
  ]
}
