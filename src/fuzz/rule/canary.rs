//! Canary: a server of ours that is named in requests is never called with credentials.

use super::Judge;
use super::Rule;

pub(super) static RULE: Rule = Rule {
    id: "canary",
    title: "A URL in a request is not called with the registry's credentials",
    why: "A registry that fetches what a request names can be sent anywhere, and one that takes \
          its credentials along gives them away (CVE-2026-33540).",
    judge: Judge::Beside,
};
