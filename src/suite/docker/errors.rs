//! Errors in Docker's form: with a body, a code and a detail.

use serde_json::Value;
use serde_json::json;

use crate::catalogue::docker::DOCKER_ERROR_SENT;
use crate::catalogue::docker::MISSING_LAYER_DETAILED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Answer;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::images::new_schema_2;
use super::manifests::taken;

pub(crate) static SECTION: Section = Section {
    id: "docker/errors",
    title: "Errors",
    anchor: "",
    checks: &[
        Check {
            name: "not-there",
            title: "What is not there is refused in JSON, with the code for it and a message",
            covers: &[&DOCKER_ERROR_SENT],
            needs: &[Feature::Push],
            run: not_there,
            ..Check::BASE
        },
        Check {
            name: "malformed",
            title: "What is malformed is refused in JSON, with the code for it and a message",
            covers: &[&DOCKER_ERROR_SENT],
            needs: &[Feature::Push],
            run: malformed,
            ..Check::BASE
        },
        Check {
            name: "unauthorized",
            title: "Whoever does not log in is refused in JSON, with UNAUTHORIZED and a message",
            covers: &[&DOCKER_ERROR_SENT],
            needs: &[Feature::Login],
            run: |trial| {
                let answer = trial.ask(Method::GET, "/v2/").anonymous().send()?;
                says(&answer, &["UNAUTHORIZED"])
            },
            ..Check::BASE
        },
        Check {
            name: "missing-layer",
            title: "A manifest whose layer is not there is refused, and the detail names the layer",
            covers: &[&MISSING_LAYER_DETAILED],
            needs: &[Feature::Push],
            run: missing_layer,
            ..Check::BASE
        },
    ],
};

fn not_there(trial: &Trial<'_>) -> Outcome {
    trial.pushed_blob(512)?;
    let digest = trial.absent_digest(Algorithm::Sha256);
    let tag = trial.tag();
    for (path, codes) in [
        (format!("blobs/{digest}"), &["BLOB_UNKNOWN"][..]),
        (
            format!("manifests/{tag}"),
            &["MANIFEST_UNKNOWN", "NAME_UNKNOWN"],
        ),
        (
            format!("manifests/{digest}"),
            &["MANIFEST_UNKNOWN", "NAME_UNKNOWN"],
        ),
    ] {
        says(&trial.get(&path)?, codes)?;
    }
    let session = trial.repository().open_session()?;
    let closed = session.put(&digest).body("other content").send()?;
    says(&closed, &["DIGEST_INVALID", "BLOB_UPLOAD_INVALID"])
}

fn malformed(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let manifest = ManifestDoc {
        bytes: "{".into(),
        ..new_schema_2(&repository)?
    };
    let answer = repository.put_manifest(trial.tag(), &manifest)?;
    says(&answer, &["MANIFEST_INVALID"])?;
    let session = repository.open_session()?;
    let answer = session
        .ask(Method::PUT)
        .query("digest", "sha256:short")
        .send()?;
    says(&answer, &["DIGEST_INVALID", "BLOB_UPLOAD_INVALID"])
}

/// The answer is a 4xx whose body has one of these codes and a message.
fn says(answer: &Answer<'_>, codes: &[&str]) -> Outcome {
    let fits = |error: &Value| {
        let code = error["code"].as_str().unwrap_or_default();
        codes.contains(&code) && error["message"].as_str().is_some_and(|it| !it.is_empty())
    };
    let codes = codes.join(" or ");
    answer.proves(&DOCKER_ERROR_SENT).that(
        answer.is_client_error() && errors_in(answer).iter().any(fits),
        &format!("a client error (400 to 499) in JSON, with the code {codes} and a message"),
        &answer.told(),
    )?;
    Ok(())
}

fn errors_in(answer: &Answer<'_>) -> Vec<Value> {
    let body = answer.json().unwrap_or_default();
    body["errors"].as_array().cloned().unwrap_or_default()
}

/// A registry may take such a manifest: images whose layers come later, or never.
fn missing_layer(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let absent = trial.absent_digest(Algorithm::Sha256).to_string();
    let whole = new_schema_2(&repository)?;
    taken(&repository, &trial.tag(), &whole)?;
    let mut manifest = whole.json();
    let layer = &mut manifest["layers"][0];
    layer["digest"] = json!(absent);
    let manifest = ManifestDoc::from_json(&manifest, Algorithm::Sha256);
    let answer = repository.put_manifest(trial.tag(), &manifest)?;
    if answer.is_success() {
        return Err(Stop::Unsupported(format!(
            "{}: no look at layers",
            answer.told()
        )));
    }
    let names = |error: &Value| {
        let is_unknown =
            error["code"] == "BLOB_UNKNOWN" || error["code"] == "MANIFEST_BLOB_UNKNOWN";
        is_unknown && error["detail"].to_string().contains(&absent)
    };
    let errors = errors_in(&answer);
    answer.proves(&MISSING_LAYER_DETAILED).that(
        answer.is_client_error() && errors.iter().any(names),
        &format!("BLOB_UNKNOWN or MANIFEST_BLOB_UNKNOWN, with a detail that names {absent}"),
        &format!("{}: {}", answer.told(), Value::from(errors.clone())),
    )?;
    Ok(())
}
