/// Why bytes are not a JSON text, and where.
package struct JSONTextError: Error, Equatable, Sendable {
  package enum Reason: Equatable, Sendable {
    /// Something else stands where one of these must stand.
    case expected(Expectation)
    /// The text ends where one of these must stand.
    case ended(Expectation)
    /// A second value, or anything else, behind the value.
    case trailingContent
    /// Bytes that are not UTF-8 (RFC 3629): overlong forms, surrogates and truncated sequences
    /// included.
    case invalidUTF8
    /// U+0000 to U+001F inside a string.
    case controlCharacter
    /// `\` before anything but `"\/bfnrtu`, or `\u` without four hexadecimal digits.
    case invalidEscape
    /// Half of a UTF-16 pair, which stands for no character (RFC 8259 section 8.2).
    case loneSurrogate
    /// Not a number of RFC 8259 section 6, such as `01`, `1.` or `+1`.
    case invalidNumber
    /// `//` or `/*` in a text that may not hold comments.
    case comment
    /// `/*` without `*/`.
    case unterminatedComment
    /// A comma before `}` or `]` in a text that may not hold one.
    case trailingComma
    /// More objects and arrays inside one another than the reader was allowed to follow.
    case tooDeep(limit: Int)
  }

  /// What a JSON text may go on with.
  package enum Expectation: String, Equatable, Sendable {
    case value = "a value"
    case key = "a key in double quotes"
    case colon = "':'"
    case commaOrBrace = "',' or '}'"
    case commaOrBracket = "',' or ']'"
    case closingQuote = "a closing '\"'"
  }

  package let reason: Reason
  /// Offset in bytes, at most the length of the text.
  package let offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// A clause that fits behind a position; never text of the file.
  package var description: String {
    switch reason {
    case .expected(let what): "expected \(what.rawValue)"
    case .ended(let what): "the file ends where \(what.rawValue) is expected"
    case .trailingContent: "there is something behind the end of the value"
    case .invalidUTF8: "these bytes are not UTF-8"
    case .controlCharacter: "a string holds a control character; write it as an escape"
    case .invalidEscape: "a string holds an invalid escape"
    case .loneSurrogate: "a string holds half of a surrogate pair"
    case .invalidNumber: "this is not a JSON number"
    case .comment: "comments are not allowed in this file"
    case .unterminatedComment: "a comment has no closing '*/'"
    case .trailingComma: "a comma before a closing bracket is not allowed in this file"
    case .tooDeep(let limit): "more than \(limit) objects and arrays inside one another"
    }
  }
}
