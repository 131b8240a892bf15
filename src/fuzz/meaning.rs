//! What a request means, with every slot resolved: what a judge needs to know of it.
//!
//! A changed request keeps the meaning that it would have unchanged.

use std::sync::Arc;

use bytes::Bytes;

use super::mutation::RawRequest;
use super::plan::DocKind;
use super::plan::Kind;

/// A digest, a tag, or another short text that many places share.
pub(crate) type Text = Arc<str>;

/// What is asked for. Repositories and sessions are numbers of the run's own; a session that never
/// was is none.
#[derive(Debug, Clone)]
pub(crate) enum Meaning {
    Ping,
    Catalog,
    Raw(&'static RawRequest),
    StartUpload {
        repository: usize,
    },
    Patch {
        repository: usize,
        upload: Option<usize>,
        /// The offset from which the chunk is, as the client counts.
        at: u64,
        chunk: Bytes,
        /// Whether the request says that offset.
        ranged: bool,
    },
    Finish {
        repository: usize,
        upload: Option<usize>,
        digest: Text,
        rest: Bytes,
    },
    SinglePost {
        repository: usize,
        digest: Text,
    },
    Mount {
        repository: usize,
        digest: Text,
        from: Option<usize>,
    },
    UploadStatus {
        repository: usize,
        upload: Option<usize>,
    },
    Cancel {
        repository: usize,
        upload: Option<usize>,
    },
    PutManifest {
        repository: usize,
        reference: Reference,
        /// The `tag` parameters.
        tags: Vec<Text>,
        document: Arc<Document>,
    },
    Blob {
        verb: Verb,
        repository: usize,
        digest: Text,
    },
    Manifest {
        verb: Verb,
        repository: usize,
        reference: Reference,
    },
    Tags {
        repository: usize,
        n: Option<usize>,
        last: Option<Text>,
    },
    Referrers {
        repository: usize,
        subject: Text,
        filter: Option<Text>,
    },
}

/// Getting, looking for, or deleting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Head,
    Delete,
}

/// How a manifest is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reference {
    Tag(Text),
    Digest(Text),
}

impl Reference {
    pub(crate) fn text(&self) -> &str {
        let (Self::Tag(text) | Self::Digest(text)) = self;
        text
    }
}

/// A manifest as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) bytes: Bytes,
    pub(crate) digest: Text,
    /// The `Content-Type` under which it goes out.
    pub(crate) media_type: String,
    pub(crate) kind: DocKind,
    /// Whether a mutation has changed it.
    pub(crate) is_odd: bool,
    /// The digests of the blobs that it names.
    pub(crate) blobs: Vec<Text>,
    /// The digests of the manifests that it names.
    pub(crate) manifests: Vec<Text>,
    /// The digest of its subject.
    pub(crate) subject: Option<Text>,
    /// What it is in a list of referrers.
    pub(crate) referrer_type: Option<Text>,
}

impl Meaning {
    /// What it is for.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Ping => Kind::Ping,
            Self::Catalog => Kind::Catalog,
            Self::Raw(_) => Kind::Raw,
            Self::StartUpload { .. } => Kind::StartUpload,
            Self::Patch { .. } => Kind::Patch,
            Self::Finish { .. } => Kind::Finish,
            Self::SinglePost { .. } => Kind::SinglePost,
            Self::Mount { .. } => Kind::Mount,
            Self::UploadStatus { .. } => Kind::UploadStatus,
            Self::Cancel { .. } => Kind::Cancel,
            Self::PutManifest { .. } => Kind::PutManifest,
            Self::Blob { verb, .. } => match verb {
                Verb::Get => Kind::GetBlob,
                Verb::Head => Kind::HeadBlob,
                Verb::Delete => Kind::DeleteBlob,
            },
            Self::Manifest { verb, .. } => match verb {
                Verb::Get => Kind::GetManifest,
                Verb::Head => Kind::HeadManifest,
                Verb::Delete => Kind::DeleteManifest,
            },
            Self::Tags { .. } => Kind::Tags,
            Self::Referrers { .. } => Kind::Referrers,
        }
    }

    /// The repository in whose path it stands.
    pub(crate) fn repository(&self) -> Option<usize> {
        match self {
            Self::Ping | Self::Catalog | Self::Raw(_) => None,
            Self::StartUpload { repository }
            | Self::Patch { repository, .. }
            | Self::Finish { repository, .. }
            | Self::SinglePost { repository, .. }
            | Self::Mount { repository, .. }
            | Self::UploadStatus { repository, .. }
            | Self::Cancel { repository, .. }
            | Self::PutManifest { repository, .. }
            | Self::Blob { repository, .. }
            | Self::Manifest { repository, .. }
            | Self::Tags { repository, .. }
            | Self::Referrers { repository, .. } => Some(*repository),
        }
    }

    /// The session that it is about.
    pub(crate) fn upload(&self) -> Option<usize> {
        match self {
            Self::Patch { upload, .. }
            | Self::Finish { upload, .. }
            | Self::UploadStatus { upload, .. }
            | Self::Cancel { upload, .. } => *upload,
            _ => None,
        }
    }
}
