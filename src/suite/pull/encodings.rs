//! Content codings: what a client can decode may change what goes over the wire, but not what
//! arrives.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Layer;
use crate::verdict::Outcome;

pub(crate) static SECTION: Section = Section {
    id: "pull/encodings",
    title: "Content codings",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "manifest",
            title: "GET on a manifest gives its bytes, in a coding that Accept-Encoding names or in none, and HEAD their length",
            covers: &[
                &EXISTENCE_LENGTH_SENT,
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &HTTP_SEMANTICS_FOLLOWED,
            ],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let (path, row) = (format!("manifests/{tag}"), &MANIFEST_BY_TAG_FOUND);
                arrives(trial, &path, row, &manifest.bytes)?;
                let (there, length) = (&MANIFEST_EXISTENCE_CONFIRMED, manifest.bytes.len());
                length_told(trial, &path, there, length)?;
                let path = format!("manifests/{}", manifest.digest);
                arrives(trial, &path, &MANIFEST_BY_DIGEST_FOUND, &manifest.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "blob",
            title: "GET on a blob gives its bytes, in a coding that Accept-Encoding names or in none, and HEAD their length",
            covers: &[
                &EXISTENCE_LENGTH_SENT,
                &BLOB_FOUND,
                &HTTP_SEMANTICS_FOLLOWED,
            ],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                // Long enough, and text, so that it is worth compressing.
                let blob = trial.known_blob(4096)?;
                let path = format!("blobs/{}", blob.digest);
                arrives(trial, &path, &BLOB_FOUND, &blob.bytes)?;
                length_told(trial, &path, &BLOB_EXISTENCE_CONFIRMED, blob.bytes.len())
            },
            ..Check::BASE
        },
        Check {
            name: "compressed-blob",
            title: "GET on a blob that is compressed gives it as it was pushed, not unpacked",
            covers: &[&BLOB_FOUND, &HTTP_SEMANTICS_FOLLOWED],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = Layer::gzip(&mut trial.stream(), trial.variant().blobs).blob;
                trial.repository().push_blob(&blob)?;
                let path = format!("blobs/{}", blob.digest);
                arrives(trial, &path, &BLOB_FOUND, &blob.bytes)
            },
            ..Check::BASE
        },
    ],
};

/// Values of Accept-Encoding, with the codings that each allows.
const ACCEPTED: &[(&str, &[&str])] = &[
    ("identity", &[]),
    ("", &[]),
    ("gzip;q=0", &[]),
    ("gzip", &["gzip", "x-gzip"]),
    ("br;q=0, gzip;q=0.5", &["gzip", "x-gzip"]),
];

/// Proves that the content arrives, whatever codings the client accepts.
fn arrives(trial: &Trial<'_>, path: &str, row: &'static Requirement, content: &[u8]) -> Outcome {
    for (accepted, codings) in ACCEPTED {
        let answer = trial
            .repository()
            .ask(Method::GET, path)
            .header("accept-encoding", accepted)
            .send()?;
        let demand = answer.proves(row).status(&[200])?;
        let coding = coding(&answer);
        let actual = match &coding {
            Some(coding) => format!("Content-Encoding: {coding}"),
            None => "no Content-Encoding".to_owned(),
        };
        let holds = decoded(&answer, coding.as_deref(), content.len())
            .is_some_and(|bytes| bytes == content);
        let expected = format!("exactly the {} bytes pushed, once decoded", content.len());
        demand.that(holds, &expected, &format!("other bytes, {actual}"))?;
        // Without any coding is how every client can have it; the rest is left to HTTP.
        let row = match *accepted {
            "identity" => row,
            _ => &HTTP_SEMANTICS_FOLLOWED,
        };
        let allowed = coding.is_none_or(|it| codings.contains(&it.as_str()));
        let expected = format!("a coding that Accept-Encoding: {accepted} allows, or none");
        answer.proves(row).that(allowed, &expected, &actual)?;
    }
    Ok(())
}

/// Proves that a client that could unpack the content is told how long it is, unless it would come
/// packed.
fn length_told(
    trial: &Trial<'_>,
    path: &str,
    there: &'static Requirement,
    length: usize,
) -> Outcome {
    let asking = trial.repository().ask(Method::HEAD, path);
    let head = asking.header("accept-encoding", "gzip").send()?;
    head.prepares(there).status(&[200])?;
    if coding(&head).is_none() {
        head.proves(&EXISTENCE_LENGTH_SENT)
            .header("Content-Length", &length.to_string())?;
    }
    Ok(())
}

/// The coding of an answer's body; `None` if it has none.
fn coding(answer: &Answer<'_>) -> Option<String> {
    let names = answer.header_values("content-encoding").join(", ");
    let name = names.trim().to_ascii_lowercase();
    (!name.is_empty() && name != "identity").then_some(name)
}

/// The body without its coding, cut behind the length that is expected; `None` if the body is not
/// what it says.
fn decoded(answer: &Answer<'_>, coding: Option<&str>, length: usize) -> Option<Vec<u8>> {
    let body = &answer.bytes()[..];
    match coding {
        None => Some(body.to_vec()),
        Some("gzip" | "x-gzip") => {
            let mut bytes = Vec::new();
            let most = u64::try_from(length).ok()? + 1;
            let mut unpacked = MultiGzDecoder::new(body).take(most);
            unpacked.read_to_end(&mut bytes).ok()?;
            Some(bytes)
        }
        Some(_) => None,
    }
}
