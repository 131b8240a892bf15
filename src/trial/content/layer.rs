//! Layers: real archives that unpack to a small tree.

use std::io::Write as _;

use flate2::Compression;
use flate2::GzBuilder;
use tar::EntryType;
use tar::Header;

use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;

use super::Blob;
use super::Stream;
use super::zstd;

/// A layer of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What is pushed.
    pub blob: Blob,
    /// The digest of the archive before it was compressed (image specification,
    /// config.md#layer-diffid).
    pub diff_id: Digest,
}

impl Layer {
    /// Where every layer has a link to the program that it holds.
    pub const PROGRAM: &str = "usr/bin/current";

    /// A gzipped layer of a few hundred bytes.
    pub fn gzip(stream: &mut Stream, algorithm: Algorithm) -> Self {
        Self::packed(stream, algorithm, media_type::LAYER_GZIP, gzipped)
    }

    /// A layer that is not compressed, of a few thousand bytes.
    pub fn plain(stream: &mut Stream, algorithm: Algorithm) -> Self {
        Self::packed(stream, algorithm, media_type::LAYER_TAR, <[u8]>::to_vec)
    }

    /// A layer in a Zstandard frame, of a few thousand bytes.
    pub fn zstd(stream: &mut Stream, algorithm: Algorithm) -> Self {
        Self::packed(stream, algorithm, media_type::LAYER_ZSTD, zstd::stored)
    }

    /// A blob that stands where a layer would, as those of artifacts do.
    pub fn opaque(blob: Blob) -> Self {
        let diff_id = blob.digest.clone();
        Self { blob, diff_id }
    }

    /// The same layer by the name of another media type.
    #[must_use]
    pub fn with_media_type(self, media_type: &str) -> Self {
        Self {
            blob: self.blob.with_media_type(media_type),
            ..self
        }
    }

    fn packed(
        stream: &mut Stream,
        algorithm: Algorithm,
        media_type: &str,
        pack: fn(&[u8]) -> Vec<u8>,
    ) -> Self {
        let archive = archive(stream);
        Self {
            blob: Blob::from_bytes(pack(&archive), algorithm, media_type),
            diff_id: algorithm.digest(&archive),
        }
    }
}

/// A tree of some directories, a program, a link to it, a text and an empty file.
fn archive(stream: &mut Stream) -> Vec<u8> {
    let program = stream.word(8);
    let script = format!("#!/bin/sh\necho {}\n", stream.word(24));
    let readme = format!("{program}: {} {}\n", stream.word(24), stream.word(24));
    let mut tree = Tree(tar::Builder::new(Vec::new()));
    for directory in ["etc/", "usr/", "usr/bin/", "usr/share/"] {
        tree.add(directory, EntryType::Directory, 0o755, "");
    }
    let path = format!("usr/bin/{program}");
    tree.add(&path, EntryType::Regular, 0o755, &script);
    tree.link(Layer::PROGRAM, &program);
    tree.add("usr/share/readme.txt", EntryType::Regular, 0o644, &readme);
    tree.add("etc/empty.conf", EntryType::Regular, 0o600, "");
    tree.0.into_inner().expect(IN_MEMORY)
}

/// Why writing an archive or a stream here never fails.
const IN_MEMORY: &str = "writing short names to memory does not fail";

/// An archive in the making.
struct Tree(tar::Builder<Vec<u8>>);

impl Tree {
    fn add(&mut self, path: &str, kind: EntryType, mode: u32, content: &str) {
        let mut header = header(kind, mode);
        header.set_size(content.len() as u64);
        let added = self.0.append_data(&mut header, path, content.as_bytes());
        added.expect(IN_MEMORY);
    }

    fn link(&mut self, path: &str, target: &str) {
        let mut header = header(EntryType::Symlink, 0o777);
        header.set_size(0);
        let added = self.0.append_link(&mut header, path, target);
        added.expect(IN_MEMORY);
    }
}

/// The same owner and time for all, so that the bytes depend on the content alone.
fn header(kind: EntryType, mode: u32) -> Header {
    /// The first second of 2020.
    const MODIFIED: u64 = 1_577_836_800;
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(MODIFIED);
    header
}

/// Gzip without a time stamp and at a fixed level, so that the bytes depend on the content alone.
fn gzipped(archive: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::new(6));
    encoder.write_all(archive).expect(IN_MEMORY);
    encoder.finish().expect(IN_MEMORY)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::Seed;
    use super::*;

    fn unzipped(layer: &Layer) -> Vec<u8> {
        let mut archive = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(&layer.blob.bytes[..]);
        decoder.read_to_end(&mut archive).unwrap();
        archive
    }

    #[test]
    fn the_diff_id_is_the_digest_of_the_archive() {
        for algorithm in Algorithm::ALL {
            let layer = Layer::gzip(&mut Seed(1).stream("x"), algorithm);
            assert!(layer.diff_id.matches(&unzipped(&layer)));
            assert_eq!(layer.diff_id.algorithm(), algorithm);
            assert_ne!(layer.diff_id, layer.blob.digest);
            let plain = Layer::plain(&mut Seed(1).stream("x"), algorithm);
            assert_eq!(plain.blob.bytes, unzipped(&layer));
            assert_eq!(plain.diff_id, plain.blob.digest);
            let zstd = Layer::zstd(&mut Seed(1).stream("x"), algorithm);
            assert_eq!(zstd.diff_id, plain.diff_id);
            assert_ne!(zstd.blob.digest, plain.blob.digest);
        }
    }

    #[test]
    fn a_layer_unpacks_to_a_tree() {
        let layer = Layer::gzip(&mut Seed(1).stream("x"), Algorithm::Sha256);
        let root = tempfile::tempdir().unwrap();
        tar::Archive::new(&unzipped(&layer)[..])
            .unpack(root.path())
            .unwrap();
        let program = root.path().join(Layer::PROGRAM);
        assert!(program.symlink_metadata().unwrap().is_symlink());
        let script = std::fs::read_to_string(program).unwrap();
        assert!(script.starts_with("#!/bin/sh\necho "), "{script}");
        assert!(root.path().join("etc/empty.conf").metadata().unwrap().len() == 0);
    }

    #[test]
    fn owner_and_time_are_the_same_for_all_entries() {
        let layer = Layer::gzip(&mut Seed(1).stream("x"), Algorithm::Sha256);
        let archive = unzipped(&layer);
        let mut tar = tar::Archive::new(&archive[..]);
        let headers = tar.entries().unwrap().map(|e| e.unwrap().header().clone());
        let headers: Vec<_> = headers.collect();
        assert_eq!(headers.len(), 8);
        for header in headers {
            assert_eq!(header.mtime().unwrap(), 1_577_836_800);
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
        }
    }

    #[test]
    fn a_gzipped_layer_is_small() {
        let len = Layer::gzip(&mut Seed(1).stream("x"), Algorithm::Sha256)
            .blob
            .bytes
            .len();
        assert!((300..=600).contains(&len), "{len}");
    }
}
