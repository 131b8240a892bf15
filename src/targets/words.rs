//! Names, references, digests.

use super::grammar;
use super::is_short;
use super::text;
use crate::oci::Algorithm;
use crate::oci::BadDigest;
use crate::oci::BadReference;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;

/// Repository names.
pub(super) fn name(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let read = text.parse::<RepositoryName>();
    assert_eq!(read.is_ok(), grammar::is_name(text), "{text:?}");
    match read {
        Ok(name) => assert_eq!(name.to_string(), text),
        Err(bad) => is_short(&bad, text),
    }
}

/// Tags and digests.
pub(super) fn reference(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let tag = text.parse::<Tag>();
    assert_eq!(tag.is_ok(), grammar::is_tag(text), "{text:?}");
    match text.parse::<Reference>() {
        Ok(reference) => {
            assert_eq!(reference.to_string(), text);
            assert_eq!(matches!(reference, Reference::Tag(_)), tag.is_ok());
        }
        Err(bad) => {
            is_short(&bad, text);
            assert!(tag.is_err() && text.parse::<Digest>().is_err(), "{text:?}");
            assert_eq!(matches!(bad, BadReference::Digest(_)), text.contains(':'));
        }
    }
}

/// Digests.
pub(super) fn digest(data: &[u8]) {
    is_written_as_read(&Algorithm::Sha256.digest(data), data);
    is_written_as_read(&Algorithm::Sha512.digest(data), data);
    let Some(text) = text(data) else { return };
    let read = text.parse::<Digest>();
    assert_eq!(read.is_ok(), grammar::is_known_digest(text), "{text:?}");
    match read {
        Ok(digest) => assert_eq!(digest.to_string(), text),
        Err(bad) => {
            is_short(&bad, text);
            let lacks_form = matches!(bad, BadDigest::Form(_));
            assert_eq!(lacks_form, !grammar::is_digest(text), "{text:?}");
        }
    }
}

fn is_written_as_read(digest: &Digest, content: &[u8]) {
    let written = digest.to_string();
    assert!(grammar::is_known_digest(&written), "{written}");
    assert_eq!(written.parse().as_ref(), Ok(digest));
    assert!(digest.matches(content));
}
