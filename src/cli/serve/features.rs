//! What the registry lacks and where its bounds are, by the flags of `serve`.

use std::time::Duration;

use crate::registry::Builder;
use crate::registry::Namespace;
use crate::registry::Optional;
use crate::registry::Settings;
use crate::registry::Warnings;

use super::super::CliError;

/// The flags.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What it has")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, and any of them can be given"
)]
pub(super) struct Features {
    /// Take nothing and delete nothing: answer 405 to whatever is not GET or HEAD.
    #[arg(long)]
    read_only: bool,
    /// Delete neither tags, nor manifests, nor blobs.
    #[arg(long)]
    no_delete: bool,
    /// Delete no tags.
    #[arg(long)]
    no_tag_delete: bool,
    /// Delete no manifests by their digests.
    #[arg(long)]
    no_manifest_delete: bool,
    /// Delete no blobs.
    #[arg(long)]
    no_blob_delete: bool,
    /// Cancel no uploads.
    #[arg(long)]
    no_cancel: bool,
    /// Do not say how far an upload is.
    #[arg(long)]
    no_upload_status: bool,
    /// List no referrers, and do not say that a subject was noted.
    #[arg(long)]
    no_referrers: bool,
    /// List all referrers, whatever artifact type is asked for.
    #[arg(long)]
    no_referrers_filter: bool,
    /// Mount no blobs from other repositories.
    #[arg(long)]
    no_mount: bool,
    /// Mount no blobs from repositories that are not named.
    #[arg(long)]
    no_anonymous_mount: bool,
    /// Take no blob in a single POST.
    #[arg(long)]
    no_single_post: bool,
    /// Know no digests by SHA-512.
    #[arg(long)]
    no_sha512: bool,
    /// Serve no parts of blobs.
    #[arg(long)]
    no_ranges: bool,
    /// Pass over the parameter `tag` of a manifest that is pushed by its digest.
    #[arg(long)]
    no_tag_parameter: bool,
    /// Pass over the parameter `digest-algorithm` of an upload that is opened.
    #[arg(long)]
    no_digest_algorithm: bool,
    /// List no extensions.
    #[arg(long)]
    no_extensions: bool,
    /// List no repositories (`/v2/_catalog`, which is Docker's and in no version of the specification).
    #[arg(long)]
    no_catalog: bool,
    /// How many tags a page of the list has at most.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    tags_page: Option<u64>,
    /// How many names a page of the list of repositories has at most.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    catalog_page: Option<u64>,
    /// How many referrers a page of the list has at most.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    referrers_page: Option<u64>,
    /// The longest manifest that is taken, in bytes; 8388608 unless given.
    #[arg(long, value_name = "BYTES")]
    manifest_limit: Option<u64>,
    /// The longest blob that is taken, in bytes; 1073741824 in memory and any length in a folder
    /// unless given.
    #[arg(long, value_name = "BYTES")]
    blob_limit: Option<u64>,
    /// The least length of a chunk that is not the last, in bytes.
    #[arg(long, value_name = "BYTES")]
    chunk_minimum: Option<u64>,
    /// Take manifests whose configuration or layers the repository does not hold.
    #[arg(long)]
    allow_missing: bool,
    /// How long an upload waits for its client, such as `90s` or `2h`; an hour unless given.
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    upload_timeout: Option<Duration>,
    /// Answer pulls with `ns=HOST` by what the repositories under PREFIX hold, and say so in
    /// `OCI-Namespace`. Any number of times.
    #[arg(long, value_name = "HOST=PREFIX")]
    namespace: Vec<Namespace>,
    /// Say this in a `Warning` on every answer. Any number of times.
    #[arg(long, value_name = "TEXT")]
    warning: Vec<String>,
}

/// Whether it takes and deletes nothing.
pub(super) fn is_read_only(args: &Features) -> bool {
    args.read_only
}

/// The registry with what it has. `is_in_memory` is whether what it holds is.
pub(super) fn applied(
    args: &Features,
    builder: Builder,
    is_in_memory: bool,
) -> Result<Builder, CliError> {
    let warnings = Warnings::new(&args.warning);
    let warnings = warnings.map_err(|error| CliError::Usage(format!("--warning: {error}")))?;
    let lacks = lacks(args).into_iter().filter(|(is_off, _)| *is_off);
    let builder = lacks.fold(builder, |builder, (_, part)| builder.without(part));
    let builder = builder.change(|settings| bound(args, settings, is_in_memory));
    Ok(builder.change(|settings| {
        settings.read_only = args.read_only;
        settings.require_references = !args.allow_missing;
        settings.namespaces.clone_from(&args.namespace);
        settings.warnings = warnings;
    }))
}

