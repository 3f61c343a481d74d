extension SecretShape {
  /// All that is known, by provider. Where a page for revoking is missing, a comment says why.
  package static let all: [SecretShape] = firstHalf + secondHalf + general

  /// What no one provider issues.
  private static let general: [SecretShape] = [
    // No page: whoever signed it knows.
    SecretShape(
      prefix: "eyJ", characters: .dotted, length: 60...4096, provider: "JSON Web Token",
      revocationPage: nil, source: "https://www.rfc-editor.org/rfc/rfc7519", checked: "2026-11-21"),
    // No page: nobody gave it out, and nobody can take it back.
    SecretShape(
      prefix: "AGE-SECRET-KEY-1", characters: .alphanumeric, length: 58...58, provider: "age",
      revocationPage: nil, source: "https://github.com/C2SP/C2SP/blob/main/age.md",
      checked: "2026-11-21"),
  ]
}
