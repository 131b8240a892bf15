//! What the registry lacks and where its bounds are, by the flags of `serve`.

use crate::registry::Builder;
use crate::registry::Optional;

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
    /// List no referrers, and do not say that a subject was noted.
    #[arg(long)]
    no_referrers: bool,
    /// Mount no blobs from other repositories.
    #[arg(long)]
    no_mount: bool,
    /// Take no blob in a single POST.
    #[arg(long)]
    no_single_post: bool,
    /// Know no digests by SHA-512.
    #[arg(long)]
    no_sha512: bool,
    /// Serve no parts of blobs.
    #[arg(long)]
    no_ranges: bool,
    /// How many tags a page of the list has at most.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    tags_page: Option<u64>,
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
}

/// Whether it takes and deletes nothing.
pub(super) fn is_read_only(args: &Features) -> bool {
    args.read_only
}

/// The registry with what it has. `is_in_memory` is whether what it holds is.
pub(super) fn applied(args: &Features, builder: Builder, is_in_memory: bool) -> Builder {
    let lacks = [
        (args.no_delete || args.no_tag_delete, Optional::TagDelete),
        (
            args.no_delete || args.no_manifest_delete,
            Optional::ManifestDelete,
        ),
        (args.no_delete || args.no_blob_delete, Optional::BlobDelete),
        (args.no_referrers, Optional::Referrers),
        (args.no_mount, Optional::Mount),
        (args.no_mount, Optional::AnonymousMount),
        (args.no_single_post, Optional::SinglePost),
        (args.no_sha512, Optional::Sha512),
        (args.no_ranges, Optional::Ranges),
    ];
    let lacks = lacks.into_iter().filter(|(is_off, _)| *is_off);
    let builder = lacks.fold(builder, |builder, (_, part)| builder.without(part));
    builder.change(|settings| {
        settings.read_only = args.read_only;
        settings.tags_page = args.tags_page.map_or(settings.tags_page, size);
        settings.referrers_page = args.referrers_page.map_or(settings.referrers_page, size);
        settings.manifest_limit = args.manifest_limit.map_or(settings.manifest_limit, size);
        let most = if is_in_memory {
            settings.blob_limit
        } else {
            usize::MAX
        };
        settings.blob_limit = args.blob_limit.map_or(most, size);
        settings.chunk_minimum = args.chunk_minimum.or(settings.chunk_minimum);
    })
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
    use crate::registry::Settings;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        features: Features,
    }

    fn settings(flags: &[&str], is_in_memory: bool) -> Settings {
        let line = Line::try_parse_from([&["serve"], flags].concat()).unwrap();
        let mut settings = Settings::default();
        let builder = applied(&line.features, Registry::builder(), is_in_memory);
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
}
