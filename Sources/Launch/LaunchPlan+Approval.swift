package import Secrets

// What becomes of a plan between its making and its start: a grant adds inherited variables that it
// names, and says whose secret a reference stands for.

extension LaunchPlan {
  /// The value of an inherited variable that was dropped; `nil` when there is none.
  package func droppedValue(of name: [UInt8]) -> [UInt8]? {
    for variable in droppedVariables where variable.name == name {
      if case .inherited(let whole) = variable.content {
        return Array(whole[(name.count + 1)...])
      }
    }
    return nil
  }

  /// Gives the server inherited variables after all, as they are.
  package mutating func pass(_ names: [[UInt8]]) {
    if names.isEmpty { return }
    variables += droppedVariables.filter { names.contains($0.name) }
    droppedVariables.removeAll { names.contains($0.name) }
  }

  /// Replaces references; those that stay the same may be given too.
  package mutating func replaceReferences(_ given: (SecretReference) -> SecretReference) {
    func replaced(_ template: Template) -> Template {
      Template(
        parts: template.parts.map { part in
          switch part {
          case .text: part
          case .value(let reference): .value(given(reference))
          case .file(let reference): .file(given(reference))
          }
        })
    }
    for index in arguments.indices {
      if case .template(let template) = arguments[index] {
        arguments[index] = .template(replaced(template))
      }
    }
    for index in variables.indices {
      let variable = variables[index]
      if case .template(let template) = variable.content {
        variables[index] = Variable(
          name: variable.name, content: .template(replaced(template)), origin: variable.origin)
      }
    }
    var distinct: [SecretReference] = []
    for reference in values.map(given) where !distinct.contains(reference) {
      distinct.append(reference)
    }
    values = distinct
    var kept: [ValueFile] = []
    for file in files {
      let reference = given(file.reference)
      if kept.contains(where: { $0.reference == reference }) { continue }
      kept.append(ValueFile(reference: reference, fileName: file.fileName))
    }
    files = kept
  }

  /// Replaces an inherited or a written value that is no template.
  mutating func setPlain(_ value: [UInt8], of name: [UInt8]) {
    for index in variables.indices where variables[index].name == name {
      variables[index] = Variable(
        name: name, content: .plain(value), origin: variables[index].origin)
    }
  }

  mutating func drop(_ name: [UInt8]) {
    droppedVariables += variables.filter { $0.name == name }
    variables.removeAll { $0.name == name }
  }
}