/// Each part, and whether it is taken away.
fn lacks(args: &Features) -> [(bool, Optional); 16] {
    [
        (args.no_delete || args.no_tag_delete, Optional::TagDelete),
        (
            args.no_delete || args.no_manifest_delete,
            Optional::ManifestDelete,
        ),
        (args.no_delete || args.no_blob_delete, Optional::BlobDelete),
        (args.no_referrers, Optional::Referrers),
        (args.no_mount, Optional::Mount),
        (
            args.no_mount || args.no_anonymous_mount,
            Optional::AnonymousMount,
        ),
        (args.no_single_post, Optional::SinglePost),
        (args.no_sha512, Optional::Sha512),
        (args.no_ranges, Optional::Ranges),
        (args.no_cancel, Optional::Cancel),
        (args.no_upload_status, Optional::UploadStatus),
        (args.no_referrers_filter, Optional::ReferrersFilter),
        (args.no_tag_parameter, Optional::TagParameters),
        (args.no_digest_algorithm, Optional::DigestAlgorithm),
        (args.no_extensions, Optional::Extensions),
        (args.no_catalog, Optional::Catalog),
    ]
}

fn bound(args: &Features, settings: &mut Settings, is_in_memory: bool) {
    settings.tags_page = args.tags_page.map_or(settings.tags_page, size);
    settings.catalog_page = args.catalog_page.map_or(settings.catalog_page, size);
    settings.referrers_page = args.referrers_page.map_or(settings.referrers_page, size);
    settings.manifest_limit = args.manifest_limit.map_or(settings.manifest_limit, size);
    let most = if is_in_memory {
        settings.blob_limit
    } else {
        usize::MAX
    };
    settings.blob_limit = args.blob_limit.map_or(most, size);
    settings.chunk_minimum = args.chunk_minimum.or(settings.chunk_minimum);
    settings.session_timeout = args.upload_timeout.unwrap_or(settings.session_timeout);
}

/// A number of things in memory; what exceeds it is no bound.
fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::registry::Registry;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        features: Features,
    }

    fn settings(flags: &[&str], is_in_memory: bool) -> Settings {
        let line = Line::try_parse_from([&["serve"], flags].concat()).unwrap();
        let mut settings = Settings::default();
        let builder = applied(&line.features, Registry::builder(), is_in_memory).unwrap();
        let _ = builder.change(|applied| settings = applied.clone());
        settings
    }

    #[test]
    fn nothing_is_lacking_unless_it_is_said() {
        let settings = settings(&[], true);
        assert!(settings.off.is_empty());
        assert!(!settings.read_only);
        assert_eq!(settings.blob_limit, Settings::default().blob_limit);
    }

    #[test]
    fn each_flag_takes_something_away() {
        for (flag, part) in [
            ("--no-delete", Optional::BlobDelete),
            ("--no-delete", Optional::TagDelete),
            ("--no-tag-delete", Optional::TagDelete),
            ("--no-manifest-delete", Optional::ManifestDelete),
            ("--no-blob-delete", Optional::BlobDelete),
            ("--no-referrers", Optional::Referrers),
            ("--no-mount", Optional::AnonymousMount),
            ("--no-single-post", Optional::SinglePost),
            ("--no-sha512", Optional::Sha512),
            ("--no-ranges", Optional::Ranges),
            ("--no-anonymous-mount", Optional::AnonymousMount),
            ("--no-cancel", Optional::Cancel),
            ("--no-upload-status", Optional::UploadStatus),
            ("--no-referrers-filter", Optional::ReferrersFilter),
            ("--no-tag-parameter", Optional::TagParameters),
            ("--no-digest-algorithm", Optional::DigestAlgorithm),
            ("--no-extensions", Optional::Extensions),
            ("--no-catalog", Optional::Catalog),
        ] {
            assert!(!settings(&[flag], true).offers(part), "{flag}");
        }
    }

    #[test]
    fn bounds_are_what_is_said() {
        let flags = [
            "--tags-page",
            "3",
            "--manifest-limit",
            "9",
            "--chunk-minimum",
            "5",
        ];
        let given = settings(&flags, true);
        assert_eq!((given.tags_page, given.manifest_limit), (3, 9));
        assert_eq!(given.chunk_minimum, Some(5));
        assert_eq!(settings(&[], false).blob_limit, usize::MAX);
        assert!(Line::try_parse_from(["serve", "--tags-page", "0"]).is_err());
    }

    #[test]
    fn what_it_says_and_in_whose_name_is_what_is_said() {
        let flags = [
            "--namespace",
            "docker.io=mirror/docker",
            "--warning",
            "old",
            "--upload-timeout",
            "90s",
            "--allow-missing",
        ];
        let given = settings(&flags, true);
        assert_eq!(
            given.namespaces,
            ["docker.io=mirror/docker".parse().unwrap()]
        );
        assert_eq!(given.warnings, Warnings::new(&["old"]).unwrap());
        assert_eq!(given.session_timeout, Duration::from_secs(90));
        assert!(!given.require_references);
        let line = Line::try_parse_from(["serve", "--warning", "a\nb"]).unwrap();
        assert!(applied(&line.features, Registry::builder(), true).is_err());
        assert!(Line::try_parse_from(["serve", "--namespace", "docker.io"]).is_err());
    }
}
