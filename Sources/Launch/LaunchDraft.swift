package import Secrets

/// A plan as far as its words make sense, and what is wrong with the others.
///
/// A launch that fails names everything that is wrong at once, so the stores are asked also where
/// a word is malformed. Only a draft without problems gives a ``LaunchPlan``, and nothing else can
/// be started.
package struct LaunchDraft {
  /// Every problem that the words alone show: variables, then the command and its arguments, then
  /// what is to be kept.
  package let problems: [LaunchProblem]
  /// What the sound words ask for; holds the place of the others.
  var sound: LaunchPlan

  init(sound: LaunchPlan, problems: [LaunchProblem]) {
    self.sound = sound
    self.problems = problems
  }

  /// `nil` while there are ``problems``.
  package var plan: LaunchPlan? { problems.isEmpty ? sound : nil }

  /// Whether the sound words ask for any secret.
  package var holdsSecrets: Bool { sound.holdsSecrets }

  /// The same launch with a plan that was changed after the words were read.
  package func with(_ plan: LaunchPlan) -> LaunchDraft {
    LaunchDraft(sound: plan, problems: problems)
  }

  /// Every distinct reference of the sound words.
  package var references: [SecretReference] { sound.references }

  /// Why the command cannot be found or executed; `nil` when it can, and where another problem
  /// leaves unknown which command is meant or where it is to be searched.
  package var commandFault: LaunchError? {
    let isUnknown = problems.contains {
      [.command, .argument(0), .variable("PATH")].contains($0.place)
    }
    if isUnknown { return nil }
    do throws(LaunchError) {
      _ = try Command.find(for: sound)
      return nil
    } catch {
      return error
    }
  }

  /// What the stores' answers are short of, as ``LaunchPlan/problems(lookup:)`` says it.
  package func problems(lookup: SecretLookup) -> [LaunchProblem] {
    sound.problems(lookup: lookup)
  }

  /// Why there is no place for the files of values; `nil` when there is one or none is needed.
  package func placeFault(_ places: [MemoryPlace]) -> LaunchError? {
    if sound.files.isEmpty { return nil }
    do throws(LaunchError) {
      _ = try MemoryPlace.open(first: places)
      return nil
    } catch {
      return error
    }
  }
}
