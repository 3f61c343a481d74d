/// A run of bytes that is searched for: a whole value, or a part of one.
struct Needle {
  /// Where it begins in ``NeedleStore``.
  let offset: Int
  /// In bytes, at least ``SecretPatterns/minimumLength``.
  let count: Int
  /// Index of the secret's name.
  let name: Int
  /// Whether it is a value as it was given.
  let isWhole: Bool
}
