/// What a manifest may hold, version by version.
///
/// Source: the strict schemas of the reference implementation, `src/schemas/0.1.ts` to `0.4.ts` in
/// github.com/modelcontextprotocol/mcpb, as of 2025-12-02; checked on 2026-11-21. They refuse every
/// member that they do not know, and so does `mcpb pack`.
enum ManifestSchema {
  static let root: [ManifestField] = [
    ManifestField("$schema", .text),
    ManifestField("dxt_version", .version),
    ManifestField("manifest_version", .version),
    ManifestField("name", .text, .required),
    ManifestField("display_name", .text),
    ManifestField("version", .text, .required),
    ManifestField("description", .text, .required),
    ManifestField("long_description", .text),
    ManifestField("author", .object(author), .required),
    ManifestField("repository", .object(repository)),
    ManifestField("homepage", .formed(.url)),
    ManifestField("documentation", .formed(.url)),
    ManifestField("support", .formed(.url)),
    ManifestField("icon", .text),
    ManifestField("icons", .list(.object(icon)), in: ManifestVersion.from03),
    ManifestField("screenshots", .list(.text)),
    ManifestField("localization", .object(localization), in: ManifestVersion.from03),
    ManifestField("server", .object(server), .required),
    ManifestField("tools", .list(.object(tool))),
    ManifestField("tools_generated", .flag),
    ManifestField("prompts", .list(.object(prompt))),
    ManifestField("prompts_generated", .flag),
    ManifestField("keywords", .list(.text)),
    ManifestField("license", .text),
    ManifestField("privacy_policies", .list(.formed(.url)), in: ManifestVersion.from02),
    ManifestField("compatibility", .object(compatibility)),
    ManifestField("user_config", .map(.object(option))),
    // Not in 0.2, though before and after.
    ManifestField("_meta", .map(.map(.anything)), in: [.v01, .v03, .v04]),
  ]

  private static let author: [ManifestField] = [
    ManifestField("name", .text, .required),
    ManifestField("email", .formed(.email)),
    ManifestField("url", .formed(.url)),
  ]

  private static let repository: [ManifestField] = [
    ManifestField("type", .text, .required),
    ManifestField("url", .formed(.url), .required),
  ]

  private static let icon: [ManifestField] = [
    ManifestField("src", .text, .required),
    ManifestField("size", .formed(.iconSize), .required),
    ManifestField("theme", .formed(.notEmpty)),
  ]

  private static let localization: [ManifestField] = [
    ManifestField("resources", .formed(.localeTemplate), .required),
    ManifestField("default_locale", .formed(.locale), .required),
  ]

  private static let server: [ManifestField] = [
    ManifestField(
      "type",
      .choice([
        ("python", ManifestVersion.all), ("node", ManifestVersion.all),
        ("binary", ManifestVersion.all), ("uv", [.v04]),
      ]), .required),
    ManifestField("entry_point", .text, .required),
    ManifestField("mcp_config", .object(configuration), .requiredUnless("type", "uv")),
  ]

  private static let configuration: [ManifestField] = [
    ManifestField("command", .text, .required),
    ManifestField("args", .list(.text)),
    ManifestField("env", .map(.text)),
    ManifestField("platform_overrides", .map(.object(override))),
  ]

  private static let override: [ManifestField] = [
    ManifestField("command", .text),
    ManifestField("args", .list(.text)),
    ManifestField("env", .map(.text)),
  ]

  private static let tool: [ManifestField] = [
    ManifestField("name", .text, .required),
    ManifestField("description", .text),
  ]

  private static let prompt: [ManifestField] = [
    ManifestField("name", .text, .required),
    ManifestField("description", .text),
    ManifestField("arguments", .list(.text)),
    ManifestField("text", .text, .required),
  ]

  private static let compatibility: [ManifestField] = [
    ManifestField("claude_desktop", .text),
    ManifestField(
      "platforms",
      .list(
        .choice([
          ("darwin", ManifestVersion.all), ("win32", ManifestVersion.all),
          ("linux", ManifestVersion.all),
        ]))),
    ManifestField("runtimes", .object(runtimes)),
  ]

  private static let runtimes: [ManifestField] = [
    ManifestField("python", .text), ManifestField("node", .text),
  ]

  private static let option: [ManifestField] = [
    ManifestField(
      "type",
      .choice(
        ["string", "number", "boolean", "directory", "file"].map { ($0, ManifestVersion.all) }),
      .required),
    ManifestField("title", .text, .required),
    ManifestField("description", .text, .required),
    ManifestField("required", .flag),
    ManifestField("default", .configurationValue),
    ManifestField("multiple", .flag),
    ManifestField("sensitive", .flag),
    ManifestField("min", .number),
    ManifestField("max", .number),
  ]
}
