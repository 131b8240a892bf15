//! Features: what a registry may lawfully lack, and how it says so.

use std::fmt;

use crate::catalogue::Version;

/// A part of the API that a registry may lawfully lack, or content that a run may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Content can be pushed.
    Push,
    /// There is a blob to pull: pushed, or given.
    Blob,
    /// There is a manifest to pull: pushed, or given.
    Manifest,
    /// There is a tag to pull: pushed, or given.
    Tag,
    /// Blobs can be named by sha512.
    Sha512Blobs,
    /// Manifests can be named by sha512.
    Sha512Manifests,
    /// A blob can be pulled in parts.
    Ranges,
    /// A blob can be pushed by a single POST.
    SinglePost,
    /// A blob can be mounted from another repository.
    Mount,
    /// A blob can be mounted without naming where from.
    AnonymousMount,
    /// An upload can be cancelled (1.2).
    Cancel,
    /// A session can be opened for a digest algorithm (1.2).
    DigestAlgorithm,
    /// A manifest can be tagged while it is pushed by digest (1.2).
    TagParameters,
    /// The referrers of a manifest can be listed (since 1.1).
    Referrers,
    /// That list can be filtered.
    ReferrersFilter,
    /// A tag can be deleted.
    TagDelete,
    /// A manifest can be deleted.
    ManifestDelete,
    /// A blob can be deleted.
    BlobDelete,
    /// The registry wants to know who asks.
    Login,
    /// It is shown tokens (Docker's token authentication).
    Tokens,
    /// There is another account, which may not see what the first one has.
    SecondAccount,
    /// There is a listener of ours that the registry can call.
    Canary,
    /// The registry can be made to end at once and to start again.
    Restart,
    /// The repositories can be listed (Docker's older protocol).
    Catalog,
}

/// What there is to say of a feature.
#[derive(Debug)]
pub struct FeatureRow {
    /// The feature.
    pub feature: Feature,
    /// The name in flags and reports; stable, never reused.
    pub id: &'static str,
    /// What it is, as a noun phrase.
    pub title: &'static str,
    /// The answers, and no others, that say lawfully that it is not there.
    pub absent: &'static str,
    /// The first version of the specification that has it.
    pub since: Version,
}

impl Feature {
    /// Every feature, in the order in which they are reported.
    pub const ROWS: &[FeatureRow] = &[
        row(
            Self::Push,
            "push",
            "pushing content",
            "405 to POST, PUT and PATCH alike",
        ),
        row(
            Self::Blob,
            "blob",
            "a blob to pull",
            "nothing can be pushed, and none was given",
        ),
        row(
            Self::Manifest,
            "manifest",
            "a manifest to pull",
            "nothing can be pushed, and none was given",
        ),
        row(
            Self::Tag,
            "tag",
            "a tag to pull",
            "nothing can be pushed, and none was given",
        ),
        row(
            Self::Sha512Blobs,
            "sha512-blobs",
            "blobs named by sha512",
            "400 to the closing PUT",
        ),
        row(
            Self::Sha512Manifests,
            "sha512-manifests",
            "manifests named by sha512",
            "400 to the PUT",
        ),
        row(
            Self::Ranges,
            "ranges",
            "pulling a part of a blob",
            "200 with the whole blob",
        ),
        row(
            Self::SinglePost,
            "single-post",
            "pushing a blob by a single POST",
            "202 with a Location",
        ),
        row(
            Self::Mount,
            "mount",
            "mounting a blob from another repository",
            "202 with a Location",
        ),
        row(
            Self::AnonymousMount,
            "anonymous-mount",
            "mounting a blob from anywhere",
            "202 with a Location",
        ),
        FeatureRow {
            since: Version::V1_2,
            ..row(
                Self::Cancel,
                "cancel",
                "cancelling an upload",
                "400, 404 or 405 to the DELETE",
            )
        },
        FeatureRow {
            since: Version::V1_2,
            ..row(
                Self::DigestAlgorithm,
                "digest-algorithm",
                "choosing a session's digest algorithm",
                "400 to the POST",
            )
        },
        FeatureRow {
            since: Version::V1_2,
            ..row(
                Self::TagParameters,
                "tag-parameters",
                "tagging while pushing by digest",
                "201 without OCI-Tag",
            )
        },
        FeatureRow {
            since: Version::V1_1,
            ..row(
                Self::Referrers,
                "referrers",
                "listing referrers",
                "404, and no OCI-Subject on a push",
            )
        },
        FeatureRow {
            since: Version::V1_1,
            ..row(
                Self::ReferrersFilter,
                "referrers-filter",
                "filtering referrers",
                "200 without OCI-Filters-Applied",
            )
        },
        row(
            Self::TagDelete,
            "tag-delete",
            "deleting a tag",
            "400 or 405",
        ),
        row(
            Self::ManifestDelete,
            "manifest-delete",
            "deleting a manifest",
            "400 or 405",
        ),
        row(
            Self::BlobDelete,
            "blob-delete",
            "deleting a blob",
            "400 or 405",
        ),
        row(
            Self::Login,
            "login",
            "a login",
            "200 to a GET of the base without credentials",
        ),
        row(
            Self::Tokens,
            "tokens",
            "a login by token",
            "no Bearer challenge to a GET of the base without credentials",
        ),
        row(
            Self::SecondAccount,
            "second-account",
            "another account",
            "none was given",
        ),
        row(
            Self::Canary,
            "listener",
            "a listener that the registry can call",
            "none was given",
        ),
        row(
            Self::Restart,
            "restart",
            "a registry that can be started again",
            "no command was given",
        ),
        row(
            Self::Catalog,
            "catalog",
            "the list of repositories",
            "401, 403, 404 or 405 to a GET of /v2/_catalog",
        ),
    ];

    /// What there is to say of it.
    pub fn row(self) -> &'static FeatureRow {
        Self::ROWS
            .iter()
            .find(|row| row.feature == self)
            .expect("every feature has a row")
    }

    /// The name in flags and reports.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// The feature with this name.
    pub fn named(id: &str) -> Option<Self> {
        Self::ROWS
            .iter()
            .find(|row| row.id == id)
            .map(|row| row.feature)
    }
}

const fn row(
    feature: Feature,
    id: &'static str,
    title: &'static str,
    absent: &'static str,
) -> FeatureRow {
    FeatureRow {
        feature,
        id,
        title,
        absent,
        since: Version::V1_0,
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// Whether a registry has a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeatureState {
    /// It has; the answer that says so.
    Supported(String),
    /// It lawfully has not; the answer that says so.
    Unsupported(String),
    /// The question has no lawful answer yet, so its checks are put and will say more; what
    /// happened.
    Unknown(String),
    /// The question is not put in this run; why not.
    NotAsked(String),
}

impl FeatureState {
    /// The word in reports.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Supported(_) => "supported",
            Self::Unsupported(_) => "unsupported",
            Self::Unknown(_) | Self::NotAsked(_) => "unknown",
        }
    }

    /// The answer behind it.
    pub fn evidence(&self) -> &str {
        match self {
            Self::Supported(text)
            | Self::Unsupported(text)
            | Self::Unknown(text)
            | Self::NotAsked(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_one_row_and_a_name_that_finds_it() {
        for row in Feature::ROWS {
            assert_eq!(Feature::named(row.id), Some(row.feature));
            assert_eq!(
                Feature::ROWS
                    .iter()
                    .filter(|other| other.id == row.id)
                    .count(),
                1
            );
        }
        let last = Feature::Catalog as usize;
        assert_eq!(
            Feature::ROWS.len(),
            last + 1,
            "a feature without a row would panic"
        );
    }
}
