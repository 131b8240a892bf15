//! Something of each kind, as a well-behaved client would send it.

use serde_json::json;

use crate::fuzz::dice::Dice;
use crate::fuzz::draft::Draft;
use crate::fuzz::draft::descriptor;
use crate::fuzz::mutation::Change;
use crate::fuzz::mutation::Mutation;
use crate::fuzz::plan::As;
use crate::fuzz::plan::DocKind;
use crate::fuzz::plan::Kind;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Pool;
use crate::fuzz::plan::Target;
use crate::fuzz::wire::WireRequest;

const DIGEST: &str = "sha256:b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c";
const NAME: &str = "plimsoll/case-1/alpha";

/// A step in all of its layers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    op: Op,
    draft: Draft,
    request: WireRequest,
    bytes: Vec<u8>,
}

impl Sample {
    /// Applies a mutation. What it says.
    pub(super) fn apply(&mut self, mutation: &Mutation, dice: u8) -> bool {
        let mut dice = Dice::new(dice.into());
        match mutation.change {
            Change::Aim(change) => change(&mut self.op, &mut dice),
            Change::Manifest(change) => change(&mut self.draft, &mut dice),
            Change::Request(change) => change(&mut self.request, &mut dice),
            Change::Bytes(change) | Change::Unfinished(change) => {
                change(&mut self.bytes, &mut dice)
            }
        }
    }

    /// Whether a mutation says that it changes it.
    pub(super) fn applied(&self, mutation: &Mutation, dice: u8) -> bool {
        self.clone().apply(mutation, dice)
    }

    /// The path, where it is another than that of this one.
    pub(super) fn strayed(&self, from: &Self) -> Option<String> {
        (self.request.path() != from.request.path()).then(|| self.resolved())?
    }

    /// The path as the most obliging of servers would read it, where it is text.
    fn resolved(&self) -> Option<String> {
        let mut path = self.request.path().to_vec();
        for _ in 0..3 {
            path = decoded(&path);
        }
        let path = String::from_utf8(path).ok()?.replace('\\', "/");
        let mut kept: Vec<&str> = Vec::new();
        for segment in path.split('/') {
            match segment.split(';').next().unwrap_or_default() {
                "" | "." => {}
                ".." => {
                    kept.pop();
                }
                segment => kept.push(segment),
            }
        }
        Some(format!("/{}", kept.join("/")))
    }
}

/// Whether a path lies in the repository of the samples, is nobody's, or is nothing of the API.
pub(super) fn is_own(path: &str, kind: Kind) -> bool {
    let lower = path.to_lowercase();
    let inner = lower.strip_prefix("/v2/");
    let is_base = matches!(kind, Kind::Ping | Kind::Catalog);
    is_base
        || lower.contains("plimsoll-nowhere")
        || lower.contains("plimsoll.invalid")
        || inner.is_none_or(|inner| {
            let routes = ["manifests/", "blobs/", "tags/", "referrers/"];
            let is_nameless = || {
                let inner = inner.trim_start_matches(" /");
                routes.iter().any(|route| inner.starts_with(route))
            };
            inner.starts_with(NAME) || (!kind.writes() && is_nameless())
        })
}

/// A path with its percent-encodings decoded.
fn decoded(path: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::new();
    let mut at = 0;
    while let Some(byte) = path.get(at) {
        if let (b'%', Some(high), Some(low)) =
            (byte, digit(path.get(at + 1)), digit(path.get(at + 2)))
        {
            decoded.extend(u8::try_from(high * 16 + low));
            at += 3;
        } else {
            decoded.push(*byte);
            at += 1;
        }
    }
    decoded
}

/// Samples of this kind: one at least.
pub(super) fn of(kind: Kind) -> Vec<Sample> {
    let sample = |request: &WireRequest, doc| Sample {
        op: op(kind),
        draft: draft(doc),
        bytes: request.bytes(),
        request: request.clone(),
    };
    let requests = requests(kind);
    let mut all: Vec<_> = requests
        .iter()
        .map(|request| sample(request, DocKind::Image))
        .collect();
    if kind == Kind::PutManifest {
        let others = &DocKind::ALL[1..];
        all.extend(others.iter().map(|doc| sample(&requests[0], *doc)));
    }
    all
}

