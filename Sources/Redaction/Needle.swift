/// A run of bytes that is searched for: a whole value, or a part of one.
struct Needle {
  /// Where it begins in ``NeedleStore``.
  let offset: Int
  /// In bytes, at least ``SecretPatterns/minimumLength``.
  let count: Int
  /// Index of the secret's name.
  let name: Int

  /// The same one in memory that lies elsewhere.
  func moved(by shift: Int) -> Needle { Needle(offset: offset + shift, count: count, name: name) }
}
