//! A repository as its folders say that it is. What a crash has left half done counts as not done.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::super::StoredManifest;
use super::super::index::Index;
use super::super::referrer;
use super::super::sessions::Sessions;
use super::super::sessions::Upload;
use super::files;
use super::record;
use super::tree;
use super::tree::Branch;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::Tag;

/// What a repository holds.
pub(super) fn index(branch: &Branch) -> io::Result<Index<u64>> {
    let mut index = Index::default();
    index.is_known = branch.blobs().is_dir() || branch.records().is_dir();
    for path in files::grandchildren(&branch.blobs())? {
        if let Some(digest) = tree::digest_at(&path) {
            index.put_blob(digest, fs::metadata(&path)?.len());
        }
    }
    let mut is_whole = true;
    for path in files::grandchildren(&branch.records())? {
        let Some(manifest) = manifest(branch, &path)? else {
            is_whole = false;
            continue;
        };
        let pushed = manifest.digests[0].clone();
        index.put_manifest((manifest, None), &pushed, &[]);
    }
    if is_whole {
        remove_leftovers(branch, &index)?;
    }
    for path in files::entries(&branch.tags())? {
        if let Some((tag, digest)) = tag(&path) {
            let reference = Reference::Digest(digest.clone());
            if index.manifest(&reference).is_some() {
                index.put_tag(tag, digest);
            } else {
                // Its manifest was deleted; were it pushed again, the tag would come back.
                drop(files::remove(&path));
            }
        }
    }
    Ok(index)
}

/// Removes links to manifests of which no record tells: a process was killed as it pushed or deleted
/// them. With the last of them, the content is a stray in the pool.
fn remove_leftovers(branch: &Branch, index: &Index<u64>) -> io::Result<()> {
    for path in files::grandchildren(&branch.manifests())? {
        let digest = tree::digest_at(&path).map(Reference::Digest);
        if digest.is_some_and(|it| index.manifest(&it).is_none()) {
            files::remove(&path)?;
        }
    }
    Ok(())
}

/// The manifest of which the record at `path` tells, if it is there. One that cannot be read is for the
/// checker to tell of.
fn manifest(branch: &Branch, path: &Path) -> io::Result<Option<StoredManifest<u64>>> {
    let Ok(noted) = record::read(path) else {
        return Ok(None);
    };
    let mut manifest = noted.manifest;
    let place = branch.manifest(&manifest.digests[0]);
    if !place.is_file() {
        return Ok(None);
    }
    if !noted.tells_referrer {
        referrer::fill_in(&mut manifest, &fs::read(place)?);
    }
    Ok(Some(manifest))
}

/// The tag whose link is at `path`, and where it points.
pub(super) fn tag(path: &Path) -> Option<(Tag, Digest)> {
    let tag = path.file_name()?.to_str()?.parse().ok()?;
    Some((tag, tree::digest_at(&fs::read_link(path).ok()?)?))
}

/// The uploads of a repository.
pub(super) fn sessions(branch: &Branch) -> io::Result<Sessions<PathBuf>> {
    let mut sessions = Sessions::default();
    for folder in files::entries(&branch.uploads())? {
        let Some(id) = folder.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        sessions.open(id, Upload::of(pieces(&folder)?));
    }
    Ok(sessions)
}

/// The pieces of an upload with their lengths, as far as each begins where the one before it ends.
fn pieces(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut pieces = Vec::new();
    let mut end = 0;
    for path in files::entries(folder)? {
        let offset = path
            .file_name()
            .and_then(|name| name.to_str()?.parse().ok());
        if offset != Some(end) {
            break;
        }
        let len = fs::metadata(&path)?.len();
        end += len;
        pieces.push((len, path));
    }
    Ok(pieces)
}
