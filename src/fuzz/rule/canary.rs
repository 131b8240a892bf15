//! Canary: a server of ours that is named in requests is never called with credentials.
//!
//! A call without them may be lawful: a proxy asks its upstream, and a registry may look at the page
//! that it is sent from. Such calls are counted and told, and no fault. One kind is: `urls` in a
//! manifest tell clients where content is, so that a registry that calls them while the manifest is
//! pushed can be sent anywhere by whoever pushes.

use super::Heard;
use super::Judge;
use super::Rule;
use crate::fuzz::mutation::CANARY_URLS;

pub(super) static RULE: Rule = Rule {
    id: "canary",
    title: "No server that a request names is called with credentials, and none that only the \
            `urls` of a pushed manifest name is called at all",
    why: "A registry that fetches what a request names can be sent anywhere, and one that takes \
          its credentials along gives them away (CVE-2026-33540). The specification asks neither: \
          `urls` are for clients. Calls without credentials that a proxy may make are no fault.",
    judge: Judge::Call(judge),
};

fn judge(heard: &Heard<'_>) -> Option<&'static str> {
    if !heard.call.credentials.is_empty() {
        return Some("a server that the request names is called with credentials");
    }
    let is_of_urls = heard.seen.planned.mutations.contains(&CANARY_URLS);
    (is_of_urls && heard.is_in_time)
        .then_some("a server that a pushed manifest names for clients is called while it is pushed")
}
