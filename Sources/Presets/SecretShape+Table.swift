extension SecretShape {
  /// All that is known, by provider.
  package static let all: [SecretShape] = [
    SecretShape(
      prefix: "sk-ant-", provider: "Anthropic",
      revocationPage:
        "https://support.anthropic.com/en/articles/8384961-what-should-i-do-if-i-suspect-my-api-key-has-been-compromised",
      source: "support.anthropic.com", checked: "2026-11-21"),
    SecretShape(
      prefix: "ghp_", provider: "GitHub", revocationPage: "https://github.com/settings/tokens",
      source: "https://howtorotate.com/docs/tutorials/github", checked: "2026-11-21"),
    SecretShape(
      prefix: "github_pat_", provider: "GitHub",
      revocationPage: "https://github.com/settings/tokens",
      source: "https://howtorotate.com/docs/tutorials/github", checked: "2026-11-21"),
    SecretShape(
      prefix: "glpat-", provider: "GitLab",
      revocationPage: "https://docs.gitlab.com/user/profile/personal_access_tokens.html",
      source: "docs.gitlab.com", checked: "2026-11-21"),
    SecretShape(
      prefix: "hf_", provider: "Hugging Face",
      revocationPage: "https://huggingface.co/settings/tokens",
      source: "https://huggingface.co/docs/hub/security-tokens", checked: "2026-11-21"),
    SecretShape(
      prefix: "npm_", provider: "npm",
      revocationPage: "https://docs.npmjs.com/revoking-access-tokens",
      source: "docs.npmjs.com", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk-proj-", provider: "OpenAI",
      revocationPage: "https://platform.openai.com/api-keys",
      source: "https://howtorotate.com/docs/tutorials/openai", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk_live_", provider: "Stripe",
      revocationPage: "https://dashboard.stripe.com/apikeys",
      source: "https://howtorotate.com/docs/tutorials/stripe", checked: "2026-11-21"),
    SecretShape(
      prefix: "rk_live_", provider: "Stripe",
      revocationPage: "https://dashboard.stripe.com/apikeys",
      source: "https://howtorotate.com/docs/tutorials/stripe", checked: "2026-11-21"),
  ]
}
