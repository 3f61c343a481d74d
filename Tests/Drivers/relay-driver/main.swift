// The relay's state machine without I/O, at full speed.
//
//     relay-driver model COUNT [SEED [STEPS]]   COUNT random schedules; 1 at a violation
//     relay-driver show SEED [STEPS]            what happens in one of them
//     relay-driver bench                        nanoseconds a line
import Platform
import RelayModel

let arguments = CommandLine.arguments

func number(_ place: Int) -> UInt64? {
  place < arguments.count ? UInt64(arguments[place]) : nil
}

switch arguments.dropFirst().first {
case "model":
  let (count, first, steps) = (number(2) ?? 0, number(3) ?? 0, number(4) ?? 60)
  var failures = 0
  let started = ContinuousClock.now
  for seed in first..<first + count {
    let model = RelayModel(seed: seed)
    guard let violation = model.run(steps: Int(steps)) else { continue }
    print("seed \(seed): \(violation)")
    failures += 1
    if failures == 10 { break }
  }
  print("\(count) schedules, \(failures) failures, \(ContinuousClock.now - started)")
  exit(failures == 0 ? 0 : 1)
case "show":
  let model = RelayModel(seed: number(2) ?? 0, keepsHistory: true)
  let violation = model.run(steps: Int(number(3) ?? 60))
  for line in model.history { print(line) }
  print(violation ?? "fine")
case "bench": runBenchmarks()
default:
  print("usage: relay-driver model COUNT [SEED [STEPS]] | show SEED [STEPS] | bench")
  exit(64)
}