fn requests(kind: Kind) -> Vec<WireRequest> {
    let blob = vec![b'x'; 64];
    let to = |method: &str, rest: &str| {
        WireRequest::new(
            method,
            "http://localhost:5000",
            format!("/v2/{NAME}/{rest}"),
        )
        .with("accept", "application/vnd.oci.image.index.v1+json, */*")
    };
    let session =
        "blobs/uploads/8be4df61-93ca-11d2-aa0d-00e098032b8c?_state=abc%3D&a=b".to_string();
    let at_base =
        |path: &str| WireRequest::new("GET", "http://localhost:5000", path).with("accept", "*/*");
    let typed = |request: WireRequest, body: &[u8]| {
        request
            .with("content-type", "application/octet-stream")
            .sending(body.to_vec())
    };
    match kind {
        Kind::Ping | Kind::Raw => vec![at_base("/v2/")],
        Kind::Catalog => vec![at_base("/v2/_catalog")],
        Kind::StartUpload => vec![to("POST", "blobs/uploads/")],
        Kind::Patch => vec![
            typed(to("PATCH", &session), &blob).with("content-range", "64-127"),
            typed(to("PATCH", &session), &blob),
            typed(to("PATCH", "blobs/uploads/1"), &[]),
        ],
        Kind::Finish => vec![
            typed(to("PUT", &format!("{session}&digest={DIGEST}")), &blob),
            typed(to("PUT", &format!("{session}&digest={DIGEST}")), &[]),
        ],
        Kind::SinglePost => vec![typed(
            to("POST", &format!("blobs/uploads/?digest={DIGEST}")),
            &blob,
        )],
        Kind::Mount => vec![
            to(
                "POST",
                &format!("blobs/uploads/?mount={DIGEST}&from=plimsoll/case-1/beta"),
            ),
            to("POST", &format!("blobs/uploads/?mount={DIGEST}")),
        ],
        Kind::UploadStatus => vec![to("GET", &session)],
        Kind::Cancel => vec![to("DELETE", &session)],
        Kind::PutManifest => [format!("manifests/{DIGEST}"), "manifests/latest".to_owned()]
            .map(|rest| typed(to("PUT", &rest), b"{\"schemaVersion\":2}"))
            .to_vec(),
        Kind::GetBlob => vec![to("GET", &format!("blobs/{DIGEST}"))],
        Kind::HeadBlob => vec![to("HEAD", &format!("blobs/{DIGEST}"))],
        Kind::DeleteBlob => vec![to("DELETE", &format!("blobs/{DIGEST}"))],
        Kind::GetManifest => vec![
            to("GET", &format!("manifests/{DIGEST}")),
            to("GET", "manifests/a.b_c-d"),
        ],
        Kind::HeadManifest => vec![
            to("HEAD", &format!("manifests/{DIGEST}")),
            to("HEAD", "manifests/v1"),
        ],
        Kind::DeleteManifest => vec![
            to("DELETE", &format!("manifests/{DIGEST}")),
            to("DELETE", "manifests/v1"),
        ],
        Kind::Tags => vec![to("GET", "tags/list?n=2&last=v1"), to("GET", "tags/list")],
        Kind::Referrers => vec![to("GET", &format!("referrers/{DIGEST}?artifactType=a/b"))],
    }
}

fn op(kind: Kind) -> Op {
    let pick = Pick {
        slot: 0,
        from: Pool::Live,
    };
    let (repository, blob) = (0, 0);
    let on_blob = Target::Blob {
        repository,
        blob: pick,
    };
    let on_tag = Target::Tag {
        repository,
        tag: pick,
    };
    match kind {
        Kind::Ping => Op::Ping,
        Kind::StartUpload => Op::StartUpload { repository, blob },
        Kind::Patch => Op::Patch {
            upload: pick,
            part: 0,
            ranged: true,
        },
        Kind::Finish => Op::Finish {
            upload: pick,
            empty: false,
        },
        Kind::SinglePost => Op::SinglePost { repository, blob },
        Kind::Mount => Op::Mount {
            repository,
            blob: pick,
            from: 1,
            named: true,
        },
        Kind::UploadStatus => Op::UploadStatus { upload: pick },
        Kind::Cancel => Op::Cancel { upload: pick },
        Kind::PutManifest => Op::PutManifest {
            repository,
            doc: 0,
            reference: As::Tag(0),
        },
        Kind::GetBlob => Op::Get { target: on_blob },
        Kind::HeadBlob => Op::Head { target: on_blob },
        Kind::DeleteBlob => Op::Delete { target: on_blob },
        Kind::GetManifest => Op::Get { target: on_tag },
        Kind::HeadManifest => Op::Head { target: on_tag },
        Kind::DeleteManifest => Op::Delete { target: on_tag },
        Kind::Tags => Op::Tags {
            repository,
            n: 0,
            last: 0,
        },
        Kind::Referrers => Op::Referrers {
            repository,
            subject: pick,
            filter: 0,
        },
        Kind::Catalog => Op::Catalog,
        Kind::Raw => Op::Raw { request: 0 },
    }
}

fn draft(kind: DocKind) -> Draft {
    let mut draft = Draft::new(kind.media_type());
    draft.add("schemaVersion", &json!(2));
    draft.add("mediaType", &json!(kind.media_type()));
    let layer = descriptor("application/vnd.oci.image.layer.v1.tar+gzip", DIGEST, 64);
    if !kind.is_index() || kind == DocKind::IndexWithLayers {
        draft.add(
            "config",
            &descriptor("application/vnd.oci.image.config.v1+json", DIGEST, 64),
        );
        draft.add("layers", &json!([layer]));
    }
    if kind.is_index() || kind == DocKind::ImageWithManifests {
        draft.add(
            "manifests",
            &json!([descriptor(DocKind::Image.media_type(), DIGEST, 64)]),
        );
    }
    if kind == DocKind::Artifact {
        draft.add("artifactType", &json!("application/vnd.example.a"));
        draft.add(
            "subject",
            &descriptor(DocKind::Image.media_type(), DIGEST, 500),
        );
    }
    draft.add("annotations", &json!({ "a": "b" }));
    draft
}
