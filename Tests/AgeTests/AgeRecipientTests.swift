internal import Testing

@testable internal import Age

/// Only what a person meant: a typing error in a recipient would make a file that nobody opens.
@Suite struct AgeRecipientTests {
  /// From age's own documentation (`age(1)`, EXAMPLES).
  private let sound = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

  @Test func readsARecipientInEitherCase() throws {
    let recipient = try AgeRecipient(sound)
    #expect(recipient.publicKey.count == 32)
    #expect(try AgeRecipient(sound.uppercased()) == recipient)
  }

  @Test func findsEveryChangedCharacter() {
    let characters = Array(sound)
    for index in characters.indices.dropFirst(4) {
      var changed = characters
      changed[index] = characters[index] == "q" ? "p" : "q"
      #expect(throws: AgeError.self, "\(index)") { try AgeRecipient(String(changed)) }
    }
  }

  @Test(arguments: [
    "", "age1", "age", "1", "age1ql3z7",
    "Age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p ", "age1é",
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
    // BIP 173's own vector: sound, and of another kind.
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
  ])
  func refusesWhatIsNone(text: String) {
    #expect {
      try AgeRecipient(text)
    } throws: { error in
      if case AgeError.recipient = error { true } else { false }
    }
  }

  @Test(arguments: ["ssh-ed25519 AAAA", "ssh-rsa AAAA", "github:somebody"])
  func namesRecipientsOfOtherPrograms(text: String) {
    #expect(throws: AgeError.foreignRecipient) { try AgeRecipient(text) }
  }

  /// Each is sound, and of a kind that has another way to encrypt.
  @Test(arguments: [
    (
      "age1pq1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jq22z7jd", "age1pq",
      "post-quantum recipients, age1pq1…, are not known here yet"
    ),
    (
      "age1yubikey1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jqmenk29", "age1yubikey",
      "recipients of a plugin, age1yubikey1…, are not known here"
    ),
  ])
  func namesTheKindThatItDoesNotKnow(text: String, kind: String, message: String) {
    #expect(throws: AgeError.otherKind(kind)) { try AgeRecipient(text) }
    #expect(AgeError.otherKind(kind).message == message)
  }

  /// Whoever sees the file could decrypt it.
  @Test func refusesAKeyThatEverybodyCanGuess() throws {
    let zero = try AgeRecipient("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z")
    #expect(throws: AgeError.recipient(reason: "its key is one that everybody can guess")) {
      _ = try AgeEncryption(to: [zero])
    }
  }
}
