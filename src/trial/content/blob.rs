//! Blobs: bytes with their digest and, where they are text, a way to print them in a shell.

use bytes::Bytes;

use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;

use super::DescriptorDoc;
use super::Stream;
use super::manifest_doc::descriptor;

/// Bytes to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// The bytes.
    pub bytes: Bytes,
    /// Their digest.
    pub digest: Digest,
    /// Their media type, as a manifest would name it.
    pub media_type: String,
    /// A shell pipeline that prints the bytes, or empty where there is none.
    pub recipe: String,
}

impl Blob {
    /// The media type of blobs that nothing is known of.
    pub const MEDIA_TYPE: &str = "application/octet-stream";

    /// These bytes, without a recipe.
    pub fn from_bytes(bytes: impl Into<Bytes>, algorithm: Algorithm, media_type: &str) -> Self {
        let bytes = bytes.into();
        Self {
            digest: algorithm.digest(&bytes),
            bytes,
            media_type: media_type.to_owned(),
            recipe: String::new(),
        }
    }

    /// Text of exactly `len` bytes in numbered lines, the last of which may be cut. No two lines
    /// are alike, so that a piece at the wrong place is seen, and a shell prints the whole, so that
    /// a person can push it again.
    ///
    /// Blobs of fewer than 8 bytes may by chance be alike.
    pub fn lines(stream: &mut Stream, algorithm: Algorithm, len: usize) -> Self {
        let word = stream.word(WORD_LEN);
        let recipe = recipe(&word, len);
        Self {
            recipe,
            ..Self::from_bytes(numbered(&word, len), algorithm, Self::MEDIA_TYPE)
        }
    }

    /// A shell pipeline that prints these bytes, if they are a piece of this blob and it has a
    /// recipe itself.
    pub fn recipe_of_piece(&self, piece: &[u8]) -> Option<String> {
        let first = piece.first().filter(|_| !self.recipe.is_empty())?;
        let starts = (0..self.bytes.len()).filter(|start| self.bytes[*start] == *first);
        let start = starts
            .into_iter()
            .find(|start| self.bytes[*start..].starts_with(piece))?;
        Some(format!(
            "{} | tail -c +{} | head -c {}",
            self.recipe,
            start + 1,
            piece.len()
        ))
    }

    /// So many bytes that do not compress.
    pub fn random(stream: &mut Stream, algorithm: Algorithm, len: usize) -> Self {
        Self::from_bytes(stream.bytes(len), algorithm, Self::MEDIA_TYPE)
    }

    /// The empty JSON object, which stands where there is nothing to say (image specification,
    /// manifest.md#guidance-for-an-empty-descriptor). It is the same for every caller.
    pub fn empty_json(algorithm: Algorithm) -> Self {
        let empty = Self::from_bytes(Bytes::from_static(b"{}"), algorithm, media_type::EMPTY);
        Self {
            recipe: "printf '{}'".to_owned(),
            ..empty
        }
    }

    /// The same bytes by the name of another media type.
    #[must_use]
    pub fn with_media_type(self, media_type: &str) -> Self {
        Self {
            media_type: media_type.to_owned(),
            ..self
        }
    }

    /// What a manifest says of it: media type, digest, size.
    pub fn descriptor(&self) -> DescriptorDoc {
        descriptor(&self.media_type, &self.digest, self.bytes.len())
    }
}

/// How long the word is that tells the lines of one blob from those of another.
const WORD_LEN: usize = 8;

/// How long a line is: the word, a hyphen, ten digits, a line feed.
const LINE_LEN: usize = WORD_LEN + 12;

/// The lines `<word>-0000000001` and so on, cut at `len` bytes.
fn numbered(word: &str, len: usize) -> Vec<u8> {
    let mut line = format!("{word}-0000000000\n").into_bytes();
    let mut bytes = Vec::with_capacity(len + LINE_LEN);
    while bytes.len() < len {
        // Counting in the text itself is many times faster than formatting each number.
        increment(&mut line[WORD_LEN + 1..LINE_LEN - 1]);
        bytes.extend_from_slice(&line);
    }
    bytes.truncate(len);
    bytes
}

/// Adds one to a number in decimal digits.
fn increment(digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
}

/// The pipeline that prints what [`numbered`] gives.
fn recipe(word: &str, len: usize) -> String {
    if len == 0 {
        // Some versions of `head` refuse to print 0 bytes.
        return "printf ''".to_owned();
    }
    // Of the tools that count, awk is the one that every system has.
    let count = len.div_ceil(LINE_LEN);
    format!(
        r#"awk 'BEGIN {{ for (i = 1; i <= {count}; i++) printf "{word}-%010d\n", i }}' | head -c {len}"#
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::process::Command;

    use super::super::Seed;
    use super::*;

    const LENS: [usize; 8] = [0, 1, 15, 20, 21, 512, 70_000, 5 * 1024 * 1024 + 1];

    fn printed(recipe: &str) -> Vec<u8> {
        let output = Command::new("sh").args(["-c", recipe]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        output.stdout
    }

    #[test]
    fn the_recipe_of_a_piece_prints_the_piece() {
        let blob = Blob::lines(&mut Seed(7).stream("x"), Algorithm::Sha256, 2000);
        let recipe = blob.recipe_of_piece(&blob.bytes[777..1500]).unwrap();
        let printed = std::process::Command::new("sh")
            .args(["-c", &recipe])
            .output()
            .unwrap();
        assert_eq!(printed.stdout, blob.bytes[777..1500]);
        assert_eq!(blob.recipe_of_piece(b"something else"), None);
    }

    #[test]
    fn the_recipe_prints_the_bytes() {
        for len in LENS {
            let blob = Blob::lines(&mut Seed(7).stream("x"), Algorithm::Sha256, len);
            assert_eq!(blob.bytes.len(), len);
            assert!(printed(&blob.recipe) == blob.bytes, "of {len} bytes");
        }
        let empty = Blob::empty_json(Algorithm::Sha256);
        assert_eq!(printed(&empty.recipe), empty.bytes);
    }

    #[test]
    fn no_two_lines_are_alike() {
        let blob = Blob::lines(&mut Seed(7).stream("x"), Algorithm::Sha256, 300_000);
        let lines: Vec<_> = blob.bytes.split(|&byte| byte == b'\n').collect();
        let unique: HashSet<_> = lines.iter().collect();
        assert_eq!(unique.len(), lines.len());
        assert_eq!(lines.len(), 300_000 / LINE_LEN + 1);
    }

    #[test]
    fn no_two_blobs_of_a_stream_are_alike() {
        let stream = &mut Seed(7).stream("x");
        for make in [Blob::lines, Blob::random] {
            let one = make(stream, Algorithm::Sha256, 64);
            let two = make(stream, Algorithm::Sha256, 64);
            assert_ne!(one.digest, two.digest);
        }
    }

    #[test]
    fn the_digest_is_that_of_the_bytes() {
        for algorithm in Algorithm::ALL {
            let blob = Blob::random(&mut Seed(7).stream("x"), algorithm, 1000);
            assert_eq!(blob.digest.algorithm(), algorithm);
            assert!(blob.digest.matches(&blob.bytes));
            assert_eq!(blob.descriptor()["digest"], blob.digest.to_string());
            assert_eq!(blob.descriptor()["size"], 1000);
        }
    }
}
