//! What a step asks for, in slots.

use serde::Deserialize;
use serde::Serialize;

/// What a step asks for. Numbers are slots: the remainder by the number of things that there are
/// says which is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Op {
    /// GET on the base.
    Ping,
    /// POST that opens a session for a blob of the plan.
    StartUpload {
        /// The repository.
        repository: u8,
        /// The blob.
        blob: u8,
    },
    /// PATCH with the next part of the session's blob.
    Patch {
        /// The session.
        upload: Pick,
        /// How much of what is left, in 256ths; 0 is all of it.
        part: u8,
        /// Whether `Content-Range` says where the part belongs.
        ranged: bool,
    },
    /// PUT that closes a session.
    Finish {
        /// The session.
        upload: Pick,
        /// Whether what is left of the blob is held back, so that the digest does not fit unless
        /// all of it has been sent.
        empty: bool,
    },
    /// POST, then PUT with the whole blob.
    Monolithic {
        /// The repository.
        repository: u8,
        /// The blob.
        blob: u8,
    },
    /// POST with the whole blob.
    SinglePost {
        /// The repository.
        repository: u8,
        /// The blob.
        blob: u8,
    },
    /// POST that mounts a blob.
    Mount {
        /// The repository.
        repository: u8,
        /// The blob, out of those of the repository that is named as the source.
        blob: Pick,
        /// The source: the slot of a repository.
        from: u8,
        /// Whether the source is named.
        named: bool,
    },
    /// GET on a session.
    UploadStatus {
        /// The session.
        upload: Pick,
    },
    /// DELETE on a session.
    Cancel {
        /// The session.
        upload: Pick,
    },
    /// PUT of a manifest of the plan.
    PutManifest {
        /// The repository.
        repository: u8,
        /// The manifest.
        doc: u8,
        /// Under which reference.
        reference: As,
    },
    /// GET.
    Get {
        /// Of what.
        target: Target,
    },
    /// HEAD.
    Head {
        /// Of what.
        target: Target,
    },
    /// DELETE.
    Delete {
        /// Of what.
        target: Target,
    },
    /// GET on the list of tags.
    Tags {
        /// The repository.
        repository: u8,
        /// The page size; 0 for none, else one less than this.
        n: u8,
        /// The slot of the tag behind which the list begins; 0 for none, else one less.
        last: u8,
    },
    /// GET on the list of referrers.
    Referrers {
        /// The repository.
        repository: u8,
        /// The subject.
        subject: Pick,
        /// The artifact type to filter by; 0 for none, else the slot and one.
        filter: u8,
    },
    /// GET on Docker's list of repositories.
    Catalog,
    /// Bytes that are no request of the API, and may be none at all.
    Raw {
        /// Which of the table of raw requests.
        request: u8,
    },
}

/// A slot, and out of which pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// The slot.
    pub slot: u8,
    /// The pool. Where it is empty, a value that never was stands in for what is not there.
    #[serde(default)]
    pub from: Pool,
}

/// What a slot picks from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pool {
    /// What the registry said that it holds there: stored content, open sessions.
    #[default]
    Live,
    /// Whatever the plan knows, held there or not: content of other repositories, ended sessions.
    Known,
    /// Values that never were.
    Dangling,
}

/// A thing to get, to look for, or to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Target {
    /// A blob.
    Blob {
        /// The repository.
        repository: u8,
        /// The blob.
        blob: Pick,
    },
    /// A manifest, by digest.
    Manifest {
        /// The repository.
        repository: u8,
        /// The manifest.
        doc: Pick,
    },
    /// A manifest, by tag.
    Tag {
        /// The repository.
        repository: u8,
        /// The tag.
        tag: Pick,
    },
}

/// Under which reference a manifest is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum As {
    /// A tag.
    Tag(u8),
    /// Its digest.
    Digest,
    /// Its digest, with this many `tag` parameters, one to three.
    Tagged(u8),
}

