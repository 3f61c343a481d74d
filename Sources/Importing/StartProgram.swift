/// What a program is, as far as it decides where it finds what it runs.
enum StartProgram {
  /// Runs the program that stands behind it.
  case wrapper(String)
  /// Works on a project.
  case builder
  /// A container's engine, and what reads a file for it.
  case engine, compose
  case shell, python, interpreter
  /// Fetches what it runs.
  case runner
  case other

  /// - Parameter command: of a path its last part counts, without a version (`ruby3.3`).
  init(_ command: String) {
    let last = command.split(separator: "/").last.map(String.init) ?? command
    var name = last
    while let end = name.last, end.isNumber || end == "." || end == "-" { name.removeLast() }
    self =
      if Self.wrappers.contains(last) {
        .wrapper(last)
      } else if Self.runners.contains(last) {
        .runner
      } else if Self.builders.contains(last) {
        .builder
      } else if ["docker", "podman", "nerdctl"].contains(last) {
        .engine
      } else if ["docker-compose", "podman-compose"].contains(last) {
        .compose
      } else if Self.shells.contains(name) {
        .shell
      } else if name.hasPrefix("python") || name == "pypy" {
        .python
      } else if Self.interpreters.contains(name) {
        .interpreter
      } else {
        .other
      }
  }

  private static let wrappers = [
    "env", "timeout", "gtimeout", "nice", "ionice", "nohup", "sudo", "doas", "xvfb-run", "dotenv",
    "dotenvx", "op", "doppler", "infisical", "aws-vault", "stdbuf", "unbuffer", "setsid", "taskset",
    "chrt", "time", "caffeinate", "firejail", "systemd-run", "dbus-run-session", "direnv", "mise",
    "asdf", "arch", "setarch", "setpriv", "su", "script", "strace", "watch", "xargs", "nodemon",
    "pm2", "concurrently", "busybox", "flock", "nix", "nix-shell", "conda", "mamba", "micromamba",
    "volta", "fnm", "nvm", "rtx", "devbox", "proxychains", "proxychains4", "torsocks", "sops",
  ]
  private static let runners = ["npx", "uvx", "bunx", "pnpx", "pipx"]
  private static let builders = [
    "uv", "npm", "pnpm", "yarn", "make", "cargo", "go", "poetry", "pdm", "hatch", "rye", "pipenv",
    "dotnet", "gradle", "mvn", "just", "task", "bundle", "rake", "composer", "pixi", "mix", "sbt",
    "stack", "cabal", "dart", "flutter", "swift", "zig", "tox", "nox", "bazel", "rush", "nx",
    "turbo", "lerna", "lein", "ant",
  ]
  private static let shells = [
    "sh", "bash", "dash", "zsh", "ksh", "fish", "ash", "mksh", "csh", "tcsh", "rbash",
  ]
  private static let interpreters = [
    "node", "nodejs", "tsx", "ts-node", "esno", "jiti", "babel-node", "coffee", "deno", "bun",
    "ruby", "jruby", "perl", "php", "java", "lua", "luajit", "Rscript", "R", "julia", "tclsh",
    "wish", "pwsh", "groovy", "scala", "kotlin", "jbang", "elixir", "escript", "erl", "guile",
    "racket", "sbcl", "clojure", "clj", "bb", "mono", "wine", "osascript", "awk", "gawk", "expect",
    "ocaml", "runghc", "runhaskell", "gjs", "qjs", "electron", "ipython", "jython", "xonsh", "nu",
  ]
}
