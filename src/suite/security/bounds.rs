//! What costs a server much and a client little: deep, long and wide manifests, and lists of any length.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::catalogue::Requirement;
use crate::catalogue::security::BULKY_MANIFEST_ANSWERED;
use crate::catalogue::security::HUGE_LIMIT_BOUNDED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::media_type::IMAGE_MANIFEST;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) const SECTION: Section = Section {
    id: "security/bounds",
    title: "Much for little",
    anchor: "",
    checks: &[
        Check {
            name: "deep-manifest",
            title: "a manifest of 10,000 levels is taken or refused, and the registry goes on",
            run: |trial| {
                let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
                let objects = format!("{}1{}", r#"{"a":"#.repeat(DEPTH), "}".repeat(DEPTH));
                with_member(trial, &deep)?;
                with_member(trial, &objects)?;
                with_member(trial, &"[".repeat(DEPTH))
            },
            ..BULKY
        },
        Check {
            name: "long-number",
            title: "a manifest with a number of 100,000 digits is taken or refused, and the registry goes on",
            run: |trial| {
                with_member(trial, &"9".repeat(10 * DEPTH))?;
                with_member(trial, "1e999999999")?;
                with_size(trial, &"9".repeat(10 * DEPTH))?;
                with_size(trial, "1e999999999")
            },
            ..BULKY
        },
        Check {
            name: "many-layers",
            title: "a manifest of 10,000 layers is taken or refused, and the registry goes on",
            run: many_layers,
            ..BULKY
        },
        Check {
            name: "tag-limit",
            title: "a list of tags with any n is answered below 500, and names none twice",
            needs: &[Feature::Push],
            run: |trial| {
                let (_, manifest) = trial.pushed_tag()?;
                trial.repository().push_by_tag(&trial.tag(), &manifest)?;
                let path = trial.repository().path("tags/list");
                limited(trial, &path, "tags")
            },
            ..LIMIT
        },
        Check {
            name: "referrer-limit",
            title: "a list of referrers with any n is answered below 500, and names none twice",
            needs: &[Feature::Push, Feature::Referrers],
            run: |trial| {
                let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
                repository.push_by_digest(&repository.new_referrer(&subject)?)?;
                let path = repository.path(&format!("referrers/{}", subject.digest));
                limited(trial, &path, "manifests")
            },
            ..LIMIT
        },
        Check {
            name: "catalog-limit",
            title: "a list of repositories with any n is answered below 500, and names none twice",
            needs: &[Feature::Push, Feature::Catalog],
            run: |trial| {
                trial.pushed_tag()?;
                limited(trial, "/v2/_catalog", "repositories")
            },
            ..LIMIT
        },
    ],
};

const BULKY: Check = Check {
    covers: &[&BULKY_MANIFEST_ANSWERED],
    needs: &[Feature::Push],
    ..Check::BASE
};

const LIMIT: Check = Check {
    covers: &[&HUGE_LIMIT_BOUNDED],
    ..Check::BASE
};

const DEPTH: usize = 10_000;

/// Values of `n` that overflow somewhere, and two that mean nothing.
const LIMITS: [&str; 9] = [
    "1000000000",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "-1",
    "-9223372036854775808",
];

/// Puts an image manifest that has this as one member more.
fn with_member(trial: &Trial<'_>, value: &str) -> Outcome {
    let image = trial.repository().new_image()?;
    let text = String::from_utf8_lossy(&image.manifest.bytes).into_owned();
    let text = text.replacen('{', &format!(r#"{{"x":{value},"#), 1);
    put(trial, text)
}

/// Puts an image manifest whose configuration has this size.
fn with_size(trial: &Trial<'_>, size: &str) -> Outcome {
    let image = trial.repository().new_image()?;
    let mut json = image.manifest.json();
    json["config"]["size"] = Value::from("SIZE");
    put(trial, json.to_string().replacen(r#""SIZE""#, size, 1))
}

fn many_layers(trial: &Trial<'_>) -> Outcome {
    let image = trial.repository().new_image()?;
    let layer = image.layers[0].blob.descriptor();
    let layer = serde_json::to_string(&layer).unwrap_or_default();
    let layers = vec![layer; DEPTH].join(",");
    let mut json = image.manifest.json();
    json["layers"] = Value::from("LAYERS");
    let text = json.to_string();
    put(
        trial,
        text.replacen(r#""LAYERS""#, &format!("[{layers}]"), 1),
    )
}

fn put(trial: &Trial<'_>, text: String) -> Outcome {
    let digest = crate::oci::Algorithm::Sha256;
    let manifest = ManifestDoc::from_bytes(text, IMAGE_MANIFEST, digest);
    let rest = format!("manifests/{}", trial.tag());
    let asking = trial.repository().ask(Method::PUT, &rest);
    is_answered(trial, asking.manifest(&manifest), &BULKY_MANIFEST_ANSWERED)?;
    let after = trial.ask(Method::GET, "/v2/");
    is_answered(trial, after, &BULKY_MANIFEST_ANSWERED)?;
    Ok(())
}

/// Asks for a list with every limit.
fn limited(trial: &Trial<'_>, path: &str, member: &str) -> Outcome {
    for limit in LIMITS {
        let asking = trial.ask(Method::GET, &format!("{path}?n={limit}"));
        let Some(list) = is_answered(trial, asking, &HUGE_LIMIT_BOUNDED)? else {
            continue;
        };
        let named: Vec<_> = list[member].as_array().into_iter().flatten().collect();
        let different: BTreeSet<_> = named.iter().map(ToString::to_string).collect();
        trial.judge(
            &HUGE_LIMIT_BOUNDED,
            named.len() == different.len(),
            "a list that holds nothing twice",
            format!(
                "{} entries, of which {} differ, to n={limit}",
                named.len(),
                different.len()
            ),
        )?;
    }
    Ok(())
}

/// Demands an answer that blames no server; what it holds, where it is one of success.
fn is_answered(
    trial: &Trial<'_>,
    asking: Asking<'_>,
    requirement: &'static Requirement,
) -> Result<Option<Value>, Stop> {
    let (fault, json) = match asking.attempt() {
        // That there is more than the registry takes, or than it can do now, is said lawfully so.
        Ok(answer) if answer.status() < 500 || matches!(answer.status(), 501 | 503 | 507) => {
            (None, answer.json().filter(|_| answer.is_success()))
        }
        Ok(answer) => (Some(answer.told()), None),
        Err(cut @ (Failure::ConnectionLost { .. } | Failure::Malformed { .. })) => {
            (Some(cut.to_string()), None)
        }
        Err(trouble) => return Err(Stop::Trouble(trouble)),
    };
    trial.judge(
        requirement,
        fault.is_none(),
        "a status below 500",
        fault.unwrap_or_default(),
    )?;
    Ok(json)
}