/// What a request is for: an operation without its operands. A step of two requests is of two
/// kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// GET on the base.
    Ping,
    /// POST that opens a session.
    StartUpload,
    /// PATCH on a session.
    Patch,
    /// PUT on a session.
    Finish,
    /// POST with a blob.
    SinglePost,
    /// POST with a blob to mount.
    Mount,
    /// GET on a session.
    UploadStatus,
    /// DELETE on a session.
    Cancel,
    /// PUT of a manifest.
    PutManifest,
    /// GET on a blob.
    GetBlob,
    /// HEAD on a blob.
    HeadBlob,
    /// DELETE on a blob.
    DeleteBlob,
    /// GET on a manifest.
    GetManifest,
    /// HEAD on a manifest.
    HeadManifest,
    /// DELETE on a manifest or a tag.
    DeleteManifest,
    /// GET on the list of tags.
    Tags,
    /// GET on the list of referrers.
    Referrers,
    /// GET on the list of repositories.
    Catalog,
    /// Raw bytes.
    Raw,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::Ping,
        Self::StartUpload,
        Self::Patch,
        Self::Finish,
        Self::SinglePost,
        Self::Mount,
        Self::UploadStatus,
        Self::Cancel,
        Self::PutManifest,
        Self::GetBlob,
        Self::HeadBlob,
        Self::DeleteBlob,
        Self::GetManifest,
        Self::HeadManifest,
        Self::DeleteManifest,
        Self::Tags,
        Self::Referrers,
        Self::Catalog,
        Self::Raw,
    ];

    /// Whether it may change what the registry holds.
    pub const fn writes(self) -> bool {
        matches!(
            self,
            Self::StartUpload
                | Self::Patch
                | Self::Finish
                | Self::SinglePost
                | Self::Mount
                | Self::Cancel
                | Self::PutManifest
                | Self::DeleteBlob
                | Self::DeleteManifest
                | Self::Raw
        )
    }

    /// The name, as it is counted.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::StartUpload => "start-upload",
            Self::Patch => "patch",
            Self::Finish => "finish",
            Self::SinglePost => "single-post",
            Self::Mount => "mount",
            Self::UploadStatus => "upload-status",
            Self::Cancel => "cancel",
            Self::PutManifest => "put-manifest",
            Self::GetBlob => "get-blob",
            Self::HeadBlob => "head-blob",
            Self::DeleteBlob => "delete-blob",
            Self::GetManifest => "get-manifest",
            Self::HeadManifest => "head-manifest",
            Self::DeleteManifest => "delete-manifest",
            Self::Tags => "tags",
            Self::Referrers => "referrers",
            Self::Catalog => "catalog",
            Self::Raw => "raw",
        }
    }

    /// Method and path, as a person writes them.
    pub const fn route(self) -> &'static str {
        match self {
            Self::Ping => "GET /v2/",
            Self::StartUpload => "POST /v2/<name>/blobs/uploads/",
            Self::Patch => "PATCH <session>",
            Self::Finish => "PUT <session>?digest=",
            Self::SinglePost => "POST /v2/<name>/blobs/uploads/?digest=",
            Self::Mount => "POST /v2/<name>/blobs/uploads/?mount=",
            Self::UploadStatus => "GET <session>",
            Self::Cancel => "DELETE <session>",
            Self::PutManifest => "PUT /v2/<name>/manifests/<reference>",
            Self::GetBlob => "GET /v2/<name>/blobs/<digest>",
            Self::HeadBlob => "HEAD /v2/<name>/blobs/<digest>",
            Self::DeleteBlob => "DELETE /v2/<name>/blobs/<digest>",
            Self::GetManifest => "GET /v2/<name>/manifests/<reference>",
            Self::HeadManifest => "HEAD /v2/<name>/manifests/<reference>",
            Self::DeleteManifest => "DELETE /v2/<name>/manifests/<reference>",
            Self::Tags => "GET /v2/<name>/tags/list",
            Self::Referrers => "GET /v2/<name>/referrers/<digest>",
            Self::Catalog => "GET /v2/_catalog",
            Self::Raw => "raw bytes",
        }
    }
}

impl Op {
    /// What its last request is for: the one that mutations change.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Ping => Kind::Ping,
            Self::StartUpload { .. } => Kind::StartUpload,
            Self::Patch { .. } => Kind::Patch,
            Self::Finish { .. } | Self::Monolithic { .. } => Kind::Finish,
            Self::SinglePost { .. } => Kind::SinglePost,
            Self::Mount { .. } => Kind::Mount,
            Self::UploadStatus { .. } => Kind::UploadStatus,
            Self::Cancel { .. } => Kind::Cancel,
            Self::PutManifest { .. } => Kind::PutManifest,
            Self::Get { target } => target.kinds()[0],
            Self::Head { target } => target.kinds()[1],
            Self::Delete { target } => target.kinds()[2],
            Self::Tags { .. } => Kind::Tags,
            Self::Referrers { .. } => Kind::Referrers,
            Self::Catalog => Kind::Catalog,
            Self::Raw { .. } => Kind::Raw,
        }
    }
}

impl Target {
    /// What GET, HEAD and DELETE of it are.
    const fn kinds(self) -> [Kind; 3] {
        match self {
            Self::Blob { .. } => [Kind::GetBlob, Kind::HeadBlob, Kind::DeleteBlob],
            _ => [Kind::GetManifest, Kind::HeadManifest, Kind::DeleteManifest],
        }
    }
}
