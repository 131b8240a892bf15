//! Files and folders, changed in such an order that a crash leaves either the old or the new.

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

/// Whether what is written is made to outlive a loss of power, or only the end of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flush {
    /// Before a request is answered, what it changed is on the disk.
    #[default]
    Always,
    /// The system writes it when it sees fit.
    Never,
}

/// The text says neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is `always` or `never`")]
pub struct UnknownFlush;

impl FromStr for Flush {
    type Err = UnknownFlush;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(UnknownFlush),
        }
    }
}

impl Flush {
    /// Sees to it that a file's content is on the disk.
    pub(super) fn file(self, file: &File) -> io::Result<()> {
        match self {
            Self::Always => file.sync_data(),
            Self::Never => Ok(()),
        }
    }

    /// The same, by its path.
    pub(super) fn path(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Always => File::open(path)?.sync_data(),
            Self::Never => Ok(()),
        }
    }

    /// Sees to it that what was made in, moved into and removed from folders stays so.
    pub(super) fn folders<'a>(self, folders: impl IntoIterator<Item = &'a Path>) -> io::Result<()> {
        if self == Self::Always {
            for folder in folders {
                File::open(folder)?.sync_all()?;
            }
        }
        Ok(())
    }

    /// Makes a folder and those above it, where they are missing.
    pub(super) fn make(self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        let above = folder.parent();
        if let Some(above) = above {
            self.make(above)?;
        }
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => self.folders(above),
        }
    }
}

/// What a folder holds, in the order of the names; nothing if it is not there.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| entry.map(|it| it.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    Ok(paths)
}

/// What the folders of a folder hold.
pub(super) fn grandchildren(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for child in entries(folder)? {
        all.extend(entries(&child)?);
    }
    Ok(all)
}

/// Removes a file. Whether it was there.
pub(super) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Err(error) if is_absent(&error) => Ok(false),
        result => result.map(|()| true),
    }
}

/// Removes a folder and all that is in it, if it is there.
pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if is_absent(&error) => Ok(()),
        result => result,
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
