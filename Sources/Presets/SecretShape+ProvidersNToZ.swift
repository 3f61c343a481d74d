extension SecretShape {
  static let secondHalf: [SecretShape] = [
    // The page is named by https://docs.nvidia.com/rag/latest/api-key.html.
    SecretShape(
      prefix: "nvapi-", characters: .word, length: 60...70, provider: "NVIDIA",
      revocationPage: "https://org.ngc.nvidia.com/setup/api-keys",
      source:
        "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/nvapi/nvapi.go",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "sk-", characters: .alphanumeric, length: 40...64, provider: "OpenAI",
      revocationPage: "https://platform.openai.com/api-keys",
      source: "https://howtorotate.com/docs/tutorials/openai", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk-admin-", characters: .word, length: 40...180, provider: "OpenAI",
      revocationPage: "https://platform.openai.com/api-keys",
      source: "https://howtorotate.com/docs/tutorials/openai", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk-proj-", characters: .word, length: 40...180, provider: "OpenAI",
      revocationPage: "https://platform.openai.com/api-keys",
      source: "https://howtorotate.com/docs/tutorials/openai", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk-svcacct-", characters: .word, length: 40...180, provider: "OpenAI",
      revocationPage: "https://platform.openai.com/api-keys",
      source: "https://howtorotate.com/docs/tutorials/openai", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk-or-v1-", characters: .hexadecimal, length: 64...64, provider: "OpenRouter",
      revocationPage: "https://openrouter.ai/settings/keys",
      source: "https://openrouter.ai/docs/api_reference/authentication", checked: "2026-11-21"),
    SecretShape(
      prefix: "pplx-", characters: .alphanumeric, length: 40...60, provider: "Perplexity",
      revocationPage: "https://docs.perplexity.ai/guides/api-key-management",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "pcsk_", characters: .word, length: 60...80, provider: "Pinecone",
      revocationPage: "https://docs.pinecone.io/guides/projects/manage-api-keys",
      source:
        "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/pinecone/pinecone.go",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "PMAK-", characters: .word, length: 59...59, provider: "Postman",
      revocationPage: "https://learning.postman.com/docs/reference/postman-api/authentication",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "pul-", characters: .hexadecimal, length: 40...40, provider: "Pulumi",
      revocationPage: "https://pulumi.com/docs/pulumi-cloud/reference/personal-access-tokens",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    // The page is where tokens are made; guides of many projects link to it.
    SecretShape(
      prefix: "pypi-", characters: .word, length: 80...1000, provider: "PyPI",
      revocationPage: "https://pypi.org/manage/account/",
      source: "https://github.com/pypi/warehouse/blob/main/docs/user/api/secrets.md",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "r8_", characters: .alphanumeric, length: 37...37, provider: "Replicate",
      revocationPage: "https://replicate.com/account/api-tokens",
      source: "https://replicate.com/docs/topics/security/api-tokens", checked: "2026-11-21"),
    SecretShape(
      prefix: "SG.", characters: .dotted, length: 66...66, provider: "SendGrid",
      revocationPage: "https://app.sendgrid.com/settings/api_keys",
      source: "https://howtorotate.com/docs/tutorials/sendgrid", checked: "2026-11-21"),
    SecretShape(
      prefix: "sntrys_", characters: .base64, length: 60...500, provider: "Sentry",
      revocationPage: "https://docs.sentry.io/api/organizations/revoke-an-org-auth-token/",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "sntryu_", characters: .hexadecimal, length: 64...64, provider: "Sentry",
      revocationPage: "https://sentry.io/settings/auth-tokens/",
      source:
        "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/sentry_token",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "shpat_", characters: .hexadecimal, length: 32...32, provider: "Shopify",
      revocationPage:
        "https://shopify.dev/docs/apps/build/authentication-authorization/legacy/admin-custom-apps",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "shpca_", characters: .hexadecimal, length: 32...32, provider: "Shopify",
      revocationPage:
        "https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "shppa_", characters: .hexadecimal, length: 32...32, provider: "Shopify",
      revocationPage:
        "https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "https://hooks.slack.com/services/", characters: .path, length: 40...60,
      provider: "Slack",
      revocationPage: "https://api.slack.com/apps",
      source: "https://howtorotate.com/docs/tutorials/slack-webhook", checked: "2026-11-21"),
    SecretShape(
      prefix: "https://hooks.slack.com/workflows/", characters: .path, length: 40...90,
      provider: "Slack",
      revocationPage: "https://api.slack.com/apps",
      source: "https://howtorotate.com/docs/tutorials/slack-webhook", checked: "2026-11-21"),
    SecretShape(
      prefix: "xapp-", characters: .word, length: 50...120, provider: "Slack",
      revocationPage: "https://api.slack.com/apps",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "xoxb-", characters: .word, length: 40...90, provider: "Slack",
      revocationPage: "https://docs.slack.dev/reference/methods/auth.revoke/",
      source: "https://howtorotate.com/docs/tutorials/slack-bot-token", checked: "2026-11-21"),
    SecretShape(
      prefix: "xoxc-", characters: .word, length: 40...120, provider: "Slack",
      revocationPage: "https://docs.slack.dev/reference/methods/auth.revoke/",
      source: "https://howtorotate.com/docs/tutorials/slack", checked: "2026-11-21"),
    SecretShape(
      prefix: "xoxd-", characters: .base64, length: 40...300, provider: "Slack",
      revocationPage: "https://docs.slack.dev/reference/methods/auth.revoke/",
      source: "https://howtorotate.com/docs/tutorials/slack", checked: "2026-11-21"),
    SecretShape(
      prefix: "xoxe-", characters: .word, length: 40...200, provider: "Slack",
      revocationPage: "https://docs.slack.dev/reference/methods/auth.revoke/",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "xoxp-", characters: .word, length: 50...100, provider: "Slack",
      revocationPage: "https://docs.slack.dev/reference/methods/auth.revoke/",
      source: "https://howtorotate.com/docs/tutorials/slack", checked: "2026-11-21"),
    SecretShape(
      prefix: "sgp_", characters: .word, length: 40...60, provider: "Sourcegraph",
      revocationPage: "https://sourcegraph.com/docs/cli/how-tos/revoking_an_access_token",
      source: "https://sourcegraph.com/docs/cli/how-tos/revoking_an_access_token",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "sq0atp-", characters: .word, length: 22...60, provider: "Square",
      revocationPage: "https://developer.squareup.com/apps",
      source: "https://howtorotate.com/docs/tutorials/square", checked: "2026-11-21"),
    SecretShape(
      prefix: "rk_live_", characters: .alphanumeric, length: 10...247, provider: "Stripe",
      revocationPage: "https://dashboard.stripe.com/apikeys",
      source: "https://howtorotate.com/docs/tutorials/stripe", checked: "2026-11-21"),
    SecretShape(
      prefix: "rk_test_", characters: .alphanumeric, length: 10...247, provider: "Stripe",
      revocationPage: "https://dashboard.stripe.com/apikeys",
      source: "https://howtorotate.com/docs/tutorials/stripe", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk_live_", characters: .alphanumeric, length: 10...247, provider: "Stripe",
      revocationPage: "https://dashboard.stripe.com/apikeys",
      source: "https://howtorotate.com/docs/tutorials/stripe", checked: "2026-11-21"),
    SecretShape(
      prefix: "sk_test_", characters: .alphanumeric, length: 10...247, provider: "Stripe",
      revocationPage: "https://dashboard.stripe.com/apikeys",
      source: "https://howtorotate.com/docs/tutorials/stripe", checked: "2026-11-21"),
    // No page: the one who sends the webhooks ends it, Stripe or anybody else who follows
    // Standard Webhooks.
    SecretShape(
      prefix: "whsec_", characters: .base64, length: 24...64, provider: "Stripe",
      revocationPage: nil,
      source: "https://www.trigger.dev/docs/management/webhooks/set-secret.md",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "sb_secret_", characters: .word, length: 30...50, provider: "Supabase",
      revocationPage: "https://supabase.com/docs/guides/api/api-keys",
      source: "https://supabase.com/docs/guides/api/api-keys", checked: "2026-11-21"),
    SecretShape(
      prefix: "sbp_", characters: .hexadecimal, length: 40...60, provider: "Supabase",
      revocationPage: "https://supabase.com/dashboard/account/tokens",
      source:
        "https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/supabase_personal_access_token",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "tskey-", characters: .word, length: 30...80, provider: "Tailscale",
      revocationPage: "https://login.tailscale.com/admin/settings/keys",
      source: "https://howtorotate.com/docs/tutorials/tailscale", checked: "2026-11-21"),
    SecretShape(
      prefix: "tvly-", characters: .word, length: 20...64, provider: "Tavily",
      revocationPage: "https://docs.tavily.com/documentation/best-practices/api-key-management",
      source: "https://docs.tavily.com/documentation/best-practices/api-key-management",
      checked: "2026-11-21"),
    // The source describes the page and has no address; guides of many projects link to it.
    SecretShape(
      prefix: "SK", characters: .hexadecimal, length: 32...32, provider: "Twilio",
      revocationPage: "https://console.twilio.com/us1/account/keys-credentials/api-keys",
      source: "https://howtorotate.com/docs/tutorials/twilio", checked: "2026-11-21"),
    // The page is named by the integrations of many programs with Typeform.
    SecretShape(
      prefix: "tfp_", characters: .dotted, length: 59...59, provider: "Typeform",
      revocationPage: "https://admin.typeform.com/account#/section/tokens",
      source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml",
      checked: "2026-11-21"),
    SecretShape(
      prefix: "xai-", characters: .word, length: 70...90, provider: "xAI",
      revocationPage: "https://docs.x.ai/console/faq/security",
      source: "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/xai/xai.go",
      checked: "2026-11-21"),
  ]
}
