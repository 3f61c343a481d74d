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
}
