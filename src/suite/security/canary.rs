//! Servers that a request names: a listener of ours stands in for them, and says whether it was called.
//!
//! All that names it is asked first, and then it is waited for once.

use std::time::Duration;

use serde_json::json;

use crate::canary::Call;
use crate::canary::Canary;
use crate::catalogue::security::LAYER_URLS_UNFETCHED;
use crate::catalogue::security::NAMED_SERVER_UNTRUSTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::answer_if_any;

pub(crate) const SECTION: Section = Section {
    id: "security/canary",
    title: "Servers that a request names",
    anchor: "",
    checks: &[Check {
        name: "named-servers",
        title: "a server that a request or a manifest names is not called with credentials, and not for a push",
        covers: &[&NAMED_SERVER_UNTRUSTED, &LAYER_URLS_UNFETCHED],
        needs: &[Feature::Push, Feature::Canary],
        run: named_servers,
        ..Check::BASE
    }],
};

/// Which part of the time that effects may be delayed is waited for calls.
const PART_OF_SETTLING: u32 = 40;

/// The most that is waited.
const MOST: Duration = Duration::from_secs(2);

/// What tells calls for `urls` from others.
const URLS: &str = "urls";

fn named_servers(trial: &Trial<'_>) -> Outcome {
    let Some(canary) = &trial.world().canary else {
        return Err(Stop::Skipped("only with --canary-addr".to_owned()));
    };
    let name = trial.repository().name().to_string();
    push_with_urls(trial, canary, &name)?;
    for asking in naming(trial, canary, &name) {
        answer_if_any(asking)?;
    }
    let patience = (trial.world().settle / PART_OF_SETTLING).min(MOST);
    let calls = canary.waited_for(patience).heard_of(&name);
    let trusted = calls.iter().find(|call| !call.credentials.is_empty());
    let said = trusted.map(Call::said).unwrap_or_default();
    let fetched = calls.iter().find(|call| call.names(URLS));
    let fetching = fetched.map(Call::said).unwrap_or_default();
    let expected = "no call that fetches what a manifest names";
    trial.judge(&LAYER_URLS_UNFETCHED, fetched.is_none(), expected, fetching)?;
    let expected = "no call with credentials";
    trial.judge(&NAMED_SERVER_UNTRUSTED, trusted.is_none(), expected, said)
}

/// Pushes a manifest whose layers are said to be there.
fn push_with_urls(trial: &Trial<'_>, canary: &Canary, name: &str) -> Outcome {
    let repository = trial.repository();
    let image = repository.new_image()?;
    let mut json = image.manifest.json();
    let url = |which: &str| json!([canary.url(name, &format!("{URLS}/{which}"))]);
    json["config"]["urls"] = url("config");
    json["layers"][0]["urls"] = url("layer");
    let manifest = ManifestDoc::from_json(&json, Algorithm::Sha256);
    // Whether it is taken is for the registry to say.
    repository.put_manifest(trial.tag(), &manifest)?;
    Ok(())
}

/// Requests that name it.
fn naming<'t>(trial: &'t Trial<'_>, canary: &Canary, name: &str) -> Vec<Asking<'t>> {
    let (repository, host) = (trial.repository(), canary.host());
    let url = |which: &str| canary.url(name, which);
    let get = |rest: &str| repository.ask(Method::GET, rest);
    let digest = trial.absent_digest(Algorithm::Sha256).to_string();
    let mount = |from: &str| {
        let asking = repository.post_upload().query("mount", &digest);
        asking.query("from", from)
    };
    let forwarded = format!("host={host};proto=http");
    vec![
        get("tags/list").header("x-forwarded-host", host),
        get("tags/list").header("forwarded", &forwarded),
        get("tags/list").header("x-original-url", &url("original")),
        get("tags/list").header("referer", &url("referer")),
        get("manifests/absent").header("x-forwarded-host", host),
        get("manifests/absent").query("ns", host),
        get("manifests/absent").query("ns", &url("ns")),
        get("manifests/absent").query("realm", &url("realm")),
        get(&format!("blobs/{digest}")).query("ns", host),
        get(&format!("blobs/{digest}")).query("url", &url("url")),
        repository.post_upload().header("x-forwarded-host", host),
        mount(&format!("{host}/{name}")),
        mount(&url("mount")),
    ]
}
