//! Registry proxying: the parameter `ns`, which names the registry that a client means.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::proxy::NAMESPACE_HEADER_SENT;
use crate::catalogue::proxy::NAMESPACE_PARAMETER_IGNORED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) static SECTION: Section = Section {
    id: "api/proxy",
    title: "Registry proxying",
    anchor: "registry-proxying",
    checks: &[
        Check {
            name: "namespace-of-manifest",
            title: "a pull of a manifest with ns is answered as without it, or OCI-Namespace repeats it",
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let (by_tag, by_digest) = (
                    format!("manifests/{tag}"),
                    format!("manifests/{}", manifest.digest),
                );
                scoped_or_ignored(trial, &by_tag, &MANIFEST_BY_TAG_FOUND)?;
                scoped_or_ignored(trial, &by_digest, &MANIFEST_BY_DIGEST_FOUND)
            },
            ..SCOPING
        },
        Check {
            name: "namespace-of-blob",
            title: "a pull of a blob with ns is answered as without it, or OCI-Namespace repeats it",
            needs: &[Feature::Blob],
            run: |trial| {
                let path = format!("blobs/{}", trial.known_blob(512)?.digest);
                scoped_or_ignored(trial, &path, &BLOB_FOUND)
            },
            ..SCOPING
        },
    ],
};

/// What the checks of the parameter have in common.
const SCOPING: Check = Check {
    covers: &[&NAMESPACE_HEADER_SENT, &NAMESPACE_PARAMETER_IGNORED],
    ..Check::BASE
};

/// Hosts that are nobody's (RFC 2606), as a client would name them.
const HOSTS: &[&str] = &["registry.example", "registry.example:5000"];

/// Proves that an answer to a pull with `ns` says that it depends on it, unless it is that of the
/// same pull without.
fn scoped_or_ignored(trial: &Trial<'_>, path: &str, found: &'static Requirement) -> Outcome {
    let plain = trial.get(path)?;
    plain.prepares(found).status(&[200])?;
    for host in HOSTS {
        for method in [Method::GET, Method::HEAD] {
            let is_get = method == Method::GET;
            let asking = trial.repository().ask(method, path);
            let answer = asking.query("ns", host).send()?;
            let is_same = answer.status() == 200 && (!is_get || answer.bytes() == plain.bytes());
            answer.proves(&NAMESPACE_PARAMETER_IGNORED).that(
                is_same,
                "the answer without ns",
                &answer.summary(),
            )?;
            let repeated = answer.header("oci-namespace");
            answer.proves(&NAMESPACE_HEADER_SENT).that(
                repeated.map_or(is_same, |value| value == *host),
                &format!("the answer without ns, or OCI-Namespace: {host}"),
                &format!("{}, {}", answer.summary(), words(repeated)),
            )?;
        }
    }
    Ok(())
}

fn words(repeated: Option<&str>) -> String {
    match repeated {
        Some(host) => format!("OCI-Namespace: {host}"),
        None => "no OCI-Namespace".to_owned(),
    }
}
